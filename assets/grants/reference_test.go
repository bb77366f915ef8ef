package grants_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
)

// world draws policies and questions that meet each other often: few names of everything.
type world struct {
	*rand.Rand
	users, teams, tables int
	// rare is how rarely a policy on more than a table denies: of many policies some such would leave nothing allowed.
	rare int
	next int
}

func (w *world) pick(of ...string) string { return of[w.IntN(len(of))] }

func (w *world) subject() grants.Subject {
	switch w.IntN(4) {
	case 0:
		return grants.RoleSubject(w.pick("viewer", "analyst", "operator", "admin"))
	case 1:
		return grants.TeamSubject(fmt.Sprint("t", w.IntN(w.teams)))
	default:
		return grants.UserSubject(fmt.Sprint("u", w.IntN(w.users)))
	}
}

// object is a table whose path follows from its id, as every table has one; or what is above tables.
func (w *world) object() grants.Object {
	n := w.IntN(w.tables)
	o := grants.Object{Catalog: fmt.Sprint("c", n%3), DB: fmt.Sprint("d", n%7), Table: fmt.Sprint("x", n)}
	switch w.IntN(12) {
	case 0:
		return grants.Object{}
	case 1:
		return grants.Object{Catalog: o.Catalog}
	case 2:
		return grants.Object{Catalog: o.Catalog, DB: o.DB}
	}
	return o
}

func (w *world) action() grants.Action {
	all := grants.Actions()
	return all[w.IntN(len(all))]
}

func (w *world) policy() grants.Policy {
	scopes := w.object().Scopes()
	// Tables are the most, everything the least.
	scope := scopes[max(w.IntN(len(scopes)), w.IntN(len(scopes)))]
	p := grants.Policy{ID: fmt.Sprint("p", w.next), Subject: w.subject(), Action: w.action(), Scope: scope, Effect: grants.Allow}
	w.next++
	if w.IntN(6) == 0 && (len(scopes) > 3 && scope == scopes[3] || w.IntN(w.rare) == 0) {
		p.Effect = grants.Deny
	}
	if w.IntN(3) == 0 {
		p.Expires = start.Add(time.Duration(w.IntN(20)-4) * time.Second)
	}
	return p
}

func (w *world) principal() grants.Principal {
	p := grants.Principal{Subject: grants.UserSubject(fmt.Sprint("u", w.IntN(w.users)))}
	switch w.IntN(20) {
	case 0:
		return grants.Principal{Groups: []grants.Subject{grants.TeamSubject("t0")}}
	case 1:
		return grants.Team(fmt.Sprint("t", w.IntN(w.teams)), "")
	}
	for range w.IntN(4) {
		p.Groups = append(p.Groups, grants.TeamSubject(fmt.Sprint("t", w.IntN(w.teams))))
	}
	p.Groups = append(p.Groups, grants.RoleSubject(w.pick("viewer", "analyst", "operator", "admin")))
	return p
}

// clock is a time around those at which policies expire, some at that very moment.
func (w *world) clock() time.Time {
	at := start.Add(time.Duration(w.IntN(24)-6) * time.Second)
	return at.Add(time.Duration(w.IntN(3)-1) * time.Microsecond)
}

// agree asks both the same questions.
func agree(t *testing.T, w *world, x *grants.Index, r *grants.Reference, questions int) (allowed int) {
	t.Helper()
	for range questions {
		p, a, o, at := w.principal(), w.action(), w.object(), w.clock()
		want, err := r.May(p, a, o, at)
		require.NoError(t, err)
		if got := x.May(p, a, o, at); got != want {
			require.Equal(t, want, got, "%v %s %v at %v: %v", p, a, o, at, x.Decide(p, a, o, at))
		}
		d := x.Decide(p, a, o, at)
		require.Equal(t, want, d.Allowed)
		for _, by := range d.By {
			require.Equal(t, want, by.Effect == grants.Allow)
		}
		require.Equal(t, []bool{want, want}, x.Allowed(p, a, []grants.Object{o, o}, at))
		if want {
			allowed++
		}
	}
	return allowed
}

