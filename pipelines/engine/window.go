package engine

import (
	"encoding/binary"
	"fmt"
	"sort"
	"time"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/pipelines/engine/keyed"
)

// windowLocal is one lane's part of a Window: it aggregates the lane's rows by slice and group. Windows are put together from the
// slices of all lanes at a barrier, by windowGlobal.
//
// A hopping window's slice belongs to several windows. A row that comes when some of them are closed by its stamp counts for the
// others only, so a pane is named by its slice and by the first window it counts for.
type windowLocal struct {
	node  *plan.Node
	op    *plan.Window
	lane  *lane
	align *aligner

	input   *groupInput
	grouper grouper

	panes map[paneKey]*pane
	last  *pane
	// A row of [lastFrom, lastTo) belongs to last while its stamp lies before lastOpen, the end of last's first window.
	lastFrom, lastTo, lastOpen int64

	dropped bool // a pane was dropped since the last checkpoint
	chain   keyed.Chain

	rows, groups []int32 // scratch
}

type paneKey struct {
	slice, first int64
}

// pane holds the groups of one slice.
type pane struct {
	key    paneKey
	groups *keyed.Table
	accs   []acc

	// codes maps the codes of dictionary keys to groups (0 is unknown), for the dictionaries it was made for.
	codes   []int32
	dicts   []*batch.DictID
	strides []int

	saved int // groups written by the last checkpoint
	dirty bool
}

func newWindowLocal(n *plan.Node, op *plan.Window, l *lane, zone *time.Location) (*windowLocal, error) {
	input, err := newGroupInput(op.Keys, op.Aggs, zone)
	if err != nil {
		return nil, err
	}
	w := &windowLocal{node: n, op: op, lane: l, align: newAligner(op, zone), panes: map[paneKey]*pane{}, input: input}
	if _, err := w.newPane(paneKey{}); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *windowLocal) newPane(k paneKey) (*pane, error) {
	p := &pane{key: k, groups: keyed.NewTable()}
	for i := range w.op.Aggs {
		a, err := newAcc(&w.op.Aggs[i].Agg)
		if err != nil {
			return nil, err
		}
		p.accs = append(p.accs, a)
	}
	return p, nil
}

func (w *windowLocal) push(b *batch.Batch) error {
	times := b.Cols[w.op.Time]
	keys, inputs, failed := w.input.eval(b)
	b, err := w.lane.rejectRows(w.node, b, &failed)
	if err != nil {
		return err
	}
	return w.aggregate(b, times, keys, inputs)
}

// aggregate walks the rows and hands stretches of rows of one pane to the accumulators.
func (w *windowLocal) aggregate(b *batch.Batch, times *batch.Vector, keys []*batch.Vector, inputs []aggInput) error {
	codes := w.grouper.prepare(keys)
	w.rows, w.groups = w.rows[:0], w.groups[:0]
	var cur *pane
	n := b.Rows()
	for i := range n {
		r := b.Row(i)
		t, mark := times.I64[r], b.Marks[r]
		p := w.last
		if p == nil || t < w.lastFrom || t >= w.lastTo || mark >= w.lastOpen {
			var err error
			if p, err = w.findPane(b, r, t, mark); err != nil {
				return err
			}
			if p == nil {
				continue
			}
		}
		if p != cur {
			if err := w.flush(cur, inputs); err != nil {
				return err
			}
			cur = p
			if codes {
				p.useCodes(&w.grouper)
			}
		}
		var g int32
		if codes {
			c := w.grouper.code(keys, r)
			if g = p.codes[c] - 1; g < 0 {
				e, err := p.group(w.grouper.key(keys, r))
				if err != nil {
					return err
				}
				g, p.codes[c] = e, e+1
			}
		} else {
			var err error
			if g, err = p.group(w.grouper.key(keys, r)); err != nil {
				return err
			}
		}
		w.rows, w.groups = append(w.rows, int32(r)), append(w.groups, g)
	}
	return w.flush(cur, inputs)
}

func (p *pane) group(key []byte) (int32, error) {
	e, added, err := p.groups.Put(key, batch.HashBytes(key, 0))
	if added {
		for _, a := range p.accs {
			a.grow(e + 1)
		}
	}
	return int32(e), err
}

// useCodes makes the pane's code array fit the grouper's dictionaries.
func (p *pane) useCodes(g *grouper) {
	same := len(p.dicts) == len(g.dicts)
	for i := 0; same && i < len(g.dicts); i++ {
		same = p.dicts[i] == g.dicts[i] && p.strides[i] == g.strides[i]
	}
	if same {
		return
	}
	p.codes = make([]int32, g.product)
	p.dicts, p.strides = append(p.dicts[:0], g.dicts...), append(p.strides[:0], g.strides...)
}

// findPane returns the pane of a row and remembers it, or reports the row late and returns nil.
func (w *windowLocal) findPane(b *batch.Batch, r int, t, mark int64) (*pane, error) {
	slice := w.align.slice(t)
	first, open := w.align.firstOpen(slice, mark)
	if first != slice+w.align.slide || !open {
		// Late for at least the first window over the slice: into the ledger, with the windows it missed.
		missedTo := slice + w.align.size
		if open {
			missedTo = first - w.align.slide
		}
		w.lane.late(w.node, b, r, w.align.instant(slice+w.align.slide-w.align.size), w.align.instant(missedTo), !open)
		if !open {
			return nil, nil
		}
	}
	k := paneKey{slice, first}
	p := w.panes[k]
	if p == nil {
		var err error
		if p, err = w.newPane(k); err != nil {
			return nil, err
		}
		w.panes[k] = p
	}
	w.last, w.lastFrom, w.lastTo, w.lastOpen = p, w.align.instant(slice), w.align.instant(slice+w.align.slide), w.align.instant(first)
	return p, nil
}

