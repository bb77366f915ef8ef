package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"millrace/models/diag"
	"millrace/models/schema"
)

// Parse reads a model document: one YAML document (JSON is read as YAML) of at most MaxBytes. It reports everything that is wrong in one
// pass, in the order of the text. The Document is nil only when there is no structure to read; with errors in the list it holds what
// could be read. What the parameters of components mean is not known here.
func Parse(file string, src []byte) (*Document, diag.List) {
	return currentCodec().parse(file, src)
}

func (c codec) parse(file string, src []byte) (*Document, diag.List) {
	p := &parser{collector: newCollector(file)}
	root, ok := readYAML(p.collector, src)
	if !ok {
		return nil, p.done()
	}
	if root.Kind != Map {
		p.errorf(CodeWrongKind, root.At, "", "Begin with format: "+strconv.Itoa(c.version)+".", "a model is a mapping, not %s", root.Kind)
		return nil, p.done()
	}
	root, ok = c.migrate(p, root)
	if !ok {
		return nil, p.done()
	}
	p.doc = &Document{Format: c.version, TimeZone: DefaultTimeZone}
	p.document(root)
	return p.doc, p.done()
}

type parser struct {
	*collector
	doc *Document
	// declared holds every node id that was written, well-formed or not, so that references to it are not reported again.
	declared map[string]bool
	// grouped holds, by the id of what is in a group, where that group starts.
	grouped map[string]diag.Span
}

// member is a key of a mapping and what reads its value.
type member struct {
	key      string
	required bool
	read     func(v *Value, path string)
}

// members reads a mapping by its keys, in the order of the table, and reports unknown and missing ones. Null counts as absent.
func (p *parser) members(v *Value, path, node string, table []member) bool {
	if v.Kind != Map {
		p.wrongKind(v, path, Map)
		return false
	}
	keys := make([]string, len(table))
	for i, m := range table {
		keys[i] = m.key
	}
	for i := range v.Entries {
		e := &v.Entries[i]
		if slices.Contains(keys, e.Key) {
			continue
		}
		p.add(diag.Diagnostic{Code: CodeUnknownKey, Span: e.KeyAt, Node: node, Path: join(path, e.Key), Message: fmt.Sprintf("unknown key %q", e.Key)}, func() string {
			if near := diag.Nearest(e.Key, keys); near != "" {
				return "Did you mean " + near + "?"
			}
			return "Known here are " + strings.Join(keys, ", ") + "."
		})
	}
	for _, m := range table {
		e, ok := v.Get(m.key)
		switch {
		case ok && e.Kind != Null:
			m.read(e, join(path, m.key))
		case ok && p.refused[e.At.Start]:
		case m.required:
			at := diag.Span{Start: v.At.Start}
			if ok && e.At.Start.Known() {
				at = e.At
			}
			p.add(diag.Diagnostic{Code: CodeMissingKey, Span: at, Node: node, Path: join(path, m.key), Message: fmt.Sprintf("the key %s is missing", m.key)}, nil)
		}
	}
	return true
}

func (p *parser) wrongKind(v *Value, path string, want Kind) {
	fix := ""
	if want == String && (v.Kind == Number || v.Kind == Bool) {
		fix = fmt.Sprintf("Put it in quotes: %q.", cut(v.Text))
	}
	p.errorf(CodeWrongKind, v.At, path, fix, "%s must be %s, not %s", path, want, v.Kind)
}

// text returns a member that reads a text into a field.
func (p *parser) text(key string, required bool, into *string, at *diag.Span) member {
	return member{key, required, func(v *Value, path string) {
		if v.Kind != String {
			p.wrongKind(v, path, String)
			return
		}
		if required && v.Text == "" {
			p.errorf(CodeMissingKey, v.At, path, "", "%s is empty", path)
		}
		*into = v.Text
		if at != nil {
			*at = v.At
		}
	}}
}

// list returns a member that reads each item of a list.
func (p *parser) list(key string, required bool, item func(v *Value, path string)) member {
	return member{key, required, func(v *Value, path string) {
		if v.Kind != List {
			p.wrongKind(v, path, List)
			return
		}
		if required && len(v.Items) == 0 {
			p.errorf(CodeMissingKey, v.At, path, "", "%s is empty", path)
		}
		for i := range v.Items {
			item(&v.Items[i], fmt.Sprintf("%s[%d]", path, i))
		}
	}}
}

