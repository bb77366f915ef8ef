package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"millrace/assets/audit"
	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/server/secret"
)

// sealed is a keyring as the hub knows it.
type sealed struct{ ring *secret.Keyring }

func (s sealed) Seal(object, field, plain string) string {
	return s.ring.Seal(secret.Place{Object: object, Field: field}, []byte(plain))
}

func (s sealed) Open(object, field, text string) (string, error) {
	plain, err := s.ring.Open(secret.Place{Object: object, Field: field}, text)
	return string(plain), err
}

func newHub(t *testing.T, s *Store, ring *secret.Keyring) *catalog.Hub {
	t.Helper()
	registry, err := all.Registry()
	require.NoError(t, err)
	h, err := catalog.NewHub(t.Context(), catalog.Deps{Store: s.Hub(), Registry: registry, Sealer: sealed{ring}})
	require.NoError(t, err)
	return h
}

func newRing(t *testing.T) *secret.Keyring {
	t.Helper()
	ring, err := secret.New([]byte(strings.Repeat("k", secret.KeyBytes)))
	require.NoError(t, err)
	return ring
}

func asUser(t *testing.T, id string) context.Context {
	return audit.With(t.Context(), audit.Actor{Subject: "user:" + id, Name: id})
}

func kafkaInput(name, params string) catalog.ConnectionInput {
	return catalog.ConnectionInput{Name: name, Component: "kafka", Team: "t1", Params: json.RawMessage(params)}
}

func tableInput(name string) catalog.TableInput {
	return catalog.TableInput{Name: name, Team: "t1", Layer: "ODS",
		Columns: json.RawMessage(`[{"name":"user_id","type":"int64","nullable":false},{"name":"ts","type":"timestamp(3)"}]`), EventTime: json.RawMessage(`"ts"`)}
}

func requireKind(t *testing.T, err, kind error, code diag.Code) {
	t.Helper()
	require.ErrorIs(t, err, kind)
	var failure *diag.Failure
	require.ErrorAs(t, err, &failure)
	require.Equal(t, code, failure.Code)
}

// wrong returns the paths and codes of what is wrong with an input.
func wrong(t *testing.T, err error) string {
	t.Helper()
	require.ErrorIs(t, err, diag.ErrInvalid)
	var list diag.List
	require.ErrorAs(t, err, &list)
	var out []string
	for _, d := range list {
		if d.Severity == diag.Error {
			out = append(out, d.Path+" "+string(d.Code))
		}
	}
	return strings.Join(out, ", ")
}

