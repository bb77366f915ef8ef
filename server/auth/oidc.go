package auth

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"millrace/models/diag"
	"millrace/server/secret"
)

// OIDC says how the single sign-on works; configs.OIDC explains the fields.
type OIDC struct {
	Issuer, ClientID, ClientSecret, RedirectURL string
	Scopes                                      []string
	Claims                                      Claims
	// CAFile holds the certificates that the provider's is checked against; empty is the system's.
	CAFile string
}

// Sealer seals what a browser keeps; secret.Keyring is one.
type Sealer interface {
	Seal(at secret.Place, plain []byte) string
	Open(at secret.Place, sealed string) ([]byte, error)
}

const (
	stateCookie = "millrace_oidc"
	// stateLasts is how long one may take at the provider.
	stateLasts = 10 * time.Minute
	// providerTimeout bounds each call of the provider.
	providerTimeout = 15 * time.Second
)

func statePlace() secret.Place { return secret.Place{Object: "oidc", Field: "state"} }

// oidcState is what the browser keeps between the two halves of a sign-on, sealed.
type oidcState struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	ReturnTo string    `json:"return_to"`
	Expires  time.Time `json:"expires"`
}

// oidcClient speaks to the provider, whose description is read when it is first needed: a provider that is down must not keep a server
// from starting.
type oidcClient struct {
	OIDC
	http *http.Client
	now  func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider
}

func newOIDCClient(o OIDC) (*oidcClient, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if o.CAFile != "" {
		text, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("reading the provider's certificates: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", o.CAFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &oidcClient{OIDC: o, http: &http.Client{Transport: transport, Timeout: providerTimeout}, now: time.Now}, nil
}

// reach returns the provider and what codes are exchanged with.
func (c *oidcClient) reach(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.provider == nil {
		// The keys are read with this context later on, so it must not end with the request.
		p, err := oidc.NewProvider(c.client(context.WithoutCancel(ctx)), c.Issuer)
		if err != nil {
			return nil, nil, diag.RefuseFor(diag.ErrUnavailable, err, CodeOIDC, "Check auth.oidc.issuer, and that the provider runs.", "the single sign-on's provider does not answer")
		}
		c.provider = p
	}
	return c.provider, &oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: c.provider.Endpoint(), RedirectURL: c.RedirectURL, Scopes: c.Scopes}, nil
}

func (c *oidcClient) client(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, c.http)
}

// StartOIDC begins a sign-on: the browser is sent to address with the cookie. returnTo is a path of this site to come back to; others are
// ignored.
func (s *Service) StartOIDC(ctx context.Context, returnTo string) (address string, cookie *http.Cookie, err error) {
	if s.oidc == nil {
		return "", nil, diag.Refuse(diag.ErrNotFound, CodeOff, "", "there is no single sign-on")
	}
	_, config, err := s.oidc.reach(ctx)
	if err != nil {
		return "", nil, err
	}
	random := func() string { return base64.RawURLEncoding.EncodeToString(randomBytes(32)) }
	state := oidcState{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), ReturnTo: s.localPath(returnTo), Expires: s.oidc.now().Add(stateLasts)}
	text, err := json.Marshal(state)
	if err != nil {
		return "", nil, fmt.Errorf("writing the state: %w", err)
	}
	cookie = s.cookie(stateCookie, s.Sealer.Seal(statePlace(), text), int(stateLasts.Seconds()))
	return config.AuthCodeURL(state.State, oidc.Nonce(state.Nonce), oauth2.S256ChallengeOption(state.Verifier)), cookie, nil
}

// localPath returns a path of this site, its root where the text is none: a sign-on must not end on another site.
func (s *Service) localPath(text string) string {
	root := s.BasePath + "/"
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(text, root) || strings.HasPrefix(text, "//") ||
		strings.ContainsAny(text, "\\\r\n\t") || !printable(text) {
		return root
	}
	return text
}

