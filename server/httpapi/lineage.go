package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/server/auth"
)

// registerLineage serves what is made from what.
func (a *API) registerLineage() {
	if a.services.Lineage == nil {
		return
	}
	const tag = "lineage"
	table := need(auth.View).onTable(grants.Discover, "table")
	register(a, op{ID: "get_lineage", Method: http.MethodGet, Path: "/tables/{table}/lineage", Tag: tag, Access: table, Summary: "What a table is made from, and what is made from it",
		Description: "A graph around the table. Tables that you may not know of have no name: those next to each other are one node with their number. " +
			"Models and pipelines of other teams are hidden."}, a.getLineage)
	register(a, op{ID: "get_impact", Method: http.MethodGet, Path: "/tables/{table}/impact", Tag: tag, Access: table, Summary: "What a change of a table, or of one of its columns, reaches",
		Description: "The nearest first. What you may not know of is counted and not named."}, a.getImpact)
}

func (a *API) getLineage(ctx context.Context, in *struct {
	Table string `path:"table" maxLength:"64"`
	Up    int    `query:"up" minimum:"0" maximum:"100" default:"2" doc:"how many steps upstream; 0 is all"`
	Down  int    `query:"down" minimum:"0" maximum:"100" default:"2" doc:"how many steps downstream; 0 is all"`
},
) (*out[*lineage.Drawing], error) {
	d, err := a.services.Lineage.Graph().Draw(ctx, a.seer(ctx), a.services.TableInfo, in.Table, in.Up, in.Down)
	if err != nil {
		return nil, err
	}
	if d.Nodes == nil {
		d.Nodes = []lineage.Node{}
	}
	if d.Edges == nil {
		d.Edges = []lineage.Line{}
	}
	return &out[*lineage.Drawing]{Body: d}, nil
}

// Impact is what a change reaches.
type Impact struct {
	Items []lineage.Affected `json:"items" nullable:"false"`
	// Hidden counts the models and pipelines that the viewer may not know of.
	Hidden int `json:"hidden" doc:"how many models and pipelines there are that you may not know of"`
}

func (a *API) getImpact(ctx context.Context, in *struct {
	Table  string `path:"table" maxLength:"64"`
	Column string `query:"column" maxLength:"1024" doc:"a column of the table; none is the table as a whole"`
},
) (*out[Impact], error) {
	who := a.seer(ctx)
	answer := Impact{Items: []lineage.Affected{}}
	for _, one := range a.services.Lineage.Graph().Impact(in.Table, in.Column) {
		if one.Team != "" && !who.Can(auth.View, Kind(one.Kind), one.Team) {
			answer.Hidden++
			continue
		}
		// A model of the viewer's team may read tables that the viewer may not know of.
		one.Tables = slices.DeleteFunc(slices.Clone(one.Tables), func(r lineage.Ref) bool {
			return r.ID == "" || !who.Discover(grants.ObjectOf(r.Name, r.ID))
		})
		one.Columns = slices.DeleteFunc(slices.Clone(one.Columns), func(c string) bool {
			return !slices.ContainsFunc(one.Tables, func(r lineage.Ref) bool { return strings.HasPrefix(c, r.Name+".") })
		})
		answer.Items = append(answer.Items, one)
	}
	return &out[Impact]{Body: answer}, nil
}
