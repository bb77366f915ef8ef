package httpapi

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/app"
	"millrace/server/auth"
	"millrace/server/version"
)

func sample() Status {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	return Status{
		Version: version.Info{Version: "v1", Go: "go1.26"}, Time: at, Started: at.Add(-time.Minute), UptimeSeconds: 60,
		Parts: []app.PartState{{Name: "broker", State: "running"}, {Name: "olap", State: "off", Reason: "no library", Fix: "make fetch"}},
		Pipelines: []app.PipelineStatus{
			{Name: "a.b.c", State: "running", Stats: engine.Stats{State: "running", Lag: 5, HasWatermark: true, Watermark: at, Epoch: 7,
				Totals:     control.Totals{RowsIn: 10, RowsOut: 8, Rejected: 1, Late: 1},
				Partitions: []engine.PartitionStats{{Source: "s", Partition: "t/0", Lag: 5}, {Source: "s", Partition: "t/1", Lag: -1}}}},
			{Name: "a.b.d", State: "failed", Reason: "the table is gone", Stats: engine.Stats{Lag: -1}},
		},
		Tables: []app.TableState{{Name: "music.plays", Rows: 8, Bytes: 100}},
	}
}

// everybody says that each request is one principal's.
type everybody struct{ auth.Principal }

func (e everybody) Authenticate(context.Context, *http.Request) (auth.Principal, error) {
	return e.Principal, nil
}

func viewer() everybody {
	return everybody{auth.Principal{User: "1", Name: "Ada", Role: auth.Viewer}}
}

func serve(t *testing.T, status Status, loopback bool) http.Handler {
	t.Helper()
	h, err := New(Options{Status: func() Status { return status }, Page: samplePage(), Loopback: loopback, Services: Services{Sessions: viewer()},
		Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return h
}

func get(h http.Handler, method, target, host string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestRoutes(t *testing.T) {
	h := serve(t, sample(), true)
	for _, c := range []struct {
		method, path string
		status       int
		holds        string
	}{
		{"GET", "/healthz", 200, "ok"},
		{"GET", "/readyz", 200, `"ready":true`},
		{"GET", "/api/v1/status", 200, `"reason":"the table is gone"`},
		{"GET", "/", 200, "<!doctype html>"},
		{"GET", "/models/4f", 200, "<!doctype html>"},
		{"GET", "/../server.go", 200, "<!doctype html>"},
		{"GET", "/assets/gone-1a2b.js", 404, "http.not_found"},
		{"GET", "/api/v1/nothing", 404, "http.not_found"},
		{"GET", "/api/v1/status/", 404, "http.not_found"},
		{"POST", "/api/v1/status/", 404, "http.not_found"},
		{"GET", "/api/v1//status", 404, "http.not_found"},
		{"GET", "/api/v1/", 404, "http.not_found"},
		{"GET", "/api", 404, "http.not_found"},
		{"GET", "/api/openapi.json/", 404, "http.not_found"},
		{"POST", "/healthz/", 405, "http.method"},
		{"POST", "/api/v1/status", 405, "http.method"},
		{"POST", "/", 405, "http.method"},
	} {
		w := get(h, c.method, c.path, "127.0.0.1:8470")
		require.Equal(t, c.status, w.Code, c.path)
		require.Contains(t, w.Body.String(), c.holds, c.path)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'", c.path)
		if c.status >= 300 {
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), c.path)
		}
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), c.path)
	}
	var back Status
	require.NoError(t, json.Unmarshal(get(h, "GET", "/api/v1/status", "localhost").Body.Bytes(), &back))
	require.Equal(t, sample(), back, "the JSON says all")
}

func TestHost(t *testing.T) {
	h := serve(t, sample(), true)
	for host, status := range map[string]int{
		"localhost": 200, "LOCALHOST:1": 200, "127.0.0.1:8470": 200, "127.8.8.8": 200, "[::1]:8470": 200, "[::1]": 200,
		"evil.example": 421, "evil.example:8470": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "10.0.0.1": 421, "": 421,
	} {
		require.Equal(t, status, get(h, "GET", "/api/v1/status", host).Code, host)
	}
	require.Equal(t, 200, get(serve(t, sample(), false), "GET", "/healthz", "warehouse.example").Code, "elsewhere names are the operator's")
}

func TestNotReady(t *testing.T) {
	s := sample()
	s.Pipelines[0].State = "starting"
	w := get(serve(t, s, true), "GET", "/readyz", "localhost")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "a.b.c")
}

func TestPanic(t *testing.T) {
	h, err := New(Options{Status: func() Status { panic("broken") }, Page: samplePage(), Services: Services{Sessions: viewer()}, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	w := get(h, "GET", "/api/v1/status", "localhost")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.NotContains(t, w.Body.String(), "broken", "what went wrong is for the log")
}

func TestMetrics(t *testing.T) {
	w := get(serve(t, sample(), true), "GET", "/metrics", "localhost")
	require.Equal(t, 200, w.Code)
	text := w.Body.String()
	for _, line := range []string{
		`millrace_pipeline_rows_in_total{pipeline="a.b.c"} 10`, `millrace_pipeline_rows_late_total{pipeline="a.b.c"} 1`,
		`millrace_pipeline_lag_rows{pipeline="a.b.c"} 5`, `millrace_pipeline_state{pipeline="a.b.d",state="failed"} 1`,
		`millrace_part_up{part="olap"} 0`, `millrace_olap_table_rows{table="music.plays"} 8`,
		`millrace_source_partition_lag_rows{partition="t/0",pipeline="a.b.c",source="s"} 5`,
	} {
		require.Contains(t, text, line+"\n")
	}
	require.NotContains(t, text, `millrace_pipeline_lag_rows{pipeline="a.b.d"}`, "an unknown lag is no figure")
	require.NotContains(t, text, `partition="t/1"`)
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	require.NoError(t, err)
	for _, p := range problems {
		require.False(t, strings.HasPrefix(p.Metric, "millrace_"), "%s: %s", p.Metric, p.Text)
	}
}
