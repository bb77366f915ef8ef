package rank

import (
	"math"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// CodeRange is a range of ranks that ends before it begins.
const CodeRange diag.Code = "plan.rank_range"

const (
	nullsFirst = "first"
	nullsLast  = "last"
)

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: "rank", Version: 1, Kind: component.KindTransform,
		Title:   text("Rank", "排名"),
		Summary: text("Keeps the first rows of each partition in an order.", "按顺序保留每个分区的前几行。"),
		Help: text(
			"The rows of each partition are numbered from 1 in the order given, and those numbered *from* to *to* are kept: the ten songs most played, "+
				"the last row of each user. Rows that compare equal are ordered by their other columns, so the answer is one. NaN sorts behind all "+
				"numbers.\n\nThe output is a retract stream: a row that falls out of the range is taken back. All rows of the input are kept in the "+
				"state, for the next one moves up when a row is taken back.",
			"每个分区的行按给定顺序从 1 开始编号，保留编号在*起始*到*结束*之间的行：例如播放最多的十首歌、每个用户的最后一行。"+
				"比较相等的行再按其余列排序，因此结果唯一。NaN 排在所有数字之后。\n\n输出是撤回流：离开范围的行会被撤回。输入的所有行都保存在状态中，因为某行被撤回后下一行会补上。"),
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 13.5V9h3.6v4.5M6.1 13.5V3.5h3.8v10M9.9 13.5V7h3.6v6.5z"/></svg>`,
		MinInputs: 1, MaxInputs: 1,
		Fields:    fields(),
		Examples:  []component.Example{{Title: text("The three songs most played on each platform", "各平台播放最多的三首歌"), YAML: example}},
		Transform: &component.TransformDef{Lower: lower},
	}
}

func fields() []component.Field {
	key := component.NewField("key", component.FieldObject, "Column", "列").WithFields(
		component.NewField("column", component.FieldColumn, "Column", "列"),
		component.NewField("desc", component.FieldBool, "Descending", "降序").WithDefault(false),
		component.NewField("nulls", component.FieldEnum, "NULLs", "NULL 的位置").Optional().
			WithOptions(component.Option{Value: nullsFirst, Label: text("First", "最前")}, component.Option{Value: nullsLast, Label: text("Last", "最后")}).
			WithHelp("Left empty, first in ascending order and last in descending order, as in Flink.", "留空时升序在最前、降序在最后，与 Flink 相同。"),
	)
	order := component.NewField("order_by", component.FieldList, "Order by", "排序").ListOf(key).Optional().
		WithHelp("The columns that decide, the first one first.", "排序列，靠前者优先。")
	order.Short = "column"
	return []component.Field{
		component.NewField("partition_by", component.FieldList, "Partition by", "分区").Optional().
			ListOf(component.NewField("column", component.FieldColumn, "Column", "列")).
			WithHelp("Each set of values is ranked by itself; without any, all rows together.", "每组取值单独排名；留空则所有行一起排名。"),
		order,
		component.NewField("from", component.FieldInt, "From", "起始").WithDefault(int64(1)).Between(1, math.MaxInt64).
			WithHelp("The first number that is kept.", "保留的第一个编号。"),
		component.NewField("to", component.FieldInt, "To", "结束").Between(1, math.MaxInt64).
			WithHelp("The last number that is kept.", "保留的最后一个编号。"),
		component.NewField("number", component.FieldString, "Number", "编号列").Optional().
			WithHelp("The name of a column that holds the number; left empty, there is none.", "保存编号的列名；留空则不输出编号。"),
	}
}

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := lowering.Retractable(pc, "normalize", inputs[0])
	op := &plan.Rank{From: p.Int("from"), To: p.Int("to"), Number: p.String("number")}
	ok := true
	seen := map[int]bool{}
	for _, name := range p.Strings("partition_by") {
		i, good := column(pc, name, in.Schema, p, "partition_by", seen)
		op.Partition = append(op.Partition, i)
		ok = ok && good
	}
	clear(seen)
	for _, key := range p.Objects("order_by") {
		i, good := column(pc, key.String("column"), in.Schema, key, "column", seen)
		ok = ok && good
		k := plan.SortKey{Column: i, Desc: key.Bool("desc")}
		// Flink takes NULL for the least value.
		k.NullsFirst = !k.Desc
		if nulls := key.String("nulls"); nulls != "" {
			k.NullsFirst = nulls == nullsFirst
		}
		op.Order = append(op.Order, k)
	}
	if op.To < op.From {
		lowering.Report(pc, CodeRange, p.Span("to"), p.Path("to"), "the numbers end at %d, before they begin at %d", op.To, op.From).Fix = "Turn them around."
		ok = false
	}
	if !ok {
		return nil, false
	}
	return lowering.Make(pc, p, "rank", op, in)
}

// column finds a column that is compared, once in its list.
func column(pc *component.Planning, name string, in *schema.Schema, p component.Params, field string, seen map[int]bool) (int, bool) {
	i, ok := lowering.Find(pc, name, in, p.Span(field), p.Path(field))
	switch {
	case !ok:
		return 0, false
	case seen[i]:
		lowering.Report(pc, lowering.CodeDuplicate, p.Span(field), p.Path(field), "the column %q is named twice", name).Fix = "Name it once."
		return 0, false
	}
	seen[i] = true
	return i, lowering.CheckKey(pc, name, in.Fields[i].Type, p.Span(field), p.Path(field))
}

const example = `format: 1
kind: view
name: ads.music.top_songs
time_zone: Asia/Shanghai
nodes:
  - {id: events, component: generator, params: {count: 10000}}
  - id: totals
    component: aggregate
    params: {group_by: [platform, song_id], aggregates: ["count(*) FILTER (WHERE event = 'play') AS plays"]}
  - id: top
    component: rank
    params:
      partition_by: [platform]
      order_by: [{column: plays, desc: true}]
      to: 3
      number: place
  - {id: out, component: console}
edges: [events -> totals, totals -> top, top -> out]
`
