package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/auth"
)

func (a *API) registerConnections() {
	const tag = "connections"
	// Connections of the embedded parts belong to nobody, so the handlers decide themselves, all by API.connection.
	view, edit := need(auth.View), need(auth.Edit)
	register(a, op{ID: "list_connections", Method: http.MethodGet, Path: "/connections", Tag: tag, Summary: "The connections of one's teams", Access: view}, a.listConnections)
	register(a, op{ID: "create_connection", Method: http.MethodPost, Path: "/connections", Tag: tag, Summary: "Make a connection", Status: http.StatusCreated,
		Description: "The system is reached first; what is wrong is said, and nothing is made, unless unchecked is set. The answer has what came of it. An address or a folder that connections may not reach is refused in any case.", Access: edit, Action: true}, a.createConnection)
	register(a, op{ID: "try_connection", Method: http.MethodPost, Path: "/connections/try", Tag: tag, Summary: "Check a connection that is not stored", Access: edit}, a.tryConnection)
	register(a, op{ID: "get_connection", Method: http.MethodGet, Path: "/connections/{connection}", Tag: tag, Summary: "A connection", Access: view}, a.getConnection)
	register(a, op{ID: "change_connection", Method: http.MethodPut, Path: "/connections/{connection}", Tag: tag, Summary: "Change a connection",
		Description: "A secret that is sent as {\"secret\": \"set\"} stays, as long as it goes where it went before. The system is reached first, as when a connection is made.", Access: edit}, a.changeConnection)
	register(a, op{ID: "remove_connection", Method: http.MethodDelete, Path: "/connections/{connection}", Tag: tag, Summary: "Remove a connection that no table uses", Access: edit}, a.removeConnection)
	register(a, op{ID: "check_connection", Method: http.MethodPost, Path: "/connections/{connection}/check", Tag: tag, Summary: "Reach the system, and keep what came of it", Access: edit}, a.checkConnection)
	register(a, op{ID: "discover", Method: http.MethodGet, Path: "/connections/{connection}/discovery", Tag: tag, Summary: "What the system has that could be tables",
		Description: "A stream of JSON objects, one a line, as they are found: {\"progress\": {done, total}}, {\"found\": {...}}, and at last {\"end\": {truncated}} or {\"problem\": {...}}. It ends when the client goes away.",
		Access:      edit}, a.discover)
	register(a, op{ID: "register_tables", Method: http.MethodPost, Path: "/connections/{connection}/tables", Tag: tag, Summary: "Make tables of what was discovered", Access: edit, Action: true}, a.registerFound)
}

// ConnectionPath names a connection.
type ConnectionPath struct {
	Connection string `path:"connection" maxLength:"64"`
}

// Unchecked stores a connection although its system cannot be reached.
type Unchecked struct {
	Skip bool `query:"unchecked" doc:"store it although the system cannot be reached"`
}

func (a *API) connectionOut(e *catalog.ConnectionEntry, err error) (*itemOut[catalog.Connection], error) {
	if err != nil {
		return nil, err
	}
	c, err := a.hub().Shown(e)
	return &itemOut[catalog.Connection]{ETag: etag(e.Revision), Body: c}, err
}

func (a *API) listConnections(ctx context.Context, in *struct {
	Page
	Component string `query:"component" maxLength:"64"`
	Team      string `query:"team" maxLength:"64"`
},
) (*listOut[catalog.Connection], error) {
	var after string
	if err := in.after(&after); err != nil {
		return nil, err
	}
	s, err := a.hub().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	p := auth.From(ctx)
	out := Items[catalog.Connection]{Items: []catalog.Connection{}}
	for _, e := range s.ConnectionEntries() {
		switch {
		case e.Name <= after && after != "", in.Component != "" && e.Component != in.Component, in.Team != "" && e.Team != in.Team:
			continue
		case !e.Builtin && !p.Can(auth.View, KindConnection, e.Team):
			continue
		case len(out.Items) == in.Limit:
			out.NextCursor = cursorOf(out.Items[in.Limit-1].Name)
			return &listOut[catalog.Connection]{Body: out}, nil
		}
		c, err := a.hub().Shown(e)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, c)
	}
	return &listOut[catalog.Connection]{Body: out}, nil
}

