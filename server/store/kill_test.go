package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/pipelines/control/controltest"
)

// With childEnv set to the path of a database the test binary is the process that gets killed; see TestMain.
const childEnv = "MILLRACE_STORE_TEST_CHILD"

// child goes on with pipeline "p" and writes the epoch of each commit that was acknowledged to its standard output, for ever.
func child(path string) {
	fatal := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	ctx := context.Background()
	lock, err := LockDir(filepath.Dir(path))
	fatal(err)
	defer lock.Close()
	s, err := Open(ctx, Options{Path: path})
	fatal(err)
	l, err := s.Acquire(ctx, "p", strconv.Itoa(os.Getpid()))
	fatal(err)
	head, err := s.Head(ctx, "p")
	fatal(err)
	for m := head.Committed; ; {
		m = controltest.Next("p", m)
		m.Rejects = &control.RejectFile{File: m.ID, Dead: m.Epoch}
		fatal(s.Commit(ctx, l, m))
		fmt.Println(m.Epoch)
	}
}

func TestKilledWhileCommitting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	var committed int64
	for kill := range 4 {
		acknowledged := runAndKill(t, path, 20+7*kill)

		s, err := Open(t.Context(), Options{Path: path})
		require.NoError(t, err)
		h, err := s.Head(t.Context(), "p")
		require.NoError(t, err)
		require.Greater(t, acknowledged, committed)
		require.Contains(t, []int64{acknowledged, acknowledged + 1}, h.Committed.Epoch, "what was acknowledged is there, and at most the one under way")
		committed = h.Committed.Epoch

		require.Len(t, h.Recent, control.KeepManifests)
		require.Equal(t, h.Recent[1].ID, h.Recent[2].Previous)
		files, err := s.RejectFiles(t.Context(), "p", 0)
		require.NoError(t, err)
		require.Len(t, files, int(committed), "each commit came with its reject file")
		require.Equal(t, h.Committed.ID, files[0].Manifest)
		require.Equal(t, 10*committed, h.Committed.Totals.RowsIn)
		require.NoError(t, s.Close())
	}
}

// runAndKill starts a child, kills it after some commits, and returns the last epoch it reported.
func runAndKill(t *testing.T, path string, after int) int64 {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())

	lines := bufio.NewReader(out)
	var last int64
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // a line that the kill cut off was not acknowledged
		}
		require.NoError(t, err)
		last, err = strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		require.NoError(t, err)
		if n == after {
			_, err := LockDir(filepath.Dir(path))
			require.ErrorIs(t, err, ErrInUse)
			require.ErrorContains(t, err, fmt.Sprintf("already in use by pid %d since ", cmd.Process.Pid))
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.Error(t, cmd.Wait(), stderr.String())
	require.GreaterOrEqual(t, last, int64(after), stderr.String())

	lock, err := LockDir(filepath.Dir(path))
	require.NoError(t, err, "the lock died with the process")
	require.NoError(t, lock.Close())
	return last
}
