package document

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/optimize"
)

// Explained is the plans of a text for people, for programs and for a canvas.
type Explained struct {
	Diagnostics diag.List `json:"diagnostics" nullable:"false"`
	// Text and Plans are as compiled, before the optimizer.
	Text  string            `json:"text,omitempty" doc:"the plans as compiled, for people"`
	Plans []json.RawMessage `json:"plans,omitempty" doc:"the plans as compiled, for programs"`
	// OptimizedText and Drawings have what runs.
	OptimizedText string    `json:"optimized_text,omitempty" doc:"the plans as they run, for people"`
	Drawings      []Drawing `json:"drawings" nullable:"false" doc:"each plan as compiled and as it runs, for a canvas"`
}

// Drawing is a plan as a canvas draws it, before and after the optimizer.
type Drawing struct {
	Model       string             `json:"model"`
	TimeZone    string             `json:"time_zone"`
	Fingerprint string             `json:"fingerprint"`
	Compiled    Graph              `json:"compiled"`
	Optimized   Graph              `json:"optimized"`
	Rules       []optimize.Applied `json:"rules" nullable:"false" doc:"the optimizer's rules that changed something"`
}

// Graph is the operators of a plan, inputs before consumers.
type Graph struct {
	Nodes []Operator     `json:"nodes" nullable:"false"`
	Edges []OperatorEdge `json:"edges" nullable:"false"`
}

// Operator is a node of a plan.
type Operator struct {
	ID string `json:"id" doc:"the operator's identity, by which its state is named"`
	Op string `json:"op"`
	// Title is the operator in words, with the component of a scan or a sink.
	Title string `json:"title"`
	// ModelNode is the node of the model that it belongs to.
	ModelNode string         `json:"model_node" doc:"the node of the model, or the part of the script, that it belongs to"`
	Component string         `json:"component,omitempty" doc:"of a scan or a sink"`
	Table     string         `json:"table,omitempty" doc:"of a scan or a sink"`
	Detail    string         `json:"detail,omitempty" doc:"what it does, on one line"`
	Columns   []schema.Field `json:"columns" nullable:"false" doc:"of the rows that come out; of a sink, of those that go in"`
	Mode      plan.Mode      `json:"mode"`
	// Reads are the columns it computes with; Pruned those that nothing reads, and that are therefore not decoded, computed or carried.
	Reads  []string `json:"reads" nullable:"false" doc:"the columns of its inputs that it computes with"`
	Pruned []string `json:"pruned,omitempty" doc:"columns that are not decoded, computed or carried, as nothing reads them"`
}

// OperatorEdge leads from an operator to one that takes its rows.
type OperatorEdge struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Input is the position among the inputs.
	Input int `json:"input" doc:"which of the inputs it is, from 0"`
}

// Explain draws the plans of a text, as they are compiled and as they run.
func (s *Service) Explain(ctx context.Context, who grants.Principal, f Format, text string) (Explained, error) {
	if err := checkFormat(f); err != nil {
		return Explained{}, err
	}
	d := Document{Name: "draft", Format: f}
	c, diags, err := s.compile(ctx, who, d.file(), f, text)
	if err != nil {
		return Explained{}, err
	}
	out := Explained{Diagnostics: diags, Drawings: []Drawing{}}
	for _, p := range c.Plans {
		out.Text += p.Explain()
		one, err := p.ExplainJSON()
		if err != nil {
			return Explained{}, fmt.Errorf("explaining: %w", err)
		}
		out.Plans = append(out.Plans, one)
		runs, rules := optimize.Optimize(p, nil)
		out.OptimizedText += runs.Explain()
		out.Drawings = append(out.Drawings, draw(p, runs, rules))
	}
	return out, nil
}

func draw(p, runs *plan.Plan, rules []optimize.Applied) Drawing {
	out := Drawing{Model: p.Model, TimeZone: p.TimeZone, Fingerprint: plan.Fingerprint(p), Rules: append([]optimize.Applied{}, rules...)}
	had := map[string][]string{}
	out.Compiled = graph(p, nil)
	for i := range out.Compiled.Nodes {
		n := &out.Compiled.Nodes[i]
		had[n.ID] = names(n.Columns)
	}
	out.Optimized = graph(runs, had)
	return out
}

// graph draws a plan. had are the columns its operators had before the optimizer, by their ids; of one that is new, none are known.
func graph(p *plan.Plan, had map[string][]string) Graph {
	out := Graph{Nodes: []Operator{}, Edges: []OperatorEdge{}}
	p.Walk(func(n *plan.Node) {
		o := Operator{ID: n.ID, Op: n.Op.Name(), Title: strings.ReplaceAll(n.Op.Name(), "_", " "), ModelNode: modelNode(p.Model, n.ID), Detail: n.Details(),
			Columns: append([]schema.Field{}, n.Schema.Fields...), Mode: n.Mode, Reads: []string{}}
		before := had[n.ID]
		switch op := n.Op.(type) {
		case *plan.Scan:
			o.Component, o.Table = op.Component, op.Table
			before = op.Source.Names()
		case *plan.Sink:
			o.Component, o.Table = op.Component, op.Table
		}
		if o.Component != "" {
			o.Title += " " + o.Component
		}
		for _, column := range before {
			if n.Schema.Index(column) < 0 {
				o.Pruned = append(o.Pruned, column)
			}
		}
		for i, reads := range optimize.Reads(n) {
			for _, column := range reads {
				if !slices.Contains(o.Reads, column) {
					o.Reads = append(o.Reads, column)
				}
			}
			out.Edges = append(out.Edges, OperatorEdge{From: n.Inputs[i].ID, To: n.ID, Input: i})
		}
		out.Nodes = append(out.Nodes, o)
	})
	return out
}

func names(fields []schema.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

// modelNode is the node of the model in an operator's identity, which is model/node/path/slot.
func modelNode(model, id string) string {
	rest, own := strings.CutPrefix(id, model+"/")
	if !own {
		// An operator of a model that is read by its name.
		_, rest, _ = strings.Cut(id, "/")
	}
	for range 2 {
		if i := strings.LastIndexByte(rest, '/'); i >= 0 {
			rest = rest[:i]
		}
	}
	return rest
}
