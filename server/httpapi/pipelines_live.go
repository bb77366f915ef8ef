package httpapi

import (
	"context"
	"net/http"
	"time"

	"millrace/server/auth"
)

// Moments has what is known of pipelines from moment to moment. It is kept in memory, for a while, and begins anew with the server.
type Moments interface {
	// Summary counts the pipelines of the teams that see allows.
	Summary(see func(team string) bool) PipelineSummary
	// Rates are the last rates of those pipelines that there are and that see allows, in the order asked for.
	Rates(ids []string, see func(team string) bool) []PipelineRates
	// Series is how one pipeline has done lately; empty where that is not known.
	Series(pipeline string) PipelineSeries
	// Graph is the plan of a version as it is drawn; 0 is the version that is wanted.
	Graph(ctx context.Context, pipeline string, version int64) (*PipelineGraph, error)
}

// Health is how a pipeline is, in one word: the first of these that is true.
type Health string

// The healths.
const (
	// HealthStopped is meant to stand still, or has read all there was.
	HealthStopped Health = "stopped"
	// HealthFailed needs somebody, or waits for its next start, or has been recovering for a while.
	HealthFailed   Health = "failed"
	HealthStarting Health = "starting"
	// HealthUnconfirmed was running when it was last heard of, and its worker has not been heard of since.
	HealthUnconfirmed Health = "unconfirmed"
	// HealthBackpressured has a source that waits more than half of the time for what lies behind it.
	HealthBackpressured Health = "backpressured"
	// HealthBusy has an operator or a lane that works 80 % of the time or more.
	HealthBusy    Health = "busy"
	HealthRunning Health = "running"
	// HealthIdle runs and has nothing to do.
	HealthIdle Health = "idle"
)

// HealthCounts is how many pipelines there are of each health.
type HealthCounts struct {
	Failed        int `json:"failed"`
	Backpressured int `json:"backpressured"`
	Busy          int `json:"busy"`
	Running       int `json:"running"`
	Idle          int `json:"idle"`
	Starting      int `json:"starting"`
	Unconfirmed   int `json:"unconfirmed"`
	Stopped       int `json:"stopped"`
}

// Add counts one.
func (c *HealthCounts) Add(h Health) {
	switch h {
	case HealthFailed:
		c.Failed++
	case HealthBackpressured:
		c.Backpressured++
	case HealthBusy:
		c.Busy++
	case HealthRunning:
		c.Running++
	case HealthIdle:
		c.Idle++
	case HealthStarting:
		c.Starting++
	case HealthUnconfirmed:
		c.Unconfirmed++
	case HealthStopped:
		c.Stopped++
	}
}

// PipelineSummary is all pipelines that somebody sees.
type PipelineSummary struct {
	Total  int          `json:"total"`
	Health HealthCounts `json:"health"`
	// RowsPerSecond is what they read together.
	RowsPerSecond float64 `json:"rows_per_second"`
}

// PipelineRates are the rows a pipeline has read per second: up to 60 means over half a minute each, the oldest first, of which the last
// ends at At.
type PipelineRates struct {
	ID           string    `json:"id"`
	EverySeconds int       `json:"every_seconds"`
	At           time.Time `json:"at"`
	Points       []float64 `json:"points" nullable:"false"`
}

// PipelineSeries is the last half hour of a pipeline: up to 360 points, the oldest first, of which the last ends at At. All lists are equally
// long.
type PipelineSeries struct {
	EverySeconds int       `json:"every_seconds"`
	At           time.Time `json:"at"`
	RowsIn       []float64 `json:"rows_in" nullable:"false" doc:"rows per second"`
	RowsOut      []float64 `json:"rows_out" nullable:"false" doc:"rows per second"`
	// Lag is in records, Delay what the watermark lies behind the clock; null while unknown.
	Lag     []*float64 `json:"lag" nullable:"false" doc:"records not read yet; null while unknown"`
	DelayMS []*float64 `json:"delay_ms" nullable:"false" doc:"how far the watermark lies behind the clock; null while there is none"`
	// Busy has the share of the time, 0 to 1, in which each operator worked, by its id.
	Busy map[string][]*float64 `json:"busy" nullable:"false" doc:"by operator, the share of the time in which it worked; null while it did not run"`
}

