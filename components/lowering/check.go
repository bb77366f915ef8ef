package lowering

import (
	"strings"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The diagnostics that several components give.
const (
	// CodeUnnamed is a computed column without a name.
	CodeUnnamed diag.Code = "plan.column_unnamed"
	// CodeNamedTwice is a column whose name and alias differ.
	CodeNamedTwice diag.Code = "plan.column_named_twice"
	// CodeDuplicate is a name two columns of one output have.
	CodeDuplicate diag.Code = "plan.duplicate_column"
	// CodeUnknown is the name of a column the input does not have.
	CodeUnknown diag.Code = "plan.unknown_column"
	// CodeKeyType is a key of a type whose values cannot be compared for identity.
	CodeKeyType diag.Code = "plan.key_type"
	// CodeNoEventTime is an operator over time whose input has no event time.
	CodeNoEventTime diag.Code = "plan.no_event_time"
)

// Find returns the position of a column of in, or reports the name with the nearest one.
func Find(pc *component.Planning, name string, in *schema.Schema, at diag.Span, path string) (int, bool) {
	if i := in.Index(name); i >= 0 {
		return i, true
	}
	d := Report(pc, CodeUnknown, at, path, "the input has no column %q", name)
	if near := diag.Nearest(name, in.Names()); near != "" {
		d.Fix = "Did you mean " + near + "?"
	} else {
		d.Fix = "The input has the columns " + strings.Join(in.Names(), ", ") + "."
	}
	return 0, false
}

// CheckKey reports a type that cannot be a key: its values have no one form that equality could go by.
func CheckKey(pc *component.Planning, name string, t schema.Type, at diag.Span, path string) bool {
	if !t.Nested() && t.Kind != schema.JSON {
		return true
	}
	Report(pc, CodeKeyType, at, path, "%q is %s, which cannot be a key", name, t).
		Fix = "Take the fields that identify a row out of it first, in a compute node."
	return false
}

// Report adds an error at a place of the node being planned.
func Report(pc *component.Planning, code diag.Code, at diag.Span, path, format string, args ...any) *diag.Diagnostic {
	d := pc.Diags.Errorf(code, at, format, args...)
	d.Path = path
	return d
}

// NeedEventTime reports an input without event time.
func NeedEventTime(pc *component.Planning, p component.Params, in *plan.Node) bool {
	if in.Schema.TimeIndex() >= 0 {
		return true
	}
	Report(pc, CodeNoEventTime, p.Span(""), "", "the rows of %q have no event time", NodeName(in)).Fix =
		"Declare event_time on the table, and keep its column unchanged on the way here."
	return false
}

// NodeName is the id of the model node an operator came from: the second part of "model/node/path/slot".
func NodeName(n *plan.Node) string {
	if parts := strings.Split(n.ID, "/"); len(parts) > 1 {
		return parts[1]
	}
	return n.ID
}

// Duration writes a duration without the zero parts that Go's notation has: 1h, not 1h0m0s.
func Duration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
