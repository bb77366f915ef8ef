// Package expr is the typed expression language: it checks a parsed expression against a schema and evaluates the result on
// columnar batches.
//
// The way of an expression:
//
//	sqltext.Expr --Check--> *Expr (typed tree, immutable) --Compile--> *Program (kernels, one goroutine) --Eval--> Result
//
// Semantics are fixed in docs/language/expressions.md; every sentence there has a golden in testdata. The three that shape the
// code: NULL follows SQL's three-valued logic; a failure is a value of its row (an error code beside the vector), never a panic
// and never a stop of the batch; and what a branch not taken would have done does not count.
//
// File map: check*.go types a tree; func_*.go is the one table of functions, each with its typing rule and its kernel; types.go has
// the promotion rules; kernel_*.go are the evaluators of operators; decimal.go, civil.go, like.go, jsonpath.go are the value
// arithmetic they share; rewrite.go, canonical.go, codec.go, fold.go serve the planner.
//
// A node's result is scratch memory that its next evaluation overwrites, unless the node was compiled to let it escape. Only the
// root escapes, and whatever nodes alias their argument's memory on the way to it.
package expr
