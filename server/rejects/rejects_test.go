package rejects

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/components/all"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/engine"
	"millrace/pipelines/optimize"
	"millrace/server/app"
)

// policy decides as its fields say.
type policy struct {
	compile.AllowAll
	hides  bool
	read   compile.Access
	denied string
}

func (p policy) Discover(string) bool               { return !p.hides }
func (p policy) Read(string) compile.Access         { return p.read }
func (p policy) Connect(compile.Use) compile.Access { return compile.Access{Denied: p.denied} }

const text = `format: 1
connections: {queue: {component: kafka, params: {brokers: ["127.0.0.1:1"]}}}
tables:
  ods.a.plays: {columns: [{name: id, type: int64, nullable: false}, {name: ms, type: int32}, {name: ts, type: timestamp(3)}], event_time: ts,
    source: {component: kafka, params: {connection: queue, topic: plays, format: json}}}
`

func compiled(t *testing.T, nodes, edges string) (compile.Env, *plan.Plan) {
	t.Helper()
	registry, err := all.Registry()
	require.NoError(t, err)
	file, diags := catalog.Parse("catalog.yaml", []byte(text), registry)
	require.NoError(t, diags.Err())
	env := compile.Env{Registry: registry, Catalog: file}
	p, diags := compile.Text("m.yaml", []byte("format: 1\nkind: view\nname: a.b.c\ntime_zone: UTC\nnodes:\n  - {id: plays, component: table, params: {table: ods.a.plays}}\n"+nodes+
		"  - {id: out, component: console}\nedges: ["+edges+"]\n"), env)
	require.NoError(t, diags.Err())
	p, _ = optimize.Optimize(p, nil)
	return env, p
}

func TestWhoSeesRecords(t *testing.T) {
	env, p := compiled(t, "", "plays -> out")
	for want, policy := range map[string]policy{
		"": {},
		"the records are of a table that you may not read":                    {hides: true},
		"the records are of ods.a.plays: ann lacks read":                      {read: compile.Access{Denied: "ann lacks read"}},
		"the records are of ods.a.plays, of which you may not read every row": {read: compile.Access{RowFilter: "id = 1"}},
	} {
		env.Policy = policy
		require.Equal(t, want, unreadable(env, p))
	}
	item := Item{Reject: engine.Reject{Kind: "dead", Code: "row.missing", Path: "tags.secret", Raw: []byte("x"), Row: []byte("{}")}}
	item.hide()
	require.Equal(t, Item{Hidden: true, Reject: engine.Reject{Kind: "dead", Code: "row.missing"}}, item)
}

func TestTry(t *testing.T) {
	env, p := compiled(t, "  - {id: f, component: filter, params: {where: \"100 / ms > 1\"}}\n", "plays -> f -> out")
	r, err := app.NewRecords(env.Registry, p)
	require.NoError(t, err)
	tried, err := r.Try(t.Context(), [][]byte{
		[]byte(`{"id": 1, "ms": 10, "ts": "2026-01-01T00:00:00Z"}`), []byte(`{"id": "x"}`), []byte(`{"id": 2, "ms": 0, "ts": "2026-01-01T00:00:00Z"}`), []byte(`{"id": 3, "ms": 1000, "ts": "2026-01-01T00:00:00Z"}`),
	})
	require.NoError(t, err)
	require.Equal(t, []int{1, 0, 1, 1}, []int{tried.Records[0].Rows, tried.Records[1].Rows, tried.Records[2].Rows, tried.Records[3].Rows})
	require.Equal(t, "id", tried.Records[1].Path)
	require.EqualValues(t, 1, tried.Rejected, "behind the decoder")
	require.Len(t, tried.Sinks, 1)
	require.Len(t, tried.Sinks[0].Rows, 1)
	require.JSONEq(t, `{"id": 1, "ms": 10, "ts": "2026-01-01T00:00:00Z"}`, string(tried.Sinks[0].Rows[0]))
}

func TestStateIsRefused(t *testing.T) {
	env, p := compiled(t, "  - {id: w, component: dedupe, params: {key: [id], within: 1h}}\n", "plays -> w -> out")
	_, err := app.NewRecords(env.Registry, p)
	require.ErrorIs(t, err, diag.ErrConflict)
	require.ErrorContains(t, err, "remembers rows")
}

func TestRecordOf(t *testing.T) {
	dead := func(node string, raw string, cut bool) *Item {
		return &Item{ID: "m.0", Reject: engine.Reject{Kind: "dead", Node: node, Raw: []byte(raw), Truncated: cut, Size: 9}}
	}
	got, err := recordOf(dead("scan", "abc", false), nil, "scan")
	require.NoError(t, err)
	require.Equal(t, "abc", string(got))
	got, err = recordOf(dead("filter", "", false), []byte("mended"), "scan")
	require.NoError(t, err)
	require.Equal(t, "mended", string(got))
	for _, item := range []*Item{dead("filter", "", false), dead("scan", "abc", true), {Reject: engine.Reject{Kind: "late"}}} {
		_, err = recordOf(item, nil, "scan")
		require.ErrorIs(t, err, diag.ErrConflict)
	}
	_, err = recordOf(&Item{Reject: engine.Reject{Kind: "late"}}, []byte("x"), "scan")
	require.ErrorContains(t, err, "late")
	manifest, i, ok := parseID(idOf("4f.x", 12))
	require.True(t, ok)
	require.Equal(t, "4f.x", manifest)
	require.Equal(t, 12, i)
}
