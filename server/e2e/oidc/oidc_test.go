package oidc

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/auth"
)

// One Keycloak serves all of it: its start is most of the time.
func TestKeycloak(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		name string
		run  func(*testing.T, *site)
	}{
		{"signs in with role and team", signsIn},
		{"names are not identities", namesAreNotIdentities},
		{"another browser", anotherBrowser},
		{"wrong state", wrongState},
		{"replay", replay},
		{"refused at the provider", refusedAtTheProvider},
		{"broken signature", brokenSignature},
		{"another realm", anotherRealm},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, s) })
	}
}

func signsIn(t *testing.T, s *site) {
	b := s.browser(t)
	_, signedIn := b.me()
	require.False(t, signedIn)
	landed := b.get(b.fill("ann", "/tables?x=1"))
	require.Equal(t, http.StatusFound, landed.status, landed.body)
	require.Equal(t, "/tables?x=1", landed.location)
	me, signedIn := b.me()
	require.True(t, signedIn)
	require.Equal(t, "ann", me.Name)
	require.Equal(t, auth.Analyst, me.Role, "the highest of two")
	require.Len(t, me.Teams, 1, "the groups that are teams")
	require.Equal(t, "music", me.Teams[0].Name)
	require.NotEmpty(t, me.CSRFToken)
	account, err := s.store.Account(t.Context(), me.User)
	require.NoError(t, err)
	require.Equal(t, "ann@example.com", account.Email)
	require.Equal(t, s.provider+"/realms/music", account.Issuer)
	require.False(t, account.HasPassword)

	// The same person from another browser is the same account; one without a role has the default.
	again := s.browser(t)
	require.Equal(t, "/", again.get(again.fill("ann", "https://evil.example.com")).location, "not to another site")
	same, _ := again.me()
	require.Equal(t, me.User, same.User)
	bob := s.browser(t)
	bob.get(bob.fill("bob", "/"))
	other, _ := bob.me()
	require.Equal(t, "bob", other.Name)
	require.Equal(t, auth.Viewer, other.Role)
	require.Empty(t, other.Teams)
}

func namesAreNotIdentities(t *testing.T, s *site) {
	boss, err := s.store.AddAccount(t.Context(), "boss", "", auth.AccountChange{Email: "boss@example.com", Role: auth.Admin}, false)
	require.NoError(t, err)
	b := s.browser(t)
	b.get(b.fill("boss", "/"))
	me, signedIn := b.me()
	require.True(t, signedIn)
	require.NotEqual(t, boss.ID, me.User)
	require.Equal(t, auth.Viewer, me.Role)
	require.NotEqual(t, "boss", me.Name)
}

func anotherBrowser(t *testing.T, s *site) {
	mine, victim := s.browser(t), s.browser(t)
	answer := mine.fill("bob", "/")
	victim.refused(victim.get(answer), "an answer that was begun elsewhere")
	// Nor does it help that the victim has begun a sign-on too.
	victim.get(s.url + "/api/v1/auth/oidc/start")
	victim.refused(victim.get(answer), "an answer to another sign-on")
}

func wrongState(t *testing.T, s *site) {
	for _, change := range []func(url.Values){
		func(q url.Values) { q.Set("state", q.Get("state")+"x") },
		func(q url.Values) { q.Del("state") },
		func(q url.Values) { q.Set("iss", "https://evil.example.com") },
		func(q url.Values) { q.Set("code", "made.up.code") },
	} {
		b := s.browser(t)
		u, err := url.Parse(b.fill("bob", "/"))
		require.NoError(t, err)
		q := u.Query()
		change(q)
		u.RawQuery = q.Encode()
		b.refused(b.get(u.String()), u.RawQuery)
	}
}

func replay(t *testing.T, s *site) {
	b := s.browser(t)
	answer := b.fill("bob", "/")
	at, err := url.Parse(s.callback())
	require.NoError(t, err)
	kept := b.http.Jar.Cookies(at)
	require.Equal(t, http.StatusFound, b.get(answer).status)

	thief := s.browser(t)
	thief.http.Jar.SetCookies(at, kept)
	thief.refused(thief.get(answer), "an answer that was used, with the cookie of that time")
	got := b.get(answer)
	require.Equal(t, http.StatusUnauthorized, got.status, "the same browser, whose cookie is gone")
	got = thief.get(answer, "Accept", "text/html")
	require.Equal(t, http.StatusFound, got.status, "a person goes back to a page")
	require.Equal(t, "/?sign_in_error=auth.oidc", got.location)
}

func refusedAtTheProvider(t *testing.T, s *site) {
	b := s.browser(t)
	begun := b.get(s.url + "/api/v1/auth/oidc/start")
	u, err := url.Parse(begun.location)
	require.NoError(t, err)
	b.refused(b.get(s.callback()+"?error=access_denied&error_description=%3Cscript%3E&state="+url.QueryEscape(u.Query().Get("state"))), "no consent")
	// Without what PKCE wants the provider gives no code at all.
	q := u.Query()
	q.Del("code_challenge")
	q.Del("code_challenge_method")
	u.RawQuery = q.Encode()
	got := b.get(u.String())
	require.Contains(t, got.location, "error=invalid_request")
}

func brokenSignature(t *testing.T, s *site) {
	t.Cleanup(func() { s.tamper.Store(nil) })
	for name, change := range map[string]func(string) string{
		"a bit of the signature": func(text string) string {
			return eachIdentity(text, func(head, body, signature string) string { return head + "." + body + "." + flip(signature) })
		},
		"a bit of the claims": func(text string) string {
			return eachIdentity(text, func(head, body, signature string) string { return head + "." + flip(body) + "." + signature })
		},
		"no signature": func(text string) string {
			return eachIdentity(text, func(_, body, _ string) string { return "eyJhbGciOiJub25lIn0." + body + "." })
		},
		"no identity": func(text string) string { return strings.Replace(text, `"id_token"`, `"id_tokem"`, 1) },
	} {
		s.tamper.Store(&change)
		b := s.browser(t)
		b.refused(b.get(b.fill("bob", "/")), name)
	}
	s.tamper.Store(nil)
	b := s.browser(t)
	b.get(b.fill("bob", "/"))
	_, signedIn := b.me()
	require.True(t, signedIn, "left alone it works")
}

// eachIdentity changes the identity in the provider's answer.
func eachIdentity(text string, change func(head, body, signature string) string) string {
	before, rest, _ := strings.Cut(text, `"id_token":"`)
	token, after, _ := strings.Cut(rest, `"`)
	parts := strings.Split(token, ".")
	return before + `"id_token":"` + change(parts[0], parts[1], parts[2]) + `"` + after
}

// flip changes a character in the middle.
func flip(text string) string {
	i := len(text) / 2
	c := byte('A')
	if text[i] == c {
		c = 'B'
	}
	return text[:i] + string(c) + text[i+1:]
}

// anotherRealm is another issuer at the same provider, with the same client and the same people.
func anotherRealm(t *testing.T, s *site) {
	b := s.browser(t)
	s.serve(t, "other")
	answer := b.fill("ann", "/")
	s.serve(t, "music")
	b.refused(b.get(answer), "a code of the other realm")
	// An answer that leaves out who it is from gets no further: the provider does not know the code.
	u, err := url.Parse(b.fill("bob", "/"))
	require.NoError(t, err)
	q, foreign := u.Query(), mustQuery(t, answer)
	q.Del("iss")
	q.Set("code", foreign.Get("code"))
	u.RawQuery = q.Encode()
	b.refused(b.get(u.String()), "a code of the other realm in an answer of this one")
}

func mustQuery(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u.Query()
}
