package httpapi

import (
	"context"
	"net/http"
	"slices"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/server/auth"
)

// Planner makes physical plans of what is deployed.
type Planner interface {
	// Plan compiles and optimizes a text with the rights of a team, which its pipelines run as: one plan each of its pipelines. There are none
	// when the list has an error.
	Plan(ctx context.Context, team string, s Source) ([]Planned, diag.List, error)
	// Deployed is told of every version that was made: its lineage is kept.
	Deployed(ctx context.Context, st *control.Status, p *plan.Plan) error
}

// Source is a text that is deployed.
type Source struct {
	// Name is the pipeline's, where the text has none or several.
	Name   string
	Format string
	Text   string
	// Document and Version say where the text came from, empty where it was sent.
	Document string
	Version  int64
}

// Planned is one pipeline of a text.
type Planned struct {
	Name string
	Plan *plan.Plan
}

// WorkerList knows the workers.
type WorkerList interface {
	LiveWorkers(ctx context.Context) ([]control.WorkerInfo, error)
}

// registerPipelines serves what was deployed.
func (a *API) registerPipelines() {
	if a.services.Pipelines == nil {
		return
	}
	const tag = "pipelines"
	see, operate, edit := need(auth.View).on(KindPipeline, "pipeline"), need(auth.Operate).on(KindPipeline, "pipeline"), need(auth.Edit).on(KindPipeline, "pipeline")
	register(a, op{ID: "list_pipelines", Method: http.MethodGet, Path: "/pipelines", Tag: tag, Access: need(auth.View), Summary: "The pipelines of your teams, by name"}, a.listPipelines)
	register(a, op{ID: "deploy_text", Method: http.MethodPost, Path: "/pipelines", Tag: tag, Access: need(auth.Edit), Action: true, Status: http.StatusCreated, MaxBody: maxDocument,
		Summary: "Deploy a text", Description: "It is compiled with the rights of the team, which its pipelines run as. A pipeline of the name gets a version more."}, a.deployText)
	register(a, op{ID: "deploy_document", Method: http.MethodPost, Path: "/documents/{document}/deploy", Tag: tag, Access: need(auth.Edit).on(KindDocument, "document"), Action: true,
		Status: http.StatusCreated, Summary: "Deploy a published version of a model", Description: "It is compiled with the rights of its team, which its pipelines run as."}, a.deployDocument)
	register(a, op{ID: "get_pipeline", Method: http.MethodGet, Path: "/pipelines/{pipeline}", Tag: tag, Access: see, Summary: "A pipeline: what is wanted, what it does, and when that was last confirmed"}, a.getPipeline)
	register(a, op{ID: "delete_pipeline", Method: http.MethodDelete, Path: "/pipelines/{pipeline}", Tag: tag, Access: edit, Summary: "Delete a stopped pipeline with its versions, state and dead letters"}, a.deletePipeline)
	register(a, op{ID: "start_pipeline", Method: http.MethodPost, Path: "/pipelines/{pipeline}/start", Tag: tag, Access: operate, Action: true, Summary: "Start a pipeline",
		Description: "From its last checkpoint. From anywhere else, what it has of state and positions is forgotten, which confirm has to confirm."}, a.startPipeline)
	register(a, op{ID: "stop_pipeline", Method: http.MethodPost, Path: "/pipelines/{pipeline}/stop", Tag: tag, Access: operate, Action: true, Summary: "Stop a pipeline, draining it or at once"}, a.stopPipeline)
	register(a, op{ID: "restart_pipeline", Method: http.MethodPost, Path: "/pipelines/{pipeline}/restart", Tag: tag, Access: operate, Action: true, Summary: "Restart a pipeline, also one that has failed"}, a.restartPipeline)
	register(a, op{ID: "rollback_pipeline", Method: http.MethodPost, Path: "/pipelines/{pipeline}/rollback", Tag: tag, Access: edit, Action: true, Summary: "Make an earlier version the newest"}, a.rollbackPipeline)
	register(a, op{ID: "scale_pipeline", Method: http.MethodPost, Path: "/pipelines/{pipeline}/scale", Tag: tag, Access: operate, Action: true, Summary: "Change how many partitions are worked on at once"}, a.scalePipeline)
	register(a, op{ID: "reset_pipeline", Method: http.MethodPost, Path: "/pipelines/{pipeline}/reset", Tag: tag, Access: edit, Action: true, Summary: "Forget a stopped pipeline's positions, state and dead letters"}, a.resetPipeline)
	register(a, op{ID: "list_events", Method: http.MethodGet, Path: "/pipelines/{pipeline}/events", Tag: tag, Access: see, Summary: "What has happened to a pipeline, and why; the newest first"}, a.listEvents)
	register(a, op{ID: "read_log", Method: http.MethodGet, Path: "/pipelines/{pipeline}/log", Tag: tag, Access: operate, Summary: "What a pipeline has logged last"}, a.readLog)
	register(a, op{ID: "list_pipeline_versions", Method: http.MethodGet, Path: "/pipelines/{pipeline}/versions", Tag: tag, Access: see, Summary: "A pipeline's versions, the newest first"}, a.listPipelineVersions)
	register(a, op{ID: "get_pipeline_version", Method: http.MethodGet, Path: "/pipelines/{pipeline}/versions/{number}", Tag: tag, Access: see, Summary: "A version with its text and its plan"}, a.getPipelineVersion)
	register(a, op{ID: "compare_pipeline_versions", Method: http.MethodGet, Path: "/pipelines/{pipeline}/versions/{number}/diff", Tag: tag, Access: see,
		Summary: "What of one version's positions and state another keeps"}, a.comparePipelineVersions)
	a.registerMoments()
	register(a, op{ID: "list_workers", Method: http.MethodGet, Path: "/workers", Tag: tag, Access: need(auth.Operate), Summary: "The workers that live"}, a.listWorkers)
}

