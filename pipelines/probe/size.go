package probe

import (
	"millrace/models/expr"
	"millrace/models/schema"
)

const (
	// maxValue is how many bytes a value may come to, by the estimate.
	maxValue = 8 << 20
	// unbounded is an estimate beyond all bounds; estimates stay below it, so that they never overflow.
	unbounded = int64(1) << 40
	// small covers every value of the types that have a fixed size, as text.
	small = 128
)

// widest is the longest value of the samples, in bytes.
func (in *Input) widest() int64 {
	out := int64(small)
	for _, row := range in.Rows {
		for _, v := range row {
			out = max(out, int64(len(v)))
		}
	}
	return out
}

// largest estimates from above how many bytes the values of an expression and of its parts come to: of texts, each function at most adds up
// what it is given and doubles it, but for those that are told apart here. column is the longest value of a column.
func largest(e *expr.Expr, column int64) int64 {
	biggest := int64(0)
	var size func(e *expr.Expr) int64
	size = func(e *expr.Expr) int64 {
		n := own(e, column, size)
		biggest = max(biggest, n)
		return n
	}
	size(e)
	return biggest
}

func own(e *expr.Expr, column int64, size func(*expr.Expr) int64) int64 {
	switch e.Op {
	case expr.OpColumn:
		return column
	case expr.OpLiteral:
		if text, ok := e.Value.(string); ok {
			return int64(len(text))
		}
		return small
	}
	args, sum := make([]int64, len(e.Args)), int64(0)
	for i, a := range e.Args {
		args[i] = size(a)
		sum = min(unbounded, sum+args[i])
	}
	switch e.Func {
	case "lpad", "rpad":
		n, ok := constant(e, 1)
		if !ok || n > maxValue {
			return unbounded
		}
		return sum + 4*max(n, 0)
	case "replace", "regexp_replace":
		// Each byte, and each place between two, may become the whole of what it is replaced by.
		return min(unbounded, (args[0]+1)*min(unbounded/(args[0]+1), args[len(args)-1]+1))
	}
	switch e.Type.Kind {
	case schema.String, schema.Bytes, schema.JSON, schema.Array, schema.Map, schema.Row:
		return min(unbounded, 2*sum+small)
	default:
		return small
	}
}

// constant is the value of an argument that is a whole number written out.
func constant(e *expr.Expr, i int) (int64, bool) {
	if i >= len(e.Args) {
		return 0, false
	}
	a := e.Args[i]
	for a.Op == expr.OpCall && a.Func == "cast" && len(a.Args) == 1 {
		a = a.Args[0]
	}
	n, ok := a.Value.(int64)
	return n, ok && a.Op == expr.OpLiteral
}
