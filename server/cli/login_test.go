package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/cli/client"
	"millrace/server/httpapi"
	"millrace/server/secret"
	"millrace/server/store"
)

const loginPassword = "correct horse battery"

// teamOwners has no things but teams, which are their own.
type teamOwners struct{}

func (teamOwners) Owner(_ context.Context, kind httpapi.Kind, id string) (string, error) {
	if kind != httpapi.KindTeam {
		return "", diag.ErrNotFound
	}
	return id, nil
}

func (teamOwners) TableObject(context.Context, string) (grants.Object, error) {
	return grants.Object{}, diag.ErrNotFound
}

// loginServer is a server with an analyst, ann, over the metadata of a data folder.
func loginServer(t *testing.T, data string) (*httptest.Server, *auth.Service) {
	t.Helper()
	meta, err := store.Open(t.Context(), store.Options{Path: filepath.Join(data, store.FileName)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, meta.Close()) })
	ring, err := secret.Load("", data)
	require.NoError(t, err)
	identity, err := auth.New(auth.Options{Store: meta, Sealer: ring, Passwords: true, BasePath: "/base",
		Limits: auth.Limits{Idle: time.Hour, Lifetime: time.Hour}, Params: auth.Params{Time: 1, Memory: 64, Threads: 1}})
	require.NoError(t, err)
	ann, err := identity.AddAccount(t.Context(), "ann", loginPassword, auth.AccountChange{Role: auth.Analyst})
	require.NoError(t, err)
	_, err = identity.AddTeam(t.Context(), "music", "", ann.ID)
	require.NoError(t, err)
	policies, err := grants.New(t.Context(), grants.Deps{Store: meta.Grants(), People: meta.Grants()})
	require.NoError(t, err)
	handler, err := httpapi.New(httpapi.Options{Status: func() httpapi.Status { return httpapi.Status{} }, Page: fstest.MapFS{"index.html": {Data: []byte(`<base href="/" /><meta name="csp-nonce" content="" />`)}}, BasePath: "/base",
		Services: httpapi.Services{Sessions: identity, Identity: identity, Grants: policies, Decider: policies, Owners: teamOwners{}, Audit: meta, Once: httpapi.NewOnce(meta, ring)}, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s, identity
}

// typed runs a command line with what a person types.
func typed(t *testing.T, in string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	c := &command{streams: Streams{Out: &out, Err: &errs}}
	root := c.root()
	root.SetArgs(args)
	root.SetIn(strings.NewReader(in))
	err := root.ExecuteContext(context.WithoutCancel(t.Context()))
	c.report(err)
	return result{codeOf(err), out.String(), errs.String()}
}

func TestLogin(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(t.TempDir(), "config"))
	for _, name := range []string{client.URLVariable, client.TokenVariable, client.CAVariable} {
		t.Setenv(name, "")
	}
	data := t.TempDir()
	s, identity := loginServer(t, data)
	url := s.URL + "/base"

	got := typed(t, "", "whoami")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "client.not_logged_in")
	got = typed(t, "ann\nwrong\n", "login", url)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "auth.log_in")
	require.NotContains(t, got.err, "wrong\n")
	require.Equal(t, exitUsage, typed(t, "ann\n", "login", url).code, "no password")
	require.Equal(t, exitUsage, typed(t, "", "login").code)
	got = typed(t, "ann\nx\n", "login", "http://millrace.example.com")
	require.Contains(t, got.err, "client.no_tls")

	got = typed(t, "ann\n"+loginPassword+"\n", "login", url)
	require.Equal(t, exitOK, got.code, got.err)
	require.Equal(t, "Logged in to "+url+" as ann (analyst).\n", got.out)
	path, err := client.ProfilePath()
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(text), loginPassword)
	require.Regexp(t, `"token": "mlr_[A-Za-z0-9]{40}"`, string(text))
	a, _, err := identity.Store.Credentials(t.Context(), "ann")
	require.NoError(t, err)
	sessions, err := identity.Store.SessionsOf(t.Context(), a.ID, identity.Limits)
	require.NoError(t, err)
	require.Empty(t, sessions, "the session was for the log-in only")

	got = typed(t, "", "whoami")
	require.Equal(t, "ann, analyst\nserver  "+url+"\nteams   music (owner)\nmay     view, edit, operate\n", got.out, got.err)
	var who map[string]any
	require.NoError(t, json.Unmarshal([]byte(typed(t, "", "whoami", "--json").out), &who))
	require.Equal(t, "ann", who["name"])

	got = typed(t, "", "token", "create", "ci", "--scope", "view", "--scope", "edit", "--days", "7")
	require.Equal(t, exitOK, got.code, got.err)
	require.Regexp(t, `^mlr_[A-Za-z0-9]{40}\n$`, got.out)
	made := strings.TrimSpace(got.out)
	id := regexp.MustCompile(`Token ([0-9a-f]{32}), until`).FindStringSubmatch(got.err)[1]
	got = typed(t, "", "token", "create", "root", "--scope", "administer")
	require.NotEqual(t, exitOK, got.code)
	require.Contains(t, got.err, "auth.role")
	list := typed(t, "", "token", "list").out
	require.Contains(t, list, "ID  ")
	require.Regexp(t, id+`  ci  +edit, view  +never  +\d{4}-`, list)
	require.NotContains(t, list, made)

	// The environment's token goes before the stored one.
	t.Setenv(client.TokenVariable, made)
	require.Contains(t, typed(t, "", "whoami").out, "may     view, edit\n")
	t.Setenv(client.TokenVariable, "")
	require.Equal(t, exitOK, typed(t, "", "token", "revoke", id).code)
	require.Contains(t, typed(t, "", "token", "revoke", id).err, "auth.not_found")
	require.Contains(t, typed(t, made+"\n", "login", "--token", url).err, "auth.token")

	// Logging out revokes the token that logging in has made.
	stored, err := client.Stored()
	require.NoError(t, err)
	require.Equal(t, exitOK, typed(t, "", "logout").code)
	require.Equal(t, exitOK, typed(t, "", "logout").code, "twice is harmless")
	require.NoFileExists(t, path)
	tokens, err := identity.Store.TokensOf(t.Context(), a.ID)
	require.NoError(t, err)
	require.Empty(t, tokens)
	t.Setenv(client.URLVariable, url)
	t.Setenv(client.TokenVariable, stored.Token)
	require.Contains(t, typed(t, "", "whoami").err, "auth.token")
}

