package query

import (
	"maps"
	"slices"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
)

// Models binds the queries of sql nodes. It has no state.
type Models struct{}

var _ compile.SQL = Models{}

// Query plans the text of a sql node: its tables are the inputs by their names, then those of the catalog. Places in the text become places
// of the document.
func (Models) Query(pc *component.Planning, env compile.Env, params map[string]expr.Param, text string, at diag.Span, path string, inputs map[string]*plan.Node) (*plan.Node, bool) {
	q, found := sqltext.ParseQuery(text)
	if !found.HasErrors() {
		n, more := Fragment(q, pc, env, params, inputs)
		found = append(found, more...)
		report(pc, found, at, path)
		return n, n != nil && !found.HasErrors()
	}
	report(pc, found, at, path)
	return nil, false
}

func report(pc *component.Planning, found diag.List, at diag.Span, path string) {
	for _, d := range found {
		d.Span, d.Path = d.Span.In(at), path
		pc.Diags.Add(d)
	}
}

// Fragment plans a query over inputs, which are tables by their names, beside those of the catalog. Operators get their identity from pc.
func Fragment(q *sqltext.Query, pc *component.Planning, env compile.Env, params map[string]expr.Param, inputs map[string]*plan.Node) (*plan.Node, diag.List) {
	var found diag.List
	zone, err := time.LoadLocation(pc.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	b := newBinder(&found, nodeTables(inputs), zone)
	b.params, b.world = params, env
	b.make = func(block, slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node {
		return pc.MakeNode(block+"."+slot, op, s, mode, inputs...)
	}
	b.ask = func(node string, at diag.Span, found *diag.List) *component.Planning {
		asked := *pc
		asked.Diags = found
		return &asked
	}
	r := b.query(q)
	if r == nil {
		return nil, found
	}
	return b.visible("columns", q.At, r), found
}

// nodeTables are the tables of a sql node.
type nodeTables map[string]*plan.Node

func (t nodeTables) table(b *binder, name sqltext.Ident) *relation {
	if n := t[name.Text()]; n != nil {
		return plainRelation(n)
	}
	if _, ok := b.catalogTable(name.Text()); ok {
		return b.catalog(name.Text(), name.Span())
	}
	known := slices.Sorted(maps.Keys(t))
	if b.world.Catalog != nil {
		known = append(known, b.world.Catalog.Tables()...)
	}
	b.unknownTable(name, name.Text(), known)
	return nil
}
