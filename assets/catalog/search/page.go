package search

import (
	"container/heap"
	"context"
	"slices"
	"strings"
	"unicode/utf8"
)

// ranked is a candidate with its final score.
type ranked struct {
	it    *item
	score float32
}

// before orders candidates: the score, then the name and the key, so that an answer has one order.
func (a ranked) before(b ranked) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	if a.it.Name != b.it.Name {
		return a.it.Name < b.it.Name
	}
	return a.it.Kind < b.it.Kind || a.it.Kind == b.it.Kind && a.it.ID < b.it.ID
}

// best keeps the first of all candidates, the last of them on top.
type best []ranked

func (h best) Len() int           { return len(h) }
func (h best) Less(i, j int) bool { return h[j].before(h[i]) }
func (h best) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *best) Push(x any)        { *h = append(*h, x.(ranked)) }
func (h *best) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// guarded is search for which a file that bleve panics on is an error.
func (v *view) guarded(ctx context.Context, who *decided, q Query) (page Page, err error) {
	defer guard(&err)
	return v.search(ctx, who, q)
}

// search answers a question.
func (v *view) search(ctx context.Context, who *decided, q Query) (Page, error) {
	q.Limit = min(q.Limit, MaxLimit)
	if q.Limit <= 0 {
		q.Limit = 20
	}
	text := strings.TrimSpace(firstRunes(q.Text, MaxText))
	asked := terms(text, maxTerms)
	if q.Offset < 0 || q.Offset > MaxDepth || len(asked) == 0 && text != "" {
		return Page{}, nil
	}
	chosen, err := v.choose(ctx, who, &q, text, asked)
	if err != nil {
		return Page{}, err
	}
	// What was remembered may have run out meanwhile, as grants do by themselves: what is told is decided now.
	if slices.ContainsFunc(chosen, func(r ranked) bool { return !decide(who.who, r.it) }) {
		who.again()
		if chosen, err = v.choose(ctx, who, &q, text, asked); err != nil {
			return Page{}, err
		}
	}
	var page Page
	if page.More = len(chosen) > q.Offset+q.Limit; page.More {
		chosen = chosen[:q.Offset+q.Limit]
	}
	for _, r := range chosen[min(q.Offset, len(chosen)):] {
		hit, err := v.hit(r.it, asked)
		if err != nil {
			return Page{}, err
		}
		page.Hits = append(page.Hits, hit)
	}
	return page, nil
}

// choose returns the first candidates the viewer may see, one more than the page ends with.
func (v *view) choose(ctx context.Context, who *decided, q *Query, text string, asked []string) ([]ranked, error) {
	c := chooser{most: q.Offset + q.Limit + 1, who: who, keep: filter(q), asked: strings.ToLower(text)}
	uses := v.uses.Load()
	if len(asked) == 0 {
		who.mu.Lock()
		defer who.mu.Unlock()
		for n, it := range v.items {
			if it != nil {
				c.offer(it, (*uses)[n])
			}
		}
		return c.sorted(), nil
	}
	s, err := v.scores(ctx, asked, q.Names)
	if err != nil {
		return nil, err
	}
	defer v.release(s)
	who.mu.Lock()
	defer who.mu.Unlock()
	// Of many terms a quarter may be missing; when nothing is there for the viewer, half.
	for _, need := range []int{len(asked) - len(asked)/4, (len(asked) + 1) / 2} {
		for _, n := range s.found {
			if int(s.matched[n]) < need {
				continue
			}
			score := s.total[n] * (*uses)[n] * float32(s.matched[n]) / float32(len(asked))
			if c.hopeful(score) && v.items[n] != nil {
				c.offer(v.items[n], score)
			}
		}
		if len(c.best) > 0 || len(asked) == 1 {
			break
		}
	}
	return c.sorted(), nil
}

// chooser keeps the best that may be seen.
type chooser struct {
	best  best
	most  int
	who   *decided
	keep  func(*item) bool
	asked string
}

// What a score is multiplied by when the question is the whole name, its last part, or the beginning of that.
const (
	wholeName  = 4
	lastPart   = 2.5
	lastBegins = 1.3
)

