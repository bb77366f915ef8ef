package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// lines answers with a stream of JSON objects, one a line.
type lines struct {
	ctx     context.Context
	encoder *json.Encoder
	flusher http.Flusher
	err     error
}

// streamOut makes the answer that body writes. What goes wrong from then on is told in a line, as the status is out.
func streamOut(body func(l *lines)) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/x-ndjson")
		// A proxy that gathers answers would keep the first rows until the last.
		ctx.SetHeader("X-Accel-Buffering", "no")
		w := ctx.BodyWriter()
		l := &lines{ctx: ctx.Context(), encoder: json.NewEncoder(w)}
		l.encoder.SetEscapeHTML(false)
		l.flusher, _ = w.(http.Flusher)
		body(l)
	}}
}

// put writes lines and sends them off. It returns an error when nobody listens any more.
func (l *lines) put(values ...any) error {
	for _, v := range values {
		if l.err == nil {
			l.err = l.encoder.Encode(v)
		}
	}
	if l.err == nil {
		l.err = l.ctx.Err()
	}
	if l.err == nil && l.flusher != nil {
		l.flusher.Flush()
	}
	return l.err
}

// problemLine is the last line of a stream that has failed.
type problemLine struct {
	Problem *Problem `json:"problem"`
}

// rowLine is a line with a row, which is JSON already.
type rowLine struct {
	Row json.RawMessage `json:"row"`
}

// putRows writes rows, a line each.
func (l *lines) putRows(rows []json.RawMessage) error {
	all := make([]any, len(rows))
	for i, r := range rows {
		all[i] = rowLine{r}
	}
	return l.put(all...)
}

// putLines writes lines that are JSON already.
func (l *lines) putLines(all []json.RawMessage) error {
	values := make([]any, len(all))
	for i, v := range all {
		values[i] = v
	}
	return l.put(values...)
}
