package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/store"
)

const password = "correct horse battery"

// cheap parameters: the tests are about what is done with a hash, not how long it takes.
func cheap() auth.Params { return auth.Params{Time: 1, Memory: 64, Threads: 1} }

func limits() auth.Limits { return auth.Limits{Idle: 12 * time.Hour, Lifetime: 7 * 24 * time.Hour} }

func openStore(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: path})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func service(t *testing.T, o auth.Options) *auth.Service {
	t.Helper()
	if o.Store == nil {
		o.Store = openStore(t, filepath.Join(t.TempDir(), "meta.db"))
	}
	o.Passwords = true
	if o.Params == (auth.Params{}) {
		o.Params = cheap()
	}
	if o.Limits == (auth.Limits{}) {
		o.Limits = limits()
	}
	s, err := auth.New(o)
	require.NoError(t, err)
	return s
}

func add(t *testing.T, s *auth.Service, name string, role auth.Role) auth.Account {
	t.Helper()
	a, err := s.AddAccount(t.Context(), name, password, auth.AccountChange{DisplayName: name, Role: role})
	require.NoError(t, err)
	return a
}

func logIn(t *testing.T, s *auth.Service, name string) string {
	t.Helper()
	secret, err := s.LogIn(t.Context(), name, password, auth.Visit{Remote: "192.0.2.1"})
	require.NoError(t, err)
	return secret
}

// request is one with a session's cookie, a token, or neither.
func request(s *auth.Service, method, session, token string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, "https://millrace.example.com/api/v1/x", nil)
	if session != "" {
		r.AddCookie(s.SessionCookie(session))
		r.Header.Set(auth.CSRFHeader, auth.CSRFToken(session))
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func who(t *testing.T, s *auth.Service, session string) auth.Principal {
	t.Helper()
	p, err := s.Authenticate(t.Context(), request(s, "GET", session, ""))
	require.NoError(t, err)
	return p
}

func requireCode(t *testing.T, err error, kind error, code diag.Code) {
	t.Helper()
	require.ErrorIs(t, err, kind)
	var d diag.Diagnostic
	require.ErrorAs(t, err, &d)
	require.Equal(t, code, d.Code, d.Message)
}

func TestBootstrap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	one, other := service(t, auth.Options{Store: openStore(t, path)}), service(t, auth.Options{Store: openStore(t, path)})
	passwords := make([]string, 4)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range passwords {
		wg.Go(func() { passwords[i], errs[i] = []*auth.Service{one, other}[i%2].Bootstrap(t.Context()) })
	}
	wg.Wait()
	first := ""
	for i, p := range passwords {
		require.NoError(t, errs[i])
		if p != "" {
			require.Empty(t, first, "the password is told once")
			first = p
		}
	}
	require.Regexp(t, `^([a-z2-9]{5}-){4}[a-z2-9]{5}$`, first)
	secret, err := one.LogIn(t.Context(), "Admin ", first, auth.Visit{})
	require.NoError(t, err)
	require.Equal(t, auth.Admin, who(t, other, secret).Role)
	again, err := one.Bootstrap(t.Context())
	require.NoError(t, err)
	require.Empty(t, again)

	reset, err := other.ResetPasswordOf(t.Context(), "admin")
	require.NoError(t, err)
	require.NotEqual(t, first, reset)
	_, err = one.LogIn(t.Context(), "admin", first, auth.Visit{})
	requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
	_, err = one.LogIn(t.Context(), "admin", reset, auth.Visit{})
	require.NoError(t, err)
	_, err = one.ResetPasswordOf(t.Context(), "nobody")
	require.ErrorIs(t, err, diag.ErrNotFound)
}

