package sqltext

import "strings"

// write puts texts one behind the other.
func (f *formatter) write(texts ...string) {
	for _, t := range texts {
		f.WriteString(t)
	}
}

// each writes n things with commas between.
func (f *formatter) each(n int, one func(int)) {
	for i := range n {
		if i > 0 {
			f.write(", ")
		}
		one(i)
	}
}

func (f *formatter) ident(n Ident) {
	for i, p := range n {
		if i > 0 {
			f.write(".")
		}
		f.write(QuoteName(p.Text))
	}
}

// columns writes a list of names in brackets.
func (f *formatter) columns(names []NamePart) {
	f.write("(")
	f.each(len(names), func(i int) { f.write(QuoteName(names[i].Text)) })
	f.write(")")
}

func (f *formatter) subquery(q *Query) {
	f.write("(")
	f.query(q)
	f.write(")")
}

func (f *formatter) query(q *Query) {
	if q == nil {
		f.write("?")
		return
	}
	if len(q.With) > 0 {
		f.write("WITH ")
		f.each(len(q.With), func(i int) {
			c := q.With[i]
			f.write(QuoteName(c.Name.Text))
			if c.Columns != nil {
				f.write(" ")
				f.columns(c.Columns)
			}
			f.write(" AS ")
			f.subquery(c.Query)
		})
		f.write(" ")
	}
	f.body(q.Body, setLoose)
	f.orderBy(q.OrderBy)
	if q.Limit != nil {
		f.write(" LIMIT ")
		f.expr(q.Limit, precPrimary)
	}
	if q.Offset != nil {
		f.write(" OFFSET ")
		f.expr(q.Offset, precPrimary)
	}
}

// The precedences of what makes up a query's body, weakest first.
const (
	setLoose = iota // UNION, EXCEPT
	setTight        // INTERSECT
	setBlock        // a block alone
)

func (f *formatter) body(b QueryBody, least int) {
	switch b := b.(type) {
	case *Select:
		f.selectBlock(b)
	case *Values:
		f.write("VALUES ")
		f.each(len(b.Rows), func(i int) {
			if q, ok := b.Rows[i][0].(*ScalarQuery); ok && len(b.Rows[i]) == 1 {
				f.subquery(q.Query) // a second pair of brackets would be the query's too
				return
			}
			f.write("(")
			f.list(b.Rows[i])
			f.write(")")
		})
	case *NestedQuery:
		f.subquery(b.Query)
	case *SetOperation:
		prec := setLoose
		if b.Op == "INTERSECT" {
			prec = setTight
		}
		if prec < least {
			f.write("(")
			defer f.write(")")
		}
		f.body(b.Left, prec)
		f.write(" ", b.Op, " ")
		if b.All {
			f.write("ALL ")
		}
		f.body(b.Right, prec+1)
	default:
		f.write("?")
	}
}

func (f *formatter) selectBlock(s *Select) {
	f.write("SELECT ")
	f.hints(s.Hints)
	if s.Distinct {
		f.write("DISTINCT ")
	}
	f.each(len(s.Items), func(i int) { f.selectItem(s.Items[i]) })
	if len(s.From) > 0 {
		f.write(" FROM ")
		f.each(len(s.From), func(i int) { f.table(s.From[i]) })
	}
	if s.Where != nil {
		f.write(" WHERE ")
		f.expr(s.Where, precOr)
	}
	if len(s.GroupBy) > 0 {
		f.write(" GROUP BY ")
		f.each(len(s.GroupBy), func(i int) { f.groupItem(s.GroupBy[i]) })
	}
	if s.Having != nil {
		f.write(" HAVING ")
		f.expr(s.Having, precOr)
	}
	if len(s.Windows) > 0 {
		f.write(" WINDOW ")
		f.each(len(s.Windows), func(i int) {
			f.write(QuoteName(s.Windows[i].Name.Text), " AS ")
			f.windowSpec(s.Windows[i].Spec)
		})
	}
}

func (f *formatter) hints(hints []Hint) {
	if len(hints) == 0 {
		return
	}
	f.write("/*+ ")
	f.each(len(hints), func(i int) {
		h := hints[i]
		f.write(QuoteName(h.Name.Text))
		if len(h.Args)+len(h.Options) == 0 {
			return
		}
		f.write("(")
		f.each(len(h.Args), func(i int) { f.write(QuoteName(h.Args[i].Text)) })
		if len(h.Args) > 0 && len(h.Options) > 0 {
			f.write(", ")
		}
		f.each(len(h.Options), func(i int) { f.write(QuoteString(h.Options[i].Key), " = ", QuoteString(h.Options[i].Value)) })
		f.write(")")
	})
	f.write(" */ ")
}

func (f *formatter) selectItem(i SelectItem) {
	if len(i.Qualifier) > 0 {
		f.ident(i.Qualifier)
		f.write(".")
	}
	f.expr(i.Expr, precOr)
	if i.Alias.Text != "" {
		f.write(" AS ", QuoteName(i.Alias.Text))
	}
}

