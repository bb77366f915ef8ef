package corpus

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/plan"
	"millrace/pipelines/control"
)

// pace lets the sources of a plan hand out one row at a time: the next one once the epoch that holds the last one is committed. The sources
// take turns in the order of their operators' ids.
type pace struct {
	// turns are the scans' ids; id finds a scan by the parameters that its source is opened with.
	turns []string
	id    map[string]string

	mu      sync.Mutex
	changed chan struct{} // closed and made anew when anything below changes
	// turn is whose row comes next; waiting is the position whose commit is waited for, empty when there is none.
	turn    int
	ended   map[string]bool
	waiting component.Position
}

func newPace(t testing.TB, p *plan.Plan) *pace {
	out := &pace{id: map[string]string{}, changed: make(chan struct{}), ended: map[string]bool{}}
	p.Walk(func(n *plan.Node) {
		if s, ok := n.Op.(*plan.Scan); ok {
			key := s.Component + string(s.Params)
			require.Empty(t, out.id[key], "two scans of a case in which rows come one by one read the same")
			out.id[key], out.turns = n.ID, append(out.turns, n.ID)
		}
	})
	slices.Sort(out.turns)
	return out
}

// slowed is a component whose source keeps the pace; of a nil pace, the component itself.
func (p *pace) slowed(spec component.Spec) component.Spec {
	if p == nil || spec.Kind != component.KindSource || spec.Source.Open == nil {
		return spec
	}
	def := *spec.Source
	open := def.Open
	def.Open = func(ctx context.Context, oc component.SourceContext) (component.Source, error) {
		id := p.id[spec.Name+string(oc.Params)]
		oc.BatchRows = 1
		s, err := open(ctx, oc)
		if err != nil {
			return nil, err
		}
		return &slowSource{s, p, id}, nil
	}
	spec.Source = &def
	return spec
}

// committed is told of every manifest.
func (p *pace) committed(m *control.Manifest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == "" {
		return
	}
	for _, s := range m.Sources {
		if s.Source == p.turns[p.turn] && s.Position == string(p.waiting) {
			p.waiting = ""
			p.next()
			return
		}
	}
}

// next passes the turn on. The lock is held.
func (p *pace) next() {
	for range p.turns {
		if p.turn = (p.turn + 1) % len(p.turns); !p.ended[p.turns[p.turn]] {
			break
		}
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait returns when it is a source's turn.
func (p *pace) wait(ctx context.Context, id string) error {
	for {
		p.mu.Lock()
		ready, changed := p.turns[p.turn] == id && p.waiting == "", p.changed
		p.mu.Unlock()
		if ready {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

type slowSource struct {
	component.Source
	pace *pace
	id   string
}

func (s *slowSource) Open(ctx context.Context, part component.Partition, from component.Position, fresh bool) (component.Reader, error) {
	r, err := s.Source.Open(ctx, part, from, fresh)
	if err != nil {
		return nil, err
	}
	return &slowReader{r, s.pace, s.id}, nil
}

type slowReader struct {
	component.Reader
	pace *pace
	id   string
}

func (r *slowReader) Read(ctx context.Context) (*component.Chunk, error) {
	if err := r.pace.wait(ctx, r.id); err != nil {
		return nil, err
	}
	c, err := r.Reader.Read(ctx)
	r.pace.mu.Lock()
	defer r.pace.mu.Unlock()
	switch {
	case errors.Is(err, io.EOF):
		r.pace.ended[r.id] = true
		r.pace.next()
	case err == nil:
		r.pace.waiting = c.Next
	}
	return c, err
}
