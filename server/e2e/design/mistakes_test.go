package design

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse"
	"millrace/components/clickhouse/design"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/server/e2e/rig"
)

// fields reads "name type" or "name type not null", one each.
func fields(t *testing.T, texts ...string) *schema.Schema {
	t.Helper()
	s := &schema.Schema{}
	for _, text := range texts {
		name, rest, _ := strings.Cut(text, " ")
		rest, plain := strings.CutSuffix(rest, " not null")
		typ, err := schema.Parse(rest)
		require.NoError(t, err, text)
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: typ, Nullable: !plain})
	}
	return s
}

var (
	retract = plan.Mode{Change: plan.Retract}
	upsert  = plan.Mode{Change: plan.Upsert, Key: []string{"id"}}
)

// shop has a server and a connection to it.
type shop struct {
	t    *testing.T
	db   *rig.Database
	conn *component.Connection
}

func newShop(t *testing.T) *shop {
	t.Helper()
	d, w := rig.ClickHouse(t), rig.NewWorkspace(t)
	b := newBench(t, w, d, rig.Connections(nil, d), "")
	c, err := b.desk.Catalog.Open("olap")
	require.NoError(t, err)
	return &shop{t, d, c}
}

// input is a design for rows of the fields given, in the table "made".
func (s *shop) input(t *testing.T, mode plan.Mode, key []string, columns ...string) design.Input {
	t.Helper()
	return design.Input{Connection: "olap", Table: "a." + s.db.Name + ".made", Schema: fields(t, columns...), Mode: mode, Identity: key}
}

// build makes the table as it was designed, mistakes and all.
func (s *shop) build(t *testing.T, p design.Proposal) error {
	t.Helper()
	s.db.With(t).Text("DROP TABLE IF EXISTS $db.made_current")
	s.db.With(t).Text("DROP TABLE IF EXISTS $db.made SYNC")
	return clickhouse.Make(t.Context(), s.conn, p)
}

func found(p design.Proposal, code diag.Code) *design.Finding {
	for i := range p.Findings {
		if p.Findings[i].Code == code {
			return &p.Findings[i]
		}
	}
	return nil
}

func ptr[T any](v T) *T { return &v }

