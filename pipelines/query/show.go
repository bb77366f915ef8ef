package query

import (
	"slices"
	"strconv"
	"strings"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
)

// query binds a query whose rows somebody looks at.
func (x *execution) query(q *sqltext.Query) (Outcome, bool) {
	b := x.binder("query")
	out := Outcome{Kind: Query, Name: "query", Limit: -1}
	root := b.top(q, &out)
	if root == nil {
		return out, false
	}
	x.trace.rows(root.Schema, root.Mode)
	out.Query = &compile.Fragment{Model: "query", TimeZone: x.settings.zone, Root: root}
	return out, true
}

// top binds the outermost query: order and limit are data for who reads the rows.
func (b *binder) top(q *sqltext.Query, out *Outcome) *plan.Node {
	defer b.with(q)()
	r, keys := b.body(q.Body, q.OrderBy)
	if r = b.whole(r, q.At); r == nil {
		return nil
	}
	if q.Limit != nil || q.Offset != nil {
		limit := q
		if q.Limit == nil {
			// All rows from an offset on are asked for here, and can be given.
			limit = &sqltext.Query{Limit: &sqltext.Literal{Kind: sqltext.LitInt, Text: strconv.FormatInt(1<<62, 10)}, Offset: q.Offset}
		}
		from, to, ok := b.limits(limit)
		if !ok {
			return nil
		}
		out.Offset = from - 1
		if q.Limit != nil {
			out.Limit = to - from + 1
		}
	}
	out.OrderBy = keys
	out.Shown = len(r.cols)
	for i, c := range r.cols {
		if c.index != i {
			out.Shown = 0
		}
	}
	if len(keys) == 0 || out.Shown == 0 {
		n := b.visible("columns", q.At, r)
		if n != nil {
			out.Shown = len(n.Schema.Fields)
		}
		return n
	}
	return r.node
}

// explain is EXPLAIN.
func (x *execution) explain(st *sqltext.Explain) (Outcome, bool) {
	out := Outcome{Kind: Explained}
	switch inner := st.Statement.(type) {
	case *sqltext.QueryStatement:
		o, ok := x.query(inner.Query)
		if !ok {
			return out, false
		}
		out.Text = o.Query.WithSink("result", &plan.Sink{Component: "result", Version: 1}).Explain()
	case *sqltext.Insert, *sqltext.StatementSet:
		o, ok := x.statement(inner)
		if !ok {
			return out, false
		}
		out.Text = o.Plan.Explain()
	case *sqltext.BadStatement:
		return out, false
	default:
		x.errorf(CodeMisplaced, st.Statement.Span(), "Explain a query, an INSERT or a statement set.", "this statement has no plan")
		return out, false
	}
	return out, true
}

// show is SHOW.
func (x *execution) show(st *sqltext.Show) (Outcome, bool) {
	out := Outcome{Kind: Listing}
	var names []string
	switch st.What {
	case "TABLES", "VIEWS":
		prefix := x.catalog + "." + x.database + "."
		for _, n := range x.allTables() {
			o := x.objects[n]
			if rest, ok := strings.CutPrefix(n, prefix); ok && (st.What == "TABLES" || o != nil && o.view != nil) {
				names = append(names, rest)
			}
		}
	case "CATALOGS":
		names = catalogsOf(x.databases())
	case "DATABASES":
		for _, d := range x.databases() {
			if rest, ok := strings.CutPrefix(d, x.catalog+"."); ok {
				names = append(names, rest)
			}
		}
	case "FUNCTIONS":
		for _, f := range expr.Functions() {
			names = append(names, f.Name)
		}
	case "COLUMNS":
		return x.describe(st.Name)
	default:
		return x.showCreate(st)
	}
	word := strings.ToLower(strings.TrimSuffix(st.What, "S"))
	out.Columns = []string{word + " name"}
	for _, n := range names {
		if st.Like == "" || like(n, st.Like) {
			out.Rows = append(out.Rows, []string{n})
		}
	}
	return out, true
}

// like reports whether a name has the form of a pattern with % and _.
func like(name, pattern string) bool {
	if pattern == "" {
		return name == ""
	}
	n, p := []rune(name), []rune(pattern)
	switch {
	case p[0] == '%':
		return like(name, string(p[1:])) || name != "" && like(string(n[1:]), pattern)
	case name == "":
		return false
	default:
		return (p[0] == '_' || p[0] == n[0]) && like(string(n[1:]), string(p[1:]))
	}
}

func (x *execution) showCreate(st *sqltext.Show) (Outcome, bool) {
	o := x.objects[x.qualified(st.Name)]
	if o == nil || o.broken {
		fix := "SHOW CREATE is of tables and views that scripts made."
		if near := diag.Nearest(x.qualified(st.Name), x.allTables()); near != "" {
			fix = "Did you mean " + labelOf(near) + "?"
		}
		x.errorf(CodeUnknownTable, st.Name.Span(), fix, "there is no temporary table or view %s", st.Name.Text())
		return Outcome{}, false
	}
	return Outcome{Kind: Listing, Columns: []string{"result"}, Rows: [][]string{{o.text}}}, true
}

// describe is DESCRIBE and SHOW COLUMNS.
func (x *execution) describe(name sqltext.Ident) (Outcome, bool) {
	var s *schema.Schema
	o := x.objects[x.qualified(name)]
	switch {
	case o != nil && o.broken:
		return Outcome{}, false
	case o != nil && o.table != nil && o.table.source == nil:
		s = o.table.physical
	case o == nil && x.known(name) != nil:
		// Who may know of a table may know its columns, whether or not it may be read.
		s = x.known(name)
	default:
		b := x.binder("describe")
		r := b.lookup(name)
		if r = b.whole(r, name.Span()); r == nil {
			return Outcome{}, false
		}
		n := b.visible("columns", name.Span(), r)
		if n == nil {
			return Outcome{}, false
		}
		s = n.Schema
	}
	out := Outcome{Kind: Listing, Columns: []string{"name", "type", "null", "key", "watermark"}}
	for _, f := range s.Fields {
		key, watermark := "", ""
		if slices.Contains(s.Key, f.Name) {
			key = "PRI(" + strings.Join(s.Key, ", ") + ")"
		}
		if s.EventTime != nil && s.EventTime.Column == f.Name {
			watermark = sqltext.QuoteName(f.Name)
			if d := s.EventTime.OutOfOrder.Micros(); d > 0 {
				watermark = sqltext.Format(&sqltext.Binary{Op: sqltext.Sub, L: named(f.Name, diag.Span{}), R: &sqltext.Interval{Micros: d}})
			}
		}
		out.Rows = append(out.Rows, []string{f.Name, f.Type.String(), strconv.FormatBool(f.Nullable), key, watermark})
	}
	return out, true
}

// known is the schema that the catalog has of a table; nil where it has none.
func (x *execution) known(name sqltext.Ident) *schema.Schema {
	if x.env.Catalog == nil {
		return nil
	}
	for _, full := range []string{x.qualified(name), name.Text()} {
		if t, ok := x.env.Catalog.Table(full); ok {
			return t.Schema
		}
	}
	return nil
}
