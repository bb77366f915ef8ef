package exactly

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
)

// checkWindows compares window rows, of a table or a topic, with what the first n events give.
func (b *bench) checkWindows(got []map[string]any, n int64) {
	b.t.Helper()
	want, _, _ := windows(n)
	b.compareWindows(got, want)
}

// compareWindows compares window rows with answers.
func (b *bench) compareWindows(got []map[string]any, want map[group]answer) {
	b.t.Helper()
	have := make(map[group]answer, len(got))
	for _, r := range got {
		platform, ok := r["platform"].(string)
		require.True(b.t, ok, "%v", r)
		g := group{integer(b.t, r["start"]), platform}
		unseen(b.t, have, g)
		have[g] = answer{integer(b.t, r["plays"]), integer(b.t, r["ms"]), integer(b.t, r["users"])}
	}
	same(b.t, want, have)
}

// unseen fails the test when a key is there already: something came twice.
func unseen[K comparable, V any](t *testing.T, have map[K]V, key K) {
	t.Helper()
	if v, twice := have[key]; twice {
		t.Fatalf("%v came twice, first as %v", key, v)
	}
}

// same compares what came with what must come. It names the first differences only: the whole of both would be too much to read, and to
// compare as text.
func same[K, V comparable](t *testing.T, want, have map[K]V) {
	t.Helper()
	var missing, more, other []string
	for k, v := range want {
		switch got, ok := have[k]; {
		case !ok:
			missing = append(missing, fmt.Sprintf("%v: %v", k, v))
		case got != v:
			other = append(other, fmt.Sprintf("%v: %v, want %v", k, got, v))
		}
	}
	for k, v := range have {
		if _, ok := want[k]; !ok {
			more = append(more, fmt.Sprintf("%v: %v", k, v))
		}
	}
	if len(missing)+len(more)+len(other) == 0 {
		return
	}
	show := func(list []string) string {
		slices.Sort(list)
		return fmt.Sprintf("%d\n  %s", len(list), strings.Join(list[:min(10, len(list))], "\n  "))
	}
	t.Fatalf("missing: %s\ntoo much: %s\nother: %s", show(missing), show(more), show(other))
}

// windowRows are a table's window rows for checkWindows.
func (b *bench) windowRows(table string) []map[string]any {
	b.t.Helper()
	return b.rows("SELECT toUnixTimestamp64Milli(toDateTime64(window_start, 3)) AS start, platform, plays, ms, users FROM $db." + table)
}

// windowRecords are a topic's window rows for checkWindows.
func (b *bench) windowRecords(topic string) []map[string]any {
	b.t.Helper()
	rows := b.sent(topic)
	for _, r := range rows {
		r["start"] = r["window_start"]
	}
	return rows
}

// checkShapes compares the rows of longPlays with what the first n events give; ordered says that they come in the order of their
// partitions, in which a user's events keep theirs.
func (b *bench) checkShapes(got []map[string]any, n int64, ordered bool) {
	b.t.Helper()
	want, _, _ := shapes(n)
	have, last := make(map[int64]shaped, len(got)), map[int64]int64{}
	for _, r := range got {
		id, user := integer(b.t, r["id"]), integer(b.t, r["user"])
		platform, ok := r["platform"].(string)
		require.True(b.t, ok, "%v", r)
		unseen(b.t, have, id)
		have[id] = shaped{user, platform, integer(b.t, r["ts"]), integer(b.t, r["share"])}
		if before, ok := last[user]; ok && ordered {
			require.Less(b.t, before, id, "user %d's rows are out of order", user)
		}
		last[user] = id
	}
	same(b.t, want, have)
}

// shapeRows are a table's rows for checkShapes.
func (b *bench) shapeRows(table string) []map[string]any {
	b.t.Helper()
	return b.rows("SELECT id, user, platform, toUnixTimestamp64Milli(ts) AS ts, share FROM $db." + table)
}

// checkRejects compares the ledger of a kind with places; code is what their rejects must say.
func (b *bench) checkRejects(model, kind string, want map[place]string) {
	b.t.Helper()
	have := map[place]string{}
	for _, r := range b.Rejects(kind) {
		if r.Pipeline != pipelineOf(model) {
			continue
		}
		at := placeOf(b, r.Partition, r.Offset)
		unseen(b.t, have, at)
		have[at] = string(r.Code)
	}
	same(b.t, want, have)
}

func placeOf(b *bench, partition string, offset int64) place {
	b.t.Helper()
	_, number, ok := strings.Cut(partition, "/")
	require.True(b.t, ok, "partition %q", partition)
	n, err := strconv.ParseInt(number, 10, 32)
	require.NoError(b.t, err)
	return place{int32(n), offset}
}

// withCode gives places a code, for checkRejects.
func withCode(code string, sets ...map[place]bool) map[place]string {
	out := map[place]string{}
	for _, places := range sets {
		for p := range places {
			out[p] = code
		}
	}
	return out
}

func merged(sets ...map[place]string) map[place]string {
	out := map[place]string{}
	for _, set := range sets {
		for p, code := range set {
			if _, twice := out[p]; twice {
				panic(fmt.Sprintf("the place %v is in two sets", p))
			}
			out[p] = code
		}
	}
	return out
}

// checkWindowTotals compares the totals and the ledgers of a model of windows over the first n events.
func (b *bench) checkWindowTotals(model string, got control.Totals, n int64) {
	b.t.Helper()
	want, late, s := windows(n)
	require.Equal(b.t, s.records, got.RowsIn, "rows in")
	require.EqualValues(b.t, len(want), got.RowsOut, "rows out")
	require.EqualValues(b.t, len(s.poisoned), got.Rejected, "rejected")
	require.EqualValues(b.t, len(late), got.Late, "late")
	require.NotZero(b.t, got.Late)
	b.checkRejects(model, "dead", withCode("row.truncated", s.poisoned))
	b.checkRejects(model, "late", withCode("", late))
}

// checkShapeTotals is checkWindowTotals of a model of longPlays that writes to so many sinks.
func (b *bench) checkShapeTotals(model string, got control.Totals, n, sinks int64) {
	b.t.Helper()
	want, failed, s := shapes(n)
	require.Equal(b.t, s.records, got.RowsIn, "rows in")
	require.EqualValues(b.t, int64(len(want))*sinks, got.RowsOut, "rows out")
	require.EqualValues(b.t, len(s.poisoned)+len(failed), got.Rejected, "rejected")
	require.NotEmpty(b.t, failed)
	b.checkRejects(model, "dead", merged(withCode("row.truncated", s.poisoned), withCode("row.division_by_zero", failed)))
}
