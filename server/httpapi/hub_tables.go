package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/components/infer"
	"millrace/models/diag"
	"millrace/server/auth"
)

func (a *API) registerTables() {
	const tag = "tables"
	known := need(auth.View).onTable(grants.Discover, "table")
	managed := need(auth.Edit).onTable(grants.Manage, "table")
	register(a, op{ID: "list_tables", Method: http.MethodGet, Path: "/tables", Tag: tag, Summary: "The tables one may know of, by name", Access: need(auth.View)}, a.listTables)
	register(a, op{ID: "create_table", Method: http.MethodPost, Path: "/tables", Tag: tag, Summary: "Declare a table", Status: http.StatusCreated, Access: need(auth.Edit), Action: true}, a.createTable)
	register(a, op{ID: "infer_columns", Method: http.MethodPost, Path: "/tables/infer", Tag: tag, Summary: "Propose columns for sample records", MaxBody: 4 << 20, Access: need(auth.View)}, a.inferColumns)
	register(a, op{ID: "get_table", Method: http.MethodGet, Path: "/tables/{table}", Tag: tag, Summary: "A table", Access: known}, a.getTable)
	register(a, op{ID: "change_table", Method: http.MethodPut, Path: "/tables/{table}", Tag: tag, Summary: "Change what is said of a table", Access: managed}, a.changeTable)
	register(a, op{ID: "remove_table", Method: http.MethodDelete, Path: "/tables/{table}", Tag: tag, Summary: "Remove a table that nothing uses",
		Description: "What lies outside stays. A table that is made under the name again is another one.", Access: managed}, a.removeTable)
	register(a, op{ID: "get_drift", Method: http.MethodGet, Path: "/tables/{table}/drift", Tag: tag, Summary: "What was different outside when somebody looked last", Access: known}, a.getDrift)
	register(a, op{ID: "check_drift", Method: http.MethodPost, Path: "/tables/{table}/drift", Tag: tag, Summary: "Compare a table with what is outside", Access: managed}, a.checkDrift)
	register(a, op{ID: "accept_drift", Method: http.MethodPost, Path: "/tables/{table}/drift/accept", Tag: tag, Summary: "Take what is outside as right from now on", Access: managed}, a.acceptDrift)
	register(a, op{ID: "list_drifts", Method: http.MethodGet, Path: "/drifts", Tag: tag, Summary: "The tables that differ from what is outside, the worst first", Access: need(auth.View)}, a.listDrifts)
	register(a, op{ID: "list_domains", Method: http.MethodGet, Path: "/domains", Tag: tag, Summary: "The domains of the tables one may know of", Access: need(auth.View)}, a.listDomains)
	register(a, op{ID: "list_tags", Method: http.MethodGet, Path: "/tags", Tag: tag, Summary: "The tags of the tables one may know of", Access: need(auth.View)}, a.listTags)
}

// TablePath names a table.
type TablePath struct {
	Table string `path:"table" maxLength:"64"`
}

func (a *API) tableOut(ctx context.Context, t *catalog.TableEntry, err error) (*itemOut[catalog.Table], error) {
	if err != nil {
		return nil, err
	}
	shown, err := a.hub().ShownTable(t)
	if err != nil {
		return nil, err
	}
	drifts, err := a.hub().Store.Drifts(ctx, t.ID)
	if d, ok := drifts[t.ID]; ok {
		shown.Drift = &d
	}
	return &itemOut[catalog.Table]{ETag: etag(t.Revision), Body: shown}, err
}

