package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/server/auth"
)

// clockOf sets a store's clock and returns what moves it on.
func clockOf(s *Store) func(time.Duration) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s.now = func() time.Time { return at }
	return func(d time.Duration) { at = at.Add(d) }
}

func addAccount(t *testing.T, s *Store, name string, role auth.Role) auth.Account {
	t.Helper()
	a, err := s.AddAccount(t.Context(), name, "hash of "+name, auth.AccountChange{DisplayName: name, Role: role}, false)
	require.NoError(t, err)
	return a
}

func TestAccounts(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		boss, ann := addAccount(t, s, "boss", auth.Admin), addAccount(t, s, "ann", auth.Analyst)
		addAccount(t, s, "张伟", auth.Viewer)
		_, err := s.AddAccount(ctx, "ann", "", auth.AccountChange{Role: auth.Viewer}, false)
		require.ErrorIs(t, err, diag.ErrConflict)
		_, err = s.AddAccount(ctx, "first", "", auth.AccountChange{Role: auth.Admin}, true)
		require.ErrorIs(t, err, diag.ErrConflict)

		var names []string
		for after := ""; ; after = names[len(names)-1] {
			page, err := s.Accounts(ctx, after, 2)
			require.NoError(t, err)
			for _, a := range page {
				names = append(names, a.Name)
			}
			if len(page) < 2 {
				break
			}
		}
		require.Equal(t, []string{"ann", "boss", "张伟"}, names)

		changed, err := s.ChangeAccount(ctx, ann.ID, ann.Revision, auth.AccountChange{DisplayName: "Ann", Email: "a@x", Role: auth.Operator})
		require.NoError(t, err)
		got, hash, err := s.Credentials(ctx, "ann")
		require.NoError(t, err)
		require.Equal(t, changed, got)
		require.Equal(t, "hash of ann", hash)
		require.Equal(t, ann.Revision+1, got.Revision)
		_, err = s.ChangeAccount(ctx, ann.ID, ann.Revision, auth.AccountChange{Role: auth.Viewer})
		require.ErrorIs(t, err, diag.ErrStale)
		_, err = s.ChangeAccount(ctx, "nobody", 1, auth.AccountChange{Role: auth.Viewer})
		require.ErrorIs(t, err, diag.ErrNotFound)

		require.NoError(t, s.Rehash(ctx, ann.ID, "another", "new"))
		require.NoError(t, s.Rehash(ctx, ann.ID, hash, "new"))
		_, hash, err = s.Credentials(ctx, "ann")
		require.NoError(t, err)
		require.Equal(t, "new", hash)

		require.ErrorIs(t, s.RemoveAccount(ctx, ann.ID, 1), diag.ErrStale)
		require.NoError(t, s.RemoveAccount(ctx, ann.ID, got.Revision))
		_, err = s.Account(ctx, ann.ID)
		require.ErrorIs(t, err, diag.ErrNotFound)
		require.ErrorIs(t, s.RemoveAccount(ctx, boss.ID, boss.Revision), diag.ErrConflict)
	})
}

// Two administrators that disable each other at the same time: one stays, on every database.
func TestLastAdminUnderRace(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		stores := []*Store{open(), open()}
		for round := range 5 {
			a := addAccount(t, stores[0], fmt.Sprint("a", round), auth.Admin)
			b := addAccount(t, stores[0], fmt.Sprint("b", round), auth.Admin)
			if round > 0 {
				for _, old := range []string{"a", "b"} {
					if left, _, err := stores[0].Credentials(t.Context(), fmt.Sprint(old, round-1)); err == nil {
						require.NoError(t, stores[0].RemoveAccount(t.Context(), left.ID, left.Revision))
					}
				}
			}
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i, one := range []auth.Account{a, b} {
				wg.Go(func() {
					_, errs[i] = stores[i].ChangeAccount(t.Context(), one.ID, one.Revision, auth.AccountChange{Role: auth.Viewer})
				})
			}
			wg.Wait()
			if errs[0] == nil {
				errs[0], errs[1] = errs[1], errs[0]
			}
			require.NoError(t, errs[1])
			require.ErrorIs(t, errs[0], diag.ErrConflict)
		}
	})
}

