package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/pipelines/compile"
	"millrace/server/app"
)

const drawn = `format: 1
kind: view
name: cdm.music.drawn
nodes:
  - {id: plays, component: generator, params: {count: 2000}}
  - {id: few, component: filter, params: {where: "user_id < 0"}}
  - {id: shape, component: compute, params: {columns: [user_id]}}
  - {id: out, component: console}
edges: [plays -> few -> shape -> out]
`

// TestPreviewOfSeveralNodes: a node and its inputs are looked at in one run, each with rows enough, or all there are.
func TestPreviewOfSeveralNodes(t *testing.T) {
	registry, err := all.Registry()
	require.NoError(t, err)
	var heads []app.PreviewHead
	rows := map[string]int{}
	in := app.PreviewInput{Text: drawn, Nodes: []string{"shape", "few", "plays"}, Rows: 5, Timeout: 20 * time.Second}
	out, diags, err := (&app.Workbench{Registry: registry}).PreviewIn(t.Context(), compile.Env{Registry: registry}, in, nil, app.PreviewOutput{
		Begin: func(h []app.PreviewHead) { heads = h },
		Rows: func(changes []app.Change) error {
			for _, c := range changes {
				rows[c.Node]++
				require.True(t, json.Valid(c.Row))
			}
			return nil
		},
	})
	require.NoError(t, err)
	require.Empty(t, diags)
	require.Len(t, heads, 3)
	require.Equal(t, "shape", heads[0].Node)
	require.Equal(t, []string{"user_id"}, heads[0].Schema.Names())
	require.Equal(t, map[string]int{"plays": 5}, rows)
	require.Equal(t, []int{0, 0, 5}, out.Given)
	require.True(t, out.Ended, "nothing passes the filter, so the source is read to its end")

	_, diags, err = (&app.Workbench{Registry: registry}).PreviewIn(t.Context(), compile.Env{Registry: registry}, app.PreviewInput{Text: drawn, Nodes: []string{"plays", "nobody"}}, nil, app.PreviewOutput{})
	require.NoError(t, err)
	require.Equal(t, compile.CodeUnknownNode, diags[0].Code)
}

// TestPreviewOfAFlood: a source that gives as fast as it can is read for what is looked at, not for as long as an epoch lasts.
func TestPreviewOfAFlood(t *testing.T) {
	registry, err := all.Registry()
	require.NoError(t, err)
	in := app.PreviewInput{Text: strings.Replace(drawn, "{count: 2000}", "{stream: play_events, rate: 0}", 1), Node: "plays", Rows: 5, Timeout: 20 * time.Second}
	out, diags, err := (&app.Workbench{Registry: registry}).PreviewIn(t.Context(), compile.Env{Registry: registry}, in, nil, app.PreviewOutput{
		Begin: func([]app.PreviewHead) {}, Rows: func([]app.Change) error { return nil },
	})
	require.NoError(t, err)
	require.Empty(t, diags)
	require.Equal(t, []int{5}, out.Given)
	require.False(t, out.TimedOut)
	require.Less(t, out.RowsIn, int64(50_000), "rows of about 300 bytes, of which a megabyte waits for each barrier")
}
