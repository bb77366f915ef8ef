package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"millrace/assets/grants"
	"millrace/components/clickhouse"
	"millrace/components/clickhouse/design"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/server/app"
	"millrace/server/auth"
)

// Designer designs ClickHouse tables for what a principal may read, in places where it may write.
type Designer interface {
	Design(ctx context.Context, who grants.Principal, model string, o app.DesignOptions) (*app.Designed, diag.List, error)
}

// CodeDesignSource is a design that says twice, or not at all, whose rows are to land.
const CodeDesignSource diag.Code = "design.source"

// DesignInput says whose rows are to land where, and what has been decided.
type DesignInput struct {
	// One of Model and Source is given: a model's text, or a table of the catalog.
	Model  string `json:"model,omitempty" maxLength:"1048576" doc:"the text of a model"`
	Source string `json:"source,omitempty" maxLength:"767" doc:"a table of the catalog whose rows are to land, instead of a model"`
	Node   string `json:"node,omitempty" maxLength:"255" doc:"a node of the model: a ClickHouse sink, or one whose rows are to land; empty is the output of a virtual model"`
	// Connection and Table go before what a sink node names.
	Connection string          `json:"connection,omitempty" maxLength:"255"`
	Table      string          `json:"table,omitempty" maxLength:"767" doc:"catalog.database.table"`
	Cluster    string          `json:"cluster,omitempty" maxLength:"255" doc:"the cluster that the table is made on"`
	Pins       design.Choices  `json:"pins,omitzero" doc:"what has been decided; everything else is proposed around it"`
	Epoch      schema.Duration `json:"epoch,omitzero" doc:"how often rows are written; 1s where it is left out"`
	Rows       int             `json:"rows,omitempty" minimum:"1" maximum:"100000" default:"10000" doc:"how many rows are sampled at most"`
}

// Design is a table's design with what it stands on.
type Design struct {
	Proposal design.Proposal   `json:"proposal"`
	Stats    *design.Stats     `json:"stats,omitempty" doc:"what the sample showed; absent when there were no rows"`
	Existing *design.Existing  `json:"existing,omitempty" doc:"the table, where there is one"`
	Trial    *clickhouse.Trial `json:"trial,omitempty" doc:"how the sampled rows landed in a scratch table"`
	Sampled  int               `json:"sampled"`
	Ended    bool              `json:"ended" doc:"the sample is all there is"`
}

// registerDesign serves the designs of ClickHouse tables.
func (a *API) registerDesign() {
	if a.services.Designer == nil {
		return
	}
	const tag = "designs"
	register(a, op{ID: "design_table", Method: http.MethodPost, Path: "/designs", Tag: tag, Summary: "Design the ClickHouse table that rows land in",
		Description: "Samples the rows as the caller may read them, looks at the table where there is one, and proposes how it is made, with the figure behind each choice and what would go wrong. Nothing is made.",
		MaxBody:     2 << 20, Access: need(auth.Edit)}, a.designTable(false))
	register(a, op{ID: "try_design", Method: http.MethodPost, Path: "/designs/try", Tag: tag, Summary: "Design a table and land the sampled rows in a scratch table",
		Description: "The rows are read back and compared cell by cell with what was sent; the scratch table is dropped.",
		MaxBody:     2 << 20, Access: need(auth.Edit)}, a.designTable(true))
}

func (a *API) designTable(try bool) func(context.Context, *struct{ Body DesignInput }) (*out[Design], error) {
	return func(ctx context.Context, in *struct{ Body DesignInput }) (*out[Design], error) {
		b := in.Body
		if (b.Model == "") == (b.Source == "") {
			return nil, diag.Refuse(diag.ErrInvalid, CodeDesignSource, "Give one of model and source.", "whose rows are to land is said twice, or not at all")
		}
		text := b.Model
		if b.Source != "" {
			text, b.Node = sourceModel(b.Source), sourceNode
		}
		d, diags, err := a.services.Designer.Design(ctx, auth.From(ctx).Grants(), text, app.DesignOptions{
			Node: b.Node, Connection: b.Connection, Table: b.Table, Cluster: b.Cluster, Pins: b.Pins, Epoch: b.Epoch, Rows: b.Rows, Try: try, Log: a.log,
		})
		switch {
		case err != nil:
			return nil, err
		case d == nil:
			return nil, diags
		}
		return &out[Design]{Body: Design{Proposal: d.Proposal, Stats: d.Input.Stats, Existing: d.Input.Existing, Trial: d.Trial, Sampled: d.Sampled, Ended: d.Ended}}, nil
	}
}

const sourceNode = "rows"

// sourceModel is the model that passes on the rows of a table.
func sourceModel(table string) string {
	return fmt.Sprintf("{format: 1, kind: view, name: designs.of.rows, nodes: [{id: %s, component: table, params: {table: %q}}], edges: []}", sourceNode, table)
}
