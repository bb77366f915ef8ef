package engine

import (
	"fmt"
	"time"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// pairFilter decides about pairs of a left and a right row by a condition over the fields of both. It decodes no other columns of them than
// the condition reads.
type pairFilter struct {
	prog        *expr.Program
	schema      *schema.Schema
	left, right *rowReader
	width       int
}

// newPairFilter returns the filter of a condition over the fields of two schemas.
func newPairFilter(where *expr.Expr, left, right *schema.Schema, rows int, zone *time.Location) (*pairFilter, error) {
	prog, err := expr.Compile(where, zone)
	if err != nil {
		return nil, err
	}
	f := &pairFilter{prog: prog, schema: plan.PairSchema(left, right), width: len(left.Fields)}
	var l, r []int
	for _, c := range expr.Columns(where) {
		if c < f.width {
			l = append(l, c)
		} else {
			r = append(r, c-f.width)
		}
	}
	// A nil list would mean all columns.
	f.left = newRowReader(left.Fields, append([]int{}, l...), rows)
	f.right = newRowReader(right.Fields, append([]int{}, r...), rows)
	return f, nil
}

// add takes a pair of rows.
func (f *pairFilter) add(left, right []byte) error {
	if err := f.left.append(left); err != nil {
		return err
	}
	return f.right.append(right)
}

// decide says of each pair that was taken, in their order, whether it passes, and which fail. Pairs for which the condition is NULL do not
// pass.
func (f *pairFilter) decide() (pass []bool, failed []expr.RowError) {
	b := &batch.Batch{Schema: f.schema, N: f.right.rows(), Cols: make([]*batch.Vector, len(f.schema.Fields)), Part: batch.NoPart}
	for i, v := range f.left.finish() {
		b.Cols[f.left.cols[i]] = v
	}
	for i, v := range f.right.finish() {
		b.Cols[f.width+f.right.cols[i]] = v
	}
	sel, failed := f.prog.Filter(b)
	pass = make([]bool, b.N)
	for _, r := range sel {
		pass[r] = true
	}
	return pass, failed
}

// pairWriter puts pairs together as batches.
type pairWriter struct {
	schema      *schema.Schema
	left, right *rowReader // right is nil when only left fields come out
	// kinds are those of the rows taken, nil while all are inserts.
	kinds []batch.RowKind
	rows  int
	// mark stamps every row; stamped says whether there are stamps.
	mark    int64
	stamped bool
	emit    func(*batch.Batch) error
}

// maxRoom bounds the room that is made for rows before they come.
const maxRoom = 256

func newPairWriter(s, left, right *schema.Schema, rows int) *pairWriter {
	room := min(rows, maxRoom)
	w := &pairWriter{schema: s, left: newRowReader(left.Fields, nil, room), rows: rows}
	if right != nil {
		w.right = newRowReader(right.Fields, nil, room)
	}
	return w
}

// add takes a pair; a side that is nil is missing.
func (w *pairWriter) add(kind batch.RowKind, left, right []byte) error {
	if err := appendOrNull(w.left, left); err != nil {
		return err
	}
	if w.right != nil {
		if err := appendOrNull(w.right, right); err != nil {
			return err
		}
	}
	if kind != batch.Insert && w.kinds == nil {
		w.kinds = make([]batch.RowKind, w.left.rows()-1)
	}
	if w.kinds != nil {
		w.kinds = append(w.kinds, kind)
	}
	if w.left.rows() >= w.rows {
		return w.flush()
	}
	return nil
}

// appendOrNull adds a row to a reader; nil is a missing one. A row is never without bytes: it has at least the bitmap of its NULLs.
func appendOrNull(rr *rowReader, row []byte) error {
	if row == nil {
		rr.appendNull()
		return nil
	}
	return rr.append(row)
}

// flush gives out what was taken.
func (w *pairWriter) flush() error {
	if w.left.rows() == 0 {
		return nil
	}
	return w.emit(w.batch())
}

// batch returns what was taken as one batch.
func (w *pairWriter) batch() *batch.Batch {
	b := &batch.Batch{Schema: w.schema, N: w.left.rows(), Part: batch.NoPart, Kinds: w.kinds}
	b.Cols = w.left.finish()
	if w.right != nil {
		b.Cols = append(b.Cols, w.right.finish()...)
	}
	if w.stamped {
		b.Marks = stamps(b.N, w.mark)
	}
	w.kinds = nil
	return b
}

// stamps gives all rows of a batch the same watermark.
func stamps(n int, mark int64) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = mark
	}
	return out
}

// rejectedPairs collects pairs that are rejected, each with its reason.
type rejectedPairs struct {
	at     gatherNode
	writer *pairWriter
	failed failures
}

func newRejectedPairs(at gatherNode, left, right *schema.Schema) *rejectedPairs {
	// The writer never gives out by itself.
	return &rejectedPairs{at: at, writer: newPairWriter(plan.PairSchema(left, right), left, right, int(^uint(0)>>1))}
}

func (p *rejectedPairs) add(left, right []byte, code diag.RowCode, path string) error {
	p.failed.rows = append(p.failed.rows, rowFailure{int32(len(p.failed.rows)), code, path})
	return p.writer.add(batch.Insert, left, right)
}

// flush rejects what was taken.
func (p *rejectedPairs) flush() error {
	if len(p.failed.rows) == 0 {
		return nil
	}
	_, err := p.at.run.barrier.rejectRows(p.at.node, p.writer.batch(), &p.failed)
	p.failed.rows = nil
	return err
}

// reached returns how far an input has come: in a bounded run that has read all of it, to the end. A partition that there is not does
// not move a watermark.
func (r *run) reached(in gathered) (at int64, active bool) {
	if r.opt.Bounded && in.caughtUp {
		return maxTime, true
	}
	return in.mark, in.active
}

// pairFilter compiles the condition of a join of two inputs, if it has one.
func (r *run) pairFilter(n *plan.Node, where *expr.Expr) (*pairFilter, error) {
	if where == nil {
		return nil, nil
	}
	f, err := newPairFilter(where, n.Inputs[0].Schema, n.Inputs[1].Schema, r.opt.BatchRows, r.zone)
	if err != nil {
		return nil, fmt.Errorf("compiling the condition: %w", err)
	}
	return f, nil
}
