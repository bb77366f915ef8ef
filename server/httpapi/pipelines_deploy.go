package httpapi

import (
	"context"
	"encoding/json"
	"strconv"

	"millrace/assets/document"
	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/auth"
)

func textOf(n int64) string { return strconv.FormatInt(n, 10) }

// numberOf reads what textOf has written; anything else is 0, the beginning.
func numberOf(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Deployment is how something is deployed.
type Deployment struct {
	Asked
	Settings control.Settings `json:"settings" required:"false"`
	Run      bool             `json:"run" required:"false" doc:"start it, also where it is stopped; what runs is restarted in any case"`
	DryRun   bool             `json:"dry_run" required:"false" doc:"only say what would become of positions and state"`
	Revision int64            `json:"revision" required:"false" minimum:"0" doc:"the pipeline's revision that was seen; 0 deploys over whatever is there"`
}

// Deployed is what came of it.
type Deployed struct {
	Name string `json:"name"`
	// Pipeline is left out of a dry run.
	Pipeline *control.Status `json:"pipeline,omitempty"`
	Impact   control.Impact  `json:"impact"`
}

// Deployments is what a text has come to.
type Deployments struct {
	Pipelines   []Deployed `json:"pipelines" nullable:"false"`
	Diagnostics diag.List  `json:"diagnostics" nullable:"false"`
}

func (a *API) deployText(ctx context.Context, in *struct {
	Body struct {
		Deployment
		Team   string `json:"team" minLength:"1" maxLength:"64" doc:"the id of the team the pipelines run as"`
		Name   string `json:"name" required:"false" maxLength:"255" doc:"the pipeline's name, where the text has none"`
		Format string `json:"format" required:"false" enum:"yaml,sql" default:"yaml"`
		Text   string `json:"text" minLength:"1" doc:"a model, or a script"`
	}
},
) (*out[Deployments], error) {
	b := &in.Body
	if err := mayIn(ctx, auth.Edit, b.Team); err != nil {
		return nil, err
	}
	return a.deploy(ctx, b.Team, Source{Name: b.Name, Format: b.Format, Text: b.Text}, b.Deployment)
}

func (a *API) deployDocument(ctx context.Context, in *struct {
	Document string `path:"document" maxLength:"64"`
	Body     struct {
		Deployment
		Version int `json:"version" required:"false" minimum:"0" doc:"0 is the newest"`
	}
},
) (*out[Deployments], error) {
	d, err := a.services.Documents.Get(ctx, auth.From(ctx).Grants(), in.Document)
	if err != nil {
		return nil, err
	}
	version := in.Body.Version
	if version == 0 {
		version = d.Published
	}
	if version == 0 {
		return nil, diag.Refuse(diag.ErrConflict, document.CodeNotFound, "Publish it first.", "the model has no version yet")
	}
	v, err := a.services.Documents.Version(ctx, in.Document, version)
	if err != nil {
		return nil, err
	}
	return a.deploy(ctx, d.Team, Source{Name: v.Name, Format: string(v.Format), Text: v.Text, Document: in.Document, Version: int64(v.Number)}, in.Body.Deployment)
}

// deploy plans a text as its team and deploys what comes of it.
func (a *API) deploy(ctx context.Context, team string, s Source, d Deployment) (*out[Deployments], error) {
	planned, diags, err := a.services.Planner.Plan(ctx, team, s)
	if err != nil {
		return nil, err
	}
	if diags.HasErrors() {
		return nil, diags
	}
	answer := Deployments{Pipelines: []Deployed{}, Diagnostics: append(diag.List{}, diags...)}
	for _, p := range planned {
		one := Deployed{Name: p.Name}
		if d.DryRun {
			if one.Impact, err = a.impact(ctx, team, p); err != nil {
				return nil, err
			}
			answer.Pipelines = append(answer.Pipelines, one)
			continue
		}
		one.Pipeline, one.Impact, err = a.services.Pipelines.Deploy(ctx, control.Deploy{Name: p.Name, Team: team, Plan: p.Plan, Text: s.Text, Document: s.Document,
			DocumentVersion: s.Version, Settings: d.Settings, Revision: d.Revision, Run: d.Run, Reason: d.Reason})
		if err != nil {
			return nil, err
		}
		if err := a.services.Planner.Deployed(ctx, one.Pipeline, p.Plan); err != nil {
			return nil, err
		}
		answer.Pipelines = append(answer.Pipelines, one)
	}
	return &out[Deployments]{Body: answer}, nil
}

// impact says what would become of a pipeline; of another team's it says that the name is taken, and no more.
func (a *API) impact(ctx context.Context, team string, p Planned) (control.Impact, error) {
	if st, err := a.services.Pipelines.ByName(ctx, p.Name); err == nil && st.Team != team {
		return control.Impact{}, diag.Refuse(diag.ErrConflict, control.CodeNameTaken, "Choose another name.", "another pipeline is named %s", p.Name)
	}
	return a.services.Pipelines.Impact(ctx, p.Name, p.Plan)
}

// Rolled is what a rollback has come to.
type Rolled struct {
	Pipeline control.Status `json:"pipeline"`
	Impact   control.Impact `json:"impact"`
}

func (a *API) rollbackPipeline(ctx context.Context, in *struct {
	PipelineIn
	Body struct {
		Asked
		Version int64 `json:"version" minimum:"1" doc:"the version that is repeated"`
	}
},
) (*itemOut[Rolled], error) {
	st, impact, err := a.services.Pipelines.Rollback(ctx, in.Pipeline, in.Body.Version, in.Body.ask())
	if err != nil {
		return nil, err
	}
	return &itemOut[Rolled]{ETag: etag(st.Revision), Body: Rolled{*st, impact}}, nil
}

func (a *API) listPipelineVersions(ctx context.Context, in *struct {
	PipelineIn
	Page
},
) (*listOut[control.Version], error) {
	var before string
	if err := in.after(&before); err != nil {
		return nil, err
	}
	versions, err := a.services.Pipelines.Versions(ctx, in.Pipeline, numberOf(before), in.Limit)
	return &listOut[control.Version]{Body: pageOf(versions, in.Limit, func(v control.Version) string { return textOf(v.Number) })}, err
}

// VersionIn names a version of a pipeline.
type VersionIn struct {
	PipelineIn
	Number int64 `path:"number" minimum:"1"`
}

func (a *API) getPipelineVersion(ctx context.Context, in *VersionIn) (*out[control.Version], error) {
	v, err := a.services.Pipelines.Version(ctx, in.Pipeline, in.Number)
	if err != nil {
		return nil, err
	}
	return &out[control.Version]{Body: *v}, nil
}

// Versions is how two versions of a pipeline differ.
type Versions struct {
	From   int64          `json:"from"`
	To     int64          `json:"to"`
	Impact control.Impact `json:"impact"`
	// FromText and ToText are the models' texts, for those who compare them word by word.
	FromText string          `json:"from_text"`
	ToText   string          `json:"to_text"`
	Settings json.RawMessage `json:"settings,omitempty" doc:"those of the version that takes the place of the other"`
}

func (a *API) comparePipelineVersions(ctx context.Context, in *struct {
	VersionIn
	From int64 `query:"from" minimum:"0" doc:"the version it takes the place of; 0 is the one before"`
},
) (*out[Versions], error) {
	from := in.From
	if from == 0 {
		from = max(in.Number-1, 1)
	}
	was, err := a.services.Pipelines.Version(ctx, in.Pipeline, from)
	if err != nil {
		return nil, err
	}
	is, err := a.services.Pipelines.Version(ctx, in.Pipeline, in.Number)
	if err != nil {
		return nil, err
	}
	impact, err := a.services.Pipelines.CompareVersions(ctx, in.Pipeline, from, in.Number)
	if err != nil {
		return nil, err
	}
	settings, err := json.Marshal(is.Settings)
	return &out[Versions]{Body: Versions{From: from, To: in.Number, Impact: impact, FromText: was.Text, ToText: is.Text, Settings: settings}}, err
}
