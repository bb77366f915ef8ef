package clickhouse

import (
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

func TestReplacingArgs(t *testing.T) {
	for full, want := range map[string][2]string{
		"ReplacingMergeTree ORDER BY a SETTINGS index_granularity = 8192":                                                     {"", ""},
		"ReplacingMergeTree(v) ORDER BY a":                                                                                    {"v", ""},
		"ReplacingMergeTree(_version, _deleted) PARTITION BY toYYYYMM(t) ORDER BY (a, b)":                                     {"_version", "_deleted"},
		"ReplacingMergeTree(`my version`, `a\\`b`) ORDER BY a":                                                                {"my version", "a`b"},
		"ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', _version, _deleted) ORDER BY tuple()": {"_version", "_deleted"},
		"SharedReplacingMergeTree('/clickhouse/tables/(x)', 'it\\'s', v) ORDER BY a":                                          {"v", ""},
		"MergeTree ORDER BY ReplacingMergeTree":                                                                               {"", ""},
		"ReplacingMergeTree(":                                                                                                 {"", ""},
		"ReplacingMergeTree(a, ":                                                                                              {"a", ""},
		"ReplacingMergeTree('":                                                                                                {"", ""},
	} {
		version, deleted := replacingArgs(full)
		require.Equal(t, want, [2]string{version, deleted}, full)
	}
}

func TestSortingColumns(t *testing.T) {
	for key, want := range map[string]string{
		"":                         "",
		"a":                        "a",
		"(a)":                      "a",
		"a, b":                     "a b",
		"(user_id, `时 间`, c)":      "user_id 时 间 c",
		"toDate(a), b":             "?",
		"a, cityHash64(b)":         "?",
		"(a, toStartOfHour(b, 1))": "?",
	} {
		columns, known := sortingColumns(key)
		got := strings.Join(columns, " ")
		if !known {
			got = "?"
		}
		require.Equal(t, want, got, key)
	}
}

func FuzzEngine(f *testing.F) {
	f.Add("ReplicatedReplacingMergeTree('/a', '{r}', v, d) ORDER BY a", "(a, `b`)")
	f.Fuzz(func(_ *testing.T, full, key string) {
		replacingArgs(full)
		sortingColumns(key)
	})
}

func TestVersions(t *testing.T) {
	last := uint64(0)
	for _, c := range []component.ChunkRef{
		{Epoch: 1}, {Epoch: 2}, {Epoch: 1<<40 - 1}, {Generation: 1, Epoch: 1}, {Generation: 1, Epoch: 700}, {Generation: 2, Epoch: 1}, {Generation: 1<<24 - 1, Epoch: 1<<40 - 1},
	} {
		v, err := versionOf(c)
		require.NoError(t, err)
		require.Greater(t, v, last, "%+v", c)
		again, err := versionOf(component.ChunkRef{Generation: c.Generation, Epoch: c.Epoch, Ordinal: 3, Retry: true, Token: "x"})
		require.NoError(t, err)
		require.Equal(t, v, again, "applying a chunk again writes the same")
		last = v
	}
	require.EqualValues(t, uint64(math.MaxUint64), last)
	for _, c := range []component.ChunkRef{{Epoch: 1 << 40}, {Generation: 1 << 24}, {Epoch: -1}} {
		_, err := versionOf(c)
		require.ErrorContains(t, err, string(CodeVersion))
	}
}

// person is a schema with a key, and what a table for it looks like.
func person() *schema.Schema {
	return &schema.Schema{Key: []string{"id"}, Fields: []schema.Field{
		{Name: "id", Type: schema.Of(schema.Int64), Nullable: true}, {Name: "name", Type: schema.Of(schema.String), Nullable: true}, {Name: "at", Type: schema.TimestampOf(3), Nullable: true}}}
}

var personColumns = []tableColumn{{"id", "Int64", ""}, {"name", "String", ""}, {"at", "Nullable(DateTime64(3))", ""}, {"_version", "UInt64", ""}, {"_deleted", "UInt8", ""}}

func TestWhichTablesTakeChanges(t *testing.T) {
	upsert, retract := plan.Mode{Change: plan.Upsert, Key: []string{"id"}}, plan.Mode{Change: plan.Retract}
	const full = "ReplacingMergeTree(_version, _deleted) ORDER BY id"
	for _, c := range []struct {
		name    string
		mode    plan.Mode
		table   tableInfo
		columns []tableColumn
		want    string // what the sink fills, or the error
	}{
		{"inserts into a MergeTree", plan.Mode{}, tableInfo{engine: "MergeTree", sortingKey: "id"}, personColumns[:3], "nothing"},
		{"inserts into a ReplacingMergeTree", plan.Mode{}, tableInfo{engine: "ReplacingMergeTree", engineFull: full, sortingKey: "id"}, personColumns, "_version _deleted"},
		{"inserts that bring their version", plan.Mode{}, tableInfo{engine: "ReplacingMergeTree", engineFull: "ReplacingMergeTree(at) ORDER BY id", sortingKey: "id"}, personColumns[:3], ""},
		{"an upsert", upsert, tableInfo{engine: "ReplacingMergeTree", engineFull: full, sortingKey: "id"}, personColumns, "_version _deleted by id"},
		{"a retract stream", retract, tableInfo{engine: "SharedReplacingMergeTree", engineFull: "Shared" + full, sortingKey: "(name, id)"}, personColumns, "_version _deleted by name id"},
		{"an upsert into a MergeTree", upsert, tableInfo{engine: "MergeTree", sortingKey: "id"}, personColumns[:3], "clickhouse.takes_no_changes: table `d`.`t` takes no changes: its engine MergeTree keeps every row"},
		{"no is_deleted", upsert, tableInfo{engine: "ReplacingMergeTree", engineFull: "ReplacingMergeTree(_version) ORDER BY id", sortingKey: "id"}, personColumns[:4], "its engine has no version column"},
		{"a version of another type", upsert, tableInfo{engine: "ReplacingMergeTree", engineFull: "ReplacingMergeTree(at, _deleted) ORDER BY id", sortingKey: "id"}, personColumns, "its engine has no version column"},
		{"sorted by an expression", upsert, tableInfo{engine: "ReplacingMergeTree", engineFull: full, sortingKey: "intHash64(id)"}, personColumns, "it is sorted by expressions: intHash64(id)"},
		{"sorted by more than the key", upsert, tableInfo{engine: "ReplacingMergeTree", engineFull: full, sortingKey: "id, name"}, personColumns,
			"changelog.key: table `d`.`t` is sorted by id, name: the rows are replaced by id: a change of name, which the key id, name has too, would leave the old row behind"},
		{"sorted by less than the key", retract, tableInfo{engine: "ReplacingMergeTree", engineFull: full, sortingKey: "name"}, personColumns, "under name, without id, several would share one place"},
		{"sorted by a column the rows lack", retract, tableInfo{engine: "ReplacingMergeTree", engineFull: full, sortingKey: "id, region"}, personColumns, `the rows have no column "region", by which it is sorted`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &sink{table: tableName{"d", "t"}, log: slog.New(slog.DiscardHandler)}
			r, err := s.replacing(component.SinkContext{Schema: person(), Mode: c.mode, Identity: person().Key}, c.table, c.columns)
			if err != nil {
				require.ErrorContains(t, err, c.want)
				return
			}
			got := "nothing"
			if r != nil {
				got = strings.Join(r.names(), " ")
				if r.reducer != nil {
					got += " by " + strings.Join(r.reducer.Names, " ")
				}
			}
			require.Equal(t, c.want, got)
		})
	}
}

