package design

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
)

// minWindow is how many inserts a table has to remember for the sink to promise exactly once.
const minWindow = 100

// existing says how a table that is there suits the rows.
func (d *designer) existing(e *Existing) {
	d.p.Engine, d.p.OrderBy, d.p.Window = e.Engine, e.OrderBy, e.Window
	d.p.PartitionBy = e.PartitionBy
	as := func(path, value string, figures ...Figure) {
		d.choose(Choice{Path: path, Value: value, Figures: figures, Why: text("As the table has it.", "沿用现有表。")})
	}
	as("engine", e.Engine, figure("rows", grouped(e.Rows)), figure("bytes", grouped(e.Bytes)))
	as("partition_by", orTuple(e.PartitionByText), figure("partitions", grouped(e.Partitions)))
	as("order_by", orTuple(e.OrderByText))
	as("deduplication_window", fmt.Sprint(e.Window))
	d.changedPins(e)
	d.existingEngine(e)
	d.existingColumns(e)
	d.existingWindows(e)
}

func orTuple(s string) string {
	if s == "" {
		return "tuple()"
	}
	return s
}

// changedPins tells of pins that an existing table would have to be made anew for.
func (d *designer) changedPins(e *Existing) {
	another := text("Keep it as it is, or make a table of another name and lead the rows there.", "请保持不变，或新建另一名称的表。")
	if pin := d.in.Pins.OrderBy; pin != nil && !slices.Equal(*pin, e.OrderBy) {
		d.stop(CodeOrderChanged, "order_by", textf("the table is sorted by %[1]s, and ClickHouse does not sort it anew by %[2]s", "表按 %[1]s 排序，ClickHouse 不能改为按 %[2]s 排序", orTuple(e.OrderByText), orNothing(*pin)),
			another, &Choices{OrderBy: ptr(slices.Clone(e.OrderBy))})
	}
	if pin := d.in.Pins.Engine; pin != nil && *pin != sinkEngine(e.Engine) {
		d.stop(CodeEngine, "engine", textf("the table's engine is %[1]s, and it stays that", "表的引擎是 %[1]s，无法更改", e.Engine), another, &Choices{Engine: ptr(sinkEngine(e.Engine))})
	}
	if pin := d.in.Pins.PartitionBy; pin != nil && (e.PartitionBy == nil || *pin != *e.PartitionBy) && (pin.Column != "" || e.PartitionByText != "" && e.PartitionByText != "tuple()") {
		as := e.PartitionBy
		if as == nil {
			as = &Partition{}
		}
		d.stop(CodePartition, "partition_by", textf("the table is partitioned by %s, and it stays that", "表按 %s 分区，无法更改", orTuple(e.PartitionByText)), another, &Choices{PartitionBy: as})
	}
}

// sinkEngine is the sink's word for an engine; the engine itself where it has none.
func sinkEngine(engine string) string {
	for _, known := range []string{MergeTree, Replacing, Summing, Replicated, ReplicatedReplacing} {
		if name, _, _ := strings.Cut(engineName(known), "("); name == engine {
			return known
		}
	}
	return engine
}

