package model

import (
	"millrace/models/diag"
	"millrace/models/schema"
)

// FormatVersion is the version of the document's form that Parse reads without migration and Format writes.
const FormatVersion = 1

// DocumentKind is the kind of a model.
type DocumentKind string

// The kinds of models. Views and relational models can be compiled so far.
const (
	View            DocumentKind = "view"
	ABModel         DocumentKind = "ab_model"
	RelationalModel DocumentKind = "relational_model"
)

// DefaultTimeZone is the time zone of a document that names none.
const DefaultTimeZone = "UTC"

// Document is a model as it was written.
type Document struct {
	// Format is the version of the form, FormatVersion after Parse whatever the text had.
	Format int
	Kind   DocumentKind
	// Name is catalog.db.table.
	Name        string
	Description string
	// TimeZone is an IANA name.
	TimeZone string
	Params   []Param
	Nodes    []Node
	Edges    []Edge
	// Entities and Joins are what a relational model joins, and Output is the id by which edges name the joined rows, DefaultOutput when
	// none is written. A view has none of them.
	Entities []Entity
	Joins    []Join
	Output   string
	// Groups are frames around nodes and Notes texts beside them. They are for people, as Layout is: neither has a meaning for the rows or is part
	// of a fingerprint.
	Groups []Group
	Notes  []Note
	// Layout holds where the canvas draws the nodes, by node id. It has no meaning and is no part of a fingerprint.
	Layout map[string]Point

	NameAt, TimeZoneAt, OutputAt diag.Span
}

// DefaultOutput is the id of a relational model's joined rows where the document gives none.
const DefaultOutput = "wide"

// Param is a typed parameter of the model, used in expressions as :name.
type Param struct {
	Name        string
	Type        schema.Type
	Description string
	// Default is a scalar that is a value of the type; of kind Null when whoever runs the model must give one.
	Default Value
	At      diag.Span
}

// Node is one configured component.
type Node struct {
	ID          string
	Component   string
	Description string
	// Bypass takes the node out without taking it away: what leads into it goes straight on to where it leads.
	Bypass bool
	// Params is a Map, empty when the node has none; its At is the node's in that case.
	Params Value

	// At is where the node starts; IDAt, ComponentAt and BypassAt are where those values stand.
	At, IDAt, ComponentAt, BypassAt diag.Span
}

// Entity is a table of a relational model: one of the catalog, or the rows of a node that an edge leads from.
type Entity struct {
	ID string
	// Params is a Map without the id.
	Params   Value
	At, IDAt diag.Span
}

// Join is a declared relation between two entities: each row of From has rows of To.
type Join struct {
	From, To string
	// Params is a Map without from and to.
	Params           Value
	At, FromAt, ToAt diag.Span
}

// Edge leads the output of one node into another. The inputs of a node are in the order of the edges.
type Edge struct {
	From, To string
	// Port names the input of To where it has named ones; else it is empty.
	Port string
	At   diag.Span
}

// Point is a place on the canvas, in its units.
type Point struct{ X, Y float64 }

// Node returns the node of an id.
func (d *Document) Node(id string) (*Node, bool) {
	for i := range d.Nodes {
		if d.Nodes[i].ID == id {
			return &d.Nodes[i], true
		}
	}
	return nil, false
}
