package site

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"

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
