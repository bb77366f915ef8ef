package engine

import (
	"errors"

	"millrace/models/batch"
	"millrace/models/plan"
)

type intervalJoin struct{ at int64 }

func newIntervalJoin(r *run, n *plan.Node, op *plan.IntervalJoin) (*intervalJoin, error) {
	return nil, errors.New("the embedded engine has no such operator")
}

func (g *intervalJoin) advance([]gathered, func(*batch.Batch) error) error { return nil }
func (g *intervalJoin) mark() int64                                        { return g.at }
func (g *intervalJoin) setMark(at int64)                                   { g.at = at }
func (g *intervalJoin) snapshot(func(string, []byte, bool)) error          { return nil }
func (g *intervalJoin) restore(string, []byte, bool) error                 { return nil }
func (g *intervalJoin) bytes() int64                                       { return 0 }