func TestLogInTellsNothing(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	disabled := add(t, s, "dan", auth.Analyst)
	add(t, s, "boss", auth.Admin)
	_, err := s.ChangeAccount(t.Context(), disabled.ID, disabled.Revision, auth.AccountChange{Role: auth.Analyst, Disabled: true})
	require.NoError(t, err)
	_, err = s.AddAccount(t.Context(), "sso", "", auth.AccountChange{Role: auth.Viewer})
	require.NoError(t, err)

	var texts []string
	for _, c := range []struct{ name, password string }{
		{"ann", "wrong horse battery"}, {"nobody", password}, {"dan", password}, {"sso", password}, {"sso", ""}, {"", ""}, {"ann", ""},
		{"ann", strings.Repeat("x", 1<<20)}, {"nobody", strings.Repeat("x", 1<<20)}, {"a\x00nn", password}, {"ann' OR '1'='1", password},
	} {
		before := auth.Evaluations(s)
		_, err := s.LogIn(t.Context(), c.name, c.password, auth.Visit{Remote: "192.0.2.1"})
		requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
		require.Equal(t, int64(1), auth.Evaluations(s)-before, "%q: one hash, whoever it is", c.name)
		texts = append(texts, err.Error())
	}
	for _, text := range texts {
		require.Equal(t, texts[0], text)
	}
	before := auth.Evaluations(s)
	logIn(t, s, "ANN")
	require.Equal(t, int64(1), auth.Evaluations(s)-before)
}

func TestPauses(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	guess := func(name, remote string) error {
		_, err := s.LogIn(t.Context(), name, "not the password", auth.Visit{Remote: remote})
		return err
	}
	for _, name := range []string{"ann", "nobody"} {
		for range 5 {
			requireCode(t, guess(name, "192.0.2.1"), diag.ErrUnauthenticated, auth.CodeLogIn)
		}
		before := auth.Evaluations(s)
		requireCode(t, guess(name, "192.0.2.2"), diag.ErrLimit, auth.CodePaused)
		require.Equal(t, before, auth.Evaluations(s), "who must wait costs nothing")
	}
	_, err := s.LogIn(t.Context(), "ann", password, auth.Visit{Remote: "192.0.2.3"})
	requireCode(t, err, diag.ErrLimit, auth.CodePaused)

	// Another address guesses at many names, one guess each.
	var refused int
	for i := range 40 {
		err := guess(strings.Repeat("x", i+1), "198.51.100.7")
		if errors.Is(err, diag.ErrLimit) {
			refused++
		}
	}
	require.Equal(t, 10, refused)
	requireCode(t, guess("new", "198.51.100.7"), diag.ErrLimit, auth.CodePaused)
	requireCode(t, guess("new", "198.51.100.8"), diag.ErrUnauthenticated, auth.CodeLogIn)
}

// Guesses at the same time do not slip through between the counting and the answer.
func TestManyGuessesAtOnce(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	before := auth.Evaluations(s)
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() { _, _ = s.LogIn(t.Context(), "ann", "not the password", auth.Visit{Remote: "192.0.2.1"}) })
	}
	wg.Wait()
	require.LessOrEqual(t, auth.Evaluations(s)-before, int64(5))
}

func TestSuccessForgivesTheName(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	for range 4 {
		for range 4 {
			_, err := s.LogIn(t.Context(), "ann", "not the password", auth.Visit{Remote: "192.0.2.1"})
			requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
		}
		logIn(t, s, "ann")
	}
	// The address is not forgiven by an account of the guesser's own: those 16 failures count on.
	for i := range 14 {
		_, err := s.LogIn(t.Context(), strings.Repeat("y", i+1), "x", auth.Visit{Remote: "192.0.2.1"})
		requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
	}
	_, err := s.LogIn(t.Context(), "ann", password, auth.Visit{Remote: "192.0.2.1"})
	requireCode(t, err, diag.ErrLimit, auth.CodePaused)
}

func TestRehash(t *testing.T) {
	meta := openStore(t, filepath.Join(t.TempDir(), "meta.db"))
	old := service(t, auth.Options{Store: meta})
	add(t, old, "ann", auth.Analyst)
	_, hash, err := meta.Credentials(t.Context(), "ann")
	require.NoError(t, err)
	require.Contains(t, hash, "$argon2id$v=19$m=64,t=1,p=1$")

	fresh := service(t, auth.Options{Store: meta, Params: auth.Params{Time: 2, Memory: 128, Threads: 2}})
	logIn(t, fresh, "ann")
	_, again, err := meta.Credentials(t.Context(), "ann")
	require.NoError(t, err)
	require.Contains(t, again, "$argon2id$v=19$m=128,t=2,p=2$")
	before := auth.Evaluations(fresh)
	session := logIn(t, fresh, "ann")
	require.Equal(t, int64(1), auth.Evaluations(fresh)-before, "once is enough")
	require.Equal(t, "ann", who(t, fresh, session).Name, "the session outlives a hash made anew")
}

