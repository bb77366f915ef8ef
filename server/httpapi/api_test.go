package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/auth"
)

// byHeader takes the principal from a header, which only this test's server believes.
type byHeader map[string]auth.Principal

func (b byHeader) Authenticate(_ context.Context, r *http.Request) (auth.Principal, error) {
	switch name := r.Header.Get("As"); name {
	case "":
		return auth.Principal{}, nil
	default:
		p, ok := b[name]
		if !ok {
			return auth.Principal{}, diag.Refuse(diag.ErrUnauthenticated, CodeUnauthenticated, "", "the token does not hold")
		}
		return p, nil
	}
}

// owners has one document, d1, of team t1, and one table, x1.
type owners struct{}

func (owners) Owner(_ context.Context, kind Kind, id string) (string, error) {
	if (kind == KindDocument || kind == KindPipeline) && id == "d1" {
		return "t1", nil
	}
	return "", notFound(kind)
}

func (owners) TableObject(_ context.Context, id string) (grants.Object, error) {
	if id != "x1" {
		return grants.Object{}, notFound(KindTable)
	}
	return grants.ObjectOf("ads.music.x", id), nil
}

// granted allows what stands in it.
type granted map[string]bool

func (g granted) May(p grants.Principal, a grants.Action, o grants.Object) bool {
	return g[fmt.Sprint(p.Subject, " ", a, " ", o.Table)]
}

type memoryOnce struct {
	mu      sync.Mutex
	hashes  map[string]string
	answers map[string]*Answer
}

func (m *memoryOnce) Begin(_ context.Context, who, key, hash string) (*Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := who + " " + key
	if h, ok := m.hashes[k]; ok {
		if a := m.answers[k]; a != nil && h == hash {
			return a, nil
		}
		return nil, diag.Refuse(diag.ErrConflict, CodeIdempotency, "", "the key is taken")
	}
	m.hashes[k] = hash
	return nil, nil
}

func (m *memoryOnce) Finish(_ context.Context, who, key string, a *Answer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := who + " " + key
	if a == nil {
		delete(m.hashes, k)
		return nil
	}
	m.answers[k] = a
	return nil
}

type thing struct {
	Name string `json:"name" minLength:"1" maxLength:"10"`
}

// testAPI has a route of each kind.
func testAPI(t *testing.T) http.Handler {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	log := slog.New(slog.DiscardHandler)
	engine.Use(identified(log), recovered(log))
	member := []auth.Membership{{Team: "t1"}}
	a := newAPI(engine, "/base", Services{
		Sessions: byHeader{
			"ann":    {User: "ann", Role: auth.Analyst, Teams: member},
			"val":    {User: "val", Role: auth.Viewer, Teams: member},
			"other":  {User: "other", Role: auth.Analyst, Teams: []auth.Membership{{Team: "t2"}}},
			"op":     {User: "op", Role: auth.Operator},
			"admin":  {User: "admin", Role: auth.Admin},
			"viewer": {User: "admin", Role: auth.Admin, Token: "k", Scopes: []auth.Capability{auth.View}},
		},
		Owners: owners{}, Decider: granted{"user:ann discover x1": true, "user:ann read x1": true, "user:val discover x1": true},
		Once: &memoryOnce{hashes: map[string]string{}, answers: map[string]*Answer{}},
	}, log)
	ok := func(context.Context, *struct {
		ID string `path:"id"`
	}) (*out[string], error) {
		return &out[string]{Body: "ok"}, nil
	}
	register(a, op{ID: "get_document", Method: "GET", Path: "/documents/{id}", Access: need(auth.View).on(KindDocument, "id")}, ok)
	register(a, op{ID: "run_document", Method: "POST", Path: "/documents/{id}/run", Access: need(auth.Operate).on(KindDocument, "id")}, ok)
	register(a, op{ID: "run_pipeline", Method: "POST", Path: "/pipelines/{id}/run", Access: need(auth.Operate).on(KindPipeline, "id")}, ok)
	register(a, op{ID: "undeclared", Method: "GET", Path: "/undeclared/{id}"}, ok)
	register(a, op{ID: "rows", Method: "GET", Path: "/tables/{id}/rows", Access: need(auth.View).onTable(grants.Read, "id")}, ok)
	made := 0
	register(a, op{ID: "make", Method: "POST", Path: "/things", Access: need(auth.Edit), Action: true, Status: http.StatusCreated},
		func(_ context.Context, in *struct{ Body thing }) (*itemOut[int], error) {
			if in.Body.Name == "broken" {
				return nil, errors.New("the disk says secret things")
			}
			made++
			return &itemOut[int]{ETag: etag(int64(made)), Body: made}, nil
		})
	register(a, op{ID: "change", Method: "PUT", Path: "/things/{id}", Access: need(auth.Edit)},
		func(_ context.Context, in *struct {
			Match
			ID   string `path:"id"`
			Body thing
		},
		) (*out[int64], error) {
			n, err := in.revision()
			return &out[int64]{Body: n}, err
		})
	register(a, op{ID: "list", Method: "GET", Path: "/things", Access: need(auth.View)},
		func(_ context.Context, in *struct{ Page }) (*listOut[string], error) {
			var at string
			if err := in.after(&at); err != nil {
				return nil, err
			}
			return &listOut[string]{Body: Items[string]{Items: []string{at}, NextCursor: cursorOf(at + "x")}}, nil
		})
	return engine
}

