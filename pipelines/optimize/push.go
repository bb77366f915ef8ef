package optimize

import (
	"slices"
	"strconv"

	"millrace/models/expr"
	"millrace/models/plan"
)

// pushFilters moves conditions below what stands under them, as far as they go.
func pushFilters(p *plan.Plan) (*plan.Plan, int) {
	return untilStable(p, func(p *plan.Plan) (*plan.Plan, int) {
		used, changes := uses(p), 0
		out := rewrite(p, func(n, was *plan.Node) *plan.Node {
			// Below a shared node a condition would take rows from the other consumers. One move a filter and pass: then the counts hold.
			if _, is := n.Op.(*plan.Filter); !is || used[was.Inputs[0]] > 1 || n.Inputs[0].Op != was.Inputs[0].Op {
				return n
			}
			if moved := push(n); moved != nil {
				changes++
				return moved
			}
			return n
		})
		return out, changes
	})
}

// way says where a condition on an operator's output may go: it returns the condition for each of the operator's inputs, nil for one it has no
// bearing on, or nil when it has to stay.
type way func(c *expr.Expr) []*expr.Expr

// alone is the way through an operator with one input.
func alone(below func(*expr.Expr) *expr.Expr) way {
	if below == nil {
		return nil
	}
	return func(c *expr.Expr) []*expr.Expr {
		if e := below(c); e != nil {
			return []*expr.Expr{e}
		}
		return nil
	}
}

// push moves the conditions of a filter that may go below its input; nil when none may.
func push(n *plan.Node) *plan.Node {
	in := n.Inputs[0]
	var below way
	switch op := in.Op.(type) {
	case *plan.Project:
		below = alone(belowProject(op))
	case *plan.Union:
		below = func(c *expr.Expr) []*expr.Expr { return slices.Repeat([]*expr.Expr{c}, len(in.Inputs)) }
	case *plan.Dedupe:
		below = alone(belowKeys(op.Keys))
	case *plan.Window:
		// window_start and window_end come before the keys.
		below = alone(belowGroups(2, op.Keys, op.Aggs))
	case *plan.Aggregate:
		below = alone(belowGroups(0, op.Keys, op.Aggs))
	case *plan.Rank:
		below = alone(belowKeys(op.Partition))
	case *plan.Normalize:
		below = alone(belowKeys(in.Inputs[0].Schema.Positions(in.Inputs[0].Mode.Key)))
	case *plan.Unnest:
		below = alone(belowUnnest(in))
	case *plan.Join:
		below = belowJoin(in, op.Kind, op.Where, !op.LeftUnique, !op.RightUnique)
	case *plan.IntervalJoin:
		below = belowJoin(in, op.Kind, op.Where, !op.LeftUnique, !op.RightUnique)
	case *plan.TemporalJoin:
		// A version that a condition took away would bring the one before it back.
		below = belowJoin(in, op.Kind, op.Where, true, false)
	}
	if below == nil {
		return nil
	}
	conditions := conjuncts(n.Op.(*plan.Filter).Where)
	moved, stay := make([][]*expr.Expr, len(in.Inputs)), []*expr.Expr(nil)
	move := func(nullable bool) {
		for _, c := range conditions {
			if c = through(c, below, nullable, moved); c != nil {
				stay = append(stay, c)
			}
		}
	}
	if move(true); anyFallible(stay) {
		// NULL AND error is an error, so the row is rejected; a NULL moved ahead would drop it instead. A condition that may be NULL stays.
		clear(moved)
		stay = nil
		move(false)
	}
	return moveBelow(n, in, moved, stay)
}

// through adds what a condition becomes on each input to moved, or returns the condition when it has to stay.
func through(c *expr.Expr, below way, nullable bool, moved [][]*expr.Expr) *expr.Expr {
	stays := func(e *expr.Expr) bool { return e != nil && (expr.Fallible(e) || e.Nullable && !nullable) }
	if stays(c) {
		return c
	}
	parts := below(c)
	if parts == nil || slices.ContainsFunc(parts, stays) {
		return c
	}
	for i, e := range parts {
		if e != nil {
			moved[i] = append(moved[i], e)
		}
	}
	return nil
}

