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

// The hints that Flink does not have. They say what its SQL has no words for, so that every plan can be written as SQL.
//
//	SELECT /*+ AS_WRITTEN */          the select list is an operator of its own, even if it changes nothing, and carries no columns along
//	SELECT /*+ UPDATES */             GROUP BY aggregates and sends updates, even if the event time is among the keys
//	t /*+ NORMALIZED */               the changes of t, completed
//	JOIN t /*+ CARDINALITY('left' = 'many', 'right' = 'one') */
//	                                  a second row of a key on a side that is one is rejected
//	JOIN t /*+ CONDITIONS('keys' = '2', 'bounds' = '1') */
//	                                  of what ON joins with AND, the first two are equal keys, the next bounds the times, and what follows
//	                                  is tried on pairs of rows, even if it reads one side only
//	JOIN t /*+ VERSIONED('wait' = '10 s', 'correct' = '1 h', 'of' = 'rows') */ FOR SYSTEM_TIME AS OF l.ts
//	                                  how long rows wait for versions that come late, and for how long these correct what was given out;
//	                                  of rows: the versions are the rows of t even if it keeps the last of each key; 'key' = 'a, b' are the
//	                                  columns that tell them apart and 'time' = 'since' is from when they hold, where no table declares it
const (
	hintTTL         = "STATE_TTL"
	hintAsWritten   = "AS_WRITTEN"
	hintUpdates     = "UPDATES"
	hintNormalized  = "NORMALIZED"
	hintCardinality = "CARDINALITY"
	hintConditions  = "CONDITIONS"
	hintVersioned   = "VERSIONED"
)

// hint finds a hint by its name.
func hint(list []sqltext.Hint, name string) (sqltext.Hint, bool) {
	i := slices.IndexFunc(list, func(h sqltext.Hint) bool { return strings.EqualFold(h.Name.Text, name) })
	if i < 0 {
		return sqltext.Hint{}, false
	}
	return list[i], true
}

func hinted(list []sqltext.Hint, name string) bool {
	_, ok := hint(list, name)
	return ok
}

// option is the value of a hint's option.
func option(h sqltext.Hint, key string) (sqltext.Option, bool) {
	i := slices.IndexFunc(h.Options, func(o sqltext.Option) bool { return strings.EqualFold(o.Key, key) })
	if i < 0 {
		return sqltext.Option{}, false
	}
	return h.Options[i], true
}

// declared is what the hints on the right table of a join say about it.
type declared struct {
	// written is set when the conditions stay as they are: the first keys and the next bounds of them, and one of all that follows.
	written      bool
	keys, bounds int
	// leftUnique and rightUnique are declared cardinality.
	leftUnique, rightUnique bool
	// wait and correct are those of a temporal join in microseconds; rows is set when the versions are the right rows as they are.
	wait, correct int64
	rows          bool
	// key and time name the columns that tell versions apart and from when they hold; empty is what the table declares.
	key  []string
	time string
}

// declarations reads the hints on the right side of a join.
func (b *binder) declarations(ref sqltext.TableRef) declared {
	var d declared
	t, ok := ref.(*sqltext.TableName)
	if !ok {
		return d
	}
	if h, ok := hint(t.Hints, hintCardinality); ok {
		d.leftUnique, d.rightUnique = b.one(h, "left"), b.one(h, "right")
	}
	if h, ok := hint(t.Hints, hintConditions); ok {
		d.written = true
		d.keys, d.bounds = b.countOption(h, "keys"), b.countOption(h, "bounds")
	}
	if h, ok := hint(t.Hints, hintVersioned); ok {
		d.wait, d.correct = b.spanOption(h, "wait"), b.spanOption(h, "correct")
		if o, ok := option(h, "key"); ok {
			for _, name := range strings.Split(o.Value, ",") {
				d.key = append(d.key, strings.TrimSpace(name))
			}
		}
		if o, ok := option(h, "time"); ok {
			d.time = o.Value
		}
		if o, ok := option(h, "of"); ok {
			if d.rows = o.Value == "rows"; !d.rows {
				b.errorf(CodeHint, o.ValueAt, "Write 'rows', or leave it out.", "%q does not say what the versions are", o.Value)
			}
		}
	}
	return d
}

func (b *binder) one(h sqltext.Hint, key string) bool {
	o, ok := option(h, key)
	if ok && o.Value != "one" && o.Value != "many" {
		b.errorf(CodeHint, o.ValueAt, "Write 'one' or 'many'.", "%q is no cardinality", o.Value)
	}
	return ok && o.Value == "one"
}

func (b *binder) countOption(h sqltext.Hint, key string) int {
	o, ok := option(h, key)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(o.Value)
	if err != nil || n < 0 {
		b.errorf(CodeHint, o.ValueAt, "Write a whole number, as '1'.", "%q is not a number of conditions", o.Value)
		return 0
	}
	return n
}

func (b *binder) spanOption(h sqltext.Hint, key string) int64 {
	o, ok := option(h, key)
	if !ok {
		return 0
	}
	d, good := parseDuration(o.Value)
	if !good {
		b.errorf(CodeHint, o.ValueAt, "Write '1 d', '12 h', '30 min' or '10 s'.", "%q is not a duration", o.Value)
	}
	return d.Microseconds()
}

