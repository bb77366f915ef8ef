package plan

import (
	"encoding/json"

	"millrace/models/expr"
	"millrace/models/schema"
)

// Plan is the algebra of one model, or of several that run as one pipeline: a directed acyclic graph seen from its sinks.
// A node that is used twice is one *Node with two consumers. Plans are never changed after they were made.
type Plan struct {
	// Model is the name of the model the plan came from.
	Model string
	// TimeZone is the IANA zone in which date functions and day windows count.
	TimeZone string
	// Sinks are the roots, in the document's order; each has a Sink operator.
	Sinks []*Node
}

// Node is one operator of a plan.
type Node struct {
	// ID is the operator's identity, "model id/node id/inline path/slot", given before optimization. State is named by it.
	ID     string
	Op     Op
	Inputs []*Node
	// Schema describes the rows the node puts out; for a Sink, the rows it takes.
	Schema *schema.Schema
	Mode   Mode
}

// ChangeMode says which kinds of change a node's output holds.
type ChangeMode uint8

// The change modes.
const (
	// Append: only inserts.
	Append ChangeMode = iota
	// Upsert: a later row with the same key replaces the earlier one; deletes carry the key.
	Upsert
	// Retract: every change takes back the old row and adds the new one.
	Retract
)

// String returns the mode's name.
func (m ChangeMode) String() string {
	switch m {
	case Upsert:
		return "upsert"
	case Retract:
		return "retract"
	default:
		return "append"
	}
}

// Mode is the inferred changelog mode of a node.
type Mode struct {
	Change ChangeMode `json:"change"`
	// Key names the columns an Upsert replaces on.
	Key []string `json:"key,omitempty"`
}

// Op is an operator. The implementations in this package are all there are.
type Op interface {
	// Name is the operator's name in Explain and in the codec.
	Name() string
	op()
}

type (
	// Scan reads a source. Its node has no inputs.
	Scan struct {
		// Component and Version name the source component, Params its resolved parameters as the component wrote them.
		// Secrets are not among them: they stay with the connection, which Params names.
		Component string
		Version   int
		Params    json.RawMessage
		// Table is the catalog name the rows belong to, empty for a source without one.
		Table string
		// Source is the full schema the source declares; the node's Schema is the part that is decoded, in the source's order.
		Source *schema.Schema
		// Checked names the columns the unoptimized plan reads. Only these can reject a row, so that pruning never changes which
		// rows fail.
		Checked []string
	}

	// Filter keeps the rows for which Where is true. A row on which it fails is rejected.
	Filter struct{ Where *expr.Expr }

	// Project computes columns. Rows on which one fails are rejected.
	Project struct{ Columns []Column }

	// Union puts the rows of all inputs together. The inputs have the same fields by name, type and order; one that may be NULL in an input
	// may be in the output.
	Union struct{}

	// Window groups by keys and event-time window and aggregates. Output columns: window_start, window_end, the keys, the
	// aggregates. A window's rows come once, when the watermark passes its end.
	Window struct {
		Kind WindowKind
		// Time is the position of the event-time column in the input.
		Time int
		// Size and Slide are in microseconds; Slide equals Size for a tumbling window. Windows are aligned to the wall clock of the
		// plan's time zone.
		Size, Slide int64
		Keys        []Column
		Aggs        []AggColumn
	}

	// Dedupe keeps, for each key, the first row by (event time, partition, offset) and drops the rows of the same key whose event
	// time is less than Within microseconds behind the kept one. Rows are released when the watermark passes their time.
	Dedupe struct {
		Keys   []int
		Time   int
		Within int64
	}

	// Sink writes its input out.
	Sink struct {
		Component string
		Version   int
		Params    json.RawMessage
		Table     string
	}
)

// Column is a named expression over the input.
type Column struct {
	Name string
	Expr *expr.Expr
}

// AggColumn is a named aggregate over the input.
type AggColumn struct {
	Name string
	Agg  expr.Agg
}

// WindowKind is the kind of a window.
type WindowKind uint8

// The window kinds.
const (
	Tumble WindowKind = iota
	Hop
)

// String returns the SQL name of the kind.
func (k WindowKind) String() string {
	if k == Hop {
		return "hop"
	}
	return "tumble"
}

// Names of the columns a Window adds.
const (
	WindowStart = "window_start"
	WindowEnd   = "window_end"
)

// Name returns "scan".
func (*Scan) Name() string { return "scan" }

// Name returns "filter".
func (*Filter) Name() string { return "filter" }

// Name returns "project".
func (*Project) Name() string { return "project" }

// Name returns "union".
func (*Union) Name() string { return "union" }

// Name returns "window".
func (*Window) Name() string { return "window" }

// Name returns "dedupe".
func (*Dedupe) Name() string { return "dedupe" }

// Name returns "sink".
func (*Sink) Name() string { return "sink" }

func (*Scan) op()    {}
func (*Filter) op()  {}
func (*Project) op() {}
func (*Union) op()   {}
func (*Window) op()  {}
func (*Dedupe) op()  {}
func (*Sink) op()    {}

// Walk visits every node of the plan once, inputs before consumers.
func (p *Plan) Walk(visit func(*Node)) {
	seen := map[*Node]bool{}
	var walk func(*Node)
	walk = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, in := range n.Inputs {
			walk(in)
		}
		visit(n)
	}
	for _, s := range p.Sinks {
		walk(s)
	}
}