// PipelineIn names a pipeline.
type PipelineIn struct {
	Pipeline string `path:"pipeline" maxLength:"64"`
}

func pipelineOut(st *control.Status, err error) (*itemOut[control.Status], error) {
	if err != nil {
		return nil, err
	}
	return &itemOut[control.Status]{ETag: etag(st.Revision), Body: *st}, nil
}

func (a *API) listPipelines(ctx context.Context, in *struct {
	Page
	Name     string   `query:"name" maxLength:"255" doc:"a part of the name"`
	Team     []string `query:"team,explode" doc:"the id of one of these teams"`
	Want     string   `query:"want" enum:"running,stopped" doc:"what is wanted"`
	State    []string `query:"state,explode" doc:"what it does: one of these"`
	Document string   `query:"document" maxLength:"64" doc:"deployed from this document"`
},
) (*listOut[control.Status], error) {
	q := control.Query{Teams: teamsIn(ctx, KindPipeline, in.Team), Text: in.Name, Want: control.Want(in.Want), Document: in.Document, Limit: in.Limit}
	if err := in.after(&q.After); err != nil {
		return nil, err
	}
	page := Items[control.Status]{Items: []control.Status{}}
	for {
		all, err := a.services.Pipelines.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, st := range all {
			// What a pipeline does is known only when all that is said of it has been put together.
			if len(in.State) == 0 || slices.Contains(in.State, string(st.State)) {
				page.Items = append(page.Items, st)
			}
			q.After = st.Name
			if len(page.Items) == in.Limit {
				page.NextCursor = cursorOf(st.Name)
				return &listOut[control.Status]{Body: page}, nil
			}
		}
		if len(all) < q.Limit {
			return &listOut[control.Status]{Body: page}, nil
		}
	}
}

func (a *API) getPipeline(ctx context.Context, in *PipelineIn) (*itemOut[control.Status], error) {
	return pipelineOut(a.services.Pipelines.Get(ctx, in.Pipeline))
}

