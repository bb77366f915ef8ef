// Package dialect writes plans in the SQL of other engines. Each writer has a package of its own below this one; what they have in
// common is here: the query that comes out, and the published differences.
//
// A writer makes its engine obey the semantics of the language. Where an engine cannot be made to, one of two things happens, and
// never a silent third: the plan is refused with the diagnostic CodeUnsupported, or the difference stands in the writer's list of
// differences, which docs/language publishes.
package dialect
