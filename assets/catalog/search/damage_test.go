package search

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
)

type one struct{}

func (one) Version(context.Context) (int64, error) { return 1, nil }
func (one) Since(context.Context, int64) ([]Change, int64, error) {
	return []Change{{Entry: Entry{Kind: Connection, ID: "c", Name: "broker"}}}, 1, nil
}

type anybody struct{}

func (anybody) Key() string                 { return "" }
func (anybody) Discover(grants.Object) bool { return true }
func (anybody) Sees(string) bool            { return true }

// TestDamaged has a search run into what cannot be read; the next update makes the index anew.
func TestDamaged(t *testing.T) {
	ix, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, ix.Close()) }()
	f := NewFollower(ix, map[string]Source{"one": one{}}, nil)
	require.NoError(t, f.Update(t.Context()))

	segments := ix.view.segments
	for i := range segments {
		for k := range segments[i].fields {
			segments[i].fields[k] = nil // as bleve panics on a broken dictionary
		}
	}
	_, err = ix.Search(t.Context(), anybody{}, Query{Text: "broker"})
	require.ErrorContains(t, err, "damaged")
	require.NoError(t, f.Update(t.Context()))
	page, err := ix.Search(t.Context(), anybody{}, Query{Text: "broker"})
	require.NoError(t, err)
	require.Len(t, page.Hits, 1)
	require.True(t, page.Complete)
}

// TestRenumber has entries change so often that their numbers begin again.
func TestRenumber(t *testing.T) {
	ix, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, ix.Close()) }()
	changes, _, _ := one{}.Since(t.Context(), 0)
	require.NoError(t, ix.Apply("one", 1, changes))
	ix.nextOrd = 1 << 20
	require.NoError(t, ix.Refresh())
	require.Equal(t, 1, ix.nextOrd)
	page, err := ix.Search(t.Context(), anybody{}, Query{})
	require.NoError(t, err)
	require.Len(t, page.Hits, 1)
}
