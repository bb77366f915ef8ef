package worker

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// maxLog is how large a log file grows before it becomes the one before.
const maxLog = 16 << 20

// LogFile is a file that is written to its end and then put aside; one before is kept. A worker that outlives its server cannot write to the
// server's terminal or pipe.
type LogFile struct {
	path string

	mu   sync.Mutex
	file *os.File
	size int64
}

// OpenLog opens a log file, which only its owner can read, and makes its folder.
func OpenLog(path string) (*LogFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of logs: %w", err)
	}
	l := &LogFile{path: path}
	if err := l.open(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *LogFile) open() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("opening the log: %w", err), f.Close())
	}
	l.file, l.size = f, info.Size()
	return nil
}

// Write appends.
func (l *LogFile) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size+int64(len(b)) > maxLog && l.size > 0 {
		if err := errors.Join(l.file.Close(), os.Rename(l.path, l.path+".1"), l.open()); err != nil {
			return 0, err
		}
	}
	n, err := l.file.Write(b)
	l.size += int64(n)
	return n, err
}

// File returns the file as it is now, for what the runtime itself writes.
func (l *LogFile) File() *os.File { return l.file }

// Close closes the file.
func (l *LogFile) Close() error { return l.file.Close() }
