package optimize

import (
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// fuseProjects makes one projection of two in a row by substitution, and removes projections that hand every column on as it is.
func fuseProjects(p *plan.Plan) (*plan.Plan, int) {
	used, changes := uses(p), 0
	out := rewrite(p, func(n, was *plan.Node) *plan.Node {
		outer, ok := n.Op.(*plan.Project)
		if !ok {
			return n
		}
		if in := n.Inputs[0]; used[was.Inputs[0]] == 1 {
			if inner, ok := in.Op.(*plan.Project); ok && fusible(inner, outer) {
				changes++
				n = &plan.Node{ID: n.ID, Op: fused(inner, outer), Inputs: in.Inputs, Schema: n.Schema, Mode: n.Mode}
				outer = n.Op.(*plan.Project)
			}
		}
		if identity(outer, n) {
			changes++
			return n.Inputs[0]
		}
		return n
	})
	return out, changes
}

// fusible reports whether the projections compute the same as one, no more often and with the same failures.
//
// What the inner one computes must be used at most once, or the work is done twice. What of it is fallible must be handed on by the outer
// one as it is, exactly once and in the same order, so that it is still computed for every row and the first failure stays the first; and
// then the outer one has no fallible expression of its own.
func fusible(inner, outer *plan.Project) bool {
	count := make([]int, len(inner.Columns))
	for _, c := range outer.Columns {
		countColumns(c.Expr, count)
	}
	innerFails := false
	for i, c := range inner.Columns {
		if count[i] > 1 && !plain(c.Expr) {
			return false
		}
		innerFails = innerFails || expr.Fallible(c.Expr)
	}
	if !innerFails {
		return true
	}
	handedOn, last := 0, -1
	for _, c := range outer.Columns {
		if expr.Fallible(c.Expr) {
			return false
		}
		if c.Expr.Op == expr.OpColumn && expr.Fallible(inner.Columns[c.Expr.Column].Expr) {
			if c.Expr.Column < last {
				return false
			}
			last = c.Expr.Column
			handedOn++
		}
	}
	for _, c := range inner.Columns {
		if expr.Fallible(c.Expr) {
			handedOn--
		}
	}
	return handedOn == 0
}

func countColumns(e *expr.Expr, count []int) {
	if e.Op == expr.OpColumn {
		count[e.Column]++
	}
	for _, a := range e.Args {
		countColumns(a, count)
	}
}

func fused(inner, outer *plan.Project) *plan.Project {
	by := exprsOf(inner.Columns)
	cols := make([]plan.Column, len(outer.Columns))
	for i, c := range outer.Columns {
		cols[i] = plan.Column{Name: c.Name, Expr: expr.Substitute(c.Expr, by)}
	}
	return &plan.Project{Columns: cols}
}

// identity reports whether a projection changes nothing about its input.
func identity(op *plan.Project, n *plan.Node) bool {
	in := n.Inputs[0]
	if len(op.Columns) != len(in.Schema.Fields) || !schema.FieldsEqual(n.Schema.Fields, in.Schema.Fields) || !n.Schema.Equal(in.Schema) {
		return false
	}
	for i, c := range op.Columns {
		if c.Expr.Op != expr.OpColumn || c.Expr.Column != i {
			return false
		}
	}
	return true
}
