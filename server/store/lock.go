package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// lockName is the file in the data folder that is locked.
const lockName = "millrace.lock"

// errLocked is what lockFile returns when another process has the lock.
var errLocked = errors.New("locked")

// DirLock is the right to use a data folder. The operating system takes it back when the process ends, however it ends.
type DirLock struct{ file *os.File }

// lockHolder is what the lock file says about who has it.
type lockHolder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// LockDir makes the folder when it is missing and takes its lock. When another process has it, errors.Is(err, ErrInUse) holds and the
// message names that process. The lock is no good on file systems that machines share: it is known to one machine only.
func LockDir(dir string) (*DirLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	// The file stays when the lock is released: removing it would let two processes lock two files of the same name.
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of the data folder: %w", err)
	}
	switch err := lockFile(f); {
	case errors.Is(err, errLocked):
		return nil, errors.Join(inUse(dir, f), f.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("locking the data folder %s: %w", dir, err), f.Close())
	}
	if err := writeHolder(f, lockHolder{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second)}); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the lock of the data folder %s: %w", dir, err), f.Close())
	}
	return &DirLock{f}, nil
}

func inUse(dir string, f *os.File) error {
	const fix = "Stop that process, or give this one a data folder of its own."
	var holder lockHolder
	// Whoever took the lock a moment ago may not have signed yet.
	if text, err := io.ReadAll(io.LimitReader(f, 4096)); err != nil || json.Unmarshal(text, &holder) != nil || holder.PID == 0 {
		return fail(CodeInUse, ErrInUse, nil, fix, "the data folder %s is already in use by another process", dir)
	}
	return fail(CodeInUse, ErrInUse, nil, fix, "the data folder %s is already in use by pid %d since %s", dir, holder.PID,
		holder.Since.Local().Format("2006-01-02 15:04:05"))
}

func writeHolder(f *os.File, holder lockHolder) error {
	text, err := json.Marshal(holder)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// Close releases the lock.
func (l *DirLock) Close() error {
	// Closing releases; nobody is to be told the name of a process that has gone.
	err := errors.Join(l.file.Truncate(0), l.file.Close())
	if err != nil {
		return fmt.Errorf("releasing the data folder: %w", err)
	}
	return nil
}
