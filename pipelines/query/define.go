package query

import (
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// table is a table of CREATE TABLE.
type table struct {
	connector string
	at        diag.Span
	// physical are the columns that records have, in their order, with key and event time.
	physical *schema.Schema
	// columns are all columns, in the order of the definition.
	columns []tableColumn
	// source and sink are what reads and writes it; either may be nil.
	source, sink *binding
}

// tableColumn is a column; computed ones have an expression over the physical ones.
type tableColumn struct {
	name     string
	computed *expr.Expr
}

// binding is a component with decoded parameters, and what is missing among them.
type binding struct {
	spec    *component.Spec
	params  component.Params
	missing diag.List
}

// createTable is CREATE TABLE.
func (x *execution) createTable(st *sqltext.CreateTable) bool {
	o, ok := x.create(st.Name, st.IfNotExists, st.At)
	if o == nil {
		return ok
	}
	t := &table{at: st.Name.Span(), physical: &schema.Schema{}}
	ok = x.columns(t, st)
	ok = x.computed(t, st) && ok
	ok = x.key(t, st) && ok
	ok = x.watermark(t, st) && ok
	if len(t.columns) > 0 {
		x.trace.rows(t.schema(), plan.Mode{})
	}
	if len(st.PartitionBy) > 0 {
		x.errorf(CodeUnsupported, sqltext.Ident(st.PartitionBy).Span(), "Leave it out, or use the connector's own option.", "PARTITIONED BY is not planned")
		ok = false
	}
	if !x.connect(t, st, ok) || !ok || !x.records(t, st) {
		return false
	}
	o.table, o.broken = t, false
	return true
}

// create makes room for a new object, which is broken until it is defined. It is nil when there is nothing to do.
func (x *execution) create(name sqltext.Ident, ifNotExists bool, at diag.Span) (*object, bool) {
	full := x.qualified(name)
	if old := x.objects[full]; old != nil && !old.broken {
		if ifNotExists {
			return nil, true
		}
		x.errorf(CodeExists, name.Span(), "DROP it first, or write IF NOT EXISTS.", "%s exists already", name.Text())
		return nil, false
	}
	if len(name) > 3 {
		x.errorf(CodeDefinition, name.Span(), "Write catalog.db.name, db.name or name.", "the name %s has more than three parts", name.Text())
		return nil, false
	}
	o := &object{name: full, label: labelOf(full), broken: true, text: x.text(at)}
	x.objects[full] = o
	return o, true
}

// text is what stands at a place of the script.
func (x *execution) text(at diag.Span) string {
	if !at.Start.Known() || !at.End.Known() || at.End.Line > len(x.lines) {
		return ""
	}
	lines := slices.Clone(x.lines[at.Start.Line-1 : at.End.Line])
	last := []rune(lines[len(lines)-1])
	lines[len(lines)-1] = string(last[:min(at.End.Column-1, len(last))])
	lines[0] = string([]rune(lines[0])[at.Start.Column-1:])
	return strings.TrimRight(strings.Join(lines, "\n"), "\r\n ")
}

// columns reads the columns that records have.
func (x *execution) columns(t *table, st *sqltext.CreateTable) bool {
	ok := true
	seen := map[string]bool{}
	for i := range st.Columns {
		c := &st.Columns[i]
		if seen[c.Name.Text] {
			x.errorf(CodeDefinition, c.Name.At, "Keep one of the two.", "the column %s is declared twice", c.Name.Text)
			ok = false
			continue
		}
		seen[c.Name.Text] = true
		switch {
		case c.Metadata:
			x.errorf(CodeMetadata, c.At, "Leave the column out.", "the connector has no metadata %s", c.MetadataKey)
			ok = false
			continue
		case c.Computed != nil:
			t.columns = append(t.columns, tableColumn{name: c.Name.Text})
			continue
		case c.Type == nil:
			ok = false
			continue
		}
		typ, err := schema.Parse(c.Type.Text)
		if err != nil {
			word, _, _ := strings.Cut(c.Type.Text, "(")
			fix := ""
			names := schema.TypeNames()
			slices.Sort(names)
			if near := diag.Nearest(word, names); near != "" && !strings.EqualFold(near, word) {
				fix = "Did you mean " + strings.ToUpper(near) + "?"
			}
			x.errorf(expr.CodeUnknownType, c.Type.At, fix, "%v", err)
			ok = false
			continue
		}
		t.columns = append(t.columns, tableColumn{name: c.Name.Text})
		t.physical.Fields = append(t.physical.Fields, schema.Field{Name: c.Name.Text, Type: typ, Nullable: !c.NotNull && !c.PrimaryKey, Description: c.Comment})
		if c.PrimaryKey {
			t.physical.Key = append(t.physical.Key, c.Name.Text)
		}
	}
	return ok
}

// computed checks the computed columns, which see the physical ones.
func (x *execution) computed(t *table, st *sqltext.CreateTable) bool {
	b := newBinder(x.diags, x, x.location())
	s := plainRelation(&plan.Node{Schema: t.physical}).scope()
	ok := true
	for i := range st.Columns {
		c := &st.Columns[i]
		if c.Computed == nil || c.Metadata {
			continue
		}
		e, good := b.check(s, c.Computed)
		if !good {
			ok = false
			continue
		}
		k := slices.IndexFunc(t.columns, func(tc tableColumn) bool { return tc.name == c.Name.Text })
		if k >= 0 {
			t.columns[k].computed = e
		}
	}
	return ok
}

// key reads PRIMARY KEY.
func (x *execution) key(t *table, st *sqltext.CreateTable) bool {
	ok := true
	if len(st.PrimaryKey) > 0 && len(t.physical.Key) > 0 {
		x.errorf(CodeDefinition, sqltext.Ident(st.PrimaryKey).Span(), "Keep one of the two.", "the table has two primary keys")
		return false
	}
	for _, k := range st.PrimaryKey {
		i := t.physical.Index(k.Text)
		if i < 0 {
			fix := "The key is made of columns that records have."
			if near := diag.Nearest(k.Text, t.physical.Names()); near != "" {
				fix = "Did you mean " + near + "?"
			}
			x.errorf(CodeUnknownColumn, k.At, fix, "the table has no column %s", k.Text)
			ok = false
			continue
		}
		if slices.Contains(t.physical.Key, k.Text) {
			x.errorf(CodeDefinition, k.At, "Remove one of the two.", "the key has the column %s twice", k.Text)
			ok = false
			continue
		}
		t.physical.Fields[i].Nullable = false
		t.physical.Key = append(t.physical.Key, k.Text)
	}
	if ok && len(t.physical.Key) > 0 && !st.NotEnforced {
		at := st.Name.Span()
		if len(st.PrimaryKey) > 0 {
			at = sqltext.Ident(st.PrimaryKey).Span()
		}
		x.errorf(CodeDefinition, at, "Write PRIMARY KEY (...) NOT ENFORCED.", "nothing here enforces a primary key")
		return false
	}
	return ok
}

// watermark reads WATERMARK FOR: the event time, and how far behind the largest one a row may come.
func (x *execution) watermark(t *table, st *sqltext.CreateTable) bool {
	w := st.Watermark
	if w == nil {
		return true
	}
	column := w.Column
	i := slices.IndexFunc(t.columns, func(c tableColumn) bool { return c.name == column.Text })
	if i < 0 {
		var names []string
		for _, c := range t.columns {
			names = append(names, c.name)
		}
		fix := ""
		if near := diag.Nearest(column.Text, names); near != "" {
			fix = "Did you mean " + near + "?"
		}
		x.errorf(CodeUnknownColumn, column.At, fix, "the table has no column %s", column.Text)
		return false
	}
	physical := t.physical.Index(column.Text)
	if physical < 0 {
		e := t.columns[i].computed
		if e == nil {
			return false // told with the column
		}
		from, offset, ok := distance(e)
		if !ok || offset != 0 {
			x.errorf(CodeWatermark, column.At, "Declare the event time as a column that records have.",
				"the event time %s is computed: rows are given their time where they are read, before anything is computed", column.Text)
			return false
		}
		physical = from
	}
	f := t.physical.Fields[physical]
	if f.Type.Kind != schema.Timestamp {
		x.errorf(CodeWatermark, column.At, "Declare it as TIMESTAMP(3) or TIMESTAMP_LTZ(3).", "the event time %s is %s, not a timestamp", column.Text, f.Type)
		return false
	}
	delay, ok := watermarkDelay(w, column.Text)
	if !ok {
		name := sqltext.QuoteName(column.Text)
		x.errorf(CodeWatermark, w.As.Span(), "Write WATERMARK FOR "+name+" AS "+name+" - INTERVAL '5' SECOND.",
			"a watermark is the column itself, or the column minus a constant interval of days or less")
		return false
	}
	et := schema.EventTimeOn(f.Name)
	et.OutOfOrder = schema.Duration(delay * 1000)
	t.physical.EventTime = et
	return true
}

// watermarkDelay reads ts and ts - INTERVAL, in microseconds.
func watermarkDelay(w *sqltext.Watermark, column string) (int64, bool) {
	is := func(e sqltext.Expr) bool {
		n, ok := e.(*sqltext.Name)
		return ok && len(n.Parts) == 1 && n.Parts[0].Text == column
	}
	if is(w.As) {
		return 0, true
	}
	x, ok := w.As.(*sqltext.Binary)
	if !ok || x.Op != sqltext.Sub || !is(x.L) {
		return 0, false
	}
	iv, ok := x.R.(*sqltext.Interval)
	if !ok || iv.Calendar || iv.Micros < 0 {
		return 0, false
	}
	return iv.Micros, true
}

// createView is CREATE VIEW: its query is checked now and bound where it is read.
func (x *execution) createView(st *sqltext.CreateView) bool {
	o, ok := x.create(st.Name, st.IfNotExists, st.At)
	if o == nil {
		return ok
	}
	before := len(*x.diags)
	b := x.binder("view")
	b.blocks, b.opening = []string{o.label}, []string{o.name}
	r := b.query(st.Query)
	if r != nil && len(st.Columns) > 0 {
		r = b.as(r, nil, st.Columns)
	}
	if r == nil || (*x.diags)[before:].HasErrors() {
		return false
	}
	b.quietly(func() bool {
		n := b.visible("columns", st.At, r)
		if n != nil {
			x.trace.rows(n.Schema, n.Mode)
		}
		return n != nil
	})
	o.view, o.broken = st, false
	return true
}

// drop is DROP TABLE and DROP VIEW.
func (x *execution) drop(st *sqltext.Drop) bool {
	full := x.qualified(st.Name)
	what := "table"
	if st.View {
		what = "view"
	}
	o := x.objects[full]
	switch {
	case o == nil && st.IfExists:
		return true
	case o == nil:
		fix := ""
		if near := diag.Nearest(full, x.allTables()); near != "" {
			fix = "Did you mean " + labelOf(near) + "?"
		}
		if x.env.Catalog != nil {
			if _, there := x.env.Catalog.Table(full); there {
				fix = "It belongs to the catalog; a script drops what scripts made."
			}
		}
		x.errorf(CodeUnknownTable, st.Name.Span(), fix, "there is no temporary %s %s", what, st.Name.Text())
		return false
	case st.View != (o.view != nil) && !o.broken:
		x.errorf(CodeDefinition, st.Name.Span(), "", "%s is no %s", st.Name.Text(), what)
		return false
	}
	delete(x.objects, full)
	return true
}