// works refuses a connection whose system cannot be reached, and says what came of reaching it; nil where that is to be skipped.
func (a *API) works(ctx context.Context, how Unchecked, id string, in catalog.ConnectionInput) (*catalog.Check, error) {
	if how.Skip {
		return nil, nil
	}
	check, err := a.hub().TryConnection(ctx, id, in)
	if err != nil {
		return nil, err
	}
	if !check.OK {
		return nil, diag.Refuse(diag.ErrInvalid, check.Code, check.Fix, "%s", check.Message)
	}
	return &check, nil
}

func (a *API) createConnection(ctx context.Context, in *struct {
	Unchecked
	Body catalog.ConnectionInput
},
) (*itemOut[catalog.Connection], error) {
	if err := mayIn(ctx, auth.Edit, in.Body.Team); err != nil {
		return nil, err
	}
	check, err := a.works(ctx, in.Unchecked, "", in.Body)
	if err != nil {
		return nil, err
	}
	e, err := a.hub().CreateConnection(ctx, in.Body)
	return a.stored(ctx, e, check, err)
}

// stored answers with a connection that was made or changed, with what came of reaching its system; nil is that nobody has.
func (a *API) stored(ctx context.Context, e *catalog.ConnectionEntry, check *catalog.Check, err error) (*itemOut[catalog.Connection], error) {
	if err != nil || check == nil {
		return a.connectionOut(e, err)
	}
	// It is stored already: a check that cannot be kept is only not remembered.
	if err := a.hub().KeepCheck(ctx, e.ID, *check); err != nil && ctx.Err() == nil {
		a.log.Warn("the check of a connection could not be kept", "connection", e.ID, "err", err)
	}
	shown := *e
	shown.Check = *check
	return a.connectionOut(&shown, nil)
}

func (a *API) tryConnection(ctx context.Context, in *struct {
	ID   string `query:"id" maxLength:"64" doc:"the connection whose secrets are kept"`
	Body catalog.ConnectionInput
},
) (*out[catalog.Check], error) {
	if in.ID != "" {
		if _, err := a.connection(ctx, auth.Edit, in.ID); err != nil {
			return nil, err
		}
	}
	check, err := a.hub().TryConnection(ctx, in.ID, in.Body)
	return &out[catalog.Check]{Body: check}, err
}

func (a *API) getConnection(ctx context.Context, in *ConnectionPath) (*itemOut[catalog.Connection], error) {
	e, err := a.connection(ctx, auth.View, in.Connection)
	return a.connectionOut(e, err)
}

func (a *API) changeConnection(ctx context.Context, in *struct {
	Match
	ConnectionPath
	Unchecked
	Body catalog.ConnectionInput
},
) (*itemOut[catalog.Connection], error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	if _, err := a.connection(ctx, auth.Edit, in.Connection); err != nil {
		return nil, err
	}
	if err := mayIn(ctx, auth.Edit, in.Body.Team); err != nil {
		return nil, err
	}
	check, err := a.works(ctx, in.Unchecked, in.Connection, in.Body)
	if err != nil {
		return nil, err
	}
	e, err := a.hub().UpdateConnection(ctx, in.Connection, revision, in.Body)
	return a.stored(ctx, e, check, err)
}

func (a *API) removeConnection(ctx context.Context, in *struct {
	Match
	ConnectionPath
	Force bool `query:"force" doc:"although tables use it"`
},
) (*none, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, err
	}
	if _, err := a.connection(ctx, auth.Edit, in.Connection); err != nil {
		return nil, err
	}
	return nil, a.hub().DeleteConnection(ctx, in.Connection, revision, in.Force)
}

