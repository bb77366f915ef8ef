package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/server/auth"
	"millrace/server/secret"
	"millrace/server/store"
)

const testPassword = "correct horse battery"

// teamOwners knows teams only.
type teamOwners struct{ *auth.Service }

func (o teamOwners) Owner(ctx context.Context, kind Kind, id string) (string, error) {
	if kind != KindTeam {
		return "", notFound(kind)
	}
	return o.TeamExists(ctx, id)
}

func (teamOwners) TableObject(context.Context, string) (grants.Object, error) {
	return grants.Object{}, notFound(KindTable)
}

// site is a server with the identity's routes over a real store.
type site struct {
	*httptest.Server
	store    *store.Store
	identity *auth.Service
	ring     *secret.Keyring
}

func newSite(t *testing.T) *site {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	meta, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, meta.Close()) })
	ring, err := secret.New(make([]byte, secret.KeyBytes))
	require.NoError(t, err)
	identity, err := auth.New(auth.Options{Store: meta, Sealer: ring, Passwords: true, BasePath: "/base",
		Limits: auth.Limits{Idle: time.Hour, Lifetime: 24 * time.Hour}, Params: auth.Params{Time: 1, Memory: 64, Threads: 1}})
	require.NoError(t, err)
	engine := gin.New()
	log := slog.New(slog.DiscardHandler)
	engine.Use(identified(log), recovered(log))
	newAPI(engine, "/base", Services{Sessions: identity, Identity: identity, Audit: meta, Once: NewOnce(meta, ring), Owners: teamOwners{identity}}, log)
	s := httptest.NewServer(engine)
	t.Cleanup(s.Close)
	return &site{s, meta, identity, ring}
}

func (s *site) add(t *testing.T, name string, role auth.Role) auth.Account {
	t.Helper()
	a, err := s.identity.AddAccount(t.Context(), name, testPassword, auth.AccountChange{DisplayName: name, Role: role})
	require.NoError(t, err)
	return a
}

// browser is a client with cookies, as a browser or curl is.
type browser struct {
	t    *testing.T
	site *site
	http *http.Client
	csrf string
}

func (s *site) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, site: s, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what a request was answered.
type answer struct {
	status int
	header http.Header
	body   string
	Problem
}

func (b *browser) do(method, path, body string, headers ...string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.site.URL+"/base/api/v1"+path, strings.NewReader(body))
	require.NoError(b.t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set(auth.CSRFHeader, b.csrf)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := b.http.Do(r)
	require.NoError(b.t, err)
	defer func() { require.NoError(b.t, w.Body.Close()) }()
	var text bytes.Buffer
	_, err = text.ReadFrom(w.Body)
	require.NoError(b.t, err)
	a := answer{status: w.StatusCode, header: w.Header, body: text.String()}
	if w.StatusCode >= 400 {
		require.Equal(b.t, "application/problem+json", w.Header.Get("Content-Type"), a.body)
		require.NoError(b.t, json.Unmarshal(text.Bytes(), &a.Problem))
	}
	return a
}

// get does what must succeed, and reads the answer.
func read[T any](t *testing.T, a answer) T {
	t.Helper()
	require.Less(t, a.status, 400, a.body)
	var out T
	require.NoError(t, json.Unmarshal([]byte(a.body), &out), a.body)
	return out
}

func (b *browser) logIn(name string) Me {
	b.t.Helper()
	me := read[Me](b.t, b.do("POST", "/auth/login", `{"name":"`+name+`","password":"`+testPassword+`"}`))
	b.csrf = me.CSRFToken
	return me
}

