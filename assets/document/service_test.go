package document_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/assets/catalog"
	"millrace/assets/document"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
)

// memory is a store of documents for one goroutine.
type memory struct {
	documents map[string]*document.Document
	versions  map[string][]document.Version
	edges     map[string][]lineage.Edge
	now       time.Time
}

var _ document.Store = (*memory)(nil)

func (m *memory) stamp(ctx context.Context, d *document.Document) {
	m.now = m.now.Add(time.Second)
	d.Revision++
	d.UpdatedAt, d.UpdatedBy = m.now, audit.From(ctx).Name
}

func (m *memory) CreateDocument(ctx context.Context, d document.Document) (document.Document, error) {
	for _, o := range m.documents {
		if o.Name == d.Name {
			return d, diag.Refuse(diag.ErrConflict, document.CodeNameTaken, "", "taken")
		}
	}
	d.Edited = true
	m.stamp(ctx, &d)
	m.documents[d.ID] = &d
	return d, nil
}

func (m *memory) Document(_ context.Context, id string) (document.Document, error) {
	if d := m.documents[id]; d != nil {
		return *d, nil
	}
	return document.Document{}, diag.Refuse(diag.ErrNotFound, document.CodeNotFound, "", "no such")
}

func (m *memory) Documents(context.Context, document.Filter) ([]document.Document, error) {
	return nil, errors.New("not asked for")
}

func (m *memory) SaveDocument(ctx context.Context, d document.Document) (document.Document, error) {
	old := m.documents[d.ID]
	if old.Revision != d.Revision {
		return d, diag.Refuse(diag.ErrStale, document.CodeStale, "", "stale")
	}
	d.Edited = d.Published == 0 || m.versions[d.ID][d.Published-1].Text != d.Draft
	m.stamp(ctx, &d)
	m.documents[d.ID] = &d
	return d, nil
}

func (m *memory) PublishVersion(ctx context.Context, d document.Document, v document.Version, edges []lineage.Edge) (document.Document, document.Version, error) {
	d.Published++
	d.Virtual, d.Edited, d.Fingerprint = v.Virtual, false, v.Fingerprint
	m.stamp(ctx, &d)
	v.Document, v.Number, v.At = d.ID, d.Published, m.now
	m.documents[d.ID] = &d
	m.versions[d.ID] = append(m.versions[d.ID], v)
	m.edges[d.ID] = edges
	return d, v, nil
}

func (m *memory) DocumentVersion(_ context.Context, id string, n int) (document.Version, error) {
	if all := m.versions[id]; n >= 1 && n <= len(all) {
		return all[n-1], nil
	}
	return document.Version{}, diag.Refuse(diag.ErrNotFound, document.CodeNotFound, "", "no such version")
}

func (m *memory) DocumentVersions(_ context.Context, id string, _, _ int) ([]document.Version, error) {
	return m.versions[id], nil
}

func (m *memory) DeleteDocument(_ context.Context, id string, _ int64) error {
	delete(m.documents, id)
	delete(m.edges, id)
	return nil
}

// house is what the service stands on: tables from a file, of which nobody's viewer may know.
type house struct {
	*memory
	registry  *compile.Env
	pipelines []string
	models    []document.ModelTable
}

func (h *house) Env(_ context.Context, who grants.Principal) (compile.Env, error) {
	env := *h.registry
	if who.Subject == "user:nobody" {
		env.Policy = nothing{}
	}
	return env, nil
}

// nothing may be read.
type nothing struct{ compile.AllowAll }

func (nothing) Discover(string) bool { return false }

// Resolve and At find the tables of the file, and the models.
func (h *house) Resolve(name string) (grants.Object, bool) {
	for _, m := range h.models {
		if m.Name == name {
			return grants.ObjectOf(name, "model-"+m.Document), true
		}
	}
	_, ok := h.registry.Catalog.Table(name)
	return grants.ObjectOf(name, "id-"+name), ok
}

func (h *house) At(p component.Place) []string {
	return grants.NewPlaces(h.registry.Catalog, h.registry.Registry).At(p)
}

func (h *house) Resolver(context.Context) (func(plan.Op) lineage.Table, error) {
	return lineage.Resolver(h, h.registry.Catalog, h.registry.Registry), nil
}

func (h *house) RegisterModel(_ context.Context, m document.ModelTable) (string, error) {
	h.models = append(h.models, m)
	return "model-" + m.Document, nil
}

func (h *house) PipelinesOf(context.Context, string) ([]string, error) { return h.pipelines, nil }

func (h *house) Graph() *lineage.Graph {
	var all []lineage.Entry
	for id, edges := range h.edges {
		all = append(all, lineage.Entry{Owner: lineage.Owner{Kind: lineage.Document, ID: id, Name: h.documents[id].Name}, Edges: edges})
	}
	return lineage.NewGraph(nil).With(all)
}

