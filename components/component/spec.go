package component

import (
	"context"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Kind tells what a component is.
type Kind uint8

// The kinds of component.
const (
	KindSource Kind = iota
	KindTransform
	KindSink
	KindFormat
	KindConnection
)

// String returns the kind's name.
func (k Kind) String() string {
	return [...]string{"source", "transform", "sink", "format", "connection"}[k]
}

// Text is a text for people in both languages of the product.
type Text struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

// Spec declares a component. It is a value: building one has no effect.
type Spec struct {
	// Name is snake_case and unique within its kind; Version grows when parameters change incompatibly.
	Name    string
	Version int
	Kind    Kind
	Title   Text
	// Summary is one sentence; Help is Markdown.
	Summary Text
	Help    Text
	// Icon is an SVG of 16 by 16 with a 1.4 px stroke in currentColor.
	Icon string
	// MinInputs and MaxInputs bound the incoming edges; MaxInputs -1 is "any number". Sources take none. A sink has no output.
	MinInputs, MaxInputs int
	// Ports names the inputs, one by one, where they are not alike. An edge may name one; edges that do not take those left over, in order.
	Ports    []string
	Fields   []Field
	Examples []Example

	// Exactly one of these is set, by Kind.
	Source     *SourceDef
	Transform  *TransformDef
	Sink       *SinkDef
	Format     *FormatDef
	Connection *ConnectionDef
}

// Example is a piece of a model document that a test compiles and, where it can, runs.
type Example struct {
	Title Text
	// YAML is a whole model document.
	YAML string
}

// SourceDef is the part of a Spec that only sources have.
type SourceDef struct {
	// Plan resolves the parameters to a scan: schema, table name, and what the constructor needs.
	Plan func(pc *Planning, p Params) (*plan.Scan, bool)
	// Mode says which changes the rows of a scan that Plan made carry; nil stands for append. It goes by the scan alone, so that a
	// table's entry and a plan that was stored say the same.
	Mode func(scan *plan.Scan) plan.Mode
	// Physical is what the system itself calls what is read with the parameters: a topic, a pattern of paths; nil for a source that reads
	// nothing outside.
	Physical func(p Params) string
	// Open makes the running source.
	Open func(ctx context.Context, oc SourceContext) (Source, error)
}

// ScanMode returns the mode of a scan, as the component says that reads it.
func (r *Registry) ScanMode(scan *plan.Scan) plan.Mode {
	spec, ok := r.Get(KindSource, scan.Component)
	if !ok || spec.Source.Mode == nil {
		return plan.Mode{}
	}
	return spec.Source.Mode(scan)
}

// TransformDef is the part of a Spec that only transforms have.
type TransformDef struct {
	// Lower returns the operators that stand for the node. Slots within the node are told apart by Planning.Node's slot argument.
	Lower func(pc *Planning, p Params, inputs []*plan.Node) (*plan.Node, bool)
	// Shape tells the columns of the rows as far as they are known while the parameters are not right, or not all there yet, so that who
	// edits a model goes on seeing columns behind the node. What it returns is no part of a plan, what it reports goes nowhere, and nil is
	// "not known". A nil Shape never knows.
	Shape func(pc *Planning, p Params, inputs []*plan.Node) *plan.Node
}

// SinkDef is the part of a Spec that only sinks have.
type SinkDef struct {
	// Plan resolves the parameters against the input and says what the sink accepts.
	Plan func(pc *Planning, p Params, input *plan.Node) (*plan.Sink, bool)
	// Accepts lists the change modes the sink can take.
	Accepts []plan.ChangeMode
	// Physical is what the system itself calls what is written with the parameters; nil for a sink that writes nothing outside.
	Physical func(p Params) string
	// Reads says how the rows that were written with the parameters are read again, as a source reads them; nil where the sink's system is
	// not read. It returns nil for parameters that it knows no source for.
	Reads func(p Params) *Binding
	// Open makes the running sink: a StagedSink or a TxSink.
	Open func(ctx context.Context, oc SinkContext) (Sink, error)
}

// FormatDef is the part of a Spec that only formats have.
type FormatDef struct {
	// NewDecoder and NewEncoder make one for one goroutine; either may be nil.
	NewDecoder func(p Params, target DecodeTarget) (Decoder, error)
	NewEncoder func(p Params, s *schema.Schema) (Encoder, error)
}

// Planning is what a component may ask while a model is compiled. It is implemented by pipelines/compile.
type Planning struct {
	// NodeID is the id of the model node, ModelName the model's name.
	NodeID    string
	ModelName string
	TimeZone  string
	Registry  *Registry
	// Catalog is what the model may name, Bound what the tables' own bindings may: all there is. A nil Bound is the Catalog.
	Catalog Catalog
	Bound   Catalog
	Diags   *diag.List
	// MakeNode builds a plan node with the identity of the slot within this model node.
	MakeNode func(slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node
	// Expr parses and checks the expression held by a field; ok is false when a diagnostic was given.
	Exprs Exprs
	// Query plans a query held by a field, over inputs that are tables by these names and over those of the catalog. It is nil where
	// nothing binds queries; ok is false when a diagnostic was given.
	Query func(text string, at diag.Span, path string, inputs map[string]*plan.Node) (n *plan.Node, ok bool)
}

// Catalog resolves names. A file serves it now, the metadata hub later.
type Catalog interface {
	// Table returns the table of a catalog.db.table name.
	Table(name string) (*Table, bool)
	// Tables lists all names, for the nearest one in a diagnostic.
	Tables() []string
	// Connection returns a connection by name, without secrets resolved.
	Connection(name string) (*Connection, bool)
	Connections() []string
}

// Table is a catalog entry.
type Table struct {
	Name   string
	Kind   TableKind
	Layer  string
	Schema *schema.Schema
	// Source is the component that reads the table, with its parameters; Sink, when set, the one that writes it.
	Source *Binding
	Sink   *Binding
	// Description is Markdown.
	Description string
}

// TableKind is the kind of a table.
type TableKind string

// The table kinds.
const (
	TableStream    TableKind = "stream"
	TableChangelog TableKind = "changelog"
	TableDimension TableKind = "dimension"
	TableFlow      TableKind = "flow"
	TableStore     TableKind = "store"
)

// Binding names a component with parameters.
type Binding struct {
	Component string
	Params    Params
}

// Exprs parses and checks what people write in expression fields, at the right place of the document. A failure has been reported
// as a diagnostic when ok is false.
type Exprs interface {
	// Bool checks a condition over the input.
	Bool(text string, in *schema.Schema, at diag.Span, path string) (e *expr.Expr, ok bool)
	// Scalar checks any expression; alias is the name given with AS, or "" .
	Scalar(text string, in *schema.Schema, at diag.Span, path string) (e *expr.Expr, alias string, ok bool)
	// Aggregate checks an expression over aggregates: post refers to aggs by position.
	Aggregate(text string, in *schema.Schema, at diag.Span, path string) (aggs []expr.Agg, post *expr.Expr, alias string, ok bool)
}
