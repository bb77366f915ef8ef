package sqltext

import (
	"unicode/utf8"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// ParseExpr reads one expression. The tree is never nil; where it could not be read it holds Bad nodes, and the diagnostics
// then hold an error. Without an error the tree has none.
func ParseExpr(text string) (Expr, diag.List) {
	tree, b := read(text, func(p *parser.MillraceSQLParser) antlr.ParserRuleContext { return p.ExpressionOnly() })
	root, ok := tree.(*parser.ExpressionOnlyContext)
	if !ok {
		return b.everything(), b.diags
	}
	return b.expr(root.Expression()), b.finish()
}

// ParseSelectItem reads one item of a select list: an expression with or without a name ("ms_played / 1000.0 AS seconds"), or
// a star. The alias is empty when there is none; else it is as written, without quotes.
func ParseSelectItem(text string) (item Expr, alias string, diags diag.List) {
	tree, b := read(text, func(p *parser.MillraceSQLParser) antlr.ParserRuleContext { return p.SelectItemOnly() })
	root, ok := tree.(*parser.SelectItemOnlyContext)
	if !ok {
		return b.everything(), "", b.diags
	}
	switch c := root.SelectItem().(type) {
	case *parser.SelectStarContext:
		item = &Star{b.at(c)}
	case *parser.SelectExpressionContext:
		item = b.expr(c.Expression())
		if c.GetAlias() != nil {
			alias = b.name(c.GetAlias()).Text
		}
	default:
		item = b.everything()
	}
	return item, alias, b.finish()
}

// read parses a text from one of the grammar's entry points. The tree is nil when the text was not worth parsing.
func read(text string, entry func(*parser.MillraceSQLParser) antlr.ParserRuleContext) (antlr.ParserRuleContext, *builder) {
	b := newBuilder(text)
	if b.diags.HasErrors() {
		return nil, b
	}
	lexer := newLexer(text)
	m := &mender{src: b.src}
	tokens, ok := m.mend(lexer)
	b.diags = m.diags
	if !ok {
		return nil, b
	}
	tree := b.parse(lexer, tokens, len(m.dropped) > 0, entry)
	return tree, b
}

// newBuilder returns a builder for a text. It holds an error when the text is not worth looking at.
func newBuilder(text string) *builder {
	if len(text) > MaxBytes {
		b := &builder{src: &source{lines: []int{0}}}
		b.diags.Errorf(CodeTooLong, b.src.span(0, -1), "the text has %d bytes; the limit is %d", len(text), MaxBytes)
		return b
	}
	b := &builder{src: newSource(text)}
	if !utf8.ValidString(text) {
		at := b.src.pos(invalidAt(text))
		b.diags.Errorf(CodeInvalidUTF8, diag.Span{Start: at, End: at}, "the text is not valid UTF-8").Fix = "Save it as UTF-8."
	}
	return b
}

func newLexer(text string) *parser.MillraceSQLLexer {
	lexer := parser.NewMillraceSQLLexer(antlr.NewInputStream(text))
	lexer.RemoveErrorListeners()
	return lexer
}

// parse reads mended tokens and reports what does not follow the grammar. Characters that were left out without a mend leave a
// hole that the parser trips over: with holes its complaints are kept back, because the characters are the news.
func (b *builder) parse(lexer antlr.TokenSource, tokens []antlr.Token, holes bool, entry func(*parser.MillraceSQLParser) antlr.ParserRuleContext) antlr.ParserRuleContext {
	// SLL is the cheap way to predict and right for every text that it accepts. What it does not accept is either wrong or,
	// in principle, needs LL.
	for len(b.diags) < maxReports {
		tree, faults := parse(lexer, tokens, antlr.PredictionModeSLL, entry)
		if len(faults) == 0 {
			return tree
		}
		// A reserved word in a name's place has a certain mend, which is better than the parser's guesses: mend and start over.
		if !b.mendReserved(faults[0], tokens) {
			break
		}
	}
	tree, faults := parse(lexer, tokens, antlr.PredictionModeLL, entry)
	if len(faults) > 0 {
		b.broken = true
		if !holes {
			b.reportSyntax(faults, tokens)
		}
	}
	return tree
}

func parse(lexer antlr.TokenSource, tokens []antlr.Token, mode int, entry func(*parser.MillraceSQLParser) antlr.ParserRuleContext) (antlr.ParserRuleContext, []fault) {
	p := parser.NewMillraceSQLParser(newStream(lexer, tokens))
	p.RemoveErrorListeners()
	l := &listener{parser: p}
	p.AddErrorListener(l)
	p.GetInterpreter().SetPredictionMode(mode)
	tree := entry(p)
	return tree, l.faults
}

// invalidAt returns the offset in code points of the first byte that is not UTF-8.
func invalidAt(text string) int {
	offset := 0
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			return offset
		}
		text = text[size:]
		offset++
	}
	return offset
}