func TestSessionTimes(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		pass := clockOf(s)
		limits := auth.Limits{Idle: time.Hour, Lifetime: 3 * time.Hour}
		ann := addAccount(t, s, "ann", auth.Analyst)
		start := func(id string) {
			require.NoError(t, s.AddSession(ctx, id, ann.ID, "", auth.Session{Remote: "192.0.2.1", Agent: "curl"}, limits))
		}
		start("one")
		ticket, err := s.Session(ctx, "one", limits)
		require.NoError(t, err)
		require.Equal(t, auth.Ticket{Principal: auth.Principal{User: ann.ID, Name: "ann", Role: auth.Analyst, Session: "one"}, Left: time.Hour}, ticket)

		pass(59 * time.Minute)
		ticket, err = s.Session(ctx, "one", limits)
		require.NoError(t, err)
		require.Equal(t, time.Minute, ticket.Left)
		require.Equal(t, 59*time.Minute, ticket.Unused)
		pass(time.Minute)
		_, err = s.Session(ctx, "one", limits)
		require.ErrorIs(t, err, diag.ErrNotFound, "idle")

		start("two")
		for range 3 {
			pass(50 * time.Minute)
			require.NoError(t, s.TouchSession(ctx, "two"))
		}
		ticket, err = s.Session(ctx, "two", limits)
		require.NoError(t, err)
		require.Equal(t, 30*time.Minute, ticket.Left, "its age counts as well")
		list, err := s.SessionsOf(ctx, ann.ID, limits)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "curl", list[0].Agent)
		pass(30 * time.Minute)
		_, err = s.Session(ctx, "two", limits)
		require.ErrorIs(t, err, diag.ErrNotFound, "old")

		start("three")
		var n int64
		require.NoError(t, s.read.Model(&SessionRow{}).Count(&n).Error)
		require.Equal(t, int64(1), n, "those that are over are forgotten")
		require.ErrorIs(t, s.EndSession(ctx, "three", "another"), diag.ErrNotFound)
		require.NoError(t, s.EndSession(ctx, "three", ann.ID))

		_, err = s.ChangeAccount(ctx, ann.ID, ann.Revision, auth.AccountChange{Role: auth.Analyst, Disabled: true})
		require.ErrorIs(t, err, diag.ErrConflict, "there is no administrator in this test")
		addAccount(t, s, "boss", auth.Admin)
		_, err = s.ChangeAccount(ctx, ann.ID, ann.Revision, auth.AccountChange{Role: auth.Analyst, Disabled: true})
		require.NoError(t, err)
		require.ErrorIs(t, s.AddSession(ctx, "four", ann.ID, "", auth.Session{}, limits), diag.ErrDenied)
	})
}

func TestTokenTimes(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		pass := clockOf(s)
		ann := addAccount(t, s, "ann", auth.Analyst)
		token, err := s.AddToken(ctx, "hash", auth.Token{Account: ann.ID, Name: "laptop", Scopes: []auth.Capability{auth.Edit, auth.View}}, time.Hour)
		require.NoError(t, err)
		pass(time.Minute)
		require.NoError(t, s.TouchToken(ctx, token.ID))
		ticket, err := s.TokenTicket(ctx, "hash")
		require.NoError(t, err)
		require.Equal(t, 59*time.Minute, ticket.Left)
		require.Zero(t, ticket.Unused)
		require.Equal(t, token.ID, ticket.Principal.Token)
		require.Equal(t, []auth.Capability{auth.Edit, auth.View}, ticket.Principal.Scopes)
		pass(59 * time.Minute)
		_, err = s.TokenTicket(ctx, "hash")
		require.ErrorIs(t, err, diag.ErrNotFound)
		list, err := s.TokensOf(ctx, ann.ID)
		require.NoError(t, err)
		require.Len(t, list, 1, "its owner sees that it is over")
	})
}