func (a *API) checkConnection(ctx context.Context, in *ConnectionPath) (*out[catalog.Check], error) {
	if _, err := a.connection(ctx, auth.Edit, in.Connection); err != nil {
		return nil, err
	}
	check, err := a.hub().CheckConnection(ctx, in.Connection)
	return &out[catalog.Check]{Body: check}, err
}

// found is one line of a discovery.
type found struct {
	Progress *progress         `json:"progress,omitempty"`
	Found    *catalog.Proposal `json:"found,omitempty"`
	End      *discoveryEnd     `json:"end,omitempty"`
	Problem  *Problem          `json:"problem,omitempty"`
}

type progress struct {
	Done  int `json:"done"`
	Total int `json:"total"`
}

type discoveryEnd struct {
	Truncated bool `json:"truncated"`
}

func (a *API) discover(ctx context.Context, in *struct {
	ConnectionPath
	Pattern string   `query:"pattern" maxLength:"255" doc:"of physical names, with *, ? and [a-z]"`
	Name    []string `query:"name,explode" maxItems:"1000" doc:"a physical name; several may be given"`
	Samples int      `query:"samples" minimum:"-1" maximum:"2000" default:"200" doc:"records to look at where only they tell the columns; -1 is none"`
	Limit   int      `query:"limit" minimum:"1" maximum:"20000" default:"1000"`
},
) (*huma.StreamResponse, error) {
	e, err := a.connection(ctx, auth.Edit, in.Connection)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		hctx.SetHeader("Content-Type", "application/x-ndjson")
		hctx.SetHeader("X-Accel-Buffering", "no")
		ctx := hctx.Context()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		w := hctx.BodyWriter()
		encoder := json.NewEncoder(w)
		write := func(f found) {
			if encoder.Encode(f) != nil {
				cancel() // nobody listens any more
			}
			if flusher, ok := w.(http.Flusher); ok {
				flusher.Flush()
			}
		}
		search := catalog.Search{Pattern: in.Pattern, Names: in.Name, Samples: in.Samples, Limit: in.Limit,
			Progress: func(done, total int) { write(found{Progress: &progress{done, total}}) }}
		truncated, err := a.hub().Discover(ctx, e.ID, search, func(p catalog.Proposal) bool {
			if a.offered(ctx, e, &p) {
				write(found{Found: &p})
			}
			return ctx.Err() == nil
		})
		if err != nil {
			write(found{Problem: problemOf(err, a.log, requestID(ctx))})
			return
		}
		write(found{End: &discoveryEnd{truncated}})
	}}, nil
}

// offered reports whether a proposal may be shown. Who has the rights of a connection sees what lies behind it; behind those of the
// embedded parts lie tables of all teams.
func (a *API) offered(ctx context.Context, e *catalog.ConnectionEntry, p *catalog.Proposal) bool {
	if p.Registered == "" {
		return true
	}
	t, ok := a.hub().Latest().ByID(p.Registered)
	if ok && a.may(ctx, grants.Discover, t.Object()) {
		return true
	}
	p.Registered = ""
	return !e.Builtin
}

func (a *API) registerFound(ctx context.Context, in *struct {
	ConnectionPath
	Body struct {
		Items []catalog.Chosen `json:"items" minItems:"1" maxItems:"1000"`
	}
},
) (*out[Items[catalog.Registration]], error) {
	e, err := a.connection(ctx, auth.Edit, in.Connection)
	if err != nil {
		return nil, err
	}
	for _, c := range in.Body.Items {
		team := c.Team
		if team == "" {
			team = e.Team
		}
		if err := mayIn(ctx, auth.Edit, team); err != nil {
			return nil, err
		}
	}
	done, err := a.hub().Register(ctx, e.ID, in.Body.Items)
	return &out[Items[catalog.Registration]]{Body: Items[catalog.Registration]{Items: done}}, err
}
