package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"millrace/models/diag"
)

// Codes of what this package itself refuses.
const (
	// CodeInvalid is a request whose parameters or body are not what the API's description says.
	CodeInvalid diag.Code = "http.invalid"
	// CodeInternal is a fault of the server, which its log explains.
	CodeInternal diag.Code = "http.internal"
	// CodeUnauthenticated is a request that somebody has to be signed in for.
	CodeUnauthenticated diag.Code = "http.unauthenticated"
	// CodeDenied is a request that the principal's role or team does not allow.
	CodeDenied diag.Code = "http.denied"
	// CodeNotFound is a path or an object that is not there, or must not be known to be.
	CodeNotFound diag.Code = "http.not_found"
	// CodePrecondition is a change without If-Match, CodeStale one of a revision that is no longer the newest.
	CodePrecondition diag.Code = "http.precondition_required"
	CodeStale        diag.Code = "http.stale"
	// CodeCursor is a cursor that this server did not give out.
	CodeCursor diag.Code = "http.cursor"
	// CodeTooLarge is a body beyond the route's limit.
	CodeTooLarge diag.Code = "http.too_large"
	// CodeMethod is a method that the path does not have, CodeHost a Host header that is not this server's.
	CodeMethod diag.Code = "http.method"
	CodeHost   diag.Code = "http.host"
	// CodeMedia is a body of a media type that the route does not take.
	CodeMedia diag.Code = "http.media_type"
	// CodeCancelled is a request whose client went away, or whose time was over.
	CodeCancelled diag.Code = "http.cancelled"
)

// Problem is how every error is answered: application/problem+json of RFC 9457 with a code and, where they are known, places and fixes.
type Problem struct {
	Type   string `json:"type" doc:"always about:blank; the code tells problems apart"`
	Title  string `json:"title" doc:"what the status means"`
	Status int    `json:"status"`
	Code   string `json:"code" doc:"the registered code, area.snake_case"`
	Detail string `json:"detail" doc:"what is wrong, in a sentence"`
	Fix    string `json:"fix,omitempty" doc:"what to do about it"`
	// Diagnostics hold everything that is wrong, with places.
	Diagnostics []diag.Diagnostic `json:"diagnostics,omitempty" doc:"everything that is wrong, with its place"`
	Request     string            `json:"request,omitempty" doc:"the request's id, as the server's log has it"`
}

var _ huma.StatusError = (*Problem)(nil)

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is problem+json for JSON.
func (p *Problem) ContentType(ct string) string {
	if ct == "application/json" {
		return "application/problem+json"
	}
	return ct
}

// headers go with the problem.
func (p *Problem) headers() map[string]string {
	out := map[string]string{"Content-Type": "application/problem+json"}
	if p.Status == http.StatusUnauthorized {
		out["WWW-Authenticate"] = `Bearer realm="millrace"`
	}
	return out
}

func newProblem(status int, code diag.Code, fix, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: string(code), Detail: detail, Fix: fix}
}

// kinds lists what the kinds of errors are over HTTP; the first that errors.Is finds counts.
func kinds() []struct {
	kind   error
	status int
	code   diag.Code
} {
	return []struct {
		kind   error
		status int
		code   diag.Code
	}{
		{diag.ErrNotFound, http.StatusNotFound, CodeNotFound},
		{diag.ErrUnauthenticated, http.StatusUnauthorized, CodeUnauthenticated},
		{diag.ErrDenied, http.StatusForbidden, CodeDenied},
		{diag.ErrStale, http.StatusPreconditionFailed, CodeStale},
		{diag.ErrConflict, http.StatusConflict, CodeInvalid},
		{diag.ErrLimit, http.StatusTooManyRequests, CodeTooLarge},
		{diag.ErrUnavailable, http.StatusServiceUnavailable, CodeInternal},
		{diag.ErrInvalid, http.StatusUnprocessableEntity, CodeInvalid},
		{context.Canceled, 499, CodeCancelled},
		{context.DeadlineExceeded, http.StatusGatewayTimeout, CodeCancelled},
	}
}

// problemOf turns an error of a handler into its answer. What nobody has classified is a fault of the server: it is logged, and the
// client learns no more than that.
func problemOf(err error, log *slog.Logger, request string) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		p.Request = request
		return p
	}
	var list diag.List
	var one diag.Diagnostic
	known := errors.As(err, &list)
	if !known && errors.As(err, &one) {
		known, list = true, diag.List{one}
	}
	p = newProblem(http.StatusInternalServerError, CodeInternal, "", "the server failed to answer; its log says why")
	for _, k := range kinds() {
		if errors.Is(err, k.kind) {
			p = newProblem(k.status, k.code, "", err.Error())
			break
		}
	}
	switch {
	case known && p.Status == http.StatusInternalServerError:
		// A diagnostic without a kind is about what was sent.
		p = newProblem(http.StatusUnprocessableEntity, CodeInvalid, "", "")
		fallthrough
	case known:
		first := list[0]
		for _, d := range list {
			if d.Severity == diag.Error {
				first = d
				break
			}
		}
		p.Code, p.Detail, p.Fix, p.Diagnostics = string(first.Code), first.Message, first.Fix, list
	}
	p.Request = request
	if p.Status >= http.StatusInternalServerError {
		log.Error("answering a request", "request", request, "status", p.Status, "err", err)
	}
	return p
}

// useProblems makes huma answer with Problems where it refuses a request by itself. Its form of errors is a variable of its package, the
// only way it offers; it is set once, before the first API is made.
func useProblems() {
	problemsOnce.Do(func() {
		huma.NewError = func(status int, message string, errs ...error) huma.StatusError { //nolint:reassign // see above
			return humaProblem(status, message, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError { //nolint:reassign // see above
			p := humaProblem(status, message, errs)
			p.Request = requestID(ctx.Context())
			return p
		}
	})
}

var problemsOnce sync.Once

// humaProblem tells what huma found, without the values it found: they may be secrets.
func humaProblem(status int, message string, errs []error) *Problem {
	code := CodeInvalid
	switch status {
	case http.StatusInternalServerError:
		code, message = CodeInternal, "the server failed to answer; its log says why"
	case http.StatusRequestEntityTooLarge:
		code = CodeTooLarge
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		code = CodeMedia
	}
	p := newProblem(status, code, "", message)
	for _, err := range errs {
		d := diag.Diagnostic{Code: code, Severity: diag.Error, Message: err.Error()}
		var detailed huma.ErrorDetailer
		if errors.As(err, &detailed) {
			e := detailed.ErrorDetail()
			d.Message, d.Path = e.Message, strings.TrimPrefix(e.Location, "body.")
		}
		if status != http.StatusInternalServerError {
			p.Diagnostics = append(p.Diagnostics, d)
		}
	}
	if len(p.Diagnostics) > 0 {
		p.Detail = p.Diagnostics[0].Message
		if at := p.Diagnostics[0].Path; at != "" {
			p.Detail = at + ": " + p.Detail
		}
	}
	return p
}
