package httpapi

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/server/auth"
	"millrace/server/secret"
	"millrace/server/store"
)

// grantedTables has the tables x1 and x2, of which the team in it owns the first.
type grantedTables struct {
	owners
	team string
}

func (g grantedTables) Locate(id string) (grants.Located, bool) {
	switch id {
	case "x1":
		return grants.Located{Object: grants.ObjectOf("ads.music.x", id), Name: "ads.music.x", Team: g.team}, true
	case "x2":
		return grants.Located{Object: grants.ObjectOf("ads.shop.y", id), Name: "ads.shop.y"}, true
	}
	return grants.Located{}, false
}

// grantsSite is a server with the routes of grants over a real store: ann is of the team that owns x1, bob and val of none.
type grantsSite struct {
	http.Handler
	t       *testing.T
	team    string
	ids     map[string]string
	service *grants.Service
	store   *store.Store
}

func newGrantsSite(t *testing.T) *grantsSite {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	ctx := t.Context()
	meta, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, meta.Close()) })
	s := &grantsSite{t: t, ids: map[string]string{}, store: meta}
	team, err := meta.AddTeam(ctx, "Charts", "", "")
	require.NoError(t, err)
	s.team = team.ID
	principals := byHeader{}
	for name, role := range map[string]auth.Role{"ann": auth.Analyst, "bob": auth.Analyst, "val": auth.Viewer, "op": auth.Operator, "admin": auth.Admin} {
		a, err := meta.AddAccount(ctx, name, "", auth.AccountChange{DisplayName: strings.ToUpper(name[:1]) + name[1:], Role: role}, false)
		require.NoError(t, err)
		s.ids[name] = a.ID
		p := auth.Principal{User: a.ID, Name: a.DisplayName, Role: role}
		if name == "ann" {
			p.Teams = []auth.Membership{{Team: team.ID, Name: "Charts"}}
			require.NoError(t, meta.SetMember(ctx, team.ID, a.ID, false))
		}
		principals[name] = p
		p.Token, p.Scopes = "k", []auth.Capability{auth.View}
		principals[name+"'s viewing token"] = p
	}
	_, err = meta.Grants().Edit(ctx, grants.Edit{Version: 1, Add: []grants.Policy{grants.OwnerPolicy("x1", team.ID, "system")}})
	require.NoError(t, err)
	tables := grantedTables{team: team.ID}
	s.service, err = grants.New(ctx, grants.Deps{Store: meta.Grants(), People: meta.Grants(), Tables: tables})
	require.NoError(t, err)
	ring, err := secret.New(make([]byte, secret.KeyBytes))
	require.NoError(t, err)
	engine := gin.New()
	log := slog.New(slog.DiscardHandler)
	engine.Use(identified(log), recovered(log))
	newAPI(engine, "/base", Services{Sessions: principals, Owners: tables, Decider: s.service, Grants: s.service, Audit: meta, Once: NewOnce(meta, ring)}, log)
	s.Handler = engine
	return s
}

// as makes a request, and returns its answer when it has the status.
func (s *grantsSite) as(who, method, path, body string, status int) map[string]any {
	s.t.Helper()
	for name, id := range s.ids {
		path, body = strings.ReplaceAll(path, "$"+name, id), strings.ReplaceAll(body, "$"+name, id)
	}
	path, body = strings.ReplaceAll(path, "$team", s.team), strings.ReplaceAll(body, "$team", s.team)
	w := call(s, who, method, path, body)
	require.Equal(s.t, status, w.Code, "%s %s as %s: %s", method, path, who, w.Body)
	if w.Body.Len() == 0 {
		return nil
	}
	return decoded(s.t, w)
}

func decoded(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v), w.Body)
	return v
}

func items(answer map[string]any) []any { return answer["items"].([]any) }

