package compute

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The values of the parameter keep.
const (
	keepNone = "none"
	keepAll  = "all"
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name:    "compute",
		Version: 1,
		Kind:    component.KindTransform,
		Title:   component.Text{En: "Compute", Zh: "计算列"},
		Summary: component.Text{En: "Chooses, renames and computes columns.", Zh: "选择、重命名和计算列。"},
		Help: component.Text{
			En: "The output has the columns of the list, in its order. With *keep: all* it has the input's columns first, those of the list " +
				"in the place of the ones whose name they take, new ones behind.\n\n" +
				"The event time stays with its column as long as that is kept unchanged, also under another name; the key likewise.",
			Zh: "输出列即列表中的列，顺序相同。选择*保留全部*时，先输出输入的所有列，列表中的同名列替换原列，新列排在后面。\n\n" +
				"只要事件时间列原样保留（可以改名），输出就仍有事件时间；主键同理。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M10.5 2.5H8.8c-1.2 0-1.7.7-1.9 1.9L5.6 11.8c-.2 1.1-.7 ` +
			`1.7-1.8 1.7h-.6M4.5 6.5h5M10 9.5l3.5 4M13.5 9.5l-3.5 4"/></svg>`,
		MinInputs: 1,
		MaxInputs: 1,
		Fields: []component.Field{
			lowering.ColumnsField("columns", "Columns", "列").AtLeast(1).
				WithHelp("Names of input columns, and expressions with a name.", "输入列名，或带名称的表达式。"),
			component.NewField("keep", component.FieldEnum, "Other columns", "其他列").
				WithOptions(
					component.Option{Value: keepNone, Label: component.Text{En: "Leave out", Zh: "不保留"}},
					component.Option{Value: keepAll, Label: component.Text{En: "Keep all", Zh: "保留全部"}},
				).WithDefault(keepNone).
				WithHelp("Whether the input's other columns are put out too.", "是否同时输出输入的其他列。"),
		},
		Examples:  []component.Example{{Title: component.Text{En: "Seconds from milliseconds", Zh: "毫秒换算为秒"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower, Shape: shape},
	}
}

const example = `format: 1
kind: view
name: cdm.music.play_seconds
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator}
  - id: shape
    component: compute
    params:
      columns:
        - user_id
        - song_id
        - {name: seconds, expr: "ms_played / 1000.0"}
        - upper(platform) AS platform
  - {id: out, component: console}
edges: [plays -> shape, shape -> out]
`

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	cols, ok := lowering.Columns(pc, p.Objects("columns"), inputs[0].Schema)
	if !ok {
		return nil, false
	}
	return project(pc, p, inputs[0], cols), true
}

// shape has the columns that are right.
func shape(pc *component.Planning, p component.Params, inputs []*plan.Node) *plan.Node {
	cols, _ := lowering.Columns(pc, p.Objects("columns"), inputs[0].Schema)
	if len(cols) == 0 && p.String("keep") != keepAll {
		return nil
	}
	return project(pc, p, inputs[0], cols)
}

func project(pc *component.Planning, p component.Params, in *plan.Node, cols []plan.Column) *plan.Node {
	if p.String("keep") == keepAll {
		cols = overlay(in.Schema, cols, p)
	}
	return pc.MakeNode("project", &plan.Project{Columns: cols}, lowering.Schema(in.Schema, cols), in.Mode, in)
}

// overlay puts cols over the columns of in: in the place of the one whose name they take, else behind.
func overlay(in *schema.Schema, cols []plan.Column, p component.Params) []plan.Column {
	out := make([]plan.Column, 0, len(in.Fields)+len(cols))
	for i, f := range in.Fields {
		out = append(out, plan.Column{Name: f.Name, Expr: lowering.Column(in, i, p.Span("keep"))})
	}
	for _, c := range cols {
		if i := in.Index(c.Name); i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return out
}