func (a *API) deletePipeline(ctx context.Context, in *struct {
	PipelineIn
	Confirm string `query:"confirm" required:"true" maxLength:"1024" doc:"the pipeline's name"`
},
) (*none, error) {
	return nil, a.services.Pipelines.Delete(ctx, in.Pipeline, in.Confirm, control.Ask{})
}

// Asked is what every action may say.
type Asked struct {
	Reason string `json:"reason" required:"false" maxLength:"1024" doc:"why, for the timeline"`
}

func (r Asked) ask() control.Ask { return control.Ask{Reason: r.Reason} }

// Ended says how a run is to end.
type Ended struct {
	Asked
	How control.How `json:"how" required:"false" enum:"drain,now" default:"drain" doc:"drain commits what was read; now ends at once, and what was not committed is read again"`
}

func (a *API) startPipeline(ctx context.Context, in *struct {
	PipelineIn
	Body struct {
		Asked
		Start   control.Start `json:"start" required:"false" doc:"where to begin; the last checkpoint where nothing is said"`
		Confirm string        `json:"confirm" required:"false" maxLength:"1024" doc:"the pipeline's name, where a checkpoint is to be forgotten"`
	}
},
) (*itemOut[control.Status], error) {
	return pipelineOut(a.services.Pipelines.Start(ctx, in.Pipeline, control.StartAt{Start: in.Body.Start, Confirm: in.Body.Confirm}, in.Body.ask()))
}

func (a *API) stopPipeline(ctx context.Context, in *struct {
	PipelineIn
	Body Ended
},
) (*itemOut[control.Status], error) {
	return pipelineOut(a.services.Pipelines.Stop(ctx, in.Pipeline, in.Body.How, in.Body.ask()))
}

func (a *API) restartPipeline(ctx context.Context, in *struct {
	PipelineIn
	Body Ended
},
) (*itemOut[control.Status], error) {
	return pipelineOut(a.services.Pipelines.Restart(ctx, in.Pipeline, in.Body.How, in.Body.ask()))
}

func (a *API) scalePipeline(ctx context.Context, in *struct {
	PipelineIn
	Body struct {
		Asked
		Parallelism int `json:"parallelism" minimum:"0" maximum:"256" doc:"0 is one a core"`
	}
},
) (*itemOut[control.Status], error) {
	return pipelineOut(a.services.Pipelines.Scale(ctx, in.Pipeline, in.Body.Parallelism, in.Body.ask()))
}

func (a *API) resetPipeline(ctx context.Context, in *struct {
	PipelineIn
	Body struct {
		Asked
		Confirm string `json:"confirm" maxLength:"1024" doc:"the pipeline's name"`
	}
},
) (*itemOut[control.Status], error) {
	return pipelineOut(a.services.Pipelines.Reset(ctx, in.Pipeline, in.Body.Confirm, in.Body.ask()))
}

func (a *API) listEvents(ctx context.Context, in *struct {
	PipelineIn
	Page
},
) (*listOut[control.Event], error) {
	var before string
	if err := in.after(&before); err != nil {
		return nil, err
	}
	events, err := a.services.Pipelines.Timeline(ctx, in.Pipeline, numberOf(before), in.Limit)
	return &listOut[control.Event]{Body: pageOf(events, in.Limit, func(e control.Event) string { return textOf(e.Seq) })}, err
}

func (a *API) readLog(ctx context.Context, in *struct {
	PipelineIn
	After int64 `query:"after" minimum:"0" doc:"the number of the last line that is known"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"how many of the last lines"`
},
) (*listOut[control.LogLine], error) {
	lines, err := a.services.Pipelines.Logs(ctx, in.Pipeline, in.After, in.Limit)
	return &listOut[control.LogLine]{Body: Items[control.LogLine]{Items: lines}}, err
}

func (a *API) listWorkers(ctx context.Context, _ *struct{}) (*listOut[control.WorkerInfo], error) {
	workers, err := a.services.Workers.LiveWorkers(ctx)
	return &listOut[control.WorkerInfo]{Body: Items[control.WorkerInfo]{Items: workers}}, err
}
