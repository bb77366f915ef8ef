//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakRSS returns the most memory that a process which has ended held, in bytes.
func peakRSS(state *os.ProcessState) int64 {
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	n := int64(used.Maxrss) //nolint:unconvert // an int32 on some systems
	if runtime.GOOS == "darwin" {
		return n
	}
	return n << 10
}