func call(h http.Handler, as, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/base/api/v1"+path, strings.NewReader(body))
	if as != "" {
		r.Header.Set("As", as)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAuthorize(t *testing.T) {
	h := testAPI(t)
	for _, c := range []struct {
		method, path string
		want         map[string]int
	}{
		{"GET", "/documents/d1", map[string]int{"": 401, "nobody": 401, "ann": 200, "val": 200, "other": 404, "op": 404, "admin": 200, "viewer": 200}},
		{"POST", "/documents/d1/run", map[string]int{"": 401, "ann": 200, "val": 403, "other": 404, "op": 404, "admin": 200, "viewer": 403}},
		{"POST", "/pipelines/d1/run", map[string]int{"": 401, "ann": 200, "val": 403, "other": 404, "op": 200, "admin": 200, "viewer": 403}},
		{"GET", "/documents/d2", map[string]int{"": 401, "ann": 404, "other": 404, "admin": 404}},
		{"GET", "/undeclared/1", map[string]int{"": 401, "ann": 403, "admin": 403}},
		{"GET", "/tables/x1/rows", map[string]int{"": 401, "ann": 200, "val": 403, "other": 404, "op": 404}},
		{"GET", "/tables/x2/rows", map[string]int{"ann": 404, "other": 404}},
	} {
		for as, status := range c.want {
			w := call(h, as, c.method, c.path, "")
			require.Equal(t, status, w.Code, "%s %s as %q: %s", c.method, c.path, as, w.Body)
			if status == 401 {
				require.Equal(t, `Bearer realm="millrace"`, w.Header().Get("WWW-Authenticate"))
			}
		}
	}
	// What one may not see and what is not there are answered alike.
	hidden, missing := call(h, "other", "GET", "/documents/d1", "", RequestHeader, "r"), call(h, "other", "GET", "/documents/d2", "", RequestHeader, "r")
	require.Equal(t, missing.Body.String(), hidden.Body.String())
}

func problemIn(t *testing.T, w *httptest.ResponseRecorder) Problem {
	t.Helper()
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), w.Body)
	var p Problem
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(t, w.Code, p.Status)
	require.Equal(t, w.Header().Get(RequestHeader), p.Request)
	require.NotEmpty(t, p.Code)
	require.NotEmpty(t, p.Detail)
	return p
}

