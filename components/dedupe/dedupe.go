package dedupe

import (
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/plan"
)

// longest bounds Within: every key seen is remembered for so long.
const longest = 30 * 24 * time.Hour

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name:    "dedupe",
		Version: 1,
		Kind:    component.KindTransform,
		Title:   component.Text{En: "Deduplicate", Zh: "去重"},
		Summary: component.Text{En: "Keeps the first row of each key within a time.", Zh: "在给定时间内，每个键只保留第一行。"},
		Help: component.Text{
			En: "Of the rows with the same key, the first by event time is kept (ties: partition, then offset); those whose event time is less " +
				"than *within* behind it are dropped. NULL counts as a value of its own: two rows with NULL in a key column are alike.\n\n" +
				"Rows leave when the watermark passes their time, so the answer does not depend on the order in which they came.",
			Zh: "键相同的行中，保留事件时间最早的一行（相同时依次比较分区和位移）；事件时间与其相差小于*去重时间*的行被丢弃。" +
				"NULL 视为一个值：键列同为 NULL 的两行视为相同。\n\n水位线越过行的时间后才输出该行，因此结果与到达顺序无关。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><rect x="2.5" y="5.5" width="8" height="8" rx="1.2"/>` +
			`<path d="M5.5 2.5h6.8c.7 0 1.2.5 1.2 1.2v6.8M4.8 9.6l1.4 1.4 2.4-2.9"/></svg>`,
		MinInputs: 1,
		MaxInputs: 1,
		Fields: []component.Field{
			component.NewField("key", component.FieldList, "Key", "键").
				ListOf(component.NewField("column", component.FieldColumn, "Column", "列")).AtLeast(1).
				WithHelp("The columns that together identify an event.", "共同标识一个事件的列。"),
			component.NewField("within", component.FieldDuration, "Within", "去重时间").
				WithDefault(time.Hour).Between(int64(time.Millisecond), int64(longest)).
				WithHelp("How long after a row others of its key count as repetitions. Keys are remembered for as long.",
					"一行之后多久之内同键的行视为重复。键的记忆时间与此相同。"),
		},
		Examples:  []component.Example{{Title: component.Text{En: "One like a user and song", Zh: "每个用户对每首歌只计一次喜欢"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower, Shape: lowering.FirstInput},
	}
}

const example = `format: 1
kind: view
name: cdm.music.first_likes
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: generator}
  - {id: likes, component: filter, params: {where: "event = 'like'"}}
  - {id: once, component: dedupe, params: {key: [user_id, song_id], within: 24h}}
  - {id: out, component: console}
edges: [plays -> likes, likes -> once, once -> out]
`

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := inputs[0]
	op := &plan.Dedupe{Time: in.Schema.TimeIndex(), Within: p.Duration("within").Microseconds()}
	ok := lowering.NeedEventTime(pc, p, in)
	seen := map[int]bool{}
	for _, name := range p.Strings("key") {
		i, found := lowering.Find(pc, name, in.Schema, p.Span("key"), p.Path("key"))
		switch {
		case !found:
			ok = false
		case seen[i]:
			lowering.Report(pc, lowering.CodeDuplicate, p.Span("key"), p.Path("key"), "the key names the column %q twice", name).
				Fix = "Name it once."
			ok = false
		case !lowering.CheckKey(pc, name, in.Schema.Fields[i].Type, p.Span("key"), p.Path("key")):
			ok = false
		default:
			seen[i] = true
			op.Keys = append(op.Keys, i)
		}
	}
	if !ok {
		return nil, false
	}
	return pc.MakeNode("dedupe", op, in.Schema, in.Mode, in), true
}
