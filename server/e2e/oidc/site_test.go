package oidc

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/server/auth"
	"millrace/server/e2e/parts"
	"millrace/server/httpapi"
	"millrace/server/secret"
	"millrace/server/store"
)

const (
	userPassword = "correct horse battery"
	clientSecret = "a secret of the client"
)

// realm is a realm with three people: ann has a role and a group, bob neither, and boss the name of an administrator here.
func realm(name, redirect string) string {
	person := func(user string, roles, groups []string) map[string]any {
		return map[string]any{"username": user, "enabled": true, "email": user + "@example.com", "emailVerified": true, "firstName": strings.ToUpper(user), "lastName": "X",
			"credentials": []map[string]any{{"type": "password", "value": userPassword, "temporary": false}}, "realmRoles": roles, "groups": groups}
	}
	mapper := func(name, kind, claim string, more map[string]string) map[string]any {
		config := map[string]string{"claim.name": claim, "id.token.claim": "true", "access.token.claim": "true", "userinfo.token.claim": "true", "jsonType.label": "String"}
		for k, v := range more {
			config[k] = v
		}
		return map[string]any{"name": name, "protocol": "openid-connect", "protocolMapper": kind, "config": config}
	}
	text, err := json.Marshal(map[string]any{
		"realm": name, "enabled": true,
		"roles":  map[string]any{"realm": []map[string]string{{"name": "millrace-analyst"}, {"name": "millrace-viewer"}}},
		"groups": []map[string]string{{"name": "data-music"}, {"name": "everybody"}},
		"users":  []any{person("ann", []string{"millrace-analyst", "millrace-viewer"}, []string{"/data-music", "/everybody"}), person("bob", nil, nil), person("boss", nil, nil)},
		"clients": []any{map[string]any{
			"clientId": "millrace", "enabled": true, "secret": clientSecret, "redirectUris": []string{redirect}, "standardFlowEnabled": true, "directAccessGrantsEnabled": false,
			"attributes": map[string]string{"pkce.code.challenge.method": "S256"},
			"protocolMappers": []any{
				mapper("roles", "oidc-usermodel-realm-role-mapper", "realm_access.roles", map[string]string{"multivalued": "true"}),
				mapper("groups", "oidc-group-membership-mapper", "groups", map[string]string{"full.path": "true"}),
			},
		}},
	})
	if err != nil {
		panic(err) // texts always have a form
	}
	return string(text)
}

// site is Millrace and the provider, each behind an address of its own.
type site struct {
	url      string
	provider string
	ca       string
	store    *store.Store
	handler  atomic.Pointer[http.Handler]
	// tamper changes what the provider says of a token on its way, where it is set.
	tamper atomic.Pointer[func(text string) string]
}

func newSite(t *testing.T) *site {
	t.Helper()
	parts.RequireKeycloak(t)
	s := &site{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load()).ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	s.url = server.URL
	keycloak, err := parts.StartKeycloak(t.Context(), t.TempDir(), realm("music", s.callback()), realm("other", s.callback()))
	require.NoError(t, err)
	t.Cleanup(keycloak.Kill)
	s.proxy(t, keycloak.URL())
	s.store, err = store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	s.serve(t, "music")
	return s
}

func (s *site) callback() string { return s.url + "/api/v1/auth/oidc/callback" }

// proxy stands before Keycloak with TLS, as one would in production.
func (s *site) proxy(t *testing.T, behind string) {
	t.Helper()
	target, err := url.Parse(behind)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		ModifyResponse: func(r *http.Response) error {
			change := s.tamper.Load()
			if change == nil || !strings.HasSuffix(r.Request.URL.Path, "/token") {
				return nil
			}
			text, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			text = []byte((*change)(string(text)))
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
			r.Header.Set("Content-Length", strconv.Itoa(len(text)))
			return nil
		},
	}
	front := httptest.NewTLSServer(proxy)
	t.Cleanup(front.Close)
	s.provider = front.URL
	s.ca = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(s.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}), 0o600))
}

