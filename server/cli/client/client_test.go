package client

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
)

type item struct {
	Name string `json:"name"`
}

func serve(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	c, err := New(Profile{URL: s.URL + "/base/", Token: "mlr_x"})
	require.NoError(t, err)
	return c
}

func TestCalls(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "Bearer mlr_x", r.Header.Get("Authorization"))
		require.Equal(t, "/base/api/v1/things/a%2Fb%20%E4%BA%91", r.URL.EscapedPath())
		switch r.Method {
		case http.MethodGet:
			require.Equal(t, "1", r.URL.Query().Get("q"))
		case http.MethodPut:
			require.Equal(t, `"3"`, r.Header.Get("If-Match"))
			require.Equal(t, "k", r.Header.Get("Idempotency-Key"))
			require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		case http.MethodDelete:
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("ETag", `"4"`)
		_ = json.NewEncoder(w).Encode(item{"x"})
	})
	var got item
	var etag string
	path := Path("things", "a/b 云")
	require.NoError(t, c.Get(t.Context(), path, &got, Query("q", "1"), ETag(&etag)))
	require.Equal(t, item{"x"}, got)
	require.Equal(t, `"4"`, etag)
	require.NoError(t, c.Put(t.Context(), path, item{"y"}, &got, IfMatch(`"3"`), Key("k")))
	require.NoError(t, c.Post(t.Context(), path, nil, nil))
	require.NoError(t, c.Delete(t.Context(), path))
}

func TestErrors(t *testing.T) {
	answers := map[string]struct {
		status     int
		kind, body string
	}{
		"/denied": {403, "application/problem+json", `{"status":403,"code":"http.denied","detail":"you may not","fix":"Ask.","request":"r1"}`},
		"/many": {422, "application/problem+json", `{"status":422,"code":"a.b","detail":"first","diagnostics":[
			{"code":"a.b","severity":"error","message":"first","span":{"start":{"line":3,"column":2}}},{"code":"a.c","severity":"warning","message":"second"}]}`},
		"/fault": {500, "application/problem+json", `{"status":500,"code":"http.internal","detail":"failed","request":"r2"}`},
		"/proxy": {502, "text/html", "<script>alert(1)</script>"},
		"/moved": {302, "text/html", ""},
		"/odd":   {200, "application/json", `[1`},
	}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		a := answers[strings.TrimPrefix(r.URL.Path, "/base/api/v1")]
		w.Header().Set("Content-Type", a.kind)
		w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
		w.WriteHeader(a.status)
		_, _ = w.Write([]byte(a.body))
	})
	get := func(path string) error { return c.Get(t.Context(), path, &item{}) }
	var d diag.Diagnostic
	var list diag.List

	err := get("/denied")
	require.ErrorIs(t, err, diag.ErrDenied)
	require.ErrorAs(t, err, &d)
	require.Equal(t, "Ask.", d.Fix)
	require.False(t, errors.As(err, &list))
	require.EqualError(t, err, "http.denied: you may not")

	err = get("/many")
	require.ErrorIs(t, err, diag.ErrInvalid)
	require.ErrorAs(t, err, &list)
	require.Len(t, list, 2)
	require.Equal(t, 3, list[0].Span.Start.Line)

	require.EqualError(t, get("/fault"), "http.internal: failed (request r2)")
	err = get("/proxy")
	require.ErrorIs(t, err, diag.ErrUnavailable)
	require.NotContains(t, err.Error(), "script")
	require.ErrorContains(t, get("/moved"), "302")
	require.ErrorAs(t, get("/odd"), &d)
	require.Equal(t, CodeAnswer, d.Code)
}

func TestAll(t *testing.T) {
	asked := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "2", r.URL.Query().Get("limit"))
		asked++
		switch r.URL.Query().Get("cursor") {
		case "":
			_, _ = w.Write([]byte(`{"items":[{"name":"a"},{"name":"b"}],"next_cursor":"n"}`))
		case "n":
			_, _ = w.Write([]byte(`{"items":[{"name":"c"}]}`))
		}
	})
	var names []string
	for it, err := range All[item](t.Context(), c, "/things", Query("limit", "2")) {
		require.NoError(t, err)
		names = append(names, it.Name)
	}
	require.Equal(t, []string{"a", "b", "c"}, names)
	for range All[item](t.Context(), c, "/things", Query("limit", "2")) {
		break
	}
	require.Equal(t, 3, asked, "what is not wanted is not asked for")
}

func TestNewRefuses(t *testing.T) {
	for _, u := range []string{"", "millrace", "ftp://x", "https://me:pw@x", "https://x?y=1", "://"} {
		_, err := New(Profile{URL: u})
		require.ErrorIs(t, err, diag.ErrInvalid, u)
		require.NotContains(t, err.Error(), "pw")
	}
	_, err := New(Profile{URL: "http://millrace.example.com"})
	require.ErrorIs(t, err, diag.ErrDenied)
	for _, p := range []Profile{{URL: "http://millrace.example.com", Plain: true}, {URL: "http://localhost:1"}, {URL: "http://[::1]:1"}} {
		_, err = New(p)
		require.NoError(t, err)
	}
	c, err := New(Profile{URL: "http://127.0.0.1:1"})
	require.NoError(t, err)
	require.ErrorIs(t, c.Get(t.Context(), "/x", nil), diag.ErrUnavailable)
}

func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	c, err := New(Profile{URL: s.URL})
	require.NoError(t, err)
	require.ErrorIs(t, c.Get(t.Context(), "/x", nil), diag.ErrUnavailable, "nobody vouches for the server")

	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600))
	c, err = New(Profile{URL: s.URL, CAFile: ca})
	require.NoError(t, err)
	require.NoError(t, c.Get(t.Context(), "/x", nil))
	require.NoError(t, os.WriteFile(ca, []byte("nothing"), 0o600))
	_, err = New(Profile{URL: s.URL, CAFile: ca})
	require.ErrorIs(t, err, diag.ErrInvalid)
}

func TestProfile(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(t.TempDir(), "config"))
	t.Setenv("HOME", t.TempDir())
	none := func(string) string { return "" }
	_, err := Current(none)
	require.ErrorIs(t, err, diag.ErrUnauthenticated)

	p := Profile{URL: "https://a", Token: "mlr_a", TokenID: "i", Name: "ann", CAFile: "ca"}
	require.NoError(t, p.Save())
	require.NoError(t, p.Save(), "again")
	path, err := ProfilePath()
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	got, err := Current(none)
	require.NoError(t, err)
	require.Equal(t, p, got)

	env := map[string]string{URLVariable: "https://b"}
	getenv := func(name string) string { return env[name] }
	got, err = Current(getenv)
	require.NoError(t, err)
	require.Equal(t, Profile{URL: "https://b"}, got, "a token goes to no other server")
	env[TokenVariable] = "mlr_b"
	env[CAVariable] = "other"
	got, err = Current(getenv)
	require.NoError(t, err)
	require.Equal(t, Profile{URL: "https://b", Token: "mlr_b", CAFile: "other"}, got)

	require.NoError(t, os.Chmod(path, 0o644))
	_, err = Current(none)
	require.ErrorIs(t, err, diag.ErrDenied)
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	_, err = Current(none)
	require.Error(t, err)
	require.NoError(t, Forget())
	require.NoError(t, Forget())
	_, err = Stored()
	require.ErrorIs(t, err, diag.ErrUnauthenticated)
}
