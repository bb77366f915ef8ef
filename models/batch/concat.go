package batch

import (
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/schema"
)

// Concat returns one batch of the selected rows of all, in order. The batches share a schema; Part is kept only when it is the same
// for all.
func Concat(s *schema.Schema, all []*Batch) *Batch {
	if len(all) == 1 {
		return all[0].Compact()
	}
	total := 0
	out := &Batch{Schema: s, Part: NoPart, Cols: make([]*Vector, len(s.Fields))}
	kinds, marks, offs := false, len(all) > 0, len(all) > 0
	parts := make([]*Batch, len(all))
	for i, b := range all {
		parts[i] = b.Compact()
		total += parts[i].N
		kinds = kinds || b.Kinds != nil
		marks, offs = marks && b.Marks != nil, offs && b.Offs != nil
		if i == 0 {
			out.Part = b.Part
		} else if b.Part != out.Part {
			out.Part = NoPart
		}
	}
	out.N = total
	for _, b := range parts {
		if kinds {
			if b.Kinds != nil {
				out.Kinds = append(out.Kinds, b.Kinds...)
			} else {
				out.Kinds = append(out.Kinds, make([]RowKind, b.N)...)
			}
		}
		if marks {
			out.Marks = append(out.Marks, b.Marks...)
		}
		if offs {
			out.Offs = append(out.Offs, b.Offs...)
		}
	}
	for c := range out.Cols {
		vs := make([]*Vector, len(parts))
		for i, b := range parts {
			vs[i] = b.Cols[c]
		}
		out.Cols[c] = concatVectors(s.Fields[c].Type, vs, total)
	}
	return out
}

func concatVectors(t schema.Type, vs []*Vector, total int) *Vector {
	out := &Vector{Type: t, N: total}
	at := 0
	for _, v := range vs {
		if v.Valid != nil && out.Valid == nil {
			out.Valid = NewBitmap(total, true)
		}
		if v.Valid != nil {
			for i := range v.N {
				if !v.Valid.Get(i) {
					out.Valid.Clear(at + i)
				}
			}
		}
		at += v.N
	}
	switch ClassOf(t) {
	case ClassBool:
		out.Bools = join(vs, total, func(v *Vector) []bool { return v.Bools })
	case ClassI64:
		out.I64 = join(vs, total, func(v *Vector) []int64 { return v.I64 })
	case ClassU64:
		out.U64 = join(vs, total, func(v *Vector) []uint64 { return v.U64 })
	case ClassF64:
		out.F64 = join(vs, total, func(v *Vector) []float64 { return v.F64 })
	case ClassDec:
		out.Dec = join(vs, total, func(v *Vector) []decimal128.Num { return v.Dec })
	case ClassStr:
		concatStrings(out, vs, total)
	case ClassArray, ClassMap:
		out.Off = append(make([]int32, 0, total+1), 0)
		elems, keys, n := make([]*Vector, len(vs)), make([]*Vector, len(vs)), 0
		for i, v := range vs {
			// The elements before the first offset and behind the last belong to no row.
			rows := make([]int32, 0, v.Off[v.N]-v.Off[0])
			for j := v.Off[0]; j < v.Off[v.N]; j++ {
				rows = append(rows, j)
			}
			elems[i] = v.Elems.Gather(rows)
			if v.Keys != nil {
				keys[i] = v.Keys.Gather(rows)
			}
			for j := range v.N {
				out.Off = append(out.Off, int32(n)+v.Off[j+1]-v.Off[0])
			}
			n += len(rows)
		}
		out.Elems = concatVectors(*t.Elem, elems, n)
		if t.Key != nil {
			out.Keys = concatVectors(*t.Key, keys, n)
		}
	case ClassRow:
		for f := range t.Fields {
			fs := make([]*Vector, len(vs))
			for i, v := range vs {
				fs[i] = v.Fields[f]
			}
			out.Fields = append(out.Fields, concatVectors(t.Fields[f].Type, fs, total))
		}
	}
	return out
}

// concatStrings keeps dictionary codes where all vectors share one growing dictionary, and writes plain strings otherwise.
func concatStrings(out *Vector, vs []*Vector, total int) {
	shared := len(vs) > 0
	var longest *Dict
	for _, v := range vs {
		if v.Codes == nil || v.Dict.ID == nil || longest != nil && v.Dict.ID != longest.ID {
			shared = false
			break
		}
		if longest == nil || v.Dict.Len() > longest.Len() {
			longest = v.Dict
		}
	}
	if shared {
		out.Dict, out.Codes = longest, join(vs, total, func(v *Vector) []int32 { return v.Codes })
		return
	}
	out.Off = append(make([]int32, 0, total+1), 0)
	for _, v := range vs {
		for i := range v.N {
			if !v.IsNull(i) {
				out.Data = append(out.Data, v.Bytes(i)...)
			}
			out.Off = append(out.Off, int32(len(out.Data)))
		}
	}
}

func join[T any](vs []*Vector, total int, get func(*Vector) []T) []T {
	out := make([]T, 0, total)
	for _, v := range vs {
		out = append(out, get(v)...)
	}
	return out
}
