package compile

import (
	"slices"
	"strconv"
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
)

// docNode is a node of the document with what was found out about it.
type docNode struct {
	*model.Node
	// spec is nil when the component is unknown.
	spec   *component.Spec
	params component.Params
	// inputs are the nodes that lead in, in the order of their edges, or of the names the component gives its inputs; edges are those edges,
	// in the order of the document. outputs counts the edges that lead out.
	inputs  []*docNode
	edges   []*model.Edge
	outputs int
	// failed is set when an error was reported for the node or for one it depends on; nothing more is said about it then.
	failed bool
	// undecoded is set when the parameters could not all be read, miswired when the edges that lead in are not right.
	undecoded, miswired bool
	// out is the node's root operator: a Sink for a sink. shape, where there is none, has the columns that are known; see sketch.
	out, shape *plan.Node
}

// connect gives every node its inputs. model.Parse has already told of ids that are there twice and of edges that lead nowhere; what of that
// is left is skipped.
func (c *compiler) connect() {
	for i := range c.doc.Edges {
		e := &c.doc.Edges[i]
		from, to := c.byID[e.From], c.byID[e.To]
		if from == nil || to == nil || from == to {
			c.malformed = true
			continue
		}
		if to == c.joins {
			d := c.diags.Errorf(CodeTooManyInputs, e.At, "%q is made by the joins: no edge leads there", e.To)
			d.Node, d.Fix = e.To, "Lead the edge to an entity, or declare one."
			continue
		}
		to.inputs = append(to.inputs, from)
		to.edges = append(to.edges, e)
		from.outputs++
	}
}

// resolveComponents finds each node's component. Some names are both a source and a sink: a node that an edge leads into is the sink.
func (c *compiler) resolveComponents() {
	for _, n := range c.nodes {
		if n.spec == nil {
			n.spec = c.lookup(n)
		}
		n.failed = n.failed || n.spec == nil
	}
}

func (c *compiler) lookup(n *docNode) *component.Spec {
	kinds := []component.Kind{component.KindSource, component.KindTransform, component.KindSink}
	if c.hasInput(n.ID) {
		kinds = []component.Kind{component.KindTransform, component.KindSink, component.KindSource}
	}
	for _, k := range kinds {
		if s, ok := c.env.Registry.Get(k, n.Component); ok {
			return s
		}
	}
	for _, k := range []component.Kind{component.KindFormat, component.KindConnection} {
		if _, ok := c.env.Registry.Get(k, n.Component); ok {
			d := c.diags.Errorf(CodeNotANode, n.ComponentAt, "%q is a %s, which is no node of a model", n.Component, k)
			d.Node, d.Path = n.ID, "component"
			return nil
		}
	}
	d := c.diags.Errorf(CodeUnknownComponent, n.ComponentAt, "there is no component %q", n.Component)
	d.Node, d.Path = n.ID, "component"
	names := c.env.Registry.Names(component.KindSource, component.KindTransform, component.KindSink)
	if near := diag.Nearest(n.Component, names); near != "" {
		d.Fix = "Did you mean " + near + "?"
	} else {
		slices.Sort(names)
		d.Fix = "There are " + strings.Join(slices.Compact(names), ", ") + "."
	}
	return nil
}

func (c *compiler) hasInput(id string) bool {
	return slices.ContainsFunc(c.doc.Edges, func(e model.Edge) bool { return e.To == id })
}

// ports brings the inputs of nodes whose inputs have names into the order of the names: an edge that names one leads there, the others take
// those left over.
func (c *compiler) ports() {
	for _, n := range c.nodes {
		if n.spec == nil || !slices.ContainsFunc(n.edges, func(e *model.Edge) bool { return e.Port != "" }) {
			continue
		}
		slots := make([]*docNode, len(n.spec.Ports))
		var rest []*docNode
		for i, e := range n.edges {
			at := slices.Index(n.spec.Ports, e.Port)
			switch {
			case e.Port == "":
				rest = append(rest, n.inputs[i])
			case at < 0:
				d := c.diags.Errorf(CodeUnknownPort, e.At, "%q has no input called %q", e.To, e.Port)
				d.Node, d.Fix = e.To, "Leave the port out."
				if near := diag.Nearest(e.Port, n.spec.Ports); near != "" {
					d.Fix = "Did you mean " + near + "?"
				} else if len(n.spec.Ports) > 0 {
					d.Fix = "Its inputs are " + strings.Join(n.spec.Ports, ", ") + "."
				}
				n.failed = true
			case slots[at] != nil:
				d := c.diags.Errorf(CodeUnknownPort, e.At, "two edges lead to the input %q of %q", e.Port, e.To)
				d.Node, d.Fix = e.To, "Name another input in one of them, or put the rows together in a union node first."
				n.failed = true
			default:
				slots[at] = n.inputs[i]
			}
		}
		for i, in := range slots {
			if in == nil && len(rest) > 0 {
				slots[i], rest = rest[0], rest[1:]
			}
		}
		n.miswired = n.failed
		if !n.failed {
			n.inputs = slices.DeleteFunc(slices.Concat(slots, rest), func(in *docNode) bool { return in == nil })
		}
	}
}

