package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/components/reach"
	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/store"
)

// hubOwners answers for connections and tables.
type hubOwners struct{ *catalog.Hub }

func (o hubOwners) Owner(ctx context.Context, kind Kind, id string) (string, error) {
	if kind == KindConnection {
		return o.ConnectionTeam(ctx, id)
	}
	return "", notFound(kind)
}

// turned is a sealer that one can see through: what it seals it writes backwards.
type turned struct{}

func (turned) Seal(_, _, plain string) string {
	r := []rune(plain)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func (t turned) Open(_, _, sealed string) (string, error) { return t.Seal("", "", sealed), nil }

// hubSite is a server with a real hub, real grants and a store of its own.
type hubSite struct {
	t      *testing.T
	h      http.Handler
	hub    *catalog.Hub
	grants *grants.Service
	root   string
}

func newHubSite(t *testing.T) *hubSite {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	registry, err := all.Registry()
	require.NoError(t, err)
	site := &hubSite{t: t, root: t.TempDir()}
	guard, err := reach.New(reach.Rules{Allow: []string{"127.0.0.0/8"}, Folders: []string{site.root}})
	require.NoError(t, err)
	site.hub, err = catalog.NewHub(t.Context(), catalog.Deps{Store: s.Hub(), Registry: registry, Sealer: turned{}, Reach: guard})
	require.NoError(t, err)
	site.grants, err = grants.New(t.Context(), grants.Deps{Store: s.Grants(), Tables: site.hub})
	require.NoError(t, err)
	uploads, err := catalog.NewUploads(site.hub, filepath.Join(t.TempDir(), "uploads"), 1<<20)
	require.NoError(t, err)
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	log := slog.New(slog.DiscardHandler)
	engine.Use(identified(log), recovered(log))
	t1, t2 := []auth.Membership{{Team: "t1"}}, []auth.Membership{{Team: "t2"}}
	newAPI(engine, "/base", Services{
		Sessions: byHeader{
			"ann": {User: "ann", Role: auth.Analyst, Teams: t1}, "val": {User: "val", Role: auth.Viewer, Teams: t1},
			"bob": {User: "bob", Role: auth.Analyst, Teams: t2}, "op": {User: "op", Role: auth.Operator}, "admin": {User: "admin", Role: auth.Admin},
		},
		Owners: hubOwners{site.hub}, Decider: site.grants, Catalog: Catalog{Hub: site.hub, Uploads: uploads, Grants: site.grants},
	}, log)
	site.h = engine
	return site
}

// do makes a request and reads its answer into out, which may be nil.
func (s *hubSite) do(as, method, path string, body any, status int, out any, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	require.NoError(s.t, s.grants.Refresh(s.t.Context()))
	text := ""
	switch b := body.(type) {
	case nil:
	case string:
		text = b
	default:
		j, err := json.Marshal(b)
		require.NoError(s.t, err)
		text = string(j)
	}
	w := call(s.h, as, method, path, text, headers...)
	require.Equal(s.t, status, w.Code, "%s %s: %s", method, path, w.Body)
	if out != nil {
		require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), out))
	}
	return w
}

func (s *hubSite) refused(as, method, path string, body any, status int, code diag.Code, headers ...string) {
	s.t.Helper()
	var p Problem
	s.do(as, method, path, body, status, &p, headers...)
	require.Equal(s.t, string(code), p.Code, p.Detail)
}

func (s *hubSite) folder(name string) map[string]any {
	return map[string]any{"name": name, "component": "file", "team": "t1", "params": map[string]any{"root": s.root}}
}

func TestConnectionsOverHTTP(t *testing.T) {
	s := newHubSite(t)
	const kafka = `{"name":"bus","component":"kafka","team":"t1","params":{"brokers":["%s"],"sasl":"plain","username":"u","password":"hush-hush","timeout":"1s"}}`
	s.refused("", "GET", "/connections", nil, 401, CodeUnauthenticated)
	s.refused("val", "POST", "/connections", s.folder("files"), 403, CodeDenied)
	s.refused("bob", "POST", "/connections", s.folder("files"), 403, CodeDenied)
	s.refused("ann", "POST", "/connections", fmt.Sprintf(kafka, "169.254.169.254:80"), 422, reach.CodeDenied)
	s.refused("ann", "POST", "/connections", fmt.Sprintf(kafka, "10.0.0.1:80"), 422, reach.CodeDenied)
	s.refused("ann", "POST", "/connections", `{"name":"bus","component":"kafka","team":"t1","params":{"topics":[]}}`, 422, component.CodeUnknownParam)
	s.refused("ann", "POST", "/connections", `{"name":"all","component":"file","team":"t1","params":{"root":"/"}}`, 422, reach.CodeFolder)

	// Unchecked is not unjudged: what could only be refused later is not stored.
	for address, code := range map[string]diag.Code{"169.254.169.254:80": reach.CodeDenied, `10.0.0.1`: reach.CodeDenied, `127.0.0.1:1","10.0.0.1:80`: reach.CodeDenied} {
		s.refused("ann", "POST", "/connections?unchecked=true", fmt.Sprintf(kafka, address), 422, code)
	}
	s.refused("ann", "POST", "/connections?unchecked=true", `{"name":"all","component":"file","team":"t1","params":{"root":"/"}}`, 422, reach.CodeFolder)

	// What came of reaching the system is answered, and kept; nothing is where nobody has.
	var files, bus catalog.Connection
	s.do("ann", "POST", "/connections", s.folder("a_folder"), 201, &files)
	require.True(t, files.Check.OK)
	require.False(t, files.Check.At.IsZero())
	s.do("ann", "GET", "/connections/"+files.ID, nil, 200, &files)
	require.True(t, files.Check.OK)
	s.do("ann", "DELETE", "/connections/"+files.ID, nil, 204, nil, "If-Match", `"1"`)
	w := s.do("ann", "POST", "/connections?unchecked=true", fmt.Sprintf(kafka, "127.0.0.1:1"), 201, &bus)
	require.Nil(t, bus.Check)
	require.Equal(t, `"1"`, w.Header().Get("ETag"))
	for _, secret := range []string{"hush", "hsuh"} {
		require.NotContains(t, w.Body.String(), secret)
		require.NotContains(t, s.do("ann", "GET", "/connections/"+bus.ID, nil, 200, nil).Body.String(), secret)
		require.NotContains(t, s.do("admin", "GET", "/connections", nil, 200, nil).Body.String(), secret)
	}
	require.JSONEq(t, `{"secret":"set"}`, func() string {
		var p map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(bus.Params, &p))
		return string(p["password"])
	}())
	for _, who := range []string{"bob"} {
		s.refused(who, "GET", "/connections/"+bus.ID, nil, 404, CodeNotFound)
		s.refused(who, "DELETE", "/connections/"+bus.ID, nil, 404, CodeNotFound, "If-Match", `"1"`)
		s.refused(who, "POST", "/connections/"+bus.ID+"/check", nil, 404, CodeNotFound)
		s.refused(who, "GET", "/connections/"+bus.ID+"/discovery", nil, 404, CodeNotFound)
		s.refused(who, "POST", "/connections/try?id="+bus.ID, s.folder("x"), 404, CodeNotFound)
	}
	s.refused("val", "PUT", "/connections/"+bus.ID, s.folder(""), 403, CodeDenied, "If-Match", `"1"`)
	change := map[string]any{"name": "bus", "component": "kafka", "team": "t1", "params": bus.Params, "description": "the bus"}
	s.refused("ann", "PUT", "/connections/"+bus.ID+"?unchecked=true", change, 428, CodePrecondition)
	s.do("ann", "PUT", "/connections/"+bus.ID+"?unchecked=true", change, 200, &bus, "If-Match", `"1"`)
	s.refused("ann", "PUT", "/connections/"+bus.ID+"?unchecked=true", change, 412, catalog.CodeStale, "If-Match", `"1"`)
	elsewhere := map[string]any{"name": "bus", "component": "kafka", "team": "t1", "params": map[string]any{"brokers": []string{"10.0.0.1:80"}}}
	s.refused("ann", "PUT", "/connections/"+bus.ID+"?unchecked=true", elsewhere, 422, reach.CodeDenied, "If-Match", `"2"`)
	// Given away to a team that one is not in.
	change["team"] = "t2"
	s.refused("ann", "PUT", "/connections/"+bus.ID+"?unchecked=true", change, 403, CodeDenied, "If-Match", `"2"`)

	var check catalog.Check
	s.do("ann", "POST", "/connections/"+bus.ID+"/check", nil, 200, &check)
	require.False(t, check.OK)
	require.NotContains(t, check.Message, "hush")
	var shown catalog.Connection
	s.do("ann", "GET", "/connections/"+bus.ID, nil, 200, &shown)
	require.Equal(t, check.Code, shown.Check.Code)

	// Those of the embedded parts are everybody's to use, and nobody's to change.
	p, err := component.ParamsOf(mustConnection(t, s.hub, "kafka").Fields, map[string]any{"brokers": []any{"127.0.0.1:1"}})
	require.NoError(t, err)
	require.NoError(t, s.hub.EnsureBuiltin(t.Context(), &component.Connection{Name: "broker", Component: "kafka", Params: p}, ""))
	var list Items[catalog.Connection]
	s.do("bob", "GET", "/connections", nil, 200, &list)
	require.Len(t, list.Items, 1)
	builtin := list.Items[0].ID
	s.do("bob", "GET", "/connections/"+builtin, nil, 200, nil)
	s.refused("bob", "PUT", "/connections/"+builtin+"?unchecked=true", map[string]any{"name": "broker", "component": "kafka", "team": "t2", "params": map[string]any{"brokers": []string{"x"}}}, 409, catalog.CodeBuiltin, "If-Match", `"1"`)
	s.do("ann", "GET", "/connections?limit=1", nil, 200, &list)
	require.Len(t, list.Items, 1)
	s.do("ann", "GET", "/connections?limit=1&cursor="+list.NextCursor, nil, 200, &list)
	require.Equal(t, "bus", list.Items[0].Name)
	s.do("ann", "DELETE", "/connections/"+bus.ID, nil, 204, nil, "If-Match", `"2"`)
	s.refused("ann", "GET", "/connections/"+bus.ID, nil, 404, CodeNotFound)
}

func mustConnection(t *testing.T, h *catalog.Hub, name string) *component.Spec {
	t.Helper()
	spec, ok := h.Registry.Get(component.KindConnection, name)
	require.True(t, ok)
	return spec
}

// lines reads a stream of a discovery.
func (s *hubSite) lines(as, path string) (items []catalog.Proposal, end *discoveryEnd) {
	s.t.Helper()
	w := s.do(as, "GET", path, nil, 200, nil)
	scanner := bufio.NewScanner(w.Body)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var f found
		require.NoError(s.t, json.Unmarshal(scanner.Bytes(), &f), scanner.Text())
		require.Nil(s.t, f.Problem)
		if f.Found != nil {
			items = append(items, *f.Found)
		}
		if f.End != nil {
			end = f.End
		}
	}
	return items, end
}

func TestDiscoveryAndUploadsOverHTTP(t *testing.T) {
	s := newHubSite(t)
	require.NoError(t, os.MkdirAll(filepath.Join(s.root, "music"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(s.root, "music/plays.ndjson"), []byte(`{"user_id":1,"ts":"2024-01-02T03:04:05Z"}`+"\n"), 0o600))
	var files catalog.Connection
	s.do("ann", "POST", "/connections", s.folder("files"), 201, &files)
	require.True(t, files.Check == nil || files.Check.OK)

	items, end := s.lines("ann", "/connections/"+files.ID+"/discovery")
	require.Len(t, items, 1)
	require.NotNil(t, end)
	require.Equal(t, "ods.music.plays", items[0].Name)
	require.Empty(t, items[0].Registered)
	register := map[string]any{"items": []map[string]any{{"physical": items[0].Physical, "domain": "music"}, {"physical": "nothing"}}}
	var done Items[catalog.Registration]
	s.do("ann", "POST", "/connections/"+files.ID+"/tables", register, 200, &done)
	require.NotEmpty(t, done.Items[0].ID)
	require.Equal(t, catalog.CodeNotFound, done.Items[1].Diagnostics[0].Code)
	s.do("ann", "POST", "/connections/"+files.ID+"/tables", register, 200, &done)
	require.Equal(t, catalog.CodeTaken, done.Items[0].Diagnostics[0].Code)
	items, _ = s.lines("ann", "/connections/"+files.ID+"/discovery?name=music/plays.ndjson&samples=-1")
	require.NotEmpty(t, items[0].Registered)

	var up catalog.Upload
	s.refused("val", "POST", "/uploads?name=x.csv", "a,b\n1,2\n", 403, CodeDenied)
	s.refused("ann", "POST", "/uploads?name=x.exe", "a,b\n1,2\n", 422, catalog.CodeUploadFormat)
	s.refused("ann", "POST", "/uploads?name=x.csv", strings.Repeat("a,b\n", 1<<19), 429, catalog.CodeUploadSize)
	s.do("ann", "POST", "/uploads?name=x.csv", "a,b\n1,2\n3,x\n", 201, &up)
	require.Len(t, up.Columns, 2)
	s.refused("bob", "GET", "/uploads/"+up.ID, nil, 404, catalog.CodeNotFound)
	land := map[string]any{"table": "ods.up.x", "mode": "create", "connection": "files", "team": "t1", "max_bad": -1, "dry_run": true,
		"columns": []map[string]any{{"name": "a", "type": "int64"}, {"name": "b", "type": "int64"}}}
	var landed catalog.Landed
	s.refused("bob", "POST", "/uploads/"+up.ID+"/land", land, 404, catalog.CodeNotFound)
	s.do("ann", "POST", "/uploads/"+up.ID+"/land", land, 200, &landed)
	require.Equal(t, int64(1), landed.Bad)
	require.Equal(t, int64(3), landed.Rejected[0].Line)
	land["team"] = "t2"
	s.refused("ann", "POST", "/uploads/"+up.ID+"/land", land, 403, CodeDenied)
	land["team"], land["dry_run"] = "t1", false
	delete(land, "max_bad")
	s.refused("ann", "POST", "/uploads/"+up.ID+"/land", land, 422, catalog.CodeUploadBad)
	land["max_bad"] = 1
	s.do("ann", "POST", "/uploads/"+up.ID+"/land", land, 200, &landed)
	require.Equal(t, int64(1), landed.Rows)
	require.NotEmpty(t, landed.Table)

	// Somebody else's table is not added to, nor learnt of.
	s.do("bob", "POST", "/uploads?name=x.csv", "a,b\n1,2\n", 201, &up)
	land["mode"] = "append"
	s.refused("bob", "POST", "/uploads/"+up.ID+"/land", land, 404, CodeNotFound)
	s.grant("user:bob", grants.Discover, landed.Table)
	s.refused("bob", "POST", "/uploads/"+up.ID+"/land", land, 403, CodeDenied)
	s.grant("user:bob", grants.Write, landed.Table)
	s.do("bob", "POST", "/uploads/"+up.ID+"/land", land, 200, nil)
}

func (s *hubSite) grant(subject grants.Subject, do grants.Action, table string) {
	s.t.Helper()
	_, err := s.grants.Grant(s.t.Context(), grants.By{Principal: grants.Principal{Subject: "user:admin"}, Admin: true},
		grants.Policy{Subject: subject, Action: do, Scope: grants.TableScope(table), Effect: grants.Allow}, grants.Options{})
	require.NoError(s.t, err)
}

func TestTablesOverHTTP(t *testing.T) {
	s := newHubSite(t)
	body := func(name string) map[string]any {
		return map[string]any{"name": name, "team": "t1", "layer": "ODS", "domain": "music", "tags": []string{"hot"},
			"columns": []map[string]any{{"name": "a", "type": "int64"}}}
	}
	s.refused("val", "POST", "/tables", body("ods.a.b"), 403, CodeDenied)
	s.refused("bob", "POST", "/tables", body("ods.a.b"), 403, CodeDenied)
	s.refused("ann", "POST", "/tables", body("ods.a.b'; DROP TABLE x"), 422, catalog.CodeName)
	bad := body("ods.a.b")
	bad["columns"] = []map[string]any{{"name": "a", "type": "int65"}}
	var p Problem
	s.do("ann", "POST", "/tables", bad, 422, &p)
	require.Equal(t, "columns[0].type", p.Diagnostics[0].Path)

	var made catalog.Table
	s.do("ann", "POST", "/tables", body("ods.a.b"), 201, &made)
	s.refused("ann", "POST", "/tables", body("ods.a.b"), 409, catalog.CodeTaken)
	at := "/tables/" + made.ID
	s.refused("bob", "GET", at, nil, 404, CodeNotFound)
	s.refused("bob", "PUT", at, body("ods.a.b"), 404, CodeNotFound, "If-Match", `"1"`)
	s.refused("bob", "GET", at+"/drift", nil, 404, CodeNotFound)
	var list Items[catalog.TableSummary]
	s.do("bob", "GET", "/tables", nil, 200, &list)
	require.Empty(t, list.Items)
	var words Items[catalog.Count]
	s.do("bob", "GET", "/tags", nil, 200, &words)
	require.Empty(t, words.Items)
	s.grant("user:bob", grants.Discover, made.ID)
	s.do("bob", "GET", "/tables?domain=music&layer=ODS", nil, 200, &list)
	require.Len(t, list.Items, 1)
	s.do("bob", "GET", "/domains", nil, 200, &words)
	require.Equal(t, []catalog.Count{{Name: "music", Tables: 1}}, words.Items)
	s.do("bob", "GET", at, nil, 200, nil)
	s.refused("bob", "PUT", at, body("ods.a.b"), 403, CodeDenied, "If-Match", `"1"`)
	s.refused("bob", "DELETE", at, nil, 403, CodeDenied, "If-Match", `"1"`)
	s.refused("val", "DELETE", at, nil, 403, CodeDenied, "If-Match", `"1"`)

	s.refused("ann", "PUT", at, body("ods.a.b"), 428, CodePrecondition)
	change := body("ods.a.b")
	change["description"] = "# plays"
	s.do("ann", "PUT", at, change, 200, &made, "If-Match", `"1"`)
	require.Equal(t, "# plays", made.Description)
	s.refused("ann", "PUT", at, change, 412, catalog.CodeStale, "If-Match", `"1"`)
	change["team"] = "t2"
	s.refused("ann", "PUT", at, change, 403, CodeDenied, "If-Match", `"2"`)
	s.refused("ann", "POST", at+"/drift", nil, 422, catalog.CodeCannot)
	s.do("ann", "DELETE", at, nil, 204, nil, "If-Match", `"2"`)
	s.refused("ann", "GET", at, nil, 404, CodeNotFound)

	var inferred InferredColumns
	s.do("val", "POST", "/tables/infer", map[string]any{"format": "json", "samples": []string{`{"ts":"2024-01-02T03:04:05Z","n":1}`}}, 200, &inferred)
	require.Equal(t, "ts", inferred.EventTime)
}
