package component

import (
	"encoding/json"
	"fmt"
	"time"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// Params are decoded parameters: each declared field is present with a value of its Go type, or nil when it is optional, absent and
// without a default. Decode in this package makes them.
//
// Go types: string (string, text, enum, expr, column, table, connection, format), int64 (int, size), float64, bool,
// time.Duration, time.Time (in UTC), schema.Type, *schema.Schema, model.Value (params), []any (list), map[string]any (map) and
// Params (object). A field that is marked secret holds a Secret until ResolveSecrets made it a string.
type Params struct {
	values map[string]any
	spans  map[string]diag.Span
	at     diag.Span
	path   string
}

// NewParams builds parameters from values of the right Go types, for components that derive one set from another and for tests.
func NewParams(values map[string]any) Params { return Params{values: values} }

// ParamsOf returns the parameters that a document with these values gives, with defaults, for components that configure others. values
// are what JSON can carry. The error is a diag.List.
func ParamsOf(fields []Field, values map[string]any) (Params, error) {
	text, err := json.Marshal(values)
	if err != nil {
		return Params{}, fmt.Errorf("writing parameters: %w", err)
	}
	v, err := model.ParseJSON(text)
	if err != nil {
		return Params{}, err
	}
	var diags diag.List
	p, ok := Decode(fields, v, "", &diags)
	if !ok {
		return Params{}, diags
	}
	return p, nil
}

// Has reports whether the field has a value.
func (p Params) Has(name string) bool { return p.values[name] != nil }

// Value returns the field's value, or nil.
func (p Params) Value(name string) any { return p.values[name] }

// String returns a text field, or "".
func (p Params) String(name string) string { s, _ := p.values[name].(string); return s }

// Int returns an int or size field, or 0.
func (p Params) Int(name string) int64 { n, _ := p.values[name].(int64); return n }

// Float returns a float field, or 0.
func (p Params) Float(name string) float64 { n, _ := p.values[name].(float64); return n }

// Bool returns a bool field, or false.
func (p Params) Bool(name string) bool { b, _ := p.values[name].(bool); return b }

// Duration returns a duration field, or 0.
func (p Params) Duration(name string) time.Duration { d, _ := p.values[name].(time.Duration); return d }

// Time returns a time field, or the zero time.
func (p Params) Time(name string) time.Time { t, _ := p.values[name].(time.Time); return t }

// DataType returns a type field, or the invalid type.
func (p Params) DataType(name string) schema.Type { t, _ := p.values[name].(schema.Type); return t }

// Schema returns a schema field, or nil.
func (p Params) Schema(name string) *schema.Schema { s, _ := p.values[name].(*schema.Schema); return s }

// Raw returns a params field, the parameters of another component as they were written; it is an empty mapping when absent.
func (p Params) Raw(name string) model.Value {
	if v, ok := p.values[name].(model.Value); ok {
		return v
	}
	return model.Value{Kind: model.Map, At: p.at}
}

// Secret returns a secret field that is not resolved yet, or the zero Secret.
func (p Params) Secret(name string) Secret { s, _ := p.values[name].(Secret); return s }

// Object returns an object field; it is empty when absent.
func (p Params) Object(name string) Params { o, _ := p.values[name].(Params); return o }

// Objects returns a list of objects.
func (p Params) Objects(name string) []Params {
	l, _ := p.values[name].([]any)
	out := make([]Params, 0, len(l))
	for _, v := range l {
		if o, ok := v.(Params); ok {
			out = append(out, o)
		}
	}
	return out
}

// Strings returns a list of texts.
func (p Params) Strings(name string) []string {
	l, _ := p.values[name].([]any)
	out := make([]string, 0, len(l))
	for _, v := range l {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Map returns a map field.
func (p Params) Map(name string) map[string]any { m, _ := p.values[name].(map[string]any); return m }

// Span returns where the field's value was written, or where the parameters were when it is absent.
func (p Params) Span(name string) diag.Span {
	if s, ok := p.spans[name]; ok {
		return s
	}
	return p.at
}

// Path returns the field's path in the document, such as "params.columns[2].expr".
func (p Params) Path(name string) string {
	if p.path == "" {
		return name
	}
	return p.path + "." + name
}
