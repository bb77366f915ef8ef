// Package query binds SQL: it turns the trees of models/sqltext into plans.
//
// A Session holds what scripts that follow each other share: temporary tables and views, settings, the current catalog and database.
// Exec compiles a script in its order and never stops at the first error; each statement comes to an Outcome. Models binds the queries that
// stand in sql nodes of documents.
//
//	statement (session.go, define.go, insert.go, show.go, settings.go)
//	  -> query (query.go: WITH, set operations, LIMIT)
//	    -> FROM (from.go; joins in meet.go and temporal.go; window.go, unnest.go), WHERE (subquery.go)
//	    -> GROUP BY (group.go, window.go) or a plain select list (selection.go; ROW_NUMBER in rank.go)
//
// # How a SELECT is bound
//
// The tables of FROM are bound first. The conditions of WHERE and ON are then told by the tables they read: one on a single table goes
// below the joins when it cannot fail on a row and no outer join stands between; one on both sides of an inner join is a condition of that
// join, wherever it was written. Equal expressions of the two sides are keys, comparisons of the two event times with constant distances
// are bounds; with both a lower and an upper bound the join is an interval join, else one that keeps its rows for as long as the state
// TTL says. FOR SYSTEM_TIME AS OF is a temporal join; over a view that keeps the last row of each key by ROW_NUMBER, it reads the versions
// from the stream below the view.
//
// A GROUP BY over a window table, over a group window or over the event time itself is a window, whose groups come once; any other is
// an aggregate, which sends updates. Expressions of the select list, HAVING and ORDER BY are known again by their text after all names were
// settled. A ROW_NUMBER is planned once the query around it says how far it counts.
//
// Streams of upserts are normalized where an operator needs to know what a change replaces.
//
// What a plan can say and Flink's SQL cannot has a hint (hints.go) or, for the first row of each key within a time, a window table
// (dedupe.go), so that pipelines/write can write every plan such that it binds back.
//
// # The identity of operators
//
// An operator's id is model/block/./slot. The block is the path of names that lead to its query: the alias of a derived table, the name of
// a CTE or view, union_1 for the first side of a UNION, sub for a query without a name, query for the outermost one; a table's scan
// has the table's name. The slot says what the operator does there: where, group, window, select, rank, join_a for the join that brings in
// the table a. So an edit moves the state of the operators it touches and of no others; only a slot that occurs twice in a block gets a
// number. The model is the name of the pipeline: that of the table it writes, or SET 'pipeline.name'.
package query
