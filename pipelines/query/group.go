package query

import (
	"slices"
	"strconv"
	"strings"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// grouping is a GROUP BY while it is planned. An expression of the select list is known again by its text once its names are settled.
type grouping struct {
	b   *binder
	sel *sqltext.Select
	in  *relation

	keys []groupKey
	// window is set when rows are grouped by a window, instant when they are by their event time itself.
	window  *window
	instant bool
	aggs    []expr.Agg
	index   map[string]int
	node    *plan.Node
	// fields are the names of the grouped rows' fields by the text of what they hold.
	fields map[string]string
	// aggFields are those of the aggregates.
	aggFields []string
}

// groupKey is one item of GROUP BY that is no window.
type groupKey struct {
	text string
	expr *expr.Expr
	at   diag.Span
}

// grouped binds a SELECT that aggregates.
func (b *binder) grouped(r *relation, sel *sqltext.Select, exprs []sqltext.Expr, having sqltext.Expr, order []sqltext.SortItem) (*relation, []plan.SortKey) {
	for i := range sel.Items {
		if _, star := sel.Items[i].Expr.(*sqltext.Star); star {
			b.errorf(CodeNotGrouped, sel.Items[i].At, "Name the columns that are grouped by.", "* cannot stand beside GROUP BY or an aggregate")
			return nil, nil
		}
	}
	g := &grouping{b: b, sel: sel, in: r, index: map[string]int{}, fields: map[string]string{}}
	items, ok := b.expand(sel, exprs, r)
	if !g.by() || !ok {
		return nil, nil
	}
	// The aggregates are collected first, for they are columns of the operator; the items are then computed from its rows.
	all := slices.Clone(exprs)
	if having != nil {
		all = append(all, having)
	}
	for _, o := range order {
		all = append(all, o.Expr)
	}
	for _, e := range all {
		ok = g.collect(e, items) && ok
	}
	if !ok || !g.operator(items) {
		return nil, nil
	}
	having, order, ok = g.values(items, having, order)
	if !ok {
		return nil, nil
	}
	n := g.node
	if having != nil {
		settled, good := g.settle(having)
		if !good {
			return nil, nil
		}
		e, found := expr.CheckBool(settled, b.env(n.Schema))
		if !b.report(found) {
			return nil, nil
		}
		if n = b.node("having", having.Span(), &plan.Filter{Where: e}, n); n == nil {
			return nil, nil
		}
	}
	return b.finish(sel, n, items, order, g.settle)
}

// valueMark begins the name of a subquery's value among the grouped rows; no text can hold it.
const valueMark = "\x02"

// values joins the subqueries that stand as values in the expressions to the groups.
func (g *grouping) values(items []item, having sqltext.Expr, order []sqltext.SortItem) (sqltext.Expr, []sqltext.SortItem, bool) {
	r := &relation{node: g.node}
	value := func(e sqltext.Expr) sqltext.Expr {
		return sqltext.Replace(e, func(x sqltext.Expr) (sqltext.Expr, bool) {
			q, is := x.(*sqltext.ScalarQuery)
			if !is || r == nil {
				return x, false
			}
			if r, _ = g.b.scalar(r, q); r == nil {
				return x, true
			}
			fields := r.node.Schema.Fields
			return named(valueMark+fields[len(fields)-1].Name, q.At), true
		})
	}
	for i := range items {
		items[i].expr = value(items[i].expr)
	}
	having = value(having)
	order = slices.Clone(order)
	for i := range order {
		order[i].Expr = value(order[i].Expr)
	}
	if r == nil {
		return nil, nil, false
	}
	g.node = r.node
	return having, order, true
}

// by reads GROUP BY.
func (g *grouping) by() bool {
	b, s := g.b, g.in.scope()
	ok := true
	var marks []string
	for _, it := range g.sel.GroupBy {
		if it.Sets != "" {
			b.errorf(CodeUnsupported, it.At, "Group in several queries, and put them together with UNION ALL.", "%s is not planned", it.Sets)
			ok = false
			continue
		}
		if _, constant := it.Expr.(*sqltext.Literal); constant {
			b.errorf(CodeGroup, it.At, "Write the expression itself.", "a constant in GROUP BY is not the position of a column")
			ok = false
			continue
		}
		if n, is := it.Expr.(*sqltext.Name); is && b.alias(g.sel, n, s) {
			ok = false
			continue
		}
		e, good := b.resolved(s, it.Expr, true)
		if !good {
			ok = false
			continue
		}
		if n, is := e.(*sqltext.Name); is && strings.HasPrefix(n.Parts[0].Text, "\x01") {
			marks = append(marks, n.Parts[0].Text)
			continue
		}
		if c, is := call(e); is && windowFunction(c.Name) {
			ok = g.groupWindow(c) && ok
			continue
		}
		x, good := b.checked(s.schema, e)
		if good {
			good = b.keyType(expr.SQL(x), x.Type, it.At)
		}
		if !good {
			ok = false
			continue
		}
		g.keys = append(g.keys, groupKey{text: sqltext.Format(e), expr: x, at: it.At})
	}
	if !ok || !g.marked(marks) {
		return false
	}
	g.atInstant()
	return true
}

// marked takes the columns of a window table that are grouped by.
func (g *grouping) marked(marks []string) bool {
	p := g.in.pending
	if p == nil {
		return true
	}
	if !slices.Contains(marks, pendingName(windowStart)) || !slices.Contains(marks, pendingName(windowEnd)) {
		at := g.sel.From[0].Span()
		if len(g.sel.GroupBy) > 0 {
			at = diag.Span{Start: g.sel.GroupBy[0].At.Start, End: g.sel.GroupBy[len(g.sel.GroupBy)-1].At.End}
		}
		g.b.errorf(CodeWindow, at, "Add GROUP BY window_start, window_end.", "rows of a window are aggregated by window_start and window_end both")
		return false
	}
	g.window = p.window
	return true
}

// atInstant finds the event time among the keys: then a group is whole when time has passed it, as that of a window is.
func (g *grouping) atInstant() {
	n := g.in.node
	if g.window != nil || n.Schema.EventTime == nil || n.Mode.Change != plan.Append || hinted(g.sel.Hints, hintUpdates) {
		return
	}
	i := slices.IndexFunc(g.keys, func(k groupKey) bool {
		if k.expr.Op != expr.OpColumn {
			return false
		}
		distance, known := fromEventTime(n, k.expr.Column, g.b.zone)
		return known && distance == 0
	})
	if i < 0 {
		return
	}
	g.instant = true
	g.window = &window{kind: plan.Tumble, size: 1, slide: 1, at: g.keys[i].at}
	g.fields[g.keys[i].text] = plan.WindowStart
	g.keys = slices.Delete(g.keys, i, i+1)
}

// collect gathers the aggregates of an expression.
func (g *grouping) collect(e sqltext.Expr, items []item) bool {
	ok := true
	seen := func(x sqltext.Expr) bool {
		if !isAggregate(x) {
			return true
		}
		_, good := g.aggregate(x)
		ok = ok && good
		return false
	}
	sqltext.Walk(e, seen)
	if c, is := call(e); is && c.Over != nil {
		for _, p := range c.Over.PartitionBy {
			sqltext.Walk(p, seen)
		}
		for _, o := range c.Over.OrderBy {
			sqltext.Walk(o.Expr, seen)
		}
	}
	return ok
}

// aggregate returns the position of an aggregate, which is taken when it is new.
func (g *grouping) aggregate(x sqltext.Expr) (int, bool) {
	b := g.b
	e, ok := b.resolved(g.in.scope(), x, false)
	if !ok {
		return 0, false
	}
	aggs, _, found := expr.CheckAggregate(e, b.env(g.in.node.Schema))
	if !b.report(found) || len(aggs) != 1 {
		return 0, false
	}
	key := expr.CanonicalAgg(aggs[0])
	i, known := g.index[key]
	if !known {
		i = len(g.aggs)
		g.index[key] = i
		g.aggs = append(g.aggs, aggs[0])
	}
	return i, true
}

// operator makes the operator. Keys and aggregates take the names of the items that are them, so that a select list in their order needs
// no projection.
func (g *grouping) operator(items []item) bool {
	b := g.b
	taken := map[string]bool{}
	if g.window != nil {
		taken[plan.WindowStart], taken[plan.WindowEnd] = true, true
	}
	s := g.in.scope()
	keyNames, aggNames := make([]string, len(g.keys)), make([]string, len(g.aggs))
	for _, it := range items {
		if it.over != nil {
			continue
		}
		if isAggregate(it.expr) {
			if i, ok := g.aggregate(it.expr); ok && aggNames[i] == "" && it.expr != nil {
				aggNames[i] = it.name
			}
			continue
		}
		var text string
		b.quietly(func() bool {
			e, ok := b.resolved(s, it.expr, true)
			text = sqltext.Format(e)
			return ok
		})
		for i, k := range g.keys {
			if k.text == text && keyNames[i] == "" {
				keyNames[i] = it.name
			}
		}
	}
	keys, aggs := make([]plan.Column, len(g.keys)), make([]plan.AggColumn, len(g.aggs))
	for i, k := range g.keys {
		name := keyNames[i]
		if name == "" && k.expr.Op == expr.OpColumn {
			name = k.expr.Name
		} else if name == "" {
			name = "key_" + strconv.Itoa(i)
		}
		keys[i] = plan.Column{Name: unique(name, taken), Expr: k.expr}
		g.fields[k.text] = keys[i].Name
	}
	for i, a := range g.aggs {
		name := aggNames[i]
		if name == "" {
			name = "agg_" + strconv.Itoa(i)
		}
		aggs[i] = plan.AggColumn{Name: unique(name, taken), Agg: a}
		g.aggFields = append(g.aggFields, aggs[i].Name)
	}
	if g.window == nil {
		g.node = b.node("group", g.sel.At, &plan.Aggregate{Keys: keys, Aggs: aggs}, g.in.node)
		return g.node != nil
	}
	if !g.instant {
		for i, field := range []string{plan.WindowStart, plan.WindowEnd} {
			g.fields[sqltext.Format(named(pendingName(windowStart-i), diag.Span{}))] = field
		}
	}
	op := &plan.Window{Kind: g.window.kind, Time: g.in.node.Schema.TimeIndex(), Size: g.window.size, Slide: g.window.slide, Keys: keys, Aggs: aggs}
	g.node = b.node("window", g.window.at, op, g.in.node)
	return g.node != nil
}

// settle turns an expression over the rows that are grouped into one over the groups.
func (g *grouping) settle(e sqltext.Expr) (sqltext.Expr, bool) {
	b, s := g.b, g.in.scope()
	ok := true
	out := sqltext.Replace(e, func(x sqltext.Expr) (sqltext.Expr, bool) {
		if isAggregate(x) {
			i, good := g.aggregate(x)
			if ok = ok && good; !ok {
				return x, true
			}
			return named(g.aggFields[i], x.Span()), true
		}
		if c, is := call(x); is && c.Over != nil {
			return x, true // refused where it is checked
		}
		if n, is := x.(*sqltext.Name); is && strings.HasPrefix(n.Parts[0].Text, valueMark) {
			return named(strings.TrimPrefix(n.Parts[0].Text, valueMark), n.At), true
		}
		if r, is := g.windowColumn(x); is {
			return r, true
		}
		if c, is := call(x); is && (b.lateWindow(c) || b.unknownFunction(c)) {
			ok = false
			return x, true
		}
		var settled sqltext.Expr
		b.quietly(func() bool {
			var good bool
			if settled, good = b.resolved(s, x, true); !good {
				settled = nil
			}
			return true
		})
		if settled != nil {
			if field, known := g.fields[sqltext.Format(settled)]; known {
				return named(field, x.Span()), true
			}
		}
		n, is := x.(*sqltext.Name)
		if !is {
			return x, false
		}
		if b.alias(g.sel, n, s) {
			ok = false
			return x, true
		}
		if _, good := b.resolved(s, n, true); good {
			b.errorf(CodeNotGrouped, n.At, "Add it to GROUP BY, or aggregate it, as in MAX("+nameText(n.Parts)+").", "the column %s is neither grouped by nor aggregated", nameText(n.Parts))
		}
		ok = false
		return x, true
	})
	return out, ok
}

// unknownFunction tells of a function that does not exist before its arguments are found not to be grouped.
func (b *binder) unknownFunction(c *sqltext.Call) bool {
	if windowFunction(c.Name) || slices.ContainsFunc(expr.Functions(), func(f expr.Function) bool { return f.Name == c.Name || slices.Contains(f.Aliases, c.Name) }) {
		return false
	}
	bare := &sqltext.Call{Place: c.Place, Name: c.Name, NameAt: c.NameAt}
	_, found := expr.Check(bare, b.env(&schema.Schema{}))
	for _, d := range found {
		if d.Code == expr.CodeUnknownFunction || d.Code == expr.CodeNotReplayable {
			b.diags.Add(d)
			return true
		}
	}
	return false
}

// alias tells of a name of the select list where only columns of FROM can be named.
func (b *binder) alias(sel *sqltext.Select, n *sqltext.Name, s scope) bool {
	if len(n.Parts) != 1 || len(s.find(n)) > 0 {
		return false
	}
	for i := range sel.Items {
		if it := &sel.Items[i]; it.Alias.Text == n.Parts[0].Text {
			b.errorf(CodeUnknownColumn, n.At, "Write "+sqltext.Format(it.Expr)+" itself.", "%s is a name of the select list, which is not known here yet", it.Alias.Text)
			return true
		}
	}
	return false
}
