package union

import (
	"strconv"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The diagnostics of a union.
const (
	// CodeColumns is a column that one input has and another has not.
	CodeColumns diag.Code = "plan.union_columns"
	// CodeTypes is a column whose type differs between inputs.
	CodeTypes diag.Code = "plan.union_types"
	// CodeEventTime is an event time on different columns.
	CodeEventTime diag.Code = "plan.union_event_time"
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name:    "union",
		Version: 1,
		Kind:    component.KindTransform,
		Title:   component.Text{En: "Union", Zh: "合并"},
		Summary: component.Text{En: "Puts the rows of several inputs together.", Zh: "合并多个输入的行。"},
		Help: component.Text{
			En: "The inputs have the same columns by name and type; the order is the first input's. A column may be NULL when it may be in any " +
				"input. Nothing is removed: a row that comes from two inputs comes out twice.\n\n" +
				"The output has an event time when every input has it on the same column, with the largest of their settings.",
			Zh: "各输入的列名和类型必须相同，列的顺序取第一个输入。只要任一输入的列可为 NULL，输出列就可为 NULL。不去重：来自两个输入的相同行会输出两次。\n\n" +
				"所有输入的事件时间都在同一列时，输出有事件时间，其设置取各输入的最大值。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2 3.5h2.5C7 3.5 7 8 9.5 8H14M2 12.5h2.5C7 12.5 7 8 9.5 8` +
			`M11.8 5.8L14 8l-2.2 2.2"/></svg>`,
		MinInputs: 2,
		MaxInputs: -1,
		Examples:  []component.Example{{Title: component.Text{En: "Two streams as one", Zh: "两个流合为一个"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower, Shape: lowering.FirstInput},
	}
}

const example = `format: 1
kind: view
name: cdm.music.attention
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator}
  - {id: long, component: filter, params: {where: "event = 'play' AND ms_played > 30000"}}
  - {id: likes, component: filter, params: {where: "event = 'like'"}}
  - {id: both, component: union}
  - {id: out, component: console}
edges: [plays -> long, plays -> likes, long -> both, likes -> both, both -> out]
`

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	ok := true
	for _, in := range inputs[1:] {
		ok = compare(pc, p, inputs[0], in) && ok
	}
	if ok = eventTime(pc, p, inputs) && ok; !ok {
		return nil, false
	}
	aligned := make([]*plan.Node, len(inputs))
	for i, in := range inputs {
		aligned[i] = align(pc, i, in, inputs[0].Schema.Fields)
	}
	return lowering.Make(pc, p, "union", &plan.Union{}, aligned...)
}

// compare reports every difference between the columns of an input and the first's.
func compare(pc *component.Planning, p component.Params, first, in *plan.Node) bool {
	ok := true
	for _, f := range first.Schema.Fields {
		j := in.Schema.Index(f.Name)
		if j < 0 {
			report(pc, p, CodeColumns, "%s has the column %q, %s has not", lowering.NodeName(first), f.Name, lowering.NodeName(in)).
				Fix = "Add the column, or leave it out of the others, in a compute node."
			ok = false
			continue
		}
		if g := in.Schema.Fields[j]; !g.Type.Equal(f.Type) {
			d := report(pc, p, CodeTypes, "%s and %s disagree on the column %q: %s and %s",
				lowering.NodeName(first), lowering.NodeName(in), f.Name, f.Type, g.Type)
			d.Fix = "CAST one of them to the other's type in a compute node."
			ok = false
		}
	}
	for _, g := range in.Schema.Fields {
		if first.Schema.Index(g.Name) < 0 {
			report(pc, p, CodeColumns, "%s has the column %q, %s has not", lowering.NodeName(in), g.Name, lowering.NodeName(first)).
				Fix = "Add the column, or leave it out of the others, in a compute node."
			ok = false
		}
	}
	return ok
}

// eventTime reports event times on different columns. An input without one is no mistake: it leaves the output without, as its rows have no
// place in time.
func eventTime(pc *component.Planning, p component.Params, inputs []*plan.Node) bool {
	for _, in := range inputs {
		if in.Schema.EventTime == nil {
			return true
		}
	}
	ok := true
	first := inputs[0].Schema.EventTime.Column
	for _, in := range inputs[1:] {
		if et := in.Schema.EventTime; et.Column != first {
			d := report(pc, p, CodeEventTime, "%s and %s disagree on the event time: %q and %q",
				lowering.NodeName(inputs[0]), lowering.NodeName(in), first, et.Column)
			d.Fix = "Give both the same name in a compute node."
			ok = false
		}
	}
	return ok
}

// align brings an input's columns into the output's order; an input that has them so stays as it is.
func align(pc *component.Planning, i int, in *plan.Node, out []schema.Field) *plan.Node {
	cols := make([]plan.Column, len(out))
	ordered := true
	for k, f := range out {
		at := in.Schema.Index(f.Name)
		ordered = ordered && at == k
		cols[k] = plan.Column{Name: f.Name, Expr: lowering.Column(in.Schema, at, diag.Span{})}
	}
	if ordered {
		return in
	}
	return pc.MakeNode("align_"+strconv.Itoa(i), &plan.Project{Columns: cols}, lowering.Schema(in.Schema, cols), in.Mode, in)
}

// report adds an error of the node as a whole.
func report(pc *component.Planning, p component.Params, code diag.Code, format string, args ...any) *diag.Diagnostic {
	return lowering.Report(pc, code, p.Span(""), "", format, args...)
}