// existingEngine looks at how the table keeps rows.
func (d *designer) existingEngine(e *Existing) {
	replaces := strings.HasSuffix(e.Engine, "ReplacingMergeTree")
	sums := strings.HasSuffix(e.Engine, "SummingMergeTree") || strings.HasSuffix(e.Engine, "AggregatingMergeTree")
	other := textf("Lead the rows to a new table: %s suits them.", "请写入新表：建议使用 %s。", engineName(Replacing))
	switch {
	case strings.Contains(e.Engine, "View") || e.Engine == "Dictionary":
		d.stop(CodeEngine, "engine", textf("it is a %s, and rows are not written to it", "它是 %s，不能写入", e.Engine), text("Name the table behind it.", "请指定其背后的表。"), nil)
	case d.changes() && e.Engine == "Distributed":
		d.stop(CodeDistributed, "engine", text("rows that change others cannot be written through a Distributed table: nothing says that the versions of a key meet on one shard", "变更数据不能通过 Distributed 表写入：无法保证同键的版本落在同一分片"), other, nil)
	case d.changes() && !replaces:
		d.stop(CodeAppendOnly, "engine", textf("the rows change (%[1]s), and a table of the engine %[2]s keeps every row", "数据会变更（%[1]s），而引擎 %[2]s 的表保留每一行", d.in.Mode.Change, e.Engine), other, nil, figure("mode", d.in.Mode.Change))
	case d.changes():
		d.existingVersion(e)
		d.existingKey(e)
	case sums:
		d.warn(CodeNotAdditive, "engine", textf("%[1]s makes one row of all that agree in %[2]s: rows of this model would be added to each other and to what is there", "%[1]s 会将 %[2]s 相同的行合并：本模型的行会与已有数据相加", e.Engine, orTuple(e.OrderByText)),
			text("Make sure that every other column is a count or a sum, or lead the rows to a new MergeTree.", "请确认其余各列均为计数或求和，或写入新的 MergeTree 表。"), nil)
	case replaces:
		d.warn(CodeSortKey, "engine", textf("%[1]s keeps one row of each %[2]s: rows that agree there replace each other", "%[1]s 对每个 %[2]s 只保留一行：相同的行会互相替换", e.Engine, orTuple(e.OrderByText)),
			text("Make sure that this is wanted, or lead the rows to a new MergeTree.", "请确认这是所需行为，或写入新的 MergeTree 表。"), nil)
	}
	if p := e.PartitionBy; p != nil && d.changes() && replaces && !slices.Contains(e.OrderBy, p.Column) {
		d.warn(CodePartition, "partition_by", textf("rows of one key are merged within a partition, and %q is not in the sorting key: only FINAL brings them together", "同键的行只在分区内合并，而 %q 不在排序键中：只有 FINAL 能合并它们", p.Column),
			text("Read it with FINAL and do_not_merge_across_partitions_select_final = 0.", "请使用 FINAL 且 do_not_merge_across_partitions_select_final = 0 查询。"), nil)
	}
}

// existingVersion makes sure that the engine has the columns by which the last row of a key is known.
func (d *designer) existingVersion(e *Existing) {
	mend := textf("Lead the rows to a new table with %[1]s UInt64 and %[2]s UInt8: ENGINE = ReplacingMergeTree(%[1]s, %[2]s).", "请写入新表，包含 %[1]s UInt64 与 %[2]s UInt8：ENGINE = ReplacingMergeTree(%[1]s, %[2]s)。", VersionColumn, DeletedColumn)
	for _, c := range []struct{ what, zh, name, typ string }{{"version", "版本", e.Version, "UInt64"}, {"is_deleted", "is_deleted ", e.Deleted, "UInt8"}} {
		i := slices.IndexFunc(e.Columns, func(x ExistingColumn) bool { return x.Name == c.name })
		switch {
		case c.name == "" || i < 0:
			d.stop(CodeVersion, "engine", textf("the engine has no %[1]s column: which row of a key is the last would be chance", "引擎没有%[2]s列：同键的最后一行无从判断", c.what, c.zh), mend, nil)
		case e.Columns[i].Type != c.typ:
			d.stop(CodeVersion, "columns."+c.name, textf("the %[1]s column %[2]q is %[3]s, and the sink fills one of type %[4]s", "%[5]s列 %[2]q 的类型是 %[3]s，而写入端需要 %[4]s", c.what, c.name, e.Columns[i].Type, c.typ, c.zh), mend, nil)
		case d.in.Schema.Index(c.name) >= 0:
			d.stop(CodeVersion, "columns."+c.name, textf("the rows have a column %q, which the sink fills", "数据中的列 %q 与写入端填充的列同名", c.name), text("Rename it with AS in a compute node.", "请在计算节点中用 AS 重命名。"), nil)
		}
	}
}

