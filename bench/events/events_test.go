package events

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEvents(t *testing.T) {
	const n = 20_000
	s := NewStream(n, 1)
	var e Event
	var buf []byte
	var bytes, long, latest int64
	windows, users, first := map[int64]int{}, map[int64]int{}, ""
	for s.Next(&e) {
		buf = e.AppendJSON(buf[:0])
		bytes += int64(len(buf))
		if first == "" {
			first = string(buf)
		}
		var read struct {
			UserID   int64 `json:"user_id"`
			SongID   int64 `json:"song_id"`
			Event    string
			MsPlayed int64 `json:"ms_played"`
			Platform string
			Group    string `json:"exp_group"`
			TS       int64
			Page     string
			Device   struct{ OS, Ver string }
			Net      string
			Lang     string
			Session  string
		}
		require.NoError(t, json.Unmarshal(buf, &read), "%s", buf)
		same := read.UserID == e.UserID && read.SongID == e.SongID && read.Event == e.Name && read.MsPlayed == e.MsPlayed &&
			read.Platform == e.Platform && read.Group == e.Group && read.TS == e.TS
		require.True(t, same, "%s", buf)
		require.NotEmpty(t, read.Device.Ver)
		require.Len(t, read.Session, 16)

		require.Less(t, latest-e.TS, Disorder.Milliseconds())
		latest = max(latest, e.TS)
		windows[(e.TS-Start)/60_000]++
		users[e.UserID]++
		if e.Name == "play" && e.MsPlayed > 30_000 {
			long++
		}
	}
	require.Len(t, windows, 61)
	require.InDelta(t, 250, bytes/n, 15)
	require.InDelta(t, 0.49, float64(long)/n, 0.02)
	require.Greater(t, len(users), 3_000)
	require.False(t, s.Next(&e))

	again, other := NewStream(n, 1), NewStream(n, 2)
	again.Next(&e)
	require.Equal(t, first, string(e.AppendJSON(nil)))
	other.Next(&e)
	require.NotEqual(t, first, string(e.AppendJSON(nil)))
}

func TestActions(t *testing.T) {
	const n = 20_000
	users := map[string]map[int64]int{Play: {}, Like: {}}
	for name, seen := range users {
		var latest int64
		var e Event
		for s := NewActions(n, 1, name); s.Next(&e); {
			require.Equal(t, name, e.Name)
			require.Less(t, latest-e.TS, Disorder.Milliseconds())
			latest = max(latest, e.TS)
			seen[e.UserID]++
		}
		// Five draws a user leave one in e^5 without any.
		require.InDelta(t, n/5, len(seen), n/5*0.02, name)
	}
	require.NotEqual(t, users[Play], users[Like])
}

func TestVersions(t *testing.T) {
	all := Versions()
	seen := map[int64][]Version{}
	var latest int64
	for i, v := range all {
		if v.Since < latest {
			t.Fatalf("version %d of %d comes too late", i, v.UserID)
		}
		latest = v.Since
		seen[v.UserID] = append(seen[v.UserID], v)
		if i%1_000 > 0 {
			continue
		}
		var read struct {
			UserID   int64 `json:"user_id"`
			Nickname string
			Country  string
			Tier     int64
			Since    int64
		}
		require.NoError(t, json.Unmarshal(v.AppendJSON(nil), &read))
		require.NotEmpty(t, read.Nickname)
		require.Equal(t, v, Version{read.UserID, read.Country, read.Tier, read.Since})
	}
	require.Len(t, seen, DimensionUsers)
	require.Len(t, all, DimensionUsers*3/2)

	// What holds at a time, the plain way.
	var unknown int
	var e Event
	for s := NewStream(20_000, 1); s.Next(&e); {
		var want Version
		for _, v := range seen[e.UserID] {
			if v.Since <= e.TS {
				want = v
			}
		}
		got, ok := VersionAt(e.UserID, e.TS)
		if got != want || ok != (want != Version{}) {
			t.Fatalf("user %d has %+v at %d, and %+v was expected", e.UserID, got, e.TS, want)
		}
		if !ok {
			unknown++
		}
	}
	require.Positive(t, unknown)
}
