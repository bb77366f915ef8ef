package engine

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// keptAcc is an accumulator that lives as long as its operator: what it saves is what was touched. The answer depends on the rows alone,
// not on their order, for what lanes bring comes together at barriers, and where these fall is chance.
type keptAcc interface {
	acc
	// appendTouched writes what changed since the state was last written, at least of the groups listed; readTouched applies it.
	appendTouched(dst []byte, groups []int32) []byte
	readTouched(src []byte, groups []int32) ([]byte, error)
}

// undoer is a keptAcc that can take rows back. What it has is an algebra: rows may be taken back before they come.
type undoer interface {
	keptAcc
	undo(v *batch.Vector, rows, groups []int32) error
	// clear makes a group as it was when it was new.
	clear(g int)
	// retain drops all groups but those listed, ascending, which get the numbers 0, 1, ...
	retain(groups []int32)
}

// newKeptAcc returns the accumulator of an aggregate call; with undo it is an undoer.
func newKeptAcc(a *expr.Agg, undo bool) (keptAcc, error) {
	class := batch.ClassNone
	if a.Arg != nil {
		class = batch.ClassOf(a.Arg.Type)
	}
	if (a.Func == "sum" || a.Func == "avg") && class == batch.ClassF64 && !a.Distinct {
		return &floatSumAcc{avg: a.Func == "avg", out: a.Type}, nil
	}
	plain, err := newAcc(a)
	if err != nil {
		return nil, err
	}
	if undo && (a.Func == "min" || a.Func == "max" || a.Distinct) {
		return newMultisetAcc(a)
	}
	kept, ok := plain.(keptAcc)
	if !ok {
		return nil, fmt.Errorf("the aggregate %s over %s cannot be kept without a window", a.Func, a.Arg.Type)
	}
	return kept, nil
}

// multisetAcc keeps the values of each group, in order, with how often each is there: what min, max and count(DISTINCT) need where
// rows are taken back.
type multisetAcc struct {
	fn    string
	order *ordering
	set   *keyed.Sorted
	cols  []*batch.Vector
	buf   []byte
}

func newMultisetAcc(a *expr.Agg) (*multisetAcc, error) {
	s := &schema.Schema{Fields: []schema.Field{{Name: "value", Type: a.Arg.Type}}}
	order, err := newOrdering(s, []orderColumn{{}})
	if err != nil {
		return nil, err
	}
	// Here -0 is 0.
	order.floats = false
	return &multisetAcc{fn: a.Func, order: order, set: keyed.NewSorted(), cols: make([]*batch.Vector, 1)}, nil
}

func (a *multisetAcc) grow(n int)   { a.set.Grow(n) }
func (a *multisetAcc) save()        {}
func (a *multisetAcc) bytes() int64 { return a.set.Bytes() }
func (a *multisetAcc) clear(g int)  { a.set.Clear(g) }

func (a *multisetAcc) update(v *batch.Vector, rows, groups []int32) error {
	return a.add(v, rows, groups, 1)
}

func (a *multisetAcc) undo(v *batch.Vector, rows, groups []int32) error {
	return a.add(v, rows, groups, -1)
}

func (a *multisetAcc) add(v *batch.Vector, rows, groups []int32, by int64) error {
	a.cols[0] = v
	for i, g := range groups {
		r := int(rows[i])
		if v.IsNull(r) {
			continue
		}
		a.buf = a.order.appendRow(a.buf[:0], a.cols, r)
		if err := a.set.Add(int(g), a.buf, by); err != nil {
			return err
		}
	}
	return nil
}

