package document_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/document"
)

func TestExplainDraws(t *testing.T) {
	_, s := setUp(t)
	e, err := s.Explain(t.Context(), ana, document.YAML, long)
	require.NoError(t, err)
	require.Empty(t, e.Diagnostics)
	require.Len(t, e.Plans, 1)
	require.Contains(t, e.Text, "5 of 5 columns")
	d := e.Drawings[0]
	require.Equal(t, "cdm.music.long", d.Model)
	var titles []string
	for _, n := range d.Compiled.Nodes {
		titles = append(titles, n.ModelNode+": "+n.Title)
	}
	require.Equal(t, []string{"plays: scan kafka", "long: filter", "out: sink console"}, titles)
	require.Equal(t, []string{"ms_played"}, d.Compiled.Nodes[1].Reads)
	require.Equal(t, []document.OperatorEdge{{From: d.Compiled.Nodes[0].ID, To: d.Compiled.Nodes[1].ID}, {From: d.Compiled.Nodes[1].ID, To: d.Compiled.Nodes[2].ID}}, d.Compiled.Edges)
}

const narrow = `format: 1
kind: view
name: cdm.music.narrow
nodes:
  - {id: plays, component: table, params: {table: ods.music.plays}}
  - {id: shape, component: compute, params: {columns: [user_id, "ms_played / 1000 AS seconds", "song_id + 0 AS song", ts]}}
  - {id: fewer, component: compute, params: {columns: [user_id, ts]}}
  - {id: once, component: dedupe, params: {key: [user_id], within: 1h}}
  - {id: out, component: console}
edges: [plays -> shape -> once -> fewer -> out]
`

func TestExplainPrunes(t *testing.T) {
	_, s := setUp(t)
	e, err := s.Explain(t.Context(), ana, document.YAML, narrow)
	require.NoError(t, err)
	require.Empty(t, e.Diagnostics)
	d := e.Drawings[0]
	require.NotEmpty(t, d.Rules)
	require.NotEqual(t, e.Text, e.OptimizedText)
	scan := d.Optimized.Nodes[slices.IndexFunc(d.Optimized.Nodes, func(n document.Operator) bool { return n.Op == "scan" })]
	require.Contains(t, scan.Pruned, "event")
	require.NotContains(t, scan.Pruned, "user_id")
	for _, n := range d.Compiled.Nodes {
		require.Empty(t, n.Pruned, n.ID)
	}
	once := d.Optimized.Nodes[slices.IndexFunc(d.Optimized.Nodes, func(n document.Operator) bool { return n.Op == "dedupe" })]
	require.Equal(t, []string{"user_id", "ts"}, once.Reads)
}

func TestConvert(t *testing.T) {
	_, s := setUp(t)
	text := `format: 1
kind: view
name: cdm.music.copy
nodes:
  - {id: plays, component: table, params: {table: ods.music.plays}}
  - {id: long, component: filter, params: {where: "ms_played > 30000"}}
  - {id: out, component: kafka, params: {connection: broker, topic: copy}}
edges: [plays -> long -> out]
`
	sql, err := s.Convert(t.Context(), ana, document.YAML, text, document.SQL)
	require.NoError(t, err)
	require.False(t, sql.Diagnostics.HasErrors(), "%v", sql.Diagnostics)
	require.Contains(t, sql.Text, "INSERT INTO")
	back, err := s.Convert(t.Context(), ana, document.SQL, sql.Text, document.YAML)
	require.NoError(t, err)
	require.False(t, back.Diagnostics.HasErrors(), "%v", back.Diagnostics)
	require.Equal(t, sql.Fingerprint, back.Fingerprint)
	require.Contains(t, back.Text, "kind: view")

	passed, err := s.Convert(t.Context(), ana, document.YAML, strings.Replace(text, "component: filter,", "component: filter, bypass: true,", 1), document.SQL)
	require.NoError(t, err)
	require.Len(t, passed.Diagnostics, 1)
	require.Equal(t, document.CodeLeftOut, passed.Diagnostics[0].Code)
	require.NotContains(t, passed.Text, "30000")
	require.NotEqual(t, sql.Fingerprint, passed.Fingerprint)

	drawn, err := s.Convert(t.Context(), ana, document.YAML, text+"groups: [{id: cleaning, nodes: [long]}]\nnotes: [{id: why, text: skips, x: 1, y: 2}, {id: who, x: 1, y: 2}]\n", document.SQL)
	require.NoError(t, err)
	require.Equal(t, sql.Fingerprint, drawn.Fingerprint, "what is only drawn is not in the fingerprint")
	require.Equal(t, sql.Text, drawn.Text)
	require.Len(t, drawn.Diagnostics, 2)
	for i, path := range []string{"groups", "notes"} {
		require.Equal(t, document.CodeLeftOut, drawn.Diagnostics[i].Code)
		require.Equal(t, path, drawn.Diagnostics[i].Path)
	}

	both, err := s.Convert(t.Context(), ana, document.SQL, `CREATE TABLE a (user_id BIGINT) WITH ('connector' = 'kafka', 'connection' = 'broker', 'topic' = 'a', 'format' = 'json');
CREATE TABLE b (user_id BIGINT) WITH ('connector' = 'kafka', 'connection' = 'broker', 'topic' = 'b', 'format' = 'json');
INSERT INTO a SELECT user_id FROM ods.music.plays;
INSERT INTO b SELECT user_id FROM ods.music.likes;`, document.YAML)
	require.NoError(t, err)
	require.False(t, both.Diagnostics.HasErrors(), "%v", both.Diagnostics)
	require.Len(t, both.Documents, 2)
	require.Empty(t, both.Text)

	virtual, err := s.Convert(t.Context(), ana, document.YAML, "format: 1\nkind: view\nname: a.b.c\nnodes: [{id: plays, component: table, params: {table: ods.music.plays}}]\n", document.SQL)
	require.NoError(t, err)
	require.Equal(t, document.CodeNotConvertible, virtual.Diagnostics[0].Code)
	require.Empty(t, virtual.Documents)
	broken, err := s.Convert(t.Context(), ana, document.YAML, "kind: view", document.SQL)
	require.NoError(t, err)
	require.True(t, broken.Diagnostics.HasErrors())
	_, err = s.Convert(t.Context(), ana, document.YAML, text, "toml")
	require.ErrorContains(t, err, "toml")
}
