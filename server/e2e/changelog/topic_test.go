package changelog

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
		out = append(out, fmt.Sprintf("%d\t%s\t%s", s.ID, s.Title, cell(s.Plays)))
	}
	slices.Sort(out)
	return out
}

func cell(n *int64) string {
	if n == nil {
		return `\N`
	}
	return strconv.FormatInt(*n, 10)
}

// buckets are the rows of the model "buckets" as the database prints them: number of songs and sum of plays by the key's rest.
func (t table) buckets() []string {
	songs, plays := map[int64]int64{}, map[int64]*int64{}
	for _, s := range t {
		b := s.ID % 7
		songs[b]++
		if s.Plays != nil {
			if plays[b] == nil {
				plays[b] = new(int64)
			}
			*plays[b] += *s.Plays
		}
	}
	var out []string
	for b, n := range songs {
		out = append(out, fmt.Sprintf("%d\t%d\t%s", b, n, cell(plays[b])))
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

// current is what the view over a table shows of some columns.
func current(t *testing.T, d *rig.Database, name, columns string) []string {
	t.Helper()
	var out []string
	// The library may just be starting again.
	require.Eventually(t, func() bool {
		text, err := d.Query(t.Context(), "SELECT "+columns+" FROM "+d.Name+"."+name+"_current FORMAT TSV")
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

// bucketsModel groups the songs by what is left of their key: the changes of an upsert, completed, counted and summed.
func bucketsModel(name, sink string) string {
	return fmt.Sprintf(`format: 1
kind: view
name: ads.t.%s
nodes:
  - {id: songs, component: table, params: {table: ods.t.songs}}
  - {id: changes, component: normalize}
  - id: totals
    component: aggregate
    params: {group_by: [{name: bucket, expr: "song_id %% 7"}], aggregates: [count(*) AS songs, sum(plays) AS plays]}
  - {id: out, component: %s}
edges: [songs -> changes, changes -> totals, totals -> out]
`, name, sink)
}

func toTable(name string) string {
	return "clickhouse, params: {connection: olap, table: ads.t." + name + ", physical: " + name + ", create: if_missing, engine: replacing_merge_tree}"
}

func toTopic(name, key string) string {
	return "kafka, params: {connection: queue, topic: " + name + ", create: if_missing, partitions: 2, changelog: upsert, key: [" + key + "]}"
}

const (
	songColumns   = "song_id, title, plays"
	bucketColumns = "bucket, songs, plays"
)

// TestTopicToTableAndTopic: the changes of a table come over a compacted topic and go, as they are and grouped, into ClickHouse tables and
// other topics, and from a topic into a further table, while the program is killed again and again. All are the table in the end.
func TestTopicToTableAndTopic(t *testing.T) {
	k, _ := rig.RealKafka(t)
	w := rig.NewWorkspace(t)
	d := warehouse(t, w)
	compact := "compact"
	_, err := k.Admin.CreateTopic(t.Context(), partitions, 1, map[string]*string{"cleanup.policy": &compact}, "songs")
	require.NoError(t, err)
	w.Catalog(rig.Connections(k, d) + tables)
	store := w.File("store.yaml", model("songs", "ods.t.songs", toTable("songs")))
	send := w.File("copy.yaml", model("copy", "ods.t.songs", toTopic("copy", "song_id")))
	group := w.File("buckets.yaml", bucketsModel("buckets", toTable("buckets")))
	tell := w.File("totals.yaml", bucketsModel("totals", toTopic("totals", "bucket")))
	all := []string{store, send, group, tell}

	want, stop := feed(t, k)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 4 {
		p := w.Start(append([]string{"run", "--json", "--quiet", "--epoch", "100ms"}, all...)...)
		select {
		case <-time.After(time.Second + time.Duration(random.Int64N(int64(time.Second)))):
		case <-p.Gone():
			t.Fatalf("the program ended by itself:\n%s", p.Stderr())
		}
		p.Kill()
	}
	stop()

	sum := w.Run(append([]string{"--bounded", "--epoch", "100ms"}, all...)...)
	require.Len(t, sum.Pipelines, len(all))
	for _, p := range sum.Pipelines {
		require.True(t, strings.HasPrefix(p.Sinks[0].Promise, "exactly once"), p.Sinks[0].Promise)
		require.Zero(t, p.Rejected)
	}
	w.Run("--bounded", w.File("again.yaml", model("copied", "ods.t.copy", toTable("copied"))))

	require.Equal(t, want.lines(), current(t, d, "songs", songColumns))
	require.Equal(t, want.lines(), current(t, d, "copied", songColumns))
	require.Equal(t, want.buckets(), current(t, d, "buckets", bucketColumns))
	require.NotZero(t, d.Count("songs WHERE _deleted = 1"), "deletes were written as such")
	require.Equal(t, want.lines(), lastRecords(t, k, "copy", func(s song) string { return fmt.Sprintf("%d\t%s\t%s", s.ID, s.Title, cell(s.Plays)) }))
	require.Equal(t, want.buckets(), lastRecords(t, k, "totals", func(b bucket) string { return fmt.Sprintf("%d\t%d\t%s", b.Bucket, b.Songs, cell(b.Plays)) }))
}

type bucket struct {
	Bucket, Songs int64
	Plays         *int64
}

// lastRecords are the rows that a topic tells: the last record of each key, where it has a value.
func lastRecords[T any](t *testing.T, k *rig.Kafka, topic string, line func(T) string) []string {
	t.Helper()
	last := map[string]string{}
	for _, r := range k.ReadCommitted(topic) {
		delete(last, string(r.Key))
		if r.Value != nil {
			var row T
			require.NoError(t, json.Unmarshal(r.Value, &row))
			last[string(r.Key)] = line(row)
		}
	}
	return slices.Sorted(maps.Values(last))
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
