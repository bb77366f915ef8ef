package engine

import (
	"errors"

	"millrace/models/batch"
	"millrace/models/plan"
)

type aggregateOp struct{ at int64 }

func newAggregate(r *run, n *plan.Node, op *plan.Aggregate) (*aggregateOp, error) {
	return nil, errors.New("the embedded engine has no such operator")
}

func (g *aggregateOp) advance([]gathered, func(*batch.Batch) error) error { return nil }
func (g *aggregateOp) mark() int64                                        { return g.at }
func (g *aggregateOp) setMark(at int64)                                   { g.at = at }
func (g *aggregateOp) snapshot(func(string, []byte, bool)) error          { return nil }
func (g *aggregateOp) restore(string, []byte, bool) error                 { return nil }
func (g *aggregateOp) bytes() int64                                       { return 0 }
