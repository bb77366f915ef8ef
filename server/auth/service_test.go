package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/server/auth"
	"millrace/server/store"
)

const password = "correct horse battery"

// cheap parameters: the tests are about what is done with a hash, not how long it takes.
func cheap() auth.Params { return auth.Params{Time: 1, Memory: 64, Threads: 1} }

func limits() auth.Limits { return auth.Limits{Idle: 12 * time.Hour, Lifetime: 7 * 24 * time.Hour} }

func openStore(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: path})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func service(t *testing.T, o auth.Options) *auth.Service {
	t.Helper()
	if o.Store == nil {
		o.Store = openStore(t, filepath.Join(t.TempDir(), "meta.db"))
	}
	o.Passwords = true
	if o.Params == (auth.Params{}) {
		o.Params = cheap()
	}
	if o.Limits == (auth.Limits{}) {
		o.Limits = limits()
	}
	s, err := auth.New(o)
	require.NoError(t, err)
	return s
}

func add(t *testing.T, s *auth.Service, name string, role auth.Role) auth.Account {
	t.Helper()
	a, err := s.AddAccount(t.Context(), name, password, auth.AccountChange{DisplayName: name, Role: role})
	require.NoError(t, err)
	return a
}

func logIn(t *testing.T, s *auth.Service, name string) string {
	t.Helper()
	secret, err := s.LogIn(t.Context(), name, password, auth.Visit{Remote: "192.0.2.1"})
	require.NoError(t, err)
	return secret
}

// request is one with a session's cookie, a token, or neither.
func request(s *auth.Service, method, session, token string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, "https://millrace.example.com/api/v1/x", nil)
	if session != "" {
		r.AddCookie(s.SessionCookie(session))
		r.Header.Set(auth.CSRFHeader, auth.CSRFToken(session))
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func who(t *testing.T, s *auth.Service, session string) auth.Principal {
	t.Helper()
	p, err := s.Authenticate(t.Context(), request(s, "GET", session, ""))
	require.NoError(t, err)
	return p
}

func requireCode(t *testing.T, err error, kind error, code diag.Code) {
	t.Helper()
	require.ErrorIs(t, err, kind)
	var d diag.Diagnostic
	require.ErrorAs(t, err, &d)
	require.Equal(t, code, d.Code, d.Message)
}

func TestBootstrap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	one, other := service(t, auth.Options{Store: openStore(t, path)}), service(t, auth.Options{Store: openStore(t, path)})
	passwords := make([]string, 4)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range passwords {
		wg.Go(func() { passwords[i], errs[i] = []*auth.Service{one, other}[i%2].Bootstrap(t.Context()) })
	}
	wg.Wait()
	first := ""
	for i, p := range passwords {
		require.NoError(t, errs[i])
		if p != "" {
			require.Empty(t, first, "the password is told once")
			first = p
		}
	}
	require.Regexp(t, `^([a-z2-9]{5}-){4}[a-z2-9]{5}$`, first)
	secret, err := one.LogIn(t.Context(), "Admin ", first, auth.Visit{})
	require.NoError(t, err)
	require.Equal(t, auth.Admin, who(t, other, secret).Role)
	again, err := one.Bootstrap(t.Context())
	require.NoError(t, err)
	require.Empty(t, again)

	reset, err := other.ResetPasswordOf(t.Context(), "admin")
	require.NoError(t, err)
	require.NotEqual(t, first, reset)
	_, err = one.LogIn(t.Context(), "admin", first, auth.Visit{})
	requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
	_, err = one.LogIn(t.Context(), "admin", reset, auth.Visit{})
	require.NoError(t, err)
	_, err = one.ResetPasswordOf(t.Context(), "nobody")
	require.ErrorIs(t, err, diag.ErrNotFound)
}

