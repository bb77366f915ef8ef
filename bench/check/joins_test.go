package check

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/bench/events"
)

func TestExpectJoins(t *testing.T) {
	const n, actions = 5_000, 3_000
	got, err := ExpectJoins(n, actions, 7)
	require.NoError(t, err)
	require.EqualValues(t, n, got.Profiles.Rows)
	require.Positive(t, got.Profiles.Without)
	require.Less(t, got.Profiles.Without, int64(n/5))

	// The pairs, the plain way.
	var plays []events.Event
	var e events.Event
	for s := events.NewActions(actions, 7, events.Play); s.Next(&e); {
		plays = append(plays, e)
	}
	var want Sum
	for s := events.NewActions(actions, 7, events.Like); s.Next(&e); {
		for _, p := range plays {
			if p.UserID == e.UserID && p.TS <= e.TS && p.TS >= e.TS-600_000 {
				want.addLikedPlay(likedPlay{e.UserID, e.SongID, p.SongID, e.TS, p.TS})
			}
		}
	}
	require.InDelta(t, actions*5/6, want.Rows, actions*0.1)
	require.Equal(t, want, got.LikedPlays)

	file := filepath.Join(t.TempDir(), "joins.json")
	require.NoError(t, got.Write(file))
	read, err := ReadJoins(file)
	require.NoError(t, err)
	require.Equal(t, got, read)
}

func TestProfilesTellRowsApart(t *testing.T) {
	read := func(rows ...string) (s Sum) {
		for _, row := range rows {
			var p profile
			require.NoError(t, strict([]byte(row), &p))
			require.NoError(t, s.addProfile(&p))
		}
		return s
	}
	const (
		known   = `{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":9,"country":"DE","tier":3,"since":4}`
		unknown = `{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":9,"country":null,"tier":null,"since":null}`
	)
	require.Equal(t, read(known, unknown), read(unknown, known))
	require.EqualValues(t, 1, read(known, unknown).Without)
	require.Equal(t, read(unknown), read(`{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":9}`))
	for _, other := range []string{
		`{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":9,"country":"DE","tier":4,"since":4}`,
		`{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":9,"country":"DE","tier":3,"since":5}`,
		`{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":9,"country":"FR","tier":3,"since":4}`,
	} {
		require.NotEqual(t, read(known), read(other))
	}

	var p profile
	require.NoError(t, strict([]byte(`{"user_id":1,"country":"DE"}`), &p))
	var s Sum
	require.ErrorContains(t, s.addProfile(&p), "a part of a version")
}
