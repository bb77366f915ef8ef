package expr

import (
	"fmt"
	"time"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Fold computes constant sub-expressions beforehand. One that fails stays as it is, so that it fails, or not, for each row as written.
func Fold(e *Expr, zone *time.Location) *Expr {
	if e.Op != OpCall || len(e.Args) == 0 {
		return e
	}
	args, changed, constant := make([]*Expr, len(e.Args)), false, true
	for i, a := range e.Args {
		args[i] = Fold(a, zone)
		changed = changed || args[i] != a
		constant = constant && args[i].Op == OpLiteral
	}
	out := e
	if changed {
		c := *e
		c.Args = args
		out = &c
	}
	if s := shortcut(out); s != nil {
		return s
	}
	if !constant || e.Type.Nested() {
		return out
	}
	v, code, err := EvalConst(out, zone)
	if err != nil || code != 0 {
		return out
	}
	return literalOf(e.Type, v, e.Span)
}

// shortcut drops the neutral constant of AND and OR and takes the deciding one, which wins over an error too.
func shortcut(e *Expr) *Expr {
	if e.Func != "and" && e.Func != "or" {
		return nil
	}
	for i, a := range e.Args {
		if v, ok := a.Value.(bool); ok && a.Op == OpLiteral {
			if v == (e.Func == "and") {
				return e.Args[1-i]
			}
			return a
		}
	}
	return nil
}

// EvalConst evaluates an expression without columns. code tells a failed evaluation from a value (nil is NULL); err is for an
// expression that cannot be compiled.
func EvalConst(e *Expr, zone *time.Location) (value any, code diag.RowCode, err error) {
	if cols := Columns(e); len(cols) > 0 {
		return nil, 0, fmt.Errorf("evaluating a constant: %s reads columns", SQL(e))
	}
	if zone == nil {
		zone = time.UTC
	}
	p, err := compileRoot(e, zone)
	if err != nil {
		return nil, 0, err
	}
	r := p.Eval(&batch.Batch{Schema: &schema.Schema{}, N: 1, Part: batch.NoPart})
	if r.Errs != nil && r.Errs[0] != 0 {
		return nil, r.Errs[0], nil
	}
	return r.Vec.Value(0), 0, nil
}
