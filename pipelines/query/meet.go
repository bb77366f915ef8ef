package query

import (
	"math"
	"strings"

	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// meet is a join while it is planned. Its conditions are told apart as equal keys, bounds of time, and the rest; what they are decides
// which operator it becomes.
type meet struct {
	b           *binder
	kind        plan.JoinKind
	left, right *relation
	conds       []sqltext.Expr
	at          diag.Span
	// name and keys are the slots of the join and of the projections that compute its keys.
	name, keys string
	// ttl is the state TTL in microseconds.
	ttl int64
	// quiet leaves out the warning of a join without keys, of which one side has one row.
	quiet bool
	// says is what hints declare.
	says declared

	// inner is what the conditions read where the right side is a subquery; on are pairs of a left and a right expression that are equal.
	inner *scope
	on    [][2]sqltext.Expr

	// pairs are the equal keys, over the left and the right rows; rest are the other conditions, over both.
	pairs []pair
	rest  []*expr.Expr
	// bounds are the conditions on both event times, which say: left + lower <= right <= left + upper.
	bounds       []*expr.Expr
	lower, upper int64
}

// pair is one equal key.
type pair struct {
	left, right *expr.Expr
	// written is the condition over both rows.
	written *expr.Expr
}

// scope is what conditions of the join read.
func (m *meet) scope() scope {
	return scope{schema: plan.PairSchema(m.left.node.Schema, m.right.node.Schema), levels: [][]column{m.columns()}}
}

// columns are those of the left side, then those of the right behind them.
func (m *meet) columns() []column {
	return append(append([]column{}, m.left.cols...), shifted(m.right.cols, len(m.left.node.Schema.Fields))...)
}

func shifted(cols []column, by int) []column {
	out := make([]column, len(cols))
	for i, c := range cols {
		if c.index >= 0 {
			c.index += by
		}
		out[i] = c
	}
	return out
}

// classify checks the conditions and sorts them.
func (m *meet) classify(s scope) bool {
	ok := true
	m.lower, m.upper = math.MinInt64, math.MaxInt64
	if m.says.written {
		return m.classifyWritten(s)
	}
	for _, on := range m.on {
		ok = m.equal(on[0], on[1]) && ok
	}
	for _, c := range m.conds {
		e, good := m.b.condition(s, c)
		if !good {
			ok = false
			continue
		}
		for _, part := range parts(e) {
			if !m.pair(part) && !m.bound(part) {
				m.rest = append(m.rest, part)
			}
		}
	}
	return ok
}

// equal takes a comparison whose sides see only the columns of their own side of the join.
func (m *meet) equal(l, r sqltext.Expr) bool {
	n, s := len(m.left.node.Schema.Fields), m.scope().schema
	le, ok := m.b.resolved(scope{schema: s, levels: [][]column{m.left.cols}}, l, false)
	re, also := m.b.resolved(scope{schema: s, levels: [][]column{shifted(m.right.cols, n)}}, r, false)
	if !ok || !also {
		return false
	}
	e, found := expr.CheckBool(equal(le, re, l.Span()), m.b.env(s))
	if !m.b.report(found) {
		return false
	}
	if !m.pair(e) && !m.bound(e) {
		m.rest = append(m.rest, e)
	}
	return true
}

// parts splits a checked condition at its ANDs.
func parts(e *expr.Expr) []*expr.Expr {
	if e.Op == expr.OpCall && e.Func == "and" {
		return append(parts(e.Args[0]), parts(e.Args[1])...)
	}
	return []*expr.Expr{e}
}

// The sides an expression reads.
const (
	sideNone = iota
	sideLeft
	sideRight
	sideBoth
)

func (m *meet) side(e *expr.Expr) int {
	n, side := len(m.left.node.Schema.Fields), sideNone
	for _, c := range expr.Columns(e) {
		if c < n {
			side |= sideLeft
		} else {
			side |= sideRight
		}
	}
	return side
}

// pair takes a condition that two expressions, each of one side, are equal. Equal event times are a bound of time as well.
func (m *meet) pair(e *expr.Expr) bool {
	if e.Op != expr.OpCall || e.Func != "eq" || m.bound(e) {
		return false
	}
	return m.equalKey(e)
}

// ofLeft and ofRight rewrite an expression over both rows to one over the rows of one side.
func (m *meet) ofLeft(e *expr.Expr) *expr.Expr { return m.moved(e, m.left.node.Schema, 0) }

func (m *meet) ofRight(e *expr.Expr) *expr.Expr {
	return m.moved(e, m.right.node.Schema, len(m.left.node.Schema.Fields))
}

func (m *meet) moved(e *expr.Expr, to *schema.Schema, from int) *expr.Expr {
	by := make([]*expr.Expr, from+len(to.Fields))
	for i := range to.Fields {
		by[from+i] = lowering.Column(to, i, e.Span)
	}
	return expr.Substitute(e, by)
}

// timed reports whether both sides are streams with an event time, as a bound of time needs them.
func (m *meet) timed() bool {
	l, r := m.left.node, m.right.node
	return l.Mode.Change == plan.Append && r.Mode.Change == plan.Append && l.Schema.EventTime != nil && r.Schema.EventTime != nil
}

// bound takes a comparison of the two event times, each with or without a constant distance.
func (m *meet) bound(e *expr.Expr) bool {
	if !m.timed() || e.Op != expr.OpCall || len(e.Args) != 2 {
		return false
	}
	for _, known := range m.bounds {
		if known == e {
			return true
		}
	}
	n := len(m.left.node.Schema.Fields)
	la, aOff, aok := m.timeOf(e.Args[0], n)
	lb, bOff, bok := m.timeOf(e.Args[1], n)
	if !aok || !bok || la == lb {
		return false
	}
	op := e.Func
	if !la {
		// Written from right to left: turn it around.
		aOff, bOff = bOff, aOff
		op = map[string]string{"le": "ge", "lt": "gt", "ge": "le", "gt": "lt", "eq": "eq"}[op]
	}
	// left + aOff op right + bOff.
	distance := aOff - bOff
	switch op {
	case "le":
		m.lower = max(m.lower, distance)
	case "lt":
		m.lower = max(m.lower, distance+1)
	case "ge":
		m.upper = min(m.upper, distance)
	case "gt":
		m.upper = min(m.upper, distance-1)
	case "eq":
		m.lower, m.upper = max(m.lower, distance), min(m.upper, distance)
	default:
		return false
	}
	m.bounds = append(m.bounds, e)
	return true
}

// timeOf reads an expression as an event time with a constant distance from it.
func (m *meet) timeOf(e *expr.Expr, n int) (left bool, offset int64, ok bool) {
	column, offset, ok := distance(e)
	if !ok {
		return false, 0, false
	}
	node := m.left.node
	if left = column < n; !left {
		node, column = m.right.node, column-n
	}
	own, ok := fromEventTime(node, column, m.b.zone)
	return left, offset + own, ok
}

// distance reads an expression as a column plus a constant number of microseconds.
func distance(e *expr.Expr) (column int, offset int64, ok bool) {
	switch {
	case e.Op == expr.OpColumn:
		return e.Column, 0, true
	case e.Op == expr.OpCall && e.Func == "cast" && e.Type.Kind == schema.Timestamp && finer(e.Args[0].Type, e.Type):
		return distance(e.Args[0])
	case e.Op == expr.OpCall && e.Func == "add_micros" && e.Args[1].Op == expr.OpLiteral:
		micros, is := e.Args[1].Value.(int64)
		column, offset, ok = distance(e.Args[0])
		return column, offset + micros, ok && is && e.Type.Equal(e.Args[0].Type)
	}
	return 0, 0, false
}

// finer reports whether a cast between timestamps loses nothing.
func finer(from, to schema.Type) bool {
	return from.Kind == schema.Timestamp && (to.Precision == 0 || from.Precision != 0 && from.Precision <= to.Precision)
}

// join makes the operator: within bounds of both event times an interval join, else one that keeps its rows.
func (m *meet) join() *relation {
	s := m.scope()
	if m.inner != nil {
		s = *m.inner
	}
	if !m.classify(s) {
		return nil
	}
	interval := m.lower != math.MinInt64 && m.upper != math.MaxInt64
	if interval && m.lower > m.upper {
		m.b.warnf(CodeJoin, m.at, "Turn one of the comparisons around.", "the bounds of time leave nothing between them: no two rows meet")
		interval = false
	}
	if !interval {
		m.rest = append(m.rest, m.bounds...)
	}
	left, right, lk, rk := m.computed()
	if left == nil || right == nil {
		return nil
	}
	where := m.where(left, right)
	var op plan.Op
	if interval {
		op = &plan.IntervalJoin{Kind: m.kind, Left: lk, Right: rk, LeftTime: left.Schema.TimeIndex(), RightTime: right.Schema.TimeIndex(),
			Lower: m.lower, Upper: m.upper, Where: where, LeftUnique: m.says.leftUnique, RightUnique: m.says.rightUnique}
	} else {
		op = m.keyed(left, right, lk, rk, where)
	}
	return m.output(m.b.node(m.name, m.at, op, left, right), left)
}

// keyed is the join that keeps its rows for as long as the TTL says.
func (m *meet) keyed(left, right *plan.Node, lk, rk []int, where *expr.Expr) *plan.Join {
	b := m.b
	op := &plan.Join{Kind: m.kind, Left: lk, Right: rk, Where: where, LeftTime: -1, RightTime: -1,
		LeftUnique: m.says.leftUnique, RightUnique: m.says.rightUnique}
	if len(lk) == 0 && !m.quiet {
		b.warnf(CodeNoKeys, m.at, "Join on equal columns: ON a.id = b.id.", "every row of one side meets every row of the other")
	}
	lt, rt := left.Schema.TimeIndex(), right.Schema.TimeIndex()
	switch {
	case m.ttl > 0 && lt >= 0 && rt >= 0:
		op.TTL, op.LeftTime, op.RightTime = m.ttl, lt, rt
	case m.ttl > 0 && !m.quiet:
		b.warnf(CodeStateForEver, m.at, "Bound what grows before it is joined, as by a window.",
			"the state TTL has no effect here: it counts in event time, and not both sides have one. All rows are kept for ever")
	case !m.quiet:
		fix := "Set 'table.exec.state.ttl', or give a hint: SELECT /*+ STATE_TTL('a' = '1d', 'b' = '1d') */."
		if lt >= 0 && rt >= 0 {
			fix = "Bound the event times, as in b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' HOUR, or set 'table.exec.state.ttl'."
		}
		b.warnf(CodeStateForEver, m.at, fix, "the join keeps all rows of both sides for ever")
	}
	return op
}

// computed puts a projection under each side that has a key which is no plain column. Nil means a diagnostic was given.
func (m *meet) computed() (left, right *plan.Node, lk, rk []int) {
	ls, rs := make([]*expr.Expr, len(m.pairs)), make([]*expr.Expr, len(m.pairs))
	for i, p := range m.pairs {
		ls[i], rs[i] = p.left, p.right
	}
	left, lk = m.b.withColumns(m.keys+"_left", m.at, m.left.node, ls, "key")
	right, rk = m.b.withColumns(m.keys, m.at, m.right.node, rs, "key")
	return left, right, lk, rk
}

// withColumns adds expressions that are no plain columns behind a node's columns; it returns where each is.
func (b *binder) withColumns(slot string, at diag.Span, n *plan.Node, exprs []*expr.Expr, prefix string) (*plan.Node, []int) {
	taken := map[string]bool{}
	cols := make([]plan.Column, 0, len(n.Schema.Fields)+len(exprs))
	for i, f := range n.Schema.Fields {
		taken[f.Name] = true
		cols = append(cols, plan.Column{Name: f.Name, Expr: lowering.Column(n.Schema, i, diag.Span{})})
	}
	index := make([]int, len(exprs))
	for i, e := range exprs {
		index[i] = -1
		for k, c := range cols {
			if expr.Equal(c.Expr, e) {
				index[i] = k
				break
			}
		}
		if index[i] < 0 {
			index[i] = len(cols)
			cols = append(cols, plan.Column{Name: unique(prefix, taken), Expr: e})
		}
	}
	if len(cols) == len(n.Schema.Fields) {
		return n, index
	}
	return b.node(slot, at, &plan.Project{Columns: cols}, n), index
}

// where is what is left of the conditions, over the rows of the nodes that are joined.
func (m *meet) where(left, right *plan.Node) *expr.Expr {
	var out *expr.Expr
	for _, e := range m.rest {
		out = and(out, e)
	}
	if out == nil {
		return nil
	}
	n, s := len(m.left.node.Schema.Fields), plan.PairSchema(left.Schema, right.Schema)
	by := make([]*expr.Expr, n+len(m.right.node.Schema.Fields))
	for i := range by {
		to := i
		if i >= n {
			to += len(left.Schema.Fields) - n
		}
		by[i] = lowering.Column(s, to, out.Span)
	}
	return expr.Substitute(out, by)
}

// output is the relation of the joined rows; left is the node that stands on the left side.
func (m *meet) output(n, left *plan.Node) *relation {
	if n == nil {
		return nil
	}
	out := &relation{node: n, cols: append([]column{}, m.left.cols...)}
	if !m.kind.OnlyLeft() {
		out.cols = append(out.cols, shifted(m.right.cols, len(left.Schema.Fields))...)
	}
	return out
}

// using are the conditions that USING and NATURAL stand for.
func (m *meet) using(j *sqltext.Join) ([]sqltext.Expr, bool) {
	names := j.Using
	if j.Natural {
		for _, c := range m.left.cols {
			if !c.merged && len(findIn(m.right.cols, []sqltext.NamePart{{Text: c.name}})) == 1 {
				names = append(names, sqltext.NamePart{Text: c.name, At: j.Right.Span()})
			}
		}
		if len(names) == 0 {
			m.b.errorf(CodeJoin, j.At, "Write JOIN ... ON a.id = b.id, or CROSS JOIN.", "the two sides of this NATURAL JOIN have no column in common")
			return nil, false
		}
	}
	var out []sqltext.Expr
	ok := true
	for _, n := range names {
		l, good := m.one(m.left, n)
		r, also := m.one(m.right, n)
		if ok = ok && good && also; ok {
			out = append(out, equal(l, r, n.At))
		}
	}
	return out, ok
}

// one finds the column of a side that a name of USING means.
func (m *meet) one(r *relation, n sqltext.NamePart) (sqltext.Expr, bool) {
	name := &sqltext.Name{Place: sqltext.Place{At: n.At}, Parts: []sqltext.NamePart{n}}
	found := findIn(r.cols, name.Parts)
	if len(found) != 1 {
		m.b.column(r.scope(), name, false)
		return nil, false
	}
	name.Parts = []sqltext.NamePart{{Text: leafName(found[0].leaf), At: n.At}, {Text: found[0].name, At: n.At}}
	return name, true
}

// merged gives the columns of USING once, in front: the left one, of a right join the right one, of a full join the one that is there.
func (m *meet) merged(r *relation, using []sqltext.Expr) *relation {
	b := m.b
	var front []column
	var computed []*expr.Expr
	cols := append([]column{}, r.cols...)
	for _, u := range using {
		eq := u.(*sqltext.Binary)
		l, rt := findIn(cols, eq.L.(*sqltext.Name).Parts)[0], match{}
		if !m.kind.OnlyLeft() {
			rt = findIn(cols, eq.R.(*sqltext.Name).Parts)[0]
		}
		c := column{name: l.name, index: l.index}
		switch m.kind {
		case plan.RightOuter:
			c.index = rt.index
		case plan.FullOuter:
			either := &sqltext.Call{Place: sqltext.Place{At: u.Span()}, Name: "COALESCE", NameAt: u.Span(), Args: []sqltext.Expr{eq.L, eq.R}}
			e, ok := b.check(r.scope(), either)
			if !ok {
				return nil
			}
			c.index = len(r.node.Schema.Fields) + len(computed)
			computed = append(computed, e)
		}
		b.leaves++
		c.leaf = b.leaves
		front = append(front, c)
		for i := range cols {
			if cols[i].leaf == l.leaf && cols[i].name == l.name || !m.kind.OnlyLeft() && cols[i].leaf == rt.leaf && cols[i].name == rt.name {
				cols[i].merged = true
			}
		}
	}
	out := &relation{node: r.node, cols: append(front, cols...)}
	if len(computed) > 0 {
		var at []int
		if out.node, at = b.withColumns(strings.Replace(m.name, "join_", "using_", 1), m.at, r.node, computed, "using"); out.node == nil {
			return nil
		}
		for i := range front {
			out.cols[i].index = at[i]
		}
	}
	return out
}
