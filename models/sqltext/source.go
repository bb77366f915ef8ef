package sqltext

import (
	"sort"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
)

// source places code point offsets, which is how tokens are placed, as lines and columns.
type source struct {
	// lines holds the offset of each line's first code point.
	lines []int
	size  int
}

func newSource(text string) *source {
	s := &source{lines: []int{0}}
	for _, r := range text {
		s.size++
		if r == '\n' {
			s.lines = append(s.lines, s.size)
		}
	}
	return s
}

func (s *source) pos(offset int) diag.Pos {
	offset = max(0, min(offset, s.size))
	line := sort.SearchInts(s.lines, offset+1)
	return diag.Pos{Line: line, Column: offset - s.lines[line-1] + 1}
}

// span is the stretch from code point start to stop, which is inclusive as in tokens.
func (s *source) span(start, stop int) diag.Span {
	return diag.Span{Start: s.pos(start), End: s.pos(max(start, stop+1))}
}

func (s *source) token(t antlr.Token) diag.Span {
	return s.span(t.GetStart(), t.GetStop())
}

// rule is the stretch a rule was read from; a rule that read nothing stands before its first token.
func (s *source) rule(c antlr.ParserRuleContext) diag.Span {
	start, stop := c.GetStart(), c.GetStop()
	if start == nil {
		return diag.Span{}
	}
	if stop == nil || stop.GetStop() < start.GetStart() {
		return s.span(start.GetStart(), start.GetStart()-1)
	}
	return s.span(start.GetStart(), stop.GetStop())
}
