package model

import "millrace/models/diag"

// ParseYAML reads a YAML document that is no model (a catalog file) as a Value, with the strictness and the places of Parse. ok is false
// when there is nothing to go on with; with errors in the list, what could be read is returned all the same.
func ParseYAML(file string, src []byte) (v Value, ok bool, diags diag.List) {
	c := &collector{file: file}
	v, ok = readYAML(c, src)
	return v, ok, c.done()
}

// FormatYAML writes a mapping in block style, its keys in the order they have. ParseYAML of the result gives the same value but for places.
func FormatYAML(v Value) []byte {
	w := &writer{}
	w.entries(0, "", v.Entries)
	return []byte(w.b.String())
}
