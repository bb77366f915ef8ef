// Package compile turns a model document into the logical plan.
//
// It never stops at the first error: every node's parameters are decoded and every node that can be planned is, so that one pass tells
// all that is wrong. Errors do not cascade: a node whose input failed is left alone in silence.
//
//	document -> nodes and their components (resolve.go) -> edges, arity, order (graph.go) -> lowering, node by node (lower.go)
//
// Describe gives what was found out on the way, errors or not (outline.go).
//
// What components ask while they are planned is in planning.go (nodes and their identity) and exprs.go (expressions, with places that
// add up to those of the document).
//
// A plan compiled here is complete but for Scan.Checked, which the optimizer fills before its first rule.
package compile