// TestMistakesInNewTables: each mistake is built as it was pinned; ClickHouse shows what comes of it, and the design had stopped it. With what
// the finding pins it is well.
func TestMistakesInNewTables(t *testing.T) {
	s := newShop(t)
	tests := []struct {
		name string
		in   design.Input
		pins design.Choices
		code diag.Code
		// refused is what the server says to the DDL or to the inserts; otherwise the query answers wrong.
		inserts              []string
		refused, read, wrong string
	}{
		{"an engine that keeps every row, under updates", s.input(t, upsert, []string{"id"}, "id int64 not null", "v string"), design.Choices{Engine: ptr(design.MergeTree)}, design.CodeAppendOnly,
			[]string{"INSERT INTO $db.made (id, v) VALUES (1, 'old')", "INSERT INTO $db.made (id, v) VALUES (1, 'new')"}, "", "SELECT count() FROM $db.made FINAL", "refuses FINAL or counts 2"},
		{"a sort key without the primary key", s.input(t, retract, []string{"id", "part"}, "id int64 not null", "part string not null", "v int64"), design.Choices{OrderBy: &[]string{"id"}}, design.CodeSortKey,
			[]string{"INSERT INTO $db.made VALUES (1, 'a', 1, 1, 0)", "INSERT INTO $db.made VALUES (1, 'b', 2, 1, 0)"}, "", "SELECT count() FROM $db.made FINAL", "1"},
		{"replacing without a key", s.input(t, plan.Mode{}, nil, "id int64", "v string"), design.Choices{Engine: ptr(design.Replacing)}, design.CodeNoKey,
			[]string{"INSERT INTO $db.made VALUES (1, 'a', 1, 0)", "INSERT INTO $db.made VALUES (2, 'b', 1, 0)"}, "", "SELECT count() FROM $db.made FINAL", "1"},
		{"adding up what was taken back", s.input(t, retract, []string{"id"}, "id int64 not null", "n int64 not null"), design.Choices{Engine: ptr(design.Summing), OrderBy: &[]string{"id"}}, design.CodeNotAdditive,
			[]string{"INSERT INTO $db.made VALUES (1, 5)", "INSERT INTO $db.made VALUES (1, 6)"}, "", "SELECT n FROM $db.made FINAL", "11"},
		{"Nullable in the key", s.input(t, upsert, []string{"id"}, "id int64 not null", "v string"), design.Choices{Columns: map[string]design.ColumnChoice{"id": {Type: ptr("Nullable(Int64)")}}}, design.CodeNullableKey,
			nil, "nullable columns", "", ""},
		{"partitions by a number", s.input(t, plan.Mode{}, nil, "id int64 not null", "v string"), design.Choices{PartitionBy: &design.Partition{Column: "id"}}, design.CodeTooManyPartitions,
			[]string{"INSERT INTO $db.made SELECT number, '' FROM numbers(200)"}, "Too many partitions", "", ""},
		{"expiry by a number", s.input(t, plan.Mode{}, nil, "id int64 not null", "v string"), design.Choices{TTL: &design.TTL{Column: "v", After: schema.Duration(time.Hour)}}, design.CodeTTL,
			[]string{"INSERT INTO $db.made VALUES (1, 'kept')", "OPTIMIZE TABLE $db.made FINAL"}, "refused", "", ""},
		{"a dictionary of numbers", s.input(t, plan.Mode{}, nil, "id int64 not null"), design.Choices{Columns: map[string]design.ColumnChoice{"id": {Type: ptr("LowCardinality(Int64)")}}}, design.CodeLowCardinality,
			nil, "LowCardinality(Int64) is prohibited", "", ""},
		{"no memory of inserts", s.input(t, plan.Mode{}, nil, "id int64 not null"), design.Choices{Window: ptr(int64(0))}, design.CodeWindow,
			[]string{"INSERT INTO $db.made SETTINGS insert_deduplication_token = 'x' VALUES (1)", "INSERT INTO $db.made SETTINGS insert_deduplication_token = 'x' VALUES (1)"}, "", "SELECT count() FROM $db.made", "2"},
		{"differences of texts", s.input(t, plan.Mode{}, nil, "id string not null"), design.Choices{Columns: map[string]design.ColumnChoice{"id": {Codec: ptr("Delta")}}}, design.CodeCodec,
			nil, "refused", "", ""},
		{"a column of the sink's name", s.input(t, upsert, []string{"id"}, "id int64 not null", "_version uint64"), design.Choices{}, design.CodeVersion,
			nil, "already exists", "", ""},
		{"a table with the longest name and more", s.input(t, plan.Mode{}, nil, "id int64"), design.Choices{Name: ptr(strings.Repeat("n", 250))}, design.CodeName, nil, "refused", "", ""},
		{"a float as the key", s.input(t, retract, []string{"id"}, "id float64 not null", "n int64 not null"), design.Choices{}, design.CodeFloatKey,
			[]string{"INSERT INTO $db.made VALUES (0.1 + 0.2, 1, 1, 0)", "INSERT INTO $db.made VALUES (0.3, 2, 2, 0)"}, "", "SELECT count() FROM $db.made FINAL", "2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := s.db.With(t)
			tt.in.Pins = tt.pins
			if tt.pins.PartitionBy != nil {
				c := design.ColumnStats{Name: tt.pins.PartitionBy.Column, Distinct: 200, Exact: true}
				tt.in.Stats = &design.Stats{Rows: 200, Columns: []design.ColumnStats{c}}
			}
			p := design.Design(tt.in)
			f := found(p, tt.code)
			require.NotNil(t, f, "%+v", p.Findings)
			require.Equal(t, diag.Error, f.Severity)
			require.True(t, p.Stopped())

			err := s.build(t, p)
			for _, sql := range tt.inserts {
				if err == nil {
					_, err = db.Try(sql, "")
				}
			}
			if tt.refused != "" {
				require.Error(t, err, "the mistake is one")
				if tt.refused != "refused" {
					require.ErrorContains(t, err, tt.refused)
				}
			} else {
				require.NoError(t, err)
				got, err := db.Try(tt.read, "")
				if err == nil {
					require.Contains(t, tt.wrong, strings.TrimSpace(string(got)), "the mistake is one")
				}
			}
			if f.Pins == nil {
				return
			}
			tt.in.Pins = tt.in.Pins.With(*f.Pins)
			mended := design.Design(tt.in)
			require.False(t, mended.Stopped(), "%+v", mended.Findings)
			require.NoError(t, s.build(t, mended))
		})
	}
}