func TestResetPassword(t *testing.T) {
	data := t.TempDir()
	_, identity := loginServer(t, data)
	session, err := identity.LogIn(t.Context(), "ann", loginPassword, auth.Visit{})
	require.NoError(t, err)
	for range 6 {
		_, _ = identity.LogIn(t.Context(), "ann", "wrong", auth.Visit{Remote: "192.0.2.1"})
	}
	got := run(t, "admin", "reset-password", "ann", "--data", data)
	require.Equal(t, exitOK, got.code, got.err)
	password := strings.TrimSpace(got.out)
	_, err = identity.LogIn(t.Context(), "ann", password, auth.Visit{Remote: "192.0.2.2"})
	require.NoError(t, err, "and nobody must wait")
	require.Eventually(t, func() bool {
		p, err := identity.SessionPrincipal(t.Context(), session)
		return err == nil && p.Nobody()
	}, 10*time.Second, 10*time.Millisecond)
	got = run(t, "admin", "reset-password", "nobody", "--data", data)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "auth.not_found")
}

func TestRotateKey(t *testing.T) {
	t.Setenv(secret.Variable, "")
	data := t.TempDir()
	old, err := secret.Load("", data)
	require.NoError(t, err)
	got := run(t, "admin", "rotate-key", "--data", data)
	require.Equal(t, exitOK, got.code, got.err)
	fresh, err := secret.Load("", data)
	require.NoError(t, err)
	require.Equal(t, old.IDs(), fresh.IDs()[1:])
	require.Equal(t, "0 secrets are sealed anew, with the key "+fresh.IDs()[0]+".\n", got.out)

	lock, err := store.LockDir(data)
	require.NoError(t, err)
	require.Equal(t, exitEnvironment, run(t, "admin", "rotate-key", "--data", data).code, "a server runs")
	require.NoError(t, lock.Close())
	t.Setenv(secret.Variable, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
	got = run(t, "admin", "rotate-key", "--data", data)
	require.Contains(t, got.err, "store.other_secret_key")
}
