package store

import (
	"errors"
	"fmt"
	"syscall"

	gosqlite "github.com/glebarez/go-sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"millrace/models/diag"
)

// The diagnostics of the store. An error of this package that has one gives it to errors.As with a *diag.Diagnostic.
const (
	// CodeFull is a disk, a quota or a database file that takes no more.
	CodeFull diag.Code = "store.full"
	// CodeBusy is a database that another process kept locked for longer than busyTimeout.
	CodeBusy diag.Code = "store.busy"
	// CodeDamaged is a file that is no database, or a broken one.
	CodeDamaged diag.Code = "store.damaged"
	// CodeReadOnly is a database that cannot be opened or written for lack of rights.
	CodeReadOnly diag.Code = "store.not_writable"
	// CodeNewer is a database that a newer Millrace has changed.
	CodeNewer diag.Code = "store.newer_version"
	// CodeInUse is a data folder that another process holds.
	CodeInUse diag.Code = "store.folder_in_use"
)

// What errors.Is finds in errors of this package.
var (
	ErrFull  = errors.New("the disk that holds the metadata is full")
	ErrBusy  = errors.New("the metadata is locked by another process")
	ErrNewer = errors.New("the metadata was written by a newer version")
	ErrInUse = errors.New("the data folder is in use")
)

// failure is a diagnostic with what caused it. cause may be nil, kind too.
type failure struct {
	diagnostic  diag.Diagnostic
	kind, cause error
}

func fail(code diag.Code, kind, cause error, fix, format string, args ...any) error {
	return &failure{
		diagnostic: diag.Diagnostic{Code: code, Severity: diag.Error, Message: fmt.Sprintf(format, args...), Fix: fix},
		kind:       kind, cause: cause,
	}
}

// Error returns the code, the message and the cause.
func (f *failure) Error() string {
	if f.cause == nil {
		return fmt.Sprintf("%s: %s", f.diagnostic.Code, f.diagnostic.Message)
	}
	return fmt.Sprintf("%s: %s: %v", f.diagnostic.Code, f.diagnostic.Message, f.cause)
}

// Unwrap returns the diagnostic, the kind and the cause.
func (f *failure) Unwrap() []error {
	out := []error{f.diagnostic}
	if f.kind != nil {
		out = append(out, f.kind)
	}
	if f.cause != nil {
		out = append(out, f.cause)
	}
	return out
}

// classify says in plain words what is wrong with the database. An error it knows nothing about comes back as it is.
func classify(err error) error {
	var known *failure
	var engine *gosqlite.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return full(err)
	case !errors.As(err, &engine):
		return err
	}
	// The low byte of a code is its class; the rest says where it came from.
	switch code := engine.Code(); {
	case code&0xff == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR_SHMSIZE:
		return full(err)
	case code&0xff == sqlite3.SQLITE_BUSY, code&0xff == sqlite3.SQLITE_LOCKED:
		return fail(CodeBusy, ErrBusy, err, "Find the process that has the database open, and end it.",
			"another process has kept the metadata locked for %s", busyTimeout)
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB:
		return fail(CodeDamaged, nil, err, "Restore the file from a backup.", "the metadata cannot be read")
	case code&0xff == sqlite3.SQLITE_READONLY, code&0xff == sqlite3.SQLITE_CANTOPEN, code&0xff == sqlite3.SQLITE_PERM:
		return fail(CodeReadOnly, nil, err, "Check the owner and the mode of the data folder.", "the metadata cannot be written")
	default:
		return err
	}
}

func full(err error) error {
	return fail(CodeFull, ErrFull, err, "Make room on the disk of the data folder; nothing that was committed is lost.", "the metadata cannot grow")
}
