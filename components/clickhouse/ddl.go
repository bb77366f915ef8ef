package clickhouse

import (
	"fmt"
	"strings"
	"time"

	"millrace/models/schema"
)

// quote writes an identifier. It is the only place in which one becomes SQL.
func quote(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

// tableName is a physical name.
type tableName struct{ database, table string }

func (n tableName) sql() string {
	if n.database == "" {
		return quote(n.table)
	}
	return quote(n.database) + "." + quote(n.table)
}

// typeSQL returns the ClickHouse type that holds a type of the language; see docs/components/clickhouse-types.md. Nested types cannot be
// NULL in ClickHouse: nullable has no effect on them, and rows with a NULL there are rejected.
func typeSQL(t schema.Type, nullable bool) (string, error) {
	var s string
	switch t.Kind {
	case schema.Boolean:
		s = "Bool"
	case schema.Int8, schema.Int16, schema.Int32, schema.Int64:
		s = fmt.Sprintf("Int%d", t.Bits())
	case schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64:
		s = fmt.Sprintf("UInt%d", t.Bits())
	case schema.Float32, schema.Float64:
		s = fmt.Sprintf("Float%d", t.Bits())
	case schema.Decimal:
		s = fmt.Sprintf("Decimal(%d, %d)", t.Precision, t.Scale)
	case schema.String, schema.Bytes, schema.JSON:
		// JSON stays text: ClickHouse's JSON type would change numbers and lose null members.
		s = "String"
	case schema.Date:
		s = "Date32"
	case schema.Timestamp:
		s = fmt.Sprintf("DateTime64(%d, 'UTC')", t.Precision)
	case schema.Array:
		e, err := typeSQL(*t.Elem, t.ElemNullable)
		return "Array(" + e + ")", err
	case schema.Map:
		k, err := typeSQL(*t.Key, false)
		if err != nil {
			return "", err
		}
		v, err := typeSQL(*t.Elem, t.ElemNullable)
		return "Map(" + k + ", " + v + ")", err
	case schema.Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			e, err := typeSQL(f.Type, f.Nullable)
			if err != nil {
				return "", err
			}
			parts[i] = quote(f.Name) + " " + e
		}
		return "Tuple(" + strings.Join(parts, ", ") + ")", nil
	default:
		return "", fmt.Errorf("ClickHouse has no type for %s", t)
	}
	if nullable {
		s = "Nullable(" + s + ")"
	}
	return s, nil
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
	engineMergeTree  = "merge_tree"
	engineReplicated = "replicated_merge_tree"
)

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
		t, err := typeSQL(f.Type, f.Nullable && !plain[f.Name])
		if err != nil {
			return "", fmt.Errorf("column %q: %w", f.Name, err)
		}
		fmt.Fprintf(&b, "    %s %s", quote(f.Name), t)
		if i < len(s.Fields)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	engine, window := "MergeTree", "non_replicated_deduplication_window"
	if l.engine == engineReplicated {
		engine, window = "ReplicatedMergeTree", "replicated_deduplication_window"
	}
	fmt.Fprintf(&b, ")\nENGINE = %s\n", engine)
	if l.partition != nil {
		fmt.Fprintf(&b, "PARTITION BY %s\n", l.partition.sql())
	}
	order := make([]string, len(l.orderBy))
	for i, c := range l.orderBy {
		order[i] = quote(c)
	}
	if len(order) == 0 {
		b.WriteString("ORDER BY tuple()\n")
	} else {
		fmt.Fprintf(&b, "ORDER BY (%s)\n", strings.Join(order, ", "))
	}
	if l.ttlColumn != "" {
		fmt.Fprintf(&b, "TTL toDateTime(%s) + INTERVAL %d SECOND\n", quote(l.ttlColumn), int64(l.ttl/time.Second))
	}
	fmt.Fprintf(&b, "SETTINGS %s = %d", window, l.window)
	return b.String(), nil
}
