package store

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/models/diag"
)

func readPolicy(id, subject string, scope grants.Scope) grants.Policy {
	return grants.Policy{ID: id, Subject: grants.Subject(subject), Action: grants.Read, Scope: scope, Effect: grants.Allow, CreatedBy: "user:root", Note: "笔记 🎵"}
}

func auditLines(t *testing.T, s *Store, prefix string) []AuditRow {
	t.Helper()
	var rows []AuditRow
	require.NoError(t, s.view(t.Context(), "reading", func(tx *gorm.DB) error {
		return tx.Where("action LIKE ?", prefix+"%").Order("id").Find(&rows).Error
	}))
	return rows
}

func TestPolicies(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		g := s.Grants()
		ctx := audit.With(t.Context(), audit.Actor{Subject: "user:root", Name: "Root", Request: "r1", Remote: "127.0.0.1"})
		changes, upTo, err := g.Since(ctx, 0)
		require.NoError(t, err)
		require.Equal(t, int64(1), upTo)
		require.Len(t, changes, 1)
		require.Equal(t, grants.AdminPolicy, changes[0].ID)
		require.NoError(t, changes[0].Validate())
		require.True(t, grants.NewIndex([]grants.Policy{changes[0].Policy}).May(
			grants.Principal{Subject: "user:x", Groups: []grants.Subject{grants.Administrators}}, grants.Manage, grants.ObjectOf("a.b.c", "1"), time.Now()))

		first := readPolicy("p1", "user:ann", "table:t1")
		first.Expires = time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
		version, err := g.Edit(ctx, grants.Edit{Version: 1, Add: []grants.Policy{first, readPolicy("p2", "team:shop", "db:广告.音乐")},
			Line: audit.Entry{Action: "grant.allow", Object: "table:t1", ObjectName: "a.b.c", Team: "charts", Detail: json.RawMessage(`{"a":1}`)}})
		require.NoError(t, err)
		require.Equal(t, int64(2), version)
		_, err = g.Edit(ctx, grants.Edit{Version: 1, Add: []grants.Policy{readPolicy("p3", "user:ann", "*")}, Line: audit.Entry{Action: "grant.stale"}})
		require.ErrorIs(t, err, grants.ErrMoved)
		_, err = g.Edit(ctx, grants.Edit{Version: 2, Add: []grants.Policy{readPolicy("p3", "user:ann", "*")}, Revoke: []string{"none"}, Line: audit.Entry{Action: "grant.half"}})
		require.ErrorIs(t, err, diag.ErrNotFound)

		got, now, err := g.Version(ctx)
		require.NoError(t, err)
		require.Equal(t, int64(2), got, "an edit that failed changed nothing")
		require.WithinDuration(t, time.Now(), now, time.Minute)
		changes, upTo, err = g.Since(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, int64(2), upTo)
		require.Len(t, changes, 2)
		require.WithinDuration(t, now, changes[0].CreatedAt, time.Minute)
		first.CreatedAt = changes[0].CreatedAt
		require.Contains(t, changes, grants.Change{Policy: first, Version: 2})

		_, err = g.Edit(ctx, grants.Edit{Version: 2, Revoke: []string{"p1"}, By: grants.Revocation{By: "user:root", Name: "Root", Note: "enough"}, Line: audit.Entry{Action: "grant.revoke"}})
		require.NoError(t, err)
		_, err = g.Edit(ctx, grants.Edit{Version: 3, Revoke: []string{"p1"}, Line: audit.Entry{Action: "grant.revoke"}})
		require.ErrorIs(t, err, diag.ErrNotFound, "nobody revokes twice")
		changes, _, err = g.Since(ctx, 2)
		require.NoError(t, err)
		require.Len(t, changes, 1)
		require.Equal(t, []any{"p1", grants.Subject("user:root"), "Root", "enough"}, []any{changes[0].ID, changes[0].Revoked.By, changes[0].Revoked.Name, changes[0].Revoked.Note})
		changes, _, err = g.Since(ctx, 0)
		require.NoError(t, err)
		require.Len(t, changes, 2)

		lines := auditLines(t, s, "grant.")
		require.Len(t, lines, 2)
		require.Equal(t, []string{"grant.allow", "user:root", "Root", "r1", "127.0.0.1", "table:t1", "a.b.c", "charts", `{"a":1}`},
			[]string{lines[0].Action, lines[0].Subject, lines[0].Name, lines[0].Request, lines[0].Remote, lines[0].Object, lines[0].ObjectName, lines[0].Team, string(lines[0].Detail)})

		listed := func(f grants.PolicyFilter) string {
			found, err := g.Policies(ctx, f)
			require.NoError(t, err)
			out := ""
			for _, c := range found {
				out += c.ID + " "
			}
			return out
		}
		require.Equal(t, "p2 administrators ", listed(grants.PolicyFilter{}))
		require.Equal(t, "p2 p1 administrators ", listed(grants.PolicyFilter{Ended: true}))
		require.Equal(t, "p1 ", listed(grants.PolicyFilter{Ended: true, Subjects: []grants.Subject{"user:ann", "user:bob"}}))
		require.Equal(t, "p2 ", listed(grants.PolicyFilter{Scopes: []grants.Scope{"db:广告.音乐", "table:t1"}}))
		require.Empty(t, listed(grants.PolicyFilter{Effect: grants.Deny}))
		require.Equal(t, "p2 ", listed(grants.PolicyFilter{ID: "p2"}))
		page, err := g.Policies(ctx, grants.PolicyFilter{Ended: true, Limit: 1})
		require.NoError(t, err)
		require.Equal(t, "p1 administrators ", listed(grants.PolicyFilter{Ended: true, After: page[0].CreatedAt, AfterID: page[0].ID}))
	})
}

