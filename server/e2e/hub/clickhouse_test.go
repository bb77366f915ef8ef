package hub

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/models/schema"
	"millrace/server/e2e/rig"
)

func olap(t *testing.T, h *catalog.Hub, db *rig.Database) *catalog.ConnectionEntry {
	t.Helper()
	return connect(t, h, "olap", "clickhouse", map[string]any{"addresses": []string{db.Addr}, "username": db.User, "password": db.Password, "database": db.Name})
}

// types are columns of every type that the server makes a column of, with what becomes of each; "" is nothing.
func types() [][2]string {
	return [][2]string{
		{"Bool", "boolean"}, {"Int8", "int8"}, {"Int16", "int16"}, {"Int32", "int32"}, {"Int64", "int64"}, {"Int128", ""}, {"Int256", ""},
		{"UInt8", "uint8"}, {"UInt16", "uint16"}, {"UInt32", "uint32"}, {"UInt64", "uint64"}, {"UInt128", ""}, {"UInt256", ""},
		{"Float32", "float32"}, {"Float64", "float64"}, {"BFloat16", ""},
		{"Decimal(9, 2)", "decimal(9, 2)"}, {"Decimal(38, 10)", "decimal(38, 10)"}, {"Decimal(76, 10)", ""},
		{"String", "string"}, {"FixedString(4)", "string"}, {"UUID", "string"}, {"IPv4", ""}, {"IPv6", ""},
		{"Enum8('a' = 1, 'it''s, (x)' = 2)", "string"}, {"Enum16('a' = 1000)", "string"},
		{"Date", "date"}, {"Date32", "date"}, {"DateTime", "timestamp(3)"}, {"DateTime('Asia/Shanghai')", "timestamp(3)"},
		{"DateTime64(0)", "timestamp(3)"}, {"DateTime64(3, 'UTC')", "timestamp(3)"}, {"DateTime64(6)", "timestamp"}, {"DateTime64(9)", "timestamp"},
		{"LowCardinality(String)", "string"}, {"LowCardinality(Nullable(String))", "string"}, {"Nullable(Int64)", "int64"}, {"Nullable(DateTime64(3))", "timestamp(3)"},
		{"Array(Nullable(Int32))", "array<int32>"}, {"Array(Array(String))", "array<array<string not null> not null>"},
		{"Map(String, UInt64)", "map<string, uint64 not null>"}, {"Map(LowCardinality(String), Array(Float64))", "map<string, array<float64 not null> not null>"},
		{"Tuple(a Int64, `b c` Nullable(String))", "row<a int64 not null, `b c` string>"}, {"Tuple(Int64, String)", "row<f1 int64 not null, f2 string not null>"},
		{"Array(Tuple(x Int8))", "array<row<x int8 not null> not null>"}, {"JSON", "json"},
		{"SimpleAggregateFunction(sum, Int64)", "int64"}, {"AggregateFunction(uniq, String)", ""}, {"Array(IPv4)", ""}, {"Point", ""},
	}
}

func TestEveryTypeOfClickHouse(t *testing.T) {
	db, h := rig.ClickHouse(t), newHub(t)
	var columns []string
	for i, c := range types() {
		columns = append(columns, fmt.Sprintf("c%02d %s COMMENT 'column %d'", i, c[0], i))
	}
	db.Text("CREATE TABLE " + db.Name + ".kinds (" + strings.Join(columns, ", ") + ") ENGINE = MergeTree ORDER BY tuple() COMMENT 'all of them'")
	c := olap(t, h, db)
	check, err := h.CheckConnection(t.Context(), c.ID)
	require.NoError(t, err)
	require.True(t, check.OK, check.Message)

	p := discover(t, h, c.ID, catalog.Search{Pattern: db.Name + ".*"})[db.Name+".kinds"]
	require.Equal(t, "all of them", p.Comment)
	require.Len(t, p.Columns, len(types()))
	for i, c := range types() {
		name := fmt.Sprintf("c%02d", i)
		at := p.Schema.Index(name)
		if c[1] == "" {
			require.Negative(t, at, "%s is left out", c[0])
			require.NotEmpty(t, p.Columns[i].Lost, c[0])
			continue
		}
		require.GreaterOrEqual(t, at, 0, "%s: %s", c[0], p.Columns[i].Lost)
		f := p.Schema.Fields[at]
		require.Equal(t, c[1], f.Type.String(), c[0])
		require.Equal(t, strings.Contains(c[0], "Nullable(") && !strings.HasPrefix(c[0], "Array") && !strings.HasPrefix(c[0], "Tuple"), f.Nullable, c[0])
		require.Equal(t, fmt.Sprintf("column %d", i), f.Description)
		// What is said to hold a column's values can be written to it again.
		parsed, err := chtype.Parse(p.Columns[i].Type)
		require.NoError(t, err)
		_, err = chtype.Fit(f.Type, f.Nullable, parsed)
		require.NoError(t, err, c[0])
	}
	done, err := h.Register(t.Context(), c.ID, []catalog.Chosen{{Physical: p.Physical, Name: "ads.all.kinds"}})
	require.NoError(t, err)
	require.Empty(t, done[0].Diagnostics)
	drift, err := h.CheckDrift(t.Context(), done[0].ID)
	require.NoError(t, err)
	require.Empty(t, drift.Changes)
}

