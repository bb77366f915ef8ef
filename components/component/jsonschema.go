package component

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSONSchema returns the JSON Schema (2020-12) of a component's parameters, as documents write them. What JSON Schema has no word for
// stands in x- keys, which validators pass over: x-type (the field type), x-show-if, x-secret, x-advanced, x-components (of a
// connection), x-min and x-max (of durations in nanoseconds and sizes in bytes), x-title-zh and x-description-zh.
func JSONSchema(s *Spec) (json.RawMessage, error) {
	out, err := objectSchema(s.Fields)
	if err != nil {
		return nil, fmt.Errorf("writing the JSON schema of %s: %w", s.Name, err)
	}
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["$id"] = fmt.Sprintf("urn:millrace:%s:%s:%d", s.Kind, s.Name, s.Version)
	out["title"] = s.Title.En
	out["description"] = s.Summary.En
	out["x-title-zh"] = s.Title.Zh
	out["x-description-zh"] = s.Summary.Zh
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return nil, fmt.Errorf("writing the JSON schema of %s: %w", s.Name, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

type object = map[string]any

func objectSchema(fields []Field) (object, error) {
	properties, required := object{}, []string{}
	for i := range fields {
		f := &fields[i]
		p, err := fieldSchema(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		properties[f.Name] = p
		// A hidden field is never required; which one is hidden only Decode knows.
		if f.Required && f.ShowIf == nil {
			required = append(required, f.Name)
		}
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out, nil
}

func fieldSchema(f *Field) (object, error) {
	out, err := typeSchema(f)
	if err != nil {
		return nil, err
	}
	out["x-type"] = f.Type
	describeSchema(f, out)
	if f.Default != nil {
		v, err := encodeValue(f, normalized(f.Default))
		if err != nil {
			return nil, fmt.Errorf("default: %w", err)
		}
		out["default"] = v
	}
	if f.Secret {
		out["x-secret"] = true
	}
	if f.Advanced {
		out["x-advanced"] = true
	}
	if f.ShowIf != nil {
		out["x-show-if"] = object{"field": f.ShowIf.Field, "in": f.ShowIf.In}
	}
	bounds(f, out)
	return out, nil
}

func describeSchema(f *Field, out object) {
	for key, text := range map[string]string{
		"title": f.Label.En, "x-title-zh": f.Label.Zh, "description": f.Help.En, "x-description-zh": f.Help.Zh,
	} {
		if text != "" {
			out[key] = text
		}
	}
}

func bounds(f *Field, out object) {
	low, high := "", ""
	switch f.Type {
	case FieldInt, FieldFloat:
		low, high = "minimum", "maximum"
	case FieldList:
		low, high = "minItems", "maxItems"
	case FieldMap:
		low, high = "minProperties", "maxProperties"
	case FieldDuration, FieldSize:
		low, high = "x-min", "x-max"
	}
	if f.HasMin && low != "" {
		out[low] = f.Min
	}
	if f.HasMax && high != "" {
		out[high] = f.Max
	}
}

func typeSchema(f *Field) (object, error) {
	if f.Secret {
		return object{"oneOf": []object{
			{"type": "string"},
			{"type": "object", "properties": object{"env": object{"type": "string", "minLength": 1}}, "required": []string{"env"}, "additionalProperties": false},
		}}, nil
	}
	switch f.Type {
	case FieldInt:
		return object{"type": "integer"}, nil
	case FieldFloat:
		return object{"type": "number"}, nil
	case FieldBool:
		return object{"type": "boolean"}, nil
	case FieldDuration:
		sign := ""
		if f.HasMin && f.Min < 0 {
			sign = "-?"
		}
		return object{"type": "string", "pattern": "^" + sign + `([0-9]+d)?([0-9.]+(ns|us|µs|ms|s|m|h))*$`, "minLength": 1}, nil
	case FieldSize:
		return object{"type": "string", "pattern": `^[0-9]+ *([KMGT]i?B|kB|B)$`}, nil
	case FieldTime:
		return object{"type": "string", "format": "date-time"}, nil
	case FieldExpr:
		return object{"type": []string{"string", "number", "boolean"}}, nil
	case FieldEnum:
		values := make([]string, len(f.Options))
		for i, o := range f.Options {
			values[i] = o.Value
		}
		return object{"type": "string", "enum": values}, nil
	case FieldConnection:
		out := object{"type": "string", "minLength": 1}
		if len(f.Options) > 0 {
			names := make([]string, len(f.Options))
			for i, o := range f.Options {
				names[i] = o.Value
			}
			out["x-components"] = names
		}
		return out, nil
	case FieldList:
		items, err := fieldSchema(f.Of)
		if err != nil {
			return nil, err
		}
		if f.Short != "" {
			items = object{"oneOf": []object{{"type": "string"}, items}, "x-short": f.Short}
		}
		return object{"type": "array", "items": items}, nil
	case FieldMap:
		values, err := fieldSchema(f.Of)
		return object{"type": "object", "additionalProperties": values}, err
	case FieldObject:
		return objectSchema(f.Fields)
	case FieldSchema:
		return schemaSchema()
	case FieldParams:
		return object{"type": "object"}, nil
	default:
		return object{"type": "string"}, nil
	}
}

// schemaSchema describes how a FieldSchema is written.
func schemaSchema() (object, error) {
	out, err := objectSchema(schemaFields())
	if err != nil {
		return nil, err
	}
	properties, _ := out["properties"].(object)
	properties["event_time"] = object{"oneOf": []any{object{"type": "string"}, properties["event_time"]}, "x-short": "column"}
	return out, nil
}
