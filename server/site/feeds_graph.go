package site

import (
	"context"
	"strings"

	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/server/app"
	"millrace/server/httpapi"
)

// about is what a version is, as far as feeds need it.
type about struct {
	// sinks has, by operator id, the component and table behind it; outputs are the tables alone.
	sinks   map[string]string
	outputs []string
	// sources are the operator ids of the scans; inputs has the operators that each one reads.
	sources    []string
	inputs     map[string][]string
	deployedBy string
}

// aboutOf reads a version.
func aboutOf(v *control.Version) (*about, error) {
	p, err := plan.Unmarshal(v.Plan)
	if err != nil {
		return nil, err
	}
	a := &about{sinks: app.Sinks(p), outputs: []string{}, inputs: map[string][]string{}, deployedBy: v.CreatedBy.Name}
	p.Walk(func(n *plan.Node) {
		switch op := n.Op.(type) {
		case *plan.Scan:
			a.sources = append(a.sources, n.ID)
		case *plan.Sink:
			if op.Table != "" {
				a.outputs = append(a.outputs, op.Table)
			}
		}
		for _, in := range n.Inputs {
			a.inputs[n.ID] = append(a.inputs[n.ID], in.ID)
		}
	})
	return a, nil
}

// graphsKept bounds how many graphs are remembered.
const graphsKept = 256

// Graph returns a version's plan as it is drawn.
func (f *feeds) Graph(ctx context.Context, pipeline string, version int64) (*httpapi.PipelineGraph, error) {
	if version == 0 {
		st, err := f.status(ctx, pipeline)
		if err != nil {
			return nil, err
		}
		version = st.Version
	}
	key := versionKey{pipeline, version}
	f.mu.Lock()
	g := f.graphs[key]
	f.mu.Unlock()
	if g != nil {
		return g, nil
	}
	v, err := f.version(ctx, pipeline, version)
	if err != nil {
		return nil, err
	}
	if g, err = graphOf(v); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.graphs) >= graphsKept {
		clear(f.graphs)
	}
	f.graphs[key] = g
	return g, nil
}

// graphOf makes the graph of a version.
func graphOf(v *control.Version) (*httpapi.PipelineGraph, error) {
	p, err := plan.Unmarshal(v.Plan)
	if err != nil {
		return nil, err
	}
	// A text that is no document, such as a script, has no nodes to tell of; a plan stands without them.
	doc, diags := model.Parse("", []byte(v.Text))
	if diags.HasErrors() {
		doc = nil
	}
	g := &httpapi.PipelineGraph{Version: v.Number, Nodes: []httpapi.GraphNode{}, Edges: []httpapi.GraphEdge{}}
	p.Walk(func(n *plan.Node) {
		g.Nodes = append(g.Nodes, graphNode(n, doc))
		for port, in := range n.Inputs {
			g.Edges = append(g.Edges, httpapi.GraphEdge{From: in.ID, To: n.ID, Port: port})
		}
	})
	return g, nil
}

// graphNode tells of an operator, whose id is "model id/node id/inline path/slot".
func graphNode(n *plan.Node, doc *model.Document) httpapi.GraphNode {
	out := httpapi.GraphNode{Operator: n.ID, Op: n.Op.Name()}
	if parts := strings.SplitN(n.ID, "/", 4); len(parts) > 1 {
		out.Node = parts[1]
		if len(parts) > 2 && parts[2] != "." {
			out.Inline = parts[2]
		}
	}
	if doc != nil && out.Inline == "" {
		if of, ok := doc.Node(out.Node); ok {
			out.Component, out.Description = of.Component, of.Description
		}
	}
	switch op := n.Op.(type) {
	case *plan.Scan:
		out.Component, out.Table = op.Component, op.Table
	case *plan.Sink:
		out.Component, out.Table = op.Component, op.Table
	}
	return out
}
