package design

import (
	"fmt"
	"slices"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
)

// What decides on a column's type and codec.
const (
	// lowValues is up to how many values a LowCardinality is smaller and faster than a String, whatever the number of rows; lowRows is how
	// many rows a value has at least, and lowSample how many a sample that says so.
	lowValues = 10_000
	lowRows   = 10
	lowSample = 1000
	// ascending is the share of values not below the one before from which on differences are small.
	ascending = 0.95
	// longText is the mean length from which on texts are worth the slower compression.
	longText = 100
)

// plain are the columns that cannot be NULL: those the table is sorted, partitioned and expired by.
func (d *designer) plain() map[string]bool {
	out := map[string]bool{}
	for _, c := range d.p.OrderBy {
		out[c] = true
	}
	if d.p.PartitionBy != nil {
		out[d.p.PartitionBy.Column] = true
	}
	if d.p.TTL != nil {
		out[d.p.TTL.Column] = true
	}
	return out
}

// columns decides on types and codecs.
func (d *designer) columns() {
	plain := d.plain()
	for _, f := range d.in.Schema.Fields {
		one := Column{Name: f.Name, Ours: f.Type.String(), Nullable: f.Nullable}
		one.Type = d.columnType(f, plain[f.Name])
		one.Codec = d.codec(f, one.Type.Value)
		d.p.Columns = append(d.p.Columns, one)
		d.checkNested(f)
		d.checkRange(f)
	}
}

// ownType is the type that holds just what the rows' type does, times in the model's zone.
func (d *designer) ownType(t schema.Type, nullable bool) (string, error) {
	text, err := chsql.Type(t, nullable)
	if err == nil {
		text, err = chtype.InsertableSQL(text)
	}
	if err != nil || d.in.Zone == "UTC" {
		return text, err
	}
	parsed, err := chtype.Parse(text)
	if err != nil {
		return "", err
	}
	sql, ok := inZone(parsed, d.in.Zone).SQL()
	if !ok {
		return "", fmt.Errorf("no column is made of type %s", text)
	}
	return sql, nil
}

// inZone puts every time of a type into a zone.
func inZone(t chtype.Type, zone string) chtype.Type {
	if t.Name == "DateTime64" {
		t.Zone = zone
	}
	t.Elems = slices.Clone(t.Elems)
	for i := range t.Elems {
		t.Elems[i] = inZone(t.Elems[i], zone)
	}
	return t
}

func (d *designer) columnType(f schema.Field, plain bool) Choice {
	path := "columns." + f.Name + ".type"
	c := Choice{Path: path}
	nullable := f.Nullable && !plain
	own, err := d.ownType(f.Type, nullable)
	if err != nil {
		d.stop(CodeColumnType, path, textf("column %q: %v", "列 %q：%v", f.Name, err), text("CAST it in a compute node.", "请在计算节点中 CAST。"), nil)
		return c
	}
	c.Value = own
	s := d.in.Stats.Column(f.Name)
	if s != nil {
		c.Figures = []Figure{figure("distinct", about(s)), figure("nulls", grouped(s.Nulls)), figure("rows", grouped(d.in.Stats.Rows))}
		if s.Min != "" && !f.Type.Nested() {
			c.Figures = append(c.Figures, figure("min", s.Min), figure("max", s.Max))
		}
	}
	low := low(own)
	switch {
	case f.Type.Kind == schema.String && d.fewTexts(s):
		c.Value = low
		c.Why = textf("%[1]s values in %[2]s sampled rows: a dictionary holds them once.", "%[2]s 行样本中有 %[1]s 个取值：用字典存储即可。", about(s), grouped(d.in.Stats.Rows))
		c.Alternatives = []Alternative{d.typed(f, own, "Each row has its own text: larger, and slower to group by.", "每行保存完整文本：占用更大，分组更慢。")}
	default:
		c.Why = d.typeWhy(f, plain, s)
		if f.Type.Kind == schema.String {
			c.Alternatives = []Alternative{d.typed(f, low, "A dictionary: smaller up to about 10,000 values, worse beyond.", "字典编码：约一万个取值以内更小，超出则更差。")}
		}
	}
	if nullable && !f.Type.Nested() {
		bare, _ := d.ownType(f.Type, false)
		c.Alternatives = append(c.Alternatives, d.typed(f, bare, "A byte a row less; rows with NULL there are rejected.", "每行少一个字节；该列为 NULL 的行会被拒绝。"))
	}
	if pin := d.in.Pins.Columns[f.Name].Type; pin != nil {
		c.Why = textf("Chosen by you; %s is what would be proposed.", "由您选定；建议为 %s。", c.Value)
		proposed := c.Value
		c.Value, c.Pinned = *pin, true
		d.checkType(f, plain, &c, proposed)
	}
	return c
}

