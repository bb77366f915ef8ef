package dialect

import "millrace/models/diag"

// CodeUnsupported is reported for what an engine cannot be made to do; the node and the reason stand beside it.
const CodeUnsupported diag.Code = "dialect.unsupported"

// Query is what a writer makes of one sink of a plan.
type Query struct {
	// SQL gives the sink's rows, one column a field of its schema, in no particular order.
	SQL string
	// Errors counts the rows that were rejected on the way: columns node (the operator's id), code (the number of a diag.RowCode) and
	// rows. It is empty when nothing in the plan can reject a row.
	Errors string
	// Settings belong to both: with others the answers may be different ones.
	Settings map[string]string
}

// Difference is one published difference between an engine and the language.
type Difference struct {
	// ID is a stable name in snake_case.
	ID string
	// Title says in a few words what is concerned, Text what differs and why.
	Title, Text string
	// Refused says that a plan that needs it is refused; else it runs and the answer may differ as Text says.
	Refused bool
	// Fix says what to write instead, as a sentence; empty when there is nothing.
	Fix string
}
