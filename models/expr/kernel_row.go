package expr

import (
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// rowNull is returned by a row function for a result that is NULL; it is no error and never leaves the package.
const rowNull diag.RowCode = 0xffff

// rowFunc computes one row from arguments that are neither NULL nor failed.
type rowFunc[T any] func(args []*batch.Vector, i int) (T, diag.RowCode)

// rowNode evaluates a strict function row by row. It serves every function that is not worth a kernel of its own.
type rowNode[T any] struct {
	scratch
	args []node
	typ  schema.Type
	// put hands the values to the vector and returns the slice to fill.
	put func(s *scratch, v *batch.Vector) []T
	fn  rowFunc[T]

	results []Result
	vecs    []*batch.Vector
}

func putBool(s *scratch, v *batch.Vector) []bool {
	v.Bools = room(&s.bools, v.N, s.escape)
	return v.Bools
}

func putI64(s *scratch, v *batch.Vector) []int64 {
	v.I64 = room(&s.i64, v.N, s.escape)
	return v.I64
}

func putU64(s *scratch, v *batch.Vector) []uint64 {
	v.U64 = room(&s.u64, v.N, s.escape)
	return v.U64
}

func putF64(s *scratch, v *batch.Vector) []float64 {
	v.F64 = room(&s.f64, v.N, s.escape)
	return v.F64
}

func putDec(s *scratch, v *batch.Vector) []num {
	v.Dec = room(&s.dec, v.N, s.escape)
	return v.Dec
}

// blank reports whether row i has no value: NULL or failed.
func blank(v *batch.Vector, errs []diag.RowCode, i int) bool {
	return v.IsNull(i) || errs != nil && errs[i] != 0
}

func (r *rowNode[T]) eval(b *batch.Batch, sel []int32) Result {
	r.results, r.vecs = r.results[:0], r.vecs[:0]
	for _, a := range r.args {
		x := a.eval(b, sel)
		r.results, r.vecs = append(r.results, x), append(r.vecs, x.Vec)
	}
	v := r.vector(r.typ, b.N)
	errs := r.merge(v, r.results...)
	out := r.put(&r.scratch, v)
	for _, i := range r.rows(sel, b.N) {
		if blank(v, errs, int(i)) {
			continue
		}
		x, code := r.fn(r.vecs, int(i))
		out[i] = x
		if code == 0 {
			continue
		}
		if code == rowNull {
			r.setNull(v, int(i))
			continue
		}
		errs = r.fail(errs, v, int(i), code)
	}
	return Result{v, errs}
}

// textFunc appends the string result of one row to dst.
type textFunc func(dst []byte, args []*batch.Vector, i int) ([]byte, diag.RowCode)

// textResult evaluates a strict function that gives strings.
type textResult struct {
	scratch
	args []node
	typ  schema.Type
	fn   textFunc

	results []Result
	vecs    []*batch.Vector
	off     []int32
	data    []byte
}

func (r *textResult) eval(b *batch.Batch, sel []int32) Result {
	r.results, r.vecs = r.results[:0], r.vecs[:0]
	for _, a := range r.args {
		x := a.eval(b, sel)
		r.results, r.vecs = append(r.results, x), append(r.vecs, x.Vec)
	}
	v := r.vector(r.typ, b.N)
	errs := r.merge(v, r.results...)
	off := room(&r.off, b.N+1, r.escape)
	// The next result is expected to be about as large as the last.
	data := r.data[:0]
	if r.escape {
		data = make([]byte, 0, len(r.data)+len(r.data)/8)
	}
	off[0] = 0
	next := 0 // the first row whose end is not written yet
	for _, i := range r.rows(sel, b.N) {
		for ; next < int(i); next++ {
			off[next+1] = int32(len(data))
		}
		next = int(i) + 1
		if blank(v, errs, int(i)) {
			off[next] = int32(len(data))
			continue
		}
		start := len(data)
		grown, code := r.fn(data, r.vecs, int(i))
		data = grown
		switch {
		case code == rowNull:
			data = data[:start]
			r.setNull(v, int(i))
		case code != 0:
			data = data[:start]
			errs = r.fail(errs, v, int(i), code)
		case len(data) > maxTextBytes:
			data = data[:start]
			errs = r.fail(errs, v, int(i), diag.RowOverflow)
		}
		off[next] = int32(len(data))
	}
	for ; next < b.N; next++ {
		off[next+1] = int32(len(data))
	}
	r.data = data
	v.Off, v.Data = off, data
	return Result{v, errs}
}

// maxTextBytes bounds the strings of one result, whose offsets have 32 bits.
const maxTextBytes = 1 << 30

// rows builds the node of a strict function from its row function; which put is right follows from T.
func rows[T any](put func(*scratch, *batch.Vector) []T, fn rowFunc[T]) builder {
	return func(k *compiler, e *Expr, escape bool) (node, error) {
		args, err := k.args(e)
		if err != nil {
			return nil, err
		}
		return &rowNode[T]{scratch: scratch{escape: escape}, args: args, typ: e.Type, put: put, fn: fn}, nil
	}
}

// texts is rows for functions that give strings.
func texts(fn textFunc) builder {
	return func(k *compiler, e *Expr, escape bool) (node, error) {
		args, err := k.args(e)
		if err != nil {
			return nil, err
		}
		return &textResult{scratch: scratch{escape: escape}, args: args, typ: e.Type, fn: fn}, nil
	}
}
