package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/server/auth"
	"millrace/server/httpapi"
)

// missing is an id that nothing has.
const missing = "00000000000000000000000000000000"

// world is two teams and everybody who could ask.
type world struct {
	*server
	alpha, beta *team
	// ann owns alpha, bea owns beta, asker is in no team and has asked for things.
	ann, bea, asker *client
	everybody       []*client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := newServer(t)
	w := &world{server: s}
	w.ann, w.bea = s.account("ann", auth.Analyst), s.account("bea", auth.Analyst)
	w.alpha, w.beta = s.team("alpha", w.ann), s.team("beta", w.bea)
	viewer, operator, admin := s.account("vic", auth.Viewer), s.account("olga", auth.Operator), s.account("adam", auth.Admin)
	s.admin.do(http.MethodPut, "/teams/"+w.alpha.id+"/members/"+viewer.user, map[string]any{}, nil)
	looking, _ := w.ann.newToken("a token of ann's for looking", auth.View)
	// ash's password is reset in the walk, which tokens outlive.
	ash := s.account("ash", auth.Viewer)
	s.admin.do(http.MethodPut, "/users/"+ash.user, accountOf(auth.Analyst, false), nil, header("If-Match", s.etag("/users/"+ash.user)))
	ash = s.logIn("ash", "ash", everybodysPassword)
	w.asker, _ = ash.newToken("ash's token", auth.View, auth.Edit)

	revoked, id := w.ann.newToken("a token that was revoked", auth.View, auth.Edit)
	w.ann.do(http.MethodDelete, "/tokens/"+id, nil, nil)
	revoked.dead = true
	gone := s.account("gus", auth.Admin)
	goneToken, _ := gone.newToken("a token of a disabled account", auth.Scopes()...)
	goneToken.dead = true
	s.admin.do(http.MethodPut, "/users/"+gone.user, accountOf(auth.Admin, true), nil, header("If-Match", s.etag("/users/"+gone.user)))
	gone.name, gone.user, gone.role = "a session of a disabled account", "", ""
	expired, id := w.ann.newToken("an expired token", auth.View, auth.Edit)
	s.expire(id)
	expired.dead = true

	w.everybody = []*client{s.nobody(), viewer, w.ann, w.bea, operator, admin, looking, revoked, goneToken, gone, expired}
	return w
}

// accountOf is what is set of an account.
func accountOf(role auth.Role, disabled bool) map[string]any {
	return map[string]any{"display_name": "", "email": "", "role": role, "disabled": disabled}
}

// etag reads the revision of something.
func (s *server) etag(path string) string {
	s.t.Helper()
	return s.admin.do(http.MethodGet, path, nil, nil)
}

// has reports whether the client has a capability at all, and can whether it has it for what belongs to a team: the rules as DESIGN states them,
// written a second time.
func (c *client) has(need auth.Capability) bool {
	if c.user == "" || c.scopes != nil && !slices.Contains(c.scopes, need) {
		return false
	}
	return slices.Contains(map[auth.Role][]auth.Capability{
		auth.Viewer: {auth.View}, auth.Analyst: {auth.View, auth.Edit, auth.Operate}, auth.Operator: {auth.View, auth.Operate}, auth.Admin: auth.Scopes(),
	}[c.role], need)
}

func (w *world) can(c *client, need auth.Capability, of httpapi.Kind, t *team) bool {
	member := t == w.alpha && (c.user == w.ann.user || c.name == "vic") || t == w.beta && c.user == w.bea.user
	return c.has(need) && (member || c.role == auth.Admin || c.role == auth.Operator && of == httpapi.KindPipeline)
}

// verdict is what an answer has to be.
type verdict string

const (
	allowed  verdict = "allowed"
	unsigned verdict = "401"
	forbid   verdict = "403"
	unknown  verdict = "404"
	// refused is either of the last two: handlers that decide themselves may say what is less.
	refused verdict = "403 or 404"
)

