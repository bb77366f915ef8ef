package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"

	"millrace/pipelines/control"
)

// The drivers.
const (
	// SQLite keeps the metadata in a file of this machine.
	SQLite = "sqlite"
	// MySQL keeps it in a MySQL or MariaDB server, where several servers and workers share it.
	MySQL = "mysql"
)

// attempts is how often a transaction is tried that loses to others, each time a little later.
const attempts = 12

// Options say which database to open.
type Options struct {
	// Driver is SQLite or MySQL; empty is SQLite.
	Driver string
	// Path is SQLite's file. It and its folder are made when they are missing, readable by nobody else.
	Path string
	// DSN says how to reach a MySQL server: user:password@tcp(host:port)/database. It holds a secret, and no message shows it.
	DSN string
	// Log hears of migrations; nil is silence.
	Log *slog.Logger
}

// engine is what differs between databases.
type engine struct {
	// place names the database in messages; it holds no secret.
	place string
	// connect opens the connections that write and those that read, which may be the same.
	connect func(ctx context.Context) (write, read *gorm.DB, err error)
	// clock returns the database's time in microseconds since 1970.
	clock func(tx *gorm.DB) (int64, error)
	// alone runs do on one connection while no other process runs one of its own.
	alone func(ctx context.Context, write *gorm.DB, do func(tx *gorm.DB) error) error
	// again reports whether a transaction that failed with err has changed nothing, and may succeed when it is tried anew.
	again func(err error) bool
	// updating and viewing are how transactions begin.
	updating, viewing *sql.TxOptions
}

// Store is an open metadata store. Its methods may be called from several goroutines.
type Store struct {
	engine engine
	// write has one connection where the database has one writer, see the package comment.
	write, read *gorm.DB
	// now takes the place of the database's clock where it is set: tests set it.
	now func() time.Time
	log *slog.Logger
}

var (
	_ control.Manifests = (*Store)(nil)
	_ control.Leases    = (*Store)(nil)
)

// Open opens the store and brings its tables up to date. errors.Is tells ErrNewer, ErrBusy, ErrFull and ErrLost.
func Open(ctx context.Context, o Options) (*Store, error) {
	return open(ctx, o, steps())
}

func open(ctx context.Context, o Options, steps []step) (*Store, error) {
	s := &Store{log: o.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch o.Driver {
	case "", SQLite:
		s.engine = sqliteEngine(o.Path)
	case MySQL:
		s.engine, err = mysqlEngine(o.DSN)
	default:
		err = fmt.Errorf("there is no driver %q", o.Driver)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the metadata: %w", err)
	}
	if s.write, s.read, err = s.engine.connect(ctx); err == nil {
		err = s.migrate(ctx, steps)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the metadata in %s: %w", s.engine.place, errors.Join(classify(err), s.Close()))
	}
	return s, nil
}

// Close closes the store. What was committed stays.
func (s *Store) Close() error {
	dbs := []*gorm.DB{s.read}
	// The writer last: SQLite folds the write-ahead log into the database when its last connection closes.
	if s.write != s.read {
		dbs = append(dbs, s.write)
	}
	var errs []error
	for _, db := range dbs {
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

// update runs do in a transaction. do is run again from its beginning when the database gave other transactions the preference, so it
// must not mind what an earlier attempt left in variables outside of it. What it reads is what others have committed by then, not a
// snapshot: a change that depends on what was read says so in its WHERE, and counts the affected rows.
func (s *Store) update(ctx context.Context, what string, do func(tx *gorm.DB) error) error {
	var err error
	for attempt := range attempts {
		if attempt > 0 && !pause(ctx, attempt) {
			break
		}
		if err = s.transact(ctx, s.write, s.engine.updating, do); err == nil {
			return nil
		}
		if !s.engine.again(err) {
			break
		}
	}
	return fmt.Errorf("%s: %w", what, classify(err))
}

// pause waits a random time that grows with the attempts; false is the end of the context.
func pause(ctx context.Context, attempt int) bool {
	timer := time.NewTimer(time.Duration(rand.Int64N(int64(time.Millisecond) << min(attempt, 6))))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// view runs do in a transaction in which all reads see the same state.
func (s *Store) view(ctx context.Context, what string, do func(tx *gorm.DB) error) error {
	if err := s.transact(ctx, s.read, s.engine.viewing, do); err != nil {
		return fmt.Errorf("%s: %w", what, classify(err))
	}
	return nil
}

// transact runs do in one transaction that has one time.
func (s *Store) transact(ctx context.Context, db *gorm.DB, options *sql.TxOptions, do func(tx *gorm.DB) error) error {
	ctx, m := withMoment(ctx)
	return db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := do(tx); err != nil {
			return err
		}
		return m.err
	}, options)
}

// moment is the time of one transaction, which is asked for once.
type moment struct {
	micros int64
	err    error
}

type momentKey struct{}

func withMoment(ctx context.Context) (context.Context, *moment) {
	m := &moment{}
	return context.WithValue(ctx, momentKey{}, m), m
}

// micros returns the transaction's time by the store's clock, as rows keep it. It is the same throughout a transaction, which does not
// commit where the clock could not be read. It panics outside of update and view.
func (s *Store) micros(tx *gorm.DB) int64 {
	m := tx.Statement.Context.Value(momentKey{}).(*moment)
	switch {
	case m.micros != 0 || m.err != nil:
	case s.now != nil:
		m.micros = s.now().UnixMicro()
	default:
		m.micros, m.err = s.engine.clock(tx)
	}
	return m.micros
}

// timeOf is the time a row keeps; 0 is none.
func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// microsOf is a time as rows keep it; the zero time is 0.
func microsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
