// Package relational plans relational models: entities (facts and dimensions) with declared joins become one tree of join operators and a wide
// row.
//
// The declarations, not the analyst, settle the operators. A dimension is joined as of the fact's event time; a fact is joined to a fact
// within a bound of time, or by key for as long as a state TTL says. What is joined first follows from what the joins do to
// the rows: those that drop rows, then those that only widen them, then those that may multiply them. Every choice is told as a
// diagnostic of severity info.
//
// Inside the tree columns are named entity.column, so that no two entities get in each other's way; the last projection gives them
// the names of the output.
package relational
