package compile

import (
	"millrace/components/component"
)

// Policy decides what the principal a model runs as may see, read and write. It is asked in the planner and nowhere else, so that previews,
// pipelines, samples and queries all obey, whoever wrote the text.
type Policy interface {
	// Discover reports whether the principal may know of a table of the catalog. One that it may not know of does not exist: not by its name,
	// not in a list, and not as the nearest name to a mistyped one.
	Discover(table string) bool
	// Read decides about reading a table of the catalog.
	Read(table string) Access
	// Write decides about writing one.
	Write(table string) Access
	// Connect decides about what a source or a sink reaches by itself, past the catalog. It is asked about each connection that a model may
	// name, without a physical name, and about each place that it then reads or writes.
	Connect(u Use) Access
}

// Use is what a source or a sink does outside.
type Use struct {
	component.Place
	Writes bool
}

// Access is a decision.
type Access struct {
	// Denied is the reason in one sentence; empty means that it is allowed.
	Denied string
	// Fix says how to be allowed; empty stands for asking the owner.
	Fix string
	// RowFilter is a condition over the table's columns that keeps the rows the principal may see; empty keeps all. It stands directly
	// above the scan.
	RowFilter string
}

// Definer is implemented by a Policy that knows whose rights hold within a table that is a model: those of its owner, whoever reads it. Who
// reads it needs a grant on the model alone.
type Definer interface {
	Inside(table string) Policy
}

// AllowAll is the policy of an installation without grants.
type AllowAll struct{}

var _ Policy = AllowAll{}

// Discover shows every table.
func (AllowAll) Discover(string) bool { return true }

// Read allows every row of every table.
func (AllowAll) Read(string) Access { return Access{} }

// Write allows every table to be written.
func (AllowAll) Write(string) Access { return Access{} }

// Connect allows everything to be reached.
func (AllowAll) Connect(Use) Access { return Access{} }

// Seen returns the environment as the policy's principal sees it, which is how everything is planned. It does nothing a second time.
func (e Env) Seen() Env {
	if e.Policy == nil {
		e.Policy = AllowAll{}
	}
	if _, all := e.Policy.(AllowAll); all || e.Catalog == nil {
		return e
	}
	if _, done := e.Catalog.(seen); !done {
		e.Catalog = seen{all: e.Catalog, policy: e.Policy}
	}
	return e
}

// Inside returns the environment in which a table that is a model is planned where others use it by its name: with its owner's rights.
func (e Env) Inside(table string) Env {
	e.Catalog = e.all()
	if d, ok := e.Policy.(Definer); ok {
		e.Policy = d.Inside(table)
	}
	e.Params, e.StandIn = nil, nil // both are the outer model's
	return e.Seen()
}

// all is the catalog with what the principal may not see. The bindings of its tables name connections of their owners.
func (e Env) all() component.Catalog {
	if s, ok := e.Catalog.(seen); ok {
		return s.all
	}
	return e.Catalog
}

// seen is a catalog as a principal sees it.
type seen struct {
	all    component.Catalog
	policy Policy
}

var (
	_ component.Catalog  = seen{}
	_ component.Confined = seen{}
)

func (s seen) Table(name string) (*component.Table, bool) {
	t, ok := s.all.Table(name)
	if !ok || !s.policy.Discover(name) {
		return nil, false
	}
	return t, true
}

func (s seen) Tables() []string {
	var out []string
	for _, name := range s.all.Tables() {
		if s.policy.Discover(name) {
			out = append(out, name)
		}
	}
	return out
}

func (s seen) Connection(name string) (*component.Connection, bool) {
	c, ok := s.all.Connection(name)
	if !ok || s.policy.Connect(Use{Place: component.Place{Component: c.Component, Connection: name}}).Denied != "" {
		return nil, false
	}
	return c, true
}

func (s seen) Connections() []string {
	var out []string
	for _, name := range s.all.Connections() {
		if _, ok := s.Connection(name); ok {
			out = append(out, name)
		}
	}
	return out
}

// Confined reports what the catalog itself says.
func (s seen) Confined() bool { return component.IsConfined(s.all) }
