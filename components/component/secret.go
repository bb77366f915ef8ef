package component

import (
	"fmt"
	"log/slog"
	"maps"
)

// Secret is the value of a secret parameter as it stands in a document: the name of an environment variable or, which gets a
// warning, the secret itself. It prints as neither.
type Secret struct {
	// Env names the environment variable that holds the secret.
	Env string
	// text is a pointer, for printing a struct that holds a Secret in an unexported field does not ask the Secret.
	text *string
}

// Plain returns a secret that was written as it is, and whether it was.
func (s Secret) Plain() (string, bool) {
	if s.Env != "" || s.text == nil {
		return "", false
	}
	return *s.text, true
}

// PlainSecret returns a Secret of a text, for forms that send one and for tests.
func PlainSecret(text string) Secret { return Secret{text: &text} }

// String hides the secret.
func (s Secret) String() string {
	if s.Env != "" {
		return "{env: " + s.Env + "}"
	}
	return "(secret)"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the secret from logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// ResolveSecrets returns the parameters with every Secret of fields replaced by its text. lookup returns the value of an environment
// variable and whether it is set.
func ResolveSecrets(fields []Field, p Params, lookup func(string) (string, bool)) (Params, error) {
	out := p
	out.values = maps.Clone(p.values)
	for i := range fields {
		f := &fields[i]
		v, err := resolveSecret(f, p.values[f.Name], lookup)
		if err != nil {
			return Params{}, fmt.Errorf("resolving %s: %w", p.Path(f.Name), err)
		}
		if v != nil {
			out.values[f.Name] = v
		}
	}
	return out, nil
}

func resolveSecret(f *Field, v any, lookup func(string) (string, bool)) (any, error) {
	switch v := v.(type) {
	case Secret:
		if v.Env == "" {
			text, _ := v.Plain()
			return text, nil
		}
		text, ok := lookup(v.Env)
		if !ok {
			return nil, fmt.Errorf("the environment variable %s is not set", v.Env)
		}
		return text, nil
	case Params:
		return ResolveSecrets(f.Fields, v, lookup)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = resolveSecret(f.Of, v[i], lookup); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			var err error
			if out[k], err = resolveSecret(f.Of, v[k], lookup); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return v, nil
	}
}
