package exactly

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/server/e2e/rig"
)

// TestSilentPartition: a partition falls silent and the windows go on without it; what it says later of closed windows is in the late
// ledger, and the rest counts.
func TestSilentPartition(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.warehouse()
	topic := b.topic("events")
	b.declare("ods.t.events", topic, ", idle: 2s")
	const n, silent = 30_000, partitions - 1
	size := windowSize.Milliseconds()

	// What must come: everything in order, but the silent partition's second half after the windows it missed were given out.
	s := newStream()
	groups, late := map[group]*counted{}, map[place]bool{}
	count := func(e event) {
		at, watermark := s.add(e, e.partition)
		switch start := e.ts - e.ts%size; {
		case e.poison:
		case start+size <= watermark:
			late[at] = true
		default:
			countIn(groups, group{start, e.platform}, e)
		}
	}
	var early, held []*kgo.Record
	var heldEvents []event
	for id := range int64(n) {
		e := eventAt(id)
		if e.partition == silent && id >= n/2 {
			held, heldEvents = append(held, message(e)), append(heldEvents, e)
			continue
		}
		early = append(early, message(e))
		count(e)
	}
	whole := min(s.watermark[0], s.watermark[1], s.watermark[2])
	given := 0
	for g := range groups {
		if g.start+size <= whole {
			given++
		}
	}
	b.produce(topic, early...)
	// The others go on speaking, in a group of their own and without moving their watermarks.
	var beat []string
	for p := range int32(silent) {
		beat = append(beat, fmt.Sprintf(`{"id":0,"user":0,"event":"play","platform":"beat","ms":0,"ts":%d}`, s.watermark[p]+allowed.Milliseconds()))
	}
	beats := b.flowing(topic, 50, func(int64, int64) []*kgo.Record {
		var out []*kgo.Record
		for p, text := range beat {
			out = append(out, &kgo.Record{Partition: int32(p), Value: []byte(text)})
		}
		return out
	})
	model := b.model("plays", "events -> minute, minute -> stored", readEvents, byMinute, toTable("plays", "window_start, platform"))
	p := b.start(model)
	b.awaitOf(p, 50*time.Millisecond, "the windows that the silent partition misses", func() bool {
		return b.ask("EXISTS TABLE $db.plays") == "1" && b.ask("SELECT count() FROM $db.plays") == fmt.Sprint(given)
	})
	before := len(late)
	s.watermark[silent] = max(s.watermark[silent], whole)
	for _, e := range heldEvents {
		count(e)
	}
	require.Greater(t, len(late), before+100)
	require.Less(t, len(late), before+len(held)-100, "some of it is in time")
	b.produce(topic, held...)
	b.awaitOf(p, 50*time.Millisecond, "the late rows", func() bool { return len(b.Rejects("late")) == len(late) })
	spoken := beats.stop()
	b.drain(p)
	totals := b.finish(model)
	b.compareWindows(slices.DeleteFunc(b.windowRows("plays"), func(r map[string]any) bool { return r["platform"] == "beat" }), answers(groups))
	b.checkRejects("plays", "late", withCode("", late))
	require.EqualValues(t, len(late), totals.Late)
	require.EqualValues(t, n+spoken*silent, totals.RowsIn)
}

// TestDrain: SIGTERM commits what was read and ends within seconds; the next run goes on.
func TestDrain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.warehouse()
	f := b.flowing(b.events(), 5_000, messages)
	out := b.prefix + "out"
	long := b.model("long", "events -> long, long -> shape, shape -> sent", readEvents, longPlays, toTopic(out, ", key: [user]"))
	plays := b.model("plays", "events -> minute, minute -> stored", readEvents, byMinute, toTable("plays", "window_start, platform"))
	random := chance(t)
	for range often(3, 20) {
		p := b.start(long, plays)
		meta := b.metadata(p, "plays")
		before := epochOf(b.head(meta, "plays"))
		b.awaitOf(p, tick, "it commits", func() bool { return epochOf(b.head(meta, "plays")) > before })
		select {
		case <-time.After(time.Duration(random.Int64N(int64(500 * time.Millisecond)))):
		case <-p.Gone():
			t.Fatalf("it ended by itself:\n%s", p.Stderr())
		}
		asked := time.Now()
		b.drain(p)
		require.Less(t, time.Since(asked), 10*time.Second)
		sum := p.Summary()
		require.Equal(t, "drained", sum.State)
		head := b.head(meta, "plays")
		require.Equal(t, head.Committed.Totals, sum.Pipelines[1].Totals, "what was read is committed")
		require.Equal(t, head.Committed.Epoch, sum.Pipelines[1].Epoch)
	}
	n := f.stop()
	s := b.Run("--bounded", long, plays)
	b.checkShapes(b.sent(out), n, true)
	b.checkShapeTotals("long", s.Pipelines[0].Totals, n, 1)
	b.checkWindows(b.windowRows("plays"), n)
	b.checkWindowTotals("plays", s.Pipelines[1].Totals, n)
}

