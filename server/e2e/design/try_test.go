package design

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse"
	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/design"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/embedded/olap"
)

// documents are rows of an id and a json text.
func documents(t *testing.T, texts ...string) clickhouse.Sample {
	t.Helper()
	s := fields(t, "id int64 not null", "doc json")
	ids, docs := batch.NewBuilder(s.Fields[0].Type, len(texts)), batch.NewBuilder(s.Fields[1].Type, len(texts))
	for i, text := range texts {
		ids.AppendInt(int64(i))
		if text == "" {
			docs.AppendNull()
		} else {
			docs.AppendString(text)
		}
	}
	b := &batch.Batch{Schema: s, N: len(texts), Part: batch.NoPart, Cols: []*batch.Vector{ids.Finish(), docs.Finish()}}
	return clickhouse.Sample{Schema: s, Batches: []*batch.Batch{b}}
}

// TestTrialSeesWhatIsLost: a cell that comes back otherwise than it was sent is told of, and so are rows that are refused or do not come back.
func TestTrialSeesWhatIsLost(t *testing.T) {
	s := newShop(t)
	sample := documents(t, `{"a":1.10}`, `[1]`, "", `{"a":"x"}`)
	try := func(t *testing.T, ddl string) *clickhouse.Trial {
		t.Helper()
		s.db.With(t).Text("DROP TABLE IF EXISTS $db.made SYNC")
		s.db.With(t).Text("CREATE TABLE $db.made " + ddl)
		in := s.input(t, plan.Mode{}, nil, "id int64 not null", "doc json")
		var err error
		in.Existing, err = clickhouse.Describe(t.Context(), s.conn, s.db.Name, "made")
		require.NoError(t, err)
		trial, err := clickhouse.Try(t.Context(), s.conn, design.Design(in), sample, nil)
		require.NoError(t, err)
		require.Equal(t, "0", s.db.With(t).Text("SELECT count() FROM system.tables WHERE database = '$db' AND name <> 'made'"))
		require.Zero(t, s.db.With(t).Count("made"), "the table itself is not written to")
		return trial
	}
	t.Run("a type that changes texts", func(t *testing.T) {
		trial := try(t, "(id Int64, doc Nullable(JSON)) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000")
		require.Equal(t, []clickhouse.TrialReject{{Row: 1, Column: "doc", Code: "row.sink_refused"}}, trial.Rejects)
		require.Equal(t, []clickhouse.LossyCell{{Row: 0, Column: "doc", Sent: `{"a":1.10}`, Landed: `{"a":1.1}`}}, trial.Lossy)
		require.Equal(t, 1, trial.LossyCells)
		require.Equal(t, 4, trial.Sent)
		require.Equal(t, 3, trial.Landed)
	})
	t.Run("cells that expire", func(t *testing.T) {
		trial := try(t, "(id Int64, doc Nullable(String) TTL toDateTime('2001-01-01 00:00:00') + INTERVAL id SECOND) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000")
		require.Equal(t, 3, trial.LossyCells, "%+v", trial.Lossy)
		require.Equal(t, 4, trial.Landed)
	})
	t.Run("no memory", func(t *testing.T) {
		trial := try(t, "(id Int64, doc Nullable(String)) ENGINE = MergeTree ORDER BY id")
		require.Zero(t, trial.LossyCells)
		require.Len(t, trial.Rows, 4)
		require.Nil(t, trial.Rows[2][1], "NULL")
	})
}

// TestTrialIsCleanedUp: a trial that is cancelled drops its table, and what one left behind that died is dropped by the next.
func TestTrialIsCleanedUp(t *testing.T) {
	dir := t.TempDir()
	server, err := olap.Start(t.Context(), olap.Options{Library: parts.RequireChDB(t), DataDir: filepath.Join(dir, "olap"), MaxMemoryBytes: 1 << 30, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		require.NoError(t, server.Close(ctx))
	})
	d, w := rig.ClickHouseOn(t, server), rig.NewWorkspace(t)
	b := newBench(t, w, d, rig.Connections(nil, d), "")
	conn, err := b.desk.Catalog.Open("olap")
	require.NoError(t, err)
	s := &shop{t, d, conn}
	sample := documents(t, `1`, `2`)
	p := design.Design(s.input(t, plan.Mode{}, nil, "id int64 not null", "doc json"))

	for _, name := range []string{"__try_0000000000000001", "__try_0000000000000002", "__try_0000000000000001_current"} {
		d.Text("CREATE TABLE $db." + name + " (id Int64) ENGINE = MergeTree ORDER BY id")
	}
	old := time.Now().Add(-2 * time.Hour)
	aged := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(e.Name(), "__try_0000000000000001") {
			aged++
			return os.Chtimes(path, old, old)
		}
		return nil
	}))
	require.NotZero(t, aged)
	_, err = clickhouse.Try(t.Context(), conn, p, sample, nil)
	require.NoError(t, err)
	require.Equal(t, "__try_0000000000000002", d.Text("SELECT name FROM system.tables WHERE database = '$db'"), "only what is old is swept away")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = clickhouse.Try(ctx, conn, p, sample, nil)
	require.Error(t, err)
	require.Equal(t, "__try_0000000000000002", d.Text("SELECT name FROM system.tables WHERE database = '$db'"))
}

