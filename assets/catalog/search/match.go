package search

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

const (
	// mostPrefixes and mostNear are how many terms of the dictionary a term of the question may stand for, the most frequent first.
	mostPrefixes = 24
	mostNear     = 16
	// mostScanned is how much of the dictionary is looked through for them.
	mostScanned = 5000
	// nearFrom is the length in code points from which one edit is forgiven.
	nearFrom = 5
)

// variant is a term of the dictionary that a term of the question stands for, with what it counts.
type variant struct {
	term   string
	weight float32
	count  uint64
}

// scratch is the memory of one search.
type scratch struct {
	// best is the best score of the present term by document, total the sum over terms, matched how many terms a document has.
	best, total []float32
	matched     []uint8
	// touched lists the documents with a best, found those with a total.
	touched, found []int32
}

// scores adds up what the terms give each document. The caller returns the scratch with release.
func (v *view) scores(ctx context.Context, terms []string, names bool) (*scratch, error) {
	s, _ := v.scratch.Get().(*scratch)
	if s == nil {
		n := len(v.items)
		s = &scratch{best: make([]float32, n), total: make([]float32, n), matched: make([]uint8, n)}
	}
	for i, term := range terms {
		for f := range fields {
			if names && fields[f].name != fieldName {
				continue
			}
			variants, err := v.variants(f, term, i == len(terms)-1)
			for _, one := range variants {
				if err == nil {
					err = v.add(ctx, s, f, one)
				}
			}
			if err != nil {
				v.release(s)
				return nil, err
			}
		}
		for _, n := range s.touched {
			if s.matched[n] == 0 {
				s.found = append(s.found, n)
			}
			s.matched[n]++
			s.total[n] += s.best[n]
			s.best[n] = 0
		}
		s.touched = s.touched[:0]
	}
	return s, nil
}

// release gives a scratch back, clean.
func (v *view) release(s *scratch) {
	for _, n := range s.touched {
		s.best[n] = 0
	}
	for _, n := range s.found {
		s.total[n], s.matched[n] = 0, 0
	}
	s.touched, s.found = s.touched[:0], s.found[:0]
	v.scratch.Put(s)
}

// add takes the documents of one term of the dictionary in. A term counts the more the rarer it is, and the more the shorter the text is
// in which it stands; how often it stands there says little of names and columns, and is not kept.
func (v *view) add(ctx context.Context, s *scratch, field int, one variant) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	count := uint64(0)
	lists := make([]segment.PostingsList, len(v.segments))
	for i := range v.segments {
		list, err := v.segments[i].fields[field].PostingsList([]byte(one.term), v.segments[i].deleted, nil)
		if err != nil {
			return fmt.Errorf("searching: %w", err)
		}
		lists[i] = list
		count += list.Count()
	}
	if count == 0 {
		return nil
	}
	weight := fields[field].weight * one.weight * float32(1+math.Log(float64(1+v.live)/float64(1+count)))
	for i, list := range lists {
		for n := range numbers(list) {
			n += v.segments[i].offset
			if s.best[n] == 0 {
				s.touched = append(s.touched, n)
			}
			s.best[n] = max(s.best[n], weight*v.norms[field][n])
		}
	}
	return nil
}

// numbers gives the documents of a list within its segment.
func numbers(list segment.PostingsList) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		it := list.Iterator(false, false, false, nil)
		bits, ok := it.(segment.OptimizablePostingsIterator)
		if !ok {
			return // every format of scorch has it
		}
		if n, one := bits.DocNum1Hit(); one {
			yield(int32(n))
			return
		}
		if all := bits.ActualBitmap(); all != nil {
			var some [256]uint32
			many := all.ManyIterator()
			for k := many.NextMany(some[:]); k > 0; k = many.NextMany(some[:]) {
				for _, n := range some[:k] {
					if !yield(int32(n)) {
						return
					}
				}
			}
		}
	}
}

// variants lists what a term of the question stands for in a field.
func (v *view) variants(f int, term string, last bool) ([]variant, error) {
	field := fields[f].name
	out := []variant{{term: term, weight: 1}}
	if s := stem(term); s != term || len(term) >= 4 {
		out = append(out, variant{term: stemMark + s, weight: 0.8})
		if s != term {
			out = append(out, variant{term: s, weight: 0.8})
		}
	}
	letters := utf8.RuneCountInString(term)
	first, _ := utf8.DecodeRuneInString(term)
	exact := false
	if !last && classOf(first) != cjk {
		// Whoever types has finished the words in front of the last one, unless there are no such words.
		n, err := v.count(f, term)
		if err != nil {
			return nil, err
		}
		exact = n > 0
	}
	if !exact && (letters >= 2 && classOf(first) != cjk || letters == 1 && classOf(first) == cjk) {
		// One in front of the last that is cut short counts less.
		full := float32(0.6)
		if last {
			full = 0.8
		}
		dict, err := v.reader.FieldDictPrefix(field, []byte(term))
		if err != nil {
			return nil, fmt.Errorf("searching: %w", err)
		}
		longer, err := listed(dict, mostPrefixes, func(t string) float32 {
			if t == term {
				exact = true
				return 0
			}
			return full * float32(len(term)) / float32(len(t))
		})
		if err != nil {
			return nil, err
		}
		out = append(out, longer...)
	}
	if !exact && letters >= nearFrom && classOf(first) != cjk {
		dict, err := v.reader.FieldDictFuzzy(field, term, 1, "")
		if err != nil {
			return nil, fmt.Errorf("searching: %w", err)
		}
		alike, err := listed(dict, mostNear, func(t string) float32 {
			if strings.HasPrefix(t, term) || strings.HasPrefix(t, stemMark) {
				return 0 // taken in above
			}
			return 0.5
		})
		if err != nil {
			return nil, err
		}
		out = append(out, alike...)
	}
	return out, nil
}

// count is how many documents a term stands in.
func (v *view) count(field int, term string) (uint64, error) {
	n := uint64(0)
	for i := range v.segments {
		list, err := v.segments[i].fields[field].PostingsList([]byte(term), v.segments[i].deleted, nil)
		if err != nil {
			return 0, fmt.Errorf("searching: %w", err)
		}
		n += list.Count()
	}
	return n, nil
}

// listed takes the most frequent terms of a dictionary that have a weight.
func listed(dict index.FieldDict, most int, weigh func(term string) float32) ([]variant, error) {
	var out []variant
	for range mostScanned {
		e, err := dict.Next()
		if err != nil {
			return nil, fmt.Errorf("searching: %w", err)
		}
		if e == nil {
			break
		}
		if w := weigh(e.Term); w > 0 {
			out = append(out, variant{e.Term, w, e.Count})
		}
	}
	if err := dict.Close(); err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	if len(out) > most {
		slices.SortFunc(out, func(a, b variant) int {
			if a.count != b.count {
				return int(b.count) - int(a.count)
			}
			return strings.Compare(a.term, b.term)
		})
		out = out[:most]
	}
	return out, nil
}
