package search

import (
	"millrace/assets/grants"
)

// Kind is what an entry is.
type Kind string

// The kinds of entries.
const (
	Table      Kind = "table"
	Document   Kind = "document"
	Connection Kind = "connection"
)

// Entry is a thing that can be found.
type Entry struct {
	Kind Kind `json:"kind"`
	// ID is unique among the entries of the kind.
	ID string `json:"id"`
	// Name is catalog.db.table, or what a connection is called.
	Name string `json:"name"`
	// Type is the table's or the document's kind, or the connection's component.
	Type   string   `json:"type,omitempty"`
	Layer  string   `json:"layer,omitempty"`
	Domain string   `json:"domain,omitempty"`
	Tags   []string `json:"tags,omitempty"`
	// Team is the id of the team it belongs to, "" for nobody's; Owner is what that team is called.
	Team        string   `json:"team,omitempty"`
	Owner       string   `json:"owner,omitempty"`
	Description string   `json:"description,omitempty"`
	Columns     []Column `json:"columns,omitempty"`
}

// Column is a column of a table.
type Column struct {
	Name        string `json:"name"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
}

// Key names an entry among all kinds: "table:<id>".
func (e *Entry) Key() string { return string(e.Kind) + ":" + e.ID }

// object is the entry as grants know it; only tables have one.
func (e *Entry) object() grants.Object {
	if e.Kind != Table {
		return grants.Object{}
	}
	return grants.ObjectOf(e.Name, e.ID)
}

// Change is an entry that is new, has changed, or is gone.
type Change struct {
	Entry
	// Gone says that the entry is to be found no more; only its kind and id count then.
	Gone bool
}

// Viewer is for whom is searched.
type Viewer interface {
	// Key names the viewer together with the version of what was granted: decisions are remembered under it. Discover and Sees of two
	// viewers with one key say the same, at the same time.
	Key() string
	// Discover reports whether the viewer may know of a table.
	Discover(grants.Object) bool
	// Sees reports whether the viewer may know of the connections and documents of a team, "" being those of nobody.
	Sees(team string) bool
}
