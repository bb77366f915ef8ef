package diff

import (
	"encoding/json"

	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/sqltext"
)

// Op is what happened to something.
type Op string

// The kinds of differences.
const (
	Added   Op = "added"
	Removed Op = "removed"
	Renamed Op = "renamed"
	Changed Op = "changed"
)

// Change is a value that is another one now. Old is null where there was none, New where there is none any more.
type Change struct {
	// Path is the place below what the change belongs to: "where", "columns[total].expr".
	Path string          `json:"path"`
	Old  json.RawMessage `json:"old"`
	New  json.RawMessage `json:"new"`
}

// Node is a node of a model that was added, removed, renamed or changed; a renamed one has changes as well where it was changed. The
// entities of a relational model are nodes of the component "entity", its joins of "join" with the id "from -> to".
type Node struct {
	Op Op     `json:"op"`
	ID string `json:"id"`
	// Was is the id of before, where the node is renamed.
	Was       string `json:"was,omitempty"`
	Component string `json:"component"`
	// WasComponent is another component that the node was.
	WasComponent string   `json:"was_component,omitempty"`
	Params       []Change `json:"params,omitempty"`
}

// Edge is an edge that was added or removed, by the ids of now.
type Edge struct {
	Op   Op     `json:"op"`
	From string `json:"from"`
	To   string `json:"to"`
	Port string `json:"port,omitempty"`
}

// Statement is a statement of a script that was added or removed, in its canonical form.
type Statement struct {
	Op   Op     `json:"op"`
	Text string `json:"text"`
}

// Diff is what is different in the second of two texts.
type Diff struct {
	// Settings are changes of what a document says of itself: kind, name, description, time_zone, output; Params those of its parameters.
	Settings []Change `json:"settings,omitempty"`
	Params   []Change `json:"params,omitempty"`
	Nodes    []Node   `json:"nodes,omitempty"`
	Edges    []Edge   `json:"edges,omitempty"`
	// Statements are those of a script.
	Statements []Statement `json:"statements,omitempty"`
	// Unread says that one of the texts cannot be read, so that nothing is known.
	Unread bool `json:"unread,omitempty"`
	// Layout says that nodes stand elsewhere on the canvas.
	Layout bool `json:"layout,omitempty"`
	// Drawing are the groups and notes of the canvas that differ, as nodes of the component "group" or "note". Like the layout they have no
	// meaning for the rows.
	Drawing []Node `json:"drawing,omitempty"`
	// Plans says that both texts compile, so that Pipelines is all there is to say; else it is empty.
	Plans     bool       `json:"plans"`
	Pipelines []Pipeline `json:"pipelines,omitempty"`
}

// Same reports whether nothing is different but the layout and the drawing.
func (d *Diff) Same() bool {
	return !d.Unread && len(d.Settings)+len(d.Params)+len(d.Nodes)+len(d.Edges)+len(d.Statements)+len(d.Pipelines) == 0
}

// VirtualSink is the component of the sink in the plan of a virtual model, which is made for comparisons and lineage and never run. There
// is no such component.
const VirtualSink = "model"

// Side is one of the two texts: a document or a script, with the plans it compiles to.
type Side struct {
	Document *model.Document
	Script   *sqltext.Script
	// Plans are the plans of all its pipelines as they were compiled, before the optimizer; Compiled says that they are known.
	Plans    []*plan.Plan
	Compiled bool
}

// Compare says what is different in b. Where one is a document and the other a script, only the plans are compared.
func Compare(a, b Side) *Diff {
	d := &Diff{}
	switch {
	case a.Document != nil && b.Document != nil:
		d.documents(a.Document, b.Document)
	case a.Script != nil && b.Script != nil:
		d.scripts(a.Script, b.Script)
	case !a.Compiled || !b.Compiled:
		d.Unread = true
	}
	if d.Plans = a.Compiled && b.Compiled; d.Plans {
		d.Pipelines = pipelines(a.Plans, b.Plans)
	}
	return d
}
