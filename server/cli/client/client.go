package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"millrace/models/diag"
	"millrace/server/version"
)

// The diagnostics of this package.
const (
	// CodeURL is a server's address that is no web address.
	CodeURL diag.Code = "client.url"
	// CodePlain is a token that would go over a network without TLS.
	CodePlain diag.Code = "client.no_tls"
	// CodeUnreachable is a server that does not answer.
	CodeUnreachable diag.Code = "client.unreachable"
	// CodeAnswer is an answer that is not the API's: another program listens there, or a proxy answers instead.
	CodeAnswer diag.Code = "client.answer"
	// CodeProfile is a stored log-in that cannot be read or written.
	CodeProfile diag.Code = "client.profile"
	// CodeNoProfile is that nobody has logged in.
	CodeNoProfile diag.Code = "client.not_logged_in"
)

const (
	apiPath = "/api/v1"
	// maxAnswer bounds a JSON answer; streams have no bound.
	maxAnswer = 64 << 20
)

// Client speaks to one server. Its methods may be called from several goroutines.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// New makes a client. It does not call the server.
func New(p Profile) (*Client, error) {
	base, err := url.Parse(p.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, diag.Refuse(diag.ErrInvalid, CodeURL, "Write it as in https://millrace.example.com.", "the server's address is no web address")
	}
	if base.Scheme == "http" && !p.Plain && !onLoopback(base.Hostname()) {
		return nil, diag.Refuse(diag.ErrDenied, CodePlain, "Use https, or give --plain where the network is trusted.",
			"the password and the token would go to %s without TLS", base.Host)
	}
	base.Path = strings.TrimRight(base.Path, "/")
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 4,
	}
	if p.CAFile != "" {
		text, err := os.ReadFile(p.CAFile)
		if err != nil {
			return nil, fmt.Errorf("reading the certificates: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, diag.Refuse(diag.ErrInvalid, CodeURL, "Give a file of certificates in PEM.", "%s holds no certificate", p.CAFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("keeping cookies: %w", err)
	}
	return &Client{base: base, token: p.Token, http: &http.Client{
		Transport: transport, Jar: jar,
		// The API redirects nowhere; a token follows no redirect.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Over returns the client with another way to the server.
func (c *Client) Over(way http.RoundTripper) *Client {
	out := *c
	through := *c.http
	through.Transport = way
	out.http = &through
	return &out
}

func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Path joins the parts of a path, each escaped: Path("tables", id) is /tables/ and the id.
func Path(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(p))
	}
	return b.String()
}

// Option changes a request.
type Option func(*request)

type request struct {
	query  url.Values
	header http.Header
	etag   *string
}

// Query adds a parameter.
func Query(name, value string) Option { return func(r *request) { r.query.Add(name, value) } }

// Header sets a header.
func Header(name, value string) Option { return func(r *request) { r.header.Set(name, value) } }

// IfMatch names the revision a change is made to, by its ETag.
func IfMatch(etag string) Option { return Header("If-Match", etag) }

// Key makes an action happen once, however often it is sent with the same key.
func Key(key string) Option { return Header("Idempotency-Key", key) }

// ETag stores the revision of the answer.
func ETag(etag *string) Option { return func(r *request) { r.etag = etag } }

// Get reads what is at a path into out.
func (c *Client) Get(ctx context.Context, path string, out any, options ...Option) error {
	return c.call(ctx, http.MethodGet, path, nil, out, options)
}

// Post sends in, which may be nil, and reads the answer into out, which may be nil.
func (c *Client) Post(ctx context.Context, path string, in, out any, options ...Option) error {
	return c.call(ctx, http.MethodPost, path, in, out, options)
}

// Put is Post for what replaces something.
func (c *Client) Put(ctx context.Context, path string, in, out any, options ...Option) error {
	return c.call(ctx, http.MethodPut, path, in, out, options)
}

// Delete removes what is at a path.
func (c *Client) Delete(ctx context.Context, path string, options ...Option) error {
	return c.call(ctx, http.MethodDelete, path, nil, nil, options)
}

func (c *Client) call(ctx context.Context, method, path string, in, out any, options []Option) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("writing the request: %w", err)
		}
		body = bytes.NewReader(text)
		options = append([]Option{Header("Content-Type", "application/json")}, options...)
	}
	answer, err := c.Do(ctx, method, path, body, options...)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return unreachable(c, err)
	case len(text) > maxAnswer:
		return diag.Refuse(diag.ErrLimit, CodeAnswer, "Ask for less.", "the answer is larger than %d MiB", maxAnswer>>20)
	case out == nil || len(text) == 0:
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return diag.RefuseFor(diag.ErrUnavailable, err, CodeAnswer, "Check that the address is a Millrace server's, of about this version.",
			"the answer of %s %s is not what was expected", method, path)
	}
	return nil
}

// Do sends a body as it is and returns the answer, whose body the caller closes: for uploads and streams. An answer of 400 and above is an
// *Error, and its body is closed.
func (c *Client) Do(ctx context.Context, method, path string, body io.Reader, options ...Option) (*http.Response, error) {
	r := &request{query: url.Values{}, header: http.Header{}}
	r.header.Set("Accept", "application/json, application/problem+json")
	r.header.Set("User-Agent", "millrace/"+version.Get().Version)
	if c.token != "" {
		r.header.Set("Authorization", "Bearer "+c.token)
	}
	for _, o := range options {
		o(r)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.URL(path, r.query), body)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	req.Header = r.header
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, unreachable(c, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		defer func() { _ = answer.Body.Close() }()
		return nil, errorOf(answer)
	}
	if r.etag != nil {
		*r.etag = answer.Header.Get("ETag")
	}
	return answer, nil
}

// URL returns the whole address of a path of the API.
func (c *Client) URL(path string, query url.Values) string {
	// The path is escaped already.
	u := c.base.Scheme + "://" + c.base.Host + c.base.EscapedPath() + apiPath + path
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	return u
}

func unreachable(c *Client, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return diag.RefuseFor(diag.ErrUnavailable, err, CodeUnreachable, "Check the address, and that the server runs.", "%s does not answer", c.base.Host)
}

// page is one page of a list.
type page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor"`
}

// All reads a list page by page. It ends at the first error.
func All[T any](ctx context.Context, c *Client, path string, options ...Option) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		for cursor := ""; ; {
			var got page[T]
			from := func(r *request) {
				if cursor != "" {
					r.query.Set("cursor", cursor)
				}
			}
			if err := c.Get(ctx, path, &got, slices.Concat(options, []Option{from})...); err != nil {
				yield(zero, err)
				return
			}
			for _, item := range got.Items {
				if !yield(item, nil) {
					return
				}
			}
			if cursor = got.NextCursor; cursor == "" {
				return
			}
		}
	}
}