func TestHubConnections(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		h, other := newHub(t, s, newRing(t)), newHub(t, open(), newRing(t))
		ctx := asUser(t, "ann")
		const with = `{"brokers":["b1:9092"],"sasl":"plain","username":"u","password":%s}`
		c, err := h.CreateConnection(ctx, kafkaInput("events", fmt.Sprintf(with, `"hush-hush"`)))
		require.NoError(t, err)
		require.Equal(t, int64(1), c.Revision)
		require.NotContains(t, string(c.Params), "hush")

		snap, err := h.Snapshot(ctx)
		require.NoError(t, err)
		got, err := snap.Open("events")
		require.NoError(t, err)
		require.Equal(t, "hush-hush", got.Params.String("password"))
		planned, ok := snap.Connection("events")
		require.True(t, ok)
		require.NotContains(t, fmt.Sprintf("%+v %#v", planned, planned), "hush")

		entry, ok := snap.ConnectionEntry("events")
		require.True(t, ok)
		shown, err := h.Shown(entry)
		require.NoError(t, err)
		text, err := json.Marshal(shown)
		require.NoError(t, err)
		require.Contains(t, string(text), `"password":{"secret":"set"}`)
		require.NotContains(t, string(text), "hush")
		require.NotContains(t, string(text), "sealed")

		// What is shown can be sent back: the secret stays.
		c, err = h.UpdateConnection(ctx, c.ID, 1, catalog.ConnectionInput{Team: "t1", Description: "the bus", Params: shown.Params})
		require.NoError(t, err)
		require.Equal(t, int64(2), c.Revision)
		got, err = mustSnapshot(t, h).Open("events")
		require.NoError(t, err)
		require.Equal(t, "hush-hush", got.Params.String("password"))

		// Not to somebody else, though.
		_, err = h.UpdateConnection(ctx, c.ID, 2, kafkaInput("", `{"brokers":["evil:9092"],"sasl":"plain","username":"u","password":{"secret":"set"}}`))
		require.Equal(t, "params.password catalog.secret_moves", wrong(t, err))
		_, err = h.UpdateConnection(ctx, c.ID, 2, kafkaInput("", fmt.Sprintf(with, `{"env":"MILLRACE_SECRET_KEY"}`)))
		require.Equal(t, "params.password catalog.secret", wrong(t, err))
		_, err = h.UpdateConnection(ctx, c.ID, 2, kafkaInput("", fmt.Sprintf(with, `{"sealed":"v1.x"}`)))
		require.Equal(t, "params.password catalog.secret", wrong(t, err))
		_, err = h.CreateConnection(ctx, kafkaInput("fresh", fmt.Sprintf(with, `{"secret":"set"}`)))
		require.Equal(t, "params.password catalog.secret", wrong(t, err))

		_, err = h.UpdateConnection(ctx, c.ID, 1, catalog.ConnectionInput{Team: "t1", Params: shown.Params})
		requireKind(t, err, diag.ErrStale, catalog.CodeStale)
		_, err = h.UpdateConnection(ctx, c.ID, 2, catalog.ConnectionInput{Name: "other", Component: "file", Team: "t1", Params: shown.Params})
		require.Equal(t, "name catalog.fixed, component catalog.fixed", wrong(t, err))
		_, err = h.CreateConnection(ctx, kafkaInput("events", `{"brokers":["b"]}`))
		requireKind(t, err, diag.ErrConflict, catalog.CodeTaken)
		_, err = h.CreateConnection(ctx, catalog.ConnectionInput{Name: "1 2", Component: "kafka", Params: json.RawMessage(`{"brokers":[],"nothing":1,"timeout":"1 parsec"}`)})
		require.Equal(t, "name catalog.name, team catalog.word, params.nothing param.unknown, params.brokers param.out_of_range, params.timeout param.bad_value", wrong(t, err))

		// Another server sees it, and takes up what changes.
		require.Eventually(t, func() bool { _, ok := mustSnapshot(t, other).ConnectionEntry("events"); return ok }, time.Second, 10*time.Millisecond)
		require.NoError(t, h.DeleteConnection(ctx, c.ID, 2, false))
		require.Eventually(t, func() bool { _, ok := mustSnapshot(t, other).ConnectionEntry("events"); return !ok }, time.Second, 10*time.Millisecond)
		_, err = mustSnapshot(t, h).Open("events")
		require.Error(t, err)
		requireKind(t, h.DeleteConnection(ctx, c.ID, 2, false), diag.ErrNotFound, catalog.CodeNotFound)
		var params string
		require.NoError(t, s.read.Raw("SELECT params FROM connections WHERE id = ?", c.ID).Scan(&params).Error)
		require.Equal(t, "{}", params, "the secret is gone with the connection")

		again, err := h.CreateConnection(ctx, kafkaInput("events", `{"brokers":["b"]}`))
		require.NoError(t, err)
		require.NotEqual(t, c.ID, again.ID)
	})
}

func mustSnapshot(t *testing.T, h *catalog.Hub) *catalog.Snapshot {
	t.Helper()
	s, err := h.Snapshot(t.Context())
	require.NoError(t, err)
	return s
}

