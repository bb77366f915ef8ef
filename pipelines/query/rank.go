package query

import (
	"math"
	"slices"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// pending is what is still to be known about a relation: the groups of its window, or how far its ROW_NUMBER counts. Exactly one is set.
type pending struct {
	window *window
	rank   *rank
}

// rank is a ROW_NUMBER whose filter stands in the query around it.
type rank struct {
	call *sqltext.Call
	name string
	// position is where the number stands in the select list.
	position int
	input    *plan.Node
	// partition and order are columns of input, cols the other items over it.
	partition []int
	order     []plan.SortKey
	cols      []plan.Column
	blocks    []string
}

// number takes an item that is a call with OVER.
func (p *projection) number(it *item) bool {
	b, c := p.b, it.over
	switch {
	case c.Name == "RANK" || c.Name == "DENSE_RANK":
		b.errorf(CodeUnsupported, c.NameAt, "Use ROW_NUMBER.", "%s is not planned: it gives equal rows one number", c.Name)
		return false
	case c.Name != "ROW_NUMBER":
		b.errorf(CodeUnsupported, c.NameAt, "Aggregate in a window, or with GROUP BY.", "%s OVER is not planned: the engine has no aggregates over neighbouring rows yet", c.Name)
		return false
	case p.rank != nil:
		b.errorf(CodeRank, c.At, "Number the rows in two queries, one inside the other.", "a query has one ROW_NUMBER")
		return false
	case p.sel.Distinct:
		b.errorf(CodeRank, c.At, "Leave DISTINCT out, or put it into a query around this one.", "DISTINCT beside ROW_NUMBER keeps every row")
		return false
	}
	spec, ok := p.spec(c.Over)
	if !ok {
		return false
	}
	if spec.Frame != nil {
		b.errorf(CodeRank, spec.Frame.At, "Leave it out.", "ROW_NUMBER has no frame")
		return false
	}
	if len(spec.OrderBy) == 0 {
		b.errorf(CodeRank, c.At, "Add ORDER BY.", "ROW_NUMBER needs an order to number rows in")
		return false
	}
	var exprs []*expr.Expr
	for _, e := range spec.PartitionBy {
		x, good := p.keyExpr(e)
		if good {
			good = b.keyType(expr.SQL(x), x.Type, e.Span())
		}
		ok = ok && good
		exprs = append(exprs, x)
	}
	for _, o := range spec.OrderBy {
		x, good := p.keyExpr(o.Expr)
		if good {
			good = b.sortable(x, o.Expr.Span())
		}
		ok = ok && good
		exprs = append(exprs, x)
	}
	if !ok {
		return false
	}
	n, at := b.withColumns("rank_keys", c.At, p.in, exprs, "key")
	if n == nil {
		return false
	}
	r := &rank{call: c, name: it.name, position: len(p.named), input: n, partition: at[:len(spec.PartitionBy)], blocks: slices.Clone(b.blocks)}
	for i, o := range spec.OrderBy {
		r.order = append(r.order, sortKey(at[len(spec.PartitionBy)+i], o))
	}
	p.rank = r
	return true
}

func (p *projection) keyExpr(e sqltext.Expr) (*expr.Expr, bool) {
	settled, ok := p.settle(e)
	if !ok {
		return nil, false
	}
	return p.b.checked(p.in.Schema, settled)
}

// spec is the window of an OVER, looked up when it is named.
func (p *projection) spec(w *sqltext.WindowSpec) (*sqltext.WindowSpec, bool) {
	if w.Name.Text == "" {
		return w, true
	}
	for _, n := range p.sel.Windows {
		if n.Name.Text != w.Name.Text {
			continue
		}
		out := *w
		if len(out.PartitionBy) == 0 {
			out.PartitionBy = n.Spec.PartitionBy
		}
		if len(out.OrderBy) == 0 {
			out.OrderBy = n.Spec.OrderBy
		}
		if out.Frame == nil {
			out.Frame = n.Spec.Frame
		}
		return &out, true
	}
	p.b.errorf(CodeRank, w.Name.At, "Declare it: WINDOW "+w.Name.Text+" AS (PARTITION BY ... ORDER BY ...).", "there is no window %s", w.Name.Text)
	return nil, false
}

// pendingRank is the relation of a query with a ROW_NUMBER. Its node shows the other columns and is no part of the plan.
func (p *projection) pendingRank(ordered bool) *relation {
	if ordered {
		p.b.errorf(CodeRank, p.rank.call.At, "Number the rows in a subquery.", "ORDER BY with LIMIT cannot stand beside ROW_NUMBER")
		return nil
	}
	p.rank.cols = p.cols
	cols := slices.Insert(slices.Clone(p.named), p.rank.position, column{name: p.rank.name, index: rankNumber})
	shape := &plan.Node{Op: &plan.Project{Columns: p.cols}, Schema: plan.ProjectSchema(p.rank.input.Schema, p.cols), Inputs: []*plan.Node{p.rank.input}}
	return &relation{node: shape, cols: cols, pending: &pending{rank: p.rank}}
}

// ranked makes the rank of a table whose number is filtered by the conditions.
func (f *from) ranked(r *relation, ref sqltext.TableRef, conds []*cond) *relation {
	b, k := f.b, r.pending.rank
	i := slices.IndexFunc(r.cols, func(c column) bool { return c.index == rankNumber })
	lo, hi := int64(1), int64(math.MaxInt64)
	for _, c := range conds {
		if c.taken || len(c.leaves) != 1 || !r.holds(c) {
			continue
		}
		if from, to, ok := b.numberRange(c.ast, r.cols[i]); ok {
			lo, hi, c.taken = max(lo, from), min(hi, to), true
		}
	}
	if hi == math.MaxInt64 {
		b.errorf(CodeRank, ref.Span(), "Add WHERE "+sqltext.QuoteName(r.cols[i].name)+" <= 10 to the query that reads it.",
			"how far %s counts is not said: every row would be numbered anew with each new one", r.cols[i].name)
		return nil
	}
	if lo > hi {
		b.errorf(CodeRank, ref.Span(), "ROW_NUMBER counts from 1.", "no row has a %s in this range", r.cols[i].name)
		return nil
	}
	op := &plan.Rank{Partition: k.partition, Order: k.order, From: lo, To: hi}
	if f.mentions(r.cols[i]) {
		taken := map[string]bool{}
		for _, field := range k.input.Schema.Fields {
			taken[field.Name] = true
		}
		op.Number = unique(k.name, taken)
	}
	blocks := b.blocks
	b.blocks = k.blocks
	defer func() { b.blocks = blocks }()
	n := b.node("rank", k.call.At, op, k.input)
	if n == nil {
		return nil
	}
	out := &relation{cols: slices.Clone(r.cols)}
	cols := slices.Clone(k.cols)
	if op.Number == "" {
		out.cols = slices.Delete(out.cols, i, i+1)
	} else {
		taken := map[string]bool{}
		for _, c := range cols {
			taken[c.Name] = true
		}
		out.cols[i].index = len(cols)
		number := &expr.Expr{Op: expr.OpColumn, Type: schema.Of(schema.Int64), Column: len(k.input.Schema.Fields), Name: op.Number, Span: k.call.At}
		cols = append(cols, plan.Column{Name: unique(k.name, taken), Expr: number})
	}
	if out.node = b.project("select", k.call.At, n, cols); out.node == nil {
		return nil
	}
	return out
}

// numberRange reads a condition on the number: n <= 3, 3 >= n, n = 1, n BETWEEN 2 AND 5.
func (b *binder) numberRange(e sqltext.Expr, number column) (lo, hi int64, ok bool) {
	is := func(x sqltext.Expr) bool {
		n, ok := x.(*sqltext.Name)
		return ok && len(n.Parts) == 2 && n.Parts[0].Text == leafName(number.leaf) && n.Parts[1].Text == number.name
	}
	switch x := e.(type) {
	case *sqltext.Between:
		lo, good := b.wholeNumber(x.Lo)
		hi, also := b.wholeNumber(x.Hi)
		return lo, hi, is(x.X) && !x.Not && good && also
	case *sqltext.Binary:
		op, l, r := x.Op, x.L, x.R
		if is(r) {
			l, r = r, l
			op = map[sqltext.BinaryOp]sqltext.BinaryOp{sqltext.Lt: sqltext.Gt, sqltext.Le: sqltext.Ge, sqltext.Gt: sqltext.Lt, sqltext.Ge: sqltext.Le, sqltext.Eq: sqltext.Eq}[op]
		}
		if !is(l) {
			return 0, 0, false
		}
		n, good := b.wholeNumber(r)
		if !good {
			return 0, 0, false
		}
		switch op {
		case sqltext.Le:
			return 1, n, true
		case sqltext.Lt:
			return 1, n - 1, true
		case sqltext.Eq:
			return n, n, true
		case sqltext.Ge:
			return n, math.MaxInt64, true
		case sqltext.Gt:
			return n + 1, math.MaxInt64, true
		}
	}
	return 0, 0, false
}

// mentions reports whether the query uses the number beyond the conditions that were taken. A star uses it.
func (f *from) mentions(number column) bool {
	used := func(e sqltext.Expr) bool {
		return contains(e, func(x sqltext.Expr) bool {
			switch x := x.(type) {
			case *sqltext.Name:
				return slices.ContainsFunc(x.Parts, func(p sqltext.NamePart) bool { return p.Text == number.name })
			case *sqltext.Star:
				return true
			case *sqltext.Exists, *sqltext.InQuery, *sqltext.ScalarQuery:
				return true // It may be used inside.
			}
			return false
		})
	}
	for _, e := range f.uses {
		if used(e) {
			return true
		}
	}
	return slices.ContainsFunc(f.all, func(c *cond) bool { return !c.taken && used(c.ast) })
}
