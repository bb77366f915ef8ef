package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLockDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	lock, err := LockDir(dir)
	require.NoError(t, err)

	_, err = LockDir(dir)
	require.ErrorIs(t, err, ErrInUse)
	requireCode(t, err, CodeInUse)
	require.ErrorContains(t, err, fmt.Sprintf("%s is already in use by pid %d since 20", dir, os.Getpid()))

	elsewhere, err := LockDir(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, elsewhere.Close())

	require.NoError(t, lock.Close())
	lock, err = LockDir(dir)
	require.NoError(t, err)
	require.NoError(t, lock.Close())
}

func TestLockDirUnsigned(t *testing.T) {
	for _, text := range []string{"", "{", `{"pid":0}`, "nonsense"} {
		dir := t.TempDir()
		lock, err := LockDir(dir)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, lockName), []byte(text), 0o600))
		_, err = LockDir(dir)
		require.ErrorIs(t, err, ErrInUse)
		require.ErrorContains(t, err, "by another process")
		require.NoError(t, lock.Close())
	}
}

func TestLockDirImpossible(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := LockDir(filepath.Join(file, "below"))
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrInUse)
}
