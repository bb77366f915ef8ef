package hub

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/assets/catalog"
	"millrace/components/all"
	"millrace/server/e2e/rig"
	"millrace/server/store"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }

// open seals nothing: what is tested here is not how secrets are kept.
type open struct{}

func (open) Seal(_, _, plain string) string           { return plain }
func (open) Open(_, _, sealed string) (string, error) { return sealed, nil }

func newHub(t *testing.T) *catalog.Hub {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	registry, err := all.Registry()
	require.NoError(t, err)
	h, err := catalog.NewHub(t.Context(), catalog.Deps{Store: s.Hub(), Registry: registry, Sealer: open{}})
	require.NoError(t, err)
	return h
}

// connect makes a connection of team t1.
func connect(t *testing.T, h *catalog.Hub, name, component string, params map[string]any) *catalog.ConnectionEntry {
	t.Helper()
	text, err := json.Marshal(params)
	require.NoError(t, err)
	e, err := h.CreateConnection(audit.With(t.Context(), audit.Actor{Subject: "user:ann"}),
		catalog.ConnectionInput{Name: name, Component: component, Team: "t1", Params: text})
	require.NoError(t, err)
	return e
}

func discover(t *testing.T, h *catalog.Hub, id string, o catalog.Search) map[string]catalog.Proposal {
	t.Helper()
	out := map[string]catalog.Proposal{}
	_, err := h.Discover(t.Context(), id, o, func(p catalog.Proposal) bool { out[p.Physical] = p; return true })
	require.NoError(t, err)
	return out
}