func (a *multisetAcc) merge(from acc, into []int32) error {
	f := from.(*multisetAcc)
	for g := range f.set.Groups() {
		for value, n := range f.set.Ascend(g) {
			if err := a.set.Add(int(into[g]), value, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *multisetAcc) retain(groups []int32) {
	a.set.Retain(func(g int) bool {
		if len(groups) == 0 || int(groups[0]) != g {
			return false
		}
		groups = groups[1:]
		return true
	})
}

// appendState writes a byte that says whether everything follows or what has been done since.
func (a *multisetAcc) appendState(dst []byte, full bool) []byte {
	if full || a.set.NeedsFull() {
		return a.set.AppendFull(append(dst, 1))
	}
	return a.set.AppendLog(append(dst, 0))
}

func (a *multisetAcc) readState(src []byte, n int) ([]byte, error) {
	if len(src) == 0 {
		return nil, errCut
	}
	if src[0] == 0 {
		a.set.Grow(n)
		return a.set.ReadLog(src[1:])
	}
	a.set = keyed.NewSorted()
	a.set.Grow(n)
	return a.set.ReadFull(src[1:])
}

func (a *multisetAcc) appendTouched(dst []byte, _ []int32) []byte { return a.appendState(dst, false) }
func (a *multisetAcc) readTouched(src []byte, _ []int32) ([]byte, error) {
	return a.readState(src, a.set.Groups())
}

func (a *multisetAcc) finish(g int, out *batch.Builder) error {
	if a.fn == "count" {
		out.AppendInt(int64(a.set.Distinct(g)))
		return nil
	}
	value, ok := a.set.First(g)
	if a.fn == "max" {
		value, ok = a.set.Last(g)
	}
	if !ok {
		out.AppendNull()
		return nil
	}
	return a.order.readRow(value, []*batch.Builder{out})
}

func (a *distinctAcc) appendTouched(dst []byte, _ []int32) []byte { return a.appendState(dst, false) }
func (a *distinctAcc) readTouched(src []byte, _ []int32) ([]byte, error) {
	return a.readState(src, len(a.n))
}

func (a *distinctBytesAcc) appendTouched(dst []byte, _ []int32) []byte {
	return a.appendState(dst, false)
}
func (a *distinctBytesAcc) readTouched(src []byte, _ []int32) ([]byte, error) {
	return a.readState(src, len(a.n))
}

func (a *extremeAcc) appendTouched(dst []byte, groups []int32) []byte {
	for _, g := range groups {
		dst = a.appendGroup(dst, int(g))
	}
	return dst
}

func (a *extremeAcc) readTouched(src []byte, groups []int32) (_ []byte, err error) {
	for _, g := range groups {
		if src, err = a.readGroup(src, int(g)); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (a *countAcc) undo(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		if v == nil || !v.IsNull(int(rows[i])) {
			a.n[g]--
		}
	}
	return nil
}

func (a *countAcc) clear(g int)           { a.n[g] = 0 }
func (a *countAcc) retain(groups []int32) { a.n = listed(a.n, groups) }

func (a *countAcc) appendTouched(dst []byte, groups []int32) []byte {
	for _, g := range groups {
		dst = binary.AppendVarint(dst, a.n[g])
	}
	return dst
}

func (a *countAcc) readTouched(src []byte, groups []int32) (_ []byte, err error) {
	for _, g := range groups {
		if a.n[g], src, err = readVarint(src); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (a *sumIntAcc) undo(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		r := rows[i]
		if v.IsNull(int(r)) {
			continue
		}
		// Minus x in 128 bits: all bits turned round, and one.
		if v.I64 != nil {
			x := v.I64[r]
			a.add(g, ^uint64(x), ^(x >> 63))
		} else {
			a.add(g, ^v.U64[r], -1)
		}
		a.add(g, 1, 0)
		a.n[g]--
	}
	return nil
}

func (a *sumIntAcc) clear(g int) { a.lo[g], a.hi[g], a.n[g] = 0, 0, 0 }
func (a *sumIntAcc) retain(groups []int32) {
	a.lo, a.hi, a.n = listed(a.lo, groups), listed(a.hi, groups), listed(a.n, groups)
}

func (a *sumIntAcc) appendTouched(dst []byte, groups []int32) []byte {
	for _, g := range groups {
		dst = binary.LittleEndian.AppendUint64(dst, a.lo[g])
		dst = binary.AppendVarint(binary.AppendVarint(dst, a.hi[g]), a.n[g])
	}
	return dst
}

func (a *sumIntAcc) readTouched(src []byte, groups []int32) (_ []byte, err error) {
	for _, g := range groups {
		if len(src) < 8 {
			return nil, errCut
		}
		a.lo[g] = binary.LittleEndian.Uint64(src)
		if a.hi[g], src, err = readVarint(src[8:]); err != nil {
			return nil, err
		}
		if a.n[g], src, err = readVarint(src); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (a *sumDecAcc) undo(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		if r := int(rows[i]); !v.IsNull(r) {
			high := v.Dec[r].HighBits()
			a.add(g, ^v.Dec[r].LowBits(), ^uint64(high), ^(high >> 63))
			a.add(g, 1, 0, 0)
			a.n[g]--
		}
	}
	return nil
}

func (a *sumDecAcc) clear(g int) { a.lo[g], a.mid[g], a.hi[g], a.n[g] = 0, 0, 0, 0 }
func (a *sumDecAcc) retain(groups []int32) {
	a.lo, a.mid, a.hi, a.n = listed(a.lo, groups), listed(a.mid, groups), listed(a.hi, groups), listed(a.n, groups)
}

func (a *sumDecAcc) appendTouched(dst []byte, groups []int32) []byte {
	for _, g := range groups {
		dst = appendDecimal(dst, decimal128.New(int64(a.mid[g]), a.lo[g]))
		dst = binary.AppendVarint(binary.AppendVarint(dst, a.hi[g]), a.n[g])
	}
	return dst
}

func (a *sumDecAcc) readTouched(src []byte, groups []int32) (_ []byte, err error) {
	for _, g := range groups {
		if len(src) < 16 {
			return nil, errCut
		}
		low := readDecimal(src)
		a.lo[g], a.mid[g] = low.LowBits(), uint64(low.HighBits())
		if a.hi[g], src, err = readVarint(src[16:]); err != nil {
			return nil, err
		}
		if a.n[g], src, err = readVarint(src); err != nil {
			return nil, err
		}
	}
	return src, nil
}

// listed returns the values at the places listed.
func listed[T any](s []T, places []int32) []T {
	out := make([]T, len(places))
	for i, p := range places {
		out[i] = s[p]
	}
	return out
}
