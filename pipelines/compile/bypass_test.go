package compile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
)

const bypassed = `format: 1
kind: view
name: cdm.music.bypassed
time_zone: UTC
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: long, component: filter, bypass: true, params: {where: "ms_played > 30000"}}
  - {id: shape, component: compute, params: {columns: [user_id, ms_played]}}
  - {id: out, component: collect}
edges: [plays -> long -> shape -> out]
`

// TestBypassIsTheModelWithoutTheNode: the plan and its identity are those of the model from which the node was removed.
func TestBypassIsTheModelWithoutTheNode(t *testing.T) {
	without := strings.Replace(bypassed, "  - {id: long, component: filter, bypass: true, params: {where: \"ms_played > 30000\"}}\n", "", 1)
	without = strings.Replace(without, "plays -> long -> shape", "plays -> shape", 1)
	require.NotContains(t, without, "long")

	p, diags := compile.Text("", []byte(bypassed), env(t))
	require.Empty(t, diags)
	q, diags := compile.Text("", []byte(without), env(t))
	require.Empty(t, diags)
	require.Equal(t, q.Explain(), p.Explain())
	require.Equal(t, plan.Fingerprint(q), plan.Fingerprint(p))

	with, diags := compile.Text("", []byte(strings.Replace(bypassed, "bypass: true, ", "bypass: false, ", 1)), env(t))
	require.Empty(t, diags)
	require.NotEqual(t, plan.Fingerprint(p), plan.Fingerprint(with))
}

// TestBypassShowsWhatPasses: a bypassed node has the columns of what leads into it, and its settings count for nothing.
func TestBypassShowsWhatPasses(t *testing.T) {
	src := strings.Replace(bypassed, "filter, bypass: true, params: {where: \"ms_played > 30000\"}", "compute, bypass: true, params: {columns: [nobody, {}], more: 1}", 1)
	p, diags := compile.Text("", []byte(src), env(t))
	require.Empty(t, diags)
	require.NotNil(t, p)
	doc, diags := model.Parse("", []byte(src))
	require.Empty(t, diags)
	f, diags := compile.CompileNode(doc, "long", env(t))
	require.Empty(t, diags)
	require.Equal(t, "cdm.music.bypassed/plays/./scan", f.Root.ID)

	o, _ := compile.Describe("", []byte(strings.Replace(src, "ods.music.play_events", "ods.music.lost_events", 1)), env(t))
	require.Nil(t, o.Nodes[1].Schema, "what passes is not known")
	o, _ = compile.Describe("", []byte(src), env(t))
	require.Equal(t, o.Nodes[0].Schema, o.Nodes[1].Schema)
	require.False(t, o.Nodes[1].Failed)
}

// TestBypassedSchemasHaveToFit: what is behind says so where the rows are not what it needs.
func TestBypassedSchemasHaveToFit(t *testing.T) {
	src := strings.Replace(bypassed, "compute, params: {columns: [user_id, ms_played]}", "filter, params: {where: \"seconds > 1\"}", 1)
	src = strings.Replace(src, "filter, bypass: true, params: {where: \"ms_played > 30000\"}", "compute, bypass: true, params: {columns: [{name: seconds, expr: \"ms_played / 1000\"}]}", 1)
	p, diags := compile.Text("", []byte(src), env(t))
	require.Nil(t, p)
	require.Equal(t, []diag.Code{"expr.unknown_column"}, codes(diags))
	require.Equal(t, "shape", diags[0].Node)
}
