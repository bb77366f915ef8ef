package clickhouse

import (
	"context"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The columns a table is created with that keeps one row a key: which of a key's rows is the last, and whether that says there is none.
const (
	versionColumn = "_version"
	deletedColumn = "_deleted"
	// currentView is what the name of the view over such a table ends in.
	currentView = "_current"
)

// replaces reports whether tables of an engine keep one row a sorting key, the one of the largest version.
func replaces(engine string) bool { return strings.HasSuffix(engine, "ReplacingMergeTree") }

// replacingArgs reads the version column and the is_deleted column out of a table's engine_full; either may be "".
func replacingArgs(engineFull string) (version, deleted string) {
	_, rest, ok := strings.Cut(engineFull, "ReplacingMergeTree(")
	if !ok {
		return "", ""
	}
	var names []string
	for rest != "" && rest[0] != ')' {
		var arg string
		var quoted byte
		arg, quoted, rest = cutArg(rest)
		if quoted != '\'' { // the path and the name of a replica
			names = append(names, arg)
		}
	}
	names = append(names, "", "")
	return names[0], names[1]
}

// cutArg takes the first of a list of names and texts off s, unquoted, and what separates it from the next.
func cutArg(s string) (arg string, quoted byte, rest string) {
	s = strings.TrimLeft(s, ", ")
	if s == "" || s[0] != '`' && s[0] != '\'' {
		i := strings.IndexAny(s, ",) ")
		if i < 0 {
			i = len(s)
		}
		return s[:i], 0, strings.TrimLeft(s[i:], ", ")
	}
	var b strings.Builder
	i := 1
	for ; i < len(s) && s[i] != s[0]; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), s[0], strings.TrimLeft(s[min(i+1, len(s)):], ", ")
}

// sortingColumns reads a table's sorting key; known is false when it is made of more than columns.
func sortingColumns(key string) (columns []string, known bool) {
	if strings.HasPrefix(key, "(") && strings.HasSuffix(key, ")") {
		key = key[1 : len(key)-1] // as newer servers tell it
	}
	for key != "" {
		var name string
		var quoted byte
		name, quoted, key = cutArg(key)
		if quoted == 0 && strings.ContainsAny(name, "()") {
			return nil, false
		}
		columns = append(columns, name)
	}
	return columns, true
}

// replacing is what a sink does for a table that keeps one row a key.
type replacing struct {
	// version and deleted are the columns that the sink fills, "" where it fills none.
	version, deleted string
	// reducer is nil for a stream of inserts.
	reducer *changelog.Reducer
}

// replacing compares the rows' changes with the table. It returns nil for a table that keeps every row it is given.
func (s *sink) replacing(oc component.SinkContext, t tableInfo, columns []tableColumn) (*replacing, error) {
	changes := oc.Mode.Change != plan.Append
	refuse := func(fix, format string, args ...any) error {
		return component.Permanent(CodeNotReplacing, nil, fix, "table %s takes no changes: "+format, append([]any{s.table.sql()}, args...)...)
	}
	if !replaces(t.engine) {
		if changes {
			return nil, refuse("Lead the rows to a table of the engine ReplacingMergeTree; create: if_missing with engine: replacing_merge_tree makes one.",
				"its engine %s keeps every row", t.engine)
		}
		return nil, nil
	}
	version, deleted := replacingArgs(t.engineFull)
	r := &replacing{version: s.filled(version, "UInt64", oc.Schema, columns), deleted: s.filled(deleted, "UInt8", oc.Schema, columns)}
	if !changes {
		return r, nil
	}
	if r.version == "" || r.deleted == "" {
		return nil, refuse("Make it ENGINE = ReplacingMergeTree("+versionColumn+", "+deletedColumn+") with "+versionColumn+" UInt64 and "+deletedColumn+" UInt8, both of which the sink fills.",
			"its engine has no version column of type UInt64 and is_deleted column of type UInt8 that the rows leave to the sink")
	}
	key, known := sortingColumns(t.sortingKey)
	if !known {
		return nil, refuse("Sort it by columns.", "it is sorted by expressions: %s", t.sortingKey)
	}
	if problem := changelog.CheckKey(oc.Mode, oc.Identity, key, ""); problem != nil {
		return nil, component.Permanent(problem.Code, nil, problem.Fix, "table %s is sorted by %s: %s", s.table.sql(), strings.Join(key, ", "), problem.Message)
	}
	r.reducer = &changelog.Reducer{Change: oc.Mode.Change, Names: key}
	for _, name := range key {
		i := oc.Schema.Index(name)
		if i < 0 {
			return nil, refuse("Add it to the rows.", "the rows have no column %q, by which it is sorted", name)
		}
		r.reducer.Key = append(r.reducer.Key, i)
	}
	if by, _ := parsePartition(t.partitionKey); t.partitionKey != "" && t.partitionKey != "tuple()" && (by == nil || !slices.Contains(key, by.column)) {
		s.log.Warn("clickhouse: the table is partitioned by what is not in its sorting key: merges never bring the rows of a key together that lie in several partitions, only FINAL does",
			"table", s.table.sql(), "partition_key", t.partitionKey)
	}
	return r, nil
}

