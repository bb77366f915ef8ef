package engine

import "fmt"

// spiller is a gatherer that can move state out of memory.
type spiller interface {
	gatherer
	// shed makes the state take about target bytes of memory. It is called behind a snapshot.
	shed(target int64) error
	// beyond returns how many entries stand beyond memory, about, and the bytes they take on disk.
	beyond() (entries, disk int64)
	Close() error
}

// relieve moves state out of memory once three quarters of what it may take are taken, until half of it is: moving the groups that stay
// takes memory for a moment, and what moves at once moves cheaply. It returns what is taken afterwards (I8: memory is bounded by
// configuration).
func (r *run) relieve(limit int64) (int64, error) {
	n := r.stateBytes()
	if n <= limit/4*3 {
		return n, nil
	}
	var can int64
	for _, g := range r.gatherers {
		if s, is := g.(spiller); is {
			can += s.bytes()
		}
	}
	if can == 0 {
		return n, nil
	}
	room := max(limit/2-(n-can), 0)
	for _, node := range r.nodes {
		s, is := r.gatherers[node].(spiller)
		if !is {
			continue
		}
		if err := s.shed(int64(float64(s.bytes()) * float64(room) / float64(can))); err != nil {
			return n, fmt.Errorf("at %s: %w", node.ID, err)
		}
	}
	return r.stateBytes(), nil
}

// stateLimit returns what state may take until the next barrier.
func (r *run) stateLimit(state int64) int64 {
	limit := r.opt.StateBytes
	if r.share != nil {
		own, staged := r.share(state, r.stagedBytes.Load())
		r.stagedLimit.Store(min(staged, r.opt.StagedBytes))
		limit = min(limit, own)
	}
	return limit
}
