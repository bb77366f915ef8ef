package clickhouse

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	ch "github.com/ClickHouse/clickhouse-go/v2"
	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func typ(t testing.TB, s string) schema.Type {
	t.Helper()
	out, err := schema.Parse(s)
	require.NoError(t, err)
	return out
}

func theirs(t testing.TB, s string) chtype.Type {
	t.Helper()
	out, err := chtype.Parse(s)
	require.NoError(t, err)
	return out
}

func TestSpecsAreWellFormed(t *testing.T) {
	_, err := component.NewRegistry(Specs()...)
	require.NoError(t, err)
}

func TestTypes(t *testing.T) {
	var b strings.Builder
	for _, s := range []string{"boolean", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
		"decimal(10, 2)", "decimal(38, 38)", "string", "bytes", "date", "timestamp(3)", "timestamp(6)", "json", "array<int64>",
		"array<string not null>", "map<string, decimal(9, 3)>", "row<os string, `v e` int32 not null>", "array<array<row<a json>>>"} {
		one, err := chsql.Type(typ(t, s), false)
		require.NoError(t, err)
		null, err := chsql.Type(typ(t, s), true)
		require.NoError(t, err)
		fmt.Fprintf(&b, "%-40s %-60s %s\n", s, one, null)
		// What we write we can read, and our own values fit it.
		_, err = chtype.Fit(typ(t, s), false, theirs(t, one))
		require.NoError(t, err, s)
	}
	golden(t, "types.txt", b.String())
	_, err := chsql.Type(schema.Of(schema.Null), false)
	require.Error(t, err)
}

func TestCreateTable(t *testing.T) {
	s := &schema.Schema{Fields: []schema.Field{
		{Name: "user_id", Type: typ(t, "int64"), Nullable: true},
		{Name: "时间", Type: typ(t, "timestamp(3)"), Nullable: true},
		{Name: "a`b\\c", Type: typ(t, "string"), Nullable: true},
		{Name: "tags", Type: typ(t, "array<string>"), Nullable: true},
	}}
	var b strings.Builder
	for _, l := range []layout{
		{engine: engineMergeTree, window: 1000},
		{engine: engineMergeTree, window: 100, orderBy: []string{"user_id", "时间"}, partition: &partitionBy{"toYYYYMM", "时间"}, ttlColumn: "时间", ttl: 720 * time.Hour},
		{engine: engineReplicated, window: 10000, orderBy: []string{"user_id"}, partition: &partitionBy{"", "user_id"}},
		{engine: engineReplacing, window: 1000, orderBy: []string{"user_id"}},
		{engine: engineReplicatedReplacing, window: 1000, orderBy: []string{"user_id"}},
		{engine: engineMergeTree, window: 1000, columns: map[string]columnPlan{"a`b\\c": {"LowCardinality(Nullable(String))", ""}, "时间": {"", "Delta, ZSTD(1)"}}},
		{engine: engineSumming, window: 1000, orderBy: []string{"时间", "a`b\\c", "tags"}},
	} {
		table, err := tableOf(tableName{"mu`sic", "plays"}, s, l)
		require.NoError(t, err)
		b.WriteString(table.Create() + ";\n\n")
	}
	b.WriteString(createView(tableName{"mu`sic", "plays"}, s) + ";\n")
	golden(t, "create.sql", b.String())
}

// one builds a column of one type from values; nil is NULL.
func one(t testing.TB, typ schema.Type, values ...any) *batch.Vector {
	t.Helper()
	b := batch.NewBuilder(typ, len(values))
	for _, v := range values {
		put(b, v)
	}
	return b.Finish()
}

func put(b *batch.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.AppendNull()
	case bool:
		b.AppendBool(v)
	case int:
		switch batch.ClassOf(b.Type()) {
		case batch.ClassU64:
			b.AppendUint(uint64(v))
		case batch.ClassDec:
			b.AppendDecimal(decimal128.FromI64(int64(v)))
		default:
			b.AppendInt(int64(v))
		}
	case uint64:
		b.AppendUint(v)
	case float64:
		b.AppendFloat(v)
	case string:
		b.AppendString(v)
	case []any:
		if b.Type().Kind == schema.Row {
			for i, e := range v {
				put(b.Field(i), e)
			}
			b.CloseRow()
			return
		}
		for _, e := range v {
			put(b.Elems(), e)
		}
		b.CloseList()
	case [][2]any:
		for _, e := range v {
			put(b.Keys(), e[0])
			put(b.Elems(), e[1])
		}
		b.CloseList()
	}
}

