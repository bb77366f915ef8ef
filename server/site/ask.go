package site

import (
	"context"
	"encoding/json"

	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/app"
	"millrace/server/auth"
	"millrace/server/httpapi"
	"millrace/server/live"
	"millrace/server/query"
	"millrace/server/rejects"
	"millrace/server/worker"
)

var _ httpapi.Previewer = (*Site)(nil)

// connections are the hub's, for what the planner has let through: also those of others, which the bindings of tables name that the principal
// may read.
func (s *Site) connections(ctx context.Context) (component.Connections, error) {
	return s.hub.Snapshot(ctx)
}

// queries answers questions to tables, as whoever asks may read them.
func (s *Site) queries() *query.Service {
	return query.New(query.Deps{
		Env:         s.Env,
		Connections: s.connections,
		Queried:     s.queried, Log: s.log,
	})
}

// rejected has what pipelines have put aside.
func (s *Site) rejected() *rejects.Service {
	return rejects.New(rejects.Deps{
		Store: s.store, Pipelines: s.control, Registry: s.registry, Env: s.Env,
		Connections:  s.connections,
		Folder:       func(pipeline string) string { return worker.Folder(s.options.Config.CheckpointPath(), pipeline) },
		Installation: s.app.Installation(), Holder: "server-" + control.NewID(),
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
	return (&app.Workbench{Registry: s.registry}).PreviewIn(ctx, env, in, v, out)
}

// previewTopic runs a preview for whoever follows it: {"text": ..., "node": ..., "rows": ...}, as POST /preview takes it. Its lines are those of
// that answer. The run ends with the subscription.
type previewTopic struct{ site *Site }

var (
	_ live.Topic    = previewTopic{}
	_ live.Standing = previewTopic{}
)

// previewLines is how many lines a preview keeps: every row that it may have, its head and its end.
const previewLines = 1100

// Open begins the run.
func (t previewTopic) Open(ctx context.Context, p auth.Principal, params json.RawMessage) (live.View, error) {
	in, err := t.input(p, params)
	if err != nil {
		return live.View{}, err
	}
	feed, done := live.NewLog(previewLines), make(chan struct{})
	var failed error
	go func() {
		defer close(done)
		out, diags, err := t.site.Preview(ctx, p.Grants(), in, app.PreviewOutput{
			Begin: func(heads []app.PreviewHead) { feed.Append(httpapi.HeadLines(heads)...) },
			Rows: func(rows []app.Change) error {
				feed.Append(httpapi.ChangeLines(rows)...)
				return ctx.Err()
			},
		})
		switch {
		case err != nil:
			failed = err
		case out == nil:
			failed = diags
		default:
			feed.Append(asJSON(map[string]any{"end": httpapi.EndOf(out, in.Nodes, diags)}))
		}
	}()
	return live.View{Feed: feed, Done: done, End: func() error { return failed }}, nil
}

func (t previewTopic) input(p auth.Principal, params json.RawMessage) (app.PreviewInput, error) {
	var in app.PreviewInput
	if !p.Has(auth.Edit) {
		return in, diag.Refuse(diag.ErrDenied, live.CodeTopic, "Ask an administrator for the role.", "this needs the capability %q", auth.Edit)
	}
	err := paramsOf(params, &in)
	if err == nil && (in.Rows < 0 || in.Rows > 1000 || in.Text == "") {
		err = diag.Refuse(diag.ErrInvalid, live.CodeTopic, "Give a text, and at most 1000 rows.", "the parameters are not those of this topic")
	}
	return in, err
}

// Allowed compiles the text again: what may not be read any more is an error.
func (t previewTopic) Allowed(ctx context.Context, p auth.Principal, params json.RawMessage) error {
	in, err := t.input(p, params)
	if err != nil {
		return err
	}
	env, err := t.site.Env(ctx, p.Grants())
	if err != nil {
		return err
	}
	if _, diags := in.Compile(env); diags.HasErrors() {
		return diags
	}
	return nil
}
