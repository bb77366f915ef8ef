package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

// declare checks an input as a catalog file is checked, and beyond that what only a server knows, and puts it into e. old is the entry that
// is changed, nil for a new one.
func (h *Hub) declare(s *Snapshot, e, old *TableEntry, in TableInput) error {
	c := declarer{hub: h, snapshot: s, in: in}
	c.words(e, old)
	v, ok := c.value(e.Name)
	if !ok {
		return refused(c.diags)
	}
	p := parser{registry: h.Registry, out: New(h.Registry), strict: c.connection}
	t := p.declaration(e.Name, diag.Span{}, v, "")
	c.diags = append(c.diags, p.diags...)
	if c.diags.HasErrors() {
		c.diags.Sort()
		return refused(c.diags)
	}
	c.source(t)
	if err := refused(c.diags); err != nil {
		return err
	}
	d, err := h.declarationOf(t.Schema, t.Source, t.Sink)
	if err != nil {
		return fmt.Errorf("declaring %s: %w", e.Name, err)
	}
	if e.Declaration, err = json.Marshal(d); err != nil {
		return fmt.Errorf("declaring %s: %w", e.Name, err)
	}
	e.Kind, e.Layer, e.Team, e.Domain, e.Tags, e.Description = t.Kind, t.Layer, in.Team, in.Domain, c.tags, in.Description
	slices.Sort(c.connections)
	e.Connections = slices.Compact(c.connections)
	place, ok := h.place(s, t)
	e.Physical = ""
	if ok {
		e.Physical = place.Absolute
		return h.foreign(s, e, place)
	}
	return nil
}

// declarer checks one input.
type declarer struct {
	hub         *Hub
	snapshot    *Snapshot
	in          TableInput
	diags       diag.List
	layer       string
	tags        []string
	connections []string
}

func (c *declarer) report(code diag.Code, path, fix, format string, args ...any) {
	d := c.diags.Errorf(code, diag.Span{}, format, args...)
	d.Path, d.Fix = path, fix
}

// words checks what is no part of a catalog file.
func (c *declarer) words(e, old *TableEntry) {
	switch {
	case old != nil && c.in.Name != "" && c.in.Name != old.Name:
		c.report(CodeFixed, "name", "Make another table.", "the name of a table never changes: models refer to %s", old.Name)
	case old == nil:
		if problem := checkTableName(e.Name); problem != "" {
			c.report(CodeName, "name", "Write catalog.db.table, as in ods.music.play_events.", "%s", problem)
		}
	}
	if c.in.Team == "" {
		c.report(CodeWord, "team", "Name one of your teams.", "a table belongs to a team")
	}
	if c.in.Domain != "" && !word.MatchString(c.in.Domain) {
		c.report(CodeWord, "domain", "", "%q is no name of a domain", c.in.Domain)
	}
	if len(c.in.Description) > maxText {
		c.report(component.CodeOutOfRange, "description", "", "the description is longer than %d bytes", maxText)
	}
	c.layer, c.tags = c.in.Layer, slices.Clone(c.in.Tags)
	switch strings.ToUpper(c.layer) {
	case "DWD", "DWS", "DIM":
		c.tags = append(c.tags, strings.ToLower(c.layer))
		c.layer = "CDM"
	case "ODS", "CDM", "ADS":
		c.layer = strings.ToUpper(c.layer)
	}
	for i, t := range c.tags {
		if !word.MatchString(t) {
			c.report(CodeWord, fmt.Sprintf("tags[%d]", i), "", "%q is no tag", t)
		}
	}
	slices.Sort(c.tags)
	if c.tags = slices.Compact(c.tags); len(c.tags) > maxTags {
		c.report(component.CodeOutOfRange, "tags", "", "a table has at most %d tags", maxTags)
	}
}

// value is the input as a catalog file would write it.
func (c *declarer) value(name string) (model.Value, bool) {
	v := model.Value{Kind: model.Map}
	add := func(key string, value model.Value) {
		v.Entries = append(v.Entries, model.Entry{Key: key, Value: value})
	}
	for key, s := range map[string]string{"kind": c.in.Kind, "layer": c.layer, "description": c.in.Description} {
		if s != "" {
			add(key, model.Value{Kind: model.String, Text: s})
		}
	}
	if len(c.in.Key) > 0 {
		key := model.Value{Kind: model.List}
		for _, k := range c.in.Key {
			key.Items = append(key.Items, model.Value{Kind: model.String, Text: k})
		}
		add("key", key)
	}
	ok := true
	for _, one := range []struct {
		key  string
		text json.RawMessage
	}{{"columns", c.in.Columns}, {"event_time", c.in.EventTime}, {"source", c.in.Source}, {"sink", c.in.Sink}} {
		if len(one.text) == 0 {
			continue
		}
		value, err := model.ParseJSON(one.text)
		if err != nil {
			c.report(component.CodeBadValue, one.key, "", "%s is not JSON", one.key)
			ok = false
			continue
		}
		if one.key == "sink" || one.key == "source" {
			value = c.named(one.key, value, name)
		}
		if value.Kind != model.Null {
			add(one.key, value)
		}
	}
	slices.SortFunc(v.Entries, func(a, b model.Entry) int { return strings.Compare(a.Key, b.Key) })
	return v, ok
}

