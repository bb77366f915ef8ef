package query

import (
	"slices"
	"strconv"
	"strings"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
)

// target is a table that is written.
type target struct {
	name    string
	columns []schema.Field
	spec    *component.Spec
	params  component.Params
	// table is set to its name where the catalog has it.
	table string
	// elsewhere is set when the table was defined in another text.
	elsewhere bool
}

// pipeline binds one INSERT, or those of a statement set as one plan.
func (x *execution) pipeline(inserts []*sqltext.Insert) (Outcome, bool) {
	var names []string
	for _, in := range inserts {
		if n := labelOf(x.qualified(in.Into)); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	name := pipelineName(names)
	if x.settings.name != "" {
		name = x.settings.name
	}
	b := x.binder(name)
	p := &plan.Plan{Model: name, TimeZone: x.settings.zone}
	ok := true
	for _, in := range inserts {
		sink := x.insert(b, in, len(inserts) > 1)
		if sink == nil {
			ok = false
			continue
		}
		p.Sinks = append(p.Sinks, sink)
	}
	return Outcome{Kind: Pipeline, Name: name, Plan: p}, ok
}

// longName is the number of bytes from which on the names of tables are counted instead: a pipeline's name is also that of a folder.
const longName = 100

// pipelineName names a pipeline by the tables it writes.
func pipelineName(tables []string) string {
	name := strings.Join(tables, "_and_")
	if len(tables) > 2 && len(name) > longName {
		name = tables[0] + "_and_" + strconv.Itoa(len(tables)-1) + "_more"
	}
	return name
}

// insert binds one INSERT to its sink.
func (x *execution) insert(b *binder, in *sqltext.Insert, several bool) (sink *plan.Node) {
	x.trace.begin(InsertStatement, x.qualified(in.Into), in.At)
	defer func() { x.trace.end(sink != nil) }()
	t := x.target(b, in.Into)
	b.blocks = nil
	if several {
		// Statements of a set name their operators by what they write.
		b.blocks = []string{labelOf(x.qualified(in.Into))}
	}
	r := b.query(in.Query)
	if r == nil || t == nil {
		return nil
	}
	if r = b.whole(r, in.Query.At); r == nil {
		return nil
	}
	n := b.fit(in, t, r)
	if n == nil {
		return nil
	}
	x.trace.rows(n.Schema, n.Mode)
	var found diag.List
	pc := b.component(t.name, in.Into.Span(), &found)
	if t.table != "" {
		// The binding names connections of the table's owner, whoever writes it.
		pc.Catalog = pc.Bound
	}
	sink = compile.Write(pc, b.world.Policy, compile.Target{Spec: t.spec, Params: t.params, Table: t.table, At: in.Into.Span(), From: "the query"}, n)
	if !b.adopt(found, in.Into.Span(), t.elsewhere, t.name) {
		return nil
	}
	return sink
}

// target finds what INSERT INTO writes to.
func (x *execution) target(b *binder, name sqltext.Ident) *target {
	full := x.qualified(name)
	at := name.Span()
	if o := x.objects[full]; o != nil {
		switch {
		case o.broken:
			b.failed()
		case o.view != nil:
			b.errorf(CodeNotWritable, at, "Insert into a table.", "%s is a view", o.label)
		case o.table.sink == nil:
			b.errorf(CodeNotWritable, at, "Choose a connector that writes.", "%s cannot be written: the connector %s only reads", o.label, o.table.connector)
		case len(o.table.sink.missing) > 0:
			missing := o.table.sink.missing[0]
			b.errorf(CodeNotWritable, at, "Add it to the options of "+o.label+", in WITH.", "%s cannot be written: %s", o.label, missing.Message)
		default:
			return &target{name: o.label, columns: o.table.physical.Fields, spec: o.table.sink.spec, params: o.table.sink.params, elsewhere: o.elsewhere}
		}
		return nil
	}
	t, ok := b.catalogTable(full)
	if !ok {
		b.unknownTable(name, full, x.allTables())
		return nil
	}
	if t.Sink == nil {
		b.errorf(CodeNotWritable, at, "Give its catalog entry a sink.", "the catalog does not say how the table %s is written", full)
		return nil
	}
	spec, ok := x.env.Registry.Get(component.KindSink, t.Sink.Component)
	if !ok {
		b.errorf(CodeNotWritable, at, "Correct its catalog entry.", "the table %s is written by the component %q, which is no sink", full, t.Sink.Component)
		return nil
	}
	return &target{name: full, table: full, columns: t.Schema.Fields, spec: spec, params: t.Sink.Params}
}

// fit brings the query's columns into the table's: by position, or by the list of names. Columns that are not named become NULL.
func (b *binder) fit(in *sqltext.Insert, t *target, r *relation) *plan.Node {
	var given []column
	for _, c := range r.cols {
		if !c.merged {
			given = append(given, c)
		}
	}
	if len(t.columns) == 0 {
		// A table that was declared without columns takes what comes.
		return b.visible("columns", in.At, r)
	}
	to, ok := b.into(in, t, len(given))
	if !ok {
		return nil
	}
	cols := make([]plan.Column, len(t.columns))
	for i, f := range t.columns {
		k := slices.Index(to, i)
		if k < 0 {
			if !f.Nullable {
				b.errorf(CodeColumns, sqltext.Ident(in.Columns).Span(), "Add it to the list.", "the column %s of %s is not given, and may not be NULL", f.Name, t.name)
				ok = false
				continue
			}
			cols[i] = plan.Column{Name: f.Name, Expr: &expr.Expr{Op: expr.OpLiteral, Type: f.Type, Nullable: true}}
			continue
		}
		e, good := b.stored(in, r.node, given[k], f, t)
		ok = ok && good
		cols[i] = plan.Column{Name: f.Name, Expr: e}
	}
	if !ok {
		return nil
	}
	return b.project("columns", in.At, r.node, cols)
}

// into returns, for each column of the query, the position of the table's column it goes to.
func (b *binder) into(in *sqltext.Insert, t *target, given int) ([]int, bool) {
	var out []int
	if len(in.Columns) == 0 {
		for i := range t.columns {
			out = append(out, i)
		}
	}
	names := make([]string, len(t.columns))
	for i, f := range t.columns {
		names[i] = f.Name
	}
	ok := true
	for _, c := range in.Columns {
		i := slices.Index(names, c.Text)
		if i < 0 {
			fix := "It has " + strings.Join(names, ", ") + "."
			if near := diag.Nearest(c.Text, names); near != "" {
				fix = "Did you mean " + near + "?"
			}
			b.errorf(CodeUnknownColumn, c.At, fix, "the table %s has no column %s", t.name, c.Text)
			ok = false
		} else if slices.Contains(out, i) {
			b.errorf(CodeColumns, c.At, "Remove one of the two.", "the column %s stands here twice", c.Text)
			ok = false
		}
		out = append(out, i)
	}
	if ok && given != len(out) {
		at := in.Query.At
		if sel, is := in.Query.Body.(*sqltext.Select); is && len(sel.Items) > 0 {
			at = diag.Span{Start: sel.Items[0].At.Start, End: sel.Items[len(sel.Items)-1].At.End}
		}
		b.errorf(CodeColumns, at, t.name+" takes "+columnList(t.columns, out)+".", "the query gives %d columns, and %d are to be written", given, len(out))
		ok = false
	}
	return out, ok
}

func columnList(fields []schema.Field, positions []int) string {
	names := make([]string, len(positions))
	for i, p := range positions {
		names[i] = fields[p].Name
	}
	return strings.Join(names, ", ")
}

// stored is a column of the query as the table's column takes it: converted where nothing is lost, else refused.
func (b *binder) stored(in *sqltext.Insert, n *plan.Node, c column, f schema.Field, t *target) (*expr.Expr, bool) {
	at := itemPlace(in, c)
	e := lowering.Column(n.Schema, c.index, at)
	if e.Nullable && !f.Nullable {
		b.errorf(CodeTypes, at, "Write COALESCE("+sqltext.QuoteName(c.name)+", ...), or filter the NULLs out and declare the column nullable.",
			"%s may be NULL, and the column %s of %s may not", c.name, f.Name, t.name)
		return nil, false
	}
	if e.Type.Equal(f.Type) {
		return e, true
	}
	shared, ok := b.common(e.Type, f.Type)
	if ok && shared.Equal(f.Type) || f.Type.Kind == schema.Timestamp && wholeMillis(n, c.index) {
		return b.cast(e, f.Type), true
	}
	b.errorf(CodeTypes, at, "Write CAST("+sqltext.QuoteName(c.name)+" AS "+f.Type.String()+").", "%s is %s, and the column %s of %s is %s", c.name, e.Type, f.Name, t.name, f.Type)
	return nil, false
}

// itemPlace is where a column of the query is written.
func itemPlace(in *sqltext.Insert, c column) diag.Span {
	sel, ok := in.Query.Body.(*sqltext.Select)
	if !ok {
		return in.Query.At
	}
	for i := range sel.Items {
		if itemName(&sel.Items[i], i) == c.name {
			return sel.Items[i].At
		}
	}
	return diag.Span{Start: sel.At.Start, End: sel.At.End}
}