// split are the conditions of ON: one by one, or as far as the hint counts them.
func (d declared) split(on sqltext.Expr) []sqltext.Expr {
	if !d.written {
		return conjuncts(on)
	}
	var out []sqltext.Expr
	var spine func(e sqltext.Expr, most int)
	spine = func(e sqltext.Expr, most int) {
		x, ok := e.(*sqltext.Binary)
		if !ok || x.Op != sqltext.And || most <= 1 {
			out = append(out, e)
			return
		}
		spine(x.L, most-1)
		out = append(out, x.R)
	}
	if on != nil && !isTrue(on) {
		spine(on, 1+ands(on, d.keys+d.bounds))
	}
	return out
}

// ands is how many conditions stand in front of the last one of a chain, most at most.
func ands(e sqltext.Expr, most int) int {
	n := 0
	for {
		x, ok := e.(*sqltext.Binary)
		if !ok || x.Op != sqltext.And || n == most {
			return n
		}
		e, n = x.L, n+1
	}
}

// classifyWritten takes the conditions for what the hint says they are.
func (m *meet) classifyWritten(s scope) bool {
	ok := true
	for i, c := range m.conds {
		e, good := m.b.condition(s, c)
		switch {
		case !good:
			ok = false
		case i < m.says.keys:
			if !m.equalKey(e) {
				m.b.errorf(CodeHint, c.Span(), "Count only the equalities in front of the others.", "this condition is no equality of a left and a right column")
				ok = false
			}
		case i < m.says.keys+m.says.bounds:
			for _, part := range parts(e) {
				if !m.bound(part) {
					m.b.errorf(CodeHint, c.Span(), "Count only bounds behind the keys.", "this condition does not bound one event time by the other")
					ok = false
				}
			}
		default:
			m.rest = append(m.rest, e)
		}
	}
	return ok
}

// equalKey is pair without a look at whether the condition bounds the times.
func (m *meet) equalKey(e *expr.Expr) bool {
	if e.Op != expr.OpCall || e.Func != "eq" {
		return false
	}
	l, r := e.Args[0], e.Args[1]
	if m.side(l) == sideRight {
		l, r = r, l
	}
	if m.side(l) != sideLeft || m.side(r) != sideRight {
		return false
	}
	m.pairs = append(m.pairs, pair{left: m.ofLeft(l), right: m.ofRight(r), written: e})
	return true
}

// hintedVersions settles what a hint says of the versions: their key, and from when they hold. It tells of columns that are not there.
func (m *meet) hintedVersions(t *sqltext.TableName) (key []int, ok bool) {
	h, _ := hint(t.Hints, hintVersioned)
	s := m.right.node.Schema
	names := m.says.key
	if len(names) == 0 {
		if names = s.Key; m.right.node.Mode.Change == plan.Upsert {
			names = m.right.node.Mode.Key
		}
	}
	for _, k := range names {
		i := s.Index(k)
		if i < 0 {
			m.b.errorf(CodeHint, h.At, "It has "+strings.Join(s.Names(), ", ")+".", "%s has no column %q that could tell versions apart", t.Name.Text(), k)
			return nil, false
		}
		key = append(key, i)
	}
	time := s.TimeIndex()
	if m.says.time != "" {
		time = s.Index(m.says.time)
	}
	if len(key) == 0 || time < 0 || s.Fields[time].Type.Kind != schema.Timestamp || s.Fields[time].Nullable {
		m.b.errorf(CodeHint, h.At, "Write VERSIONED('key' = 'id', 'time' = 'since').", "the key of %s and the time from which its rows hold are not both known", t.Name.Text())
		return nil, false
	}
	return key, true
}

// completed normalizes the rows of a table that has the hint.
func (b *binder) completed(t *sqltext.TableName, r *relation) *relation {
	h, ok := hint(t.Hints, hintNormalized)
	if !ok || r == nil {
		return r
	}
	if r.node.Mode.Change != plan.Upsert {
		b.warnf(CodeHint, h.At, "Leave it out.", "%s sends no upserts, so that there is nothing to complete", t.Name.Text())
		return r
	}
	return r.over(b.normalized(r.node))
}

// unknownHints tells of hints that change nothing.
func (b *binder) unknownHints(sel *sqltext.Select) {
	for _, h := range sel.Hints {
		switch strings.ToUpper(h.Name.Text) {
		case hintAsWritten, hintUpdates:
		case hintTTL:
			b.tablesOf(h, sel)
		default:
			b.unknownHint(h, []string{hintTTL, hintAsWritten, hintUpdates})
		}
	}
}

// tablesOf tells of tables that a hint names and FROM does not have.
func (b *binder) tablesOf(h sqltext.Hint, sel *sqltext.Select) {
	for _, o := range h.Options {
		if !slices.ContainsFunc(sel.From, func(ref sqltext.TableRef) bool { return inside(ref, o.Key) }) {
			b.warnf(CodeHint, o.KeyAt, "Name a table of FROM, or its alias.", "STATE_TTL names %s, which is not in FROM", o.Key)
		}
	}
}

func (b *binder) unknownHint(h sqltext.Hint, known []string) {
	fix := strings.Join(known[:len(known)-1], ", ") + " and " + known[len(known)-1] + " are known here."
	if near := diag.Nearest(strings.ToUpper(h.Name.Text), known); near != "" {
		fix = "Did you mean " + near + "?"
	}
	b.warnf(CodeHint, h.At, fix, "the hint %s has no effect", h.Name.Text)
}