func (d *designer) existingKey(e *Existing) {
	if e.OrderBy == nil && e.OrderByText != "" && e.OrderByText != "tuple()" {
		d.stop(CodeSortKey, "order_by", textf("the table is sorted by expressions: %s", "表按表达式排序：%s", e.OrderByText), text("Lead the rows to a table that is sorted by columns.", "请写入按列排序的表。"), nil)
		return
	}
	before := len(d.p.Findings)
	d.checkKept(e.OrderBy)
	for i := before; i < len(d.p.Findings); i++ {
		d.p.Findings[i].Mend = text("Lead the rows to a new table that is sorted by what tells them apart.", "请写入按数据的键排序的新表。")
	}
	for i, name := range e.OrderBy {
		if f, ok := d.field(name); ok && f.Nullable && !d.never(f) {
			d.checkSorted(f, i)
		}
	}
	for i := before; i < len(d.p.Findings); i++ {
		d.p.Findings[i].Pins = nil // no pin changes a table that is there
	}
}

// existingColumns goes through the columns of both sides.
func (d *designer) existingColumns(e *Existing) {
	theirs := map[string]ExistingColumn{}
	var names []string
	for _, c := range e.Columns {
		theirs[c.Name] = c
		names = append(names, c.Name)
	}
	for _, f := range d.in.Schema.Fields {
		c, ok := theirs[f.Name]
		if !ok {
			d.missing(e, f, names)
			continue
		}
		delete(theirs, f.Name)
		d.p.Columns = append(d.p.Columns, d.existingColumn(e, f, c))
	}
	for _, c := range e.Columns {
		if _, left := theirs[c.Name]; !left {
			continue
		}
		d.p.Columns = append(d.p.Columns, d.extra(e, c))
	}
}

func (d *designer) missing(e *Existing, f schema.Field, names []string) {
	want, err := d.ownType(f.Type, f.Nullable)
	mend := text("Leave it out of the rows with a compute node.", "请在计算节点中去掉该列。")
	if err == nil {
		ddl := fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", chsql.Name(e.Database, e.Table), chsql.Quote(f.Name), want)
		mend = textf("Add it: %s. Or leave it out of the rows with a compute node.", "请添加：%s；或在计算节点中去掉该列。", ddl)
	}
	if near := diag.Nearest(f.Name, names); near != "" {
		mend = textf("Did you mean %[1]s? %[2]s", "是否指 %[1]s？%[3]s", near, mend.En, mend.Zh)
	}
	d.stop(CodeColumnMissing, "columns."+f.Name, textf("the rows have a column %[1]q (%[2]s) and the table does not", "数据有列 %[1]q（%[2]s），而表没有", f.Name, f.Type), mend, nil)
	d.p.Columns = append(d.p.Columns, Column{Name: f.Name, Ours: f.Type.String(), Nullable: f.Nullable, Verdict: Missing,
		Type: Choice{Path: "columns." + f.Name + ".type", Why: text("The table has no such column.", "表中没有该列。")}})
}

