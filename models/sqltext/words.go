package sqltext

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/sqltext/parser"
)

// The lexer's grammar lists the reserved words first and together, then the others.
const (
	firstReserved   = parser.MillraceSQLParserAND
	lastReserved    = parser.MillraceSQLParserWITH
	firstUnreserved = parser.MillraceSQLParserANTI
	lastUnreserved  = parser.MillraceSQLParserZONE
)

func reserved(kind int) bool { return firstReserved <= kind && kind <= lastReserved }

// ReservedWords returns the words that name a column only in back quotes, in upper case and order.
func ReservedWords() []string {
	out := make([]string, 0, lastReserved-firstReserved+1)
	for kind := firstReserved; kind <= lastReserved; kind++ {
		out = append(out, word(kind))
	}
	sort.Strings(out)
	return out
}

// word returns the text of a keyword's token type, in upper case.
func word(kind int) string {
	parser.MillraceSQLLexerInit()
	return strings.Trim(parser.MillraceSQLLexerLexerStaticData.LiteralNames[kind], "'")
}

func isReservedWord(s string) bool {
	up := strings.ToUpper(s)
	for kind := firstReserved; kind <= lastReserved; kind++ {
		if word(kind) == up {
			return true
		}
	}
	return false
}

// plainName reports whether s is surely read as a single word. Versions of Unicode differ in what is a letter, so that beyond
// ASCII only the common Chinese characters count.
func plainName(s string) bool {
	for i, r := range s {
		switch {
		case r == '_', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', 0x4e00 <= r && r <= 0x9fff:
		case i > 0 && '0' <= r && r <= '9':
		default:
			return false
		}
	}
	return s != ""
}

// QuoteName writes a name, in back quotes where it needs them.
func QuoteName(s string) string {
	if plainName(s) && !isReservedWord(s) {
		return s
	}
	return quote(s, '`')
}

// QuoteString writes a string constant.
func QuoteString(s string) string { return quote(s, '\'') }

func quote(s string, mark rune) string {
	m := string(mark)
	return m + strings.ReplaceAll(s, m, m+m) + m
}

// unquote takes the quotes off, whichever they are, and halves those within.
func unquote(s string) string {
	if len(s) < 2 {
		return s
	}
	m := s[:1]
	return strings.ReplaceAll(s[1:len(s)-1], m+m, m)
}

// show names a token in a message: words as they are, in upper case when they are keywords, signs in quotes.
func show(t antlr.Token) string {
	if t.GetTokenType() == antlr.TokenEOF {
		return "the end"
	}
	text := t.GetText()
	if reserved(t.GetTokenType()) {
		return strings.ToUpper(text)
	}
	if r, size := utf8.DecodeRuneInString(text); size == len(text) && !unicode.IsPrint(r) {
		return fmt.Sprintf("the character U+%04X", r)
	}
	switch t.GetTokenType() {
	case parser.MillraceSQLParserSTRING, parser.MillraceSQLParserBYTES, parser.MillraceSQLParserQUOTED_IDENTIFIER:
		return brief(text)
	}
	return "'" + brief(text) + "'"
}

// brief shortens what a message repeats of the text.
func brief(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
