package design

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
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

// fields reads "name type" or "name type not null", one each.
func fields(t testing.TB, texts ...string) *schema.Schema {
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

// plays are rows of plays: 20 a second for as long as n lasts, in four countries, by users of which there are many.
func plays(t testing.TB, n int) (*schema.Schema, *Stats) {
	t.Helper()
	s := fields(t, "play_id string not null", "ts timestamp(3)", "user_id uint64 not null", "country string not null", "device string", "ms_played int32", "score float64", "doc json")
	s.EventTime = schema.EventTimeOn("ts")
	s.Key = []string{"play_id"}
	r := rand.New(rand.NewPCG(1, 2))
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, n)
	}
	start := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC).UnixMicro()
	for i := range n {
		cols[0].AppendString(fmt.Sprintf("%016x", r.Uint64()))
		cols[1].AppendInt(start + int64(i)*50_000)
		cols[2].AppendUint(r.Uint64N(1 << 40))
		cols[3].AppendString([]string{"CN", "JP", "DE", "BR"}[r.IntN(4)])
		if r.IntN(5) == 0 {
			cols[4].AppendNull()
		} else {
			cols[4].AppendString(fmt.Sprintf("device %d", r.IntN(50)))
		}
		cols[5].AppendInt(int64(r.IntN(300_000)))
		cols[6].AppendFloat(r.Float64())
		cols[7].AppendString(fmt.Sprintf(`{"source":"%s","list":%d}`, strings.Repeat("playlist ", 12), r.IntN(1e6)))
	}
	b := &batch.Batch{Schema: s, N: n}
	for _, c := range cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	c := NewCollector(s, time.UTC)
	c.Add(b)
	return s, c.Stats()
}

func playsInput(t testing.TB) Input {
	s, stats := plays(t, 2000)
	return Input{Connection: "olap", Table: "ads.music.plays", Database: "default", Schema: s, Stats: stats, Zone: "Asia/Shanghai"}
}

// counters are rows of a grouping: they change, under country and day.
func counters(t testing.TB) Input {
	s := fields(t, "country string not null", "day date not null", "plays int64 not null", "listeners uint64")
	return Input{Connection: "olap", Table: "ads.music.counters", Schema: s, Mode: plan.Mode{Change: plan.Retract}, Identity: []string{"country", "day"}}
}

// songs are rows of a table whose changes come as an upsert.
func songs(t testing.TB) Input {
	s := fields(t, "song_id int64 not null", "title string", "changed_at timestamp(6)")
	s.Key = []string{"song_id"}
	return Input{Connection: "olap", Table: "dim.music.songs", Schema: s, Mode: plan.Mode{Change: plan.Upsert, Key: []string{"song_id"}}, Identity: []string{"song_id"}}
}

// minutes are rows of a window: counts and sums that stay.
func minutes(t testing.TB) Input {
	s := fields(t, "window_start timestamp(3) not null", "day date not null", "country string not null", "plays int64 not null", "ms decimal(20, 0)")
	s.EventTime, s.Key = schema.EventTimeOn("window_start"), []string{"window_start", "day", "country"}
	return Input{Connection: "olap", Table: "ads.music.minutes", Schema: s, Identity: s.Key, Additive: []string{"plays", "ms"}}
}

// text of a proposal for a golden file.
func (p Proposal) golden() string {
	var b strings.Builder
	for _, c := range p.Choices {
		writeChoice(&b, c)
	}
	for _, c := range p.Columns {
		writeChoice(&b, c.Type)
		if c.Codec.Value != "" {
			writeChoice(&b, c.Codec)
		}
		if c.Verdict != "" {
			fmt.Fprintf(&b, "    verdict: %s\n", c.Verdict)
		}
	}
	for _, s := range p.Statements {
		fmt.Fprintf(&b, "\n%s;\n", s)
	}
	params, _ := json.MarshalIndent(p.Params, "", "  ")
	fmt.Fprintf(&b, "\nparams %s\n\nsize %.1f bytes a row, %.0f rows and %.0f bytes a day\n  %s\n  %s\n", params, p.Size.BytesPerRow, p.Size.RowsPerDay, p.Size.BytesPerDay, p.Size.Basis.En, p.Size.Basis.Zh)
	for _, f := range p.Findings {
		fmt.Fprintf(&b, "\n%s %s at %s %v\n  %s\n  %s\n  mend: %s\n        %s\n", f.Severity, f.Code, f.Path, f.Figures, f.Message.En, f.Message.Zh, f.Mend.En, f.Mend.Zh)
		if f.Pins != nil {
			pins, _ := json.Marshal(f.Pins)
			fmt.Fprintf(&b, "  pins: %s\n", pins)
		}
	}
	return b.String()
}

