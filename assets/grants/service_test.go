package grants_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/models/diag"
)

// office is who and what the tests are about: three tables of two databases, the team Charts that owns two of them, and Ads.
type office struct {
	m *memory
	*grants.Service
}

type officeTables struct{}

func (officeTables) Locate(id string) (grants.Located, bool) {
	at := map[string]grants.Located{
		"plays":  {Name: "ads.music.plays", Team: "charts"},
		"likes":  {Name: "ads.music.likes", Team: "charts"},
		"prices": {Name: "ads.shop.prices"},
	}[id]
	at.Object = grants.ObjectOf(at.Name, id)
	return at, at.Name != ""
}

type officePeople struct{}

var names = map[grants.Subject]string{
	"user:ann": "Ann", "user:bob": "Bob", "user:eve": "Eve", "user:root": "Root", "team:charts": "Charts", "team:shop": "Shop",
	"role:analyst": "analyst", "role:viewer": "viewer", "role:admin": "admin",
}

func (officePeople) Name(_ context.Context, s grants.Subject) (string, error) { return names[s], nil }

func (officePeople) Users(context.Context) ([]grants.Principal, error) {
	return []grants.Principal{ann().Principal, bob().Principal, eve().Principal}, nil
}

func person(id string, groups ...grants.Subject) grants.By {
	s := grants.UserSubject(id)
	return grants.By{Principal: grants.Principal{Subject: s, Name: names[s], Groups: append(groups, "role:analyst")}}
}

// Ann owns what Charts owns, Bob is of Shop, Eve of both and in between.
func ann() grants.By { return person("ann", "team:charts") }
func bob() grants.By { return person("bob", "team:shop") }
func eve() grants.By { return person("eve", "team:shop", "team:charts") }

func root() grants.By {
	return grants.By{Admin: true, Principal: grants.Principal{Subject: "user:root", Name: "Root", Groups: []grants.Subject{grants.Administrators}}}
}

func open(t *testing.T, m *memory) *grants.Service {
	t.Helper()
	s, err := grants.New(t.Context(), grants.Deps{Store: m, Tables: officeTables{}, People: officePeople{}, Now: m.clock})
	require.NoError(t, err)
	return s
}

func allow(id string, subject grants.Subject, a grants.Action, scope grants.Scope) grants.Policy {
	return grants.Policy{ID: id, Subject: subject, Action: a, Scope: scope, Effect: grants.Allow, CreatedBy: "user:root", CreatedAt: start}
}

func deny(id string, subject grants.Subject, a grants.Action, scope grants.Scope) grants.Policy {
	p := allow(id, subject, a, scope)
	p.Effect = grants.Deny
	return p
}

func until(p grants.Policy, d time.Duration) grants.Policy {
	p.Expires = start.Add(d)
	return p
}

func newOffice(t *testing.T, more ...grants.Policy) office {
	t.Helper()
	m := newMemory()
	m.put(append([]grants.Policy{
		allow("own-plays", "team:charts", grants.Manage, "table:plays"), allow("own-likes", "team:charts", grants.Manage, "table:likes"),
	}, more...)...)
	return office{m, open(t, m)}
}

func object(id string) grants.Object {
	at, _ := officeTables{}.Locate(id)
	return at.Object
}

// code is the code of what an error says, "" for none.
func code(t *testing.T, err error) diag.Code {
	t.Helper()
	if err == nil {
		return ""
	}
	var d diag.Diagnostic
	require.ErrorAs(t, err, &d, "%v", err)
	return d.Code
}