func TestTablesOfClickHouse(t *testing.T) {
	db, h := rig.ClickHouse(t), newHub(t)
	on := func(sql string) { db.Text(strings.ReplaceAll(sql, "DB.", "`"+db.Name+"`.")) }
	on("CREATE TABLE DB.plays (user_id Int64, ts DateTime64(3), price Decimal(9, 2), big UInt8, note String) ENGINE = MergeTree PARTITION BY toYYYYMM(ts) ORDER BY (user_id, ts)")
	on("INSERT INTO DB.plays SELECT number, now64(3), 1, 1, '' FROM numbers(1000)")
	on("CREATE TABLE DB.songs (song_id Int64, title String, _version UInt64) ENGINE = ReplacingMergeTree(_version) ORDER BY song_id")
	on("CREATE VIEW DB.seen AS SELECT user_id FROM DB.plays")
	on("CREATE MATERIALIZED VIEW DB.by_user ENGINE = SummingMergeTree ORDER BY user_id AS SELECT user_id, count() AS n FROM DB.plays GROUP BY user_id")
	on("CREATE TABLE DB.`odd ``name; DROP` (`a.b` Int64, `列` String DEFAULT 'x', twice Int64 ALIAS `a.b` * 2) ENGINE = MergeTree ORDER BY tuple()")
	c := olap(t, h, db)
	found := discover(t, h, c.ID, catalog.Search{Pattern: db.Name + ".*"})
	require.Len(t, found, 5, "the inner table of the view is the view's")
	plays := found[db.Name+".plays"]
	require.Equal(t, int64(1000), plays.Facts.Rows)
	require.Equal(t, "MergeTree", plays.Facts.Engine)
	require.Equal(t, "user_id, ts", plays.Facts.SortKey)
	require.Equal(t, "ts", plays.Schema.EventTime.Column)
	require.Equal(t, component.TableStore, plays.Kind)
	require.Equal(t, []string{"song_id"}, found[db.Name+".songs"].Schema.Key)
	require.Nil(t, found[db.Name+".seen"].Sink)
	odd := found[db.Name+".odd `name; DROP"]
	require.Equal(t, []string{"a.b", "列", "twice"}, odd.Schema.Names())
	require.NoError(t, catalog.CheckTableName(odd.Name))

	done, err := h.Register(t.Context(), c.ID, []catalog.Chosen{{Physical: plays.Physical, Name: "ads.music.plays"}, {Physical: db.Name + ".songs", Name: "ads.music.songs"}})
	require.NoError(t, err)
	for _, r := range done {
		require.Empty(t, r.Diagnostics)
	}
	require.Equal(t, done[0].ID, discover(t, h, c.ID, catalog.Search{Names: []string{plays.Physical}})[plays.Physical].Registered)

	on("ALTER TABLE DB.plays DROP COLUMN note, ADD COLUMN device String, MODIFY COLUMN big UInt32, MODIFY COLUMN price Nullable(Decimal(9, 2))")
	drift, err := h.CheckDrift(t.Context(), done[0].ID)
	require.NoError(t, err)
	got := map[string]string{}
	for _, d := range drift.Changes {
		got[d.Column] = string(d.Kind) + " " + string(d.Severity)
	}
	require.Equal(t, map[string]string{"note": "column_gone breaking", "big": "column_type breaking", "price": "column_type breaking", "device": "column_added harmless"}, got)
	require.Equal(t, catalog.Breaking, drift.Severity)
	on("DROP TABLE DB.songs")
	on("CREATE TABLE DB.songs (song_id Int64, title String, _version UInt64) ENGINE = MergeTree ORDER BY (song_id, title)")
	drift, err = h.CheckDrift(t.Context(), done[1].ID)
	require.NoError(t, err)
	require.Equal(t, catalog.DriftEngine, drift.Changes[0].Kind)
	require.Equal(t, catalog.Breaking, drift.Changes[0].Severity)
	_, err = h.AcceptDrift(t.Context(), done[1].ID, 0)
	require.NoError(t, err)
	drift, err = h.CheckDrift(t.Context(), done[1].ID)
	require.NoError(t, err)
	require.Empty(t, drift.Changes)
	on("DROP TABLE DB.songs")
	drift, err = h.CheckDrift(t.Context(), done[1].ID)
	require.NoError(t, err)
	require.Equal(t, catalog.DriftGone, drift.Changes[0].Kind)
}

