package control

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/assets/catalog"
	"millrace/configs"
	"millrace/pipelines/control"
	"millrace/server/app"
	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/secret"
	"millrace/server/store"
	"millrace/server/worker"
)

// patience bounds every wait.
const patience = 90 * time.Second

// team owns everything here.
const team = "music"

// site is an installation: a store with a hub, a real Kafka and a real ClickHouse.
type site struct {
	t       *testing.T
	dir     string
	store   *store.Store
	hub     *catalog.Hub
	bench   *app.Workbench
	service *control.Service
	kafka   *rig.Kafka
	db      *rig.Database
	ws      *rig.Workspace
}

// newSite makes one whose hub has the connections "queue" and "olap" and the tables given. It is on SQLite.
func newSite(t *testing.T, tables string) *site { return newSiteOn(t, store.SQLite, tables) }

// newSiteOn is newSite on SQLite, or on a MariaDB of its own.
func newSiteOn(t *testing.T, driver, tables string) *site {
	t.Helper()
	db := rig.ClickHouse(t)
	kafka, _ := rig.RealKafka(t)
	ws := rig.NewWorkspace(t)
	for name, value := range map[string]string{"MILLRACE_WORKERS_COUNT": "2", "MILLRACE_EMBEDDED_BROKER_ENABLED": "false", "MILLRACE_EMBEDDED_OLAP_ENABLED": "false"} {
		ws.Setenv(name, value)
	}
	s := &site{t: t, dir: ws.Data, kafka: kafka, db: db, ws: ws}
	t.Setenv("RIG_OLAP_PASSWORD", db.Password)
	require.NoError(t, os.MkdirAll(s.dir, 0o700))
	path := ws.File("hub.yaml", rig.Connections(kafka, db)+"tables:\n"+tables)

	config := configs.Default()
	config.DataDir = s.dir
	var err error
	s.bench, err = app.NewWorkbench(config, path, nil)
	require.NoError(t, err)
	options := store.Options{Path: filepath.Join(s.dir, "millrace.db")}
	if driver == store.MySQL {
		options = onMariaDB(t)
		ws.Setenv("MILLRACE_METADATA_DRIVER", driver)
		ws.Setenv("MILLRACE_METADATA_DSN", options.DSN)
	}
	s.store, err = store.Open(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	keys, err := secret.Load("", s.dir)
	require.NoError(t, err)
	s.hub, err = catalog.NewHub(t.Context(), catalog.Deps{Store: s.store.Hub(), Registry: s.bench.Registry, Sealer: worker.Sealer{Keys: keys}})
	require.NoError(t, err)
	file, diags := catalog.LoadFile(path, s.bench.Registry)
	require.NoError(t, diags.Err())
	diags, err = s.hub.Import(t.Context(), file, team)
	require.NoError(t, err, "%v", diags)
	s.service = control.NewService(control.ServiceOptions{Deployments: s.store, Changes: s.store, History: s.store,
		Actor: func(context.Context) control.Actor { return control.Actor{Subject: "user:ada", Name: "Ada"} }})
	return s
}

func onMariaDB(t *testing.T) store.Options {
	t.Helper()
	parts.RequireMariaDB(t)
	m, err := parts.StartMariaDB(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	require.NoError(t, m.Create(t.Context(), "meta"))
	return store.Options{Driver: store.MySQL, DSN: m.DSN("meta")}
}

// onBoth runs a test on both engines of the store.
func onBoth(t *testing.T, test func(t *testing.T, driver string)) {
	t.Helper()
	for _, driver := range []string{store.SQLite, store.MySQL} {
		t.Run(driver, func(t *testing.T) { test(t, driver) })
	}
}

// deploy deploys a model and starts it.
func (s *site) deploy(name, text string, settings control.Settings) *control.Status {
	s.t.Helper()
	m, diags := s.bench.Compile(name+".yaml", []byte(text), nil)
	require.NoError(s.t, diags.Err())
	st, _, err := s.service.Deploy(s.t.Context(), control.Deploy{Name: name, Team: team, Plan: m.Plan, Text: text, Run: true, Settings: settings})
	require.NoError(s.t, err)
	return st
}

// work starts a worker that joins.
func (s *site) work() *rig.Process {
	s.t.Helper()
	return s.ws.Start("worker", "--join")
}

// serve starts a server with two workers and no embedded parts. Its workers are ended with the test.
func (s *site) serve() *rig.Process {
	s.t.Helper()
	p := s.ws.Start("serve", "--listen", "127.0.0.1:0")
	s.t.Cleanup(func() {
		p.Kill()
		s.killWorkers()
	})
	return p
}

// killWorkers ends the workers of this site that no process of the test waits for.
func (s *site) killWorkers() {
	workers, err := s.store.LiveWorkers(context.Background())
	require.NoError(s.t, err)
	for _, w := range workers {
		if w.Home != "" {
			_ = syscall.Kill(w.PID, syscall.SIGKILL)
		}
	}
}

func (s *site) status(id string) *control.Status {
	s.t.Helper()
	st, err := s.service.Get(s.t.Context(), id)
	require.NoError(s.t, err)
	return st
}

// until waits for a condition and returns how long it took.
func (s *site) until(what string, limit time.Duration, is func() bool) time.Duration {
	s.t.Helper()
	began := time.Now()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !is() {
		if time.Since(began) > limit {
			s.t.Fatalf("waiting for %s; the workers have said:\n%s", what, s.said())
		}
		<-again.C
	}
	return time.Since(began)
}

// said is what the workers have logged.
func (s *site) said() string {
	var out string
	for _, pattern := range []string{filepath.Join(s.ws.Dir, "worker-*", "stderr"), filepath.Join(s.dir, "logs", "*")} {
		files, err := filepath.Glob(pattern)
		require.NoError(s.t, err)
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(s.t, err)
			out += f + ":\n" + string(text[max(0, len(text)-6000):])
		}
	}
	return out
}

func (s *site) enters(id string, state control.State) time.Duration {
	s.t.Helper()
	return s.until("it becomes "+string(state), patience, func() bool { return s.status(id).State == state })
}

// pid is the process that has a pipeline.
func (s *site) pid(id string) int {
	s.t.Helper()
	st := s.status(id)
	require.NotNil(s.t, st.Worker)
	workers, err := s.store.LiveWorkers(s.t.Context())
	require.NoError(s.t, err)
	for _, w := range workers {
		if w.ID == st.Worker.ID {
			return w.PID
		}
	}
	s.t.Fatalf("the worker %s does not live", st.Worker.ID)
	return 0
}

// flow produces numbers from 0, in order, to a topic's partitions in turn, until it is stopped.
type flow struct {
	s    *site
	stop chan struct{}
	done sync.WaitGroup
	sent int64
}

// flowing starts to produce about so many records a second.
func (s *site) flowing(topic string, partitions, rate int) *flow {
	f := &flow{s: s, stop: make(chan struct{})}
	f.done.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-f.stop:
				return
			case <-tick.C:
			}
			records := make([]*kgo.Record, 0, rate/50)
			for range rate / 50 {
				records = append(records, number(topic, partitions, f.sent))
				f.sent++
			}
			if err := s.kafka.Client.ProduceSync(context.Background(), records...).FirstErr(); err != nil {
				s.t.Errorf("producing: %v", err)
				return
			}
		}
	})
	s.t.Cleanup(func() { f.end() })
	return f
}

