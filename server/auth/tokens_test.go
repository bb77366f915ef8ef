package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/server/auth"
)

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
