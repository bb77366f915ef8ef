package cli

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/server/auth"
	"millrace/server/cli/client"
)

// signedIn logs an administrator in to a server of its own and returns what runs as whom: the administrator, and others by name.
func signedIn(t *testing.T) (as func(who, in string, args ...string) result, identity *auth.Service) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{client.URLVariable, client.TokenVariable, client.CAVariable, "LC_ALL", "LC_MESSAGES", "LANG"} {
		t.Setenv(name, "")
	}
	server, identity := loginServer(t, t.TempDir())
	_, err := identity.AddAccount(t.Context(), "root", loginPassword, auth.AccountChange{Role: auth.Admin})
	require.NoError(t, err)
	in := map[string]bool{}
	as = func(who, typedIn string, args ...string) result {
		t.Helper()
		t.Setenv("XDG_CONFIG_HOME", filepath.Join(folder, who))
		if !in[who] {
			in[who] = true
			got := typed(t, loginPassword+"\n", "login", server.URL+"/base", "--user", who)
			require.Equal(t, exitOK, got.code, got.err)
		}
		return typed(t, typedIn, args...)
	}
	return as, identity
}

func TestTeamsAndUsers(t *testing.T) {
	as, identity := signedIn(t)
	ok := func(want string, args ...string) {
		t.Helper()
		got := as("root", "", args...)
		require.Equal(t, exitOK, got.code, got.err)
		require.Equal(t, want, got.out)
	}
	got := as("root", loginPassword+"\n", "user", "create", "anna", "--role", "analyst", "--display-name", "Anna", "--password")
	require.Equal(t, "user anna created (analyst)\n", got.out, got.err)
	ok("team insight created\n", "team", "create", "insight", "--description", "They count.\nA lot.")
	ok("anna is an owner of insight\n", "team", "add", "insight", "anna", "--owner")
	ok("ann is a member of insight\n", "team", "add", "insight", "ann")
	ok("NAME     DESCRIPTION\ninsight  They count.\nmusic\n", "team", "list")
	ok("NAME  DISPLAY NAME  OWNER  BY\nann\nanna  Anna          owner\n", "team", "members", "insight")
	ok("ann is no member of insight any more\n", "team", "remove", "insight", "ann")

	// Whoever owns a team adds to it; a member of another does not even see who is in it.
	require.Equal(t, "ann is a member of insight\n", as("anna", "", "team", "add", "insight", "ann").out)
	require.Contains(t, as("anna", "", "team", "members", "music").err, "http.not_found")
	require.Contains(t, as("anna", "", "user", "list").err, "http.denied")

	ok("user anna is viewer\n", "user", "set-role", "anna", "viewer")
	ok("user anna is disabled\n", "user", "disable", "anna")
	require.Regexp(t, `(?m)^anna +Anna +viewer +\S+ \S+ +disabled$`, as("root", "", "user", "list").out)
	require.Contains(t, as("anna", "", "whoami").err, "auth.token")
	ok("user anna may sign in\n", "user", "enable", "anna")
	got = as("root", "", "user", "reset-password", "anna")
	require.Contains(t, got.err, "not shown again")
	_, err := identity.LogIn(t.Context(), "anna", strings.TrimSpace(got.out), auth.Visit{})
	require.NoError(t, err)

	got = as("root", "", "user", "disable", "annna")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "client.no_such")
	require.Contains(t, got.err, "fix: Did you mean anna?")
	require.Contains(t, as("root", "", "user", "set-role", "anna", "king").err, "role")
	require.Contains(t, as("root", "", "user", "disable", "root").err, "auth.last_admin")
	ok("team insight deleted\n", "team", "delete", "insight")
	var users []auth.Account
	require.NoError(t, json.Unmarshal([]byte(as("root", "", "user", "list", "--json").out), &users))
	require.Len(t, users, 3)
}

