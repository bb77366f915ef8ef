package query

import (
	"strings"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// relation is something that stands in FROM, or what a query came to: a node and the columns of it that can be named.
type relation struct {
	node *plan.Node
	// cols are the columns in the order of *; the node may have others, which nobody can name.
	cols []column
	// pending is what has to be known before node can be made, or nil.
	pending *pending
}

// column is a column that can be named.
type column struct {
	// table is the name it can be qualified with, empty when there is none; leaf tells the tables of a FROM apart.
	table sqltext.Ident
	leaf  int
	name  string
	// index is its position in the node's rows; the negative ones stand for columns that do not exist yet.
	index int
	// merged columns of a USING join are found by a qualified name only, and are no part of *.
	merged bool
}

// The indexes of columns that only exist once a window or a rank was made of the relation.
const (
	windowStart = -1 - iota
	windowEnd
	windowTime
	rankNumber
)

// scope is what a name is looked for in: columns of rows of a schema. Where an outer query is in sight, its columns come behind.
type scope struct {
	schema *schema.Schema
	levels [][]column
}

func (r *relation) scope() scope { return scope{schema: r.node.Schema, levels: [][]column{r.cols}} }

// leafMark begins the name of a table that was settled by leafName; no text can hold it.
const leafMark = "\x00"

// match is a column that a name was found to mean.
type match struct {
	column
	// used is how many parts of the name are the column's; the others are a path into it.
	used int
}

// find returns every column a name may mean. A table's name goes before a column's: in t.a, t is the table if there is one with a
// column a, else a column that is a row.
func (s scope) find(name *sqltext.Name) []match {
	for _, cols := range s.levels {
		if found := findIn(cols, name.Parts); len(found) > 0 {
			return found
		}
	}
	return nil
}

func findIn(cols []column, parts []sqltext.NamePart) []match {
	var found []match
	if len(parts) > 1 && strings.HasPrefix(parts[0].Text, leafMark) {
		for _, c := range cols {
			if leafName(c.leaf) == parts[0].Text && c.name == parts[1].Text {
				found = append(found, match{c, 2})
			}
		}
		return found
	}
	for n := min(len(parts)-1, 3); n >= 1; n-- {
		for _, c := range cols {
			if c.name == parts[n].Text && qualifies(c.table, parts[:n]) {
				found = append(found, match{c, n + 1})
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	for _, c := range cols {
		if c.name == parts[0].Text && !c.merged {
			found = append(found, match{c, 1})
		}
	}
	return found
}

// qualifies reports whether the parts name the table: by all of its name, or by the last parts of it.
func qualifies(table sqltext.Ident, parts []sqltext.NamePart) bool {
	if len(parts) > len(table) {
		return false
	}
	tail := table[len(table)-len(parts):]
	for i := range parts {
		if parts[i].Text != tail[i].Text {
			return false
		}
	}
	return true
}

// names are all names in sight, for the nearest one; qualified ones where the name asked for is qualified.
func (s scope) names(qualified bool) []string {
	var out []string
	for _, cols := range s.levels {
		for _, c := range cols {
			if qualified && len(c.table) > 0 {
				out = append(out, c.table[len(c.table)-1].Text+"."+c.name)
			} else {
				out = append(out, c.name)
			}
		}
	}
	return out
}

func nameText(parts []sqltext.NamePart) string {
	return sqltext.Ident(parts).Text()
}

// resolved replaces every name of an expression by that of the column in the scope's rows, so that it can be checked against their
// schema. What is wrong is reported; pending columns are left to their indexes' names when they are allowed.
func (b *binder) resolved(s scope, e sqltext.Expr, allowPending bool) (sqltext.Expr, bool) {
	ok := true
	out := sqltext.Replace(e, func(x sqltext.Expr) (sqltext.Expr, bool) {
		switch x := x.(type) {
		case *sqltext.Name:
			r, good := b.column(s, x, allowPending)
			ok = ok && good
			return r, true
		case *sqltext.Bad:
			ok = false
			return x, true
		case *sqltext.Exists, *sqltext.InQuery, *sqltext.ScalarQuery:
			b.errorf(CodeSubquery, x.Span(), "Move it into FROM as a derived table, or into WHERE as a condition joined with AND.",
				"a subquery cannot stand here")
			ok = false
			return x, true
		case *sqltext.RowValue:
			b.errorf(CodeUnsupported, x.At, "Compare the columns one by one, joined with AND.", "a row of several values cannot stand here")
			ok = false
			return x, true
		}
		return x, false
	})
	return out, ok
}

// column resolves one name.
func (b *binder) column(s scope, name *sqltext.Name, allowPending bool) (sqltext.Expr, bool) {
	found := s.find(name)
	switch {
	case len(found) == 0:
		b.unknownColumn(s, name)
		return name, false
	case len(found) > 1:
		var places []string
		for _, m := range found {
			places = append(places, qualifiedName(m.column))
		}
		d := b.errorf(CodeAmbiguous, name.At, "Write "+strings.Join(places, " or ")+".", "%s may be %s", nameText(name.Parts), strings.Join(places, " or "))
		if places[0] == places[1] {
			d.Fix = "Give the tables or the columns different names with AS."
		}
		return name, false
	}
	m := found[0]
	if m.index < 0 && !allowPending {
		b.pendingColumn(m, name)
		return name, false
	}
	first := sqltext.NamePart{Text: fieldName(s, m.column), At: diag.Span{Start: name.Parts[0].At.Start, End: name.Parts[m.used-1].At.End}}
	parts := append([]sqltext.NamePart{first}, name.Parts[m.used:]...)
	return &sqltext.Name{Place: name.Place, Parts: parts}, true
}

// fieldName is the name a column has in the scope's rows.
func fieldName(s scope, c column) string {
	if c.index >= 0 {
		return s.schema.Fields[c.index].Name
	}
	return pendingName(c.index)
}

// pendingName stands for a column that does not exist yet; no text can hold it.
func pendingName(index int) string {
	return "\x01" + [...]string{"window_start", "window_end", "window_time", "row_number"}[-1-index]
}

func (b *binder) pendingColumn(m match, name *sqltext.Name) {
	if m.index == rankNumber {
		b.errorf(CodeRank, name.At, "Filter on it alone first, as in WHERE "+m.name+" <= 10.",
			"%s is a ROW_NUMBER, and how far it counts is not known here", m.name)
		return
	}
	b.errorf(CodeWindow, name.At, "Group by window_start and window_end first, and use them in the query around it.",
		"%s exists only in a query that groups by window_start and window_end", m.name)
}

func (b *binder) unknownColumn(s scope, name *sqltext.Name) {
	text := nameText(name.Parts)
	d := b.errorf(CodeUnknownColumn, name.At, "", "there is no column %s", text)
	if b.outer != nil && len(findIn(b.outer.cols, name.Parts)) > 0 {
		d.Message = "the column " + text + " of the outer query cannot be used here"
		d.Fix = "A subquery sees the outer query's columns only in its WHERE, and only without GROUP BY, DISTINCT, UNION or LIMIT."
		return
	}
	names := s.names(len(name.Parts) > 1)
	if near := diag.Nearest(text, names); near != "" {
		d.Fix = "Did you mean " + near + "?"
		return
	}
	if len(name.Parts) > 1 {
		if near := diag.Nearest(name.Parts[len(name.Parts)-1].Text, s.names(false)); near != "" {
			d.Fix = "Did you mean " + near + "?"
			return
		}
	}
	if len(names) > 0 {
		const most = 12
		if len(names) > most {
			names = append(names[:most:most], "...")
		}
		d.Fix = "There are " + strings.Join(names, ", ") + "."
	}
}

func qualifiedName(c column) string {
	if len(c.table) == 0 {
		return sqltext.QuoteName(c.name)
	}
	return sqltext.QuoteName(c.table[len(c.table)-1].Text) + "." + sqltext.QuoteName(c.name)
}

// as returns the relation's columns under a table's name and as one leaf. Names, when there are any, rename the columns in order.
func (b *binder) as(r *relation, table sqltext.Ident, names []sqltext.NamePart) *relation {
	b.leaves++
	delete(b.fresh, r.node)
	out := *r
	out.cols = make([]column, 0, len(r.cols))
	for _, c := range r.cols {
		if !c.merged {
			out.cols = append(out.cols, column{table: table, leaf: b.leaves, name: c.name, index: c.index})
		}
	}
	if len(names) == 0 {
		return &out
	}
	if len(names) != len(out.cols) {
		b.errorf(CodeColumns, sqltext.Ident(names).Span(), "Name all of them, or none.", "%d names for %d columns", len(names), len(out.cols))
		return nil
	}
	seen := map[string]bool{}
	for i, n := range names {
		if seen[n.Text] {
			b.errorf(CodeColumns, n.At, "Give one of them another name.", "the name %s stands here twice", n.Text)
			return nil
		}
		seen[n.Text] = true
		out.cols[i].name = n.Text
	}
	return &out
}
