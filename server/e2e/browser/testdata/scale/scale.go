// Package scale is a component that is not part of Millrace: a test adds its folder, and its line in the list of components, to see that it takes no more.
package scale

import (
	"fmt"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/plan"
	"millrace/models/sqltext"
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name:    "scale",
		Version: 1,
		Kind:    component.KindTransform,
		Title:   component.Text{En: "Scale", Zh: "缩放"},
		Summary: component.Text{En: "Multiplies or divides a column by a number.", Zh: "将一列乘以或除以一个数。"},
		Help: component.Text{
			En: "The column is replaced by what comes out. A row whose value does not fit any more is rejected.",
			Zh: "结果替换原来的列。结果超出范围的行会被拒绝。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 13.5h11M4 10.500v1M8 7v4.500M12 3v8.500"/></svg>`,
		MinInputs: 1,
		MaxInputs: 1,
		Fields: []component.Field{
			component.NewField("column", component.FieldColumn, "Scaled column", "缩放的列").
				WithHelp("A column of numbers.", "数值列。"),
			component.NewField("how", component.FieldEnum, "How", "方式").
				WithOptions(
					component.Option{Value: "multiply", Label: component.Text{En: "Multiply", Zh: "乘"}},
					component.Option{Value: "divide", Label: component.Text{En: "Divide", Zh: "除"}},
				).
				WithDefault("multiply").
				WithHelp("Dividing gives a fraction.", "除法的结果是小数。"),
			component.NewField("factor", component.FieldInt, "Factor", "倍数").
				WithDefault(int64(2)).Between(1, 1000).
				WithHelp("A whole number from 1 to 1000.", "1 到 1000 的整数。"),
			component.NewField("keep", component.FieldBool, "Keep other columns", "保留其他列").
				WithDefault(true).
				WithHelp("Switched off, only the scaled column is left.", "关闭后只留下缩放的列。"),
		},
		Examples:  []component.Example{{Title: component.Text{En: "Seconds", Zh: "换算为秒"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower, Shape: lowering.FirstInput},
	}
}

const example = `format: 1
kind: view
name: cdm.music.play_seconds
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator}
  - {id: seconds, component: scale, params: {column: ms_played, how: divide, factor: 1000}}
  - {id: out, component: console}
edges: [plays -> seconds, seconds -> out]
`

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := inputs[0]
	name := p.String("column")
	scaled, found := lowering.Find(pc, name, in.Schema, p.Span("column"), p.Path("column"))
	if !found {
		return nil, false
	}
	text := fmt.Sprintf("%s * %d", sqltext.QuoteName(name), p.Int("factor"))
	if p.String("how") == "divide" {
		text = fmt.Sprintf("%s / %d.0", sqltext.QuoteName(name), p.Int("factor"))
	}
	e, _, ok := pc.Exprs.Scalar(text, in.Schema, p.Span("column"), p.Path("column"))
	if !ok {
		return nil, false
	}
	var columns []plan.Column
	for i, f := range in.Schema.Fields {
		switch {
		case i == scaled:
			columns = append(columns, plan.Column{Name: f.Name, Expr: e})
		case p.Bool("keep"):
			columns = append(columns, plan.Column{Name: f.Name, Expr: lowering.Column(in.Schema, i, p.Span("column"))})
		}
	}
	return pc.MakeNode("scale", &plan.Project{Columns: columns}, lowering.Schema(in.Schema, columns), in.Mode, in), true
}
