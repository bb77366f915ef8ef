package design

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/clickhouse/design"
	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/embedded/olap"
)

const patience = 2 * time.Minute

// song is a row of the table whose changes are sent; play an event.
type song struct {
	ID    int64    `json:"id"`
	Title *string  `json:"title"`
	Plays uint64   `json:"plays"`
	Tags  []string `json:"tags"`
}

type play struct {
	ID      int64   `json:"id"`
	TS      int64   `json:"ts"`
	Country string  `json:"country"`
	Device  *string `json:"device"`
	Price   string  `json:"price"`
}

const killTables = `  ods.t.plays:
    columns:
      - {name: id, type: int64, nullable: false}
      - {name: ts, type: timestamp(3)}
      - {name: country, type: string, nullable: false}
      - {name: device, type: string}
      - {name: price, type: "decimal(38, 6)"}
    key: [id]
    event_time: {column: ts, out_of_order: 1h}
    source: {component: kafka, params: {connection: queue, topic: plays}}
  ods.t.songs:
    kind: changelog
    columns: [{name: id, type: int64, nullable: false}, {name: title, type: string}, {name: plays, type: uint64, nullable: false}, {name: tags, type: array<string>}]
    key: [id]
    source: {component: kafka, params: {connection: queue, topic: songs, changelog: upsert}}
`

// world is what was sent: every play, and the table of songs as it is in the end.
type world struct {
	random *rand.Rand
	sent   int64
	plays  []string
	songs  map[int64]song
}

const partitions = 3

// next makes some plays and changes of songs.
func (w *world) next(n int) []*kgo.Record {
	var out []*kgo.Record
	record := func(topic string, id int64, value any) {
		r := &kgo.Record{Topic: topic, Partition: int32(id % partitions), Key: []byte(strconv.FormatInt(id, 10))}
		if value != nil {
			r.Value, _ = json.Marshal(value) // the types have nothing that JSON lacks
		}
		out = append(out, r)
	}
	for range n {
		w.sent++
		p := play{ID: w.sent, TS: 1_790_000_000_000 + w.sent*250, Country: []string{"CN", "JP", "🇩🇪"}[w.random.IntN(3)], Price: fmt.Sprintf("%d.%06d", w.random.Uint64(), w.random.IntN(1_000_000))}
		device := "null"
		if w.random.IntN(3) > 0 {
			p.Device = ptr(fmt.Sprintf("device %d", w.random.IntN(20)))
			device = strconv.Quote(*p.Device)
		}
		record("plays", p.ID, p)
		price := p.Price
		if price = strings.TrimRight(price, "0"); strings.HasSuffix(price, ".") {
			price = price[:len(price)-1]
		}
		w.plays = append(w.plays, fmt.Sprintf(`[%d,%d,%q,%s,%q]`, p.ID, p.TS, p.Country, device, price))

		id := w.random.Int64N(200)
		if _, there := w.songs[id]; there && w.random.IntN(4) == 0 {
			delete(w.songs, id)
			record("songs", id, nil)
			continue
		}
		s := song{ID: id, Plays: w.random.Uint64(), Tags: []string{}}
		if w.random.IntN(4) > 0 {
			s.Title = ptr(fmt.Sprintf("曲目 %d 🎵 %d", id, w.sent))
			s.Tags = []string{"a", strconv.FormatInt(w.sent, 10)}
		}
		w.songs[id] = s
		record("songs", id, s)
	}
	return out
}

func (w *world) songLines() []string {
	var out []string
	for _, s := range w.songs {
		line, _ := json.Marshal([]any{s.ID, s.Title, s.Plays, s.Tags})
		out = append(out, string(line))
	}
	return out
}

// bucketLines group the songs by the rest of their key.
func (w *world) bucketLines() []string {
	count, titled := map[int64]int{}, map[int64]int{}
	for _, s := range w.songs {
		count[s.ID%7]++
		if s.Title != nil {
			titled[s.ID%7]++
		}
	}
	var out []string
	for _, b := range slices.Sorted(maps.Keys(count)) {
		out = append(out, fmt.Sprintf(`[%d,%d,%d]`, b, count[b], titled[b]))
	}
	return out
}

