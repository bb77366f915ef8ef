package site

import (
	"context"
	"fmt"

	"millrace/assets/document"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/optimize"
	"millrace/server/app"
	"millrace/server/httpapi"
)

// planner makes the physical plans of what is deployed, with the rights of the team that it runs as.
type planner struct{ *Site }

var _ httpapi.Planner = planner{}

// Plan compiles and optimizes a text.
func (p planner) Plan(ctx context.Context, team string, src httpapi.Source) ([]httpapi.Planned, diag.List, error) {
	v, err := p.view(ctx)
	if err != nil {
		return nil, nil, err
	}
	env, err := p.Env(ctx, grants.Team(team, v.teams[team]))
	if err != nil {
		return nil, nil, err
	}
	file := src.Name
	if file == "" {
		file = "model"
	}
	format := document.Format(src.Format)
	c, diags := document.Compile(file+"."+src.Format, format, src.Text, env)
	if diags.HasErrors() || c == nil {
		return nil, diags, nil
	}
	if c.Virtual {
		diags.Errorf(app.CodeNoSink, diag.Span{}, "%s has no sink: there is nowhere to put its rows", file).Fix = "Add a sink node; a model without one is used by others, by its name."
		return nil, diags, nil
	}
	out := make([]httpapi.Planned, 0, len(c.Plans))
	for _, logical := range c.Plans {
		physical, _ := optimize.Optimize(logical, nil)
		name := physical.Model
		if name == "" {
			name = src.Name
		}
		out = append(out, httpapi.Planned{Name: name, Plan: physical})
	}
	return out, diags, nil
}

// Deployed makes tables of what a version writes, keeps its lineage, and has the watch over grants look at it.
func (p planner) Deployed(ctx context.Context, st *control.Status, pl *plan.Plan) error {
	if err := p.hub.DeclareWritten(ctx, st.Team, pl); err != nil {
		return err
	}
	v, err := p.view(ctx)
	if err != nil {
		return err
	}
	resolve := lineage.Resolver(v, v.Snapshot, p.registry)
	edges := lineage.Edges([]*plan.Plan{pl}, func(op plan.Op) lineage.Ref { return resolve(op).Ref() })
	entry := lineage.Entry{Owner: lineage.Owner{Kind: lineage.Pipeline, ID: st.ID, Name: st.Name, Team: st.Team, Document: st.Document}, Edges: edges}
	if err := p.store.PutLineage(ctx, entry); err != nil {
		return fmt.Errorf("keeping the lineage of %s: %w", st.Name, err)
	}
	p.lineage.Notify()
	p.watch.Deployed()
	return nil
}