func TestCheck(t *testing.T) {
	const day = 86_400_000_000
	tests := []struct {
		ours, theirs string
		value        any
		want         diag.RowCode
	}{
		{"int64", "Int64", nil, diag.RowSinkRefused},
		{"int64", "Nullable(Int64)", nil, diag.RowOK},
		{"int64", "Int8", 127, diag.RowOK},
		{"int64", "Int8", 128, diag.RowOutOfRange},
		{"int64", "Int8", -129, diag.RowOutOfRange},
		{"int64", "UInt64", -1, diag.RowOutOfRange},
		{"int64", "UInt64", 1, diag.RowOK},
		{"int8", "UInt32", -1, diag.RowOutOfRange},
		{"uint64", "Int64", uint64(1) << 63, diag.RowOutOfRange},
		{"uint64", "Int64", uint64(1)<<63 - 1, diag.RowOK},
		{"uint16", "UInt8", 256, diag.RowOutOfRange},
		{"int32", "LowCardinality(Nullable(Int16))", 40000, diag.RowOutOfRange},
		{"decimal(10, 2)", "Decimal(6, 2)", 999_999, diag.RowOK},
		{"decimal(10, 2)", "Decimal(6, 2)", 1_000_000, diag.RowOutOfRange},
		{"decimal(10, 2)", "Decimal(6, 2)", -1_000_000, diag.RowOutOfRange},
		{"decimal(10, 2)", "Decimal(10, 4)", 99_999_999, diag.RowOK},
		{"decimal(10, 2)", "Decimal(10, 4)", 100_000_000, diag.RowOutOfRange},
		{"date", "Date", -1, diag.RowOutOfRange},
		{"date", "Date", 65535, diag.RowOK},
		{"date", "Date", 65536, diag.RowOutOfRange},
		{"date", "Date32", chtype.Day1900, diag.RowOK},
		{"date", "Date32", chtype.Day1900 - 1, diag.RowOutOfRange},
		{"date", "Date32", chtype.Day2299 + 1, diag.RowOutOfRange},
		{"timestamp(3)", "DateTime", 0, diag.RowOK},
		{"timestamp(3)", "DateTime", -1_000_000, diag.RowOutOfRange},
		{"timestamp(3)", "DateTime", 4_294_967_296_000_000, diag.RowOutOfRange},
		{"timestamp(3)", "DateTime", 1_500_000, diag.RowSinkRefused},
		{"timestamp", "DateTime64(3)", 1_000, diag.RowOK},
		{"timestamp", "DateTime64(3)", 1_001, diag.RowSinkRefused},
		{"timestamp", "DateTime64(6)", 1_001, diag.RowOK},
		{"timestamp", "DateTime64(6)", chtype.Day1900*day - 1, diag.RowOutOfRange},
		{"timestamp", "DateTime64(6)", chtype.Micros2262 + 1, diag.RowOutOfRange},
		{"string", "FixedString(3)", "abc", diag.RowOK},
		{"string", "FixedString(3)", "ab", diag.RowSinkRefused},
		{"string", "FixedString(3)", "abcd", diag.RowSinkRefused},
		{"string", "Enum8('play' = 1)", "play", diag.RowOK},
		{"string", "Enum8('play' = 1)", "skip", diag.RowSinkRefused},
		{"string", "UUID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", diag.RowOK},
		{"string", "UUID", "6ba7b8109dad11d180b400c04fd430c8", diag.RowSinkRefused},
		{"json", "JSON", ` {"a":1}`, diag.RowOK},
		{"json", "JSON", `[1]`, diag.RowSinkRefused},
		{"array<int64>", "Array(Int8)", []any{1, 300}, diag.RowOutOfRange},
		{"array<int64>", "Array(Int8)", []any{1, nil}, diag.RowSinkRefused},
		{"array<int64>", "Array(Nullable(Int8))", []any{1, nil}, diag.RowOK},
		{"array<int64>", "Array(Nullable(Int64))", nil, diag.RowSinkRefused},
		{"map<string, int64>", "Map(String, Int8)", [][2]any{{"a", 1}, {"b", 300}}, diag.RowOutOfRange},
		{"row<a int64, b string>", "Tuple(a Nullable(Int8), b Nullable(String))", []any{300, "x"}, diag.RowOutOfRange},
		{"row<a int64, b string>", "Tuple(Nullable(Int8), Nullable(String))", []any{3, nil}, diag.RowOK},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s to %s %v", tt.ours, tt.theirs, tt.value), func(t *testing.T) {
			ours := typ(t, tt.ours)
			check, err := chtype.Fit(ours, true, theirs(t, tt.theirs))
			require.NoError(t, err)
			s := &sink{columns: []column{{name: "c", check: check}}}
			b := &batch.Batch{N: 1, Cols: []*batch.Vector{one(t, ours, tt.value)}}
			got := s.Check(b)
			if tt.want == diag.RowOK {
				require.Empty(t, got)
				return
			}
			require.Equal(t, []component.RowReject{{Row: 0, Code: tt.want, Path: "c"}}, got)
		})
	}
}