func TestWhoMayGrant(t *testing.T) {
	day := 24 * time.Hour
	none := []grants.Policy(nil)
	for name, c := range map[string]struct {
		given []grants.Policy
		by    grants.By
		grant grants.Policy
		want  diag.Code
	}{
		"a manager":                         {none, ann(), allow("", "user:bob", grants.Read, "table:plays"), ""},
		"a manager, to a role":              {none, ann(), allow("", "role:viewer", grants.Discover, "table:plays"), ""},
		"a manager denies":                  {none, ann(), deny("", "user:bob", grants.Read, "table:plays"), ""},
		"somebody who sees nothing":         {none, bob(), allow("", "user:bob", grants.Read, "table:plays"), grants.CodeNotFound},
		"a reader":                          {[]grants.Policy{allow("1", "user:bob", grants.Read, "table:plays")}, bob(), allow("", "user:bob", grants.Write, "table:plays"), grants.CodeMayNotGrant},
		"a reader, to their team":           {[]grants.Policy{allow("1", "user:bob", grants.Read, "table:plays")}, bob(), allow("", "team:shop", grants.Read, "table:plays"), grants.CodeMayNotGrant},
		"a manager who may not write":       {[]grants.Policy{deny("1", "user:ann", grants.Write, "db:ads.music")}, ann(), allow("", "user:bob", grants.Read, "table:plays"), grants.CodeMayNotGrant},
		"a table that is not there":         {none, ann(), allow("", "user:bob", grants.Read, "table:other"), grants.CodeNotFound},
		"a database, by a table's owner":    {none, ann(), allow("", "user:bob", grants.Read, "db:ads.music"), grants.CodeMayNotGrant},
		"a database, by its manager":        {[]grants.Policy{allow("1", "user:bob", grants.Manage, "db:ads.shop")}, bob(), allow("", "user:ann", grants.Manage, "db:ads.shop"), ""},
		"everything, by a database's":       {[]grants.Policy{allow("1", "user:bob", grants.Manage, "db:ads.shop")}, bob(), allow("", "user:bob", grants.Manage, "*"), grants.CodeMayNotGrant},
		"longer than one's own":             {[]grants.Policy{until(allow("1", "user:bob", grants.Manage, "table:plays"), day)}, bob(), allow("", "team:shop", grants.Read, "table:plays"), grants.CodeMayNotGrant},
		"longer than one's own by a bit":    {[]grants.Policy{until(allow("1", "user:bob", grants.Manage, "table:plays"), day)}, bob(), until(allow("", "team:shop", grants.Read, "table:plays"), day+time.Microsecond), grants.CodeMayNotGrant},
		"as long as one's own":              {[]grants.Policy{until(allow("1", "user:bob", grants.Manage, "table:plays"), day)}, bob(), until(allow("", "team:shop", grants.Read, "table:plays"), day), ""},
		"past what is denied to one":        {[]grants.Policy{allow("1", "user:bob", grants.Manage, "db:ads.music"), deny("2", "team:shop", grants.Read, "table:likes")}, bob(), allow("", "user:ann", grants.Manage, "db:ads.music"), grants.CodeMayNotGrant},
		"beside what is denied to one":      {[]grants.Policy{allow("1", "user:bob", grants.Manage, "db:ads.music"), deny("2", "team:shop", grants.Read, "table:prices")}, bob(), allow("", "user:ann", grants.Manage, "db:ads.music"), ""},
		"an administrator":                  {none, root(), allow("", "user:bob", grants.Manage, "*"), ""},
		"an administrator, a gone table":    {none, root(), allow("", "user:bob", grants.Manage, "table:other"), grants.CodeNotFound},
		"an administrator, nobody":          {none, root(), allow("", "user:nobody", grants.Manage, "*"), grants.CodeSubject},
		"a denied administrator":            {[]grants.Policy{deny("1", "user:root", grants.Discover, "*")}, root(), allow("", "user:bob", grants.Read, "table:plays"), ""},
		"against the administrators":        {none, root(), deny("", "role:admin", grants.Read, "table:plays"), grants.CodeKept},
		"what has passed":                   {none, ann(), until(allow("", "user:bob", grants.Read, "table:plays"), 0), grants.CodeExpiry},
		"what is there":                     {[]grants.Policy{allow("1", "user:bob", grants.Read, "table:plays")}, ann(), until(allow("", "user:bob", grants.Read, "table:plays"), day), grants.CodeExists},
		"what is there for longer":          {[]grants.Policy{until(allow("1", "user:bob", grants.Read, "table:plays"), day)}, ann(), allow("", "user:bob", grants.Read, "table:plays"), ""},
		"no scope":                          {none, root(), allow("", "user:bob", grants.Read, "db:ads"), grants.CodeScope},
		"no subject":                        {none, root(), allow("", "bob", grants.Read, "*"), grants.CodeSubject},
		"no action":                         {none, root(), allow("", "user:bob", "own", "*"), grants.CodeAction},
		"no effect":                         {none, root(), grants.Policy{Subject: "user:bob", Action: grants.Read, Scope: "*"}, grants.CodeEffect},
		"the owners shut out by themselves": {none, ann(), deny("", "team:charts", grants.Read, "table:plays"), grants.CodeLastManager},
		"the owners shut out from above":    {none, root(), deny("", "team:charts", grants.Manage, "catalog:ads"), grants.CodeLastManager},
		"owners shut out, others stay": {[]grants.Policy{allow("1", "user:bob", grants.Manage, "catalog:ads")}, root(),
			deny("", "team:charts", grants.Manage, "catalog:ads"), ""},
		"others stay for a time only": {[]grants.Policy{until(allow("1", "user:bob", grants.Manage, "catalog:ads"), day)}, root(),
			deny("", "team:charts", grants.Manage, "catalog:ads"), grants.CodeLastManager},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, c.given...)
			before := o.Version()
			p, err := o.Grant(t.Context(), c.by, c.grant, grants.Options{})
			require.Equal(t, c.want, code(t, err), "%v", err)
			if err != nil {
				require.Equal(t, before, o.Version())
				require.Empty(t, o.m.lines)
				return
			}
			require.Equal(t, before+1, o.Version())
			require.Len(t, o.m.lines, 1)
			require.Contains(t, o.Index().Within(p.Scope), stored(o.m, p.ID), "in force at once")
		})
	}
}

