package engine

import (
	"errors"

	"millrace/models/batch"
	"millrace/models/plan"
)

type rankOp struct{ at int64 }

func newRank(r *run, n *plan.Node, op *plan.Rank) (*rankOp, error) {
	return nil, errors.New("the embedded engine has no such operator")
}

func (g *rankOp) advance([]gathered, func(*batch.Batch) error) error { return nil }
func (g *rankOp) mark() int64                                        { return g.at }
func (g *rankOp) setMark(at int64)                                   { g.at = at }
func (g *rankOp) snapshot(func(string, []byte, bool)) error          { return nil }
func (g *rankOp) restore(string, []byte, bool) error                 { return nil }
func (g *rankOp) bytes() int64                                       { return 0 }