// TestNames: whatever a name is, the statements make just that table and those columns, or the design has stopped it.
func TestNames(t *testing.T) {
	s := newShop(t)
	for _, name := range []string{"plain", "back`tick", `back\slash`, `it's`, `quo"te`, "a b", "a.b", "夜航星", "🎵👩‍👩‍👧‍👦", "x; DROP TABLE y --", "/* x */", "new\nline", "tab\tbed",
		"select", "NULL", "_part", "_row_exists", "", " ", "..", "a/b", "{x:Identifier}", "%s", "$$", "\\", "``", "\\`", "\x00", strings.Repeat("长", 70), strings.Repeat("x", 190), strings.Repeat("x", 1000)} {
		t.Run(name, func(t *testing.T) {
			// As a column, with the statements as they are even where the design stops.
			in := s.input(t, plan.Mode{}, nil, "id int64 not null")
			in.Schema.Fields = append(in.Schema.Fields, schema.Field{Name: name, Type: schema.Of(schema.String), Nullable: true})
			p := design.Design(in)
			if err := s.build(t, p); err != nil {
				require.True(t, p.Stopped(), "%v", err)
				require.NotNil(t, found(p, design.CodeName))
			} else {
				got := s.db.With(t).Text("SELECT name = " + chsql.Text(name) + " FROM system.columns WHERE database = '$db' AND table = 'made' AND position = 2")
				require.Equal(t, "1", got)
			}
			if !p.Stopped() {
				sample := named(t, in.Schema)
				trial, err := clickhouse.Try(t.Context(), s.conn, p, sample, nil)
				require.NoError(t, err)
				require.Zero(t, trial.LossyCells, "%+v", trial.Lossy)
				require.Equal(t, 1, trial.Landed)
			}

			// As a table.
			in = s.input(t, upsert, []string{"id"}, "id int64 not null", "v string")
			in.Pins.Name = &name
			p = design.Design(in)
			if p.Stopped() {
				f := found(p, design.CodeName)
				require.NotNil(t, f)
				require.Equal(t, diag.Error, f.Severity)
				in.Pins = in.Pins.With(*f.Pins)
				p = design.Design(in)
				require.False(t, p.Stopped())
			}
			require.NoError(t, s.build(t, p))
			at := "database = '$db' AND name = " + chsql.Text(p.Table)
			require.Equal(t, "ReplacingMergeTree", s.db.With(t).Text("SELECT engine FROM system.tables WHERE "+at))
			require.Equal(t, "View", s.db.With(t).Text("SELECT engine FROM system.tables WHERE database = '$db' AND name = "+chsql.Text(p.Table+"_current")))
			s.db.With(t).Text("DROP TABLE " + chsql.Name(s.db.Name, p.Table+"_current"))
			s.db.With(t).Text("DROP TABLE " + chsql.Name(s.db.Name, p.Table) + " SYNC")
		})
	}
}

// named is one row of an id and a text.
func named(t *testing.T, s *schema.Schema) clickhouse.Sample {
	t.Helper()
	ids, texts := batch.NewBuilder(s.Fields[0].Type, 1), batch.NewBuilder(s.Fields[1].Type, 1)
	ids.AppendInt(1)
	texts.AppendString("x")
	return clickhouse.Sample{Schema: s, Batches: []*batch.Batch{{Schema: s, N: 1, Part: batch.NoPart, Cols: []*batch.Vector{ids.Finish(), texts.Finish()}}}}
}
