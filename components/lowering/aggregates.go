package lowering

import (
	"strconv"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// AggregatesField declares the parameter "aggregates": named expressions over aggregates.
func AggregatesField() component.Field {
	item := component.NewField("aggregate", component.FieldObject, "Aggregate", "聚合").WithFields(
		component.NewField("name", component.FieldString, "Name", "列名").Optional().
			WithHelp("The name of the output column; it may stand in the expression instead: count(*) AS plays.",
				"输出列的名称；也可以写在表达式中：count(*) AS plays。"),
		component.NewField("expr", component.FieldExpr, "Expression", "表达式").
			WithHelp("An expression over aggregates, such as sum(ms_played) / count(*).", "由聚合组成的表达式，例如 sum(ms_played) / count(*)。"),
	)
	list := component.NewField("aggregates", component.FieldList, "Aggregates", "聚合").ListOf(item).Optional()
	list.Short = "expr"
	return list
}

// GroupBy turns the parameter "group_by", a ColumnsField, into keys. names are the output's columns so far; the keys join them.
func GroupBy(pc *component.Planning, p component.Params, in *schema.Schema, names map[string]bool) ([]plan.Column, bool) {
	keys, ok := Columns(pc, p.Objects("group_by"), in)
	for _, k := range keys {
		if names[k.Name] {
			Report(pc, CodeDuplicate, p.Span("group_by"), p.Path("group_by"), "the output has the column %q already", k.Name).
				Fix = "Give the column another name: expression AS name."
			ok = false
		}
		names[k.Name] = true
		ok = CheckKey(pc, k.Name, k.Expr.Type, k.Expr.Span, p.Path("group_by")) && ok
	}
	return keys, ok
}

// Aggregation is what an operator over groups computes.
type Aggregation struct {
	// Columns are the operator's aggregates.
	Columns []plan.AggColumn
	// results are the output columns, expressions over Columns; nil when Columns are the output as they stand.
	results []result
}

type result struct {
	name string
	post *expr.Expr
}

// Aggregates checks the parameter "aggregates". names are the output's columns so far; those of the aggregates join them. Where every output
// column is one aggregate they are the operator's, in their order; else equal aggregates of several columns are computed once, and Result
// makes the columns of them.
func Aggregates(pc *component.Planning, p component.Params, in *schema.Schema, names map[string]bool) (Aggregation, bool) {
	var each, shared []expr.Agg
	var results []result
	ok, bare := true, true
	for _, item := range p.Objects("aggregates") {
		aggs, post, alias, good := pc.Exprs.Aggregate(item.String("expr"), in, item.Span("expr"), item.Path("expr"))
		if !good {
			ok = false
			continue
		}
		name, good := Name(pc, item, "expr", item.String("name"), alias, nil)
		if !good {
			ok = false
			continue
		}
		if names[name] {
			Report(pc, CodeDuplicate, item.Span("expr"), item.Path("expr"), "the output has the column %q already", name).
				Fix = "Give the column another name: expression AS name."
			ok = false
			continue
		}
		names[name] = true
		bare = bare && len(aggs) == 1 && post.Op == expr.OpColumn
		each = append(each, aggs...)
		at := make([]int, len(aggs))
		for i, a := range aggs {
			at[i], shared = place(shared, a)
		}
		results = append(results, result{name, expr.Remap(post, func(i int) int { return at[i] })})
	}
	if !ok {
		return Aggregation{}, false
	}
	out := Aggregation{}
	if bare {
		for i, a := range each {
			out.Columns = append(out.Columns, plan.AggColumn{Name: results[i].name, Agg: a})
		}
		return out, true
	}
	out.results = results
	for i, a := range shared {
		// No one wrote these names, so they give way.
		name := "agg_" + strconv.Itoa(i)
		for names[name] {
			name += "_"
		}
		out.Columns = append(out.Columns, plan.AggColumn{Name: name, Agg: a})
	}
	return out, true
}

// place returns the position of an aggregate in all, which grows when it is new.
func place(all []expr.Agg, a expr.Agg) (int, []expr.Agg) {
	for i, b := range all {
		if expr.CanonicalAgg(a) == expr.CanonicalAgg(b) {
			return i, all
		}
	}
	return len(all), append(all, a)
}

// Result is the node whose rows have the output columns: the operator's, the last of whose columns are Columns, or a projection behind it.
func (a Aggregation) Result(pc *component.Planning, grouped *plan.Node) *plan.Node {
	if a.results == nil {
		return grouped
	}
	first := len(grouped.Schema.Fields) - len(a.Columns)
	cols := make([]plan.Column, 0, first+len(a.results))
	for i := range first {
		cols = append(cols, plan.Column{Name: grouped.Schema.Fields[i].Name, Expr: Column(grouped.Schema, i, diag.Span{})})
	}
	aggs := make([]*expr.Expr, len(a.Columns))
	for i := range aggs {
		aggs[i] = Column(grouped.Schema, first+i, diag.Span{})
	}
	for _, r := range a.results {
		cols = append(cols, plan.Column{Name: r.name, Expr: expr.Substitute(r.post, aggs)})
	}
	return pc.MakeNode("result", &plan.Project{Columns: cols}, Schema(grouped.Schema, cols), grouped.Mode, grouped)
}
