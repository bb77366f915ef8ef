package catalog

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"millrace/components/component"
	"millrace/models/diag"
)

// File is a catalog that was read from a file. It is never changed after it was made.
type File struct {
	registry    *component.Registry
	connections map[string]*component.Connection
	tables      map[string]*component.Table
	lookup      func(string) (string, bool)
}

var (
	_ component.Catalog     = (*File)(nil)
	_ component.Connections = (*File)(nil)
)

// New returns an empty catalog.
func New(registry *component.Registry) *File {
	return &File{
		registry:    registry,
		connections: map[string]*component.Connection{},
		tables:      map[string]*component.Table{},
		lookup:      os.LookupEnv,
	}
}

// LoadFile reads a catalog file, whose components the registry has. The File is nil when the list has an error.
func LoadFile(path string, registry *component.Registry) (*File, diag.List) {
	src, err := os.ReadFile(path)
	if err != nil {
		var diags diag.List
		d := diags.Errorf(CodeUnreadable, diag.Span{}, "%v", fmt.Errorf("reading the catalog file: %w", err))
		d.File = path
		return nil, diags
	}
	return Parse(path, src, registry)
}

// Table returns a table by its full name.
func (f *File) Table(name string) (*component.Table, bool) { t, ok := f.tables[name]; return t, ok }

// Tables lists the tables' names in order.
func (f *File) Tables() []string { return slices.Sorted(maps.Keys(f.tables)) }

// Connection returns a connection; its secrets are not resolved.
func (f *File) Connection(name string) (*component.Connection, bool) {
	c, ok := f.connections[name]
	return c, ok
}

// Connections lists the connections' names in order.
func (f *File) Connections() []string { return slices.Sorted(maps.Keys(f.connections)) }

// Open returns a connection with its secrets, which are read from the environment now.
func (f *File) Open(name string) (*component.Connection, error) {
	c, ok := f.connections[name]
	if !ok {
		if near := diag.Nearest(name, f.Connections()); near != "" {
			return nil, fmt.Errorf("opening connection %q: there is none; did you mean %s?", name, near)
		}
		return nil, fmt.Errorf("opening connection %q: there is none", name)
	}
	spec, ok := f.registry.Get(component.KindConnection, c.Component)
	if !ok {
		return nil, fmt.Errorf("opening connection %q: there is no connection component %q", name, c.Component)
	}
	params, err := component.ResolveSecrets(spec.Fields, c.Params, f.lookup)
	if err != nil {
		return nil, fmt.Errorf("opening connection %q: %w", name, err)
	}
	open := *c
	open.Params = params
	return &open, nil
}

// WithEnv returns the catalog with another environment for its secrets.
func (f *File) WithEnv(lookup func(string) (string, bool)) *File {
	out := *f
	out.lookup = lookup
	return &out
}

// WithBehind returns the catalog with further connections, such as those of the embedded parts, behind its own: where a name is in both,
// the file's counts.
func (f *File) WithBehind(connections ...component.Connection) *File {
	out := *f
	out.connections = make(map[string]*component.Connection, len(f.connections)+len(connections))
	for i := range connections {
		c := connections[i]
		out.connections[c.Name] = &c
	}
	maps.Copy(out.connections, f.connections)
	return &out
}

// WithTablesBehind returns the catalog with the tables and connections of another behind its own.
func (f *File) WithTablesBehind(other *File) *File {
	out := *f
	out.connections = maps.Clone(other.connections)
	maps.Copy(out.connections, f.connections)
	out.tables = maps.Clone(other.tables)
	maps.Copy(out.tables, f.tables)
	return &out
}
