package optimize

import (
	"slices"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// rewrite rebuilds a plan from the scans to the sinks. Each node is first given its rewritten inputs, then handed to f with the node it was;
// f returns what stands in its place, the node itself to leave it. A node with several consumers is rebuilt once.
func rewrite(p *plan.Plan, f func(n, was *plan.Node) *plan.Node) *plan.Plan {
	made := map[*plan.Node]*plan.Node{}
	p.Walk(func(was *plan.Node) {
		n := was
		for i, in := range was.Inputs {
			if made[in] == in {
				continue
			}
			if n == was {
				n = withInputs(was, slices.Clone(was.Inputs))
			}
			n.Inputs[i] = made[in]
		}
		made[was] = f(n, was)
	})
	out := *p
	out.Sinks = make([]*plan.Node, len(p.Sinks))
	for i, s := range p.Sinks {
		out.Sinks[i] = made[s]
	}
	return &out
}

// untilStable applies a step until it changes nothing, and adds up the changes. Each step moves things in one direction only, so it ends.
func untilStable(p *plan.Plan, step func(*plan.Plan) (*plan.Plan, int)) (*plan.Plan, int) {
	total := 0
	for {
		next, changes := step(p)
		if changes == 0 {
			return p, total
		}
		p = next
		total += changes
	}
}

// uses counts the edges that lead out of each node.
func uses(p *plan.Plan) map[*plan.Node]int {
	n := map[*plan.Node]int{}
	p.Walk(func(m *plan.Node) {
		for _, in := range m.Inputs {
			n[in]++
		}
	})
	return n
}

func withInputs(n *plan.Node, inputs []*plan.Node) *plan.Node {
	c := *n
	c.Inputs = inputs
	return &c
}

func withOp(n *plan.Node, op plan.Op) *plan.Node {
	c := *n
	c.Op = op
	return &c
}

// filterOn is a filter over in.
func filterOn(id string, where *expr.Expr, in *plan.Node) *plan.Node {
	return &plan.Node{ID: id, Op: &plan.Filter{Where: where}, Inputs: []*plan.Node{in}, Schema: in.Schema, Mode: in.Mode}
}

// conjuncts splits a condition at its ANDs.
func conjuncts(e *expr.Expr) []*expr.Expr {
	if e.Op == expr.OpCall && e.Func == "and" {
		var out []*expr.Expr
		for _, a := range e.Args {
			out = append(out, conjuncts(a)...)
		}
		return out
	}
	return []*expr.Expr{e}
}

// conjunction is the inverse of conjuncts; nil for none.
func conjunction(all []*expr.Expr) *expr.Expr {
	var out *expr.Expr
	for _, e := range all {
		if out == nil {
			out = e
			continue
		}
		out = &expr.Expr{Op: expr.OpCall, Func: "and", Type: schema.Of(schema.Boolean), Nullable: out.Nullable || e.Nullable, Args: []*expr.Expr{out, e}}
	}
	return out
}

// isTrue is e IS TRUE, which is never NULL; an expression that cannot be NULL stays as it is.
func isTrue(e *expr.Expr) *expr.Expr {
	if !e.Nullable {
		return e
	}
	return &expr.Expr{Op: expr.OpCall, Func: "is_true", Type: schema.Of(schema.Boolean), Args: []*expr.Expr{e}}
}

func anyFallible(all []*expr.Expr) bool { return slices.ContainsFunc(all, expr.Fallible) }

// exprsOf are the expressions of a projection.
func exprsOf(cols []plan.Column) []*expr.Expr {
	out := make([]*expr.Expr, len(cols))
	for i, c := range cols {
		out[i] = c.Expr
	}
	return out
}

// column reads column i of s.
func column(s *schema.Schema, i int) *expr.Expr {
	f := s.Fields[i]
	return &expr.Expr{Op: expr.OpColumn, Type: f.Type, Nullable: f.Nullable, Column: i, Name: f.Name}
}

// plain reports whether an expression costs nothing: a column or a constant.
func plain(e *expr.Expr) bool { return e.Op == expr.OpColumn || e.Op == expr.OpLiteral }
