package lineage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/models/plan"
	"millrace/models/schema"
)

var update = flag.Bool("update", false, "write the goldens")

func ref(name string) lineage.Ref {
	if name == "" {
		return lineage.Ref{}
	}
	if strings.HasPrefix(name, "?") {
		return lineage.Ref{Name: name[1:]}
	}
	return lineage.Ref{ID: "id-" + name, Name: name}
}

// edge reads "a -> b: x>y x~z": values of x go into y, and x decides about z.
func edge(t *testing.T, text string) lineage.Edge {
	t.Helper()
	ends, columns, _ := strings.Cut(text, ":")
	from, to, ok := strings.Cut(ends, "->")
	require.True(t, ok, text)
	e := lineage.Edge{Source: ref(strings.TrimSpace(from)), Sink: ref(strings.TrimSpace(to))}
	for _, c := range strings.Fields(columns) {
		a, b, direct := strings.Cut(c, ">")
		if !direct {
			a, b, _ = strings.Cut(c, "~")
		}
		e.Columns = append(e.Columns, lineage.Column{From: a, To: b, Direct: direct})
	}
	return e
}

func entry(t *testing.T, kind lineage.OwnerKind, name, team string, edges ...string) lineage.Entry {
	t.Helper()
	e := lineage.Entry{Owner: lineage.Owner{Kind: kind, ID: "id-" + name, Name: name, Team: team}}
	for _, text := range edges {
		e.Edges = append(e.Edges, edge(t, text))
	}
	return e
}

// house is a small warehouse.
func house(t *testing.T) *lineage.Graph {
	t.Helper()
	return lineage.NewGraph(nil).With([]lineage.Entry{
		entry(t, lineage.Document, "clean", "music", "ods.plays -> cdm.plays: user>user ms>seconds event~seconds event~user"),
		entry(t, lineage.Pipeline, "clean", "music", "ods.plays -> cdm.plays: user>user ms>seconds event~seconds event~user"),
		entry(t, lineage.Document, "wide", "music", "cdm.plays -> cdm.wide: user>user seconds>seconds", "dim.songs -> cdm.wide: title>title"),
		entry(t, lineage.Document, "secret", "pay", "cdm.wide -> pay.x: seconds>cost", "pay.x -> pay.y: cost>cost"),
		entry(t, lineage.Document, "report", "pay", "pay.y -> ads.report: cost>cost", "?old.table -> ads.report"),
		entry(t, lineage.Document, "look", "music", "cdm.wide -> : title>"),
		entry(t, lineage.Document, "made", "music", " -> ods.plays"),
	})
}

// tables knows the tables by their ids.
type tables struct{ fail error }

func (k tables) Describe(_ context.Context, ids []string) (map[string]lineage.Table, error) {
	out := map[string]lineage.Table{}
	for _, id := range ids {
		if name, ok := strings.CutPrefix(id, "id-"); ok {
			layer, _, _ := strings.Cut(name, ".")
			out[id] = lineage.Table{ID: id, Name: name, Kind: "store", Layer: strings.ToUpper(layer), Team: "music", Owner: "Music"}
		}
	}
	return out, k.fail
}

// viewer may not know of tables with a prefix, nor of the things of other teams.
type viewer struct{ hidden, team string }

func (v viewer) Discover(o grants.Object) bool {
	return v.hidden == "" || !strings.HasPrefix(strings.TrimPrefix(o.Table, "id-"), v.hidden)
}
func (v viewer) Sees(team string) bool { return v.team == "" || v.team == team }

