package write

import (
	"strconv"
	"strings"
	"time"

	"millrace/components/lowering"
	"millrace/models/expr"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

// operator is the component of an operator between sources and sinks.
func (d *document) operator(n *plan.Node) (string, model.Value) {
	in := n.Inputs[0].Schema
	switch op := n.Op.(type) {
	case *plan.Filter:
		return "filter", object(text("where", d.text(n, op.Where, in)))
	case *plan.Project:
		return "compute", object(entry("columns", d.columns(n, op.Columns, in)))
	case *plan.Union:
		return "union", object()
	case *plan.Window:
		return "window", d.window(n, op, in)
	case *plan.Dedupe:
		return "dedupe", object(entry("key", columnNames(op.Keys, in)), span("within", op.Within))
	case *plan.Join:
		v := d.join(n, "keyed", op.Kind, op.Left, op.Right)
		if op.TTL > 0 {
			v.Entries = append(v.Entries, span("ttl", op.TTL))
		}
		return "join", d.further(n, v, n.Op, op.LeftUnique, op.RightUnique)
	case *plan.IntervalJoin:
		v := d.join(n, "interval", op.Kind, op.Left, op.Right)
		v.Entries = append(v.Entries, span("lower", op.Lower), span("upper", op.Upper))
		return "join", d.further(n, v, n.Op, op.LeftUnique, op.RightUnique)
	case *plan.TemporalJoin:
		return "join", d.temporal(n, op)
	case *plan.Aggregate:
		return "aggregate", object(d.groups(n, op.Keys, op.Aggs, in)...)
	case *plan.Rank:
		return "rank", rank(op, in)
	case *plan.Normalize:
		return "normalize", object()
	case *plan.Unnest:
		return "unnest", unnest(op, in)
	}
	d.refuse(n, CodeOperator, "no component is the operator %s", n.Op.Name())
	return "", object()
}

// columns is a list of columns: the bare names of those that are the input's, else name and expression.
func (d *document) columns(n *plan.Node, cols []plan.Column, in *schema.Schema) model.Value {
	out := model.Value{Kind: model.List}
	for _, c := range cols {
		if plain(c, in) {
			out.Items = append(out.Items, stringValue(c.Name))
			continue
		}
		out.Items = append(out.Items, object(text("name", c.Name), text("expr", d.text(n, c.Expr, in))))
	}
	return out
}

// groups are the keys and the aggregates, each where there are any.
func (d *document) groups(n *plan.Node, keys []plan.Column, aggs []plan.AggColumn, in *schema.Schema) []model.Entry {
	var out []model.Entry
	if len(keys) > 0 {
		out = append(out, entry("group_by", d.columns(n, keys, in)))
	}
	list := model.Value{Kind: model.List}
	for _, a := range aggs {
		out, _ := d.aggTree(n, a.Agg, in)
		list.Items = append(list.Items, object(text("name", a.Name), text("expr", out)))
	}
	if len(aggs) > 0 {
		out = append(out, entry("aggregates", list))
	}
	return out
}

func (d *document) window(n *plan.Node, op *plan.Window, in *schema.Schema) model.Value {
	v := object()
	if op.Kind == plan.Hop {
		v.Entries = append(v.Entries, text("kind", op.Kind.String()))
	}
	v.Entries = append(v.Entries, span("size", op.Size))
	if op.Kind == plan.Hop {
		v.Entries = append(v.Entries, span("slide", op.Slide))
	}
	v.Entries = append(v.Entries, d.groups(n, op.Keys, op.Aggs, in)...)
	const week = 7 * 24 * time.Hour // windows above need to be allowed
	if op.Size > week.Microseconds() {
		v.Entries = append(v.Entries, truth("allow_long"))
	}
	return v
}

// join has what all joins have in front.
func (d *document) join(n *plan.Node, match string, kind plan.JoinKind, left, right []int) model.Value {
	v := object()
	if kind != plan.Inner {
		v.Entries = append(v.Entries, text("kind", kind.String()))
	}
	if match != "keyed" {
		v.Entries = append(v.Entries, text("match", match))
	}
	on := model.Value{Kind: model.List}
	for i := range left {
		l, r := n.Inputs[0].Schema.Fields[left[i]].Name, n.Inputs[1].Schema.Fields[right[i]].Name
		if l == r {
			on.Items = append(on.Items, stringValue(l))
		} else {
			on.Items = append(on.Items, object(text("left", l), text("right", r)))
		}
	}
	if len(left) > 0 {
		v.Entries = append(v.Entries, entry("on", on))
	}
	return v
}

// further adds what all joins have behind: the condition and the declared cardinality.
func (d *document) further(n *plan.Node, v model.Value, op plan.Op, leftUnique, rightUnique bool) model.Value {
	if where := condition(op); where != nil {
		v.Entries = append(v.Entries, text("where", d.text(n, where, plan.PairSchema(n.Inputs[0].Schema, n.Inputs[1].Schema))))
	}
	if leftUnique || rightUnique {
		side := map[bool]string{true: "one", false: "many"}
		v.Entries = append(v.Entries, text("cardinality", side[leftUnique]+"_to_"+side[rightUnique]))
	}
	return v
}

func (d *document) temporal(n *plan.Node, op *plan.TemporalJoin) model.Value {
	if right := n.Inputs[1].Schema; op.RightTime != right.TimeIndex() {
		d.refuse(n, CodeOperator, "the versions hold from the time in %q, which is not their event time: no parameter of a join says that", right.Fields[op.RightTime].Name)
	}
	v := d.join(n, "temporal", op.Kind, op.Left, op.Right)
	if op.Wait > 0 {
		v.Entries = append(v.Entries, span("wait", op.Wait))
	}
	if op.Correct > 0 {
		v.Entries = append(v.Entries, span("correct", op.Correct))
	}
	return d.further(n, v, op, false, op.RightUnique)
}

func rank(op *plan.Rank, in *schema.Schema) model.Value {
	v := object()
	if len(op.Partition) > 0 {
		v.Entries = append(v.Entries, entry("partition_by", columnNames(op.Partition, in)))
	}
	order := model.Value{Kind: model.List}
	for _, k := range op.Order {
		item := object(text("column", in.Fields[k.Column].Name))
		if k.Desc {
			item.Entries = append(item.Entries, truth("desc"))
		}
		if k.NullsFirst == k.Desc {
			item.Entries = append(item.Entries, text("nulls", map[bool]string{true: "first", false: "last"}[k.NullsFirst]))
		}
		if len(item.Entries) == 1 {
			item = item.Entries[0].Value
		}
		order.Items = append(order.Items, item)
	}
	if len(op.Order) > 0 {
		v.Entries = append(v.Entries, entry("order_by", order))
	}
	if op.From != 1 {
		v.Entries = append(v.Entries, number("from", op.From))
	}
	v.Entries = append(v.Entries, number("to", op.To))
	if op.Number != "" {
		v.Entries = append(v.Entries, text("number", op.Number))
	}
	return v
}

func unnest(op *plan.Unnest, in *schema.Schema) model.Value {
	v := object(text("column", in.Fields[op.Column].Name))
	if op.Outer {
		v.Entries = append(v.Entries, truth("outer"))
	}
	if op.Ordinality {
		v.Entries = append(v.Entries, truth("ordinality"))
	}
	list := model.Value{Kind: model.List}
	for _, name := range op.Names {
		list.Items = append(list.Items, stringValue(name))
	}
	v.Entries = append(v.Entries, entry("names", list))
	return v
}

func columnNames(positions []int, in *schema.Schema) model.Value {
	out := model.Value{Kind: model.List}
	for _, i := range positions {
		out.Items = append(out.Items, stringValue(in.Fields[i].Name))
	}
	return out
}

// The makers of values.

func object(entries ...model.Entry) model.Value {
	return model.Value{Kind: model.Map, Entries: entries}
}

func stringValue(s string) model.Value { return model.Value{Kind: model.String, Text: s} }

func entry(key string, v model.Value) model.Entry { return model.Entry{Key: key, Value: v} }

func text(key, s string) model.Entry { return entry(key, stringValue(s)) }

func truth(key string) model.Entry { return entry(key, model.Value{Kind: model.Bool, Text: "true"}) }

func number(key string, n int64) model.Entry {
	return entry(key, model.Value{Kind: model.Number, Text: strconv.FormatInt(n, 10)})
}

// span is a stretch of microseconds as documents write it: 10m, -1h30m, 5us.
func span(key string, micros int64) model.Entry {
	d := lowering.Duration(time.Duration(micros) * time.Microsecond)
	return text(key, strings.ReplaceAll(d, "µ", "u"))
}

// condition is the further condition of a join, or nil.
func condition(op plan.Op) *expr.Expr {
	switch op := op.(type) {
	case *plan.Join:
		return op.Where
	case *plan.IntervalJoin:
		return op.Where
	case *plan.TemporalJoin:
		return op.Where
	}
	return nil
}
