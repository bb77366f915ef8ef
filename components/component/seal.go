package component

import (
	"fmt"

	"millrace/models/model"
)

// sealedKey marks a secret that was encrypted: {"sealed": "..."}. No document and no request may hold one; only stored parameters do.
const sealedKey = "sealed"

// EncodeSealed is Encode for parameters that are stored: a secret in plain text becomes {"sealed": text}, with the text that seal makes
// of it. path is the place of the secret within the parameters, "password" or "servers[1].password": bound into what is sealed, it
// keeps one secret from being put in another's place.
func EncodeSealed(fields []Field, p Params, seal func(path, text string) (string, error)) ([]byte, error) {
	return encoder{seal: seal}.encode(fields, p)
}

// Sealed returns what a stored secret was sealed to.
func Sealed(v model.Value) (text string, ok bool) {
	if v.Kind != model.Map || len(v.Entries) != 1 || v.Entries[0].Key != sealedKey || v.Entries[0].Value.Kind != model.String {
		return "", false
	}
	return v.Entries[0].Value.Text, true
}

// MapSecrets returns parameters, as they are written, with what change makes of each value that stands where fields declare a secret.
// Values of the wrong kind are left for Decode to complain of. path is as in EncodeSealed.
func MapSecrets(fields []Field, v model.Value, change func(path string, v model.Value) (model.Value, error)) (model.Value, error) {
	return mapSecrets(fields, v, "", change)
}

func mapSecrets(fields []Field, v model.Value, path string, change func(path string, v model.Value) (model.Value, error)) (model.Value, error) {
	if v.Kind != model.Map {
		return v, nil
	}
	out := v
	out.Entries = append([]model.Entry(nil), v.Entries...)
	for i := range out.Entries {
		e := &out.Entries[i]
		for j := range fields {
			if fields[j].Name != e.Key {
				continue
			}
			var err error
			if e.Value, err = mapSecret(&fields[j], e.Value, joinPath(path, e.Key), change); err != nil {
				return model.Value{}, err
			}
		}
	}
	return out, nil
}

func mapSecret(f *Field, v model.Value, path string, change func(path string, v model.Value) (model.Value, error)) (model.Value, error) {
	var err error
	switch {
	case v.Kind == model.Null:
		return v, nil
	case f.Secret:
		return change(path, v)
	case f.Type == FieldObject:
		return mapSecrets(f.Fields, v, path, change)
	case f.Type == FieldList && v.Kind == model.List:
		out := v
		out.Items = append([]model.Value(nil), v.Items...)
		for i := range out.Items {
			if out.Items[i], err = mapSecret(f.Of, out.Items[i], fmt.Sprintf("%s[%d]", path, i), change); err != nil {
				return model.Value{}, err
			}
		}
		return out, nil
	case f.Type == FieldMap && v.Kind == model.Map:
		out := v
		out.Entries = append([]model.Entry(nil), v.Entries...)
		for i := range out.Entries {
			e := &out.Entries[i]
			if e.Value, err = mapSecret(f.Of, e.Value, joinPath(path, e.Key), change); err != nil {
				return model.Value{}, err
			}
		}
		return out, nil
	}
	return v, nil
}
