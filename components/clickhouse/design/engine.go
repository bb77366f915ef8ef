package design

import (
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/models/plan"
	"millrace/models/schema"
)

// engineName is how people know an engine.
func engineName(engine string) string {
	switch engine {
	case MergeTree:
		return "MergeTree"
	case Replacing:
		return "ReplacingMergeTree(_version, _deleted)"
	case Summing:
		return "SummingMergeTree"
	case Replicated:
		return "ReplicatedMergeTree"
	case ReplicatedReplacing:
		return "ReplicatedReplacingMergeTree(_version, _deleted)"
	}
	return engine
}

// engine decides by how the rows change; see the package comment.
func (d *designer) engine() {
	c := Choice{Path: "engine", Figures: []Figure{figure("mode", d.in.Mode.Change)}}
	want := MergeTree
	if d.changes() {
		want = Replacing
	}
	if k := d.in.Cluster; k != nil && k.Replicas > 1 {
		c.Figures = append(c.Figures, figure("replicas", k.Replicas))
		want = map[string]string{MergeTree: Replicated, Replacing: ReplicatedReplacing}[want]
	}
	d.p.Engine = want
	if pin := d.in.Pins.Engine; pin != nil {
		d.p.Engine, c.Pinned = *pin, true
	}
	c.Value = engineName(d.p.Engine)
	switch {
	case d.in.Mode.Change == plan.Append && d.p.Engine == want:
		c.Why = text("Rows only come and are never taken back, so each is kept once.", "数据只增不改，每行保留一份即可。")
	case d.p.Engine == want:
		c.Why = textf("Rows replace earlier ones of the same %[1]s (%[2]s): the newest version wins, and a deleted one is marked.",
			"同一 %[1]s 的新数据会替换旧数据（%[2]s）：保留最新版本，删除以标记表示。", list(d.key), d.in.Mode.Change)
	default:
		c.Why = textf("Chosen by you; %s is what the rows' changes suggest.", "由您选定；按数据变更方式建议使用 %s。", engineName(want))
	}
	c.Alternatives = d.otherEngines(want)
	d.choose(c)
	d.checkEngine(want)
}

func (d *designer) otherEngines(want string) []Alternative {
	var out []Alternative
	add := func(engine, en, zh string) {
		if engine != d.p.Engine {
			out = append(out, Alternative{Value: engineName(engine), Pins: Choices{Engine: ptr(engine)}, Consequence: text(en, zh)})
		}
	}
	if d.changes() {
		add(want, "Keeps the newest row of each key; readers use the view or FINAL.", "每个键只保留最新一行；查询请使用视图或 FINAL。")
		return out
	}
	add(MergeTree, "Keeps every row.", "保留每一行。")
	if len(d.in.Identity) > 0 {
		add(Replacing, "Keeps one row of each key, the last to come; reading has to merge, which costs time.", "每个键只保留最后到达的一行；查询时需要合并，会更慢。")
	}
	if len(d.in.Additive) > 0 {
		add(Summing, "Adds up the rows of one sorting key: sort by less than tells the rows apart, and the finer rows are gone. Sums that grow beyond "+
			"their type wrap, and rows whose sums are all zero vanish.", "将同一排序键的行相加：若排序键比数据的键更粗，细粒度的行将不复存在；合计超出类型范围会回绕，全为零的行会消失。")
	}
	return out
}