// serve serves Millrace with the provider's realm.
func (s *site) serve(t *testing.T, realm string) {
	t.Helper()
	ring, err := secret.New(make([]byte, secret.KeyBytes))
	require.NoError(t, err)
	identity, err := auth.New(auth.Options{Store: s.store, Sealer: ring, Passwords: true, Limits: auth.Limits{Idle: time.Hour, Lifetime: time.Hour},
		OIDC: auth.OIDC{Issuer: s.provider + "/realms/" + realm, ClientID: "millrace", ClientSecret: clientSecret, RedirectURL: s.callback(), Scopes: []string{"openid", "profile", "email"},
			CAFile: s.ca, Claims: auth.Claims{Role: "realm_access.roles", RolePrefix: "millrace-", DefaultRole: auth.Viewer, Teams: "groups", TeamPrefix: "data-"}}})
	require.NoError(t, err)
	made, err := httpapi.New(httpapi.Options{Status: func() httpapi.Status { return httpapi.Status{} }, Page: fstest.MapFS{"index.html": {Data: []byte(`<base href="/" /><meta name="csp-nonce" content="" />the page`)}},
		Services: httpapi.Services{Sessions: identity, Identity: identity, Audit: s.store, Once: httpapi.NewOnce(s.store, ring)}, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	s.handler.Store(&made.Handler)
}

// browser is a client with cookies that follows no redirect by itself.
type browser struct {
	t    *testing.T
	site *site
	http *http.Client
}

func (s *site) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, site: s, http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		// The certificate is checked by the server, whose part is what is tested.
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // see above
	}}
}

// page is an answer.
type page struct {
	status   int
	location string
	body     string
}

func (b *browser) get(address string, headers ...string) page {
	return b.send(http.MethodGet, address, nil, headers...)
}

func (b *browser) send(method, address string, form url.Values, headers ...string) page {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, body)
	require.NoError(b.t, err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := b.http.Do(r)
	require.NoError(b.t, err)
	text, err := io.ReadAll(w.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, w.Body.Close())
	return page{w.StatusCode, w.Header.Get("Location"), string(text)}
}

var formAction = regexp.MustCompile(`<form[^>]*action="([^"]+)"`)

// fill begins a sign-on, fills the provider's form, and returns the address of the callback that the provider sends the browser to.
func (b *browser) fill(user, returnTo string) string {
	b.t.Helper()
	begun := b.get(b.site.url + "/api/v1/auth/oidc/start?return_to=" + url.QueryEscape(returnTo))
	require.Equal(b.t, http.StatusFound, begun.status, begun.body)
	require.True(b.t, strings.HasPrefix(begun.location, b.site.provider), begun.location)
	form := b.get(begun.location)
	require.Equal(b.t, http.StatusOK, form.status, form.body)
	m := formAction.FindStringSubmatch(form.body)
	require.NotNil(b.t, m, form.body)
	sent := b.send(http.MethodPost, html.UnescapeString(m[1]), url.Values{"username": {user}, "password": {userPassword}})
	require.Equal(b.t, http.StatusFound, sent.status, sent.body)
	require.True(b.t, strings.HasPrefix(sent.location, b.site.callback()), sent.location)
	return sent.location
}

// me is who the browser is signed in as.
func (b *browser) me() (httpapi.Me, bool) {
	b.t.Helper()
	got := b.get(b.site.url + "/api/v1/auth/me")
	if got.status == http.StatusUnauthorized {
		return httpapi.Me{}, false
	}
	require.Equal(b.t, http.StatusOK, got.status, got.body)
	var me httpapi.Me
	require.NoError(b.t, json.Unmarshal([]byte(got.body), &me))
	return me, true
}

// refused requires an answer that is a problem, and that nobody is signed in.
func (b *browser) refused(got page, what string) {
	b.t.Helper()
	require.Equal(b.t, http.StatusUnauthorized, got.status, "%s: %s", what, got.body)
	require.Contains(b.t, got.body, fmt.Sprintf("%q:%q", "code", auth.CodeOIDC), what)
	_, signedIn := b.me()
	require.False(b.t, signedIn, what)
}
