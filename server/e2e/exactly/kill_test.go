package exactly

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/server/e2e/rig"
	"millrace/server/store"
)

// TestKill: the program is killed again and again while events come in, and started again on the same data folder.
func TestKill(t *testing.T) {
	t.Run("windows to ClickHouse", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.ownWarehouse()
		f := b.flowing(b.events(), 10_000, messages)
		model := b.model("plays", "events -> minute, minute -> stored", readEvents, byMinute, toTable("plays", "window_start, platform"))
		b.killOften("plays", model)
		n := f.stopAt(60_000)
		totals := b.finish(model)
		b.checkWindows(b.windowRows("plays"), n)
		b.checkWindowTotals("plays", totals, n)
	})
	t.Run("filter to Kafka", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		f := b.flowing(b.events(), 10_000, messages)
		out := b.prefix + "out"
		model := b.model("long", "events -> long, long -> shape, shape -> sent", readEvents, longPlays, toTopic(out, ", key: [user]"))
		b.killOften("long", model)
		n := f.stopAt(60_000)
		totals := b.finish(model)
		b.checkShapes(b.sent(out), n, true)
		b.checkShapeTotals("long", totals, n, 1)
	})
	t.Run("windows to Kafka", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		f := b.flowing(b.events(), 10_000, messages)
		out := b.prefix + "out"
		model := b.model("plays", "events -> minute, minute -> sent", readEvents, byMinute, toTopic(out, ""))
		b.killOften("plays", model)
		n := f.stopAt(60_000)
		totals := b.finish(model)
		b.checkWindows(b.windowRecords(out), n)
		b.checkWindowTotals("plays", totals, n)
	})
	t.Run("two sinks", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.ownWarehouse()
		f := b.flowing(b.events(), 10_000, messages)
		out := b.prefix + "out"
		model := b.model("long", "events -> long, long -> shape, shape -> stored, shape -> sent",
			readEvents, longPlays, toTable("long", "id"), toTopic(out, ", key: [user]"))
		b.killOften("long", model)
		n := f.stopAt(60_000)
		totals := b.finish(model)
		b.checkShapes(b.shapeRows("long"), n, false)
		b.checkShapes(b.sent(out), n, true)
		b.checkShapeTotals("long", totals, n, 2)
	})
	t.Run("dedupe to ClickHouse", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.ownWarehouse()
		f := b.flowing(b.events(), 8_000, withCopies)
		model := b.model("once", "events -> once, once -> stored", readEvents, once, toTable("once", "id"))
		b.killOften("once", model)
		n := f.stopAt(60_000)
		b.checkOnce("once", b.finish(model), n)
	})
}

// checkOnce compares the rows, totals and ledgers of a model of once with what the first n events, with copies, give.
func (b *bench) checkOnce(model string, got control.Totals, n int64) {
	b.t.Helper()
	want, late, duplicates, s := firsts(n)
	have := map[int64]int64{}
	for _, r := range b.rows("SELECT id, ifNull(copy, 0) AS copy FROM $db." + model) {
		id := integer(b.t, r["id"])
		unseen(b.t, have, id)
		have[id] = integer(b.t, r["copy"])
	}
	same(b.t, want, have)
	require.Equal(b.t, s.records, got.RowsIn, "rows in")
	require.EqualValues(b.t, len(want), got.RowsOut, "rows out")
	require.EqualValues(b.t, len(s.poisoned), got.Rejected, "rejected")
	require.Equal(b.t, duplicates, got.Duplicates, "duplicates")
	require.EqualValues(b.t, len(late), got.Late, "late")
	b.checkRejects(model, "dead", withCode("row.truncated", s.poisoned))
	b.checkRejects(model, "late", withCode("", late))
}

// killer kills a program at chosen moments of its epochs.
type killer struct {
	b      *bench
	model  string
	random *rand.Rand
	store  *store.Store
}

// The sides of a commit on which a kill can fall.
const (
	between  = "between commits"
	unborn   = "files written, not committed"
	prepared = "prepared, not known to be committed"
	pending  = "committed, not applied"
)

// bothSides tells whether kills have fallen before a commit and behind one.
func bothSides(sides map[string]int) bool {
	return sides[unborn]+sides[prepared] > 0 && sides[pending]+sides[between] > 0
}

// killOften runs a model and kills it: at random moments, right after a file of an epoch appeared, and right after an epoch was
// committed, in turn; and goes on, within bounds, until kills have fallen on both sides of the commit. It returns how many fell where.
func (b *bench) killOften(name string, args ...string) map[string]int {
	b.t.Helper()
	k := &killer{b: b, model: name, random: chance(b.t)}
	wait := []func(*rig.Process){k.newFile, k.newHead, k.anyMoment}
	sides := map[string]int{}
	least := often(3, 20)
	for i := 0; i < least || i < 4*least && !bothSides(sides); i++ {
		p := b.start(args...)
		if k.store == nil {
			k.store = b.metadata(p, name)
		}
		wait[i%len(wait)](p)
		p.Kill()
		side := k.side()
		sides[side]++
	}
	b.t.Logf("killed %v", sides)
	return sides
}

// progress waits until the program has committed an epoch of its own.
func (k *killer) progress(p *rig.Process) control.Head {
	k.b.t.Helper()
	before := epochOf(k.b.head(k.store, k.model))
	var h control.Head
	k.b.awaitOf(p, 2*time.Millisecond, "it commits an epoch", func() bool {
		h = k.b.head(k.store, k.model)
		return epochOf(h) > before
	})
	return h
}

// newFile waits until files of an epoch appear, or its manifest is prepared.
func (k *killer) newFile(p *rig.Process) {
	h := k.progress(p)
	known := k.b.segments(k.model)
	if h.Prepared != nil {
		known[h.Prepared.ID] = true
	}
	k.b.awaitOf(p, 200*time.Microsecond, "it writes an epoch", func() bool {
		for name := range k.b.segments(k.model) {
			if !known[name] {
				return true
			}
		}
		now := k.b.head(k.store, k.model).Prepared
		return now != nil && !known[now.ID]
	})
}

// newHead waits until an epoch is committed.
func (k *killer) newHead(p *rig.Process) {
	before := epochOf(k.progress(p))
	k.b.awaitOf(p, 200*time.Microsecond, "it commits another epoch", func() bool { return epochOf(k.b.head(k.store, k.model)) > before })
}

// anyMoment waits for some time.
func (k *killer) anyMoment(p *rig.Process) {
	k.progress(p)
	select {
	case <-time.After(time.Duration(k.random.Int64N(int64(time.Second)))):
	case <-p.Gone():
		k.b.t.Fatalf("the program ended by itself:\n%s", p.Stderr())
	}
}

// side tells where in an epoch's life the program was killed.
func (k *killer) side() string {
	k.b.t.Helper()
	h := k.b.head(k.store, k.model)
	if h.Prepared != nil {
		return prepared
	}
	named := map[string]bool{}
	for _, m := range h.Recent {
		for _, f := range m.State {
			named[f.Name] = true
		}
		for _, c := range m.Staged {
			named[c.File] = true
		}
		if m.Rejects != nil {
			named[m.Rejects.File] = true
		}
	}
	if m := h.Committed; m != nil {
		for _, c := range m.Staged {
			if h.Applied[c.Sink] != m.ID {
				return pending
			}
		}
	}
	newest := ""
	for name := range k.b.segments(k.model) {
		if !named[name] && epochIn(name) > epochOf(h) {
			newest = name
		}
	}
	if newest != "" {
		return unborn
	}
	return between
}