func writeChoice(b *strings.Builder, c Choice) {
	pinned := ""
	if c.Pinned {
		pinned = " (pinned)"
	}
	fmt.Fprintf(b, "%s = %s%s %v\n    %s\n    %s\n", c.Path, c.Value, pinned, c.Figures, c.Why.En, c.Why.Zh)
	for _, a := range c.Alternatives {
		fmt.Fprintf(b, "    or %s: %s\n       %s\n", a.Value, a.Consequence.En, a.Consequence.Zh)
	}
}

func TestProposals(t *testing.T) {
	upsertOnCluster := songs(t)
	upsertOnCluster.Cluster = &Cluster{Name: "ads", Shards: 1, Replicas: 3}
	sharded := playsInput(t)
	sharded.Cluster = &Cluster{Name: "ads_2x3", Shards: 2, Replicas: 3}
	busy := playsInput(t)
	busy.Stats.RowsPerSecond, busy.Epoch = 900_000, schema.Duration(5*time.Second)
	days := minutes(t)
	days.Pins = Choices{Engine: ptr(Summing), OrderBy: &[]string{"country", "day", "window_start"}}
	for name, in := range map[string]Input{"append": playsInput(t), "busy": busy, "retract": counters(t), "upsert": songs(t), "cluster": upsertOnCluster, "sharded": sharded, "summing": days,
		"no_sample": {Connection: "olap", Table: "t", Schema: fields(t, "a int64", "b string")}} {
		t.Run(name, func(t *testing.T) { golden(t, name+".txt", Design(in).golden()) })
	}
}

// A design depends on its input alone.
func TestDesignIsPure(t *testing.T) {
	in := playsInput(t)
	before, err := json.Marshal(in)
	require.NoError(t, err)
	first := Design(in)
	require.Equal(t, first, Design(in))
	after, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after))
	// What a browser sends back is the same input.
	var again Input
	require.NoError(t, json.Unmarshal(before, &again))
	require.Equal(t, first, Design(again))
}

// What every alternative pins is what is then chosen, and the other choices are still made.
func TestAlternativesPin(t *testing.T) {
	for name, in := range map[string]Input{"append": playsInput(t), "retract": counters(t), "upsert": songs(t), "minutes": minutes(t)} {
		p := Design(in)
		for _, c := range p.Columns {
			p.Choices = append(p.Choices, c.Type, c.Codec)
		}
		for _, c := range p.Choices {
			for _, a := range c.Alternatives {
				in := in
				in.Pins = a.Pins
				q := Design(in)
				value := ""
				for _, c := range q.Columns {
					q.Choices = append(q.Choices, c.Type, c.Codec)
				}
				for _, d := range q.Choices {
					if d.Path == c.Path {
						require.True(t, d.Pinned, "%s: %s", name, c.Path)
						value = d.Value
					}
				}
				if a.Value == "default" {
					require.Empty(t, value)
				} else {
					require.Equal(t, a.Value, value, "%s: %s", name, c.Path)
				}
			}
		}
	}
}

// mistake is a classic mistake: what is pinned, or what is there, and the finding that stops it.
type mistake struct {
	name     string
	in       func(testing.TB) Input
	pins     Choices
	change   func(*Input)
	code     diag.Code
	severity diag.Severity
	path     string
}

func column(name, typ string) Choices {
	return Choices{Columns: map[string]ColumnChoice{name: {Type: &typ}}}
}

func rename(from, to string) func(*Input) {
	return func(in *Input) {
		s := *in.Schema
		s.Fields = append([]schema.Field{}, s.Fields...)
		for i := range s.Fields {
			if s.Fields[i].Name == from {
				s.Fields[i].Name = to
			}
		}
		in.Schema = &s
	}
}

