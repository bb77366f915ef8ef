package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

const (
	// stemMark begins the term of a stem that differs from its word. It is no part of any word, so a prefix never runs into stems.
	stemMark = "="
	// maxTerm is the longest term in bytes; longer words are cut, in the index and in the question alike.
	maxTerm = 64
)

// analyzer turns texts into terms for bleve. It has no state.
type analyzer struct{}

var _ analysis.Analyzer = analyzer{}

// Analyze gives the terms of a text. Their places are not kept: what matched is found again in the text (page.go).
func (analyzer) Analyze(text []byte) analysis.TokenStream {
	var out analysis.TokenStream
	emit := func(term string) {
		out = append(out, &analysis.Token{Term: []byte(term), Position: 1})
	}
	eachWord(string(text), func(w word) {
		w.each(func(part string) {
			emit(part)
			if s := stem(part); s != part {
				emit(stemMark + s)
			}
		})
		if !w.cjk && len(w.parts) > 1 {
			emit(cut(strings.Join(w.parts, "")))
		}
	})
	return out
}

// word is a piece of a text without blanks in it: an identifier or a word with its parts (playEvents and play_events have the parts play
// and events), or a run of Chinese, Japanese or Korean characters, whose one part it is. Parts are in lower case.
type word struct {
	parts []string
	cjk   bool
	// start and end are where it stands, in bytes.
	start, end int
}

// each gives the word's terms: its parts, or each two neighbouring characters of a run. The last character of a run stands for itself as
// well, so that a search for one character, which looks for terms that begin with it, finds it wherever it stands.
func (w *word) each(f func(term string)) {
	for _, p := range w.parts {
		if !w.cjk {
			f(cut(p))
			continue
		}
		runes := []rune(p)
		for i := range runes {
			f(string(runes[i:min(i+2, len(runes))]))
		}
	}
}

// eachWord calls f with the words of a text, in order.
func eachWord(text string, f func(word)) {
	var w word
	var part []rune
	var last class
	flush := func(end int) {
		if len(part) > 0 {
			w.parts = append(w.parts, string(part))
			part = part[:0]
		}
		if len(w.parts) > 0 {
			w.end = end
			f(w)
		}
		w = word{}
		last = other
	}
	for i, r := range text {
		r = narrow(r)
		c := classOf(r)
		switch {
		case c == other:
			flush(i)
			continue
		case (c == cjk) != w.cjk && last != other:
			flush(i)
		}
		if last == other {
			w.start, w.cjk = i, c == cjk
		}
		switch {
		case c == joiner:
			if len(part) > 0 {
				w.parts = append(w.parts, string(part))
				part = part[:0]
			}
		case c == upper && last == lower && len(part) > 0:
			w.parts = append(w.parts, string(part))
			part = append(part[:0], unicode.ToLower(r))
		case c == lower && last == upper && len(part) > 1:
			// The last capital of several belongs to what follows: HTTPServer is http and server.
			w.parts = append(w.parts, string(part[:len(part)-1]))
			part = append(part[:0], part[len(part)-1], unicode.ToLower(r))
		default:
			part = append(part, unicode.ToLower(r))
		}
		last = c
	}
	flush(len(text))
}

// class is what a character is for the division into words.
type class uint8

const (
	other class = iota
	lower
	upper
	digit
	joiner
	cjk
)

func classOf(r rune) class {
	switch {
	case r == '_' || r == '-':
		return joiner
	case r < utf8.RuneSelf:
		switch {
		case 'a' <= r && r <= 'z':
			return lower
		case 'A' <= r && r <= 'Z':
			return upper
		case '0' <= r && r <= '9':
			return digit
		}
		return other
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return cjk
	case unicode.IsUpper(r):
		return upper
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return lower
	case unicode.IsDigit(r):
		return digit
	}
	return other
}

// narrow gives the usual form of the wide letters and digits that Chinese input methods write.
func narrow(r rune) rune {
	if '！' <= r && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// stem is the stem of an English word, else the word.
func stem(w string) string {
	if len(w) < 4 || strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return w
	}
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	return env.Current()
}

// cut bounds the length of a term.
func cut(term string) string {
	if len(term) <= maxTerm {
		return term
	}
	end := maxTerm
	for end > 0 && !utf8.RuneStart(term[end]) {
		end--
	}
	return term[:end]
}

// noise are words that say nothing about a table.
var noise = []string{"a", "an", "and", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with", "的", "和"}

// terms gives the terms of a question, each once, at most most. Words that say nothing are left out unless there are no others.
func terms(text string, most int) []string {
	var all, telling []string
	eachWord(text, func(w word) {
		w.each(func(term string) {
			if w.cjk && utf8.RuneCountInString(term) == 1 && utf8.RuneCountInString(w.parts[0]) > 1 {
				return // the end of a run, which the term before it holds
			}
			if slices.Contains(all, term) {
				return
			}
			all = append(all, term)
			if !slices.Contains(noise, term) {
				telling = append(telling, term)
			}
		})
	})
	if len(telling) == 0 {
		telling = all
	}
	return telling[:min(len(telling), most)]
}
