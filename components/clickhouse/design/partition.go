package design

import (
	"fmt"
	"slices"
	"time"

	"millrace/components/clickhouse/chsql"
	"millrace/models/schema"
)

// What decides how finely a table is partitioned.
const (
	// dayRows a day make a partition of their own worth it, monthRows a month; with fewer, a table in one piece merges and reads better.
	dayRows   = 50_000_000
	monthRows = 1_000_000
	// maxMonths is how many months a sample may stretch over and months still be partitions.
	maxMonths = 120
	// maxPartitions is how many partitions an insert may touch (max_partitions_per_insert_block); a table keeps well up to ten times as many.
	maxPartitions = 100
	tablePart     = 10 * maxPartitions
)

// SQL writes the expression.
func (p Partition) SQL() string {
	if p.Function == "" {
		return chsql.Quote(p.Column)
	}
	return fmt.Sprintf("%s(%s)", p.Function, chsql.Quote(p.Column))
}

// String is the expression as people read it, which is how the sink's parameter has it.
func (p Partition) String() string {
	name := p.Column
	if !plainName(name) {
		name = chsql.Quote(name)
	}
	if p.Function == "" {
		return name
	}
	return p.Function + "(" + name + ")"
}

func plainName(s string) bool {
	for i, c := range []byte(s) {
		if !plainByte(c) || i == 0 && c >= '0' && c <= '9' {
			return false
		}
	}
	return s != ""
}

// partition decides by how many rows a day has.
func (d *designer) partition() {
	c := Choice{Path: "partition_by", Value: "tuple()"}
	column := d.timeColumn()
	perDay, known := d.in.Stats.perDay(column)
	s := d.in.Stats.Column(column)
	if s != nil && s.Months > 0 {
		c.Figures = append(c.Figures, figure("months", s.Months))
	}
	if known {
		c.Figures = append(c.Figures, figure("rows_per_day", grouped(int64(perDay))))
	}
	expires := d.in.Pins.TTL != nil && d.in.Pins.TTL.Column != ""
	switch {
	case column == "":
		c.Why = text("No event time that every row has and that stays with its key, so there is one partition.", "没有每行必有且随键不变的事件时间，因此只设一个分区。")
	case s != nil && s.Months > maxMonths:
		c.Why = textf("The sample stretches over %[1]d months: by month, inserts would touch up to as many partitions, and %[2]d is the bound.",
			"样本跨越 %[1]d 个月：按月分区时一次写入可能涉及同样多的分区，上限为 %[2]d。", s.Months, maxPartitions)
	case known && perDay >= dayRows:
		d.p.PartitionBy = &Partition{"toYYYYMMDD", column}
		c.Why = textf("About %s rows a day are a partition of good size, and days are dropped at once.", "每天约 %s 行，按天分区大小合适，且可整天删除。", grouped(int64(perDay)))
	case known && perDay*30 < monthRows && !expires:
		c.Why = textf("About %s rows a day: even a month is small, and one partition merges and reads better.", "每天约 %s 行：整月仍很小，单分区的合并与读取更好。", grouped(int64(perDay)))
	case known:
		d.p.PartitionBy = &Partition{"toYYYYMM", column}
		c.Why = textf("About %[1]s rows a month; by day there would be %[2]d small partitions a year.", "每月约 %[1]s 行；按天分区每年会有 %[2]d 个小分区。", grouped(int64(perDay*30)), 365)
	default:
		d.p.PartitionBy = &Partition{"toYYYYMM", column}
		c.Why = text("How many rows a day has is not known; months suit all but the largest tables.", "每日行数未知；除特大表外，按月分区均适用。")
	}
	if pin := d.in.Pins.PartitionBy; pin != nil {
		proposed := "tuple()"
		if d.p.PartitionBy != nil {
			proposed = d.p.PartitionBy.String()
		}
		c.Pinned, d.p.PartitionBy = true, nil
		c.Why = textf("Chosen by you; %s is what would be proposed.", "由您选定；建议为 %s。", proposed)
		if pin.Column != "" {
			d.p.PartitionBy = ptr(*pin)
		}
	}
	if d.p.PartitionBy != nil {
		c.Value = d.p.PartitionBy.String()
	}
	c.Alternatives = d.otherPartitions(column, perDay)
	d.choose(c)
	if d.p.PartitionBy != nil {
		d.checkPartition(*d.p.PartitionBy)
	}
}

