package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/components/reach"
	"millrace/models/diag"
	"millrace/models/model"
)

// Snapshot is the hub's content at one version. It never changes. As a component.Catalog it knows every table, whoever may discover it:
// what asks on somebody's behalf filters by grants.
type Snapshot struct {
	version     int64
	deps        *Deps
	tables      []*TableEntry // by name
	names       []string
	objects     []grants.Object
	byID        map[string]*TableEntry
	connections []*ConnectionEntry // by name
	byConnID    map[string]*ConnectionEntry
}

var (
	_ component.Catalog     = (*Snapshot)(nil)
	_ component.Connections = (*Snapshot)(nil)
	_ component.Confined    = (*Snapshot)(nil)
)

// with returns the snapshot after changes. What has not changed is shared.
func (s *Snapshot) with(c *Changes) *Snapshot {
	out := &Snapshot{version: c.Version, deps: s.deps, byID: s.byID, byConnID: s.byConnID, tables: s.tables, names: s.names, objects: s.objects, connections: s.connections}
	if len(c.Tables)+len(c.GoneTables) > 0 {
		out.byID = maps.Clone(s.byID)
		out.tables = merge(s.tables, c.Tables, c.GoneTables, out.byID, func(t *TableEntry) (string, string) { return t.ID, t.Name })
		out.names, out.objects = make([]string, len(out.tables)), make([]grants.Object, len(out.tables))
		for i, t := range out.tables {
			out.names[i], out.objects[i] = t.Name, t.Object()
		}
	}
	if len(c.Connections)+len(c.GoneConnections) > 0 {
		out.byConnID = maps.Clone(s.byConnID)
		out.connections = merge(s.connections, c.Connections, c.GoneConnections, out.byConnID, func(e *ConnectionEntry) (string, string) { return e.ID, e.Name })
	}
	return out
}

// merge returns the list, sorted by name, with entries in the place of those of the same id, and without what is gone. byID is brought up
// to date along with it.
func merge[T any](list, changed []T, gone []string, byID map[string]T, of func(T) (id, name string)) []T {
	touched := make(map[string]bool, len(changed)+len(gone))
	for _, id := range gone {
		touched[id] = true
		delete(byID, id)
	}
	for _, e := range changed {
		id, _ := of(e)
		touched[id] = true
		byID[id] = e
	}
	byName := func(a, b T) int {
		_, x := of(a)
		_, y := of(b)
		return cmp.Compare(x, y)
	}
	changed = slices.SortedFunc(slices.Values(changed), byName)
	out := make([]T, 0, len(list)+len(changed))
	for _, e := range list {
		if id, _ := of(e); touched[id] {
			continue
		}
		for len(changed) > 0 && byName(changed[0], e) < 0 {
			out, changed = append(out, changed[0]), changed[1:]
		}
		out = append(out, e)
	}
	return append(out, changed...)
}

// Version is the count of changes that the snapshot is of.
func (s *Snapshot) Version() int64 { return s.version }

// Confined says that files are only read through connections.
func (s *Snapshot) Confined() bool { return true }

// Entry returns a table's entry by its name.
func (s *Snapshot) Entry(name string) (*TableEntry, bool) {
	i, ok := slices.BinarySearchFunc(s.tables, name, func(t *TableEntry, name string) int { return cmp.Compare(t.Name, name) })
	if !ok {
		return nil, false
	}
	return s.tables[i], true
}

// ByID returns a table's entry by its id.
func (s *Snapshot) ByID(id string) (*TableEntry, bool) { t, ok := s.byID[id]; return t, ok }

// Entries lists the tables by name. The slice is not to be changed.
func (s *Snapshot) Entries() []*TableEntry { return s.tables }

// Resolve returns a table as grants know it, by its name.
func (s *Snapshot) Resolve(name string) (grants.Object, bool) {
	t, ok := s.Entry(name)
	if !ok {
		return grants.Object{}, false
	}
	return t.Object(), true
}

// Table returns a table by its name. One whose declaration cannot be read any more is not there; Entry tells why.
func (s *Snapshot) Table(name string) (*component.Table, bool) {
	e, ok := s.Entry(name)
	if !ok {
		return nil, false
	}
	t, err := e.Table(s.deps.Registry)
	return t, err == nil
}

// Tables lists the tables' names in order. The slice is not to be changed.
func (s *Snapshot) Tables() []string { return s.names }

// ConnectionEntry returns a connection's entry by its name.
func (s *Snapshot) ConnectionEntry(name string) (*ConnectionEntry, bool) {
	i, ok := slices.BinarySearchFunc(s.connections, name, func(c *ConnectionEntry, name string) int { return cmp.Compare(c.Name, name) })
	if !ok {
		return nil, false
	}
	return s.connections[i], true
}