func TestLogInTellsNothing(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	disabled := add(t, s, "dan", auth.Analyst)
	add(t, s, "boss", auth.Admin)
	_, err := s.ChangeAccount(t.Context(), disabled.ID, disabled.Revision, auth.AccountChange{Role: auth.Analyst, Disabled: true})
	require.NoError(t, err)
	_, err = s.AddAccount(t.Context(), "sso", "", auth.AccountChange{Role: auth.Viewer})
	require.NoError(t, err)

	var texts []string
	for _, c := range []struct{ name, password string }{
		{"ann", "wrong horse battery"}, {"nobody", password}, {"dan", password}, {"sso", password}, {"sso", ""}, {"", ""}, {"ann", ""},
		{"ann", strings.Repeat("x", 1<<20)}, {"nobody", strings.Repeat("x", 1<<20)}, {"a\x00nn", password}, {"ann' OR '1'='1", password},
	} {
		before := auth.Evaluations(s)
		_, err := s.LogIn(t.Context(), c.name, c.password, auth.Visit{Remote: "192.0.2.1"})
		requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
		require.Equal(t, int64(1), auth.Evaluations(s)-before, "%q: one hash, whoever it is", c.name)
		texts = append(texts, err.Error())
	}
	for _, text := range texts {
		require.Equal(t, texts[0], text)
	}
	before := auth.Evaluations(s)
	logIn(t, s, "ANN")
	require.Equal(t, int64(1), auth.Evaluations(s)-before)
}

func TestPauses(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	guess := func(name, remote string) error {
		_, err := s.LogIn(t.Context(), name, "not the password", auth.Visit{Remote: remote})
		return err
	}
	for _, name := range []string{"ann", "nobody"} {
		for range 5 {
			requireCode(t, guess(name, "192.0.2.1"), diag.ErrUnauthenticated, auth.CodeLogIn)
		}
		before := auth.Evaluations(s)
		requireCode(t, guess(name, "192.0.2.2"), diag.ErrLimit, auth.CodePaused)
		require.Equal(t, before, auth.Evaluations(s), "who must wait costs nothing")
	}
	_, err := s.LogIn(t.Context(), "ann", password, auth.Visit{Remote: "192.0.2.3"})
	requireCode(t, err, diag.ErrLimit, auth.CodePaused)

	// Another address guesses at many names, one guess each.
	var refused int
	for i := range 40 {
		err := guess(strings.Repeat("x", i+1), "198.51.100.7")
		if errors.Is(err, diag.ErrLimit) {
			refused++
		}
	}
	require.Equal(t, 10, refused)
	requireCode(t, guess("new", "198.51.100.7"), diag.ErrLimit, auth.CodePaused)
	requireCode(t, guess("new", "198.51.100.8"), diag.ErrUnauthenticated, auth.CodeLogIn)
}

// Guesses at the same time do not slip through between the counting and the answer.
func TestManyGuessesAtOnce(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	before := auth.Evaluations(s)
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() { _, _ = s.LogIn(t.Context(), "ann", "not the password", auth.Visit{Remote: "192.0.2.1"}) })
	}
	wg.Wait()
	require.LessOrEqual(t, auth.Evaluations(s)-before, int64(5))
}

func TestSuccessForgivesTheName(t *testing.T) {
	s := service(t, auth.Options{})
	add(t, s, "ann", auth.Analyst)
	for range 4 {
		for range 4 {
			_, err := s.LogIn(t.Context(), "ann", "not the password", auth.Visit{Remote: "192.0.2.1"})
			requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
		}
		logIn(t, s, "ann")
	}
	// The address is not forgiven by an account of the guesser's own: those 16 failures count on.
	for i := range 14 {
		_, err := s.LogIn(t.Context(), strings.Repeat("y", i+1), "x", auth.Visit{Remote: "192.0.2.1"})
		requireCode(t, err, diag.ErrUnauthenticated, auth.CodeLogIn)
	}
	_, err := s.LogIn(t.Context(), "ann", password, auth.Visit{Remote: "192.0.2.1"})
	requireCode(t, err, diag.ErrLimit, auth.CodePaused)
}

