package rig

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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

// AwaitClickHouse waits until the embedded ClickHouse of a killed server has left its data folder: it ends by itself, a moment later.
func AwaitClickHouse(t testing.TB, data string) {
	t.Helper()
	lock, err := os.Open(filepath.Join(data, "olap", "lock"))
	if os.IsNotExist(err) {
		return
	}
	require.NoError(t, err)
	defer func() { _ = lock.Close() }()
	require.Eventually(t, func() bool { return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil }, 30*time.Second, 20*time.Millisecond,
		"the embedded ClickHouse still holds %s", data)
}