// TestChangesAsColumns: what a chunk of changes becomes, column by column; a row that is gone needs nothing but its key.
func TestChangesAsColumns(t *testing.T) {
	s := &sink{table: tableName{"d", "t"}, log: slog.New(slog.DiscardHandler)}
	in := person()
	oc := component.SinkContext{Schema: in, Mode: plan.Mode{Change: plan.Upsert, Key: in.Key}, Identity: in.Key}
	var err error
	s.keeps, err = s.replacing(oc, tableInfo{engine: "ReplacingMergeTree", engineFull: "ReplacingMergeTree(_version, _deleted) ORDER BY id", sortingKey: "id"}, personColumns)
	require.NoError(t, err)
	require.NoError(t, s.match(oc, personColumns))
	require.Equal(t, "INSERT INTO `d`.`t` (`id`, `name`, `at`, `_version`, `_deleted`)", s.insert)

	id, name, at := batch.NewBuilder(in.Fields[0].Type, 3), batch.NewBuilder(in.Fields[1].Type, 3), batch.NewBuilder(in.Fields[2].Type, 3)
	for i := range 4 {
		id.AppendInt(int64(i / 2))
		name.AppendString("n")
		at.AppendInt(int64(i) * 1000)
	}
	id.AppendInt(7)
	name.AppendNull()
	at.AppendNull()
	b := &batch.Batch{Schema: in, N: 5, Cols: []*batch.Vector{id.Finish(), name.Finish(), at.Finish()},
		Kinds: []batch.RowKind{batch.Insert, batch.UpdateAfter, batch.Insert, batch.Delete, batch.Delete}}
	require.Empty(t, s.Check(b), "a row that is gone is not checked but for its key")
	b.Kinds[4] = batch.Insert
	require.Equal(t, []component.RowReject{{Row: 4, Code: diag.RowSinkRefused, Path: "name"}}, s.Check(b))
	b.Kinds[4] = batch.Delete
	b.Cols[0].Valid = batch.NewBitmap(5, true)
	b.Cols[0].Valid.Clear(3)
	require.Equal(t, []component.RowReject{{Row: 3, Code: diag.RowSinkRefused, Path: "id"}}, s.Check(b))
	b.Cols[0].Valid = nil

	left, err := s.Reduce([]*batch.Batch{b})
	require.NoError(t, err)
	made := columns(t, "Int64", "String", "Nullable(DateTime64(3))", "UInt64", "UInt8")
	for i, c := range s.columns {
		require.NoError(t, appendColumn(made[i], c.typ, c.source, left))
	}
	require.NoError(t, s.keeps.fillColumns(func(i int) appender { return made[i] }, len(s.columns), component.ChunkRef{Generation: 1, Epoch: 5}, left, 3))
	var got []string
	for row := range 3 {
		var cells []string
		for _, c := range made {
			cells = append(cells, show(c.Row(row, false)))
		}
		got = append(got, strings.Join(cells, " "))
	}
	require.Equal(t, []string{
		"0 n 1970-01-01T00:00:00.001Z 1099511627781 0",
		"1 n 1970-01-01T00:00:00.003Z 1099511627781 1",
		"7  NULL 1099511627781 1",
	}, got)
}