func TestRehash(t *testing.T) {
	meta := openStore(t, filepath.Join(t.TempDir(), "meta.db"))
	old := service(t, auth.Options{Store: meta})
	add(t, old, "ann", auth.Analyst)
	_, hash, err := meta.Credentials(t.Context(), "ann")
	require.NoError(t, err)
	require.Contains(t, hash, "$argon2id$v=19$m=64,t=1,p=1$")

	fresh := service(t, auth.Options{Store: meta, Params: auth.Params{Time: 2, Memory: 128, Threads: 2}})
	logIn(t, fresh, "ann")
	_, again, err := meta.Credentials(t.Context(), "ann")
	require.NoError(t, err)
	require.Contains(t, again, "$argon2id$v=19$m=128,t=2,p=2$")
	before := auth.Evaluations(fresh)
	session := logIn(t, fresh, "ann")
	require.Equal(t, int64(1), auth.Evaluations(fresh)-before, "once is enough")
	require.Equal(t, "ann", who(t, fresh, session).Name, "the session outlives a hash made anew")
}

func TestLastAdmin(t *testing.T) {
	s := service(t, auth.Options{})
	boss := add(t, s, "boss", auth.Admin)
	deputy := add(t, s, "deputy", auth.Admin)
	_, err := s.ChangeAccount(t.Context(), deputy.ID, deputy.Revision, auth.AccountChange{Role: auth.Admin, Disabled: true})
	require.NoError(t, err)
	for _, c := range []auth.AccountChange{{Role: auth.Analyst}, {Role: auth.Admin, Disabled: true}} {
		_, err = s.ChangeAccount(t.Context(), boss.ID, boss.Revision, c)
		requireCode(t, err, diag.ErrConflict, auth.CodeLastAdmin)
	}
	requireCode(t, s.RemoveAccount(t.Context(), boss.ID, boss.Revision), diag.ErrConflict, auth.CodeLastAdmin)
	a, err := s.Store.Account(t.Context(), boss.ID)
	require.NoError(t, err)
	require.Equal(t, boss.Revision, a.Revision, "nothing was changed")
}

func TestNames(t *testing.T) {
	s := service(t, auth.Options{})
	a := add(t, s, "ann", auth.Analyst)
	for _, same := range []string{"ann", "Ann", " ann ", "ａｎｎ"} {
		_, err := s.AddAccount(t.Context(), same, password, auth.AccountChange{Role: auth.Viewer})
		requireCode(t, err, diag.ErrConflict, auth.CodeNameTaken)
	}
	for _, good := range []string{"张伟", "o_brien-2@example.com", "é", strings.Repeat("x", 100)} {
		_, err := s.AddAccount(t.Context(), good, password, auth.AccountChange{Role: auth.Viewer})
		require.NoError(t, err, good)
	}
	for _, bad := range []string{"", " ", "a b", "-x", "x-", "a\x00b", "a\u202eb", "\xff", strings.Repeat("x", 101), "a/b", "<b>", "a'b", "a\nb", "user:1"} {
		_, err := s.AddAccount(t.Context(), bad, password, auth.AccountChange{Role: auth.Viewer})
		requireCode(t, err, diag.ErrInvalid, auth.CodeName)
	}
	for _, c := range []auth.AccountChange{{Role: "root"}, {Role: ""}, {Role: auth.Viewer, DisplayName: strings.Repeat("x", 256)}, {Role: auth.Viewer, Email: "\x00"},
		{Role: auth.Viewer, DisplayName: "\u202e"}} {
		_, err := s.ChangeAccount(t.Context(), a.ID, a.Revision, c)
		require.ErrorIs(t, err, diag.ErrInvalid)
	}
	for _, bad := range []string{"", " music", "music ", "a\nb", strings.Repeat("x", 101), "\xff"} {
		_, err := s.AddTeam(t.Context(), bad, "", "")
		requireCode(t, err, diag.ErrInvalid, auth.CodeName)
	}
}

