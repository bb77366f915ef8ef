package query

import (
	"strconv"

	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// query binds a query inside another one or inside a pipeline: the rows it gives are what counts, their order is not kept.
func (b *binder) query(q *sqltext.Query) *relation {
	defer b.with(q)()
	limited := q.Limit != nil || q.Offset != nil
	if len(q.OrderBy) > 0 && !limited {
		b.warnf(CodeOrder, q.OrderBy[0].At, "Remove it, or add LIMIT.", "an ORDER BY without LIMIT has no effect here: rows are handed on as they come")
	}
	var order []sqltext.SortItem
	if limited {
		order = q.OrderBy
	}
	r, keys := b.body(q.Body, order)
	if r == nil || !limited {
		return r
	}
	from, to, ok := b.limits(q)
	if ok && to < from {
		// Only whoever reads an answer may ask for its columns alone.
		b.errorf(CodeOrder, q.Limit.Span(), "Remove the query, or keep a row.", "LIMIT 0 keeps nothing")
		ok = false
	}
	if !ok {
		return nil
	}
	if len(q.OrderBy) == 0 {
		b.errorf(CodeOrder, q.At, "Add ORDER BY.", "which rows LIMIT keeps is not said")
		return nil
	}
	return r.over(b.node("limit", q.At, &plan.Rank{Order: keys, From: from, To: to}, r.node))
}

// with brings the CTEs of a query in sight; the function it returns takes them away again.
func (b *binder) with(q *sqltext.Query) func() {
	n := len(b.ctes)
	for i := range q.With {
		c := &q.With[i]
		r := b.within(c.Name.Text, func() *relation { return b.query(c.Query) })
		if r != nil && len(c.Columns) > 0 {
			r = b.as(r, nil, c.Columns)
		}
		for _, earlier := range b.ctes[n:] {
			if earlier.name == c.Name.Text {
				b.errorf(CodeExists, c.Name.At, "Give one of them another name.", "WITH has the name %s twice", c.Name.Text)
			}
		}
		b.ctes = append(b.ctes, cte{c.Name.Text, r})
	}
	return func() { b.ctes = b.ctes[:n] }
}

// limits are the first and the last row that LIMIT and OFFSET keep, counted from 1.
func (b *binder) limits(q *sqltext.Query) (from, to int64, ok bool) {
	limit, offset := int64(-1), int64(0)
	ok = true
	for _, part := range []struct {
		e    sqltext.Expr
		into *int64
		word string
	}{{q.Limit, &limit, "LIMIT"}, {q.Offset, &offset, "OFFSET"}} {
		if part.e == nil {
			continue
		}
		n, good := b.wholeNumber(part.e)
		if !good || n < 0 {
			b.errorf(CodeOrder, part.e.Span(), "Write "+part.word+" 10.", "%s takes a whole number that is not negative", part.word)
			ok = false
		}
		*part.into = n
	}
	if ok && limit < 0 {
		b.errorf(CodeOrder, q.Offset.Span(), "Add LIMIT.", "OFFSET without LIMIT keeps all rows but the first")
		return 0, 0, false
	}
	return offset + 1, offset + limit, ok
}

// wholeNumber is the value of a constant.
func (b *binder) wholeNumber(e sqltext.Expr) (int64, bool) {
	var out *expr.Expr
	ok := b.quietly(func() (good bool) {
		out, good = b.check(scope{schema: &schema.Schema{}}, e)
		return good
	})
	if !ok {
		return 0, false
	}
	out = expr.Fold(out, b.zone)
	n, is := out.Value.(int64)
	return n, is && out.Op == expr.OpLiteral
}

// body binds what stands between WITH and ORDER BY. The sort keys are positions in the rows of the relation.
func (b *binder) body(body sqltext.QueryBody, order []sqltext.SortItem) (*relation, []plan.SortKey) {
	switch body := body.(type) {
	case *sqltext.Select:
		return b.selection(body, order)
	case *sqltext.SetOperation:
		return b.ordered(b.setOperation(body), order)
	case *sqltext.Values:
		return b.ordered(b.values(body), order)
	case *sqltext.NestedQuery:
		return b.ordered(b.query(body.Query), order)
	}
	b.failed()
	return nil, nil
}

// ordered finds the columns an ORDER BY of the relation's own rows means.
func (b *binder) ordered(r *relation, order []sqltext.SortItem) (*relation, []plan.SortKey) {
	if r == nil || len(order) == 0 {
		return r, nil
	}
	s := r.scope()
	exprs := make([]*expr.Expr, len(order))
	for i, item := range order {
		e, ok := b.sortExpr(r, s, item)
		if !ok {
			return nil, nil
		}
		exprs[i] = e
	}
	return b.sorted(r, exprs, order)
}

// sortExpr checks one item of ORDER BY: the position of a column, or an expression over the columns.
func (b *binder) sortExpr(r *relation, s scope, item sqltext.SortItem) (*expr.Expr, bool) {
	if l, ok := item.Expr.(*sqltext.Literal); ok && l.Kind == sqltext.LitInt {
		n, err := strconv.Atoi(l.Text)
		if err != nil || n < 1 || n > len(r.cols) {
			b.errorf(CodeOrder, l.At, "Count from 1, or name the column.", "there is no column %s: the query has %d", l.Text, len(r.cols))
			return nil, false
		}
		return lowering.Column(s.schema, r.cols[n-1].index, l.At), true
	}
	e, ok := b.check(s, item.Expr)
	return e, ok && b.sortable(e, item.Expr.Span())
}

func (b *binder) sortable(e *expr.Expr, at diag.Span) bool {
	if !e.Type.Nested() && e.Type.Kind != schema.JSON {
		return true
	}
	b.errorf(CodeKeyType, at, "Order by a part of it.", "values of type %s have no order", e.Type)
	return false
}

// sorted makes columns of the sort expressions.
func (b *binder) sorted(r *relation, exprs []*expr.Expr, order []sqltext.SortItem) (*relation, []plan.SortKey) {
	n, at := b.withColumns("order", order[0].At, r.node, exprs, "sort")
	if n == nil {
		return nil, nil
	}
	keys := make([]plan.SortKey, len(order))
	for i, item := range order {
		keys[i] = sortKey(at[i], item)
	}
	return r.over(n), keys
}

// sortKey says where NULLs go: as the item says, else, NULL being low, first upwards and last downwards.
func sortKey(column int, item sqltext.SortItem) plan.SortKey {
	first := !item.Desc
	if item.Nulls != "" {
		first = item.Nulls == "FIRST"
	}
	return plan.SortKey{Column: column, Desc: item.Desc, NullsFirst: first}
}

// setOperation binds UNION, INTERSECT and EXCEPT.
func (b *binder) setOperation(op *sqltext.SetOperation) *relation {
	if op.Op != "UNION" && op.All {
		b.errorf(CodeUnsupported, op.At, "Leave ALL out, or join on the columns.", "%s ALL is not planned: it would have to count equal rows", op.Op)
		return nil
	}
	arms := b.arms(op, op.Op == "UNION")
	nodes := make([]*plan.Node, len(arms))
	ok := true
	for i, arm := range arms {
		r := b.within(b.arm(i, op), func() *relation { r, _ := b.body(arm, nil); return r })
		if r == nil {
			ok = false
			continue
		}
		if nodes[i] = b.visible("columns", arm.Span(), r); nodes[i] == nil {
			ok = false
		}
	}
	if !ok || !b.aligned(op, arms, nodes) {
		return nil
	}
	if op.Op != "UNION" {
		return b.setJoin(op, nodes)
	}
	r := plainRelation(b.node("union", op.At, &plan.Union{}, nodes...))
	if r == nil || op.All {
		return r
	}
	return b.distinct(r, op.At)
}

// arm names the block of one side of a set operation.
func (b *binder) arm(i int, op *sqltext.SetOperation) string {
	word := map[string]string{"UNION": "union", "INTERSECT": "intersect", "EXCEPT": "except"}[op.Op]
	return word + "_" + strconv.Itoa(i+1)
}

// arms are the sides of a set operation; a chain of UNIONs of one kind is one union of many.
func (b *binder) arms(op *sqltext.SetOperation, flat bool) []sqltext.QueryBody {
	var out []sqltext.QueryBody
	if left, ok := op.Left.(*sqltext.SetOperation); ok && flat && left.Op == op.Op && left.All == op.All {
		out = b.arms(left, flat)
	} else {
		out = append(out, op.Left)
	}
	return append(out, op.Right)
}

// aligned brings the columns of all sides to common types and the names of the first.
func (b *binder) aligned(op *sqltext.SetOperation, arms []sqltext.QueryBody, nodes []*plan.Node) bool {
	first := nodes[0].Schema
	for i, n := range nodes[1:] {
		if len(n.Schema.Fields) != len(first.Fields) {
			b.errorf(CodeColumns, arms[i+1].Span(), "Give all sides the same number of columns.", "this side of %s has %d columns, the first has %d",
				op.Op, len(n.Schema.Fields), len(first.Fields))
			return false
		}
	}
	types := make([]schema.Type, len(first.Fields))
	for i, f := range first.Fields {
		types[i] = f.Type
		for k, n := range nodes[1:] {
			g := n.Schema.Fields[i]
			t, ok := b.common(types[i], g.Type)
			if !ok {
				b.errorf(CodeTypes, arms[k+1].Span(), "CAST one of them to the other's type.", "column %d of %s is %s here and %s in the first: %s and %s",
					i+1, op.Op, g.Name, f.Name, g.Type, types[i])
				return false
			}
			types[i] = t
		}
	}
	for k, n := range nodes {
		cols := make([]plan.Column, len(types))
		for i, t := range types {
			cols[i] = plan.Column{Name: first.Fields[i].Name, Expr: b.cast(lowering.Column(n.Schema, i, arms[k].Span()), t)}
		}
		if nodes[k] = b.project("align_"+strconv.Itoa(k+1), arms[k].Span(), n, cols); nodes[k] == nil {
			return false
		}
	}
	return true
}

// common is the type two types have in common, as the branches of CASE have it.
func (b *binder) common(l, r schema.Type) (schema.Type, bool) {
	in := &schema.Schema{Fields: []schema.Field{{Name: "l", Type: l}, {Name: "r", Type: r}}}
	either := &sqltext.Case{Whens: []sqltext.When{{Cond: &sqltext.Literal{Kind: sqltext.LitBool, Text: "true"}, Then: named("l", diag.Span{})}}, Else: named("r", diag.Span{})}
	e, found := expr.Check(either, b.env(in))
	if found.HasErrors() {
		return schema.Type{}, false
	}
	return e.Type, true
}

// cast converts an expression to a type it converts to without loss.
func (b *binder) cast(e *expr.Expr, t schema.Type) *expr.Expr {
	if e.Type.Equal(t) {
		return e
	}
	return &expr.Expr{Op: expr.OpCall, Func: "cast", Type: t, Nullable: e.Nullable, Args: []*expr.Expr{e}, Span: e.Span}
}

// setJoin is INTERSECT and EXCEPT: the different rows of the left side that the right side has, or has not.
func (b *binder) setJoin(op *sqltext.SetOperation, nodes []*plan.Node) *relation {
	left := b.distinct(plainRelation(nodes[0]), op.At)
	if left == nil {
		return nil
	}
	kind := plan.Semi
	if op.Op == "EXCEPT" {
		kind = plan.Anti
	}
	l, r := left.node, nodes[1]
	join := &plan.Join{Kind: kind, LeftTime: -1, RightTime: -1}
	s := plan.PairSchema(l.Schema, r.Schema)
	for i, f := range l.Schema.Fields {
		if !b.keyType(f.Name, f.Type, op.At) {
			return nil
		}
		if !f.Nullable && !r.Schema.Fields[i].Nullable {
			join.Left, join.Right = append(join.Left, i), append(join.Right, i)
			continue
		}
		// Here a NULL equals a NULL, which in a join's keys it does not.
		differs := &expr.Expr{Op: expr.OpCall, Func: "distinct", Type: schema.Of(schema.Boolean), Span: op.At,
			Args: []*expr.Expr{lowering.Column(s, i, op.At), lowering.Column(s, len(l.Schema.Fields)+i, op.At)}}
		join.Where = and(join.Where, &expr.Expr{Op: expr.OpCall, Func: "not", Type: schema.Of(schema.Boolean), Args: []*expr.Expr{differs}, Span: op.At})
	}
	b.warnf(CodeStateForEver, op.At, "Join within a bound of time instead.", "%s keeps all rows of both sides for ever", op.Op)
	return left.over(b.node("join", op.At, join, l, r))
}

// distinct keeps each different row once.
func (b *binder) distinct(r *relation, at diag.Span) *relation {
	n := b.visible("columns", at, r)
	if n == nil {
		return nil
	}
	op := &plan.Aggregate{}
	for i, f := range n.Schema.Fields {
		if !b.keyType(f.Name, f.Type, at) {
			return nil
		}
		op.Keys = append(op.Keys, plan.Column{Name: f.Name, Expr: lowering.Column(n.Schema, i, at)})
	}
	return plainRelation(b.node("distinct", at, op, n))
}

// keyType reports a type whose values have no one form that equality could go by.
func (b *binder) keyType(name string, t schema.Type, at diag.Span) bool {
	if !t.Nested() && t.Kind != schema.JSON {
		return true
	}
	b.errorf(CodeKeyType, at, "Take the fields that identify a row out of it first.", "%s is %s, whose values cannot be compared for identity", name, t)
	return false
}

// plainRelation names the columns of a node by their fields.
func plainRelation(n *plan.Node) *relation {
	if n == nil {
		return nil
	}
	r := &relation{node: n, cols: make([]column, len(n.Schema.Fields))}
	for i, f := range n.Schema.Fields {
		r.cols[i] = column{name: f.Name, index: i}
	}
	return r
}