// columns makes columns of the driver.
func columns(t *testing.T, types ...string) []anyColumn {
	t.Helper()
	var out []anyColumn
	for _, typ := range types {
		c, err := chcolumn.Type(typ).Column("c", &chcolumn.ServerContext{Timezone: time.UTC})
		require.NoError(t, err)
		out = append(out, anyColumn{c})
	}
	return out
}

// TestNothingInEveryType: a row that is gone has no values, and every column without NULL takes it all the same.
func TestNothingInEveryType(t *testing.T) {
	for theirType, ours := range map[string]string{
		"Bool": "boolean", "Int8": "int8", "UInt64": "uint64", "Float32": "float32", "Decimal(9, 2)": "decimal(9,2)", "String": "string", "FixedString(3)": "string",
		"Enum8('b' = 1, 'a' = 2)": "string", "UUID": "string", "Date": "date", "Date32": "date", "DateTime": "timestamp(3)", "DateTime64(3)": "timestamp(3)",
		"Array(Int64)": "array<int64>", "Map(String, Int64)": "map<string, int64>", "Tuple(a Int64, b Nullable(String), c Array(Date))": "row<a int64, b string, c array<date>>",
		"LowCardinality(String)": "string", "LowCardinality(FixedString(2))": "string",
	} {
		t.Run(theirType, func(t *testing.T) {
			b := batch.NewBuilder(typ(t, ours), 1)
			b.AppendNull()
			v := b.Finish()
			c := columns(t, theirType)[0]
			require.NoError(t, appendColumn(c, theirs(t, theirType), 0, []*batch.Batch{{N: 1, Cols: []*batch.Vector{v}}}))
			require.Equal(t, 1, c.Rows())
		})
	}
}

func TestPlanOfChanges(t *testing.T) {
	upsert, retract := plan.Mode{Change: plan.Upsert, Key: []string{"id"}}, plan.Mode{Change: plan.Retract}
	in := person()
	bare := &schema.Schema{Fields: in.Fields}
	const create = `"create":"if_missing","engine":"replacing_merge_tree"`
	for _, c := range []struct {
		mode         plan.Mode
		schema       *schema.Schema
		params, want string
	}{
		{upsert, in, `"create":"never"`, ""},
		{retract, in, `"create":"never"`, ""},
		{retract, bare, `"create":"never"`, string(changelog.CodeNoKey)},
		{upsert, in, `"create":"if_missing"`, "clickhouse.takes_no_changes: the rows change (upsert), and a table of the engine merge_tree keeps every row [Write engine: replacing_merge_tree.]"},
		{upsert, in, create, ""},
		{retract, in, create, ""},
		{plan.Mode{}, in, create, ""},
		{plan.Mode{}, bare, create, "changelog.no_key: the rows have no key, and none is given to keep one row of"},
		{retract, in, create + `,"order_by":["name","id"]`, ""},
		{upsert, in, create + `,"order_by":["name","id"]`, "changelog.key: the rows are replaced by id: a change of name, which the key name, id has too, would leave the old row behind [Write order_by: [id].]"},
		{retract, in, create + `,"order_by":["name"]`, "changelog.key: the rows are told apart by id: under name, without id, several would share one place [Write order_by: [id].]"},
		{upsert, in, create + `,"partition_by":"toYYYYMM(at)"`, `clickhouse.bad_params: rows of one key are replaced within a partition, and "at" is not in the key id [Leave it out, or partition by a column of the key.]`},
		{upsert, in, create + `,"ttl":{"column":"at","after":"24h"}`, `clickhouse.bad_params: a key's rows expire together only by what they have in common, and "at" is not in the key id`},
	} {
		v, err := model.ParseJSON([]byte(`{"connection":"olap","table":"a.b.c",` + c.params + `}`))
		require.NoError(t, err)
		var diags diag.List
		p, ok := component.Decode(sinkSpec().Fields, v, "params", &diags)
		require.True(t, ok, "%v", diags)
		_, ok = planSink(&component.Planning{Catalog: catalog{}, Diags: &diags}, p, &plan.Node{Schema: c.schema, Mode: c.mode})
		require.Equal(t, c.want == "", ok, "%s %v", c.params, diags)
		if !ok {
			require.Len(t, diags, 1, c.params)
			require.Contains(t, string(diags[0].Code)+": "+diags[0].Message+" ["+diags[0].Fix+"]", c.want)
		}
	}
}
