package optimize

import (
	"time"

	"millrace/models/expr"
	"millrace/models/plan"
)

// foldConstants folds the constants of every expression. Schemas stay: a column that turns out never to be NULL is still declared as
// compiled.
func foldConstants(p *plan.Plan) (*plan.Plan, int) {
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		// A plan of a zone that is not known here cannot be folded here.
		return p, 0
	}
	f := folder{zone: zone}
	out := rewrite(p, func(n, _ *plan.Node) *plan.Node {
		before := f.changes
		switch op := n.Op.(type) {
		case *plan.Filter:
			where := f.fold(op.Where)
			if where.Op == expr.OpLiteral && where.Value == true {
				f.changes++
				return n.Inputs[0]
			}
			if f.changes > before {
				return withOp(n, &plan.Filter{Where: where})
			}
		case *plan.Project:
			cols := f.columns(op.Columns)
			if f.changes > before {
				return withOp(n, &plan.Project{Columns: cols})
			}
		case *plan.Window:
			w := *op
			w.Keys, w.Aggs = f.columns(op.Keys), f.aggs(op.Aggs)
			if f.changes > before {
				return withOp(n, &w)
			}
		case *plan.Aggregate:
			a := &plan.Aggregate{Keys: f.columns(op.Keys), Aggs: f.aggs(op.Aggs)}
			if f.changes > before {
				return withOp(n, a)
			}
		case *plan.Join:
			j := *op
			if j.Where = f.condition(op.Where); f.changes > before {
				return withOp(n, &j)
			}
		case *plan.IntervalJoin:
			j := *op
			if j.Where = f.condition(op.Where); f.changes > before {
				return withOp(n, &j)
			}
		case *plan.TemporalJoin:
			j := *op
			if j.Where = f.condition(op.Where); f.changes > before {
				return withOp(n, &j)
			}
		}
		return n
	})
	return out, f.changes
}

type folder struct {
	zone    *time.Location
	changes int
}

func (f *folder) fold(e *expr.Expr) *expr.Expr {
	if e == nil {
		return nil
	}
	out := expr.Fold(e, f.zone)
	if out != e && !expr.Equal(out, e) {
		f.changes++
		return out
	}
	return e
}

func (f *folder) columns(cols []plan.Column) []plan.Column {
	out := make([]plan.Column, len(cols))
	for i, c := range cols {
		out[i] = plan.Column{Name: c.Name, Expr: f.fold(c.Expr)}
	}
	return out
}

func (f *folder) aggs(aggs []plan.AggColumn) []plan.AggColumn {
	out := make([]plan.AggColumn, len(aggs))
	for i, a := range aggs {
		a.Agg.Arg, a.Agg.Filter = f.fold(a.Agg.Arg), f.fold(a.Agg.Filter)
		out[i] = a
	}
	return out
}

// condition folds the condition of a join; one that is always true is none.
func (f *folder) condition(where *expr.Expr) *expr.Expr {
	out := f.fold(where)
	if out != nil && out.Op == expr.OpLiteral && out.Value == true {
		f.changes++
		return nil
	}
	return out
}
