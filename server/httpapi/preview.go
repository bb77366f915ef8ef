package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millrace/assets/grants"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/server/app"
	"millrace/server/auth"
	"millrace/server/query"
)

// Previewer runs a part of a model as a principal.
type Previewer interface {
	// Preview runs until there are rows enough, time is over or ctx ends. Nothing is begun when the list has an error.
	Preview(ctx context.Context, who grants.Principal, in app.PreviewInput, out app.PreviewOutput) (*app.Preview, diag.List, error)
}

// PreviewBody says what to look at.
type PreviewBody struct {
	app.PreviewInput
	TimeoutMS int64 `json:"timeout_ms" required:"false" minimum:"0" maximum:"60000" default:"10000" doc:"how long to wait for rows"`
}

// PreviewEnd is what a preview came to.
type PreviewEnd struct {
	Reason      string        `json:"reason" enum:"rows,end,time" doc:"why it is over: there are rows enough, the sources have ended, or time is up"`
	Rows        int           `json:"rows" doc:"how many rows there are"`
	Nodes       []PreviewRows `json:"nodes,omitempty" doc:"how many of each, where several nodes were asked for"`
	RowsRead    int64         `json:"rows_read"`
	Rejected    int64         `json:"rejected" doc:"how many of them have failed"`
	Ended       bool          `json:"ended" doc:"the sources were read to their end: there are no more rows"`
	TimedOut    bool          `json:"timed_out"`
	ElapsedMS   int64         `json:"elapsed_ms,omitempty" doc:"how long it took"`
	Diagnostics diag.List     `json:"diagnostics" nullable:"false" doc:"warnings"`
}

// PreviewRows is how many rows there are of a node.
type PreviewRows struct {
	Node string `json:"node"`
	Rows int    `json:"rows"`
}

// PreviewColumns is the first line of each node.
type PreviewColumns struct {
	Node    string         `json:"node,omitempty" doc:"where several nodes were asked for"`
	Columns []query.Column `json:"columns" nullable:"false"`
}

// changeLine is a row with what it does to the rows before it, where that is more than to come.
type changeLine struct {
	Node string          `json:"node,omitempty"`
	Row  json.RawMessage `json:"row"`
	Op   string          `json:"op,omitempty"`
}

// ChangeLines writes rows as the lines of a preview.
func ChangeLines(changes []app.Change) []json.RawMessage {
	out := make([]json.RawMessage, len(changes))
	for i, c := range changes {
		line := changeLine{Node: c.Node, Row: c.Row}
		if c.Kind != batch.Insert {
			line.Op = c.Kind.String()
		}
		out[i], _ = json.Marshal(line) // a row is JSON already
	}
	return out
}

// HeadLines writes the first lines of a preview.
func HeadLines(heads []app.PreviewHead) []json.RawMessage {
	out := make([]json.RawMessage, len(heads))
	for i, h := range heads {
		out[i], _ = json.Marshal(PreviewColumns{Node: h.Node, Columns: query.ColumnsOf(h.Schema)}) // texts always have a form
	}
	return out
}

// EndOf is the last line of a preview of nodes, which has none where one was asked for by itself.
func EndOf(p *app.Preview, nodes []string, diags diag.List) PreviewEnd {
	out := PreviewEnd{Reason: "rows", RowsRead: p.RowsIn, Rejected: p.Rejected, Ended: p.Ended, TimedOut: p.TimedOut, Diagnostics: append(diag.List{}, diags...)}
	switch {
	case p.TimedOut:
		out.Reason = "time"
	case p.Ended:
		out.Reason = "end"
	}
	for i, n := range p.Given {
		out.Rows += n
		if i < len(nodes) {
			out.Nodes = append(out.Nodes, PreviewRows{nodes[i], n})
		}
	}
	return out
}

// registerPreviews serves looks at what a model puts out.
func (a *API) registerPreviews() {
	if a.services.Previews == nil {
		return
	}
	register(a, op{ID: "preview", Method: http.MethodPost, Path: "/preview", Tag: "previews", Access: need(auth.Edit), MaxBody: maxDocument, Summary: "Look at the rows of a node of a model",
		Description: "The part of the model up to the node runs as you, until there are rows enough. It commits nothing and writes nothing. What is wrong with the text is a problem with places; " +
			"else a stream of JSON objects, one a line: {\"columns\": [...]}, {\"row\": {...}} as they come, each with its \"node\" where several were asked for, and at last {\"end\": {...}} or {\"problem\": {...}}. The run ends when the client goes away."}, a.preview)
}

func (a *API) preview(ctx context.Context, in *struct{ Body PreviewBody }) (*huma.StreamResponse, error) {
	b := in.Body
	b.PreviewInput.Timeout = time.Duration(b.TimeoutMS) * time.Millisecond
	who := auth.From(ctx).Grants()
	began := time.Now()

	// The status goes out with the first line, which there is none of when the text is wrong.
	begun, done := make(chan struct{}), make(chan struct{})
	next := make(chan []app.Change)
	var heads []json.RawMessage
	var result *app.Preview
	var diags diag.List
	var failed error
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		result, diags, failed = a.services.Previews.Preview(ctx, who, b.PreviewInput, app.PreviewOutput{
			Begin: func(nodes []app.PreviewHead) { heads = HeadLines(nodes); close(begun) },
			Rows: func(rows []app.Change) error {
				select {
				case next <- rows:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			},
		})
	}()
	select {
	case <-begun:
	case <-done:
		defer cancel()
		if failed == nil && diags.HasErrors() {
			failed = diags
		}
		if failed != nil {
			return nil, failed
		}
	}
	return streamOut(func(l *lines) {
		defer func() { cancel(); <-done }()
		err := l.putLines(heads)
		for running := true; running && err == nil; {
			select {
			case rows := <-next:
				err = l.putLines(ChangeLines(rows))
			case <-done:
				running = false
			}
		}
		switch {
		case err != nil: // nobody listens any more
		case failed != nil:
			_ = l.put(problemLine{problemOf(failed, a.log, requestID(l.ctx))})
		default:
			end := EndOf(result, b.Nodes, diags)
			end.ElapsedMS = time.Since(began).Milliseconds()
			_ = l.put(struct {
				End PreviewEnd `json:"end"`
			}{end})
		}
	}), nil
}
