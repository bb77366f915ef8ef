package client

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"millrace/models/diag"
)

// Error is what the server refused. errors.Is finds its kind (diag.ErrNotFound, ...), errors.As its diagnostics.
type Error struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Fix    string `json:"fix"`
	// Diagnostics hold everything that is wrong where the server knows the places.
	Diagnostics diag.List `json:"diagnostics"`
	// Request is the id under which the server's log has the request.
	Request string `json:"request"`
}

// Error says what is wrong, and for a fault of the server where its log tells of it.
func (e *Error) Error() string {
	text := e.Detail
	if e.Code != "" {
		text = e.Code + ": " + text
	}
	if e.Status >= http.StatusInternalServerError && e.Request != "" {
		text += " (request " + e.Request + ")"
	}
	return text
}

// Unwrap returns the kind, and the diagnostics: the list where one has a place or there are several, else the one of the answer itself.
func (e *Error) Unwrap() []error {
	var out []error
	if kind := kindOf(e.Status); kind != nil {
		out = append(out, kind)
	}
	for _, d := range e.Diagnostics {
		if len(e.Diagnostics) > 1 || d.File != "" || d.Span.Start.Known() || d.Node != "" || d.Path != "" {
			return append(out, e.Diagnostics)
		}
	}
	return append(out, diag.Diagnostic{Code: diag.Code(e.Code), Severity: diag.Error, Message: e.Detail, Fix: e.Fix})
}

func kindOf(status int) error {
	switch status {
	case http.StatusUnauthorized:
		return diag.ErrUnauthenticated
	case http.StatusForbidden:
		return diag.ErrDenied
	case http.StatusNotFound:
		return diag.ErrNotFound
	case http.StatusConflict:
		return diag.ErrConflict
	case http.StatusPreconditionFailed, http.StatusPreconditionRequired:
		return diag.ErrStale
	case http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
		return diag.ErrLimit
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return diag.ErrInvalid
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return diag.ErrUnavailable
	}
	return nil
}

// errorOf reads an answer of 300 and above.
func errorOf(answer *http.Response) error {
	const maxProblem = 4 << 20
	e := &Error{}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxProblem))
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil || kind != "application/problem+json" || json.Unmarshal(text, e) != nil || e.Detail == "" {
		// Not the API's: what a proxy says is not for a terminal, but for its status.
		e = &Error{Code: string(CodeAnswer), Detail: fmt.Sprintf("%s was answered with %s, and not by Millrace's API",
			answer.Request.URL.Path, strings.TrimSpace(answer.Status)), Fix: "Check the server's address and its base path."}
	}
	e.Status = answer.StatusCode
	return e
}
