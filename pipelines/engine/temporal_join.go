package engine

import (
	"slices"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
)

// temporalJoin gives each left row the version of a changelog's row that holds at its time. Left rows only wait, without an index, until the
// watermarks say that every version they may need has come; then they look it up and leave.
type temporalJoin struct {
	gatherNode
	op *plan.TemporalJoin
	// at is the watermark up to which left rows were given out. ready says that the right side has been read through once: nothing is given out
	// before.
	at    int64
	ready bool
	// readySaved is what the state says of ready.
	readySaved bool

	left     waiting
	merger   *batch.Merger // of left rows
	versions *versions
	released *released // nil when nothing is corrected
	where    *pairFilter
	right    *rowReader
	out      *pairWriter // of corrections
	refused  *rejectedPairs
	key, row []byte
	// timed says that versions have a time of their own: only then can one be late.
	timed     bool
	unsettled bool
}

func newTemporalJoin(r *run, n *plan.Node, op *plan.TemporalJoin) (*temporalJoin, error) {
	left, right := n.Inputs[0].Schema, n.Inputs[1].Schema
	g := &temporalJoin{gatherNode: gatherNode{r, n}, op: op, at: minTime, versions: newVersions(),
		left: waiting{schema: left, time: op.LeftTime}, merger: batch.NewMerger(left), right: newRowReader(right.Fields, nil, r.opt.BatchRows),
		timed: right.EventTime != nil}
	var err error
	if g.where, err = r.pairFilter(n, op.Where); err != nil {
		return nil, err
	}
	g.refused = newRejectedPairs(g.gatherNode, left, right)
	if op.Correct > 0 {
		g.released = newReleased()
		g.out = newPairWriter(n.Schema, left, right, r.opt.BatchRows)
	}
	return g, nil
}

// mark implements gatherer: left rows behind it have been given out or are late. Corrections come for earlier ones, but then the output has
// no event time.
func (g *temporalJoin) mark() int64      { return g.at }
func (g *temporalJoin) setMark(at int64) { g.at = at }

func (g *temporalJoin) advance(in []gathered, emit func(*batch.Batch) error) error {
	if g.unsettled {
		g.settle()
	}
	if err := g.left.admit(&g.gatherNode, in[0].batches, g.at); err != nil {
		return err
	}
	for _, b := range in[1].batches {
		if err := g.learn(b); err != nil {
			return err
		}
	}
	if !g.ready {
		if !g.run.readThrough(g.node.Inputs[1]) {
			return nil
		}
		g.ready = true
		g.versions.known()
	}
	if err := g.correct(emit); err != nil {
		return err
	}
	w := g.watermark(in)
	if w <= g.at {
		return nil
	}
	if err := g.release(w, emit); err != nil {
		return err
	}
	g.at = w
	horizon := later(w, -g.op.Correct)
	if g.released != nil {
		g.released.forget(horizon)
	}
	// A changelog without event time has no watermark to wait for.
	changes, _ := g.run.reached(in[1])
	if changes == minTime {
		changes = maxTime
	}
	g.versions.prune(horizon, changes)
	return nil
}

// watermark returns up to which time left rows can leave: their input's watermark, held back by the right one's while there are versions to
// be read. A left input that is silent stands still.
func (g *temporalJoin) watermark(in []gathered) int64 {
	w, _ := g.run.reached(in[0])
	if right, active := g.run.reached(in[1]); active && !in[1].caughtUp {
		w = min(w, right)
	}
	return later(w, -g.op.Wait)
}