// checkEngine looks at a pinned engine.
func (d *designer) checkEngine(want string) {
	engine := d.p.Engine
	mend := &Choices{Engine: ptr(want)}
	use := textf("Use %s.", "请使用 %s。", engineName(want))
	if !slices.Contains([]string{MergeTree, Replacing, Summing, Replicated, ReplicatedReplacing}, engine) {
		d.stop(CodeEngine, "engine", textf("the sink makes no table of the engine %q", "写入端不支持创建引擎 %q 的表", engine), use, mend)
		return
	}
	if k := d.in.Cluster; k != nil && k.Replicas > 1 && !strings.HasPrefix(engine, "replicated_") {
		d.stop(CodeEngine, "engine", textf("the cluster %[1]s has %[2]d replicas, and a table of the engine %[3]s lies on one of them only",
			"集群 %[1]s 有 %[2]d 个副本，而引擎 %[3]s 的表只存在于其中一个", k.Name, k.Replicas, engineName(engine)), use, mend, figure("replicas", k.Replicas))
	}
	switch {
	case d.changes() && engine == Summing:
		d.stop(CodeNotAdditive, "engine", textf("the rows change (%s): the table would add the new row to the old one", "数据会变更（%s）：表会把新旧两行相加", d.in.Mode.Change),
			use, mend, figure("mode", d.in.Mode.Change))
	case d.changes() && !d.keeps():
		d.stop(CodeAppendOnly, "engine",
			textf("the rows change (%[1]s), and %[2]s keeps every row: each update would stand beside the row it replaces, and no delete would take one away",
				"数据会变更（%[1]s），而 %[2]s 保留每一行：更新会与旧行并存，删除不会生效", d.in.Mode.Change, engineName(engine)),
			use, mend, figure("mode", d.in.Mode.Change))
	case engine == Summing:
		d.checkSumming(use, mend)
	}
	if d.keeps() {
		for _, name := range []string{VersionColumn, DeletedColumn} {
			if _, ok := d.field(name); ok {
				d.stop(CodeVersion, "columns."+name, textf("the rows have a column %q, which the table has for the sink to fill", "数据中的列 %q 与写入端填充的列同名", name),
					text("Rename it with AS in a compute node.", "请在计算节点中用 AS 重命名。"), nil)
			}
		}
	}
}

// checkSumming makes sure that the columns which are added up may be: whole counts and sums, and nothing else.
func (d *designer) checkSumming(use component.Text, mend *Choices) {
	order := d.in.Pins.OrderBy
	if order == nil {
		d.stop(CodeNotAdditive, "engine", text("a table that adds up its rows needs columns that say which rows", "相加的表需要指明哪些行相加的排序键"), use, mend)
		return
	}
	for _, f := range d.in.Schema.Fields {
		if slices.Contains(*order, f.Name) {
			continue
		}
		whole := f.Type.Integer() || f.Type.Kind == schema.Decimal
		if !whole || !slices.Contains(d.in.Additive, f.Name) {
			d.stop(CodeNotAdditive, "engine",
				textf("%q is neither in the sorting key nor a whole count or sum of a window: added up, it means nothing", "%q 既不在排序键中，也不是窗口的整数计数或求和：相加后没有意义", f.Name), use, mend)
		}
	}
}

// keys makes sure that the sorting key keeps apart what has to be, and joins what belongs together.
func (d *designer) keys() {
	order := d.p.OrderBy
	if d.keeps() {
		d.checkKept(order)
	}
	for i, name := range order {
		if f, ok := d.field(name); ok {
			d.checkSorted(f, i)
		}
	}
}

// checkSorted looks at one column of the sorting key.
func (d *designer) checkSorted(f schema.Field, at int) {
	needed := d.keeps() && slices.Contains(d.key, f.Name)
	without := slices.Delete(slices.Clone(d.p.OrderBy), at, at+1)
	var pins *Choices
	if !needed {
		pins = &Choices{OrderBy: &without}
	}
	leave := func(en, zh string) (t component.Text) {
		if needed {
			return text(en, zh)
		}
		return textf("Sort by %s.", "请按 %s 排序。", orNothing(without))
	}
	switch {
	case f.Type.Float():
		report := d.warn
		if needed {
			report = d.stop
		}
		report(CodeFloatKey, "order_by", textf("%[1]q is %[2]s: two sums of the same numbers may differ in the last digit, and then they are two keys", "%[1]q 是 %[2]s：同样的数相加，末位可能不同，就会成为两个键", f.Name, f.Type),
			leave("CAST it to a decimal in a compute node.", "请在计算节点中 CAST 为 decimal。"), pins)
	case f.Type.Nested() || f.Type.Kind == schema.JSON:
		d.stop(CodeKeyType, "order_by", textf("%[1]q is %[2]s, by which a table is not sorted", "%[1]q 是 %[2]s，不能作为排序键", f.Name, f.Type),
			leave("Take what tells rows apart out of it in a compute node.", "请在计算节点中提取可区分行的标量。"), pins)
	case f.Nullable && !d.never(f):
		d.nullableKeyAt("order_by", f, leave("Fill it in a compute node: COALESCE(column, a value that says unknown).", "请在计算节点中用 COALESCE(列, 表示未知的值) 填充。"), pins)
	}
}