// filled returns the column when the table has it in the type wanted and the rows leave it to the sink.
func (s *sink) filled(name, typ string, rows *schema.Schema, columns []tableColumn) string {
	i := slices.IndexFunc(columns, func(c tableColumn) bool { return c.name == name })
	if name == "" || i < 0 || columns[i].typ != typ || rows.Index(name) >= 0 {
		return ""
	}
	return name
}

// Reduce leaves one change a key of an epoch, where the table keeps one row a key.
func (s *sink) Reduce(rows []*batch.Batch) ([]*batch.Batch, error) {
	if s.keeps == nil || s.keeps.reducer == nil {
		return rows, nil
	}
	return s.keeps.reducer.Reduce(rows)
}

// Bits of a version: how often the pipeline was started afresh is in front, the number of the epoch behind it. A key has at most one change
// in an epoch, so nothing within one has to be told apart.
const (
	epochBits      = 40
	generationBits = 64 - epochBits
)

// versionOf orders a chunk among all that the pipeline ever writes; it is the same when the chunk is applied again.
func versionOf(c component.ChunkRef) (uint64, error) {
	if c.Epoch < 0 || c.Epoch >= 1<<epochBits || c.Generation < 0 || c.Generation >= 1<<generationBits {
		return 0, component.Permanent(CodeVersion, nil, "Lead the rows to a new table, from a pipeline of another name.",
			"epoch %d of generation %d has no version: there are %d bits for the one and %d for the other", c.Epoch, c.Generation, epochBits, generationBits)
	}
	return uint64(c.Generation)<<epochBits | uint64(c.Epoch), nil
}

// gone reports whether a change says that its row is no more.
func gone(b *batch.Batch, row int) bool {
	k := b.Kind(row)
	return k == batch.Delete || k == batch.UpdateBefore
}

// fillColumns adds the columns that the sink fills behind those of the rows.
func (r *replacing) fillColumns(to func(i int) appender, first int, c component.ChunkRef, rows []*batch.Batch, n int) error {
	if r.version != "" {
		v, err := versionOf(c)
		if err != nil {
			return err
		}
		if err := to(first).Append(slices.Repeat([]uint64{v}, n)); err != nil {
			return err
		}
		first++
	}
	if r.deleted == "" {
		return nil
	}
	flags := make([]uint8, 0, n)
	for _, b := range rows {
		for i := range b.Rows() {
			flag := uint8(0)
			if gone(b, b.Row(i)) {
				flag = 1
			}
			flags = append(flags, flag)
		}
	}
	return to(first).Append(flags)
}

// names are the columns that fillColumns fills.
func (r *replacing) names() []string {
	if r == nil {
		return nil
	}
	return slices.DeleteFunc([]string{r.version, r.deleted}, func(s string) bool { return s == "" })
}

// createView writes the DDL of the view that shows the rows a table has now.
func createView(name tableName, s *schema.Schema) string {
	return chsql.CreateCurrent(name.database, name.table+currentView, name.table, "", s.Names())
}

// ensureView makes the view over a table that keeps one row a key. Who may not create views can do without.
func (s *sink) ensureView(ctx context.Context, rows *schema.Schema) {
	ddl := createView(s.table, rows)
	if err := s.conn.Exec(ctx, ddl); err != nil {
		s.log.Warn("clickhouse: the view over the table's current rows was not created", "table", s.table.sql(), "ddl", ddl, "err", err)
	}
}

// zeroText is what stands for a text that is not there in a column without NULL: the value of a row that is gone.
func zeroText(t chtype.Type) string {
	switch t.Name {
	case "FixedString":
		return strings.Repeat("\x00", t.Length)
	case "UUID":
		return "00000000-0000-0000-0000-000000000000"
	case "JSON":
		return "{}"
	case "Enum8", "Enum16":
		least := ""
		for name := range t.Enum {
			if least == "" || name < least {
				least = name
			}
		}
		return least
	}
	return ""
}

// zeroValue is what stands for a value that is not there in a column without NULL, as the driver's AppendRow wants it.
func zeroValue(t chtype.Type) any {
	switch t.Name {
	case "Array":
		return []any{}
	case "Map":
		return &pairs{}
	case "Tuple":
		out := make([]any, len(t.Elems))
		for i, e := range t.Elems {
			if !e.Nullable {
				out[i] = zeroValue(e)
			}
		}
		return out
	case "String", "FixedString", "UUID", "JSON", "Enum8", "Enum16":
		return zeroText(t)
	}
	// A vector of every physical class gives the zero of each other type.
	return value(t, &batch.Vector{Type: schema.TimestampOf(6), N: 1, Bools: []bool{false}, I64: []int64{0}, U64: []uint64{0}, F64: []float64{0},
		Dec: []decimal128.Num{{}}}, 0)
}
