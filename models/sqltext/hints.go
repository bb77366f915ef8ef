package sqltext

import (
	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// hintsBehind reads the hints that stand directly behind a token.
func (b *builder) hintsBehind(t antlr.Token) []Hint {
	if t == nil {
		return nil
	}
	var out []Hint
	for _, h := range b.hints[t.GetStart()] {
		out = append(out, b.readHints(h)...)
	}
	return out
}

// hintReader reads NAME(a, 'k' = 'v'), NAME from what a /*+ ... */ holds. That is too little for a grammar of its own.
type hintReader struct {
	b      *builder
	tokens []antlr.Token
	// base is the offset of the text within the whole.
	base int
}

func (b *builder) readHints(t antlr.Token) []Hint {
	text := t.GetText()
	lexer := newLexer(text[3 : len(text)-2])
	r := &hintReader{b: b, base: t.GetStart() + 3}
	for {
		next := lexer.NextToken()
		if next.GetTokenType() == antlr.TokenEOF {
			break
		}
		if next.GetChannel() == antlr.TokenDefaultChannel {
			r.tokens = append(r.tokens, next)
		}
	}
	var out []Hint
	for len(r.tokens) > 0 {
		h, ok := r.hint()
		if !ok {
			b.errorf(CodeSyntax, b.src.token(t), "the hint cannot be read").Fix =
				"Hints are written as /*+ NAME(a, b) */ and /*+ OPTIONS('key' = 'value') */; a comment begins with /* and a space."
			return nil
		}
		out = append(out, h)
		r.take(parser.MillraceSQLLexerCOMMA)
	}
	return out
}

func (r *hintReader) at(t antlr.Token) diag.Span {
	return r.b.src.span(r.base+t.GetStart(), r.base+t.GetStop())
}

// take removes the next token when it is of a type.
func (r *hintReader) take(kind int) antlr.Token {
	if len(r.tokens) == 0 || r.tokens[0].GetTokenType() != kind {
		return nil
	}
	t := r.tokens[0]
	r.tokens = r.tokens[1:]
	return t
}

// name takes a word, or a.b.c as one.
func (r *hintReader) name() (NamePart, bool) {
	var out NamePart
	for {
		if len(r.tokens) == 0 || !nameLike(r.tokens[0].GetTokenType()) {
			return out, false
		}
		t := r.tokens[0]
		r.tokens = r.tokens[1:]
		text := t.GetText()
		if t.GetTokenType() == parser.MillraceSQLLexerQUOTED_IDENTIFIER {
			text = unquote(text)
		}
		if out.Text == "" {
			out.At = r.at(t)
		}
		out.Text += text
		out.At.End = r.at(t).End
		if r.take(parser.MillraceSQLLexerDOT) == nil {
			return out, true
		}
		out.Text += "."
	}
}

func (r *hintReader) hint() (Hint, bool) {
	name, ok := r.name()
	h := Hint{Place: Place{name.At}, Name: name}
	if !ok || r.take(parser.MillraceSQLLexerLPAREN) == nil {
		return h, ok
	}
	for {
		if key := r.take(parser.MillraceSQLLexerSTRING); key != nil {
			if r.take(parser.MillraceSQLLexerEQ) == nil {
				return h, false
			}
			value := r.take(parser.MillraceSQLLexerSTRING)
			if value == nil {
				return h, false
			}
			h.Options = append(h.Options, Option{unquote(key.GetText()), unquote(value.GetText()), r.at(key), r.at(value)})
		} else {
			arg, ok := r.name()
			if !ok {
				return h, false
			}
			h.Args = append(h.Args, arg)
		}
		if end := r.take(parser.MillraceSQLLexerRPAREN); end != nil {
			h.At.End = r.at(end).End
			return h, true
		}
		if r.take(parser.MillraceSQLLexerCOMMA) == nil {
			return h, false
		}
	}
}
