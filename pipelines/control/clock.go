package control

import "time"

// processStart is what processClock counts from; the value means nothing, only differences do.
var processStart = time.Now()

// processClock is Go's monotonic clock.
func processClock() time.Duration { return time.Since(processStart) }
