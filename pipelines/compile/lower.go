package compile

import (
	"slices"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
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
	return NewPlanning(c.env, Place{Model: c.doc.Name, TimeZone: c.doc.TimeZone, Node: n.ID, At: n.ComponentAt}, c.params, found)
}

// Place says for what in a plan a component is asked.
type Place struct {
	// Model and Node make up the identity of the operators; the zone is an IANA name.
	Model, TimeZone, Node string
	// At is where the component is named.
	At diag.Span
}

// NewPlanning returns what a component may ask while it is planned at a place. What it reports goes to found.
func NewPlanning(env Env, p Place, params map[string]expr.Param, found *diag.List) *component.Planning {
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	pc := &component.Planning{
		NodeID:    p.Node,
		ModelName: p.Model,
		TimeZone:  p.TimeZone,
		Registry:  env.Registry,
		Catalog:   env.Catalog,
		Diags:     found,
		Exprs:     &exprs{diags: found, params: params, zone: zone},
		MakeNode: func(slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node {
			// What changes an operator puts out follows from those it takes; only a source has a say of its own.
			if len(inputs) > 0 {
				inferred, err := plan.InferMode(op, inputs)
				if err != nil {
					found.Errorf(CodeChangeMode, p.At, "%q cannot take the changes of its input: %v", p.Node, err)
				}
				mode = inferred
			}
			return &plan.Node{ID: OperatorID(p.Model, p.Node, inline, slot), Op: op, Inputs: inputs, Schema: s, Mode: mode}
		},
	}
	if env.SQL != nil {
		pc.Query = func(text string, at diag.Span, path string, inputs map[string]*plan.Node) (*plan.Node, bool) {
			return env.SQL.Query(pc, env, params, text, at, path, inputs)
		}
	}
	return pc
}

// source plans the scan of a node.
func (c *compiler) source(pc *component.Planning, n *docNode) *plan.Node {
	scan, ok := n.spec.Source.Plan(pc, n.params)
	if !ok {
		return nil
	}
	return Read(pc, c.env.Policy, scan, n.params.Span("table"), n.params.Path("table"))
}

// Read makes the node of a scan and, above it, what the policy lets through. at and path are where the table is named. Nil means that
// it may not be read, of which it told.
func Read(pc *component.Planning, policy Policy, scan *plan.Scan, at diag.Span, path string) *plan.Node {
	node := pc.MakeNode(slotScan, scan, scan.Source, pc.Registry.ScanMode(scan))
	if scan.Table == "" || policy == nil {
		return node
	}
	access := policy.Read(scan.Table)
	if access.Denied != "" {
		d := pc.Diags.Errorf(CodeDenied, at, "the table %s may not be read: %s", scan.Table, access.Denied)
		d.Path, d.Fix = path, "Ask the owner of the table for access."
		return nil
	}
	if access.RowFilter == "" {
		return node
	}
	// The filter is no text of the document: what is wrong in it is told where the table is named.
	where, ok := pc.Exprs.Bool(access.RowFilter, node.Schema, diag.Span{Start: at.Start}, path)
	if !ok {
		return nil
	}
	return pc.MakeNode(slotPolicy, &plan.Filter{Where: where}, node.Schema, node.Mode, node)
}

func (c *compiler) sink(pc *component.Planning, n *docNode, input *plan.Node) *plan.Node {
	return Write(pc, n.spec, n.params, input, n.ComponentAt, n.inputs[0].ID)
}

// Write makes the node of a sink; from names what leads into it, at is where the sink is named. Nil means that it cannot take the rows,
// of which it told.
func Write(pc *component.Planning, spec *component.Spec, p component.Params, input *plan.Node, at diag.Span, from string) *plan.Node {
	op, ok := spec.Sink.Plan(pc, p, input)
	if !slices.Contains(spec.Sink.Accepts, input.Mode.Change) {
		d := pc.Diags.Errorf(CodeChangeMode, at, "%s takes %s rows, %q puts out %s rows", spec.Name, modes(spec.Sink.Accepts), from, input.Mode.Change)
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