func TestGrantsFromTheCommandLine(t *testing.T) {
	as, _ := signedIn(t)
	root := func(args ...string) result { t.Helper(); return as("root", "", args...) }
	id := func(r result) string {
		t.Helper()
		require.Equal(t, exitOK, r.code, r.err)
		return regexp.MustCompile(`^[0-9a-f-]{32,}`).FindString(r.out)
	}
	got := root("grant", "music", "read", "ads.music", "--until", "30d", "--note", "charts")
	first := id(got)
	require.Regexp(t, `^\S+  team:music may read ads\.music until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n$`, got.out)
	got = root("grant", "role:viewer", "discover", "*", "--deny")
	require.Regexp(t, `^\S+  role:viewer may not discover \*\n$`, got.out, got.err)
	require.Regexp(t, `(?m)^`+first+`  team:music +allow +read +ads\.music +\d{4}.* root +charts$`, root("grants").out)
	require.NotContains(t, root("grants", "--table", "ads").out, first, "what is said of the catalog itself")
	require.Contains(t, root("grants", "--subject", "team:music", "--table", "ads.music").out, first)

	require.Regexp(t, `^Ann may read the database ads\.music\. Allowed: |^ann may read|^Ann may read`, as("ann", "", "why", "me", "read", "ads.music").out)
	var why grants.Explanation
	require.NoError(t, json.Unmarshal([]byte(root("why", "user:ann", "write", "ads.music", "--json").out), &why))
	require.False(t, why.Allowed)

	got = as("ann", "", "request", "write", "ads.music", "--for", "team:music", "--reason", "to fill the charts", "--until", "12h")
	request := id(got)
	require.Contains(t, got.out, "asked: team:music to write ads.music until ")
	require.Regexp(t, `(?m)^`+request+`  open +team:music +write +ads\.music +\d.* ann +to fill the charts$`, root("requests", "--decidable").out)
	require.Contains(t, as("ann", "", "request", "approve", request).err, "grants.")
	require.Contains(t, root("request", "approve", request, "--note", "fine").out, "team:music may write ads.music until ")
	require.Contains(t, root("request", "refuse", request).err, "error: grants.")
	second := id(as("ann", "", "request", "manage", "ads", "--reason", "to tidy up"))
	require.Equal(t, second+" is refused\n", root("request", "refuse", second, "--note", "no").out)
	require.Contains(t, as("ann", "", "requests", "--mine").out, "user:ann")
	third := id(as("ann", "", "request", "manage", "ads", "--reason", "to tidy up"))
	require.Equal(t, third+" is withdrawn\n", as("ann", "", "request", "withdraw", third).out)

	require.Equal(t, first+" is taken back\n", root("revoke", first, "--note", "over").out)
	require.NotContains(t, root("grants").out, first)
	require.Regexp(t, `(?m)^`+first+` .*TAKEN|`+first+`.* by root`, root("grants", "--ended").out)
	require.Contains(t, root("revoke", first).err, "grants.")

	for _, wrong := range [][]string{
		{"grant", "music", "eat", "ads"}, {"grant", "music", "read"}, {"grant", "music", "read", "ads", "--until", "soon"}, {"why", "me", "look", "ads"},
		{"request", "read", "ads"}, {"team"}, {"user", "create"},
	} {
		got := root(wrong...)
		if len(wrong) > 1 {
			require.Equal(t, exitUsage, got.code, wrong)
			require.Contains(t, got.err, "--help")
		} else {
			require.Equal(t, exitOK, got.code, "a group shows its help")
		}
	}
	require.Contains(t, root("grant", "nobody", "read", "ads").err, "client.no_such")
	_, err := until("40000000000d", time.Now())
	require.Error(t, err)
	// A user and a team may have one name.
	require.Equal(t, exitOK, root("team", "create", "ann").code)
	require.Contains(t, root("grant", "ann", "read", "ads").err, "fix: Write user:ann or team:ann.")
}

func TestUntil(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-01-02T03:04:05+08:00": time.Date(2026, 1, 1, 19, 4, 5, 0, time.UTC),
		"2026-04-01":                time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
		"12h":                       now.Add(12 * time.Hour),
		"30d":                       now.AddDate(0, 0, 30),
	} {
		got, err := until(text, now)
		require.NoError(t, err, text)
		require.True(t, want.Equal(got), "%s is %s", text, got)
	}
	for _, text := range []string{"", "soon", "0d", "-1d", "-5m", "d", "2026-13-01", "1e9d"} {
		_, err := until(text, now)
		require.Error(t, err, text)
	}
}
