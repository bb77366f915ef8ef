package expr

import (
	"millrace/models/diag"
	"millrace/models/schema"
)

// Expr is a checked expression: a tree in which every node has a type, whether it may be NULL, and whether it may fail.
// Trees are never changed after they were made; rewriting makes new nodes.
type Expr struct {
	Op       Op
	Type     schema.Type
	Nullable bool
	// Column is the position in the input schema and Name its name, for OpColumn.
	Column int
	Name   string
	// Value is the constant of OpLiteral in the mapping of batch.Vector.Value; nil is NULL.
	Value any
	// Func is the stable id of the function for OpCall: "add", "eq", "and", "case", "cast", "upper", ...
	Func string
	Args []*Expr
	// Span is where the expression was written; it takes no part in equality or fingerprints.
	Span diag.Span
}

// Op tells the node kinds of a checked expression apart.
type Op uint8

// The node kinds.
const (
	OpLiteral Op = iota
	OpColumn
	OpCall
)

// Agg is one aggregate call.
type Agg struct {
	// Func is count, sum, min, max or avg.
	Func string
	// Arg is nil for COUNT(*).
	Arg      *Expr
	Distinct bool
	// Filter is nil when every row counts.
	Filter   *Expr
	Type     schema.Type
	Nullable bool
}