func TestChecksOfClickHouse(t *testing.T) {
	db, h := rig.ClickHouse(t), newHub(t)
	try := func(change map[string]any) catalog.Check {
		params := map[string]any{"addresses": []string{db.Addr}, "username": db.User, "password": db.Password, "database": db.Name, "timeout": "2s"}
		for k, v := range change {
			params[k] = v
		}
		e := connect(t, h, fmt.Sprintf("c%d", len(h.Latest().ConnectionEntries())), "clickhouse", params)
		c, err := h.CheckConnection(t.Context(), e.ID)
		require.NoError(t, err)
		return c
	}
	// A refused login ends the embedded server, so what is said of one is tested against a fake, in components/clickhouse.
	require.True(t, try(nil).OK)
	require.Contains(t, try(map[string]any{"addresses": []string{"nobody.invalid:9000"}}).Message, "does not resolve")
	require.Contains(t, try(map[string]any{"addresses": []string{"127.0.0.1:1"}}).Message, "refused")
}

func TestUploadToClickHouse(t *testing.T) {
	db, h := rig.ClickHouse(t), newHub(t)
	olap(t, h, db)
	uploads, err := catalog.NewUploads(h, filepath.Join(t.TempDir(), "uploads"), 64<<20)
	require.NoError(t, err)
	receive := func(rows int, more string) *catalog.Upload {
		var b strings.Builder
		b.WriteString("id,name,price,ts\n")
		for i := range rows {
			fmt.Fprintf(&b, "%d,名%d,%d.50,2024-01-%02d 03:04:05\n", i, i, i, i%28+1)
		}
		b.WriteString(more)
		up, err := uploads.Receive(t.Context(), "x.csv", "", "user:ann", strings.NewReader(b.String()))
		require.NoError(t, err)
		return up
	}
	tables := func() string {
		return db.Text("SELECT groupArray(name) FROM (SELECT name FROM system.tables WHERE database = '" + db.Name + "' ORDER BY name)")
	}
	up := receive(50_000, "x,bad,1,2024-01-01 00:00:00\n")
	create := catalog.Landing{Table: "ads.music.prices", Mode: component.UploadCreate, Connection: "olap", Team: "t1", MaxBad: 0, Key: []string{"id"}}
	create.Columns = []byte(`[{"name":"id","type":"int64","nullable":false},{"name":"name","type":"string"},{"name":"price","type":"decimal(9, 2)"},{"name":"ts","type":"timestamp(3)"}]`)
	_, err = uploads.Land(t.Context(), up.ID, "user:ann", create)
	require.ErrorContains(t, err, "1 rows of the file are bad")
	require.Equal(t, "[]", strings.TrimSpace(tables()), "nothing is left of what was refused")
	create.MaxBad = 1
	landed, err := uploads.Land(t.Context(), up.ID, "user:ann", create)
	require.NoError(t, err)
	require.Equal(t, int64(50_000), landed.Rows)
	require.Equal(t, int64(50_002), landed.Rejected[0].Line)
	require.Equal(t, "['prices']", strings.TrimSpace(tables()))
	require.Equal(t, "50000\t49999.5\t名7", strings.TrimSpace(db.Text("SELECT count(), max(price), anyIf(name, id = 7) FROM "+db.Name+".prices")))
	e, ok := h.Latest().ByID(landed.Table)
	require.True(t, ok)
	require.Equal(t, db.Name+".prices", e.Physical)
	require.Equal(t, component.TableStore, e.Kind)

	add := catalog.Landing{Table: "ads.music.prices", Mode: component.UploadAppend}
	_, err = uploads.Land(t.Context(), receive(1000, "").ID, "user:ann", add)
	require.NoError(t, err)
	require.Equal(t, "51000", strings.TrimSpace(db.Text("SELECT count() FROM "+db.Name+".prices")))
	add.Mode = component.UploadReplace
	_, err = uploads.Land(t.Context(), receive(10, "").ID, "user:ann", add)
	require.NoError(t, err)
	require.Equal(t, "10", strings.TrimSpace(db.Text("SELECT count() FROM "+db.Name+".prices")))
	require.Equal(t, "['prices']", strings.TrimSpace(tables()))
	_, err = uploads.Land(t.Context(), receive(10, "").ID, "user:ann", create)
	require.ErrorContains(t, err, "is taken")
	table, ok := h.Latest().Table("ads.music.prices")
	require.True(t, ok)
	require.Equal(t, schema.DecimalOf(9, 2), table.Schema.Fields[2].Type)
}
