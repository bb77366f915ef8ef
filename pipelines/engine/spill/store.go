package spill

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/cockroachdb/pebble/v2"
)

// Store maps keys to values on disk. It belongs to one goroutine. Keys are ordered by their bytes.
type Store struct {
	db     *pebble.DB
	cache  *pebble.Cache
	dir    string
	memory int64
}

// The names of the folders; Sweep goes by it.
const prefix = "spill-"

const (
	// batchBytes is how much is handed to the tree at a time.
	batchBytes = 1 << 20
	// blockBytes trades what a lookup reads against the size of the index. Lookups come sorted, so a block serves several of them.
	blockBytes = 16 << 10
)

// Open makes an empty store in a new folder below dir that takes about so many bytes of memory.
func Open(dir string, memory int64, log *slog.Logger) (*Store, error) {
	path, err := os.MkdirTemp(dir, prefix+"*")
	if err != nil {
		return nil, fmt.Errorf("making a folder for state beyond memory: %w", err)
	}
	s := &Store{dir: path, memory: memory, cache: pebble.NewCache(memory / 2)}
	level := pebble.LevelOptions{BlockSize: blockBytes}
	opt := &pebble.Options{
		Cache:                       s.cache,
		DisableWAL:                  true,
		MemTableSize:                uint64(memory / 4),
		MemTableStopWritesThreshold: 2,
		MaxOpenFiles:                256,
		FormatMajorVersion:          pebble.FormatNewest,
		Logger:                      logger{log},
	}
	for i := range opt.Levels {
		opt.Levels[i] = level
	}
	if s.db, err = pebble.Open(path, opt); err != nil {
		s.cache.Unref()
		return nil, errors.Join(fmt.Errorf("opening state beyond memory: %w", err), os.RemoveAll(path))
	}
	return s, nil
}

// Sweep removes what earlier stores below dir have left behind. Only one job at a time may use dir.
func Sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("looking for state beyond memory: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), prefix) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("removing old state beyond memory: %w", err)
			}
		}
	}
	return nil
}

// Close removes the store and its folder.
func (s *Store) Close() error {
	err := s.db.Close()
	s.cache.Unref()
	if err := errors.Join(err, os.RemoveAll(s.dir)); err != nil {
		return fmt.Errorf("closing state beyond memory: %w", err)
	}
	return nil
}

// Memory returns the bytes of memory the store takes, Disk those on disk.
func (s *Store) Memory() int64 { return s.memory }

// Disk returns the bytes the store takes on disk.
func (s *Store) Disk() int64 { return int64(s.db.Metrics().DiskSpaceUsage()) }

// Load looks keys up, which are sorted, and calls found for each that is there; the value is valid during the call.
func (s *Store) Load(keys [][]byte, found func(i int, value []byte) error) (err error) {
	it, err := s.db.NewIter(nil)
	if err != nil {
		return fmt.Errorf("reading state beyond memory: %w", err)
	}
	defer func() {
		if e := it.Close(); e != nil {
			err = errors.Join(err, fmt.Errorf("reading state beyond memory: %w", e))
		}
	}()
	for i, k := range keys {
		// A seek that goes forward begins where the one before has ended: keys that lie close to each other are read together.
		if !it.SeekGE(k) {
			break
		}
		if !bytes.Equal(it.Key(), k) {
			continue
		}
		value, err := it.ValueAndErr()
		if err != nil {
			return fmt.Errorf("reading state beyond memory: %w", err)
		}
		if err := found(i, value); err != nil {
			return err
		}
	}
	return nil
}

// Range calls each for the entries with from <= key < to, in order; to may be nil. Key and value are valid during the call.
func (s *Store) Range(from, to []byte, each func(key, value []byte) error) (err error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return fmt.Errorf("reading state beyond memory: %w", err)
	}
	defer func() {
		if e := it.Close(); e != nil {
			err = errors.Join(err, fmt.Errorf("reading state beyond memory: %w", e))
		}
	}()
	for ok := it.First(); ok; ok = it.Next() {
		value, err := it.ValueAndErr()
		if err != nil {
			return fmt.Errorf("reading state beyond memory: %w", err)
		}
		if err := each(it.Key(), value); err != nil {
			return err
		}
	}
	return nil
}

// Writer collects changes and hands them to the store in pieces. Close hands over the rest.
type Writer struct{ b *pebble.Batch }

// Write begins a row of changes.
func (s *Store) Write() *Writer { return &Writer{b: s.db.NewBatch()} }

// Put sets the value of a key; both are copied.
func (w *Writer) Put(key, value []byte) error {
	if err := w.b.Set(key, value, nil); err != nil {
		return fmt.Errorf("moving state out of memory: %w", err)
	}
	return w.pass(batchBytes)
}

// Delete removes a key.
func (w *Writer) Delete(key []byte) error {
	if err := w.b.Delete(key, nil); err != nil {
		return fmt.Errorf("deleting state beyond memory: %w", err)
	}
	return w.pass(batchBytes)
}

func (w *Writer) pass(atLeast int) error {
	if w.b.Len() < atLeast {
		return nil
	}
	// A full disk shows here. What the batch holds is still in the checkpoint.
	if err := w.b.Commit(pebble.NoSync); err != nil {
		return fmt.Errorf("moving state out of memory: %w", err)
	}
	w.b.Reset()
	return nil
}

// Close hands over what is left.
func (w *Writer) Close() error {
	err := w.pass(0)
	return errors.Join(err, w.b.Close())
}

// logger passes on what goes wrong; what the tree tells of its everyday is for nobody.
type logger struct{ to *slog.Logger }

func (l logger) Infof(string, ...any) {}

func (l logger) Errorf(format string, args ...any) {
	l.to.Warn("state beyond memory", "err", fmt.Sprintf(format, args...))
}

// Fatalf is called where the tree cannot go on, as when its folder is gone. The attempt is over, not the process.
func (l logger) Fatalf(format string, args ...any) {
	panic(fmt.Errorf("state beyond memory: "+format, args...))
}