func TestTeams(t *testing.T) {
	used := "2 tables"
	s := service(t, auth.Options{TeamInUse: func(context.Context, string) (string, error) { return used, nil }})
	a := add(t, s, "ann", auth.Analyst)
	team, err := s.AddTeam(t.Context(), "音乐 team", "we play", a.ID)
	require.NoError(t, err)
	_, err = s.AddTeam(t.Context(), "音乐 team", "", "")
	requireCode(t, err, diag.ErrConflict, auth.CodeNameTaken)
	changed, err := s.ChangeTeam(t.Context(), team.ID, team.Revision, "music", "we play on")
	require.NoError(t, err)
	_, err = s.ChangeTeam(t.Context(), team.ID, team.Revision, "late", "")
	requireCode(t, err, diag.ErrStale, auth.CodeStale)
	requireCode(t, s.RemoveTeam(t.Context(), team.ID, changed.Revision), diag.ErrConflict, auth.CodeTeamInUse)
	used = ""
	require.NoError(t, s.RemoveTeam(t.Context(), team.ID, changed.Revision))
	require.ErrorIs(t, s.SetMember(t.Context(), team.ID, a.ID, false), diag.ErrNotFound)
	_, err = s.TeamExists(t.Context(), team.ID)
	require.ErrorIs(t, err, diag.ErrNotFound)
}

// Every change leaves a line, and no line holds a secret.
func TestAudit(t *testing.T) {
	meta := openStore(t, filepath.Join(t.TempDir(), "meta.db"))
	s := service(t, auth.Options{Store: meta})
	ctx := audit.With(t.Context(), audit.Actor{Subject: "user:boss", Name: "boss", Request: "r1", Remote: "192.0.2.9"})
	a, err := s.AddAccount(ctx, "ann", password, auth.AccountChange{Role: auth.Admin})
	require.NoError(t, err)
	session := logIn(t, s, "ann")
	_, secret, err := s.AddToken(ctx, who(t, s, session), "laptop", []auth.Capability{auth.View}, time.Hour)
	require.NoError(t, err)
	_, err = s.LogIn(ctx, "ann", "a wrong password", auth.Visit{})
	require.Error(t, err)
	_, err = s.LogIn(ctx, "my password hunter2", "x", auth.Visit{})
	require.Error(t, err)
	require.NoError(t, s.LogOut(ctx, who(t, s, session)))

	lines, err := meta.AuditPage(t.Context(), audit.Query{Everything: true, Limit: 100})
	require.NoError(t, err)
	var actions []string
	for _, l := range lines {
		actions = append(actions, l.Action)
		for _, hidden := range []string{password, secret, session, "hunter2", "wrong password"} {
			require.NotContains(t, string(l.Detail)+l.ObjectName+l.Object, hidden)
		}
	}
	require.Equal(t, []string{"session.end", "session.refuse", "session.refuse", "token.create", "session.start", "user.create"}, actions)
	require.Equal(t, "boss", lines[5].Name)
	require.Equal(t, "192.0.2.9", lines[5].Remote)
	require.Equal(t, "user:"+a.ID, lines[5].Object)
}

// TestWhatOperatorsSee gives operators the pipelines of all teams and nothing else of them.
func TestWhatOperatorsSee(t *testing.T) {
	op := auth.Principal{User: "1", Role: auth.Operator, Teams: []auth.Membership{{Team: "own"}}}
	require.True(t, op.Can(auth.View, auth.KindPipeline, "other"))
	require.True(t, op.Can(auth.Operate, auth.KindPipeline, "other"))
	require.False(t, op.Can(auth.Edit, auth.KindPipeline, "other"))
	for _, of := range []auth.Kind{auth.KindTeam, auth.KindConnection, auth.KindTable, auth.KindDocument, ""} {
		require.True(t, op.Can(auth.View, of, "own"), of)
		require.False(t, op.Can(auth.View, of, "other"), of)
		require.False(t, op.Can(auth.View, of, ""), of)
		require.False(t, op.Can(auth.Operate, of, "other"), of)
	}
	op.Token, op.Scopes = "k", []auth.Capability{auth.View}
	require.True(t, op.Can(auth.View, auth.KindPipeline, "other"))
	require.False(t, op.Can(auth.Operate, auth.KindPipeline, "other"))
}
