package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/components/clickhouse"
	"millrace/components/clickhouse/design"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/compile"
	"millrace/pipelines/optimize"
)

// DesignOptions say which table is designed, and from how much.
type DesignOptions struct {
	// Node is a node of the model: a ClickHouse sink, or one whose rows are to land; empty is the output of a virtual model.
	Node string
	// Connection and Table go before what a sink node names.
	Connection, Table string
	Cluster           string
	Pins              design.Choices
	// Epoch is how often rows are written; 0 is a second.
	Epoch schema.Duration
	// Rows is how many rows are sampled; default 10,000. Timeout ends sampling otherwise; default 10 s. Try lands them in a scratch table.
	Rows    int
	Timeout time.Duration
	Try     bool
	Start   component.StartAt
	Log     *slog.Logger
}

// Designed is a table's design, with what it was made from.
type Designed struct {
	Input    design.Input      `json:"input"`
	Proposal design.Proposal   `json:"proposal"`
	Trial    *clickhouse.Trial `json:"trial,omitempty"`
	// Sampled is how many rows were looked at; Ended says that there are no more.
	Sampled int  `json:"sampled"`
	Ended   bool `json:"ended"`
}

const (
	designRows = 10_000
	// CodeDesignTarget is a design without a connection or a table to design for.
	CodeDesignTarget diag.Code = "design.target"
)

// Design samples the rows of a node, looks at the table where there is one, and designs it. It commits nothing and writes nothing but, with
// Try, a scratch table that is dropped again. The Designed is nil when the diagnostics have an error.
func (w *Workbench) Design(ctx context.Context, file string, src []byte, conns component.Connections, o DesignOptions) (*Designed, diag.List, error) {
	return w.DesignIn(ctx, w.env(), file, src, conns, o)
}

// DesignIn is Design with another catalog and for a principal: the environment's policy decides about what is read, and about the table as if
// rows were written to it.
func (w *Workbench) DesignIn(ctx context.Context, env compile.Env, file string, src []byte, conns component.Connections, o DesignOptions) (*Designed, diag.List, error) {
	doc, diags := model.Parse(file, src)
	if doc == nil || diags.HasErrors() {
		return nil, diags, nil
	}
	node, found := designNode(doc, &o)
	if !found.HasErrors() {
		var fragment *compile.Fragment
		var more diag.List
		fragment, more = compile.CompileNode(doc, node, env)
		found = append(found, more...)
		if fragment != nil && !found.HasErrors() {
			d := designing{bench: w, env: env, fragment: fragment, conns: conns, options: o}
			out, err := d.run(ctx)
			return out, append(diags, inFile(found, file)...), err
		}
	}
	return nil, append(diags, inFile(found, file)...), nil
}

func inFile(found diag.List, file string) diag.List {
	for i := range found {
		found[i].File = file
	}
	return found
}

// designNode returns the node whose rows land: of a sink, what leads into it. What the sink's parameters name completes the options.
func designNode(doc *model.Document, o *DesignOptions) (string, diag.List) {
	var diags diag.List
	node := o.Node
	if n, ok := doc.Node(o.Node); ok && n.Component == clickhouse.Name {
		o.Connection, o.Table = or(o.Connection, textParam(n.Params, "connection")), or(o.Table, textParam(n.Params, "table"))
		if database, name, two := strings.Cut(textParam(n.Params, "physical"), "."); two {
			o.Pins = design.Choices{Database: &database, Name: &name}.With(o.Pins)
		}
		i := slices.IndexFunc(doc.Edges, func(e model.Edge) bool { return e.To == n.ID })
		if i < 0 {
			diags.Errorf(CodeDesignTarget, n.At, "no edge leads into the sink %s: there are no rows to design a table for", n.ID).Node = n.ID
			return "", diags
		}
		node = doc.Edges[i].From
	}
	for _, missing := range []struct{ what, is string }{{"connection", o.Connection}, {"table", o.Table}} {
		if missing.is == "" {
			d := diags.Errorf(CodeDesignTarget, diag.Span{}, "no %s is named to design a table for", missing.what)
			d.Fix = "Name it, or design for a ClickHouse sink that names it."
		}
	}
	return node, diags
}

func textParam(params model.Value, name string) string {
	for _, e := range params.Entries {
		if e.Key == name && e.Value.Kind == model.String {
			return e.Value.Text
		}
	}
	return ""
}

// designing is one design.
type designing struct {
	bench    *Workbench
	env      compile.Env
	fragment *compile.Fragment
	conns    component.Connections
	options  DesignOptions
}

func (d *designing) run(ctx context.Context) (*Designed, error) {
	o, root := d.options, d.fragment.Root
	if err := d.allowed(component.Place{Component: clickhouse.Name, Connection: o.Connection}); err != nil {
		return nil, err
	}
	c, err := d.conns.Open(o.Connection)
	if err != nil {
		return nil, err
	}
	if c.Component != clickhouse.Name {
		return nil, component.Permanent(CodeDesignTarget, nil, "Name a connection to ClickHouse.", "%q is a connection to %s", o.Connection, c.Component)
	}
	out := &Designed{Input: design.Input{Connection: o.Connection, Table: o.Table, Database: c.Params.String("database"), Schema: root.Schema, Mode: root.Mode,
		Identity: plan.Identity(root), Additive: additive(root), Zone: d.fragment.TimeZone, Epoch: o.Epoch, Pins: o.Pins}}
	first := design.Design(out.Input)
	if err := d.mayWrite(first); err != nil {
		return nil, err
	}
	rows, err := d.look(ctx, out)
	if err != nil {
		return nil, fmt.Errorf("sampling the rows: %w", err)
	}
	if o.Cluster != "" {
		if out.Input.Cluster, err = clickhouse.DescribeCluster(ctx, c, o.Cluster); err != nil {
			return nil, err
		}
		if out.Input.Cluster == nil {
			return nil, component.Permanent(CodeDesignTarget, nil, "Look in system.clusters for its clusters.", "the server knows no cluster %q", o.Cluster)
		}
	}
	if out.Input.Existing, err = clickhouse.Describe(ctx, c, first.Database, first.Table); err != nil {
		return nil, err
	}
	out.Proposal = design.Design(out.Input)
	if o.Try && !out.Proposal.Stopped() && out.Sampled > 0 {
		sample := clickhouse.Sample{Schema: root.Schema, Mode: root.Mode, Identity: out.Input.Identity, Batches: rows}
		if out.Trial, err = clickhouse.Try(ctx, c, out.Proposal, sample, o.Log); err != nil {
			return nil, err
		}
		out.Proposal.Size = out.Proposal.Size.Landed(int64(out.Trial.Landed), out.Trial.Bytes)
	}
	return out, nil
}

