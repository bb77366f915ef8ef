package differential

import (
	"time"

	"millrace/models/plan"
	"millrace/models/schema"
)

// shrink makes a failing plan smaller: it takes operators off the top, and replaces operators by their inputs where the schemas allow it.
func shrink(p *plan.Plan, fails func(*plan.Plan) bool) *plan.Plan {
	g := &plans{zone: time.UTC}
	top := func(n *plan.Node) *plan.Plan {
		q := g.plan(n)
		q.TimeZone = p.TimeZone
		return q
	}
	for again := true; again; {
		again = false
		var nodes []*plan.Node
		p.Walk(func(n *plan.Node) { nodes = append(nodes, n) })
		for _, n := range nodes {
			if _, sink := n.Op.(*plan.Sink); sink || n == p.Sinks[0].Inputs[0] {
				continue
			}
			if q := top(n); fails(q) {
				p, again = q, true
				break
			}
		}
		if again {
			continue
		}
		for _, n := range nodes {
			switch n.Op.(type) {
			case *plan.Filter, *plan.Dedupe, *plan.Rank:
				q := without(p, n)
				if q != nil && fails(q) {
					p, again = q, true
				}
			}
			if again {
				break
			}
		}
	}
	return p
}

// without returns the plan with one operator left out, whose input has the same fields; nil when it does not fit.
func without(p *plan.Plan, gone *plan.Node) *plan.Plan {
	if !schema.FieldsEqual(gone.Schema.Fields, gone.Inputs[0].Schema.Fields) {
		return nil
	}
	done := map[*plan.Node]*plan.Node{}
	good := true
	var rebuild func(n *plan.Node) *plan.Node
	rebuild = func(n *plan.Node) *plan.Node {
		if n == gone {
			return rebuild(n.Inputs[0])
		}
		if m, ok := done[n]; ok {
			return m
		}
		m := *n
		m.Inputs = nil
		for _, in := range n.Inputs {
			m.Inputs = append(m.Inputs, rebuild(in))
		}
		if len(m.Inputs) > 0 {
			var err error
			if m.Mode, err = plan.InferMode(m.Op, m.Inputs); err != nil {
				good = false
			}
		}
		done[n] = &m
		return &m
	}
	q := *p
	q.Sinks = []*plan.Node{rebuild(p.Sinks[0])}
	if !good {
		return nil
	}
	return &q
}
