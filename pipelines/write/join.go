package write

import (
	"strings"
	"time"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// meeting is a join while it is written.
type meeting struct {
	*script
	n           *plan.Node
	kind        plan.JoinKind
	left, right []int
	// cols are the columns of both sides, with their tables; pair is the schema they make up.
	cols []name
	pair *schema.Schema
	on   []sqltext.Expr
	// bounds counts the conditions on both times among them, behind the keys.
	bounds int
	hints  []sqltext.Hint
}

// joined is FROM of a join or an unnest, and what its columns are called there.
func (s *script) joined(n *plan.Node) (*sqltext.Select, []name) {
	if op, ok := n.Op.(*plan.Unnest); ok {
		return s.unnested(n, op)
	}
	m := &meeting{script: s, n: n}
	sel := &sqltext.Select{}
	left, right := s.input(n, 0), s.input(n, 1)
	j := &sqltext.Join{Kind: "INNER"}
	lt := s.table(left)
	var rt *sqltext.TableName
	if op, ok := n.Op.(*plan.TemporalJoin); ok {
		rt, right = m.versions(op, right)
	} else {
		rt = s.table(right)
	}
	l, r := m.aliases(lt, rt, left, right)
	switch op := n.Op.(type) {
	case *plan.Join:
		m.kind, m.left, m.right = op.Kind, op.Left, op.Right
		m.keys()
		m.unique(op.LeftUnique, op.RightUnique)
		if op.TTL > 0 {
			text := m.span("the time to live", op.TTL)
			sel.Hints = []sqltext.Hint{optionHint("STATE_TTL", l, text, r, text)}
		}
	case *plan.IntervalJoin:
		m.kind, m.left, m.right = op.Kind, op.Left, op.Right
		m.keys()
		m.unique(op.LeftUnique, op.RightUnique)
		m.within(op)
	case *plan.TemporalJoin:
		m.kind, m.left, m.right = op.Kind, op.Left, op.Right
		m.keys()
		m.unique(false, op.RightUnique)
		m.versioned(op, left, rt)
	}
	m.conditions(condition(n.Op))
	rt.Hints = append(rt.Hints, m.hints...)
	j.Kind = map[plan.JoinKind]string{plan.Inner: "INNER", plan.LeftOuter: "LEFT", plan.RightOuter: "RIGHT", plan.FullOuter: "FULL", plan.Semi: "SEMI", plan.Anti: "ANTI"}[m.kind]
	j.Left, j.Right, j.On = lt, rt, all(m.on)
	if j.On == nil {
		j.On = always()
	}
	sel.From = []sqltext.TableRef{j}
	if m.kind.OnlyLeft() {
		return sel, m.cols[:len(left.Schema.Fields)]
	}
	return sel, m.cols
}

func always() sqltext.Expr { return &sqltext.Literal{Kind: sqltext.LitBool, Text: "true"} }

// all joins conditions with AND.
func all(list []sqltext.Expr) sqltext.Expr {
	var out sqltext.Expr
	for _, e := range list {
		if out == nil {
			out = e
		} else {
			out = binary(sqltext.And, out, e)
		}
	}
	return out
}

// aliases settles by what names the columns of both sides are called.
func (m *meeting) aliases(lt, rt *sqltext.TableName, left, right *plan.Node) (l, r string) {
	l, r = lt.Name[len(lt.Name)-1].Text, rt.Name[len(rt.Name)-1].Text
	if l == r {
		l, r = l+"_left", r+"_right"
		lt.Alias, rt.Alias = sqltext.Alias{Name: part(l)}, sqltext.Alias{Name: part(r)}
	}
	for _, f := range left.Schema.Fields {
		m.cols = append(m.cols, name{l, f.Name})
	}
	for _, f := range right.Schema.Fields {
		m.cols = append(m.cols, name{r, f.Name})
	}
	m.pair = plan.PairSchema(m.n.Inputs[0].Schema, m.n.Inputs[1].Schema)
	return l, r
}

// both are the names of a left and a right column.
func (m *meeting) both(left, right int) (l, r sqltext.Expr) {
	return m.cols[left].expr(), m.cols[len(m.n.Inputs[0].Schema.Fields)+right].expr()
}

func (m *meeting) keys() {
	for i := range m.left {
		l, r := m.both(m.left[i], m.right[i])
		m.on = append(m.on, binary(sqltext.Eq, l, r))
	}
}

func (m *meeting) unique(left, right bool) {
	if left || right {
		side := map[bool]string{true: "one", false: "many"}
		m.hints = append(m.hints, optionHint("CARDINALITY", "left", side[left], "right", side[right]))
	}
}

// within bounds the right time by the left one.
func (m *meeting) within(op *plan.IntervalJoin) {
	l, r := m.both(op.LeftTime, op.RightTime)
	m.bounds = 1
	if op.Lower == 0 && op.Upper == 0 {
		m.on = append(m.on, binary(sqltext.Eq, l, r))
		return
	}
	away := func(micros int64) sqltext.Expr {
		switch {
		case micros == 0:
			return l
		case micros < 0:
			return binary(sqltext.Sub, l, interval(-micros))
		}
		return binary(sqltext.Add, l, interval(micros))
	}
	m.on = append(m.on, &sqltext.Between{X: r, Lo: away(op.Lower), Hi: away(op.Upper)})
}

// versions names the right side of a temporal join. Versions whose key no table declares are those of a query that keeps the last of each key,
// and versions without a time are those of the table below the projection that gives them one.
func (m *meeting) versions(op *plan.TemporalJoin, right *plan.Node) (*sqltext.TableName, *plan.Node) {
	if p, ok := right.Op.(*plan.Project); ok && op.RightTime != right.Schema.TimeIndex() && timeless(p, right.Inputs[0].Schema) {
		return m.table(m.input(right, 0)), right
	}
	timed := op.RightTime == right.Schema.TimeIndex()
	declared := right.Schema.Key
	if right.Mode.Change == plan.Upsert {
		declared = right.Mode.Key
	}
	keyed := sameColumns(declared, op.Right, right.Schema)
	if right.Mode.Change == plan.Append && timed && !keyed {
		id := m.subject.unique(m.ids[right] + "_versions")
		order := []sqltext.SortItem{{Expr: name{right.Schema.Fields[op.RightTime].Name}.expr(), Desc: true}}
		q := m.numbered(right, op.Right, order, "", 1, 1)
		m.with = append(m.with, sqltext.CTE{Name: part(id), Query: q})
		return &sqltext.TableName{Name: ident(id)}, right
	}
	t := m.table(right)
	if !timed || !keyed {
		var pairs, key []string
		for _, k := range op.Right {
			key = append(key, right.Schema.Fields[k].Name)
		}
		if !keyed {
			pairs = append(pairs, "key", strings.Join(key, ", "))
		}
		if !timed {
			pairs = append(pairs, "time", right.Schema.Fields[op.RightTime].Name)
		}
		m.hints = append(m.hints, optionHint("VERSIONED", pairs...))
		return t, right
	}
	below := right
	if _, ok := right.Op.(*plan.Project); ok {
		below = right.Inputs[0]
	}
	if _, ok := below.Op.(*plan.Rank); ok {
		m.hints = append(m.hints, optionHint("VERSIONED", "of", "rows"))
	}
	return t, right
}

// timeless reports whether a projection does nothing but add a constant time.
func timeless(p *plan.Project, in *schema.Schema) bool {
	last := len(p.Columns) - 1
	front := plan.Project{Columns: p.Columns[:max(last, 0)]}
	return last >= 0 && p.Columns[last].Expr.Op == expr.OpLiteral && changesNothing(&front, in)
}

func sameColumns(key []string, positions []int, in *schema.Schema) bool {
	if len(key) != len(positions) {
		return false
	}
	for _, k := range key {
		found := false
		for _, p := range positions {
			found = found || in.Fields[p].Name == k
		}
		if !found {
			return false
		}
	}
	return true
}

// versioned says of which time the versions are, and how long rows wait for them.
func (m *meeting) versioned(op *plan.TemporalJoin, left *plan.Node, rt *sqltext.TableName) {
	l, _ := m.both(op.LeftTime, 0)
	rt.SystemTime = l
	var pairs []string
	if op.Wait > 0 {
		pairs = append(pairs, "wait", m.span("the wait", op.Wait))
	}
	if op.Correct > 0 {
		pairs = append(pairs, "correct", m.span("the time for corrections", op.Correct))
	}
	if len(pairs) == 0 {
		return
	}
	if len(m.hints) > 0 && m.hints[0].Name.Text == "VERSIONED" {
		m.hints[0].Options = append(optionHint("", pairs...).Options, m.hints[0].Options...)
		return
	}
	m.hints = append(m.hints, optionHint("VERSIONED", pairs...))
}

// conditions adds the further condition, and the hint that keeps it where it would be taken for something else.
func (m *meeting) conditions(where *expr.Expr) {
	plainKeys := len(m.on) - m.bounds
	if m.mistaken(where) {
		m.hints = append(m.hints, optionHint("CONDITIONS", "keys", decimal(int64(plainKeys)), "bounds", decimal(int64(m.bounds))))
	}
	if where != nil {
		m.on = append(m.on, m.ast(m.n, where, m.pair, m.cols))
	}
}

// mistaken reports whether a condition of ON might be taken for another kind than it is: a key of both event times for a bound, a part of the
// further condition for a key, a bound, or a condition on one side alone. It may say true where it would not.
func (m *meeting) mistaken(where *expr.Expr) bool {
	l, r := m.n.Inputs[0].Schema, m.n.Inputs[1].Schema
	for i := range m.left {
		if l.Fields[m.left[i]].Type.Kind == schema.Timestamp && r.Fields[m.right[i]].Type.Kind == schema.Timestamp {
			return true
		}
	}
	for where != nil {
		last := where
		if where.Op == expr.OpCall && where.Func == "and" {
			where, last = where.Args[0], where.Args[1]
		} else {
			where = nil
		}
		if m.special(last) {
			return true
		}
	}
	return false
}

// special reports whether one condition might be taken for another kind.
func (m *meeting) special(e *expr.Expr) bool {
	if e.Op != expr.OpCall || e.Func == "and" {
		return true
	}
	n := len(m.n.Inputs[0].Schema.Fields)
	left, right := false, false
	for _, c := range expr.Columns(e) {
		left, right = left || c < n, right || c >= n
	}
	if !left || !right {
		return true
	}
	switch e.Func {
	case "eq":
		return true
	case "lt", "le", "gt", "ge":
		return e.Args[0].Type.Kind == schema.Timestamp
	}
	return false
}

// span is a stretch of microseconds as hints have it.
func (m *meeting) span(what string, micros int64) string {
	ms := micros / int64(time.Millisecond/time.Microsecond)
	if micros%int64(time.Millisecond/time.Microsecond) != 0 {
		m.refuse(m.n, CodeOperator, "%s is no whole number of milliseconds, the smallest unit of a hint", what)
	}
	for _, u := range []struct {
		ms   int64
		name string
	}{{24 * 3600 * 1000, "d"}, {3600 * 1000, "h"}, {60 * 1000, "min"}, {1000, "s"}} {
		if ms%u.ms == 0 {
			return decimal(ms/u.ms) + " " + u.name
		}
	}
	return decimal(ms) + " ms"
}

// unnested is a table beside the elements of one of its columns.
func (s *script) unnested(n *plan.Node, op *plan.Unnest) (*sqltext.Select, []name) {
	in := s.input(n, 0)
	u := &sqltext.Unnest{Expr: name{in.Schema.Fields[op.Column].Name}.expr(), Ordinality: op.Ordinality, Alias: sqltext.Alias{Name: part("elements")}}
	for _, name := range op.Names {
		u.Alias.Columns = append(u.Alias.Columns, part(name))
	}
	j := &sqltext.Join{Kind: "CROSS", Left: s.table(in), Right: u}
	if op.Outer {
		j.Kind, j.On = "LEFT", always()
	}
	return &sqltext.Select{From: []sqltext.TableRef{j}}, names(n.Schema)
}
