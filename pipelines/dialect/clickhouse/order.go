package clickhouse

import (
	"millrace/models/plan"
	"millrace/models/schema"
)

// OrderBy writes a term of ORDER BY over a column of a query that was written with RawTimes and NestedNulls: column is its name as SQL, f what
// it holds. Rows are ordered as the language orders them.
func OrderBy(column string, f schema.Field, k plan.SortKey) string { return orderBy(column, f, k) }
