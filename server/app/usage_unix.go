//go:build unix

package app

import (
	"runtime"
	"syscall"
	"time"
)

// ProcessUsage returns what this process has used; zeros where the system does not say.
func ProcessUsage() Usage {
	var own, children syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &own) != nil || syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children) != nil {
		return Usage{}
	}
	return Usage{
		UserSeconds: seconds(time.Duration(own.Utime.Nano())), SystemSeconds: seconds(time.Duration(own.Stime.Nano())),
		ChildrenUserSeconds: seconds(time.Duration(children.Utime.Nano())), ChildrenSystemSeconds: seconds(time.Duration(children.Stime.Nano())),
		PeakRSSBytes: maxRSS(own.Maxrss), ChildrenPeakRSSBytes: maxRSS(children.Maxrss),
	}
}

// maxRSS is in bytes on macOS and in KiB elsewhere.
func maxRSS[T int32 | int64](n T) int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(n)
	}
	return int64(n) << 10
}
