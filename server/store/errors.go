package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"syscall"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/go-sql-driver/mysql"
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
	// CodeLost is a database server that cannot be reached, or whose connection broke. What was under way may have happened.
	CodeLost diag.Code = "store.unreachable"
	// CodeDenied is a database server that does not let this user in, or not at this database.
	CodeDenied diag.Code = "store.access_denied"
	// CodeOldServer is a database server of a version that is too old.
	CodeOldServer diag.Code = "store.server_too_old"
	// CodeDSN is a DSN that cannot be read.
	CodeDSN diag.Code = "store.dsn"
	// CodeValue is a value that its column cannot hold.
	CodeValue diag.Code = "store.value"
	// CodeInUse is a data folder that another process holds.
	CodeInUse diag.Code = "store.folder_in_use"
)

// What errors.Is finds in errors of this package.
var (
	ErrFull  = errors.New("the disk that holds the metadata is full")
	ErrBusy  = errors.New("the metadata is locked by another process")
	ErrNewer = errors.New("the metadata was written by a newer version")
	ErrInUse = errors.New("the data folder is in use")
	ErrLost  = errors.New("the metadata's server cannot be reached")
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

// Unwrap returns the diagnostic, the kinds and the cause. All but a value that does not fit is diag.ErrUnavailable to whoever asked.
func (f *failure) Unwrap() []error {
	out := []error{f.diagnostic}
	if f.kind != nil {
		out = append(out, f.kind)
	}
	if f.diagnostic.Code == CodeValue {
		out = append(out, diag.ErrInvalid)
	} else {
		out = append(out, diag.ErrUnavailable)
	}
	if f.cause != nil {
		out = append(out, f.cause)
	}
	return out
}

// classify says in plain words what is wrong with the database. An error it knows nothing about comes back as it is.
func classify(err error) error {
	var known *failure
	var sqliteError *gosqlite.Error
	var mysqlError *mysql.MySQLError
	var network net.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return full(err)
	case errors.As(err, &sqliteError):
		return classifySQLite(err, sqliteError.Code())
	case errors.As(err, &mysqlError):
		return classifyMySQL(err, mysqlError.Number)
	case errors.Is(err, mysql.ErrPktTooLarge):
		return tooLarge(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, driver.ErrBadConn), errors.As(err, &network):
		return lost(err)
	}
	return err
}

func classifySQLite(err error, code int) error {
	// The low byte of a code is its class; the rest says where it came from.
	switch {
	case code&0xff == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR_SHMSIZE:
		return full(err)
	case code&0xff == sqlite3.SQLITE_BUSY, code&0xff == sqlite3.SQLITE_LOCKED:
		return fail(CodeBusy, ErrBusy, err, "Find the process that has the database open, and end it.",
			"another process has kept the metadata locked for %s", busyTimeout)
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB:
		return fail(CodeDamaged, nil, err, "Restore the file from a backup.", "the metadata cannot be read")
	case code&0xff == sqlite3.SQLITE_READONLY, code&0xff == sqlite3.SQLITE_CANTOPEN, code&0xff == sqlite3.SQLITE_PERM:
		return fail(CodeReadOnly, nil, err, "Check the owner and the mode of the data folder.", "the metadata cannot be written")
	}
	return err
}

func classifyMySQL(err error, number uint16) error {
	switch number {
	case mysqlDiskFull, mysqlTableFull:
		return full(err)
	case mysqlDeadlock, mysqlLockWait, mysqlRecordsChanged:
		return fail(CodeBusy, ErrBusy, err, "Try again; if it stays so, look for a long transaction on the server.",
			"other transactions have kept the metadata locked")
	case mysqlTooMany, mysqlTooManyOfUser, mysqlTooManyOfUserEx:
		return fail(CodeBusy, ErrBusy, err, "Raise max_connections of the server.", "the metadata's server has no connection left")
	case mysqlDenied, mysqlDBDenied, mysqlNoDatabase, mysqlTableDenied, mysqlPrivilege:
		return fail(CodeDenied, nil, err, "Check user and password of the DSN; the user needs all rights on the database, which must exist.",
			"the metadata's server refuses access")
	case mysqlReadOnlyServer, mysqlReadOnlyNow:
		return fail(CodeReadOnly, nil, err, "Name the primary server in the DSN, not a replica.", "the metadata's server takes no changes")
	case mysqlShutdown, mysqlConnectionKill:
		return lost(err)
	case mysqlPacketTooLarge:
		return tooLarge(err)
	case mysqlDataTooLong, mysqlBadText:
		return fail(CodeValue, nil, err, "Shorten the text, or correct its encoding.", "a value does not fit its column")
	}
	return err
}

func full(err error) error {
	return fail(CodeFull, ErrFull, err, "Make room on the disk of the metadata; nothing that was committed is lost.", "the metadata cannot grow")
}

func lost(err error) error {
	return fail(CodeLost, ErrLost, err, "Check that the server runs and that its address in the DSN is right.", "the metadata's server cannot be reached")
}

func tooLarge(err error) error {
	return fail(CodeValue, nil, err, "Raise max_allowed_packet of the server.", "a value is larger than the metadata's server takes")
}
