package plan

import (
	"slices"
	"time"

	"millrace/models/expr"
	"millrace/models/schema"
)

// maxSpan bounds the stretches of time operators are given, in microseconds: a hundred years, so that no sum with a time overflows.
const maxSpan = 100 * 366 * 24 * int64(time.Hour/time.Microsecond)

// follows checks that the node's fields are those SchemaOf gives.
func (v *planValidator) follows() {
	inputs := make([]*schema.Schema, len(v.node.Inputs))
	for i, in := range v.node.Inputs {
		inputs[i] = in.Schema
	}
	want, err := SchemaOf(v.node.Op, inputs)
	switch {
	case err != nil:
		v.addf("%w", err)
	case !schema.FieldsEqual(want.Fields, v.node.Schema.Fields):
		v.addf("its fields are not those that follow from its inputs")
	}
}

// matching checks what all joins have: a kind, pairs of key columns, a further condition.
func (v *planValidator) matching(kind JoinKind, left, right []int, where *expr.Expr) {
	if kind > Anti {
		v.addf("unknown join kind %d", kind)
		return
	}
	l, r := v.node.Inputs[0].Schema, v.node.Inputs[1].Schema
	if len(left) != len(right) {
		v.addf("it compares %d columns with %d", len(left), len(right))
		return
	}
	for i := range left {
		if !v.keyColumn(left[i], l) || !v.keyColumn(right[i], r) {
			continue
		}
		if a, b := l.Fields[left[i]], r.Fields[right[i]]; !a.Type.Equal(b.Type) {
			v.addf("it compares %s, which is %s, with %s, which is %s", a.Name, a.Type, b.Name, b.Type)
		}
	}
	if where != nil {
		v.condition("the condition", where, PairSchema(l, r))
	}
	v.follows()
}

// keyColumn checks that a position is of a column whose values have one form that equality and order can go by.
func (v *planValidator) keyColumn(i int, in *schema.Schema) bool {
	if err := inside("key column", i, in); err != nil {
		v.addf("%w", err)
		return false
	}
	return v.keyType(in.Fields[i].Name, in.Fields[i].Type)
}

func (v *planValidator) keyType(name string, t schema.Type) bool {
	if t.Nested() || t.Kind == schema.JSON {
		v.addf("%s is %s, which cannot be a key", name, t)
		return false
	}
	return true
}

func (v *planValidator) times(left, right int) {
	v.timeColumn(left, v.node.Inputs[0].Schema)
	v.timeColumn(right, v.node.Inputs[1].Schema)
}

// span checks a stretch of time that may not be negative.
func (v *planValidator) span(what string, us int64) {
	if us < 0 || us > maxSpan {
		v.addf("%s is %d us", what, us)
	}
}

func (v *planValidator) join(op *Join) {
	v.matching(op.Kind, op.Left, op.Right, op.Where)
	v.span("the ttl", op.TTL)
	switch {
	case op.TTL > 0:
		v.times(op.LeftTime, op.RightTime)
	case op.LeftTime != -1 || op.RightTime != -1:
		v.addf("it has the event times %d and %d and no ttl", op.LeftTime, op.RightTime)
	}
}

func (v *planValidator) intervalJoin(op *IntervalJoin) {
	v.matching(op.Kind, op.Left, op.Right, op.Where)
	v.times(op.LeftTime, op.RightTime)
	if op.Lower > op.Upper || op.Lower < -maxSpan || op.Upper > maxSpan {
		v.addf("its interval is from %d to %d us", op.Lower, op.Upper)
	}
}

func (v *planValidator) temporalJoin(op *TemporalJoin) {
	v.matching(op.Kind, op.Left, op.Right, op.Where)
	v.times(op.LeftTime, op.RightTime)
	v.span("the wait", op.Wait)
	v.span("the time for corrections", op.Correct)
	if op.Kind > LeftOuter {
		v.addf("a temporal join is inner or left")
	}
	if right := v.node.Inputs[1]; op.RightUnique && right.Mode.Change != Append {
		v.addf("%s sends %s rows, which cannot be declared to be one a key", right.ID, right.Mode.Change)
	}
	if len(op.Left) == 0 {
		v.addf("it has no key to look versions up by")
	}
}

func (v *planValidator) aggregate(op *Aggregate) {
	in, fields := v.node.Inputs[0].Schema, v.node.Schema.Fields
	if len(fields) != len(op.Keys)+len(op.Aggs) {
		v.addf("it gives %d columns for %d fields", len(op.Keys)+len(op.Aggs), len(fields))
		return
	}
	v.groups(op.Keys, op.Aggs, fields, in)
	for _, k := range op.Keys {
		if k.Expr != nil {
			v.keyType(k.Name, k.Expr.Type)
		}
	}
}

func (v *planValidator) rank(op *Rank) {
	in := v.node.Inputs[0].Schema
	if op.From < 1 || op.To < op.From {
		v.addf("it keeps the rows from %d to %d", op.From, op.To)
	}
	for i, k := range op.Partition {
		if v.keyColumn(k, in) && slices.Contains(op.Partition[:i], k) {
			v.addf("the partition has %s twice", in.Fields[k].Name)
		}
	}
	for i, k := range op.Order {
		if v.keyColumn(k.Column, in) && slices.ContainsFunc(op.Order[:i], func(o SortKey) bool { return o.Column == k.Column }) {
			v.addf("the order has %s twice", in.Fields[k.Column].Name)
		}
	}
	v.follows()
}
