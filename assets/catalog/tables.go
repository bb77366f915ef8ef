package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/pipelines/control"
)

const (
	maxTags = 32
	// tableParam is the parameter in which a component takes the full name of the table that it is bound to.
	tableParam = "table"
)

// CodeChanges is a table whose kind and source do not agree on whether its rows change.
const CodeChanges diag.Code = "catalog.kind_and_source"

// CodeForeign is a table that lies where another team's table does.
const CodeForeign diag.Code = "catalog.place_taken"

// TableInput is a table as it is sent. Columns, Key, EventTime, Source and Sink are as in a catalog file.
type TableInput struct {
	Name        string          `json:"name" doc:"catalog.db.table; it never changes"`
	Team        string          `json:"team" doc:"the id of the team that owns it"`
	Kind        string          `json:"kind,omitempty" doc:"stream, changelog, dimension, flow or store"`
	Layer       string          `json:"layer,omitempty" doc:"ODS, CDM or ADS; DWD, DWS and DIM are CDM with a tag"`
	Domain      string          `json:"domain,omitempty"`
	Tags        []string        `json:"tags,omitempty"`
	Description string          `json:"description,omitempty" doc:"Markdown"`
	Columns     json.RawMessage `json:"columns" doc:"[{name, type, nullable, description}]"`
	Key         []string        `json:"key,omitempty" doc:"the columns that tell rows apart"`
	EventTime   json.RawMessage `json:"event_time,omitempty" doc:"a column, or {column, out_of_order, max_future, idle}"`
	Source      json.RawMessage `json:"source,omitempty" doc:"how it is read: {component, params}"`
	Sink        json.RawMessage `json:"sink,omitempty" doc:"how it is written: {component, params}"`
}

// TableSummary is what a list shows of a table.
type TableSummary struct {
	ID          string              `json:"id"`
	Name        string              `json:"name"`
	Kind        component.TableKind `json:"kind"`
	Layer       string              `json:"layer,omitempty"`
	Team        string              `json:"team,omitempty"`
	Domain      string              `json:"domain,omitempty"`
	Tags        []string            `json:"tags,omitempty"`
	Description string              `json:"description,omitempty"`
	Origin      Origin              `json:"origin"`
	Connections []string            `json:"connections,omitempty"`
	Physical    string              `json:"physical,omitempty" doc:"what its system calls it"`
	Revision    int64               `json:"revision"`
	Created     time.Time           `json:"created"`
	Updated     time.Time           `json:"updated"`
}

// Table is a table as it is shown.
type Table struct {
	TableSummary
	CreatedBy string           `json:"created_by,omitempty"`
	Columns   []ShownColumn    `json:"columns" nullable:"false"`
	Key       []string         `json:"key,omitempty"`
	EventTime *schemaEventTime `json:"event_time,omitempty"`
	Source    json.RawMessage  `json:"source,omitempty"`
	Sink      json.RawMessage  `json:"sink,omitempty"`
	Drift     *DriftEntry      `json:"drift,omitempty"`
}

// ShownColumn is a column as it is shown.
type ShownColumn struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Nullable    bool   `json:"nullable"`
	Description string `json:"description,omitempty"`
}

type schemaEventTime struct {
	Column     string `json:"column"`
	OutOfOrder string `json:"out_of_order"`
	MaxFuture  string `json:"max_future"`
	Idle       string `json:"idle"`
}

// declaration is the stored form of what is said of columns and bindings.
type declaration struct {
	Columns   json.RawMessage `json:"columns,omitempty"`
	Key       []string        `json:"key,omitempty"`
	EventTime json.RawMessage `json:"event_time,omitempty"`
	Source    json.RawMessage `json:"source,omitempty"`
	Sink      json.RawMessage `json:"sink,omitempty"`
}

// Summary returns what a list shows of an entry.
func (t *TableEntry) Summary() TableSummary {
	return TableSummary{ID: t.ID, Name: t.Name, Kind: t.Kind, Layer: t.Layer, Team: t.Team, Domain: t.Domain, Tags: t.Tags, Description: t.Description,
		Origin: t.Origin, Connections: t.Connections, Physical: t.Physical, Revision: t.Revision, Created: t.Created, Updated: t.Updated}
}

