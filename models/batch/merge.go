package batch

import (
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/schema"
)

// Place is where a row lies: in which of several batches, and at which physical row of it.
type Place struct{ Batch, Row int32 }

// Merger puts rows that lie about in several batches together in any order, copying each value once. Strings that come with
// dictionaries of different origin leave with one that goes on from batch to batch, within the limits of DictLimit and DictBytes:
// their codes are translated, and no text is copied.
type Merger struct {
	schema *schema.Schema
	cols   []*mergeColumn
	parts  []*Batch
	kinds  bool
}

// NewMerger returns a merger of rows of schema s.
func NewMerger(s *schema.Schema) *Merger {
	m := &Merger{schema: s}
	for _, f := range s.Fields {
		m.cols = append(m.cols, newMergeColumn(f.Type))
	}
	return m
}

// From says which batches places mean from now on. They must stay as they are until the next call; From(nil) lets go of them.
func (m *Merger) From(parts []*Batch) {
	m.parts, m.kinds = parts, false
	for _, b := range parts {
		m.kinds = m.kinds || b.Kinds != nil
	}
	vs := make([]*Vector, len(parts))
	for c, col := range m.cols {
		for i, b := range parts {
			vs[i] = b.Cols[c]
		}
		col.from(vs)
	}
}

// Merge returns the rows at some places, in that order, as one batch that no partition gave. It has their kinds; marks and offsets stay
// behind.
func (m *Merger) Merge(at []Place) *Batch {
	out := &Batch{Schema: m.schema, N: len(at), Part: NoPart, Cols: make([]*Vector, len(m.cols))}
	if m.kinds {
		out.Kinds = make([]RowKind, len(at))
		for i, p := range at {
			out.Kinds[i] = m.parts[p.Batch].Kind(int(p.Row))
		}
	}
	for c, col := range m.cols {
		out.Cols[c] = col.merge(at)
	}
	return out
}

// mergeColumn merges one column, or what lies within one.
type mergeColumn struct {
	typ schema.Type
	// vs has the column of each batch; nulls says that one of them has NULL.
	vs    []*Vector
	nulls bool

	// dict is nil for other types than string, and from when on it would have grown past its limits.
	dict *mergedDict
	// codes translates each batch's codes into dict's; nil while the strings leave plain.
	codes [][]int32

	keys, elems *mergeColumn
	fields      []*mergeColumn
}

func newMergeColumn(t schema.Type) *mergeColumn {
	c := &mergeColumn{typ: t}
	switch ClassOf(t) {
	case ClassStr:
		if t.Kind == schema.String {
			c.dict = &mergedDict{entries: newDictBuilder(), known: map[*DictID][]int32{}}
		}
	case ClassArray, ClassMap:
		c.elems = newMergeColumn(*t.Elem)
		if t.Key != nil {
			c.keys = newMergeColumn(*t.Key)
		}
	case ClassRow:
		for _, f := range t.Fields {
			c.fields = append(c.fields, newMergeColumn(f.Type))
		}
	}
	return c
}

func (c *mergeColumn) from(vs []*Vector) {
	c.vs, c.nulls = append(c.vs[:0], vs...), false
	clear(c.vs[len(vs):cap(c.vs)])
	for _, v := range vs {
		c.nulls = c.nulls || v.Valid != nil
	}
	c.translate()
	inner := func(of *mergeColumn, get func(*Vector) *Vector) {
		in := make([]*Vector, len(vs))
		for i, v := range vs {
			in[i] = get(v)
		}
		of.from(in)
	}
	if c.elems != nil {
		inner(c.elems, func(v *Vector) *Vector { return v.Elems })
	}
	if c.keys != nil {
		inner(c.keys, func(v *Vector) *Vector { return v.Keys })
	}
	for i, f := range c.fields {
		inner(f, func(v *Vector) *Vector { return v.Fields[i] })
	}
}

// translate readies the codes when all batches have some.
func (c *mergeColumn) translate() {
	c.codes = nil
	if c.dict == nil {
		return
	}
	for _, v := range c.vs {
		if v.Codes == nil || v.Dict.ID == nil {
			return
		}
	}
	codes := make([][]int32, len(c.vs))
	for i, v := range c.vs {
		var ok bool
		if codes[i], ok = c.dict.codes(v.Dict); !ok {
			c.dict = nil
			return
		}
	}
	c.codes = codes
}

