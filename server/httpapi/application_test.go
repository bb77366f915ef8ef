package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

const sampleIndex = `<!doctype html><head>` + baseMark + nonceMark + `</head>`

func samplePage() fstest.MapFS {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, "let packed")
	_ = w.Close()
	return fstest.MapFS{
		"index.html": {Data: []byte(sampleIndex)}, "icon.svg": {Data: []byte("<svg/>")}, ".gitkeep": {},
		"assets/app-1.js.br": {Data: []byte("brotli")}, "assets/app-1.js.gz": {Data: packed.Bytes()}, "assets/raw-1.js": {Data: []byte("let raw")},
	}
}

func TestApplicationFiles(t *testing.T) {
	h := serve(t, sample(), true)
	for _, c := range []struct{ path, accepts, encoding, body, kept string }{
		{"/assets/app-1.js", "gzip, deflate, br", "br", "brotli", foreverHere},
		{"/assets/app-1.js", "br;q=0, gzip", "gzip", "", foreverHere},
		{"/assets/app-1.js", "br; q=0.0001", "", "let packed", foreverHere},
		{"/assets/app-1.js", "", "", "let packed", foreverHere},
		{"/assets/raw-1.js", "br", "", "let raw", foreverHere},
		{"/icon.svg", "br", "", "<svg/>", "no-cache"},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		r.Host = "localhost"
		r.Header.Set("Accept-Encoding", c.accepts)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code, c)
		require.Equal(t, c.encoding, w.Header().Get("Content-Encoding"), c)
		require.Equal(t, c.kept, w.Header().Get("Cache-Control"), c)
		if c.body != "" {
			require.Equal(t, c.body, w.Body.String(), c)
		}
	}
	require.Equal(t, http.StatusNotFound, get(h, "GET", "/assets/app-1.js.br", "localhost").Code, "the packed forms are no files of their own")
}

// TestApplicationIndex: each page has a nonce of its own, and the base path that the server is under.
func TestApplicationIndex(t *testing.T) {
	for base, href := range map[string]string{"": "/", "/mill": "/mill/"} {
		h, err := New(Options{Status: sample, Page: samplePage(), BasePath: base, Services: Services{Sessions: viewer()}, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		nonce := regexp.MustCompile(`<meta name="csp-nonce" content="([^"]{20,})" />`)
		seen := map[string]bool{}
		for range 2 {
			w := get(h, "GET", base+"/models/x", "localhost")
			require.Equal(t, http.StatusOK, w.Code)
			require.Contains(t, w.Body.String(), `<base href="`+href+`" />`)
			found := nonce.FindStringSubmatch(w.Body.String())
			require.NotNil(t, found, w.Body)
			require.Contains(t, w.Header().Get("Content-Security-Policy"), "'nonce-"+found[1]+"'")
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
			seen[found[1]] = true
		}
		require.Len(t, seen, 2)
	}
	_, err := newApplication(fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}, "")
	require.ErrorContains(t, err, "index.html has no")
}
