package model

import (
	"strconv"

	"millrace/models/diag"
)

// migration rewrites the root of a document of one format as one of the next. Values it makes take the place of what they came from.
type migration func(root Value) (Value, error)

// codec reads documents of every format up to its own. There is one format so far; tests make a codec with another.
type codec struct {
	version int
	// migrations leads from each format to the next: the entry n reads n and writes n+1.
	migrations map[int]migration
}

func currentCodec() codec {
	return codec{version: FormatVersion, migrations: map[int]migration{}}
}

// migrate brings the root to the codec's format. ok is false when its format cannot be read.
func (c codec) migrate(p *parser, root Value) (Value, bool) {
	at := diag.Span{Start: root.At.Start}
	f, ok := root.Get("format")
	if ok && p.refused[f.At.Start] {
		return root, true
	}
	if !ok || f.Kind == Null {
		p.errorf(CodeMissingKey, at, "format", "Add format: "+strconv.Itoa(c.version)+" as the first line.", "the document does not say its format")
		return root, true // everything else is still worth reading
	}
	at = f.At
	given, err := strconv.Atoi(f.Text)
	if f.Kind != Number || err != nil || given < 1 {
		p.errorf(CodeFormat, at, "format", "Write format: "+strconv.Itoa(c.version)+".", "the format must be a whole number from 1 on, not %s", shown(f))
		return root, true
	}
	if given > c.version {
		p.errorf(CodeFormat, at, "format", "Use a newer version of the program.",
			"the document has format %d; this program reads formats up to %d", given, c.version)
		return root, false
	}
	for ; given < c.version; given++ {
		step, ok := c.migrations[given]
		if !ok {
			p.errorf(CodeFormat, at, "format", "", "documents of format %d are no longer read", given)
			return root, false
		}
		if root, err = step(root); err != nil {
			p.errorf(CodeFormat, at, "format", "", "migrating from format %d: %v", given, err)
			return root, false
		}
	}
	return root, true
}

// shown describes a value in a message: scalars by their text.
func shown(v *Value) string {
	if v.Kind == Number || v.Kind == String || v.Kind == Bool {
		return strconv.Quote(cut(v.Text))
	}
	return v.Kind.String()
}

// cut shortens a text for a message.
func cut(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
