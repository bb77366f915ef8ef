// Package query asks questions of tables on a real ClickHouse, through server/query.
package query