// TestOutputsLandThroughKills: rows that only come, an upsert with deletes and a grouping that is corrected, in tables as they were first
// proposed, while the program and ClickHouse are killed in turn. In the end every cell is as it was sent.
func TestOutputsLandThroughKills(t *testing.T) {
	k, w := rig.EmbeddedKafka(t), rig.NewWorkspace(t)
	server, err := olap.Start(t.Context(), olap.Options{Library: parts.RequireChDB(t), DataDir: filepath.Join(w.Dir, "olap"), MaxMemoryBytes: 1 << 30, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, server.Close(ctx))
	})
	d := rig.ClickHouseOn(t, server)
	b := newBench(t, w, d, rig.Connections(k, d), killTables)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	sent := &world{random: rand.New(rand.NewPCG(seed, 0)), songs: map[int64]song{}}
	k.CreateTopic("plays", partitions)
	k.CreateTopic("songs", partitions)
	k.Produce(sent.next(3000)...)

	outputs := []output{
		{name: "plays", from: "rows", nodes: "  - {id: rows, component: table, params: {table: ods.t.plays}}\n", columns: "id, toUnixTimestamp64Milli(ts), country, device, price"},
		{name: "songs", from: "rows", nodes: "  - {id: rows, component: table, params: {table: ods.t.songs}}\n", columns: "id, title, plays, tags"},
		{name: "buckets", from: "totals", edges: "rows -> whole, whole -> totals", columns: "bucket, songs, titled",
			nodes: `  - {id: rows, component: table, params: {table: ods.t.songs}}
  - {id: whole, component: normalize}
  - {id: totals, component: aggregate, params: {group_by: [{name: bucket, expr: "COALESCE(id % 7, 0)"}], aggregates: [count(*) AS songs, count(title) AS titled]}}
`},
	}
	var models []string
	var designed []design.Proposal
	for i := range outputs {
		out := b.design(t, &outputs[i])
		require.Zero(t, out.Trial.LossyCells, "%+v", out.Trial.Lossy)
		designed = append(designed, out.Proposal)
		models = append(models, b.model(t, &outputs[i], out.Proposal))
	}
	require.Equal(t, "LowCardinality(String)", designed[0].Columns[2].Type.Value)

	stop := feed(t, k, sent)
	kills := 0
	for i := range 4 {
		before := 0
		if i > 0 {
			before = rowsNow(t, d)
		}
		p := w.Start(append([]string{"run", "--json", "--quiet", "--epoch", "100ms"}, models...)...)
		waitFor(t, p, "rows land", func() bool { return rowsNow(t, d) > before+200 })
		if i%2 == 1 {
			state := server.State()
			require.NoError(t, syscall.Kill(state.PID, syscall.SIGKILL))
			kills++
			waitFor(t, p, "ClickHouse comes back", func() bool {
				now := server.State()
				return now.Restarts > state.Restarts && now.Phase == olap.Ready
			})
			before = rowsNow(t, d)
			waitFor(t, p, "rows land again", func() bool { return rowsNow(t, d) > before+200 })
		}
		p.Kill()
		kills++
	}
	stop()
	sum := w.Run(append([]string{"--bounded", "--epoch", "100ms"}, models...)...)
	for _, p := range sum.Pipelines {
		require.Zero(t, p.Rejected)
		require.True(t, strings.HasPrefix(p.Sinks[0].Promise, "exactly once"), p.Sinks[0].Promise)
	}
	for i, want := range [][]string{sent.plays, sent.songLines(), sent.bucketLines()} {
		require.Equal(t, normal(t, want), b.landed(t, designed[i], outputs[i].columns), outputs[i].name)
	}
	require.NotZero(t, d.Count("songs WHERE _deleted = 1"), "deletes were written as such")
	t.Logf("%d plays and %d songs are right after %d kills", len(sent.plays), len(sent.songs), kills)
}

// rowsNow is how many plays have landed; 0 while ClickHouse is away or the table not yet made.
func rowsNow(t *testing.T, d *rig.Database) int {
	t.Helper()
	text, err := d.Query(t.Context(), "SELECT count() FROM "+d.Name+".plays")
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	require.NoError(t, err)
	return n
}

// waitFor waits until something holds; the program must not end before.
func waitFor(t *testing.T, p *rig.Process, what string, holds func() bool) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-again.C:
		case <-p.Gone():
			t.Fatalf("the program ended before %s:\n%s", what, p.Stderr())
		case <-deadline:
			t.Fatalf("waiting until %s:\n%s", what, p.Stderr())
		}
	}
}

// feed sends until stop is called.
func feed(t *testing.T, k *rig.Kafka, w *world) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	var failed error
	done.Go(func() {
		pace := time.NewTicker(20 * time.Millisecond)
		defer pace.Stop()
		for ctx.Err() == nil && failed == nil {
			<-pace.C
			failed = k.Client.ProduceSync(context.WithoutCancel(ctx), w.next(50)...).FirstErr()
		}
	})
	return sync.OnceFunc(func() {
		cancel()
		done.Wait()
		require.NoError(t, failed)
	})
}
