//go:build !linux

package worker

// stopped is not known on this system.
func stopped(int) bool { return false }

func kill(int) {}