// TestPoliciesOfTables makes, hands over and removes a table's own policies within other transactions.
func TestPoliciesOfTables(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		require.NoError(t, s.update(t.Context(), "making a table", func(tx *gorm.DB) error { return s.grantOwner(tx, "t1", "charts", "user:ann") }))
		require.NoError(t, s.update(t.Context(), "making a table", func(tx *gorm.DB) error { return s.grantOwner(tx, "t2", "charts", "user:ann") }))
		boss := grants.Team("charts", "")
		object := grants.ObjectOf("a.b.c", "t1")
		service, err := grants.New(t.Context(), grants.Deps{Store: s.Grants()})
		require.NoError(t, err)
		require.True(t, service.May(boss, grants.Manage, object))

		gone := grants.Revocation{By: "user:ann", Name: "Ann"}
		require.NoError(t, s.update(t.Context(), "removing a table", func(tx *gorm.DB) error { return s.endPolicies(tx, "table:t1", "", gone) }))
		require.NoError(t, service.Refresh(t.Context()))
		require.False(t, service.May(boss, grants.Discover, object))
		require.True(t, service.May(boss, grants.Manage, grants.ObjectOf("a.b.d", "t2")))
		require.NoError(t, s.update(t.Context(), "removing a team", func(tx *gorm.DB) error { return s.endPolicies(tx, "", "team:charts", gone) }))
		require.NoError(t, s.update(t.Context(), "removing a role", func(tx *gorm.DB) error { return s.endPolicies(tx, "", grants.Administrators, gone) }))
		require.NoError(t, service.Refresh(t.Context()))
		require.False(t, service.May(boss, grants.Manage, grants.ObjectOf("a.b.d", "t2")))
		require.True(t, service.May(grants.Principal{Subject: grants.Administrators}, grants.Manage, object), "administrators remain")
	})
}

func TestRequests(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		g := s.Grants()
		ctx := t.Context()
		ask := func(id string, by grants.Subject) error {
			_, err := g.Edit(ctx, grants.Edit{NewRequest: &grants.Request{ID: id, Subject: by, Action: grants.Read, Scope: "table:t1", Reason: "每周报告", By: by, ByName: "Ann"},
				Line: audit.Entry{Action: "access.request"}})
			return err
		}
		require.NoError(t, ask("r1", "user:ann"))
		require.ErrorIs(t, ask("r2", "user:ann"), diag.ErrConflict, "the same is asked for already")
		require.NoError(t, ask("r3", "user:bob"))
		_, err := g.Edit(ctx, grants.Edit{Comment: &grants.Comment{Request: "r1", By: "user:bob", ByName: "Bob", Text: "what for? 🎵"}, Line: audit.Entry{Action: "access.comment"}})
		require.NoError(t, err)

		// Approving is one change: where the policies have moved, the request stays as it was.
		p := readPolicy("p1", "user:ann", "table:t1")
		approve := grants.Edit{Version: 7, Add: []grants.Policy{p}, Decide: &grants.Verdict{Request: "r1", To: grants.Approved, By: "user:root", ByName: "Root", Note: "fine", Policy: "p1"},
			Line: audit.Entry{Action: "access.approve"}}
		_, err = g.Edit(ctx, approve)
		require.ErrorIs(t, err, grants.ErrMoved)
		r, err := g.Request(ctx, "r1")
		require.NoError(t, err)
		require.Equal(t, []any{grants.Open, int64(1), "每周报告", "what for? 🎵"}, []any{r.State, r.Revision, r.Reason, r.Comments[0].Text})

		approve.Version = 1
		_, err = g.Edit(ctx, approve)
		require.NoError(t, err)
		approve.Version, approve.Add[0].ID = 2, "p2"
		_, err = g.Edit(ctx, approve)
		require.ErrorIs(t, err, diag.ErrConflict, "decided once")
		version, _, err := g.Version(ctx)
		require.NoError(t, err)
		require.Equal(t, int64(2), version, "with the request's refusal the policy is none either")
		r, err = g.Request(ctx, "r1")
		require.NoError(t, err)
		require.Equal(t, []any{grants.Approved, int64(2), "Root", "fine", "p1"}, []any{r.State, r.Revision, r.DecidedName, r.Answer, r.Policy})
		require.NoError(t, ask("r4", "user:ann"), "what was decided may be asked for again")

		_, err = g.Request(ctx, "none")
		require.ErrorIs(t, err, diag.ErrNotFound)
		ids := func(f grants.RequestFilter) string {
			found, err := g.Requests(ctx, f)
			require.NoError(t, err)
			out := ""
			for _, r := range found {
				out += r.ID + " "
			}
			return out
		}
		require.Equal(t, "r4 r3 r1 ", ids(grants.RequestFilter{}))
		require.Equal(t, "r4 r3 ", ids(grants.RequestFilter{State: grants.Open}))
		require.Equal(t, "r4 r1 ", ids(grants.RequestFilter{By: "user:ann"}))
		require.Empty(t, ids(grants.RequestFilter{Scopes: []grants.Scope{"table:t2"}}))
		r, err = g.Request(ctx, "r4")
		require.NoError(t, err)
		require.Equal(t, "r3 ", ids(grants.RequestFilter{After: r.At, AfterID: r.ID, Limit: 1}))
		require.Len(t, auditLines(t, s, "access."), 5)
	})
}

