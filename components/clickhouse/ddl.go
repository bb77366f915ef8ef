package clickhouse

import (
	"fmt"
	"strings"
	"time"

	"millrace/components/clickhouse/chsql"
	"millrace/models/schema"
)

// tableName is a physical name.
type tableName struct{ database, table string }

func (n tableName) sql() string {
	if n.database == "" {
		return chsql.Quote(n.table)
	}
	return chsql.Quote(n.database) + "." + chsql.Quote(n.table)
}

// layout is how a table is created.
type layout struct {
	engine    string
	orderBy   []string
	partition *partitionBy
	ttlColumn string
	ttl       time.Duration
	window    int64
}

// Engines a table can be created with.
const (
	engineMergeTree           = "merge_tree"
	engineReplicated          = "replicated_merge_tree"
	engineReplacing           = "replacing_merge_tree"
	engineReplicatedReplacing = "replicated_replacing_merge_tree"
)

// onePerKey reports whether tables of the engine keep one row a sorting key.
func onePerKey(engine string) bool {
	return engine == engineReplacing || engine == engineReplicatedReplacing
}

// createTable writes the table's DDL. Columns it is sorted, partitioned or expired by cannot be NULL: rows with a NULL there are rejected.
func createTable(name tableName, s *schema.Schema, l layout) (string, error) {
	plain := map[string]bool{}
	for _, c := range l.orderBy {
		plain[c] = true
	}
	if l.partition != nil {
		plain[l.partition.column] = true
	}
	plain[l.ttlColumn] = true

	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s\n(\n", name.sql())
	for i, f := range s.Fields {
		t, err := chsql.Type(f.Type, f.Nullable && !plain[f.Name])
		if err != nil {
			return "", fmt.Errorf("column %q: %w", f.Name, err)
		}
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "    %s %s", chsql.Quote(f.Name), t)
	}
	engine, window := "MergeTree", "non_replicated_deduplication_window"
	if onePerKey(l.engine) {
		engine = fmt.Sprintf("ReplacingMergeTree(%s, %s)", chsql.Quote(versionColumn), chsql.Quote(deletedColumn))
		fmt.Fprintf(&b, ",\n    %s UInt64,\n    %s UInt8", chsql.Quote(versionColumn), chsql.Quote(deletedColumn))
	}
	if l.engine == engineReplicated || l.engine == engineReplicatedReplacing {
		engine, window = "Replicated"+engine, "replicated_deduplication_window"
	}
	fmt.Fprintf(&b, "\n)\nENGINE = %s\n", engine)
	if l.partition != nil {
		fmt.Fprintf(&b, "PARTITION BY %s\n", l.partition.sql())
	}
	order := make([]string, len(l.orderBy))
	for i, c := range l.orderBy {
		order[i] = chsql.Quote(c)
	}
	if len(order) == 0 {
		b.WriteString("ORDER BY tuple()\n")
	} else {
		fmt.Fprintf(&b, "ORDER BY (%s)\n", strings.Join(order, ", "))
	}
	if l.ttlColumn != "" {
		fmt.Fprintf(&b, "TTL toDateTime(%s) + INTERVAL %d SECOND\n", chsql.Quote(l.ttlColumn), int64(l.ttl/time.Second))
	}
	fmt.Fprintf(&b, "SETTINGS %s = %d", window, l.window)
	return b.String(), nil
}
