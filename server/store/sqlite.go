package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const (
	// busyTimeout is how long a statement waits for another process's lock.
	busyTimeout = 10 * time.Second
	// readers is how many connections read at a time.
	readers = 4
)

// sqliteEngine is SQLite with its file at path.
func sqliteEngine(path string) engine {
	return engine{
		place:   path,
		connect: func(context.Context) (write, read *gorm.DB, err error) { return connectSQLite(path) },
		// SQLite has no clock but this machine's, which all who have the file share.
		clock: func(*gorm.DB) (int64, error) { return time.Now().UnixMicro(), nil },
		alone: func(ctx context.Context, write *gorm.DB, do func(tx *gorm.DB) error) error {
			return write.WithContext(ctx).Transaction(do)
		},
		// The write lock is taken when a transaction begins, so none loses to another.
		again: func(error) bool { return false },
	}
}

func connectSQLite(path string) (write, read *gorm.DB, err error) {
	if err := create(path); err != nil {
		return nil, nil, err
	}
	// Of the write-ahead log only what the last checkpoint of the database left is kept; synchronous=FULL is what makes a commit
	// survive the machine, not just the process.
	if write, err = openSQLite(path, 1, "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)"); err != nil {
		return nil, nil, err
	}
	read, err = openSQLite(path, readers, "_pragma=query_only(1)")
	return write, read, err
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

// openSQLite opens a pool of connections with the settings given.
func openSQLite(path string, connections int, settings ...string) (*gorm.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the folder: %w", err)
	}
	dsn := (&url.URL{Scheme: "file", Path: filepath.ToSlash(full)}).String() +
		fmt.Sprintf("?_pragma=busy_timeout(%d)&_pragma=foreign_keys(1)", busyTimeout.Milliseconds())
	for _, one := range settings {
		dsn += "&" + one
	}
	return openPool(sqlite.Open(dsn), connections, true)
}

// openPool opens a pool of connections. prepare keeps prepared statements.
func openPool(dialector gorm.Dialector, connections int, prepare bool) (*gorm.DB, error) {
	db, err := gorm.Open(dialector, &gorm.Config{
		// Errors are returned; whoever handles one logs it.
		Logger: logger.Discard,
		// Transactions are begun where they are meant.
		SkipDefaultTransaction: true,
		PrepareStmt:            prepare,
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