// learn takes rows of the changelog.
func (g *temporalJoin) learn(b *batch.Batch) error {
	keys, times := columnsAt(b, g.op.Right), b.Cols[g.op.RightTime]
	var failed failures
	for r := range b.N {
		kind := b.Kind(r)
		if kind == batch.UpdateBefore {
			// The row that follows it says what holds from its time on.
			continue
		}
		if times.IsNull(r) {
			failed.rows = append(failed.rows, rowFailure{int32(r), codeNoEventTime, b.Schema.Fields[g.op.RightTime].Name})
			continue
		}
		var null bool
		if g.key, null = keyOf(g.key[:0], keys, r); null {
			continue // nothing can match it
		}
		t := times.I64[r]
		g.row = appendRow(g.row[:0], b, r)
		if g.op.RightUnique && g.versions.taken(g.key, g.row, t) {
			failed.rows = append(failed.rows, rowFailure{int32(r), diag.RowCardinality, "right_unique"})
			continue
		}
		if g.ready && t < g.at {
			// What it holds for was given out, and is not, or not in full, corrected: it holds for later rows only.
			if out := later(g.at, -g.op.Correct); g.timed && t < out {
				g.run.barrier.late(g.node, b, r, t, out, false)
			}
			if g.released != nil {
				g.released.touch(g.key, t, g.versions)
			}
		}
		if err := g.versions.add(g.key, g.row, t, kind == batch.Delete); err != nil {
			return err
		}
	}
	_, err := g.run.barrier.rejectRows(g.node, b, &failed)
	return err
}

// release gives out the left rows behind a watermark, in the order of time. A few of them at a time stay in the processor's cache while they
// are put together and looked up.
func (g *temporalJoin) release(watermark int64, emit func(*batch.Batch) error) error {
	due := g.left.take(watermark)
	g.merger.From(due.batches)
	defer g.merger.From(nil)
	matched := func(give func(*batch.Batch) error) error {
		for rows := range slices.Chunk(due.rows, g.run.opt.BatchRows) {
			b, err := g.match(g.merger.Merge(rows))
			if err != nil {
				return err
			}
			if b.N == 0 {
				continue
			}
			if err := give(b); err != nil {
				return err
			}
		}
		return nil
	}
	if g.where == nil && g.run.opt.Parallelism > 1 && len(due.rows) > g.run.opt.BatchRows {
		return ahead(matched, emit)
	}
	// What a condition rejects goes into the same ledger as what is rejected behind the join: one after the other.
	if err := matched(emit); err != nil {
		return err
	}
	return g.refused.flush()
}

// match puts beside left rows the versions that hold at their times, and leaves out what does not come out.
func (g *temporalJoin) match(b *batch.Batch) (*batch.Batch, error) {
	found, err := g.look(b)
	if err != nil {
		return nil, err
	}
	gone, err := g.restrict(b, found)
	if err != nil {
		return nil, err
	}
	if g.op.Kind == plan.Inner || gone {
		keep := make([]int32, 0, b.N)
		for r, s := range found {
			if s == rejected || s == none && g.op.Kind == plan.Inner {
				continue
			}
			found[len(keep)] = s
			keep = append(keep, int32(r))
		}
		if found = found[:len(keep)]; len(keep) < b.N {
			b = b.Gather(keep)
		}
	}
	out := &batch.Batch{Schema: g.node.Schema, N: b.N, Part: batch.NoPart}
	if b.N == 0 {
		return out, nil
	}
	values, err := g.values(found)
	if err != nil {
		return nil, err
	}
	out.Cols = slices.Concat(b.Cols, values)
	if g.op.Correct == 0 {
		out.Marks = stamps(b.N, g.at)
	}
	return out, nil
}

// rejected stands for the version of a left row on which the condition fails.
const rejected = -2

// look finds the version of each row, and remembers the rows for corrections.
func (g *temporalJoin) look(b *batch.Batch) ([]int32, error) {
	keys, times := columnsAt(b, g.op.Left), b.Cols[g.op.LeftTime].I64
	found, ends := make([]int32, b.N), make([]int, b.N+1)
	g.key = g.key[:0]
	for r := range b.N {
		key, null := keyOf(g.key, keys, r)
		if null {
			// No version has an empty key.
			key = key[:ends[r]]
		}
		g.key = key
		ends[r+1] = len(key)
	}
	if g.released != nil {
		if err := g.remember(b, g.key, ends); err != nil {
			return nil, err
		}
	}
	g.versions.rows.FindAll(g.key, ends, found)
	for r, e := range found {
		found[r] = g.versions.find(int(e), times[r])
	}
	return found, nil
}

