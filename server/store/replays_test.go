package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/models/diag"
)

func TestReplays(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		ctx := audit.With(t.Context(), audit.Actor{Subject: "user:ann", Name: "ann"})
		entry := func() *audit.Entry { return &audit.Entry{Action: "rejects.replay", Object: "pipeline:p"} }
		begin := func(replay string, rejects ...string) error { return s.BeginReplay(ctx, "p", replay, rejects, entry()) }
		require.NoError(t, begin("r1", "m.0", "m.1"))
		require.NoError(t, begin("r1", "m.0", "m.1"), "what was begun is taken up")
		require.ErrorIs(t, begin("r2", "m.2", "m.1"), diag.ErrConflict)
		all, err := s.Replays(ctx, "p")
		require.NoError(t, err)
		require.Len(t, all, 2, "all or none")
		require.Equal(t, "ann", all["m.0"].Name)

		require.NoError(t, s.EndReplay(ctx, "r1", false))
		require.NoError(t, begin("r2", "m.1"), "nothing of it was written")
		require.NoError(t, s.EndReplay(ctx, "r2", true))
		require.NoError(t, s.EndReplay(ctx, "r2", false))
		require.ErrorIs(t, begin("r2", "m.1"), diag.ErrConflict, "once")
		all, err = open().Replays(ctx, "p")
		require.NoError(t, err)
		require.Equal(t, ReplayDone, all["m.1"].State)
		lines, err := s.AuditPage(ctx, audit.Query{Everything: true, Limit: 10})
		require.NoError(t, err)
		require.Len(t, lines, 3)
	})
}
