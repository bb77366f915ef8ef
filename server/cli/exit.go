package cli

import (
	"errors"

	"millrace/models/diag"
	"millrace/server/app"
	"millrace/server/store"
)

// The exit codes; see the package comment.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDiagnostics = 3
	exitEnvironment = 4
	exitRejects     = 5
	exitInterrupted = 130
)

// exitError ends the program with a code. A nil err says that everything has been printed.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// failWith gives err an exit code.
func failWith(code int, err error) error { return &exitError{code, err} }

// codeOf is the exit code of an error.
func codeOf(err error) int {
	var exit *exitError
	var list diag.List
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		return exit.code
	case errors.As(err, &list):
		return exitDiagnostics
	case environmental(err):
		return exitEnvironment
	}
	return exitFailed
}

// environmental reports whether an error is about this machine rather than about what was asked for.
func environmental(err error) bool {
	for _, known := range []error{app.ErrOff, store.ErrInUse, store.ErrFull, store.ErrBusy, store.ErrNewer} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