func TestDraw(t *testing.T) {
	var b bytes.Buffer
	for _, c := range []struct {
		title    string
		who      viewer
		table    string
		up, down int
	}{
		{"all of it", viewer{}, "id-cdm.plays", 0, 0},
		{"one step", viewer{}, "id-cdm.plays", 1, 1},
		{"without the tables of pay", viewer{hidden: "pay.", team: "music"}, "id-cdm.wide", 9, 9},
		{"without those of cdm, but the one that is asked for", viewer{hidden: "cdm."}, "id-cdm.plays", 9, 9},
		{"a table that nothing is known of", viewer{}, "id-none", 3, 3},
	} {
		d, err := house(t).Draw(t.Context(), c.who, tables{}, c.table, c.up, c.down)
		require.NoError(t, err)
		fmt.Fprintf(&b, "# %s\n", c.title)
		for _, n := range d.Nodes {
			text, err := json.Marshal(n)
			require.NoError(t, err)
			fmt.Fprintf(&b, "%s\n", text)
		}
		for _, e := range d.Edges {
			text, err := json.Marshal(e)
			require.NoError(t, err)
			fmt.Fprintf(&b, "  %s\n", text)
		}
	}
	golden := "testdata/draw.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, b.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run the test with -update")
	require.Equal(t, string(want), b.String())

	_, err = house(t).Draw(t.Context(), viewer{}, tables{errors.New("away")}, "id-cdm.plays", 1, 1)
	require.ErrorContains(t, err, "away")
}

// TestHidden has nothing of a hidden table or team in a drawing, whatever its place.
func TestHidden(t *testing.T) {
	g := house(t)
	for _, hidden := range []string{"pay.", "cdm.wide", "ods.", "dim.", "ads."} {
		d, err := g.Draw(t.Context(), viewer{hidden, "nobody's"}, tables{}, "id-cdm.plays", 0, 0)
		require.NoError(t, err)
		text, err := json.Marshal(d)
		require.NoError(t, err)
		require.NotContains(t, string(text), hidden)
		for _, name := range []string{"clean", "secret", "report", "wide", "look", "made"} {
			require.NotContains(t, string(text), `"name":"`+name+`"`)
		}
	}
}

func names(all []lineage.Affected) []string {
	out := []string{}
	for _, a := range all {
		out = append(out, fmt.Sprintf("%d %s %s %v %v", a.Distance, a.Kind, a.Name, a.Columns, a.Direct))
	}
	return out
}

func TestImpact(t *testing.T) {
	g := house(t)
	require.Equal(t, []string{"1 document clean [] false", "1 pipeline clean [] false", "2 document wide [] false", "3 document look [] false", "3 document secret [] false", "5 document report [] false"},
		names(g.Impact("id-ods.plays", "")))
	require.Equal(t, []string{"1 document clean [ods.plays.ms] true", "1 pipeline clean [ods.plays.ms] true", "2 document wide [cdm.plays.seconds] true",
		"3 document secret [cdm.wide.seconds pay.x.cost] true", "5 document report [pay.y.cost] true"}, names(g.Impact("id-ods.plays", "ms")))
	require.Equal(t, []string{"1 document clean [ods.plays.event] false", "1 pipeline clean [ods.plays.event] false", "2 document wide [cdm.plays.seconds cdm.plays.user] false",
		"3 document secret [cdm.wide.seconds pay.x.cost] false", "5 document report [pay.y.cost] false"}, names(g.Impact("id-ods.plays", "event")), "it only decides which rows there are")
	require.Equal(t, []string{"1 document look [cdm.wide.title] true"}, names(g.Impact("id-cdm.wide", "title")))
	require.Empty(t, g.Impact("id-ods.plays", "no_such"))
	require.Empty(t, g.Impact("id-none", ""))
	require.Equal(t, map[string]int{"id-cdm.plays": 2, "id-ods.plays": 3, "id-dim.songs": 2, "id-cdm.wide": 1, "id-pay.x": 0}, g.Reach("id-pay.x", false, 0))
	require.Equal(t, map[string]int{"id-ods.plays": 1, "id-cdm.wide": 1, "id-pay.x": 1, "id-cdm.plays": 1}, map[string]int{"id-ods.plays": g.Reads()["id-ods.plays"],
		"id-cdm.wide": g.Reads()["id-cdm.wide"] - 1, "id-pay.x": g.Reads()["id-pay.x"], "id-cdm.plays": g.Reads()["id-cdm.plays"]}, "pipelines do not count beside their documents")
}

