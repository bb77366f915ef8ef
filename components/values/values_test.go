package values_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/csv"
	"millrace/components/json"
	"millrace/components/values"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

func registry(t *testing.T) *component.Registry {
	t.Helper()
	r, err := component.NewRegistry(values.Spec(), json.Spec(), csv.Spec())
	require.NoError(t, err)
	return r
}

// scan plans a source from the text of its parameters, as a document has them.
func scan(t *testing.T, r *component.Registry, params string) *plan.Scan {
	t.Helper()
	doc, diags := model.Parse("test", []byte("format: 1\nkind: view\nname: a.b.c\nnodes:\n  - id: v\n    component: values\n    params: "+params+"\n"))
	require.Empty(t, diags)
	spec, ok := r.Get(component.KindSource, values.Name)
	require.True(t, ok)
	var found diag.List
	p, ok := component.Decode(spec.Fields, doc.Nodes[0].Params, "params", &found)
	require.True(t, ok, "%v", found)
	op, ok := spec.Source.Plan(&component.Planning{Registry: r, Diags: &found, TimeZone: "UTC"}, p)
	require.True(t, ok, "%v", found)
	return op
}

// open opens what a scan reads.
func open(t *testing.T, r *component.Registry, op *plan.Scan, want *schema.Schema, batchRows int) component.Source {
	t.Helper()
	spec, _ := r.Get(component.KindSource, values.Name)
	s, err := spec.Source.Open(t.Context(), component.SourceContext{
		Params: op.Params, Registry: r, BatchRows: batchRows, Bounded: true,
		Target: component.DecodeTarget{Schema: want, Columns: op.Source.Names(), Checked: make([]bool, len(want.Fields)), BatchRows: batchRows},
	})
	require.NoError(t, err)
	return s
}

// read returns the rows from a position on, each with its kind and offset, and the positions behind each chunk.
func read(t *testing.T, s component.Source, from component.Position) (rows []string, positions []component.Position) {
	t.Helper()
	parts, err := s.Partitions(t.Context())
	require.NoError(t, err)
	require.Len(t, parts, 1)
	reader, err := s.Open(t.Context(), parts[0], from, true)
	require.NoError(t, err)
	for {
		chunk, err := reader.Read(t.Context())
		if errors.Is(err, io.EOF) {
			require.Zero(t, reader.Lag())
			require.NoError(t, reader.Close())
			return rows, positions
		}
		require.NoError(t, err)
		require.Empty(t, chunk.Rejects)
		positions = append(positions, chunk.Next)
		for i := range chunk.Batch.Rows() {
			r := chunk.Batch.Row(i)
			cells := make([]any, len(chunk.Batch.Cols))
			for k, c := range chunk.Batch.Cols {
				cells[k] = c.Value(r)
			}
			rows = append(rows, fmt.Sprintf("%s %d %v", chunk.Batch.Kind(r), chunk.Batch.Offs[r], cells))
		}
	}
}

const platforms = `{schema: {columns: [{name: id, type: int64, nullable: false}, {name: name, type: string}, {name: tags, type: array<string>}], key: [id]}, rows: "
{\"id\": 1, \"name\": \"ios\", \"tags\": [\"a\"]}\n
\n
{\"id\": 2, \"name\": \"安卓\"}\n
{\"id\": 3}"`

func TestReading(t *testing.T) {
	r := registry(t)
	op := scan(t, r, platforms+"}")
	require.Equal(t, plan.Mode{}, r.ScanMode(op))
	want := []string{"+I 0 [1 ios [a]]", "+I 1 [2 安卓 <nil>]", "+I 2 [3 <nil> <nil>]"}
	for _, rows := range []int{1, 2, 100} {
		s := open(t, r, op, op.Source, rows)
		got, positions := read(t, s, "")
		require.Equal(t, want, got)
		for _, at := range positions {
			again, _ := read(t, s, at)
			require.ElementsMatch(t, want[len(want)-len(again):], again)
		}
		require.Equal(t, component.Position("3"), positions[len(positions)-1])
		require.NoError(t, s.Close())
	}
	some := &schema.Schema{Fields: op.Source.Fields[1:2]}
	got, _ := read(t, open(t, r, op, some, 10), "1")
	require.Equal(t, []string{"+I 1 [安卓]", "+I 2 [<nil>]"}, got)
}

func TestUpserts(t *testing.T) {
	r := registry(t)
	op := scan(t, r, platforms+", changelog: upsert}")
	require.Equal(t, plan.Mode{Change: plan.Upsert, Key: []string{"id"}}, r.ScanMode(op))
	got, _ := read(t, open(t, r, op, op.Source, 10), "")
	require.Equal(t, batch.UpdateAfter.String()+" 0 [1 ios [a]]", got[0])
}

// TestHeader: a format with a header line finds its columns by it.
func TestHeader(t *testing.T) {
	r := registry(t)
	op := scan(t, r, `{format: csv, schema: {columns: [{name: id, type: int64}, {name: name, type: string}]}, rows: "name,id\nios,1\nandroid,2\n"}`)
	s := open(t, r, op, op.Source, 10)
	for range 2 {
		got, _ := read(t, s, "")
		require.Equal(t, []string{"+I 0 [1 ios]", "+I 1 [2 android]"}, got)
	}
	got, _ := read(t, s, "1")
	require.Equal(t, []string{"+I 1 [2 android]"}, got)
}

func TestNoRows(t *testing.T) {
	r := registry(t)
	op := scan(t, r, `{schema: {columns: [{name: id, type: int64}]}}`)
	got, _ := read(t, open(t, r, op, op.Source, 10), "")
	require.Empty(t, got)
}

func TestForeignPosition(t *testing.T) {
	r := registry(t)
	op := scan(t, r, platforms+"}")
	s := open(t, r, op, op.Source, 10)
	for _, at := range []component.Position{"x", "-1", "4", "bytes:3"} {
		_, err := s.Open(t.Context(), component.Partition{ID: values.Name}, at, false)
		var permanent *component.PermanentError
		require.ErrorAs(t, err, &permanent, at)
		require.ErrorContains(t, err, "is not a position among 3 rows")
	}
}
