package diag

import "fmt"

// Failure is a diagnostic that is returned as an error and keeps its cause.
type Failure struct {
	Diagnostic
	// Kind is one of the kinds of this package, such as ErrNotFound; nil where nobody has to tell.
	Kind error
	// Cause may be nil.
	Cause error
}

// Fail returns a Failure of severity Error. fix may be empty.
func Fail(code Code, cause error, fix, format string, args ...any) error {
	return RefuseFor(nil, cause, code, fix, format, args...)
}

// Error returns the code, the message and the cause.
func (f *Failure) Error() string {
	if f.Cause == nil {
		return fmt.Sprintf("%s: %s", f.Code, f.Message)
	}
	return fmt.Sprintf("%s: %s: %v", f.Code, f.Message, f.Cause)
}

// Unwrap returns the diagnostic, the kind and the cause.
func (f *Failure) Unwrap() []error {
	out := []error{f.Diagnostic}
	if f.Kind != nil {
		out = append(out, f.Kind)
	}
	if f.Cause != nil {
		out = append(out, f.Cause)
	}
	return out
}
