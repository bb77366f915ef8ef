package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/models/diag"
	"millrace/pipelines/compile"
	"millrace/server/app"
)

// look previews one node and returns its columns and rows.
func look(t *testing.T, in app.PreviewInput) (*app.Preview, []app.PinnedColumn, []app.Change, diag.List) {
	t.Helper()
	registry, err := all.Registry()
	require.NoError(t, err)
	var columns []app.PinnedColumn
	var rows []app.Change
	in.Rows, in.Timeout = 100, 30*time.Second
	out, diags, err := (&app.Workbench{Registry: registry}).PreviewIn(t.Context(), compile.Env{Registry: registry}, in, nil, app.PreviewOutput{
		Begin: func(heads []app.PreviewHead) {
			for _, f := range heads[0].Schema.Fields {
				columns = append(columns, app.PinnedColumn{Name: f.Name, Type: f.Type.String()})
			}
		},
		Rows: func(changes []app.Change) error {
			rows = append(rows, changes...)
			return nil
		},
	})
	require.NoError(t, err)
	return out, columns, rows, diags
}

// pin makes pinned rows of what a preview has shown.
func pin(t *testing.T, columns []app.PinnedColumn, rows []app.Change) app.PinnedRows {
	t.Helper()
	out := app.PinnedRows{Columns: columns}
	for _, r := range rows {
		var values map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(r.Row, &values))
		row := make([]json.RawMessage, len(columns))
		for i, c := range columns {
			row[i] = values[c.Name]
		}
		out.Rows, out.Ops = append(out.Rows, row), append(out.Ops, r.Kind.String())
	}
	return out
}

func texts(rows []app.Change) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Kind.String() + " " + string(r.Row)
	}
	return out
}

// TestPreviewOfPinnedRows: what is behind a node is computed from the rows that are pinned to it, and what is before it is not read.
func TestPreviewOfPinnedRows(t *testing.T) {
	_, columns, rows, diags := look(t, app.PreviewInput{Text: drawn, Node: "plays"})
	require.Empty(t, diags)
	pinned := map[string]app.PinnedRows{"few": pin(t, columns, rows[:3])}

	out, _, got, diags := look(t, app.PreviewInput{Text: drawn, Node: "shape", Pinned: pinned})
	require.Empty(t, diags)
	require.Len(t, got, 3, "the filter lets nothing through, so these are the pinned rows")
	require.Equal(t, int64(3), out.RowsIn)
	require.True(t, out.Ended)

	_, _, got, diags = look(t, app.PreviewInput{Text: drawn, Node: "few", Pinned: pinned})
	require.Empty(t, diags)
	require.Equal(t, texts(rows[:3]), texts(got), "the node itself shows them")

	out, _, got, _ = look(t, app.PreviewInput{Text: drawn, Node: "plays", Pinned: pinned})
	require.Len(t, got, 100, "what is before it does not")
	require.NotEqual(t, int64(3), out.RowsIn)
}

const every = `format: 1
kind: view
name: cdm.music.every
nodes:
  - id: rows
    component: values
    params:
      schema:
        columns:
          - {name: id, type: int64, nullable: false}
          - {name: price, type: "decimal(10, 2)"}
          - {name: raw, type: bytes}
          - {name: tags, type: array<string>}
          - {name: counts, type: "map<string, int64>"}
          - {name: device, type: "row<os string, sizes map<string, int32>>"}
          - {name: more, type: json}
          - {name: day, type: date}
          - {name: ts, type: timestamp(3), nullable: false}
        event_time: {column: ts, out_of_order: 1s}
      rows: |
        {"id": 1, "price": 1.10, "raw": "aGk=", "tags": ["a", null], "counts": {"x": 1, "y": null}, "device": {"os": "ios", "sizes": {"w": 3}}, "more": {"a":[1]}, "day": "2026-01-02", "ts": "2026-01-01T00:01:30Z"}
        {"id": 2, "ts": "2026-01-01T00:01:31.5Z"}
  - {id: kept, component: filter, bypass: true, params: {where: "id > 1"}}
  - {id: minutes, component: window, params: {size: 1m, aggregates: [count(*) AS n]}}
  - {id: totals, component: aggregate, params: {aggregates: [count(*) AS n]}}
  - {id: out, component: console}
edges: [rows -> kept -> minutes -> out, rows -> totals]
`