func TestHubRotatesKeys(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		h := newHub(t, s, newRing(t))
		_, err := h.CreateConnection(asUser(t, "ann"), kafkaInput("events", `{"brokers":["b1"],"sasl":"plain","username":"u","password":"hush-hush"}`))
		require.NoError(t, err)
		both, err := secret.New([]byte(strings.Repeat("n", secret.KeyBytes)), []byte(strings.Repeat("k", secret.KeyBytes)))
		require.NoError(t, err)
		h = newHub(t, s, both)
		again := func(object, field, text string) (string, error) {
			return both.Again(secret.Place{Object: object, Field: field}, text)
		}
		n, err := h.Reseal(t.Context(), again)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		n, err = h.Reseal(t.Context(), again)
		require.NoError(t, err)
		require.Zero(t, n)
		newest, err := secret.New([]byte(strings.Repeat("n", secret.KeyBytes)))
		require.NoError(t, err)
		c, err := mustSnapshot(t, newHub(t, s, newest)).Open("events")
		require.NoError(t, err)
		require.Equal(t, "hush-hush", c.Params.String("password"))
	})
}

// everybody may discover all but what is hidden.
type everybody struct{ hidden map[string]bool }

func (e everybody) May(_ grants.Principal, _ grants.Action, o grants.Object) bool {
	return !e.hidden[o.Table]
}

func (e everybody) Allowed(p grants.Principal, a grants.Action, objects []grants.Object) []bool {
	out := make([]bool, len(objects))
	for i, o := range objects {
		out[i] = e.May(p, a, o)
	}
	return out
}

// uses is what uses tables.
type uses map[string][]catalog.User

func (u uses) Users(_ context.Context, table string, _ bool) ([]catalog.User, error) {
	return u[table], nil
}

