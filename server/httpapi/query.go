package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/server/auth"
	"millrace/server/query"
)

// registerQueries serves questions to tables in ClickHouse.
func (a *API) registerQueries() {
	if a.services.Queries == nil {
		return
	}
	const tag = "queries"
	// What a query reads is decided where it is planned.
	view := need(auth.View)
	register(a, op{ID: "query", Method: http.MethodPost, Path: "/queries", Tag: tag, Access: view, Summary: "Ask tables in ClickHouse, in SQL",
		Description: "One SELECT, SHOW, DESCRIBE or EXPLAIN, with SET and USE before it; tables are read as granted. What is wrong with the text is a problem with places. " +
			"Else a stream of JSON objects, one a line: {\"columns\": [...], \"query\": id}, {\"row\": {...}} as they come, and at last {\"end\": {...}} with what was read, left out and rejected, " +
			"or {\"problem\": {...}}. The query ends when the client goes away."}, a.query)
	register(a, op{ID: "list_queries", Method: http.MethodGet, Path: "/queries", Tag: tag, Access: view, Summary: "One's queries that run on this server; an administrator's are all"}, a.listQueries)
	register(a, op{ID: "cancel_query", Method: http.MethodDelete, Path: "/queries/{query}", Tag: tag, Access: view, Summary: "Cancel a query that runs on this server",
		Description: "A query is known to the server that it was sent to, and ends with it or with its client. Elsewhere there is no such query."}, a.cancelQuery)
}

// QueryInput is a question.
type QueryInput struct {
	Text  string `json:"text" minLength:"1" maxLength:"1000000" doc:"SQL"`
	Limit int64  `json:"limit" required:"false" minimum:"0" doc:"rows at most, within the server's limit; 0 is that limit"`
}

func (a *API) query(ctx context.Context, in *struct{ Body QueryInput }) (*huma.StreamResponse, error) {
	p, err := a.services.Queries.Prepare(ctx, auth.From(ctx).Grants(), in.Body.Text)
	if err != nil {
		return nil, err
	}
	return streamOut(func(l *lines) {
		sum, err := p.Run(l.ctx, in.Body.Limit, answerLines{l})
		if err != nil {
			_ = l.put(problemLine{problemOf(err, a.log, requestID(l.ctx))}) // nobody may be left to read it
			return
		}
		_ = l.put(struct {
			End query.Summary `json:"end"`
		}{sum})
	}), nil
}

// answerLines writes an answer as lines.
type answerLines struct{ *lines }

var _ query.Output = answerLines{}

// Begin writes the first line.
func (l answerLines) Begin(id string, columns []query.Column) error {
	return l.put(struct {
		Query   string         `json:"query,omitempty"`
		Columns []query.Column `json:"columns"`
	}{id, columns})
}

// Rows writes rows.
func (l answerLines) Rows(rows []json.RawMessage) error { return l.putRows(rows) }

func (a *API) listQueries(ctx context.Context, _ *struct{}) (*listOut[query.Running], error) {
	p := auth.From(ctx)
	return &listOut[query.Running]{Body: Items[query.Running]{Items: a.services.Queries.Running(p.Grants(), p.Has(auth.Administer))}}, nil
}

func (a *API) cancelQuery(ctx context.Context, in *struct {
	Query string `path:"query" maxLength:"64"`
},
) (*none, error) {
	p := auth.From(ctx)
	return nil, a.services.Queries.Cancel(p.Grants(), in.Query, p.Has(auth.Administer))
}