func TestSessions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	s := service(t, auth.Options{Store: openStore(t, path)})
	a := add(t, s, "ann", auth.Analyst)
	add(t, s, "boss", auth.Admin)
	team, err := s.AddTeam(t.Context(), "music", "", a.ID)
	require.NoError(t, err)

	session := logIn(t, s, "ann")
	require.Regexp(t, `^[A-Za-z0-9_-]{43}$`, session)
	p := who(t, s, session)
	require.Equal(t, auth.Principal{User: a.ID, Name: "ann", Role: auth.Analyst, Teams: []auth.Membership{{Team: team.ID, Name: "music", Owner: true}}, Session: p.Session}, p)
	require.NotContains(t, p.Session, session, "the store has the hash only")

	// The session's id in the store is no secret that signs anybody in.
	require.True(t, who(t, s, p.Session).Nobody())
	require.True(t, who(t, s, "made up").Nobody())
	require.True(t, who(t, s, strings.Repeat("x", 100_000)).Nobody())

	require.NoError(t, s.LogOut(t.Context(), p))
	require.True(t, who(t, s, session).Nobody(), "at once on this server")
}

// Everything that takes a right away ends what was signed in with it.
func TestSessionsEnd(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, s *auth.Service, a auth.Account){
		"role": func(t *testing.T, s *auth.Service, a auth.Account) {
			_, err := s.ChangeAccount(t.Context(), a.ID, a.Revision, auth.AccountChange{Role: auth.Viewer})
			require.NoError(t, err)
		},
		"disabled": func(t *testing.T, s *auth.Service, a auth.Account) {
			_, err := s.ChangeAccount(t.Context(), a.ID, a.Revision, auth.AccountChange{Role: a.Role, Disabled: true})
			require.NoError(t, err)
		},
		"removed": func(t *testing.T, s *auth.Service, a auth.Account) {
			require.NoError(t, s.RemoveAccount(t.Context(), a.ID, a.Revision))
		},
		"password": func(t *testing.T, s *auth.Service, a auth.Account) {
			_, err := s.ResetPassword(t.Context(), a.ID)
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t, auth.Options{})
			add(t, s, "boss", auth.Admin)
			a := add(t, s, "ann", auth.Analyst)
			other := add(t, s, "bob", auth.Analyst)
			one, two, others := logIn(t, s, "ann"), logIn(t, s, "ann"), logIn(t, s, "bob")
			require.Equal(t, a.ID, who(t, s, one).User)
			end(t, s, a)
			require.True(t, who(t, s, one).Nobody())
			require.True(t, who(t, s, two).Nobody())
			require.Equal(t, other.ID, who(t, s, others).User, "others stay")
		})
	}
}

func TestOwnPassword(t *testing.T) {
	s := service(t, auth.Options{})
	a := add(t, s, "ann", auth.Analyst)
	here, there := logIn(t, s, "ann"), logIn(t, s, "ann")
	p := who(t, s, here)
	requireCode(t, s.ChangePassword(t.Context(), p, "192.0.2.1", "wrong", "another good one indeed"), diag.ErrUnauthenticated, auth.CodeLogIn)
	requireCode(t, s.ChangePassword(t.Context(), p, "192.0.2.1", password, "short"), diag.ErrInvalid, auth.CodePassword)
	require.NoError(t, s.ChangePassword(t.Context(), p, "192.0.2.1", password, "another good one indeed"))
	require.Equal(t, a.ID, who(t, s, here).User)
	require.True(t, who(t, s, there).Nobody(), "whoever else was signed in is not any more")
}

func TestFixation(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	add(t, s, "eve", auth.Viewer)
	planted := logIn(t, s, "eve")
	require.Equal(t, "eve", who(t, s, planted).Name)
	mine, err := s.LogIn(t.Context(), "ann", password, auth.Visit{Remote: "192.0.2.1", Replaced: planted})
	require.NoError(t, err)
	require.NotEqual(t, planted, mine)
	require.True(t, who(t, s, planted).Nobody(), "what came with the request is over")
	require.Equal(t, "ann", who(t, s, mine).Name)

	// Two cookies of the name: one of them was planted from another path or host.
	r := request(s, "GET", mine, "")
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: planted})
	p, err := s.Authenticate(t.Context(), r)
	require.NoError(t, err)
	require.True(t, p.Nobody())
}