func TestAttempts(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		pass := clockOf(s)
		pause := func(key string, failures int) time.Duration {
			if key == "b" || failures < 2 {
				return 0
			}
			return time.Minute << (failures - 2)
		}
		begin := func() time.Duration {
			wait, err := s.BeginAttempt(ctx, []string{"b", "a"}, pause)
			require.NoError(t, err)
			return wait
		}
		require.Zero(t, begin())
		require.Zero(t, begin())
		require.Equal(t, time.Minute, begin())
		pass(30 * time.Second)
		require.Equal(t, 30*time.Second, begin(), "asking does not lengthen the wait")
		pass(30 * time.Second)
		require.Zero(t, begin())
		require.Equal(t, 2*time.Minute, begin(), "the next one does")
		require.NoError(t, s.AttemptSucceeded(ctx, []string{"b"}, []string{"a"}))
		require.Zero(t, begin())
		var rows []AttemptRow
		require.NoError(t, s.read.Order("guessed").Find(&rows).Error)
		require.Equal(t, []int{1, 3}, []int{rows[0].Failures, rows[1].Failures})
		pass(attemptsKept)
		require.Zero(t, begin())
		require.NoError(t, s.read.Order("guessed").Find(&rows).Error)
		require.Equal(t, []int{1, 1}, []int{rows[0].Failures, rows[1].Failures}, "after a while all is forgotten")
	})
}

func TestAttemptsAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		stores := []*Store{open(), open()}
		pause := func(_ string, failures int) time.Duration { return time.Duration(max(failures-4, 0)) * time.Hour }
		var mu sync.Mutex
		let, errs := 0, []error(nil)
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				wait, err := stores[i%2].BeginAttempt(t.Context(), []string{"name:x", "address:y"}, pause)
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
				if wait == 0 {
					let++
				}
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, 5, let)
	})
}

func TestSignIn(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		addAccount(t, s, "ann", auth.Admin)
		e := auth.External{Issuer: "https://sso", Subject: "1", Name: "ann", DisplayName: "Ann", Email: "ann@x", Role: auth.Analyst, Teams: []string{"music", "ads"}, ManageTeams: true}
		first, err := s.SignIn(ctx, e)
		require.NoError(t, err)
		require.Regexp(t, `^ann-[0-9a-f]{6}$`, first.Name, "the administrator of the same name is somebody else")
		require.Equal(t, auth.Analyst, first.Role)
		require.False(t, first.HasPassword)

		teams, err := s.Teams(ctx, "", 10)
		require.NoError(t, err)
		require.Len(t, teams, 2)
		kept, err := s.AddTeam(ctx, "kept", "", first.ID)
		require.NoError(t, err)
		limits := auth.Limits{Idle: time.Hour, Lifetime: time.Hour}
		require.NoError(t, s.AddSession(ctx, "session", first.ID, "", auth.Session{}, limits))
		teamsOf := func() []string {
			ticket, err := s.Session(ctx, "session", limits)
			require.NoError(t, err)
			var names []string
			for _, m := range ticket.Principal.Teams {
				names = append(names, m.Name)
			}
			return names
		}
		require.Equal(t, []string{"ads", "kept", "music"}, teamsOf())

		// The same person, under another name and address, in other groups.
		e.Name, e.Email, e.Teams = "someone else", "other@x", []string{"ads", "kept"}
		again, err := s.SignIn(ctx, e)
		require.NoError(t, err)
		require.Equal(t, first.ID, again.ID)
		require.Equal(t, first.Name, again.Name)
		require.Equal(t, "other@x", again.Email)
		require.Equal(t, []string{"ads", "kept"}, teamsOf())
		members, err := s.Members(ctx, kept.ID)
		require.NoError(t, err)
		require.Equal(t, []auth.Member{{Account: first.ID, Name: first.Name, DisplayName: "Ann", Owner: true}}, members, "what a person gave stays")
		e.Teams = nil
		_, err = s.SignIn(ctx, e)
		require.NoError(t, err)
		require.Equal(t, []string{"kept"}, teamsOf())

		e.Role = auth.Operator
		_, err = s.SignIn(ctx, e)
		require.NoError(t, err)
		_, err = s.Session(ctx, "session", limits)
		require.ErrorIs(t, err, diag.ErrNotFound, "another role ends sessions")

		// Neither another provider's person of that subject, nor one whose issuer and subject only look alike when put together.
		for _, other := range []auth.External{{Issuer: "https://sso1", Subject: "", Role: auth.Viewer, Name: "o"}, {Issuer: "https://other", Subject: "1", Role: auth.Viewer, Name: "o"}} {
			b, err := s.SignIn(ctx, other)
			require.NoError(t, err)
			require.NotEqual(t, first.ID, b.ID)
		}
		current, err := s.Account(ctx, first.ID)
		require.NoError(t, err)
		_, err = s.ChangeAccount(ctx, first.ID, current.Revision, auth.AccountChange{Role: auth.Operator, Disabled: true})
		require.NoError(t, err)
		_, err = s.SignIn(ctx, e)
		require.ErrorIs(t, err, diag.ErrDenied)
	})
}

