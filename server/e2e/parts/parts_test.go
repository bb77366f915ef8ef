package parts

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestKafkaJars is what build/install-test-parts.sh runs to warm the cache.
func TestKafkaJars(t *testing.T) {
	RequireKafka(t)
	cp, err := kafkaClasspath(t.Context())
	require.NoError(t, err)
	require.Contains(t, cp, "kafka_2.13-")
}

// TestKeycloakDistribution is what build/install-test-parts.sh runs to warm the cache.
func TestKeycloakDistribution(t *testing.T) {
	RequireKeycloak(t)
	home, err := keycloakHome(t.Context())
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(home, "lib", "quarkus-run.jar"))
}

func TestMariaDBKeepsDataAcrossKillAndRestart(t *testing.T) {
	RequireMariaDB(t)
	m, err := StartMariaDB(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	require.NoError(t, m.Create(t.Context(), "kept"))
	db, err := sql.Open("mysql", m.DSN("kept"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for _, statement := range []string{"CREATE TABLE t (a INT PRIMARY KEY)", "INSERT INTO t VALUES (1)"} {
		_, err = db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	m.Kill()
	require.Error(t, db.PingContext(t.Context()))
	require.NoError(t, m.Restart(t.Context()), "%s", m.Logs())
	require.NoError(t, m.Restart(t.Context()), "it runs already")
	var n int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT a FROM t").Scan(&n))
	require.Equal(t, 1, n)
}

func TestKafkaKeepsDataAcrossKillAndRestart(t *testing.T) {
	RequireKafka(t)
	k := startKafka(t, KafkaOptions{Dir: t.TempDir()})
	cl := client(t, k, kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(0))
	require.Error(t, cl.ProduceSync(t.Context(), &kgo.Record{Topic: "nowhere", Value: []byte("x")}).FirstErr(), "topics are not created by themselves")

	createTopic(t, k, "plays", 2)
	big := bytes.Repeat([]byte("x"), 20_000_000)
	produce(t, k, "plays", []byte("small"), big)

	bootstrap := k.Bootstrap()
	k.Kill()
	require.NoError(t, k.Restart(t.Context()), "%s", k.Logs())
	require.Equal(t, bootstrap, k.Bootstrap())
	require.Equal(t, [][]byte{[]byte("small"), big}, consume(t, k, "plays", 2))

	require.NoError(t, k.Stop(t.Context()))
	require.NoError(t, k.Restart(t.Context()), "%s", k.Logs())
	produce(t, k, "plays", []byte("after"))
	require.Len(t, consume(t, k, "plays", 3), 3)
}

func TestThreeBrokersSurviveOne(t *testing.T) {
	RequireKafka(t)
	if os.Getenv("MILLRACE_SOAK") == "" {
		t.Skip("three JVMs take 40 s on two cores; set MILLRACE_SOAK to run it")
	}
	k := startKafka(t, KafkaOptions{Dir: t.TempDir(), Brokers: 3, Heap: "256m"})
	createTopic(t, k, "plays", 3)
	produce(t, k, "plays", []byte("a"), []byte("b"))
	k.KillBroker(1)
	produce(t, k, "plays", []byte("c"))
	require.Len(t, consume(t, k, "plays", 3), 3)
	require.NoError(t, k.StartBroker(t.Context(), 1), "%s", k.Logs())
}

func TestStartKafkaFailures(t *testing.T) {
	_, err := StartKafka(t.Context(), KafkaOptions{})
	require.ErrorContains(t, err, "Dir is required")
	RequireKafka(t)
	_, err = StartKafka(t.Context(), KafkaOptions{Dir: t.TempDir(), Settings: map[string]string{"log.retention.hours": "many"}})
	require.ErrorContains(t, err, "log.retention.hours")
}

func TestClickHouseGivesEachTestItsDatabase(t *testing.T) {
	RequireChDB(t)
	var names []string
	for range 2 {
		t.Run("one", func(t *testing.T) {
			db := ClickHouse(t)
			names = append(names, db.Name)
			_, err := db.Query(t.Context(), "CREATE TABLE "+db.Name+".t (a UInt64) ENGINE = MergeTree ORDER BY a AS SELECT number FROM numbers(3)")
			require.NoError(t, err)
			got, err := db.Query(t.Context(), "SELECT sum(a) FROM "+db.Name+".t")
			require.NoError(t, err)
			require.Equal(t, "3\n", got)
			_, err = db.Query(t.Context(), "SELECT nothing")
			require.ErrorContains(t, err, "UNKNOWN_IDENTIFIER")
		})
	}
	require.NotEqual(t, names[0], names[1])
	db := ClickHouse(t)
	got, err := db.Query(t.Context(), "SELECT count() FROM system.databases WHERE name IN ('"+names[0]+"', '"+names[1]+"')")
	require.NoError(t, err)
	require.Equal(t, "0\n", got, "databases are dropped with their tests")
}

func TestMavenClasspathFailsInPlainWords(t *testing.T) {
	pom := filepath.Join(t.TempDir(), "broken-pom.xml")
	require.NoError(t, os.WriteFile(pom, []byte("<project>"), 0o600))
	if err := checkMaven(); err != nil {
		missing(t, "Maven", err)
	}
	t.Setenv("MILLRACE_CACHE", t.TempDir())
	_, err := mavenClasspath(t.Context(), pom)
	require.ErrorContains(t, err, "resolving broken-pom.xml with Maven")
}

func startKafka(t *testing.T, opts KafkaOptions) *Kafka {
	t.Helper()
	k, err := StartKafka(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() {
		k.Kill() // a clean stop takes seconds, and the folder goes anyway
	})
	return k
}

func client(t *testing.T, k *Kafka, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append(opts, kgo.SeedBrokers(k.Addrs()...),
		kgo.ProducerBatchMaxBytes(24<<20), kgo.BrokerMaxWriteBytes(64<<20), kgo.FetchMaxPartitionBytes(32<<20))...)
	require.NoError(t, err)
	t.Cleanup(cl.Close)
	return cl
}

func createTopic(t *testing.T, k *Kafka, topic string, partitions int32) {
	t.Helper()
	_, err := kadm.NewClient(client(t, k)).CreateTopic(t.Context(), partitions, -1, nil, topic)
	require.NoError(t, err)
}

func produce(t *testing.T, k *Kafka, topic string, values ...[]byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cl := client(t, k, kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchCompression(kgo.NoCompression()))
	for _, v := range values {
		require.NoError(t, cl.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: v}).FirstErr())
	}
}

func consume(t *testing.T, k *Kafka, topic string, n int) [][]byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cl := client(t, k, kgo.ConsumeTopics(topic))
	var values [][]byte
	for len(values) < n {
		fetches := cl.PollFetches(ctx)
		require.NoError(t, fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) { values = append(values, r.Value) })
	}
	return values
}
