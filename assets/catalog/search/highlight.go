package search

import (
	"strings"
	"unicode/utf8"
)

// matcher finds in a text what a question's terms matched, by the rules of match.go.
type matcher struct {
	terms []string
	stems []string
	// near takes words that are one edit away as well.
	near bool
}

func newMatcher(terms []string, near bool) *matcher {
	m := &matcher{terms: terms, near: near}
	for _, t := range terms {
		m.stems = append(m.stems, stem(t))
	}
	return m
}

// spans returns the parts of a text that match, in bytes and in order; they do not overlap. An identifier none of whose parts matches may
// match as a whole.
func (m *matcher) spans(text string) [][2]int {
	var out [][2]int
	mark := func(from, to int) {
		if n := len(out); n > 0 && from <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], to)
			return
		}
		out = append(out, [2]int{from, to})
	}
	eachWord(text, func(w word) {
		if w.cjk {
			m.run(text, w, mark)
			return
		}
		at, found := w.start, false
		for _, p := range w.parts {
			from := at + skipJoiners(text[at:w.end])
			to := from + byteAt(text[from:w.end], utf8.RuneCountInString(p))
			if m.matches(p) {
				found = true
				mark(from, to)
			}
			at = to
		}
		if !found && len(w.parts) > 1 && m.matches(strings.Join(w.parts, "")) {
			mark(w.start, w.end)
		}
	})
	return out
}

// run marks the characters of a run that terms of the question stand at.
func (m *matcher) run(text string, w word, mark func(from, to int)) {
	for i := w.start; i < w.end; {
		_, size := utf8.DecodeRuneInString(text[i:])
		for _, t := range m.terms {
			if first, _ := utf8.DecodeRuneInString(t); classOf(first) == cjk && strings.HasPrefix(text[i:w.end], t) {
				mark(i, i+len(t))
			}
		}
		i += size
	}
}

func skipJoiners(s string) int {
	for i, r := range s {
		if classOf(narrow(r)) != joiner {
			return i
		}
	}
	return len(s)
}

// matches reports whether a word is one of the terms, begins with one, or has the stem of one; near, whether it is one edit away from one.
func (m *matcher) matches(w string) bool {
	own := ""
	for i, t := range m.terms {
		switch {
		case w == t, len(t) >= 2 && strings.HasPrefix(w, t):
			return true
		case len(w) < 3 || len(t) < 3:
		case m.near:
			if d := len(w) - len(t); d >= -4 && d <= 4 && utf8.RuneCountInString(t) >= nearFrom && oneEdit(t, w) {
				return true
			}
		case w[0] == t[0] && w[1] == t[1]: // stems begin alike
			if own == "" {
				own = stem(w)
			}
			if own == m.stems[i] {
				return true
			}
		}
	}
	return false
}

// oneEdit reports whether one letter more, less or other, or two neighbours exchanged, makes a word of another.
func oneEdit(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	rest := func(a, b []rune) bool { return string(a) == string(b) }
	if len(x) < len(y) {
		return rest(x[i:], y[i+1:])
	}
	if i == len(x) || rest(x[i+1:], y[i+1:]) {
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && rest(x[i+2:], y[i+2:])
}