// arity checks the number of edges of each node.
func (c *compiler) arity() {
	for _, n := range c.nodes {
		if n.spec == nil {
			continue
		}
		if n.spec.Kind == component.KindSink && n.outputs > 0 {
			d := c.nodeError(n, CodeSinkOutput, "%q is a sink (%s): no edge leads out of it", n.ID, n.Component)
			d.Fix = "Lead the edge out of the node in front of it."
		}
		if n.failed {
			continue
		}
		got, least, most := len(n.inputs), n.spec.MinInputs, n.spec.MaxInputs
		switch {
		case got < least && c.edgesUnsure():
			n.failed, n.miswired = true, true
		case got < least:
			c.nodeError(n, CodeTooFewInputs, "%s takes %s, %q has %s", n.Component, plural(least, most), n.ID, count(got)).
				Fix = "Add an edge that leads to " + n.ID + "."
			n.failed, n.miswired = true, true
		case most >= 0 && got > most:
			d := c.nodeError(n, CodeTooManyInputs, "%s takes %s, %q has %s", n.Component, plural(least, most), n.ID, count(got))
			d.Fix = "Put them together in a union node first."
			if most == 0 {
				d.Fix = "A source begins a model: remove the edges that lead to it."
			}
			n.failed, n.miswired = true, true
		}
	}
}

// bypasses checks that what leads into each bypassed node can go on in the place of its rows.
func (c *compiler) bypasses() {
	for _, n := range c.nodes {
		if !n.Bypass || n.spec == nil || n.miswired {
			continue
		}
		var what, fix string
		switch {
		case n.spec.Kind == component.KindSource:
			what, fix = "a source: nothing leads into it that could go on in its place", "Remove the bypass, or the node."
		case n.spec.Kind == component.KindSink:
			what, fix = "a sink: nothing goes on behind it", "Remove the bypass, or the node."
		case len(n.inputs) > 1:
			what, fix = "a node with "+count(len(n.inputs))+", none of which stands for the others", "Remove the bypass, or all edges but one that lead to it."
		default:
			continue
		}
		d := c.diags.Errorf(CodeBypass, n.BypassAt, "%q cannot be bypassed: it is %s", n.ID, what)
		d.Node, d.Path, d.Fix = n.ID, "bypass", fix
		n.failed = true
	}
}

// order returns the nodes such that inputs come before consumers, the document's order otherwise. Nodes on a cycle, of which model.Parse
// has told, and what hangs on them are left out.
func (c *compiler) order() []*docNode {
	waiting := map[*docNode]int{}
	consumers := map[*docNode][]*docNode{}
	var ready []*docNode
	for _, n := range c.nodes {
		waiting[n] = len(n.inputs)
		for _, in := range n.inputs {
			consumers[in] = append(consumers[in], n)
		}
		if len(n.inputs) == 0 {
			ready = append(ready, n)
		}
	}
	var out []*docNode
	for len(ready) > 0 {
		n := ready[0]
		ready = ready[1:]
		out = append(out, n)
		for _, m := range consumers[n] {
			if waiting[m]--; waiting[m] == 0 {
				ready = append(ready, m)
			}
		}
	}
	if len(out) < len(c.nodes) {
		c.malformed = true
	}
	return out
}

// deadEnds warns of nodes whose rows no one takes. A model without a sink is virtual: its single open end is its output.
func (c *compiler) deadEnds() {
	var open []*docNode
	sinks := false
	for _, n := range c.nodes {
		if n.spec == nil {
			// It might have been a sink.
			sinks = true
			continue
		}
		if n.spec.Kind == component.KindSink {
			sinks = true
		} else if n.outputs == 0 {
			open = append(open, n)
		}
	}
	if !sinks && len(open) <= 1 {
		return
	}
	if !sinks {
		ids := make([]string, len(open))
		for i, n := range open {
			ids[i] = n.ID
		}
		c.nodeError(open[1], CodeManyOutputs, "a model without a sink has one output, this one has %d: %s", len(open), strings.Join(ids, ", ")).
			Fix = "Lead all but one of them on, or add sinks."
		return
	}
	for _, n := range open {
		d := c.diags.Warnf(CodeDeadEnd, n.At, "no edge leads out of %q: its rows go nowhere", n.ID)
		d.Node, d.Fix = n.ID, "Lead it to a sink, or remove the node."
	}
}

// plural names how many inputs a component takes.
func plural(least, most int) string {
	switch {
	case most == 0:
		return "no input"
	case least == most:
		return count(least)
	case most < 0:
		return "at least " + count(least)
	default:
		return strconv.Itoa(least) + " to " + count(most)
	}
}

func count(n int) string {
	switch n {
	case 0:
		return "none"
	case 1:
		return "1 input"
	default:
		return strconv.Itoa(n) + " inputs"
	}
}
