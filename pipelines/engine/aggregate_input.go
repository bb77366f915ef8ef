package engine

import (
	"fmt"
	"sort"
	"time"

	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/plan"
)

// groupInput computes what an operator that groups needs of a batch: the keys, and what each aggregate sees.
type groupInput struct {
	columns []plan.Column
	aggs    []plan.AggColumn

	keys    []*expr.Program
	args    []*expr.Program // nil entry for COUNT(*)
	filters []*expr.Program // nil entry for no filter

	rows, groups []int32 // scratch of passing
}

// aggInput is what one aggregate sees of a batch.
type aggInput struct {
	vec *batch.Vector
	// pass lists the physical rows that pass the aggregate's filter, ascending; nil means all.
	pass     []int32
	filtered bool
}

func newGroupInput(keys []plan.Column, aggs []plan.AggColumn, zone *time.Location) (*groupInput, error) {
	in := &groupInput{columns: keys, aggs: aggs}
	for _, k := range keys {
		p, err := expr.Compile(k.Expr, zone)
		if err != nil {
			return nil, fmt.Errorf("compiling key %s: %w", k.Name, err)
		}
		in.keys = append(in.keys, p)
	}
	for i := range aggs {
		a := &aggs[i].Agg
		var arg, filter *expr.Program
		var err error
		if a.Arg != nil {
			if arg, err = expr.Compile(a.Arg, zone); err != nil {
				return nil, fmt.Errorf("compiling aggregate %s: %w", aggs[i].Name, err)
			}
		}
		if a.Filter != nil {
			if filter, err = expr.Compile(a.Filter, zone); err != nil {
				return nil, fmt.Errorf("compiling filter of %s: %w", aggs[i].Name, err)
			}
		}
		in.args, in.filters = append(in.args, arg), append(in.filters, filter)
	}
	return in, nil
}

// eval computes the keys of a batch and the inputs of its aggregates, and lists the rows on which one of them failed.
func (g *groupInput) eval(b *batch.Batch) (keys []*batch.Vector, inputs []aggInput, failed failures) {
	keys = make([]*batch.Vector, len(g.keys))
	for i, k := range g.keys {
		r := k.Eval(b)
		keys[i] = r.Vec
		failed.add(b, r.Errs, g.columns[i].Name)
	}
	inputs = make([]aggInput, len(g.args))
	for i := range g.args {
		seen := b
		if f := g.filters[i]; f != nil {
			sel, bad := f.Filter(b)
			failed.addRows(bad, g.aggs[i].Name)
			if sel == nil {
				sel = []int32{}
			}
			inputs[i].pass, inputs[i].filtered = sel, true
			// The filter guards the argument: a row it keeps out cannot fail it.
			seen = b.Select(sel)
		}
		if a := g.args[i]; a != nil {
			r := a.Eval(seen)
			inputs[i].vec = r.Vec
			failed.add(seen, r.Errs, g.aggs[i].Name)
		}
	}
	return keys, inputs, failed
}

// passing keeps the rows, which ascend, that an aggregate sees, and their groups. The answer is valid until the next call.
func (g *groupInput) passing(in *aggInput, rows, groups []int32) (seen, of []int32) {
	if !in.filtered || len(rows) == 0 {
		return rows, groups
	}
	pass := in.pass
	g.rows, g.groups = g.rows[:0], g.groups[:0]
	j := sort.Search(len(pass), func(j int) bool { return pass[j] >= rows[0] })
	for i, r := range rows {
		for j < len(pass) && pass[j] < r {
			j++
		}
		if j == len(pass) {
			break
		}
		if pass[j] == r {
			g.rows, g.groups = append(g.rows, r), append(g.groups, groups[i])
		}
	}
	return g.rows, g.groups
}
