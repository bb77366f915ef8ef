package engine

import (
	"fmt"
	"slices"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/pipelines/engine/keyed"
)

// aggregateOp keeps the groups of an Aggregate. At a barrier it takes all changes together, whatever their order, and gives out what has
// become of each group they touched: one new row, one row changed, one row gone, or nothing.
//
//	aggregate.go        taking changes in
//	aggregate_emit.go   giving out what has changed
//	aggregate_state.go  what is saved, by number, where aggregates keep values
//	aggregate_groups.go what is saved, by key, and may move out of memory, where groups stand alone
type aggregateOp struct {
	run     *run
	node    *plan.Node
	op      *plan.Aggregate
	input   *groupInput
	grouper grouper

	groups *pane
	accs   []keptAcc
	// retracts says that rows can be taken back. Then undo has the accumulators once more, and counts the rows of each group.
	retracts bool
	undo     []undoer
	counts   []int64
	// groupDead are those that have no rows.
	groupMarks

	// touched are the groups that the running barrier has met, and before the results of those that had a row, as they were.
	touched []touchedGroup
	before  []*batch.Builder
	had     int
	// known is how many groups there were before the barrier.
	known int

	// saved is how many groups there were at the last snapshot.
	saved int
	chain keyed.Chain

	// keyed has what is kept where all aggregates are flat, else nil.
	keyed *keyedGroups

	plus, minus changes
}

// touchedGroup is a group and where its result before the barrier stands, -1 when it had none. The prefix is the beginning of its key, by
// which most comparisons are decided.
type touchedGroup struct {
	prefix uint64
	group  int32
	before int32
}

// changes are rows of a batch, ascending, and their groups.
type changes struct {
	rows, groups []int32
}

func (c *changes) add(row, group int32) {
	c.rows, c.groups = append(c.rows, row), append(c.groups, group)
}

func (c *changes) reset() { c.rows, c.groups = c.rows[:0], c.groups[:0] }

func newAggregate(r *run, n *plan.Node, op *plan.Aggregate) (*aggregateOp, error) {
	input, err := newGroupInput(op.Keys, op.Aggs, r.zone)
	if err != nil {
		return nil, err
	}
	g := &aggregateOp{run: r, node: n, op: op, input: input, retracts: n.Inputs[0].Mode.Change != plan.Append}
	for _, f := range n.Schema.Fields[len(op.Keys):] {
		g.before = append(g.before, batch.NewBuilder(f.Type, 0))
	}
	if err := g.clear(); err != nil {
		return nil, err
	}
	g.keyed = newAggregateGroups(g)
	return g, nil
}

// clear makes the operator as it was at the beginning.
func (g *aggregateOp) clear() error {
	g.groups, g.accs, g.undo = &pane{groups: keyed.NewTable()}, nil, nil
	g.counts, g.groupMarks, g.saved = nil, groupMarks{}, 0
	for i := range g.op.Aggs {
		a, err := newKeptAcc(&g.op.Aggs[i].Agg, g.retracts)
		if err != nil {
			return fmt.Errorf("aggregate %s: %w", g.op.Aggs[i].Name, err)
		}
		g.accs, g.groups.accs = append(g.accs, a), append(g.groups.accs, a)
		if g.retracts {
			u, ok := a.(undoer)
			if !ok {
				return fmt.Errorf("aggregate %s: %s cannot take rows back", g.op.Aggs[i].Name, g.op.Aggs[i].Agg.Func)
			}
			g.undo = append(g.undo, u)
		}
	}
	return nil
}

func (g *aggregateOp) mark() int64   { return minTime }
func (g *aggregateOp) setMark(int64) {}

func (g *aggregateOp) bytes() int64 {
	if g.keyed != nil {
		return g.keyed.bytes()
	}
	return g.memory()
}

// memory is what the groups take.
func (g *aggregateOp) memory() int64 {
	n := g.groups.groups.Bytes() + int64(cap(g.groups.codes)*4+cap(g.counts)*8+cap(g.flags)+cap(g.changed)*4+cap(g.touched)*16)
	for _, a := range g.accs {
		n += a.bytes()
	}
	return n
}

func (g *aggregateOp) advance(in []gathered, emit func(*batch.Batch) error) error {
	g.known = g.groups.groups.Len()
	if len(g.op.Keys) == 0 && g.known == 0 {
		// The one group there is without keys has its row from the beginning.
		e, err := g.group(nil)
		if err != nil {
			return err
		}
		if err := g.touch(e); err != nil {
			return err
		}
	}
	for batches := range slices.Chunk(in[0].batches, warmBatches) {
		if err := g.warm(batches); err != nil {
			return err
		}
		for _, b := range batches {
			if err := g.take(b); err != nil {
				return err
			}
		}
	}
	if len(g.touched) == 0 {
		return nil
	}
	if err := g.give(emit); err != nil {
		return err
	}
	g.settle()
	return nil
}

func (g *aggregateOp) take(b *batch.Batch) error {
	keys, inputs, failed := g.input.eval(b)
	b, err := g.run.rejectInserts(g.node, b, &failed)
	if err != nil {
		return err
	}
	g.plus.reset()
	g.minus.reset()
	if err := g.assign(b, keys); err != nil {
		return err
	}
	for i, a := range g.accs {
		rows, groups := g.input.passing(&inputs[i], g.plus.rows, g.plus.groups)
		err := a.update(inputs[i].vec, rows, groups)
		if err == nil && len(g.minus.rows) > 0 {
			rows, groups = g.input.passing(&inputs[i], g.minus.rows, g.minus.groups)
			err = g.undo[i].undo(inputs[i].vec, rows, groups)
		}
		if err != nil {
			return fmt.Errorf("aggregating %s: %w", g.op.Aggs[i].Name, err)
		}
	}
	return nil
}

