package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"millrace/server/auth"
)

// registerIdentity serves log-ins and what is one's own: password, sessions, tokens.
func (a *API) registerIdentity() {
	if a.services.Identity == nil {
		return
	}
	const tag = "identity"
	register(a, op{ID: "get_ways", Method: http.MethodGet, Path: "/auth/ways", Tag: tag, Summary: "The ways to sign in", Access: public()}, a.getWays)
	register(a, op{ID: "log_in", Method: http.MethodPost, Path: "/auth/login", Tag: tag, Summary: "Sign in with a password", Access: public(), MaxBody: 16 << 10,
		Description: "Sets the session's cookie. Too many failed attempts are answered with 429 for a while."}, a.logIn)
	register(a, op{ID: "log_out", Method: http.MethodPost, Path: "/auth/logout", Tag: tag, Summary: "End this session", Access: need(auth.View)}, a.logOut)
	register(a, op{ID: "get_me", Method: http.MethodGet, Path: "/auth/me", Tag: tag, Summary: "Who is signed in", Access: need(auth.View)}, a.getMe)
	register(a, op{ID: "get_csrf", Method: http.MethodGet, Path: "/auth/csrf", Tag: tag, Summary: "The CSRF token of this session", Access: need(auth.View)}, a.getCSRF)
	register(a, op{ID: "change_password", Method: http.MethodPut, Path: "/auth/me/password", Tag: tag, Summary: "Change one's own password",
		Description: "Ends all other sessions.", Access: need(auth.View), MaxBody: 16 << 10}, a.changePassword)
	register(a, op{ID: "list_sessions", Method: http.MethodGet, Path: "/auth/sessions", Tag: tag, Summary: "One's own sessions", Access: need(auth.View)}, a.listSessions)
	register(a, op{ID: "end_session", Method: http.MethodDelete, Path: "/auth/sessions/{session}", Tag: tag, Summary: "End a session of one's own", Access: need(auth.View)}, a.endSession)
	register(a, op{ID: "start_oidc", Method: http.MethodGet, Path: "/auth/oidc/start", Tag: tag, Summary: "Sign in with the single sign-on", Status: http.StatusFound,
		Description: "Sends the browser to the provider, which sends it back to the callback.", Access: public()}, a.startOIDC)
	register(a, op{ID: "finish_oidc", Method: http.MethodGet, Path: "/auth/oidc/callback", Tag: tag, Summary: "Where the provider sends the browser back to", Status: http.StatusFound,
		Access: public()}, a.finishOIDC)
	a.registerTokens(tag)
}

// Visitor gives a handler the request itself: cookies and the browser's name stand in no input.
type Visitor struct{ request *http.Request }

var _ huma.Resolver = (*Visitor)(nil)

// Resolve takes the request.
func (v *Visitor) Resolve(ctx huma.Context) []error {
	v.request = humagin.Unwrap(ctx).Request
	return nil
}

func (a *API) visit(v Visitor) auth.Visit {
	return auth.Visit{Remote: remoteOf(v.request), Agent: v.request.UserAgent(), Replaced: a.services.Identity.SessionSecret(v.request)}
}

func (a *API) getWays(context.Context, *struct{}) (*out[auth.Ways], error) {
	return &out[auth.Ways]{Body: a.services.Identity.Ways()}, nil
}

// Me is who is signed in.
type Me struct {
	User         string            `json:"user" doc:"the account's id"`
	Name         string            `json:"name"`
	Role         auth.Role         `json:"role"`
	Capabilities []auth.Capability `json:"capabilities" nullable:"false" doc:"what one may do at all, be it within one team"`
	Teams        []auth.Membership `json:"teams" nullable:"false"`
	Session      string            `json:"session,omitempty" doc:"the id of this session"`
	Token        string            `json:"token,omitempty" doc:"the id of the API token that was used"`
	CSRFToken    string            `json:"csrf_token,omitempty" doc:"what X-Csrf-Token holds in requests of this session that change something"`
}

func meOf(p auth.Principal, secret string) Me {
	me := Me{User: p.User, Name: p.Name, Role: p.Role, Capabilities: []auth.Capability{}, Teams: slices.Concat([]auth.Membership{}, p.Teams), Session: p.Session, Token: p.Token}
	for _, c := range auth.Scopes() {
		if p.Has(c) {
			me.Capabilities = append(me.Capabilities, c)
		}
	}
	if p.Session != "" {
		me.CSRFToken = auth.CSRFToken(secret)
	}
	return me
}

// meOut answers with who is signed in, and may set cookies.
type meOut struct {
	Cookies []http.Cookie `header:"Set-Cookie"`
	Body    Me
}