// low is the LowCardinality of a type, around the Nullable if there is one.
func low(of string) string { return "LowCardinality(" + of + ")" }

func (d *designer) typed(f schema.Field, typ, en, zh string) Alternative {
	return Alternative{Value: typ, Consequence: text(en, zh), Pins: Choices{Columns: map[string]ColumnChoice{f.Name: {Type: ptr(typ)}}}}
}

// fewTexts reports whether a sample says that a column has few values, and is large enough to say so.
func (d *designer) fewTexts(s *ColumnStats) bool {
	return s != nil && d.in.Stats.Rows >= lowSample && s.Distinct > 0 && s.Distinct <= lowValues && (d.in.Stats.Rows-s.Nulls)/s.Distinct >= lowRows
}

func (d *designer) typeWhy(f schema.Field, plain bool, s *ColumnStats) component.Text {
	switch {
	case f.Type.Nested() && !d.named(f.Type):
		return text("Rows cannot be written to members whose names have blanks, commas or parentheses, so they go by their places.", "成员名含有空白、逗号或括号时无法写入，因此按位置存放。")
	case f.Nullable && plain && s == nil:
		return text("The table is sorted, partitioned or expired by it, so it cannot be NULL: such rows are rejected.", "该列用于排序、分区或过期，不能为空：为 NULL 的行会被拒绝。")
	case f.Nullable && plain:
		return textf("The table is sorted, partitioned or expired by it, so it cannot be NULL: %[1]s of %[2]s sampled rows are.", "该列用于排序、分区或过期，不能为空：%[2]s 行样本中有 %[1]s 行为 NULL。", grouped(s.Nulls), grouped(d.in.Stats.Rows))
	case f.Nullable && f.Type.Nested():
		return text("Arrays, maps and rows cannot be NULL in ClickHouse; an empty one is another value, so rows with NULL there are rejected.", "ClickHouse 中数组、映射和行不能为 NULL；空值含义不同，因此该列为 NULL 的行会被拒绝。")
	case f.Nullable && s != nil:
		return textf("NULL in %[1]s of %[2]s sampled rows, and NULL is not a default value: it stays NULL.", "%[2]s 行样本中有 %[1]s 行为 NULL；NULL 不等于默认值，因此保留为 NULL。", grouped(s.Nulls), grouped(d.in.Stats.Rows))
	case f.Nullable:
		return text("It may be NULL, and NULL is not a default value: it stays NULL.", "该列可能为 NULL；NULL 不等于默认值，因此保留为 NULL。")
	}
	switch f.Type.Kind {
	case schema.Timestamp:
		return textf("An instant to %[1]s, shown in the model's time zone %[2]s.", "精确到%[3]s的时刻，以模型时区 %[2]s 显示。", map[uint8]string{3: "the millisecond", 6: "the microsecond"}[f.Type.Precision], d.in.Zone, map[uint8]string{3: "毫秒", 6: "微秒"}[f.Type.Precision])
	case schema.JSON:
		return text("The text as it came: ClickHouse's JSON type changes numbers and drops nulls.", "原样保存文本：ClickHouse 的 JSON 类型会改变数字并丢弃 null。")
	case schema.Decimal:
		return textf("All %[1]d digits, %[2]d behind the point: a float would round.", "保留全部 %[1]d 位、小数点后 %[2]d 位：浮点数会舍入。", f.Type.Precision, f.Type.Scale)
	}
	return text("It holds every value of the rows' type and no more.", "恰好能保存该类型的所有取值。")
}

// named reports whether the members of a type keep their names in ClickHouse.
func (d *designer) named(t schema.Type) bool {
	text, err := chsql.Type(t, false)
	if err != nil {
		return true
	}
	own, err := chtype.InsertableSQL(text)
	return err != nil || own == text
}

