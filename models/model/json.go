package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// ParseJSON reads one JSON value strictly: valid UTF-8, no key twice in an object, nothing behind the value, at most MaxDepth deep. The
// Value has no positions; it is for what programs wrote.
func ParseJSON(text []byte) (Value, error) {
	if !utf8.Valid(text) {
		return Value{}, errors.New("reading JSON: the text is not valid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := readJSON(d, 1)
	if err == nil {
		if _, extra := d.Token(); !errors.Is(extra, io.EOF) {
			err = errors.New("text follows the value")
		}
	}
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return Value{}, fmt.Errorf("reading JSON: %w", err)
	}
	return v, nil
}

func readJSON(d *json.Decoder, depth int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, fmt.Errorf("the value is nested deeper than %d", MaxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return Value{}, err
	}
	switch t := token.(type) {
	case nil:
		return Value{}, nil
	case bool:
		return Value{Kind: Bool, Text: fmt.Sprint(t)}, nil
	case json.Number:
		return Value{Kind: Number, Text: t.String()}, nil
	case string:
		return Value{Kind: String, Text: t}, nil
	}
	if token == json.Delim('[') {
		v := Value{Kind: List}
		for d.More() {
			item, err := readJSON(d, depth+1)
			if err != nil {
				return Value{}, err
			}
			v.Items = append(v.Items, item)
		}
		_, err = d.Token()
		return v, err
	}
	v, seen := Value{Kind: Map}, map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return Value{}, err
		}
		name, _ := key.(string) // the decoder refuses any other key
		if seen[name] {
			return Value{}, fmt.Errorf("the key %q is there twice", name)
		}
		seen[name] = true
		item, err := readJSON(d, depth+1)
		if err != nil {
			return Value{}, err
		}
		v.Entries = append(v.Entries, Entry{Key: name, Value: item})
	}
	_, err = d.Token()
	return v, err
}

// JSON returns the value as JSON in one form: keys sorted, no blanks, numbers as they were written.
func (v *Value) JSON() []byte { return v.appendJSON(nil) }

func (v *Value) appendJSON(b []byte) []byte {
	switch v.Kind {
	case Null:
		return append(b, "null"...)
	case Bool, Number:
		return append(b, v.Text...)
	case String:
		return appendText(b, v.Text)
	case List:
		b = append(b, '[')
		for i := range v.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = v.Items[i].appendJSON(b)
		}
		return append(b, ']')
	default:
		entries := slices.Clone(v.Entries)
		slices.SortFunc(entries, func(x, y Entry) int { return strings.Compare(x.Key, y.Key) })
		b = append(b, '{')
		for i := range entries {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, entries[i].Key), ':')
			b = entries[i].Value.appendJSON(b)
		}
		return append(b, '}')
	}
}

func appendText(b []byte, s string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text into a buffer
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}
