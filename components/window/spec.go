package window

import (
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
)

// The diagnostics of windows.
const (
	// CodeSlide is a slide that does not fit the size.
	CodeSlide diag.Code = "plan.window_slide"
	// CodeSize is a window longer than the component takes without being told so.
	CodeSize diag.Code = "plan.window_size"
)

const (
	// longest is the size up to which windows are taken without allow_long: the state of every window that is still open is kept.
	longest = 7 * 24 * time.Hour
	// longestEver is what allow_long allows.
	longestEver = 366 * 24 * time.Hour
	// mostPanes bounds size/slide: every row counts in so many windows.
	mostPanes = 1440
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name:    "window",
		Version: 1,
		Kind:    component.KindTransform,
		Title:   component.Text{En: "Window", Zh: "窗口聚合"},
		Summary: component.Text{En: "Groups rows by keys and windows of event time, and aggregates them.", Zh: "按键和事件时间窗口分组并聚合。"},
		Help: component.Text{
			En: "A *tumbling* window cuts time into pieces of *size*; a *hopping* window of *size* begins every *slide*, so a row counts in " +
				"size / slide of them. Windows follow the wall clock of the model's time zone. The size is a multiple of the slide, as in Flink: " +
				"then every window is made of whole slides, and every engine cuts the same ones.\n\n" +
				"The output has `window_start`, `window_end` (exclusive), the columns of *group by*, and the aggregates; one row a group and window, " +
				"when the watermark passes the window's end. Its event time is `window_start`, so another window may follow.\n\n" +
				"An aggregate column is an expression over `count`, `sum`, `min`, `max` and `avg`: `count(*)`, " +
				"`count(DISTINCT user_id) FILTER (WHERE event = 'play')`, `sum(ms_played) / count(*)`.",
			Zh: "*滚动*窗口把时间切成长度为*窗口大小*的片段；*滑动*窗口每隔*滑动步长*开始一个，因此一行会计入 大小 / 步长 个窗口。" +
				"窗口按模型时区的挂钟时间对齐。窗口大小必须是步长的整数倍（与 Flink 相同）：这样每个窗口都由完整的步长组成，各引擎切分一致。\n\n" +
				"输出列为 `window_start`、`window_end`（不含）、*分组*列和聚合列；水位线越过窗口终点时，每组每窗口输出一行。" +
				"输出的事件时间为 `window_start`，因此后面可以再接窗口。\n\n" +
				"聚合列是由 `count`、`sum`、`min`、`max`、`avg` 组成的表达式：`count(*)`、" +
				"`count(DISTINCT user_id) FILTER (WHERE event = 'play')`、`sum(ms_played) / count(*)`。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2 13.5h12M2.5 2.5v11M13.5 2.5v11M8 2.5v11M4.7 10.5V9` +
			`M10.8 10.5V6.5"/></svg>`,
		MinInputs: 1,
		MaxInputs: 1,
		Fields:    fields(),
		Examples: []component.Example{
			{Title: component.Text{En: "Plays and listeners by minute and platform", Zh: "每分钟各平台的播放数和听众数"}, YAML: tumbling},
			{Title: component.Text{En: "The last hour, every five minutes", Zh: "每五分钟统计最近一小时"}, YAML: hopping},
		},
		Transform: &component.TransformDef{Lower: lower},
	}
}

func fields() []component.Field {
	return []component.Field{
		component.NewField("kind", component.FieldEnum, "Kind", "类型").
			WithOptions(
				component.Option{Value: plan.Tumble.String(), Label: component.Text{En: "Tumbling", Zh: "滚动"}},
				component.Option{Value: plan.Hop.String(), Label: component.Text{En: "Hopping", Zh: "滑动"}},
			).WithDefault(plan.Tumble.String()).
			WithHelp("Tumbling windows follow one another; hopping windows overlap.", "滚动窗口首尾相接，滑动窗口相互重叠。"),
		component.NewField("size", component.FieldDuration, "Size", "窗口大小").
			Between(int64(time.Microsecond), int64(longestEver)).
			WithHelp("How long a window is, such as 1m or 1h.", "窗口的长度，例如 1m 或 1h。"),
		component.NewField("slide", component.FieldDuration, "Slide", "滑动步长").
			Between(int64(time.Microsecond), int64(longestEver)).
			ShownIf("kind", plan.Hop.String()).
			WithHelp("How far apart windows begin; the size is a multiple of it.", "相邻窗口起点的间隔；窗口大小必须是它的整数倍。"),
		lowering.ColumnsField("group_by", "Group by", "分组").Optional().
			WithHelp("Columns and named expressions; without any there is one group.", "列或带名称的表达式；留空则只有一组。"),
		lowering.AggregatesField().
			WithHelp("What is computed for each group and window; without any, a row says that the group was there.", "对每组每窗口计算的内容；留空则仅输出出现过的分组。"),
		component.NewField("allow_long", component.FieldBool, "Allow long windows", "允许长窗口").WithDefault(false).AsAdvanced().
			WithHelp("Takes windows of more than seven days; each group of every open window stays in the state for as long.",
				"允许超过七天的窗口；每个未关闭窗口的每个分组都会一直保存在状态中。"),
	}
}

const tumbling = `format: 1
kind: view
name: ads.music.plays_by_minute
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator}
  - id: minute
    component: window
    params:
      size: 1m
      group_by: [platform]
      aggregates:
        - count(*) AS plays
        - {name: listeners, expr: "count(DISTINCT user_id) FILTER (WHERE event = 'play')"}
        - {name: mean_seconds, expr: "sum(ms_played) / 1000.0 / count(*)"}
  - {id: out, component: console}
edges: [plays -> minute, minute -> out]
`

const hopping = `format: 1
kind: view
name: ads.music.songs_last_hour
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator}
  - id: hour
    component: window
    params: {kind: hop, size: 1h, slide: 5m, group_by: [song_id], aggregates: [count(*) AS plays]}
  - {id: out, component: console}
edges: [plays -> hour, hour -> out]
`
