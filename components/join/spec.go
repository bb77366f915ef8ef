package join

import (
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
)

// The diagnostics of joins.
const (
	// CodeKeys is a comparison of columns that cannot be compared, or none where one is needed.
	CodeKeys diag.Code = "plan.join_keys"
	// CodeKind is a kind of join that the way of matching does not have.
	CodeKind diag.Code = "plan.join_kind"
	// CodeInterval is an interval that ends before it begins.
	CodeInterval diag.Code = "plan.join_interval"
)

// The ways in which rows match.
const (
	matchKeyed    = "keyed"
	matchInterval = "interval"
	matchTemporal = "temporal"
)

// longest bounds every stretch of time of a join.
const longest = 100 * 365 * 24 * time.Hour

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

func option(value, en, zh string) component.Option {
	return component.Option{Value: value, Label: text(en, zh)}
}

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: "join", Version: 1, Kind: component.KindTransform,
		Title:   text("Join", "连接"),
		Summary: text("Brings the rows of two inputs together.", "将两个输入的行连接在一起。"),
		Help: text(
			"*Keyed* joins meet rows with equal keys, whenever they come; with a *ttl* only rows whose event times lie no further apart. What was "+
				"given out is taken back when a later row changes it, so all kinds but `inner` and `semi` of inserts give a retract stream. "+
				"An input of upserts is normalized first.\n\n"+
				"*Interval* joins meet events whose times lie within bounds: left + *lower* <= right <= left + *upper*. A row without a match comes out "+
				"once none can come any more, and nothing is taken back.\n\n"+
				"*Temporal* joins give each left event the version of the right row that was valid at its time: the last one with a time at or before "+
				"it; before the first one, the first. With *wait*, events are held back for versions that come late; with *correct*, a version that "+
				"comes later still corrects what was given out.\n\n"+
				"The output has the left columns, then the right ones; a right name that is taken gets `_1`, `_2`, and so on. The side that may be "+
				"missing is NULL then. `semi` keeps each left row that has a match, `anti` each that has none. NULL matches nothing.",
			"*按键*连接匹配键相等的行，与到达时间无关；设置 *ttl* 时只匹配事件时间相差不超过它的行。后到的行若改变结果，已输出的行会被撤回，"+
				"因此除仅插入输入的 `inner` 和 `semi` 外，输出都是撤回流。upsert 输入会先被规范化。\n\n"+
				"*区间*连接匹配时间落在范围内的事件：左 + *下界* <= 右 <= 左 + *上界*。确定不会再有匹配时才输出未匹配的行，输出不会被撤回。\n\n"+
				"*时态*连接为每个左侧事件取其发生时有效的右侧版本：时间不晚于它的最后一个版本；早于第一个版本时取第一个版本。*等待*会把事件保留一段时间以等待迟到的版本；"+
				"*更正*使更晚到达的版本仍能修正已输出的结果。\n\n"+
				"输出先是左侧列，然后是右侧列；与已有列重名的右侧列依次加上 `_1`、`_2` 等后缀。可能缺失的一侧此时为 NULL。`semi` 保留有匹配的左侧行，`anti` 保留没有匹配的左侧行。NULL 不匹配任何值。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><circle cx="6" cy="8" r="4.2"/><circle cx="10" cy="8" r="4.2"/></svg>`,
		MinInputs: 2, MaxInputs: 2, Ports: []string{"left", "right"},
		Fields: fields(),
		Examples: []component.Example{
			{Title: text("Likes with the users' plays within ten minutes before", "喜欢及其之前十分钟内的播放"), YAML: intervalExample},
			{Title: text("Plays with the song as it was then", "播放与当时的歌曲信息"), YAML: temporalExample},
			{Title: text("Plays of the songs of a list", "名单内歌曲的播放"), YAML: semiExample},
		},
		Transform: &component.TransformDef{Lower: lower},
	}
}