// expected computes what a route must answer about an object of alpha's.
func (w *world) expected(r httpapi.Route, c *client) verdict {
	a := r.Access
	switch {
	case c.dead:
		return unsigned
	case a.Public:
		return allowed
	case c.user == "":
		return unsigned
	case !c.has(a.Need):
		return forbid
	}
	if a.On == httpapi.KindTable {
		// The owning team and administrators manage a table, nobody else was granted anything.
		if c.user == w.ann.user || c.name == "vic" || c.role == auth.Admin {
			return allowed
		}
		return unknown
	}
	if a.On != "" {
		switch {
		case w.can(c, a.Need, a.On, w.alpha):
			// Records are shown to who may read what the pipeline reads, which operators were not granted.
			if (r.ID == "get_reject" || r.ID == "replay_rejects" || r.ID == "try_rejects") && c.role == auth.Operator {
				return ""
			}
			// The members of a team are its owners' to change.
			if (r.ID == "set_member" || r.ID == "remove_member") && c.role != auth.Admin && (c.user != w.ann.user || !c.has(auth.Edit)) {
				return forbid
			}
			return allowed
		case w.can(c, auth.View, a.On, w.alpha):
			return forbid
		default:
			return unknown
		}
	}
	return w.handled(r, c)
}

// handled is expected for the routes whose handlers know whose an object is.
func (w *world) handled(r httpapi.Route, c *client) verdict {
	anns, admin := c.user == w.ann.user, c.role == auth.Admin && c.scopes == nil
	switch {
	case strings.Contains(r.Path, "{connection}"):
		switch {
		case w.can(c, r.Access.Need, httpapi.KindConnection, w.alpha):
			return allowed
		case w.can(c, auth.View, httpapi.KindConnection, w.alpha):
			return forbid
		}
		return unknown
	case strings.Contains(r.Path, "{user}"): // of administrators' routes
		return allowed
	case strings.Contains(r.Path, "{session}"), strings.Contains(r.Path, "{upload}"), strings.Contains(r.Path, "{token}"):
		if anns {
			return allowed
		}
		return unknown
	case strings.Contains(r.Path, "{policy}"), strings.Contains(r.Path, "{request}"):
		switch {
		case r.ID == "withdraw_request": // whoever has asked withdraws
			return refused
		case (anns || admin) && (c.scopes == nil || r.Access.Need == auth.View && r.Method == http.MethodGet):
			return allowed
		case anns, c.name == "vic": // a member of the team that manages the table, but not one that may do everything
			return ""
		}
		return refused
	case strings.Contains(r.Path, "{query}"):
		return unknown // none runs
	}
	return allowed
}

var parameter = regexp.MustCompile(`\{([^}]+)\}`)

// fill gives a path's parameters: ids of alpha's things, each made anew where the route may end it.
func (w *world) fill(r httpapi.Route) (path, without string) {
	w.t.Helper()
	values := map[string]func() string{
		"team": func() string { return w.alpha.id }, "connection": func() string { return w.alpha.connection }, "table": func() string { return w.alpha.table },
		"document": func() string { return w.alpha.document }, "pipeline": func() string { return w.alpha.pipeline }, "number": func() string { return "1" },
		"reject": func() string { return "1" },
		"user":   func() string { return w.asker.user },
		"token": func() string {
			if strings.HasPrefix(r.Path, "/users/") {
				_, id := w.asker.newToken("one more", auth.View)
				return id
			}
			_, id := w.ann.newToken("one more", auth.View)
			return id
		},
		"session": func() string {
			c := w.logIn("ann again", "ann", everybodysPassword)
			var me httpapi.Me
			c.do(http.MethodGet, "/auth/me", nil, &me)
			return me.Session
		},
		"upload":  w.upload,
		"policy":  func() string { return w.policy() },
		"request": func() string { return w.request() },
		"query":   func() string { return missing },
	}
	fillWith := func(value func(name string) string) string {
		return parameter.ReplaceAllStringFunc(r.Path, func(p string) string { return value(strings.Trim(p, "{}")) })
	}
	path = fillWith(func(name string) string {
		value, ok := values[name]
		require.True(w.t, ok, "%s %s has the parameter %s, which this test does not know: tell it what it names, and who may know of it", r.Method, r.Path, name)
		return value()
	})
	without = fillWith(func(name string) string {
		if name == "number" || name == "reject" {
			return "1"
		}
		return missing
	})
	return path, without
}