func (p *parser) document(root Value) {
	d := p.doc
	p.declared, p.grouped = map[string]bool{}, map[string]diag.Span{}
	seen := map[edgeKey]diag.Span{}
	kind, _ := root.Get("kind")
	relational := kind != nil && kind.Text == string(RelationalModel)
	table := []member{
		{"format", false, func(*Value, string) {}}, // the codec has read it
		{"kind", true, p.kind},
		p.text("name", true, &d.Name, &d.NameAt),
		p.text("description", false, &d.Description, nil),
		p.text("time_zone", false, &d.TimeZone, &d.TimeZoneAt),
		p.list("params", false, p.param),
	}
	if relational {
		table = append(table, p.relational(&root)...)
	}
	table = append(table,
		p.list("nodes", !relational, p.node),
		p.list("edges", false, func(v *Value, path string) { p.edge(v, path, seen) }),
		p.list("groups", false, p.group),
		p.list("notes", false, p.note),
		member{"layout", false, p.layout},
	)
	p.members(&root, "", "", table)
	if d.Name != "" {
		p.modelName()
	}
	if !validZone(d.TimeZone) {
		p.errorf(CodeTimeZone, d.TimeZoneAt, "time_zone", "Write an IANA name such as Asia/Shanghai, Europe/Berlin or UTC.", "there is no time zone %q", cut(d.TimeZone))
	}
	p.cycles()
}

func (p *parser) kind(v *Value, path string) {
	if v.Kind != String {
		p.wrongKind(v, path, String)
		return
	}
	p.doc.Kind = DocumentKind(v.Text)
	switch p.doc.Kind {
	case View, RelationalModel:
	case ABModel:
		p.errorf(CodeKind, v.At, path, "Models of kind view and relational_model can be used so far.", "models of kind %s are not supported yet", v.Text)
	default:
		p.add(diag.Diagnostic{Code: CodeKind, Span: v.At, Path: path, Message: fmt.Sprintf("unknown kind %q", cut(v.Text))}, func() string {
			if near := diag.Nearest(cut(v.Text), []string{string(View), string(ABModel), string(RelationalModel)}); near != "" {
				return "Did you mean " + near + "?"
			}
			return "Write kind: view."
		})
	}
}

func (p *parser) modelName() {
	d := p.doc
	parts := strings.Split(d.Name, ".")
	const fix = "Name a model as catalog.db.table, such as cdm.music.long_plays."
	if len(parts) != 3 {
		p.errorf(CodeName, d.NameAt, "name", fix, "the name %q has %d parts, not 3", cut(d.Name), len(parts))
		return
	}
	for _, part := range parts {
		if problem := nameProblem(part); problem != "" {
			p.errorf(CodeName, d.NameAt, "name", fix, "the name %q: %s", cut(d.Name), problem)
			return
		}
	}
}

// nameProblem says what is wrong with an id or a part of a name, or nothing. Letters of any script are letters.
func nameProblem(s string) string {
	if s == "" {
		return "a part is empty"
	}
	if utf8.RuneCountInString(s) > MaxName {
		return fmt.Sprintf("%q has more than %d characters", cut(s), MaxName)
	}
	for i, r := range s {
		switch {
		case r == '_', unicode.IsLetter(r):
		case i > 0 && (unicode.IsDigit(r) || unicode.IsMark(r)):
		case i == 0:
			return fmt.Sprintf("%q does not begin with a letter", s)
		default:
			return fmt.Sprintf("%q holds the character %q", s, r)
		}
	}
	return ""
}

