package compile

import (
	"slices"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// The slots compile itself gives out; transforms choose their own.
const (
	slotScan   = "scan"
	slotPolicy = "policy"
	slotSink   = "sink"
	// inline is the inline path of operators of the model itself.
	inline = "."
)

// OperatorID is the identity of an operator: model id, node id, inline path, slot. The inline path says through which uses of virtual models
// the node came in; "." is the model itself.
func OperatorID(model, node, path, slot string) string {
	return model + "/" + node + "/" + path + "/" + slot
}

// lower plans one node. Its inputs were lowered before.
func (c *compiler) lower(n *docNode) {
	inputs := make([]*plan.Node, len(n.inputs))
	for i, in := range n.inputs {
		if in.failed || in.out == nil {
			n.failed = true
		}
		inputs[i] = in.out
	}
	if n.failed {
		return
	}
	var found diag.List
	pc := c.planning(n, &found)
	switch n.spec.Kind {
	case component.KindSource:
		n.out = c.source(pc, n)
	case component.KindTransform:
		if out, ok := n.spec.Transform.Lower(pc, n.params, inputs); ok {
			n.out = out
		}
	default:
		n.out = c.sink(pc, n, inputs[0])
	}
	n.failed = n.out == nil || found.HasErrors()
	if n.out == nil && !found.HasErrors() {
		found.Errorf(CodeInternal, n.ComponentAt, "the component %s could not plan %q and did not say why", n.Component, n.ID)
	}
	c.adopt(n, found)
}

// planning is what a component may ask while n is planned.
func (c *compiler) planning(n *docNode, found *diag.List) *component.Planning {
	return &component.Planning{
		NodeID:    n.ID,
		ModelName: c.doc.Name,
		TimeZone:  c.doc.TimeZone,
		Registry:  c.env.Registry,
		Catalog:   c.env.Catalog,
		Diags:     found,
		Exprs:     &exprs{diags: found, params: c.params, zone: c.zone},
		MakeNode: func(slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node {
			// What changes an operator puts out follows from those it takes; only a source has a say of its own.
			if len(inputs) > 0 {
				inferred, err := plan.InferMode(op, inputs)
				if err != nil {
					found.Errorf(CodeChangeMode, n.ComponentAt, "%q cannot take the changes of its input: %v", n.ID, err)
				}
				mode = inferred
			}
			return &plan.Node{ID: OperatorID(c.doc.Name, n.ID, inline, slot), Op: op, Inputs: inputs, Schema: s, Mode: mode}
		},
	}
}

// source plans a scan and, above it, what the policy lets through.
func (c *compiler) source(pc *component.Planning, n *docNode) *plan.Node {
	scan, ok := n.spec.Source.Plan(pc, n.params)
	if !ok {
		return nil
	}
	node := pc.MakeNode(slotScan, scan, scan.Source, plan.Mode{Change: plan.Append})
	if scan.Table == "" {
		return node
	}
	access := c.env.Policy.Read(scan.Table)
	if access.Denied != "" {
		d := pc.Diags.Errorf(CodeDenied, n.params.Span("table"), "the table %s may not be read: %s", scan.Table, access.Denied)
		d.Path, d.Fix = n.params.Path("table"), "Ask the owner of the table for access."
		return nil
	}
	if access.RowFilter == "" {
		return node
	}
	// The filter is no text of the document: what is wrong in it is told where the table is named.
	at := diag.Span{Start: n.params.Span("table").Start}
	where, ok := pc.Exprs.Bool(access.RowFilter, node.Schema, at, n.params.Path("table"))
	if !ok {
		return nil
	}
	return pc.MakeNode(slotPolicy, &plan.Filter{Where: where}, node.Schema, node.Mode, node)
}

func (c *compiler) sink(pc *component.Planning, n *docNode, input *plan.Node) *plan.Node {
	op, ok := n.spec.Sink.Plan(pc, n.params, input)
	if !slices.Contains(n.spec.Sink.Accepts, input.Mode.Change) {
		d := pc.Diags.Errorf(CodeChangeMode, n.ComponentAt, "%s takes %s rows, %q puts out %s rows", n.Component,
			modes(n.spec.Sink.Accepts), n.inputs[0].ID, input.Mode.Change)
		d.Fix = "Choose a sink that updates rows by key."
		ok = false
	}
	if !ok {
		return nil
	}
	return pc.MakeNode(slotSink, op, input.Schema, input.Mode, input)
}

func modes(all []plan.ChangeMode) string {
	text := ""
	for i, m := range all {
		if i > 0 {
			text += " or "
		}
		text += m.String()
	}
	return text
}