func stored(m *memory, id string) grants.Policy {
	for _, p := range m.all() {
		if p.ID == id {
			return p
		}
	}
	return grants.Policy{}
}

func TestRevoke(t *testing.T) {
	day := 24 * time.Hour
	read := allow("1", "user:bob", grants.Read, "table:plays")
	for name, c := range map[string]struct {
		given  []grants.Policy
		by     grants.By
		id     string
		orphan bool
		want   diag.Code
	}{
		"a manager":                       {given: []grants.Policy{read}, by: ann(), id: "1"},
		"who has it":                      {given: []grants.Policy{read}, by: bob(), id: "1", want: grants.CodeMayNotGrant},
		"who sees nothing":                {by: bob(), id: "own-plays", want: grants.CodeNotFound},
		"what is not there":               {by: root(), id: "none", want: grants.CodeNotFound},
		"the administrators'":             {by: root(), id: grants.AdminPolicy, want: grants.CodeKept},
		"the last manager":                {by: ann(), id: "own-plays", want: grants.CodeLastManager},
		"the last manager, as meant":      {by: ann(), id: "own-plays", orphan: true},
		"the last but one":                {given: []grants.Policy{allow("1", "user:bob", grants.Manage, "db:ads.music")}, by: ann(), id: "own-plays"},
		"the last for good":               {given: []grants.Policy{until(allow("1", "user:bob", grants.Manage, "db:ads.music"), day)}, by: ann(), id: "own-plays", want: grants.CodeLastManager},
		"one's own deny":                  {given: []grants.Policy{deny("1", "user:ann", grants.Write, "table:plays")}, by: ann(), id: "1", want: grants.CodeMayNotGrant},
		"another's deny":                  {given: []grants.Policy{deny("1", "user:bob", grants.Write, "table:plays")}, by: ann(), id: "1"},
		"a deny, by a manager for a time": {given: []grants.Policy{deny("1", "user:bob", grants.Write, "table:plays"), until(allow("2", "user:eve", grants.Manage, "table:plays"), day)}, by: person("eve"), id: "1", want: grants.CodeMayNotGrant},
		"an allow, by such a manager":     {given: []grants.Policy{read, until(allow("2", "user:eve", grants.Manage, "table:plays"), day)}, by: person("eve"), id: "1"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, c.given...)
			err := o.Revoke(t.Context(), c.by, c.id, grants.Options{Orphan: c.orphan, Note: "for a reason"})
			require.Equal(t, c.want, code(t, err), "%v", err)
			require.Equal(t, c.want != "" && c.want != grants.CodeNotFound || name == "who sees nothing", stored(o.m, c.id).ID != "")
			if err == nil {
				past, err := o.m.Policies(t.Context(), grants.PolicyFilter{ID: c.id, Ended: true})
				require.NoError(t, err)
				require.Equal(t, &grants.Revocation{By: c.by.Subject, Name: c.by.Name, At: start, Note: "for a reason"}, past[0].Revoked)
			}
		})
	}
}

// TestRaced judges a change anew when another server was faster: what allowed it may be gone.
func TestRaced(t *testing.T) {
	o := newOffice(t, allow("1", "user:bob", grants.Manage, "table:plays"))
	o.m.raced = func() {
		o.m.raced = nil
		o.m.revoke("1")
	}
	_, err := o.Grant(t.Context(), bob(), allow("", "user:eve", grants.Read, "table:plays"), grants.Options{})
	require.Equal(t, grants.CodeNotFound, code(t, err))

	// Of two managers who take each other's grant back at once, one is the last.
	o = newOffice(t, allow("1", "user:bob", grants.Manage, "table:plays"))
	o.m.raced = func() {
		o.m.raced = nil
		o.m.revoke("own-plays")
	}
	err = o.Revoke(t.Context(), root(), "1", grants.Options{})
	require.Equal(t, grants.CodeLastManager, code(t, err))

	o = newOffice(t)
	o.m.raced = func() { o.m.put(allow("x", "user:eve", grants.Read, "table:likes")) }
	_, err = o.Grant(t.Context(), ann(), allow("", "user:bob", grants.Read, "table:plays"), grants.Options{})
	require.Equal(t, grants.CodeBusy, code(t, err))
	require.ErrorIs(t, err, diag.ErrUnavailable)
}

