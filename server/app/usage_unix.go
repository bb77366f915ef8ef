//go:build unix

package app

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
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
		PeakRSSBytes: peakRSS(own.Maxrss), ChildrenPeakRSSBytes: maxRSS(children.Maxrss),
	}
}

// peakRSS is this process's peak memory in bytes. On Linux the one that getrusage gives counts the memory of the process that
// started this one, as it was then; the one in /proc begins with the program.
func peakRSS[T int32 | int64](n T) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return maxRSS(n)
	}
	_, rest, _ := bytes.Cut(status, []byte("\nVmHWM:"))
	line, _, _ := bytes.Cut(rest, []byte(" kB\n"))
	if kib, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64); err == nil {
		return kib << 10
	}
	return maxRSS(n)
}

// maxRSS is in bytes on macOS and in KiB elsewhere.
func maxRSS[T int32 | int64](n T) int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(n)
	}
	return int64(n) << 10
}