func (c *mergeColumn) merge(at []Place) *Vector {
	out := &Vector{Type: c.typ, N: len(at)}
	if c.nulls {
		out.Valid = NewBitmap(len(at), true)
		for i, p := range at {
			if c.vs[p.Batch].IsNull(int(p.Row)) {
				out.Valid.Clear(i)
			}
		}
	}
	switch ClassOf(c.typ) {
	case ClassBool:
		out.Bools = picked(c.vs, at, func(v *Vector) []bool { return v.Bools })
	case ClassI64:
		out.I64 = picked(c.vs, at, func(v *Vector) []int64 { return v.I64 })
	case ClassU64:
		out.U64 = picked(c.vs, at, func(v *Vector) []uint64 { return v.U64 })
	case ClassF64:
		out.F64 = picked(c.vs, at, func(v *Vector) []float64 { return v.F64 })
	case ClassDec:
		out.Dec = picked(c.vs, at, func(v *Vector) []decimal128.Num { return v.Dec })
	case ClassStr:
		c.mergeStrings(out, at)
	case ClassArray, ClassMap:
		c.mergeLists(out, at)
	case ClassRow:
		for _, f := range c.fields {
			out.Fields = append(out.Fields, f.merge(at))
		}
	}
	return out
}

// picked copies the values at places.
func picked[T any](vs []*Vector, at []Place, values func(*Vector) []T) []T {
	from := make([][]T, len(vs))
	for b, v := range vs {
		from[b] = values(v)
	}
	out := make([]T, len(at))
	for i, p := range at {
		out[i] = from[p.Batch][p.Row]
	}
	return out
}

func (c *mergeColumn) mergeStrings(out *Vector, at []Place) {
	if c.codes != nil {
		out.Codes, out.Dict = make([]int32, len(at)), c.dict.entries.view()
		for i, p := range at {
			out.Codes[i] = c.codes[p.Batch][c.vs[p.Batch].Codes[p.Row]]
		}
		return
	}
	total := 0
	for _, p := range at {
		total += len(c.vs[p.Batch].Bytes(int(p.Row)))
	}
	out.Off, out.Data = make([]int32, 1, len(at)+1), make([]byte, 0, total)
	for _, p := range at {
		out.Data = append(out.Data, c.vs[p.Batch].Bytes(int(p.Row))...)
		out.Off = append(out.Off, int32(len(out.Data)))
	}
}

func (c *mergeColumn) mergeLists(out *Vector, at []Place) {
	out.Off = make([]int32, 1, len(at)+1)
	var inner []Place
	for _, p := range at {
		v := c.vs[p.Batch]
		for j := v.Off[p.Row]; j < v.Off[p.Row+1]; j++ {
			inner = append(inner, Place{p.Batch, j})
		}
		out.Off = append(out.Off, int32(len(inner)))
	}
	out.Elems = c.elems.merge(inner)
	if c.keys != nil {
		out.Keys = c.keys.merge(inner)
	}
}

// mergedDict is a dictionary into which the entries of others go.
type mergedDict struct {
	entries *dictBuilder
	// known has, of each of the others, the codes here of the entries seen so far.
	known map[*DictID][]int32
}

// maxMergedDicts bounds the dictionaries that are remembered: there is one for each reader that was ever started.
const maxMergedDicts = 1024

// codes returns the codes here of a dictionary's entries; ok is false when there is no room for them.
func (d *mergedDict) codes(of *Dict) (codes []int32, ok bool) {
	codes, seen := d.known[of.ID]
	if len(codes) >= of.Len() {
		return codes, true
	}
	for i := len(codes); i < of.Len(); i++ {
		code, ok := d.entries.code(of.At(i))
		if !ok {
			return nil, false
		}
		codes = append(codes, code)
	}
	if !seen && len(d.known) >= maxMergedDicts {
		clear(d.known)
	}
	d.known[of.ID] = codes
	return codes, true
}