func (a *API) logIn(ctx context.Context, in *struct {
	Visitor
	Body struct {
		Name     string `json:"name" maxLength:"400"`
		Password string `json:"password" maxLength:"4096"`
	}
},
) (*meOut, error) {
	secret, err := a.services.Identity.LogIn(ctx, in.Body.Name, in.Body.Password, a.visit(in.Visitor))
	if err != nil {
		return nil, err
	}
	p, err := a.services.Identity.SessionPrincipal(ctx, secret)
	if err != nil {
		return nil, err
	}
	return &meOut{Cookies: []http.Cookie{*a.services.Identity.SessionCookie(secret)}, Body: meOf(p, secret)}, nil
}

// cookiesOut answers with nothing but cookies.
type cookiesOut struct {
	Cookies []http.Cookie `header:"Set-Cookie"`
}

func (a *API) logOut(ctx context.Context, _ *struct{}) (*cookiesOut, error) {
	if err := a.services.Identity.LogOut(ctx, auth.From(ctx)); err != nil {
		return nil, err
	}
	return &cookiesOut{Cookies: []http.Cookie{*a.services.Identity.NoSessionCookie()}}, nil
}

func (a *API) getMe(ctx context.Context, in *struct{ Visitor }) (*out[Me], error) {
	return &out[Me]{Body: meOf(auth.From(ctx), a.services.Identity.SessionSecret(in.request))}, nil
}

type csrfToken struct {
	CSRFToken string `json:"csrf_token" doc:"empty where a token is used, which needs none"`
}

func (a *API) getCSRF(ctx context.Context, in *struct{ Visitor }) (*out[csrfToken], error) {
	return &out[csrfToken]{Body: csrfToken{meOf(auth.From(ctx), a.services.Identity.SessionSecret(in.request)).CSRFToken}}, nil
}

func (a *API) changePassword(ctx context.Context, in *struct {
	Visitor
	Body struct {
		Old string `json:"old" maxLength:"4096"`
		New string `json:"new" maxLength:"4096"`
	}
},
) (*none, error) {
	return nil, a.services.Identity.ChangePassword(ctx, auth.From(ctx), remoteOf(in.request), in.Body.Old, in.Body.New)
}

func (a *API) listSessions(ctx context.Context, _ *struct{}) (*listOut[auth.Session], error) {
	sessions, err := a.services.Identity.Store.SessionsOf(ctx, auth.From(ctx).User, a.services.Identity.Limits)
	return &listOut[auth.Session]{Body: Items[auth.Session]{Items: sessions}}, err
}

func (a *API) endSession(ctx context.Context, in *struct {
	Session string `path:"session" maxLength:"64"`
},
) (*none, error) {
	return nil, a.services.Identity.EndSession(ctx, in.Session, auth.From(ctx).User)
}

// redirectOut sends a browser elsewhere.
type redirectOut struct {
	Cookies  []http.Cookie `header:"Set-Cookie"`
	Location string        `header:"Location"`
}

func (a *API) startOIDC(ctx context.Context, in *struct {
	ReturnTo string `query:"return_to" maxLength:"2048" doc:"the path of this site to come back to"`
},
) (*redirectOut, error) {
	address, cookie, err := a.services.Identity.StartOIDC(ctx, in.ReturnTo)
	if err != nil {
		return nil, err
	}
	return &redirectOut{Cookies: []http.Cookie{*cookie}, Location: address}, nil
}

// finishOIDC takes the provider's answer. A browser that was refused goes back with the code; other programs get the problem.
func (a *API) finishOIDC(ctx context.Context, in *struct {
	Visitor
	State            string `query:"state"`
	Code             string `query:"code"`
	Issuer           string `query:"iss"`
	SessionState     string `query:"session_state"`
	Scope            string `query:"scope"`
	Error            string `query:"error"`
	ErrorDescription string `query:"error_description"`
	ErrorURI         string `query:"error_uri"`
},
) (*redirectOut, error) {
	id := a.services.Identity
	secret, returnTo, err := id.FinishOIDC(ctx, in.request, a.visit(in.Visitor))
	answer := &redirectOut{Location: returnTo, Cookies: []http.Cookie{*id.NoStateCookie()}}
	if err == nil {
		answer.Cookies = append(answer.Cookies, *id.SessionCookie(secret))
		return answer, nil
	}
	if !strings.Contains(in.request.Header.Get("Accept"), "text/html") {
		return nil, err
	}
	p := problemOf(err, a.log, requestID(ctx))
	u, parseErr := url.Parse(returnTo)
	if parseErr != nil {
		return nil, err
	}
	query := u.Query()
	query.Set("sign_in_error", p.Code)
	u.RawQuery = query.Encode()
	answer.Location = u.String()
	return answer, nil
}
