package query

import (
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
)

var _ tables = (*execution)(nil)

// binder makes the binder of one plan.
func (x *execution) binder(name string) *binder {
	b := newBinder(x.diags, x, x.location())
	b.ttl = x.settings.ttl.Microseconds()
	b.make = func(block, slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node {
		return &plan.Node{ID: compile.OperatorID(name, block, ".", slot), Op: op, Inputs: inputs, Schema: s, Mode: mode}
	}
	b.ask = func(node string, at diag.Span, found *diag.List) *component.Planning {
		return compile.NewPlanning(x.env, compile.Place{Model: name, TimeZone: x.settings.zone, Node: node, At: at}, nil, found)
	}
	b.world = x.env
	return b
}

// table binds a temporary table or view, or a table of the catalog.
func (x *execution) table(b *binder, name sqltext.Ident) (r *relation) {
	full := x.qualified(name)
	o := x.objects[full]
	known := true
	defer func() {
		if known {
			x.trace.read(full, o != nil, r)
		}
	}()
	if o == nil {
		if _, there := b.catalogTable(full); !there {
			if _, plain := b.catalogTable(name.Text()); plain {
				full = name.Text()
			} else {
				known = false
				b.unknownTable(name, full, x.allTables())
				return nil
			}
		}
		return b.catalog(full, name.Span())
	}
	switch {
	case o.broken && slices.Contains(b.opening, full):
		b.errorf(CodeDefinition, name.Span(), "Give one of them another name.", "the view %s reads itself", o.label)
		return nil
	case o.broken:
		b.failed()
		return nil
	case o.view != nil:
		return x.viewed(b, o, name.Span())
	default:
		return b.once(full, func() *relation { return b.scanned(o, name.Span()) })
	}
}

// unknownTable tells of a name nothing has.
func (b *binder) unknownTable(name sqltext.Ident, full string, known []string) {
	for _, c := range b.ctes {
		known = append(known, c.name)
	}
	labels := make([]string, len(known))
	for i, k := range known {
		labels[i] = labelOf(k)
	}
	fix := ""
	if near := diag.Nearest(name.Text(), labels); near != "" {
		fix = "Did you mean " + near + "?"
	} else if near := diag.Nearest(full, known); near != "" {
		fix = "Did you mean " + labelOf(near) + "?"
	} else if len(labels) > 0 && len(labels) <= 10 {
		fix = "There are " + strings.Join(labels, ", ") + "."
	}
	b.errorf(CodeUnknownTable, name.Span(), fix, "there is no table %s", name.Text())
}

// once binds what the plan reads several times.
func (b *binder) once(name string, f func() *relation) *relation {
	if r, done := b.bound[name]; done {
		return r
	}
	r := f()
	b.bound[name] = r
	return r
}

func (b *binder) catalogTable(full string) (*component.Table, bool) {
	if b.world.Catalog == nil {
		return nil, false
	}
	return b.world.Catalog.Table(full)
}

// viewed binds a view. It was checked when it was made; what would be said of it now stands in another text.
func (x *execution) viewed(b *binder, o *object, at diag.Span) *relation {
	if slices.Contains(b.opening, o.name) {
		b.errorf(CodeDefinition, at, "", "the view %s reads itself", o.label)
		return nil
	}
	return b.once(o.name, func() *relation {
		kept := b.diags
		found := &diag.List{}
		b.diags = found
		b.opening = append(b.opening, o.name)
		x.trace.inside++
		r := b.within(o.label, func() *relation { return b.query(o.view.Query) })
		if r != nil && len(o.view.Columns) > 0 {
			r = b.as(r, nil, o.view.Columns)
		}
		x.trace.inside--
		b.opening = b.opening[:len(b.opening)-1]
		b.diags = kept
		for _, d := range *found {
			if d.Severity == diag.Error {
				b.errorf(d.Code, at, d.Fix, "view %s: %s", o.label, d.Message)
			}
		}
		return r
	})
}

// component is what a component may ask that stands for a table.
func (b *binder) component(node string, at diag.Span, found *diag.List) *component.Planning {
	pc := b.ask(node, at, found)
	pc.MakeNode = func(slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node {
		if len(inputs) > 0 {
			if inferred, err := plan.InferMode(op, inputs); err == nil {
				mode = inferred
			}
		}
		return b.madeIn(strings.ReplaceAll(node, "/", "_"), slot, op, s, mode, inputs...)
	}
	return pc
}

// adopt hands on what a component said. What has no place of its own, and what has one in another text, is told where the table is named.
func (b *binder) adopt(found diag.List, at diag.Span, elsewhere bool, name string) bool {
	for _, d := range found {
		if elsewhere {
			d.Message = "table " + name + ": " + d.Message
		}
		if elsewhere || !d.Span.Start.Known() {
			d.Span = at
		}
		d.Path, d.Node = "", ""
		b.diags.Add(d)
	}
	return !found.HasErrors()
}

// catalog reads a table of the catalog.
func (b *binder) catalog(full string, at diag.Span) *relation {
	return b.once(full, func() *relation {
		var found diag.List
		pc := b.component(full, at, &found)
		spec, ok := b.world.Registry.Get(component.KindSource, "table")
		if !ok {
			b.errorf(CodeInternal, at, "", "this build has no component that reads tables of the catalog")
			return nil
		}
		named := model.Value{Kind: model.Map, At: at, Entries: []model.Entry{{Key: "table", KeyAt: at, Value: model.Value{Kind: model.String, Text: full, At: at}}}}
		p, _ := component.Decode(spec.Fields, named, "", &found)
		var n *plan.Node
		if scan, good := spec.Source.Plan(pc, p); good {
			n = compile.Read(pc, b.world.Policy, scan, at, "")
		}
		if !b.adopt(found, at, false, full) {
			return nil
		}
		return plainRelation(n)
	})
}

// scanned reads a temporary table: the columns that records have, then those computed from them.
func (b *binder) scanned(o *object, at diag.Span) *relation {
	t := o.table
	if t.source == nil {
		b.errorf(CodeNotReadable, at, "Insert into it instead.", "%s cannot be read: the connector %s only writes", o.label, t.connector)
		return nil
	}
	if missing := t.source.missing; len(missing) > 0 {
		b.errorf(CodeNotReadable, at, "Add it to the options of "+o.label+", in WITH.", "%s cannot be read: %s", o.label, missing[0].Message)
		return nil
	}
	var found diag.List
	pc := b.component(o.label, at, &found)
	scan, ok := t.source.spec.Source.Plan(pc, t.source.params)
	if !b.adopt(found, at, o.elsewhere, o.label) || !ok {
		return nil
	}
	own := *scan
	if own.Source = b.declared(o, scan.Source, at); own.Source == nil {
		return nil
	}
	found = nil
	n := compile.Read(pc, b.world.Policy, &own, at, "")
	if n == nil {
		b.adopt(found, at, o.elsewhere, o.label)
		return nil
	}
	if len(t.columns) == 0 {
		return plainRelation(n)
	}
	cols := make([]plan.Column, len(t.columns))
	for i, c := range t.columns {
		e := c.computed
		if e == nil {
			e = lowering.Column(n.Schema, n.Schema.Index(c.name), t.at)
		} else {
			e = onto(e, t.physical, n.Schema)
		}
		cols[i] = plan.Column{Name: c.name, Expr: e}
	}
	rows := plainRelation(n)
	blocks := b.blocks
	b.blocks = []string{o.label}
	defer func() { b.blocks = blocks }()
	return plainRelation(b.project("columns", at, rows.node, cols))
}

// declared is the schema of the scan: what the component declares, with the key and the event time of the definition.
func (b *binder) declared(o *object, own *schema.Schema, at diag.Span) *schema.Schema {
	if own == nil {
		b.errorf(CodeDefinition, at, "Declare them in CREATE TABLE.", "the columns of %s are not known", o.label)
		return nil
	}
	out := *own
	if len(o.table.columns) == 0 {
		return &out
	}
	for _, f := range o.table.physical.Fields {
		if problem, fix := misfit(f, own); problem != "" {
			b.errorf(CodeDefinition, at, fix, "table %s: %s", o.label, problem)
			return nil
		}
	}
	out.EventTime, out.Key = o.table.physical.EventTime, o.table.physical.Key
	return &out
}

// misfit says why a column of a definition is none of a component that knows its columns; empty when it is one.
func misfit(f schema.Field, own *schema.Schema) (problem, fix string) {
	i := own.Index(f.Name)
	if i < 0 {
		if near := diag.Nearest(f.Name, own.Names()); near != "" {
			return "the records have no column " + f.Name, "Did you mean " + near + "?"
		}
		return "the records have no column " + f.Name, "They have " + strings.Join(own.Names(), ", ") + "."
	}
	switch g := own.Fields[i]; {
	case !g.Type.Equal(f.Type):
		return "the column " + f.Name + " is " + g.Type.String() + ", and declared as " + f.Type.String(), "Declare it as " + g.Type.String() + "."
	case g.Nullable && !f.Nullable:
		return "the column " + f.Name + " may be NULL, and is declared NOT NULL", "Leave NOT NULL out, or COALESCE it in a view."
	}
	return "", ""
}

// records checks the columns of a definition against those of a component that knows its own. What else is wrong with the component is told
// where the table is read.
func (x *execution) records(t *table, st *sqltext.CreateTable) bool {
	if t.source == nil || len(t.source.missing) > 0 || slices.ContainsFunc(t.source.spec.Fields, func(f component.Field) bool { return f.Name == schemaParam }) {
		return true
	}
	var found diag.List
	scan, ok := t.source.spec.Source.Plan(x.binder("").ask("", st.Name.Span(), &found), t.source.params)
	if !ok || scan.Source == nil {
		return true
	}
	for i := range st.Columns {
		c := &st.Columns[i]
		k := t.physical.Index(c.Name.Text)
		if k < 0 {
			continue
		}
		if problem, fix := misfit(t.physical.Fields[k], scan.Source); problem != "" {
			x.errorf(CodeDefinition, c.At, fix, "%s", problem)
			ok = false
		}
	}
	return ok
}
