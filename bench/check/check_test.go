package check

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/bench/events"
)

func TestExpect(t *testing.T) {
	const n = 20_000
	got := Expect(n, 7)

	// The same, the plain way.
	var long, ms int64
	users := map[Key]map[int64]bool{}
	var e events.Event
	for s := events.NewStream(n, 7); s.Next(&e); {
		if e.Name == "play" && e.MsPlayed > 30_000 {
			long++
			ms += e.MsPlayed
		}
		key := Key{e.TS / minute * minute, e.Platform, e.Group}
		if users[key] == nil {
			users[key] = map[int64]bool{}
		}
		users[key][e.UserID] = true
	}
	require.Equal(t, long, got.LongPlays.Rows)
	require.Equal(t, ms, got.LongPlays.Millis)
	require.Len(t, got.Windows, len(users))
	var plays int64
	for _, w := range got.Windows {
		require.Len(t, users[w.Key], int(w.Users), "%+v", w)
		plays += w.Plays
	}
	require.EqualValues(t, n, plays)

	file := filepath.Join(t.TempDir(), "expected.json")
	require.NoError(t, got.Write(file))
	read, err := Read(file)
	require.NoError(t, err)
	require.Equal(t, got, read)
}

func TestCompareWindows(t *testing.T) {
	want := Expect(5_000, 1)
	rows := slices.Clone(want.Windows)
	slices.Reverse(rows)
	require.NoError(t, want.CompareWindows("here", rows))

	changed := slices.Clone(rows)
	changed[3].Users++
	require.ErrorContains(t, want.CompareWindows("here", changed), "was expected")
	require.ErrorContains(t, want.CompareWindows("here", rows[1:]), "lacks window")
	require.ErrorContains(t, want.CompareWindows("here", append(slices.Clone(rows), rows[0])), "twice")
	changed = append(slices.Clone(rows), Window{Key: Key{Start: 1}})
	require.ErrorContains(t, want.CompareWindows("here", changed), "nobody expected")
}

func TestLongPlaysTellRowsApart(t *testing.T) {
	const row = `{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":3,"seconds":31.5}`
	read := func(rows ...string) LongPlays {
		var l LongPlays
		for _, r := range rows {
			require.NoError(t, l.read([]byte(r)))
		}
		return l
	}
	require.EqualValues(t, 31_500, read(row).Millis)
	require.Equal(t, read(row), read(`{"ts":3,"exp_group":"a","platform":"ios","seconds":31.500000,"song_id":2,"user_id":1}`))
	// Sums alone would not see two rows that exchanged their users.
	other := `{"user_id":5,"song_id":9,"platform":"ios","exp_group":"a","ts":3,"seconds":31.5}`
	require.NotEqual(t, read(row, other).Digest, read(
		`{"user_id":5,"song_id":2,"platform":"ios","exp_group":"a","ts":3,"seconds":31.5}`,
		`{"user_id":1,"song_id":9,"platform":"ios","exp_group":"a","ts":3,"seconds":31.5}`).Digest)

	for _, bad := range []string{`{"user_id":1,"x":2}`, `{"user_id":`, `{"seconds":1.2345}`, `{"seconds":-1}`, `{"user_id":1}`} {
		var l LongPlays
		require.Error(t, l.read([]byte(bad)), bad)
	}
}