func TestCSRF(t *testing.T) {
	s := service(t, auth.Options{Origins: []string{"https://proxy.example.com"}})
	add(t, s, "ann", auth.Analyst)
	mine, other := logIn(t, s, "ann"), logIn(t, s, "ann")
	const here = "https://millrace.example.com"
	for _, c := range []struct {
		name    string
		method  string
		headers []string
		allowed bool
	}{
		{"reading", "GET", []string{auth.CSRFHeader, ""}, true},
		{"reading from elsewhere", "GET", []string{"Sec-Fetch-Site", "cross-site", auth.CSRFHeader, ""}, true},
		{"a program", "POST", nil, true},
		{"a page of this site", "POST", []string{"Origin", here, "Sec-Fetch-Site", "same-origin"}, true},
		{"a page behind the proxy", "POST", []string{"Origin", "https://proxy.example.com", "Sec-Fetch-Site", "same-origin"}, true},
		{"no token", "POST", []string{auth.CSRFHeader, ""}, false},
		{"no token, PUT", "PUT", []string{auth.CSRFHeader, ""}, false},
		{"no token, DELETE", "DELETE", []string{auth.CSRFHeader, ""}, false},
		{"no token, an odd method", "PROPFIND", []string{auth.CSRFHeader, ""}, false},
		{"another session's token", "POST", []string{auth.CSRFHeader, auth.CSRFToken(other)}, false},
		{"the session as token", "POST", []string{auth.CSRFHeader, mine}, false},
		{"cross-site", "POST", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"another host of the domain", "POST", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"another origin", "POST", []string{"Origin", "https://evil.example.com"}, false},
		{"this host as a part of another", "POST", []string{"Origin", "https://millrace.example.com.evil.com"}, false},
		{"a sandbox", "POST", []string{"Origin", "null"}, false},
		{"another port", "POST", []string{"Origin", here + ":8443"}, false},
		{"a file", "POST", []string{"Origin", "file://"}, false},
		{"no URL", "POST", []string{"Origin", "::::"}, false},
	} {
		p, err := s.Authenticate(t.Context(), request(s, c.method, mine, "", c.headers...))
		if c.allowed {
			require.NoError(t, err, c.name)
			require.Equal(t, "ann", p.Name, c.name)
			continue
		}
		requireCode(t, err, diag.ErrDenied, auth.CodeCSRF)
		require.True(t, p.Nobody(), c.name)
	}
	// Another site may not sign somebody in either, and a token, which no browser sends by itself, needs nothing.
	_, err := s.Authenticate(t.Context(), request(s, "POST", "", "", "Sec-Fetch-Site", "cross-site"))
	requireCode(t, err, diag.ErrDenied, auth.CodeCSRF)
	_, token, err := s.AddToken(t.Context(), who(t, s, mine), "t", []auth.Capability{auth.View}, time.Hour)
	require.NoError(t, err)
	p, err := s.Authenticate(t.Context(), request(s, "POST", "", token, "Sec-Fetch-Site", "cross-site"))
	require.NoError(t, err)
	require.Equal(t, "ann", p.Name)
	require.NotContains(t, auth.CSRFToken(mine), mine)
}

func TestCookies(t *testing.T) {
	meta := openStore(t, filepath.Join(t.TempDir(), "meta.db"))
	for _, c := range []struct {
		o          auth.Options
		name, path string
	}{
		{auth.Options{Secure: true}, "__Host-millrace_session", "/"},
		{auth.Options{Secure: true, BasePath: "/base"}, "millrace_session", "/base/"},
		{auth.Options{}, "millrace_session", "/"},
	} {
		c.o.Store = meta
		s := service(t, c.o)
		cookie := s.SessionCookie("x")
		require.NoError(t, cookie.Valid())
		require.Equal(t, c.name, cookie.Name)
		require.Equal(t, c.path, cookie.Path)
		require.Equal(t, c.o.Secure, cookie.Secure)
		require.True(t, cookie.HttpOnly)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
		require.Empty(t, cookie.Domain)
		require.Negative(t, s.NoSessionCookie().MaxAge)
	}
	// Where the prefix can be had, a cookie without it is nobody's.
	s := service(t, auth.Options{Store: meta, Secure: true})
	add(t, s, "ann", auth.Analyst)
	session := logIn(t, s, "ann")
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: session})
	p, err := s.Authenticate(t.Context(), r)
	require.NoError(t, err)
	require.True(t, p.Nobody())
}

