package query

import (
	"strconv"

	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/sqltext"
)

// item is an item of a select list with stars written out.
type item struct {
	name string
	at   diag.Span
	// expr is the expression as written; of a star's column, column is its name in the rows instead.
	expr   sqltext.Expr
	column string
	// over is the call of a ROW_NUMBER.
	over *sqltext.Call
}

// selection binds one SELECT. order are the sort items of a query that consists of it, whose expressions may also read what FROM has.
func (b *binder) selection(sel *sqltext.Select, order []sqltext.SortItem) (*relation, []plan.SortKey) {
	b.unknownHints(sel)
	r, where := b.source(sel, order)
	if r == nil {
		return nil, nil
	}
	// A condition that is wrong leaves the rows as they are, so that the rest is looked at too; its error keeps the plan from being used.
	if kept := b.where(r, where); kept != nil {
		r = kept
	}
	exprs := make([]sqltext.Expr, len(sel.Items))
	for i, it := range sel.Items {
		exprs[i] = it.Expr
	}
	if len(sel.GroupBy) > 0 || sel.Having != nil || anyAggregate(exprs) {
		return b.grouped(r, sel, exprs, sel.Having, order)
	}
	if r = b.scalars(r, exprs); r == nil {
		return nil, nil
	}
	if r.pending != nil {
		if r = b.settledWindow(r, sel.From[0].Span()); r == nil {
			return nil, nil
		}
	}
	items, ok := b.expand(sel, exprs, r)
	if !ok {
		return nil, nil
	}
	s := r.scope()
	return b.finish(sel, r.node, items, order, func(e sqltext.Expr) (sqltext.Expr, bool) { return b.resolved(s, e, false) })
}

// source binds FROM; without one it is a single row without columns that can be named.
func (b *binder) source(sel *sqltext.Select, order []sqltext.SortItem) (*relation, []sqltext.Expr) {
	if len(sel.From) == 0 {
		return b.oneRow(sel.At), conjuncts(sel.Where)
	}
	return b.from(sel, order)
}

func anyAggregate(list []sqltext.Expr) bool {
	for _, e := range list {
		if contains(e, isAggregate) {
			return true
		}
	}
	return false
}

// expand writes out the stars of a select list and names its items.
func (b *binder) expand(sel *sqltext.Select, exprs []sqltext.Expr, r *relation) ([]item, bool) {
	var out []item
	ok := true
	for i := range sel.Items {
		it := &sel.Items[i]
		if _, star := it.Expr.(*sqltext.Star); star {
			found := b.star(it, r)
			out = append(out, found...)
			ok = ok && len(found) > 0
			continue
		}
		one := item{name: itemName(it, len(out)), at: it.At, expr: exprs[i]}
		if c, is := call(it.Expr); is && c.Over != nil {
			one.over = c
		}
		out = append(out, one)
	}
	return out, ok
}

// itemName is the alias, the last part of a name, or what Flink calls a column without a name.
func itemName(it *sqltext.SelectItem, position int) string {
	if it.Alias.Text != "" {
		return it.Alias.Text
	}
	switch e := it.Expr.(type) {
	case *sqltext.Name:
		return e.Parts[len(e.Parts)-1].Text
	case *sqltext.Field:
		return e.Name.Text
	}
	return "EXPR$" + strconv.Itoa(position)
}

// star are the columns of * or of t.*.
func (b *binder) star(it *sqltext.SelectItem, r *relation) []item {
	var out []item
	known := map[string]bool{}
	var tables []string
	for _, c := range r.cols {
		if len(c.table) > 0 && !known[c.table.Text()] {
			known[c.table.Text()] = true
			tables = append(tables, c.table[len(c.table)-1].Text)
		}
		if len(it.Qualifier) == 0 && c.merged || len(it.Qualifier) > 0 && !qualifies(c.table, it.Qualifier) {
			continue
		}
		if c.index < 0 {
			b.pendingColumn(match{column: c}, &sqltext.Name{Place: sqltext.Place{At: it.At}})
			return nil
		}
		out = append(out, item{name: c.name, at: it.At, column: r.node.Schema.Fields[c.index].Name})
	}
	switch {
	case len(out) > 0:
	case len(it.Qualifier) == 0:
		b.errorf(CodeMisplaced, it.At, "Add FROM.", "there are no columns that * could stand for")
	default:
		fix := ""
		if near := diag.Nearest(it.Qualifier.Text(), tables); near != "" {
			fix = "Did you mean " + near + ".*?"
		}
		b.errorf(CodeUnknownTable, it.Qualifier.Span(), fix, "there is no table %s in FROM", it.Qualifier.Text())
	}
	return out
}

