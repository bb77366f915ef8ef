// Package corpus is the specification of the language as cases: testdata/*.txt, a chapter a file. A case states a rule in a sentence, shows
// SQL or a model that depends on it, and says what comes of it.
//
// A chapter is prose, then cases of this form:
//
//	=== name
//	The rule, in plain words.
//	---- sql
//	SELECT ...
//	---- rows
//	what comes of it
//
// The model of a case with "---- yaml" is a document. The last heading says what is shown:
//
//	rows         each query's answer, one line a row under a line of names and types, in the query's order or else sorted; rows that were
//	             rejected or late, counted by code; warnings by code. Inserts show the rows that reach each table.
//	changes      the changelog: every row of a table arrives in an epoch of its own; several tables take turns, in the order of their
//	             operators' ids
//	plan         the plan as EXPLAIN shows it
//	diagnostics  what is reported, with its place and the fix
//	listing      what EXPLAIN, SHOW and DESCRIBE answer
//
// All cases with rows or changes run three times: as `millrace sql` runs them; without the optimizer and row by row; and as ClickHouse SQL.
// All three must give the same rows and reject as many rows for the same reasons. A line "clickhouse: why" under the rule says that
// ClickHouse does not answer the case or answers it otherwise; that such a case differs still is checked as well.
//
// The examples of docs/language that are marked as ```sql rows, ```sql changes and so on are run in the same way, over the same tables; those
// marked ```sql checked compile. docs/language/differences-from-flink.md names a case for each of its lines.
//
// Each case has a session of its own; the tables of testdata/catalog.yaml are there. go test -update writes what came of the cases
// anew; the kind of an outcome is never changed by it.
package corpus