// moveBelow puts filters on the inputs of in, and keeps what stays above it; nil when nothing moves.
func moveBelow(n, in *plan.Node, moved [][]*expr.Expr, stay []*expr.Expr) *plan.Node {
	inputs := slices.Clone(in.Inputs)
	some := false
	for i, deeper := range in.Inputs {
		where := conjunction(moved[i])
		if where == nil {
			continue
		}
		some = true
		id := n.ID
		if len(in.Inputs) > 1 || len(stay) > 0 {
			id += "#" + strconv.Itoa(i)
		}
		inputs[i] = filterOn(id, where, deeper)
	}
	if !some {
		return nil
	}
	out := withInputs(in, inputs)
	if rest := conjunction(stay); rest != nil {
		return filterOn(n.ID, rest, out)
	}
	return out
}

// belowProject substitutes. A projection that rejects rows holds everything up: it has to see every row it saw.
func belowProject(op *plan.Project) func(*expr.Expr) *expr.Expr {
	by := exprsOf(op.Columns)
	if anyFallible(by) {
		return nil
	}
	return func(c *expr.Expr) *expr.Expr { return expr.Substitute(c, by) }
}

// belowKeys lets conditions on key columns through, which the operator hands on as they are: they hold for all rows of a key or for none.
func belowKeys(keys []int) func(*expr.Expr) *expr.Expr {
	return func(c *expr.Expr) *expr.Expr {
		if !onKeys(c, func(i int) bool { return slices.Contains(keys, i) }) {
			return nil
		}
		return c
	}
}

// belowGroups lets conditions on the keys of groups through, when nothing that is computed for a group rejects a row. The keys are columns
// from first on.
func belowGroups(first int, keys []plan.Column, aggs []plan.AggColumn) func(*expr.Expr) *expr.Expr {
	by := append(make([]*expr.Expr, first), exprsOf(keys)...)
	if anyFallible(by[first:]) {
		return nil
	}
	for _, a := range aggs {
		if a.Agg.Arg != nil && expr.Fallible(a.Agg.Arg) || a.Agg.Filter != nil && expr.Fallible(a.Agg.Filter) {
			return nil
		}
	}
	return func(c *expr.Expr) *expr.Expr {
		if !onKeys(c, func(i int) bool { return i >= first && i < len(by) }) {
			return nil
		}
		return expr.Substitute(c, by)
	}
}

// belowUnnest lets conditions on the input's columns through: they hold for all elements of a row or for none.
func belowUnnest(n *plan.Node) func(*expr.Expr) *expr.Expr {
	width := len(n.Inputs[0].Schema.Fields)
	return func(c *expr.Expr) *expr.Expr {
		if slices.ContainsFunc(expr.Columns(c), func(i int) bool { return i >= width }) {
			return nil
		}
		return c
	}
}

// belowJoin lets conditions on one side through to it, when its rows come out as they are: those of a side that may be missing are NULL then,
// and a row taken away there would leave its partners without a match. A condition that rejects pairs has to see every pair it saw. left and
// right say that a side takes conditions at all: a side declared unique does not, where a row rejects those that come behind it.
func belowJoin(n *plan.Node, kind plan.JoinKind, where *expr.Expr, left, right bool) way {
	left = left && !kind.KeepsRight()
	right = right && (kind == plan.Inner || kind == plan.RightOuter)
	if where != nil && expr.Fallible(where) || !left && !right {
		return nil
	}
	l, r := n.Inputs[0].Schema, n.Inputs[1].Schema
	width := len(l.Fields)
	// Above the join the right columns may have other names.
	by := make([]*expr.Expr, width+len(r.Fields))
	for i := range by {
		if i < width {
			by[i] = column(l, i)
		} else {
			by[i] = column(r, i-width)
		}
	}
	return func(c *expr.Expr) []*expr.Expr {
		read := expr.Columns(c)
		isLeft := func(i int) bool { return i < width }
		switch {
		case len(read) == 0:
			return nil
		case left && !slices.ContainsFunc(read, func(i int) bool { return !isLeft(i) }):
			return []*expr.Expr{expr.Substitute(c, by), nil}
		case right && !slices.ContainsFunc(read, isLeft):
			return []*expr.Expr{nil, expr.Substitute(c, by)}
		}
		return nil
	}
}

// onKeys reports whether a condition reads keys and nothing else. One that reads nothing is the same for every row and stays. Floats do not
// count: 0 and -0 are one key, but a condition can tell them apart.
func onKeys(c *expr.Expr, isKey func(int) bool) bool {
	cols := expr.Columns(c)
	return len(cols) > 0 && !slices.ContainsFunc(cols, func(i int) bool { return !isKey(i) }) && !readsFloat(c)
}

func readsFloat(e *expr.Expr) bool {
	return e.Op == expr.OpColumn && e.Type.Float() || slices.ContainsFunc(e.Args, readsFloat)
}
