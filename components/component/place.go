package component

import (
	"fmt"
	"slices"

	"millrace/models/plan"
)

// Place is what a source or a sink reaches outside of Millrace: a topic, a table of a database, files.
type Place struct {
	// Component is the system's: the connection's component, else the source's or the sink's own.
	Component string
	// Connection is the name of the connection, empty where none is used.
	Connection string
	// Addresses are those of the system, as the connection gives them: two connections that have one in common lead to the same place.
	Addresses []string
	// Physical is the system's own name, as the parameters give it; Absolute is that with what the connection adds to it.
	Physical, Absolute string
}

// Keys are texts by which places are found again: two that have one in common are the same.
func (p Place) Keys() []string {
	keys := []string{p.Component + "\x00" + p.Connection + "\x00\x00" + p.Absolute}
	for _, a := range p.Addresses {
		keys = append(keys, p.Component+"\x00\x00"+a+"\x00"+p.Absolute)
	}
	return keys
}

// SourcePlace returns what a source with parameters reads. ok is false for one that reads nothing outside, such as a generator, and where
// the registry has no such source.
func (r *Registry) SourcePlace(catalog Catalog, component string, p Params) (place Place, ok bool) {
	spec, found := r.Get(KindSource, component)
	if !found {
		return Place{}, false
	}
	return r.place(catalog, spec, spec.Source.Physical, p)
}

// SinkPlace returns what a sink with parameters writes. ok is as with SourcePlace.
func (r *Registry) SinkPlace(catalog Catalog, component string, p Params) (place Place, ok bool) {
	spec, found := r.Get(KindSink, component)
	if !found {
		return Place{}, false
	}
	return r.place(catalog, spec, spec.Sink.Physical, p)
}

// ScanPlace is SourcePlace of a scan of a plan.
func (r *Registry) ScanPlace(catalog Catalog, scan *plan.Scan) (place Place, ok bool, err error) {
	spec, found := r.Get(KindSource, scan.Component)
	if !found {
		return Place{}, false, nil
	}
	p, err := planParams(spec, scan.Params)
	if err != nil {
		return Place{}, false, fmt.Errorf("reading the parameters of %s: %w", scan.Component, err)
	}
	place, ok = r.place(catalog, spec, spec.Source.Physical, p)
	return place, ok, nil
}

// PlanSinkPlace is SinkPlace of a sink of a plan.
func (r *Registry) PlanSinkPlace(catalog Catalog, sink *plan.Sink) (place Place, ok bool, err error) {
	spec, found := r.Get(KindSink, sink.Component)
	if !found {
		return Place{}, false, nil
	}
	p, err := planParams(spec, sink.Params)
	if err != nil {
		return Place{}, false, fmt.Errorf("reading the parameters of %s: %w", sink.Component, err)
	}
	place, ok = r.place(catalog, spec, spec.Sink.Physical, p)
	return place, ok, nil
}

// ScanParams reads the parameters of a scan of a plan, but for its schema.
func (r *Registry) ScanParams(scan *plan.Scan) (Params, error) {
	spec, found := r.Get(KindSource, scan.Component)
	if !found {
		return Params{}, fmt.Errorf("there is no source %q", scan.Component)
	}
	return planParams(spec, scan.Params)
}

// planParams reads the parameters of a plan, which has the schema of a source elsewhere.
func planParams(spec *Spec, text []byte) (Params, error) {
	fields := slices.Clone(spec.Fields)
	for i := range fields {
		fields[i].Required = fields[i].Required && fields[i].Type != FieldSchema
	}
	return DecodeJSON(fields, text)
}

// place puts a place together. What has a connection reaches something, whether or not it says what.
func (r *Registry) place(catalog Catalog, spec *Spec, physical func(p Params) string, p Params) (Place, bool) {
	out := Place{Component: spec.Name}
	if physical != nil {
		out.Physical = physical(p)
	}
	out.Absolute = out.Physical
	for _, f := range spec.Fields {
		if f.Type != FieldConnection || p.String(f.Name) == "" {
			continue
		}
		out.Connection = p.String(f.Name)
		if catalog == nil {
			continue
		}
		c, ok := catalog.Connection(out.Connection)
		if !ok {
			continue
		}
		out.Component = c.Component
		def, ok := r.Get(KindConnection, c.Component)
		if !ok {
			continue
		}
		if def.Connection.Addresses != nil {
			out.Addresses = def.Connection.Addresses(c.Params)
		}
		if def.Connection.Absolute != nil && out.Physical != "" {
			out.Absolute = def.Connection.Absolute(c.Params, out.Physical)
		}
	}
	return out, out.Physical != "" || out.Connection != ""
}