// finish computes the items over a node. settle turns an expression as written into one over the node's rows.
func (b *binder) finish(sel *sqltext.Select, in *plan.Node, items []item, order []sqltext.SortItem, settle func(sqltext.Expr) (sqltext.Expr, bool)) (*relation, []plan.SortKey) {
	p := &projection{b: b, sel: sel, in: in, items: items, settle: settle, taken: map[string]bool{}}
	ok := p.compute()
	keys, good := p.order(order)
	if !ok || !good {
		return nil, nil
	}
	if p.rank != nil {
		return p.pendingRank(len(order) > 0), nil
	}
	var n *plan.Node
	written := hinted(sel.Hints, hintAsWritten)
	if written {
		n = b.node("select", sel.At, &plan.Project{Columns: p.cols}, in)
	} else {
		p.keepTime()
		n = b.project("select", sel.At, in, p.cols)
	}
	if n == nil {
		return nil, nil
	}
	if n != in && !written {
		b.fresh[n] = b.block() + "\x00select"
	}
	r := &relation{node: n, cols: p.named}
	if sel.Distinct {
		return b.distinct(r, sel.At), keys
	}
	return r, keys
}

// projection is a select list while it is planned.
type projection struct {
	b      *binder
	sel    *sqltext.Select
	in     *plan.Node
	items  []item
	settle func(sqltext.Expr) (sqltext.Expr, bool)

	cols  []plan.Column
	named []column
	taken map[string]bool
	// texts are the settled expressions of the items as text, to know them again.
	texts []string
	rank  *rank
}

// compute checks every item.
func (p *projection) compute() bool {
	ok := true
	for i := range p.items {
		it := &p.items[i]
		if it.over != nil {
			ok = p.number(it) && ok
			p.texts = append(p.texts, "")
			continue
		}
		e, text, good := p.expr(it)
		p.texts = append(p.texts, text)
		if !good {
			ok = false
			continue
		}
		p.named = append(p.named, column{name: it.name, index: len(p.cols)})
		p.cols = append(p.cols, plan.Column{Name: unique(it.name, p.taken), Expr: e})
	}
	return ok
}

func (p *projection) expr(it *item) (*expr.Expr, string, bool) {
	if it.column != "" {
		i := p.in.Schema.Index(it.column)
		return lowering.Column(p.in.Schema, i, it.at), sqltext.QuoteName(it.column), true
	}
	settled, ok := p.settle(it.expr)
	if !ok {
		return nil, "", false
	}
	e, ok := p.b.checked(p.in.Schema, settled)
	return e, sqltext.Format(settled), ok
}

// order finds the columns of ORDER BY: items by position, alias or equal expression, else further columns that nobody can name.
func (p *projection) order(order []sqltext.SortItem) ([]plan.SortKey, bool) {
	b := p.b
	var keys []plan.SortKey
	ok := true
	for _, o := range order {
		at, good := p.sortColumn(o)
		if !good {
			ok = false
			continue
		}
		ok = b.sortable(p.cols[at].Expr, o.Expr.Span()) && ok
		keys = append(keys, sortKey(at, o))
	}
	return keys, ok
}

func (p *projection) sortColumn(o sqltext.SortItem) (int, bool) {
	b := p.b
	if l, ok := o.Expr.(*sqltext.Literal); ok && l.Kind == sqltext.LitInt {
		n, err := strconv.Atoi(l.Text)
		if err != nil || n < 1 || n > len(p.named) {
			b.errorf(CodeOrder, l.At, "Count from 1, or name the column.", "there is no column %s: the query has %d", l.Text, len(p.named))
			return 0, false
		}
		return p.named[n-1].index, true
	}
	if n, ok := o.Expr.(*sqltext.Name); ok && len(n.Parts) == 1 {
		for _, c := range p.named {
			if c.name == n.Parts[0].Text {
				return c.index, true
			}
		}
	}
	settled, ok := p.settle(o.Expr)
	if !ok {
		return 0, false
	}
	for i, text := range p.texts {
		if text == sqltext.Format(settled) && i < len(p.named) {
			return p.named[i].index, true
		}
	}
	e, ok := b.checked(p.in.Schema, settled)
	if !ok {
		return 0, false
	}
	if p.sel.Distinct {
		b.errorf(CodeOrder, o.Expr.Span(), "Select it, or order by what is selected.", "SELECT DISTINCT cannot be ordered by what it does not select")
		return 0, false
	}
	p.cols = append(p.cols, plan.Column{Name: unique("sort", p.taken), Expr: e})
	return len(p.cols) - 1, true
}

// keepTime carries the event time of a window along where only the window's end is selected: a query around this one that bounds the end
// by the time of another stream then still has bounds of event time.
func (p *projection) keepTime() {
	s := p.in.Schema
	if len(p.b.blocks) == 0 || s.EventTime == nil || p.sel.Distinct {
		return
	}
	distant := false
	for _, c := range p.cols {
		column, _, ok := distance(c.Expr)
		if !ok {
			continue
		}
		if column == s.TimeIndex() && c.Expr.Op == expr.OpColumn {
			return
		}
		if _, known := fromEventTime(p.in, column, p.b.zone); known {
			distant = true
		}
	}
	if distant {
		i := s.TimeIndex()
		p.cols = append(p.cols, plan.Column{Name: unique(s.Fields[i].Name, p.taken), Expr: lowering.Column(s, i, p.sel.At)})
	}
}
