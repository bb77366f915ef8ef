package catalog

import (
	"context"
	"fmt"
	"slices"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/pipelines/control"
)

// CodeKept is a warning that an entry of a file was left as it is.
const CodeKept diag.Code = "catalog.kept"

// Import brings the connections and tables of a catalog file into the hub, as those of a team. It is for files of whoever runs the server:
// secrets that the file takes from the environment are read there now. What the hub has from the file already is brought up to date; what
// somebody else made under a name is left alone, with a warning. All is done or nothing.
func (h *Hub) Import(ctx context.Context, f *File, team string) (diag.List, error) {
	s, err := h.fresh(ctx)
	if err != nil {
		return nil, err
	}
	var diags diag.List
	var edits []*Edit
	for _, name := range f.Connections() {
		edit, err := h.importConnection(s, f, name, team, &diags)
		if err != nil {
			return diags, err
		}
		if edit != nil {
			edits = append(edits, edit)
		}
	}
	if err := refused(diags); err != nil {
		return diags, err
	}
	// Tables are checked against the connections as they will be.
	next := s.with(&Changes{Version: s.version, Connections: connectionsOf(edits)})
	for _, name := range f.Tables() {
		t, _ := f.Table(name)
		edit, err := h.importTable(ctx, next, t, team, &diags)
		if err != nil {
			return diags, fmt.Errorf("importing the table %s: %w", name, err)
		}
		if edit != nil {
			edits = append(edits, edit)
		}
	}
	if len(edits) == 0 {
		return diags, nil
	}
	return diags, h.apply(ctx, edits...)
}

func connectionsOf(edits []*Edit) []*ConnectionEntry {
	out := make([]*ConnectionEntry, 0, len(edits))
	for _, e := range edits {
		out = append(out, e.Connection)
	}
	return out
}

func kept(diags *diag.List, path, what, name string) {
	d := diags.Warnf(CodeKept, diag.Span{}, "the %s %s is somebody else's, and was left as it is", what, name)
	d.Path, d.Fix = path+"."+name, "Give it another name in the file."
}

func (h *Hub) importConnection(s *Snapshot, f *File, name, team string, diags *diag.List) (*Edit, error) {
	path := "connections." + name
	if !connectionName.MatchString(name) {
		diags.Errorf(CodeName, diag.Span{}, "%q cannot be the name of a connection", name).Path = path
		return nil, nil
	}
	opened, err := f.Open(name)
	if err != nil {
		d := diags.Errorf(CodeSecret, diag.Span{}, "%v", err)
		d.Path, d.Fix = path, "Set the variable where the server is started."
		return nil, nil
	}
	spec, ok := h.Registry.Get(component.KindConnection, opened.Component)
	if !ok {
		return nil, fmt.Errorf("importing the connection %s: there is no connection component %q", name, opened.Component)
	}
	e := &ConnectionEntry{ID: control.NewID(), Name: name}
	edit := &Edit{Op: Create, Connection: e}
	if old, ok := s.ConnectionEntry(name); ok {
		if old.Team != team || old.Component != opened.Component || old.Builtin {
			kept(diags, "connections", "connection", name)
			return nil, nil
		}
		if before, err := h.open(old); err == nil && h.alike(spec, before.Params, opened.Params) {
			return nil, nil
		}
		same := *old
		e, edit.Op, edit.Connection, edit.Revision = &same, Update, &same, old.Revision
	}
	e.Component, e.Team = opened.Component, team
	if e.Params, err = h.seal(e.ID, spec, asSecrets(spec.Fields, opened.Params)); err != nil {
		return nil, fmt.Errorf("importing the connection %s: %w", name, err)
	}
	edit.Line = line("connection."+string(edit.Op), "connection", e.ID, name, team, map[string]string{"from": "file"})
	return edit, nil
}

func (h *Hub) importTable(ctx context.Context, s *Snapshot, t *component.Table, team string, diags *diag.List) (*Edit, error) {
	d, err := h.declarationOf(t.Schema, t.Source, t.Sink)
	if err != nil {
		return nil, err
	}
	in := TableInput{Name: t.Name, Team: team, Kind: string(t.Kind), Layer: t.Layer, Description: t.Description,
		Columns: d.Columns, Key: d.Key, EventTime: d.EventTime, Source: d.Source, Sink: d.Sink}
	old, ok := s.Entry(t.Name)
	if !ok {
		return h.creation(ctx, s, in, Declared)
	}
	if old.Team != team || old.Origin == Model {
		kept(diags, "tables", "table", t.Name)
		return nil, nil
	}
	// What people have said of it in the hub stays, where the file says nothing.
	in.Domain, in.Tags = old.Domain, old.Tags
	if in.Description == "" {
		in.Description = old.Description
	}
	in.Columns = describedAs(in.Columns, old.Declaration)
	e := old.copied()
	if err := h.declare(s, e, old, in); err != nil {
		return nil, err
	}
	if string(e.Declaration) == string(old.Declaration) && e.Kind == old.Kind && e.Layer == old.Layer && e.Description == old.Description && slices.Equal(e.Tags, old.Tags) {
		return nil, nil
	}
	return update(ctx, e, old, "table.update"), nil
}
