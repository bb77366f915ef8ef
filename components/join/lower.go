package join

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	l := &lowerer{pc: pc, p: p, left: inputs[0], right: inputs[1]}
	if err := l.kind.UnmarshalText([]byte(p.String("kind"))); err != nil {
		l.errorf(CodeKind, "kind", "", "%v", err)
	}
	match := p.String("match")
	if match == matchKeyed {
		l.left = lowering.Retractable(pc, "normalize_left", l.left)
		l.right = lowering.Retractable(pc, "normalize_right", l.right)
	}
	l.on()
	var op plan.Op
	switch match {
	case matchInterval:
		op = l.interval()
	case matchTemporal:
		op = l.temporal()
	default:
		op = l.keyed()
	}
	if l.failed {
		return nil, false
	}
	return lowering.Make(pc, p, "join", op, l.left, l.right)
}

// lowerer plans one join.
type lowerer struct {
	pc          *component.Planning
	p           component.Params
	left, right *plan.Node
	kind        plan.JoinKind
	// leftKey and rightKey are the positions of the columns compared; where is nil without a further condition.
	leftKey, rightKey []int
	where             *expr.Expr
	failed            bool
}

func (l *lowerer) errorf(code diag.Code, field, fix, format string, args ...any) {
	l.failed = true
	lowering.Report(l.pc, code, l.p.Span(field), l.p.Path(field), format, args...).Fix = fix
}

// on resolves the columns that are compared and the further condition.
func (l *lowerer) on() {
	for _, pair := range l.p.Objects("on") {
		name := pair.String("left")
		i, ok := l.key(pair, "left", name, l.left.Schema)
		field := "left" // there the name stands that counts for both
		if other := pair.String("right"); other != "" {
			name, field = other, "right"
		}
		k, good := 0, false
		if ok || field == "right" {
			k, good = l.key(pair, field, name, l.right.Schema)
		}
		if !ok || !good {
			l.failed = true
			continue
		}
		a, b := l.left.Schema.Fields[i], l.right.Schema.Fields[k]
		if !a.Type.Equal(b.Type) {
			l.failed = true
			lowering.Report(l.pc, CodeKeys, pair.Span("left"), pair.Path("left"), "%q is %s and %q is %s: they are never equal", a.Name, a.Type, b.Name, b.Type).
				Fix = "CAST one of them to the other's type in a compute node."
			continue
		}
		l.leftKey, l.rightKey = append(l.leftKey, i), append(l.rightKey, k)
	}
	if text := l.p.String("where"); text != "" {
		var ok bool
		pair := plan.PairSchema(l.left.Schema, l.right.Schema)
		l.where, ok = l.pc.Exprs.Bool(text, pair, l.p.Span("where"), l.p.Path("where"))
		l.failed = l.failed || !ok
	}
}

func (l *lowerer) key(pair component.Params, field, name string, in *schema.Schema) (int, bool) {
	i, ok := lowering.Find(l.pc, name, in, pair.Span(field), pair.Path(field))
	return i, ok && lowering.CheckKey(l.pc, name, in.Fields[i].Type, pair.Span(field), pair.Path(field))
}

// times returns the event times of both inputs.
func (l *lowerer) times() (left, right int) {
	ok := lowering.NeedEventTime(l.pc, l.p, l.left)
	ok = lowering.NeedEventTime(l.pc, l.p, l.right) && ok
	l.failed = l.failed || !ok
	return l.left.Schema.TimeIndex(), l.right.Schema.TimeIndex()
}

func (l *lowerer) micros(field string) int64 {
	n, ok := lowering.Micros(l.pc, l.p, field)
	l.failed = l.failed || !ok
	return n
}

// unique reads the declared cardinality.
func (l *lowerer) unique() (left, right bool) {
	declared := l.p.String("cardinality")
	return declared == cardinality(true, false) || declared == cardinality(true, true),
		declared == cardinality(false, true) || declared == cardinality(true, true)
}

func (l *lowerer) keyed() plan.Op {
	op := &plan.Join{Kind: l.kind, Left: l.leftKey, Right: l.rightKey, Where: l.where, TTL: l.micros("ttl"), LeftTime: -1, RightTime: -1}
	if op.TTL > 0 {
		op.LeftTime, op.RightTime = l.times()
	}
	op.LeftUnique, op.RightUnique = l.unique()
	return op
}

func (l *lowerer) interval() plan.Op {
	op := &plan.IntervalJoin{Kind: l.kind, Left: l.leftKey, Right: l.rightKey, Where: l.where, Lower: l.micros("lower"), Upper: l.micros("upper")}
	op.LeftTime, op.RightTime = l.times()
	op.LeftUnique, op.RightUnique = l.unique()
	if op.Lower > op.Upper {
		l.errorf(CodeInterval, "upper", "Turn the bounds around.", "the interval ends at %s, before it begins at %s",
			lowering.Duration(l.p.Duration("upper")), lowering.Duration(l.p.Duration("lower")))
	}
	return op
}

func (l *lowerer) temporal() plan.Op {
	op := &plan.TemporalJoin{Kind: l.kind, Left: l.leftKey, Right: l.rightKey, Where: l.where, Wait: l.micros("wait"), Correct: l.micros("correct")}
	op.LeftTime, op.RightTime = l.times()
	leftUnique, rightUnique := l.unique()
	op.RightUnique = rightUnique
	switch {
	case leftUnique:
		l.errorf(CodeKind, "cardinality", "Declare it many_to_one or many_to_many.", "a row of the dimension belongs to any number of rows on the left")
	case rightUnique && l.right.Mode.Change != plan.Append:
		l.errorf(CodeKind, "cardinality", "Leave the cardinality out.", "the right side sends updates: a row of a key takes the place of the one before by itself")
	}
	if l.kind != plan.Inner && l.kind != plan.LeftOuter {
		l.errorf(CodeKind, "kind", "Make it inner or left.", "a temporal join gives left rows their versions; it is not %s", l.kind)
	}
	if len(l.p.Objects("on")) == 0 {
		l.errorf(CodeKeys, "on", "Name the columns that are equal to the right rows' key.", "a temporal join looks versions up by key, and none is given")
	}
	return op
}