// ConnectionByID returns a connection's entry by its id.
func (s *Snapshot) ConnectionByID(id string) (*ConnectionEntry, bool) {
	c, ok := s.byConnID[id]
	return c, ok
}

// ConnectionEntries lists the connections by name. The slice is not to be changed.
func (s *Snapshot) ConnectionEntries() []*ConnectionEntry { return s.connections }

// Connections lists the connections' names in order.
func (s *Snapshot) Connections() []string {
	out := make([]string, len(s.connections))
	for i, c := range s.connections {
		out[i] = c.Name
	}
	return out
}

// MayUse reports whether a team may use a connection by name: its own, and those that are nobody's.
func (s *Snapshot) MayUse(connection, team string) bool {
	c, ok := s.ConnectionEntry(connection)
	return ok && (c.Team == "" || c.Team == team)
}

// Connection returns a connection by its name. In the place of its secrets stands something that is none.
func (s *Snapshot) Connection(name string) (*component.Connection, bool) {
	e, ok := s.ConnectionEntry(name)
	if !ok {
		return nil, false
	}
	c, err := s.deps.connection(e, func(string, string) (string, error) { return "(sealed)", nil })
	return c, err == nil
}

// Open returns a connection with its secrets, which are opened now.
func (s *Snapshot) Open(name string) (*component.Connection, error) {
	e, ok := s.ConnectionEntry(name)
	if !ok {
		if near := diag.Nearest(name, s.Connections()); near != "" {
			return nil, fmt.Errorf("opening connection %q: there is none; did you mean %s?", name, near)
		}
		return nil, fmt.Errorf("opening connection %q: there is none", name)
	}
	return s.OpenEntry(e)
}

// BuiltinAddresses are those of the embedded parts, as the connections that are kept for them say.
func (s *Snapshot) BuiltinAddresses() ([]string, error) {
	var out []string
	for _, e := range s.connections {
		if !e.Builtin {
			continue
		}
		c, err := s.OpenEntry(e)
		if err != nil {
			return nil, err
		}
		spec, ok := s.deps.Registry.Get(component.KindConnection, e.Component)
		if !ok || spec.Connection.Addresses == nil {
			continue
		}
		for _, a := range spec.Connection.Addresses(c.Params) {
			if a != "" {
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// OpenEntry is Open for an entry at hand.
func (s *Snapshot) OpenEntry(e *ConnectionEntry) (*component.Connection, error) {
	return s.deps.open(e)
}

func (d *Deps) open(e *ConnectionEntry) (*component.Connection, error) {
	c, err := d.connection(e, func(field, sealed string) (string, error) { return d.Sealer.Open(objectOf(e.ID), field, sealed) })
	if err != nil {
		return nil, fmt.Errorf("opening connection %q: %w", e.Name, err)
	}
	spec, _ := d.Registry.Get(component.KindConnection, e.Component)
	if c.Params, err = component.ResolveSecrets(spec.Fields, c.Params, func(string) (string, bool) { return "", false }); err != nil {
		return nil, fmt.Errorf("opening connection %q: %w", e.Name, err)
	}
	return c, nil
}

// connection reads an entry; open returns what was sealed for a field.
func (d *Deps) connection(e *ConnectionEntry, open func(field, sealed string) (string, error)) (*component.Connection, error) {
	spec, ok := d.Registry.Get(component.KindConnection, e.Component)
	if !ok {
		return nil, fmt.Errorf("there is no connection component %q", e.Component)
	}
	v, err := model.ParseJSON(e.Params)
	if err != nil {
		return nil, err
	}
	v, err = component.MapSecrets(spec.Fields, v, func(field string, v model.Value) (model.Value, error) {
		sealed, ok := component.Sealed(v)
		if !ok {
			return v, nil
		}
		plain, err := open(field, sealed)
		return model.Value{Kind: model.String, Text: plain}, err
	})
	if err != nil {
		return nil, err
	}
	params, err := component.DecodeJSON(spec.Fields, v.JSON())
	if err != nil {
		return nil, err
	}
	c := &component.Connection{Name: e.Name, Component: e.Component, Params: params, Reach: d.Reach}
	if e.Builtin {
		// The embedded parts lie on this machine, whatever connections may reach beyond it.
		c.Reach = reach.Loopback()
	}
	return c, nil
}

// objectOf is what secrets of a connection are sealed for.
func objectOf(id string) string { return "connection:" + id }
