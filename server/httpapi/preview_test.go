package httpapi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/schema"
	"millrace/server/app"
)

// TestPreviewLines: what the lines of a preview say, of one node and of several.
func TestPreviewLines(t *testing.T) {
	s := &schema.Schema{Fields: []schema.Field{{Name: "n", Type: schema.Of(schema.Int64)}}}
	heads := HeadLines([]app.PreviewHead{{Schema: s}, {Node: "plays", Schema: s}})
	require.JSONEq(t, `{"columns": [{"name": "n", "type": "int64", "nullable": false}]}`, string(heads[0]))
	require.JSONEq(t, `{"node": "plays", "columns": [{"name": "n", "type": "int64", "nullable": false}]}`, string(heads[1]))
	lines := ChangeLines([]app.Change{{Row: []byte(`{"n":1}`)}, {Node: "plays", Kind: batch.Delete, Row: []byte(`{"n":2}`)}})
	require.JSONEq(t, `{"row": {"n": 1}}`, string(lines[0]))
	require.JSONEq(t, `{"node": "plays", "row": {"n": 2}, "op": "-D"}`, string(lines[1]))

	for _, tt := range []struct {
		p      app.Preview
		nodes  []string
		reason string
		rows   int
	}{
		{app.Preview{Given: []int{3}}, nil, "rows", 3},
		{app.Preview{Given: []int{3, 4}, Ended: true}, []string{"a", "b"}, "end", 7},
		{app.Preview{Given: []int{0}, TimedOut: true}, nil, "time", 0},
	} {
		end := EndOf(&tt.p, tt.nodes, nil)
		require.Equal(t, tt.reason, end.Reason)
		require.Equal(t, tt.rows, end.Rows)
		require.Len(t, end.Nodes, len(tt.nodes))
		require.NotNil(t, end.Diagnostics)
	}
}