// TestTwoServers revokes on one server what another one decides by.
func TestTwoServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.put(allow("own", "team:charts", grants.Manage, "table:plays"), allow("1", "user:bob", grants.Read, "table:plays"))
		deps := grants.Deps{Store: m, Tables: officeTables{}, People: officePeople{}, Now: func() time.Time { return time.Now().Add(time.Hour) }}
		// The store's clock is that of the machines an hour ago; it is the one that counts.
		m.now = time.Now()
		var servers [2]*grants.Service
		ctx, stop := context.WithCancel(t.Context())
		for i := range servers {
			s, err := grants.New(ctx, deps)
			require.NoError(t, err)
			servers[i] = s
			go func() { _ = s.Run(ctx) }()
		}
		changed, done := servers[1].Changes()
		defer done()
		require.True(t, servers[1].May(bob().Principal, grants.Read, object("plays")))

		asked := time.Now()
		require.NoError(t, servers[0].Revoke(ctx, ann(), "1", grants.Options{}))
		require.False(t, servers[0].May(bob().Principal, grants.Read, object("plays")), "at once where it was made")
		<-changed
		require.False(t, servers[1].May(bob().Principal, grants.Read, object("plays")))
		require.LessOrEqual(t, time.Since(asked), 250*time.Millisecond)
		require.Equal(t, servers[0].Version(), servers[1].Version())

		// A grant that ends is told of as well, with no change at the store.
		p, err := servers[0].Grant(ctx, ann(), until(allow("", "user:bob", grants.Read, "table:plays"), m.now.Add(time.Second).Sub(start)), grants.Options{})
		require.NoError(t, err)
		<-changed
		require.True(t, servers[1].May(bob().Principal, grants.Read, object("plays")))
		m.advance(time.Second - time.Microsecond)
		time.Sleep(300 * time.Millisecond) //nolint:forbidigo // virtual time
		require.Empty(t, changed)
		require.True(t, m.clock().Before(p.Expires))
		m.advance(time.Microsecond)
		<-changed
		require.False(t, servers[1].May(bob().Principal, grants.Read, object("plays")))

		// A store that does not answer changes nothing, and is asked again.
		m.mu.Lock()
		m.fails = errors.New("gone")
		m.mu.Unlock()
		time.Sleep(time.Second) //nolint:forbidigo // virtual time
		require.True(t, servers[1].May(ann().Principal, grants.Read, object("plays")))
		m.mu.Lock()
		m.fails = nil
		m.mu.Unlock()
		m.revoke("own")
		<-changed
		require.False(t, servers[1].May(ann().Principal, grants.Read, object("plays")))
		stop()
		synctest.Wait()
	})
}

// TestRestored takes up a store that was put back to an earlier version.
func TestRestored(t *testing.T) {
	o := newOffice(t, allow("1", "user:bob", grants.Read, "table:plays"))
	kept := append([]grants.Change(nil), o.m.policies...)
	version := o.m.version
	require.NoError(t, o.Revoke(t.Context(), ann(), "1", grants.Options{}))
	require.False(t, o.May(bob().Principal, grants.Read, object("plays")))
	o.m.policies, o.m.version = kept, version
	require.NoError(t, o.Refresh(t.Context()))
	require.True(t, o.May(bob().Principal, grants.Read, object("plays")))
}

func TestAccess(t *testing.T) {
	o := newOffice(t, allow("1", "role:analyst", grants.Read, "db:ads.music"), deny("2", "user:eve", grants.Write, "catalog:ads"),
		until(allow("3", "user:bob", grants.Manage, "table:plays"), -time.Second))
	a, err := o.Access(t.Context(), object("plays"))
	require.NoError(t, err)
	var holders []string
	for _, h := range a.Holders {
		holders = append(holders, string(h.Subject)+" "+h.Name+" "+join(h.Actions)+"- "+join(h.Denied))
	}
	require.Equal(t, []string{"role:admin admin discover read write manage - ", "role:analyst analyst discover read - ",
		"team:charts Charts discover read write manage - ", "user:eve Eve - write manage "}, holders)
	var users []string
	for _, u := range a.Users {
		users = append(users, u.Name+" "+join(u.Actions))
	}
	require.Equal(t, []string{"Ann discover read write manage ", "Bob discover read ", "Eve discover read "}, users)
	require.Equal(t, []grants.Subject{"team:charts", "role:analyst"}, a.Users[0].Through)
}

func join(actions []grants.Action) string {
	s := ""
	for _, a := range actions {
		s += string(a) + " "
	}
	return s
}