func TestTokens(t *testing.T) {
	s := service(t, auth.Options{})
	a := add(t, s, "ann", auth.Analyst)
	add(t, s, "boss", auth.Admin)
	p := who(t, s, logIn(t, s, "ann"))
	token, secret, err := s.AddToken(t.Context(), p, "laptop", []auth.Capability{auth.View, auth.Edit, auth.View}, time.Hour)
	require.NoError(t, err)
	require.Regexp(t, `^mlr_[A-Za-z0-9]{40}$`, secret)
	require.Equal(t, []auth.Capability{auth.Edit, auth.View}, token.Scopes)
	require.WithinDuration(t, time.Now().Add(time.Hour), token.ExpiresAt, time.Minute)

	by, err := s.Authenticate(t.Context(), request(s, "POST", "", secret))
	require.NoError(t, err)
	require.Equal(t, "ann", by.Name)
	require.True(t, by.Has(auth.Edit))
	require.False(t, by.Has(auth.Operate), "not in its scopes")
	list, err := s.Store.TokensOf(t.Context(), a.ID)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.False(t, list[0].UsedAt.IsZero())

	for _, scopes := range [][]auth.Capability{{auth.Administer}, {auth.View, auth.Administer}, {"root"}, {}} {
		_, _, err = s.AddToken(t.Context(), p, "", scopes, time.Hour)
		requireCode(t, err, diag.ErrInvalid, auth.CodeRole)
	}
	_, _, err = s.AddToken(t.Context(), by, "", []auth.Capability{auth.Operate}, time.Hour)
	requireCode(t, err, diag.ErrInvalid, auth.CodeRole)
	for _, lasts := range []time.Duration{0, -time.Hour, time.Second, 400 * 24 * time.Hour} {
		_, _, err = s.AddToken(t.Context(), p, "", []auth.Capability{auth.View}, lasts)
		requireCode(t, err, diag.ErrInvalid, auth.CodeRole)
	}

	// What the owner loses, the token has lost.
	_, err = s.ChangeAccount(t.Context(), a.ID, a.Revision, auth.AccountChange{Role: auth.Viewer})
	require.NoError(t, err)
	by, err = s.Authenticate(t.Context(), request(s, "GET", "", secret))
	require.NoError(t, err)
	require.False(t, by.Has(auth.Edit))

	other := add(t, s, "bob", auth.Analyst)
	require.ErrorIs(t, s.RemoveToken(t.Context(), token.ID, other.ID), diag.ErrNotFound, "another's")
	require.NoError(t, s.RemoveToken(t.Context(), token.ID, a.ID))
	for _, bad := range []string{secret, "", "mlr_", "mlr_" + strings.Repeat("A", 40), secret[:20], strings.ToUpper(secret), "x" + secret} {
		_, err = s.Authenticate(t.Context(), request(s, "GET", "", "x", "Authorization", "Bearer "+bad))
		requireCode(t, err, diag.ErrUnauthenticated, auth.CodeToken)
	}
	for _, header := range []string{"Basic YW5uOng=", "bearer", "Token " + secret, secret} {
		_, err = s.Authenticate(t.Context(), request(s, "GET", "", "x", "Authorization", header))
		requireCode(t, err, diag.ErrUnauthenticated, auth.CodeToken)
	}
	r := request(s, "GET", "", secret)
	r.Header.Add("Authorization", "Bearer "+secret)
	_, err = s.Authenticate(t.Context(), r)
	requireCode(t, err, diag.ErrUnauthenticated, auth.CodeToken)
}

