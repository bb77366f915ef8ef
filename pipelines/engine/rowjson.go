package engine

import (
	"bytes"
	"encoding/json"
	"strings"

	"millrace/models/batch"
	"millrace/models/schema"
)

// RowJSON writes a physical row as a JSON object, as rejects and previews show it: for people, not for speed. Timestamps are in UTC, bytes
// in base64, maps lists of pairs, and numbers that JSON does not have are texts.
func RowJSON(b *batch.Batch, row int) json.RawMessage { return rowJSON(b, row) }

// RecordJSON writes a row that was shown by RowJSON as a record that the json format reads again: values has one for each field, none for NULL.
// Lists of pairs become objects, and texts of numbers numbers: who was shown a number may not be able to hold it. What it cannot make sense of
// stays as it is, for the decoder to refuse with its place.
func RecordJSON(s *schema.Schema, values []json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range s.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(f.Name) // texts always have a form
		b.Write(name)
		b.WriteByte(':')
		if len(values[i]) == 0 {
			b.WriteString("null")
		} else {
			b.Write(recorded(f.Type, values[i]))
		}
	}
	b.WriteByte('}')
	return b.Bytes()
}

func recorded(t schema.Type, v json.RawMessage) json.RawMessage {
	var made any
	switch {
	case t.Numeric():
		var text string
		if json.Unmarshal(v, &text) == nil && isNumber(text) {
			return json.RawMessage(text)
		}
		return v
	case t.Kind == schema.Array:
		var items []json.RawMessage
		if json.Unmarshal(v, &items) != nil || items == nil {
			return v
		}
		for i := range items {
			items[i] = recorded(*t.Elem, items[i])
		}
		made = items
	case t.Kind == schema.Map:
		var pairs [][]json.RawMessage
		if json.Unmarshal(v, &pairs) != nil || pairs == nil {
			return v
		}
		object := make(map[string]json.RawMessage, len(pairs))
		for _, pair := range pairs {
			if len(pair) != 2 {
				return v
			}
			key := string(pair[0])
			_ = json.Unmarshal(pair[0], &key) // a key that is no text is written as it stands
			object[key] = recorded(*t.Elem, pair[1])
		}
		made = object
	case t.Kind == schema.Row:
		var object map[string]json.RawMessage
		if json.Unmarshal(v, &object) != nil || object == nil {
			return v
		}
		for _, f := range t.Fields {
			if value, ok := object[f.Name]; ok {
				object[f.Name] = recorded(f.Type, value)
			}
		}
		made = object
	default:
		return v
	}
	out, err := json.Marshal(made)
	if err != nil {
		return v
	}
	return out
}

// isNumber reports whether a text is a number as JSON writes it, and nothing else: no word, no space.
func isNumber(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune("+-.0123456789eE", r) }) && json.Valid([]byte(text))
}
