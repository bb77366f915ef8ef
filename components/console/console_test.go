package console

import (
	"bytes"
	"errors"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

func rows() *batch.Batch {
	s := &schema.Schema{Fields: []schema.Field{
		{Name: "用户", Type: schema.Of(schema.String)}, {Name: "n", Type: schema.Of(schema.Int64)}, {Name: "price", Type: schema.DecimalOf(10, 2)},
		{Name: "ts", Type: schema.TimestampOf(3)}, {Name: "doc", Type: schema.Of(schema.JSON)}, {Name: "tags", Type: schema.ArrayOf(schema.Of(schema.String))},
	}}
	user, n, price := batch.NewBuilder(s.Fields[0].Type, 2), batch.NewBuilder(s.Fields[1].Type, 2), batch.NewBuilder(s.Fields[2].Type, 2)
	ts, doc, tags := batch.NewBuilder(s.Fields[3].Type, 2), batch.NewBuilder(s.Fields[4].Type, 2), batch.NewBuilder(s.Fields[5].Type, 2)
	user.AppendString("李\x1b[31m")
	user.AppendNull()
	n.AppendInt(-7)
	n.AppendInt(12345)
	price.AppendDecimal(decimal128.FromI64(105))
	price.AppendDecimal(decimal128.FromI64(-1))
	ts.AppendInt(1_700_000_000_123_000)
	ts.AppendInt(0)
	doc.AppendString(`{"a":1}`)
	doc.AppendString(`"<x>"`)
	tags.Elems().AppendString("a<b")
	tags.Elems().AppendNull()
	tags.CloseList()
	tags.AppendNull()
	return &batch.Batch{Schema: s, N: 2, Cols: []*batch.Vector{user.Finish(), n.Finish(), price.Finish(), ts.Finish(), doc.Finish(), tags.Finish()}}
}

func openTest(t *testing.T, w *bytes.Buffer, params string) *sink {
	t.Helper()
	s, err := open(w, component.SinkContext{Params: []byte(params)})
	require.NoError(t, err)
	require.False(t, s.colour, "only a terminal shows colours")
	require.False(t, s.Promise().ExactlyOnce)
	return s
}

func TestSpec(t *testing.T) {
	_, err := component.NewRegistry(Spec())
	require.NoError(t, err)
}

func TestTable(t *testing.T) {
	var w bytes.Buffer
	s := openTest(t, &w, `{"format":"table","limit":3}`)
	b := rows()
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{b}))
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{b.Select([]int32{1}), b}))
	require.NoError(t, s.Close())
	require.Equal(t, ""+
		"用户     n      price  ts                        doc      tags\n"+
		"李·[31m  -7     1.05   2023-11-14T22:13:20.123Z  {\"a\":1}  [\"a<b\",null]\n"+
		"NULL     12345  -0.01  1970-01-01T00:00:00.000Z  \"<x>\"    NULL\n"+
		"NULL  12345  -0.01  1970-01-01T00:00:00.000Z  \"<x>\"  NULL\n"+
		"(2 more rows)\n", w.String())
}

func TestJSON(t *testing.T) {
	var w bytes.Buffer
	s := openTest(t, &w, `{"format":"ndjson"}`)
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{rows().Select([]int32{0})}))
	s.changes = true
	b := rows()
	b.Kinds = []batch.RowKind{batch.Insert, batch.Delete}
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{b}))
	require.NoError(t, s.Close())
	require.Equal(t, ""+
		`{"用户":"李\u001b[31m","n":-7,"price":"1.05","ts":"2023-11-14T22:13:20.123Z","doc":{"a":1},"tags":["a<b",null]}`+"\n"+
		`{"op":"+I","用户":"李\u001b[31m","n":-7,"price":"1.05","ts":"2023-11-14T22:13:20.123Z","doc":{"a":1},"tags":["a<b",null]}`+"\n"+
		`{"op":"-D","用户":null,"n":12345,"price":"-0.01","ts":"1970-01-01T00:00:00.000Z","doc":"<x>","tags":null}`+"\n", w.String())
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("pipe closed") }

func TestWriteError(t *testing.T) {
	s := &sink{w: broken{}, json: true}
	require.ErrorContains(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{rows()}), "pipe closed")
}

// changes is a sink for rows of one column, as openTest makes one for a changelog.
func changes(t *testing.T, w *bytes.Buffer, params string, mode plan.ChangeMode) *sink {
	t.Helper()
	s, err := open(w, component.SinkContext{Params: []byte(params), Mode: plan.Mode{Change: mode}})
	require.NoError(t, err)
	return s
}

func column(name string, kinds []batch.RowKind, values ...int64) *batch.Batch {
	c := batch.NewBuilder(schema.Of(schema.Int64), len(values))
	for _, v := range values {
		c.AppendInt(v)
	}
	s := &schema.Schema{Fields: []schema.Field{{Name: name, Type: schema.Of(schema.Int64)}}}
	return &batch.Batch{Schema: s, N: len(values), Cols: []*batch.Vector{c.Finish()}, Kinds: kinds}
}

// TestChanges: a changelog says of each row what it does, also where a batch holds nothing but inserts.
func TestChanges(t *testing.T) {
	all := []batch.RowKind{batch.Insert, batch.UpdateBefore, batch.UpdateAfter, batch.Delete}
	var w bytes.Buffer
	s := changes(t, &w, `{"format":"table"}`, plan.Retract)
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{column("n", nil, 7), column("n", all, 1, 1, 20, 20)}))
	require.Equal(t, "op  n\n+I  7\n+I  1\n-U  1\n+U  20\n-D  20\n", w.String())

	w.Reset()
	s = changes(t, &w, `{"format":"table"}`, plan.Upsert)
	s.colour = true
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{column("n", all[2:], 1, 2)}))
	require.Equal(t, "op  n\n\x1b[32m+U\x1b[0m  1\n\x1b[31m-D\x1b[0m  2\n", w.String())

	w.Reset()
	s = changes(t, &w, `{"format":"ndjson"}`, plan.Upsert)
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{}, []*batch.Batch{column("op", nil, 1)}))
	require.Equal(t, `{"$op":"+I","op":1}`+"\n", w.String(), "a column of the rows keeps its name")
}