// NoStateCookie returns the cookie that removes the state of a sign-on.
func (s *Service) NoStateCookie() *http.Cookie { return s.cookie(stateCookie, "", -1) }

// FinishOIDC ends a sign-on with the provider's answer, the query of the redirect: it makes a session and returns its secret and the path to go
// on to. Where it fails, the path is the one to go back to.
func (s *Service) FinishOIDC(ctx context.Context, r *http.Request, v Visit) (sessionSecret, returnTo string, err error) {
	if s.oidc == nil {
		return "", s.BasePath + "/", diag.Refuse(diag.ErrNotFound, CodeOff, "", "there is no single sign-on")
	}
	state, err := s.stateOf(r)
	if err != nil {
		return "", s.BasePath + "/", err
	}
	e, err := s.oidc.finish(ctx, state, r.URL.Query())
	if err != nil {
		return "", state.ReturnTo, err
	}
	account, err := s.Store.SignIn(ctx, e)
	if err != nil {
		return "", state.ReturnTo, err
	}
	s.cache.expire()
	sessionSecret, err = s.startSession(ctx, account, v)
	return sessionSecret, state.ReturnTo, err
}

func refuseOIDC(cause error, format string, args ...any) error {
	return diag.RefuseFor(diag.ErrUnauthenticated, cause, CodeOIDC, "Sign in again.", format, args...)
}

func (s *Service) stateOf(r *http.Request) (oidcState, error) {
	cookies := r.CookiesNamed(s.cookieName(stateCookie))
	if len(cookies) != 1 {
		return oidcState{}, refuseOIDC(nil, "the sign-on was not begun in this browser, or took longer than %s", stateLasts)
	}
	text, err := s.Sealer.Open(statePlace(), cookies[0].Value)
	var state oidcState
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil || s.oidc.now().After(state.Expires) {
		return oidcState{}, refuseOIDC(nil, "the sign-on was not begun in this browser, or took longer than %s", stateLasts)
	}
	return state, nil
}

// finish checks the provider's answer and returns what it says of the person.
func (c *oidcClient) finish(ctx context.Context, state oidcState, answer url.Values) (External, error) {
	if subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(state.State)) != 1 || len(answer["state"]) != 1 {
		return External{}, refuseOIDC(nil, "the answer belongs to another sign-on")
	}
	if iss := answer.Get("iss"); iss != "" && iss != c.Issuer {
		return External{}, refuseOIDC(nil, "the answer is another provider's")
	}
	if answer.Get("error") != "" {
		// The provider's words come through the browser, and so from anybody.
		return External{}, refuseOIDC(nil, "the provider has refused the sign-on")
	}
	provider, config, err := c.reach(ctx)
	if err != nil {
		return External{}, err
	}
	ctx = c.client(ctx)
	token, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(state.Verifier))
	if err != nil {
		return External{}, refuseOIDC(err, "the provider does not accept its own answer: it was used before, or is too old")
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return External{}, refuseOIDC(nil, "the provider has sent no identity")
	}
	identity, err := provider.Verifier(&oidc.Config{ClientID: c.ClientID, Now: c.now}).Verify(ctx, raw)
	if err != nil {
		return External{}, refuseOIDC(err, "the identity that the provider has sent does not hold")
	}
	if subtle.ConstantTimeCompare([]byte(identity.Nonce), []byte(state.Nonce)) != 1 {
		return External{}, refuseOIDC(nil, "the identity belongs to another sign-on")
	}
	claims := map[string]any{}
	if err := identity.Claims(&claims); err != nil {
		return External{}, refuseOIDC(err, "the identity cannot be read")
	}
	if provider.UserInfoEndpoint() != "" {
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil || info.Subject != identity.Subject {
			return External{}, refuseOIDC(err, "the provider does not tell more of the person")
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return External{}, refuseOIDC(err, "the person's details cannot be read")
		}
		// What is signed counts.
		maps.Copy(more, claims)
		claims = more
	}
	return c.Claims.external(identity.Issuer, identity.Subject, claims)
}
