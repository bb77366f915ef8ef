// Package query answers questions in SQL over tables that lie in ClickHouse.
//
// # From text to rows
//
//	text -> pipelines/query (as the viewer: what may not be read is refused where it is named)
//	     -> optimizer -> pipelines/dialect/clickhouse -> one SELECT on the connection of the tables -> batches -> JSON
//
// No text of a person reaches ClickHouse: what the server is sent is written anew from the plan, names and literals included. The query runs
// read-only, under an id of its own and under Limits, which the server enforces: rows of the answer, rows and memory of the reading, time. It
// ends when whoever asked goes away, by Cancel, and when the limit is reached; then it is killed at the server too.
//
// SHOW, DESCRIBE and EXPLAIN answer from the catalog. What makes or changes something is refused by its place: here one only asks.
//
//	prepare.go   text to what is sent, with diagnostics
//	run.go       rows and statistics, as they come
//	service.go   the queries that run, and their limits
package query
