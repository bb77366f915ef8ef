package engine

import (
	"fmt"

	"millrace/models/plan"
)

// spillable returns the groups of an operator that may move out of memory, nil where none may.
func (r *run) spillable(n *plan.Node) *keyedGroups {
	if d := r.dedupes[n]; d != nil {
		return d.keyed
	}
	if g, is := r.gatherers[n].(*aggregateOp); is {
		return g.keyed
	}
	return nil
}

// relieve moves state out of memory once three quarters of what it may take are taken, until half of it is: moving the groups that stay
// takes memory for a moment, and what moves at once moves cheaply. It returns what is taken afterwards, and what may be (I8: memory is bounded
// by configuration).
func (r *run) relieve() (n, limit int64, err error) {
	n = r.stateBytes()
	if limit = r.stateLimit(n); n <= limit/4*3 {
		return n, limit, nil
	}
	var can int64
	for _, node := range r.nodes {
		if k := r.spillable(node); k != nil {
			can += k.bytes()
		}
	}
	if can == 0 {
		return n, limit, nil
	}
	room := max(limit/2-(n-can), 0)
	for _, node := range r.nodes {
		k := r.spillable(node)
		if k == nil {
			continue
		}
		if err := k.shed(int64(float64(k.bytes())*float64(room)/float64(can)), limit); err != nil {
			return n, limit, fmt.Errorf("at %s: %w", node.ID, err)
		}
	}
	return r.stateBytes(), limit, nil
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
