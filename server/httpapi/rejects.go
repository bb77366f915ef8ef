package httpapi

import (
	"context"
	"net/http"
	"time"

	"millrace/server/app"
	"millrace/server/auth"
	"millrace/server/rejects"
)

// registerRejects serves what pipelines have put aside.
func (a *API) registerRejects() {
	if a.services.Rejects == nil {
		return
	}
	const tag = "rejects"
	// Whether records are shown depends on what they were read from as well, which the service decides.
	operate := need(auth.Operate).on(KindPipeline, "pipeline")
	register(a, op{ID: "list_rejects", Method: http.MethodGet, Path: "/pipelines/{pipeline}/rejects", Tag: tag, Access: operate, Summary: "A pipeline's dead letters and late rows, the newest first",
		Description: "Records are shown to who may read all that the pipeline reads; others see codes and places. A page may be short of its limit and go on nevertheless."}, a.listRejects)
	register(a, op{ID: "get_reject", Method: http.MethodGet, Path: "/pipelines/{pipeline}/rejects/{reject}", Tag: tag, Access: operate, Summary: "A dead letter or late row with its content"}, a.getReject)
	register(a, op{ID: "try_rejects", Method: http.MethodPost, Path: "/pipelines/{pipeline}/rejects/try", Tag: tag, Access: operate, MaxBody: maxRejects, Summary: "Say what would come of dead letters, mended or not",
		Description: "Their records go through the decoder and the plan that is deployed, in memory. Nothing is written."}, a.tryRejects)
	register(a, op{ID: "replay_rejects", Method: http.MethodPost, Path: "/pipelines/{pipeline}/rejects/replay", Tag: tag, Access: operate, Action: true, MaxBody: maxRejects,
		Summary:     "Put dead letters, mended or not, through the pipeline again",
		Description: "A run of its own, of the same plan over just these records, writes what comes of them to the same sinks. Each is replayed once. A pipeline that remembers rows is refused."}, a.replayRejects)
}

// maxRejects bounds a body with records.
const maxRejects = 16 << 20

// Rejects is a page of rejects.
type Rejects struct {
	Items[rejects.Item]
	Contents bool   `json:"contents" doc:"whether records are shown"`
	Why      string `json:"why,omitempty" doc:"why they are not"`
}

func (a *API) listRejects(ctx context.Context, in *struct {
	PipelineIn
	Page
	Kind string    `query:"kind" enum:"dead,late"`
	Code string    `query:"code" maxLength:"128"`
	Node string    `query:"node" maxLength:"1024" doc:"the operator's id"`
	From time.Time `query:"from" doc:"committed at this time or later"`
	To   time.Time `query:"to" doc:"committed before this time"`
},
) (*out[Rejects], error) {
	f := rejects.Filter{Kind: in.Kind, Code: in.Code, Node: in.Node, From: in.From, To: in.To, Limit: in.Limit}
	if err := in.after(&f.After); err != nil {
		return nil, err
	}
	page, err := a.services.Rejects.List(ctx, auth.From(ctx).Grants(), in.Pipeline, f)
	if err != nil {
		return nil, err
	}
	body := Rejects{Items: Items[rejects.Item]{Items: page.Items}, Contents: page.Contents, Why: page.Why}
	if page.Next != "" {
		body.NextCursor = cursorOf(page.Next)
	}
	return &out[Rejects]{Body: body}, nil
}

func (a *API) getReject(ctx context.Context, in *struct {
	PipelineIn
	Reject string `path:"reject" maxLength:"128"`
},
) (*out[rejects.Item], error) {
	item, err := a.services.Rejects.Get(ctx, auth.From(ctx).Grants(), in.Pipeline, in.Reject)
	if err != nil {
		return nil, err
	}
	return &out[rejects.Item]{Body: *item}, nil
}

// ChosenRejects are dead letters to put through a pipeline.
type ChosenRejects struct {
	Rejects []rejects.Chosen `json:"rejects" minItems:"1" maxItems:"1000"`
}

func (a *API) tryRejects(ctx context.Context, in *struct {
	PipelineIn
	Body ChosenRejects
},
) (*out[app.Tried], error) {
	tried, err := a.services.Rejects.Try(ctx, auth.From(ctx).Grants(), in.Pipeline, in.Body.Rejects)
	if err != nil {
		return nil, err
	}
	return &out[app.Tried]{Body: *tried}, nil
}

func (a *API) replayRejects(ctx context.Context, in *struct {
	PipelineIn
	Body ChosenRejects
},
) (*out[rejects.Done], error) {
	done, err := a.services.Rejects.Replay(ctx, auth.From(ctx).Grants(), in.Pipeline, in.Body.Rejects)
	if err != nil {
		return nil, err
	}
	return &out[rejects.Done]{Body: *done}, nil
}
