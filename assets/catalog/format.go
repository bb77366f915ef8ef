package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"millrace/components/component"
	"millrace/models/model"
	"millrace/models/schema"
)

// FormatTable writes a catalog file that declares one table. Parse of it gives the table again, given its connections.
func FormatTable(registry *component.Registry, t *component.Table) ([]byte, error) {
	entry, err := schemaValue(t.Schema)
	if err != nil {
		return nil, fmt.Errorf("writing table %s: %w", t.Name, err)
	}
	head := []model.Entry{text("kind", string(t.Kind))}
	if t.Layer != "" {
		head = append(head, text("layer", t.Layer))
	}
	if t.Description != "" {
		head = append(head, text("description", t.Description))
	}
	entry.Entries = append(head, entry.Entries...)
	for _, b := range []struct {
		key     string
		kind    component.Kind
		binding *component.Binding
	}{{"source", component.KindSource, t.Source}, {"sink", component.KindSink, t.Sink}} {
		if b.binding == nil {
			continue
		}
		v, err := bindingValue(registry, b.kind, b.binding)
		if err != nil {
			return nil, fmt.Errorf("writing the %s of table %s: %w", b.key, t.Name, err)
		}
		entry.Entries = append(entry.Entries, model.Entry{Key: b.key, Value: v})
	}
	return model.FormatYAML(mapping(
		model.Entry{Key: "format", Value: model.Value{Kind: model.Number, Text: strconv.Itoa(FormatVersion)}},
		model.Entry{Key: "tables", Value: mapping(model.Entry{Key: t.Name, Value: entry})},
	)), nil
}

// schemaValue is columns, key and event_time as the file writes them.
func schemaValue(s *schema.Schema) (model.Value, error) {
	field := component.NewField(schemaParam, component.FieldSchema, "Columns", "列")
	v, err := encoded([]component.Field{field}, component.NewParams(map[string]any{schemaParam: s}))
	if err != nil {
		return model.Value{}, err
	}
	out := v.Entries[0].Value
	inOrder(&out, "columns", "key", "event_time", "name", "type", "nullable", "description", "column", "out_of_order", "max_future", "idle")
	return out, nil
}

func bindingValue(registry *component.Registry, kind component.Kind, b *component.Binding) (model.Value, error) {
	spec, ok := registry.Get(kind, b.Component)
	if !ok {
		return model.Value{}, fmt.Errorf("there is no %s component %q", kind, b.Component)
	}
	// The columns stand in the table's entry.
	fields := slices.DeleteFunc(slices.Clone(spec.Fields), func(f component.Field) bool {
		return f.Name == schemaParam && f.Type == component.FieldSchema
	})
	params, err := encoded(fields, b.Params)
	if err != nil {
		return model.Value{}, err
	}
	return mapping(text("component", b.Component), model.Entry{Key: "params", Value: params}), nil
}

// encoded is the value that component.Decode reads the parameters from.
func encoded(fields []component.Field, p component.Params) (model.Value, error) {
	b, err := component.Encode(fields, p)
	if err != nil {
		return model.Value{}, err
	}
	return model.ParseJSON(b)
}

// inOrder sorts the keys of every mapping by their place in keys.
func inOrder(v *model.Value, keys ...string) {
	for i := range v.Items {
		inOrder(&v.Items[i], keys...)
	}
	for i := range v.Entries {
		inOrder(&v.Entries[i].Value, keys...)
	}
	slices.SortStableFunc(v.Entries, func(a, b model.Entry) int {
		return cmp.Compare(slices.Index(keys, a.Key), slices.Index(keys, b.Key))
	})
}

func mapping(entries ...model.Entry) model.Value {
	return model.Value{Kind: model.Map, Entries: entries}
}

func text(key, s string) model.Entry {
	return model.Entry{Key: key, Value: model.Value{Kind: model.String, Text: s}}
}
