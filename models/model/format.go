package model

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Format writes a document in its one canonical form: block style, the keys in a fixed order, layout in the order of the nodes. For a
// document without errors, Parse of the result gives the same document but for positions. Comments of the text it came from are not kept.
func Format(d *Document) []byte {
	w := &writer{}
	w.pair(0, "format", strconv.Itoa(d.Format))
	w.text(0, "kind", string(d.Kind))
	w.text(0, "name", d.Name)
	if d.Description != "" {
		w.text(0, "description", d.Description)
	}
	w.text(0, "time_zone", d.TimeZone)
	if len(d.Params) > 0 {
		w.line(0, "params:")
		for i := range d.Params {
			w.param(&d.Params[i])
		}
	}
	w.relational(d)
	if len(d.Nodes) > 0 || d.Kind != RelationalModel {
		w.line(0, "nodes:")
	}
	for i := range d.Nodes {
		w.node(&d.Nodes[i])
	}
	if len(d.Edges) > 0 {
		w.line(0, "edges:")
		for _, e := range d.Edges {
			if e.Port == "" {
				w.line(2, "- "+e.From+" -> "+e.To)
				continue
			}
			w.entries(2, "- ", []Entry{textEntry("from", e.From), textEntry("to", e.To), textEntry("port", e.Port)})
		}
	}
	w.drawing(d)
	w.layout(d)
	return []byte(w.b.String())
}

type writer struct{ b strings.Builder }

func (w *writer) line(indent int, s string) {
	w.b.WriteString(strings.Repeat(" ", indent))
	w.b.WriteString(s)
	w.b.WriteByte('\n')
}

func (w *writer) pair(indent int, key, value string) { w.line(indent, key+": "+value) }

func (w *writer) text(indent int, key, value string) {
	w.line(indent, key+": "+scalarText(value, indent))
}

func textEntry(key, text string) Entry {
	return Entry{Key: key, Value: Value{Kind: String, Text: text}}
}

func (w *writer) param(p *Param) {
	entries := []Entry{textEntry("name", p.Name), textEntry("type", p.Type.String())}
	if p.Description != "" {
		entries = append(entries, textEntry("description", p.Description))
	}
	if p.Default.Kind != Null {
		entries = append(entries, Entry{Key: "default", Value: p.Default})
	}
	w.entries(2, "- ", entries)
}

func (w *writer) node(n *Node) {
	entries := []Entry{textEntry("id", n.ID), textEntry("component", n.Component)}
	if n.Description != "" {
		entries = append(entries, textEntry("description", n.Description))
	}
	if n.Bypass {
		entries = append(entries, Entry{Key: "bypass", Value: Value{Kind: Bool, Text: "true"}})
	}
	if len(n.Params.Entries) > 0 {
		entries = append(entries, Entry{Key: "params", Value: n.Params})
	}
	w.entries(2, "- ", entries)
}

func (w *writer) layout(d *Document) {
	first := true
	for _, id := range d.ids() {
		p, ok := d.Layout[id]
		if !ok {
			continue
		}
		if first {
			w.line(0, "layout:")
			first = false
		}
		w.line(2, scalarKey(id)+": {x: "+coordinate(p.X)+", y: "+coordinate(p.Y)+"}")
	}
}

// entries writes a mapping. lead ("- " or nothing) stands in front of the first key; the others are indented to match.
func (w *writer) entries(indent int, lead string, entries []Entry) {
	for i := range entries {
		e := &entries[i]
		w.value(indent+len(lead), strings.Repeat(" ", indent)+lead+scalarKey(e.Key)+":", &e.Value)
		if i == 0 {
			indent, lead = indent+len(lead), ""
		}
	}
}

// value writes a value behind head, which is a whole line's beginning; indent is that of the mapping or list it belongs to.
func (w *writer) value(indent int, head string, v *Value) {
	w.b.WriteString(head)
	switch v.Kind {
	case Null:
		w.b.WriteString(" null\n")
	case Bool, Number:
		w.b.WriteString(" " + v.Text + "\n")
	case String:
		w.b.WriteString(" " + scalarText(v.Text, indent) + "\n")
	case List:
		if len(v.Items) == 0 {
			w.b.WriteString(" []\n")
			return
		}
		w.b.WriteByte('\n')
		for i := range v.Items {
			w.item(indent+2, &v.Items[i])
		}
	case Map:
		if len(v.Entries) == 0 {
			w.b.WriteString(" {}\n")
			return
		}
		w.b.WriteByte('\n')
		w.entries(indent+2, "", v.Entries)
	}
}

func (w *writer) item(indent int, v *Value) {
	if v.Kind == Map && len(v.Entries) > 0 {
		w.entries(indent, "- ", v.Entries)
		return
	}
	w.value(indent, strings.Repeat(" ", indent)+"-", v)
}

// plain is text that is a string without quotes for every reader of YAML: it begins with a letter and holds no indicator.
var plain = regexp.MustCompile(`^[\p{L}_][\p{L}\p{M}\p{N}_ .,/<>=+*()'"!?%;|&$~^@-]*$`)

// words are plain texts that some reader takes for something else.
var words = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

func isPlain(s string) bool {
	return plain.MatchString(s) && !strings.HasSuffix(s, " ") && !slices.Contains(words, strings.ToLower(s))
}

// scalarKey writes a key, always on one line.
func scalarKey(s string) string {
	if isPlain(s) {
		return s
	}
	return quoted(s)
}

// scalarText writes a text so that, where YAML allows, it stands as it is, and positions inside it add up: plain, in the quotes it does
// not hold, or as a block. indent is that of the surrounding mapping or list.
func scalarText(s string, indent int) string {
	switch {
	case isPlain(s):
		return s
	case strings.IndexFunc(s, unverbatim) >= 0:
		return quoted(s)
	case !strings.ContainsAny(s, "'\n"):
		return "'" + s + "'"
	case !strings.ContainsAny(s, "\"\\\n"):
		return `"` + s + `"`
	}
	first, _, _ := strings.Cut(s, "\n")
	trimmed := strings.TrimSuffix(s, "\n")
	// A first line that is blank or indented would need an indentation indicator, and several line ends a chomping one.
	if first == "" || first[0] == ' ' || strings.HasSuffix(trimmed, "\n") {
		return quoted(s)
	}
	head := "|"
	if trimmed == s {
		head = "|-"
	}
	pad := strings.Repeat(" ", indent+2)
	var b strings.Builder
	b.WriteString(head)
	for _, l := range strings.Split(trimmed, "\n") {
		b.WriteByte('\n')
		if l != "" {
			b.WriteString(pad + l)
		}
	}
	return b.String()
}

// unverbatim reports whether a character has to be escaped. Tabs are, for YAML's rules on them differ by place.
func unverbatim(r rune) bool {
	return r != '\n' && (r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff || !unicode.IsPrint(r) && !unicode.Is(unicode.M, r))
}

// quoted writes a text in double quotes.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case unverbatim(r):
			b.WriteString(escape(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// escape writes a character as YAML's double quotes take it.
func escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08X`, r)
	}
	return fmt.Sprintf(`\u%04X`, r)
}