// remember keeps rows that are given out, with their keys one behind the other, until no version can correct them any more. Rows whose key has a
// NULL never match.
func (g *temporalJoin) remember(b *batch.Batch, keys []byte, ends []int) error {
	times := b.Cols[g.op.LeftTime].I64
	for r := range b.N {
		if ends[r] == ends[r+1] && len(g.op.Left) > 0 {
			continue
		}
		g.row = appendRow(g.row[:0], b, r)
		if err := g.released.add(keys[ends[r]:ends[r+1]], g.row, times[r]); err != nil {
			return err
		}
	}
	return nil
}

// restrict takes the versions away that do not pass the condition, and reports whether it failed on some: those pairs are rejected.
func (g *temporalJoin) restrict(b *batch.Batch, found []int32) (gone bool, err error) {
	if g.where == nil {
		return false, nil
	}
	var with []int32
	var row []byte
	for r, s := range found {
		if s == none {
			continue
		}
		with = append(with, int32(r))
		row = appendRow(row[:0], b, r)
		if err := g.where.add(row, g.versions.rows.Row(s)); err != nil {
			return false, err
		}
	}
	if len(with) == 0 {
		return false, nil
	}
	pass, failed := g.where.decide()
	for _, f := range failed {
		r := with[f.Row]
		row = appendRow(row[:0], b, int(r))
		if err := g.refused.add(row, g.versions.rows.Row(found[r]), f.Code, "where"); err != nil {
			return false, err
		}
	}
	for i, r := range with {
		if !pass[i] {
			found[r] = none
		}
	}
	for _, f := range failed {
		found[with[f.Row]] = rejected
	}
	return len(failed) > 0, nil
}

// settle makes what the state does not hold.
func (g *temporalJoin) settle() {
	g.versions.columns = versionColumns{}
	g.versions.settle()
	if g.released != nil {
		g.released.order = slotsByTime(g.released.rows)
	}
	g.unsettled = false
}

// The shards of the state. A section of versions begins with a byte that says whether the join was ready.
const (
	shardWaiting  = "waiting"
	shardVersions = "versions"
	shardReleased = "released"
)

func (g *temporalJoin) snapshot(put func(shard string, payload []byte, full bool)) error {
	payload, full, changed, err := g.left.snapshot()
	if err != nil {
		return err
	}
	if changed {
		put(shardWaiting, payload, full)
	}
	payload, full, changed = g.versions.rows.Snapshot()
	if changed || g.ready != g.readySaved {
		ready := byte(0)
		if g.ready {
			ready = 1
		}
		put(shardVersions, append([]byte{ready}, payload...), full)
		g.readySaved = g.ready
	}
	if g.released != nil {
		if payload, full, changed = g.released.rows.Snapshot(); changed {
			put(shardReleased, payload, full)
		}
	}
	return nil
}

func (g *temporalJoin) restore(shard string, payload []byte, full bool) error {
	g.unsettled = true
	switch {
	case shard == shardWaiting:
		return g.left.restore(payload, full, g.at)
	case shard == shardReleased && g.released != nil:
		return g.released.rows.Restore(payload, full)
	case shard == shardVersions:
		if len(payload) == 0 || payload[0] > 1 {
			return errCut
		}
		g.ready = payload[0] == 1
		g.readySaved = g.ready
		if len(payload) == 1 {
			return nil
		}
		return g.versions.rows.Restore(payload[1:], full)
	}
	return errNoShard
}

func (g *temporalJoin) bytes() int64 {
	n := g.left.size + g.versions.bytes()
	if g.released != nil {
		n += g.released.bytes()
	}
	return n
}
