package engine

import (
	"errors"

	"millrace/models/batch"
	"millrace/models/plan"
)

type temporalJoin struct {
	at    int64
	ready bool
}

func newTemporalJoin(r *run, n *plan.Node, op *plan.TemporalJoin) (*temporalJoin, error) {
	return nil, errors.New("the embedded engine has no such operator")
}

func (g *temporalJoin) advance([]gathered, func(*batch.Batch) error) error { return nil }
func (g *temporalJoin) mark() int64                                        { return g.at }
func (g *temporalJoin) setMark(at int64)                                   { g.at = at }
func (g *temporalJoin) snapshot(func(string, []byte, bool)) error          { return nil }
func (g *temporalJoin) restore(string, []byte, bool) error                 { return nil }
func (g *temporalJoin) bytes() int64                                       { return 0 }
