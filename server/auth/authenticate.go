package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"millrace/models/diag"
)

// CSRFHeader carries what shows that a change comes from a page of this site.
const CSRFHeader = "X-Csrf-Token"

// hostPrefix makes a browser hold a cookie to this host, its root and TLS: no other host of the domain can plant one.
const hostPrefix = "__Host-"

// touchAfter is how long a session or a token is used before that is noted again.
const touchAfter = time.Minute

// Authenticate reads who makes a request: see the package comment.
func (s *Service) Authenticate(ctx context.Context, r *http.Request) (Principal, error) {
	if headers := r.Header.Values("Authorization"); len(headers) > 0 {
		scheme, secret, _ := strings.Cut(headers[0], " ")
		if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") {
			return Principal{}, badToken()
		}
		return s.token(ctx, strings.TrimSpace(secret))
	}
	changes := r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
	if changes {
		// Also where nobody is signed in: another site must not sign somebody in as somebody else.
		if err := s.SameSite(r); err != nil {
			return Principal{}, err
		}
	}
	secret := s.SessionSecret(r)
	if secret == "" {
		return Principal{}, nil
	}
	p, err := s.session(ctx, secret)
	if err != nil {
		return Principal{}, err
	}
	if changes && !p.Nobody() && subtle.ConstantTimeCompare([]byte(r.Header.Get(CSRFHeader)), []byte(CSRFToken(secret))) != 1 {
		return Principal{}, diag.Refuse(diag.ErrDenied, CodeCSRF, "Send "+CSRFHeader+" with the value that /auth/me gives, or use an API token.",
			"the change does not show that it comes from a page of this site")
	}
	return p, nil
}

// SameSite refuses a request that a page of another site has made a browser send. Other programs send neither header.
func (s *Service) SameSite(r *http.Request) error {
	refuse := func() error {
		return diag.Refuse(diag.ErrDenied, CodeCSRF, "", "the request was made by a page of another site")
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || !s.origins[origin] && (u.Host != r.Host || u.Scheme != "http" && u.Scheme != "https") {
			return refuse()
		}
		if s.origins[origin] {
			return nil
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return nil
	}
	return refuse()
}

// CSRFToken is what a session's changes show. It is made of the session's secret and does not tell it.
func CSRFToken(secret string) string {
	sum := sha256.Sum256([]byte("millrace csrf\x00" + secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// SessionSecret returns what the session's cookie of a request holds; "" where there is none, or more than one: one of them was planted.
func (s *Service) SessionSecret(r *http.Request) string {
	cookies := r.CookiesNamed(s.cookieName(SessionCookie))
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}

func (s *Service) cookieName(name string) string {
	if s.Secure && s.BasePath == "" {
		return hostPrefix + name
	}
	return name
}

// SessionCookie returns the cookie of a session's secret. It has no end of its own: it goes when the browser is closed.
func (s *Service) SessionCookie(secret string) *http.Cookie {
	return s.cookie(SessionCookie, secret, 0)
}

// NoSessionCookie returns the cookie that removes it.
func (s *Service) NoSessionCookie() *http.Cookie { return s.cookie(SessionCookie, "", -1) }

func (s *Service) cookie(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(name), Value: value, Path: s.BasePath + "/", MaxAge: maxAge, Secure: s.Secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode}
}

// session returns who a session's secret stands for; nobody where it is over.
func (s *Service) session(ctx context.Context, secret string) (Principal, error) {
	id := hashOf(secret)
	p, err := s.cache.get(ctx, "session "+id, func(ctx context.Context) (Ticket, error) {
		t, err := s.Store.Session(ctx, id, s.Limits)
		if err == nil && t.Unused > min(touchAfter, s.Limits.Idle/4) {
			err = s.Store.TouchSession(ctx, id)
		}
		return t, err
	})
	if errors.Is(err, diag.ErrNotFound) {
		return Principal{}, nil
	}
	return p, err
}

// token returns who a token's secret stands for.
func (s *Service) token(ctx context.Context, secret string) (Principal, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return Principal{}, badToken()
	}
	hash := hashOf(secret)
	p, err := s.cache.get(ctx, "token "+hash, func(ctx context.Context) (Ticket, error) {
		t, err := s.Store.TokenTicket(ctx, hash)
		if err == nil && t.Unused > touchAfter {
			err = s.Store.TouchToken(ctx, t.Principal.Token)
		}
		return t, err
	})
	if errors.Is(err, diag.ErrNotFound) {
		return Principal{}, badToken()
	}
	return p, err
}

func badToken() error {
	return diag.Refuse(diag.ErrUnauthenticated, CodeToken, "Make a new token; it may have expired or been revoked.", "the API token does not hold")
}
