package query

import (
	"millrace/models/diag"
	"millrace/models/sqltext"
)

// rewrite returns the expression with every part for which f gives another in its place; f is asked from the outside in, and what it
// gave is not looked into again. Trees are shared, never changed. Queries inside the expression are left alone.
func rewrite(e sqltext.Expr, f func(sqltext.Expr) (sqltext.Expr, bool)) sqltext.Expr {
	if e == nil {
		return nil
	}
	if r, ok := f(e); ok {
		return r
	}
	sub := func(x sqltext.Expr) sqltext.Expr { return rewrite(x, f) }
	switch x := e.(type) {
	case *sqltext.Unary:
		c := *x
		c.X = sub(x.X)
		return &c
	case *sqltext.Binary:
		c := *x
		c.L, c.R = sub(x.L), sub(x.R)
		return &c
	case *sqltext.IsTest:
		c := *x
		c.X = sub(x.X)
		return &c
	case *sqltext.DistinctFrom:
		c := *x
		c.L, c.R = sub(x.L), sub(x.R)
		return &c
	case *sqltext.Like:
		c := *x
		c.X, c.Pattern, c.Escape = sub(x.X), sub(x.Pattern), sub(x.Escape)
		return &c
	case *sqltext.Between:
		c := *x
		c.X, c.Lo, c.Hi = sub(x.X), sub(x.Lo), sub(x.Hi)
		return &c
	case *sqltext.In:
		c := *x
		c.X, c.List = sub(x.X), rewriteAll(x.List, f)
		return &c
	case *sqltext.Case:
		c := *x
		c.Operand, c.Else = sub(x.Operand), sub(x.Else)
		c.Whens = make([]sqltext.When, len(x.Whens))
		for i, w := range x.Whens {
			c.Whens[i] = sqltext.When{Cond: sub(w.Cond), Then: sub(w.Then)}
		}
		return &c
	case *sqltext.Cast:
		c := *x
		c.X = sub(x.X)
		return &c
	case *sqltext.Call:
		c := *x
		c.Args, c.Filter = rewriteAll(x.Args, f), sub(x.Filter)
		return &c
	case *sqltext.Field:
		c := *x
		c.X = sub(x.X)
		return &c
	case *sqltext.Index:
		c := *x
		c.X, c.I = sub(x.X), sub(x.I)
		return &c
	case *sqltext.InQuery:
		c := *x
		c.X = rewriteAll(x.X, f)
		return &c
	case *sqltext.RowValue:
		c := *x
		c.Items = rewriteAll(x.Items, f)
		return &c
	default:
		return e
	}
}

func rewriteAll(list []sqltext.Expr, f func(sqltext.Expr) (sqltext.Expr, bool)) []sqltext.Expr {
	if list == nil {
		return nil
	}
	out := make([]sqltext.Expr, len(list))
	for i, e := range list {
		out[i] = rewrite(e, f)
	}
	return out
}

// visit calls f for an expression and all its parts, from the outside in; false keeps it out of a part.
func visit(e sqltext.Expr, f func(sqltext.Expr) bool) {
	rewrite(e, func(x sqltext.Expr) (sqltext.Expr, bool) { return x, !f(x) })
}

// contains reports whether is holds for the expression or one of its parts.
func contains(e sqltext.Expr, is func(sqltext.Expr) bool) bool {
	found := false
	visit(e, func(x sqltext.Expr) bool {
		found = found || is(x)
		return !found
	})
	return found
}

// holdsQuery reports whether a query stands inside the expression.
func holdsQuery(e sqltext.Expr) bool {
	return contains(e, func(x sqltext.Expr) bool {
		switch x.(type) {
		case *sqltext.Exists, *sqltext.InQuery, *sqltext.ScalarQuery:
			return true
		}
		return false
	})
}

// broken reports whether the parser could not read a part of the expression, of which it has told.
func broken(e sqltext.Expr) bool {
	return contains(e, func(x sqltext.Expr) bool { _, is := x.(*sqltext.Bad); return is })
}

// conjuncts splits a condition at its ANDs.
func conjuncts(e sqltext.Expr) []sqltext.Expr {
	if e == nil {
		return nil
	}
	if x, ok := e.(*sqltext.Binary); ok && x.Op == sqltext.And {
		return append(conjuncts(x.L), conjuncts(x.R)...)
	}
	return []sqltext.Expr{e}
}

// conjunction joins conditions with AND, in their order; nil of none.
func conjunction(list []sqltext.Expr) sqltext.Expr {
	var out sqltext.Expr
	for _, e := range list {
		if out == nil {
			out = e
			continue
		}
		at := diag.Span{Start: out.Span().Start, End: e.Span().End}
		out = &sqltext.Binary{Place: sqltext.Place{At: at}, Op: sqltext.And, L: out, R: e}
	}
	return out
}

// isTrue reports whether a condition is the constant TRUE.
func isTrue(e sqltext.Expr) bool {
	l, ok := e.(*sqltext.Literal)
	return ok && l.Kind == sqltext.LitBool && l.Text == "true"
}

// named is a name of one part.
func named(text string, at diag.Span) *sqltext.Name {
	return &sqltext.Name{Place: sqltext.Place{At: at}, Parts: []sqltext.NamePart{{Text: text, At: at}}}
}

// equal is l = r.
func equal(l, r sqltext.Expr, at diag.Span) sqltext.Expr {
	return &sqltext.Binary{Place: sqltext.Place{At: at}, Op: sqltext.Eq, L: l, R: r}
}

// isAggregate reports whether a call is one of an aggregate.
func isAggregate(e sqltext.Expr) bool {
	c, ok := e.(*sqltext.Call)
	if !ok || c.Over != nil {
		return false
	}
	switch c.Name {
	case "COUNT", "SUM", "MIN", "MAX", "AVG":
		return true
	}
	return false
}

func call(e sqltext.Expr) (*sqltext.Call, bool) {
	c, ok := e.(*sqltext.Call)
	return c, ok
}