func TestLogInAndOut(t *testing.T) {
	s := newSite(t)
	a := s.add(t, "ann", auth.Analyst)
	b := s.browser(t)
	require.JSONEq(t, `{"passwords":true,"oidc":false}`, b.do("GET", "/auth/ways", "").body)
	require.Equal(t, 401, b.do("GET", "/auth/me", "").status)
	w := b.do("POST", "/auth/login", `{"name":"ann","password":"wrong"}`)
	require.Equal(t, 401, w.status)
	require.Equal(t, string(auth.CodeLogIn), w.Code)
	require.Empty(t, w.header.Values("Set-Cookie"))

	me := b.logIn("ann")
	require.Equal(t, a.ID, me.User)
	require.Equal(t, []auth.Capability{auth.View, auth.Edit, auth.Operate}, me.Capabilities)
	again := read[Me](t, b.do("GET", "/auth/me", ""))
	require.Equal(t, me, again)
	require.Equal(t, 403, b.do("POST", "/auth/logout", "", auth.CSRFHeader, "").status)
	out := b.do("POST", "/auth/logout", "")
	require.Equal(t, 204, out.status)
	require.Contains(t, out.header.Get("Set-Cookie"), "Max-Age=0")
	require.Equal(t, 401, b.do("GET", "/auth/me", "").status)
	require.Equal(t, 404, b.do("GET", "/auth/oidc/start", "").status)
	require.Equal(t, 404, b.do("GET", "/auth/oidc/callback?state=x&code=y", "").status)
}

func TestCookieOverHTTP(t *testing.T) {
	s := newSite(t)
	s.add(t, "ann", auth.Analyst)
	w := s.browser(t).do("POST", "/auth/login", `{"name":"ann","password":"`+testPassword+`"}`)
	require.Regexp(t, `^millrace_session=[A-Za-z0-9_-]{43}; Path=/base/; HttpOnly; SameSite=Lax$`, w.header.Get("Set-Cookie"))
	require.Equal(t, "no-store", w.header.Get("Cache-Control"))
}

// A log-in answers with a new session whatever cookie the request came with, and the one planted is over.
func TestFixationOverHTTP(t *testing.T) {
	s := newSite(t)
	s.add(t, "ann", auth.Analyst)
	s.add(t, "eve", auth.Viewer)
	eve, ann := s.browser(t), s.browser(t)
	eve.logIn("eve")
	at, err := url.Parse(s.URL + "/base/")
	require.NoError(t, err)
	planted := eve.http.Jar.Cookies(at)
	ann.http.Jar.SetCookies(at, planted)
	ann.csrf = eve.csrf
	me := ann.logIn("ann")
	require.Equal(t, "ann", me.Name)
	require.NotEqual(t, planted[0].Value, ann.http.Jar.Cookies(at)[0].Value)
	require.Equal(t, 401, eve.do("GET", "/auth/me", "").status)
}

func TestLogInPauses(t *testing.T) {
	s := newSite(t)
	s.add(t, "ann", auth.Analyst)
	b := s.browser(t)
	for range 5 {
		require.Equal(t, 401, b.do("POST", "/auth/login", `{"name":"ann","password":"wrong"}`).status)
	}
	w := b.do("POST", "/auth/login", `{"name":"ann","password":"`+testPassword+`"}`)
	require.Equal(t, 429, w.status)
	require.Equal(t, string(auth.CodePaused), w.Code)
}

func TestTokensOverHTTP(t *testing.T) {
	s := newSite(t)
	s.add(t, "ann", auth.Analyst)
	b := s.browser(t)
	b.logIn("ann")
	body := `{"name":"laptop","scopes":["view","operate"],"days":1}`
	made := b.do("POST", "/tokens", body, "Idempotency-Key", "k")
	require.Equal(t, 201, made.status, made.body)
	token := read[NewToken](t, made)
	require.Equal(t, made.body, b.do("POST", "/tokens", body, "Idempotency-Key", "k").body, "answered as the first was")
	require.Equal(t, 422, b.do("POST", "/tokens", `{"scopes":["view"]}`, "Idempotency-Key", "k").status)
	rest := read[Items[auth.Token]](t, b.do("GET", "/tokens", ""))
	require.Len(t, rest.Items, 1)
	require.NotContains(t, b.do("GET", "/tokens", "").body, token.Secret)

	other := s.browser(t)
	me := read[Me](t, other.do("GET", "/auth/me", "", "Authorization", "Bearer "+token.Secret))
	require.Equal(t, []auth.Capability{auth.View, auth.Operate}, me.Capabilities)
	require.Empty(t, me.CSRFToken)
	require.Equal(t, token.ID, me.Token)
	require.Equal(t, 422, other.do("POST", "/tokens", `{"scopes":["edit"]}`, "Authorization", "Bearer "+token.Secret).status, "a token makes none that may do more")
	for _, bad := range []string{`{"scopes":[]}`, `{"scopes":["root"]}`, `{"scopes":["administer"]}`, `{"scopes":["view"],"days":0}`, `{"scopes":["view"],"days":9999}`, `{}`} {
		require.Equal(t, 422, b.do("POST", "/tokens", bad).status, bad)
	}
	require.Equal(t, 204, b.do("DELETE", "/tokens/"+token.ID, "").status)
	w := other.do("GET", "/auth/me", "", "Authorization", "Bearer "+token.Secret)
	require.Equal(t, 401, w.status)
	require.Equal(t, `Bearer realm="millrace"`, w.header.Get("WWW-Authenticate"))
	require.Equal(t, 401, other.do("GET", "/auth/ways", "", "Authorization", "Bearer "+token.Secret).status, "also where nobody need be signed in")
	require.Equal(t, 404, b.do("DELETE", "/tokens/"+token.ID, "").status)
}

