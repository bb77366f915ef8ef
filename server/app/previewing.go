package app

import (
	"context"
	"log/slog"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
)

// PreviewInput says what to look at: a node of a model, or the last query of a script.
type PreviewInput struct {
	Format string `json:"format,omitempty" enum:"yaml,sql" default:"yaml"`
	Text   string `json:"text" minLength:"1" doc:"a model, or a script"`
	Node   string `json:"node,omitempty" maxLength:"255" doc:"the node; empty is the output of a model without a sink. Of a script the last query is looked at"`
	// Nodes go before Node. The rows of each say whose they are.
	Nodes  []string              `json:"nodes,omitempty" maxItems:"20" doc:"several nodes at once, such as one and its inputs, in the place of node: each line then says whose it is"`
	Rows   int                   `json:"rows,omitempty" minimum:"1" maximum:"1000" default:"50" doc:"of each node"`
	Pinned map[string]PinnedRows `json:"pinned,omitempty" maxProperties:"20" doc:"by node: rows that stand in the place of its own, so that what is behind it is computed from them and its inputs are not read. For models in YAML"`
	// Earliest begins at the beginning of streams; else they are read as the model says.
	Earliest bool `json:"earliest,omitempty" doc:"read streams from their beginning"`

	Timeout time.Duration `json:"-"`
	Log     *slog.Logger  `json:"-"`
}

// PreviewOutput takes a preview as it comes. Its functions are called one at a time.
type PreviewOutput struct {
	// Begin is called once the text is known to be right, before the rows, with what is looked at.
	Begin func([]PreviewHead)
	// Rows takes the next rows. An error ends the run, and is returned.
	Rows func([]Change) error
}

// PreviewHead is a node that is looked at. Node is empty where only one was asked for.
type PreviewHead struct {
	Node   string
	Schema *schema.Schema
}

// previewRows is how many rows are shown where nothing is said.
const previewRows = 50

// PreviewIn is Preview with another catalog and for a principal: the environment's policy decides about what is read. Rows are handed over
// as they come. Nothing is begun when the diagnostics have an error.
func (w *Workbench) PreviewIn(ctx context.Context, env compile.Env, in PreviewInput, conns component.Connections, out PreviewOutput) (*Preview, diag.List, error) {
	fragments, diags := in.Compile(env)
	if fragments == nil || diags.HasErrors() {
		return nil, diags, nil
	}
	names := in.Nodes
	if len(names) == 0 || in.Format == "sql" {
		names = []string{""}
	}
	heads := make([]PreviewHead, len(fragments))
	for i, f := range fragments {
		heads[i] = PreviewHead{Node: names[i], Schema: f.Root.Schema}
	}
	out.Begin(heads)
	if in.Rows <= 0 {
		in.Rows = previewRows
	}
	preview, err := w.previewFragments(ctx, fragments, names, conns, PreviewOptions{Rows: in.Rows, Timeout: in.Timeout, Start: component.StartAt{Earliest: in.Earliest}, Log: in.Log}, out.Rows)
	return preview, diags, err
}

// Compile compiles what is to be looked at, in the order in which it was asked for. There is nothing when the list has an error.
func (in PreviewInput) Compile(env compile.Env) ([]*compile.Fragment, diag.List) {
	const file = "model"
	if in.Format == "sql" {
		one, diags := queryOf(file+".sql", in.Text, env)
		if one == nil {
			return nil, diags
		}
		return []*compile.Fragment{one}, diags
	}
	nodes := in.Nodes
	if len(nodes) == 0 {
		nodes = []string{in.Node}
	}
	if diags := checkPinned(in.Text, in.Pinned); diags.HasErrors() {
		return nil, diags
	}
	env.StandIn = standIn(in.Pinned)
	return nodesOf(file+".yaml", []byte(in.Text), nodes, env)
}

// queryOf compiles the last query of a script: one that asks, or that of an INSERT.
func queryOf(file, text string, env compile.Env) (*compile.Fragment, diag.List) {
	outcomes, diags := query.NewSession(env).Exec(file, text)
	if diags.HasErrors() {
		return nil, diags
	}
	for i := len(outcomes) - 1; i >= 0; i-- {
		switch o := outcomes[i]; o.Kind {
		case query.Query:
			return o.Query, diags
		case query.Pipeline:
			last := o.Plan.Sinks[len(o.Plan.Sinks)-1]
			return &compile.Fragment{Model: o.Plan.Model, TimeZone: o.Plan.TimeZone, Root: last.Inputs[0]}, diags
		}
	}
	d := diags.Errorf(CodeNoQuery, diag.Span{}, "the script has no query whose rows could be looked at")
	d.File, d.Fix = file, "Add a SELECT, or an INSERT INTO."
	return nil, diags
}