func (w *windowLocal) flush(p *pane, inputs []aggInput) error {
	if len(w.rows) == 0 {
		return nil
	}
	p.dirty = true
	for i, a := range p.accs {
		rows, groups := w.input.passing(&inputs[i], w.rows, w.groups)
		if err := a.update(inputs[i].vec, rows, groups); err != nil {
			return fmt.Errorf("aggregating %s: %w", w.op.Aggs[i].Name, err)
		}
	}
	w.rows, w.groups = w.rows[:0], w.groups[:0]
	return nil
}

// drop forgets the panes whose last window the watermark has passed.
func (w *windowLocal) drop(watermark int64) {
	for k := range w.panes {
		if w.align.instant(k.slice+w.align.size) <= watermark {
			delete(w.panes, k)
			w.dropped, w.last = true, nil
		}
	}
}

func (w *windowLocal) bytes() int64 {
	var n int64
	for _, p := range w.panes {
		n += p.groups.Bytes() + int64(cap(p.codes)*4) + 256
		for _, a := range p.accs {
			n += a.bytes()
		}
	}
	return n
}

// sortedPanes returns the panes by slice, then by first window.
func (w *windowLocal) sortedPanes() []*pane {
	out := make([]*pane, 0, len(w.panes))
	for _, p := range w.panes {
		out = append(out, p)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i].key, out[j].key
		return a.slice < b.slice || a.slice == b.slice && a.first < b.first
	})
	return out
}

// snapshot returns the section of what changed since the last one, or false when nothing did.
//
// Payload: the number of live panes; for each its key and whether its content follows; where it does, the number of groups there
// were, the new groups and each accumulator.
func (w *windowLocal) snapshot() (payload []byte, full, changed bool) {
	panes := w.sortedPanes()
	for _, p := range panes {
		changed = changed || p.dirty
	}
	if !changed && !w.dropped {
		return nil, false, false
	}
	full = w.chain.WantsFull()
	payload = binary.AppendUvarint(nil, uint64(len(panes)))
	for _, p := range panes {
		payload = binary.AppendVarint(payload, p.key.slice)
		payload = binary.AppendVarint(payload, p.key.first)
		if !full && !p.dirty {
			payload = append(payload, 0)
			continue
		}
		payload = append(payload, 1)
		from := p.saved
		if full {
			from = 0
		}
		payload = binary.AppendUvarint(payload, uint64(from))
		payload = p.groups.AppendFrom(payload, from)
		for _, a := range p.accs {
			payload = a.appendState(payload, full)
			a.save()
		}
		p.saved, p.dirty = p.groups.Len(), false
	}
	w.dropped = false
	w.chain.Wrote(len(payload), full)
	return payload, full, true
}

// restore applies a section snapshot wrote.
func (w *windowLocal) restore(src []byte, full bool) error {
	n, src, err := keyed.Uvarint(src)
	if err != nil {
		return err
	}
	old := w.panes
	w.panes, w.last = map[paneKey]*pane{}, nil
	for ; n > 0; n-- {
		var k paneKey
		if k.slice, src, err = readVarint(src); err != nil {
			return err
		}
		if k.first, src, err = readVarint(src); err != nil {
			return err
		}
		if len(src) == 0 {
			return errCut
		}
		has := src[0] != 0
		src = src[1:]
		p := old[k]
		if p == nil || full {
			if p, err = w.newPane(k); err != nil {
				return err
			}
		}
		w.panes[k] = p
		if !has {
			continue
		}
		var from uint64
		if from, src, err = keyed.Uvarint(src); err != nil {
			return err
		}
		if int(from) != p.groups.Len() {
			return fmt.Errorf("a window's state goes on at group %d but %d are known", from, p.groups.Len())
		}
		if src, err = p.groups.ReadInto(src); err != nil {
			return err
		}
		for _, a := range p.accs {
			if src, err = a.readState(src, p.groups.Len()); err != nil {
				return err
			}
			a.save()
		}
		p.saved = p.groups.Len()
	}
	if len(src) != 0 {
		return fmt.Errorf("%d bytes follow a window's state", len(src))
	}
	return nil
}

func readVarint(src []byte) (int64, []byte, error) {
	v, n := binary.Varint(src)
	if n <= 0 {
		return 0, nil, errCut
	}
	return v, src[n:], nil
}

// failures collects the rows of a batch on which an expression failed, the first failure of each.
type failures struct {
	rows []rowFailure
}

type rowFailure struct {
	row  int32
	code diag.RowCode
	path string
}

func (f *failures) add(b *batch.Batch, errs []diag.RowCode, path string) {
	if errs == nil {
		return
	}
	for i := range b.Rows() {
		if r := b.Row(i); errs[r] != diag.RowOK {
			f.rows = append(f.rows, rowFailure{int32(r), errs[r], path})
		}
	}
}

func (f *failures) addRows(bad []expr.RowError, path string) {
	for _, e := range bad {
		f.rows = append(f.rows, rowFailure{e.Row, e.Code, path})
	}
}
