package engine

import (
	"fmt"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/plan"
)

// consumer takes batches on one lane. What it is given it never changes; what it passes on nobody changes afterwards.
type consumer interface {
	push(b *batch.Batch) error
}

// outputs passes a batch to every consumer of a node.
type outputs []consumer

func (o outputs) push(b *batch.Batch) error {
	if b.Rows() == 0 {
		return nil
	}
	for _, c := range o {
		if err := c.push(b); err != nil {
			return err
		}
	}
	return nil
}

// filterOp narrows the selection.
type filterOp struct {
	node *plan.Node
	lane *lane
	prog *expr.Program
	next outputs
}

func (f *filterOp) push(b *batch.Batch) error {
	sel, bad := f.prog.Filter(b)
	if len(bad) > 0 {
		var failed failures
		failed.addRows(bad, "where")
		if _, err := f.lane.rejectRows(f.node, b, &failed); err != nil {
			return err
		}
	}
	if len(sel) == 0 {
		return nil
	}
	return f.next.push(b.Select(sel))
}

// projectOp computes columns; a bare column passes through without a copy.
type projectOp struct {
	node  *plan.Node
	op    *plan.Project
	lane  *lane
	progs []*expr.Program // nil for a bare column
	next  outputs
}

func (p *projectOp) push(b *batch.Batch) error {
	cols := make([]*batch.Vector, len(p.op.Columns))
	var failed failures
	for i, c := range p.op.Columns {
		if p.progs[i] == nil {
			cols[i] = b.Cols[c.Expr.Column]
			continue
		}
		r := p.progs[i].Eval(b)
		cols[i] = r.Vec
		failed.add(b, r.Errs, c.Name)
	}
	if len(failed.rows) > 0 {
		var err error
		if b, err = p.lane.rejectRows(p.node, b, &failed); err != nil {
			return err
		}
	}
	return p.next.push(b.With(p.node.Schema, cols))
}

// renameOp gives a union's inputs the union's schema: the columns are the same by position.
type renameOp struct {
	node *plan.Node
	next outputs
}

func (u *renameOp) push(b *batch.Batch) error { return u.next.push(b.With(u.node.Schema, b.Cols)) }

// stagedOut collects one lane's rows for a staged sink until the barrier.
type stagedOut struct {
	node  *plan.Node
	lane  *lane
	check rowCheck
	rows  []*batch.Batch
}

// rowCheck lists the rows a sink's target cannot take; nil when it takes all.
type rowCheck func(*batch.Batch) []component.RowReject

// passed rejects the rows the check lists and returns the others, or nil when none is left.
func (c rowCheck) passed(n *plan.Node, l *lane, b *batch.Batch) (*batch.Batch, error) {
	if c != nil {
		if bad := c(b); len(bad) > 0 {
			var failed failures
			for _, r := range bad {
				failed.rows = append(failed.rows, rowFailure{r.Row, r.Code, r.Path})
			}
			var err error
			if b, err = l.rejectRows(n, b, &failed); err != nil {
				return nil, err
			}
		}
	}
	if b.Rows() == 0 {
		return nil, nil
	}
	return b, nil
}

func (s *stagedOut) push(b *batch.Batch) error {
	b, err := s.check.passed(s.node, s.lane, b)
	if b == nil {
		return err
	}
	c := b.Compact()
	s.rows = append(s.rows, c)
	s.lane.counts.RowsOut += int64(c.N)
	s.lane.meter(s.node).out += int64(c.N)
	s.lane.run.staged(int64(c.Size()))
	return nil
}

// txOut writes one lane's rows straight into the epoch's transaction.
type txOut struct {
	node   *plan.Node
	lane   *lane
	writer component.TxWriter
	check  rowCheck
}

func (t *txOut) push(b *batch.Batch) error {
	b, err := t.check.passed(t.node, t.lane, b)
	if b == nil {
		return err
	}
	if err := t.writer.Write(t.lane.run.ctx, b); err != nil {
		return fmt.Errorf("writing to %s: %w", t.node.ID, err)
	}
	t.lane.counts.RowsOut += int64(b.Rows())
	t.lane.meter(t.node).out += int64(b.Rows())
	return nil
}

// build makes the operators downstream of a node on one lane. A node that several paths reach is built once a lane.
func (l *lane) build(n *plan.Node, made map[*plan.Node]consumer) (outputs, error) {
	var out outputs
	add := func(c *plan.Node, op consumer) {
		e := l.edgeTo(c, op)
		if len(out) == 0 {
			e.from = l.meter(n)
		}
		out = append(out, e)
	}
	gathered := map[*plan.Node]bool{}
	for _, c := range l.run.consumers[n] {
		if l.run.gatherers[c] != nil {
			// A node may lead into several inputs of one.
			if !gathered[c] {
				gathered[c] = true
				for _, op := range l.collect(n, c) {
					add(c, op)
				}
			}
			continue
		}
		op, ok := made[c]
		if !ok {
			var err error
			if op, err = l.buildOne(c, made); err != nil {
				return nil, fmt.Errorf("building %s: %w", c.ID, err)
			}
			made[c] = op
		}
		add(c, op)
	}
	return out, nil
}

func (l *lane) buildOne(n *plan.Node, made map[*plan.Node]consumer) (consumer, error) {
	zone := l.run.zone
	switch op := n.Op.(type) {
	case *plan.Filter:
		prog, err := expr.Compile(op.Where, zone)
		if err != nil {
			return nil, err
		}
		next, err := l.build(n, made)
		return &filterOp{node: n, lane: l, prog: prog, next: next}, err
	case *plan.Project:
		p := &projectOp{node: n, op: op, lane: l, progs: make([]*expr.Program, len(op.Columns))}
		for i, c := range op.Columns {
			if c.Expr.Op == expr.OpColumn {
				continue
			}
			var err error
			if p.progs[i], err = expr.Compile(c.Expr, zone); err != nil {
				return nil, fmt.Errorf("compiling %s: %w", c.Name, err)
			}
		}
		var err error
		p.next, err = l.build(n, made)
		return p, err
	case *plan.Union:
		next, err := l.build(n, made)
		return &renameOp{node: n, next: next}, err
	case *plan.Window:
		w, err := newWindowLocal(n, op, l, zone)
		if err != nil {
			return nil, err
		}
		l.windows[n] = w
		return w, nil
	case *plan.Dedupe:
		d := &dedupeLocal{node: n, op: op, lane: l}
		l.dedupes[n] = d
		return d, nil
	case *plan.Unnest:
		next, err := l.build(n, made)
		return newUnnest(n, op, l, next), err
	case *plan.Sink:
		return l.buildSink(n)
	default:
		return nil, fmt.Errorf("the embedded engine has no operator %s", n.Op.Name())
	}
}

func (l *lane) buildSink(n *plan.Node) (consumer, error) {
	s := l.run.sinks[n]
	out := &stagedOut{node: n, lane: l}
	if s.staged != nil {
		out.check = s.staged.Check
	} else {
		w, err := s.tx.NewWriter()
		if err != nil {
			return nil, fmt.Errorf("opening a writer: %w", err)
		}
		if c, ok := w.(component.RowChecker); ok {
			out.check = c.Check
		}
		if s.direct {
			return &txOut{node: n, lane: l, writer: w, check: out.check}, nil
		}
	}
	l.staged[n] = out
	return out, nil
}

// loadZone returns the plan's time zone.
func loadZone(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("loading time zone %q: %w", name, err)
	}
	return z, nil
}
