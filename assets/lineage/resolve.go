package lineage

import (
	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/plan"
)

// Names finds tables by their names and by the places where they lie; grants.Hub does.
type Names interface {
	Resolve(name string) (grants.Object, bool)
	At(p component.Place) []string
}

// Resolver returns what gives the table that a scan reads or a sink writes: the one it names, else the one whose binding leads to the same
// topic, table or files, and of several of those the first by name. A name that the hub does not know has no id; the zero Table is none.
func Resolver(names Names, catalog component.Catalog, registry *component.Registry) func(plan.Op) Table {
	known := func(name string) (Table, bool) {
		o, ok := names.Resolve(name)
		if !ok {
			return Table{Name: name}, false
		}
		out := Table{ID: o.Table, Name: name}
		if t, ok := catalog.Table(name); ok {
			out.Kind, out.Layer = string(t.Kind), t.Layer
		}
		return out, true
	}
	return func(op plan.Op) Table {
		name := ""
		var place component.Place
		var reaches bool
		var err error
		switch op := op.(type) {
		case *plan.Scan:
			name = op.Table
			place, reaches, err = registry.ScanPlace(catalog, op)
		case *plan.Sink:
			name = op.Table
			place, reaches, err = registry.PlanSinkPlace(catalog, op)
		}
		if name != "" {
			if t, ok := known(name); ok {
				return t
			}
		}
		if reaches && err == nil {
			for _, at := range names.At(place) {
				if t, ok := known(at); ok {
					return t
				}
			}
		}
		return Table{Name: name}
	}
}

// Ref is the table as edges name it.
func (t Table) Ref() Ref { return Ref{ID: t.ID, Name: t.Name} }