func (w *world) upload() string {
	w.t.Helper()
	var made ident
	w.ann.do(http.MethodPost, "/uploads?name=rows.csv", "a,b\n1,2\n", &made, header("Content-Type", "text/csv"))
	return made.ID
}

// fresh makes a table of alpha's.
func (w *world) fresh() string {
	w.t.Helper()
	return w.ann.make("/tables", queued(fmt.Sprintf("ods.alpha.t%d", w.next()), w.alpha.id))
}

func (w *world) policy() string {
	w.t.Helper()
	return w.ann.make("/policies", map[string]any{"subject": "user:" + w.asker.user, "action": "read", "scope": "table:" + w.fresh()})
}

func (w *world) request() string {
	w.t.Helper()
	table := w.fresh()
	w.ann.make("/policies", map[string]any{"subject": "user:" + w.asker.user, "action": "discover", "scope": "table:" + table})
	return w.asker.make("/access_requests", map[string]any{"action": "read", "scope": "table:" + table, "reason": "for a chart"})
}

// judge compares an answer with what it has to be.
func judge(t *testing.T, want verdict, got, lacking answer) {
	t.Helper()
	hidden := got.Status == http.StatusNotFound && got.same() == lacking.same()
	switch want {
	case allowed:
		require.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, got.Status, "%s", got.Body)
		require.False(t, hidden, "it is said not to be there: %s", got.Body)
	case unsigned:
		require.Equal(t, http.StatusUnauthorized, got.Status, "%s", got.Body)
		require.NotEmpty(t, got.Header.Get("WWW-Authenticate"))
	case forbid:
		require.Equal(t, http.StatusForbidden, got.Status, "%s", got.Body)
	case unknown:
		require.Equal(t, http.StatusNotFound, got.Status, "%s", got.Body)
		require.Equal(t, lacking.same(), got.same(), "it can be told from what is not there")
	case refused:
		require.Contains(t, []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}, got.Status, "%s", got.Body)
	}
	if got.Status >= http.StatusBadRequest {
		p := got.problem(t)
		require.Equal(t, got.Status, p.Status)
		require.Regexp(t, `^[a-z0-9_]+\.[a-z0-9_]+$`, p.Code, "%s", got.Body)
		require.NotEmpty(t, p.Detail)
		require.Equal(t, "application/problem+json", got.Header.Get("Content-Type"))
	}
}

// body is what a request needs for its handler to be asked. What was declared is decided before bodies are read.
func (w *world) body(r httpapi.Route) any {
	switch {
	case r.ID == "change_connection":
		return clickhouse("alpha_db", w.alpha.id, "127.0.0.1:1")
	case r.ID == "register_tables":
		return map[string]any{"items": []any{map[string]any{"physical": "nothing", "name": "ods.alpha.nothing", "team": w.alpha.id}}}
	case r.ID == "land_upload":
		return map[string]any{"table": "ods.alpha.landed", "mode": "append", "max_bad": 0}
	case r.ID == "comment_request":
		return map[string]any{"text": "and?"}
	case r.Method == http.MethodPost, r.Method == http.MethodPut:
		return "{}"
	}
	return nil
}

