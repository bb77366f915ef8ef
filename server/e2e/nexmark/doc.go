// Package nexmark runs the queries of the Nexmark benchmark as they stand in its Flink SQL, with nothing but the definitions of the tables
// changed, and compares every cell of what they land in ClickHouse with ClickHouse's own answer over the same events. It has no code but
// its tests.
//
//	pipelines/query/testdata/nexmark/queries.txt  the queries q0 to q22: those of github.com/nexmark/nexmark, Apache License 2.0
//	testdata/tables.sql                           the tables they read
//	testdata/staging.sql, split.sql               the same events as ClickHouse reads them
//	testdata/want/*.sql                           for each result, the query over these that must give the same rows
//
// The queries run as pipelines of their own over files, as one statement set over a topic, and as the dialect writes them for ClickHouse.
package nexmark
