package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"millrace/models/diag"
)

// The bounds of what is drawn around nodes and beside them.
const (
	// MaxTitle is the longest title of a group and MaxNote the longest text of a note, in code points.
	MaxTitle = 128
	MaxNote  = 4000
	// MinNoteWidth, MaxNoteWidth and DefaultNoteWidth are how wide a note is at least, at most, and where it does not say.
	MinNoteWidth     = 96
	MaxNoteWidth     = 960
	DefaultNoteWidth = 240
)

// GroupColors returns the colours that a group may have; one without is grey.
func GroupColors() []string { return []string{"blue", "green", "amber", "violet"} }

// Group is a frame that the canvas draws around nodes. A node is in one group at most; groups hold no groups.
type Group struct {
	// ID is unique among the groups.
	ID string
	// Title is shown instead of the id.
	Title string
	// Nodes are the ids of what is in it, as the layout names them: nodes, entities, the joined rows. There is at least one.
	Nodes []string
	// Color is one of GroupColors, or empty.
	Color string

	// At is where the group starts, IDAt where its id stands.
	At, IDAt diag.Span
}

// Note is a text on the canvas.
type Note struct {
	// ID is unique among the notes.
	ID string
	// Text is Markdown.
	Text string
	// Point is the upper left corner. The height follows from text and width.
	Point
	// Width is 0 where the note does not say: it is DefaultNoteWidth wide then.
	Width float64

	// At is where the note starts, IDAt where its id stands.
	At, IDAt diag.Span
}

// group reads a group. What it names is checked when all nodes are known. A name that is wrong is a warning and left out, as a group has
// no meaning for the rows.
func (p *parser) group(v *Value, path string) {
	g := Group{At: v.At}
	named := 0
	if !p.members(v, path, "", []member{
		p.text("id", true, &g.ID, &g.IDAt),
		p.drawnText("title", MaxTitle, &g.Title),
		p.list("nodes", false, func(v *Value, path string) {
			named++
			p.groupMember(&g, v, path)
		}),
		{"color", false, func(v *Value, path string) { p.color(&g, v, path) }},
	}) {
		return
	}
	if !p.drawnID("group", g.ID, g.IDAt, join(path, "id"), slices.ContainsFunc(p.doc.Groups, func(o Group) bool { return o.ID == g.ID })) {
		return
	}
	if named == 0 {
		p.add(diag.Diagnostic{Code: CodeGroup, Severity: diag.Warning, Span: g.IDAt, Path: path, Fix: "Remove the group.", Message: fmt.Sprintf("the group %q has no nodes", g.ID)}, nil)
	}
	if len(g.Nodes) > 0 {
		p.doc.Groups = append(p.doc.Groups, g)
	}
}

func (p *parser) groupMember(g *Group, v *Value, path string) {
	if v.Kind != String {
		p.wrongKind(v, path, String)
		return
	}
	id := v.Text
	if !p.declared[id] {
		p.add(diag.Diagnostic{Code: CodeUnknownNode, Severity: diag.Warning, Span: v.At, Path: path, Message: fmt.Sprintf("the group has %q, which is no node", cut(id))}, func() string {
			if near := diag.Nearest(cut(id), p.ids()); near != "" {
				return "Did you mean " + near + "?"
			}
			return "Remove it from the group."
		})
		return
	}
	if where, taken := p.grouped[id]; taken {
		d := diag.Diagnostic{Code: CodeGroup, Severity: diag.Warning, Span: v.At, Path: path, Fix: "Remove it from one of them."}
		d.Message = fmt.Sprintf("%s is in the group on line %d already", cut(id), where.Start.Line)
		p.add(d, nil)
		return
	}
	p.grouped[id] = g.At
	g.Nodes = append(g.Nodes, id)
}

