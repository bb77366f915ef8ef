package sqltext

import (
	"strings"
	"unicode/utf8"
)

// maxColumns is the width that FormatScript keeps to where the text lets it.
const maxColumns = 100

// document is a text with places at which it may be broken into lines, after Wadler's "A prettier printer" (2003) and Oppen's
// "Prettyprinting" (1980): a group is written on one line when it fits, else all of its own lines are broken.
type document struct {
	kind docKind
	text string
	kids []document
	// broken is set for a group, and for what is within it, that cannot be on one line.
	broken bool
}

type docKind uint8

const (
	docConcat docKind = iota
	docText
	// docLine is a space or a line break, docSoft nothing or a line break, docHard a line break, docBlank one with an empty line.
	docLine
	docSoft
	docHard
	docBlank
	docGroup
	// docNest indents the lines within by two.
	docNest
	// docSuffix is written at the end of the line that it is on: a comment behind a token.
	docSuffix
)

func text(s string) document { return document{kind: docText, text: s} }

func concat(kids ...document) document {
	d := document{kids: kids}
	for _, k := range kids {
		d.broken = d.broken || k.broken
	}
	return d
}

func group(kids ...document) document {
	d := concat(kids...)
	d.kind = docGroup
	return d
}

func nest(kids ...document) document {
	d := concat(kids...)
	d.kind = docNest
	return d
}

func line() document  { return document{kind: docLine} }
func soft() document  { return document{kind: docSoft} }
func hard() document  { return document{kind: docHard, broken: true} }
func blank() document { return document{kind: docBlank, broken: true} }

// suffix breaks the group that it is in, so that a line ends near it.
func suffix(s string) document { return document{kind: docSuffix, text: s, broken: true} }

// part is a document that waits to be written.
type part struct {
	doc    document
	indent int
	// flat is set within a group that fits on the line.
	flat bool
}

type printer struct {
	out    strings.Builder
	column int
	// ends holds what waits for the end of the line.
	ends []string
}

// typeset writes a document, with a line break at its end.
func typeset(d document) string {
	var p printer
	stack := []part{{doc: d}}
	for len(stack) > 0 {
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch d := next.doc; d.kind {
		case docText:
			p.write(d.text)
		case docSuffix:
			p.ends = append(p.ends, d.text)
		case docGroup:
			next.flat = next.flat || !d.broken && fits(d, stack, maxColumns-p.column)
			stack = push(stack, next)
		case docNest:
			next.indent += 2
			stack = push(stack, next)
		case docConcat:
			stack = push(stack, next)
		case docLine, docSoft:
			switch {
			case !next.flat:
				p.newline(next.indent, false)
			case d.kind == docLine:
				p.write(" ")
			}
		case docHard, docBlank:
			p.newline(next.indent, d.kind == docBlank)
		}
	}
	p.newline(0, false)
	return p.out.String()
}

// push puts the kids of a document in its place.
func push(stack []part, of part) []part {
	for i := len(of.doc.kids) - 1; i >= 0; i-- {
		stack = append(stack, part{of.doc.kids[i], of.indent, of.flat})
	}
	return stack
}

func (p *printer) write(s string) {
	if s == "" {
		return
	}
	p.out.WriteString(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		p.column = utf8.RuneCountInString(s[i+1:])
		return
	}
	p.column += utf8.RuneCountInString(s)
}

func (p *printer) newline(indent int, empty bool) {
	for i, s := range p.ends {
		if i > 0 && strings.HasPrefix(p.ends[i-1], "--") {
			p.out.WriteString("\n" + strings.Repeat(" ", indent) + s) // what follows such a comment would be part of it
			continue
		}
		p.out.WriteString(" " + s)
	}
	p.ends = p.ends[:0]
	p.out.WriteByte('\n')
	if empty {
		p.out.WriteByte('\n')
	}
	p.out.WriteString(strings.Repeat(" ", indent))
	p.column = indent
}

// fits reports whether a document, and what follows it up to the next line break, has room. It looks at no more than the room.
func fits(d document, rest []part, room int) bool {
	stack := []part{{doc: d, flat: true}}
	for room >= 0 {
		if len(stack) == 0 {
			if len(rest) == 0 {
				return true
			}
			stack = append(stack, rest[len(rest)-1])
			rest = rest[:len(rest)-1]
		}
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch d := next.doc; d.kind {
		case docText:
			if first, _, more := strings.Cut(d.text, "\n"); more {
				return utf8.RuneCountInString(first) <= room
			}
			room -= utf8.RuneCountInString(d.text)
		case docSuffix:
		case docHard, docBlank:
			return true
		case docLine, docSoft:
			if !next.flat {
				return true
			}
			if d.kind == docLine {
				room--
			}
		case docGroup:
			next.flat = next.flat && !d.broken
			stack = push(stack, next)
		default:
			stack = push(stack, next)
		}
	}
	return false
}
