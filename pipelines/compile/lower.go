package compile

import (
	"fmt"
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
	slotStand  = "stand_in"
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
		c.sketch(n, false)
		return
	}
	if n.Bypass {
		n.out = inputs[0]
		c.standIn(n)
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
	if n.failed {
		c.sketch(n, true)
		return
	}
	c.standIn(n)
}

// standIn puts the rows of a scan in the place of a node's own, where the environment has one.
func (c *compiler) standIn(n *docNode) {
	if c.env.StandIn == nil || n.spec.Kind == component.KindSink {
		return
	}
	var found diag.List
	if scan := c.env.StandIn(n.ID, n.out, &found); scan != nil {
		n.out = &plan.Node{ID: OperatorID(c.doc.Name, n.ID, inline, slotStand), Op: scan, Schema: scan.Source, Mode: n.out.Mode}
	}
	n.failed = found.HasErrors()
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
		Bound:     env.all(),
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
	param := "table"
	if scan.Table == "" {
		param = "connection"
	}
	return Read(pc, c.env.Policy, scan, n.params.Span(param), n.params.Path(param))
}

// Read makes the node of a scan and, above it, what the policy lets through: of a table of the catalog, or of a place that the source reaches
// by itself. at and path are where either is named. Nil means that it may not be read, of which it told.
func Read(pc *component.Planning, policy Policy, scan *plan.Scan, at diag.Span, path string) *plan.Node {
	node := pc.MakeNode(slotScan, scan, scan.Source, pc.Registry.ScanMode(scan))
	if policy == nil {
		return node
	}
	if scan.Table == "" {
		place, reaches, err := pc.Registry.ScanPlace(pc.Bound, scan)
		if err != nil {
			pc.Diags.Errorf(CodeInternal, at, "%v", err)
			return nil
		}
		if reaches && !allowed(pc, policy.Connect(Use{Place: place}), at, path, "%s may not be read", label(place)) {
			return nil
		}
		return node
	}
	access := policy.Read(scan.Table)
	if !allowed(pc, access, at, path, "the table %s may not be read", scan.Table) {
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

// allowed reports whether an access is one, and tells of it otherwise.
func allowed(pc *component.Planning, access Access, at diag.Span, path, format string, args ...any) bool {
	if access.Denied == "" {
		return true
	}
	d := pc.Diags.Errorf(CodeDenied, at, "%s: %s", fmt.Sprintf(format, args...), access.Denied)
	if d.Path, d.Fix = path, access.Fix; d.Fix == "" {
		d.Fix = "Ask the owner for access."
	}
	return false
}

// label names a place in a message.
func label(p component.Place) string {
	switch {
	case p.Connection == "":
		return p.Physical
	case p.Physical == "":
		return "what the connection " + p.Connection + " leads to"
	}
	return p.Physical + " of the connection " + p.Connection
}

func (c *compiler) sink(pc *component.Planning, n *docNode, input *plan.Node) *plan.Node {
	return Write(pc, c.env.Policy, Target{Spec: n.spec, Params: n.params, At: n.ComponentAt, From: n.inputs[0].ID}, input)
}

// Target is a sink with what it is for.
type Target struct {
	Spec   *component.Spec
	Params component.Params
	// Table is the table of the catalog that is written by its own binding; empty for a sink that says itself where it writes.
	Table string
	// At is where the sink or the table is named, From names what leads into it.
	At   diag.Span
	From string
}

// Write makes the node of a sink, as far as the policy lets it write. Nil means that it may not be written, or cannot take the rows, of which
// it told.
func Write(pc *component.Planning, policy Policy, t Target, input *plan.Node) *plan.Node {
	op, ok := t.Spec.Sink.Plan(pc, t.Params, input)
	if !slices.Contains(t.Spec.Sink.Accepts, input.Mode.Change) {
		d := pc.Diags.Errorf(CodeChangeMode, t.At, "%s takes %s rows, %q puts out %s rows", t.Spec.Name, modes(t.Spec.Sink.Accepts), t.From, input.Mode.Change)
		d.Fix = "Choose a sink that updates rows by key."
		ok = false
	}
	if !ok || !mayWrite(pc, policy, t, op) {
		return nil
	}
	return pc.MakeNode(slotSink, op, input.Schema, input.Mode, input)
}

// mayWrite asks for the table that is written, and for the place where the sink says itself where that is: the name a sink gives to what it
// writes proves nothing about where it writes.
func mayWrite(pc *component.Planning, policy Policy, t Target, op *plan.Sink) bool {
	if policy == nil {
		return true
	}
	ok := true
	name, at, path := t.Table, t.At, ""
	if name == "" {
		name, at, path = op.Table, t.Params.Span("table"), t.Params.Path("table")
	}
	if name != "" && pc.Bound != nil {
		if _, known := pc.Bound.Table(name); known {
			ok = allowed(pc, policy.Write(name), at, path, "the table %s may not be written", name)
		}
	}
	if t.Table != "" {
		return ok
	}
	place, reaches, err := pc.Registry.PlanSinkPlace(pc.Bound, op)
	if err != nil {
		pc.Diags.Errorf(CodeInternal, t.At, "%v", err)
		return false
	}
	if reaches && ok {
		ok = allowed(pc, policy.Connect(Use{Place: place, Writes: true}), t.Params.Span("connection"), t.Params.Path("connection"), "%s may not be written", label(place))
	}
	return ok
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