func TestHubTables(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		h := newHub(t, s, newRing(t))
		ctx := asUser(t, "ann")
		_, err := h.CreateConnection(ctx, kafkaInput("events", `{"brokers":["b1:9092"]}`))
		require.NoError(t, err)
		foreign := kafkaInput("theirs", `{"brokers":["b2:9092"]}`)
		foreign.Team = "t2"
		_, err = h.CreateConnection(ctx, foreign)
		require.NoError(t, err)

		in := tableInput("ods.music.plays")
		in.Layer, in.Tags, in.Domain = "DWD", []string{"hot"}, "music"
		in.Source = json.RawMessage(`{"component":"kafka","params":{"connection":"events","topic":"plays"}}`)
		e, err := h.CreateTable(ctx, in, catalog.Declared)
		require.NoError(t, err)
		require.Equal(t, "CDM", e.Layer)
		require.Equal(t, []string{"dwd", "hot"}, e.Tags)
		require.Equal(t, "plays", e.Physical)
		require.Equal(t, []string{"events"}, e.Connections)

		snap := mustSnapshot(t, h)
		table, ok := snap.Table("ods.music.plays")
		require.True(t, ok)
		require.Equal(t, "ts", table.Schema.EventTime.Column)
		require.Equal(t, "json", table.Source.Params.String("format"))
		object, ok := snap.Resolve("ods.music.plays")
		require.True(t, ok)
		require.Equal(t, grants.Object{Catalog: "ods", DB: "music", Table: e.ID}, object)
		shown, err := h.ShownTable(e)
		require.NoError(t, err)
		require.Len(t, shown.Columns, 2)
		require.JSONEq(t, `{"component":"kafka","params":{"connection":"events","format":"json","on_lost_offsets":"fail","start_from":"earliest","tombstones":"reject","topic":"plays"}}`, string(shown.Source))

		// Its team may manage it from the first moment, in the same transaction.
		policies, err := s.Grants().Policies(t.Context(), grants.PolicyFilter{Scopes: []grants.Scope{grants.TableScope(e.ID)}})
		require.NoError(t, err)
		require.Len(t, policies, 1)
		require.Equal(t, grants.TeamSubject("t1"), policies[0].Subject)

		for text, want := range map[string]string{
			`{"component":"kafka","params":{"connection":"theirs","topic":"x"}}`:   "source.params.connection catalog.unknown_connection",
			`{"component":"kafka","params":{"connection":"nobody","topic":"x"}}`:   "source.params.connection catalog.unknown_connection",
			`{"component":"kafka","params":{"connection":"events","topic":"a b"}}`: "source.params.topic kafka.bad_params",
			`{"component":"kafka","params":{"connection":"events"}}`:               "source.params.topic param.missing",
			`{"component":"kaffka"}`: "source.component catalog.unknown_component",
			`{"component":"file","params":{"path":"/etc/passwd","format":"raw"}}`:                     "source.params.connection file.connection",
			`{"component":"kafka","params":{"connection":"events","topic":"x","changelog":"upsert"}}`: "source.params.changelog kafka.key_missing",
		} {
			bad := tableInput("ods.music.bad")
			bad.Source = json.RawMessage(text)
			_, err := h.CreateTable(ctx, bad, catalog.Declared)
			require.Equal(t, want, wrong(t, err), text)
		}
		bad := tableInput("ods.music")
		bad.Columns, bad.Kind, bad.Team = json.RawMessage(`[{"name":"a","type":"int65"},{"name":"b"}]`), "changelog", ""
		_, err = h.CreateTable(ctx, bad, catalog.Declared)
		require.Equal(t, "columns[0].type param.bad_value, columns[1].type param.missing, name catalog.name, team catalog.word", sortedWrong(t, err))
		for _, name := range []string{"a.b", "a.b.c.d", "a..c", "a.b.c d", "a.b.c;", "a.b.`c`", "../../x", "a.b." + strings.Repeat("x", 90), "a.b.\x00"} {
			_, err := h.CreateTable(ctx, tableInput(name), catalog.Declared)
			require.Equal(t, "name catalog.name", wrong(t, err), name)
		}
		_, err = h.CreateTable(ctx, tableInput("数仓.音乐.播放"), catalog.Declared)
		require.NoError(t, err)

		_, err = h.CreateTable(ctx, tableInput("ods.music.plays"), catalog.Declared)
		requireKind(t, err, diag.ErrConflict, catalog.CodeTaken)

		// What another team's table reads cannot be declared anew, also not by another connection to the same cluster.
		for _, connection := range []string{"theirs", "same"} {
			theirs := kafkaInput("same", `{"brokers":["b0:1","b1:9092"]}`)
			theirs.Team = "t2"
			_, err = h.CreateConnection(ctx, theirs)
			require.True(t, err == nil || errors.Is(err, diag.ErrConflict))
			again := tableInput("ods.theirs." + connection)
			again.Team = "t2"
			again.Source = json.RawMessage(fmt.Sprintf(`{"component":"kafka","params":{"connection":%q,"topic":"plays"}}`, connection))
			_, err = h.CreateTable(ctx, again, catalog.Declared)
			if connection == "theirs" {
				require.NoError(t, err, "another cluster")
				continue
			}
			requireKind(t, err, diag.ErrConflict, catalog.CodeForeign)
			require.NotContains(t, err.Error(), "ods.music")
		}

		// To another team.
		in.Team, in.Source = "t2", nil
		moved, err := h.UpdateTable(ctx, e.ID, 1, in)
		require.NoError(t, err)
		require.Equal(t, int64(2), moved.Revision)
		policies, err = s.Grants().Policies(t.Context(), grants.PolicyFilter{Scopes: []grants.Scope{grants.TableScope(e.ID)}})
		require.NoError(t, err)
		require.Len(t, policies, 1)
		require.Equal(t, grants.TeamSubject("t2"), policies[0].Subject)
		_, err = h.UpdateTable(ctx, e.ID, 1, in)
		requireKind(t, err, diag.ErrStale, catalog.CodeStale)

		// A name that is made anew is another table, to whom nothing was granted.
		h.Users = uses{e.ID: {{Kind: "model", Name: "cdm.music.long_plays"}}}
		requireKind(t, h.DeleteTable(ctx, e.ID, 2, false), diag.ErrConflict, catalog.CodeInUse)
		require.NoError(t, h.DeleteTable(ctx, e.ID, 2, true))
		policies, err = s.Grants().Policies(t.Context(), grants.PolicyFilter{Scopes: []grants.Scope{grants.TableScope(e.ID)}})
		require.NoError(t, err)
		require.Empty(t, policies)
		again, err := h.CreateTable(ctx, tableInput("ods.music.plays"), catalog.Declared)
		require.NoError(t, err)
		require.NotEqual(t, e.ID, again.ID)

		var lines []string
		require.NoError(t, s.read.Raw("SELECT action FROM audit WHERE object = ? ORDER BY id", "table:"+e.ID).Scan(&lines).Error)
		require.Equal(t, []string{"table.create", "table.update", "table.delete"}, lines)
	})
}

