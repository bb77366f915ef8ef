package query

import (
	"slices"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/sqltext"
)

// where keeps the rows for which the conditions hold: the plain ones first, then those that ask whether another query has a row.
func (b *binder) where(r *relation, conds []sqltext.Expr) *relation {
	var plain, asking []sqltext.Expr
	for _, c := range conds {
		if holdsQuery(c) {
			asking = append(asking, c)
		} else {
			plain = append(plain, c)
		}
	}
	if r = b.filter("where", r, plain); r == nil {
		return nil
	}
	for _, c := range asking {
		if r = b.asking(r, c); r == nil {
			return nil
		}
	}
	return r
}

// asking applies one condition with a subquery in it.
func (b *binder) asking(r *relation, c sqltext.Expr) *relation {
	inner, not := c, false
	for {
		u, ok := inner.(*sqltext.Unary)
		if !ok || u.Op != sqltext.Not {
			break
		}
		inner, not = u.X, !not
	}
	switch x := inner.(type) {
	case *sqltext.Exists:
		return b.exists(r, x.Query, nil, not, x.At)
	case *sqltext.InQuery:
		if !slices.ContainsFunc(x.X, holdsQuery) {
			return b.exists(r, x.Query, x, not != x.Not, x.At)
		}
	}
	list := []sqltext.Expr{c}
	if r = b.scalars(r, list); r == nil {
		return nil
	}
	if holdsQuery(list[0]) {
		b.errorf(CodeSubquery, c.Span(), "Write it as a condition of its own, joined with AND; of an OR, put the two queries together with UNION.",
			"EXISTS and IN with a subquery are planned only as a condition by itself")
		return nil
	}
	return b.filter("where", r, list)
}

// simple reports whether a subquery is one SELECT whose rows are those of its FROM and WHERE.
func simple(q *sqltext.Query) (*sqltext.Select, bool) {
	sel, ok := q.Body.(*sqltext.Select)
	if !ok || len(q.With) > 0 || q.Limit != nil || q.Offset != nil || len(sel.From) == 0 || len(sel.GroupBy) > 0 || sel.Having != nil {
		return nil, false
	}
	for _, it := range sel.Items {
		if contains(it.Expr, isAggregate) || contains(it.Expr, func(e sqltext.Expr) bool { c, ok := call(e); return ok && c.Over != nil }) || holdsQuery(it.Expr) {
			return nil, false
		}
	}
	return sel, true
}

// exists is the semi or anti join that EXISTS, or IN when in is set, stands for.
func (b *binder) exists(r *relation, q *sqltext.Query, in *sqltext.InQuery, not bool, at diag.Span) *relation {
	kind := plan.Semi
	if not {
		kind = plan.Anti
	}
	outer, blocks := b.outer, b.blocks
	b.outer = r
	b.blocks = append(slices.Clone(blocks), "sub")
	m := &meet{b: b, kind: kind, left: r, at: at, name: "exists", keys: "exists_keys", ttl: b.ttl}
	var items []sqltext.Expr
	if sel, ok := simple(q); ok {
		m.right, m.conds = b.correlated(sel, r)
		if m.right != nil && in != nil {
			items = b.inItems(sel, m.right)
		}
	} else if m.right = b.query(q); m.right != nil {
		if m.right = b.whole(m.right, q.At); m.right != nil {
			m.right = b.as(m.right, nil, nil)
			for _, c := range m.right.cols {
				items = append(items, leafColumn(c, q.At))
			}
		}
	}
	b.outer, b.blocks = outer, blocks
	if m.right == nil {
		return nil
	}
	// Names of the subquery hide those of the query around it.
	s := m.scope()
	s.levels = [][]column{shifted(m.right.cols, len(r.node.Schema.Fields)), r.cols}
	if in != nil && !m.in(in, items, not) {
		return nil
	}
	m.inner = &s
	out := m.join()
	if out != nil {
		out.pending = r.pending
	}
	return out
}

// leafColumn is the name that means this column and no other.
func leafColumn(c column, at diag.Span) sqltext.Expr {
	return &sqltext.Name{Place: sqltext.Place{At: at}, Parts: []sqltext.NamePart{{Text: leafName(c.leaf), At: at}, {Text: c.name, At: at}}}
}

