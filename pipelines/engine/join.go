package engine

import (
	"fmt"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// keyedJoin is plan.Join. It keeps the rows of both sides under their keys; a change of one side meets the rows that are there on the
// other. At a barrier the left changes are taken first, each input's in lane order, so the order of what is given out follows from the rows alone.
//
// A row of a counted side (counted) may be given out by itself: padded with NULLs in an outer join, as it is in a semi or an anti join. Whether
// it is wanted follows from the number of its matches. It is taken back at the moment it is not wanted any more, before the pair
// that has come instead, but given out only at the end of the barrier: so a row and its match that come in one epoch
// cause no flapping, and there is never too much of a row.
//
// What is given out is +I and -D, for updates too: the row an update leaves may match when the one it brings does not, and a -U
// without its +U would be lost on all who wait for the second.
type keyedJoin struct {
	run   *run
	node  *plan.Node
	op    *plan.Join
	sides [2]*joinSide
	limit int // rows a batch
	emit  func(*batch.Batch) error

	// where is the condition, or nil; pairs describes what it reads, used says which columns.
	where *expr.Program
	pairs *schema.Schema
	used  []bool

	// horizon is the watermark by which rows were forgotten, swept what it was when they were last looked through.
	horizon, swept int64

	// The changes being worked on: a batch, the side it came to, and its block; see join_block.go.
	in    *batch.Batch
	from  int
	block joinBlock
	key   []byte
	row   []byte
}

// joinSide is one input.
type joinSide struct {
	fields []schema.Field
	keys   []int
	time   int // -1 without a TTL
	// unique rejects a second row of a key; path names it in the dead letter.
	unique bool
	path   string
	// apart is how far ahead of a row's time another row may be for which it has to be kept. That is the TTL, and twice as much on a unique
	// side: two rows conflict there when some row could meet both.
	apart int64
	// counted says that matches are counted, because rows may be given out by themselves: those that have a match when matched is set, else
	// those that have none.
	counted bool
	matched bool

	rows   *keyed.Multimap
	reader *rowReader
	// pending lists the rows that may have to be given out by themselves at the end of the barrier.
	pending []int32
}

// The aux number of a counted side's row: three bits and the number of matches.
const (
	// soloOut: the row is given out by itself. soloPending: it stands in pending. soloFresh: its matches are still being counted.
	soloOut int64 = 1 << iota
	soloPending
	soloFresh
	oneMatch
)

func newJoin(r *run, n *plan.Node, op *plan.Join) (*keyedJoin, error) {
	left, right := n.Inputs[0].Schema, n.Inputs[1].Schema
	g := &keyedJoin{run: r, node: n, op: op, limit: r.opt.BatchRows, horizon: minTime, swept: minTime}
	g.sides[0] = &joinSide{fields: left.Fields, keys: op.Left, time: -1, unique: op.LeftUnique, path: "left_unique",
		counted: op.Kind.KeepsLeft() || op.Kind == plan.Semi, matched: op.Kind == plan.Semi}
	g.sides[1] = &joinSide{fields: right.Fields, keys: op.Right, time: -1, unique: op.RightUnique, path: "right_unique", counted: op.Kind.KeepsRight()}
	if op.TTL > 0 {
		g.sides[0].time, g.sides[1].time = op.LeftTime, op.RightTime
	}
	for _, s := range g.sides {
		if s.apart = op.TTL; s.unique {
			s.apart = 2 * op.TTL
		}
		s.rows, s.reader = keyed.NewMultimap(), newRowReader(s.fields, nil, min(g.limit, maxRoom))
	}
	if op.Where != nil {
		var err error
		if g.where, err = expr.Compile(op.Where, r.zone); err != nil {
			return nil, err
		}
		g.pairs = plan.PairSchema(left, right)
		g.used = make([]bool, len(g.pairs.Fields))
		for _, c := range expr.Columns(op.Where) {
			g.used[c] = true
		}
	}
	return g, nil
}

func (g *keyedJoin) advance(in []gathered, emit func(*batch.Batch) error) error {
	g.emit = emit
	for side := range in {
		for _, b := range in[side].batches {
			if err := g.take(side, b); err != nil {
				return err
			}
		}
	}
	for side := range g.sides {
		if err := g.settle(side); err != nil {
			return err
		}
	}
	g.expire(in)
	for _, s := range g.sides {
		s.rows.Compact()
	}
	return nil
}

// take applies the changes of a batch.
func (g *keyedJoin) take(side int, b *batch.Batch) error {
	g.in, g.from, g.block.matches = b, side, 0
	own := g.sides[side]
	keys := columnsAt(b, own.keys)
	for r := range b.N {
		if err := g.change(own, g.sides[1-side], keys, int32(r)); err != nil {
			return err
		}
	}
	return g.flush()
}

// change applies one row of the batch to the state of its side and adds what it meets on the other to the block.
func (g *keyedJoin) change(own, other *joinSide, keys []*batch.Vector, r int32) error {
	kind := g.in.Kind(int(r))
	adds := kind == batch.Insert || kind == batch.UpdateAfter
	key, null := keyOf(g.key[:0], keys, int(r))
	g.key = key
	var t int64
	if own.time >= 0 {
		times := g.in.Cols[own.time]
		null = null || times.IsNull(int(r))
		t = times.I64[r]
	}
	if null {
		// Such a row meets nothing, so it has no place in the state.
		if own.counted && !own.matched {
			g.block.add(joinItem{row: r, slot: none, what: itemAlone, adds: adds})
		}
		return nil
	}
	hash := batch.HashBytes(key, 0)
	g.row = appendRow(g.row[:0], g.in, int(r))
	end := joinItem{row: r, slot: none, what: itemAdded, adds: adds}
	var is bool
	var err error
	if adds {
		end.slot, is, err = g.insert(own, key, hash, t, r)
	} else {
		end.what, is, err = g.remove(own, key, hash)
	}
	if err != nil || !is {
		return err
	}
	if e := other.rows.Find(key, hash); e >= 0 {
		for s := other.rows.First(e); s != none; s = other.rows.Next(s) {
			if own.time >= 0 && !within(t, other.rows.Time(s), g.op.TTL) {
				continue
			}
			g.block.add(joinItem{row: r, slot: s, what: itemPair, adds: adds})
			if len(g.block.items) >= g.limit {
				if err := g.flush(); err != nil {
					return err
				}
			}
		}
	}
	if own.counted {
		g.block.add(end)
	}
	return nil
}

// none stands for no row.
const none int32 = -1

// insert adds a row to the state; is says that it was not rejected.
func (g *keyedJoin) insert(own *joinSide, key []byte, hash uint64, t int64, r int32) (slot int32, is bool, err error) {
	e, err := own.rows.Put(key, hash)
	if err != nil {
		return none, false, err
	}
	if own.unique && g.conflicts(own, e, t) {
		b := *g.in
		b.Sel, b.Part = []int32{r}, batch.NoPart
		_, err := g.run.barrier.rejectRows(g.node, &b, &failures{rows: []rowFailure{{r, diag.RowCardinality, own.path}}})
		return none, false, err
	}
	if slot, err = own.rows.Append(e, g.row, t); err != nil {
		return none, false, err
	}
	if own.counted {
		own.rows.SetAux(slot, soloFresh)
	}
	return slot, true, nil
}

// conflicts reports whether a unique side has a row of the key already.
func (g *keyedJoin) conflicts(own *joinSide, e int, t int64) bool {
	for s := own.rows.First(e); s != none; s = own.rows.Next(s) {
		if own.time < 0 || within(t, own.rows.Time(s), own.apart) {
			return true
		}
	}
	return false
}

// remove takes a row out of the state and says how its changes end. A row that is not there was rejected, or never came: nothing was
// given out for it that could be taken back.
func (g *keyedJoin) remove(own *joinSide, key []byte, hash uint64) (end itemKind, is bool, err error) {
	slot := none
	if e := own.rows.Find(key, hash); e >= 0 {
		slot = own.rows.FindRow(e, g.row)
	}
	if slot == none {
		return 0, false, nil
	}
	if own.counted && own.rows.Aux(slot)&soloFresh != 0 {
		if err := g.flush(); err != nil {
			return 0, false, err
		}
	}
	end = itemRemoved
	if own.counted && own.rows.Aux(slot)&soloOut != 0 {
		end = itemRemovedOut
	}
	own.rows.Remove(slot)
	return end, true, nil
}

// within reports whether two times lie at most d apart, d not being negative.
func within(a, b, d int64) bool {
	if a < b {
		a, b = b, a
	}
	return uint64(a)-uint64(b) <= uint64(d)
}

// expire forgets rows that nothing can meet any more. Both sides go by the lesser watermark, which is also where a partition that wakes up
// or appears begins: no row on time misses one that was forgotten. When is of no consequence, so it is done now and then.
func (g *keyedJoin) expire(in []gathered) {
	w := int64(maxTime)
	for _, i := range in {
		if i.active {
			w = min(w, i.mark)
		}
	}
	// At the end of all there is nothing to save by it, and the run may be read on.
	if g.op.TTL == 0 || w == maxTime || w <= g.horizon {
		return
	}
	g.horizon = w
	if g.swept != minTime && g.horizon-g.swept < g.op.TTL/8 {
		return
	}
	g.swept = w
	for _, side := range g.sides {
		bound := w - side.apart
		if bound > w {
			continue
		}
		for s := range side.rows.Slots() {
			if side.rows.Live(s) && side.rows.Time(s) < bound {
				side.rows.Remove(s)
			}
		}
	}
}

// mark is not minTime in a join with a TTL, though its output has no event time: partitions that wake up begin there; see expire.
func (g *keyedJoin) mark() int64      { return g.horizon }
func (g *keyedJoin) setMark(at int64) { g.horizon = at }

// joinShards name the sections of the two sides.
var joinShards = [2]string{"left", "right"}

func (g *keyedJoin) snapshot(put func(string, []byte, bool)) error {
	for i, s := range g.sides {
		if payload, full, changed := s.rows.Snapshot(); changed {
			put(joinShards[i], payload, full)
		}
	}
	return nil
}

func (g *keyedJoin) restore(shard string, payload []byte, full bool) error {
	for i, s := range g.sides {
		if shard == joinShards[i] {
			return s.rows.Restore(payload, full)
		}
	}
	return fmt.Errorf("a join has no side %q", shard)
}

func (g *keyedJoin) bytes() int64 { return g.sides[0].rows.Bytes() + g.sides[1].rows.Bytes() }

func (g *keyedJoin) remembered() int64 { return int64(g.sides[0].rows.Len() + g.sides[1].rows.Len()) }