// TestPinnedRowsAreTheRows: every type comes back as it was, in a node that is bypassed too, and no row is late though they are out of order.
func TestPinnedRowsAreTheRows(t *testing.T) {
	_, columns, rows, diags := look(t, app.PreviewInput{Text: every, Node: "kept"})
	require.False(t, diags.HasErrors(), "%v", diags)
	require.Len(t, rows, 2)
	p := pin(t, columns, rows)
	out, _, got, diags := look(t, app.PreviewInput{Text: every, Node: "kept", Pinned: map[string]app.PinnedRows{"kept": p}})
	require.False(t, diags.HasErrors(), "%v", diags)
	require.Zero(t, out.Rejected)
	require.Equal(t, texts(rows), texts(got))

	// What a browser cannot hold as a number it has as a text of the same digits.
	texted := p
	texted.Rows = [][]json.RawMessage{append([]json.RawMessage{json.RawMessage(`"9007199254740993"`), json.RawMessage(`"12345678.91"`)}, p.Rows[0][2:]...)}
	texted.Ops = nil
	_, _, got, diags = look(t, app.PreviewInput{Text: every, Node: "kept", Pinned: map[string]app.PinnedRows{"kept": texted}})
	require.False(t, diags.HasErrors(), "%v", diags)
	require.Contains(t, texts(got)[0], `"id":9007199254740993,"price":12345678.91`)

	early := p.Rows[1]
	early = append(append([]json.RawMessage{}, early[:8]...), json.RawMessage(`"2025-06-01T00:00:00Z"`))
	p.Rows, p.Ops = append(p.Rows, early), append(p.Ops, "+I")
	_, _, got, diags = look(t, app.PreviewInput{Text: every, Node: "minutes", Pinned: map[string]app.PinnedRows{"kept": p}})
	require.False(t, diags.HasErrors(), "%v", diags)
	require.Len(t, got, 2, "%v", texts(got))

	_, _, got, _ = look(t, app.PreviewInput{Text: every, Node: "totals", Pinned: map[string]app.PinnedRows{"kept": p}})
	require.Contains(t, string(got[len(got)-1].Row), `"n":2`, "rows pinned to a bypassed node stand for those of no other")
}

// TestPinnedChanges: changes are pinned with what they do.
func TestPinnedChanges(t *testing.T) {
	text := strings.Replace(every, "edges:", "  - {id: twice, component: compute, params: {columns: [{name: m, expr: n * 2}]}}\nedges:", 1)
	text = strings.Replace(text, "rows -> totals]", "rows -> totals -> twice]", 1)
	_, columns, rows, diags := look(t, app.PreviewInput{Text: text, Node: "totals"})
	require.False(t, diags.HasErrors(), "%v", diags)
	_, _, want, _ := look(t, app.PreviewInput{Text: text, Node: "twice"})
	_, _, got, diags := look(t, app.PreviewInput{Text: text, Node: "twice", Pinned: map[string]app.PinnedRows{"totals": pin(t, columns, rows)}})
	require.False(t, diags.HasErrors(), "%v", diags)
	require.Equal(t, texts(want), texts(got))
}

func TestPinnedRowsThatDoNotFit(t *testing.T) {
	id := app.PinnedColumn{Name: "user_id", Type: "int64"}
	one := [][]json.RawMessage{{json.RawMessage("1")}}
	many := map[string]app.PinnedRows{}
	for _, n := range "abcdefghijklmnopqrstuvwxyz" {
		many[string(n)] = app.PinnedRows{}
	}
	for name, c := range map[string]struct {
		pinned map[string]app.PinnedRows
		want   string
	}{
		"no node":       {map[string]app.PinnedRows{"nobody": {}}, `no node "nobody"`},
		"no column":     {map[string]app.PinnedRows{"shape": {Columns: []app.PinnedColumn{{Name: "user", Type: "int64"}}, Rows: one}}, "lack the column user_id int64"},
		"another type":  {map[string]app.PinnedRows{"shape": {Columns: []app.PinnedColumn{{Name: "user_id", Type: "string"}}, Rows: one}}, "lack the column user_id int64"},
		"short row":     {map[string]app.PinnedRows{"shape": {Columns: []app.PinnedColumn{id}, Rows: [][]json.RawMessage{{}}}}, "one value for each"},
		"short ops":     {map[string]app.PinnedRows{"shape": {Columns: []app.PinnedColumn{id}, Rows: one, Ops: []string{"", ""}}}, "2 ops for 1 rows"},
		"no op":         {map[string]app.PinnedRows{"shape": {Columns: []app.PinnedColumn{id}, Rows: one, Ops: []string{"gone"}}}, "does what no row does"},
		"too many rows": {map[string]app.PinnedRows{"shape": {Columns: []app.PinnedColumn{id}, Rows: make([][]json.RawMessage, 1001)}}, "1001 rows"},
		"too many":      {many, "26 nodes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, rows, diags := look(t, app.PreviewInput{Text: drawn, Node: "shape", Pinned: c.pinned})
			require.Empty(t, rows)
			require.True(t, diags.HasErrors())
			require.Equal(t, app.CodePinned, diags[0].Code)
			require.Contains(t, diags[0].Message, c.want)
			require.NotEmpty(t, diags[0].Fix)
		})
	}
}