// nullableKeyAt tells of a column that may be NULL and that the table is sorted, partitioned or expired by.
func (d *designer) nullableKeyAt(path string, f schema.Field, mend component.Text, pins *Choices) {
	s := d.in.Stats.Column(f.Name)
	message := textf("%q may be NULL, and a column that the table is sorted, partitioned or expired by cannot: rows with NULL there are rejected",
		"%q 可能为 NULL，而用于排序、分区或过期的列不能为空：该列为 NULL 的行会被拒绝", f.Name)
	if s != nil && s.Nulls == 0 && d.in.Stats.Rows > 0 {
		d.warn(CodeNullableKey, path, message, mend, pins, figure("nulls", 0), figure("rows", grouped(d.in.Stats.Rows)))
		return
	}
	var figures []Figure
	if s != nil {
		figures = []Figure{figure("nulls", grouped(s.Nulls)), figure("null_share", share(s.Nulls, d.in.Stats.Rows)), figure("rows", grouped(d.in.Stats.Rows))}
	}
	d.stop(CodeNullableKey, path, message, mend, pins, figures...)
}

// checkKept makes sure that one row of each sorting key is one row of the model's.
func (d *designer) checkKept(order []string) {
	if !d.changes() {
		if len(order) == 0 {
			d.stop(CodeNoKey, "order_by", text("the table keeps one row of each key, and there is no key: a single row would be left", "表对每个键保留一行，但没有键：最终只会剩下一行"),
				textf("Use %s, which keeps every row.", "请使用 %s，它保留每一行。", engineName(MergeTree)), &Choices{Engine: ptr(MergeTree)})
		}
		return
	}
	if len(d.key) == 0 {
		d.stop(CodeNoKey, "order_by", text("the rows change, but no columns tell them apart: several may share one key", "数据会变更，但没有能区分各行的列：多行可能共用一个键"),
			text("Lead them through an aggregate, or through a rank that keeps the first row of each key, and pass its key columns on.", "请先经过聚合或只保留每键首行的排名节点，并保留其键列。"), nil)
		return
	}
	mend, use := &Choices{OrderBy: ptr(slices.Clone(d.key))}, textf("Sort by %s.", "请按 %s 排序。", list(d.key))
	for _, c := range d.key {
		if !slices.Contains(order, c) {
			d.stop(CodeSortKey, "order_by",
				textf("the rows are told apart by %[1]s: sorted by %[2]s, without %[3]s, several would share one place and all but one be lost",
					"数据由 %[1]s 区分：按 %[2]s 排序而缺少 %[3]s 时，多行会共用一个位置，只剩一行", list(d.key), orNothing(order), c), use, mend)
			return
		}
	}
	for _, c := range order {
		if d.in.Mode.Change == plan.Upsert && !slices.Contains(d.key, c) {
			d.stop(CodeSortKey, "order_by",
				textf("the rows are replaced by %[1]s: a change of %[2]s, which the sorting key has too, would leave the old row behind",
					"数据按 %[1]s 替换：排序键还包含 %[2]s，其变化会留下旧行", list(d.key), c), use, mend)
			return
		}
	}
}

// never reports whether a column that may be NULL by its type never is: an event time, for the source rejects rows without.
func (d *designer) never(f schema.Field) bool {
	e := d.in.Schema.EventTime
	if e == nil || e.Column != f.Name {
		return false
	}
	s := d.in.Stats.Column(f.Name)
	return s == nil || s.Nulls == 0
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "tuple()"
	}
	return list(names)
}
