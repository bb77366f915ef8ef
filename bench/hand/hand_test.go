package hand

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"

	"millrace/bench/check"
	"millrace/bench/events"
	"millrace/bench/topics"
)

func TestScanner(t *testing.T) {
	s := scanner{text: []byte(`{"a":1, "b" : "x\"y\\","c":{"d":["}",{"e":"\\\""}]},"f":-12.5e3,"":true,"g":"" , "h":null}`)}
	var got []string
	for {
		key, value, ok := s.next()
		if !ok {
			break
		}
		got = append(got, string(key)+"="+string(value))
	}
	require.Equal(t, []string{"a=1", `b=x\"y\\`, `c={"d":["}",{"e":"\\\""}]}`, "f=-12.5e3", "=true", "g=", "h=null"}, got)
}

func TestScannerStaysInsideBrokenText(t *testing.T) {
	text := `{"a":1,"b":"x\"y","c":{"d":["}"]},"e":-1}`
	for n := range len(text) {
		s := scanner{text: []byte(text[:n])}
		for range 10 {
			if _, _, ok := s.next(); !ok {
				break
			}
		}
	}
}

func TestInteger(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "0": 0, "7": 7, "-120": -120, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63} {
		require.Equal(t, want, integer([]byte(text)), text)
	}
}

func TestSet(t *testing.T) {
	var a, b set
	want := map[int64]bool{}
	for range 5_000 {
		v := 1 + rand.Int64N(3_000)
		want[v] = true
		if v%3 == 0 {
			a.add(v)
		} else {
			b.add(v)
		}
	}
	a.addAll(&b)
	a.addAll(&b)
	require.Len(t, want, a.n)
}

func TestAppendLongPlay(t *testing.T) {
	e := events.Event{UserID: 1, SongID: 2, Name: "play", MsPlayed: 65_004, Platform: "ios", Group: "a", TS: 9}
	b, pass := appendLongPlay([]byte("x"), e.AppendJSON(nil))
	require.True(t, pass)
	require.Equal(t, `x{"user_id":1,"song_id":2,"platform":"ios","exp_group":"a","ts":9,"seconds":65.004}`, string(b))
	require.True(t, json.Valid(b[1:]))
	e.MsPlayed = 30_000
	_, pass = appendLongPlay(nil, e.AppendJSON(nil))
	require.False(t, pass)
	e.MsPlayed, e.Name = 30_001, "skip"
	_, pass = appendLongPlay(nil, e.AppendJSON(nil))
	require.False(t, pass)
}

func TestLateEventsAreCounted(t *testing.T) {
	w := newWindower()
	add := func(ts int64) {
		e := events.Event{UserID: 1, TS: events.Start + ts}
		w.add(e.AppendJSON(nil))
	}
	add(0)
	add(61_999)
	require.Empty(t, w.closed(w.watermark()))
	add(59_999) // in time
	add(62_000)
	require.Len(t, w.closed(w.watermark()), 1)
	require.Zero(t, w.late)
	add(59_999)
	require.EqualValues(t, 1, w.late)
}

// The jobs as the benchmark runs them, against a fake broker.
func TestJobs(t *testing.T) {
	const n, seed = 20_000, 3
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	broker := cluster.ListenAddrs()[0]
	ctx := t.Context()
	for _, topic := range []string{"events", "long_plays", "by_minute"} {
		require.NoError(t, topics.Recreate(ctx, broker, topic, 4))
	}
	bytes, err := events.Produce(ctx, broker, "events", events.NewStream(n, seed))
	require.NoError(t, err)

	touched, err := Bare(ctx, broker, "events")
	require.NoError(t, err)
	require.Equal(t, bytes, touched)

	want := check.Expect(n, seed)
	require.ErrorContains(t, want.TopicLongPlays(ctx, broker, "long_plays"), "Rows:0")
	require.NoError(t, Filter(ctx, broker, "events", "long_plays"))
	require.NoError(t, want.TopicLongPlays(ctx, broker, "long_plays"))
	require.NoError(t, Window(ctx, broker, "events", "by_minute"))
	require.NoError(t, want.TopicWindows(ctx, broker, "by_minute"))

	require.ErrorContains(t, Filter(ctx, broker, "missing", "long_plays"), "missing")
	require.NoError(t, topics.Recreate(ctx, broker, "long_plays", 4))
	require.ErrorContains(t, want.TopicLongPlays(ctx, broker, "long_plays"), "Rows:0")
}
