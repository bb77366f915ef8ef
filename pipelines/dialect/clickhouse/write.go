package clickhouse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"millrace/components/clickhouse/chsql"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/dialect"
)

// Options say how a plan meets the server it is written for.
type Options struct {
	// Tables names the relation that holds a scan's rows.
	Tables func(scan *plan.Node) (Table, error)
	// RawTimes says that the result has Int32 day numbers for dates and Int64 microseconds for timestamps: the way to hold years that
	// ClickHouse's own types, 1900 to 2299, do not.
	RawTimes bool
	// NestedNulls says that an array, a map or a row that may be NULL comes as an array of one value, or of none for NULL. Else NULL comes
	// as an empty array or map, or as a row of its types' defaults.
	NestedNulls bool
}

// Table is a relation with a scan's rows.
type Table struct {
	// From is a table expression with at least the columns of the scan's schema, of the types that chsql.Type gives.
	From string
	// Order names integer columns that order the rows as they arrived: a partition and an offset in it, for example. It may be empty.
	Order []string
	// Kind names the column with the row kind of a changelog, a number in batch.RowKind's order; empty for inserts only.
	Kind string
	// RawTimes is Options.RawTimes for the table's columns.
	RawTimes bool
}

// Columns the writer adds where the order of arrival or the kind of a change is needed further up.
const (
	orderColumn = "mr_order"
	kindColumn  = "mr_kind"
)

// Write writes the rows that reach one sink of the plan. The query is nil when the list has an error.
func Write(p *plan.Plan, sink *plan.Node, o Options) (*dialect.Query, diag.List) {
	w := &writer{opt: o, used: map[string]bool{}, writers: makeWriters(), names: map[*plan.Node]string{}, taken: map[string]bool{}, hidden: map[*plan.Node]hidden{}}
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		w.diags.Errorf(dialect.CodeUnsupported, diag.Span{}, "the time zone %q is not known", p.TimeZone)
		return nil, w.diags
	}
	w.zone, w.utc = zone, utc(zone)
	w.wanted = wantOrder(sink)
	one := &plan.Plan{Sinks: []*plan.Node{sink}}
	one.Walk(func(n *plan.Node) {
		if !w.diags.HasErrors() {
			w.node(n)
		}
	})
	if w.diags.HasErrors() {
		return nil, w.diags
	}
	last := w.final(sink)
	if w.diags.HasErrors() {
		return nil, w.diags
	}
	q := &dialect.Query{Settings: settings(), SQL: w.with(last)}
	if len(w.rejects) > 0 {
		q.Errors = w.with(fmt.Sprintf("SELECT node, code, count() AS rows\nFROM (\n  %s\n)\nGROUP BY node, code\nORDER BY node, code", strings.Join(w.rejects, "\n  UNION ALL\n  ")))
	}
	return q, w.diags
}

// settings pins what changes the meaning of a query, and widens the limits a long one meets. Branches are computed for every row: no value
// throws, and ClickHouse's search for what it could put off takes a time exponential in the depth of what is shared. So do passes over the
// subqueries of an operator once they were merged into one expression. The search for what chains of comparisons imply would take a third of
// the time of a query over few rows. Filters made while a join runs spell a condition out with all that it is computed of: gigabytes, where steps
// build upon steps.
func settings() map[string]string {
	return map[string]string{
		"enable_analyzer":                     "1",
		"join_use_nulls":                      "1",
		"transform_null_in":                   "0",
		"group_by_use_nulls":                  "0",
		"aggregate_functions_null_for_empty":  "0",
		"prefer_column_name_to_alias":         "0",
		"enable_positional_arguments":         "0",
		"precise_float_parsing":               "1",
		"use_variant_as_common_type":          "0",
		"least_greatest_legacy_null_behavior": "1",
		"compile_expressions":                 "0",
		"optimize_and_compare_chain":          "0",
		"short_circuit_function_evaluation":   "disable",
		"query_plan_merge_expressions":        "0",
		"enable_join_runtime_filters":         "0",
		"session_timezone":                    "UTC",
		"max_query_size":                      "67108864",
		"max_ast_depth":                       "100000",
		"max_ast_elements":                    "10000000",
		"max_expanded_ast_elements":           "10000000",
		"max_parser_depth":                    "100000",
		"max_parser_backtracks":               "100000000",
		"max_subquery_depth":                  "10000",
	}
}

