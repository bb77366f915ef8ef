package diag

import (
	"errors"
	"fmt"
)

// The kinds of refusals. What asked (an HTTP client, a command) learns from the kind what it can do about it; errors.Is tells them apart.
var (
	// ErrNotFound is something that does not exist, or that whoever asks may not know of: the two are never told apart.
	ErrNotFound = errors.New("not found")
	// ErrDenied is something that whoever asks may know of, and may not do.
	ErrDenied = errors.New("denied")
	// ErrUnauthenticated is that nobody is signed in, or that what was shown for it does not hold.
	ErrUnauthenticated = errors.New("not signed in")
	// ErrInvalid is a request that is wrong in itself.
	ErrInvalid = errors.New("invalid")
	// ErrConflict is a request that does not fit what is there: a name that is taken, a thing in use, a state that does not allow it.
	ErrConflict = errors.New("conflict")
	// ErrStale is a change of a revision that is no longer the newest.
	ErrStale = errors.New("stale")
	// ErrLimit is more than is allowed: of bytes, rows, time or attempts.
	ErrLimit = errors.New("limit")
	// ErrUnavailable is a part or another system that does not answer now.
	ErrUnavailable = errors.New("unavailable")
)

// Refuse returns a Failure of a kind: errors.Is finds the kind, errors.As the Diagnostic.
func Refuse(kind error, code Code, fix, format string, args ...any) error {
	return RefuseFor(kind, nil, code, fix, format, args...)
}

// RefuseFor is Refuse with what caused it.
func RefuseFor(kind, cause error, code Code, fix, format string, args ...any) error {
	return &Failure{Diagnostic: Diagnostic{Code: code, Severity: Error, Message: fmt.Sprintf(format, args...), Fix: fix}, Kind: kind, Cause: cause}
}
