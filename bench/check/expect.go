package check

import (
	"millrace/bench/events"
)

// Expected is what the jobs have to put out.
type Expected struct {
	LongPlays LongPlays `json:"long_plays"`
	Windows   []Window  `json:"windows"`
}

// LongPlays sums up the rows of job (a), in any order. Two sets of rows with the same sums and the same digest are the same.
type LongPlays struct {
	Rows   int64  `json:"rows"`
	UserID int64  `json:"user_id"`
	SongID int64  `json:"song_id"`
	TS     int64  `json:"ts"`
	Millis int64  `json:"millis"` // of the column seconds
	Digest uint64 `json:"digest"` // sum of the rows' hashes
}

// Window is a row of job (b).
type Window struct {
	Key
	Plays    int64 `json:"plays"`
	MsPlayed int64 `json:"ms_played"`
	Users    int64 `json:"users"`
}

// Key is what windows are told apart by.
type Key struct {
	Start    int64  `json:"window_start"` // milliseconds since 1970
	Platform string `json:"platform"`
	Group    string `json:"exp_group"`
}

const minute = 60_000

// Expect computes what the jobs have to put out for n events of a seed.
func Expect(n int64, seed uint64) *Expected {
	type group struct {
		plays, ms int64
		users     map[int64]struct{}
	}
	var out Expected
	groups := map[Key]*group{}
	finish := func(before int64) {
		for key, g := range groups {
			if key.Start+minute <= before {
				out.Windows = append(out.Windows, Window{key, g.plays, g.ms, int64(len(g.users))})
				delete(groups, key)
			}
		}
	}
	var e events.Event
	var latest int64
	for s := events.NewStream(n, seed); s.Next(&e); {
		if e.Name == "play" && e.MsPlayed > 30_000 {
			out.LongPlays.add(longPlay{e.UserID, e.SongID, e.Platform, e.Group, e.TS}, e.MsPlayed)
		}
		key := Key{e.TS - e.TS%minute, e.Platform, e.Group}
		g := groups[key]
		if g == nil {
			g = &group{users: map[int64]struct{}{}}
			groups[key] = g
			// A window's first event is the time to drop the windows that no event can reach any more.
			latest = max(latest, e.TS)
			finish(latest - events.Disorder.Milliseconds())
		}
		g.plays++
		g.ms += e.MsPlayed
		g.users[e.UserID] = struct{}{}
	}
	finish(1<<63 - 1)
	return &out
}

// longPlay is a row of job (a) but for its seconds.
type longPlay struct {
	UserID   int64  `json:"user_id"`
	SongID   int64  `json:"song_id"`
	Platform string `json:"platform"`
	Group    string `json:"exp_group"`
	TS       int64  `json:"ts"`
}

func (l *LongPlays) add(r longPlay, millis int64) {
	l.Rows++
	l.UserID += r.UserID
	l.SongID += r.SongID
	l.TS += r.TS
	l.Millis += millis
	h := uint64(0)
	for _, n := range [...]int64{r.UserID, r.SongID, r.TS, millis} {
		h = mix(h ^ uint64(n))
	}
	for _, s := range [...]string{r.Platform, r.Group} {
		for i := range len(s) {
			h = mix(h ^ uint64(s[i]))
		}
		h = mix(h ^ 256) // the string's end
	}
	l.Digest += h
}

// merge adds the rows of m.
func (l *LongPlays) merge(m *LongPlays) {
	l.Rows += m.Rows
	l.UserID += m.UserID
	l.SongID += m.SongID
	l.TS += m.TS
	l.Millis += m.Millis
	l.Digest += m.Digest
}

// mix is the finalizer of splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Write keeps e in a file.
func (e *Expected) Write(file string) error { return write(file, e) }

// Read returns what Write kept.
func Read(file string) (*Expected, error) {
	var e Expected
	if err := read(file, &e); err != nil {
		return nil, err
	}
	return &e, nil
}