func TestProblems(t *testing.T) {
	h := testAPI(t)
	p := problemIn(t, call(h, "ann", "POST", "/things", `{"name": "far too long a name"}`))
	require.Equal(t, 422, p.Status)
	require.Equal(t, "name", p.Diagnostics[0].Path)
	require.NotContains(t, fmt.Sprint(p), "far too long", "what was sent is not sent back: it may be a secret")

	p = problemIn(t, call(h, "ann", "POST", "/things", `{"name": "a", "more": 1}`))
	require.Equal(t, 422, p.Status)
	p = problemIn(t, call(h, "ann", "POST", "/things", `{"name": `))
	require.Equal(t, 400, p.Status)
	p = problemIn(t, call(h, "ann", "POST", "/things", `{"name": "broken"}`))
	require.Equal(t, 500, p.Status)
	require.NotContains(t, p.Detail, "secret")
	p = problemIn(t, call(h, "ann", "POST", "/things", `{"name": "`+strings.Repeat("x", 2<<20)+`"}`))
	require.Equal(t, 413, p.Status)
	p = problemIn(t, call(h, "ann", "POST", "/things", `name=a`, "Content-Type", "application/x-www-form-urlencoded"))
	require.Equal(t, 415, p.Status)
	p = problemIn(t, call(h, "ann", "GET", "/things?limit=1&nonsense=1", ""))
	require.Equal(t, 422, p.Status)
	p = problemIn(t, call(h, "ann", "GET", "/things?limit=100000", ""))
	require.Equal(t, 422, p.Status)
}

func TestIfMatch(t *testing.T) {
	h := testAPI(t)
	require.Equal(t, 428, problemIn(t, call(h, "ann", "PUT", "/things/1", `{"name": "a"}`)).Status)
	require.Equal(t, 412, problemIn(t, call(h, "ann", "PUT", "/things/1", `{"name": "a"}`, "If-Match", `"x"`)).Status)
	w := call(h, "ann", "PUT", "/things/1", `{"name": "a"}`, "If-Match", `"7"`)
	require.Equal(t, 200, w.Code)
	require.JSONEq(t, "7", w.Body.String())
}

func TestPages(t *testing.T) {
	h := testAPI(t)
	cursor := ""
	for _, want := range []string{"", "x", "xx"} {
		var page Items[string]
		require.NoError(t, json.Unmarshal(call(h, "ann", "GET", "/things?cursor="+cursor, "").Body.Bytes(), &page))
		require.Equal(t, []string{want}, page.Items)
		cursor = page.NextCursor
	}
	require.Equal(t, 422, problemIn(t, call(h, "ann", "GET", "/things?cursor=AAAA", "")).Status)
}

func TestOnce(t *testing.T) {
	h := testAPI(t)
	post := func(as, key, body string) *httptest.ResponseRecorder {
		return call(h, as, "POST", "/things", body, "Idempotency-Key", key)
	}
	first, again := post("ann", "k", `{"name": "a"}`), post("ann", "k", `{"name": "a"}`)
	require.Equal(t, http.StatusCreated, first.Code)
	require.Equal(t, first.Code, again.Code)
	require.Equal(t, first.Body.String(), again.Body.String())
	require.Equal(t, first.Header().Get("ETag"), again.Header().Get("ETag"))
	require.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
	require.Equal(t, http.StatusConflict, post("ann", "k", `{"name": "b"}`).Code)
	require.NotEqual(t, first.Body.String(), post("admin", "k", `{"name": "a"}`).Body.String(), "keys are a principal's own")
	// A refused request is not remembered.
	require.Equal(t, 500, post("ann", "k2", `{"name": "broken"}`).Code)
	require.Equal(t, http.StatusCreated, post("ann", "k2", `{"name": "mended"}`).Code)
	require.Equal(t, 422, post("ann", strings.Repeat("k", 300), `{"name": "a"}`).Code)
}