func sortedWrong(t *testing.T, err error) string {
	t.Helper()
	parts := strings.Split(wrong(t, err), ", ")
	// By path: the list is sorted by place, and JSON has none.
	for i := range parts {
		for j := range parts {
			if parts[i] < parts[j] {
				parts[i], parts[j] = parts[j], parts[i]
			}
		}
	}
	return strings.Join(parts, ", ")
}

func TestHubOneOfManyWins(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		hubs := []*catalog.Hub{newHub(t, open(), newRing(t)), newHub(t, open(), newRing(t))}
		ctx := asUser(t, "ann")
		var wg sync.WaitGroup
		made, errs := make([]*catalog.TableEntry, 8), make([]error, 8)
		for i := range made {
			wg.Go(func() { made[i], errs[i] = hubs[i%2].CreateTable(ctx, tableInput("ods.a.b"), catalog.Declared) })
		}
		wg.Wait()
		won := -1
		for i, err := range errs {
			if err == nil {
				require.Equal(t, -1, won, "one makes it")
				won = i
				continue
			}
			require.ErrorIs(t, err, diag.ErrConflict)
		}
		require.GreaterOrEqual(t, won, 0)
		e := made[won]
		for i := range errs {
			wg.Go(func() {
				in := tableInput("")
				in.Description = fmt.Sprint(i)
				_, errs[i] = hubs[i%2].UpdateTable(ctx, e.ID, 1, in)
			})
		}
		wg.Wait()
		won = -1
		for i, err := range errs {
			if err == nil {
				require.Equal(t, -1, won, "one of revision 1")
				won = i
				continue
			}
			require.ErrorIs(t, err, diag.ErrStale)
		}
		for _, h := range hubs {
			require.Eventually(t, func() bool {
				got, ok := mustSnapshot(t, h).ByID(e.ID)
				return ok && got.Description == fmt.Sprint(won) && got.Revision == 2
			}, time.Second, 10*time.Millisecond)
		}
	})
}

func TestHubKeepsWhatItCannotWriteWhole(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		h := newHub(t, s, newRing(t))
		ctx := asUser(t, "ann")
		e, err := h.CreateTable(ctx, tableInput("ods.a.b"), catalog.Declared)
		require.NoError(t, err)
		before, err := s.Hub().Version(ctx)
		require.NoError(t, err)
		err = s.Hub().Apply(ctx, &catalog.Edit{Op: catalog.Create, Table: &catalog.TableEntry{ID: "x", Name: "ods.a.c", Declaration: json.RawMessage("{}")}},
			&catalog.Edit{Op: catalog.Update, Table: e, Revision: 7})
		require.ErrorIs(t, err, diag.ErrStale)
		after, err := s.Hub().Version(ctx)
		require.NoError(t, err)
		require.Equal(t, before, after)
		_, ok := mustSnapshot(t, h).Entry("ods.a.c")
		require.False(t, ok)
	})
}

