package relational

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// beginning is the time of versions that have none, in microseconds: nothing in the data is older.
const beginning int64 = -62135596800000000 // 0001-01-01T00:00:00Z

// choose settles how a relation is matched.
func (l *lowerer) choose(r *relation) {
	p := r.Params
	bounded := p.Has("before") || p.Has("after")
	r.match = p.String("match")
	if r.match == auto {
		switch {
		case bounded:
			r.match = interval
		case !r.to.fact:
			r.match = temporal
		default:
			r.match = keyed
		}
	}
	if bounded && r.match != interval {
		l.errorf(CodeMatch, p.Span("match"), p.Path("match"), "Leave before and after out, or match: interval.", "a %s join has no bound of time", r.match)
	}
	r.Choice.Match = r.match
	fromTime, toTime := r.from.Rows.Schema.TimeIndex() >= 0, r.to.Rows.Schema.TimeIndex() >= 0
	switch r.match {
	case temporal:
		l.checkTemporal(r)
	case interval:
		for _, side := range []struct {
			e  *entity
			ok bool
		}{{r.from, fromTime}, {r.to, toTime}} {
			if !side.ok {
				l.errorf(lowering.CodeNoEventTime, r.At, "", "Declare event_time on its table.", "the rows of %s have no event time, which a bound of time needs", side.e.ID)
			}
			if side.e.Rows.Mode.Change != plan.Append {
				l.errorf(CodeChanges, r.At, "", "Match it as a dimension.", "%s has %s rows, and a join within a bound of time takes only inserts", side.e.ID, side.e.Rows.Mode.Change)
			}
		}
	case keyed:
		if p.Duration("ttl") == 0 {
			l.errorf(CodeMatch, r.At, "", "Bound the time between the two (before, after), or set a ttl.",
				"the join from %s to %s would keep all rows of both for ever", r.From, r.To)
		} else if !fromTime || !toTime {
			l.errorf(lowering.CodeNoEventTime, r.At, "", "Declare event_time on the tables.", "a state TTL counts in event time, and %s and %s do not both have one", r.From, r.To)
		}
	}
}

func (l *lowerer) checkTemporal(r *relation) {
	p := r.Params
	if r.kind.OnlyLeft() {
		fix := "Join it as inner, and keep none of its columns."
		if r.kind == plan.Anti {
			fix = "Join it as left, and filter the rows that lack its columns in a view over this model."
		}
		l.errorf(CodeMatch, p.Span("join"), p.Path("join"), fix, "a dimension cannot be joined as %s", r.kind)
	}
	if c := p.String("cardinality"); c != manyToOne && c != oneToOne {
		l.errorf(CodeMatch, p.Span("cardinality"), p.Path("cardinality"), "Declare it many_to_one, or make "+r.To+" a fact.",
			"a dimension has one row a key at a time, so %s cannot be %s", r.To, c)
	}
	if len(r.to.key) == 0 {
		l.errorf(CodeKey, r.to.At, "", "Give "+r.To+" a key.", "the dimension %s has no key", r.To)
		return
	}
	var missing []string
	for _, k := range r.to.key {
		if !slices.Contains(r.right, r.to.inner(k)) {
			missing = append(missing, k)
		}
	}
	if len(missing) > 0 && len(r.right) > 0 && !l.failed {
		l.errorf(CodeKey, r.At, p.Path("on"), "Add the pair to on.", "the join does not compare %s, which the key of %s has", strings.Join(missing, ", "), r.To)
	}
	if len(missing) == 0 && len(r.right) > len(r.to.key) {
		l.errorf(CodeKey, r.At, p.Path("on"), "Compare the key only, and filter afterwards.", "the join compares columns of %s beyond its key", r.To)
	}
}

// rank orders the joins of one level: those that drop rows first, so that the others see fewer; then those that only widen; then those
// that may multiply.
func (r *relation) rank() int {
	rank := 0
	if r.kind.KeepsLeft() && r.kind != plan.Anti {
		rank = 1
	}
	if r.match != temporal {
		if c := r.Params.String("cardinality"); c == oneToMany || c == manyToMany {
			rank += 4
		}
		rank += 2
	}
	if r.match == keyed {
		rank += 8 // its output has no event time, which every other join needs
	}
	return rank
}