// timeColumn is the event time, where a table may be partitioned by it; else "".
func (d *designer) timeColumn() string {
	e := d.in.Schema.EventTime
	if e == nil {
		return ""
	}
	f, ok := d.field(e.Column)
	if !ok || f.Nullable && !d.never(f) || d.keeps() && !slices.Contains(d.keptKey(), e.Column) {
		return ""
	}
	return e.Column
}

func (d *designer) otherPartitions(column string, perDay float64) []Alternative {
	var out []Alternative
	add := func(p Partition, en, zh string) {
		if d.p.PartitionBy == nil && p.Column == "" || d.p.PartitionBy != nil && *d.p.PartitionBy == p {
			return
		}
		value := "tuple()"
		if p.Column != "" {
			value = p.String()
		}
		n := "?"
		if perDay > 0 {
			n = grouped(int64(perDay))
		}
		out = append(out, Alternative{Value: value, Consequence: textf(en, zh, n), Pins: Choices{PartitionBy: &p}})
	}
	add(Partition{}, "One partition: nothing can be dropped by date at once. (%s rows a day.)", "单分区：无法按日期整块删除。（每天 %s 行。）")
	if column != "" {
		add(Partition{"toYYYYMM", column}, "A partition a month. (%s rows a day.)", "每月一个分区。（每天 %s 行。）")
		add(Partition{"toYYYYMMDD", column}, "A partition a day, 365 a year. (%s rows each.)", "每天一个分区，每年 365 个。（每个 %s 行。）")
	}
	return out
}

// checkPartition looks at a partition expression: whether it can be computed, stays with the key, and has not too many values.
func (d *designer) checkPartition(p Partition) {
	f, ok := d.field(p.Column)
	if !ok {
		return // told of where pins are looked at
	}
	none := &Choices{PartitionBy: &Partition{}}
	without := text("Leave it out, so that there is one partition.", "请取消分区，使用单分区。")
	isTime := f.Type.Kind == schema.Date || f.Type.Kind == schema.Timestamp
	switch {
	case !slices.Contains([]string{"", "toDate", "toYYYYMM", "toYYYYMMDD"}, p.Function),
		p.Function != "" && !isTime,
		p.Function == "" && (f.Type.Nested() || f.Type.Float() || f.Type.Kind == schema.JSON):
		d.stop(CodePartition, "partition_by", textf("a table is not partitioned by %[1]s of %[2]s", "不能按 %[2]s 类型的 %[1]s 分区", p.String(), f.Type), without, none)
		return
	case d.keeps() && !slices.Contains(d.keptKey(), p.Column):
		d.stop(CodePartition, "partition_by",
			textf("rows of one key are replaced within a partition, and %[1]q is not in the key %[2]s: a row that moves would stay in both", "同键的行只在分区内替换，而 %[1]q 不在键 %[2]s 中：移动的行会同时存在于两个分区", p.Column, list(d.keptKey())), without, none)
		return
	case f.Nullable && !d.never(f):
		d.nullableKeyAt("partition_by", f, without, none)
	}
	n, figures := d.partitions(p, f)
	if n <= maxPartitions {
		return
	}
	mend, use := none, without
	if isTime && p.Function != "toYYYYMM" {
		if s := d.in.Stats.Column(p.Column); s != nil && s.Months <= maxPartitions {
			mend, use = &Choices{PartitionBy: &Partition{"toYYYYMM", p.Column}}, textf("Partition by %s.", "请按 %s 分区。", Partition{"toYYYYMM", p.Column}.String())
		}
	}
	message := textf("%[1]s has %[2]s values in %[3]s sampled rows: an insert may touch %[4]d partitions, and each is files of its own",
		"%[1]s 在 %[3]s 行样本中有 %[2]s 个取值：一次写入最多涉及 %[4]d 个分区，每个分区都是独立的文件", p.String(), grouped(n), grouped(d.in.Stats.Rows), maxPartitions)
	if n > tablePart || !isTime {
		d.stop(CodeTooManyPartitions, "partition_by", message, use, mend, figures...)
		return
	}
	d.warn(CodeTooManyPartitions, "partition_by", message, use, mend, figures...)
}