// checkType looks at a pinned type.
func (d *designer) checkType(f schema.Field, plain bool, c *Choice, proposed string) {
	mend, use := &Choices{Columns: map[string]ColumnChoice{f.Name: {Type: ptr(proposed)}}}, textf("Make it %s.", "请改为 %s。", proposed)
	stop := func(code diag.Code, message component.Text, figures ...Figure) {
		d.stop(code, c.Path, message, use, mend, figures...)
	}
	t, err := chtype.Parse(c.Value)
	if err != nil {
		stop(CodeColumnType, textf("%q is no type: %v", "%q 不是类型：%v", c.Value, err))
		return
	}
	sql, made := t.SQL()
	check, err := chtype.Fit(f.Type, f.Nullable, t)
	switch {
	case err != nil:
		stop(CodeColumnType, textf("column %q: %v", "列 %q：%v", f.Name, err))
		return
	case !t.Insertable():
		stop(CodeName, textf("rows cannot be written to the members of %s: a name has a blank, a comma or a parenthesis", "无法写入 %s 的成员：名称含有空白、逗号或括号", c.Value))
		return
	case !made:
		stop(CodeColumnType, textf("no column is made of type %s here", "此处不支持创建 %s 类型的列", c.Value))
		return
	}
	c.Value = sql
	if plain && t.Nullable {
		stop(CodeNullableKey, textf("%q is in the sorting key, the partition key or the expiry, where NULL has no place", "%q 用于排序、分区或过期，不允许 NULL", f.Name))
		return
	}
	s := d.in.Stats.Column(f.Name)
	if t.Low {
		d.checkLow(f, t, s, stop)
	}
	if check == nil {
		return
	}
	if f.Nullable && !t.Nullable && !f.Type.Nested() {
		d.checkNull(c.Path, f, s, use, mend, plain)
	}
	d.checkNarrow(c.Path, f, t, s, use, mend)
}

// checkLow looks at a dictionary that a person chose.
func (d *designer) checkLow(f schema.Field, t chtype.Type, s *ColumnStats, stop func(diag.Code, component.Text, ...Figure)) {
	switch {
	case t.Name != "String":
		stop(CodeLowCardinality, textf("a dictionary of %s is no smaller than the values", "%s 的字典不会比原值更小", t.Name))
	case s != nil && s.Distinct > lowValues:
		stop(CodeLowCardinality, textf("%[1]q has %[2]s values in %[3]s sampled rows: beyond about %[4]s a dictionary is larger and slower than the texts", "%[1]q 在 %[3]s 行样本中有 %[2]s 个取值：超过约 %[4]s 个时字典更大更慢",
			f.Name, about(s), grouped(d.in.Stats.Rows), grouped(lowValues)), figure("distinct", about(s)), figure("rows", grouped(d.in.Stats.Rows)), figure("bound", grouped(lowValues)))
	}
}

// checkNull looks at a column that takes no NULL, for rows that may have it.
func (d *designer) checkNull(path string, f schema.Field, s *ColumnStats, use component.Text, mend *Choices, plain bool) {
	if plain {
		return // told of at the key
	}
	message := textf("%q may be NULL in the rows and not in the table: such rows are rejected", "数据中的 %q 可能为 NULL，而表中不允许：这些行会被拒绝", f.Name)
	switch {
	case s == nil:
		d.warn(CodeNull, path, message, use, mend)
	case s.Nulls == 0:
		d.warn(CodeNull, path, message, use, mend, figure("nulls", 0), figure("rows", grouped(d.in.Stats.Rows)))
	default:
		d.stop(CodeNull, path, message, use, mend, figure("nulls", grouped(s.Nulls)), figure("null_share", share(s.Nulls, d.in.Stats.Rows)), figure("rows", grouped(d.in.Stats.Rows)))
	}
}

// checkNested tells of arrays, maps and rows that may be NULL.
func (d *designer) checkNested(f schema.Field) {
	s := d.in.Stats.Column(f.Name)
	if !f.Nullable || !f.Type.Nested() || s != nil && s.Nulls == 0 {
		return
	}
	path := "columns." + f.Name + ".type"
	message := textf("%[1]q is %[2]s, which cannot be NULL in ClickHouse: rows with NULL there are rejected", "%[1]q 是 %[2]s，在 ClickHouse 中不能为 NULL：该列为 NULL 的行会被拒绝", f.Name, f.Type)
	mend := text("Fill it in a compute node with COALESCE, or CAST it to json.", "请在计算节点中用 COALESCE 填充，或 CAST 为 json。")
	if s == nil {
		d.find(Finding{Code: CodeNull, Severity: diag.Info, Path: path, Message: message, Mend: mend})
		return
	}
	d.stop(CodeNull, path, message, mend, nil, figure("nulls", grouped(s.Nulls)), figure("rows", grouped(d.in.Stats.Rows)))
}

