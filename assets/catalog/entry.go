package catalog

import (
	"encoding/json"
	"strings"
	"sync"
	"time"

	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
)

// Origin says where a table's entry came from.
type Origin string

// The origins.
const (
	// Declared entries were written by somebody, Discovered ones found in a system, Uploaded ones made with a file, and those of Model are
	// what a model document gives.
	Declared   Origin = "declared"
	Discovered Origin = "discovered"
	Uploaded   Origin = "uploaded"
	Model      Origin = "model"
	Written    Origin = "written" // by a pipeline, before anybody declared it
)

// ConnectionEntry is a connection as it is stored. An entry that was read is never changed.
type ConnectionEntry struct {
	ID string
	// Name is unique among connections and never changes: models refer to it.
	Name      string
	Component string
	// Params are the parameters as JSON, with secrets sealed.
	Params json.RawMessage
	// Team is the team it belongs to; "" is nobody's, as those of the embedded parts, which all may use.
	Team        string
	Description string
	Builtin     bool
	Revision    int64
	Created     time.Time
	Updated     time.Time
	Check       Check
}

// Check is the outcome of the last check of a connection. The zero value is none.
type Check struct {
	At      time.Time `json:"at,omitzero"`
	OK      bool      `json:"ok"`
	Code    diag.Code `json:"code,omitempty"`
	Message string    `json:"message,omitempty"`
	Fix     string    `json:"fix,omitempty"`
}

// TableEntry is a table as it is stored. An entry that was read is never changed.
type TableEntry struct {
	// ID is never used for another table, also not for one that is made anew under the same name.
	ID string
	// Name is catalog.db.table. It never changes.
	Name        string
	Kind        component.TableKind
	Layer       string
	Team        string
	Domain      string
	Tags        []string
	Description string
	Origin      Origin
	// Connections are the names of those it is read and written through.
	Connections []string
	// Physical is what the system itself calls it: a topic, database.table, a pattern of paths; "" where it lies in none.
	Physical string
	// Declaration is what a catalog file says of a table, as JSON: columns, key, event_time, source and sink.
	Declaration json.RawMessage
	// Baseline is what the system said of it when it was last found to be right, as JSON; see Found.
	Baseline  json.RawMessage
	Revision  int64
	Created   time.Time
	Updated   time.Time
	CreatedBy string

	// The declaration is read when it is first asked for: of a hundred thousand tables few are.
	once  sync.Once
	table *component.Table
	err   error
}

// Object is the table as grants know it.
func (t *TableEntry) Object() grants.Object { return grants.ObjectOf(t.Name, t.ID) }

// Table returns what components know of the table. The error says why the declaration cannot be read any more, as when a component is gone.
func (t *TableEntry) Table(registry *component.Registry) (*component.Table, error) {
	t.once.Do(func() {
		v, err := model.ParseJSON(t.Declaration)
		if err != nil {
			t.err = err
			return
		}
		v.Entries = append(v.Entries, model.Entry{Key: "kind", Value: model.Value{Kind: model.String, Text: string(t.Kind)}})
		p := parser{registry: registry, out: New(registry), strict: func(component.Field, string, component.Params) {}}
		table := p.declaration(t.Name, diag.Span{}, v, "")
		if t.err = p.diags.Err(); t.err != nil {
			return
		}
		table.Layer, table.Description = t.Layer, t.Description
		t.table = table
	})
	return t.table, t.err
}

// parts returns the catalog and the database of the name.
func (t *TableEntry) parts() (catalog, db string) {
	catalog, rest, _ := strings.Cut(t.Name, ".")
	db, _, _ = strings.Cut(rest, ".")
	return catalog, db
}

// DriftEntry is the result of the last comparison of a table with what is outside.
type DriftEntry struct {
	Table    string    `json:"table"`
	At       time.Time `json:"at"`
	Severity Severity  `json:"severity"`
	Changes  []Drift   `json:"changes" nullable:"false"`
	// Error says why the comparison could not be made; the changes are then those of the last one.
	Error string `json:"error,omitempty"`
}
