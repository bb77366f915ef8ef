package design

import (
	"cmp"
	"math/big"
	"slices"

	"millrace/components/component"
	"millrace/models/schema"
)

// What a sorting key is made of.
const (
	// fewValues is up to how many values a column groups rows by, so that what stands behind it is sorted within each.
	fewValues = 1000
	// groupRows is how many rows each of those values has at least in a sample that says so.
	groupRows = 50
	// maxGroups bounds how many such columns go in front, maxLength how long a text of the key is.
	maxGroups = 2
	maxLength = 64
)

// order decides the sorting key: columns with few values first, for they let a query skip the most, then time, then what tells rows apart.
func (d *designer) order() {
	c := Choice{Path: "order_by"}
	switch {
	case d.keeps():
		d.p.OrderBy = d.byCardinality(d.keptKey())
		c.Why = textf("One row is kept of each sorting key, so it is what tells the rows apart (%s); columns with fewer values stand first.",
			"每个排序键保留一行，因此采用能区分各行的列（%s）；取值少的列在前。", list(d.keptKey()))
	case d.p.Engine == Summing && d.in.Pins.OrderBy == nil:
		d.p.OrderBy = nil
	default:
		d.p.OrderBy, c.Why = d.appended()
	}
	d.p.OrderBy = slices.Clip(d.p.OrderBy)
	if pin := d.in.Pins.OrderBy; pin != nil {
		proposed := d.p.OrderBy
		d.p.OrderBy, c.Pinned = slices.Clone(*pin), true
		c.Why = textf("Chosen by you; %s is what would be proposed.", "由您选定；建议为 %s。", orNothing(proposed))
	}
	c.Value = "(" + list(d.p.OrderBy) + ")"
	if len(d.p.OrderBy) == 0 {
		c.Value = "tuple()"
	}
	for _, name := range d.p.OrderBy {
		if s := d.in.Stats.Column(name); s != nil {
			c.Figures = append(c.Figures, figure("distinct."+name, about(s)))
		}
	}
	if d.in.Stats != nil {
		c.Figures = append(c.Figures, figure("rows", grouped(d.in.Stats.Rows)))
	}
	if !d.keeps() && len(d.p.OrderBy) > 0 {
		c.Alternatives = append(c.Alternatives, Alternative{Value: "tuple()", Pins: Choices{OrderBy: &[]string{}},
			Consequence: text("Rows stay as they come: writing costs least, and every query reads everything.", "按到达顺序存放：写入最省，但每次查询都要全表扫描。")})
	}
	d.choose(c)
}

// keptKey is the key that one row is kept of.
func (d *designer) keptKey() []string {
	if d.changes() {
		return d.key
	}
	return d.in.Identity
}

// appended is the sorting key of rows that only come.
func (d *designer) appended() (order []string, why component.Text) {
	add := func(name string) {
		if name != "" && !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	groups := d.groups()
	for _, g := range groups {
		add(g)
	}
	event := ""
	if e := d.in.Schema.EventTime; e != nil {
		if f, ok := d.field(e.Column); ok && d.sorts(f) {
			event = e.Column
			add(event)
		}
	}
	var key []string
	for _, k := range d.in.Schema.Key {
		if f, ok := d.field(k); ok && d.sorts(f) {
			key = append(key, k)
		}
	}
	for _, k := range d.byCardinality(key) {
		add(k)
	}
	switch {
	case len(order) == 0:
		return nil, text("No column is sure to have a value and to be worth sorting by, so rows stay as they come.", "没有确定非空且值得排序的列，因此按到达顺序存放。")
	case len(groups) > 0:
		return order, textf("%s has few values, so that a query on it skips the most; the time and the key follow.", "%s 取值少，按它查询可跳过最多数据；其后为时间与键。", list(groups))
	case event != "":
		return order, textf("Queries mostly ask for a stretch of time: sorted by %s, they read that stretch and no more.", "查询多按时间范围：按 %s 排序后只需读取该范围。", event)
	default:
		return order, text("The key finds single rows; columns with fewer values stand first.", "按键可快速定位单行；取值少的列在前。")
	}
}

// groups are the columns with few values by which rows that come are grouped, the fewest first.
func (d *designer) groups() []string {
	if d.in.Stats == nil {
		return nil
	}
	var out []string
	for _, f := range d.in.Schema.Fields {
		s := d.in.Stats.Column(f.Name)
		if s == nil || f.Nullable || !d.sorts(f) || s.Distinct < 2 || s.Distinct > fewValues || d.in.Stats.Rows/s.Distinct < groupRows {
			continue
		}
		if k := f.Type.Kind; k == schema.Date || k == schema.Timestamp || k == schema.Decimal {
			continue // few of them in a sample that ends are many in the end
		}
		// A number that rises counts something: the sample's few values are not all.
		if f.Type.Integer() && (s.Ascending > 0.99 || f.Type.Bits() > 16 && spread(s) > 100*fewValues) {
			continue
		}
		out = append(out, f.Name)
	}
	out = d.byCardinality(out)
	return out[:min(len(out), maxGroups)]
}

// spread is how far apart the least and the largest value lie, at most a number beyond every bound here.
func spread(s *ColumnStats) int64 {
	lo, okLo := bound(s.Min)
	hi, okHi := bound(s.Max)
	if !okLo || !okHi {
		return 0
	}
	if n := new(big.Int).Sub(hi, lo); n.IsInt64() {
		return n.Int64()
	}
	return 1 << 62
}

// sorts reports whether a column may be sorted by without rejecting rows or comparing what compares badly.
func (d *designer) sorts(f schema.Field) bool {
	if f.Type.Nested() || f.Type.Float() || f.Type.Kind == schema.JSON || f.Type.Kind == schema.Bytes || f.Nullable && !d.never(f) {
		return false
	}
	s := d.in.Stats.Column(f.Name)
	return s == nil || s.MeanBytes <= maxLength
}

// byCardinality orders columns by how many values were measured, those of which nothing is known behind, equal ones as they were. Times go
// behind columns with few values, however few moments a sample has.
func (d *designer) byCardinality(names []string) []string {
	rank := func(name string) int64 {
		f, _ := d.field(name)
		s := d.in.Stats.Column(name)
		switch {
		case f.Type.Kind == schema.Timestamp || f.Type.Kind == schema.Date:
			return fewValues + 1
		case s == nil:
			return 1 << 62
		}
		return s.Distinct
	}
	out := slices.Clone(names)
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// about writes a number of distinct values.
func about(s *ColumnStats) string {
	if s.Exact {
		return grouped(s.Distinct)
	}
	return "~" + grouped(s.Distinct)
}
