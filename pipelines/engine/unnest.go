package engine

import (
	"millrace/models/batch"
	"millrace/models/plan"
)

type unnestOp struct{ next outputs }

func newUnnest(n *plan.Node, op *plan.Unnest, l *lane, next outputs) *unnestOp {
	return &unnestOp{next: next}
}

func (u *unnestOp) push(b *batch.Batch) error { return u.next.push(b) }
