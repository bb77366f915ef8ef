package sqltext

import "slices"

// Walk visits e and what is in it, parents first, until visit returns false for a part, whose inside is then left out. The
// arguments, the filter and the window of a call are visited; queries within an expression are not entered. A nil e is none.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, child := range children(e) {
		Walk(*child, visit)
	}
}

// Map returns a copy of e in which each part, the innermost first, is what change made of it. Parts whose inside stays the same
// are shared with e, which itself is never changed; the queries within an expression are shared as well.
func Map(e Expr, change func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	return change(remade(e, func(child Expr) Expr { return Map(child, change) }))
}

// Replace returns a copy of e with every part for which by gives another in its place. by is asked from the outside in, and what it gave
// is not looked into. It visits and shares what Map does.
func Replace(e Expr, by func(Expr) (Expr, bool)) Expr {
	if e == nil {
		return nil
	}
	if r, ok := by(e); ok {
		return r
	}
	return remade(e, func(child Expr) Expr { return Replace(child, by) })
}

// remade returns e with what change makes of each of its parts; e itself where nothing changes.
func remade(e Expr, change func(Expr) Expr) Expr {
	out := e
	for i, child := range children(e) {
		changed := change(*child)
		if changed == *child {
			continue
		}
		if out == e {
			out = shallow(e)
		}
		*children(out)[i] = changed
	}
	return out
}

// children returns the places of the parts that e has, in the order of the text. Places of parts that are absent are left out.
func children(e Expr) []*Expr {
	var out []*Expr
	add := func(places ...*Expr) {
		for _, p := range places {
			if *p != nil {
				out = append(out, p)
			}
		}
	}
	list := func(es []Expr) {
		for i := range es {
			add(&es[i])
		}
	}
	switch e := e.(type) {
	case *Unary:
		add(&e.X)
	case *Binary:
		add(&e.L, &e.R)
	case *IsTest:
		add(&e.X)
	case *DistinctFrom:
		add(&e.L, &e.R)
	case *Like:
		add(&e.X, &e.Pattern, &e.Escape)
	case *Between:
		add(&e.X, &e.Lo, &e.Hi)
	case *In:
		add(&e.X)
		list(e.List)
	case *InQuery:
		list(e.X)
	case *RowValue:
		list(e.Items)
	case *Case:
		add(&e.Operand)
		for i := range e.Whens {
			add(&e.Whens[i].Cond, &e.Whens[i].Then)
		}
		add(&e.Else)
	case *Cast:
		add(&e.X)
	case *Call:
		list(e.Args)
		add(&e.Filter)
		if w := e.Over; w != nil {
			list(w.PartitionBy)
			for i := range w.OrderBy {
				add(&w.OrderBy[i].Expr)
			}
			if w.Frame != nil {
				add(&w.Frame.From.Distance, &w.Frame.To.Distance)
			}
		}
	case *Field:
		add(&e.X)
	case *Index:
		add(&e.X, &e.I)
	}
	return out
}

// shallow copies a part so that its children can be replaced: the part itself and all slices and structs between it and them.
func shallow(e Expr) Expr {
	switch e := e.(type) {
	case *Unary:
		c := *e
		return &c
	case *Binary:
		c := *e
		return &c
	case *IsTest:
		c := *e
		return &c
	case *DistinctFrom:
		c := *e
		return &c
	case *Like:
		c := *e
		return &c
	case *Between:
		c := *e
		return &c
	case *In:
		c := *e
		c.List = slices.Clone(c.List)
		return &c
	case *InQuery:
		c := *e
		c.X = slices.Clone(c.X)
		return &c
	case *RowValue:
		c := *e
		c.Items = slices.Clone(c.Items)
		return &c
	case *Case:
		c := *e
		c.Whens = slices.Clone(c.Whens)
		return &c
	case *Cast:
		c := *e
		return &c
	case *Call:
		c := *e
		c.Args = slices.Clone(c.Args)
		if c.Over != nil {
			w := *c.Over
			w.PartitionBy, w.OrderBy = slices.Clone(w.PartitionBy), slices.Clone(w.OrderBy)
			if w.Frame != nil {
				f := *w.Frame
				w.Frame = &f
			}
			c.Over = &w
		}
		return &c
	case *Field:
		c := *e
		return &c
	case *Index:
		c := *e
		return &c
	default:
		return e
	}
}
