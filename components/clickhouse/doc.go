// Package clickhouse writes to ClickHouse tables and reads them: the connection "clickhouse", the sink "clickhouse" and the source of the name.
//
// # Reading
//
// A Server runs SELECTs whose text this program has written (read.go) and hands the rows over in batches; Relation says how the rows that a
// table has now are read in the language's types (relation.go). Of an engine that merges rows away, FINAL is read. The source reads a table once,
// from beginning to end: its rows have no order, so that a read that was interrupted is never taken up (source.go).
//
// # One chunk, one block, one token
//
// The sink is a component.StagedSink. A chunk is one INSERT of one block over the native protocol, with insert_deduplication_token set to
// the chunk's token and every setting that decides how a block is cut or deduplicated pinned. Where the table keeps enough tokens
// (MinWindow or more, for itself and for every table its materialized views fill), inserting the same chunk again has no effect, and the
// sink promises exactly once. Chunks are applied in order by one writer, so the tokens used since an insert of unknown outcome are only
// those of other writers.
//
// Elsewhere (other engines, smaller windows) the sink says "at least once" and why. There an insert whose outcome is unknown is not
// repeated unless on_unknown_outcome says so: the sink stops and asks.
//
// # Changes
//
// A table whose engine is ReplacingMergeTree(version, is_deleted) keeps one row of each sorting key. The sink fills both columns: the version
// orders the pipeline's epochs, also over fresh starts, and a row that is gone is written with is_deleted = 1. Reduce leaves at most one
// change a key and epoch, so the order of rows and chunks within one means nothing. Readers use FINAL or the view <table>_current.
//
// # No silent coercion
//
// Columns are compared with the table when the sink opens; what cannot hold the rows is refused there, column by column. Values that a
// narrower column cannot hold reject their row in Check, before it is staged. See docs/components/clickhouse-types.md.
package clickhouse