// build joins everything that hangs on an entity to it: dimensions and, through them, their dimensions; then facts with what hangs on them.
func (l *lowerer) build(e *entity) *plan.Node {
	node := e.node
	waiting := slices.Clone(e.outgoing)
	for len(waiting) > 0 {
		slices.SortStableFunc(waiting, func(a, b *relation) int { return cmp.Compare(a.rank(), b.rank()) })
		r := waiting[0]
		waiting = waiting[1:]
		right := r.to.node
		if r.match == temporal {
			// What hangs on a dimension is looked up by the row it belongs to, as of the fact's time.
			waiting = append(waiting, r.to.outgoing...)
		} else {
			right = l.build(r.to)
		}
		if l.failed {
			return nil
		}
		if node = l.joinNodes(r, e, node, right); l.failed {
			return nil
		}
	}
	return node
}

// joinNodes makes the operator of one relation; e is the fact whose event time the left side has.
func (l *lowerer) joinNodes(r *relation, e *entity, left, right *plan.Node) *plan.Node {
	p := r.Params
	leftKeys, rightKeys := left.Schema.Positions(r.left), right.Schema.Positions(r.right)
	leftTime, rightTime := left.Schema.Index(e.time), right.Schema.Index(r.to.time)
	c := p.String("cardinality")
	leftUnique, rightUnique := c == oneToOne || c == oneToMany, c == oneToOne || c == manyToOne
	var op plan.Op
	var why string
	if r.match != keyed && (left.Schema.EventTime == nil || left.Mode.Change != plan.Append) {
		l.errorf(CodeMatch, r.At, "", "Leave it out here, and join it in a second model.",
			"the rows that %s is joined to have %s and no event time any more, because of a join before it", r.To, left.Mode.Change)
		return nil
	}
	switch r.match {
	case temporal:
		op = &plan.TemporalJoin{Kind: r.kind, Left: leftKeys, Right: rightKeys, LeftTime: leftTime, RightTime: rightTime,
			Wait: p.Duration("wait").Microseconds(), Correct: p.Duration("correct").Microseconds(), RightUnique: right.Mode.Change == plan.Append}
		why = fmt.Sprintf("%s is a dimension: its row as of %s", r.To, strings.TrimPrefix(e.time, e.ID+"."))
		if r.to.Rows.Schema.TimeIndex() < 0 {
			why = fmt.Sprintf("%s is a dimension without times: its last known row", r.To)
		}
	case interval:
		op = &plan.IntervalJoin{Kind: r.kind, Left: leftKeys, Right: rightKeys, LeftTime: leftTime, RightTime: rightTime,
			Lower: -p.Duration("before").Microseconds(), Upper: p.Duration("after").Microseconds(), LeftUnique: leftUnique, RightUnique: rightUnique}
		why = fmt.Sprintf("both are facts, and the match lies from %s before to %s after", lowering.Duration(p.Duration("before")), lowering.Duration(p.Duration("after")))
	default:
		left, right = lowering.Retractable(l.pc, r.From+"_normalize", left), lowering.Retractable(l.pc, r.To+"_normalize", right)
		op = &plan.Join{Kind: r.kind, Left: leftKeys, Right: rightKeys, TTL: p.Duration("ttl").Microseconds(), LeftTime: leftTime, RightTime: rightTime,
			LeftUnique: leftUnique, RightUnique: rightUnique}
		why = fmt.Sprintf("no bound of time is declared: rows meet by key within %s", lowering.Duration(p.Duration("ttl")))
	}
	r.Choice.Operator, r.Choice.Why = op.Name(), why
	s, err := plan.SchemaOf(op, []*schema.Schema{left.Schema, right.Schema})
	if err != nil {
		l.errorf(CodeMatch, r.At, "", "", "joining %s: %v", r.To, err)
		return nil
	}
	l.pc.Diags.Add(diag.Diagnostic{Code: CodeChose, Severity: diag.Info, Span: r.At,
		Message: fmt.Sprintf("%s: %s, %s; %s", r.To, strings.ReplaceAll(op.Name(), "_", " "), r.kind, why)})
	return l.pc.MakeNode(r.To+"_join", op, s, plan.Mode{}, left, right)
}
