package aggregate

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
)

// CodeNothing is an aggregate without keys and without aggregates: it has no columns.
const CodeNothing diag.Code = "plan.aggregate_of_nothing"

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: "aggregate", Version: 1, Kind: component.KindTransform,
		Title:   component.Text{En: "Aggregate", Zh: "聚合"},
		Summary: component.Text{En: "Groups rows and aggregates them over all time.", Zh: "对行分组，并在全部时间上聚合。"},
		Help: component.Text{
			En: "Every group has one row, which follows the input: at most once an epoch the old row is taken back and the new one is given out, so the " +
				"output is a retract stream. A group whose last row was deleted is deleted. Without *group by* there is one group, which has a row " +
				"from the beginning. Without *aggregates* the output is the different values of the keys.\n\n" +
				"Groups are kept for ever: group by what is bounded, or use a window. NULL is a value of its own among the keys.\n\n" +
				"An aggregate column is an expression over `count`, `sum`, `min`, `max` and `avg`, as in a window.",
			Zh: "每个分组有一行结果，随输入变化：每个周期至多一次，先撤回旧行再输出新行，因此输出是撤回流。分组的最后一行被删除时，分组的结果也被删除。" +
				"不指定*分组*时只有一组，并且从一开始就有一行。不指定*聚合*时，输出为键的不同取值。\n\n" +
				"分组会永久保留：请按取值有限的列分组，或使用窗口。NULL 视为键的一个值。\n\n" +
				"聚合列是由 `count`、`sum`、`min`、`max`、`avg` 组成的表达式，与窗口相同。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M12.5 4V2.5h-9L8.2 8l-4.7 5.5h9V12"/></svg>`,
		MinInputs: 1, MaxInputs: 1,
		Fields: []component.Field{
			lowering.ColumnsField("group_by", "Group by", "分组").Optional().
				WithHelp("Columns and named expressions; without any there is one group.", "列或带名称的表达式；留空则只有一组。"),
			lowering.AggregatesField().WithHelp("What is computed for each group.", "对每组计算的内容。"),
		},
		Examples:  []component.Example{{Title: component.Text{En: "Plays and listeners of each song so far", Zh: "每首歌至今的播放数和听众数"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower},
	}
}

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := lowering.Retractable(pc, "normalize", inputs[0])
	names := map[string]bool{}
	keys, ok := lowering.GroupBy(pc, p, in.Schema, names)
	aggs, good := lowering.Aggregates(pc, p, in.Schema, names)
	if !ok || !good {
		return nil, false
	}
	if len(keys) == 0 && len(aggs.Columns) == 0 {
		lowering.Report(pc, CodeNothing, p.Span(""), "", "there is neither a column to group by nor an aggregate").Fix = "Add aggregates: [count(*) AS rows]."
		return nil, false
	}
	grouped, ok := lowering.Make(pc, p, "aggregate", &plan.Aggregate{Keys: keys, Aggs: aggs.Columns}, in)
	if !ok {
		return nil, false
	}
	return aggs.Result(pc, grouped), true
}

const example = `format: 1
kind: view
name: ads.music.song_totals
time_zone: Asia/Shanghai
nodes:
  - {id: events, component: generator, params: {count: 10000}}
  - {id: plays, component: filter, params: {where: "event = 'play'"}}
  - id: totals
    component: aggregate
    params:
      group_by: [song_id]
      aggregates:
        - count(*) AS plays
        - count(DISTINCT user_id) AS listeners
        - {name: mean_seconds, expr: "sum(ms_played) / 1000.0 / count(*)"}
  - {id: out, component: console}
edges: [events -> plays, plays -> totals, totals -> out]
`
