package flink

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStatements(t *testing.T) {
	require.Empty(t, statements("-- nothing\n\n"))
	require.Equal(t, []string{"CREATE TABLE a (\n  x INT\n)", "INSERT INTO a SELECT ';' FROM b", "SELECT 1"},
		statements("-- What it is;\nCREATE TABLE a (\n  x INT\n);\n\n-- more\nINSERT INTO a SELECT ';' FROM b;\nSELECT 1\n"))
}

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeConfig(dir, map[string]int{"rpc": 1, "rest": 2, "gateway": 3}))
	text, err := os.ReadFile(filepath.Join(dir, "conf", "config.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(text), "sql-gateway.endpoint.rest.port: \"3\"\n")
	require.Contains(t, string(text), "execution.checkpointing.mode: \"EXACTLY_ONCE\"\n")
	require.Contains(t, javaArgs("/jars", dir, "1g"), "-Xmx1g")
}

// gateway answers like a gateway and a job manager in one.
func gateway(t *testing.T, answers map[string][]string) *Cluster {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Method + " " + r.URL.Path
		left := answers[key]
		if !assertAnswer(t, key, left) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if len(left) > 1 {
			answers[key] = left[1:]
		}
		body, failed := strings.CutPrefix(left[0], "500 ")
		if failed {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return &Cluster{rest: server.URL, gateway: server.URL + "/v2"}
}

func assertAnswer(t *testing.T, key string, left []string) bool {
	if len(left) == 0 {
		t.Errorf("nobody expected %s", key)
	}
	return len(left) > 0
}

func TestRun(t *testing.T) {
	const result = "GET /v2/sessions/s/operations/o/result/0"
	answers := func(state string) map[string][]string {
		return map[string][]string{
			"POST /v2/sessions":              {`{"sessionHandle":"s"}`},
			"POST /v2/sessions/s/statements": {`{"operationHandle":"o"}`},
			result:                           {`{"resultType":"NOT_READY"}`, `{"resultType":"EOS"}`, `{"resultType":"PAYLOAD","jobID":"j"}`},
			"GET /jobs/j":                    {`{"state":"RUNNING"}`, `{"state":"` + state + `"}`},
			"GET /jobs/j/exceptions":         {`{"exceptionHistory":{"entries":[{"stacktrace":"out of heap"}]}}`},
		}
	}
	const script = "CREATE TABLE a (x INT);\nINSERT INTO a SELECT 1;\n"
	jobs, err := gateway(t, answers("FINISHED")).Run(t.Context(), script)
	require.NoError(t, err)
	require.Equal(t, []string{"j"}, jobs)

	_, err = gateway(t, answers("FAILED")).Run(t.Context(), script)
	require.ErrorContains(t, err, "it is FAILED: out of heap")

	wrong := answers("FINISHED")
	wrong[result] = []string{`500 {"errors":["Internal server error.","<Exception on server side:\nX\n\tat y\nCaused by: SqlParserException: no\n\tat z\n>"]}`}
	_, err = gateway(t, wrong).Run(t.Context(), script)
	require.ErrorContains(t, err, `executing "CREATE TABLE a (x INT)"`)
	require.ErrorContains(t, err, "500 Internal Server Error: SqlParserException: no")

	wrong = answers("FINISHED")
	wrong[result] = []string{`{"resultType":"EOS"}`}
	_, err = gateway(t, wrong).Run(t.Context(), script)
	require.ErrorContains(t, err, "no statement started a job")

	stuck := answers("RUNNING")
	ctx, cancel := context.WithCancel(t.Context())
	stuck["GET /jobs/j"] = []string{`{"state":"RUNNING"}`}
	c := gateway(t, stuck)
	cancel()
	_, err = c.Run(ctx, script)
	require.ErrorIs(t, err, context.Canceled)
}
