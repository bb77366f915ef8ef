package component

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// Encode writes parameters as JSON from which DecodeJSON makes the same values again. Fields without a value are left out; keys are
// sorted, so equal parameters give equal bytes. A secret is written as the name of its environment variable, and one in plain text is
// refused: what Encode makes is stored in plans.
func Encode(fields []Field, p Params) ([]byte, error) { return encoder{}.encode(fields, p) }

// encoder writes values; seal, which may be nil, is what becomes of secrets in plain text.
type encoder struct {
	seal func(path, text string) (string, error)
}

func (e encoder) encode(fields []Field, p Params) ([]byte, error) {
	v, err := e.object(fields, p, "")
	if err != nil {
		return nil, fmt.Errorf("encoding parameters: %w", err)
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding parameters: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// DecodeJSON reads what Encode wrote. Unlike Decode it is for machines: the first problem is returned as an error. A field that was
// without a value when encoded is without one again, default or not.
func DecodeJSON(fields []Field, text []byte) (Params, error) {
	v, err := model.ParseJSON(text)
	if err != nil {
		return Params{}, fmt.Errorf("decoding parameters: %w", err)
	}
	var diags diag.List
	p, ok := Decode(withoutDefaults(fields), v, "", &diags)
	if !ok {
		for _, d := range diags {
			if d.Severity == diag.Error {
				return Params{}, fmt.Errorf("decoding parameters: %w", d)
			}
		}
	}
	return p, nil
}

// withoutDefaults returns the fields such that an absent value stays absent, deeply.
func withoutDefaults(fields []Field) []Field {
	out := make([]Field, len(fields))
	for i, f := range fields {
		f.Default = nil
		if f.Of != nil {
			of := withoutDefaults([]Field{*f.Of})[0]
			f.Of = &of
		}
		f.Fields = withoutDefaults(f.Fields)
		out[i] = f
	}
	return out
}

func (e encoder) object(fields []Field, p Params, path string) (map[string]any, error) {
	out := map[string]any{}
	for i := range fields {
		f := &fields[i]
		v := p.values[f.Name]
		if v == nil {
			continue
		}
		enc, err := e.value(f, v, joinPath(path, f.Name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		out[f.Name] = enc
	}
	return out, nil
}

func encodeValue(f *Field, v any) (any, error) { return encoder{}.value(f, v, "") }

func (e encoder) secret(v any, path string) (any, error) {
	s, ok := v.(Secret)
	if ok && s.Env != "" {
		return map[string]any{"env": s.Env}, nil
	}
	text, plain := s.Plain()
	if !plain || e.seal == nil {
		return nil, errors.New("a secret in plain text is not written out")
	}
	sealed, err := e.seal(path, text)
	if err != nil {
		return nil, fmt.Errorf("sealing a secret: %w", err)
	}
	return map[string]any{sealedKey: sealed}, nil
}

func (e encoder) value(f *Field, v any, path string) (any, error) {
	if f.Secret {
		return e.secret(v, path)
	}
	if err := checkGoType(f, v); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return nil, errors.New("the text is not valid UTF-8")
		}
		return v, nil
	case int64:
		if f.Type == FieldSize {
			return fmt.Sprintf("%dB", v), nil
		}
		return v, nil
	case time.Duration:
		return v.String(), nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	case schema.Type:
		return v.String(), nil
	case *schema.Schema:
		return schemaJSON(v), nil
	case model.Value:
		return json.RawMessage(v.JSON()), nil
	case Params:
		return e.object(f.Fields, v, path)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = e.value(f.Of, v[i], fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			var err error
			if out[k], err = e.value(f.Of, v[k], joinPath(path, k)); err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
		}
		return out, nil
	default:
		return v, nil // bool and float64, which JSON carries as they are
	}
}

// DecodeFormat resolves the format that the FieldFormat named field chose, and decodes its parameters, which stand beside it in
// field_params. ok is false when a diagnostic was given.
func (r *Registry) DecodeFormat(p Params, field string, diags *diag.List) (s *Spec, params Params, ok bool) {
	name := p.String(field)
	s, ok = r.Get(KindFormat, name)
	if !ok {
		d := diags.Errorf(CodeUnknownOption, p.Span(field), "there is no format %q", name)
		d.Path = p.Path(field)
		known := r.Names(KindFormat)
		if near := diag.Nearest(name, known); near != "" {
			d.Fix = "Did you mean " + near + "?"
		} else if len(known) > 0 {
			d.Fix = "Use " + orList(known) + "."
		}
		return nil, Params{}, false
	}
	params, ok = Decode(s.Fields, p.Raw(field+paramsSuffix), p.Path(field+paramsSuffix), diags)
	return s, params, ok
}