func TestCycle(t *testing.T) {
	g := house(t)
	path := g.Cycle(lineage.Owner{Kind: lineage.Document, ID: "new"}, []lineage.Edge{edge(t, "cdm.wide -> ods.plays")})
	var got []string
	for _, r := range path {
		got = append(got, r.Name)
	}
	require.Equal(t, []string{"cdm.wide", "ods.plays", "cdm.plays", "cdm.wide"}, got)
	require.NotEmpty(t, g.Cycle(lineage.Owner{ID: "new"}, []lineage.Edge{edge(t, "a -> a")}))
	require.Empty(t, g.Cycle(lineage.Owner{ID: "new"}, []lineage.Edge{edge(t, "cdm.wide -> ads.report"), edge(t, " -> ods.plays"), edge(t, "ads.report -> ")}))
	require.Empty(t, g.Cycle(lineage.Owner{Kind: lineage.Document, ID: "id-wide"}, []lineage.Edge{edge(t, "cdm.wide -> cdm.plays")}), "what the owner had does not count")
}

func TestLint(t *testing.T) {
	layer := func(r lineage.Ref) string {
		l, _, _ := strings.Cut(r.Name, ".")
		return l
	}
	for text, warns := range map[string]bool{
		"ods.a -> dwd.b": false, "dwd.a -> ods.b": true, "ads.a -> dim.b": true, "dws.a -> dwd.b": false, "ads.a -> ads.b": false, "ADS.a -> ODS.b": true, "x.a -> ods.b": false,
		"ads.a -> x.b": false, "ads.a -> ": false,
	} {
		diags := lineage.Lint([]lineage.Edge{edge(t, text)}, layer, nil)
		require.Equal(t, warns, len(diags) == 1, text)
		if warns {
			require.Equal(t, lineage.CodeBackwards, diags[0].Code)
			require.False(t, diags.HasErrors())
		}
	}
	diags := lineage.Lint(nil, layer, []lineage.Ref{ref("a.b"), ref("a.c"), ref("a.b")})
	require.Len(t, diags, 1)
	require.Equal(t, "a.b is made from itself: a.b -> a.c -> a.b", diags[0].Message)
}

func TestEdges(t *testing.T) {
	int64s := func(names ...string) *schema.Schema {
		s := &schema.Schema{}
		for _, n := range names {
			s.Fields = append(s.Fields, schema.Field{Name: n, Type: schema.Of(schema.Int64)})
		}
		return s
	}
	scan := func(id, table string) *plan.Node {
		s := int64s("a", "b")
		return &plan.Node{ID: id, Op: &plan.Scan{Component: "records", Version: 1, Params: []byte(`{}`), Table: table, Source: s}, Schema: s}
	}
	left, right, made := scan("m/l/./scan", "ods.m.l"), scan("m/r/./scan", "ods.m.r"), scan("m/g/./scan", "")
	joined := &plan.Node{ID: "m/j/./join", Op: &plan.Join{Left: []int{0}, Right: []int{0}, LeftTime: -1, RightTime: -1}, Inputs: []*plan.Node{left, right}, Schema: int64s("a", "b", "a_1", "b_1")}
	sink := func(id, table string, in *plan.Node) *plan.Node {
		return &plan.Node{ID: id, Op: &plan.Sink{Component: "store", Version: 1, Params: []byte(`{}`), Table: table}, Inputs: []*plan.Node{in}, Schema: in.Schema}
	}
	p := &plan.Plan{Model: "m", TimeZone: "UTC", Sinks: []*plan.Node{sink("m/o/./sink", "ads.m.o", joined), sink("m/c/./sink", "", left), sink("m/g2/./sink", "ads.m.g", made), sink("m/n/./sink", "", made)}}
	edges := lineage.Edges([]*plan.Plan{p}, func(op plan.Op) lineage.Ref {
		switch op := op.(type) {
		case *plan.Scan:
			return ref(op.Table)
		case *plan.Sink:
			return ref(op.Table)
		}
		return lineage.Ref{}
	})
	text, err := json.MarshalIndent(edges, "", " ")
	require.NoError(t, err)
	golden := "testdata/edges.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, text, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run the test with -update")
	require.Equal(t, string(want), string(text))
	inputs, outputs := lineage.Tables(edges)
	require.Equal(t, []lineage.Ref{ref("ods.m.l"), ref("ods.m.r")}, inputs)
	require.Equal(t, []lineage.Ref{ref("ads.m.g"), ref("ads.m.o")}, outputs)
}

