package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Options say how Render prints.
type Options struct {
	// Color adds ANSI colours, for terminals.
	Color bool
}

// Render prints diagnostics as compilers do, one paragraph each:
//
//	model.yaml:8:42: error: unknown column ms_playd [sql.unknown_column]
//	  8 |     where: ms_playd > 30000
//	    |            ^^^^^^^^
//	    fix: Did you mean ms_played?
//
// sources holds the text of each file; without it, or without a place, the lines of the source are left out and the node and path
// stand there instead. Control characters of the source and of messages are not passed on to the terminal.
func Render(w io.Writer, sources map[string]string, list List, o Options) error {
	r := renderer{lines: map[string][]string{}, sources: sources, paint: plainPaint}
	if o.Color {
		r.paint = ansiPaint
	}
	for i := range list {
		r.diagnostic(&list[i])
	}
	if _, err := io.WriteString(w, r.b.String()); err != nil {
		return fmt.Errorf("printing diagnostics: %w", err)
	}
	return nil
}

type renderer struct {
	b       strings.Builder
	sources map[string]string
	lines   map[string][]string
	paint   func(style, s string) string
}

func plainPaint(_, s string) string { return s }

func ansiPaint(style, s string) string { return "\x1b[" + style + "m" + s + "\x1b[0m" }

// The styles, as ANSI parameters.
const (
	bold      = "1"
	dim       = "2"
	boldGreen = "1;32"
)

func (s Severity) style() string {
	switch s {
	case Error:
		return "1;31"
	case Warning:
		return "1;33"
	default:
		return "1;36"
	}
}

func (r *renderer) diagnostic(d *Diagnostic) {
	place := clean(d.File)
	if d.Span.Start.Known() {
		if place != "" {
			place += ":"
		}
		place += fmt.Sprintf("%d:%d", d.Span.Start.Line, max(d.Span.Start.Column, 1))
	}
	if place != "" {
		r.b.WriteString(r.paint(bold, place+":") + " ")
	}
	r.b.WriteString(r.paint(d.Severity.style(), d.Severity.String()+":") + " " + r.paint(bold, clean(d.Message)))
	if d.Code != "" {
		r.b.WriteString(" " + r.paint(dim, "["+clean(string(d.Code))+"]"))
	}
	r.b.WriteByte('\n')
	if !r.source(d) {
		r.where(d)
	}
	if d.Fix != "" {
		r.b.WriteString("    " + r.paint(boldGreen, "fix:") + " " + clean(d.Fix) + "\n")
	}
}

// where names the node and path of a diagnostic that cannot be shown in its source.
func (r *renderer) where(d *Diagnostic) {
	var parts []string
	if d.Node != "" {
		parts = append(parts, "node "+clean(d.Node))
	}
	if d.Path != "" {
		parts = append(parts, clean(d.Path))
	}
	if len(parts) > 0 {
		r.b.WriteString("    in " + strings.Join(parts, ", ") + "\n")
	}
}

// source prints the line of the source with the span marked under it, and reports whether it could.
func (r *renderer) source(d *Diagnostic) bool {
	start, end := d.Span.Start, d.Span.End
	lines := r.file(d.File)
	if !start.Known() || start.Line > len(lines) {
		return false
	}
	text := []rune(lines[start.Line-1])
	from := min(max(start.Column-1, 0), len(text))
	to := from + 1
	switch {
	case end.Line == start.Line && end.Column > start.Column:
		to = min(end.Column-1, max(len(text), from+1))
	case end.Line > start.Line:
		// The span goes on below: it is marked to the end of its first line.
		to = max(len([]rune(strings.TrimRight(lines[start.Line-1], " \t"))), from+1)
	}
	shown, lead, run := layOut(text, from, to)
	number := fmt.Sprintf("%3d", start.Line)
	bar := r.paint(dim, "|")
	r.b.WriteString(r.paint(dim, number) + " " + bar + strings.TrimRight(" "+shown, " ") + "\n")
	r.b.WriteString(strings.Repeat(" ", len(number)) + " " + bar + " " + strings.Repeat(" ", lead) +
		r.paint(d.Severity.style(), strings.Repeat("^", run)) + "\n")
	return true
}

func (r *renderer) file(name string) []string {
	if l, ok := r.lines[name]; ok {
		return l
	}
	var l []string
	if text, ok := r.sources[name]; ok {
		text = strings.TrimPrefix(text, "\ufeff")
		l = strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	}
	r.lines[name] = l
	return l
}

// The part of a long line that is shown, in code points: some in front of the span, and so many in all.
const (
	shownBefore = 60
	shownInAll  = 160
	tabStop     = 4
)

// layOut returns what to print of a line, how many cells stand in front of the span [from, to) of its code points, and how many the
// span takes. Long lines are cut around the span.
func layOut(text []rune, from, to int) (shown string, lead, run int) {
	first, last := 0, len(text)
	if len(text) > shownInAll {
		first = max(0, min(from-shownBefore, len(text)-shownInAll))
		last = min(len(text), first+shownInAll)
	}
	var b strings.Builder
	cells := 0
	if first > 0 {
		b.WriteString("...")
		cells = 3
	}
	lead = -1
	for i := first; i < last; i++ {
		if i == from {
			lead = cells
		}
		n := cellWidth(text[i], cells)
		if text[i] == '\t' {
			b.WriteString(strings.Repeat(" ", n))
		} else {
			b.WriteRune(harmless(text[i]))
		}
		cells += n
		if i >= from && i < to {
			run += n
		}
	}
	if last < len(text) {
		b.WriteString("...")
	}
	if lead < 0 {
		lead = cells // behind the end of the line
	}
	return b.String(), lead, max(run, 1)
}

// cellWidth returns how many cells of a terminal a character takes when it begins at cell at.
func cellWidth(r rune, at int) int {
	switch {
	case r == '\t':
		return tabStop - at%tabStop
	case harmless(r) != r:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// harmless replaces control characters, and those that turn the direction of text, by a mark: a document could otherwise steer the
// terminal, or show something else than it holds.
func harmless(r rune) rune {
	if r != '\t' && unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029 {
		return '\ufffd'
	}
	return r
}

// clean makes a message one harmless line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return harmless(r)
	}, s)
}
