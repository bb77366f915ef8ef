package events

import (
	"math/rand/v2"
	"strconv"
	"time"
)

const (
	// Start is the earliest event time, in milliseconds since 1970; a whole hour.
	Start = 1_788_220_800_000
	// Span is how long the event time runs.
	Span = time.Hour
	// Disorder bounds how far an event's time lies before the latest time among the events ahead of it.
	Disorder = 2 * time.Second
	// Users is how many users there are.
	Users = 100_000

	firstUser = 1_000_000
	songs     = 2_000_000
	groups    = 10 // experiment groups
	longest   = 360_000
	// zipfS is the exponent of the users' distribution: the busiest user makes some 8 % of the events.
	zipfS = 1.05
)

// Event is one event. Device and the fields after it are only there to be skipped.
type Event struct {
	UserID, SongID int64
	Name           string
	MsPlayed       int64
	Platform       string
	Group          string
	TS             int64 // milliseconds since 1970

	page, os, ver, net, lang string
	session                  uint64
}

// Stream makes the events of one seed, one after the other.
type Stream struct {
	n, made int64
	random  *rand.Rand
	users   func() uint64 // draws a user, counted from 0
	only    string        // what every user does; empty: anything
}

// NewStream returns a stream of n events.
func NewStream(n int64, seed uint64) *Stream {
	random := rand.New(rand.NewPCG(seed, 0x6d696c6c72616365))
	return &Stream{n: n, random: random, users: rand.NewZipf(random, zipfS, 1, Users-1).Uint64}
}

// Next makes the next event and reports whether there was one.
func (s *Stream) Next(e *Event) bool {
	if s.made == s.n {
		return false
	}
	bits := s.random.Uint64()
	draw := func(n uint64) uint64 { // small draws share one random number
		v := bits % n
		bits /= n
		return v
	}
	os := int(draw(uint64(len(systems))))
	e.Name, e.MsPlayed = s.action(draw(100), draw(100))
	e.Group = groupNames[draw(groups)]
	e.page = pages[draw(uint64(len(pages)))]
	e.net = networks[draw(uint64(len(networks)))]
	e.lang = languages[draw(uint64(len(languages)))]
	e.ver = versions[draw(uint64(len(versions)))]
	e.Platform, e.os = platforms[os], systems[os]

	if s.only != "" {
		e.Name = s.only
	}
	e.UserID = firstUser + int64(s.users())
	e.SongID = 10_000_000 + s.random.Int64N(songs)
	e.session = s.random.Uint64() | 1<<63 // always 16 digits
	e.TS = Start + s.made*Span.Milliseconds()/s.n + s.random.Int64N(Disorder.Milliseconds())
	s.made++
	return true
}

// action returns what the user did and for how long a song played: 70 % are plays, seven in ten of them longer than 30 s.
func (s *Stream) action(which, long uint64) (string, int64) {
	switch {
	case which < 70 && long < 70:
		return "play", 30_001 + s.random.Int64N(longest-30_001)
	case which < 70:
		return "play", s.random.Int64N(30_001)
	case which < 84:
		return "skip", s.random.Int64N(30_001)
	case which < 93:
		return "like", 0
	default:
		return "exposure", 0
	}
}

// AppendJSON appends the event as one JSON object.
func (e *Event) AppendJSON(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"user_id":`...), e.UserID, 10)
	b = strconv.AppendInt(append(b, `,"song_id":`...), e.SongID, 10)
	b = append(append(b, `,"event":"`...), e.Name...)
	b = strconv.AppendInt(append(b, `","ms_played":`...), e.MsPlayed, 10)
	b = append(append(b, `,"platform":"`...), e.Platform...)
	b = append(append(b, `","exp_group":"`...), e.Group...)
	b = strconv.AppendInt(append(b, `","ts":`...), e.TS, 10)
	b = append(append(b, `,"page":"`...), e.page...)
	b = append(append(b, `","device":{"os":"`...), e.os...)
	b = append(append(b, `","ver":"`...), e.ver...)
	b = append(append(b, `"},"net":"`...), e.net...)
	b = append(append(b, `","lang":"`...), e.lang...)
	b = strconv.AppendUint(append(b, `","session":"`...), e.session, 16)
	return append(b, `"}`...)
}

// The values of the fields. platforms and systems belong together.
var (
	platforms  = [...]string{"android", "android", "android", "ios", "ios", "pc", "web"}
	systems    = [...]string{"android 14", "android 15", "harmony 5", "ios 18.2", "ios 17.6", "windows 11", "chrome 131"}
	groupNames = [groups]string{"ctl_a", "ctl_b", "rank_v1", "rank_v2", "rank_v3", "ui_dark", "ui_card", "push_am", "push_pm", "hold"}
	pages      = [...]string{"home/daily_recommend", "playlist/detail", "search/result", "player/fullscreen", "radio/private_fm", "live/room"}
	networks   = [...]string{"wifi", "5g", "4g", "ethernet"}
	languages  = [...]string{"zh-CN", "zh-TW", "en-US", "ja-JP"}
	versions   = [...]string{"9.1.20", "9.1.35", "9.2.0", "9.2.10", "8.10.61"}
)
