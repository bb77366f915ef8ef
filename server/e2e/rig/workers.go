package rig

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// EndWorkers kills the workers that a killed server has left on a data folder: they outlive it by design. It does nothing where there is no
// /proc to find them in.
func EndWorkers(data string) {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range found {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has just gone
		}
		args := bytes.Split(text, []byte{0})
		has := func(want string) bool {
			return slices.ContainsFunc(args, func(a []byte) bool { return string(a) == want })
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil && has("worker") && has(data) {
			if p, err := os.FindProcess(pid); err == nil {
				_ = p.Kill()
			}
		}
	}
}