// TestGrantsRace changes policies by two stores of one database at once: nothing is lost, and each change has a version of its own.
func TestGrantsRace(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		var services [2]*grants.Service
		for i := range services {
			s, err := grants.New(ctx, grants.Deps{Store: open().Grants()})
			require.NoError(t, err)
			services[i] = s
		}
		root := grants.By{Admin: true, Principal: grants.Principal{Subject: "user:root", Name: "Root"}}
		const each = 5
		var wg sync.WaitGroup
		for w := range 6 {
			wg.Go(func() {
				for i := range each {
					_, err := services[w%2].Grant(ctx, root, readPolicy("", fmt.Sprintf("user:u%d_%d", w, i), "catalog:ads"), grants.Options{})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, s := range services {
			require.NoError(t, s.Refresh(ctx))
			require.Equal(t, int64(1+6*each), s.Version())
			require.Equal(t, 1+6*each, s.Index().Len())
		}
	})
}

// TestRevocationIsInForce revokes one of many policies on one server while another one decides by it.
func TestRevocationIsInForce(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		_, _, elsewhere := revoke(t, open, 2000)
		require.Less(t, elsewhere, 10*time.Second)
	})
}

// BenchmarkRevocation says, with 100,000 policies in SQLite, how long two servers load them, how long a revocation takes and after which
// time it is in force on the other server.
func BenchmarkRevocation(b *testing.B) {
	o := Options{Driver: SQLite, Path: filepath.Join(b.TempDir(), "meta.db")}
	for b.Loop() {
		loaded, local, elsewhere := revoke(b, func() *Store {
			s, err := Open(b.Context(), o)
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, s.Close()) })
			return s
		}, 100_000)
		b.ReportMetric(float64(loaded.Milliseconds()), "ms/load")
		b.ReportMetric(float64(local.Milliseconds()), "ms/revocation")
		b.ReportMetric(float64(elsewhere.Milliseconds()), "ms/elsewhere")
	}
}

// revoke takes a policy of n back on one server, and waits until another one denies by that.
func revoke(t testing.TB, open func() *Store, n int) (loaded, local, elsewhere time.Duration) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	first, second := open(), open()
	policies := make([]grants.Policy, n)
	for i := range policies {
		policies[i] = readPolicy(fmt.Sprintf("p%d", i), fmt.Sprintf("user:u%d", i%1000), grants.TableScope(fmt.Sprintf("t%d", i)))
	}
	_, err := first.Grants().Edit(ctx, grants.Edit{Version: 1, Add: policies, Line: audit.Entry{Action: "test.fill"}})
	require.NoError(t, err)

	began := time.Now()
	here, err := grants.New(ctx, grants.Deps{Store: first.Grants()})
	require.NoError(t, err)
	loaded = time.Since(began)
	there, err := grants.New(ctx, grants.Deps{Store: second.Grants()})
	require.NoError(t, err)
	require.Equal(t, n+1, there.Index().Len())
	done := make(chan error)
	go func() { done <- there.Run(ctx) }()
	changed, giveUp := there.Changes()
	defer giveUp()

	root := grants.By{Admin: true, Principal: grants.Principal{Subject: "user:root", Name: "Root"}}
	victim, object := grants.Principal{Subject: "user:u7"}, grants.ObjectOf("a.b.c", "t7")
	require.True(t, there.May(victim, grants.Read, object))
	began = time.Now()
	require.NoError(t, here.Revoke(ctx, root, "p7", grants.Options{}))
	require.False(t, here.May(victim, grants.Read, object))
	local = time.Since(began)
	for there.May(victim, grants.Read, object) {
		select {
		case <-changed:
		case <-time.After(10 * time.Second):
			t.Fatal("the revocation is not in force on the other server")
		}
	}
	elsewhere = time.Since(began)
	stop()
	require.NoError(t, <-done)
	return loaded, local, elsewhere
}
