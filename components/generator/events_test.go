package generator

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

func newEventsOf(t testing.TB, o Options) *Events {
	t.Helper()
	e, err := New(o)
	require.NoError(t, err)
	return e
}

// What a seed gives is a promise: demos, benchmarks and other people's tests count on it.
func TestFirstEvents(t *testing.T) {
	for _, stream := range Streams() {
		t.Run(stream, func(t *testing.T) {
			o := DefaultOptions(stream)
			o.Seed = 42
			e := newEventsOf(t, o)
			var got []byte
			for i := range int64(10) {
				line := AppendJSON(nil, stream, 42, 0, i)
				require.Equal(t, string(line), string(e.AppendJSON(nil, 0, i)))
				require.True(t, json.Valid(line), "%s", line)
				got = append(append(got, line...), '\n')
			}
			golden := filepath.Join("testdata", stream+".golden")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(golden, got, 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		})
	}
	require.Panics(t, func() { AppendJSON(nil, "other", 0, 0, 0) })
}

func TestSize(t *testing.T) {
	e := newEventsOf(t, DefaultOptions(PlayEvents))
	total := 0
	for i := range int64(10_000) {
		total += len(e.AppendJSON(nil, 0, i))
	}
	require.InDelta(t, 250, float64(total)/10_000, 10)
}

func TestPartitionsAndSeedsDiffer(t *testing.T) {
	o := DefaultOptions(PlayEvents)
	o.Partitions = 2
	seen := map[string]bool{}
	for seed := range int64(3) {
		o.Seed = seed
		e := newEventsOf(t, o)
		for p := range o.Partitions {
			for i := range int64(100) {
				line := string(e.AppendJSON(nil, p, i))
				require.False(t, seen[line], line)
				seen[line] = true
			}
		}
	}
}

func TestNominal(t *testing.T) {
	o := DefaultOptions(PlayEvents)
	o.Partitions, o.Rate = 3, 7
	e := newEventsOf(t, o)
	start := DefaultStart().UnixMicro()
	require.Equal(t, start, e.Nominal(0, 0))
	require.Equal(t, start+1_000_000/7, e.Nominal(1, 0))
	require.Equal(t, start+3*1_000_000/7, e.Nominal(0, 1))
	require.Equal(t, start+3_000_000_000_000, e.Nominal(0, 7_000_000), "exact however far")
	for p := range 3 {
		for i := range int64(50) {
			require.Equal(t, i, e.since(p, e.Nominal(p, i)))
			require.Equal(t, i+1, e.since(p, e.Nominal(p, i)+1))
		}
		require.Zero(t, e.since(p, start-5))
	}
}

// frequencies counts what a function of the event gives over n events.
func frequencies(t *testing.T, o Options, n int64, of func(*event) string) map[string]float64 {
	t.Helper()
	e := newEventsOf(t, o)
	out := map[string]float64{}
	var ev event
	for i := range n {
		e.fill(&ev, 0, i)
		out[of(&ev)] += 1 / float64(n)
	}
	return out
}

func requireShares(t *testing.T, want, got map[string]float64) {
	t.Helper()
	require.Len(t, got, len(want), "%v", got)
	for value, share := range want {
		require.InDelta(t, share, got[value], 0.015, value)
	}
}

func TestDistributions(t *testing.T) {
	const n = 20_000
	plays := DefaultOptions(PlayEvents)
	requireShares(t, map[string]float64{"play": .62, "skip": .2, "like": .08, "collect": .03, "download": .03, "comment": .02, "share": .02},
		frequencies(t, plays, n, func(ev *event) string { return ev.event }))
	requireShares(t, map[string]float64{"long": .62 * .85, "short": .62*.15 + .2, "none": .18},
		frequencies(t, plays, n, func(ev *event) string {
			switch {
			case ev.ms == 0:
				return "none"
			case ev.event == "play" && ev.ms > halfMinute:
				return "long"
			default:
				return "short"
			}
		}))
	requireShares(t, map[string]float64{"enter": .34, "leave": .3, "comment": .2, "like": .09, "gift": .05, "follow": .02},
		frequencies(t, DefaultOptions(LiveRooms), n, func(ev *event) string { return ev.event }))
	requireShares(t, map[string]float64{ExperimentOfGroup: .5, "autoplay_next": .25, "comment_fold": .15, "lyrics_share": .1},
		frequencies(t, DefaultOptions(Exposures), n, func(ev *event) string { return ev.experiment }))

	// Over users, not over events, of which the most active users have a good part.
	e := newEventsOf(t, plays)
	groups := map[string]float64{}
	used := map[string]float64{}
	for user := range int64(n) {
		groups[e.variant(user, ExperimentOfGroup)] += 1. / n
		who := e.person(user)
		used[platforms.draw(&who)] += 1. / n
	}
	requireShares(t, map[string]float64{"control": .5, "treatment_a": .25, "treatment_b": .25}, groups)
	requireShares(t, map[string]float64{"android": .47, "ios": .38, "web": .09, "desktop": .06}, used)
}

func TestUsersFollowZipf(t *testing.T) {
	const n, users = 200_000, 1000
	o := DefaultOptions(PlayEvents)
	o.Users = users
	e := newEventsOf(t, o)
	counts := make([]float64, users+1)
	var ev event
	for i := range int64(n) {
		e.fill(&ev, 0, i)
		require.True(t, ev.user >= 1 && ev.user <= users)
		require.True(t, ev.song >= 1 && ev.song <= songs)
		counts[ev.user]++
	}
	for _, k := range []int{1, 2, 3, 10, 50} {
		want := n * math.Log(1+1/float64(k)) / math.Log(users+1)
		require.InEpsilon(t, want, counts[k], 0.15, "rank %d", k)
	}
}

func TestUsersKeepTheirTraits(t *testing.T) {
	type traits struct{ platform, os, ver, lang, variant string }
	seen := map[int64]traits{}
	o := DefaultOptions(PlayEvents)
	o.Users, o.Partitions = 50, 2
	plays := newEventsOf(t, o)
	o.Stream = Exposures
	exposures := newEventsOf(t, o)
	var ev event
	for i := range int64(2000) {
		plays.fill(&ev, int(i%2), i)
		now := traits{ev.platform, ev.os, ev.ver, ev.lang, ev.variant}
		if before, ok := seen[ev.user]; ok {
			require.Equal(t, before, now)
		}
		seen[ev.user] = now

		exposures.fill(&ev, int(i%2), i)
		if who, ok := seen[ev.user]; ok && ev.experiment == ExperimentOfGroup {
			require.Equal(t, who.variant, ev.variant, "plays and exposures agree on the group")
		}
	}
}

func TestOrdered(t *testing.T) {
	o := DefaultOptions(LiveRooms)
	o.DuplicateShare = 0.2
	e := newEventsOf(t, o)
	var ev event
	last := int64(math.MinInt64)
	for i := range int64(5000) {
		e.fill(&ev, 0, i)
		require.GreaterOrEqual(t, ev.ts, last)
		require.Zero(t, ev.ts%1000, "timestamp(3)")
		last = ev.ts
	}
}

func TestLate(t *testing.T) {
	const n = 50_000
	o := DefaultOptions(PlayEvents)
	o.Disorder, o.LateShare, o.LateBy, o.DuplicateShare = 2*time.Second, 0.01, time.Minute, 0.1
	e := newEventsOf(t, o)
	var ev event
	late, turned, largest, deepest := 0, 0, int64(math.MinInt64), int64(0)
	for i := range int64(n) {
		e.fill(&ev, 0, i)
		behind := largest - ev.ts
		switch {
		case i == 0:
		case behind > (o.Disorder + o.LateBy).Microseconds():
			t.Fatalf("event %d lies %d µs behind", i, behind)
		case behind > o.Disorder.Microseconds():
			late++
		case behind > 0:
			turned++
			deepest = max(deepest, behind)
		}
		largest = max(largest, ev.ts)
	}
	require.InDelta(t, 0.01, float64(late)/n, 0.003)
	require.Greater(t, turned, n/2)
	require.InDelta(t, o.Disorder.Microseconds(), deepest, 100_000, "the disorder is used up")
}

func TestDuplicates(t *testing.T) {
	const n = 20_000
	for _, share := range []float64{0, 0.05, MaxDuplicateShare} {
		o := DefaultOptions(PlayEvents)
		o.DuplicateShare, o.Disorder = share, time.Second
		e := newEventsOf(t, o)
		o.DuplicateShare = 0
		clean := newEventsOf(t, o)
		repeated, before := 0, ""
		for i := range int64(n) {
			line := string(e.AppendJSON(nil, 0, i))
			if line == before {
				repeated++
			} else {
				require.Equal(t, string(clean.AppendJSON(nil, 0, i)), line, "the others are as they were")
			}
			before = line
		}
		require.InDelta(t, share, float64(repeated)/n, 0.01)
	}
}

func TestOptionsRefused(t *testing.T) {
	for name, change := range map[string]func(*Options){
		`no stream "plays"; there are play_events`: func(o *Options) { o.Stream = "plays" },
		"0 partitions":            func(o *Options) { o.Partitions = 0 },
		"a rate of 0":             func(o *Options) { o.Rate = 0 },
		"0 users":                 func(o *Options) { o.Users = 0 },
		"a delay is negative":     func(o *Options) { o.Disorder = -1 },
		"a share of 2 late":       func(o *Options) { o.LateShare = 2 },
		"a share of NaN late":     func(o *Options) { o.LateShare = math.NaN() },
		"a share of 0.95":         func(o *Options) { o.DuplicateShare = 0.95 },
		"late rows need a time":   func(o *Options) { o.LateShare = 0.1 },
		"a share of NaN duplicat": func(o *Options) { o.DuplicateShare = math.NaN() },
	} {
		o := DefaultOptions(PlayEvents)
		change(&o)
		_, err := New(o)
		require.ErrorContains(t, err, name)
	}
}

// Texts are written to JSON as they are, so none may need an escape.
func TestTextsNeedNoEscape(t *testing.T) {
	all := []choice{playKinds, playPages, networks, languages, platforms, versions, experiments, rankers, halves, expPages, liveKinds}
	for _, c := range systems {
		all = append(all, c)
	}
	for _, c := range all {
		for _, w := range c.values {
			quoted, err := json.Marshal(w.value)
			require.NoError(t, err)
			require.Equal(t, w.value, strings.Trim(string(quoted), `"`))
		}
	}
	for _, w := range platforms.values {
		require.NotEmpty(t, systems[w.value].values, w.value)
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	for _, stream := range Streams() {
		b.Run(stream, func(b *testing.B) {
			e := newEventsOf(b, DefaultOptions(stream))
			var dst []byte
			b.ReportAllocs()
			for i := int64(0); b.Loop(); i++ {
				dst = e.AppendJSON(dst[:0], 0, i)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
	b.Run("function", func(b *testing.B) {
		var dst []byte
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			dst = AppendJSON(dst[:0], PlayEvents, 1, 0, i)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}
