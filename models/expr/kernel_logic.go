package expr

import (
	"sort"

	"millrace/models/batch"
	"millrace/models/diag"
)

// logicNode is AND or OR over the four logical values. The deciding value (FALSE for AND, TRUE for OR) wins over everything, an error
// over NULL and the other value, NULL over the other value. The right side is evaluated only where the left one has not decided.
type logicNode struct {
	scratch
	l, r node
	// and is true for AND.
	and bool
	// fallible says that the right side can fail.
	fallible bool

	open       []int32
	null       []int32
	pass       []int32
	failed     []RowError
	sideNull   []int32
	sideFailed []RowError
}

func buildLogic(k *compiler, e *Expr, escape bool) (node, error) {
	args, err := k.args(e)
	if err != nil {
		return nil, err
	}
	return &logicNode{scratch: scratch{escape: escape}, l: args[0], r: args[1], and: e.Func == "and", fallible: Fallible(e.Args[1])}, nil
}

func (g *logicNode) eval(b *batch.Batch, sel []int32) Result {
	l := g.l.eval(b, sel)
	v := g.vector(boolType, b.N)
	v.Bools = room(&g.bools, b.N, g.escape)
	decider := !g.and
	open := room(&g.open, b.N, false)[:0]
	rows := g.rows(sel, b.N)
	for _, i := range rows {
		if blank(l.Vec, l.Errs, int(i)) || l.Vec.Bools[i] != decider {
			open = append(open, i)
		} else {
			v.Bools[i] = decider
		}
	}
	if len(open) == 0 {
		return Result{Vec: v}
	}
	r := g.r.eval(b, open)
	var errs []diag.RowCode
	for _, i := range open {
		var code diag.RowCode
		if l.Errs != nil {
			code = l.Errs[i]
		}
		if r.Errs != nil && r.Errs[i] != 0 {
			if code == 0 {
				code = r.Errs[i]
			}
		} else if !r.Vec.IsNull(int(i)) && r.Vec.Bools[i] == decider {
			v.Bools[i] = decider
			continue
		}
		v.Bools[i] = !decider
		switch {
		case code != 0:
			if errs == nil {
				errs = g.noErrs(b.N)
			}
			errs[i] = code
		case l.Vec.IsNull(int(i)) || r.Vec.IsNull(int(i)):
			g.setNull(v, int(i))
		}
	}
	return Result{v, errs}
}

func (g *logicNode) split(b *batch.Batch, sel []int32, wantNull bool) parts {
	if !g.and {
		return g.splitByValue(b, sel, wantNull)
	}
	l := splitNode(g.l, b, sel, wantNull || g.fallible)
	if len(l.null) == 0 && len(l.failed) == 0 {
		return splitNode(g.r, b, l.pass, wantNull)
	}
	// The rare way: rows that are NULL or failed on the left. The right side is split three times, so each answer is copied.
	g.sideNull = append(g.sideNull[:0], l.null...)
	g.sideFailed = append(g.sideFailed[:0], l.failed...)
	r := splitNode(g.r, b, l.pass, wantNull)
	g.pass, g.null, g.failed = append(g.pass[:0], r.pass...), append(g.null[:0], r.null...), append(g.failed[:0], r.failed...)
	if len(g.sideNull) > 0 {
		r = splitNode(g.r, b, g.sideNull, true)
		if wantNull {
			g.null = append(append(g.null, r.pass...), r.null...)
		}
		g.failed = append(g.failed, r.failed...)
	}
	if len(g.sideFailed) > 0 {
		open := make([]int32, len(g.sideFailed))
		for i, f := range g.sideFailed {
			open[i] = f.Row
		}
		// NULL AND error and error AND error are errors: only FALSE on the right takes the failure back.
		r = splitNode(g.r, b, open, true)
		undecided := make(map[int32]bool, len(open))
		for _, i := range r.pass {
			undecided[i] = true
		}
		for _, i := range r.null {
			undecided[i] = true
		}
		for _, f := range r.failed {
			undecided[f.Row] = true
		}
		for _, f := range g.sideFailed {
			if undecided[f.Row] {
				g.failed = append(g.failed, f)
			}
		}
	}
	sort.Slice(g.null, func(i, j int) bool { return g.null[i] < g.null[j] })
	sort.Slice(g.failed, func(i, j int) bool { return g.failed[i].Row < g.failed[j].Row })
	return parts{g.pass, g.null, g.failed}
}

// splitByValue splits by the boolean column, for OR.
func (g *logicNode) splitByValue(b *batch.Batch, sel []int32, wantNull bool) parts {
	r := g.eval(b, sel)
	out, n := room(&g.pass, len(sel)+1, false), 0
	for _, i := range sel {
		out[n] = i
		n += b2i(r.Vec.Bools[i])
	}
	return sift(r, sel, out[:n], wantNull, &g.null, &g.failed)
}

// notNode is NOT.
type notNode struct {
	scratch
	x node
}

func buildNot(k *compiler, e *Expr, escape bool) (node, error) {
	x, err := k.compile(e.Args[0], false)
	if err != nil {
		return nil, err
	}
	return &notNode{scratch{escape: escape}, x}, nil
}

func (n *notNode) eval(b *batch.Batch, sel []int32) Result {
	x := n.x.eval(b, sel)
	v := n.vector(boolType, b.N)
	errs := n.merge(v, x)
	v.Bools = room(&n.bools, b.N, n.escape)
	for _, i := range n.rows(sel, b.N) {
		v.Bools[i] = !x.Vec.Bools[i]
	}
	return Result{v, errs}
}

// isNode is IS NULL, IS TRUE and IS FALSE: never NULL itself, failed where its argument failed.
type isNode struct {
	scratch
	x    node
	what string
}

func buildIs(k *compiler, e *Expr, escape bool) (node, error) {
	x, err := k.compile(e.Args[0], false)
	if err != nil {
		return nil, err
	}
	return &isNode{scratch{escape: escape}, x, e.Func}, nil
}

func (n *isNode) eval(b *batch.Batch, sel []int32) Result {
	x := n.x.eval(b, sel)
	v := n.vector(boolType, b.N)
	errs := n.merge(v, x)
	v.Valid = nil
	v.Bools = room(&n.bools, b.N, n.escape)
	for _, i := range n.rows(sel, b.N) {
		switch null := x.Vec.IsNull(int(i)); n.what {
		case "is_null":
			v.Bools[i] = null
		case "is_true":
			v.Bools[i] = !null && x.Vec.Bools[i]
		default:
			v.Bools[i] = !null && !x.Vec.Bools[i]
		}
	}
	return Result{v, errs}
}
