package design

import (
	"math"
	"slices"
)

// sketchSize is how many hashes are kept. Up to that many distinct values the count is exact; beyond, its standard error is about
// 1/sqrt(sketchSize), 1.6 %.
const sketchSize = 4096

// sketch counts distinct values by the smallest of their hashes (K. Beyer and others, "On synopses for distinct-value estimation under
// multiset operations", 2007): if the k smallest of n uniform hashes lie below x, then n is about (k-1)/x.
type sketch struct {
	// kept holds the hashes; threshold is the largest of them once there are sketchSize.
	kept      map[uint64]struct{}
	threshold uint64
}

func newSketch() *sketch { return &sketch{kept: map[uint64]struct{}{}, threshold: math.MaxUint64} }

func (s *sketch) add(h uint64) {
	if h > s.threshold {
		return
	}
	s.kept[h] = struct{}{}
	// Twice as many are let in before the larger half goes, so that sorting costs a constant share.
	if len(s.kept) >= 2*sketchSize {
		s.shrink()
	}
}

func (s *sketch) shrink() {
	hashes := s.sorted()
	for _, h := range hashes[sketchSize:] {
		delete(s.kept, h)
	}
	s.threshold = hashes[sketchSize-1]
}

func (s *sketch) sorted() []uint64 {
	out := make([]uint64, 0, len(s.kept))
	for h := range s.kept {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

// count returns the number of distinct hashes added, and whether it is exact.
func (s *sketch) count() (n int64, exact bool) {
	if s.threshold == math.MaxUint64 {
		return int64(len(s.kept)), true // nothing was ever let go
	}
	hashes := s.sorted()
	kth := float64(hashes[sketchSize-1]) / math.MaxUint64
	return int64((sketchSize-1)/kth + 0.5), false
}