// TestMistakesInExistingTables: each is really there, and the design of rows for it stops, as the sink itself would.
func TestMistakesInExistingTables(t *testing.T) {
	s := newShop(t)
	const window = " SETTINGS non_replicated_deduplication_window = 1000"
	const kept = "ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY id" + window
	row := []string{"id int64 not null", "v string"}
	tests := []struct {
		name, ddl string
		mode      plan.Mode
		key       []string
		columns   []string
		pins      design.Choices
		code      diag.Code
		severity  diag.Severity
		path      string
	}{
		{"keeps every row", "(id Int64, v Nullable(String)) ENGINE = MergeTree ORDER BY id" + window, upsert, []string{"id"}, row, design.Choices{}, design.CodeAppendOnly, diag.Error, "engine"},
		{"collapses", "(id Int64, v Nullable(String), sign Int8 DEFAULT 1) ENGINE = CollapsingMergeTree(sign) ORDER BY id" + window, upsert, []string{"id"}, row, design.Choices{}, design.CodeAppendOnly, diag.Error, "engine"},
		{"no version", "(id Int64, v Nullable(String)) ENGINE = ReplacingMergeTree ORDER BY id" + window, upsert, []string{"id"}, row, design.Choices{}, design.CodeVersion, diag.Error, "engine"},
		{"no is_deleted", "(id Int64, v Nullable(String), _version UInt64) ENGINE = ReplacingMergeTree(_version) ORDER BY id" + window, upsert, []string{"id"}, row, design.Choices{}, design.CodeVersion, diag.Error, "engine"},
		{"a version of another type", "(id Int64, v Nullable(String), _version UInt32, _deleted UInt8) " + kept, upsert, []string{"id"}, row, design.Choices{}, design.CodeVersion, diag.Error, "columns._version"},
		{"the rows' own version", "(id Int64, v Nullable(String), ver UInt64, _deleted UInt8) ENGINE = ReplacingMergeTree(ver, _deleted) ORDER BY id" + window, upsert, []string{"id"}, append([]string{"ver uint64 not null"}, row...), design.Choices{}, design.CodeVersion, diag.Error, "columns.ver"},
		{"sorted by less", "(id Int64, part String, v Nullable(String), _version UInt64, _deleted UInt8) " + kept, retract, []string{"id", "part"}, append([]string{"part string not null"}, row...), design.Choices{}, design.CodeSortKey, diag.Error, "order_by"},
		{"sorted by more", "(id Int64, v String, _version UInt64, _deleted UInt8) ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY (id, v)" + window, upsert, []string{"id"}, []string{"id int64 not null", "v string not null"}, design.Choices{}, design.CodeSortKey, diag.Error, "order_by"},
		{"sorted by an expression", "(id Int64, v Nullable(String), _version UInt64, _deleted UInt8) ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY id % 7" + window, upsert, []string{"id"}, row, design.Choices{}, design.CodeSortKey, diag.Error, "order_by"},
		{"no key", "(id Int64, v Nullable(String), _version UInt64, _deleted UInt8) " + kept, retract, nil, row, design.Choices{}, design.CodeNoKey, diag.Error, "order_by"},
		{"NULL in the key", "(id Int64, v Nullable(String), _version UInt64, _deleted UInt8) " + kept, retract, []string{"id"}, []string{"id int64", "v string"}, design.Choices{}, design.CodeNullableKey, diag.Error, "order_by"},
		{"partitioned beside the key", "(id Int64, v Nullable(String), m Int64, _version UInt64, _deleted UInt8) ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY id PARTITION BY m" + window, upsert, []string{"id"}, append([]string{"m int64 not null"}, row...), design.Choices{}, design.CodePartition, diag.Warning, "partition_by"},
		{"a column is missing", "(id Int64) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{}, design.CodeColumnMissing, diag.Error, "columns.v"},
		{"a column is misspelt", "(id Int64, vv Nullable(String)) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{}, design.CodeColumnMissing, diag.Error, "columns.v"},
		{"a column rounds", "(id Int64, v Decimal(10, 1)) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, []string{"id int64 not null", "v decimal(10, 2) not null"}, design.Choices{}, design.CodeColumnType, diag.Error, "columns.v.type"},
		{"a column is of another kind", "(id Int64, v Int64) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, []string{"id int64 not null", "v string not null"}, design.Choices{}, design.CodeColumnType, diag.Error, "columns.v.type"},
		{"a column is narrower", "(id Int32, v Nullable(String)) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{}, design.CodeNarrower, diag.Warning, "columns.id.type"},
		{"a column takes no NULL", "(id Int64, v String) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{}, design.CodeNull, diag.Warning, "columns.v.type"},
		{"seconds for microseconds", "(id Int64, v DateTime) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, []string{"id int64 not null", "v timestamp not null"}, design.Choices{}, design.CodeNarrower, diag.Warning, "columns.v.type"},
		{"an unknown column without a default", "(id Int64, v Nullable(String), x Int64) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{}, design.CodeColumnUnfilled, diag.Error, "columns.x"},
		{"a column that is computed", "(id Int64, v String MATERIALIZED toString(id)) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{}, design.CodeColumnComputed, diag.Error, "columns.v"},
		{"an aggregate state", "(id Int64, v AggregateFunction(sum, Int64)) ENGINE = AggregatingMergeTree ORDER BY id" + window, plan.Mode{}, nil, []string{"id int64 not null", "v int64 not null"}, design.Choices{}, design.CodeColumnType, diag.Error, "columns.v.type"},
		{"adds up", "(id Int64, n Int64) ENGINE = SummingMergeTree ORDER BY id" + window, plan.Mode{}, nil, []string{"id int64 not null", "n int64 not null"}, design.Choices{}, design.CodeNotAdditive, diag.Warning, "engine"},
		{"no memory", "(id Int64, v Nullable(String)) ENGINE = MergeTree ORDER BY id", plan.Mode{}, nil, row, design.Choices{}, design.CodeWindow, diag.Error, "deduplication_window"},
		{"an engine without memory", "(id Int64, v Nullable(String)) ENGINE = Log", plan.Mode{}, nil, row, design.Choices{}, design.CodeWindow, diag.Warning, "deduplication_window"},
		{"a view", "AS SELECT 1 AS id, 'x' AS v", plan.Mode{}, nil, row, design.Choices{}, design.CodeEngine, diag.Error, "engine"},
		{"another sorting key is wanted", "(id Int64, v Nullable(String)) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{OrderBy: &[]string{"v"}}, design.CodeOrderChanged, diag.Error, "order_by"},
		{"another engine is wanted", "(id Int64, v Nullable(String)) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{Engine: ptr(design.Replacing)}, design.CodeEngine, diag.Error, "engine"},
		{"other partitions are wanted", "(id Int64, v Nullable(String)) ENGINE = MergeTree ORDER BY id" + window, plan.Mode{}, nil, row, design.Choices{PartitionBy: &design.Partition{Column: "id"}}, design.CodePartition, diag.Error, "partition_by"},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := fmt.Sprintf("existing_%d", i)
			what := "TABLE"
			if strings.HasPrefix(tt.ddl, "AS ") {
				what = "VIEW"
			}
			s.db.With(t).Text("CREATE " + what + " $db." + table + " " + tt.ddl)
			in := s.input(t, tt.mode, tt.key, tt.columns...)
			in.Pins, in.Table = tt.pins, "a."+s.db.Name+"."+table
			var err error
			in.Existing, err = clickhouse.Describe(t.Context(), s.conn, s.db.Name, table)
			require.NoError(t, err)
			require.NotNil(t, in.Existing)
			p := design.Design(in)
			require.False(t, p.New)
			require.Empty(t, p.Statements)
			var at *design.Finding
			for i := range p.Findings {
				if f := &p.Findings[i]; f.Code == tt.code && f.Path == tt.path {
					at = f
				}
			}
			require.NotNil(t, at, "%+v", p.Findings)
			require.Equal(t, tt.severity, at.Severity)
			require.Equal(t, tt.severity == diag.Error, p.Stopped(), "%+v", p.Findings)
			if at.Pins != nil {
				in.Pins = in.Pins.With(*at.Pins)
				mended := design.Design(in)
				require.False(t, mended.Stopped(), "%+v", mended.Findings)
			}
		})
	}
}

// TestViewsBehindTheTable: a table that a materialized view fills remembers nothing, and a block that is inserted again doubles there.
func TestViewsBehindTheTable(t *testing.T) {
	s := newShop(t)
	s.db.Text("CREATE TABLE $db.made (id Int64) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000")
	s.db.Text("CREATE TABLE $db.`be hind` (id Int64) ENGINE = MergeTree ORDER BY id")
	s.db.Text("CREATE MATERIALIZED VIEW $db.mv TO $db.`be hind` AS SELECT id FROM $db.made")
	in := s.input(t, plan.Mode{}, nil, "id int64 not null")
	var err error
	in.Existing, err = clickhouse.Describe(t.Context(), s.conn, s.db.Name, "made")
	require.NoError(t, err)
	require.Len(t, in.Existing.Fills, 1)
	p := design.Design(in)
	require.True(t, p.Stopped())
	f := found(p, design.CodeViewWindow)
	require.NotNil(t, f, "%+v", p.Findings)
	require.Contains(t, f.Mend.En, "ALTER TABLE `"+s.db.Name+"`.`be hind` MODIFY SETTING non_replicated_deduplication_window = 1000")

	// The mend, as it is written, mends it.
	s.db.Text(strings.TrimSuffix(f.Mend.En, "."))
	in.Existing, err = clickhouse.Describe(t.Context(), s.conn, s.db.Name, "made")
	require.NoError(t, err)
	require.Empty(t, design.Design(in).Findings)
}

// TestExistingTableFits: a table that suits the rows is taken as it is, column by column.
func TestExistingTableFits(t *testing.T) {
	s := newShop(t)
	s.db.Text("CREATE TABLE $db.made (id Int64, v LowCardinality(Nullable(String)) CODEC(ZSTD(3)), n Int16, at DateTime DEFAULT now(), _version UInt64, _deleted UInt8) " +
		"ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY id SETTINGS non_replicated_deduplication_window = 1000")
	in := s.input(t, upsert, []string{"id"}, "id int64 not null", "v string", "n int16 not null")
	var err error
	in.Existing, err = clickhouse.Describe(t.Context(), s.conn, s.db.Name, "made")
	require.NoError(t, err)
	p := design.Design(in)
	require.Empty(t, p.Findings)
	verdicts := map[string]design.Verdict{}
	for _, c := range p.Columns {
		verdicts[c.Name] = c.Verdict
	}
	require.Equal(t, map[string]design.Verdict{"id": design.Fits, "v": design.Fits, "n": design.Fits, "at": design.Defaulted, "_version": design.BySink, "_deleted": design.BySink}, verdicts)
	require.Equal(t, "never", p.Params["create"])
}