// ShownTable returns a table as it is shown.
func (h *Hub) ShownTable(t *TableEntry) (Table, error) {
	out := Table{TableSummary: t.Summary(), CreatedBy: t.CreatedBy, Columns: []ShownColumn{}}
	var d declaration
	if err := json.Unmarshal(t.Declaration, &d); err != nil {
		return out, fmt.Errorf("reading the declaration of %s: %w", t.Name, err)
	}
	out.Key, out.Source, out.Sink = d.Key, d.Source, d.Sink
	if err := json.Unmarshal(d.Columns, &out.Columns); err != nil {
		return out, fmt.Errorf("reading the columns of %s: %w", t.Name, err)
	}
	if len(d.EventTime) > 0 {
		out.EventTime = &schemaEventTime{}
		if err := json.Unmarshal(d.EventTime, out.EventTime); err != nil {
			return out, fmt.Errorf("reading the event time of %s: %w", t.Name, err)
		}
	}
	return out, nil
}

// CreateTable makes a table, which its team may manage from then on.
func (h *Hub) CreateTable(ctx context.Context, in TableInput, origin Origin) (*TableEntry, error) {
	s, err := h.fresh(ctx)
	if err != nil {
		return nil, err
	}
	edit, err := h.creation(ctx, s, in, origin)
	if err != nil {
		return nil, err
	}
	return edit.Table, h.apply(ctx, edit)
}

func (h *Hub) creation(ctx context.Context, s *Snapshot, in TableInput, origin Origin) (*Edit, error) {
	e := &TableEntry{ID: control.NewID(), Name: in.Name, Origin: origin, CreatedBy: string(subject(ctx))}
	if err := h.declare(s, e, nil, in); err != nil {
		return nil, err
	}
	return &Edit{Op: Create, Table: e, By: subject(ctx), Line: line("table.create", "table", e.ID, e.Name, e.Team, map[string]any{"kind": e.Kind, "origin": e.Origin})}, nil
}

// UpdateTable changes what is said of a table at a revision; 0 is any.
func (h *Hub) UpdateTable(ctx context.Context, id string, revision int64, in TableInput) (*TableEntry, error) {
	s, old, err := h.tableAt(ctx, id, revision)
	if err != nil {
		return nil, err
	}
	e := old.copied()
	if err := h.declare(s, e, old, in); err != nil {
		return nil, err
	}
	if old.Origin == Model && !sameShape(old.Declaration, e.Declaration) {
		var diags diag.List
		diags.Errorf(CodeFixed, diag.Span{}, "the columns of %s follow from its model", e.Name).Path = "columns"
		diags[0].Fix = "Change the model; here only descriptions, tags and owner can be changed."
		return nil, refused(diags)
	}
	return e, h.apply(ctx, update(ctx, e, old, "table.update"))
}

func update(ctx context.Context, e, old *TableEntry, action string) *Edit {
	edit := &Edit{Op: Update, Table: e, Revision: old.Revision, By: subject(ctx), Line: line(action, "table", e.ID, e.Name, e.Team, changed(old, e))}
	if old.Team != e.Team {
		edit.FromTeam = old.Team
	}
	return edit
}

// changed names what an update of a table changes, for the audit log.
func changed(old, e *TableEntry) map[string]any {
	var what []string
	for name, differs := range map[string]bool{
		"kind": old.Kind != e.Kind, "layer": old.Layer != e.Layer, "team": old.Team != e.Team, "domain": old.Domain != e.Domain,
		"tags": !slices.Equal(old.Tags, e.Tags), "description": old.Description != e.Description, "declaration": string(old.Declaration) != string(e.Declaration),
	} {
		if differs {
			what = append(what, name)
		}
	}
	slices.Sort(what)
	return map[string]any{"changed": what}
}

// copied is an entry to change: what was read of the declaration is not in it.
func (t *TableEntry) copied() *TableEntry {
	return &TableEntry{ID: t.ID, Name: t.Name, Kind: t.Kind, Layer: t.Layer, Team: t.Team, Domain: t.Domain, Tags: t.Tags, Description: t.Description,
		Origin: t.Origin, Connections: t.Connections, Physical: t.Physical, Declaration: t.Declaration, Baseline: t.Baseline,
		Revision: t.Revision, Created: t.Created, Updated: t.Updated, CreatedBy: t.CreatedBy}
}

