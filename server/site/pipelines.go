package site

import (
	"context"
	"fmt"
	"sync"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/models/plan"
	"millrace/pipelines/control"
)

// pageOfPipelines is how many pipelines are read at a time.
const pageOfPipelines = 500

// each goes over pipelines by name.
func (s *Site) each(ctx context.Context, q control.Query, do func(*control.Status) error) error {
	q.Limit = pageOfPipelines
	for {
		page, err := s.control.List(ctx, q)
		if err != nil {
			return err
		}
		for i := range page {
			if err := do(&page[i]); err != nil {
				return err
			}
			q.After = page[i].Name
		}
		if len(page) < pageOfPipelines {
			return nil
		}
	}
}

// living are the deployed pipelines as the watch over grants asks for them.
type living struct{ *Site }

var _ grants.Pipelines = living{}

// Living lists the pipelines that are meant to run with what their versions need. A version never changes, so its needs are worked out once for
// each snapshot of the hub.
func (l living) Living(ctx context.Context) ([]grants.Living, error) {
	v, err := l.view(ctx)
	if err != nil {
		return nil, err
	}
	var out []grants.Living
	err = l.each(ctx, control.Query{Want: control.WantRunning}, func(p *control.Status) error {
		needs, err := l.needs.of(ctx, l.Site, v, p)
		if err != nil {
			return fmt.Errorf("finding what %s needs: %w", p.Name, err)
		}
		out = append(out, grants.Living{ID: p.ID, Name: p.Name, Principal: grants.Team(p.Team, v.teams[p.Team]), Needs: needs})
		return nil
	})
	return out, err
}

// Stop stops a pipeline whose grants are gone.
func (l living) Stop(ctx context.Context, id, reason string) error {
	_, err := l.control.Stop(audit.With(ctx, audit.System()), id, control.Now, control.Ask{Kind: control.ByRevocation, Reason: reason})
	return err
}

// needs remembers what versions need by one view of the hub.
type needs struct {
	mu    sync.Mutex
	view  *view
	known map[versionKey][]grants.Need
}

type versionKey struct {
	pipeline string
	number   int64
}

func (n *needs) of(ctx context.Context, s *Site, v *view, p *control.Status) ([]grants.Need, error) {
	key := versionKey{p.ID, p.Version}
	n.mu.Lock()
	if n.view != v {
		n.view, n.known = v, map[versionKey][]grants.Need{}
	}
	found, ok := n.known[key]
	n.mu.Unlock()
	if ok {
		return found, nil
	}
	version, err := s.control.Version(ctx, p.ID, p.Version)
	if err != nil {
		return nil, err
	}
	pl, err := plan.Unmarshal(version.Plan)
	if err != nil {
		return nil, err
	}
	if found, err = grants.Needs(pl, v, v.Snapshot, s.registry); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.view == v {
		n.known[key] = found
	}
	return found, nil
}