func TestAuditPages(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		pass := clockOf(s)
		began := s.now()
		for i := range 10 {
			actor := audit.Actor{Subject: fmt.Sprint("user:", i%2), Name: "n", Request: "r", Remote: "192.0.2.1"}
			entry := &audit.Entry{Action: "table.change", Object: fmt.Sprint("table:", i%3), Team: fmt.Sprint(i % 4), Detail: detail(map[string]any{"i": i})}
			if i%4 == 0 {
				entry.Team = ""
			}
			require.NoError(t, s.change(audit.With(ctx, actor), entry, func(*gorm.DB) error { return nil }))
			pass(time.Minute)
		}
		refused := errors.New("refused")
		require.ErrorIs(t, s.change(ctx, &audit.Entry{Action: "never"}, func(*gorm.DB) error { return refused }), refused)
		read := func(q audit.Query) []string {
			if q.Limit == 0 {
				q.Limit = 100
			}
			lines, err := s.AuditPage(ctx, q)
			require.NoError(t, err)
			var out []string
			for _, l := range lines {
				out = append(out, string(l.Detail))
			}
			return out
		}
		all := read(audit.Query{Everything: true})
		require.Len(t, all, 10)
		require.Equal(t, `{"i":9}`, all[0], "the newest first")
		var paged []string
		var before int64
		for {
			lines, err := s.AuditPage(ctx, audit.Query{Everything: true, Before: before, Limit: 3})
			require.NoError(t, err)
			if len(lines) == 0 {
				break
			}
			for _, l := range lines {
				paged = append(paged, string(l.Detail))
				before = l.ID
			}
		}
		require.Equal(t, all, paged)
		require.Equal(t, []string{`{"i":9}`, `{"i":7}`, `{"i":5}`, `{"i":3}`, `{"i":1}`}, read(audit.Query{Everything: true, Subject: "user:1"}))
		require.Equal(t, []string{`{"i":8}`, `{"i":5}`, `{"i":2}`}, read(audit.Query{Everything: true, Object: "table:2"}))
		require.Equal(t, []string{`{"i":3}`, `{"i":2}`}, read(audit.Query{Everything: true, From: began.Add(2 * time.Minute), To: began.Add(4 * time.Minute)}))
		require.Equal(t, []string{`{"i":9}`, `{"i":6}`, `{"i":5}`, `{"i":2}`, `{"i":1}`}, read(audit.Query{Teams: []string{"1", "2", ""}}), "a team's lines only")
		require.Empty(t, read(audit.Query{}))
		require.Empty(t, read(audit.Query{Everything: true, Object: "table:2' OR '1'='1"}))
	})
}

