package model

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"millrace/models/diag"
)

type edgeKey struct{ from, to, port string }

// edge reads "a -> b", a chain "a -> b -> c", or {from: a, to: b, port: p}.
func (p *parser) edge(v *Value, path string, seen map[edgeKey]diag.Span) {
	switch v.Kind {
	case String:
		p.chain(v, path, seen)
	case Map:
		e := Edge{At: v.At}
		var fromAt, toAt diag.Span
		p.members(v, path, "", []member{
			p.text("from", true, &e.From, &fromAt),
			p.text("to", true, &e.To, &toAt),
			p.text("port", false, &e.Port, nil),
		})
		if e.From == "" || e.To == "" {
			return
		}
		from, to := p.end(e.From, fromAt, join(path, "from")), p.end(e.To, toAt, join(path, "to"))
		if from && to {
			p.link(e, path, seen)
		}
	default:
		p.errorf(CodeEdge, v.At, path, `Write "a -> b".`, "an edge is a text or a mapping, not %s", v.Kind)
	}
}

func (p *parser) chain(v *Value, path string, seen map[edgeKey]diag.Span) {
	const arrow = "->"
	segments := strings.Split(v.Text, arrow)
	if len(segments) < 2 {
		p.errorf(CodeEdge, v.At, path, `Write "a -> b".`, "the edge %q has no arrow", cut(v.Text))
		return
	}
	ids, at, good := make([]string, len(segments)), make([]diag.Span, len(segments)), make([]bool, len(segments))
	column := 1
	for i, s := range segments {
		left := strings.TrimLeft(s, " \t\n")
		ids[i] = strings.TrimRight(left, " \t\n")
		start := column + utf8.RuneCountInString(s) - utf8.RuneCountInString(left)
		// A text over several lines is folded or rare: its parts are then placed where it starts.
		local := diag.Span{Start: diag.Pos{Line: 1, Column: start}, End: diag.Pos{Line: 1, Column: start + utf8.RuneCountInString(ids[i])}}
		at[i] = v.At
		if !strings.Contains(v.Text, "\n") {
			at[i] = local.In(v.At)
		}
		if ids[i] == "" {
			p.errorf(CodeEdge, at[i], path, `Write "a -> b".`, "the edge %q lacks a node beside an arrow", cut(v.Text))
		} else {
			good[i] = p.end(ids[i], at[i], path)
		}
		column += utf8.RuneCountInString(s) + len(arrow)
	}
	for i := 1; i < len(ids); i++ {
		if good[i-1] && good[i] {
			p.link(Edge{From: ids[i-1], To: ids[i], At: diag.Span{Start: at[i-1].Start, End: at[i].End}}, path, seen)
		}
	}
}

// end checks one end of an edge.
func (p *parser) end(id string, at diag.Span, path string) bool {
	if p.declared[id] {
		return true
	}
	p.add(diag.Diagnostic{Code: CodeUnknownNode, Span: at, Path: path, Message: fmt.Sprintf("there is no node %q", cut(id))}, func() string {
		if near := diag.Nearest(cut(id), p.ids()); near != "" {
			return "Did you mean " + near + "?"
		}
		return ""
	})
	return false
}

func (p *parser) ids() []string {
	return slices.DeleteFunc(p.doc.ids(), func(id string) bool { return nameProblem(id) != "" })
}

// link takes an edge between two nodes that exist.
func (p *parser) link(e Edge, path string, seen map[edgeKey]diag.Span) {
	if e.From == e.To {
		p.errorf(CodeSelfEdge, e.At, path, "Remove the edge.", "the edge leads from %s to itself", cut(e.From))
		return
	}
	key := edgeKey{e.From, e.To, e.Port}
	if first, twice := seen[key]; twice {
		p.errorf(CodeDuplicateEdge, e.At, path, "Remove one of the two.", "the edge %s -> %s stands on line %d already", cut(e.From), cut(e.To), first.Start.Line)
		return
	}
	seen[key] = e.At
	p.doc.Edges = append(p.doc.Edges, e)
}

// cycles reports each edge that closes a cycle, found by a depth-first search in the order of the document. The search keeps its own
// stack: a document may hold a very long chain.
func (p *parser) cycles() {
	out := map[string][]*Edge{}
	for i := range p.doc.Edges {
		e := &p.doc.Edges[i]
		out[e.From] = append(out[e.From], e)
	}
	for i := range p.doc.Entities {
		// The joined rows come from every entity.
		e := &p.doc.Entities[i]
		if e.ID == p.doc.Output {
			continue // told as an id that is there twice
		}
		out[e.ID] = append(out[e.ID], &Edge{From: e.ID, To: p.doc.Output, At: e.IDAt})
	}
	const (
		fresh = iota
		open
		closed
	)
	state := map[string]int{}
	type frame struct {
		id   string
		next int
	}
	for _, id := range p.doc.ids() {
		if state[id] != fresh {
			continue
		}
		stack := []frame{{id: id}}
		state[id] = open
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(out[top.id]) {
				state[top.id] = closed
				stack = stack[:len(stack)-1]
				continue
			}
			e := out[top.id][top.next]
			top.next++
			switch state[e.To] {
			case fresh:
				state[e.To] = open
				stack = append(stack, frame{id: e.To})
			case open:
				var names []string
				for j := len(stack) - 1; j >= 0; j-- {
					names = append(names, stack[j].id)
					if stack[j].id == e.To {
						break
					}
				}
				p.cycle(e, names)
			}
		}
	}
}

// cycle reports a cycle, given backwards from the edge that closes it.
func (p *parser) cycle(e *Edge, backwards []string) {
	var b strings.Builder
	const most = 12
	for i := len(backwards) - 1; i >= 0; i-- {
		if n := len(backwards); n > most && i == n-most/2-1 {
			b.WriteString("... -> ")
			i = most/2 - 1
		}
		b.WriteString(backwards[i] + " -> ")
	}
	p.errorf(CodeCycle, e.At, "edges", "Remove one of these edges: rows flow one way.", "the edges form a cycle: %s%s", b.String(), e.To)
}
