package expr

import (
	"sort"

	"millrace/models/schema"
)

// Columns returns the positions of the columns an expression reads, ascending, each once.
func Columns(e *Expr) []int {
	seen := map[int]bool{}
	var walk func(*Expr)
	walk = func(e *Expr) {
		if e.Op == OpColumn {
			seen[e.Column] = true
		}
		for _, a := range e.Args {
			walk(a)
		}
	}
	walk(e)
	out := make([]int, 0, len(seen))
	for c := range seen {
		out = append(out, c)
	}
	sort.Ints(out)
	return out
}

// rewriteColumns replaces each column node by what f returns.
func rewriteColumns(e *Expr, f func(*Expr) *Expr) *Expr {
	if e.Op == OpColumn {
		return f(e)
	}
	if len(e.Args) == 0 {
		return e
	}
	out := *e
	out.Args = make([]*Expr, len(e.Args))
	for i, a := range e.Args {
		out.Args[i] = rewriteColumns(a, f)
	}
	return &out
}

// Remap returns the expression with every column position passed through f.
func Remap(e *Expr, f func(int) int) *Expr {
	return rewriteColumns(e, func(c *Expr) *Expr {
		out := *c
		out.Column = f(c.Column)
		return &out
	})
}

// Substitute returns the expression with each column replaced by the expression at its position in by. The replacements must have the
// columns' types; whether moving a fallible one is allowed is for the caller to know.
func Substitute(e *Expr, by []*Expr) *Expr {
	return rewriteColumns(e, func(c *Expr) *Expr { return by[c.Column] })
}

// Fallible reports whether evaluating the expression can fail on some row. It may say true for an expression that in fact never fails.
func Fallible(e *Expr) bool {
	if e.Op != OpCall {
		return false
	}
	for _, a := range e.Args {
		if Fallible(a) {
			return true
		}
	}
	switch e.Func {
	case "add", "sub", "mul":
		return !e.Type.Float() && !wideEnough(e)
	case "div", "mod":
		if e.Type.Float() {
			return false
		}
		// A quotient overflows only where a decimal's result has no digit to spare.
		bounded := e.Func == "mod" || e.Type.Integer() || e.Type.Kind == schema.Decimal && e.Type.Precision < schema.MaxPrecision
		return !bounded || !constNonZero(e.Args[1])
	case "div_int":
		return true
	case "neg":
		return e.Type.Signed()
	case "cast":
		return castable(e.Args[0].Type, e.Type) == castMayFail
	case "like":
		return len(e.Args) > 2 && !constText(e.Args[1])
	case "regexp":
		return !constText(e.Args[1])
	case "regexp_extract":
		return !constText(e.Args[1]) || len(e.Args) > 2 && e.Args[2].Op != OpLiteral
	case "add_days", "add_months", "add_micros", "floor_time", "ceil_time":
		return true
	case "lpad", "rpad":
		n, ok := e.Args[1].Value.(int64)
		return e.Args[1].Op != OpLiteral || ok && n > maxTextBytes/4
	}
	f, ok := functionIDs[e.Func]
	return ok && f.fallible
}

// wideEnough reports whether the decimal result type holds every sum, difference or product of its operands.
func wideEnough(e *Expr) bool {
	if e.Type.Kind != schema.Decimal {
		return false
	}
	l, r := e.Args[0].Type, e.Args[1].Type
	p1, s1, p2, s2 := int(l.Precision), int(l.Scale), int(r.Precision), int(r.Scale)
	if e.Func == "mul" {
		return int(e.Type.Precision) == p1+p2
	}
	return int(e.Type.Precision) == max(p1-s1, p2-s2)+max(s1, s2)+1
}

// constNonZero reports whether e is a number constant other than 0 and -1, by which a division cannot fail.
func constNonZero(e *Expr) bool {
	if e.Op != OpLiteral {
		return false
	}
	switch v := e.Value.(type) {
	case int64:
		return v != 0 && v != -1
	case uint64:
		return v != 0
	case num:
		return v != num{}
	}
	return false
}

// Equal reports whether two expressions are the same tree; spans and names of columns do not matter.
func Equal(a, b *Expr) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Op != b.Op || a.Column != b.Column || a.Func != b.Func || a.Nullable != b.Nullable || len(a.Args) != len(b.Args) || !a.Type.Equal(b.Type) {
		return false
	}
	if a.Op == OpLiteral && Canonical(a) != Canonical(b) {
		return false
	}
	for i := range a.Args {
		if !Equal(a.Args[i], b.Args[i]) {
			return false
		}
	}
	return true
}
