package site

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"millrace/server/httpapi"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write web/openapi.json anew")

// TestWebKnowsTheAPI: the browser's client is made from web/openapi.json, which is what the server says of itself, but for its version.
func TestWebKnowsTheAPI(t *testing.T) {
	a := newServer(t).nobody().raw(http.MethodGet, "/api/openapi.json", nil)
	require.Equal(t, http.StatusOK, a.Status)
	var doc map[string]any
	d := json.NewDecoder(bytes.NewReader(a.Body))
	d.UseNumber()
	require.NoError(t, d.Decode(&doc))
	info, ok := doc["info"].(map[string]any)
	require.True(t, ok)
	info["version"] = "1"
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	require.NoError(t, e.Encode(doc))

	file := filepath.Join("..", "..", "..", "web", "openapi.json")
	if *update {
		require.NoError(t, os.WriteFile(file, text.Bytes(), 0o600))
		return
	}
	have, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(have), text.String(), "run: make generate")
}

// TestDescription reads the API's description as a client's generator does.
func TestDescription(t *testing.T) {
	s := newServer(t)
	a := s.nobody().raw(http.MethodGet, "/api/openapi.json", nil)
	require.Equal(t, http.StatusOK, a.Status)
	var doc struct {
		OpenAPI    string
		Info       struct{ Title, Version string }
		Paths      map[string]map[string]json.RawMessage
		Components struct {
			Schemas         map[string]json.RawMessage
			SecuritySchemes map[string]json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(a.Body, &doc))
	require.Regexp(t, `^3\.1\.\d+$`, doc.OpenAPI)
	require.NotEmpty(t, doc.Info.Title)
	require.NotEmpty(t, doc.Info.Version)

	declared := map[string]httpapi.Route{}
	for _, r := range s.routes {
		if r.ID != "live" { // a WebSocket, which OpenAPI has no words for
			declared[r.Method+" "+r.Path] = r
		}
	}
	ids := map[string]bool{}
	for path, methods := range doc.Paths {
		require.True(t, strings.HasPrefix(path, "/"), path)
		for method, text := range methods {
			at := strings.ToUpper(method) + " " + path
			var o struct {
				OperationID string
				Summary     string
				Access      httpapi.Access `json:"x-access"`
				Security    []map[string][]string
				Parameters  []struct {
					Name, In string
					Required bool
					Schema   json.RawMessage
				}
				Responses map[string]struct {
					Description string
					Content     map[string]struct{ Schema json.RawMessage }
				}
			}
			require.NoError(t, json.Unmarshal(text, &o), at)
			r, ok := declared[at]
			require.True(t, ok, "%s is described and not declared", at)
			delete(declared, at)
			require.Equal(t, r.ID, o.OperationID, at)
			require.False(t, ids[o.OperationID], "two operations are named %s", o.OperationID)
			ids[o.OperationID] = true
			require.NotEmpty(t, o.Summary, at)
			require.Equal(t, r.Access, o.Access, at)
			require.True(t, bytes.Contains(text, []byte(`"x-access"`)), at)
			for _, scheme := range o.Security {
				for name := range scheme {
					require.Contains(t, doc.Components.SecuritySchemes, name, at)
				}
			}
			require.Equal(t, r.Access.Public, len(o.Security) == 0, at)
			var want, got []string
			for _, m := range parameter.FindAllStringSubmatch(path, -1) {
				want = append(want, m[1])
			}
			for _, p := range o.Parameters {
				require.Contains(t, []string{"path", "query", "header", "cookie"}, p.In, at)
				require.NotEmpty(t, p.Schema, at)
				if p.In == "path" {
					require.True(t, p.Required, at)
					got = append(got, p.Name)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			require.Equal(t, want, got, at)
			problems := false
			for status, answered := range o.Responses {
				require.Regexp(t, `^([1-5]\d\d|default)$`, status, at)
				require.NotEmpty(t, answered.Description, at)
				for kind := range answered.Content {
					problems = problems || kind == "application/problem+json"
				}
			}
			require.True(t, problems, "%s does not say how it refuses", at)
		}
	}
	require.Empty(t, declared, "declared and not described")
	// Every reference leads somewhere.
	for _, m := range regexp.MustCompile(`"\$ref":"#/components/schemas/([^"]+)"`).FindAllSubmatch(a.Body, -1) {
		require.Contains(t, doc.Components.Schemas, string(m[1]))
	}
	require.NotContains(t, string(a.Body), `"$ref":"/`)
}
