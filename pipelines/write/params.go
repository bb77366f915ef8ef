package write

import (
	"bytes"
	"encoding/json"
	"slices"

	"millrace/components/component"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

// params are the parameters of a source or sink as a mapping, in the order of the component's declaration and without those that have the
// default's value anyway.
func (s *subject) params(n *plan.Node, kind component.Kind, name string, raw json.RawMessage) (*component.Spec, model.Value) {
	spec, ok := s.env.Registry.Get(kind, name)
	if !ok {
		s.refuse(n, CodeComponent, "this build has no %s %q", kind, name)
		return nil, model.Value{Kind: model.Map}
	}
	v := model.Value{Kind: model.Map}
	if len(raw) > 0 {
		var err error
		if v, err = model.ParseJSON(raw); err != nil || v.Kind != model.Map {
			s.refuse(n, CodeComponent, "the parameters of %s cannot be read: %v", name, err)
			return nil, model.Value{Kind: model.Map}
		}
	}
	at := func(key string) int {
		return slices.IndexFunc(spec.Fields, func(f component.Field) bool { return f.Name == key })
	}
	v.Entries = slices.DeleteFunc(v.Entries, func(e model.Entry) bool {
		i := at(e.Key)
		return i >= 0 && isDefault(&spec.Fields[i], &e.Value)
	})
	slices.SortStableFunc(v.Entries, func(a, b model.Entry) int { return at(a.Key) - at(b.Key) })
	return spec, v
}

// schemaParam is the parameter by which a source is told its columns. It is no part of the parameters a scan has, for the scan has the schema.
const schemaParam = "schema"

// declares returns the parameter for columns, of a source that has one.
func declares(spec *component.Spec) *component.Field {
	for i := range spec.Fields {
		if f := &spec.Fields[i]; f.Name == schemaParam && f.Type == component.FieldSchema {
			return f
		}
	}
	return nil
}

// schemaValue is a schema as documents have it, without what is the default.
func schemaValue(sch *schema.Schema) model.Value {
	columns := model.Value{Kind: model.List}
	for _, f := range sch.Fields {
		c := object(text("name", f.Name), text("type", f.Type.String()))
		if !f.Nullable {
			c.Entries = append(c.Entries, entry("nullable", model.Value{Kind: model.Bool, Text: "false"}))
		}
		if f.Description != "" {
			c.Entries = append(c.Entries, text("description", f.Description))
		}
		columns.Items = append(columns.Items, c)
	}
	out := object(entry("columns", columns))
	if len(sch.Key) > 0 {
		key := model.Value{Kind: model.List}
		for _, k := range sch.Key {
			key.Items = append(key.Items, stringValue(k))
		}
		out.Entries = append(out.Entries, entry("key", key))
	}
	if e := sch.EventTime; e != nil {
		def := schema.EventTimeOn(e.Column)
		v := object(text("column", e.Column))
		for _, d := range []struct {
			key      string
			own, def schema.Duration
		}{{"out_of_order", e.OutOfOrder, def.OutOfOrder}, {"max_future", e.MaxFuture, def.MaxFuture}, {"idle", e.Idle, def.Idle}} {
			if d.own != d.def {
				v.Entries = append(v.Entries, span(d.key, d.own.Micros()))
			}
		}
		if len(v.Entries) == 1 {
			v = stringValue(e.Column)
		}
		out.Entries = append(out.Entries, entry("event_time", v))
	}
	return out
}

// isDefault reports whether a value is what the field has when nobody gives it one.
func isDefault(f *component.Field, v *model.Value) bool {
	if f.Default == nil || f.Secret {
		return false
	}
	text, err := component.Encode([]component.Field{*f}, component.NewParams(map[string]any{f.Name: f.Default}))
	if err != nil {
		return false
	}
	all, err := model.ParseJSON(text)
	if err != nil {
		return false
	}
	def, ok := all.Get(f.Name)
	return ok && bytes.Equal(def.JSON(), v.JSON())
}
