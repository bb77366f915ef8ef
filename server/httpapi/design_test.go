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

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/components/clickhouse"
	"millrace/components/clickhouse/design"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
	"millrace/server/app"
	"millrace/server/auth"
)

// drawing is a Designer without a server: it designs for rows of an id and a text, and remembers what it was asked.
type drawing struct {
	who     grants.Principal
	model   string
	options app.DesignOptions
}

func (d *drawing) Design(_ context.Context, who grants.Principal, text string, o app.DesignOptions) (*app.Designed, diag.List, error) {
	d.who, d.model, d.options = who, text, o
	doc, diags := model.Parse("model", []byte(text))
	if doc == nil || diags.HasErrors() {
		return nil, diags, nil
	}
	if o.Connection == "away" {
		return nil, nil, component.Permanent("clickhouse.unreachable", nil, "Start it.", "it is away")
	}
	in := design.Input{Connection: o.Connection, Table: o.Table, Pins: o.Pins, Epoch: o.Epoch, Stats: &design.Stats{Rows: 1},
		Schema: &schema.Schema{Fields: []schema.Field{{Name: "id", Type: schema.Of(schema.Int64)}, {Name: "v", Type: schema.Of(schema.String), Nullable: true}}}}
	out := &app.Designed{Input: in, Proposal: design.Design(in), Sampled: 1, Ended: true}
	if o.Try {
		out.Trial = &clickhouse.Trial{Sent: 1, Landed: 1, Expected: 1}
	}
	return out, nil, nil
}

func TestDesigns(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	engine, log, d := gin.New(), slog.New(slog.DiscardHandler), &drawing{}
	engine.Use(identified(log), recovered(log))
	a := newAPI(engine, "", Services{Designer: d, Sessions: byHeader{
		"ann": {User: "ann", Role: auth.Analyst, Teams: []auth.Membership{{Team: "t1"}}}, "val": {User: "val", Role: auth.Viewer, Teams: []auth.Membership{{Team: "t1"}}},
	}}, log)
	_, err := a.OpenAPI()
	require.NoError(t, err)
	post := func(who, path, body string) (int, map[string]any) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, prefix+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("As", who)
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		var answer map[string]any
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer), "%s", w.Body)
		return w.Code, answer
	}

	status, answer := post("ann", "/designs", `{"source": "ods.music.plays", "connection": "olap", "table": "ads.music.plays", "epoch": "5s",
		"pins": {"order_by": ["id"], "ttl": {"column": "id", "after": "720h"}, "columns": {"v": {"codec": "ZSTD(3)"}}}}`)
	require.Equal(t, http.StatusOK, status, "%v", answer)
	require.EqualValues(t, "user:ann", d.who.Subject)
	require.Contains(t, d.model, `table: "ods.music.plays"`)
	require.Equal(t, "rows", d.options.Node)
	require.Equal(t, 10_000, d.options.Rows)
	require.Equal(t, schema.Duration(5*time.Second), d.options.Epoch)
	require.Equal(t, []string{"id"}, *d.options.Pins.OrderBy)
	require.Equal(t, schema.Duration(720*time.Hour), d.options.Pins.TTL.After)
	require.False(t, d.options.Try)
	proposal, ok := answer["proposal"].(map[string]any)
	require.True(t, ok)
	require.Equal(t, "merge_tree", proposal["engine"])
	findings, ok := proposal["findings"].([]any)
	require.True(t, ok)
	first, ok := findings[0].(map[string]any)
	require.True(t, ok)
	require.Equal(t, []any{"design.ttl", "error", "ttl"}, []any{first["code"], first["severity"], first["path"]})
	require.Nil(t, answer["trial"])

	status, answer = post("ann", "/designs/try", `{"model": "{format: 1, kind: view, name: a.b.c, nodes: [{id: out, component: generator}], edges: []}", "node": "out", "connection": "olap", "table": "a.b.c"}`)
	require.Equal(t, http.StatusOK, status, "%v", answer)
	require.True(t, d.options.Try)
	require.Contains(t, answer, "trial")

	for _, tt := range []struct {
		who, body string
		status    int
		code      string
	}{
		{"", `{"source": "a.b.c"}`, http.StatusUnauthorized, "http.unauthenticated"},
		{"val", `{"source": "a.b.c"}`, http.StatusForbidden, "http.denied"},
		{"ann", `{}`, http.StatusUnprocessableEntity, "design.source"},
		{"ann", `{"source": "a.b.c", "model": "x"}`, http.StatusUnprocessableEntity, "design.source"},
		{"ann", `{"model": "format: 1\nkind: nothing"}`, http.StatusUnprocessableEntity, "model.missing_key"},
		{"ann", `{"source": "a.b.c", "connection": "away"}`, http.StatusUnprocessableEntity, "clickhouse.unreachable"},
		{"ann", `{"source": "a.b.c", "rows": 1000000}`, http.StatusUnprocessableEntity, "http.invalid"},
		{"ann", `{"source": "a.b.c", "pins": {"oder_by": []}}`, http.StatusUnprocessableEntity, "http.invalid"},
	} {
		status, answer := post(tt.who, "/designs", tt.body)
		require.Equal(t, tt.status, status, "%s: %v", tt.body, answer)
		require.Equal(t, tt.code, answer["code"], "%s: %v", tt.body, answer)
	}
}

// A name with a quote stays a name.
func TestSourceModel(t *testing.T) {
	for _, name := range []string{"ods.music.plays", `a"}], edges: [x -> y]`, "\n", "表"} {
		doc, diags := model.Parse("", []byte(sourceModel(name)))
		require.False(t, diags.HasErrors(), "%v", diags)
		require.Equal(t, name, doc.Nodes[0].Params.Entries[0].Value.Text)
	}
}