func fields() []component.Field {
	kind := component.NewField("kind", component.FieldEnum, "Kind", "类型").WithDefault(plan.Inner.String()).
		WithOptions(
			option(plan.Inner.String(), "Inner: only pairs", "内连接：只输出匹配的行对"),
			option(plan.LeftOuter.String(), "Left: every left row", "左连接：保留所有左侧行"),
			option(plan.RightOuter.String(), "Right: every right row", "右连接：保留所有右侧行"),
			option(plan.FullOuter.String(), "Full: every row", "全连接：保留所有行"),
			option(plan.Semi.String(), "Semi: left rows with a match", "半连接：有匹配的左侧行"),
			option(plan.Anti.String(), "Anti: left rows without a match", "反连接：无匹配的左侧行"),
		).WithHelp("Which rows without a match come out. A temporal join is inner or left.", "哪些未匹配的行也会输出。时态连接只有内连接和左连接。")
	match := component.NewField("match", component.FieldEnum, "Match", "匹配方式").WithDefault(matchKeyed).
		WithOptions(option(matchKeyed, "By key", "按键"), option(matchInterval, "Within an interval of time", "按时间区间"),
			option(matchTemporal, "The version valid then", "按当时有效的版本")).
		WithHelp("What besides the columns decides whether rows meet.", "除列之外，决定行是否匹配的条件。")
	pair := component.NewField("pair", component.FieldObject, "Columns", "列").WithFields(
		component.NewField("left", component.FieldColumn, "Left", "左").WithHelp("A column of the left input.", "左侧输入的列。"),
		component.NewField("right", component.FieldColumn, "Right", "右").Optional().
			WithHelp("A column of the right input; left empty, the one of the same name.", "右侧输入的列；留空则取同名列。"),
	)
	on := component.NewField("on", component.FieldList, "On", "连接列").ListOf(pair).Optional().
		WithHelp("The columns that are equal. Without any, every pair of rows meets; a temporal join needs the right rows' key.",
			"取值相等的列。留空则任意两行都匹配；时态连接需要右侧的键。")
	on.Short = "left"
	span := func(name, en, zh string) component.Field {
		return component.NewField(name, component.FieldDuration, en, zh)
	}
	return []component.Field{
		kind, match, on,
		component.NewField("where", component.FieldExpr, "Where", "附加条件").Optional().
			WithHelp("A further condition, over the left columns and the right ones under their names in the output. A pair that fails it is no match.",
				"附加条件，使用左侧列和右侧列在输出中的名称。不满足条件的行对不算匹配。"),
		span("ttl", "Time to live", "保留时长").Optional().Between(int64(time.Microsecond), int64(longest)).ShownIf("match", matchKeyed).
			WithHelp("How far apart the event times of two rows may lie. Without it rows are kept for ever.", "两行事件时间的最大间隔；留空则永久保留。"),
		span("lower", "Lower bound", "下界").Between(-int64(longest), int64(longest)).ShownIf("match", matchInterval).
			WithHelp("How much later than the left row the right one is at least; -10m is ten minutes earlier.", "右侧行比左侧行至少晚多久；-10m 表示早十分钟。"),
		span("upper", "Upper bound", "上界").Between(-int64(longest), int64(longest)).ShownIf("match", matchInterval).
			WithHelp("How much later than the left row the right one is at most.", "右侧行比左侧行至多晚多久。"),
		span("wait", "Wait", "等待").WithDefault(time.Duration(0)).Between(0, int64(longest)).ShownIf("match", matchTemporal).
			WithHelp("How long, in event time, left rows are held back for versions that come late.", "左侧行为等待迟到的版本而保留多久（事件时间）。"),
		span("correct", "Correct", "更正").WithDefault(time.Duration(0)).Between(0, int64(longest)).ShownIf("match", matchTemporal).
			WithHelp("How long, in event time, left rows are remembered so that a late version corrects what was given out. 0s leaves it as it was.",
				"左侧行记忆多久（事件时间），以便迟到的版本修正已输出的结果。0s 表示不修正。"),
		component.NewField("cardinality", component.FieldEnum, "Cardinality", "基数").WithDefault(cardinality(false, false)).
			WithOptions(option(cardinality(false, false), "Many to many", "多对多"), option(cardinality(false, true), "Many to one", "多对一"),
				option(cardinality(true, false), "One to many", "一对多"), option(cardinality(true, true), "One to one", "一对一")).
			ShownIf("match", matchKeyed, matchInterval).AsAdvanced().
			WithHelp("What is known of the keys. A second row of a key on a side declared one is rejected, so that no row is multiplied unnoticed.",
				"已知的键的基数。声明为“一”的一侧若出现同键的第二行，该行被拒绝，因此不会有行在不知不觉中被放大。"),
	}
}

// cardinality names what is declared of the keys.
func cardinality(leftUnique, rightUnique bool) string {
	side := map[bool]string{true: "one", false: "many"}
	return side[leftUnique] + "_to_" + side[rightUnique]
}

const intervalExample = `format: 1
kind: view
name: cdm.music.liked_plays
time_zone: Asia/Shanghai
nodes:
  - {id: events, component: generator, params: {count: 10000}}
  - {id: likes, component: filter, params: {where: "event = 'like'"}}
  - {id: plays, component: filter, params: {where: "event = 'play'"}}
  - id: liked
    component: join
    params:
      match: interval
      on: [user_id, song_id]
      lower: -10m
      upper: 0s
  - {id: out, component: console}
edges: [events -> likes, events -> plays, likes -> liked, plays -> liked, liked -> out]
`

const temporalExample = `format: 1
kind: view
name: cdm.music.titled_plays
time_zone: Asia/Shanghai
nodes:
  - {id: events, component: generator, params: {count: 10000}}
  - id: songs
    component: values
    params:
      schema:
        columns: [{name: id, type: int64, nullable: false}, {name: title, type: string}, {name: since, type: timestamp, nullable: false}]
        event_time: since
      rows: |
        {"id": 1, "title": "Morning", "since": "2026-01-01T00:00:00Z"}
        {"id": 1, "title": "Morning (remastered)", "since": "2026-06-01T00:00:00Z"}
        {"id": 2, "title": "Evening", "since": "2026-01-01T00:00:00Z"}
  - id: titled
    component: join
    params: {kind: left, match: temporal, on: [{left: song_id, right: id}], wait: 10s}
  - {id: out, component: console}
edges:
  - {from: songs, to: titled, port: right}
  - {from: events, to: titled, port: left}
  - titled -> out
`

const semiExample = `format: 1
kind: view
name: cdm.music.plays_of_known_songs
time_zone: Asia/Shanghai
nodes:
  - {id: events, component: generator, params: {count: 10000}}
  - id: known
    component: values
    params:
      schema: {columns: [{name: song_id, type: int64}]}
      rows: |
        {"song_id": 1}
        {"song_id": 2}
  - {id: plays, component: join, params: {kind: semi, on: [song_id]}}
  - {id: out, component: console}
edges: [events -> plays, known -> plays, plays -> out]
`
