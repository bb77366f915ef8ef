// Package write writes plans back as what people edit: model documents and SQL scripts.
//
// Both ways keep plan.Fingerprint. A writer reads its own text back and compares; a plan that a door has no words for is refused with a
// diagnostic that names the operator, and never written as something else.
//
//	write.go     what both writers know of a plan: which operators are written, by which names
//	params.go    parameters of sources and sinks, without what is the default anyway
//	expr.go      expressions as text that checks to the same expression
//	document.go  one node an operator; operators.go their parameters; layout.go where the canvas draws them
//	sql.go       the statements of a script; select.go and join.go the query of one operator; table.go CREATE TABLE
//	kept.go      reading back
//
// A plan has no names of columns' origins, no comments and no layout; those of a written text are made up.
package write
