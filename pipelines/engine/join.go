package engine

import (
	"errors"

	"millrace/models/batch"
	"millrace/models/plan"
)

type keyedJoin struct{ at int64 }

func newJoin(r *run, n *plan.Node, op *plan.Join) (*keyedJoin, error) {
	return nil, errors.New("the embedded engine has no such operator")
}

func (g *keyedJoin) advance([]gathered, func(*batch.Batch) error) error { return nil }
func (g *keyedJoin) mark() int64                                        { return g.at }
func (g *keyedJoin) setMark(at int64)                                   { g.at = at }
func (g *keyedJoin) snapshot(func(string, []byte, bool)) error          { return nil }
func (g *keyedJoin) restore(string, []byte, bool) error                 { return nil }
func (g *keyedJoin) bytes() int64                                       { return 0 }
