package expr

import (
	"sort"

	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

func (c *checker) caseExpr(x *sqltext.Case) *Expr {
	var operand *Expr
	bad := false
	if x.Operand != nil {
		operand = c.check(x.Operand)
		bad = operand == nil
	}
	var conds, thens []*Expr
	for _, w := range x.Whens {
		var cond *Expr
		if x.Operand == nil {
			cond = c.condition(w.Cond)
		} else if v := c.check(w.Cond); v != nil && operand != nil {
			cond = c.compare("eq", w.Cond.Span(), operand, v)
		}
		then := c.check(w.Then)
		bad = bad || cond == nil || then == nil
		conds, thens = append(conds, cond), append(thens, then)
	}
	if x.Else != nil {
		e := c.check(x.Else)
		bad = bad || e == nil
		thens = append(thens, e)
	} else {
		thens = append(thens, literalOf(nullType, nil, x.At))
	}
	if bad {
		return nil
	}
	t, ok := c.unify(thens, "the branches of CASE")
	if !ok {
		return nil
	}
	args := make([]*Expr, 0, len(conds)+len(thens))
	for i, cond := range conds {
		args = append(args, cond, thens[i])
	}
	return call("case", t, anyNullable(thens), x.At, append(args, thens[len(thens)-1])...)
}

// unify casts expressions to their common type, in place.
func (c *checker) unify(list []*Expr, what string) (schema.Type, bool) {
	t := nullType
	for _, e := range list {
		if !constText(e) || !isTime(t) {
			w, ok := common(t, e.Type)
			if !ok && isTime(e.Type) && t.Kind == schema.String && allConstText(list, e) {
				w, ok = e.Type, true
			}
			if !ok {
				c.clash(e.Span, "CAST one to the other's type.", "%s do not agree: %s and %s", what, t, e.Type)
				return t, false
			}
			t = w
		}
	}
	for i, e := range list {
		if constText(e) && isTime(t) {
			if list[i] = c.timeLiteral(e.Value.(string), t, e.Span); list[i] == nil {
				return t, false
			}
			continue
		}
		list[i] = castTo(e, t)
	}
	return t, true
}

// allConstText reports whether every string before e in the list is a constant.
func allConstText(list []*Expr, e *Expr) bool {
	for _, x := range list {
		if x == e {
			return true
		}
		if x.Type.Kind == schema.String && !constText(x) {
			return false
		}
	}
	return true
}

func (c *checker) cast(x *sqltext.Cast) *Expr {
	t, err := schema.Parse(x.To.Text)
	if err != nil {
		d := c.fail(CodeUnknownType, x.To.At, "%s", err)
		if near := diag.Nearest(x.To.Text, typeNames()); near != "" {
			d.Fix = "Did you mean " + near + "?"
		}
		c.check(x.X)
		return nil
	}
	e := c.check(x.X)
	if e == nil {
		return nil
	}
	if e.Type.Equal(t) || e.Type.Kind == schema.Null {
		return castTo(e, t)
	}
	if castable(e.Type, t) == castNone {
		fix := ""
		switch {
		case e.Type.Kind == schema.Timestamp && t.Numeric():
			fix = "Use UNIX_TIMESTAMP(ts) or EXTRACT(EPOCH FROM ts)."
		case e.Type.Numeric() && t.Kind == schema.Timestamp:
			fix = "Use TO_TIMESTAMP_LTZ(n, 0) for seconds or TO_TIMESTAMP_LTZ(n, 3) for milliseconds."
		}
		return c.clash(x.At, fix, "%s cannot be cast to %s", e.Type, t)
	}
	if x.Try {
		return call("try_cast", t, true, x.At, e)
	}
	return call("cast", t, e.Nullable, x.At, e)
}

func typeNames() []string {
	n := schema.TypeNames()
	sort.Strings(n)
	return n
}
