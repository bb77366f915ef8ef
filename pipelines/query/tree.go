package query

import (
	"millrace/models/diag"
	"millrace/models/sqltext"
)

// contains reports whether is holds for the expression or one of its parts.
func contains(e sqltext.Expr, is func(sqltext.Expr) bool) bool {
	found := false
	sqltext.Walk(e, func(x sqltext.Expr) bool {
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