// checkRange tells of values that the sample has and no ClickHouse type for them has.
func (d *designer) checkRange(f schema.Field) {
	if s := d.in.Stats.Column(f.Name); s != nil && (f.Type.Kind == schema.Date || f.Type.Kind == schema.Timestamp) {
		lo, hi := int64(chtype.Day1900), int64(chtype.Day2299)
		if f.Type.Kind == schema.Timestamp {
			lo, hi = chtype.Micros1900, chtype.Micros2262
		}
		if outside(s, lo, hi) {
			d.warn(CodeNarrower, "columns."+f.Name+".type", textf("%q has values in the sample that no type of ClickHouse holds: those rows are rejected", "样本中 %q 含有 ClickHouse 任何类型都无法保存的值：这些行会被拒绝", f.Name),
				text("Filter them out, or pass them on as text.", "请过滤掉，或转为文本。"), nil, figure("min", s.Min), figure("max", s.Max))
		}
	}
}

// codec decides how a column is compressed.
func (d *designer) codec(f schema.Field, typ string) Choice {
	c := Choice{Path: "columns." + f.Name + ".codec", Why: text("The server's own suits it.", "使用服务端默认编码即可。")}
	s := d.in.Stats.Column(f.Name)
	number := f.Type.Integer() || f.Type.Kind == schema.Date || f.Type.Kind == schema.Timestamp
	isText := f.Type.Kind == schema.String || f.Type.Kind == schema.JSON || f.Type.Kind == schema.Bytes
	switch {
	case s == nil || d.in.Stats.Rows < lowSample || strings.HasPrefix(typ, "LowCardinality("):
	case number && s.Ascending >= ascending && s.Distinct > fewValues/10 && d.inOrder(f.Name):
		c.Value = "Delta, ZSTD(1)"
		c.Figures = []Figure{figure("ascending", percent(s.Ascending)), figure("even", percent(s.Even))}
		if s.Even >= ascending {
			c.Value = "DoubleDelta, ZSTD(1)"
		}
		c.Why = textf("%[1]s of the sampled values are not below the one before, in the order in which the table keeps them: their differences are small.",
			"样本中 %[1]s 的值不小于前一个，且表按此顺序存放：差值很小。", percent(s.Ascending))
	case isText && s.MeanBytes >= longText:
		c.Value = "ZSTD(1)"
		c.Figures = []Figure{figure("mean_bytes", fmt.Sprintf("%.0f", s.MeanBytes))}
		c.Why = textf("%.0f bytes on average: long texts repeat themselves.", "平均 %.0f 字节：长文本重复较多。", s.MeanBytes)
	}
	if c.Value != "" {
		c.Alternatives = []Alternative{{Value: "default", Consequence: text("The server's own: larger, a little faster to read.", "服务端默认：占用更大，读取略快。"),
			Pins: Choices{Columns: map[string]ColumnChoice{f.Name: {Codec: ptr("")}}}}}
	}
	if pin := d.in.Pins.Columns[f.Name].Codec; pin != nil {
		c.Value, c.Pinned, c.Why = *pin, true, text("Chosen by you.", "由您选定。")
		if *pin != "" {
			d.checkCodec(f, &c)
		}
	}
	return c
}

// inOrder reports whether the table keeps a column's values in the order in which they come: it is sorted by nothing, or by the column itself
// behind no others than those with few values.
func (d *designer) inOrder(name string) bool {
	for _, c := range d.p.OrderBy {
		if c == name {
			return true
		}
		if s := d.in.Stats.Column(c); s == nil || s.Distinct > fewValues {
			return false
		}
	}
	return len(d.p.OrderBy) == 0
}

func (d *designer) checkCodec(f schema.Field, c *Choice) {
	mend, use := &Choices{Columns: map[string]ColumnChoice{f.Name: {Codec: ptr("")}}}, text("Leave it to the server.", "请使用服务端默认编码。")
	sql, ok := chsql.Codec(c.Value)
	if !ok {
		d.stop(CodeCodec, c.Path, textf("%q is no codec that is known here", "%q 不是受支持的编码", c.Value), use, mend)
		return
	}
	c.Value = sql
	number := f.Type.Integer() || f.Type.Kind == schema.Date || f.Type.Kind == schema.Timestamp
	for _, step := range strings.Split(sql, ", ") {
		name, _, _ := strings.Cut(step, "(")
		if slices.Contains([]string{"Delta", "DoubleDelta", "T64"}, name) && !number || name == "Gorilla" && !number && !f.Type.Float() {
			d.stop(CodeCodec, c.Path, textf("%[1]s is for numbers and times, and %[2]q is %[3]s", "%[1]s 只适用于数字与时间，而 %[2]q 是 %[3]s", name, f.Name, f.Type), use, mend)
			return
		}
	}
}

func percent(part float64) string { return fmt.Sprintf("%.3g %%", 100*part) }
