package engine

import "millrace/models/batch"

// flatAcc is a keptAcc whose groups stand alone: appendTouched of one group is all there is of it, and it is small. Only such groups can be
// saved by key, and moved out of memory.
type flatAcc interface {
	keptAcc
	// retain drops all groups but those listed, ascending, which get the numbers 0, 1, ...
	retain(groups []int32)
	flat()
}

var _ = []flatAcc{(*countAcc)(nil), (*sumIntAcc)(nil), (*sumDecAcc)(nil), (*floatSumAcc)(nil), (*extremeAcc)(nil)}

func (a *countAcc) flat()    {}
func (a *sumIntAcc) flat()   {}
func (a *sumDecAcc) flat()   {}
func (a *floatSumAcc) flat() {}
func (a *extremeAcc) flat()  {}

func (a *extremeAcc) retain(groups []int32) {
	a.has = listed(a.has, groups)
	switch a.class {
	case batch.ClassDec:
		a.dec = listed(a.dec, groups)
	case batch.ClassStr:
		a.str, a.size = listed(a.str, groups), 0
		for _, s := range a.str {
			a.size += int64(len(s))
		}
	default:
		a.num = listed(a.num, groups)
	}
}