// correlated binds FROM of a subquery and splits its WHERE: conditions on its own rows restrict them, the others are the join's.
func (b *binder) correlated(sel *sqltext.Select, outer *relation) (*relation, []sqltext.Expr) {
	r, left := b.source(sel, nil)
	if r == nil {
		return nil, nil
	}
	if r.pending != nil {
		if r = b.settledWindow(r, sel.From[0].Span()); r == nil {
			return nil, nil
		}
	}
	var own, joined []sqltext.Expr
	for _, c := range conjuncts(conjunction(left)) {
		if !holdsQuery(c) && contains(c, func(e sqltext.Expr) bool {
			n, ok := e.(*sqltext.Name)
			return ok && len(findIn(r.cols, n.Parts)) == 0 && len(findIn(outer.cols, n.Parts)) > 0
		}) {
			joined = append(joined, c)
		} else {
			own = append(own, c)
		}
	}
	if r = b.where(r, own); r == nil {
		return nil, nil
	}
	return r, joined
}

// inItems are the select items of the subquery of an IN.
func (b *binder) inItems(sel *sqltext.Select, r *relation) []sqltext.Expr {
	var out []sqltext.Expr
	for i := range sel.Items {
		it := &sel.Items[i]
		if _, star := it.Expr.(*sqltext.Star); !star {
			out = append(out, it.Expr)
			continue
		}
		for _, c := range r.cols {
			if !c.merged && (len(it.Qualifier) == 0 || qualifies(c.table, it.Qualifier)) {
				out = append(out, leafColumn(c, it.At))
			}
		}
	}
	return out
}

// in adds the comparisons that IN stands for.
func (m *meet) in(x *sqltext.InQuery, items []sqltext.Expr, not bool) bool {
	b := m.b
	if len(items) != len(x.X) {
		b.errorf(CodeSubquery, x.At, "Select as many columns as are compared.", "IN compares %d with the %d columns of the subquery", len(x.X), len(items))
		return false
	}
	ls, rs := m.left.scope(), m.right.scope()
	ok := true
	for i, l := range x.X {
		le, good := b.check(ls, l)
		re, also := b.check(rs, items[i])
		if !good || !also {
			ok = false
			continue
		}
		if not && (le.Nullable || re.Nullable) {
			why := "the subquery's column may be NULL, and one NULL makes NOT IN keep no row at all"
			if !re.Nullable {
				why = "what is compared may be NULL, and NOT IN keeps such a row only when the subquery is empty"
			}
			b.errorf(CodeNotInNull, x.At, "Write NOT EXISTS (SELECT 1 FROM ... WHERE a = b), or filter the NULLs first with IS NOT NULL in a view whose column is NOT NULL.",
				"%s", why)
			return false
		}
		m.on = append(m.on, [2]sqltext.Expr{l, items[i]})
	}
	return ok
}

// scalars joins the queries that stand as values in the expressions, in place: each becomes a column.
func (b *binder) scalars(r *relation, list []sqltext.Expr) *relation {
	for i, e := range list {
		list[i] = sqltext.Replace(e, func(x sqltext.Expr) (sqltext.Expr, bool) {
			q, ok := x.(*sqltext.ScalarQuery)
			if !ok || r == nil {
				return x, false
			}
			var value sqltext.Expr
			if r, value = b.scalar(r, q); r == nil {
				return x, true
			}
			return value, true
		})
	}
	return r
}

// scalar joins one query that gives one row.
func (b *binder) scalar(r *relation, q *sqltext.ScalarQuery) (*relation, sqltext.Expr) {
	sel, ok := q.Query.Body.(*sqltext.Select)
	single := ok && len(sel.GroupBy) == 0 && sel.Having == nil && len(sel.Items) == 1 && contains(sel.Items[0].Expr, isAggregate)
	if !single || q.Query.Limit != nil {
		b.errorf(CodeSubquery, q.At, "Aggregate without GROUP BY, as in (SELECT MAX(x) FROM t), or join the rows.",
			"a subquery as a value must be one aggregate without GROUP BY: only then it has exactly one row")
		return nil, nil
	}
	if r.pending != nil {
		b.errorf(CodeSubquery, q.At, "Group in a subquery first.", "a subquery as a value cannot stand beside a window table that is being grouped")
		return nil, nil
	}
	outer := b.outer
	b.outer = r
	right := b.within("value", func() *relation { return b.query(q.Query) })
	b.outer = outer
	if right == nil {
		return nil, nil
	}
	right = b.as(right, nil, nil)
	m := &meet{b: b, kind: plan.Inner, left: r, right: right, at: q.At, name: "value", keys: "value_keys", quiet: true}
	value := leafColumn(right.cols[0], q.At)
	// Nobody can name it, and * does not show it.
	right.cols[0].merged = true
	return m.join(), value
}

// whole tells of a relation that is not one yet.
func (b *binder) whole(r *relation, at diag.Span) *relation {
	if r != nil && r.pending != nil {
		return b.settledWindow(r, at)
	}
	return r
}
