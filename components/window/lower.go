package window

import (
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/plan"
)

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	in := inputs[0]
	op := &plan.Window{Time: in.Schema.TimeIndex()}
	ok := lowering.NeedEventTime(pc, p, in)
	ok = extent(pc, p, op) && ok

	names := map[string]bool{plan.WindowStart: true, plan.WindowEnd: true}
	keys, good := lowering.GroupBy(pc, p, in.Schema, names)
	ok = good && ok
	aggs, good := lowering.Aggregates(pc, p, in.Schema, names)
	if !ok || !good {
		return nil, false
	}
	op.Keys, op.Aggs = keys, aggs.Columns
	win, ok := lowering.Make(pc, p, "window", op, in)
	if !ok {
		return nil, false
	}
	return aggs.Result(pc, win), true
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