// writer writes one query.
type writer struct {
	opt     Options
	zone    *time.Location
	utc     bool
	writers map[string]exprWriter
	// used names the helpers of the preamble.
	used map[string]bool

	names   map[*plan.Node]string
	taken   map[string]bool
	ctes    []string
	rejects []string
	// wanted are nodes whose rows should carry their order of arrival, hidden what they do carry.
	wanted map[*plan.Node]bool
	hidden map[*plan.Node]hidden
	diags  diag.List
}

// hidden are the columns of a node's relation beyond its schema.
type hidden struct{ order, kind bool }

func (h hidden) columns() []string {
	var out []string
	if h.order {
		out = append(out, orderColumn)
	}
	if h.kind {
		out = append(out, kindColumn)
	}
	return out
}

// refuse reports something of the list of differences.
func (w *writer) refuse(node, id, format string, args ...any) {
	d := w.diags.Errorf(dialect.CodeUnsupported, diag.Span{}, "ClickHouse cannot be made to do this as the language says: "+format, args...)
	d.Node = node
	for _, x := range Differences() {
		if x.ID == id {
			d.Fix = x.Fix
		}
	}
}

// with puts the preamble and the operators in front of a query.
func (w *writer) with(query string) string {
	// The remainder stands in so many places that its use is found in the text.
	if strings.Contains(strings.Join(w.ctes, "")+query, "mr_mod(") {
		w.use("mr_mod")
	}
	return "WITH\n  " + strings.ReplaceAll(strings.Join(append(w.preamble(), w.ctes...), ",\n"), "\n", "\n  ") + "\n" + query
}

// cte adds the relation of a node and returns its name.
func (w *writer) cte(n *plan.Node, suffix, sql string) string {
	name := w.name(n, suffix)
	w.ctes = append(w.ctes, fmt.Sprintf("%s AS (\n  %s\n)", name, strings.ReplaceAll(sql, "\n", "\n  ")))
	return name
}

// name makes an identifier of a node's id: the model is left out, and so are the dots of an inline path.
func (w *writer) name(n *plan.Node, suffix string) string {
	var b strings.Builder
	parts := strings.Split(n.ID, "/")
	for _, p := range parts[min(1, len(parts)-1):] {
		if p == "." || p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		for _, r := range p {
			if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
				r = '_'
			}
			b.WriteRune(r)
		}
	}
	base := b.String()
	if base == "" || base[0] >= '0' && base[0] <= '9' || strings.HasPrefix(base, "mr_") {
		base = "n_" + base
	}
	base += suffix
	name := base
	for i := 2; w.taken[strings.ToLower(name)]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	w.taken[strings.ToLower(name)] = true
	return name
}

// reject adds rows whose error column is not NULL to the errors query.
func (w *writer) reject(n *plan.Node, code, from string) {
	w.rejects = append(w.rejects, fmt.Sprintf("SELECT %s AS node, assumeNotNull(toUInt16(mr_code)) AS code FROM (SELECT %s AS mr_code FROM %s) WHERE mr_code IS NOT NULL",
		chsql.Text(n.ID), code, from))
}

// ident writes a column's name.
func ident(name string) string {
	if atom.MatchString(name) && !strings.Contains(name, ".") && !reserved[strings.ToUpper(name)] && name[0] > '9' && name[0] != '\'' && name[0] != '-' {
		return name
	}
	return chsql.Quote(name)
}

// reserved are words that cannot stand bare where a column's name is wanted.
var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`ALL AND ANTI ANY ARRAY AS ASC ASOF BETWEEN BY CASE CAST COLLATE CROSS DATE DESC DISTINCT DIV ELSE END EXCEPT EXISTS
		EXTRACT FALSE FILL FILTER FINAL FIRST FOR FORMAT FROM FULL GLOBAL GROUP HAVING ID IF ILIKE IN INF INNER INTERSECT INTERVAL INTO IS JOIN KEY LAST LEFT
		LIKE LIMIT MOD NAN NOT NULL NULLS OFFSET ON OR ORDER OUTER OVER PREWHERE QUALIFY RIGHT SAMPLE SELECT SEMI SETTINGS SUBSTRING TABLE THEN TIMESTAMP
		TO TOP TRIM TRUE UNION USING VALUES WHEN WHERE WINDOW WITH YEAR MONTH DAY HOUR MINUTE SECOND WEEK QUARTER`) {
		m[s] = true
	}
	return m
}()

// fieldList writes the columns of a schema and the hidden ones.
func fieldList(s *schema.Schema, h hidden) []string {
	out := make([]string, 0, len(s.Fields)+2)
	for _, f := range s.Fields {
		out = append(out, ident(f.Name))
	}
	return append(out, h.columns()...)
}

