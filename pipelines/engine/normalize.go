package engine

import (
	"errors"

	"millrace/models/batch"
	"millrace/models/plan"
)

type normalizeOp struct{ at int64 }

func newNormalize(r *run, n *plan.Node) (*normalizeOp, error) {
	return nil, errors.New("the embedded engine has no such operator")
}

func (g *normalizeOp) advance([]gathered, func(*batch.Batch) error) error { return nil }
func (g *normalizeOp) mark() int64                                        { return g.at }
func (g *normalizeOp) setMark(at int64)                                   { g.at = at }
func (g *normalizeOp) snapshot(func(string, []byte, bool)) error          { return nil }
func (g *normalizeOp) restore(string, []byte, bool) error                 { return nil }
func (g *normalizeOp) bytes() int64                                       { return 0 }