// partitions is how many partitions the sample has.
func (d *designer) partitions(p Partition, f schema.Field) (int64, []Figure) {
	s := d.in.Stats.Column(p.Column)
	if s == nil {
		return 0, nil
	}
	n := s.Distinct
	switch {
	case p.Function == "toYYYYMM":
		n = min(n, int64(s.Months))
	case p.Function != "" && s.Days != nil:
		n = int64(len(s.Days))
	}
	return n, []Figure{figure("partitions", grouped(n)), figure("rows", grouped(d.in.Stats.Rows)), figure("bound", maxPartitions), figure("type", f.Type)}
}

// ttl looks at the expiry that a person chose; none is ever proposed, for what may be forgotten is not in the data.
func (d *designer) ttl() {
	c := Choice{Path: "ttl", Value: "none", Why: text("Rows stay until somebody says for how long they are needed.", "除非指定保留时长，否则数据一直保留。")}
	pin := d.in.Pins.TTL
	if pin == nil || pin.Column == "" {
		c.Pinned = pin != nil
		d.choose(c)
		return
	}
	d.p.TTL = ptr(*pin)
	c.Pinned, c.Value = true, fmt.Sprintf("%s + %s", pin.Column, pin.After)
	c.Why = text("Chosen by you.", "由您选定。")
	c.Alternatives = []Alternative{{Value: "none", Pins: Choices{TTL: &TTL{}}, Consequence: text("Rows stay for ever.", "数据永久保留。")}}
	d.choose(c)
	f, ok := d.field(pin.Column)
	none, use := &Choices{TTL: &TTL{}}, text("Keep rows for ever, or let them expire by a date or a time.", "请改为永久保留，或按日期、时间列过期。")
	if e := d.in.Schema.EventTime; e != nil && e.Column != pin.Column && !d.keeps() {
		none, use = &Choices{TTL: &TTL{Column: e.Column, After: pin.After}}, textf("Let them expire by %s.", "请按 %s 过期。", e.Column)
	}
	switch {
	case !ok:
	case f.Type.Kind != schema.Date && f.Type.Kind != schema.Timestamp:
		d.stop(CodeTTL, "ttl", textf("%[1]q is %[2]s and no time: rows cannot expire by it", "%[1]q 是 %[2]s，不是时间，不能用于过期", pin.Column, f.Type), use, none)
	case d.changes() && !slices.Contains(d.key, pin.Column):
		d.stop(CodeTTL, "ttl", textf("a key's rows expire together only by what they have in common, and %[1]q is not in the key %[2]s: an old version could come back", "同键的行只有按共有的列才会一起过期，而 %[1]q 不在键 %[2]s 中：旧版本可能重新出现", pin.Column, list(d.key)),
			text("Keep rows for ever.", "请改为永久保留。"), &Choices{TTL: &TTL{}})
	case time.Duration(pin.After) < time.Second:
		d.stop(CodeTTL, "ttl", text("rows would expire at once", "数据会立即过期"), use, none, figure("after", pin.After))
	case d.beyondClock(pin.Column):
		d.stop(CodeTTL, "ttl", textf("%q has times beyond 2106 or before 1970 in the sample: in seconds of 32 bits, by which rows expire, they lie elsewhere", "样本中 %q 含 2106 年之后或 1970 年之前的时间：过期按 32 位秒计算，会错位", pin.Column), use, &Choices{TTL: &TTL{}})
	case f.Nullable && !d.never(f):
		d.nullableKeyAt("ttl", f, text("Keep rows for ever, or fill the time in a compute node.", "请改为永久保留，或在计算节点中填充时间。"), &Choices{TTL: &TTL{}})
	}
}

// clockEnd is the end of time in seconds of 32 bits.
const clockEnd = 1<<32 - 1

// seconds is how long rows stay.
func (t *TTL) seconds() int64 { return int64(time.Duration(t.After) / time.Second) }

// beyondClock reports whether the sample has times that ClickHouse's clock of 32 bits, by which rows expire, has not.
func (d *designer) beyondClock(column string) bool {
	s := d.in.Stats.Column(column)
	if s == nil {
		return false
	}
	f, _ := d.field(column)
	perSecond := int64(1_000_000)
	lo, okLo := bound(s.Min)
	hi, okHi := bound(s.Max)
	if !okLo || !okHi || !lo.IsInt64() || !hi.IsInt64() {
		return false
	}
	least, most := lo.Int64(), hi.Int64()
	if f.Type.Kind == schema.Date {
		return least < 0 || most*86400 > clockEnd-d.p.TTL.seconds()
	}
	return least < 0 || most/perSecond > clockEnd-d.p.TTL.seconds()
}