// memory is a store of entries in the order in which they changed.
type memory struct {
	entries []lineage.Entry
	fail    error
}

func (m *memory) LineageVersion(context.Context) (int64, error) {
	return int64(len(m.entries)), m.fail
}
func (m *memory) LineageSince(_ context.Context, after int64) ([]lineage.Entry, int64, error) {
	return slices.Clone(m.entries[after:]), int64(len(m.entries)), m.fail
}

func TestService(t *testing.T) {
	m := &memory{}
	s := lineage.New(m, nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx, time.Hour)
	}()
	stop()
	<-done

	m.entries = append(m.entries, entry(t, lineage.Document, "d", "x", "a -> b"), entry(t, lineage.Document, "e", "x", "b -> c"))
	require.NoError(t, s.Update(t.Context()))
	users, err := s.Users(t.Context(), "id-a", false)
	require.NoError(t, err)
	require.Len(t, users, 1)
	users, err = s.Users(t.Context(), "id-a", true)
	require.NoError(t, err)
	require.Len(t, users, 2)

	gone := entry(t, lineage.Document, "e", "x")
	gone.Gone = true
	m.entries = append(m.entries, gone)
	require.NoError(t, s.Update(t.Context()))
	require.Empty(t, s.Graph().Readers("id-b"))
	m.fail = errors.New("away")
	require.ErrorContains(t, s.Update(t.Context()), "away")
	require.Len(t, s.Graph().Readers("id-a"), 1)
	m.fail = nil
	m.entries = m.entries[:1]
	require.NoError(t, s.Update(t.Context()), "the store is an older one")
	require.Len(t, s.Graph().Readers("id-a"), 1)
}

// TestLarge keeps the graph's costs in sight: 20,000 documents in 40 layers.
func TestLarge(t *testing.T) {
	var all []lineage.Entry
	const wide, deep = 500, 40
	for d := range deep {
		for w := range wide {
			e := lineage.Entry{Owner: lineage.Owner{Kind: lineage.Document, ID: fmt.Sprintf("d%d.%d", d, w)}}
			for k := range 3 {
				e.Edges = append(e.Edges, lineage.Edge{Source: ref(fmt.Sprintf("t%d.%d", d, (w+k)%wide)), Sink: ref(fmt.Sprintf("t%d.%d", d+1, w))})
			}
			all = append(all, e)
		}
	}
	begin := time.Now()
	g := lineage.NewGraph(nil).With(all)
	built := time.Since(begin)
	begin = time.Now()
	g = g.With(all[:1])
	changed := time.Since(begin)
	begin = time.Now()
	affected := g.Impact("id-t0.0", "")
	walked := time.Since(begin)
	begin = time.Now()
	d, err := g.Draw(t.Context(), viewer{hidden: "t3"}, tables{}, "id-t20.7", 0, 0)
	require.NoError(t, err)
	require.True(t, d.Cut)
	t.Logf("%d documents: built %s, one changed %s, impact of a table on %d %s, drawn %s", len(all), built, changed, len(affected), walked, time.Since(begin))
}
