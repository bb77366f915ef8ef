package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"millrace/models/diag"
)

const (
	// tokenPrefix begins every API token, so that people and scanners know one when they see it.
	tokenPrefix = "mlr_"
	tokenChars  = 40
	// LongestToken is how long a token lasts at most.
	LongestToken = 366 * 24 * time.Hour
)

// AddToken makes an API token of whoever is signed in and returns its secret, which nobody is told again. Its scopes are among what its owner
// has, and where the owner is signed in with a token, among that one's.
func (s *Service) AddToken(ctx context.Context, p Principal, name string, scopes []Capability, lasts time.Duration) (t Token, secret string, err error) {
	refuse := func(fix, format string, args ...any) (Token, string, error) {
		return Token{}, "", diag.Refuse(diag.ErrInvalid, CodeRole, fix, format, args...)
	}
	scopes = slices.Compact(slices.Sorted(slices.Values(scopes)))
	switch {
	case len(scopes) == 0:
		return refuse("Name at least one of view, edit, operate, administer.", "the token has no scope")
	case lasts < time.Minute || lasts > LongestToken:
		return refuse("Choose a time from a minute to a year.", "the token would last %s", lasts)
	}
	for _, scope := range scopes {
		if !slices.Contains(Scopes(), scope) {
			return refuse("Use view, edit, operate, administer.", "there is no such scope")
		}
		if !p.Has(scope) {
			return refuse("Leave it out, or ask an administrator for the role.", "your role or token does not have the scope %q", scope)
		}
	}
	if strings.TrimSpace(name) == "" {
		name = "token"
	}
	if err := checkText("name of the token", name, maxText); err != nil {
		return Token{}, "", err
	}
	secret = newToken()
	t, err = s.Store.AddToken(ctx, hashOf(secret), Token{Account: p.User, Name: name, Scopes: scopes}, lasts)
	return t, secret, err
}

// newToken is tokenPrefix and 238 random bits.
func newToken() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	b.WriteString(tokenPrefix)
	for range tokenChars {
		b.WriteByte(alphabet[randomIndex(len(alphabet))])
	}
	return b.String()
}

// RemoveToken revokes a token of an account.
func (s *Service) RemoveToken(ctx context.Context, id, account string) error {
	defer s.cache.expire()
	return s.Store.RemoveToken(ctx, id, account)
}
