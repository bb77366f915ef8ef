package catalog_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/components/component"
)

// shelf is a store that only has what it was given.
type shelf struct {
	catalog.Store
	changes catalog.Changes
}

func (s *shelf) Version(context.Context) (int64, error) { return s.changes.Version, nil }

func (s *shelf) Since(context.Context, int64) (catalog.Changes, error) { return s.changes, nil }

// decided decides by an index at one time.
type decided struct{ index *grants.Index }

func (d decided) May(p grants.Principal, a grants.Action, o grants.Object) bool {
	return d.index.May(p, a, o, time.Now())
}

func (d decided) Allowed(p grants.Principal, a grants.Action, o []grants.Object) []bool {
	return d.index.Allowed(p, a, o, time.Now())
}

// warehouse has tables of many databases and policies of many teams on them.
func warehouse(t testing.TB, tables, policies int) (*catalog.Snapshot, decided, grants.Principal) {
	t.Helper()
	s := &shelf{changes: catalog.Changes{Version: 1}}
	for i := range tables {
		s.changes.Tables = append(s.changes.Tables, &catalog.TableEntry{ID: fmt.Sprintf("id%06d", i), Name: fmt.Sprintf("ods.db%03d.table_%06d", i%200, i),
			Kind: component.TableStream, Domain: fmt.Sprint("d", i%10), Declaration: json.RawMessage(`{"columns":[{"name":"a","type":"int64","nullable":true}]}`)})
	}
	h, err := catalog.NewHub(t.Context(), catalog.Deps{Store: s, Registry: registryOf(t)})
	require.NoError(t, err)
	list := make([]grants.Policy, 0, policies)
	for i := range policies {
		p := grants.Policy{ID: fmt.Sprint(i), Subject: grants.TeamSubject(fmt.Sprint(i % 500)), Action: grants.Discover, Effect: grants.Allow,
			Scope: grants.TableScope(fmt.Sprintf("id%06d", (i*7)%tables))}
		switch i % 20 {
		case 0:
			p.Scope = grants.DBScope("ods", fmt.Sprintf("db%03d", i%200))
		case 1:
			p.Effect = grants.Deny
		}
		list = append(list, p)
	}
	snap, err := h.Snapshot(t.Context())
	require.NoError(t, err)
	analyst := grants.Principal{Subject: "user:ann", Groups: []grants.Subject{"role:analyst", grants.TeamSubject("20"), grants.TeamSubject("41"), grants.TeamSubject("60")}}
	return snap, decided{grants.NewIndex(list)}, analyst
}

func registryOf(t testing.TB) *component.Registry {
	t.Helper()
	r, err := component.NewRegistry()
	require.NoError(t, err)
	return r
}

func everything(s *catalog.Snapshot, by catalog.Decider, p grants.Principal, page int) []string {
	var names []string
	for after, more := "", true; more; {
		var entries []*catalog.TableEntry
		entries, more = s.List(by, p, catalog.Filter{}, after, page)
		for _, e := range entries {
			names = append(names, e.Name)
			after = e.Name
		}
	}
	return names
}

// TestListIsWhatOneMayKnow compares pages of every size with decisions made one by one.
func TestListIsWhatOneMayKnow(t *testing.T) {
	s, by, p := warehouse(t, 3000, 9000)
	var want []string
	for _, e := range s.Entries() {
		if by.May(p, grants.Discover, e.Object()) {
			want = append(want, e.Name)
		}
	}
	require.NotEmpty(t, want)
	require.Less(t, len(want), 3000)
	for _, page := range []int{1, 7, 100, 5000} {
		require.Equal(t, want, everything(s, by, p, page), page)
	}
	require.Empty(t, everything(s, by, grants.Principal{}, 100), "nobody knows of nothing")
}

// TestListIsQuickAmongManyPolicies reports what an analyst waits for: 20,000 tables at 100,000 policies, page by page. The aim is 50 ms.
func TestListIsQuickAmongManyPolicies(t *testing.T) {
	s, by, p := warehouse(t, 20_000, 100_000)
	best := time.Hour
	for range 5 { // the machine may be busy with something else
		begun := time.Now()
		require.NotEmpty(t, everything(s, by, p, 1000))
		best = min(best, time.Since(begun))
	}
	t.Logf("20,000 tables at 100,000 policies: %s", best)
}

func BenchmarkList(b *testing.B) {
	s, by, p := warehouse(b, 20_000, 100_000)
	for b.Loop() {
		everything(s, by, p, 1000)
	}
}