func TestCheckLooksAtSelectedRowsAndOnceARow(t *testing.T) {
	narrow, err := chtype.Fit(typ(t, "int64"), false, theirs(t, "Int8"))
	require.NoError(t, err)
	s := &sink{columns: []column{{name: "a", check: narrow}, {name: "b", source: 1, check: narrow}}}
	v := one(t, typ(t, "int64"), 999, 1, 999)
	b := &batch.Batch{N: 3, Cols: []*batch.Vector{v, v}, Sel: []int32{1, 2}}
	require.Equal(t, []component.RowReject{{Row: 2, Code: diag.RowOutOfRange, Path: "a"}}, s.Check(b))
}

func TestCompare(t *testing.T) {
	s := &schema.Schema{Fields: []schema.Field{
		{Name: "user_id", Type: typ(t, "int64")}, {Name: "secnds", Type: typ(t, "float64")}, {Name: "price", Type: typ(t, "decimal(10, 4)")},
		{Name: "at", Type: typ(t, "timestamp(3)")}, {Name: "total", Type: typ(t, "int64")}, {Name: "f(x)", Type: typ(t, "int64")},
		{Name: "agg", Type: typ(t, "int64")}, {Name: "device", Type: typ(t, "row<os string, ver string>")},
		{Name: "pair", Type: typ(t, "row<`a b` string>")},
	}}
	columns, found := compare("`d`.`t`", s, []tableColumn{
		{"user_id", "UInt32", ""}, {"seconds", "Float32", ""}, {"price", "Decimal(10, 2)", ""}, {"at", "String", ""}, {"total", "Int64", "MATERIALIZED"},
		{"f(x)", "Int64", ""}, {"pair", "Tuple(`a b` String)", ""}, {"agg", "AggregateFunction(sum, Int64)", ""}, {"device", "Tuple(os String, version String)", ""},
		{"extra", "Int64", ""}, {"extra_default", "Int64", "DEFAULT"}, {"extra_null", "Nullable(Int64)", ""},
	})
	require.Len(t, columns, 1)
	require.Equal(t, "user_id", columns[0].name)
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "%s %s\n  %s\n  fix: %s\n", d.Code, d.Path, d.Message, d.Fix)
	}
	golden(t, "clashes.txt", b.String())
}