// selectList writes SELECT items, on one line while they are short.
func selectList(items []string) string {
	if one := strings.Join(items, ", "); len(one) <= 100 {
		return "SELECT " + one
	}
	return "SELECT\n  " + strings.Join(items, ",\n  ")
}

// item writes one SELECT item.
func item(sql, name string) string {
	if sql == ident(name) {
		return sql
	}
	return sql + " AS " + ident(name)
}

// wantOrder finds the nodes whose order of arrival matters to an operator above them.
func wantOrder(sink *plan.Node) map[*plan.Node]bool {
	out := map[*plan.Node]bool{}
	var mark func(n *plan.Node)
	mark = func(n *plan.Node) {
		if out[n] {
			return
		}
		switch n.Op.(type) {
		case *plan.Scan, *plan.Filter, *plan.Project, *plan.Union, *plan.Unnest:
			out[n] = true
			for _, in := range n.Inputs {
				mark(in)
			}
		}
	}
	(&plan.Plan{Sinks: []*plan.Node{sink}}).Walk(func(n *plan.Node) {
		switch n.Op.(type) {
		case *plan.Dedupe, *plan.Normalize:
			mark(n.Inputs[0])
		case *plan.TemporalJoin:
			mark(n.Inputs[1])
		}
	})
	return out
}

// scope begins the expressions over one input. With qualified set its columns are written as t.name, for a SELECT in which an output
// column takes the name of another input column.
func (w *writer) scope(n *plan.Node, in *schema.Schema, qualified bool) *scope {
	return &scope{w: w, node: n.ID, zone: w.zone, column: func(i int) string {
		name := ident(in.Fields[i].Name)
		if qualified {
			return "t." + name
		}
		return name
	}}
}

// node writes one operator.
func (w *writer) node(n *plan.Node) {
	if n.Mode.Change != plan.Append {
		if _, scan := n.Op.(*plan.Scan); !scan && slices.ContainsFunc(n.Inputs, func(in *plan.Node) bool { return w.hidden[in].kind }) && !keepsKind(n) {
			w.refuse(n.ID, diffChangelog, "a %s over a changelog", n.Op.Name())
			return
		}
	}
	switch op := n.Op.(type) {
	case *plan.Scan:
		w.scan(n, op)
	case *plan.Filter:
		w.filter(n, op)
	case *plan.Project:
		w.project(n, op)
	case *plan.Union:
		w.union(n)
	case *plan.Window:
		w.window(n, op)
	case *plan.Aggregate:
		w.aggregate(n, op)
	case *plan.Dedupe:
		w.dedupe(n, op)
	case *plan.Rank:
		w.rank(n, op)
	case *plan.Unnest:
		w.unnest(n, op)
	case *plan.Normalize:
		w.normalize(n)
	case *plan.Join:
		w.join(n, op)
	case *plan.IntervalJoin:
		w.intervalJoin(n, op)
	case *plan.TemporalJoin:
		w.temporalJoin(n, op)
	case *plan.Sink:
		w.names[n] = w.names[n.Inputs[0]]
	default:
		w.refuse(n.ID, diffFunction, "the operator %s", op.Name())
	}
}

// keepsKind reports whether an operator takes a changelog's rows with their kinds.
func keepsKind(n *plan.Node) bool {
	switch n.Op.(type) {
	case *plan.Filter, *plan.Project, *plan.Normalize, *plan.TemporalJoin:
		return true
	}
	return false
}

// final writes the SELECT that turns a relation into the types of a table.
func (w *writer) final(sink *plan.Node) string {
	in := sink.Inputs[0]
	items := make([]string, len(sink.Schema.Fields))
	for i, f := range sink.Schema.Fields {
		from := in.Schema.Fields[i]
		v := lifted("t."+ident(from.Name), f.Type, from.Nullable, f.Nullable)
		if !f.Nullable {
			v = bare(v, f.Type, from.Nullable)
		}
		sql, err := w.outer(v, f.Type, f.Nullable)
		if err != nil {
			w.refuse(sink.ID, diffFunction, "%s", err)
			return ""
		}
		items[i] = sql + " AS " + ident(f.Name)
	}
	if w.hidden[in].kind {
		w.refuse(sink.ID, diffChangelog, "a sink over a changelog that nothing has normalized")
	}
	return "SELECT\n  " + strings.Join(items, ",\n  ") + "\nFROM " + w.names[in] + " AS t"
}
