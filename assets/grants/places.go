package grants

import (
	"slices"

	"millrace/components/component"
)

// Places finds the tables that lie at a place, by their bindings. It is never changed.
type Places struct{ tables map[string][]string }

// NewPlaces goes over the tables of a catalog.
func NewPlaces(catalog component.Catalog, registry *component.Registry) *Places {
	out := &Places{tables: map[string][]string{}}
	for _, name := range catalog.Tables() {
		t, ok := catalog.Table(name)
		if !ok {
			continue
		}
		if t.Source != nil {
			out.add(name)(registry.SourcePlace(catalog, t.Source.Component, t.Source.Params))
		}
		if t.Sink != nil {
			out.add(name)(registry.SinkPlace(catalog, t.Sink.Component, t.Sink.Params))
		}
	}
	return out
}

func (x *Places) add(table string) func(component.Place, bool) {
	return func(p component.Place, ok bool) {
		if !ok || p.Absolute == "" {
			return
		}
		for _, key := range p.Keys() {
			if !slices.Contains(x.tables[key], table) {
				x.tables[key] = append(x.tables[key], table)
			}
		}
	}
}

// At lists the tables at a place, by name.
func (x *Places) At(p component.Place) []string {
	var out []string
	for _, key := range p.Keys() {
		out = append(out, x.tables[key]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
