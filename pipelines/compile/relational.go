package compile

import (
	"millrace/components/component"
	"millrace/components/relational"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
)

// relationalNodes adds the nodes a relational model's declarations stand for: one an entity, and one that joins them, which edges name by
// the document's output.
func (c *compiler) relationalNodes() {
	if c.doc.Kind != model.RelationalModel {
		return
	}
	c.tables = map[string]*plan.Node{}
	out := &docNode{Node: &model.Node{ID: c.doc.Output, Component: string(model.RelationalModel), At: c.doc.OutputAt, IDAt: c.doc.OutputAt,
		Params: model.Value{Kind: model.Map}}}
	for i := range c.doc.Entities {
		e := &c.doc.Entities[i]
		n := &docNode{Node: &model.Node{ID: e.ID, Component: "entity", Params: e.Params, At: e.At, IDAt: e.IDAt, ComponentAt: e.IDAt}}
		n.spec = &component.Spec{Name: "entity", Kind: component.KindTransform, MaxInputs: 1, Fields: relational.EntityFields(),
			Transform: &component.TransformDef{Lower: func(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
				return c.entityRows(pc, n, p, inputs)
			}, Shape: func(pc *component.Planning, p component.Params, inputs []*plan.Node) *plan.Node {
				rows, _ := c.entityRows(pc, n, p, inputs)
				return rows
			}}}
		if !c.addNode(n) {
			continue
		}
		n.outputs++
		out.inputs = append(out.inputs, n)
	}
	out.spec = &component.Spec{Name: out.Component, Kind: component.KindTransform, MaxInputs: -1,
		Transform: &component.TransformDef{Lower: func(pc *component.Planning, _ component.Params, inputs []*plan.Node) (*plan.Node, bool) {
			return c.joined(pc, out, inputs)
		}}}
	c.joins = out
	c.addNode(out)
}

// entityRows are the rows of an entity: its table's, or those of the node an edge leads from.
func (c *compiler) entityRows(pc *component.Planning, n *docNode, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	text, named := n.Params.Get("table")
	named = named && p.Has("table")
	switch {
	case named && len(inputs) > 0:
		d := pc.Diags.Errorf(relational.CodeTable, text.At, "%q has rows of a table and of %q", n.ID, n.inputs[0].ID)
		d.Path, d.Fix = "table", "Remove the table, or the edge."
		return nil, false
	case len(inputs) > 0:
		return inputs[0], true
	case !named:
		pc.Diags.Errorf(relational.CodeTable, n.IDAt, "%q has no rows", n.ID).Fix = "Name a table, or lead an edge here."
		return nil, false
	}
	spec, ok := c.env.Registry.Get(component.KindSource, "table")
	if !ok {
		pc.Diags.Errorf(CodeInternal, n.IDAt, "this build has no component that reads tables")
		return nil, false
	}
	params, ok := component.Decode(spec.Fields, model.Value{Kind: model.Map, At: n.At, Entries: []model.Entry{{Key: "table", KeyAt: text.At, Value: *text}}}, "", pc.Diags)
	if !ok {
		return nil, false
	}
	// A table that several entities stand for is read once.
	name := params.String("table")
	if rows := c.tables[name]; rows != nil {
		return rows, true
	}
	rows := c.source(pc, &docNode{Node: n.Node, spec: spec, params: params})
	if rows != nil {
		c.tables[name] = rows
	}
	return rows, rows != nil
}

// joined plans the joins.
func (c *compiler) joined(pc *component.Planning, n *docNode, inputs []*plan.Node) (*plan.Node, bool) {
	if len(inputs) == 0 {
		pc.Diags.Errorf(relational.CodeRoot, c.doc.NameAt, "the model has no entities").Fix = "Add the table of what happened, and what it is joined to."
		return nil, false
	}
	c.entities = make([]relational.Entity, len(inputs))
	for i, in := range n.inputs {
		c.entities[i] = relational.Entity{ID: in.ID, At: in.IDAt, Params: in.params, Rows: inputs[i]}
	}
	return relational.Lower(pc, c.entities, c.relations)
}

// decodeJoins reads the parameters of the joins.
func (c *compiler) decodeJoins() {
	for i := range c.doc.Joins {
		j := &c.doc.Joins[i]
		var found diag.List
		params, ok := component.Decode(relational.JoinFields(), j.Params, "", &found)
		at := diag.Span{Start: j.FromAt.Start, End: j.ToAt.End}
		if j.ToAt.Start.Line != j.FromAt.Start.Line {
			at = j.ToAt
		}
		c.relations = append(c.relations, relational.Join{From: j.From, To: j.To, At: at, Params: params})
		c.adopt(c.joins, found)
		c.joins.failed = c.joins.failed || !ok
	}
}
