// Package optimize rewrites plans by named, ordered rules, each of which can be switched off.
//
// What every rule keeps, for every input:
//
//   - the rows that come out, and their order within a key;
//   - the rows that fail. A row that some expression rejects is rejected by the optimized plan too, and no other is. So a fallible
//     expression never moves past a filter, a filter never moves past a fallible expression, and a fallible column that no one reads is
//     still computed. expr.Fallible decides; it may say "fallible" too often, never too seldom;
//   - the ids of operators with state (scan, window, dedupe, join, aggregate, rank, normalize, sink). Where two stateless operators become one, the id of the one whose
//     output it is stays. Operators that a rule adds have the id of the one they belong to, "#" and a word; they have no state;
//   - sharing: an operator with several consumers stays one, and is not rewritten for the sake of a single consumer.
//
// One thing may differ: a filter that moves below a window, a dedupe or a join takes rows away before these judge lateness, so late rows
// which the filter would have dropped are no longer listed in the late ledger, and a sum of a group it would have dropped can no longer
// overflow and stop the pipeline.
//
// Of a retract stream, the rows that come out are those left when all changes are made: a column that is taken away takes with it the
// changes that were of it alone.
//
// Which columns can reject a row is settled before the first rule (Scan.Checked, see MarkChecked), from the plan as it was compiled, and
// no rule changes it.
//
// Files: rules.go the list; demand.go which columns are read; join.go what of a join's inputs, and narrower joins;
// one file a rule.
package optimize
