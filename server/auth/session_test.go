package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/server/auth"
)

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
