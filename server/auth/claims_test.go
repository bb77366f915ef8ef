package auth

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
)

func TestClaims(t *testing.T) {
	keycloak := Claims{Role: "realm_access.roles", RolePrefix: "millrace-", DefaultRole: Viewer, Teams: "groups", TeamPrefix: "data-"}
	for _, c := range []struct {
		name   string
		claims Claims
		text   string
		want   External
	}{
		{"nothing", keycloak, `{}`, External{Role: Viewer, Name: "user", ManageTeams: true}},
		{"all", keycloak, `{"preferred_username": "Ann", "name": "Ann A.", "email": "ann@x", "realm_access": {"roles": ["x", "millrace-analyst", "millrace-operator", "admin"]},
			"groups": ["/data-music", "data-ads", "/data-music", "/other", "/data-", "data-\u0000"]}`,
			External{Role: Operator, Name: "ann", DisplayName: "Ann A.", Email: "ann@x", Teams: []string{"ads", "music"}, ManageTeams: true}},
		{"claims of other shapes", keycloak, `{"preferred_username": 7, "name": ["a", "b"], "email": {"x": 1}, "realm_access": "millrace-admin", "groups": {"a": 1}}`,
			External{Role: Viewer, Name: "user", ManageTeams: true}},
		{"a name nobody may have", keycloak, `{"preferred_username": "<script>", "name": "a\u202eb"}`, External{Role: Viewer, Name: "user", DisplayName: "<script>", ManageTeams: true}},
		{"a URL as claim", Claims{Role: "https://x.y/roles"}, `{"https://x.y/roles": "admin"}`, External{Role: Admin, Name: "user"}},
		{"an e-mail address as name", Claims{DefaultRole: Viewer}, `{"email": "ann@x.com"}`, External{Role: Viewer, Name: "ann@x.com", DisplayName: "ann@x.com", Email: "ann@x.com"}},
	} {
		var claims map[string]any
		require.NoError(t, json.Unmarshal([]byte(c.text), &claims))
		got, err := c.claims.external("iss", "sub", claims)
		require.NoError(t, err, c.name)
		c.want.Issuer, c.want.Subject = "iss", "sub"
		require.Equal(t, c.want, got, c.name)
	}
	_, err := Claims{Role: "role"}.external("iss", "sub", map[string]any{"role": "guest"})
	require.ErrorIs(t, err, diag.ErrDenied)
	_, err = keycloak.external("iss", "", nil)
	require.ErrorIs(t, err, diag.ErrUnauthenticated)
}

func TestLocalPath(t *testing.T) {
	s := &Service{Options: Options{BasePath: "/base"}}
	for _, good := range []string{"/base/", "/base/tables/1?tab=a%2Fb#x"} {
		require.Equal(t, good, s.localPath(good))
	}
	for _, bad := range []string{"", "/", "/basement", "//evil.com/base/", "https://evil.com/base/", "/base/\\evil", "/base/\r\nSet-Cookie: x", "javascript:alert(1)", "/base/\x00", "\\\\evil.com", "/\\evil"} {
		require.Equal(t, "/base/", s.localPath(bad), bad)
	}
	s = &Service{}
	for _, bad := range []string{"//evil.com", "/\\evil.com", "///evil.com", "http:/evil.com", "/\t/evil.com"} {
		require.Equal(t, "/", s.localPath(bad), bad)
	}
}
