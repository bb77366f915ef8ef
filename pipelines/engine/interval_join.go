package engine

import (
	"bytes"
	"cmp"
	"slices"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// intervalJoin meets rows by key and time. Rows wait until both inputs' watermarks have passed them; then they ripen, in the order of time:
// a ripe row looks for its partners among the ripe rows of the other side and stays for those that ripen later. So each pair is found
// once, when the later of its rows ripens, and what is found does not depend on when rows came.
type intervalJoin struct {
	gatherNode
	op    *plan.IntervalJoin
	sides [2]*intervalSide // left, right
	// at is the watermark up to which rows have ripened: the least of the inputs'.
	at int64

	where   *pairFilter // nil without a condition
	out     *pairWriter
	refused *rejectedPairs
	// pairs are those found and not yet given out; done counts the rows that have ripened since the last were.
	pairs []intervalPair
	done  int
	key   []byte
	row   []byte
	// unsettled says that the state was restored and the orders of the sides are to be made.
	unsettled bool
}

// intervalSide is what the join keeps of one input.
type intervalSide struct {
	keys    []int
	keeps   bool // rows without a match come out
	waiting waiting
	// rows are the ripe ones that can still be met, each key's in the order of time. Their aux has flags.
	rows *keyed.Multimap
	// order lists their slots by time.
	order []int32
	// after is how long behind its time a row can be met, at most.
	after int64
}

// Flags of a ripe row.
const (
	// rowMet: there was a pair, also one that was rejected, so the row is not without a match.
	rowMet = 1 << iota
	// rowTaken: there was a pair that came out.
	rowTaken
)

// intervalPair is a pair that is due at a time, when the later of its rows is; with one row missing (none), a row without a match.
type intervalPair struct {
	due         int64
	left, right int32
}

// Bounds of what is found before it is given out.
const (
	maxPairs = 1 << 16
	maxRipe  = 1 << 16
)

// nullKey is the entry of rows whose key has a NULL: no key of the others has these bytes.
var nullKey = []byte{0}

func newIntervalJoin(r *run, n *plan.Node, op *plan.IntervalJoin) (*intervalJoin, error) {
	left, right := n.Inputs[0].Schema, n.Inputs[1].Schema
	g := &intervalJoin{gatherNode: gatherNode{r, n}, op: op, at: minTime}
	var err error
	if g.where, err = r.pairFilter(n, op.Where); err != nil {
		return nil, err
	}
	g.sides[0] = newIntervalSide(left, op.Left, op.LeftTime, op.Kind.KeepsLeft(), max(0, op.Upper))
	g.sides[1] = newIntervalSide(right, op.Right, op.RightTime, op.Kind.KeepsRight(), max(0, -op.Lower))
	g.refused = newRejectedPairs(g.gatherNode, left, right)
	if op.Kind.OnlyLeft() {
		right = nil
	}
	g.out = newPairWriter(n.Schema, left, right, r.opt.BatchRows)
	g.out.stamped = !op.Kind.KeepsRight()
	return g, nil
}

func newIntervalSide(s *schema.Schema, keys []int, time int, keeps bool, after int64) *intervalSide {
	return &intervalSide{keys: keys, keeps: keeps, after: after, rows: keyed.NewMultimap(), waiting: waiting{schema: s, time: time}}
}

// mark implements gatherer. What comes out later has a pair or row that is due at or behind at. Of a pair one time is not before at: the
// left one, or the right one, and then the left one not before at - Upper. A left row without a match is due at its time or, where Upper
// is positive, that much later. So no left time given out is before at - max(0, Upper), and a row with just that time may come. Right
// and full joins have no event time: for them it only restores at.
func (g *intervalJoin) mark() int64      { return later(g.at, -g.sides[0].after) }
func (g *intervalJoin) setMark(at int64) { g.at = later(at, g.sides[0].after) }

// passed implements passer.
func (g *intervalJoin) passed() int64 { return g.at }

func (g *intervalJoin) advance(in []gathered, emit func(*batch.Batch) error) error {
	if g.unsettled {
		g.settle()
	}
	w := int64(maxTime)
	moves := false
	for port, i := range in {
		if err := g.sides[port].waiting.admit(&g.gatherNode, i.batches, g.at); err != nil {
			return err
		}
		// An input that is silent does not hold the other back; it moves nothing either.
		if at, active := g.run.reached(i); active {
			w, moves = min(w, at), true
		}
	}
	if !moves || w <= g.at {
		return nil
	}
	g.out.emit, g.out.mark = emit, g.mark()
	if err := g.ripen(w); err != nil {
		return err
	}
	for _, s := range g.sides {
		s.rows.Compact()
	}
	g.at = w
	return nil
}

// ripening are the rows of one side that ripen at a barrier.
type ripening struct {
	*ripe
	keys [][]*batch.Vector // the key columns, by batch
	next int               // the row whose turn it is
}

func (s *intervalSide) ripen(watermark int64) ripening {
	r := ripening{ripe: s.waiting.take(watermark)}
	for _, b := range r.batches {
		r.keys = append(r.keys, columnsAt(b, s.keys))
	}
	return r
}

func (r *ripening) done() bool { return r.next == len(r.rows) }

// ripen takes the rows behind a watermark in the order of time, from both sides in turn.
func (g *intervalJoin) ripen(watermark int64) error {
	side := [2]ripening{g.sides[0].ripen(watermark), g.sides[1].ripen(watermark)}
	last := int64(minTime)
	for {
		port := 0
		l, r := &side[0], &side[1]
		switch {
		case l.done() && r.done():
			return g.flush(watermark)
		case l.done(), !r.done() && r.time(r.next) <= l.time(l.next):
			port = 1
		}
		from := &side[port]
		at, t := from.rows[from.next], from.time(from.next)
		from.next++
		if t > last && (len(g.pairs) >= maxPairs || g.done >= maxRipe) {
			// Everything that is due before this time has been found.
			if err := g.flush(t); err != nil {
				return err
			}
		}
		last = t
		g.done++
		if err := g.meet(port, from.batches[at.Batch], from.keys[at.Batch], int(at.Row), t); err != nil {
			return err
		}
	}
}

// meet adds row r of b, of time t, to its side and finds its partners on the other.
func (g *intervalJoin) meet(port int, b *batch.Batch, keys []*batch.Vector, r int, t int64) error {
	own, other := g.sides[port], g.sides[1-port]
	var null bool
	g.key, null = keyOf(g.key[:0], keys, r)
	if null {
		if !own.keeps {
			return nil
		}
		g.key = append(g.key[:0], nullKey...)
	}
	hash := batch.HashBytes(g.key, 0)
	e, err := own.rows.Put(g.key, hash)
	if err != nil {
		return err
	}
	g.row = appendRow(g.row[:0], b, r)
	slot, err := own.rows.Append(e, g.row, t)
	if err != nil {
		return err
	}
	own.order = append(own.order, slot)
	if null {
		return nil
	}
	if e = other.rows.Find(g.key, hash); e < 0 {
		return nil
	}
	// Partners of a left row lie in [time + Lower, time + Upper], of a right row in [time - Upper, time - Lower].
	from, to := later(t, g.op.Lower), later(t, g.op.Upper)
	if port == 1 {
		from, to = later(t, -g.op.Upper), later(t, -g.op.Lower)
	}
	for s := other.rows.Last(e); s != none; s = other.rows.Prev(s) {
		switch then := other.rows.Time(s); {
		case then < from:
			return nil
		case then > to:
			continue
		}
		p := intervalPair{t, slot, s}
		if port == 1 {
			p.left, p.right = s, slot
		}
		g.pairs = append(g.pairs, p)
	}
	return nil
}

// compare orders by the time at which something is due, then by the left row and the right row: by time, key and bytes, a missing row last.
// Rows that are equal in all of these cannot be told apart.
func (g *intervalJoin) compare(a, b intervalPair) int {
	if a.due != b.due {
		return cmp.Compare(a.due, b.due)
	}
	if c := g.sides[0].compare(a.left, b.left); c != 0 {
		return c
	}
	return g.sides[1].compare(a.right, b.right)
}

func (s *intervalSide) compare(a, b int32) int {
	switch {
	case a == b:
		return 0
	case a == none:
		return 1
	case b == none:
		return -1
	}
	if x, y := s.rows.Time(a), s.rows.Time(b); x != y {
		return cmp.Compare(x, y)
	}
	if x, y := s.rows.Entry(a), s.rows.Entry(b); x != y {
		if c := bytes.Compare(s.rows.Key(x), s.rows.Key(y)); c != 0 {
			return c
		}
	}
	return bytes.Compare(s.rows.Row(a), s.rows.Row(b))
}

// row returns the bytes of a row, nil for a missing one.
func (s *intervalSide) row(slot int32) []byte {
	if slot == none {
		return nil
	}
	return s.rows.Row(slot)
}

// flag notes something of a row and reports whether it was not known yet.
func (s *intervalSide) flag(slot int32, f int64) bool {
	was := s.rows.Aux(slot)
	if was&f == f {
		return false
	}
	s.rows.SetAux(slot, was|f)
	return true
}

// flush gives out what is due behind a watermark: the pairs that were found, and the rows that are done with and met nothing.
func (g *intervalJoin) flush(watermark int64) error {
	slices.SortFunc(g.pairs, g.compare)
	if err := g.restrict(); err != nil {
		return err
	}
	due, err := g.choose()
	if err != nil {
		return err
	}
	found := len(due)
	left, due := g.sides[0].leave(watermark, due, func(at int64, s int32) intervalPair { return intervalPair{at, s, none} })
	right, due := g.sides[1].leave(watermark, due, func(at int64, s int32) intervalPair { return intervalPair{at, none, s} })
	if len(due) > found {
		slices.SortFunc(due, g.compare)
	}
	for _, p := range due {
		if err := g.out.add(batch.Insert, g.sides[0].row(p.left), g.sides[1].row(p.right)); err != nil {
			return err
		}
	}
	g.sides[0].forget(left)
	g.sides[1].forget(right)
	g.pairs, g.done = g.pairs[:0], 0
	if err := g.refused.flush(); err != nil {
		return err
	}
	return g.out.flush()
}

// restrict leaves the pairs that pass the condition. One on which it fails is rejected, and is a match all the same.
func (g *intervalJoin) restrict() error {
	if g.where == nil {
		return nil
	}
	kept := g.pairs[:0]
	for from := 0; from < len(g.pairs); {
		chunk := g.pairs[from:min(from+g.run.opt.BatchRows, len(g.pairs))]
		from += len(chunk)
		for _, p := range chunk {
			if err := g.where.add(g.sides[0].rows.Row(p.left), g.sides[1].rows.Row(p.right)); err != nil {
				return err
			}
		}
		pass, failed := g.where.decide()
		for _, f := range failed {
			p := chunk[f.Row]
			g.matched(p, rowMet)
			if err := g.refused.add(g.sides[0].rows.Row(p.left), g.sides[1].rows.Row(p.right), f.Code, "where"); err != nil {
				return err
			}
		}
		// What is kept never gets ahead of what is read.
		for i, p := range chunk {
			if pass[i] {
				kept = append(kept, p)
			}
		}
	}
	g.pairs = kept
	return nil
}

func (g *intervalJoin) matched(p intervalPair, flags int64) {
	if k := g.op.Kind; k.KeepsLeft() || k == plan.Semi || g.op.RightUnique {
		g.sides[0].flag(p.left, flags)
	}
	if g.op.Kind.KeepsRight() || g.op.LeftUnique {
		g.sides[1].flag(p.right, flags)
	}
}

// choose returns the pairs that come out, in their order. Where a row may have one partner only, that is the first by time: pairs with others
// are rejected.
func (g *intervalJoin) choose() ([]intervalPair, error) {
	out := g.pairs[:0]
	for _, p := range g.pairs {
		path := ""
		switch {
		case g.op.RightUnique && g.sides[0].rows.Aux(p.left)&rowTaken != 0:
			path = "right_unique"
		case g.op.LeftUnique && g.sides[1].rows.Aux(p.right)&rowTaken != 0:
			path = "left_unique"
		}
		if path != "" {
			g.matched(p, rowMet)
			if err := g.refused.add(g.sides[0].rows.Row(p.left), g.sides[1].rows.Row(p.right), diag.RowCardinality, path); err != nil {
				return nil, err
			}
			continue
		}
		first := g.op.Kind != plan.Semi || g.sides[0].rows.Aux(p.left)&rowTaken == 0
		g.matched(p, rowMet|rowTaken)
		switch {
		case g.op.Kind == plan.Anti, !first:
		case g.op.Kind == plan.Semi:
			out = append(out, intervalPair{p.due, p.left, none})
		default:
			out = append(out, p)
		}
	}
	return out, nil
}

// leave lists the rows that nothing can meet any more, how many they are from the front of the order, and adds to due those that met
// nothing and come out.
func (s *intervalSide) leave(watermark int64, due []intervalPair, alone func(at int64, slot int32) intervalPair) (int, []intervalPair) {
	n := 0
	for ; n < len(s.order); n++ {
		slot := s.order[n]
		at := later(s.rows.Time(slot), s.after)
		if !behind(at, watermark) {
			break
		}
		if s.keeps && s.rows.Aux(slot)&rowMet == 0 {
			due = append(due, alone(at, slot))
		}
	}
	return n, due
}

// forget removes the first rows of the order.
func (s *intervalSide) forget(n int) {
	for _, slot := range s.order[:n] {
		s.rows.Remove(slot)
	}
	s.order = s.order[n:]
}

// settle makes the sides' orders from restored rows.
func (g *intervalJoin) settle() {
	for _, s := range g.sides {
		s.order = slotsByTime(s.rows)
	}
	g.unsettled = false
}

// slotsByTime lists the rows of a multimap by time.
func slotsByTime(m *keyed.Multimap) []int32 {
	order := make([]int32, 0, m.Len())
	for s := range m.Slots() {
		if m.Live(s) {
			order = append(order, s)
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(m.Time(a), m.Time(b)) })
	return order
}

// The shards of a side's state: ripe rows, and those that wait.
var (
	ripeShards    = [2]string{"left", "right"}
	waitingShards = [2]string{"left_waiting", "right_waiting"}
)

func (g *intervalJoin) snapshot(put func(shard string, payload []byte, full bool)) error {
	for port, s := range g.sides {
		if payload, full, changed := s.rows.Snapshot(); changed {
			put(ripeShards[port], payload, full)
		}
		payload, full, changed, err := s.waiting.snapshot()
		if err != nil {
			return err
		}
		if changed {
			put(waitingShards[port], payload, full)
		}
	}
	return nil
}

func (g *intervalJoin) restore(shard string, payload []byte, full bool) error {
	g.unsettled = true
	for port, s := range g.sides {
		switch shard {
		case ripeShards[port]:
			return s.rows.Restore(payload, full)
		case waitingShards[port]:
			return s.waiting.restore(payload, full, g.at)
		}
	}
	return errNoShard
}

func (g *intervalJoin) bytes() int64 {
	n := int64(cap(g.pairs)) * 16
	for _, s := range g.sides {
		n += s.waiting.size + s.rows.Bytes() + int64(cap(s.order))*4
	}
	return n
}
