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
	"millrace/models/schema"
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
	RowsRead    int64     `json:"rows_read"`
	Rejected    int64     `json:"rejected" doc:"how many of them have failed"`
	Ended       bool      `json:"ended" doc:"the sources were read to their end: there are no more rows"`
	TimedOut    bool      `json:"timed_out"`
	ElapsedMS   int64     `json:"elapsed_ms,omitempty" doc:"how long it took"`
	Diagnostics diag.List `json:"diagnostics" nullable:"false" doc:"warnings"`
}

// changeLine is a row with what it does to the rows before it, where that is more than to come.
type changeLine struct {
	Row json.RawMessage `json:"row"`
	Op  string          `json:"op,omitempty"`
}

// ChangeLines writes rows as the lines of a preview.
func ChangeLines(changes []app.Change) []json.RawMessage {
	out := make([]json.RawMessage, len(changes))
	for i, c := range changes {
		line := changeLine{Row: c.Row}
		if c.Kind != batch.Insert {
			line.Op = c.Kind.String()
		}
		out[i], _ = json.Marshal(line) // a row is JSON already
	}
	return out
}

// EndOf is the last line of a preview.
func EndOf(p *app.Preview, diags diag.List) PreviewEnd {
	return PreviewEnd{RowsRead: p.RowsIn, Rejected: p.Rejected, Ended: p.Ended, TimedOut: p.TimedOut, Diagnostics: append(diag.List{}, diags...)}
}

// registerPreviews serves looks at what a model puts out.
func (a *API) registerPreviews() {
	if a.services.Previews == nil {
		return
	}
	register(a, op{ID: "preview", Method: http.MethodPost, Path: "/preview", Tag: "previews", Access: need(auth.Edit), MaxBody: maxDocument, Summary: "Look at the rows of a node of a model",
		Description: "The part of the model up to the node runs as you, until there are rows enough. It commits nothing and writes nothing. What is wrong with the text is a problem with places; " +
			"else a stream of JSON objects, one a line: {\"columns\": [...]}, {\"row\": {...}} as they come, and at last {\"end\": {...}} or {\"problem\": {...}}. The run ends when the client goes away."}, a.preview)
}

func (a *API) preview(ctx context.Context, in *struct{ Body PreviewBody }) (*huma.StreamResponse, error) {
	b := in.Body
	b.PreviewInput.Timeout = time.Duration(b.TimeoutMS) * time.Millisecond
	who := auth.From(ctx).Grants()
	began := time.Now()

	// The status goes out with the first line, which there is none of when the text is wrong.
	begun, done := make(chan struct{}), make(chan struct{})
	next := make(chan []app.Change)
	var columns []query.Column
	var result *app.Preview
	var diags diag.List
	var failed error
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		result, diags, failed = a.services.Previews.Preview(ctx, who, b.PreviewInput, app.PreviewOutput{
			Begin: func(s *schema.Schema) { columns = query.ColumnsOf(s); close(begun) },
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
		err := l.put(struct {
			Columns []query.Column `json:"columns"`
		}{columns})
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
			end := EndOf(result, diags)
			end.ElapsedMS = time.Since(began).Milliseconds()
			_ = l.put(struct {
				End PreviewEnd `json:"end"`
			}{end})
		}
	}), nil
}