func TestIdempotencyKeys(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		pass := clockOf(s)
		claim := func(principal, key, hash string) Claim {
			c, err := s.ClaimKey(ctx, principal, key, hash)
			require.NoError(t, err)
			return c
		}
		first := claim("ann", "k", "h")
		require.Equal(t, KeyClaimed, first.State)
		require.Equal(t, KeyBusy, claim("ann", "k", "h").State)
		require.Equal(t, KeyOther, claim("ann", "k", "h2").State)
		require.Equal(t, KeyClaimed, claim("bob", "k", "h2").State, "keys are a principal's own")
		require.Equal(t, KeyClaimed, claim("ann", "K", "h2").State, "keys are compared by their bytes")
		require.NoError(t, s.SettleKey(ctx, "ann", "k", first.ID, []byte("answer")))
		require.Equal(t, Claim{State: KeyAnswered, Answer: []byte("answer")}, claim("ann", "k", "h"))
		require.Equal(t, KeyOther, claim("ann", "k", "h2").State)

		// Given back, it may be claimed for another request.
		second := claim("ann", "k2", "h")
		require.NoError(t, s.SettleKey(ctx, "ann", "k2", second.ID, nil))
		third := claim("ann", "k2", "h2")
		require.Equal(t, KeyClaimed, third.State)
		// A claim whose server died is taken over, and cannot be settled by who had it.
		pass(claimsKept)
		fourth := claim("ann", "k2", "h3")
		require.Equal(t, KeyClaimed, fourth.State)
		require.NoError(t, s.SettleKey(ctx, "ann", "k2", third.ID, []byte("late")))
		require.Equal(t, KeyBusy, claim("ann", "k2", "h3").State)
		pass(answersKept - claimsKept)
		require.Equal(t, KeyClaimed, claim("ann", "k", "h2").State, "after a day a key is free")
	})
}

func TestOneOfManyClaims(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		stores := []*Store{open(), open()}
		for round := range 3 {
			claims := make([]Claim, 12)
			errs := make([]error, len(claims))
			var wg sync.WaitGroup
			for i := range claims {
				wg.Go(func() { claims[i], errs[i] = stores[i%2].ClaimKey(t.Context(), "ann", fmt.Sprint("k", round), "h") })
			}
			wg.Wait()
			require.NoError(t, errors.Join(errs...))
			won := 0
			for _, c := range claims {
				if c.State == KeyClaimed {
					won++
				} else {
					require.Equal(t, KeyBusy, c.State)
				}
			}
			require.Equal(t, 1, won)
		}
	})
}

func TestCounters(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		stores := []*Store{open(), open()}
		n, err := stores[0].version(t.Context(), "things")
		require.NoError(t, err)
		require.Zero(t, n)
		errs := make([]error, 20)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				errs[i] = stores[i%2].update(t.Context(), "counting", func(tx *gorm.DB) error { return bump(tx, "things") })
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		n, err = stores[1].version(t.Context(), "things")
		require.NoError(t, err)
		require.Equal(t, int64(20), n)
	})
}

func TestAdmitKeys(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		pass := clockOf(s)
		admit := func(ids ...string) error {
			pass(time.Second)
			return s.AdmitKeys(t.Context(), ids)
		}
		require.NoError(t, admit("a"))
		require.NoError(t, admit("a"))
		requireCode(t, admit("b"), CodeOtherKey)
		require.NoError(t, admit("b", "a"), "rotated")
		requireCode(t, admit("a"), CodeOtherKey)
		require.NoError(t, admit("a", "b"), "in another order it still reads all")
		require.NoError(t, admit("b"), "the old key is no longer needed")
		requireCode(t, admit("c", "a"), CodeOtherKey)
	})
}
