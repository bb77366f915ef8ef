package check

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"millrace/bench/events"
)

// before is how long before a like a play of its user may lie to meet it.
const before = 10 * time.Minute

// Joins is what the jobs that join have to put out.
type Joins struct {
	Profiles   Sum `json:"profiles"`
	LikedPlays Sum `json:"liked_plays"`
}

// Sum sums up rows, in any order. Two sets of rows with the same sum are the same.
type Sum struct {
	Rows    int64  `json:"rows"`
	Without int64  `json:"without"` // rows without a match
	Digest  uint64 `json:"digest"`  // sum of the rows' hashes
}

func (s *Sum) add(h hash) {
	s.Rows++
	s.Digest += uint64(h)
}

func (s *Sum) merge(o *Sum) {
	s.Rows += o.Rows
	s.Without += o.Without
	s.Digest += o.Digest
}

// hash is what a row's values were mixed into so far.
type hash uint64

func (h hash) ints(values ...int64) hash {
	for _, n := range values {
		h = hash(mix(uint64(h) ^ uint64(n)))
	}
	return h
}

func (h hash) strings(values ...string) hash {
	for _, s := range values {
		for i := range len(s) {
			h = hash(mix(uint64(h) ^ uint64(s[i])))
		}
		h = hash(mix(uint64(h) ^ 256)) // the string's end
	}
	return h
}

// profile is a row of the temporal join: an event with what the dimension said of its user then.
type profile struct {
	UserID   int64   `json:"user_id"`
	SongID   int64   `json:"song_id"`
	Platform string  `json:"platform"`
	Group    string  `json:"exp_group"`
	TS       int64   `json:"ts"`
	Country  *string `json:"country"`
	Tier     *int64  `json:"tier"`
	Since    *int64  `json:"since"`
}

func (s *Sum) addProfile(p *profile) error {
	h := hash(0).ints(p.UserID, p.SongID, p.TS).strings(p.Platform, p.Group)
	switch {
	case p.Country != nil && p.Tier != nil && p.Since != nil:
		h = h.strings(*p.Country).ints(*p.Tier, *p.Since)
	case p.Country == nil && p.Tier == nil && p.Since == nil:
		s.Without++
	default:
		return fmt.Errorf("reading a row of user %d at %d: it has a part of a version", p.UserID, p.TS)
	}
	s.add(h)
	return nil
}

// likedPlay is a row of the interval join.
type likedPlay struct {
	UserID   int64 `json:"user_id"`
	Liked    int64 `json:"liked"`
	Played   int64 `json:"played"`
	LikedAt  int64 `json:"liked_at"`
	PlayedAt int64 `json:"played_at"`
}

func (s *Sum) addLikedPlay(p likedPlay) {
	s.add(hash(0).ints(p.UserID, p.Liked, p.Played, p.LikedAt, p.PlayedAt))
}

// ExpectJoins computes what the jobs that join have to put out: n events with the versions of their users, and the plays before
// the likes in two streams of actions each.
func ExpectJoins(n, actions int64, seed uint64) (*Joins, error) {
	var out Joins
	var e events.Event
	for s := events.NewStream(n, seed); s.Next(&e); {
		p := profile{UserID: e.UserID, SongID: e.SongID, Platform: e.Platform, Group: e.Group, TS: e.TS}
		if v, ok := events.VersionAt(e.UserID, e.TS); ok {
			p.Country, p.Tier, p.Since = &v.Country, &v.Tier, &v.Since
		}
		if err := out.Profiles.addProfile(&p); err != nil {
			return nil, err
		}
	}

	type play struct{ user, ts, song int64 }
	byTime := func(a, b play) int { return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.ts, b.ts)) }
	plays := make([]play, 0, actions)
	for s := events.NewActions(actions, seed, events.Play); s.Next(&e); {
		plays = append(plays, play{e.UserID, e.TS, e.SongID})
	}
	slices.SortFunc(plays, byTime)
	for s := events.NewActions(actions, seed, events.Like); s.Next(&e); {
		from, _ := slices.BinarySearchFunc(plays, play{user: e.UserID, ts: e.TS - before.Milliseconds()}, byTime)
		for _, p := range plays[from:] {
			if p.user != e.UserID || p.ts > e.TS {
				break
			}
			out.LikedPlays.addLikedPlay(likedPlay{UserID: e.UserID, Liked: e.SongID, Played: p.song, LikedAt: e.TS, PlayedAt: p.ts})
		}
	}
	return &out, nil
}

// TopicProfiles reads the committed rows of a topic that the temporal join wrote and compares them.
func (j *Joins) TopicProfiles(ctx context.Context, broker, topic string) error {
	return compareSums(ctx, broker, topic, j.Profiles, func(s *Sum, value []byte) error {
		var p profile
		if err := strict(value, &p); err != nil {
			return err
		}
		return s.addProfile(&p)
	})
}

// TopicLikedPlays reads the committed rows of a topic that the interval join wrote and compares them.
func (j *Joins) TopicLikedPlays(ctx context.Context, broker, topic string) error {
	return compareSums(ctx, broker, topic, j.LikedPlays, func(s *Sum, value []byte) error {
		var p likedPlay
		if err := strict(value, &p); err != nil {
			return err
		}
		s.addLikedPlay(p)
		return nil
	})
}

func compareSums(ctx context.Context, broker, topic string, want Sum, read func(*Sum, []byte) error) error {
	var mu sync.Mutex
	var got Sum
	err := eachRow(ctx, broker, topic, func() (func([]byte) error, func()) {
		var part Sum
		return func(value []byte) error { return read(&part, value) }, func() {
			mu.Lock()
			defer mu.Unlock()
			got.merge(&part)
		}
	})
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("topic %s holds %+v, and %+v was expected", topic, got, want)
	}
	return nil
}

// Write keeps j in a file.
func (j *Joins) Write(file string) error { return write(file, j) }

// ReadJoins returns what Joins.Write kept.
func ReadJoins(file string) (*Joins, error) {
	var j Joins
	if err := read(file, &j); err != nil {
		return nil, err
	}
	return &j, nil
}

func write(file string, expected any) error {
	text, err := json.Marshal(expected)
	if err != nil {
		return fmt.Errorf("encoding what is expected: %w", err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return fmt.Errorf("keeping what is expected: %w", err)
	}
	return nil
}

func read(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading what is expected: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading what is expected from %s: %w", file, err)
	}
	return nil
}
