//go:build !linux

package control

import "time"

// bootClock is the process's clock: on this system it may not count the time the machine was asleep.
func bootClock() time.Duration { return processClock() }