// groupItem writes one item. What GROUPING SETS and their kin hold is not in the tree, so that they are written with nothing in them.
func (f *formatter) groupItem(g GroupItem) {
	row, ok := g.Expr.(*RowValue)
	switch {
	case g.Sets == "GROUPING SETS":
		f.write("GROUPING SETS (())")
	case g.Sets != "":
		f.write(g.Sets, "()")
	case ok && len(row.Items) == 0:
		f.write("()")
	case ok:
		f.write("ROW(")
		f.list(row.Items)
		f.write(")")
	default:
		f.expr(g.Expr, precOr)
	}
}

func (f *formatter) orderBy(items []SortItem) {
	if len(items) == 0 {
		return
	}
	f.write(" ORDER BY ")
	f.each(len(items), func(i int) {
		f.expr(items[i].Expr, precOr)
		if items[i].Desc {
			f.write(" DESC")
		}
		if items[i].Nulls != "" {
			f.write(" NULLS ", items[i].Nulls)
		}
	})
}

func (f *formatter) over(w *WindowSpec) {
	f.write(" OVER ")
	if w.Name.Text != "" && len(w.PartitionBy)+len(w.OrderBy) == 0 && w.Frame == nil {
		f.write(QuoteName(w.Name.Text))
		return
	}
	f.windowSpec(w)
}

func (f *formatter) windowSpec(w *WindowSpec) {
	var inner formatter
	if w.Name.Text != "" {
		inner.write(" ", QuoteName(w.Name.Text))
	}
	if len(w.PartitionBy) > 0 {
		inner.write(" PARTITION BY ")
		inner.list(w.PartitionBy)
	}
	inner.orderBy(w.OrderBy)
	if w.Frame != nil {
		inner.write(map[bool]string{false: " RANGE BETWEEN ", true: " ROWS BETWEEN "}[w.Frame.Rows])
		inner.frameBound(w.Frame.From)
		inner.write(" AND ")
		inner.frameBound(w.Frame.To)
	}
	f.write("(", strings.TrimPrefix(inner.String(), " "), ")")
}

func (f *formatter) frameBound(b FrameBound) {
	if b.Distance != nil {
		f.expr(b.Distance, precPrimary)
		f.write(" ")
	}
	f.write(b.Kind)
}

func (f *formatter) table(t TableRef) {
	switch t := t.(type) {
	case *TableName:
		f.ident(t.Name)
		if len(t.Hints) > 0 {
			f.write(" ")
			f.hints(t.Hints)
		}
		if t.SystemTime != nil {
			f.write(" FOR SYSTEM_TIME AS OF ")
			f.expr(t.SystemTime, precAdd)
		}
		f.alias(t.Alias)
	case *Derived:
		f.write(lateral(t.Lateral))
		f.subquery(t.Query)
		f.alias(t.Alias)
	case *WindowTable:
		f.windowTable(t)
	case *Unnest:
		f.write("UNNEST(")
		f.expr(t.Expr, precOr)
		f.write(")")
		if t.Ordinality {
			f.write(" WITH ORDINALITY")
		}
		f.alias(t.Alias)
	case *TableFunction:
		f.write("LATERAL TABLE(")
		f.call(t.Call)
		f.write(")")
		f.alias(t.Alias)
	case *Join:
		f.join(t)
	default:
		f.write("?")
	}
}

func lateral(set bool) string {
	if set {
		return "LATERAL "
	}
	return ""
}

func (f *formatter) alias(a Alias) {
	if a.Name.Text == "" {
		return
	}
	f.write(" AS ", QuoteName(a.Name.Text))
	if a.Columns != nil {
		f.write(" ")
		f.columns(a.Columns)
	}
}

func (f *formatter) windowTable(t *WindowTable) {
	f.write("TABLE(", QuoteName(t.Function), "(TABLE ")
	f.table(t.Table)
	switch len(t.PartitionBy) {
	case 0:
	case 1:
		f.write(" PARTITION BY ", QuoteName(t.PartitionBy[0].Text))
	default:
		f.write(" PARTITION BY ")
		f.columns(t.PartitionBy)
	}
	f.write(", DESCRIPTOR(", QuoteName(t.Column.Text), ")")
	for _, a := range t.Args {
		f.write(", ")
		f.expr(a, precOr)
	}
	f.write("))")
	f.alias(t.Alias)
}

func (f *formatter) join(j *Join) {
	f.table(j.Left)
	f.write(" ")
	if j.Natural {
		f.write("NATURAL ")
	}
	switch j.Kind {
	case "INNER":
	case "SEMI", "ANTI":
		f.write("LEFT ", j.Kind, " ")
	default:
		f.write(j.Kind, " ")
	}
	f.write("JOIN ")
	if right, ok := j.Right.(*Join); ok {
		f.write("(")
		f.join(right)
		f.write(")")
	} else {
		f.table(j.Right)
	}
	if j.On != nil {
		f.write(" ON ")
		f.expr(j.On, precOr)
	}
	if j.Using != nil {
		f.write(" USING ")
		f.columns(j.Using)
	}
}
