package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// kept collects what an operator passes on.
type kept struct{ batches []*batch.Batch }

func (k *kept) push(b *batch.Batch) error { k.batches = append(k.batches, b); return nil }

// appendAny appends a value as Vector.Value gives it.
func appendAny(b *batch.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.AppendNull()
	case int:
		b.AppendInt(int64(v))
	case string:
		b.AppendString(v)
	case [][2]any:
		for _, e := range v {
			appendAny(b.Keys(), e[0])
			appendAny(b.Elems(), e[1])
		}
		b.CloseList()
	case []any:
		if b.Type().Kind == schema.Row {
			for i, f := range v {
				appendAny(b.Field(i), f)
			}
			b.CloseRow()
			return
		}
		for _, e := range v {
			appendAny(b.Elems(), e)
		}
		b.CloseList()
	}
}

func TestUnnest(t *testing.T) {
	type row = []any
	for name, c := range map[string]struct {
		typ   string
		op    plan.Unnest
		lists []any // one a row; rows have ids from 0 on
		want  string
	}{
		"array": {"array<string>", plan.Unnest{Names: []string{"e"}}, []any{row{"a", nil, "b"}, row{}, nil, row{"c"}}, "0 a|0 <nil>|0 b|3 c"},
		"outer with ordinality": {"array<string>", plan.Unnest{Outer: true, Ordinality: true, Names: []string{"e", "n"}},
			[]any{row{"a", "b"}, row{}, nil, row{nil}}, "0 a 1|0 b 2|1 <nil> <nil>|2 <nil> <nil>|3 <nil> 1"},
		"nothing":          {"array<string>", plan.Unnest{Names: []string{"e"}}, []any{row{}, nil}, ""},
		"outer of nothing": {"array<string>", plan.Unnest{Outer: true, Names: []string{"e"}}, []any{nil, row{}}, "0 <nil>|1 <nil>"},
		"map": {"map<string, int64>", plan.Unnest{Ordinality: true, Names: []string{"k", "v", "n"}},
			[]any{[][2]any{{"a", 1}, {"b", nil}}, [][2]any{}, [][2]any{{"a", 3}}}, "0 a 1 1|0 b <nil> 2|2 a 3 1"},
		"rows": {"array<row<x int64, y string>>", plan.Unnest{Outer: true, Names: []string{"x", "y"}},
			[]any{row{row{1, "a"}, nil, row{nil, "b"}}, nil}, "0 1 a|0 <nil> <nil>|0 <nil> b|1 <nil> <nil>"},
		"arrays": {"array<array<int64>>", plan.Unnest{Names: []string{"e"}}, []any{row{row{1, 2}, nil}, row{row{}}}, "0 [1 2]|0 <nil>|1 []"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &schema.Schema{Fields: append(fieldsOf(t, "id int64"), fieldsOf(t, "list "+c.typ)...), EventTime: nil}
			c.op.Column = 1
			n := nodeOf(t, &c.op, s)
			ids, lists := batch.NewBuilder(s.Fields[0].Type, 4), batch.NewBuilder(s.Fields[1].Type, 4)
			// A row that is not selected stands before the others, so that elements do not begin at 0.
			ids.AppendInt(-1)
			appendAny(lists, c.lists[0])
			in := &batch.Batch{Schema: s, N: 1 + len(c.lists), Part: 3, Kinds: []batch.RowKind{batch.Insert}, Offs: []int64{0}, Marks: []int64{7}}
			for i, l := range c.lists {
				ids.AppendInt(int64(i))
				appendAny(lists, l)
				in.Sel = append(in.Sel, int32(i+1))
				in.Kinds, in.Offs, in.Marks = append(in.Kinds, batch.RowKind(i%4)), append(in.Offs, int64(i+100)), append(in.Marks, int64(i))
			}
			in.Cols = []*batch.Vector{ids.Finish(), lists.Finish()}
			require.NoError(t, in.Check())
			for _, rows := range []int{1, 2, 100} {
				var out kept
				l := newLane(barrierRun(rows), nil, "0", 0)
				require.NoError(t, newUnnest(n, &c.op, l, outputs{&out}).push(in))
				var got []string
				for _, b := range out.batches {
					require.NoError(t, b.Check())
					require.LessOrEqual(t, b.N, rows)
					require.EqualValues(t, 3, b.Part)
					for i := range b.N {
						id := b.Cols[0].I64[i]
						require.Equal(t, batch.RowKind(id%4), b.Kinds[i])
						require.Equal(t, []int64{id + 100, id}, []int64{b.Offs[i], b.Marks[i]})
						line := fmt.Sprint(id)
						for _, col := range b.Cols[2:] {
							line += fmt.Sprintf(" %v", col.Value(i))
						}
						got = append(got, line)
					}
				}
				require.Equal(t, c.want, strings.Join(got, "|"))
			}
		})
	}
}