func (a *API) listTables(ctx context.Context, in *struct {
	Page
	Kind       string `query:"kind" maxLength:"32"`
	Layer      string `query:"layer" maxLength:"32"`
	Team       string `query:"team" maxLength:"64"`
	Domain     string `query:"domain" maxLength:"255"`
	Tag        string `query:"tag" maxLength:"255"`
	Catalog    string `query:"catalog" maxLength:"255"`
	DB         string `query:"db" maxLength:"255"`
	Origin     string `query:"origin" maxLength:"32"`
	Connection string `query:"connection" maxLength:"255" doc:"the name of a connection"`
	Text       string `query:"text" maxLength:"255" doc:"part of the name"`
},
) (*listOut[catalog.TableSummary], error) {
	var after string
	if err := in.after(&after); err != nil {
		return nil, err
	}
	s, err := a.hub().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f := catalog.Filter{Kind: component.TableKind(in.Kind), Layer: in.Layer, Team: in.Team, Domain: in.Domain, Tag: in.Tag, Catalog: in.Catalog, DB: in.DB,
		Origin: catalog.Origin(in.Origin), Connection: in.Connection, Text: in.Text}
	page, more := s.List(a.services.Catalog.Grants, auth.From(ctx).Grants(), f, after, in.Limit)
	out := Items[catalog.TableSummary]{Items: make([]catalog.TableSummary, len(page))}
	for i, t := range page {
		out.Items[i] = t.Summary()
	}
	if more {
		out.NextCursor = cursorOf(page[len(page)-1].Name)
	}
	return &listOut[catalog.TableSummary]{Body: out}, nil
}

func (a *API) createTable(ctx context.Context, in *struct{ Body catalog.TableInput }) (*itemOut[catalog.Table], error) {
	if err := mayIn(ctx, auth.Edit, in.Body.Team); err != nil {
		return nil, err
	}
	t, err := a.hub().CreateTable(ctx, in.Body, catalog.Declared)
	return a.tableOut(ctx, t, err)
}

func (a *API) getTable(ctx context.Context, in *TablePath) (*itemOut[catalog.Table], error) {
	t, err := a.table(ctx, in.Table)
	return a.tableOut(ctx, t, err)
}

func (a *API) changeTable(ctx context.Context, in *struct {
	Match
	TablePath
	Body catalog.TableInput
},
) (*itemOut[catalog.Table], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	old, err := a.table(ctx, in.Table)
	if err != nil {
		return nil, err
	}
	// Who was granted to manage a table need not be in its team; who gives it away has to be in the one that gets it.
	if in.Body.Team != old.Team {
		if err := mayIn(ctx, auth.Edit, in.Body.Team); err != nil {
			return nil, err
		}
	}
	t, err := a.hub().UpdateTable(ctx, in.Table, revision, in.Body)
	return a.tableOut(ctx, t, err)
}

func (a *API) removeTable(ctx context.Context, in *struct {
	Match
	TablePath
	Force bool `query:"force" doc:"although models or pipelines use it"`
},
) (*none, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	return nil, a.hub().DeleteTable(ctx, in.Table, revision, in.Force)
}

// InferredColumns are columns that samples show.
type InferredColumns struct {
	Columns   []catalog.ShownColumn `json:"columns" nullable:"false"`
	EventTime string                `json:"event_time,omitempty"`
	Notes     []string              `json:"notes,omitempty" doc:"what was guessed, and why"`
}

func (a *API) inferColumns(_ context.Context, in *struct {
	Body struct {
		Format  string   `json:"format" enum:"json,csv,raw"`
		Samples []string `json:"samples" minItems:"1" maxItems:"10000" doc:"records; the first of csv is the header"`
	}
},
) (*out[InferredColumns], error) {
	samples := make([][]byte, len(in.Body.Samples))
	for i, s := range in.Body.Samples {
		samples[i] = []byte(s)
	}
	s, notes, err := infer.Infer(samples, in.Body.Format)
	if err != nil {
		return nil, diag.Refuse(diag.ErrInvalid, CodeInvalid, "", "%v", err)
	}
	body := InferredColumns{Columns: []catalog.ShownColumn{}, Notes: notes}
	for _, f := range s.Fields {
		body.Columns = append(body.Columns, catalog.ShownColumn{Name: f.Name, Type: f.Type.String(), Nullable: f.Nullable})
	}
	if s.EventTime != nil {
		body.EventTime = s.EventTime.Column
	}
	return &out[InferredColumns]{Body: body}, nil
}