func (h *house) Notify() {}

func setUp(t *testing.T) (*house, *document.Service) {
	t.Helper()
	registry, err := all.Registry()
	require.NoError(t, err)
	tables, diags := catalog.LoadFile("diff/testdata/catalog.yaml", registry)
	require.Empty(t, diags)
	m := &memory{documents: map[string]*document.Document{}, versions: map[string][]document.Version{}, edges: map[string][]lineage.Edge{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	h := &house{memory: m, registry: &compile.Env{Registry: registry, Catalog: tables}}
	return h, document.New(document.Deps{Store: h, Compiler: h, Hub: h, Pipelines: h, Lineage: h})
}

var ana = grants.Principal{Subject: "user:ana", Name: "Ana"}

func as(t *testing.T, name string) context.Context {
	t.Helper()
	return audit.With(t.Context(), audit.Actor{Subject: "user:" + strings.ToLower(name), Name: name})
}

const long = `format: 1
kind: view
name: cdm.music.long # what it is called
description: Plays that were long.
time_zone: UTC
nodes:
  - {id: plays, component: table, params: {table: ods.music.plays}}
  - {id: long, component: filter, params: {where: "ms_played > 30000"}}
  - {id: out, component: console}
edges: [plays -> long, long -> out]
`

func requireCode(t *testing.T, err error, code diag.Code, kind error) {
	t.Helper()
	require.ErrorIs(t, err, kind)
	var list diag.List
	var one diag.Diagnostic
	if errors.As(err, &list) {
		one = list[0]
	} else {
		require.ErrorAs(t, err, &one)
	}
	require.Equal(t, code, one.Code)
}

func TestLife(t *testing.T) {
	h, s := setUp(t)
	ctx := as(t, "Ana")
	d, err := s.Create(ctx, ana, document.Draft{Name: "cdm.music.long", Team: "music", Format: document.YAML})
	require.NoError(t, err)
	require.Contains(t, d.Draft, "name: cdm.music.long")
	require.True(t, d.Diagnostics.HasErrors(), "there is nothing in it yet")
	_, _, _, err = s.Publish(ctx, ana, d.ID, d.Revision, "")
	var diags diag.List
	require.ErrorAs(t, err, &diags)
	require.True(t, diags.HasErrors())

	// Anything is kept.
	broken, err := s.Save(ctx, ana, d.ID, d.Revision, "format: [1")
	require.NoError(t, err)
	require.Equal(t, diag.Code("model.syntax"), broken.Diagnostics[0].Code)
	require.Equal(t, "format: [1", h.documents[d.ID].Draft)
	good, err := s.Save(ctx, ana, d.ID, broken.Revision, long)
	require.NoError(t, err)
	require.Empty(t, good.Diagnostics)
	require.Equal(t, "Plays that were long.", good.Description)

	// Who saves on an older revision hears what is different now.
	_, err = s.Save(as(t, "Ben"), ana, d.ID, broken.Revision, strings.Replace(long, "30000", "60000", 1))
	requireCode(t, err, document.CodeStale, diag.ErrStale)
	var stale *document.Stale
	require.ErrorAs(t, err, &stale)
	require.Equal(t, good.Revision, stale.Current.Revision)
	require.ErrorAs(t, err, &diags)
	require.Contains(t, diags[0].Message, "Ana saved revision 3")
	require.Equal(t, "where of long was ms_played > 60000 and is now ms_played > 30000.", diags[1].Message)
	require.Len(t, diags, 2)

	published, v, warnings, err := s.Publish(ctx, ana, d.ID, good.Revision, "  the first  ")
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, 1, v.Number)
	require.Equal(t, "the first", v.Message)
	require.Equal(t, "user:ana", v.Author)
	require.Equal(t, []lineage.Ref{{ID: "id-ods.music.plays", Name: "ods.music.plays"}}, v.Inputs)
	require.False(t, v.Virtual)
	_, _, _, err = s.Publish(ctx, ana, d.ID, published.Revision, "again")
	requireCode(t, err, document.CodeUnchanged, diag.ErrConflict)
	_, _, _, err = s.Publish(ctx, ana, d.ID, good.Revision, "again")
	requireCode(t, err, document.CodeStale, diag.ErrStale)

	next, err := s.Save(ctx, ana, d.ID, published.Revision, strings.Replace(long, "30000", "60000", 1))
	require.NoError(t, err)
	c, err := s.Diff(ctx, ana, d.ID, "published", "draft")
	require.NoError(t, err)
	require.False(t, c.Same)
	require.Equal(t, "where of long was ms_played > 30000 and is now ms_played > 60000.", c.Sentences[0].En)
	_, err = s.Diff(ctx, ana, d.ID, "7", "draft")
	require.ErrorIs(t, err, diag.ErrNotFound)
	_, err = s.Diff(ctx, ana, d.ID, "x", "draft")
	require.ErrorIs(t, err, diag.ErrInvalid)
	back, err := s.Restore(ctx, ana, d.ID, next.Revision, 1)
	require.NoError(t, err)
	require.Equal(t, long, back.Draft)
	require.False(t, back.Edited)

	h.pipelines = []string{"cdm.music.long"}
	requireCode(t, s.Delete(ctx, d.ID, back.Revision), document.CodeInUse, diag.ErrConflict)
	_, err = s.Rename(ctx, ana, d.ID, back.Revision, "cdm.music.longer")
	requireCode(t, err, document.CodeInUse, diag.ErrConflict)
	h.pipelines = nil
	renamed, err := s.Rename(ctx, ana, d.ID, back.Revision, "cdm.music.longer")
	require.NoError(t, err)
	require.Contains(t, renamed.Draft, "name: cdm.music.longer # what it is called\n")
	require.Empty(t, renamed.Diagnostics)
	back, err = s.Restore(ctx, ana, d.ID, renamed.Revision, 1)
	require.NoError(t, err)
	require.Equal(t, renamed.Draft, back.Draft, "the document's name stays its own")
	require.NoError(t, s.Delete(ctx, d.ID, back.Revision))
	_, err = s.Get(ctx, ana, d.ID)
	require.ErrorIs(t, err, diag.ErrNotFound)
}

func TestVirtual(t *testing.T) {
	h, s := setUp(t)
	ctx := as(t, "Ana")
	text := strings.Replace(strings.Replace(long, "  - {id: out, component: console}\n", "", 1), ", long -> out", "", 1)
	d, err := s.Create(ctx, ana, document.Draft{Name: "cdm.music.long", Team: "music", Format: document.YAML, Text: text})
	require.NoError(t, err)
	require.Empty(t, d.Diagnostics)
	published, v, _, err := s.Publish(ctx, ana, d.ID, d.Revision, "")
	require.NoError(t, err)
	require.True(t, v.Virtual)
	require.Equal(t, []lineage.Ref{{ID: "model-" + d.ID, Name: "cdm.music.long"}}, v.Outputs)
	require.Len(t, h.models, 1)
	require.Equal(t, []string{"user_id", "song_id", "event", "ms_played", "ts"}, h.models[0].Schema.Names())

	// Another model reads it by its name; the tests' compiler does not know it, so its edges are given by hand.
	h.documents["reader"] = &document.Document{ID: "reader", Name: "ads.music.top"}
	h.edges["reader"] = []lineage.Edge{{Source: v.Outputs[0], Sink: lineage.Ref{Name: "ads.music.top"}}}
	requireCode(t, s.Delete(ctx, d.ID, published.Revision), document.CodeInUse, diag.ErrConflict)
	_, err = s.Rename(ctx, ana, d.ID, published.Revision, "cdm.music.other")
	require.ErrorContains(t, err, "ads.music.top reads it")
	sunk, err := s.Save(ctx, ana, d.ID, published.Revision, long)
	require.NoError(t, err)
	_, _, _, err = s.Publish(ctx, ana, d.ID, sunk.Revision, "")
	requireCode(t, err, document.CodeInUse, diag.ErrConflict)
}

func TestRefused(t *testing.T) {
	_, s := setUp(t)
	ctx := as(t, "Ana")
	for name, n := range map[string]document.Draft{
		"document.name":      {Name: "long", Format: document.YAML},
		"document.format":    {Name: "a.b.c", Format: "toml"},
		"document.too_large": {Name: "a.b.c", Format: document.YAML, Text: strings.Repeat(" ", document.MaxText+1)},
	} {
		_, err := s.Create(ctx, ana, n)
		requireCode(t, err, diag.Code(name), diag.ErrInvalid)
	}
	for _, name := range []string{"a.b", "a.b.c.d", "a. b.c", "", "a.b.'c", "a.b.c\nkind: x", strings.Repeat("a", 100) + ".b.c", "a..c"} {
		_, err := s.Create(ctx, ana, document.Draft{Name: name, Format: document.SQL})
		requireCode(t, err, document.CodeName, diag.ErrInvalid)
	}
	d, err := s.Create(ctx, ana, document.Draft{Name: "cdm.music.短", Format: document.YAML, Text: long})
	require.NoError(t, err, "another name in the text is said, not refused")
	require.Equal(t, document.CodeName, d.Diagnostics[0].Code)
	require.Equal(t, 3, d.Diagnostics[0].Span.Start.Line)
	_, _, _, err = s.Publish(ctx, ana, d.ID, d.Revision, "")
	var diags diag.List
	require.ErrorAs(t, err, &diags)
	require.Equal(t, document.CodeName, diags[0].Code)
	_, _, _, err = s.Publish(ctx, ana, d.ID, d.Revision, strings.Repeat("x", document.MaxMessage+1))
	requireCode(t, err, document.CodeTooLarge, diag.ErrInvalid)
	_, err = s.Save(ctx, ana, d.ID, d.Revision, strings.Repeat("x", document.MaxText+1))
	requireCode(t, err, document.CodeTooLarge, diag.ErrInvalid)
	_, err = s.Save(ctx, ana, "nothing", 1, "")
	require.ErrorIs(t, err, diag.ErrNotFound)
}

func TestCheck(t *testing.T) {
	_, s := setUp(t)
	ctx := as(t, "Ana")
	c, err := s.Check(ctx, ana, "", "", document.YAML, long)
	require.NoError(t, err)
	require.Empty(t, c.Diagnostics)
	require.Equal(t, []string{"cdm.music.long"}, c.Pipelines)
	require.True(t, strings.HasPrefix(c.Fingerprint, "sha256:"))

	c, err = s.Check(ctx, grants.Principal{Subject: "user:nobody"}, "", "", document.YAML, long)
	require.NoError(t, err)
	require.True(t, c.Diagnostics.HasErrors(), "it is compiled as the viewer")
	require.Empty(t, c.Fingerprint)

	script := "INSERT INTO cdm.music.long_plays SELECT user_id, ms_played / 1000.0 AS seconds, ts FROM ods.music.plays;"
	c, err = s.Check(ctx, ana, "", "", document.SQL, script)
	require.NoError(t, err)
	require.Empty(t, c.Diagnostics)
	require.Equal(t, "cdm.music.long_plays", c.Outputs[0].Name)
	one := c.Fingerprint
	c, err = s.Check(ctx, ana, "", "", document.SQL, script+strings.Replace(script, "INTO", "INTO /* again */", 1))
	require.NoError(t, err)
	require.True(t, c.Diagnostics.HasErrors() || c.Fingerprint != one)
	c, err = s.Check(ctx, ana, "", "", document.SQL, "SELECT 1 AS one FROM ods.music.plays")
	require.NoError(t, err)
	require.Equal(t, document.CodeNoPipeline, c.Diagnostics[0].Code)

	e, err := s.Explain(ctx, ana, document.YAML, long)
	require.NoError(t, err)
	require.Contains(t, e.Text, "filter ms_played > 30000")
	require.Len(t, e.Plans, 1)

	text, diags, err := s.Format(document.SQL, "select  1 -- one\n")
	require.NoError(t, err)
	require.Empty(t, diags)
	require.Equal(t, "SELECT 1; -- one\n", text)
	text, _, err = s.Format(document.YAML, long)
	require.NoError(t, err)
	require.NotContains(t, text, "#")
	text, diags, err = s.Format(document.YAML, "a: [")
	require.NoError(t, err)
	require.Empty(t, text)
	require.True(t, diags.HasErrors())
}

func TestBackwards(t *testing.T) {
	_, s := setUp(t)
	text := strings.NewReplacer("ods.music.plays", "cdm.music.long_plays", "ms_played > 30000", "seconds > 3", "component: console",
		"component: clickhouse, params: {connection: olap, table: ods.music.likes, create: if_missing, order_by: [user_id]}").Replace(long)
	c, err := s.Check(as(t, "Ana"), ana, "", "", document.YAML, text)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(c.Diagnostics, func(d diag.Diagnostic) bool { return d.Code == lineage.CodeBackwards && d.Severity == diag.Warning }), "%v", c.Diagnostics)
}

func FuzzRename(f *testing.F) {
	f.Add(long, "a.b.c")
	f.Add("name: 'x.y.z'\r\nkind: view", "a.b.c")
	f.Add(`{"name": "x.y.z", "format": 1}`, "a.云.c")
	f.Fuzz(func(t *testing.T, text, name string) {
		_, s := setUp(t)
		ctx := as(t, "Ana")
		d, err := s.Create(ctx, ana, document.Draft{Name: "cdm.music.x", Format: document.YAML, Text: text})
		if err != nil {
			return
		}
		renamed, err := s.Rename(ctx, ana, d.ID, d.Revision, name)
		if err != nil {
			return
		}
		require.Equal(t, name, renamed.Name)
		if renamed.Draft != text {
			require.Contains(t, fmt.Sprint(renamed.Draft), name)
		}
	})
}
