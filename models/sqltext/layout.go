package sqltext

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// FormatScript writes a script in canonical layout: clauses on lines, two spaces of indent, keywords and types in upper case, what is
// longer than 100 columns wrapped, one empty line between statements. Names, functions, constants and brackets stay as they are
// written, and comments stay with what they stand beside. The tree stays the same but for its places, and what is written is written the
// same again. A text with errors is refused: then the result is empty and the diagnostics say why.
func FormatScript(script string) (string, diag.List) {
	out, diags := layOutOnce(script)
	// A comment in an odd place can move to the end of the line that its token has come to; laying out what came out settles it.
	for range 4 {
		if diags.HasErrors() {
			return "", diags
		}
		again, _ := layOutOnce(out)
		if again == out {
			break
		}
		out = again
	}
	return out, diags
}

func layOutOnce(text string) (string, diag.List) {
	s := readScript(text)
	s.statements()
	diags := s.b.finish()
	if diags.HasErrors() {
		return "", diags
	}
	l := &layout{script: s, before: map[int]gap{}, after: map[int][]string{}}
	l.place()
	d := l.whole()
	if len(d.kids) == 0 {
		return "", diags
	}
	return typeset(d), diags
}

// layout makes a document of a script.
type layout struct {
	script *script
	// before holds the comments that stand before a token, by its start; after those at the end of its line, and its hints.
	before map[int]gap
	after  map[int][]string
	// glued holds hints, which must stay directly behind their token.
	glued map[int][]string
	// hard is set while the clauses of the query at hand stand on lines of their own, whatever their length.
	hard bool
	// rule is the part of the tree that is being written, above the one that it is in. (The tree's own links to parents lose the kind of
	// an alternative.)
	rule, above antlr.Tree
}

// gap is what stands before a token.
type gap struct {
	comments []comment
	// own is set when the comments want lines of their own.
	own bool
}

// comment is a comment with the number of line breaks behind it, two at most.
type comment struct {
	text   string
	breaks int
}

// place divides the comments among the tokens.
func (l *layout) place() {
	l.glued = map[int][]string{}
	tokens, remarks := l.script.all, l.script.remarks
	for len(remarks) > 0 {
		next := tokens[remarks[0].next]
		n := 1
		for n < len(remarks) && remarks[n].next == remarks[0].next {
			n++
		}
		here := remarks[:n]
		line, behind := 0, -1 // of what stands before
		if i := here[0].next; i > 0 {
			line, behind = endLine(tokens[i-1]), tokens[i-1].GetStart()
		}
		follows := func(i int) int { // the line of what stands behind the i-th comment
			switch {
			case i+1 < n:
				return here[i+1].token.GetLine()
			case next.GetTokenType() == antlr.TokenEOF:
				return endLine(here[i].token) + 1
			default:
				return next.GetLine()
			}
		}
		// Those that begin on the line of what stands before, up to the end of a line, belong to it.
		trailing := 0
		if behind >= 0 && here[0].token.GetLine() == line {
			for i := range here {
				if follows(i) > endLine(here[i].token) {
					trailing = i + 1
					break
				}
			}
		}
		var g gap
		for i, r := range here {
			text := strings.TrimRight(r.token.GetText(), " \t\r")
			switch {
			case r.token.GetTokenType() == parser.MillraceSQLLexerHINT && behind >= 0:
				l.glued[behind] = append(l.glued[behind], text)
			case i < trailing:
				l.after[behind] = append(l.after[behind], text)
			default:
				breaks := min(2, follows(i)-endLine(r.token))
				g.comments = append(g.comments, comment{text, breaks})
				g.own = g.own || breaks > 0
			}
		}
		if len(g.comments) > 0 {
			l.before[next.GetStart()] = g
		}
		remarks = remarks[n:]
	}
}

func endLine(t antlr.Token) int { return t.GetLine() + strings.Count(t.GetText(), "\n") }

