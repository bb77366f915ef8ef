package changelog

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/embedded/olap"
)

const (
	partitions = 3
	songs      = 300 // distinct keys: each changes often
	patience   = 2 * time.Minute
)

// song is a row of the table whose changes are sent.
type song struct {
	ID    int64  `json:"song_id"`
	Title string `json:"title"`
	Plays *int64 `json:"plays"`
}

// table is what its changes have made of it.
type table map[int64]song

// change makes one random change of the table and the record that tells it.
func (t table) change(r *rand.Rand, n int64) *kgo.Record {
	id := r.Int64N(songs)
	rec := &kgo.Record{Partition: int32(id % partitions), Key: []byte(strconv.FormatInt(id, 10))}
	if _, there := t[id]; there && r.IntN(4) == 0 {
		delete(t, id)
		return rec
	}
	s := song{ID: id, Title: fmt.Sprintf("曲目 %d, no. %d", id, n)}
	if r.IntN(5) > 0 {
		s.Plays = &n
	}
	t[id] = s
	value, err := json.Marshal(s)
	if err != nil {
		panic(err) // the type has nothing that JSON lacks
	}
	rec.Value = value
	return rec
}

// lines are the rows of the table as the database prints them.
func (t table) lines() []string {
	var out []string
	for _, s := range t {
		plays := `\N`
		if s.Plays != nil {
			plays = strconv.FormatInt(*s.Plays, 10)
		}
		out = append(out, fmt.Sprintf("%d\t%s\t%s", s.ID, s.Title, plays))
	}
	slices.Sort(out)
	return out
}

// warehouse starts a ClickHouse for one test alone: its clients are killed, and the library ends itself now and then when a client's
// connection breaks off. It comes back by itself.
func warehouse(t *testing.T, w *rig.Workspace) *rig.Database {
	t.Helper()
	server, err := olap.Start(t.Context(), olap.Options{
		Library: parts.RequireChDB(t), DataDir: filepath.Join(w.Dir, "olap"), MaxMemoryBytes: 1 << 30, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, server.Close(ctx))
	})
	d := rig.ClickHouseOn(t, server)
	w.UseClickHouse(d)
	return d
}

// current is what the view over a table shows.
func current(t *testing.T, d *rig.Database, name string) []string {
	t.Helper()
	var out []string
	// The library may just be starting again.
	require.Eventually(t, func() bool {
		text, err := d.Query(t.Context(), "SELECT song_id, title, plays FROM "+d.Name+"."+name+"_current FORMAT TSV")
		out = nil
		for line := range strings.Lines(text) {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
		return err == nil
	}, patience, 100*time.Millisecond)
	slices.Sort(out)
	return out
}

const tables = `tables:
  ods.t.songs:
    kind: changelog
    columns:
      - {name: song_id, type: int64, nullable: false}
      - {name: title, type: string}
      - {name: plays, type: int64}
      - {name: changed_at, type: timestamp(3)}
    key: [song_id]
    event_time: changed_at
    source: {component: kafka, params: {connection: queue, topic: songs, changelog: upsert, timestamp_column: changed_at}}
  ods.t.copy:
    kind: changelog
    columns:
      - {name: song_id, type: int64, nullable: false}
      - {name: title, type: string}
      - {name: plays, type: int64}
    key: [song_id]
    source: {component: kafka, params: {connection: queue, topic: copy, changelog: upsert}}
`

func model(name, source, sink string) string {
	return fmt.Sprintf(`format: 1
kind: view
name: ads.t.%s
nodes:
  - {id: songs, component: table, params: {table: %s}}
  - {id: shape, component: compute, params: {columns: [song_id, title, plays]}}
  - {id: out, component: %s}
edges: [songs -> shape, shape -> out]
`, name, source, sink)
}

func toTable(name string) string {
	return "clickhouse, params: {connection: olap, table: ads.t." + name + ", physical: " + name + ", create: if_missing, engine: replacing_merge_tree}"
}

const toTopic = "kafka, params: {connection: queue, topic: copy, create: if_missing, partitions: 2, changelog: upsert, key: [song_id]}"

// TestTopicToTableAndTopic: the changes of a table come over a compacted topic, go into a ClickHouse table and another topic, and from there
// into a second table, while the program is killed again and again. Both tables are the table in the end.
func TestTopicToTableAndTopic(t *testing.T) {
	k, _ := rig.RealKafka(t)
	w := rig.NewWorkspace(t)
	d := warehouse(t, w)
	compact := "compact"
	_, err := k.Admin.CreateTopic(t.Context(), partitions, 1, map[string]*string{"cleanup.policy": &compact}, "songs")
	require.NoError(t, err)
	w.Catalog(rig.Connections(k, d) + tables)
	store := w.File("store.yaml", model("songs", "ods.t.songs", toTable("songs")))
	send := w.File("copy.yaml", model("copy", "ods.t.songs", toTopic))

	want, stop := feed(t, k)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 4 {
		p := w.Start("run", "--json", "--quiet", "--epoch", "100ms", store, send)
		select {
		case <-time.After(time.Second + time.Duration(random.Int64N(int64(time.Second)))):
		case <-p.Gone():
			t.Fatalf("the program ended by itself:\n%s", p.Stderr())
		}
		p.Kill()
	}
	stop()

	sum := w.Run("--bounded", "--epoch", "100ms", store, send)
	for _, p := range sum.Pipelines {
		require.True(t, strings.HasPrefix(p.Sinks[0].Promise, "exactly once"), p.Sinks[0].Promise)
		require.Zero(t, p.Rejected)
	}
	w.Run("--bounded", w.File("again.yaml", model("copied", "ods.t.copy", toTable("copied"))))

	require.Equal(t, want.lines(), current(t, d, "songs"))
	require.Equal(t, want.lines(), current(t, d, "copied"))
	require.NotZero(t, d.Count("songs WHERE _deleted = 1"), "deletes were written as such")
	// What was a key's last record in the first topic is so in the second.
	last := table{}
	for _, r := range k.ReadCommitted("copy") {
		id, err := strconv.ParseInt(string(r.Key), 10, 64)
		require.NoError(t, err)
		delete(last, id)
		if r.Value != nil {
			var s song
			require.NoError(t, json.Unmarshal(r.Value, &s))
			last[id] = s
		}
	}
	require.Equal(t, want.lines(), last.lines())
}

// feed sends changes until stop is called; then the table it returned is what they have made of it.
func feed(t *testing.T, k *rig.Kafka) (want table, stop func()) {
	t.Helper()
	want = table{}
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	var failed error
	done.Go(func() {
		r := rand.New(rand.NewPCG(1, 2))
		pace := time.NewTicker(10 * time.Millisecond)
		defer pace.Stop()
		for n := int64(0); ctx.Err() == nil && failed == nil; {
			<-pace.C
			var batch []*kgo.Record
			for range 100 {
				rec := want.change(r, n)
				rec.Topic = "songs"
				batch = append(batch, rec)
				n++
			}
			failed = k.Client.ProduceSync(context.WithoutCancel(ctx), batch...).FirstErr()
		}
	})
	return want, sync.OnceFunc(func() {
		cancel()
		done.Wait()
		require.NoError(t, failed)
	})
}
