package expr

import (
	"bytes"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// textTest decides something about one string.
type textTest func(s []byte) bool

// textTest returns the relation to a constant as a test, without the negation.
func (r relation) textTest(c []byte) textTest {
	switch r.base {
	case testLt:
		return func(s []byte) bool { return bytes.Compare(s, c) < 0 }
	case testGt:
		return func(s []byte) bool { return bytes.Compare(s, c) > 0 }
	default:
		return func(s []byte) bool { return string(s) == string(c) }
	}
}

// maxDicts is how many dictionaries a node keeps what it learnt of; one partition brings one.
const maxDicts = 64

// known is what a node learnt of the entries of a dictionary: one outcome for each of the first len(is) entries.
type known struct {
	is []bool
	// hits counts the entries that passed, and only is the code of the last of them.
	hits int
	only int32
}

// textNode applies a test to a string. On a dictionary each entry is tested once in the dictionary's life, and rows are looked up by
// their code.
type textNode struct {
	scratch
	x    node
	test textTest
	neg  bool
	// unique is set when at most one string can pass, and want is that string.
	unique bool
	want   []byte

	dicts map[*batch.DictID]*known
	last  *batch.DictID
	cur   *known
	plain known // for dictionaries without an identity

	pass, null []int32
	bad        []RowError
}

func newTextTest(x node, test textTest, unique bool, want []byte, neg, escape bool) *textNode {
	return &textNode{scratch: scratch{escape: escape}, x: x, test: test, unique: unique, want: want, neg: neg, dicts: map[*batch.DictID]*known{}}
}

// learn brings what is known of the dictionary up to its present length.
func (t *textNode) learn(d *batch.Dict) *known {
	k := &t.plain
	switch d.ID {
	case nil:
		*k = known{is: k.is[:0]}
	case t.last:
		k = t.cur
	default:
		if k = t.dicts[d.ID]; k == nil {
			if len(t.dicts) >= maxDicts {
				clear(t.dicts)
			}
			k = new(known)
			t.dicts[d.ID] = k
		}
		t.last, t.cur = d.ID, k
	}
	for i := len(k.is); i < d.Len(); i++ {
		is := t.test(d.At(i))
		k.is = append(k.is, is)
		if is {
			k.hits++
			k.only = int32(i)
		}
	}
	return k
}

func (t *textNode) eval(b *batch.Batch, sel []int32) Result {
	x := t.x.eval(b, sel)
	v := t.vector(boolType, b.N)
	errs := t.merge(v, x)
	v.Bools = room(&t.bools, b.N, t.escape)
	if x.Vec.Codes != nil {
		is := t.learn(x.Vec.Dict).is
		for _, i := range t.rows(sel, b.N) {
			v.Bools[i] = is[x.Vec.Codes[i]] != t.neg
		}
		return Result{v, errs}
	}
	for _, i := range t.rows(sel, b.N) {
		v.Bools[i] = t.test(x.Vec.Bytes(int(i))) != t.neg
	}
	return Result{v, errs}
}

func (t *textNode) split(b *batch.Batch, sel []int32, wantNull bool) parts {
	x := t.x.eval(b, sel)
	out, n := room(&t.pass, len(sel)+1, false), 0
	switch {
	case x.Vec.Codes != nil:
		k, codes := t.learn(x.Vec.Dict), x.Vec.Codes
		switch {
		case k.hits == 0 && !t.neg:
		case k.hits == 1:
			only, neg := k.only, t.neg
			for _, i := range sel {
				out[n] = i
				n += b2i((codes[i] == only) != neg)
			}
		default:
			is, neg := k.is, t.neg
			for _, i := range sel {
				out[n] = i
				n += b2i(is[codes[i]] != neg)
			}
		}
	case t.unique:
		want, data, off := t.want, x.Vec.Data, x.Vec.Off
		for _, i := range sel {
			from, to := off[i], off[i+1]
			out[n] = i
			n += b2i((int(to-from) == len(want) && string(data[from:to]) == string(want)) != t.neg)
		}
	default:
		for _, i := range sel {
			out[n] = i
			n += b2i(t.test(x.Vec.Bytes(int(i))) != t.neg)
		}
	}
	return sift(x, sel, out[:n], wantNull, &t.null, &t.bad)
}

// buildIn makes the node of x IN (constants).
func buildIn(k *compiler, e *Expr, escape bool) (node, error) {
	x, err := k.compile(e.Args[0], false)
	if err != nil {
		return nil, err
	}
	list := e.Args[1:]
	if batch.ClassOf(e.Args[0].Type) == batch.ClassStr {
		hasNull := false
		set := make(map[string]struct{}, len(list))
		for _, a := range list {
			switch v := a.Value.(type) {
			case string:
				set[v] = struct{}{}
			case []byte:
				set[string(v)] = struct{}{}
			default:
				hasNull = true
			}
		}
		test := func(s []byte) bool { _, ok := set[string(s)]; return ok }
		n := newTextTest(x, test, false, nil, false, escape)
		if !hasNull {
			return n, nil
		}
		n.escape = false
		return &inNull{scratch{escape: escape}, n}, nil
	}
	match, hasNull := matcher(e.Args[0].Type, list)
	if !hasNull {
		return &rowNode[bool]{scratch: scratch{escape: escape}, args: []node{x}, typ: boolType, put: putBool, fn: match}, nil
	}
	return &inNull{scratch{escape: escape}, &rowNode[bool]{args: []node{x}, typ: boolType, put: putBool, fn: match}}, nil
}

// matcher returns the membership test of a list of constants that are not strings, and whether the list holds a NULL.
func matcher(t schema.Type, list []*Expr) (fn rowFunc[bool], hasNull bool) {
	ints, uints := map[int64]struct{}{}, map[uint64]struct{}{}
	var floats []float64
	var decs []num
	var bools [2]bool
	scale := 0
	for _, a := range list {
		switch v := a.Value.(type) {
		case nil:
			hasNull = true
		case int64:
			ints[v] = struct{}{}
		case uint64:
			uints[v] = struct{}{}
		case float64:
			floats = append(floats, v)
		case num:
			decs, scale = append(decs, v), int(a.Type.Scale)
		case bool:
			bools[b2i(v)] = true
		}
	}
	switch batch.ClassOf(t) {
	case batch.ClassI64:
		fn = func(a []*batch.Vector, i int) (bool, diag.RowCode) { _, ok := ints[a[0].I64[i]]; return ok, 0 }
	case batch.ClassU64:
		fn = func(a []*batch.Vector, i int) (bool, diag.RowCode) { _, ok := uints[a[0].U64[i]]; return ok, 0 }
	case batch.ClassF64:
		fn = func(a []*batch.Vector, i int) (bool, diag.RowCode) {
			for _, f := range floats {
				if orderFloat(a[0].F64[i], f) == 0 {
					return true, 0
				}
			}
			return false, 0
		}
	case batch.ClassDec:
		fn = func(a []*batch.Vector, i int) (bool, diag.RowCode) {
			for _, d := range decs {
				if compareDecimal(a[0].Dec[i], int(t.Scale), d, scale) == 0 {
					return true, 0
				}
			}
			return false, 0
		}
	default:
		fn = func(a []*batch.Vector, i int) (bool, diag.RowCode) { return bools[b2i(a[0].Bools[i])], 0 }
	}
	return fn, hasNull
}

// inNull is IN with a NULL in its list: what is not found is unknown.
type inNull struct {
	scratch
	in node
}

func (n *inNull) eval(b *batch.Batch, sel []int32) Result {
	r := n.in.eval(b, sel)
	v := n.vector(boolType, b.N)
	errs := n.merge(v, r)
	v.Bools = room(&n.bools, b.N, n.escape)
	for _, i := range n.rows(sel, b.N) {
		v.Bools[i] = r.Vec.Bools[i]
		if !v.Bools[i] {
			n.setNull(v, int(i))
		}
	}
	return Result{v, errs}
}
