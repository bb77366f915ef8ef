package site

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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
