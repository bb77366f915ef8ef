package clickhouse

import (
	"fmt"

	"millrace/models/schema"
)

// ClickHouse has no NULL of an array, a map or a row. A value of such a type that may be NULL is, within a query, an array of at most one
// value: [] for NULL, [v] for v. One that may not be NULL is the value itself, and so is what lies within another value.

// optional reports whether values of the type are written so.
func optional(t schema.Type, nullable bool) bool { return nullable && t.Nested() }

// lifted makes a value that may be NULL as its side says one that may be NULL as the other side says.
func lifted(v string, t schema.Type, from, to bool) string {
	if optional(t, to) && !from {
		return "[" + v + "]"
	}
	return v
}

// bare is the value without its array; where it is NULL an empty one stands in.
func bare(v string, t schema.Type, nullable bool) string {
	if optional(t, nullable) {
		return operand(v) + "[1]"
	}
	return v
}

// isNull writes that a value is NULL; v must not be NULL in ClickHouse where the type is nested.
func isNull(v string, t schema.Type, nullable bool) string {
	switch {
	case !nullable:
		return "false"
	case t.Nested():
		return "empty(" + v + ")"
	}
	return operand(v) + " IS NULL"
}

// unless writes a column that is NULL where a condition holds. from says whether v may be NULL itself.
func unless(condition, v string, t schema.Type, from bool) string {
	if t.Nested() {
		return fmt.Sprintf("if(%s, [], %s)", condition, lifted(v, t, from, true))
	}
	return fmt.Sprintf("if(%s, NULL, %s)", condition, v)
}
