package model

import (
	"slices"

	"millrace/models/diag"
)

// relational returns the keys that only relational models have. The output's id is settled first: it may be named by edges above it.
func (p *parser) relational(root *Value) []member {
	d := p.doc
	d.Output = DefaultOutput
	output := member{"output", false, func(v *Value, path string) {
		if v.Kind != String {
			p.wrongKind(v, path, String)
		}
	}}
	if v, ok := root.Get("output"); ok && v.Kind == String && v.Text != "" {
		d.Output, d.OutputAt = v.Text, v.At
	}
	p.declare(d.Output, d.OutputAt, "output")
	return []member{output, p.list("entities", true, p.entity), p.list("joins", false, p.relation)}
}

func (p *parser) entity(v *Value, path string) {
	e := Entity{At: v.At, Params: Value{Kind: Map, At: v.At}}
	if v.Kind != Map {
		p.wrongKind(v, path, Map)
		return
	}
	id := Value{Kind: Map, At: v.At}
	parts(v, &id, &e.Params, "id")
	p.members(&id, path, "", []member{p.text("id", true, &e.ID, &e.IDAt)})
	p.declare(e.ID, e.IDAt, join(path, "id"))
	p.doc.Entities = append(p.doc.Entities, e)
}

func (p *parser) relation(v *Value, path string) {
	j := Join{At: v.At, Params: Value{Kind: Map, At: v.At}}
	if v.Kind != Map {
		p.wrongKind(v, path, Map)
		return
	}
	ends := Value{Kind: Map, At: v.At}
	parts(v, &ends, &j.Params, "from", "to")
	p.members(&ends, path, "", []member{p.text("from", true, &j.From, &j.FromAt), p.text("to", true, &j.To, &j.ToAt)})
	if j.From == "" || j.To == "" {
		return
	}
	from, to := p.entityEnd(j.From, j.FromAt, join(path, "from")), p.entityEnd(j.To, j.ToAt, join(path, "to"))
	if !from || !to {
		return
	}
	if j.From == j.To {
		p.errorf(CodeSelfEdge, j.ToAt, path, "Declare the table as a second entity to join it to itself.", "the join leads from %s to itself", cut(j.From))
		return
	}
	p.doc.Joins = append(p.doc.Joins, j)
}

// parts puts the entries of the named keys into one mapping and the others into another.
func parts(v, named, rest *Value, keys ...string) {
	for _, e := range v.Entries {
		if slices.Contains(keys, e.Key) {
			named.Entries = append(named.Entries, e)
		} else {
			rest.Entries = append(rest.Entries, e)
		}
	}
}

// entityEnd checks one end of a join. Entities are declared before joins are read.
func (p *parser) entityEnd(id string, at diag.Span, path string) bool {
	var ids []string
	for i := range p.doc.Entities {
		if p.doc.Entities[i].ID == id {
			return true
		}
		ids = append(ids, p.doc.Entities[i].ID)
	}
	p.add(diag.Diagnostic{Code: CodeUnknownNode, Span: at, Path: path, Message: "there is no entity \"" + cut(id) + "\""}, func() string {
		if near := diag.Nearest(cut(id), ids); near != "" {
			return "Did you mean " + near + "?"
		}
		return ""
	})
	return false
}

// ids lists what edges and the layout may name, in the order of the document.
func (d *Document) ids() []string {
	out := make([]string, 0, len(d.Entities)+len(d.Nodes)+1)
	for i := range d.Entities {
		out = append(out, d.Entities[i].ID)
	}
	if len(d.Entities) > 0 {
		out = append(out, d.Output)
	}
	for i := range d.Nodes {
		out = append(out, d.Nodes[i].ID)
	}
	return out
}

func (w *writer) relational(d *Document) {
	if d.Kind != RelationalModel {
		return
	}
	w.line(0, "entities:")
	for i := range d.Entities {
		e := &d.Entities[i]
		w.entries(2, "- ", append([]Entry{textEntry("id", e.ID)}, e.Params.Entries...))
	}
	if len(d.Joins) > 0 {
		w.line(0, "joins:")
	}
	for i := range d.Joins {
		j := &d.Joins[i]
		w.entries(2, "- ", append([]Entry{textEntry("from", j.From), textEntry("to", j.To)}, j.Params.Entries...))
	}
	if d.Output != "" && d.Output != DefaultOutput {
		w.text(0, "output", d.Output)
	}
}
