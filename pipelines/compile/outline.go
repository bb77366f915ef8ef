package compile

import (
	"slices"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Outline is what compiling a document finds out, complete as far as it goes in spite of errors.
type Outline struct {
	// Document is the text as it was read.
	Document *model.Document
	// Plan is nil when there is an error. Output is the output of a virtual model, where it could be planned.
	Plan   *plan.Plan
	Output *Fragment
	// Nodes are in the order of the document.
	Nodes []OutlineNode
	// Entities and Joins are those of a relational model, in the order of the document; Wide is the node of the joined rows.
	Entities []OutlineEntity
	Joins    []OutlineJoin
	Wide     *OutlineNode
}

// OutlineNode is what is known of a node.
type OutlineNode struct {
	ID string
	// Component is as written; Kind says which one of that name it is. Known is false where there is none.
	Component string
	Kind      component.Kind
	Known     bool
	Inputs    []OutlineInput
	// Schema and Mode are those of the rows that come out, of a sink those that go in. A nil Schema is not known.
	Schema *schema.Schema
	Mode   plan.Mode
	// Failed says that the node cannot be planned, for its own mistakes or for those of one it depends on.
	Failed bool
	At     diag.Span
}

// OutlineInput is an edge that leads in.
type OutlineInput struct {
	Node string
	// Port is the input's name where inputs have names.
	Port string
}

// OutlineEntity is what is known of an entity.
type OutlineEntity struct {
	OutlineNode
	// Table is empty where an edge leads the rows here.
	Table, Role string
	Key         []string
	// Kept are its columns in the wide row, by their names there; nil where that is not settled.
	Kept []string
}

// OutlineJoin is a join with what was chosen for it.
type OutlineJoin struct {
	From, To string
	// Join and Cardinality are as declared or defaulted.
	Join, Cardinality string
	// Match is temporal, interval or keyed, Operator the plan's and Why a sentence about it; what could not be settled is empty.
	Match, Operator, Why string
	At                   diag.Span
}

// Describe compiles the text of a document as Text does, and tells what was found out on the way. A node behind one with a mistake has its
// columns where those of its inputs are known; mistakes in it that are only seen when its inputs are right are still not told. The outline
// is nil where the text is no document.
func Describe(file string, src []byte, env Env) (*Outline, diag.List) {
	c, diags := text(file, src, env, true)
	if c == nil {
		return nil, diags
	}
	out := &Outline{Document: c.doc}
	if !diags.HasErrors() {
		out.Plan = c.plan()
		if len(out.Plan.Sinks) == 0 {
			var found diag.List
			if out.Output, found = c.fragment(""); out.Output == nil {
				out.Plan, diags = nil, named(file, found)
			}
		}
	}
	for _, n := range c.nodes {
		if i := slices.IndexFunc(c.doc.Nodes, func(m model.Node) bool { return m.ID == n.ID }); i >= 0 && n.Node == &c.doc.Nodes[i] {
			out.Nodes = append(out.Nodes, n.outline())
		}
	}
	if c.joins != nil {
		c.outlineJoins(out)
	}
	return out, diags
}

func (c *compiler) outlineJoins(out *Outline) {
	wide := c.joins.outline()
	wide.Inputs = nil
	out.Wide = &wide
	for i, n := range c.joins.inputs {
		e := OutlineEntity{OutlineNode: n.outline(), Table: n.params.String("table"), Role: n.params.String("role"), Key: n.params.Strings("key")}
		if len(e.Key) == 0 && e.Schema != nil {
			e.Key = e.Schema.Key
		}
		if i < len(c.entities) {
			e.Kept = c.entities[i].Kept
		}
		out.Entities = append(out.Entities, e)
	}
	for i := range c.relations {
		r := &c.relations[i]
		out.Joins = append(out.Joins, OutlineJoin{From: r.From, To: r.To, Join: r.Params.String("join"), Cardinality: r.Params.String("cardinality"),
			Match: r.Choice.Match, Operator: r.Choice.Operator, Why: r.Choice.Why, At: c.doc.Joins[i].At})
	}
}

func (n *docNode) outline() OutlineNode {
	out := OutlineNode{ID: n.ID, Component: n.Component, Failed: n.failed || n.out == nil, At: n.At}
	var ports []string
	if n.spec != nil {
		out.Kind, out.Known, ports = n.spec.Kind, true, n.spec.Ports
	}
	if rows := n.rows(); rows != nil {
		out.Schema, out.Mode = rows.Schema, rows.Mode
	}
	for i, in := range n.inputs {
		port := ""
		if k := slices.IndexFunc(n.edges, func(e *model.Edge) bool { return e.From == in.ID }); k >= 0 {
			port = n.edges[k].Port
		}
		if port == "" && len(n.inputs) == len(ports) && !n.miswired {
			port = ports[i]
		}
		out.Inputs = append(out.Inputs, OutlineInput{Node: in.ID, Port: port})
	}
	return out
}

// rows is what is known of the rows that come out.
func (n *docNode) rows() *plan.Node {
	if n.out != nil {
		return n.out
	}
	return n.shape
}

// sketch finds the columns of a node that has failed, by what is known of those in front of it. tried says that the node itself was planned
// and was found wrong, so that there is no use in planning it again. Nothing is reported, and nothing of it is part of a plan.
func (c *compiler) sketch(n *docNode, tried bool) {
	if !c.sketches || n.out != nil || n.spec == nil {
		return
	}
	inputs := make([]*plan.Node, len(n.inputs))
	for i, in := range n.inputs {
		if inputs[i] = in.rows(); inputs[i] == nil || inputs[i].Schema == nil {
			return
		}
	}
	if n.spec.Kind == component.KindSink {
		if len(inputs) > 0 {
			n.shape = inputs[0]
		}
		return
	}
	def := n.spec.Transform
	if def == nil {
		return
	}
	if n.Bypass && len(inputs) == 1 {
		n.shape = inputs[0]
		return
	}
	var quiet diag.List
	pc := c.planning(n, &quiet)
	if !tried && !n.undecoded && !n.miswired {
		if out, ok := def.Lower(pc, n.params, inputs); ok {
			n.shape = out
			return
		}
	}
	if def.Shape != nil && len(inputs) >= n.spec.MinInputs {
		n.shape = def.Shape(pc, n.params, inputs)
	}
}
