package catalog

import (
	"encoding/json"
	"fmt"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
)

// The marker that stands for a secret where parameters are shown, and that keeps it where they are sent back: {"secret": "set"}.
const (
	secretKey = "secret"
	secretSet = "set"
)

func marker() model.Value {
	return model.Value{Kind: model.Map, Entries: []model.Entry{{Key: secretKey, Value: model.Value{Kind: model.String, Text: secretSet}}}}
}

func isMarker(v model.Value) bool {
	return v.Kind == model.Map && len(v.Entries) == 1 && v.Entries[0].Key == secretKey && v.Entries[0].Value.Kind == model.String && v.Entries[0].Value.Text == secretSet
}

// shown are stored parameters as they are shown: each secret is the marker.
func (d *Deps) shown(e *ConnectionEntry) (json.RawMessage, error) {
	spec, ok := d.Registry.Get(component.KindConnection, e.Component)
	if !ok {
		// What is secret in it is not known, so nothing of it is shown.
		return json.RawMessage(`{}`), nil
	}
	v, err := model.ParseJSON(e.Params)
	if err != nil {
		return nil, fmt.Errorf("reading the parameters of connection %q: %w", e.Name, err)
	}
	v, err = component.MapSecrets(spec.Fields, v, func(string, model.Value) (model.Value, error) { return marker(), nil })
	if err != nil {
		return nil, err
	}
	return v.JSON(), nil
}

// secrets opens the secrets of an entry, by their place.
func (d *Deps) secrets(e *ConnectionEntry, spec *component.Spec) (map[string]string, error) {
	v, err := model.ParseJSON(e.Params)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	_, err = component.MapSecrets(spec.Fields, v, func(field string, v model.Value) (model.Value, error) {
		if sealed, ok := component.Sealed(v); ok {
			plain, err := d.Sealer.Open(objectOf(e.ID), field, sealed)
			if err != nil {
				return v, err
			}
			out[field] = plain
		}
		return v, nil
	})
	return out, err
}

// parameters reads parameters that were sent for a connection. old, which may be nil, is the entry that the markers among them keep the
// secrets of. What is wrong is added to diags, with paths below "params"; the error is one of the server.
func (d *Deps) parameters(spec *component.Spec, sent model.Value, old *ConnectionEntry, diags *diag.List) (component.Params, error) {
	var have map[string]string
	if old != nil && old.Component == spec.Name {
		var err error
		if have, err = d.secrets(old, spec); err != nil {
			return component.Params{}, fmt.Errorf("reading the secrets of connection %q: %w", old.Name, err)
		}
	}
	bad := false
	wrong := func(field, fix, format string, args ...any) {
		bad = true
		x := diags.Errorf(CodeSecret, diag.Span{}, format, args...)
		x.Path, x.Fix = "params."+field, fix
	}
	var kept []string
	v, err := component.MapSecrets(spec.Fields, sent, func(field string, v model.Value) (model.Value, error) {
		switch {
		case isMarker(v):
			plain, ok := have[field]
			if !ok {
				wrong(field, "Send the secret itself.", "there is no %s to keep", field)
				return model.Value{}, nil
			}
			kept = append(kept, field)
			return model.Value{Kind: model.String, Text: plain}, nil
		case v.Kind == model.Map:
			// {env: ...} would read the environment of the server, {sealed: ...} the secret of another connection.
			wrong(field, "Send the secret itself as a text.", "%s must be a text", field)
			return model.Value{}, nil
		}
		return v, nil
	})
	if err != nil {
		return component.Params{}, err
	}
	if bad {
		return component.Params{}, nil
	}
	var found diag.List
	p, ok := component.Decode(spec.Fields, v, "params", &found)
	for _, x := range found {
		if x.Code != component.CodePlainSecret { // here it is how a secret is sent
			diags.Add(x)
		}
	}
	if len(kept) > 0 && ok {
		d.moves(spec, p, old, kept, diags)
	}
	return p, nil
}

// moves refuses to keep secrets that would be sent to somebody else than before: whoever may change a connection need not know its secrets.
func (d *Deps) moves(spec *component.Spec, p component.Params, old *ConnectionEntry, kept []string, diags *diag.List) {
	before, err := d.connection(old, func(string, string) (string, error) { return "(sealed)", nil })
	if err != nil {
		return
	}
	for i := range spec.Fields {
		f := spec.Fields[i : i+1]
		if !f[0].Destination {
			continue
		}
		was, err1 := component.Encode(f, before.Params)
		is, err2 := component.Encode(f, p)
		if err1 == nil && err2 == nil && string(was) == string(is) {
			continue
		}
		for _, field := range kept {
			x := diags.Errorf(CodeSecretMoves, diag.Span{}, "%s says where %s is sent, and has changed", f[0].Name, field)
			x.Path, x.Fix = "params."+field, "Enter it again."
		}
		return
	}
}

// seal writes parameters as they are stored.
func (d *Deps) seal(id string, spec *component.Spec, p component.Params) (json.RawMessage, error) {
	return component.EncodeSealed(spec.Fields, p, func(field, text string) (string, error) {
		return d.Sealer.Seal(objectOf(id), field, text), nil
	})
}