// ShownDrift is a comparison with what it touches.
type ShownDrift struct {
	catalog.DriftEntry
	Name string `json:"name"`
	// Touches are the models, tables and pipelines that are made from the table, as far as one may know of them.
	Touches []catalog.User `json:"touches,omitempty"`
}

func (a *API) shownDrift(ctx context.Context, t *catalog.TableEntry, d catalog.DriftEntry) (ShownDrift, error) {
	shown := ShownDrift{DriftEntry: d, Name: t.Name}
	users := a.hub().Users
	if users == nil || d.Severity == catalog.Unchanged {
		return shown, nil
	}
	touched, err := users.Users(ctx, t.ID, true)
	for _, u := range touched {
		if a.knows(ctx, u) {
			shown.Touches = append(shown.Touches, u)
		}
	}
	return shown, err
}

// knows reports whether the principal may know of what uses a table.
func (a *API) knows(ctx context.Context, u catalog.User) bool {
	if u.Kind == "table" {
		t, ok := a.hub().Latest().ByID(u.ID)
		return ok && a.may(ctx, grants.Discover, t.Object())
	}
	return auth.From(ctx).Can(auth.View, Kind(u.Kind), u.Team)
}

func (a *API) getDrift(ctx context.Context, in *TablePath) (*out[ShownDrift], error) {
	t, err := a.table(ctx, in.Table)
	if err != nil {
		return nil, err
	}
	drifts, err := a.hub().Store.Drifts(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	d, ok := drifts[t.ID]
	if !ok {
		return nil, diag.Refuse(diag.ErrNotFound, CodeNotFound, "Compare it now.", "nobody has compared the table with what is outside yet")
	}
	shown, err := a.shownDrift(ctx, t, d)
	return &out[ShownDrift]{Body: shown}, err
}

func (a *API) checkDrift(ctx context.Context, in *TablePath) (*out[ShownDrift], error) {
	t, err := a.table(ctx, in.Table)
	if err != nil {
		return nil, err
	}
	d, err := a.hub().CheckDrift(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	shown, err := a.shownDrift(ctx, t, d)
	return &out[ShownDrift]{Body: shown}, err
}

func (a *API) acceptDrift(ctx context.Context, in *struct {
	Match
	TablePath
},
) (*itemOut[catalog.Table], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	t, err := a.hub().AcceptDrift(ctx, in.Table, revision)
	if err == nil {
		_, err = a.hub().CheckDrift(ctx, in.Table)
	}
	return a.tableOut(ctx, t, err)
}

func (a *API) listDrifts(ctx context.Context, _ *struct{}) (*listOut[ShownDrift], error) {
	drifts, err := a.hub().Store.Drifts(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.hub().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := Items[ShownDrift]{Items: []ShownDrift{}}
	for id, d := range drifts {
		t, ok := s.ByID(id)
		if !ok || !a.may(ctx, grants.Discover, t.Object()) {
			continue
		}
		shown, err := a.shownDrift(ctx, t, d)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, shown)
	}
	slices.SortFunc(out.Items, func(x, y ShownDrift) int {
		return cmp.Or(x.Severity.Compare(y.Severity), cmp.Compare(x.Name, y.Name))
	})
	return &listOut[ShownDrift]{Body: out}, nil
}

func (a *API) words(ctx context.Context) (domains, tags []catalog.Count, err error) {
	s, err := a.hub().Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	domains, tags = s.Words(a.services.Catalog.Grants, auth.From(ctx).Grants())
	return domains, tags, nil
}

func (a *API) listDomains(ctx context.Context, _ *struct{}) (*listOut[catalog.Count], error) {
	domains, _, err := a.words(ctx)
	return &listOut[catalog.Count]{Body: Items[catalog.Count]{Items: domains}}, err
}

func (a *API) listTags(ctx context.Context, _ *struct{}) (*listOut[catalog.Count], error) {
	_, tags, err := a.words(ctx)
	return &listOut[catalog.Count]{Body: Items[catalog.Count]{Items: tags}}, err
}
