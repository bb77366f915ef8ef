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

// push moves the conditions of a filter that may go below its input; nil when none may.
func push(n *plan.Node) *plan.Node {
	in := n.Inputs[0]
	var below func(c *expr.Expr) *expr.Expr
	switch op := in.Op.(type) {
	case *plan.Project:
		below = belowProject(op)
	case *plan.Union:
		below = func(c *expr.Expr) *expr.Expr { return c }
	case *plan.Dedupe:
		below = belowDedupe(op)
	case *plan.Window:
		below = belowWindow(op)
	}
	if below == nil {
		return nil
	}
	var moved, stay []*expr.Expr
	for _, c := range conjuncts(n.Op.(*plan.Filter).Where) {
		if !expr.Fallible(c) {
			if e := below(c); e != nil && !expr.Fallible(e) {
				moved = append(moved, e)
				continue
			}
		}
		stay = append(stay, c)
	}
	if anyFallible(stay) {
		// NULL AND error is an error, so the row is rejected; a NULL moved ahead would drop it instead. A condition that may be NULL stays.
		return pushBeside(n, below)
	}
	return moveBelow(n, in, moved, stay)
}

// pushBeside is push for a filter with a fallible condition: only those that are never NULL move.
func pushBeside(n *plan.Node, below func(*expr.Expr) *expr.Expr) *plan.Node {
	var moved, stay []*expr.Expr
	for _, c := range conjuncts(n.Op.(*plan.Filter).Where) {
		if !c.Nullable && !expr.Fallible(c) {
			if e := below(c); e != nil && !e.Nullable && !expr.Fallible(e) {
				moved = append(moved, e)
				continue
			}
		}
		stay = append(stay, c)
	}
	return moveBelow(n, n.Inputs[0], moved, stay)
}

// moveBelow puts filters on the inputs of in, and keeps what stays above it.
func moveBelow(n, in *plan.Node, moved, stay []*expr.Expr) *plan.Node {
	where := conjunction(moved)
	if where == nil {
		return nil
	}
	inputs := make([]*plan.Node, len(in.Inputs))
	for i, deeper := range in.Inputs {
		id := n.ID
		if len(in.Inputs) > 1 || len(stay) > 0 {
			id += "#" + strconv.Itoa(i)
		}
		inputs[i] = filterOn(id, where, deeper)
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

// belowDedupe lets conditions on the keys through: they hold for all rows of a key or for none.
func belowDedupe(op *plan.Dedupe) func(*expr.Expr) *expr.Expr {
	return func(c *expr.Expr) *expr.Expr {
		if !onKeys(c, func(i int) bool { return slices.Contains(op.Keys, i) }) {
			return nil
		}
		return c
	}
}

// belowWindow lets conditions on the keys through, when the window rejects no row.
func belowWindow(op *plan.Window) func(*expr.Expr) *expr.Expr {
	// window_start and window_end come before the keys.
	const first = 2
	by := append(make([]*expr.Expr, first), exprsOf(op.Keys)...)
	if anyFallible(by[first:]) {
		return nil
	}
	for _, a := range op.Aggs {
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

// onKeys reports whether a condition reads keys and nothing else. One that reads nothing is the same for every row and stays. Floats do not
// count: 0 and -0 are one key, but a condition can tell them apart.
func onKeys(c *expr.Expr, isKey func(int) bool) bool {
	cols := expr.Columns(c)
	return len(cols) > 0 && !slices.ContainsFunc(cols, func(i int) bool { return !isKey(i) }) && !readsFloat(c)
}

func readsFloat(e *expr.Expr) bool {
	return e.Op == expr.OpColumn && e.Type.Float() || slices.ContainsFunc(e.Args, readsFloat)
}
