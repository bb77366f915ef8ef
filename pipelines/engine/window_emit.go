package engine

import (
	"bytes"
	"fmt"
	"math"
	"sort"
	"time"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/pipelines/engine/keyed"
)

// windowGlobal puts the lanes' slices together and gives out the windows the watermark has passed. It runs at barriers only, when no
// lane is running.
type windowGlobal struct {
	node   *plan.Node
	op     *plan.Window
	align  *aligner
	locals []*windowLocal // in lane order: the order in which slices are merged
	// emitted is the watermark up to which windows were given out.
	emitted int64
	rows    int // rows a batch
}

// closing is a window that is due, and the panes that make it up, in lane order.
type closing struct {
	end   int64 // key of the end
	panes []*pane
}

// advance gives out every window whose end lies in (emitted, watermark], by end and then by key, and drops what no later window
// needs.
func (g *windowGlobal) advance(watermark int64, emit func(*batch.Batch) error) error {
	if watermark <= g.emitted {
		return nil
	}
	due := map[int64]*closing{}
	for _, l := range g.locals {
		for _, p := range l.sortedPanes() {
			for end := p.key.first; end <= p.key.slice+g.align.size; end += g.align.slide {
				at := g.align.instant(end)
				if at > watermark {
					break
				}
				if at <= g.emitted {
					continue
				}
				c := due[end]
				if c == nil {
					c = &closing{end: end}
					due[end] = c
				}
				c.panes = append(c.panes, p)
			}
		}
	}
	order := make([]*closing, 0, len(due))
	for _, c := range due {
		order = append(order, c)
	}
	sort.Slice(order, func(i, j int) bool { return order[i].end < order[j].end })
	for _, c := range order {
		if err := g.emitWindow(c, emit); err != nil {
			return err
		}
	}
	for _, l := range g.locals {
		l.drop(watermark)
	}
	g.emitted = watermark
	return nil
}

func (g *windowGlobal) emitWindow(c *closing, emit func(*batch.Batch) error) error {
	groups, accs := c.panes[0].groups, c.panes[0].accs
	if len(c.panes) > 1 {
		var err error
		if groups, accs, err = g.merge(c.panes); err != nil {
			return err
		}
	}
	order := make([]int, groups.Len())
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return bytes.Compare(groups.Key(order[i]), groups.Key(order[j])) < 0 })
	start, end := g.align.instant(c.end-g.align.size), g.align.instant(c.end)
	for len(order) > 0 {
		n := min(len(order), g.rows)
		b, err := g.build(start, end, groups, accs, order[:n])
		if err != nil {
			return fmt.Errorf("closing the window %s of %s: %w", windowText(start, end), g.node.ID, err)
		}
		if err := emit(b); err != nil {
			return err
		}
		order = order[n:]
	}
	return nil
}

// merge adds the panes up in their order.
func (g *windowGlobal) merge(panes []*pane) (*keyed.Table, []acc, error) {
	out, err := g.locals[0].newPane(paneKey{})
	if err != nil {
		return nil, nil, err
	}
	for _, p := range panes {
		into := make([]int32, p.groups.Len())
		for i := range into {
			e, _, err := out.groups.Put(p.groups.Key(i), p.groups.Hash(i))
			if err != nil {
				return nil, nil, err
			}
			into[i] = int32(e)
		}
		for i, a := range out.accs {
			a.grow(out.groups.Len())
			if err := a.merge(p.accs[i], into); err != nil {
				return nil, nil, fmt.Errorf("merging %s: %w", g.op.Aggs[i].Name, err)
			}
		}
	}
	return out.groups, out.accs, nil
}

func (g *windowGlobal) build(start, end int64, groups *keyed.Table, accs []acc, order []int) (*batch.Batch, error) {
	s := g.node.Schema
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, len(order))
	}
	marks, mark := make([]int64, len(order)), g.align.firstStart(g.emitted)
	for i, e := range order {
		cols[0].AppendInt(start)
		cols[1].AppendInt(end)
		key := groups.Key(e)
		var err error
		for k := range g.op.Keys {
			if key, err = readKey(key, cols[2+k]); err != nil {
				return nil, fmt.Errorf("reading a group's key: %w", err)
			}
		}
		for k, a := range accs {
			if err := a.finish(e, cols[2+len(g.op.Keys)+k]); err != nil {
				return nil, fmt.Errorf("%s: %w", g.op.Aggs[k].Name, err)
			}
		}
		// No window given out from now on starts before this, so none of these rows is late further down.
		marks[i] = mark
	}
	b := &batch.Batch{Schema: s, N: len(order), Marks: marks, Part: batch.NoPart}
	for _, c := range cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	return b, nil
}

// minTime and maxTime stand for "no watermark yet" and "nothing more will come".
const (
	minTime = math.MinInt64
	maxTime = math.MaxInt64
)

// windowText writes a window for an error message.
func windowText(start, end int64) string {
	const layout = "2006-01-02T15:04:05.999999Z"
	return "[" + time.UnixMicro(start).UTC().Format(layout) + ", " + time.UnixMicro(end).UTC().Format(layout) + ")"
}
