package grants_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
)

// hundredThousand draws policies for 20,000 tables of 5 catalogs with 40 databases each: 1,000 users, 50 teams, each table owned by one,
// and grants on tables, databases and catalogs.
func hundredThousand() (policies []grants.Policy, tables []grants.Object, analyst grants.Principal) {
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 20_000 {
		o := grants.Object{Catalog: fmt.Sprint("catalog_", i%5), DB: fmt.Sprint("database_", i%200), Table: fmt.Sprintf("%032x", i)}
		tables = append(tables, o)
		policies = append(policies, grants.Policy{ID: fmt.Sprint("owner", i), Subject: grants.TeamSubject(fmt.Sprintf("%032x", i%50)),
			Action: grants.Manage, Scope: grants.TableScope(o.Table), Effect: grants.Allow})
	}
	actions := grants.Actions()
	for i := len(policies); i < 100_000; i++ {
		p := grants.Policy{ID: fmt.Sprint("p", i), Action: actions[r.IntN(4)], Effect: grants.Allow}
		switch r.IntN(10) {
		case 0:
			p.Subject = grants.RoleSubject("analyst")
		case 1, 2, 3:
			p.Subject = grants.TeamSubject(fmt.Sprintf("%032x", r.IntN(50)))
		default:
			p.Subject = grants.UserSubject(fmt.Sprintf("%032x", r.IntN(1000)))
		}
		scopes := tables[r.IntN(len(tables))].Scopes()
		p.Scope = scopes[3]
		if r.IntN(20) == 0 {
			p.Scope = scopes[1+r.IntN(2)]
		}
		if r.IntN(20) == 0 {
			p.Effect = grants.Deny
		}
		if r.IntN(5) == 0 {
			p.Expires = start.Add(time.Duration(r.IntN(1000)) * time.Hour)
		}
		policies = append(policies, p)
	}
	analyst = grants.Principal{Subject: grants.UserSubject(fmt.Sprintf("%032x", 7)), Groups: []grants.Subject{grants.RoleSubject("analyst")}}
	for i := range 5 {
		analyst.Groups = append(analyst.Groups, grants.TeamSubject(fmt.Sprintf("%032x", i*9)))
	}
	return policies, tables, analyst
}

func TestMayAllocatesNothing(t *testing.T) {
	policies, tables, p := hundredThousand()
	x := grants.NewIndex(policies)
	n := testing.AllocsPerRun(100, func() { x.May(p, grants.Read, tables[3], start) })
	require.Zero(t, n)

	some := 0
	for i, ok := range x.Allowed(p, grants.Discover, tables, start) {
		require.Equal(t, x.May(p, grants.Discover, tables[i], start), ok)
		if ok {
			some++
		}
	}
	require.Greater(t, some, 1000)
	require.Less(t, some, 19_000)
}

func BenchmarkMay(b *testing.B) {
	policies, tables, p := hundredThousand()
	x := grants.NewIndex(policies)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		x.May(p, grants.Read, tables[i%len(tables)], start)
		i += 7919
	}
}

// BenchmarkAllowed filters 20,000 tables for an analyst of five teams, of 100,000 policies.
func BenchmarkAllowed(b *testing.B) {
	policies, tables, p := hundredThousand()
	x := grants.NewIndex(policies)
	b.ReportAllocs()
	for b.Loop() {
		x.Allowed(p, grants.Discover, tables, start)
	}
}

// BenchmarkChange adds a policy to 100,000, and takes it back.
func BenchmarkChange(b *testing.B) {
	policies, tables, p := hundredThousand()
	x := grants.NewIndex(policies)
	one := grants.Policy{ID: "new", Subject: p.Subject, Action: grants.Read, Scope: grants.TableScope(tables[9].Table), Effect: grants.Allow}
	b.ReportAllocs()
	for b.Loop() {
		x = x.With([]grants.Change{{Policy: one}})
		x = x.With([]grants.Change{{Policy: one, Revoked: &grants.Revocation{}}})
	}
}

// BenchmarkIndex compiles 100,000 policies.
func BenchmarkIndex(b *testing.B) {
	policies, _, _ := hundredThousand()
	b.ReportAllocs()
	for b.Loop() {
		grants.NewIndex(policies)
	}
}