// named tells a component that takes the name of its table that name.
func (c *declarer) named(key string, v model.Value, name string) model.Value {
	kind := component.KindSource
	if key == "sink" {
		kind = component.KindSink
	}
	which, ok := v.Get("component")
	if !ok {
		return v
	}
	spec, ok := c.hub.Registry.Get(kind, which.Text)
	if !ok || !slices.ContainsFunc(spec.Fields, func(f component.Field) bool { return f.Name == tableParam && f.Type == component.FieldTable }) {
		return v
	}
	own := model.Entry{Key: tableParam, Value: model.Value{Kind: model.String, Text: name}}
	out := v
	out.Entries = slices.Clone(v.Entries)
	for i := range out.Entries {
		if out.Entries[i].Key != "params" || out.Entries[i].Value.Kind != model.Map {
			continue
		}
		params := &out.Entries[i].Value
		params.Entries = slices.DeleteFunc(slices.Clone(params.Entries), func(e model.Entry) bool { return e.Key == tableParam })
		params.Entries = append(params.Entries, own)
		return out
	}
	out.Entries = append(out.Entries, model.Entry{Key: "params", Value: model.Value{Kind: model.Map, Entries: []model.Entry{own}}})
	return out
}

// connection judges a connection that a binding names: the table's team must be allowed to use it, and it has to lead to the right system.
func (c *declarer) connection(f component.Field, name string, params component.Params) {
	path := params.Path(f.Name)
	if !c.snapshot.MayUse(name, c.in.Team) {
		var own []string
		for _, e := range c.snapshot.ConnectionEntries() {
			if e.Team == "" || e.Team == c.in.Team {
				own = append(own, e.Name)
			}
		}
		fix := ""
		if near := diag.Nearest(name, own); near != "" {
			fix = "Did you mean " + near + "?"
		}
		c.report(CodeUnknownConnection, path, fix, "the team has no connection %q", name)
		return
	}
	e, _ := c.snapshot.ConnectionEntry(name)
	if len(f.Options) > 0 && !slices.ContainsFunc(f.Options, func(o component.Option) bool { return o.Value == e.Component }) {
		c.report(CodeUnknownConnection, path, "", "the connection %q leads to %s", name, e.Component)
		return
	}
	c.connections = append(c.connections, name)
}

// source lets the component say what is wrong with how the table is read, as it would when a model reads it.
func (c *declarer) source(t *component.Table) {
	if t.Source == nil {
		return
	}
	spec, ok := c.hub.Registry.Get(component.KindSource, t.Source.Component)
	if !ok || spec.Source.Plan == nil {
		return
	}
	scan, ok := spec.Source.Plan(&component.Planning{NodeID: "table", ModelName: t.Name, TimeZone: "UTC", Registry: c.hub.Registry, Catalog: c.snapshot, Diags: &c.diags}, t.Source.Params)
	if !ok || scan == nil {
		if !c.diags.HasErrors() {
			c.report(CodeUnknownComponent, "source.component", "", "a table cannot be read by %s", spec.Name)
		}
		return
	}
	changes := c.hub.Registry.ScanMode(scan).Change != plan.Append
	switch {
	case t.Kind == component.TableStream && changes:
		c.report(CodeChanges, "kind", "Make it a changelog, or a dimension for others to look up.", "the rows of a stream are only added, and the source gives changes")
	case (t.Kind == component.TableChangelog || t.Kind == component.TableDimension) && !changes:
		c.report(CodeChanges, "kind", "Make it a stream, or write changelog: upsert among the source's parameters.", "the rows of a %s change, and the source only adds", t.Kind)
	}
}

// declarationOf writes columns and bindings in the form that is stored.
func (h *Hub) declarationOf(s *schema.Schema, source, sink *component.Binding) (declaration, error) {
	var d declaration
	text, err := json.Marshal(component.SchemaJSON(s))
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, err
	}
	if d.Source, err = h.bindingJSON(component.KindSource, source); err != nil {
		return d, err
	}
	d.Sink, err = h.bindingJSON(component.KindSink, sink)
	return d, err
}

func (h *Hub) bindingJSON(kind component.Kind, b *component.Binding) (json.RawMessage, error) {
	if b == nil {
		return nil, nil
	}
	v, err := bindingValue(h.Registry, kind, b)
	if err != nil {
		return nil, err
	}
	return v.JSON(), nil
}

// place is where the table lies, as discovery names it.
func (h *Hub) place(s *Snapshot, t *component.Table) (place component.Place, ok bool) {
	if t.Source != nil {
		place, ok = h.Registry.SourcePlace(s, t.Source.Component, t.Source.Params)
	}
	if !ok && t.Sink != nil {
		place, ok = h.Registry.SinkPlace(s, t.Sink.Component, t.Sink.Params)
	}
	return place, ok
}

// foreign refuses a table that lies where another team's does: by declaring it anew one would get what was not granted.
func (h *Hub) foreign(s *Snapshot, e *TableEntry, place component.Place) error {
	keys := place.Keys()
	for _, t := range s.tables {
		if t.Physical != e.Physical || t.Team == e.Team || t.ID == e.ID {
			continue
		}
		other, err := t.Table(h.Registry)
		if err != nil {
			continue
		}
		theirs, ok := h.place(s, other)
		if ok && slices.ContainsFunc(theirs.Keys(), func(k string) bool { return slices.Contains(keys, k) }) {
			// Its name is not told: who asks may not know of it.
			return diag.Refuse(diag.ErrConflict, CodeForeign, "Ask for a grant on their table, and read that.", "%s belongs to a table of another team", e.Physical)
		}
	}
	return nil
}