func (p *parser) color(g *Group, v *Value, path string) {
	if v.Kind != String {
		p.wrongKind(v, path, String)
		return
	}
	if slices.Contains(GroupColors(), v.Text) {
		g.Color = v.Text
		return
	}
	p.add(diag.Diagnostic{Code: CodeGroup, Span: v.At, Path: path, Message: fmt.Sprintf("unknown color %q", cut(v.Text))}, func() string {
		if near := diag.Nearest(cut(v.Text), GroupColors()); near != "" {
			return "Did you mean " + near + "?"
		}
		return "Colors are " + strings.Join(GroupColors(), ", ") + "."
	})
}

func (p *parser) note(v *Value, path string) {
	n := Note{At: v.At}
	if !p.members(v, path, "", []member{
		p.text("id", true, &n.ID, &n.IDAt),
		p.drawnText("text", MaxNote, &n.Text),
		{"x", true, p.coordinate(&n.X)},
		{"y", true, p.coordinate(&n.Y)},
		{"width", false, func(v *Value, path string) { p.noteWidth(&n, v, path) }},
	}) {
		return
	}
	if p.drawnID("note", n.ID, n.IDAt, join(path, "id"), slices.ContainsFunc(p.doc.Notes, func(o Note) bool { return o.ID == n.ID })) {
		p.doc.Notes = append(p.doc.Notes, n)
	}
}

func (p *parser) noteWidth(n *Note, v *Value, path string) {
	if v.Kind != Number {
		p.wrongKind(v, path, Number)
		return
	}
	w, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || math.IsNaN(w) || w < MinNoteWidth || w > MaxNoteWidth {
		p.errorf(CodeWrongKind, v.At, path, "", "%s must lie between %d and %d", path, MinNoteWidth, MaxNoteWidth)
		return
	}
	n.Width = w
}

// drawnText reads a text of at most so many code points; without it, it is empty.
func (p *parser) drawnText(key string, most int, into *string) member {
	return member{key, false, func(v *Value, path string) {
		if v.Kind != String {
			p.wrongKind(v, path, String)
			return
		}
		if n := utf8.RuneCountInString(v.Text); n > most {
			p.errorf(CodeTooLong, v.At, path, "", "%s has %d characters, more than %d", path, n, most)
			return
		}
		*into = v.Text
	}}
}

// drawnID checks the id of a group or note, which edges do not name: it need not differ from those of nodes.
func (p *parser) drawnID(what, id string, at diag.Span, path string, taken bool) bool {
	if id == "" {
		return false
	}
	if problem := nameProblem(id); problem != "" {
		p.errorf(CodeName, at, path, "Use letters, digits and underscores, a letter first.", "the id %s", problem)
		return false
	}
	if taken {
		p.errorf(CodeDuplicateNode, at, path, "Give each "+what+" an id of its own.", "there is another %s %q", what, id)
	}
	return !taken
}

func (w *writer) drawing(d *Document) {
	if len(d.Groups) > 0 {
		w.line(0, "groups:")
	}
	for i := range d.Groups {
		g := &d.Groups[i]
		entries := []Entry{textEntry("id", g.ID)}
		if g.Title != "" {
			entries = append(entries, textEntry("title", g.Title))
		}
		nodes := Value{Kind: List}
		for _, id := range g.Nodes {
			nodes.Items = append(nodes.Items, Value{Kind: String, Text: id})
		}
		entries = append(entries, Entry{Key: "nodes", Value: nodes})
		if g.Color != "" {
			entries = append(entries, textEntry("color", g.Color))
		}
		w.entries(2, "- ", entries)
	}
	if len(d.Notes) > 0 {
		w.line(0, "notes:")
	}
	for i := range d.Notes {
		n := &d.Notes[i]
		w.entries(2, "- ", []Entry{textEntry("id", n.ID), textEntry("text", n.Text)})
		// As in the layout, y stands without quotes: here it is a key for every reader of documents.
		w.pair(4, "x", coordinate(n.X))
		w.pair(4, "y", coordinate(n.Y))
		if n.Width != 0 {
			w.pair(4, "width", coordinate(n.Width))
		}
	}
}

// coordinate writes a number of the canvas.
func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
