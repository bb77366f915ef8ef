package control

import (
	"time"

	"golang.org/x/sys/unix"
)

// bootClock is a monotonic clock that also counts the time the machine was asleep.
func bootClock() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return processClock()
	}
	return time.Duration(t.Nano())
}
