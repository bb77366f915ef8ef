package window

import (
	"strconv"
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// output is a column over aggregates: post refers to aggs by position.
type output struct {
	name string
	post *expr.Expr
}

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := inputs[0]
	op := &plan.Window{Time: in.Schema.TimeIndex()}
	ok := lowering.NeedEventTime(pc, p, in)
	ok = extent(pc, p, op) && ok

	names := map[string]bool{plan.WindowStart: true, plan.WindowEnd: true}
	keys, good := groupBy(pc, p, in.Schema, names)
	ok = good && ok
	op.Keys = keys
	aggs, outs, good := aggregates(pc, p, in.Schema, names)
	if !ok || !good {
		return nil, false
	}

	bare := nameAggs(op, aggs, outs, names)
	win, good := lowering.Make(pc, p, "window", op, in)
	if !good {
		return nil, false
	}
	if bare {
		return win, true
	}
	return project(pc, win, len(keys), outs), true
}

// extent sets kind, size and slide.
func extent(pc *component.Planning, p component.Params, op *plan.Window) bool {
	size, slide := p.Duration("size"), p.Duration("size")
	if p.String("kind") == plan.Hop.String() {
		op.Kind, slide = plan.Hop, p.Duration("slide")
	}
	op.Size, op.Slide = size.Microseconds(), slide.Microseconds()
	ok := true
	if size > longest && !p.Bool("allow_long") {
		lowering.Report(pc, CodeSize, p.Span("size"), p.Path("size"), "a window of %s keeps the state of all its groups for that long; the limit is %s",
			lowering.Duration(size), lowering.Duration(longest)).Fix = "Group by day, and add the days up where they are read, or set allow_long."
		ok = false
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"size", size}, {"slide", slide}} {
		if d.value%time.Microsecond != 0 {
			lowering.Report(pc, CodeSize, p.Span(d.name), p.Path(d.name), "%v is not a whole number of microseconds, the unit of event time", d.value)
			return false
		}
	}
	switch {
	case size%slide != 0:
		d := lowering.Report(pc, CodeSlide, p.Span("slide"), p.Path("slide"), "the size %s is not a multiple of the slide %s",
			lowering.Duration(size), lowering.Duration(slide))
		d.Fix = "Windows are made of whole slides, so that every engine cuts the same ones."
		if near := size / max(1, size/slide); size%near == 0 && near%time.Second == 0 {
			d.Fix += " A slide of " + lowering.Duration(near) + " would do."
		}
		ok = false
	case size/slide > mostPanes:
		lowering.Report(pc, CodeSlide, p.Span("slide"), p.Path("slide"), "every row would count in %d windows; the limit is %d", size/slide, mostPanes).
			Fix = "Choose a longer slide."
		ok = false
	}
	return ok
}

func groupBy(pc *component.Planning, p component.Params, in *schema.Schema, names map[string]bool) ([]plan.Column, bool) {
	keys, ok := lowering.Columns(pc, p.Objects("group_by"), in)
	for _, k := range keys {
		if names[k.Name] {
			lowering.Report(pc, lowering.CodeDuplicate, p.Span("group_by"), p.Path("group_by"), "the output has the column %q already", k.Name).
				Fix = "Give the column another name: expression AS name."
			ok = false
		}
		names[k.Name] = true
		ok = lowering.CheckKey(pc, k.Name, k.Expr.Type, k.Expr.Span, p.Path("group_by")) && ok
	}
	return keys, ok
}

// aggregates checks the aggregate columns. Equal aggregates of several columns are computed once.
func aggregates(pc *component.Planning, p component.Params, in *schema.Schema, names map[string]bool) ([]expr.Agg, []output, bool) {
	var all []expr.Agg
	var outs []output
	ok := true
	for _, item := range p.Objects("aggregates") {
		aggs, post, alias, good := pc.Exprs.Aggregate(item.String("expr"), in, item.Span("expr"), item.Path("expr"))
		if !good {
			ok = false
			continue
		}
		name, good := lowering.Name(pc, item, "expr", item.String("name"), alias, nil)
		if !good {
			ok = false
			continue
		}
		if names[name] {
			lowering.Report(pc, lowering.CodeDuplicate, item.Span("expr"), item.Path("expr"), "the output has the column %q already", name).
				Fix = "Give the column another name: expression AS name."
			ok = false
			continue
		}
		names[name] = true
		at := make([]int, len(aggs))
		for i, a := range aggs {
			at[i], all = place(all, a)
		}
		outs = append(outs, output{name: name, post: expr.Remap(post, func(i int) int { return at[i] })})
	}
	return all, outs, ok
}

// place returns the position of an aggregate in all, which grows when it is new.
func place(all []expr.Agg, a expr.Agg) (int, []expr.Agg) {
	for i, b := range all {
		if expr.CanonicalAgg(a) == expr.CanonicalAgg(b) {
			return i, all
		}
	}
	return len(all), append(all, a)
}

// nameAggs puts the aggregates into the operator. It reports whether they are the output columns as they stand; else the columns are
// computed from them behind the window, and they have names no one wrote.
func nameAggs(op *plan.Window, aggs []expr.Agg, outs []output, names map[string]bool) (bare bool) {
	bare = len(aggs) == len(outs)
	for i, o := range outs {
		bare = bare && o.post.Op == expr.OpColumn && o.post.Column == i
	}
	for i, a := range aggs {
		name := "agg_" + strconv.Itoa(i)
		if bare {
			name = outs[i].name
		} else {
			for names[name] {
				name += "_"
			}
		}
		op.Aggs = append(op.Aggs, plan.AggColumn{Name: name, Agg: a})
	}
	return bare
}

// project computes the output columns behind a window whose aggregates are not the output as they stand.
func project(pc *component.Planning, win *plan.Node, keys int, outs []output) *plan.Node {
	first := 2 + keys
	cols := make([]plan.Column, 0, first+len(outs))
	for i := range first {
		cols = append(cols, plan.Column{Name: win.Schema.Fields[i].Name, Expr: lowering.Column(win.Schema, i, diag.Span{})})
	}
	aggs := make([]*expr.Expr, len(win.Schema.Fields)-first)
	for i := range aggs {
		aggs[i] = lowering.Column(win.Schema, first+i, diag.Span{})
	}
	for _, o := range outs {
		cols = append(cols, plan.Column{Name: o.name, Expr: expr.Substitute(o.post, aggs)})
	}
	return pc.MakeNode("result", &plan.Project{Columns: cols}, lowering.Schema(win.Schema, cols), win.Mode, win)
}
