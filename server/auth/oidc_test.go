package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/secret"
)

// provider is an OpenID provider that says what a test wants. A real one is in server/e2e/oidc.
type provider struct {
	*httptest.Server
	t      *testing.T
	key    *ecdsa.PrivateKey
	claims map[string]any
	// sign signs the identity; nil is with key.
	sign func(claims []byte) string
	// subject is what userinfo says, where it is not the identity's.
	subject   string
	challenge string
	codes     map[string]bool
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	p := &provider{t: t, key: key, codes: map[string]bool{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) jws(alg jose.SignatureAlgorithm, key any, claims []byte) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
	require.NoError(p.t, err)
	signed, err := signer.Sign(claims)
	require.NoError(p.t, err)
	text, err := signed.CompactSerialize()
	require.NoError(p.t, err)
	return text
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		answer(map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"userinfo_endpoint": p.URL + "/userinfo", "id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"}})
	case "/keys":
		answer(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.key.PublicKey, KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
	case "/token":
		code := r.FormValue("code")
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if p.codes[code] || base64.RawURLEncoding.EncodeToString(sum[:]) != p.challenge {
			w.WriteHeader(http.StatusBadRequest)
			answer(map[string]string{"error": "invalid_grant"})
			return
		}
		p.codes[code] = true
		text, err := json.Marshal(p.claims)
		require.NoError(p.t, err)
		var signed string
		if p.sign != nil {
			signed = p.sign(text)
		} else {
			signed = p.jws(jose.ES256, p.key, text)
		}
		answer(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": signed})
	case "/userinfo":
		subject := p.subject
		if subject == "" {
			subject, _ = p.claims["sub"].(string)
		}
		answer(map[string]any{"sub": subject, "role": "admin", "groups": []string{"music"}})
	}
}

// begin begins a sign-on and returns the browser's cookie and what the provider was asked.
func (p *provider) begin(t *testing.T, s *auth.Service) (*http.Cookie, url.Values) {
	t.Helper()
	address, cookie, err := s.StartOIDC(t.Context(), "/tables?x=1")
	require.NoError(t, err)
	require.NoError(t, cookie.Valid())
	u, err := url.Parse(address)
	require.NoError(t, err)
	asked := u.Query()
	require.Equal(t, "S256", asked.Get("code_challenge_method"))
	p.challenge = asked.Get("code_challenge")
	p.claims = map[string]any{"iss": p.URL, "sub": "1", "aud": "millrace", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(), "nonce": asked.Get("nonce"),
		"preferred_username": "ann", "role": "analyst"}
	return cookie, asked
}

// callback is the browser's return.
func callback(cookie *http.Cookie, values ...string) *http.Request {
	query := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		query.Add(values[i], values[i+1])
	}
	r := httptest.NewRequest("GET", "/api/v1/auth/oidc/callback?"+query.Encode(), nil)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	return r
}

func oidcService(t *testing.T, p *provider) *auth.Service {
	t.Helper()
	ring, err := secret.New(make([]byte, secret.KeyBytes))
	require.NoError(t, err)
	return service(t, auth.Options{Sealer: ring, OIDC: auth.OIDC{Issuer: p.URL, ClientID: "millrace", ClientSecret: "s", RedirectURL: "http://127.0.0.1/api/v1/auth/oidc/callback",
		Scopes: []string{"openid"}, Claims: auth.Claims{Role: "role", DefaultRole: auth.Viewer, Teams: "groups"}}})
}

func TestOIDC(t *testing.T) {
	p := newProvider(t)
	s := oidcService(t, p)
	cookie, asked := p.begin(t, s)
	require.NotContains(t, cookie.Value, asked.Get("state"), "the state is sealed")
	session, to, err := s.FinishOIDC(t.Context(), callback(cookie, "state", asked.Get("state"), "code", "c1"), auth.Visit{Remote: "192.0.2.1"})
	require.NoError(t, err)
	require.Equal(t, "/tables?x=1", to)
	who := who(t, s, session)
	require.Equal(t, "ann", who.Name)
	require.Equal(t, auth.Analyst, who.Role, "what is signed counts, and not what userinfo says")
	require.Len(t, who.Teams, 1)

	// The same answer again: the code is used up.
	_, to, err = s.FinishOIDC(t.Context(), callback(cookie, "state", asked.Get("state"), "code", "c1"), auth.Visit{})
	requireCode(t, err, diag.ErrUnauthenticated, auth.CodeOIDC)
	require.Equal(t, "/tables?x=1", to)

	// An account of the name that the provider gives is not the person's.
	add(t, s, "boss", auth.Admin)
	cookie, asked = p.begin(t, s)
	p.claims["sub"], p.claims["preferred_username"] = "2", "boss"
	session, _, err = s.FinishOIDC(t.Context(), callback(cookie, "state", asked.Get("state"), "code", "c2"), auth.Visit{})
	require.NoError(t, err)
	other, err := s.SessionPrincipal(t.Context(), session)
	require.NoError(t, err)
	require.NotEqual(t, "boss", other.Name)
	require.Equal(t, auth.Analyst, other.Role)
}

func TestOIDCRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *provider)
		answer func(cookie *http.Cookie, asked url.Values) *http.Request
	}{
		"wrong state": {answer: func(c *http.Cookie, _ url.Values) *http.Request { return callback(c, "state", "other", "code", "c") }},
		"no state":    {answer: func(c *http.Cookie, _ url.Values) *http.Request { return callback(c, "code", "c") }},
		"two states": {answer: func(c *http.Cookie, a url.Values) *http.Request {
			return callback(c, "state", a.Get("state"), "state", "x", "code", "c")
		}},
		"another browser": {answer: func(_ *http.Cookie, a url.Values) *http.Request {
			return callback(nil, "state", a.Get("state"), "code", "c")
		}},
		"a forged cookie": {answer: func(c *http.Cookie, a url.Values) *http.Request {
			c.Value = c.Value[:40] + "A" + c.Value[41:]
			return callback(c, "state", a.Get("state"), "code", "c")
		}},
		"another provider": {answer: func(c *http.Cookie, a url.Values) *http.Request {
			return callback(c, "state", a.Get("state"), "code", "c", "iss", "https://evil")
		}},
		"refused there": {answer: func(c *http.Cookie, a url.Values) *http.Request {
			return callback(c, "state", a.Get("state"), "error", "access_denied", "error_description", "<script>")
		}},
		"other issuer":   {change: func(p *provider) { p.claims["iss"] = "https://evil" }},
		"other audience": {change: func(p *provider) { p.claims["aud"] = "another" }},
		"expired":        {change: func(p *provider) { p.claims["exp"] = time.Now().Add(-time.Hour).Unix() }},
		"other nonce":    {change: func(p *provider) { p.claims["nonce"] = "other" }},
		"no nonce":       {change: func(p *provider) { delete(p.claims, "nonce") }},
		"no subject":     {change: func(p *provider) { delete(p.claims, "sub"); p.subject = "x" }},
		"other userinfo": {change: func(p *provider) { p.subject = "2" }},
		"no identity":    {change: func(p *provider) { p.sign = func([]byte) string { return "" } }},
		"another key": {change: func(p *provider) {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			require.NoError(p.t, err)
			p.sign = func(claims []byte) string { return p.jws(jose.ES256, key, claims) }
		}},
		"not signed": {change: func(p *provider) {
			p.sign = func(claims []byte) string {
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims) + "."
			}
		}},
		"the public key as secret": {change: func(p *provider) {
			raw, err := p.key.PublicKey.Bytes()
			require.NoError(p.t, err)
			p.sign = func(claims []byte) string { return p.jws(jose.HS256, raw, claims) }
		}},
		"changed after signing": {change: func(p *provider) {
			p.sign = func(claims []byte) string {
				parts := strings.Split(p.jws(jose.ES256, p.key, claims), ".")
				forged := strings.Replace(string(claims), `"role":"analyst"`, `"role":"admin"`, 1)
				return parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(forged)) + "." + parts[2]
			}
		}},
		"another verifier": {change: func(p *provider) { p.challenge = "other" }},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			s := oidcService(t, p)
			cookie, asked := p.begin(t, s)
			if c.change != nil {
				c.change(p)
			}
			r := callback(cookie, "state", asked.Get("state"), "code", "c")
			if c.answer != nil {
				r = c.answer(cookie, asked)
			}
			session, _, err := s.FinishOIDC(t.Context(), r, auth.Visit{})
			requireCode(t, err, diag.ErrUnauthenticated, auth.CodeOIDC)
			require.Empty(t, session)
			require.NotContains(t, err.Error(), "<script>")
			accounts, err := s.Store.Accounts(t.Context(), "", 10)
			require.NoError(t, err)
			require.Empty(t, accounts, "nothing was made")
		})
	}
}

func TestOIDCState(t *testing.T) {
	p := newProvider(t)
	s := oidcService(t, p)
	now := time.Now()
	auth.SetClock(s, func() time.Time { return now })
	cookie, asked := p.begin(t, s)
	now = now.Add(11 * time.Minute)
	_, _, err := s.FinishOIDC(t.Context(), callback(cookie, "state", asked.Get("state"), "code", "c"), auth.Visit{})
	requireCode(t, err, diag.ErrUnauthenticated, auth.CodeOIDC)
	require.Positive(t, cookie.MaxAge)
	require.True(t, cookie.HttpOnly)

	for _, to := range []string{"https://evil.com", "//evil.com"} {
		_, cookie, err := s.StartOIDC(t.Context(), to)
		require.NoError(t, err)
		_, back, err := s.FinishOIDC(t.Context(), callback(cookie, "state", "x"), auth.Visit{})
		require.Error(t, err)
		require.Equal(t, "/", back)
	}
}

func TestOIDCProviderDown(t *testing.T) {
	p := newProvider(t)
	s := oidcService(t, p)
	p.Server.Close()
	_, _, err := s.StartOIDC(t.Context(), "/")
	requireCode(t, err, diag.ErrUnavailable, auth.CodeOIDC)

	off := service(t, auth.Options{})
	_, _, err = off.StartOIDC(t.Context(), "/")
	require.ErrorIs(t, err, diag.ErrNotFound)
	require.Equal(t, auth.Ways{Passwords: true}, off.Ways())
	_, err = auth.New(auth.Options{Store: off.Store, OIDC: auth.OIDC{Issuer: "https://x", CAFile: filepath.Join(t.TempDir(), "none")}})
	require.Error(t, err)
	require.NotEmpty(t, fmt.Sprint(err))
}
