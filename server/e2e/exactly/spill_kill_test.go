package exactly

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// padded is how long the keys are, so that few events fill the memory.
	padded = 2000
	// pairedBefore is how many events there are before the program starts.
	pairedBefore = 30_000
)

// TestKillBeyondMemory: the program is killed again and again while most of an aggregate's groups are on disk only, and finds what it had in the
// checkpoint, also where the folder of what memory had no room for is gone.
func TestKillBeyondMemory(t *testing.T) {
	b := newBench(t)
	b.ownWarehouse()
	b.Setenv("MILLRACE_ENGINE_MEMORY_BUDGET", "64MiB")
	topic := b.topic("events")
	b.declareFacts("ods.t.plays", topic)
	before := messages(0, pairedBefore)
	b.produce(topic, before...)
	f := b.flowingFrom(pairedBefore, topic, 500, messages)
	model := b.model("pairs", "events -> pairs, pairs -> stored",
		`  - {id: events, component: table, params: {table: ods.t.plays}}`,
		fmt.Sprintf(`  - {id: pairs, component: aggregate, params: {group_by: [{name: pair, expr: "RPAD(CAST(id / 2 AS STRING), %d, '.')"}], aggregates: [count(*) AS n, sum(ms) AS ms]}}`, padded),
		toCurrent("pairs", "pair"))

	random, lost := chance(t), 0
	for i := range often(3, 20) {
		p := b.start(model)
		meta := b.metadata(p, "pairs")
		b.awaitOf(p, tick, "it moves groups out of memory", func() bool { return len(b.beyond("pairs")) > 0 })
		epoch := epochOf(b.head(meta, "pairs"))
		b.awaitOf(p, tick, "it commits an epoch with groups on disk", func() bool { return epochOf(b.head(meta, "pairs")) > epoch })
		select {
		case <-p.Gone():
			t.Fatalf("the program ended: %s", p.Stderr())
		case <-time.After(time.Duration(random.Int64N(int64(300 * time.Millisecond)))):
		}
		p.Kill()
		files := b.beyond("pairs")
		require.NotEmpty(t, files, "the program was killed: its folder stays")
		if i%2 == 0 {
			require.NoError(t, os.RemoveAll(filepath.Dir(files[0])))
			lost++
		}
	}
	n := f.stopAt(36_000)
	totals := b.finish(model, "--parallelism", "3")
	t.Logf("killed %d times, %d folders lost", often(3, 20), lost)
	require.Empty(t, b.beyond("pairs"), "a run that ends leaves no folder behind")

	want, s := map[string][2]int64{}, newStream()
	for id := range n {
		e := eventAt(id)
		s.add(e, e.partition)
		if e.poison {
			continue
		}
		k := fmt.Sprint(id / 2)
		was := want[k]
		want[k] = [2]int64{was[0] + 1, was[1] + e.ms}
	}
	have := map[string][2]int64{}
	for _, r := range b.rows("SELECT trim(TRAILING '.' FROM pair) AS short, n, ms FROM $db.pairs_current") {
		k := textOf(r["short"])
		unseen(t, have, k)
		have[k] = [2]int64{integer(t, r["n"]), integer(t, r["ms"])}
	}
	same(t, want, have)
	require.Equal(t, s.records, totals.RowsIn, "rows in")
	require.EqualValues(t, len(s.poisoned), totals.Rejected, "rejected")
	b.checkRejects("pairs", "dead", withCode("row.truncated", s.poisoned))
}

// beyond lists the files of a pipeline's state beyond memory.
func (b *bench) beyond(model string) []string {
	b.t.Helper()
	files, err := filepath.Glob(filepath.Join(b.checkpoints(model), "spill-*", "*"))
	require.NoError(b.t, err)
	return files
}
