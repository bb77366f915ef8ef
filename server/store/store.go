package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"millrace/pipelines/control"
)

const (
	// busyTimeout is how long a statement waits for another process's lock.
	busyTimeout = 10 * time.Second
	// readers is how many connections read at a time.
	readers = 4
)

// Options say which database to open.
type Options struct {
	// Path is the database's file. It and its folder are made when they are missing, readable by nobody else.
	Path string
	// Log hears of migrations; nil is silence.
	Log *slog.Logger
}

// Store is an open metadata store. Its methods may be called from several goroutines.
type Store struct {
	// write has one connection, see the package comment.
	write, read *gorm.DB
	// now is the store's clock. SQLite has none but this machine's; a database server will be asked for its own.
	now func() time.Time
	log *slog.Logger
}

var (
	_ control.Manifests = (*Store)(nil)
	_ control.Leases    = (*Store)(nil)
)

// Open opens the store and brings its tables up to date. errors.Is tells ErrNewer, ErrBusy and ErrFull.
func Open(ctx context.Context, o Options) (*Store, error) {
	return open(ctx, o, steps())
}

func open(ctx context.Context, o Options, steps []step) (*Store, error) {
	s := &Store{now: time.Now, log: o.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	err := s.connect(o.Path)
	if err == nil {
		err = s.migrate(ctx, steps)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the metadata in %s: %w", o.Path, errors.Join(classify(err), s.Close()))
	}
	return s, nil
}

func (s *Store) connect(path string) error {
	if err := create(path); err != nil {
		return err
	}
	var err error
	// Of the write-ahead log only what the last checkpoint of the database left is kept; synchronous=FULL is what makes a commit
	// survive the machine, not just the process.
	if s.write, err = connect(path, 1, "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)"); err != nil {
		return err
	}
	s.read, err = connect(path, readers, "_pragma=query_only(1)")
	return err
}

// create makes the file before SQLite does, which would let everybody read it. The log beside it gets the file's mode.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fail(CodeReadOnly, nil, err, "Check the owner and the mode of the data folder.", "the metadata cannot be written")
	case err != nil:
		return fmt.Errorf("making the file: %w", err)
	}
	return f.Close()
}

// connect opens a pool of connections with the settings given.
func connect(path string, connections int, settings ...string) (*gorm.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the folder: %w", err)
	}
	dsn := (&url.URL{Scheme: "file", Path: filepath.ToSlash(full)}).String() +
		fmt.Sprintf("?_pragma=busy_timeout(%d)&_pragma=foreign_keys(1)", busyTimeout.Milliseconds())
	for _, one := range settings {
		dsn += "&" + one
	}
	db, err := gorm.Open(sqlite.Open(dsn), &gorm.Config{
		// Errors are returned; whoever handles one logs it.
		Logger: logger.Discard,
		// Transactions are begun where they are meant.
		SkipDefaultTransaction: true,
		PrepareStmt:            true,
	})
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	pool, err := db.DB()
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return db, nil
}

// Close closes the store. What was committed stays.
func (s *Store) Close() error {
	var errs []error
	// The writer last: SQLite folds the write-ahead log into the database when its last connection closes.
	for _, db := range []*gorm.DB{s.read, s.write} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("closing the metadata: %w", err))
		}
	}
	return errors.Join(errs...)
}

// update runs do in a transaction that holds the write lock.
func (s *Store) update(ctx context.Context, what string, do func(tx *gorm.DB) error) error {
	if err := s.write.WithContext(ctx).Transaction(do); err != nil {
		return fmt.Errorf("%s: %w", what, classify(err))
	}
	return nil
}

// view runs do in a transaction in which all reads see the same state.
func (s *Store) view(ctx context.Context, what string, do func(tx *gorm.DB) error) error {
	if err := s.read.WithContext(ctx).Transaction(do); err != nil {
		return fmt.Errorf("%s: %w", what, classify(err))
	}
	return nil
}

// micros returns the store's time as rows keep it.
func (s *Store) micros() int64 { return s.now().UnixMicro() }

// timeOf is the time a row keeps; 0 is none.
func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
