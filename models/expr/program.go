package expr

import (
	"fmt"
	"time"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Program evaluates one expression. It belongs to one goroutine: it keeps scratch memory and what it learnt of dictionaries.
type Program struct {
	root node
	all  []int32
}

// Result is the outcome of an evaluation. Vec and Errs have one entry per physical row of the batch and are defined at selected rows
// only; Errs is nil when no row failed. A row with an error has no value. Both may be kept and handed on.
type Result struct {
	Vec  *batch.Vector
	Errs []diag.RowCode
}

// RowError is the failure of one physical row.
type RowError struct {
	Row  int32
	Code diag.RowCode
}

// Compile prepares an expression for evaluation; zone is the model's time zone, nil is UTC.
func Compile(e *Expr, zone *time.Location) (*Program, error) {
	if zone == nil {
		zone = time.UTC
	}
	return compileRoot(Fold(e, zone), zone)
}

func compileRoot(e *Expr, zone *time.Location) (*Program, error) {
	k := &compiler{zone: zone, operators: operators, functions: functionIDs}
	root, err := k.compile(e, true)
	if err != nil {
		return nil, fmt.Errorf("compiling %s: %w", SQL(e), err)
	}
	return &Program{root: root}, nil
}

// Eval evaluates the expression at the selected rows of b.
func (p *Program) Eval(b *batch.Batch) Result { return p.root.eval(b, b.Sel) }

// Filter evaluates a condition: sel lists the selected rows for which it is true, failed those on which it failed, both ascending.
// Rows for which it is false or NULL are in neither. sel is never nil.
func (p *Program) Filter(b *batch.Batch) (sel []int32, failed []RowError) {
	in := b.Sel
	if in == nil {
		in = identity(&p.all, b.N)
	}
	s := splitNode(p.root, b, in, false)
	return append(make([]int32, 0, len(s.pass)), s.pass...), append([]RowError(nil), s.failed...)
}

// identity returns 0..n-1, kept in *buf.
func identity(buf *[]int32, n int) []int32 {
	for i := len(*buf); i < n; i++ {
		*buf = append(*buf, int32(i))
	}
	return (*buf)[:n]
}

// node is one compiled expression. eval computes the rows of sel (nil: all), in scratch memory unless the node may escape.
type node interface {
	eval(b *batch.Batch, sel []int32) Result
}

// splitter is a node of a condition that can tell the rows apart without writing a boolean column first.
type splitter interface {
	// split tells the rows of sel, which is not nil, apart; rows that are false are in no list. null is only filled when asked for.
	split(b *batch.Batch, sel []int32, wantNull bool) parts
}

// parts are rows told apart by a condition; each list is ascending. They are scratch memory of the node.
type parts struct {
	pass, null []int32
	failed     []RowError
}

// splitNode splits by any boolean node.
func splitNode(n node, b *batch.Batch, sel []int32, wantNull bool) (out parts) {
	if s, ok := n.(splitter); ok {
		return s.split(b, sel, wantNull)
	}
	r := n.eval(b, sel)
	out.pass = make([]int32, 0, len(sel))
	for _, i := range sel {
		switch {
		case r.Errs != nil && r.Errs[i] != 0:
			out.failed = append(out.failed, RowError{i, r.Errs[i]})
		case r.Vec.IsNull(int(i)):
			if wantNull {
				out.null = append(out.null, i)
			}
		case r.Vec.Bools[i]:
			out.pass = append(out.pass, i)
		}
	}
	return out
}

// scratch is the memory of one node's result. With escape set every result gets memory of its own.
type scratch struct {
	escape bool
	vec    *batch.Vector
	valid  batch.Bitmap
	errs   []diag.RowCode
	all    []int32

	bools []bool
	i64   []int64
	u64   []uint64
	f64   []float64
	dec   []num
}

// room returns a slice of n entries with undefined contents.
func room[T any](buf *[]T, n int, escape bool) []T {
	if escape {
		return make([]T, n)
	}
	if cap(*buf) < n {
		*buf = make([]T, n)
	}
	*buf = (*buf)[:n]
	return *buf
}

// vector returns an empty vector of n rows without NULLs.
func (s *scratch) vector(t schema.Type, n int) *batch.Vector {
	if s.vec == nil || s.escape {
		s.vec = new(batch.Vector)
	}
	*s.vec = batch.Vector{Type: t, N: n}
	return s.vec
}

// rows returns sel, or all n rows when it is nil.
func (s *scratch) rows(sel []int32, n int) []int32 {
	if sel == nil {
		return identity(&s.all, n)
	}
	return sel
}

// merge gives vec the validity and returns the errors that follow from the arguments of a strict function: NULL where one is NULL,
// an error where one has an error, the first argument's first. Both are the node's own memory.
func (s *scratch) merge(vec *batch.Vector, args ...Result) []diag.RowCode {
	var errs []diag.RowCode
	own := false
	for _, a := range args {
		if a.Vec.Valid != nil {
			words := (vec.N + 63) / 64
			if !own {
				own = true
				vec.Valid = room((*[]uint64)(&s.valid), words, s.escape)
				copy(vec.Valid, a.Vec.Valid[:words])
			} else {
				for w := range words {
					vec.Valid[w] &= a.Vec.Valid[w]
				}
			}
		}
		if a.Errs == nil {
			continue
		}
		if errs == nil {
			errs = room(&s.errs, vec.N, s.escape)
			copy(errs, a.Errs)
			continue
		}
		for i, e := range a.Errs {
			if errs[i] == 0 {
				errs[i] = e
			}
		}
	}
	return errs
}

// setNull makes row i of a vector NULL.
func (s *scratch) setNull(vec *batch.Vector, i int) {
	if vec.Valid == nil {
		vec.Valid = room((*[]uint64)(&s.valid), (vec.N+63)/64, s.escape)
		for w := range vec.Valid {
			vec.Valid[w] = ^uint64(0)
		}
	}
	vec.Valid.Clear(i)
}

// noErrs returns a cleared error list for n rows.
func (s *scratch) noErrs(n int) []diag.RowCode {
	errs := room(&s.errs, n, s.escape)
	clear(errs)
	return errs
}

// fail notes the failure of row i, unless the row is NULL or has failed already.
func (s *scratch) fail(errs []diag.RowCode, vec *batch.Vector, i int, code diag.RowCode) []diag.RowCode {
	if vec.IsNull(i) {
		return errs
	}
	if errs == nil {
		errs = s.noErrs(vec.N)
	}
	if errs[i] == 0 {
		errs[i] = code
	}
	return errs
}

// compiler turns checked trees into nodes.
type compiler struct {
	zone      *time.Location
	operators map[string]builder
	functions map[string]*function
}

// builder makes the node of a call.
type builder func(k *compiler, e *Expr, escape bool) (node, error)

// compile returns the node of e; escape says that its result may be kept by others.
func (k *compiler) compile(e *Expr, escape bool) (node, error) {
	switch e.Op {
	case OpColumn:
		return columnNode(e.Column), nil
	case OpLiteral:
		return newLiteralNode(e)
	}
	if build, ok := k.operators[e.Func]; ok {
		return build(k, e, escape)
	}
	if f, ok := k.functions[e.Func]; ok {
		return f.kernel(k, e, escape)
	}
	return nil, fmt.Errorf("there is no function %q", e.Func)
}

// args compiles the arguments of e; they do not escape.
func (k *compiler) args(e *Expr) ([]node, error) {
	out := make([]node, len(e.Args))
	for i, a := range e.Args {
		n, err := k.compile(a, false)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// columnNode reads an input column. Batches are immutable, so that its result may always be handed on.
type columnNode int

func (c columnNode) eval(b *batch.Batch, _ []int32) Result { return Result{Vec: b.Cols[c]} }

// literalNode repeats a constant. What it has handed out is never written again.
type literalNode struct {
	typ   schema.Type
	value any
	vec   *batch.Vector
}

func newLiteralNode(e *Expr) (*literalNode, error) {
	if e.Type.Nested() && e.Value != nil {
		return nil, fmt.Errorf("a constant of type %s cannot be evaluated", e.Type)
	}
	return &literalNode{typ: e.Type, value: e.Value}, nil
}

func (l *literalNode) eval(b *batch.Batch, _ []int32) Result {
	if l.vec == nil || l.vec.N != b.N {
		l.vec = repeat(l.typ, l.value, b.N)
	}
	return Result{Vec: l.vec}
}

// repeat returns n rows of one value.
func repeat(t schema.Type, value any, n int) *batch.Vector {
	if value == nil {
		b := batch.NewBuilder(t, n)
		for range n {
			b.AppendNull()
		}
		return b.Finish()
	}
	v := &batch.Vector{Type: t, N: n}
	switch x := value.(type) {
	case bool:
		v.Bools = filled(x, n)
	case int64:
		v.I64 = filled(x, n)
	case uint64:
		v.U64 = filled(x, n)
	case float64:
		v.F64 = filled(x, n)
	case num:
		v.Dec = filled(x, n)
	case string:
		v.Codes, v.Dict = make([]int32, n), constDict([]byte(x))
	case []byte:
		v.Codes, v.Dict = make([]int32, n), constDict(x)
	}
	return v
}

// constDict is a dictionary of constants that never grows.
func constDict(values ...[]byte) *batch.Dict {
	d := &batch.Dict{ID: new(batch.DictID), Off: []int32{0}}
	for _, v := range values {
		d.Data = append(d.Data, v...)
		d.Off = append(d.Off, int32(len(d.Data)))
	}
	return d
}

func filled[T any](v T, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = v
	}
	return out
}
