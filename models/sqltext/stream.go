package sqltext

import (
	"github.com/antlr4-go/antlr/v4"
)

// stream hands mended tokens to the parser. Its last token is EOF, which it repeats.
type stream struct {
	lexer  antlr.TokenSource
	tokens []antlr.Token
	next   int
}

var _ antlr.TokenStream = (*stream)(nil)

func newStream(lexer antlr.TokenSource, tokens []antlr.Token) *stream {
	for i, t := range tokens {
		t.SetTokenIndex(i)
	}
	return &stream{lexer: lexer, tokens: tokens}
}

// Consume moves on by one token, not past EOF.
func (s *stream) Consume() {
	if s.next < len(s.tokens)-1 {
		s.next++
	}
}

// LT returns the k-th token ahead, from 1, or behind, from -1.
func (s *stream) LT(k int) antlr.Token {
	i := s.next + k - 1
	if k < 0 {
		i = s.next + k
	}
	if k == 0 || i < 0 {
		return nil
	}
	return s.tokens[min(i, len(s.tokens)-1)]
}

// LA returns the type of the k-th token.
func (s *stream) LA(k int) int {
	if t := s.LT(k); t != nil {
		return t.GetTokenType()
	}
	return antlr.TokenInvalidType
}

// Mark does nothing: all tokens stay.
func (s *stream) Mark() int { return 0 }

// Release does nothing.
func (s *stream) Release(int) {}

// Index returns the place of the next token.
func (s *stream) Index() int { return s.next }

// Seek makes a token the next one.
func (s *stream) Seek(i int) { s.next = max(0, min(i, len(s.tokens)-1)) }

// Size returns the number of tokens.
func (s *stream) Size() int { return len(s.tokens) }

// Reset starts over.
func (s *stream) Reset() { s.next = 0 }

// Get returns a token by its place.
func (s *stream) Get(i int) antlr.Token { return s.tokens[i] }

// GetSourceName returns the lexer's.
func (s *stream) GetSourceName() string { return s.lexer.GetSourceName() }

// GetTokenSource returns the lexer.
func (s *stream) GetTokenSource() antlr.TokenSource { return s.lexer }

// SetTokenSource changes the lexer that GetTokenSource returns.
func (s *stream) SetTokenSource(l antlr.TokenSource) { s.lexer = l }

// The texts below serve the runtime's own messages, which Millrace replaces by its own.

// GetAllText returns nothing.
func (s *stream) GetAllText() string { return "" }

// GetTextFromInterval returns nothing.
func (s *stream) GetTextFromInterval(antlr.Interval) string { return "" }

// GetTextFromRuleContext returns nothing.
func (s *stream) GetTextFromRuleContext(antlr.RuleContext) string { return "" }

// GetTextFromTokens returns nothing.
func (s *stream) GetTextFromTokens(antlr.Token, antlr.Token) string { return "" }
