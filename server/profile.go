package main

import (
	"fmt"
	"os"
	"runtime/pprof"
)

// profileVariable names a file into which the process writes a CPU profile of its whole life, for whoever looks for where time goes.
const profileVariable = "MILLRACE_CPUPROFILE"

// startProfile starts the profile that the environment asks for and returns what ends it.
func startProfile() (stop func()) {
	path := os.Getenv(profileVariable)
	if path == "" {
		return func() {}
	}
	f, err := os.Create(path)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "millrace: no CPU profile: %v\n", err)
		return func() {}
	}
	return func() {
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			fmt.Fprintf(os.Stderr, "millrace: closing the CPU profile: %v\n", err)
		}
	}
}