// Two servers on one store agree on everything that takes a right away; TestCacheIsFresh shows how soon.
func TestTwoServers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	one, two := service(t, auth.Options{Store: openStore(t, path)}), service(t, auth.Options{Store: openStore(t, path)})
	a := add(t, one, "ann", auth.Analyst)
	add(t, one, "boss", auth.Admin)
	team, err := one.AddTeam(t.Context(), "music", "", "")
	require.NoError(t, err)
	soon := func(what string, done func() bool) {
		t.Helper()
		require.Eventually(t, done, 10*time.Second, 5*time.Millisecond, what)
	}
	session := logIn(t, one, "ann")
	require.Equal(t, "ann", who(t, two, session).Name)
	require.NoError(t, one.SetMember(t.Context(), team.ID, a.ID, true))
	soon("a membership", func() bool { return who(t, two, session).OwnerOf(team.ID) })
	require.NoError(t, one.RemoveMember(t.Context(), team.ID, a.ID))
	soon("its end", func() bool { return !who(t, two, session).Member(team.ID) })

	token, secret, err := one.AddToken(t.Context(), who(t, one, session), "", []auth.Capability{auth.View}, time.Hour)
	require.NoError(t, err)
	_, err = two.Authenticate(t.Context(), request(two, "GET", "", secret))
	require.NoError(t, err)
	require.NoError(t, one.RemoveToken(t.Context(), token.ID, a.ID))
	soon("a revoked token", func() bool {
		_, err := two.Authenticate(t.Context(), request(two, "GET", "", secret))
		return errors.Is(err, diag.ErrUnauthenticated)
	})
	require.NoError(t, one.LogOut(t.Context(), who(t, one, session)))
	soon("a log-out", func() bool { return who(t, two, session).Nobody() })
}

func TestLastAdmin(t *testing.T) {
	s := service(t, auth.Options{})
	boss := add(t, s, "boss", auth.Admin)
	deputy := add(t, s, "deputy", auth.Admin)
	_, err := s.ChangeAccount(t.Context(), deputy.ID, deputy.Revision, auth.AccountChange{Role: auth.Admin, Disabled: true})
	require.NoError(t, err)
	for _, c := range []auth.AccountChange{{Role: auth.Analyst}, {Role: auth.Admin, Disabled: true}} {
		_, err = s.ChangeAccount(t.Context(), boss.ID, boss.Revision, c)
		requireCode(t, err, diag.ErrConflict, auth.CodeLastAdmin)
	}
	requireCode(t, s.RemoveAccount(t.Context(), boss.ID, boss.Revision), diag.ErrConflict, auth.CodeLastAdmin)
	a, err := s.Store.Account(t.Context(), boss.ID)
	require.NoError(t, err)
	require.Equal(t, boss.Revision, a.Revision, "nothing was changed")
}

func TestNames(t *testing.T) {
	s := service(t, auth.Options{})
	a := add(t, s, "ann", auth.Analyst)
	for _, same := range []string{"ann", "Ann", " ann ", "ａｎｎ"} {
		_, err := s.AddAccount(t.Context(), same, password, auth.AccountChange{Role: auth.Viewer})
		requireCode(t, err, diag.ErrConflict, auth.CodeNameTaken)
	}
	for _, good := range []string{"张伟", "o_brien-2@example.com", "é", strings.Repeat("x", 100)} {
		_, err := s.AddAccount(t.Context(), good, password, auth.AccountChange{Role: auth.Viewer})
		require.NoError(t, err, good)
	}
	for _, bad := range []string{"", " ", "a b", "-x", "x-", "a\x00b", "a\u202eb", "\xff", strings.Repeat("x", 101), "a/b", "<b>", "a'b", "a\nb", "user:1"} {
		_, err := s.AddAccount(t.Context(), bad, password, auth.AccountChange{Role: auth.Viewer})
		requireCode(t, err, diag.ErrInvalid, auth.CodeName)
	}
	for _, c := range []auth.AccountChange{{Role: "root"}, {Role: ""}, {Role: auth.Viewer, DisplayName: strings.Repeat("x", 256)}, {Role: auth.Viewer, Email: "\x00"},
		{Role: auth.Viewer, DisplayName: "\u202e"}} {
		_, err := s.ChangeAccount(t.Context(), a.ID, a.Revision, c)
		require.ErrorIs(t, err, diag.ErrInvalid)
	}
	for _, bad := range []string{"", " music", "music ", "a\nb", strings.Repeat("x", 101), "\xff"} {
		_, err := s.AddTeam(t.Context(), bad, "", "")
		requireCode(t, err, diag.ErrInvalid, auth.CodeName)
	}
}