func TestGrantsRoutes(t *testing.T) {
	s := newGrantsSite(t)
	const read = `{"subject":"user:$bob","action":"read","scope":"table:x1","note":"weekly report"}`
	s.as("", "POST", "/policies", read, 401)
	s.as("val", "POST", "/policies", read, 403)
	s.as("op", "POST", "/policies", read, 403)
	s.as("ann's viewing token", "POST", "/policies", read, 403)
	require.Equal(t, "grants.not_found", s.as("bob", "POST", "/policies", read, 404)["code"])
	require.Equal(t, "grants.not_found", s.as("ann", "POST", "/policies", strings.Replace(read, "x1", "x9", 1), 404)["code"])
	require.Equal(t, "grants.subject", s.as("ann", "POST", "/policies", strings.Replace(read, "$bob", "nobody", 1), 422)["code"])
	require.Equal(t, "grants.scope", s.as("admin", "POST", "/policies", strings.Replace(read, "table:x1", "tables", 1), 422)["code"])
	s.as("bob", "GET", "/tables/x1/access", "", 404)

	granted := s.as("ann", "POST", "/policies", read, 201)
	require.Equal(t, "grants.exists", s.as("ann", "POST", "/policies", read, 409)["code"])
	require.Equal(t, "grants.may_not_grant", s.as("bob", "POST", "/policies", strings.Replace(read, "$bob", "$val", 1), 403)["code"])
	s.as("bob", "GET", "/tables/x1/access", "", 403)
	access := s.as("ann", "GET", "/tables/x1/access", "", 200)
	require.Len(t, access["holders"], 3)
	require.Len(t, access["users"], 3)

	why := s.as("bob", "GET", "/policies/why?scope=table:x1&action=read", "", 200)
	require.Equal(t, true, why["allowed"])
	require.Equal(t, "Bob may read the table ads.music.x. Allowed: Bob may read the table ads.music.x, for good (granted by Ann).", why["text"].(map[string]any)["en"])
	s.as("bob", "GET", "/policies/why?scope=table:x1&action=read&subject=user:$ann", "", 403)
	s.as("val", "GET", "/policies/why?scope=table:x1&action=read", "", 404)
	require.Equal(t, false, s.as("ann", "GET", "/policies/why?scope=table:x1&action=read&subject=user:$val", "", 200)["allowed"])
	require.Equal(t, true, s.as("admin", "GET", "/policies/why?scope=table:x1&action=manage&subject=team:$team", "", 200)["allowed"])
	s.as("admin", "GET", "/policies/why?scope=table:x1&action=manage&subject=user:nobody", "", 404)
	s.as("bob", "GET", "/policies/why?scope=nonsense&action=read", "", 422)
	s.as("bob", "GET", "/policies/why?scope=table:x1&action=own", "", 422)

	require.Len(t, items(s.as("bob", "GET", "/policies", "", 200)), 1)
	require.Len(t, items(s.as("ann", "GET", "/policies?scope=table:x1", "", 200)), 2)
	require.Len(t, items(s.as("bob", "GET", "/policies?scope=table:x1", "", 200)), 1, "one's own, where one does not manage")
	s.as("bob", "GET", "/policies?subject=user:$ann", "", 403)
	page := s.as("admin", "GET", "/policies?limit=2", "", 200)
	require.Len(t, items(page), 2)
	rest := s.as("admin", "GET", "/policies?limit=2&cursor="+page["next_cursor"].(string), "", 200)
	require.Len(t, items(rest), 1)
	require.Nil(t, rest["next_cursor"])
	s.as("admin", "GET", "/policies?cursor=nonsense", "", 422)

	id := granted["id"].(string)
	s.as("val", "DELETE", "/policies/"+id, "", 403)
	require.Equal(t, "grants.may_not_grant", s.as("bob", "DELETE", "/policies/"+id, "", 403)["code"])
	s.as("ann", "DELETE", "/policies/"+id+"?note=done", "", 204)
	s.as("ann", "DELETE", "/policies/"+id, "", 404)
	s.as("bob", "GET", "/tables/x1/access", "", 404)
	require.Equal(t, "grants.kept", s.as("admin", "DELETE", "/policies/"+grants.AdminPolicy, "", 409)["code"])
	own := items(s.as("ann", "GET", "/policies?scope=table:x1", "", 200))[0].(map[string]any)["id"].(string)
	require.Equal(t, "grants.last_manager", s.as("ann", "DELETE", "/policies/"+own, "", 409)["code"])
	s.as("ann", "DELETE", "/policies/"+own+"?orphan=true", "", 204)

	var actions []string
	for _, one := range items(s.as("admin", "GET", "/audit?object=table:x1", "", 200)) {
		line := one.(map[string]any)
		actions = append(actions, line["action"].(string)+" by "+line["name"].(string))
	}
	require.Equal(t, []string{"grant.revoke by Ann", "grant.revoke by Ann", "grant.allow by Ann"}, actions)
}