// PipelineGraph is a plan as it is drawn. It belongs to a version, which never changes.
type PipelineGraph struct {
	Version int64       `json:"version"`
	Nodes   []GraphNode `json:"nodes" nullable:"false"`
	Edges   []GraphEdge `json:"edges" nullable:"false"`
}

// GraphNode is an operator, inputs before consumers.
type GraphNode struct {
	// Operator is its id, Node the id of the model's node it comes from; Inline is the path by which that came into the model, empty for a
	// node of the model itself.
	Operator string `json:"operator"`
	Node     string `json:"node"`
	Inline   string `json:"inline,omitempty"`
	// Op is the operator's name: "scan", "window"; Component the name of the component it comes from, whose icon stands for it, empty where
	// that is not known.
	Op          string `json:"op"`
	Component   string `json:"component,omitempty"`
	Description string `json:"description,omitempty"`
	// Table is what a source or a sink stands on.
	Table string `json:"table,omitempty"`
}

// GraphEdge leads from one operator to an input of another; the inputs are counted from 0.
type GraphEdge struct {
	From string `json:"from"`
	To   string `json:"to"`
	Port int    `json:"port"`
}

// registerMoments serves what pages show beside the live topics.
func (a *API) registerMoments() {
	if a.services.Moments == nil {
		return
	}
	const tag = "pipelines"
	see := need(auth.View).on(KindPipeline, "pipeline")
	register(a, op{ID: "summarize_pipelines", Method: http.MethodGet, Path: "/pipelines/summary", Tag: tag, Access: need(auth.View),
		Summary: "How the pipelines of your teams are, counted"}, a.summarizePipelines)
	register(a, op{ID: "get_pipeline_rates", Method: http.MethodGet, Path: "/pipelines/rates", Tag: tag, Access: need(auth.View),
		Summary: "The rates of the last half hour of several pipelines", Description: "Pipelines that are not there, or that you may not see, are left out."}, a.getPipelineRates)
	register(a, op{ID: "get_pipeline_series", Method: http.MethodGet, Path: "/pipelines/{pipeline}/series", Tag: tag, Access: see,
		Summary: "How a pipeline has done in the last half hour"}, a.getPipelineSeries)
	register(a, op{ID: "get_pipeline_graph", Method: http.MethodGet, Path: "/pipelines/{pipeline}/graph", Tag: tag, Access: see,
		Summary: "The operators of a version, to be drawn"}, a.getPipelineGraph)
}

// seesTeam says of which teams the principal may see the pipelines.
func seesTeam(ctx context.Context) func(team string) bool {
	p := auth.From(ctx)
	return func(team string) bool { return p.Can(auth.View, KindPipeline, team) }
}

func (a *API) summarizePipelines(ctx context.Context, _ *struct{}) (*out[PipelineSummary], error) {
	return &out[PipelineSummary]{Body: a.services.Moments.Summary(seesTeam(ctx))}, nil
}

func (a *API) getPipelineRates(ctx context.Context, in *struct {
	ID []string `query:"id,explode" maxItems:"200" doc:"the ids of the pipelines, at most 200"`
},
) (*listOut[PipelineRates], error) {
	return &listOut[PipelineRates]{Body: Items[PipelineRates]{Items: a.services.Moments.Rates(in.ID, seesTeam(ctx))}}, nil
}

func (a *API) getPipelineSeries(_ context.Context, in *PipelineIn) (*out[PipelineSeries], error) {
	return &out[PipelineSeries]{Body: a.services.Moments.Series(in.Pipeline)}, nil
}

func (a *API) getPipelineGraph(ctx context.Context, in *struct {
	PipelineIn
	Version int64 `query:"version" minimum:"0" doc:"the number of a version; the one that is wanted where there is none"`
},
) (*out[PipelineGraph], error) {
	g, err := a.services.Moments.Graph(ctx, in.Pipeline, in.Version)
	if err != nil {
		return nil, err
	}
	return &out[PipelineGraph]{Body: *g}, nil
}