func TestTeams(t *testing.T) {
	used := "2 tables"
	s := service(t, auth.Options{TeamInUse: func(context.Context, string) (string, error) { return used, nil }})
	a := add(t, s, "ann", auth.Analyst)
	team, err := s.AddTeam(t.Context(), "音乐 team", "we play", a.ID)
	require.NoError(t, err)
	_, err = s.AddTeam(t.Context(), "音乐 team", "", "")
	requireCode(t, err, diag.ErrConflict, auth.CodeNameTaken)
	changed, err := s.ChangeTeam(t.Context(), team.ID, team.Revision, "music", "we play on")
	require.NoError(t, err)
	_, err = s.ChangeTeam(t.Context(), team.ID, team.Revision, "late", "")
	requireCode(t, err, diag.ErrStale, auth.CodeStale)
	requireCode(t, s.RemoveTeam(t.Context(), team.ID, changed.Revision), diag.ErrConflict, auth.CodeTeamInUse)
	used = ""
	require.NoError(t, s.RemoveTeam(t.Context(), team.ID, changed.Revision))
	require.ErrorIs(t, s.SetMember(t.Context(), team.ID, a.ID, false), diag.ErrNotFound)
	_, err = s.TeamExists(t.Context(), team.ID)
	require.ErrorIs(t, err, diag.ErrNotFound)
}

// Every change leaves a line, and no line holds a secret.
func TestAudit(t *testing.T) {
	meta := openStore(t, filepath.Join(t.TempDir(), "meta.db"))
	s := service(t, auth.Options{Store: meta})
	ctx := audit.With(t.Context(), audit.Actor{Subject: "user:boss", Name: "boss", Request: "r1", Remote: "192.0.2.9"})
	a, err := s.AddAccount(ctx, "ann", password, auth.AccountChange{Role: auth.Admin})
	require.NoError(t, err)
	session := logIn(t, s, "ann")
	_, secret, err := s.AddToken(ctx, who(t, s, session), "laptop", []auth.Capability{auth.View}, time.Hour)
	require.NoError(t, err)
	_, err = s.LogIn(ctx, "ann", "a wrong password", auth.Visit{})
	require.Error(t, err)
	_, err = s.LogIn(ctx, "my password hunter2", "x", auth.Visit{})
	require.Error(t, err)
	require.NoError(t, s.LogOut(ctx, who(t, s, session)))

	lines, err := meta.AuditPage(t.Context(), audit.Query{Everything: true, Limit: 100})
	require.NoError(t, err)
	var actions []string
	for _, l := range lines {
		actions = append(actions, l.Action)
		for _, hidden := range []string{password, secret, session, "hunter2", "wrong password"} {
			require.NotContains(t, string(l.Detail)+l.ObjectName+l.Object, hidden)
		}
	}
	require.Equal(t, []string{"session.end", "session.refuse", "session.refuse", "token.create", "session.start", "user.create"}, actions)
	require.Equal(t, "boss", lines[5].Name)
	require.Equal(t, "192.0.2.9", lines[5].Remote)
	require.Equal(t, "user:"+a.ID, lines[5].Object)
}

// TestWhatOperatorsSee gives operators the pipelines of all teams and nothing else of them.
func TestWhatOperatorsSee(t *testing.T) {
	op := auth.Principal{User: "1", Role: auth.Operator, Teams: []auth.Membership{{Team: "own"}}}
	require.True(t, op.Can(auth.View, auth.KindPipeline, "other"))
	require.True(t, op.Can(auth.Operate, auth.KindPipeline, "other"))
	require.False(t, op.Can(auth.Edit, auth.KindPipeline, "other"))
	for _, of := range []auth.Kind{auth.KindTeam, auth.KindConnection, auth.KindTable, auth.KindDocument, ""} {
		require.True(t, op.Can(auth.View, of, "own"), of)
		require.False(t, op.Can(auth.View, of, "other"), of)
		require.False(t, op.Can(auth.View, of, ""), of)
		require.False(t, op.Can(auth.Operate, of, "other"), of)
	}
	op.Token, op.Scopes = "k", []auth.Capability{auth.View}
	require.True(t, op.Can(auth.View, auth.KindPipeline, "other"))
	require.False(t, op.Can(auth.Operate, auth.KindPipeline, "other"))
}
