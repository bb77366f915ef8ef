package engine

import (
	"bytes"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
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
	versions *versions
	released *released // nil when nothing is corrected
	where    *pairFilter
	right    *rowReader
	out      *pairWriter // of corrections
	refused  *rejectedPairs
	// late counts the versions that came behind rows given out and did not, or not in full, correct them; logged is what was said of it.
	late, logged int64
	key, row     []byte
	unsettled    bool
}

func newTemporalJoin(r *run, n *plan.Node, op *plan.TemporalJoin) (*temporalJoin, error) {
	left, right := n.Inputs[0].Schema, n.Inputs[1].Schema
	g := &temporalJoin{gatherNode: gatherNode{r, n}, op: op, at: minTime, versions: newVersions(),
		left: waiting{schema: left, time: op.LeftTime}, right: newRowReader(right.Fields, nil, r.opt.BatchRows)}
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
	g.report()
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
		if g.ready && t < g.at {
			if t < later(g.at, -g.op.Correct) {
				g.late++
			}
			if g.released != nil {
				g.released.touch(g.key, t, g.versions)
			}
		}
		g.row = appendRow(g.row[:0], b, r)
		if err := g.versions.add(g.key, g.row, t, kind == batch.Delete); err != nil {
			return err
		}
	}
	_, err := g.run.barrier.rejectRows(g.node, b, &failed)
	return err
}

// report says when versions came too late for rows that were given out.
func (g *temporalJoin) report() {
	if g.late == g.logged {
		return
	}
	g.run.opt.Log.Warn("versions came later than rows they hold for were given out: only later rows get them", "node", g.node.ID,
		"versions", g.late-g.logged, "since_start", g.late)
	g.logged = g.late
}

// release gives out the left rows behind a watermark, in the order of time.
func (g *temporalJoin) release(watermark int64, emit func(*batch.Batch) error) error {
	batches, due := g.left.take(watermark)
	for len(due) > 0 {
		chunk := due[:min(len(due), g.run.opt.BatchRows)]
		due = due[len(chunk):]
		if err := g.give(g.left.gather(batches, chunk), emit); err != nil {
			return err
		}
	}
	return g.refused.flush()
}

// give gives out left rows with the versions that hold at their times.
func (g *temporalJoin) give(b *batch.Batch, emit func(*batch.Batch) error) error {
	found, err := g.look(b)
	if err != nil {
		return err
	}
	gone, err := g.restrict(b, found)
	if err != nil {
		return err
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
	if b.N == 0 {
		return nil
	}
	for _, s := range found {
		if s == none {
			g.right.appendNull()
		} else if err := g.right.append(g.versions.rows.Row(s)); err != nil {
			return err
		}
	}
	out := &batch.Batch{Schema: g.node.Schema, N: b.N, Part: batch.NoPart, Cols: append(b.Cols[:len(b.Cols):len(b.Cols)], g.right.finish()...)}
	if g.op.Correct == 0 {
		out.Marks = stamps(b.N, g.at)
	}
	return emit(out)
}

// rejected stands for the version of a left row on which the condition fails.
const rejected = -2

// look finds the version of each row, and remembers the rows for corrections.
func (g *temporalJoin) look(b *batch.Batch) ([]int32, error) {
	keys, times := columnsAt(b, g.op.Left), b.Cols[g.op.LeftTime].I64
	found := make([]int32, b.N)
	for r := range b.N {
		var null bool
		if g.key, null = keyOf(g.key[:0], keys, r); null {
			found[r] = none
			continue
		}
		found[r] = g.versions.find(g.key, times[r])
		if g.released != nil {
			g.row = appendRow(g.row[:0], b, r)
			if err := g.released.add(g.key, g.row, times[r]); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
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

// correction is a left row given out whose match has changed: the version it had and the one it has, nil for none.
type correction struct {
	left     []byte
	versions [2][]byte // had, has
	given    [2]bool   // whether a row came, or comes, out
}

// correct takes back what was given to rows whose version has changed, and gives them the right one.
func (g *temporalJoin) correct(emit func(*batch.Batch) error) error {
	if g.released == nil || len(g.released.stale) == 0 {
		return nil
	}
	g.out.emit = emit
	slots := g.released.touched()
	for len(slots) > 0 {
		chunk := slots[:min(len(slots), g.run.opt.BatchRows)]
		slots = slots[len(chunk):]
		var changed []correction
		for _, s := range chunk {
			had := g.released.stale[s]
			key := g.released.rows.Key(g.released.rows.Entry(s))
			has := g.versions.match(key, g.released.rows.Time(s))
			if (had == nil) != (has == nil) || !bytes.Equal(had, has) {
				changed = append(changed, correction{left: g.released.rows.Row(s), versions: [2][]byte{had, has}})
			}
		}
		if err := g.judge(changed); err != nil {
			return err
		}
		for _, c := range changed {
			if err := g.replace(c); err != nil {
				return err
			}
		}
	}
	clear(g.released.stale)
	if err := g.refused.flush(); err != nil {
		return err
	}
	return g.out.flush()
}

// judge applies the condition to corrections, and says which rows came and come out.
func (g *temporalJoin) judge(changed []correction) error {
	for when := range 2 {
		var asked []int
		for i := range changed {
			c := &changed[i]
			// Without a match, a left join gives the left row alone.
			c.given[when] = c.versions[when] != nil || g.op.Kind == plan.LeftOuter
			if c.versions[when] == nil || g.where == nil {
				continue
			}
			asked = append(asked, i)
			if err := g.where.add(c.left, c.versions[when]); err != nil {
				return err
			}
		}
		if len(asked) == 0 {
			continue
		}
		pass, failed := g.where.decide()
		codes := failedCodes(failed)
		for k, i := range asked {
			c := &changed[i]
			code, bad := codes[int32(k)]
			switch {
			case bad && when == 1:
				if err := g.refused.add(c.left, c.versions[when], code, "where"); err != nil {
					return err
				}
				fallthrough
			case bad:
				c.given[when] = false
			case !pass[k]:
				c.versions[when], c.given[when] = nil, g.op.Kind == plan.LeftOuter
			}
		}
	}
	return nil
}

func failedCodes(failed []expr.RowError) map[int32]diag.RowCode {
	out := make(map[int32]diag.RowCode, len(failed))
	for _, f := range failed {
		out[f.Row] = f.Code
	}
	return out
}

// replace puts out the change of one row.
func (g *temporalJoin) replace(c correction) error {
	had, has := c.given[0], c.given[1]
	switch {
	case had && has:
		if c.versions[0] == nil && c.versions[1] == nil {
			return nil
		}
		if err := g.out.add(batch.UpdateBefore, c.left, c.versions[0]); err != nil {
			return err
		}
		return g.out.add(batch.UpdateAfter, c.left, c.versions[1])
	case had:
		return g.out.add(batch.Delete, c.left, c.versions[0])
	case has:
		return g.out.add(batch.Insert, c.left, c.versions[1])
	}
	return nil
}

// settle makes what the state does not hold.
func (g *temporalJoin) settle() {
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
