package site

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"millrace/assets/audit"
	"millrace/server/auth"
)

// Token makes an API token of the first administrator's, for what the server itself does through the API. It holds for an hour, and end
// revokes it.
func (s *Site) Token(ctx context.Context, name string) (secret string, end func() error, err error) {
	ctx = audit.With(ctx, audit.System())
	account, _, err := s.store.Credentials(ctx, auth.FirstAdmin)
	if err != nil {
		return "", nil, fmt.Errorf("looking for the first account: %w", err)
	}
	p := auth.Principal{User: account.ID, Name: account.DisplayName, Role: account.Role}
	token, secret, err := s.identity.AddToken(ctx, p, name, auth.Scopes(), time.Hour)
	if err != nil {
		return "", nil, fmt.Errorf("making a token: %w", err)
	}
	return secret, func() error { return s.identity.RemoveToken(context.WithoutCancel(ctx), token.ID, account.ID) }, nil
}

// Within carries requests to the API without a network, on the way that every request goes.
type Within struct{ Handler http.Handler }

var _ http.RoundTripper = Within{}

// RoundTrip answers a request.
func (w Within) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI, in.Host, in.RemoteAddr = in.URL.RequestURI(), "localhost", "127.0.0.1:0"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	answer := &response{header: http.Header{}, status: http.StatusOK}
	w.Handler.ServeHTTP(answer, in)
	return &http.Response{
		Status: strconv.Itoa(answer.status) + " " + http.StatusText(answer.status), StatusCode: answer.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: answer.header, Body: io.NopCloser(&answer.body), ContentLength: int64(answer.body.Len()), Request: r,
	}, nil
}

// response keeps an answer in memory.
type response struct {
	header  http.Header
	status  int
	written bool
	body    bytes.Buffer
}

// Header returns the answer's header.
func (r *response) Header() http.Header { return r.header }

// WriteHeader takes the status, once.
func (r *response) WriteHeader(status int) {
	if !r.written {
		r.status, r.written = status, true
	}
}

// Write adds to the body.
func (r *response) Write(b []byte) (int, error) {
	r.written = true
	return r.body.Write(b)
}