// TestEveryRouteAsEverybody walks all routes as all principals.
func TestEveryRouteAsEverybody(t *testing.T) {
	w := newWorld(t)
	walked := 0
	for _, r := range w.routes {
		t.Run(r.ID, func(t *testing.T) {
			for _, c := range w.everybody {
				if r.ID == "log_out" && c.cookie != "" && c.user != "" {
					c = w.logIn(c.name, c.name, everybodysPassword) // it is over afterwards
				}
				path, without := w.fill(r)
				body := w.body(r)
				// A revision that nothing has: who may change it is told that it is stale, and nothing changes.
				stale := header("If-Match", `"999999"`)
				got := c.send(r.Method, path, body, stale)
				lacking := answer{}
				if strings.Contains(r.Path, "{") {
					lacking = c.send(r.Method, without, body, stale)
				}
				ok := t.Run(c.label(), func(t *testing.T) { judge(t, w.expected(r, c), got, lacking) })
				walked++
				if !ok {
					t.Logf("%s %s", r.Method, path)
				}
			}
		})
	}
	require.Equal(t, len(w.routes)*len(w.everybody), walked)
	t.Logf("%d routes as %d principals", len(w.routes), len(w.everybody))
}

func (c *client) label() string { return strings.ReplaceAll(c.name, " ", "_") }

// reading are the routes that a POST goes to although they change nothing.
func reading() []string {
	return []string{"validate_text", "explain_text", "format_text", "analyse_text", "convert_text", "try_expression", "try_connection", "infer_columns", "design_table", "try_design", "preview", "query",
		"upload", "discard_upload", "cancel_query", "check_connection", "check_drift", "try_rejects"}
}

// elsewhere are changes that take servers which answer, or pipelines that have run. The tests that have those look for their lines: those of
// hub and control.
func elsewhere() []string {
	return []string{"register_tables", "land_upload", "accept_drift", "replay_rejects"}
}

// TestEveryChangeIsAudited does everything that changes something, and finds its line. Which line is its own, the request's id says.
func TestEveryChangeIsAudited(t *testing.T) {
	w := newWorld(t)
	changes := w.changes()
	for _, r := range w.routes {
		if r.Method == http.MethodGet || slices.Contains(reading(), r.ID) || slices.Contains(elsewhere(), r.ID) {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			change, ok := changes[r.ID]
			require.True(t, ok, "%s %s changes something, and this test does not do it: say how, or add it to what only reads", r.Method, r.Path)
			c, path, body, options := change()
			id := fmt.Sprintf("walk-%d", w.next())
			a := c.send(r.Method, path, body, append(options, header(httpapi.RequestHeader, id))...)
			require.Less(t, a.Status, 300, "%s", a.Body)
			var log httpapi.Items[audit.Entry]
			w.admin.do(http.MethodGet, "/audit?limit=50", nil, &log)
			at := slices.IndexFunc(log.Items, func(e audit.Entry) bool { return e.Actor.Request == id })
			require.GreaterOrEqual(t, at, 0, "%s has written no line", r.ID)
			e := log.Items[at]
			require.NotEmpty(t, e.Action)
			require.NotEmpty(t, e.Object)
			if c.user != "" {
				require.Equal(t, "user:"+c.user, e.Actor.Subject)
			}
			require.Equal(t, "127.0.0.1", e.Actor.Remote)
		})
	}
	for id := range changes {
		require.True(t, slices.ContainsFunc(w.routes, func(r httpapi.Route) bool { return r.ID == id }), "there is no route %s", id)
	}
}

// change makes what a request needs and gives the request.
type change func() (c *client, path string, body any, options []option)

