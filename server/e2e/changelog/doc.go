// Package changelog proves that a table's changes go through Millrace and arrive as the table: from files and compacted topics, into
// topics and ReplacingMergeTree tables, on a real Kafka and a real ClickHouse, with the program killed on the way. It has no code but
// its tests.
package changelog
