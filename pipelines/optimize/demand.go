package optimize

import (
	"slices"

	"millrace/models/expr"
	"millrace/models/plan"
)

// demand says which columns of each node's output are read, by position.
type demand map[*plan.Node][]bool

// readBy finds what a plan reads. A column is read when a sink takes it, when a condition, key, aggregate or event time uses it, or when an
// expression uses it whose own column is read or which can fail. Handing a column on is not reading it.
func readBy(p *plan.Plan) demand {
	var order []*plan.Node
	p.Walk(func(n *plan.Node) { order = append(order, n) })
	d := demand{}
	for _, n := range order {
		d[n] = make([]bool, len(n.Schema.Fields))
	}
	for _, root := range p.Sinks {
		d.all(root)
	}
	// Consumers come before their inputs, so a node's own demand is complete when it passes it on.
	slices.Reverse(order)
	for _, n := range order {
		d.names(n, n.Mode.Key)
		if i := n.Schema.TimeIndex(); i >= 0 && (len(n.Inputs) == 0 || !slices.Contains(d[n], true)) {
			// Every row is stamped with its event time as it is read.
			d[n][i] = true
		}
		if !slices.Contains(d[n], true) {
			// Rows have columns, even where nothing but their number counts.
			d[n][0] = true
		}
		d.pass(n)
	}
	return d
}

func (d demand) all(n *plan.Node) {
	for i := range d[n] {
		d[n][i] = true
	}
}

func (d demand) names(n *plan.Node, names []string) {
	for _, name := range names {
		if i := n.Schema.Index(name); i >= 0 {
			d[n][i] = true
		}
	}
}

func (d demand) expr(n *plan.Node, e *expr.Expr) {
	if e == nil {
		return
	}
	for _, i := range expr.Columns(e) {
		d[n][i] = true
	}
}

func (d demand) columns(n *plan.Node, at ...int) {
	for _, i := range at {
		d[n][i] = true
	}
}

func (d demand) groups(n *plan.Node, keys []plan.Column, aggs []plan.AggColumn) {
	for _, k := range keys {
		d.expr(n, k.Expr)
	}
	for _, a := range aggs {
		d.expr(n, a.Agg.Arg)
		d.expr(n, a.Agg.Filter)
	}
}

// add adds reads of a node's first columns.
func (d demand) add(n *plan.Node, reads []bool) {
	for i, read := range reads {
		d[n][i] = d[n][i] || read
	}
}

// same passes the demand on n to an input that has the same columns.
func (d demand) same(n, in *plan.Node) { d.add(in, d[n]) }

func (d demand) pass(n *plan.Node) {
	switch op := n.Op.(type) {
	case *plan.Filter:
		d.same(n, n.Inputs[0])
		d.expr(n.Inputs[0], op.Where)
	case *plan.Project:
		for i, c := range op.Columns {
			if d[n][i] || expr.Fallible(c.Expr) {
				d.expr(n.Inputs[0], c.Expr)
			}
		}
	case *plan.Union:
		for _, in := range n.Inputs {
			d.same(n, in)
		}
	case *plan.Window:
		d.columns(n.Inputs[0], op.Time)
		d.groups(n.Inputs[0], op.Keys, op.Aggs)
	case *plan.Dedupe:
		d.same(n, n.Inputs[0])
		d.columns(n.Inputs[0], op.Time)
		d.columns(n.Inputs[0], op.Keys...)
	case *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin:
		for i, reads := range readOfJoin(n, d[n]) {
			d.add(n.Inputs[i], reads)
		}
	case *plan.Aggregate:
		d.groups(n.Inputs[0], op.Keys, op.Aggs)
	case *plan.Rank:
		// Rows that compare equal are ordered by their other columns.
		d.all(n.Inputs[0])
	case *plan.Normalize:
		d.same(n, n.Inputs[0])
	case *plan.Unnest:
		d.add(n.Inputs[0], d[n][:len(d[n.Inputs[0]])])
		d.columns(n.Inputs[0], op.Column)
	case *plan.Sink:
		d.all(n.Inputs[0])
	}
}

// MarkChecked sets Scan.Checked where it is not set: the columns that the plan, which no rule has touched yet, reads. Only these can reject a
// row, so that the rows that fail are the same whatever rules are applied.
func MarkChecked(p *plan.Plan) *plan.Plan {
	d := readBy(p)
	return rewrite(p, func(n, was *plan.Node) *plan.Node {
		op, ok := n.Op.(*plan.Scan)
		if !ok || op.Checked != nil {
			return n
		}
		scan := *op
		scan.Checked = []string{}
		for i, read := range d[was] {
			if read {
				scan.Checked = append(scan.Checked, n.Schema.Fields[i].Name)
			}
		}
		return withOp(n, &scan)
	})
}