// whole is the document of all statements.
func (l *layout) whole() document {
	var out []document
	s := l.script
	separate := func() {
		if len(out) > 0 {
			out = append(out, blank())
		}
	}
	for i := 0; i < len(s.segments); i++ {
		seg := s.segments[i]
		separate()
		l.hard = true
		n := setHeader(seg)
		if n == 0 {
			out = append(out, l.statement(seg))
			continue
		}
		// EXECUTE STATEMENT SET BEGIN insert; insert; END
		out = append(out, l.words(seg.tokens[:n]))
		if n == len(seg.tokens) && seg.kindAt(n-1) != parser.MillraceSQLLexerBEGIN {
			out = append(out, l.semicolon(seg))
		}
		var inserts []document
		for seg.tokens = seg.tokens[n:]; !seg.begins(parser.MillraceSQLLexerEND); {
			if len(seg.tokens) > 0 {
				inserts = append(inserts, hard(), l.statement(seg))
			}
			i++
			seg = s.segments[i]
		}
		out = append(out, nest(inserts...), hard(), l.words(seg.tokens), l.semicolon(seg))
	}
	end := s.all[len(s.all)-1]
	if g, ok := l.before[end.GetStart()]; ok {
		separate()
		for i, c := range g.comments {
			out = append(out, text(c.text))
			if i < len(g.comments)-1 {
				out = append(out, breaks(c.breaks))
			}
		}
	}
	return concat(out...)
}

func breaks(n int) document {
	switch {
	case n > 1:
		return blank()
	case n == 1:
		return hard()
	default:
		return text(" ")
	}
}

func (l *layout) statement(seg segment) document {
	l.hard = true
	tree := l.script.trees[seg.tokens[0].GetStart()]
	return concat(l.node(tree), l.semicolon(seg))
}

// semicolon ends a statement, also where the text leaves it out.
func (l *layout) semicolon(seg segment) document {
	if seg.end.GetTokenType() != antlr.TokenEOF {
		out := l.token(seg.end, ";")
		if l.before[seg.end.GetStart()].own {
			return concat(hard(), out)
		}
		return out
	}
	return text(";")
}

// words writes keywords.
func (l *layout) words(tokens []antlr.Token) document {
	var out []document
	for i, t := range tokens {
		if i > 0 {
			out = append(out, l.gap(text(" "), t))
		}
		out = append(out, l.token(t, strings.ToUpper(t.GetText())))
	}
	return concat(out...)
}

// gap is what stands before a token: as asked, unless the token's comments want a line.
func (l *layout) gap(asked document, t antlr.Token) document {
	g, ok := l.before[t.GetStart()]
	switch {
	case g.own && asked.kind != docHard:
		return hard()
	case ok && asked.kind == docText:
		return text(" ")
	}
	return asked
}

// token writes a token with its comments.
func (l *layout) token(t antlr.Token, as string) document {
	at := t.GetStart()
	g, glued, after := l.before[at], l.glued[at], l.after[at]
	if len(g.comments)+len(glued)+len(after) == 0 {
		return text(as)
	}
	var out []document
	for _, c := range g.comments {
		out = append(out, text(c.text), breaks(c.breaks))
	}
	out = append(out, text(as))
	for _, h := range glued {
		out = append(out, text(" "+h))
	}
	for _, c := range after {
		out = append(out, suffix(c))
	}
	return concat(out...)
}

// leaf writes a token of a tree, keywords in upper case.
func (l *layout) leaf(n antlr.TerminalNode) document {
	t := n.GetSymbol()
	as := t.GetText()
	if l.upper(t.GetTokenType()) {
		as = strings.ToUpper(as)
	}
	return l.token(t, as)
}

// upper reports whether a token is a keyword, a type or a unit where it stands, and no name.
func (l *layout) upper(kind int) bool {
	switch l.rule.(type) {
	case *parser.IdentifierContext:
		switch l.above.(type) {
		case *parser.UnitContext, *parser.ArgumentsTailContext:
			return kind == parser.MillraceSQLLexerIDENTIFIER
		}
		return false
	case *parser.NonReservedContext, *parser.WordContext, *parser.FunctionNameContext:
		return false
	case *parser.TypeNameContext, *parser.SimpleTypeContext, *parser.TypedContext:
		return kind != parser.MillraceSQLLexerSTRING
	}
	return firstReserved <= kind && kind <= lastUnreserved || kind == parser.MillraceSQLLexerARRAY_OF || kind == parser.MillraceSQLLexerMAP_OF
}