// TestIndexIsCasbin asks casbin and the index the same: of worlds in which nearly every policy has a say on every question, and of one
// with ten thousand policies.
func TestIndexIsCasbin(t *testing.T) {
	for seed := range uint64(60) {
		w := &world{Rand: rand.New(rand.NewPCG(seed, 1)), users: 4, teams: 3, tables: 6, rare: 1}
		m := newMemory()
		for range 1 + w.IntN(199) {
			m.put(w.policy())
		}
		r, err := grants.NewReference(t.Context(), m)
		require.NoError(t, err)
		agree(t, w, grants.NewIndex(m.all()), r, 60)
	}

	w := &world{Rand: rand.New(rand.NewPCG(7, 7)), users: 60, teams: 12, tables: 600, rare: 60}
	m := newMemory()
	var policies []grants.Policy
	for range 10_000 {
		policies = append(policies, w.policy())
	}
	m.put(policies...)
	r, err := grants.NewReference(t.Context(), m)
	require.NoError(t, err)
	x := grants.NewIndex(m.all())
	require.Equal(t, 10_001, x.Len())
	allowed := agree(t, w, x, r, 120)
	require.Greater(t, allowed, 10)
	require.Less(t, allowed, 115)
}

// TestIndexFollows changes policies one by one: an index made from the one before is the one made of all there is, and casbin's refreshed.
func TestIndexFollows(t *testing.T) {
	for seed := range uint64(12) {
		w := &world{Rand: rand.New(rand.NewPCG(seed, 2)), users: 4, teams: 3, tables: 6, rare: 1}
		m := newMemory()
		r, err := grants.NewReference(t.Context(), m)
		require.NoError(t, err)
		x := grants.NewIndex(m.all())
		version := int64(1)
		for range 60 {
			live := m.all()
			if n := w.IntN(5); n < 2 && len(live) > 1 {
				m.revoke(live[1+w.IntN(len(live)-1)].ID)
			} else {
				for range n {
					m.put(w.policy())
				}
			}
			before := x
			counted := before.Len()
			changes, upTo, err := m.Since(t.Context(), version)
			require.NoError(t, err)
			x, version = x.With(changes), upTo
			require.NoError(t, r.Refresh(t.Context()))
			require.Equal(t, counted, before.Len(), "an index is not changed")
			require.Equal(t, len(m.all()), x.Len())
			n := 0
			for range x.All() {
				n++
			}
			require.Equal(t, x.Len(), n)
			agree(t, w, x, r, 12)
		}
	}
}

// TestImplication lists what each policy alone says about each action.
func TestImplication(t *testing.T) {
	o := grants.Object{Catalog: "c", DB: "d", Table: "x"}
	p := grants.Principal{Subject: "user:u", Groups: []grants.Subject{"team:t"}}
	everything := grants.Policy{ID: "0", Subject: "team:t", Action: grants.Manage, Scope: grants.Everything, Effect: grants.Allow}
	for _, c := range []struct {
		effect  grants.Effect
		action  grants.Action
		allowed string
	}{
		{grants.Allow, grants.Discover, "discover"},
		{grants.Allow, grants.Read, "discover read"},
		{grants.Allow, grants.Write, "discover write"},
		{grants.Allow, grants.Manage, "discover read write manage"},
		{grants.Deny, grants.Discover, ""},
		{grants.Deny, grants.Read, "discover write"},
		{grants.Deny, grants.Write, "discover read"},
		{grants.Deny, grants.Manage, "discover read write"},
	} {
		for _, scope := range o.Scopes() {
			policies := []grants.Policy{{ID: "1", Subject: "user:u", Action: c.action, Scope: scope, Effect: c.effect}}
			if c.effect == grants.Deny {
				policies = append(policies, everything)
			}
			x := grants.NewIndex(policies)
			got := ""
			for _, a := range grants.Actions() {
				if x.May(p, a, o, start) {
					got += string(a) + " "
				}
			}
			if c.allowed != "" {
				c.allowed += " "
			}
			require.Equal(t, c.allowed, got, "%s %s on %s", c.effect, c.action, scope)
			c.allowed = trim(c.allowed)
		}
	}
}

func trim(s string) string {
	if s == "" {
		return s
	}
	return s[:len(s)-1]
}

// TestReferenceDoesNotWrite holds casbin to reading.
func TestReferenceDoesNotWrite(t *testing.T) {
	a := grants.NewAdapter(t.Context(), newMemory())
	require.Error(t, a.SavePolicy(nil))
	require.Error(t, a.AddPolicy("p", "p", nil))
	require.Error(t, a.RemovePolicy("p", "p", nil))
	require.Error(t, a.RemoveFilteredPolicy("p", "p", 0))
}