// TestConvert puts values into the driver's own columns and reads them back.
func TestConvert(t *testing.T) {
	tests := []struct {
		ours, theirs string
		values       []any
		want         string
	}{
		{"boolean", "Nullable(Bool)", []any{true, nil, false}, "true NULL false"},
		{"boolean", "UInt8", []any{true, false}, "1 0"},
		{"int64", "Int64", []any{1, -2}, "1 -2"},
		{"int32", "Nullable(UInt16)", []any{7, nil}, "7 NULL"},
		{"uint64", "UInt64", []any{^uint64(0)}, "18446744073709551615"},
		{"int16", "LowCardinality(Int16)", []any{5, 5, -5}, "5 5 -5"},
		{"float32", "Float64", []any{0.5, 1.0}, "0.5 1"},
		{"float64", "Nullable(Float64)", []any{nil, 2.25}, "NULL 2.25"},
		{"decimal(10, 2)", "Decimal(18, 4)", []any{-105, 7}, "-1.05 0.07"},
		{"decimal(38, 0)", "Nullable(Decimal(38, 0))", []any{nil, 12}, "NULL 12"},
		{"string", "String", []any{"a", "", "日志"}, "a  日志"},
		{"string", "Nullable(String)", []any{nil, "x"}, "NULL x"},
		{"string", "LowCardinality(Nullable(String))", []any{"x", nil, "x", "y"}, "x NULL x y"},
		{"string", "FixedString(2)", []any{"ab", "cd"}, "ab cd"},
		{"string", "Enum8('a' = 1, 'b' = 2)", []any{"b", "a"}, "b a"},
		{"string", "UUID", []any{"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
		{"date", "Date", []any{0, 1}, "1970-01-01T00:00:00Z 1970-01-02T00:00:00Z"},
		{"date", "Date32", []any{-1, chtype.Day1900, chtype.Day2299}, "1969-12-31T00:00:00Z 1900-01-01T00:00:00Z 2299-12-31T00:00:00Z"},
		{"timestamp(3)", "DateTime('UTC')", []any{1_000_000}, "1970-01-01T00:00:01Z"},
		{"timestamp(3)", "DateTime64(3, 'UTC')", []any{-1_000, 1_700_000_000_123_000}, "1969-12-31T23:59:59.999Z 2023-11-14T22:13:20.123Z"},
		{"timestamp", "Nullable(DateTime64(6, 'UTC'))", []any{nil, 1, chtype.Micros1900, chtype.Micros2262}, "NULL 1970-01-01T00:00:00.000001Z 1900-01-01T00:00:00Z 2262-04-11T23:47:16.854775Z"},
		{"array<int32>", "Array(Int32)", []any{[]any{1, 2}, []any{}}, "[1 2] []"},
		{"array<array<string>>", "Array(Array(Nullable(String)))", []any{[]any{[]any{"a", nil}, []any{}}}, "[[a NULL] []]"},
		{"map<string, int64>", "Map(String, Int64)", []any{[][2]any{{"b", 1}, {"a", 2}}}, "map[a:2 b:1]"},
		{"row<os string, n int32>", "Tuple(os String, n Nullable(Int32))", []any{[]any{"ios", nil}, []any{"web", 4}}, "map[n:NULL os:ios] map[n:4 os:web]"},
	}
	for _, tt := range tests {
		t.Run(tt.ours+" to "+tt.theirs, func(t *testing.T) {
			ours := typ(t, tt.ours)
			// Two batches, the second with a selection, must come out in one column.
			first := &batch.Batch{N: len(tt.values), Cols: []*batch.Vector{one(t, ours, tt.values...)}}
			second := first.Select([]int32{0})
			col, err := chcolumn.Type(tt.theirs).Column("c", &chcolumn.ServerContext{Timezone: time.UTC})
			require.NoError(t, err)
			n := first.Rows() + second.Rows()
			require.NoError(t, appendColumn(anyColumn{col}, theirs(t, tt.theirs), 0, []*batch.Batch{first, second}))
			require.Equal(t, n, col.Rows())
			col.Encode(&proto.Buffer{}) // a LowCardinality can be read once it was encoded
			var got []string
			for i := range len(tt.values) {
				got = append(got, show(col.Row(i, false)))
			}
			require.Equal(t, tt.want, strings.Join(got, " "))
			if !strings.HasPrefix(tt.theirs, "Map") {
				require.Equal(t, got[0], show(col.Row(n-1, false)))
			}
		})
	}
}

type anyColumn struct{ chcolumn.Interface }

func (c anyColumn) Append(v any) error { _, err := c.Interface.Append(v); return err }

// TestNullableWithoutNull holds the driver to what marksValues says of it: a Nullable column has a note for each value, in whatever way
// the values came.
func TestNullableWithoutNull(t *testing.T) {
	tests := []struct {
		ours, theirs string
		value        any
	}{
		{"boolean", "Bool", true}, {"int8", "Int8", -1}, {"int16", "Int16", -1}, {"int32", "Int32", -1}, {"int64", "Int64", -1},
		{"uint8", "UInt8", 1}, {"uint16", "UInt16", 1}, {"uint32", "UInt32", 1}, {"uint64", "UInt64", 1}, {"float32", "Float32", 1.5},
		{"float64", "Float64", 1.5}, {"decimal(10, 2)", "Decimal(10, 2)", 5}, {"string", "String", "a"}, {"string", "FixedString(2)", "ab"},
		{"string", "Enum8('a' = 1)", "a"}, {"string", "Enum16('a' = 1)", "a"}, {"string", "UUID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
		{"date", "Date", 1}, {"date", "Date32", 1}, {"timestamp(3)", "DateTime('UTC')", 1_000_000}, {"timestamp(3)", "DateTime64(3, 'UTC')", 1_000},
	}
	for _, tt := range tests {
		t.Run(tt.theirs, func(t *testing.T) {
			nullable := "Nullable(" + tt.theirs + ")"
			col, err := chcolumn.Type(nullable).Column("c", &chcolumn.ServerContext{Timezone: time.UTC})
			require.NoError(t, err)
			ours := typ(t, tt.ours)
			// A block without NULL, and one whose NULL comes behind a value.
			for _, values := range [][]any{{tt.value, tt.value}, {tt.value, nil, tt.value}} {
				b := &batch.Batch{N: len(values), Cols: []*batch.Vector{one(t, ours, values...)}}
				col.Reset()
				require.NoError(t, appendColumn(anyColumn{col}, theirs(t, nullable), 0, []*batch.Batch{b}))
				require.Equal(t, len(values), col.Rows(), "Rows counts the notes")
				for i, v := range values {
					require.Equal(t, v == nil, col.Row(i, false) == nil || show(col.Row(i, false)) == "NULL")
				}
				require.Equal(t, show(col.Row(0, false)), show(col.Row(len(values)-1, false)))
			}
		})
	}
}

func TestPartition(t *testing.T) {
	for _, tt := range []struct {
		key   string
		want  string
		known bool
	}{
		{"", "", true}, {"tuple()", "", true}, {"toYYYYMM(ts)", "toYYYYMM(`ts`)", true}, {"toYYYYMMDD(`event time`)", "toYYYYMMDD(`event time`)", true},
		{"toDate(ts)", "toDate(`ts`)", true}, {"day", "`day`", true}, {"(day)", "`day`", true}, {"(a, b)", "", false}, {"toMonday(ts)", "", false},
		{"toYYYYMM(ts", "", false}, {"ts)", "", false}, {"intDiv(a, 3)", "", false},
	} {
		by, known := parsePartition(tt.key)
		require.Equal(t, tt.known, known, tt.key)
		if by != nil {
			require.Equal(t, tt.want, by.sql(), tt.key)
		} else {
			require.Empty(t, tt.want, tt.key)
		}
	}
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	// 2024-01-31T16:00:00Z is February in Shanghai.
	at := int(time.Date(2024, 1, 31, 16, 0, 0, 0, time.UTC).UnixMicro())
	b := &batch.Batch{N: 3, Cols: []*batch.Vector{one(t, typ(t, "timestamp(3)"), at-1000, at, nil)}}
	require.Equal(t, []uint64{202401, 202402, ^uint64(0)}, partitionBy{"toYYYYMM", "ts"}.keysIn(b, shanghai))
	require.Equal(t, []uint64{20240131, 20240131, ^uint64(0)}, partitionBy{"toDate", "ts"}.keysIn(b, time.UTC))

	s := &sink{}
	require.Nil(t, s.ChunkKey(b))
	require.Zero(t, s.Limits().Keys)
	s = &sink{partition: &partitionBy{"toYYYYMM", "ts"}, zone: shanghai}
	require.Equal(t, maxPartitions, s.Limits().Keys)
	require.Len(t, s.ChunkKey(b), 3)
}

func (p partitionBy) keysIn(b *batch.Batch, zone *time.Location) []uint64 { return p.keys(b, 0, zone) }

func TestPromise(t *testing.T) {
	good := tableInfo{name: tableName{"d", "t"}, engine: "MergeTree", window: 1000}
	small := tableInfo{name: tableName{"d", "mv"}, engine: "SummingMergeTree", window: 99}
	log := tableInfo{name: tableName{"d", "l"}, engine: "Log"}
	require.True(t, promise([]tableInfo{good}).ExactlyOnce)
	p := promise([]tableInfo{good, small})
	require.False(t, p.ExactlyOnce)
	require.Equal(t, "The table `d`.`mv`, which a materialized view fills, remembers 99 inserts, 100 are needed; ALTER TABLE `d`.`mv` MODIFY SETTING non_replicated_deduplication_window = 1000.", p.Why)
	require.Contains(t, promise([]tableInfo{log}).Why, "engine Log")

	require.EqualValues(t, 250, windowOf("MergeTree", "MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 250, index_granularity = 8192", 0))
	require.EqualValues(t, 7, windowOf("MergeTree", "MergeTree ORDER BY a SETTINGS index_granularity = 8192", 7))
	require.EqualValues(t, 9, windowOf("ReplicatedMergeTree", "ReplicatedMergeTree(...) SETTINGS replicated_deduplication_window = 9, non_replicated_deduplication_window = 1", 0))
	require.EqualValues(t, 0, windowOf("Memory", "", 100))
}

func TestViewTargets(t *testing.T) {
	view := tableName{"d", "v"}
	for ddl, want := range map[string]tableName{
		"CREATE MATERIALIZED VIEW d.v TO d2.t (`a` Int64) AS SELECT a FROM d.s":           {"d2", "t"},
		"CREATE MATERIALIZED VIEW d.v TO `d 2`.`t``x` (`a` Int64) AS SELECT 1":            {"d 2", "t"},
		"CREATE MATERIALIZED VIEW d.v TO t AS SELECT a FROM d.s":                          {"d", "t"},
		"CREATE MATERIALIZED VIEW d.v (`a` Int64) ENGINE = MergeTree AS SELECT ' TO d.x'": {"d", ".inner_id.0a"},
	} {
		require.Equal(t, want, targetOf(view, ddl, "0a"), ddl)
	}
	require.Equal(t, tableName{"d", ".inner.v"}, targetOf(view, "CREATE MATERIALIZED VIEW d.v ENGINE = Log AS SELECT 1", "00000000-0000-0000-0000-000000000000"))
}

func TestErrors(t *testing.T) {
	exception := func(code int32, message string) error {
		return fmt.Errorf("sending: %w", &ch.Exception{Code: code, Name: "X", Message: message})
	}
	require.True(t, mendable(exception(202, "")))
	require.True(t, mendable(exception(252, "Too many parts (600 with average size)")))
	require.False(t, mendable(exception(252, "Too many partitions for single INSERT block (more than 100)")))
	require.False(t, mendable(exception(252, "Too many partitions for single INSERT block"+"")))
	require.False(t, mendable(exception(60, "")))
	require.False(t, mendable(exception(164, "")))
	require.True(t, mendable(os.ErrDeadlineExceeded))
	require.False(t, mendable(component.Permanent(CodeRefused, nil, "", "x")))

	var forever *component.PermanentError
	require.ErrorAs(t, classify(exception(516, "password hunter2"), "x"), &forever)
	require.NotContains(t, classify(exception(516, "password hunter2"), "x").Error(), "hunter2")
	require.ErrorContains(t, classify(exception(60, ""), "x"), string(CodeTableMissing))
	require.ErrorContains(t, classify(exception(53, ""), "x"), string(CodeRefused))
	require.NotErrorAs(t, classify(exception(241, ""), "x"), &forever)
}

func TestRetryWithoutMemoryStopsAndAsks(t *testing.T) {
	b := &batch.Batch{N: 1, Cols: []*batch.Vector{one(t, typ(t, "int64"), 1)}}
	s := &sink{promise: component.Promise{Why: "x."}}
	err := s.Apply(t.Context(), component.ChunkRef{Retry: true}, []*batch.Batch{b})
	var forever *component.PermanentError
	require.ErrorAs(t, err, &forever)
	require.ErrorContains(t, err, string(CodeUnknownOutcome))
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{Retry: true}, nil), "an empty chunk has no outcome")
}

func TestPhysicalName(t *testing.T) {
	name := func(values map[string]any) tableName { return physicalName(component.NewParams(values)) }
	require.Equal(t, tableName{"music", "plays"}, name(map[string]any{"table": "ads.music.plays"}))
	require.Equal(t, tableName{"", "plays"}, name(map[string]any{"table": "plays"}))
	require.Equal(t, tableName{"x", "y"}, name(map[string]any{"table": "ads.music.plays", "physical": "x.y"}))
	for _, bad := range []string{"", "a b", "a.b.c", "a.", "f(x)", "`a`"} {
		_, ok := parseName(bad)
		require.False(t, ok, bad)
	}
}