// TestFolderInUse: a second program on the same data folder is refused and told who has it.
func TestFolderInUse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.events()
	model := b.model("plays", "events -> minute, minute -> sent", readEvents, byMinute, toTopic(b.prefix+"out", ""))
	first := b.start(model)
	b.metadata(first, "plays")
	second := b.start(model)
	require.Equal(t, 4, b.exit(second), "%s", second.Stderr())
	require.Contains(t, string(second.Stderr()), fmt.Sprintf("in use by pid %d", first.PID()))
	require.NoError(t, syscall.Kill(first.PID(), 0), "the first one is not disturbed")
	b.drain(first)
}

// TestRefusals: what cannot work is refused in plain words, with a code and an exit status.
func TestRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ownWarehouse() // a refused login may end it
	topic := b.events()
	b.produce(topic, messages(0, 100)...)
	b.declare("ods.t.nowhere", b.prefix+"nowhere", "")
	never := "  - {id: stored, component: clickhouse, params: {connection: olap, table: ads.t.nowhere, physical: nowhere}}"
	refused := func(code string, args ...string) {
		t.Helper()
		p := b.start(append(args, "--bounded")...)
		require.Equal(t, 1, b.exit(p), "%s", p.Stderr())
		require.Contains(t, string(p.Stderr()), code)
		sum := p.Summary()
		require.Equal(t, "failed", sum.State)
		require.Contains(t, sum.Pipelines[0].Error, code)
	}
	refused("kafka.topic_missing", b.model("topic", "events -> sent",
		strings.ReplaceAll(readEvents, "ods.t.events", "ods.t.nowhere"), toTopic(b.prefix+"out", "")))
	refused("kafka.topic_missing", b.model("target", "events -> sent", readEvents,
		fmt.Sprintf("  - {id: sent, component: kafka, params: {connection: queue, topic: %sabsent}}", b.prefix)))
	refused("clickhouse.table_missing", b.model("table", "events -> stored", readEvents, never))

	model := b.model("plays", "events -> minute, minute -> stored", readEvents, byMinute, toTable("plays", "window_start, platform"))
	b.Setenv("RIG_OLAP_PASSWORD", "wrong")
	refused("clickhouse.authentication_failed", model)
	b.UseClickHouse(b.db)
	require.EqualValues(t, 100, b.finish(model).RowsIn, "what was refused has left nothing behind")
}

// TestTopicReplaced: a topic that is deleted under a pipeline fails it; one that was made anew does too, even where it has more records
// than were read of the old one.
func TestTopicReplaced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	topic := b.events()
	b.produce(topic, messages(0, 2_000)...)
	model := b.model("long", "events -> long, long -> shape, shape -> sent", readEvents, longPlays, toTopic(b.prefix+"out", ""))
	p := b.start(model)
	meta := b.metadata(p, "long")
	b.awaitOf(p, tick, "it has read", func() bool {
		h := b.head(meta, "long")
		return h.Committed != nil && h.Committed.Totals.RowsIn == 2_000
	})
	_, err := b.Admin.DeleteTopic(t.Context(), topic)
	require.NoError(t, err)
	require.Equal(t, 1, b.exit(p))
	require.Contains(t, p.Summary().Pipelines[0].Error, "kafka.topic_missing")

	b.await("the topic to be made", func() bool {
		_, err := b.Admin.CreateTopic(t.Context(), partitions, 1, nil, topic)
		return err == nil
	})
	b.Kafka = rig.DialKafka(t, b.Addrs...) // the client remembers the topic that is gone
	b.produce(topic, messages(0, 5_000)...)
	again := b.start(model, "--bounded")
	require.Equal(t, 1, b.exit(again), "%s", again.Stdout())
	require.Contains(t, again.Summary().Pipelines[0].Error, "kafka.topic_replaced")
}