func number(topic string, partitions int, n int64) *kgo.Record {
	return &kgo.Record{Topic: topic, Partition: int32(n % int64(partitions)), Value: fmt.Appendf(nil, `{"n":%d,"ts":%d}`, n, 1_700_000_000_000+n)}
}

// end stops producing and returns how many there were.
func (f *flow) end() int64 {
	select {
	case <-f.stop:
	default:
		close(f.stop)
	}
	f.done.Wait()
	return f.sent
}

// count waits until a table has at least n rows, and requires that it has the numbers up to n, each once.
func (s *site) exactly(table string, n int64) {
	s.t.Helper()
	s.until(fmt.Sprintf("%s has %d rows", table, n), patience, func() bool { return s.rows(table) >= n })
	require.Equal(s.t, [][]string{{strconv.FormatInt(n, 10), strconv.FormatInt(n, 10), "0", strconv.FormatInt(n-1, 10)}},
		s.db.Rows("SELECT count(), uniqExact(n), min(n), max(n) FROM $db."+table), table)
}

func (s *site) rows(table string) int64 {
	s.t.Helper()
	if s.db.Text("EXISTS TABLE $db."+table) == "0" {
		return 0
	}
	return int64(s.db.Count(table))
}

// numbersTable declares the topic of numbers.
const numbersTable = `  ods.t.numbers:
    columns: [{name: n, type: int64}, {name: ts, type: timestamp(3)}]
    event_time: {column: ts}
    source: {component: kafka, params: {connection: queue, topic: numbers}}
`

// copyModel copies the numbers to a table of ClickHouse.
func copyModel(name, table string) string {
	return fmt.Sprintf(`format: 1
kind: view
name: %s
nodes:
  - {id: numbers, component: table, params: {table: ods.t.numbers}}
  - {id: out, component: clickhouse, params: {connection: olap, table: %s, physical: %s, create: if_missing, order_by: [n]}}
edges: [numbers -> out]
`, name, name, table)
}

// toTopicModel sends the numbers on to a topic.
func toTopicModel(name, topic string) string {
	return fmt.Sprintf(`format: 1
kind: view
name: %s
nodes:
  - {id: numbers, component: table, params: {table: ods.t.numbers}}
  - {id: out, component: kafka, params: {connection: queue, topic: %s}}
edges: [numbers -> out]
`, name, topic)
}
