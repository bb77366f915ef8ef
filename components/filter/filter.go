package filter

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/plan"
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name:    "filter",
		Version: 1,
		Kind:    component.KindTransform,
		Title:   component.Text{En: "Filter", Zh: "过滤"},
		Summary: component.Text{En: "Keeps the rows for which a condition is true.", Zh: "保留条件为真的行。"},
		Help: component.Text{
			En: "A row passes when the condition is **true**; false and NULL drop it. A row on which the condition fails (an overflow, a " +
				"division by zero, a bad cast) is rejected to the dead letters, unless another part of the condition already decides it: " +
				"`b <> 0 AND a / b > 2` never fails.",
			Zh: "条件为**真**的行才会通过；为假或为 NULL 的行被丢弃。条件求值出错（溢出、除零、转换失败）的行进入死信队列，" +
				"除非条件的其他部分已能决定结果：`b <> 0 AND a / b > 2` 不会出错。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2 3h12L9.5 8.5V13l-3-1.5v-3z"/></svg>`,
		MinInputs: 1,
		MaxInputs: 1,
		Fields: []component.Field{
			component.NewField("where", component.FieldExpr, "Condition", "条件").
				WithHelp("A condition over the input's columns, such as event = 'play' AND ms_played > 30000.",
					"针对输入列的条件，例如 event = 'play' AND ms_played > 30000。"),
		},
		Examples:  []component.Example{{Title: component.Text{En: "Plays of more than 30 seconds", Zh: "超过 30 秒的播放"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower, Shape: lowering.FirstInput},
	}
}

const example = `format: 1
kind: view
name: cdm.music.long_plays
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator}
  - {id: long, component: filter, params: {where: "event = 'play' AND ms_played > 30000"}}
  - {id: out, component: console}
edges: [plays -> long, long -> out]
`

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := inputs[0]
	where, ok := pc.Exprs.Bool(p.String("where"), in.Schema, p.Span("where"), p.Path("where"))
	if !ok {
		return nil, false
	}
	return pc.MakeNode("filter", &plan.Filter{Where: where}, in.Schema, in.Mode, in), true
}