func (d *designer) existingColumn(e *Existing, f schema.Field, c ExistingColumn) Column {
	path := "columns." + f.Name + ".type"
	out := Column{Name: f.Name, Ours: f.Type.String(), Nullable: f.Nullable, Verdict: Fits,
		Type: Choice{Path: path, Value: c.Type, Why: text("It takes every value as it is.", "可原样保存所有取值。")}}
	verdict := func(v Verdict, why component.Text) { out.Verdict, out.Type.Why = v, why }
	if c.DefaultKind == "MATERIALIZED" || c.DefaultKind == "ALIAS" {
		why := textf("the table computes the column %[1]q itself (%[2]s)", "表自行计算列 %[1]q（%[2]s）", f.Name, c.DefaultKind)
		verdict(Computed, why)
		d.stop(CodeColumnComputed, "columns."+f.Name, why, text("Leave it out of the rows with a compute node.", "请在计算节点中去掉该列。"), nil)
		return out
	}
	if slices.Contains([]string{e.Version, e.Deleted}, f.Name) && d.changes() {
		out.Verdict = BySink // told of where the engine is looked at
		return out
	}
	want, err := d.ownType(f.Type, f.Nullable)
	mend := text("CAST it in a compute node to a type that fits.", "请在计算节点中 CAST 为合适的类型。")
	if err == nil {
		mend = textf("ALTER TABLE %[1]s MODIFY COLUMN %[2]s %[3]s, or CAST it in a compute node.", "ALTER TABLE %[1]s MODIFY COLUMN %[2]s %[3]s，或在计算节点中 CAST。", chsql.Name(e.Database, e.Table), chsql.Quote(f.Name), want)
	}
	t, err := chtype.Parse(c.Type)
	var check chtype.Check
	if err == nil {
		check, err = chtype.Fit(f.Type, f.Nullable, t)
	}
	if err == nil && !t.Insertable() {
		err = errors.New("a member's name has a blank, a comma or a parenthesis, and rows cannot be written to it")
	}
	if err != nil {
		why := textf("the column %[1]q is %[2]s in the rows and %[3]s in the table: %[4]v", "列 %[1]q 在数据中是 %[2]s，在表中是 %[3]s：%[4]v", f.Name, f.Type, c.Type, err)
		verdict(Refused, why)
		d.stop(CodeColumnType, path, why, mend, nil)
		return out
	}
	if check == nil {
		return out
	}
	s := d.in.Stats.Column(f.Name)
	if f.Nullable && !t.Nullable {
		verdict(NotNull, text("It takes no NULL: such rows are rejected.", "不接受 NULL：这些行会被拒绝。"))
		d.checkNull(path, f, s, mend, nil, slices.Contains(e.OrderBy, f.Name) && d.changes())
	}
	if d.checkNarrow(path, f, t, s, mend, nil) {
		verdict(Narrower, text("It takes some of the values only: rows with others are rejected.", "只能保存部分取值：其余行会被拒绝。"))
	}
	return out
}

// checkNarrow tells of a type that does not take every value of the rows' type, apart from NULL. It reports whether that is so.
func (d *designer) checkNarrow(path string, f schema.Field, t chtype.Type, s *ColumnStats, mend component.Text, pins *Choices) bool {
	check, err := chtype.Fit(f.Type, false, nonNull(t))
	if err != nil || check == nil || alwaysChecked(f, t) {
		return false
	}
	message := textf("the column %[1]q is %[2]s in the rows and %[3]s in the table: values that it cannot hold reject their row", "列 %[1]q 在数据中是 %[2]s，在表中是 %[3]s：无法保存的值会使该行被拒绝", f.Name, f.Type, t.Text)
	lo, hi, known := limits(f, t)
	if s != nil && known && outside(s, lo, hi) {
		d.stop(CodeNarrower, path, message, mend, pins, figure("min", s.Min), figure("max", s.Max))
		return true
	}
	var figures []Figure
	if s != nil && s.Min != "" {
		figures = []Figure{figure("min", s.Min), figure("max", s.Max)}
	}
	d.warn(CodeNarrower, path, message, mend, pins, figures...)
	return true
}

// nonNull is the type with every value of its own in it, so that a check which is left looks at values alone.
func nonNull(t chtype.Type) chtype.Type { t.Nullable = true; return t }

// alwaysChecked reports whether a type is the widest there is for the rows' values, though it has bounds.
func alwaysChecked(f schema.Field, t chtype.Type) bool {
	switch f.Type.Kind {
	case schema.Date:
		return t.Name == "Date32"
	case schema.Timestamp:
		return t.Name == "DateTime64" && t.Precision >= int(f.Type.Precision)
	case schema.Array, schema.Map, schema.Row:
		own, err := chsql.Type(f.Type, false)
		if err != nil {
			return false
		}
		parsed, err := chtype.Parse(own)
		return err == nil && inZone(parsed, "").Equal(inZone(t, ""))
	}
	return false
}