// assign finds the group of each row, and notes what it was before the first change to it.
func (g *aggregateOp) assign(b *batch.Batch, keys []*batch.Vector) error {
	// The array of codes is made of groups in memory only.
	codes := !g.keyed.spilled() && g.grouper.prepare(keys)
	if codes {
		g.groups.useCodes(&g.grouper)
	}
	for i := range b.Rows() {
		r := b.Row(i)
		var e int32
		if codes {
			c := g.grouper.code(keys, r)
			if e = g.groups.codes[c] - 1; e < 0 {
				var err error
				if e, err = g.group(g.grouper.key(keys, r)); err != nil {
					return err
				}
				g.groups.codes[c] = e + 1
			}
		} else if len(keys) > 0 {
			var err error
			if e, err = g.group(g.grouper.key(keys, r)); err != nil {
				return err
			}
		}
		if g.flags[e]&groupTouched == 0 {
			if err := g.touch(e); err != nil {
				return err
			}
		}
		if !takesBack(b.Kind(r)) {
			g.plus.add(int32(r), e)
			if g.retracts {
				g.counts[e]++
			}
			continue
		}
		if !g.retracts {
			return fmt.Errorf("a row was taken back in a stream of inserts")
		}
		g.minus.add(int32(r), e)
		g.counts[e]--
	}
	return nil
}

func (g *aggregateOp) group(key []byte) (int32, error) {
	e, err := g.groups.group(key)
	if err == nil && int(e) == len(g.flags) {
		g.flags = append(g.flags, 0)
		if g.retracts {
			g.counts = append(g.counts, 0)
		}
	}
	return e, err
}

// touch notes a group's result as it was before the barrier.
func (g *aggregateOp) touch(e int32) error {
	t := touchedGroup{prefix: keyed.Prefix(g.groups.groups.Key(int(e))), group: e, before: -1}
	if (int(e) < g.known || g.flags[e]&groupStale != 0) && g.exists(e) {
		t.before = int32(g.had)
		g.had++
		if err := g.finish(e, g.before); err != nil {
			return err
		}
	}
	g.flags[e] |= groupTouched
	g.touched = append(g.touched, t)
	return nil
}

// exists reports whether a group has a row.
func (g *aggregateOp) exists(e int32) bool {
	return !g.retracts || g.counts[e] > 0 || len(g.op.Keys) == 0
}

// finish appends a group's results. A sum that does not fit its type is not mended by another attempt.
func (g *aggregateOp) finish(e int32, out []*batch.Builder) error {
	for i, a := range g.accs {
		if err := a.finish(int(e), out[i]); err != nil {
			return &component.PermanentError{Err: fmt.Errorf("finishing %s: %w", g.op.Aggs[i].Name, err)}
		}
	}
	return nil
}

// settle ends a barrier: the groups touched will be saved, and those that have no rows any more hold nothing.
func (g *aggregateOp) settle() {
	for _, t := range g.touched {
		e := t.group
		g.flags[e] &^= groupTouched
		g.groupMarks.touch(e)
		if g.retracts {
			g.bury(e)
		}
	}
	g.touched, g.had = g.touched[:0], 0
	if g.keyed == nil {
		g.compact()
	}
}

// bury marks a group without rows, and marks one that has some again as alive.
func (g *aggregateOp) bury(e int32) {
	empty := g.counts[e] == 0 && len(g.op.Keys) > 0
	switch was := g.flags[e]&groupDead != 0; {
	case empty:
		for _, a := range g.undo {
			a.clear(int(e))
		}
		if !was {
			g.flags[e] |= groupDead
			g.dead++
		}
	case was:
		g.flags[e] &^= groupDead
		g.dead--
	}
}

// compact numbers the groups anew once most are dead.
func (g *aggregateOp) compact() {
	if !g.mostlyDead() {
		return
	}
	keep := g.renumber(func(e int) bool { return g.flags[e]&groupDead == 0 })
	for _, a := range g.undo {
		a.retain(keep)
	}
	clear(g.flags)
	// Groups have new numbers: the next section must be a full one.
	g.changed, g.saved, g.chain = nil, 0, keyed.Chain{}
}

// renumber numbers the groups for which keep is true anew, all but their accumulators, and returns the numbers they had.
func (g *aggregateOp) renumber(keep func(e int) bool) []int32 {
	var kept []int32
	g.groups.groups = g.groups.groups.Retain(keep, func(from, _ int) { kept = append(kept, int32(from)) })
	g.groups.codes, g.groups.dicts, g.groups.strides = nil, nil, nil
	g.groupMarks.retain(kept)
	if g.retracts {
		g.counts = listed(g.counts, kept)
	}
	return kept
}

// takesBack reports whether a change takes a row back.
func takesBack(k batch.RowKind) bool { return k == batch.UpdateBefore || k == batch.Delete }

// rejectInserts rejects the rows on which an expression failed and returns the batch without them. Those that take a row back go
// silently: the row that they take back has failed too, and was rejected.
func (r *run) rejectInserts(n *plan.Node, b *batch.Batch, failed *failures) (*batch.Batch, error) {
	if len(failed.rows) == 0 {
		return b, nil
	}
	inserts, back := failures{}, map[int32]bool{}
	for _, f := range failed.rows {
		if takesBack(b.Kind(int(f.row))) {
			back[f.row] = true
		} else {
			inserts.rows = append(inserts.rows, f)
		}
	}
	if len(back) > 0 {
		keep := make([]int32, 0, b.Rows())
		for i := range b.Rows() {
			if row := int32(b.Row(i)); !back[row] {
				keep = append(keep, row)
			}
		}
		b = b.Select(keep)
	}
	return r.barrier.rejectRows(n, b, &inserts)
}
