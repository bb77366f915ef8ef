// Package sql is the transform that holds a query: its inputs are tables by the names of the nodes they come from, beside the tables of the
// catalog. What the query means is docs/language; pipelines/query plans it.
package sql
