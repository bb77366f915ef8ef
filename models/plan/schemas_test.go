package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/schema"
)

// show writes a schema on one line: fields, those that may be NULL with ?, then key and event time.
func show(s *schema.Schema) string {
	var b strings.Builder
	for i, f := range s.Fields {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f.Name)
		if f.Nullable {
			b.WriteByte('?')
		}
	}
	if len(s.Key) > 0 {
		b.WriteString(" key " + strings.Join(s.Key, ","))
	}
	if s.EventTime != nil {
		b.WriteString(" time " + s.EventTime.Column)
	}
	return b.String()
}

func TestSchemaOf(t *testing.T) {
	array := func(elem schema.Type, nullable bool) schema.Type {
		return schema.Type{Kind: schema.Array, Elem: &elem, ElemNullable: nullable}
	}
	item := schema.RowOf(field("sku", stringType, false), field("n", int64Type, true))
	left := &schema.Schema{Fields: []schema.Field{field("id", int64Type, false), field("v", stringType, true), field("ts", timeType, false)},
		Key: []string{"id"}, EventTime: schema.EventTimeOn("ts")}
	right := &schema.Schema{Fields: []schema.Field{field("id", int64Type, false), field("id_1", int64Type, false), field("ts", timeType, false)},
		Key: []string{"id"}, EventTime: schema.EventTimeOn("ts")}
	bare := &schema.Schema{Fields: right.Fields}
	nested := &schema.Schema{Fields: []schema.Field{
		field("id", int64Type, false), field("tags", array(stringType, false), true), field("items", array(item, false), false),
		field("maybe", array(item, true), false), field("props", schema.MapOf(stringType, int64Type), false), field("ts", timeType, false),
	}, Key: []string{"id"}, EventTime: schema.EventTimeOn("ts")}
	nullable := &schema.Schema{Fields: slices.Clone(left.Fields), EventTime: schema.EventTimeOn("ts")}
	nullable.Fields[0].Nullable = true
	nullable.EventTime.OutOfOrder *= 2
	other := &schema.Schema{Fields: left.Fields}
	count := []AggColumn{{"n", expr.Agg{Func: "count", Type: int64Type}}}
	id, v := Column{"id", col(left, "id")}, Column{"v", col(left, "v")}

	type in = []*schema.Schema
	for _, c := range []struct {
		name   string
		op     Op
		inputs in
		want   string
		err    string
	}{
		{"filter", &Filter{}, in{left}, "id v? ts key id time ts", ""},
		{"dedupe", &Dedupe{}, in{left}, "id v? ts key id time ts", ""},
		{"normalize", &Normalize{}, in{left}, "id v? ts key id time ts", ""},
		{"project", &Project{Columns: []Column{{"who", col(left, "id")}, {"at", col(left, "ts")}}}, in{left}, "who at key who time at", ""},
		{"project without the key", &Project{Columns: []Column{v}}, in{left}, "v?", ""},
		{"project twice", &Project{Columns: []Column{v, v}}, in{left}, "", `the output has the column "v" twice`},
		{"project of nothing", &Project{Columns: []Column{{Name: "x"}}}, in{left}, "", `the column "x" has no expression`},
		{"project outside", &Project{Columns: []Column{{"x", &expr.Expr{Op: expr.OpColumn, Column: 3}}}}, in{left}, "", "the column 3 is not among the 3 of the input"},
		{"union", &Union{}, in{left, nullable}, "id? v? ts time ts", ""},
		{"union of one without time", &Union{}, in{left, other}, "id v? ts", ""},
		{"union of others", &Union{}, in{left, right}, "", "field 1 is id_1 int64 in input 1 and v string in the first"},
		{"union of shorter", &Union{}, in{left, {Fields: left.Fields[1:]}}, "", "input 1 has 2 fields, the first 3"},
		{"union of none", &Union{}, nil, "", "it has 0 inputs"},
		{"window", &Window{Keys: []Column{id}, Aggs: count}, in{left}, "window_start window_end id n key window_start,id time window_start", ""},
		{"window with a key that may be NULL", &Window{Keys: []Column{v}, Aggs: count}, in{left}, "window_start window_end v? n time window_start", ""},
		{"window over its own", &Window{Keys: []Column{{WindowEnd, col(left, "id")}}}, in{left}, "", `the output has the column "window_end" twice`},

		{"inner join", &Join{}, in{left, right}, "id v? ts id_1 id_1_1 ts_1 key id,id_1", ""},
		{"inner join without a right key", &Join{}, in{left, bare}, "id v? ts id_1 id_1_1 ts_1", ""},
		{"left join", &Join{Kind: LeftOuter}, in{left, right}, "id v? ts id_1? id_1_1? ts_1?", ""},
		{"left join of one", &Join{Kind: LeftOuter, RightUnique: true}, in{left, right}, "id v? ts id_1? id_1_1? ts_1? key id", ""},
		{"right join", &Join{Kind: RightOuter, RightUnique: true}, in{left, right}, "id? v? ts? id_1 id_1_1 ts_1", ""},
		{"right join of one", &Join{Kind: RightOuter, LeftUnique: true}, in{left, right}, "id? v? ts? id_1 id_1_1 ts_1 key id_1", ""},
		{"full join", &Join{Kind: FullOuter, LeftUnique: true, RightUnique: true}, in{left, right}, "id? v? ts? id_1? id_1_1? ts_1?", ""},
		{"semi join", &Join{Kind: Semi}, in{left, bare}, "id v? ts key id", ""},
		{"anti join", &Join{Kind: Anti}, in{left, bare}, "id v? ts key id", ""},
		{"join of one", &Join{}, in{left}, "", "it has 1 inputs"},
		{"interval join", &IntervalJoin{}, in{left, right}, "id v? ts id_1 id_1_1 ts_1 key id,id_1 time ts", ""},
		{"left interval join", &IntervalJoin{Kind: LeftOuter}, in{left, right}, "id v? ts id_1? id_1_1? ts_1? time ts", ""},
		{"right interval join", &IntervalJoin{Kind: RightOuter}, in{left, right}, "id? v? ts? id_1 id_1_1 ts_1", ""},
		{"anti interval join", &IntervalJoin{Kind: Anti}, in{left, right}, "id v? ts key id time ts", ""},
		{"temporal join", &TemporalJoin{}, in{left, bare}, "id v? ts id_1 id_1_1 ts_1 key id time ts", ""},
		{"left temporal join", &TemporalJoin{Kind: LeftOuter}, in{left, right}, "id v? ts id_1? id_1_1? ts_1? key id time ts", ""},
		{"temporal join that corrects", &TemporalJoin{Correct: 1}, in{left, right}, "id v? ts id_1 id_1_1 ts_1 key id", ""},

		{"aggregate", &Aggregate{Keys: []Column{id}, Aggs: count}, in{left}, "id n key id", ""},
		{"aggregate by one that may be NULL", &Aggregate{Keys: []Column{id, v}, Aggs: count}, in{left}, "id v? n", ""},
		{"aggregate of all", &Aggregate{Aggs: count}, in{left}, "n", ""},
		{"aggregate twice", &Aggregate{Keys: []Column{{"n", id.Expr}}, Aggs: count}, in{left}, "", `the output has the column "n" twice`},
		{"rank", &Rank{Partition: []int{2}, From: 1, To: 3}, in{left}, "id v? ts key id", ""},
		{"rank of the first", &Rank{Partition: []int{2}, From: 1, To: 1, Number: "n"}, in{left}, "id v? ts n key ts", ""},
		{"rank of the first of what may be NULL", &Rank{Partition: []int{1}, From: 1, To: 1}, in{left}, "id v? ts key id", ""},
		{"rank of the first of all", &Rank{From: 1, To: 1}, in{left}, "id v? ts key id", ""},
		{"rank outside", &Rank{Partition: []int{-1}, From: 1, To: 1}, in{left}, "", "the partition column -1 is not among the 3"},
		{"rank with a name that is taken", &Rank{Number: "v"}, in{left}, "", `the output has the column "v" twice`},

		{"unnest texts", &Unnest{Column: 1, Names: []string{"tag"}}, in{nested}, "id tags? items maybe props ts tag time ts", ""},
		{"unnest outer", &Unnest{Column: 1, Outer: true, Ordinality: true, Names: []string{"tag", "at"}}, in{nested}, "id tags? items maybe props ts tag? at? time ts", ""},
		{"unnest rows", &Unnest{Column: 2, Ordinality: true, Names: []string{"a", "b", "at"}}, in{nested}, "id tags? items maybe props ts a b? at time ts", ""},
		{"unnest rows that may be NULL", &Unnest{Column: 3, Names: []string{"a", "b"}}, in{nested}, "id tags? items maybe props ts a? b? time ts", ""},
		{"unnest a map", &Unnest{Column: 4, Names: []string{"k", "v"}}, in{nested}, "id tags? items maybe props ts k v? time ts", ""},
		{"unnest a number", &Unnest{Column: 0, Names: []string{"k"}}, in{nested}, "", "int64 has no elements: only an array or a map has"},
		{"unnest with too few names", &Unnest{Column: 4, Names: []string{"k"}}, in{nested}, "", "it names 1 of 2 columns"},
		{"unnest with a name that is taken", &Unnest{Column: 1, Names: []string{"id"}}, in{nested}, "", `the output has the column "id" twice`},
		{"unnest outside", &Unnest{Column: 6}, in{nested}, "", "the column 6 is not among the 6"},

		{"scan", &Scan{}, nil, "", "the schema of a scan does not follow from its inputs"},
		{"sink", &Sink{}, in{left}, "", "the schema of a sink does not follow from its inputs"},
		{"hole", &Filter{}, in{nil}, "", "the schema of an input is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := make([]string, len(c.inputs))
			for i, s := range c.inputs {
				if s != nil {
					before[i] = show(s)
				}
			}
			got, err := SchemaOf(c.op, c.inputs)
			for i, s := range c.inputs {
				if s != nil {
					require.Equal(t, before[i], show(s), "the inputs' schemas stay")
				}
			}
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, show(got))
		})
	}

	got, err := SchemaOf(&Union{}, in{left, nullable})
	require.NoError(t, err)
	require.Equal(t, nullable.EventTime.OutOfOrder, got.EventTime.OutOfOrder, "the largest of the settings")
	require.Equal(t, schema.DefaultOutOfOrder, left.EventTime.OutOfOrder)
	require.Equal(t, "id v? ts id_1 id_1_1 ts_1", show(PairSchema(left, right)))
	require.False(t, item.Fields[0].Nullable, "the element's type stays")
}