// What is kept for idempotency tells neither a password that was sent nor a token that was given.
func TestAnswersAreSealed(t *testing.T) {
	s := newSite(t)
	a := s.add(t, "boss", auth.Admin)
	b := s.browser(t)
	b.logIn("boss")
	token := read[NewToken](t, b.do("POST", "/tokens", `{"scopes":["view"]}`, "Idempotency-Key", "k"))
	claim, err := s.store.ClaimKey(t.Context(), a.ID, "k", "other")
	require.NoError(t, err)
	require.Equal(t, store.KeyOther, claim.State)
	once := NewOnce(s.store, s.ring)
	_, err = once.Begin(t.Context(), a.ID, "k", "other")
	require.Error(t, err)
	for _, hash := range []string{"", "x"} {
		claim, err := s.store.ClaimKey(t.Context(), a.ID, "k", hash)
		require.NoError(t, err)
		require.NotContains(t, string(claim.Answer), token.Secret)
	}
}

func TestUsersOverHTTP(t *testing.T) {
	s := newSite(t)
	s.add(t, "boss", auth.Admin)
	s.add(t, "ann", auth.Analyst)
	s.add(t, "val", auth.Viewer)
	b, ann, val := s.browser(t), s.browser(t), s.browser(t)
	b.logIn("boss")
	ann.logIn("ann")
	val.logIn("val")

	made := b.do("POST", "/users", `{"name":"Bob","password":"tulip anvil gravel","role":"analyst","email":"bob@x"}`, "Idempotency-Key", "k1")
	require.Equal(t, 201, made.status, made.body)
	bob := read[auth.Account](t, made)
	require.Equal(t, "bob", bob.Name)
	require.Equal(t, `"1"`, made.header.Get("ETag"))
	require.Equal(t, 409, b.do("POST", "/users", `{"name":"bob","role":"viewer"}`).status)
	for _, bad := range []string{`{"name":"b b","role":"viewer"}`, `{"name":"carl","role":"root"}`, `{"name":"carl","role":"viewer","password":"password1234"}`, `{"name":"carl"}`,
		`{"name":"carl","role":"viewer","disabled":true}`} {
		require.Equal(t, 422, b.do("POST", "/users", bad).status, bad)
	}
	path := "/users/" + bob.ID
	require.Equal(t, 428, b.do("PUT", path, `{"display_name":"B","email":"","role":"operator","disabled":false}`).status)
	require.Equal(t, 412, b.do("PUT", path, `{"display_name":"B","email":"","role":"operator","disabled":false}`, "If-Match", `"9"`).status)
	changed := b.do("PUT", path, `{"display_name":"B","email":"","role":"operator","disabled":false}`, "If-Match", made.header.Get("ETag"))
	require.Equal(t, `"2"`, changed.header.Get("ETag"), changed.body)
	require.Equal(t, changed.body, b.do("GET", path, "").body)
	password := read[newPassword](t, b.do("POST", path+"/reset_password", "")).Password
	_, err := s.identity.LogIn(t.Context(), "bob", password, auth.Visit{})
	require.NoError(t, err)
	require.Len(t, read[Items[auth.Token]](t, b.do("GET", path+"/tokens", "")).Items, 0)
	require.Equal(t, 404, b.do("DELETE", path+"/tokens/none", "").status)

	// Pages.
	var names []string
	cursor := ""
	for {
		page := read[Items[auth.Account]](t, b.do("GET", "/users?limit=3&cursor="+cursor, ""))
		for _, u := range page.Items {
			names = append(names, u.Name)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	require.Equal(t, []string{"ann", "bob", "boss", "val"}, names)

	// Only administrators do any of this; those who build know names.
	for _, c := range [][2]string{{"GET", "/users"}, {"POST", "/users"}, {"GET", path}, {"PUT", path}, {"DELETE", path}, {"POST", path + "/reset_password"}, {"GET", path + "/tokens"}} {
		require.Equal(t, 403, ann.do(c[0], c[1], "").status, c)
		require.Equal(t, 401, s.browser(t).do(c[0], c[1], "").status, c)
	}
	people := ann.do("GET", "/people", "")
	require.Len(t, read[Items[Person]](t, people).Items, 4)
	require.NotContains(t, people.body, "email")
	require.Equal(t, 403, val.do("GET", "/people", "").status)

	rev := read[auth.Account](t, b.do("GET", path, "")).Revision
	require.Equal(t, 204, b.do("DELETE", path, "", "If-Match", etag(rev)).status)
	require.Equal(t, 404, b.do("GET", path, "").status)
	boss := read[Me](t, b.do("GET", "/auth/me", ""))
	w := b.do("DELETE", "/users/"+boss.User, "", "If-Match", `"1"`)
	require.Equal(t, 409, w.status)
	require.Equal(t, string(auth.CodeLastAdmin), w.Code)
}

func TestTeamsOverHTTP(t *testing.T) {
	s := newSite(t)
	s.add(t, "boss", auth.Admin)
	a, bobs, v := s.add(t, "ann", auth.Analyst), s.add(t, "bob", auth.Analyst), s.add(t, "val", auth.Viewer)
	boss, ann, bob := s.browser(t), s.browser(t), s.browser(t)
	boss.logIn("boss")
	ann.logIn("ann")
	bob.logIn("bob")
	made := boss.do("POST", "/teams", `{"name":"音乐","description":"we play","owner":"`+a.ID+`"}`)
	require.Equal(t, 201, made.status, made.body)
	team := read[auth.Team](t, made)
	path := "/teams/" + team.ID
	require.Equal(t, 403, ann.do("POST", "/teams", `{"name":"mine"}`).status)
	require.Equal(t, 404, bob.do("GET", path, "").status, "not his")
	require.Equal(t, 404, bob.do("GET", path+"/members", "").status)
	require.Equal(t, 404, bob.do("PUT", path+"/members/"+bobs.ID, `{"owner":true}`).status)
	require.Equal(t, 204, ann.do("PUT", path+"/members/"+v.ID, `{}`).status)
	require.Equal(t, 204, ann.do("PUT", path+"/members/"+bobs.ID, `{}`).status)
	require.Equal(t, 200, bob.do("GET", path, "").status, "at once")
	require.Equal(t, 403, bob.do("PUT", path+"/members/"+bobs.ID, `{"owner":true}`).status, "a member does not make himself an owner")
	require.Equal(t, 403, bob.do("DELETE", path+"/members/"+a.ID, "").status)
	// Owners manage with what they may change: a token to look with does not do.
	look := read[NewToken](t, ann.do("POST", "/tokens", `{"scopes":["view"]}`))
	require.Equal(t, 403, s.browser(t).do("PUT", path+"/members/"+bobs.ID, `{"owner":true}`, "Authorization", "Bearer "+look.Secret).status)

	members := read[Items[auth.Member]](t, bob.do("GET", path+"/members", "")).Items
	require.Len(t, members, 3)
	require.Equal(t, "ann", members[0].Name)
	require.True(t, members[0].Owner)
	require.Equal(t, 204, ann.do("DELETE", path+"/members/"+v.ID, "").status)
	require.Equal(t, 404, ann.do("DELETE", path+"/members/"+v.ID, "").status)
	require.Equal(t, 404, ann.do("PUT", path+"/members/nobody", `{}`).status)
	require.Equal(t, 403, ann.do("PUT", path, `{"name":"x"}`, "If-Match", `"1"`).status)
	require.Equal(t, 200, boss.do("PUT", path, `{"name":"music"}`, "If-Match", `"1"`).status)
	require.Len(t, read[Items[auth.Team]](t, bob.do("GET", "/teams", "")).Items, 1)
	require.Equal(t, 204, boss.do("DELETE", path, "", "If-Match", `"2"`).status)
	require.Equal(t, 404, ann.do("GET", path, "").status)
}

func TestAuditOverHTTP(t *testing.T) {
	s := newSite(t)
	s.add(t, "boss", auth.Admin)
	a := s.add(t, "ann", auth.Analyst)
	boss, ann := s.browser(t), s.browser(t)
	boss.logIn("boss")
	ann.logIn("ann")
	team := read[auth.Team](t, boss.do("POST", "/teams", `{"name":"music","owner":"`+a.ID+`"}`, RequestHeader, "my-request"))
	read[auth.Team](t, boss.do("POST", "/teams", `{"name":"other"}`))

	lines := read[Items[audit.Entry]](t, boss.do("GET", "/audit?limit=2", ""))
	require.Len(t, lines.Items, 2)
	require.Equal(t, "other", lines.Items[0].ObjectName)
	require.Equal(t, "team.create", lines.Items[1].Action)
	require.Equal(t, "boss", lines.Items[1].Name)
	require.Equal(t, "my-request", lines.Items[1].Request)
	require.Equal(t, "127.0.0.1", lines.Items[1].Remote)
	all := lines.Items
	for cursor := lines.NextCursor; cursor != ""; cursor = lines.NextCursor {
		lines = read[Items[audit.Entry]](t, boss.do("GET", "/audit?limit=2&cursor="+cursor, ""))
		all = append(all, lines.Items...)
	}
	require.Len(t, all, 6, "two accounts, two log-ins, two teams")

	mine := read[Items[audit.Entry]](t, ann.do("GET", "/audit", "")).Items
	require.Len(t, mine, 1, "what belongs to her team")
	require.Equal(t, team.ID, mine[0].Team)
	require.Len(t, read[Items[audit.Entry]](t, boss.do("GET", "/audit?object=team:"+team.ID, "")).Items, 1)
	require.Empty(t, read[Items[audit.Entry]](t, boss.do("GET", "/audit?to=2020-01-01T00:00:00Z", "")).Items)
	require.Equal(t, 422, boss.do("GET", "/audit?from=yesterday", "").status)
	require.Equal(t, 422, boss.do("GET", "/audit?cursor="+cursorOf("x"), "").status)
	require.Equal(t, 401, s.browser(t).do("GET", "/audit", "").status)
}

// Requests that a browser was made to send by another site's page.
func TestCrossSiteOverHTTP(t *testing.T) {
	s := newSite(t)
	s.add(t, "ann", auth.Analyst)
	b := s.browser(t)
	b.logIn("ann")
	for name, headers := range map[string][]string{
		"cross-site": {"Sec-Fetch-Site", "cross-site"}, "an origin": {"Origin", "https://evil.example.com"}, "no token": {auth.CSRFHeader, ""}, "a sandbox": {"Origin", "null"},
	} {
		w := b.do("POST", "/tokens", `{"scopes":["view"]}`, headers...)
		require.Equal(t, 403, w.status, name)
		require.Equal(t, string(auth.CodeCSRF), w.Code, name)
	}
	w := s.browser(t).do("POST", "/auth/login", `{"name":"ann","password":"`+testPassword+`"}`, "Sec-Fetch-Site", "cross-site")
	require.Equal(t, 403, w.status, "nobody is signed in by another site")
	require.Equal(t, 415, s.browser(t).do("POST", "/auth/login", `{"name":"ann","password":"`+testPassword+`"}`, "Content-Type", "text/plain").status, "what a form of another site can send")
	require.Equal(t, 413, s.browser(t).do("POST", "/auth/login", `{"name":"ann","password":"`+strings.Repeat("x", 1<<20)+`"}`).status)
}