func mistakes() []mistake {
	long := strings.Repeat("x", 300)
	many := Partition{Column: "user_id"}
	return []mistake{
		{"append-only engine under retractions", counters, Choices{Engine: ptr(MergeTree)}, nil, CodeAppendOnly, diag.Error, "engine"},
		{"append-only engine under an upsert", songs, Choices{Engine: ptr(MergeTree)}, nil, CodeAppendOnly, diag.Error, "engine"},
		{"adding up changes", counters, Choices{Engine: ptr(Summing)}, nil, CodeNotAdditive, diag.Error, "engine"},
		{"adding up what is no sum", minutes, Choices{Engine: ptr(Summing), OrderBy: &[]string{"day"}}, nil, CodeNotAdditive, diag.Error, "engine"},
		{"adding up without a key", minutes, Choices{Engine: ptr(Summing)}, nil, CodeNotAdditive, diag.Error, "engine"},
		{"an engine that is not offered", minutes, Choices{Engine: ptr("aggregating_merge_tree")}, nil, CodeEngine, diag.Error, "engine"},
		{"one replica of three", songs, Choices{Engine: ptr(Replacing)}, func(in *Input) { in.Cluster = &Cluster{Name: "c", Shards: 1, Replicas: 3} }, CodeEngine, diag.Error, "engine"},
		{"changes over shards", songs, Choices{}, func(in *Input) { in.Cluster = &Cluster{Name: "c", Shards: 2, Replicas: 1} }, CodeDistributed, diag.Error, "engine"},
		{"keyless replacing", playsInput, Choices{Engine: ptr(Replacing)}, func(in *Input) { in.Identity = nil }, CodeNoKey, diag.Error, "order_by"},
		{"changes without a key", counters, Choices{}, func(in *Input) { in.Identity = nil }, CodeNoKey, diag.Error, "order_by"},
		{"sort key without the primary key", counters, Choices{OrderBy: &[]string{"country"}}, nil, CodeSortKey, diag.Error, "order_by"},
		{"sort key with more than the upsert's key", songs, Choices{OrderBy: &[]string{"song_id", "title"}}, nil, CodeSortKey, diag.Error, "order_by"},
		{"nullable in the key of a grouping", counters, Choices{}, func(in *Input) { in.Schema.Fields[0].Nullable = true }, CodeNullableKey, diag.Error, "order_by"},
		{"nullable in the sort key, with NULLs", playsInput, Choices{OrderBy: &[]string{"device", "ts"}}, nil, CodeNullableKey, diag.Error, "order_by"},
		{"nullable in the sort key, none seen", playsInput, Choices{OrderBy: &[]string{"ms_played"}}, nil, CodeNullableKey, diag.Warning, "order_by"},
		{"nullable type in the key", songs, column("song_id", "Nullable(Int64)"), nil, CodeNullableKey, diag.Error, "columns.song_id.type"},
		{"a float in the key", playsInput, Choices{OrderBy: &[]string{"ts", "score"}}, nil, CodeFloatKey, diag.Warning, "order_by"},
		{"a float as the key", counters, Choices{}, func(in *Input) { in.Schema.Fields[0].Type = schema.Of(schema.Float64) }, CodeFloatKey, diag.Error, "order_by"},
		{"json in the key", playsInput, Choices{OrderBy: &[]string{"doc"}}, nil, CodeKeyType, diag.Error, "order_by"},
		{"version column taken", songs, Choices{}, rename("title", VersionColumn), CodeVersion, diag.Error, "columns._version"},
		{"deleted column taken", songs, Choices{}, rename("title", DeletedColumn), CodeVersion, diag.Error, "columns._deleted"},
		{"too many partitions", playsInput, Choices{PartitionBy: &many}, nil, CodeTooManyPartitions, diag.Error, "partition_by"},
		{"partitions by moment", playsInput, Choices{PartitionBy: &Partition{Column: "ts"}}, nil, CodeTooManyPartitions, diag.Error, "partition_by"},
		{"partition outside the key", songs, Choices{PartitionBy: &Partition{Column: "changed_at", Function: "toYYYYMM"}}, nil, CodePartition, diag.Error, "partition_by"},
		{"partition by a float", playsInput, Choices{PartitionBy: &Partition{Column: "score"}}, nil, CodePartition, diag.Error, "partition_by"},
		{"months of a text", playsInput, Choices{PartitionBy: &Partition{Column: "country", Function: "toYYYYMM"}}, nil, CodePartition, diag.Error, "partition_by"},
		{"partition by what may be NULL", playsInput, Choices{PartitionBy: &Partition{Column: "device"}}, nil, CodeNullableKey, diag.Error, "partition_by"},
		{"expiry by what is no time", playsInput, Choices{TTL: &TTL{Column: "user_id", After: schema.Duration(time.Hour)}}, nil, CodeTTL, diag.Error, "ttl"},
		{"expiry outside the key", songs, Choices{TTL: &TTL{Column: "changed_at", After: schema.Duration(time.Hour)}}, nil, CodeTTL, diag.Error, "ttl"},
		{"expiry at once", playsInput, Choices{TTL: &TTL{Column: "ts"}}, nil, CodeTTL, diag.Error, "ttl"},
		{"expiry beyond the clock", playsInput, Choices{TTL: &TTL{Column: "ts", After: schema.Duration(90 * 366 * 24 * time.Hour)}}, nil, CodeTTL, diag.Error, "ttl"},
		{"no memory of inserts", playsInput, Choices{Window: ptr(int64(0))}, nil, CodeWindow, diag.Error, "deduplication_window"},
		{"a dictionary of too many values", playsInput, column("play_id", "LowCardinality(String)"), func(in *Input) { in.Stats.Column("play_id").Distinct = 40_000 }, CodeLowCardinality, diag.Error, "columns.play_id.type"},
		{"a dictionary of numbers", playsInput, column("user_id", "LowCardinality(UInt64)"), nil, CodeLowCardinality, diag.Error, "columns.user_id.type"},
		{"a type that rounds", playsInput, column("score", "Float32"), nil, CodeColumnType, diag.Error, "columns.score.type"},
		{"a type that is none", playsInput, column("score", "Float64) ENGINE = Null --"), nil, CodeColumnType, diag.Error, "columns.score.type"},
		{"an aggregate state", playsInput, column("ms_played", "AggregateFunction(sum, Int32)"), nil, CodeColumnType, diag.Error, "columns.ms_played.type"},
		{"a type too narrow for the sample", playsInput, column("ms_played", "Nullable(UInt8)"), nil, CodeNarrower, diag.Error, "columns.ms_played.type"},
		{"a type too narrow for the rest", playsInput, column("ms_played", "Nullable(UInt32)"), nil, CodeNarrower, diag.Warning, "columns.ms_played.type"},
		{"NULL where the sample has it", playsInput, column("device", "String"), nil, CodeNull, diag.Error, "columns.device.type"},
		{"NULL where the sample has none", playsInput, column("ms_played", "Int32"), nil, CodeNull, diag.Warning, "columns.ms_played.type"},
		{"NULL in an array", playsInput, Choices{}, func(in *Input) { in.Schema.Fields[4].Type = schema.ArrayOf(schema.Of(schema.String)) }, CodeNull, diag.Error, "columns.device.type"},
		{"a codec that is none", playsInput, Choices{Columns: map[string]ColumnChoice{"ts": {Codec: ptr("ZSTD(1)) TTL now()")}}}, nil, CodeCodec, diag.Error, "columns.ts.codec"},
		{"differences of texts", playsInput, Choices{Columns: map[string]ColumnChoice{"country": {Codec: ptr("Delta, ZSTD(1)")}}}, nil, CodeCodec, diag.Error, "columns.country.codec"},
		{"a database with a quote", playsInput, Choices{Database: ptr("a`; DROP")}, nil, CodeName, diag.Error, "database"},
		{"a table without a name", playsInput, Choices{Name: ptr("")}, nil, CodeName, diag.Error, "name"},
		{"a table with a dot", playsInput, Choices{Name: ptr("a.b")}, nil, CodeName, diag.Error, "name"},
		{"a name too long", playsInput, Choices{Name: &long}, nil, CodeName, diag.Error, "name"},
		{"a column without a name", playsInput, Choices{}, rename("score", ""), CodeName, diag.Error, "columns."},
		{"a column with a back quote", playsInput, Choices{}, rename("score", "sc`ore"), CodeName, diag.Error, "columns.sc`ore"},
		{"a column with a backslash", playsInput, Choices{}, rename("score", `sc\ore`), CodeName, diag.Error, `columns.sc\ore`},
		{"a column with a quote", playsInput, Choices{}, rename("score", `sc'ore`), CodeName, diag.Error, `columns.sc'ore`},
		{"a column with a tab", playsInput, Choices{}, rename("score", "sc\tore"), CodeName, diag.Error, "columns.sc\tore"},
		{"two columns of a name", playsInput, Choices{}, rename("score", "ts"), CodeName, diag.Error, "columns.ts"},
		{"a pin on no column", playsInput, Choices{OrderBy: &[]string{"tss"}}, nil, CodeUnknownColumn, diag.Error, "order_by"},
	}
}

// Every mistake is stopped at its place; what its mend pins makes it go away, and brings no other error in.
func TestMistakesAreStopped(t *testing.T) {
	for _, m := range mistakes() {
		t.Run(m.name, func(t *testing.T) {
			in := m.in(t)
			in.Pins = m.pins
			if m.change != nil {
				m.change(&in)
			}
			p := Design(in)
			f := findingOf(p, m.code, m.path)
			require.NotNil(t, f, "%s", p.golden())
			require.Equal(t, m.severity, f.Severity)
			require.Equal(t, m.severity == diag.Error, p.Stopped(), "%s", p.golden())
			require.NotEmpty(t, f.Mend.En)
			require.NotEmpty(t, f.Mend.Zh)
			if f.Pins == nil {
				return
			}
			in.Pins = in.Pins.With(*f.Pins)
			mended := Design(in)
			require.Nil(t, findingOf(mended, m.code, m.path), "%s", mended.golden())
			require.False(t, mended.Stopped(), "%s", mended.golden())
		})
	}
}

func findingOf(p Proposal, code diag.Code, path string) *Finding {
	for i := range p.Findings {
		if f := &p.Findings[i]; f.Code == code && f.Path == path {
			return f
		}
	}
	return nil
}