func TestHubEnsures(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		h := newHub(t, open(), newRing(t))
		ctx := asUser(t, "ann")
		out := catalog.Ensured{Name: "cdm.music.long", Team: "t1", Kind: component.TableStream, Layer: "CDM", Origin: catalog.Model,
			Schema: &schema.Schema{Fields: []schema.Field{{Name: "a", Type: schema.Of(schema.Int64)}}}}
		e, err := h.EnsureTable(ctx, out)
		require.NoError(t, err)
		same, err := h.EnsureTable(ctx, out)
		require.NoError(t, err)
		require.Equal(t, e.Revision, same.Revision, "nothing has changed")

		described := catalog.TableInput{Team: "t1", Kind: "stream", Layer: "CDM", Description: "long plays", Columns: json.RawMessage(`[{"name":"a","type":"int64","description":"who"}]`)}
		described.Columns = json.RawMessage(`[{"name":"a","type":"int64","nullable":false,"description":"who"}]`)
		_, err = h.UpdateTable(ctx, e.ID, 1, described)
		require.NoError(t, err)
		described.Columns = json.RawMessage(`[{"name":"b","type":"int64"}]`)
		_, err = h.UpdateTable(ctx, e.ID, 2, described)
		require.Equal(t, "columns catalog.fixed", wrong(t, err))

		out.Schema = &schema.Schema{Fields: []schema.Field{{Name: "a", Type: schema.Of(schema.Int64)}, {Name: "b", Type: schema.Of(schema.String), Nullable: true}}}
		e, err = h.EnsureTable(ctx, out)
		require.NoError(t, err)
		require.Equal(t, "long plays", e.Description)
		shown, err := h.ShownTable(e)
		require.NoError(t, err)
		require.Equal(t, "who", shown.Columns[0].Description)
		out.Team = "t2"
		_, err = h.EnsureTable(ctx, out)
		requireKind(t, err, diag.ErrConflict, catalog.CodeTaken)
	})
}

func TestHubImports(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		h := newHub(t, open(), newRing(t))
		const text = `format: 1
connections:
  events: {component: kafka, params: {brokers: [b1], sasl: plain, username: u, password: {env: PW}}}
tables:
  ods.music.plays:
    columns: [{name: a, type: int64, description: one}]
    source: {component: kafka, params: {connection: events, topic: plays}}
`
		load := func(text string, env map[string]string) *catalog.File {
			f, diags := catalog.Parse("c.yaml", []byte(text), h.Registry)
			require.Empty(t, diags)
			return f.WithEnv(func(k string) (string, bool) { v, ok := env[k]; return v, ok })
		}
		_, err := h.Import(t.Context(), load(text, nil), "t1")
		require.Equal(t, "connections.events catalog.secret", wrong(t, err))
		diags, err := h.Import(t.Context(), load(text, map[string]string{"PW": "hush-hush"}), "t1")
		require.NoError(t, err)
		require.Empty(t, diags)
		c, err := mustSnapshot(t, h).Open("events")
		require.NoError(t, err)
		require.Equal(t, "hush-hush", c.Params.String("password"))
		version := mustSnapshot(t, h).Version()
		_, err = h.Import(t.Context(), load(text, map[string]string{"PW": "hush-hush"}), "t1")
		require.NoError(t, err)
		require.Equal(t, version, mustSnapshot(t, h).Version(), "the same file changes nothing")
		_, err = h.Import(t.Context(), load(text, map[string]string{"PW": "another"}), "t1")
		require.NoError(t, err)
		c, err = mustSnapshot(t, h).Open("events")
		require.NoError(t, err)
		require.Equal(t, "another", c.Params.String("password"))
		diags, err = h.Import(t.Context(), load(text, map[string]string{"PW": "another"}), "t2")
		require.True(t, err == nil || errors.Is(err, diag.ErrInvalid), "%v", err)
		require.NotEmpty(t, diags)
	})
}

func TestHubBuiltin(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		h := newHub(t, open(), newRing(t))
		at := func(port string) *component.Connection {
			p, err := component.ParamsOf(mustSpec(t, h, "kafka").Fields, map[string]any{"brokers": []any{"127.0.0.1:" + port}})
			require.NoError(t, err)
			return &component.Connection{Name: "broker", Component: "kafka", Params: p}
		}
		require.NoError(t, h.EnsureBuiltin(t.Context(), at("1"), "the embedded broker"))
		version := mustSnapshot(t, h).Version()
		require.NoError(t, h.EnsureBuiltin(t.Context(), at("1"), "the embedded broker"))
		require.Equal(t, version, mustSnapshot(t, h).Version())
		require.NoError(t, h.EnsureBuiltin(t.Context(), at("2"), "the embedded broker"))
		c, err := mustSnapshot(t, h).Open("broker")
		require.NoError(t, err)
		require.Equal(t, []string{"127.0.0.1:2"}, c.Params.Strings("brokers"))
		require.True(t, mustSnapshot(t, h).MayUse("broker", "anybody"))
		e, _ := mustSnapshot(t, h).ConnectionEntry("broker")
		_, err = h.UpdateConnection(asUser(t, "ann"), e.ID, 0, kafkaInput("", `{"brokers":["evil"]}`))
		requireKind(t, err, diag.ErrConflict, catalog.CodeBuiltin)
	})
}

