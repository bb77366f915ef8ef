package write

import (
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
)

// Document writes a plan as a view: one node an operator, which compile.Text makes the same plan of in the same environment. The document
// is nil when there is an error among the diagnostics, each of which names the operator it is about by the id it would have.
func Document(p *plan.Plan, env compile.Env) (*model.Document, diag.List) {
	d := &document{subject: newSubject(p, env)}
	d.doc = &model.Document{Format: model.FormatVersion, Kind: model.View, Name: modelName(p.Model), TimeZone: p.TimeZone, Output: model.DefaultOutput}
	for _, n := range d.nodes {
		d.node(n, d.ids[n])
	}
	for _, n := range d.nodes {
		d.edges(n)
	}
	if !d.diags.HasErrors() {
		d.doc.Layout = layout(d.doc)
		d.readBack()
	}
	if d.diags.HasErrors() {
		return nil, d.diags
	}
	return d.doc, d.diags
}

// document is a plan while it is written as one.
type document struct {
	*subject
	doc *model.Document
}

func (d *document) node(n *plan.Node, id string) {
	name, params := d.component(n)
	d.doc.Nodes = append(d.doc.Nodes, model.Node{ID: id, Component: name, Params: params})
}

// edges leads a node's inputs to it. Nodes with named inputs are told which is which. A node that leads twice to one that takes its inputs in
// order is written twice: a document has one edge between two nodes.
func (d *document) edges(n *plan.Node) {
	ports := []string(nil)
	switch n.Op.(type) {
	case *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin:
		ports = []string{"left", "right"}
	}
	seen := map[*plan.Node]bool{}
	for i := range n.Inputs {
		in := d.input(n, i)
		from := d.ids[in]
		e := model.Edge{To: d.ids[n]}
		if ports != nil {
			e.Port = ports[i]
		} else if seen[in] {
			from = d.unique(from)
			d.node(in, from)
			for _, up := range d.doc.Edges {
				if up.To == d.ids[in] {
					up.To = from
					d.doc.Edges = append(d.doc.Edges, up)
				}
			}
		}
		seen[in] = true
		e.From = from
		d.doc.Edges = append(d.doc.Edges, e)
	}
}

// readBack compiles the document as it would be stored.
func (d *document) readBack() {
	again, found := compile.Text("", model.Format(d.doc), d.env)
	d.kept(again, found)
}

// modelName is a name of three parts, for a plan of a script may have a shorter one.
func modelName(text string) string {
	parts := strings.Split(text, ".")
	for i := range parts {
		if parts[i] = word(parts[i]); parts[i] == "" {
			parts[i] = "model"
		}
	}
	if missing := 3 - len(parts); missing > 0 {
		parts = append([]string{"default_catalog", "default_database"}[:missing:missing], parts...)
	}
	return parts[0] + "." + parts[1] + "." + strings.Join(parts[2:], "_")
}

// component is what stands for an operator, with its parameters.
func (d *document) component(n *plan.Node) (string, model.Value) {
	switch op := n.Op.(type) {
	case *plan.Scan:
		if op.Table != "" {
			return "table", object(text("table", op.Table))
		}
		spec, params := d.params(n, component.KindSource, op.Component, op.Params)
		if spec != nil && declares(spec) != nil {
			params.Entries = append([]model.Entry{entry(schemaParam, schemaValue(op.Source))}, params.Entries...)
		}
		return op.Component, params
	case *plan.Sink:
		_, params := d.params(n, component.KindSink, op.Component, op.Params)
		return op.Component, params
	}
	return d.operator(n)
}
