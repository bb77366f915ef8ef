//go:build !unix

package app

// ProcessUsage returns zeros: this system does not say.
func ProcessUsage() Usage { return Usage{} }
