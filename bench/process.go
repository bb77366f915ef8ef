package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is what a process took.
type usage struct {
	Wall    float64 `json:"wall_seconds"`   // from its start to its end
	CPU     float64 `json:"cpu_seconds"`    // user and system, of the process and the children it waited for
	PeakRSS int64   `json:"peak_rss_bytes"` // 0: not known
	Output  []byte  `json:"-"`              // its standard output
}

// measure runs a command to its end.
//
// On Linux a child's peak memory begins at what its parent held when it started it. So whatever needs memory here is a child too,
// and this process stays small.
func measure(ctx context.Context, timeout time.Duration, env []string, name string, args ...string) (usage, error) {
	return measureUntil(ctx, nil, timeout, env, name, args...)
}

// measureUntil runs a command that goes on until it is asked to stop, which it is when stop is closed. Then it ends like any other.
func measureUntil(ctx context.Context, stop <-chan struct{}, timeout time.Duration, env []string, name string, args ...string) (usage, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = env
	// Asked first, so that an engine may put its state in order; then by force.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	err := cmd.Start()
	if err == nil {
		ended := make(chan struct{})
		go func() {
			select {
			case <-stop:
				_ = cmd.Process.Signal(os.Interrupt) // an error says that it has ended, which Wait tells
			case <-ended:
			}
		}()
		err = cmd.Wait()
		close(ended)
	}
	wall := time.Since(start)
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w after %s", context.Cause(ctx), timeout)
		}
		return usage{}, fmt.Errorf("running %s: %w\n%s", filepath.Base(name), err, tail(out.String()+errs.String(), 40))
	}
	state := cmd.ProcessState
	return usage{
		Wall: wall.Seconds(), CPU: (state.UserTime() + state.SystemTime()).Seconds(), PeakRSS: peakRSS(state), Output: out.Bytes(),
	}, nil
}

func tail(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// serverCPU returns the CPU seconds that the process has taken so far, 0 where that cannot be read.
func serverCPU(pid int) float64 {
	fields := statOf(strconv.Itoa(pid))
	if len(fields) < 13 {
		return 0
	}
	const ticks = 100 // a second, on every Linux
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / ticks
}

// serverPeakRSS returns the most memory that a process which runs has held, in bytes; 0 where that cannot be read.
func serverPeakRSS(pid int) int64 {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10
}

// childNamed returns the process of that program which this process started, 0 when there is none or that cannot be read.
func childNamed(program string) int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	self := strconv.Itoa(os.Getpid())
	for _, dir := range dirs {
		pid := filepath.Base(dir)
		fields := statOf(pid)
		name, _ := os.ReadFile(filepath.Join(dir, "comm"))
		if len(fields) > 1 && fields[1] == self && strings.TrimSpace(string(name)) == program {
			n, _ := strconv.Atoi(pid)
			return n
		}
	}
	return 0
}

// statOf returns the fields of /proc/PID/stat behind the process's name, which may hold anything: state, parent, ...
func statOf(pid string) []string {
	text, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(text[bytes.LastIndexByte(text, ')'):]), " ")
	return strings.Fields(rest)
}

// load returns the machine's load average of the last minute, empty where that cannot be read.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}