func TestAccessRequestRoutes(t *testing.T) {
	s := newGrantsSite(t)
	const ask = `{"action":"read","scope":"table:x1","reason":"the weekly report"}`
	s.as("", "POST", "/access_requests", ask, 401)
	require.Equal(t, "grants.not_found", s.as("val", "POST", "/access_requests", ask, 404)["code"])
	s.as("ann", "POST", "/policies", `{"subject":"role:viewer","action":"discover","scope":"table:x1"}`, 201)
	s.as("val's viewing token", "POST", "/access_requests", ask, 403)
	asked := s.as("val", "POST", "/access_requests", ask, 201)
	require.Equal(t, "grants.pointless_request", s.as("val", "POST", "/access_requests", ask, 409)["code"])
	s.as("val", "POST", "/access_requests", strings.Replace(ask, "{", `{"subject":"team:$team",`, 1), 403)
	path := "/access_requests/" + asked["id"].(string)

	s.as("bob", "GET", path, "", 404)
	s.as("bob", "POST", path+"/approve", `{}`, 404)
	s.as("val", "POST", path+"/approve", `{}`, 403)
	require.Empty(t, items(s.as("bob", "GET", "/access_requests", "", 200)))
	require.Len(t, items(s.as("val", "GET", "/access_requests?mine=true", "", 200)), 1)
	require.Empty(t, items(s.as("val", "GET", "/access_requests?decidable=true", "", 200)))
	require.Len(t, items(s.as("ann", "GET", "/access_requests?decidable=true&state=open&scope=table:x1", "", 200)), 1)
	s.as("ann", "POST", path+"/comments", `{"text":"until when?"}`, 201)
	s.as("val", "POST", path+"/comments", `{"text":"until Friday"}`, 201)
	require.Len(t, s.as("val", "GET", path, "", 200)["comments"], 2)

	friday := time.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)
	policy := s.as("ann", "POST", path+"/approve", `{"expires":"`+friday+`","note":"gladly"}`, 201)
	require.Equal(t, friday, policy["expires"])
	require.Equal(t, "grants.decided", s.as("ann", "POST", path+"/refuse", `{}`, 409)["code"])
	require.Equal(t, "approved", s.as("val", "GET", path, "", 200)["state"])
	require.Equal(t, true, s.as("val", "GET", "/policies/why?scope=table:x1&action=read", "", 200)["allowed"])

	second := "/access_requests/" + s.as("val", "POST", "/access_requests", strings.Replace(ask, "read", "write", 1), 201)["id"].(string)
	s.as("ann", "POST", second+"/refuse", `{"note":"nobody writes here"}`, 204)
	require.Equal(t, "nobody writes here", s.as("val", "GET", second, "", 200)["answer"])
	third := "/access_requests/" + s.as("val", "POST", "/access_requests", strings.Replace(ask, "read", "manage", 1), 201)["id"].(string)
	s.as("ann", "POST", third+"/withdraw", "", 403)
	s.as("val", "POST", third+"/withdraw", "", 204)
	page := s.as("val", "GET", "/access_requests?limit=2", "", 200)
	require.Len(t, items(page), 2)
	require.Len(t, items(s.as("val", "GET", "/access_requests?limit=2&cursor="+page["next_cursor"].(string), "", 200)), 1)
}
