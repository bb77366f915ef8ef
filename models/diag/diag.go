package diag

import (
	"fmt"
	"sort"
	"strings"
)

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities, worst first.
const (
	Error Severity = iota
	Warning
	Info
)

// String returns the severity in lower case.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "info"
	}
}

// MarshalText makes JSON and YAML carry the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(b []byte) error {
	switch string(b) {
	case "error":
		*s = Error
	case "warning":
		*s = Warning
	case "info":
		*s = Info
	default:
		return fmt.Errorf("unknown severity %q", b)
	}
	return nil
}

// Pos is a place in a text: line and column from 1, the column in code points. The zero Pos is "no place known".
type Pos struct {
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

// Known reports whether p is a place.
func (p Pos) Known() bool { return p.Line > 0 }

// In places p, a position within a text that itself starts at base (an expression inside a YAML document), in the outer text.
func (p Pos) In(base Pos) Pos {
	if !base.Known() || !p.Known() {
		return base
	}
	if p.Line == 1 {
		return Pos{Line: base.Line, Column: base.Column + p.Column - 1}
	}
	// A later line of a block text: lines add up, the column stands as written but for the block's indent, which base.Column carries.
	return Pos{Line: base.Line + p.Line - 1, Column: base.Column + p.Column - 1}
}

// Span is a stretch of a text; End is exclusive and may be unknown.
type Span struct {
	Start Pos `json:"start,omitzero"`
	End   Pos `json:"end,omitzero"`
}

// Diagnostic is one thing that is wrong, or worth saying, at one place.
type Diagnostic struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	File     string   `json:"file,omitempty"`
	Span     Span     `json:"span,omitzero"`
	// Node is the id of the model node concerned, Path the place within it or within the document ("params.where", "edges[2]").
	Node    string `json:"node,omitempty"`
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
	// Fix says what to do about it, as a sentence; empty when nothing better than the message is known.
	Fix string `json:"fix,omitempty"`
}

// Error makes a Diagnostic usable as an error.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if d.File != "" {
		b.WriteString(d.File)
		b.WriteByte(':')
	}
	if d.Span.Start.Known() {
		fmt.Fprintf(&b, "%d:%d:", d.Span.Start.Line, d.Span.Start.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	fmt.Fprintf(&b, "%s: %s: %s", d.Severity, d.Code, d.Message)
	return b.String()
}

// List is a set of diagnostics, in the order in which they were found until Sort.
type List []Diagnostic

// Add appends d.
func (l *List) Add(d Diagnostic) { *l = append(*l, d) }

// Errorf appends an error at a span.
func (l *List) Errorf(code Code, span Span, format string, args ...any) *Diagnostic {
	*l = append(*l, Diagnostic{Code: code, Severity: Error, Span: span, Message: fmt.Sprintf(format, args...)})
	return &(*l)[len(*l)-1]
}

// Warnf appends a warning at a span.
func (l *List) Warnf(code Code, span Span, format string, args ...any) *Diagnostic {
	*l = append(*l, Diagnostic{Code: code, Severity: Warning, Span: span, Message: fmt.Sprintf(format, args...)})
	return &(*l)[len(*l)-1]
}

// HasErrors reports whether any diagnostic is an error.
func (l List) HasErrors() bool {
	for i := range l {
		if l[i].Severity == Error {
			return true
		}
	}
	return false
}

// Err returns the list as an error when it holds one, else nil.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return l
}

// Error joins the messages, one a line.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i := range l {
		parts[i] = l[i].Error()
	}
	return strings.Join(parts, "\n")
}

// Sort orders the list by file, place, node, path and code, so that output is stable.
func (l List) Sort() {
	sort.SliceStable(l, func(i, j int) bool {
		a, b := l[i], l[j]
		switch {
		case a.File != b.File:
			return a.File < b.File
		case a.Span.Start.Line != b.Span.Start.Line:
			return a.Span.Start.Line < b.Span.Start.Line
		case a.Span.Start.Column != b.Span.Start.Column:
			return a.Span.Start.Column < b.Span.Start.Column
		case a.Node != b.Node:
			return a.Node < b.Node
		case a.Path != b.Path:
			return a.Path < b.Path
		}
		return a.Code < b.Code
	})
}

// Nearest returns the candidate closest to name by edit distance when it is close enough to be meant, else "".
// Case is ignored in the comparison. Ties go to the earlier candidate.
func Nearest(name string, candidates []string) string {
	best, bestDist := "", 1+len([]rune(name))/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < bestDist {
			best, bestDist = c, d
		}
	}
	return best
}

// distance is the Damerau-Levenshtein distance (adjacent transpositions count one) in code points.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	prev2, prev, cur := make([]int, len(rb)+1), make([]int, len(rb)+1), make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		cur[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(rb)]
}