// DeleteTable removes a table that nothing uses, or with force any. Its id is never used again.
func (h *Hub) DeleteTable(ctx context.Context, id string, revision int64, force bool) error {
	s, err := h.fresh(ctx)
	if err != nil {
		return err
	}
	e, ok := s.ByID(id)
	if !ok {
		return notFound("table")
	}
	if !force && h.Users != nil {
		used, err := h.Users.Users(ctx, id, false)
		if err != nil {
			return fmt.Errorf("asking what uses %s: %w", e.Name, err)
		}
		if len(used) > 0 {
			return inUse("table", e.Name, used)
		}
	}
	return h.apply(ctx, &Edit{Op: Delete, Table: e, Revision: revision, By: subject(ctx),
		Line: line("table.delete", "table", e.ID, e.Name, e.Team, map[string]bool{"force": force})})
}

// Ensured is a table that the server itself keeps: the output of a model, or what a sink makes.
type Ensured struct {
	Name, Team string
	Kind       component.TableKind
	Layer      string
	// Description is used for a new table only; people may have changed it since.
	Description  string
	Schema       *schema.Schema
	Source, Sink *component.Binding
	Origin       Origin
}

// EnsureTable makes the table of a name, or brings its columns and bindings up to date where it has the same origin and team. A table of
// the name that is somebody else's is a conflict.
func (h *Hub) EnsureTable(ctx context.Context, t Ensured) (*TableEntry, error) {
	s, err := h.fresh(ctx)
	if err != nil {
		return nil, err
	}
	d, err := h.declarationOf(t.Schema, t.Source, t.Sink)
	if err != nil {
		return nil, fmt.Errorf("declaring %s: %w", t.Name, err)
	}
	in := TableInput{Name: t.Name, Team: t.Team, Kind: string(t.Kind), Layer: t.Layer, Description: t.Description,
		Columns: d.Columns, Key: d.Key, EventTime: d.EventTime, Source: d.Source, Sink: d.Sink}
	old, ok := s.Entry(t.Name)
	if !ok {
		edit, err := h.creation(ctx, s, in, t.Origin)
		if err != nil {
			return nil, err
		}
		return edit.Table, h.apply(ctx, edit)
	}
	if old.Origin != t.Origin || old.Team != t.Team {
		return nil, taken(t.Name)
	}
	in.Layer, in.Domain, in.Tags, in.Description = old.Layer, old.Domain, old.Tags, old.Description
	in.Columns = describedAs(in.Columns, old.Declaration)
	e := old.copied()
	if err := h.declare(s, e, old, in); err != nil {
		return nil, err
	}
	if string(e.Declaration) == string(old.Declaration) && e.Kind == old.Kind {
		return old, nil
	}
	return e, h.apply(ctx, update(ctx, e, old, "table.update"))
}

// taken is that a name is taken.
func taken(name string) error {
	return diag.Refuse(diag.ErrConflict, CodeTaken, "Choose another name.", "the name %s is taken", name)
}

// describedAs gives columns without a description the one that the column of the name had.
func describedAs(columns, old json.RawMessage) json.RawMessage {
	var now []map[string]any
	var before struct {
		Columns []ShownColumn `json:"columns"`
	}
	if json.Unmarshal(columns, &now) != nil || json.Unmarshal(old, &before) != nil {
		return columns
	}
	for _, c := range now {
		if text, _ := c["description"].(string); text != "" {
			continue
		}
		for _, b := range before.Columns {
			if b.Name == c["name"] && b.Description != "" {
				c["description"] = b.Description
			}
		}
	}
	out, err := json.Marshal(now)
	if err != nil {
		return columns
	}
	return out
}

// sameShape reports whether two declarations differ in nothing but descriptions.
func sameShape(a, b json.RawMessage) bool {
	plain := func(text json.RawMessage) string {
		var d declaration
		var columns []ShownColumn
		if json.Unmarshal(text, &d) != nil || json.Unmarshal(d.Columns, &columns) != nil {
			return string(text)
		}
		for i := range columns {
			columns[i].Description = ""
		}
		var err error
		if d.Columns, err = json.Marshal(columns); err != nil {
			return string(text)
		}
		out, err := json.Marshal(d)
		if err != nil {
			return string(text)
		}
		return string(out)
	}
	return plain(a) == plain(b)
}