func mustSpec(t *testing.T, h *catalog.Hub, name string) *component.Spec {
	t.Helper()
	spec, ok := h.Registry.Get(component.KindConnection, name)
	require.True(t, ok)
	return spec
}

func TestHubList(t *testing.T) {
	s := openNew(t)
	h := newHub(t, s, newRing(t))
	ctx := asUser(t, "ann")
	var edits []*catalog.Edit
	hidden := everybody{map[string]bool{}}
	for i := range 2_000 {
		id := fmt.Sprintf("id%05d", i)
		hidden.hidden[id] = i%3 == 0
		edits = append(edits, &catalog.Edit{Op: catalog.Create, Table: &catalog.TableEntry{ID: id, Name: fmt.Sprintf("ods.db%02d.t%05d", i%20, i), Kind: component.TableStream,
			Domain: fmt.Sprint("d", i%5), Declaration: json.RawMessage(`{"columns":[{"name":"a","type":"int64","nullable":true}]}`)}})
	}
	require.NoError(t, s.Hub().Apply(ctx, edits...))
	snap := mustSnapshot(t, h)
	begun := time.Now()
	var names []string
	for after, more := "", true; more; {
		var page []*catalog.TableEntry
		page, more = snap.List(hidden, grants.Principal{}, catalog.Filter{}, after, 1000)
		for _, e := range page {
			names = append(names, e.Name)
		}
		after = names[len(names)-1]
	}
	t.Logf("2,000 tables in pages of 1,000: %s", time.Since(begun))
	require.Len(t, names, 2_000-667)
	require.IsIncreasing(t, names)
	page, more := snap.List(hidden, grants.Principal{}, catalog.Filter{DB: "db07", Domain: "d2", Text: "T0"}, "", 10)
	require.Len(t, page, 10)
	require.True(t, more)
	domains, _ := snap.Words(hidden, grants.Principal{})
	require.Len(t, domains, 5)

	// One more of them is one row read.
	begun = time.Now()
	_, err := h.CreateTable(ctx, tableInput("ods.zz.last"), catalog.Declared)
	require.NoError(t, err)
	_, ok := mustSnapshot(t, h).Entry("ods.zz.last")
	require.True(t, ok)
	t.Logf("one more, and the next snapshot: %s", time.Since(begun))
}

func TestHubDrifts(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		gone := catalog.DriftEntry{Table: "t", At: time.Now(), Severity: catalog.Breaking, Changes: []catalog.Drift{{Kind: catalog.DriftGone, Severity: catalog.Breaking, Message: "gone"}}}
		for i, want := range []bool{true, false} {
			changed, err := s.Hub().Drifted(t.Context(), gone)
			require.NoError(t, err)
			require.Equal(t, want, changed, i)
		}
		all, err := s.Hub().Drifts(t.Context())
		require.NoError(t, err)
		require.Equal(t, catalog.Breaking, all["t"].Severity)
		gone.Severity, gone.Changes = catalog.Unchanged, nil
		changed, err := s.Hub().Drifted(t.Context(), gone)
		require.NoError(t, err)
		require.True(t, changed)
		all, err = s.Hub().Drifts(t.Context())
		require.NoError(t, err)
		require.Empty(t, all)
		var n int64
		require.NoError(t, s.read.Session(&gorm.Session{}).Model(&AuditRow{}).Where("object = ?", "table:t").Count(&n).Error)
		require.Equal(t, int64(2), n)
	})
}
