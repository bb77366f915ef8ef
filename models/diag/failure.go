package diag

import "fmt"

// Failure is a diagnostic that is returned as an error and keeps its cause.
type Failure struct {
	Diagnostic
	// Cause may be nil.
	Cause error
}

// Fail returns a Failure of severity Error. fix may be empty.
func Fail(code Code, cause error, fix, format string, args ...any) error {
	return &Failure{Diagnostic{Code: code, Severity: Error, Message: fmt.Sprintf(format, args...), Fix: fix}, cause}
}

// Error returns the code, the message and the cause.
func (f *Failure) Error() string {
	if f.Cause == nil {
		return fmt.Sprintf("%s: %s", f.Code, f.Message)
	}
	return fmt.Sprintf("%s: %s: %v", f.Code, f.Message, f.Cause)
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }
