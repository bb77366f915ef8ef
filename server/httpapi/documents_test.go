package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/catalog/search"
	"millrace/assets/document"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/server/auth"
	"millrace/server/store"
)

// shelf is what documents stand on in these tests: the tables of a file with their names as ids, of which a policy of the tests says who
// may know.
type shelf struct {
	*catalog.File
	registry  *component.Registry
	places    *grants.Places
	store     *store.Store
	follower  *search.Follower
	lineage   *lineage.Service
	denied    map[string]string // table -> who may not know of it
	pipelines []string
	version   int64
}

func (s *shelf) May(p grants.Principal, _ grants.Action, o grants.Object) bool {
	return s.denied[o.Table] != string(p.Subject)
}
func (s *shelf) Version() int64 { return s.version }

func (s *shelf) Decide(p grants.Principal, a grants.Action, o grants.Object) grants.Decision {
	return grants.Decision{Allowed: s.May(p, a, o)}
}

func (s *shelf) Owner(ctx context.Context, kind Kind, id string) (string, error) {
	if kind != KindDocument {
		return "", notFound(kind)
	}
	d, err := s.store.Document(ctx, id)
	return d.Team, err
}

func (s *shelf) TableObject(_ context.Context, id string) (grants.Object, error) {
	if _, ok := s.Table(id); !ok {
		return grants.Object{}, notFound(KindTable)
	}
	return grants.ObjectOf(id, id), nil
}

func (s *shelf) Resolve(name string) (grants.Object, bool) {
	_, ok := s.Table(name)
	return grants.ObjectOf(name, name), ok
}
func (s *shelf) At(p component.Place) []string { return s.places.At(p) }

func (s *shelf) Resolver(context.Context) (func(plan.Op) lineage.Table, error) {
	return lineage.Resolver(s, s.File, s.registry), nil
}

func (s *shelf) RegisterModel(_ context.Context, m document.ModelTable) (string, error) {
	return m.Document, nil
}

func (s *shelf) Describe(_ context.Context, ids []string) (map[string]lineage.Table, error) {
	out := map[string]lineage.Table{}
	for _, id := range ids {
		if t, ok := s.Table(id); ok {
			out[id] = lineage.Table{ID: id, Name: id, Kind: string(t.Kind), Layer: t.Layer}
		}
	}
	return out, nil
}

func (s *shelf) PipelinesOf(context.Context, string) ([]string, error) { return s.pipelines, nil }

func (s *shelf) Env(_ context.Context, who grants.Principal) (compile.Env, error) {
	return compile.Env{Registry: s.registry, Catalog: s.File, Policy: asked{who, s}}, nil
}

// asked is the policy of a principal.
type asked struct {
	who   grants.Principal
	shelf *shelf
}

func (p asked) Discover(table string) bool {
	return p.shelf.May(p.who, grants.Discover, grants.ObjectOf(table, table))
}
func (p asked) Read(string) compile.Access         { return compile.Access{} }
func (p asked) Write(string) compile.Access        { return compile.Access{} }
func (p asked) Connect(compile.Use) compile.Access { return compile.Access{} }

// Since gives the tables as a source of the search.
func (s *shelf) Since(_ context.Context, _ int64) ([]search.Change, int64, error) {
	var out []search.Change
	for _, name := range s.Tables() {
		t, _ := s.Table(name)
		e := search.Entry{Kind: search.Table, ID: name, Name: name, Type: string(t.Kind), Layer: t.Layer, Description: t.Description}
		for _, f := range t.Schema.Fields {
			e.Columns = append(e.Columns, search.Column{Name: f.Name, Type: f.Type.String()})
		}
		out = append(out, search.Change{Entry: e})
	}
	return out, 1, nil
}

type tablesSource struct{ *shelf }

func (tablesSource) Version(context.Context) (int64, error) { return 1, nil }

// library is a server with documents, lineage and search, whose principals are told by a header.
type library struct {
	*httptest.Server
	*shelf
	t *testing.T
}

func newLibrary(t *testing.T) *library {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	registry, err := all.Registry()
	require.NoError(t, err)
	file, diags := catalog.LoadFile("../../assets/document/diff/testdata/catalog.yaml", registry)
	require.Empty(t, diags)
	meta, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, meta.Close()) })
	ix, err := search.Open(search.Options{Dir: filepath.Join(t.TempDir(), "search")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ix.Close()) })
	s := &shelf{File: file, registry: registry, places: grants.NewPlaces(file, registry), store: meta, lineage: lineage.New(meta, nil), denied: map[string]string{}}
	s.follower = search.NewFollower(ix, map[string]search.Source{"hub": tablesSource{s}, "documents": meta.FindableDocuments()}, nil)

	engine := gin.New()
	log := slog.New(slog.DiscardHandler)
	engine.Use(identified(log), recovered(log))
	music, pay := []auth.Membership{{Team: "music"}}, []auth.Membership{{Team: "pay"}}
	newAPI(engine, "/base", Services{
		Sessions: byHeader{
			"ana": {User: "ana", Name: "Ana", Role: auth.Analyst, Teams: music}, "ben": {User: "ben", Name: "Ben", Role: auth.Analyst, Teams: music},
			"val": {User: "val", Role: auth.Viewer, Teams: music}, "pia": {User: "pia", Role: auth.Analyst, Teams: pay}, "adm": {User: "adm", Role: auth.Admin},
			"op": {User: "op", Role: auth.Operator},
		},
		Owners: s, Decider: s, Policies: s, Once: &memoryOnce{hashes: map[string]string{}, answers: map[string]*Answer{}},
		Documents:  document.New(document.Deps{Store: meta, Compiler: s, Hub: s, Pipelines: s, Lineage: s.lineage}),
		Components: registry,
		Lineage:    s.lineage, TableInfo: s, Search: ix,
	}, log)
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	return &library{server, s, t}
}

func (l *library) do(as, method, path string, body any, headers ...string) answer {
	l.t.Helper()
	text := []byte{}
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		require.NoError(l.t, err)
	}
	r, err := http.NewRequestWithContext(l.t.Context(), method, l.URL+"/base/api/v1"+path, strings.NewReader(string(text)))
	require.NoError(l.t, err)
	r.Header.Set("As", as)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	require.NoError(l.t, err)
	defer func() { require.NoError(l.t, w.Body.Close()) }()
	a := answer{status: w.StatusCode, header: w.Header}
	var b strings.Builder
	_, err = fmt.Fprint(&b, readAll(l.t, w))
	require.NoError(l.t, err)
	a.body = b.String()
	if a.status >= 400 {
		require.NoError(l.t, json.Unmarshal([]byte(a.body), &a.Problem), a.body)
	}
	return a
}

func readAll(t *testing.T, w *http.Response) string {
	t.Helper()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := w.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

const modelText = `format: 1
kind: view
name: cdm.music.long
description: Plays that were long, 长时间播放
time_zone: UTC
nodes:
  - {id: plays, component: table, params: {table: ods.music.plays}}
  - {id: long, component: filter, params: {where: "ms_played > 30000"}}
  - {id: shape, component: compute, params: {columns: [user_id, {name: seconds, expr: "CAST(ms_played AS double) / 1000"}, ts]}}
  - {id: out, component: kafka, params: {connection: broker, topic: long_plays}}
edges: [plays -> long, long -> shape, shape -> out]
`

func TestDocumentRoutes(t *testing.T) {
	l := newLibrary(t)
	type m map[string]any
	made := l.do("ana", "POST", "/documents", m{"name": "cdm.music.long", "team": "music", "text": modelText}, "Idempotency-Key", "k1")
	require.Equal(t, 201, made.status, made.body)
	require.Equal(t, `"1"`, made.header.Get("ETag"))
	d := read[document.Saved](t, made)
	require.Empty(t, d.Diagnostics)
	again := l.do("ana", "POST", "/documents", m{"name": "cdm.music.long", "team": "music", "text": modelText}, "Idempotency-Key", "k1")
	require.Equal(t, d.ID, read[document.Saved](t, again).ID, "the same request is done once")
	require.Equal(t, 409, l.do("ana", "POST", "/documents", m{"name": "cdm.music.long", "team": "music"}).status)
	require.Equal(t, 403, l.do("ana", "POST", "/documents", m{"name": "cdm.pay.x", "team": "pay"}).status)
	require.Equal(t, 422, l.do("ana", "POST", "/documents", m{"name": "x", "team": "music"}).status)
	require.Equal(t, 403, l.do("val", "POST", "/documents", m{"name": "a.b.c", "team": "music"}).status)

	at := "/documents/" + d.ID
	for who, want := range map[string]int{"ana": 200, "ben": 200, "val": 200, "pia": 404, "adm": 200, "op": 404, "": 401} {
		require.Equal(t, want, l.do(who, "GET", at, nil).status, who)
	}
	for who, want := range map[string]int{"val": 403, "pia": 404, "op": 403} {
		for _, r := range [][2]string{{"PUT", "/draft"}, {"PUT", "/name"}, {"POST", "/versions"}, {"POST", "/restore"}, {"DELETE", ""}} {
			require.Equal(t, want, l.do(who, r[0], at+r[1], nil, "If-Match", `"1"`).status, who+r[1])
		}
	}
	require.Equal(t, 1, len(read[Items[document.Document]](t, l.do("val", "GET", "/documents", nil)).Items))
	require.Empty(t, read[Items[document.Document]](t, l.do("pia", "GET", "/documents", nil)).Items)
	require.Empty(t, read[Items[document.Document]](t, l.do("pia", "GET", "/documents?team=music", nil)).Items)
	require.Len(t, read[Items[document.Document]](t, l.do("adm", "GET", "/documents?team=music&kind=view&kind=sql&name=LONG&virtual=false&published=false", nil)).Items, 1)

	// Drafts.
	require.Equal(t, 428, l.do("ana", "PUT", at+"/draft", m{"text": "x"}).status)
	saved := l.do("ana", "PUT", at+"/draft", m{"text": "format: ["}, "If-Match", `"1"`)
	require.Equal(t, 200, saved.status, saved.body)
	require.Equal(t, diag.Code("model.syntax"), read[document.Saved](t, saved).Diagnostics[0].Code)
	stale := l.do("ben", "PUT", at+"/draft", m{"text": modelText}, "If-Match", `"1"`)
	require.Equal(t, 412, stale.status)
	require.Equal(t, "document.stale", stale.Code)
	require.Contains(t, stale.Detail, "Ana saved revision 2")
	broken := l.do("ana", "POST", at+"/versions", m{"message": "no"}, "If-Match", `"2"`)
	require.Equal(t, 422, broken.status)
	require.Equal(t, "model.syntax", broken.Code)
	require.NotEmpty(t, broken.Diagnostics)
	saved = l.do("ben", "PUT", at+"/draft", m{"text": modelText}, "If-Match", `"2"`)
	require.Equal(t, 200, saved.status)

	// Versions.
	published := l.do("ana", "POST", at+"/versions", m{"message": "the first"}, "If-Match", saved.header.Get("ETag"))
	require.Equal(t, 201, published.status, published.body)
	v := read[Published](t, published).Version
	require.Equal(t, "user:ana", v.Author)
	require.Equal(t, []lineage.Ref{{ID: "ods.music.plays", Name: "ods.music.plays"}}, v.Inputs)
	require.Equal(t, []lineage.Ref{{ID: "cdm.music.long_plays", Name: "cdm.music.long_plays"}}, v.Outputs, "a topic is the table that lies in it")
	saved = l.do("ana", "PUT", at+"/draft", m{"text": strings.Replace(modelText, "30000", "60000", 1)}, "If-Match", published.header.Get("ETag"))
	require.Equal(t, 200, saved.status)
	c := l.do("val", "GET", at+"/diff", nil)
	require.Equal(t, 200, c.status, c.body)
	require.Contains(t, c.body, `"where of long was ms_played > 30000 and is now ms_played > 60000."`)
	require.Contains(t, c.body, "改为")
	require.Equal(t, 404, l.do("val", "GET", at+"/diff?from=9", nil).status)
	require.Equal(t, 422, l.do("val", "GET", at+"/diff?from=x", nil).status)
	published = l.do("ana", "POST", at+"/versions", m{}, "If-Match", saved.header.Get("ETag"))
	require.Equal(t, 201, published.status)
	versions := read[Items[document.Version]](t, l.do("val", "GET", at+"/versions?limit=1", nil))
	require.Equal(t, 2, versions.Items[0].Number)
	versions = read[Items[document.Version]](t, l.do("val", "GET", at+"/versions?limit=1&cursor="+versions.NextCursor, nil))
	require.Equal(t, 1, versions.Items[0].Number)
	require.Empty(t, versions.Items[0].Text)
	require.Equal(t, modelText, read[document.Version](t, l.do("val", "GET", at+"/versions/1", nil)).Text)
	require.Equal(t, 404, l.do("val", "GET", at+"/versions/3", nil).status)
	restored := l.do("ana", "POST", at+"/restore", m{"version": 1}, "If-Match", published.header.Get("ETag"))
	require.Equal(t, modelText, read[document.Saved](t, restored).Draft)

	// Renaming and deleting.
	l.pipelines = []string{"cdm.music.long"}
	require.Equal(t, 409, l.do("ana", "PUT", at+"/name", m{"name": "cdm.music.longer"}, "If-Match", restored.header.Get("ETag")).status)
	require.Equal(t, 409, l.do("ana", "DELETE", at, nil, "If-Match", restored.header.Get("ETag")).status)
	l.pipelines = nil
	renamed := l.do("ana", "PUT", at+"/name", m{"name": "cdm.music.longer"}, "If-Match", restored.header.Get("ETag"))
	require.Equal(t, 200, renamed.status, renamed.body)
	require.Equal(t, 412, l.do("ana", "DELETE", at, nil, "If-Match", restored.header.Get("ETag")).status)
	require.Equal(t, 204, l.do("ana", "DELETE", at, nil, "If-Match", renamed.header.Get("ETag")).status)
	require.Equal(t, 404, l.do("ana", "GET", at, nil).status)
}

func TestCompileRoutes(t *testing.T) {
	l := newLibrary(t)
	type m map[string]any
	a := l.do("ana", "POST", "/compile/validate", m{"text": modelText})
	require.Equal(t, 200, a.status, a.body)
	require.Contains(t, a.body, `"fingerprint":"sha256:`)
	l.denied["ods.music.plays"] = "user:ana"
	a = l.do("ana", "POST", "/compile/validate", m{"text": modelText})
	require.Equal(t, 200, a.status)
	hidden := a.body
	require.Contains(t, hidden, "plan.unknown_table")
	a = l.do("ana", "POST", "/compile/validate", m{"text": strings.ReplaceAll(modelText, "ods.music.plays", "ods.music.nosuc")})
	require.Equal(t, strings.ReplaceAll(hidden, "ods.music.plays", "ods.music.nosuc"), a.body, "what may not be known of is like what does not exist")
	require.Equal(t, 404, l.do("ana", "POST", "/compile/validate", m{"text": "", "document": "none"}).status)
	require.Equal(t, 403, l.do("val", "POST", "/compile/validate", m{"text": ""}).status)
	a = l.do("ben", "POST", "/compile/explain", m{"text": modelText})
	require.Contains(t, a.body, "filter ms_played")
	a = l.do("val", "POST", "/compile/format", m{"text": "select 1", "format": "sql"})
	require.Contains(t, a.body, `"text":"SELECT 1`)
	require.Equal(t, 422, l.do("val", "POST", "/compile/format", m{"text": "", "format": "toml"}).status)
}

func TestLineageAndSearchRoutes(t *testing.T) {
	l := newLibrary(t)
	type m map[string]any
	d := l.do("ana", "POST", "/documents", m{"name": "cdm.music.long", "team": "music", "text": modelText})
	require.Equal(t, 201, d.status, d.body)
	id := read[document.Saved](t, d).ID
	require.Equal(t, 201, l.do("ana", "POST", "/documents/"+id+"/versions", m{}, "If-Match", `"1"`).status)
	require.NoError(t, l.lineage.Update(t.Context()))
	require.NoError(t, l.follower.Update(t.Context()))

	g := read[lineage.Drawing](t, l.do("ana", "GET", "/tables/cdm.music.long_plays/lineage", nil))
	require.Len(t, g.Nodes, 2)
	require.Equal(t, "ods.music.plays", g.Nodes[0].Name)
	require.Equal(t, "ODS", g.Nodes[0].Layer)
	require.Equal(t, []lineage.Via{{Kind: lineage.Document, ID: id, Name: "cdm.music.long"}}, g.Edges[0].Via)
	l.denied["ods.music.plays"] = "user:pia"
	l.version++
	a := l.do("pia", "GET", "/tables/cdm.music.long_plays/lineage", nil)
	g = read[lineage.Drawing](t, a)
	require.Equal(t, lineage.NodeHidden, g.Nodes[0].Kind)
	require.NotContains(t, a.body, "ods.music.plays")
	require.NotContains(t, a.body, id)
	require.Equal(t, 404, l.do("pia", "GET", "/tables/ods.music.plays/lineage", nil).status)
	require.Equal(t, 404, l.do("pia", "GET", "/tables/none/lineage", nil).status)

	i := read[Impact](t, l.do("ana", "GET", "/tables/ods.music.plays/impact?column=ms_played", nil))
	require.Len(t, i.Items, 1)
	require.Equal(t, []string{"ods.music.plays.ms_played"}, i.Items[0].Columns)
	i = read[Impact](t, l.do("adm", "GET", "/tables/ods.music.plays/impact", nil))
	require.Len(t, i.Items, 1)
	i = read[Impact](t, l.do("op", "GET", "/tables/ods.music.plays/impact", nil))
	require.Equal(t, Impact{Items: []lineage.Affected{}, Hidden: 1}, i, "operators know of pipelines, not of the models behind them")
	l.denied = map[string]string{}
	l.version++
	i = read[Impact](t, l.do("pia", "GET", "/tables/ods.music.plays/impact", nil))
	require.Equal(t, Impact{Items: []lineage.Affected{}, Hidden: 1}, i)

	found := func(as, query string) []string {
		page := read[Found](t, l.do(as, "GET", "/search?"+query, nil))
		require.True(t, page.Complete)
		out := []string{}
		for _, h := range page.Items.Items {
			out = append(out, string(h.Kind)+" "+h.Name)
		}
		return out
	}
	require.Equal(t, []string{"document cdm.music.long", "table cdm.music.long_plays"}, found("ana", "q=long"))
	require.Equal(t, []string{"table cdm.music.long_plays"}, found("pia", "q=long"), "documents of other teams are not found")
	require.Equal(t, []string{"document cdm.music.long"}, found("val", "q="+url.QueryEscape("长时间")))
	require.Equal(t, []string{"table dim.music.songs"}, found("ana", "q=song&layer=CDM&type=dimension&type=store"))
	l.denied["cdm.music.long_plays"] = "user:pia"
	require.Empty(t, found("pia", "q=long"), "a grant that ran out counts at once")
	first := read[Found](t, l.do("ana", "GET", "/search?limit=2", nil))
	require.Len(t, first.Items.Items, 2)
	second := read[Found](t, l.do("ana", "GET", "/search?limit=2&cursor="+first.NextCursor, nil))
	require.NotEqual(t, first.Items.Items[0].Key(), second.Items.Items[0].Key())
	require.Equal(t, 422, l.do("ana", "GET", "/search?q=other&cursor="+first.NextCursor, nil).status)
	require.Equal(t, 422, l.do("ana", "GET", "/search?kind=other", nil).status)
	require.Equal(t, 401, l.do("", "GET", "/search", nil).status)
	s := read[Items[Suggestion]](t, l.do("ana", "GET", "/search/suggest?q=lon", nil))
	require.Equal(t, []Suggestion{{Kind: "document", ID: id, Name: "cdm.music.long", Type: "view", Spans: [][2]int{{10, 14}}},
		{Kind: "table", ID: "cdm.music.long_plays", Name: "cdm.music.long_plays", Type: "stream", Spans: [][2]int{{10, 14}}}}, s.Items)
}