// limits are the bounds of a type for integers, dates and times, in the units of ColumnStats.
func limits(f schema.Field, t chtype.Type) (lo, hi int64, known bool) {
	switch {
	case f.Type.Integer():
		lo, most, ok := chtype.IntegerBounds(t.Name)
		return lo, int64(min(most, math.MaxInt64)), ok
	case t.Name == "Date":
		return 0, math.MaxUint16, true
	case t.Name == "DateTime":
		return 0, math.MaxUint32 * 1_000_000, true
	}
	return 0, 0, false
}

// outside reports whether a sample has values beyond bounds.
func outside(s *ColumnStats, lo, hi int64) bool {
	least, okLo := bound(s.Min)
	most, okHi := bound(s.Max)
	return okLo && least.Cmp(big.NewInt(lo)) < 0 || okHi && most.Cmp(big.NewInt(hi)) > 0
}

// extra is a column that only the table has.
func (d *designer) extra(e *Existing, c ExistingColumn) Column {
	out := Column{Name: c.Name, Verdict: Defaulted, Type: Choice{Path: "columns." + c.Name + ".type", Value: c.Type,
		Why: text("The rows have no such column: it gets its default.", "数据中没有该列：使用其默认值。")}}
	switch {
	case c.Name == e.Version || c.Name == e.Deleted:
		out.Verdict, out.Type.Why = BySink, text("The sink fills it.", "由写入端填充。")
	case c.DefaultKind == "MATERIALIZED" || c.DefaultKind == "ALIAS":
		out.Verdict, out.Type.Why = Computed, text("The table computes it itself.", "由表自行计算。")
	case c.DefaultKind != "" || strings.HasPrefix(c.Type, "Nullable(") || strings.HasPrefix(c.Type, "LowCardinality(Nullable("):
	default:
		out.Verdict = Unfilled
		out.Type.Why = textf("the rows have no column %[1]q (%[2]s): the table would fill in zeroes that mean nothing", "数据中没有列 %[1]q（%[2]s）：表会填入没有意义的零值", c.Name, c.Type)
		d.stop(CodeColumnUnfilled, "columns."+c.Name, out.Type.Why, text("Add it to the rows, give it a DEFAULT, or make it Nullable.", "请在数据中添加该列，或为其设置 DEFAULT、改为 Nullable。"), nil)
	}
	return out
}

// existingWindows looks at how many inserts the table, and those that views fill from it, remember.
func (d *designer) existingWindows(e *Existing) {
	d.existingWindow(CodeWindow, e.Database, e.Table, e.Engine, e.Window)
	for _, t := range e.Fills {
		d.existingWindow(CodeViewWindow, t.Database, t.Table, t.Engine, t.Window)
	}
}

func (d *designer) existingWindow(code diag.Code, database, table, engine string, window int64) {
	name, what := chsql.Name(database, table), text("the table", "表")
	if code == CodeViewWindow {
		what = text("the materialized view's table", "物化视图的目标表")
	}
	if !strings.HasSuffix(engine, "MergeTree") {
		d.warn(code, "deduplication_window", textf("%[1]s %[3]s has the engine %[4]s, which does not recognize a repeated insert: at least once", "%[2]s %[3]s 的引擎 %[4]s 无法识别重复写入：仅保证至少一次", what.En, what.Zh, name, engine),
			text("Use a MergeTree.", "请使用 MergeTree。"), nil)
		return
	}
	if window >= minWindow {
		return
	}
	setting := "non_replicated_deduplication_window"
	if strings.HasPrefix(engine, "Replicated") || strings.HasPrefix(engine, "Shared") {
		setting = "replicated_deduplication_window"
	}
	d.stop(code, "deduplication_window",
		textf("%[1]s %[3]s remembers %[4]d inserts, and %[5]d are needed: after a crash rows may come twice", "%[2]s %[3]s 只记住 %[4]d 次写入，需要 %[5]d 次：故障后数据可能重复", what.En, what.Zh, name, window, minWindow),
		textf("ALTER TABLE %s MODIFY SETTING %s = 1000.", "ALTER TABLE %s MODIFY SETTING %s = 1000。", name, setting), nil, figure("window", window), figure("needed", minWindow))
}