// mayWrite asks the policy about the table: by its name in the catalog, where there is one, and by its place.
func (d *designing) mayWrite(p design.Proposal) error {
	if d.env.Policy == nil {
		return nil
	}
	if _, known := d.env.Catalog.Table(d.options.Table); known {
		if access := d.env.Policy.Write(d.options.Table); access.Denied != "" {
			return refused(access)
		}
	}
	params := map[string]any{"connection": d.options.Connection, "table": d.options.Table, "physical": p.Database + "." + p.Table}
	place, ok := d.bench.Registry.SinkPlace(d.env.Catalog, clickhouse.Name, component.NewParams(params))
	if !ok {
		return nil
	}
	return d.allowed(place)
}

func (d *designing) allowed(place component.Place) error {
	if d.env.Policy == nil {
		return nil
	}
	return refused(d.env.Policy.Connect(compile.Use{Place: place, Writes: true}))
}

// refused is a decision as an error; nil where it is none.
func refused(a compile.Access) error {
	if a.Denied == "" {
		return nil
	}
	return diag.Refuse(diag.ErrDenied, compile.CodeDenied, or(a.Fix, "Ask the owner for access."), "a table cannot be designed there: %s", a.Denied)
}

// look samples the rows and keeps what they show.
func (d *designing) look(ctx context.Context, out *Designed) ([]*batch.Batch, error) {
	rows, ended, err := d.bench.sample(ctx, d.fragment, d.conns, d.options)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(d.fragment.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	collect := design.NewCollector(d.fragment.Root.Schema, zone)
	for _, b := range rows {
		collect.Add(b)
		out.Sampled += b.Rows()
	}
	if out.Ended = ended; out.Sampled > 0 {
		out.Input.Stats = collect.Stats()
	}
	return rows, nil
}

// sample runs a fragment in memory until there are rows enough, the sources end, or time runs out.
func (w *Workbench) sample(ctx context.Context, f *compile.Fragment, conns component.Connections, o DesignOptions) (rows []*batch.Batch, ended bool, err error) {
	p, _ := optimize.Optimize(f.WithSink("design", &plan.Sink{Component: previewSink, Version: 1}), nil)
	run := func(bounded bool) (_ *sampleSink, ended bool, _ error) {
		ctx, enough := context.WithTimeout(ctx, or(o.Timeout, previewTimeout))
		defer enough()
		sink := &sampleSink{want: or(o.Rows, designRows), enough: enough}
		_, err := w.inMemory(ctx, p, conns, sink, memoryRun{bounded: bounded, batchRows: 1024, start: o.Start, log: o.Log})
		ended = err == nil && ctx.Err() == nil
		if ctx.Err() != nil {
			err = nil // there were rows enough, or no more time
		}
		return sink, ended, err
	}
	sink, ended, err := run(true)
	var permanent *component.PermanentError
	if errors.As(err, &permanent) && !errors.Is(err, ErrOff) {
		// As with a preview: a source without an end refuses to be read to it.
		if open, _, second := run(false); second == nil {
			return open.taken(), false, nil
		}
	}
	if err == nil {
		err = ctx.Err() // of who asked
	}
	return sink.taken(), ended, err
}

// sampleSink keeps batches until they have rows enough. Batches are kept whole, so that a change and what it takes back stay together.
type sampleSink struct {
	memorySink
	want   int
	enough context.CancelFunc

	mu      sync.Mutex
	batches []*batch.Batch
	rows    int
}

// Apply keeps the rows.
func (s *sampleSink) Apply(_ context.Context, _ component.ChunkRef, rows []*batch.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range rows {
		s.batches = append(s.batches, b)
		s.rows += b.Rows()
	}
	if s.rows >= s.want {
		s.enough()
	}
	return nil
}

func (s *sampleSink) taken() []*batch.Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.batches
}

// additive lists the columns that are whole counts and sums of a window, as the node puts them out.
func additive(n *plan.Node) []string {
	switch op := n.Op.(type) {
	case *plan.Window:
		var out []string
		for _, a := range op.Aggs {
			if t := a.Agg.Type; (a.Agg.Func == "count" || a.Agg.Func == "sum") && !a.Agg.Distinct && (t.Integer() || t.Kind == schema.Decimal) {
				out = append(out, a.Name)
			}
		}
		return out
	case *plan.Filter:
		return additive(n.Inputs[0])
	case *plan.Project:
		var out []string
		below := additive(n.Inputs[0])
		for _, c := range op.Columns {
			if c.Expr.Op == expr.OpColumn && slices.Contains(below, n.Inputs[0].Schema.Fields[c.Expr.Column].Name) {
				out = append(out, c.Name)
			}
		}
		return out
	}
	return nil
}