func (w *world) changes() map[string]change {
	match := func(path string) []option { return []option{header("If-Match", w.etag(path))} }
	plain := func(c *client, path string, body any) change {
		return func() (*client, string, any, []option) { return c, path, body, nil }
	}
	doc := func() string {
		name := fmt.Sprintf("cdm.alpha.m%d", w.next())
		return "/documents/" + w.ann.make("/documents", map[string]any{"name": name, "team": w.alpha.id, "text": model(name, w.alpha.tableName)})
	}
	pipeline := func() string {
		d := doc()
		w.ann.do(http.MethodPost, d+"/versions", map[string]any{}, nil, match(d)...)
		return "/pipelines/" + w.ann.deploy(strings.TrimPrefix(d, "/documents/"))
	}
	onDoc := func(suffix string, body any) change {
		return func() (*client, string, any, []option) {
			d := doc()
			if suffix == "/restore" {
				w.ann.do(http.MethodPost, d+"/versions", map[string]any{}, nil, match(d)...)
			}
			// One person's drafts of a while are one line, which making it has written: another saves.
			return w.admin, d + suffix, body, match(d)
		}
	}
	act := func(suffix string, body func(name string) any) change {
		return func() (*client, string, any, []option) {
			p := pipeline()
			var st struct{ Name string }
			w.ann.do(http.MethodGet, p, nil, &st)
			return w.ann, p + suffix, body(st.Name), nil
		}
	}
	none := func(string) any { return map[string]any{} }
	user := func() string {
		return "/users/" + w.admin.make("/users", map[string]any{"name": fmt.Sprintf("u%d", w.next()), "password": everybodysPassword, "role": "viewer"})
	}
	group := func() string {
		return "/teams/" + w.admin.make("/teams", map[string]any{"name": fmt.Sprintf("g%d", w.next())})
	}
	request := func(c func() *client, suffix string, body any) change {
		return func() (*client, string, any, []option) {
			return c(), "/access_requests/" + w.request() + suffix, body, nil
		}
	}
	ann, asker := func() *client { return w.ann }, func() *client { return w.asker }
	return map[string]change{
		"log_in": func() (*client, string, any, []option) {
			return w.nobody(), "/auth/login", map[string]any{"name": "bea", "password": everybodysPassword}, nil
		},
		"log_out": func() (*client, string, any, []option) {
			return w.logIn("bea", "bea", everybodysPassword), "/auth/logout", nil, nil
		},
		"change_password": func() (*client, string, any, []option) {
			w.account("pat", auth.Viewer)
			return w.logIn("pat", "pat", everybodysPassword), "/auth/me/password", map[string]any{"old": everybodysPassword, "new": "another long passphrase"}, nil
		},
		"end_session": func() (*client, string, any, []option) {
			path, _ := w.fill(httpapi.Route{Path: "/auth/sessions/{session}"})
			return w.ann, path, nil, nil
		},
		"create_token": plain(w.ann, "/tokens", map[string]any{"name": "x", "scopes": []string{"view"}}),
		"revoke_token": func() (*client, string, any, []option) {
			_, id := w.ann.newToken("short", auth.View)
			return w.ann, "/tokens/" + id, nil, nil
		},
		"create_user": plain(w.admin, "/users", map[string]any{"name": "ned", "role": "viewer", "password": everybodysPassword}),
		"change_user": func() (*client, string, any, []option) {
			u := user()
			return w.admin, u, accountOf(auth.Analyst, false), match(u)
		},
		"remove_user":    func() (*client, string, any, []option) { u := user(); return w.admin, u, nil, match(u) },
		"reset_password": func() (*client, string, any, []option) { return w.admin, user() + "/reset_password", nil, nil },
		"revoke_user_token": func() (*client, string, any, []option) {
			_, id := w.bea.newToken("short", auth.View)
			return w.admin, "/users/" + w.bea.user + "/tokens/" + id, nil, nil
		},
		"create_team": plain(w.admin, "/teams", map[string]any{"name": "gamma"}),
		"change_team": func() (*client, string, any, []option) {
			g := group()
			return w.admin, g, map[string]any{"name": fmt.Sprintf("h%d", w.next())}, match(g)
		},
		"remove_team": func() (*client, string, any, []option) { g := group(); return w.admin, g, nil, match(g) },
		"set_member": func() (*client, string, any, []option) {
			return w.ann, "/teams/" + w.alpha.id + "/members/" + w.bea.user, map[string]any{}, nil
		},
		"remove_member": func() (*client, string, any, []option) {
			w.ann.do(http.MethodPut, "/teams/"+w.alpha.id+"/members/"+w.asker.user, map[string]any{}, nil)
			return w.ann, "/teams/" + w.alpha.id + "/members/" + w.asker.user, nil, nil
		},
		"create_connection": plain(w.ann, "/connections?unchecked=true", clickhouse("alpha_more", w.alpha.id, "127.0.0.1:2")),
		"change_connection": func() (*client, string, any, []option) {
			at := "/connections/" + w.alpha.connection
			return w.ann, at + "?unchecked=true", clickhouse("alpha_db", w.alpha.id, "127.0.0.1:3"), match(at)
		},
		"remove_connection": func() (*client, string, any, []option) {
			at := "/connections/" + w.ann.make("/connections?unchecked=true", clickhouse("alpha_old", w.alpha.id, "127.0.0.1:2"))
			return w.ann, at, nil, match(at)
		},
		"create_table": plain(w.ann, "/tables", queued("ods.alpha.one_more", w.alpha.id)),
		"change_table": func() (*client, string, any, []option) {
			at := "/tables/" + w.alpha.table
			in := queued(w.alpha.tableName, w.alpha.id)
			in["description"] = "what listeners do"
			return w.ann, at, in, match(at)
		},
		"remove_table": func() (*client, string, any, []option) {
			at := "/tables/" + w.fresh()
			return w.ann, at, nil, match(at)
		},
		"create_document":  plain(w.ann, "/documents", map[string]any{"name": "cdm.alpha.more", "team": w.alpha.id, "text": ""}),
		"save_draft":       onDoc("/draft", map[string]any{"text": "format: 1\n"}),
		"rename_document":  onDoc("/name", map[string]any{"name": "cdm.alpha.renamed"}),
		"delete_document":  onDoc("", nil),
		"publish_document": onDoc("/versions", map[string]any{}),
		"restore_document": onDoc("/restore", map[string]any{"version": 1}),
		"deploy_text":      plain(w.ann, "/pipelines", map[string]any{"team": w.alpha.id, "text": model("cdm.alpha.sent", w.alpha.tableName)}),
		"deploy_document":  plain(w.ann, "/documents/"+w.alpha.document+"/deploy", map[string]any{}),
		"delete_pipeline": func() (*client, string, any, []option) {
			p := pipeline()
			var st struct{ Name string }
			w.ann.do(http.MethodGet, p, nil, &st)
			return w.ann, p + "?confirm=" + st.Name, nil, nil
		},
		"start_pipeline":    act("/start", none),
		"restart_pipeline":  act("/restart", none),
		"scale_pipeline":    act("/scale", func(string) any { return map[string]any{"parallelism": 2} }),
		"rollback_pipeline": act("/rollback", func(string) any { return map[string]any{"version": 1} }),
		"reset_pipeline":    act("/reset", func(name string) any { return map[string]any{"confirm": name} }),
		"stop_pipeline": func() (*client, string, any, []option) {
			p := pipeline()
			w.ann.do(http.MethodPost, p+"/start", map[string]any{}, nil)
			return w.ann, p + "/stop", map[string]any{}, nil
		},
		"grant": func() (*client, string, any, []option) {
			return w.ann, "/policies", map[string]any{"subject": "user:" + w.bea.user, "action": "read", "scope": "table:" + w.fresh()}, nil
		},
		"revoke": func() (*client, string, any, []option) { return w.ann, "/policies/" + w.policy(), nil, nil },
		"request_access": func() (*client, string, any, []option) {
			return w.asker, "/access_requests", map[string]any{"action": "read", "scope": "db:ods.alpha", "reason": "to look"}, nil
		},
		"approve_request":  request(ann, "/approve", map[string]any{}),
		"refuse_request":   request(ann, "/refuse", map[string]any{"note": "no"}),
		"comment_request":  request(ann, "/comments", map[string]any{"text": "why?"}),
		"withdraw_request": request(asker, "/withdraw", nil),
	}
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
