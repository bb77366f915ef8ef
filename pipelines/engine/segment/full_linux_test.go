package segment

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A disk that fills up leaves the error and no file under the name, so that the next attempt starts clean.
func TestFullDiskLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no small file system to be had (%v): TestFileSizeLimitLeavesNoFile shows the same", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, 0)) })
	large := []Section{{Kind: "chunk", Version: 1, Payload: bytes.Repeat([]byte("row "), 256<<10)}}
	for range 3 {
		_, err := Write(dir, "x", large)
		require.ErrorIs(t, err, syscall.ENOSPC)
		requireEmpty(t, dir)
	}
	_, err := Write(dir, "x", sample())
	require.NoError(t, err, "what fits is written under the same name")
	got, err := Read(dir, "x")
	require.NoError(t, err)
	require.Equal(t, sample(), got)
}

func requireEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}

const limitedDir = "MILLRACE_TEST_LIMITED_DIR"

// The same without root: a process of its own, whose files may not grow past 64 KiB.
func TestFileSizeLimitLeavesNoFile(t *testing.T) {
	if dir := os.Getenv(limitedDir); dir != "" {
		signal.Ignore(syscall.SIGXFSZ)
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}))
		_, err := Write(dir, "x", []Section{{Kind: "chunk", Version: 1, Payload: make([]byte, 1<<20)}})
		require.ErrorIs(t, err, syscall.EFBIG)
		requireEmpty(t, dir)
		return
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestFileSizeLimitLeavesNoFile$", "-test.v")
	cmd.Env = append(os.Environ(), limitedDir+"="+dir)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestFileSizeLimitLeavesNoFile")
	requireEmpty(t, dir)
}