// hopeful reports whether a candidate of a score could be among the best.
func (c *chooser) hopeful(score float32) bool {
	return len(c.best) < c.most || score*wholeName >= c.best[0].score
}

// offer takes a candidate in when it is among the best. Whether it may be seen is asked last, of those that would be taken.
func (c *chooser) offer(it *item, score float32) {
	switch {
	case c.asked == "":
	case it.folded == c.asked:
		score *= wholeName
	case it.folded[it.last:] == c.asked:
		score *= lastPart
	case strings.HasPrefix(it.folded[it.last:], c.asked):
		score *= lastBegins
	}
	r := ranked{it, score}
	full := len(c.best) == c.most
	if full && !r.before(c.best[0]) || !c.keep(it) || !c.who.sees(it) {
		return
	}
	if full {
		c.best[0] = r
		heap.Fix(&c.best, 0)
		return
	}
	heap.Push(&c.best, r)
}

func (c *chooser) sorted() []ranked {
	slices.SortFunc(c.best, func(a, b ranked) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	return c.best
}

// filter returns what decides by the filters of a question.
func filter(q *Query) func(*item) bool {
	oneOf := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return func(it *item) bool {
		if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, it.Kind) {
			return false
		}
		for _, tag := range q.Tags {
			if !slices.Contains(it.Tags, tag) {
				return false
			}
		}
		return oneOf(q.Types, it.Type) && oneOf(q.Layers, it.Layer) && oneOf(q.Domains, it.Domain) && oneOf(q.Teams, it.Team)
	}
}

// hit reads an entry and finds in it what matched.
func (v *view) hit(it *item, asked []string) (Hit, error) {
	var e Entry
	if err := stored(v.reader, it.Key(), fieldEntry, &e); err != nil {
		return Hit{}, err
	}
	h := Hit{Entry: e}
	h.Columns = nil
	if len(asked) == 0 {
		return h, nil
	}
	h.mark(newMatcher(asked, false), &e)
	if len(h.Highlights) == 0 {
		h.mark(newMatcher(asked, true), &e)
	}
	return h, nil
}

// mark adds the highlights of an entry.
func (h *Hit) mark(m *matcher, e *Entry) {
	h.add(m, "name", "", e.Name)
	h.add(m, "description", "", e.Description)
	h.add(m, "type", "", e.Type)
	h.add(m, "domain", "", e.Domain)
	h.add(m, "owner", "", e.Owner)
	for _, t := range e.Tags {
		h.add(m, "tag", "", t)
	}
	for _, c := range e.Columns {
		if len(h.Highlights) >= mostHighlights {
			break
		}
		h.add(m, "column", c.Name, c.Name)
		h.add(m, "column_description", c.Name, c.Description)
	}
}

const (
	// mostHighlights is how many texts of a hit are shown, snippet how many code points of one.
	mostHighlights = 12
	snippet        = 160
)

// add adds a highlight when the text matched.
func (h *Hit) add(m *matcher, field, column, text string) {
	spans := m.spans(text)
	if len(spans) == 0 {
		return
	}
	out := Highlight{Field: field, Column: column}
	runes := utf8.RuneCountInString(text)
	// The part that is shown begins a little before the first match.
	from := 0
	if start := utf8.RuneCountInString(text[:spans[0][0]]); runes > snippet {
		out.Cut = true
		from = max(0, min(start-snippet/4, runes-snippet))
	}
	shown := text[byteAt(text, from):]
	offset := len(text) - len(shown)
	shown = firstRunes(shown, snippet)
	for _, s := range spans {
		if s[0] < offset || s[1] > offset+len(shown) {
			continue
		}
		at := utf8.RuneCountInString(shown[:s[0]-offset])
		out.Spans = append(out.Spans, [2]int{at, at + utf8.RuneCountInString(text[s[0]:s[1]])})
	}
	out.Text = shown
	h.Highlights = append(h.Highlights, out)
}

// firstRunes returns the first code points of a text.
func firstRunes(s string, n int) string { return s[:byteAt(s, n)] }

// byteAt is where the code point of a number begins, the text's length where it has fewer.
func byteAt(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