func validZone(name string) bool {
	// The empty name and Local are Go's, not IANA's, and would mean another zone on each machine.
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

func (p *parser) node(v *Value, path string) {
	n := Node{At: v.At}
	if e, ok := v.Get("id"); ok {
		n.ID = e.Text
	}
	n.Params = Value{Kind: Map, At: v.At}
	ok := p.members(v, path, n.ID, []member{
		p.text("id", true, &n.ID, &n.IDAt),
		p.text("component", true, &n.Component, &n.ComponentAt),
		p.text("description", false, &n.Description, nil),
		{"bypass", false, func(v *Value, path string) {
			if v.Kind != Bool {
				p.wrongKind(v, path, Bool)
				return
			}
			n.Bypass, n.BypassAt = v.Text == "true", v.At
		}},
		{"params", false, func(v *Value, path string) {
			if v.Kind != Map {
				p.wrongKind(v, path, Map)
				return
			}
			n.Params = *v
		}},
	})
	if !ok {
		return
	}
	p.declare(n.ID, n.IDAt, join(path, "id"))
	p.doc.Nodes = append(p.doc.Nodes, n)
}

// declare takes an id that edges may name.
func (p *parser) declare(id string, at diag.Span, path string) {
	if id == "" {
		return
	}
	if problem := nameProblem(id); problem != "" {
		p.errorf(CodeName, at, path, "Use letters, digits and underscores, a letter first.", "the id %s", problem)
	} else if p.declared[id] {
		p.errorf(CodeDuplicateNode, at, path, "Give each node an id of its own.", "there is another node %q", id)
	}
	p.declared[id] = true
}

func (p *parser) param(v *Value, path string) {
	q := Param{At: v.At}
	var nameAt, typeAt diag.Span
	var typeName string
	if !p.members(v, path, "", []member{
		p.text("name", true, &q.Name, &nameAt),
		p.text("type", true, &typeName, &typeAt),
		p.text("description", false, &q.Description, nil),
		{"default", false, func(v *Value, _ string) { q.Default = *v }},
	}) {
		return
	}
	if q.Name != "" {
		if problem := nameProblem(q.Name); problem != "" {
			p.errorf(CodeName, nameAt, join(path, "name"), "Use letters, digits and underscores, a letter first.", "the parameter's name %s", problem)
		} else if slices.ContainsFunc(p.doc.Params, func(o Param) bool { return o.Name == q.Name }) {
			p.errorf(CodeDuplicateNode, nameAt, join(path, "name"), "Give each parameter a name of its own.", "there is another parameter %q", q.Name)
		}
	}
	if typeName != "" {
		p.paramType(&q, typeName, typeAt, path)
	}
	p.doc.Params = append(p.doc.Params, q)
}

func (p *parser) paramType(q *Param, name string, at diag.Span, path string) {
	t, err := schema.Parse(name)
	switch {
	case err != nil:
		p.add(diag.Diagnostic{Code: CodeParamType, Span: at, Path: join(path, "type"), Message: err.Error()}, func() string {
			names := schema.TypeNames()
			slices.Sort(names)
			if near := diag.Nearest(cut(name), names); near != "" {
				return "Did you mean " + near + "?"
			}
			return ""
		})
		return
	case t.Nested(), t.Kind == schema.JSON, t.Kind == schema.Bytes:
		p.errorf(CodeParamType, at, join(path, "type"), "Use a boolean, a number, a string, a date or a timestamp.", "a parameter cannot be %s", t)
		return
	}
	q.Type = t
	if q.Default.Kind == Null {
		return
	}
	if problem := literalProblem(t, &q.Default); problem != "" {
		p.errorf(CodeParamDefault, q.Default.At, join(path, "default"), "", "the default of %s: %s", cut(q.Name), problem)
	}
}

func (p *parser) layout(v *Value, path string) {
	if v.Kind != Map {
		p.wrongKind(v, path, Map)
		return
	}
	for i := range v.Entries {
		e := &v.Entries[i]
		at := join(path, e.Key)
		var pt Point
		if !p.members(&e.Value, at, "", []member{{"x", true, p.coordinate(&pt.X)}, {"y", true, p.coordinate(&pt.Y)}}) {
			continue
		}
		if !p.declared[e.Key] {
			p.add(diag.Diagnostic{
				Code: CodeUnknownNode, Severity: diag.Warning, Span: e.KeyAt, Path: at, Fix: "Remove the position.",
				Message: fmt.Sprintf("the layout has a position for %q, which is no node", e.Key),
			}, nil)
			continue
		}
		if p.doc.Layout == nil {
			p.doc.Layout = map[string]Point{}
		}
		p.doc.Layout[e.Key] = pt
	}
}

func (p *parser) coordinate(into *float64) func(v *Value, path string) {
	return func(v *Value, path string) {
		if v.Kind != Number {
			p.wrongKind(v, path, Number)
			return
		}
		const far = 1e9
		x, err := strconv.ParseFloat(v.Text, 64)
		if err != nil || math.Abs(x) > far {
			p.errorf(CodeWrongKind, v.At, path, "", "%s lies outside the canvas", path)
			return
		}
		*into = x
	}
}
