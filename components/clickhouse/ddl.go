package clickhouse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/models/schema"
)

// tableName is a physical name.
type tableName struct{ database, table string }

func (n tableName) sql() string {
	return chsql.Name(n.database, n.table)
}

// layout is how a table is created.
type layout struct {
	engine    string
	orderBy   []string
	partition *partitionBy
	ttlColumn string
	ttl       time.Duration
	window    int64
	// columns has those that are made otherwise than their types say.
	columns map[string]columnPlan
}

// Engines a table can be created with.
const (
	engineMergeTree           = "merge_tree"
	engineReplicated          = "replicated_merge_tree"
	engineReplacing           = "replacing_merge_tree"
	engineReplicatedReplacing = "replicated_replacing_merge_tree"
	engineSumming             = "summing_merge_tree"
)

// onePerKey reports whether tables of the engine keep one row a sorting key.
func onePerKey(engine string) bool {
	return engine == engineReplacing || engine == engineReplicatedReplacing
}

// columnPlan is how one column of a new table is made; empty parts are as its type and the layout have it.
type columnPlan struct{ typ, codec string }

// tableOf is the table's DDL. Columns it is sorted, partitioned or expired by cannot be NULL: rows with a NULL there are rejected.
func tableOf(name tableName, s *schema.Schema, l layout) (chsql.Table, error) {
	plain := l.keyColumns()
	t := chsql.Table{Database: name.database, Name: name.table, OrderBy: l.orderBy}
	if l.partition != nil {
		t.PartitionBy = l.partition.sql()
	}
	for _, f := range s.Fields {
		typ, err := chsql.Type(f.Type, f.Nullable && !plain[f.Name])
		if err == nil {
			typ, err = chtype.InsertableSQL(typ)
		}
		if err != nil {
			return chsql.Table{}, fmt.Errorf("column %q: %w", f.Name, err)
		}
		c := chsql.Column{Name: f.Name, Type: typ, Codec: l.columns[f.Name].codec}
		if chosen := l.columns[f.Name].typ; chosen != "" {
			c.Type = chosen
		}
		t.Columns = append(t.Columns, c)
	}
	var window string
	if t.Engine, window = engineSQL(l.engine, l.summed(s)); onePerKey(l.engine) {
		t.Columns = append(t.Columns, chsql.Column{Name: versionColumn, Type: "UInt64"}, chsql.Column{Name: deletedColumn, Type: "UInt8"})
	}
	if l.ttlColumn != "" {
		t.TTL = chsql.Expires(l.ttlColumn, int64(l.ttl/time.Second))
	}
	t.Settings = []chsql.Setting{{Name: window, Value: l.window}}
	return t, nil
}

// summed lists the columns that a table which adds up its rows adds: all it is not sorted by.
func (l layout) summed(s *schema.Schema) []string {
	var out []string
	for _, f := range s.Fields {
		if !slices.Contains(l.orderBy, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// engineSQL writes an engine with its arguments, and names the setting that says how many inserts the table remembers.
func engineSQL(engine string, summed []string) (sql, window string) {
	switch engine {
	case engineReplacing, engineReplicatedReplacing:
		sql = fmt.Sprintf("ReplacingMergeTree(%s, %s)", chsql.Quote(versionColumn), chsql.Quote(deletedColumn))
	case engineSumming:
		quoted := make([]string, len(summed))
		for i, c := range summed {
			quoted[i] = chsql.Quote(c)
		}
		sql = "SummingMergeTree((" + strings.Join(quoted, ", ") + "))"
	default:
		sql = "MergeTree"
	}
	if engine == engineReplicated || engine == engineReplicatedReplacing {
		return "Replicated" + sql, "replicated_deduplication_window"
	}
	return sql, "non_replicated_deduplication_window"
}
