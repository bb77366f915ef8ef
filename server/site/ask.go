package site

import (
	"context"

	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/server/app"
	"millrace/server/httpapi"
	"millrace/server/query"
)

var _ httpapi.Previewer = (*Site)(nil)

// queries answers questions to tables, as whoever asks may read them.
func (s *Site) queries() *query.Service {
	return query.New(query.Deps{
		Env: s.Env,
		Connections: func(ctx context.Context) (component.Connections, error) {
			v, err := s.view(ctx)
			return connections{v}, err
		},
		Queried: s.queried, Log: s.log,
	})
}

// queried counts queries over tables, for the ranking of searches.
func (s *Site) queried(tables []string) {
	snapshot := s.hub.Latest()
	for _, name := range tables {
		if t, ok := snapshot.Entry(name); ok {
			s.counter.Queried("table:" + t.ID)
		}
	}
}

// Preview looks at the rows of a node of a model, from what the principal may read.
func (s *Site) Preview(ctx context.Context, who grants.Principal, in app.PreviewInput, out app.PreviewOutput) (*app.Preview, diag.List, error) {
	env, err := s.Env(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, nil, err
	}
	in.Log = s.log
	return (&app.Workbench{Registry: s.registry}).PreviewIn(ctx, env, in, connections{v}, out)
}
