package broker

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// childMode makes the test binary run a broker on the folder it is given until
// it is killed.
const childMode = "__broker-test-child"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == childMode {
		b, err := Start(context.Background(), Options{DataDir: os.Args[2], SyncWrites: true, Log: quiet()})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(b.Addrs()[0])
		_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends, however it ends
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestKeepsTopicsAndPortAcrossRestarts(t *testing.T) {
	opts := Options{DataDir: t.TempDir(), Log: quiet()}
	b := startBroker(t, opts)
	createTopic(t, b.Addrs(), "plays", nil)
	produce(t, b.Addrs(), "plays", "a", "b")
	addrs := b.Addrs()
	require.NoError(t, b.Close())
	require.NoError(t, b.Close(), "closing again is harmless")

	again := startBroker(t, opts)
	require.Equal(t, addrs, again.Addrs())
	produce(t, addrs, "plays", "c")
	require.Equal(t, []string{"a", "b", "c"}, consume(t, addrs, "plays"))
}

func TestOneBrokerPerFolder(t *testing.T) {
	opts := Options{DataDir: t.TempDir(), Log: quiet()}
	startBroker(t, opts)
	_, err := Start(t.Context(), opts)
	require.ErrorContains(t, err, "another process uses this data folder")
	_, err = Start(t.Context(), Options{})
	require.ErrorContains(t, err, "DataDir is required")
}

func TestBigRecord(t *testing.T) {
	b := startBroker(t, Options{DataDir: t.TempDir(), Log: quiet()})
	createTopic(t, b.Addrs(), "plays", nil)
	big := strings.Repeat("x", 20_000_000)
	produce(t, b.Addrs(), "plays", big)
	require.Equal(t, []string{big}, consume(t, b.Addrs(), "plays"))
}

// Transactions that a kill -9 left open stay aborted through further kills, also
// when the same producer commits later ones.
func TestTransactionsSurviveKills(t *testing.T) {
	dir := t.TempDir()
	var want []string
	for round := range 3 {
		child := startChild(t, dir)
		if round == 0 {
			createTopic(t, child.addrs, "plays", nil)
		}
		cl := client(t, child.addrs, kgo.TransactionalID("sink"), kgo.DefaultProduceTopic("plays"))
		for _, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort, kgo.TryCommit} {
			require.NoError(t, cl.BeginTransaction())
			value := fmt.Sprintf("round %d, %v, %d", round, end, len(want))
			require.NoError(t, cl.ProduceSync(t.Context(), kgo.StringRecord(value)).FirstErr())
			require.NoError(t, cl.EndTransaction(t.Context(), end))
			if end == kgo.TryCommit {
				want = append(want, value)
			}
		}
		plain := fmt.Sprintf("round %d, no transaction", round)
		produce(t, child.addrs, "plays", plain)
		want = append(want, plain)

		require.NoError(t, cl.BeginTransaction())
		require.NoError(t, cl.ProduceSync(t.Context(), kgo.StringRecord("left open")).FirstErr())
		child.kill()
	}
	b := startBroker(t, Options{DataDir: dir, Log: quiet()})
	require.Equal(t, want, consume(t, b.Addrs(), "plays"))
}

func TestRetainerByTimeFreesDisk(t *testing.T) {
	dir := t.TempDir()
	b := startBroker(t, Options{DataDir: dir, RetainInterval: time.Hour, Log: quiet()})
	minute := "60000"
	createTopic(t, b.Addrs(), "bounded", map[string]*string{"retention.ms": &minute})
	createTopic(t, b.Addrs(), "unbounded", nil)
	old := time.Now().Add(-time.Hour)
	for _, topic := range []string{"bounded", "unbounded"} {
		fill(t, b.Addrs(), topic, 48<<20, old)
	}
	before := diskSize(t, dir)
	require.NoError(t, NewRetainer(b.client).Apply(t.Context()))
	require.Less(t, diskSize(t, dir), before-30<<20, "whole segments are gone")

	admin := kadm.NewClient(b.client)
	starts, err := admin.ListStartOffsets(t.Context(), "bounded", "unbounded")
	require.NoError(t, err)
	ends, err := admin.ListEndOffsets(t.Context(), "bounded")
	require.NoError(t, err)
	start, _ := starts.Lookup("bounded", 0)
	end, _ := ends.Lookup("bounded", 0)
	require.Equal(t, end.Offset-1, start.Offset, "all are too old; the last one stays so that offsets go on")
	start, _ = starts.Lookup("unbounded", 0)
	require.Zero(t, start.Offset, "old events stay where nothing was asked")

	// Offsets go on after a restart of a partition whose records were all too old.
	require.NoError(t, b.Close())
	again := startBroker(t, Options{DataDir: dir, RetainInterval: time.Hour, Log: quiet()})
	ends, err = kadm.NewClient(again.client).ListEndOffsets(t.Context(), "bounded")
	require.NoError(t, err)
	after, _ := ends.Lookup("bounded", 0)
	require.Equal(t, end.Offset, after.Offset)
}

func TestRetainerByBytesRunsByItself(t *testing.T) {
	dir := t.TempDir()
	b := startBroker(t, Options{DataDir: dir, RetainInterval: 20 * time.Millisecond, Log: quiet()})
	limit := fmt.Sprint(20 << 20)
	createTopic(t, b.Addrs(), "bounded", map[string]*string{"retention.bytes": &limit})
	fill(t, b.Addrs(), "bounded", 80<<20, time.Now())
	require.Eventually(t, func() bool { return diskSize(t, dir) < 20<<20+2*segmentBytes }, 10*time.Second, 20*time.Millisecond)
}

func TestByBytes(t *testing.T) {
	for name, c := range map[string]struct{ start, end, size, limit, want int64 }{
		"no limit":      {10, 110, 1000, -1, 10},
		"below":         {10, 110, 1000, 1000, 10},
		"half too many": {10, 110, 1000, 500, 60},
		"nothing kept":  {10, 110, 1000, 0, 110},
		"empty":         {10, 10, 0, 0, 10},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, byBytes(c.start, c.end, c.size, c.limit))
		})
	}
}

func TestOffsetsByTimestamp(t *testing.T) {
	b := startBroker(t, Options{DataDir: t.TempDir(), Log: quiet()})
	createTopic(t, b.Addrs(), "plays", nil)
	cl := client(t, b.Addrs())
	for i := range 3 {
		r := &kgo.Record{Topic: "plays", Value: []byte("x"), Timestamp: time.UnixMilli(int64(1000 * (i + 1)))}
		require.NoError(t, cl.ProduceSync(t.Context(), r).FirstErr())
	}
	for at, want := range map[int64]int64{0: 0, 1500: 1, 3000: 2, 3001: 3} {
		listed, err := kadm.NewClient(cl).ListOffsetsAfterMilli(t.Context(), at, "plays")
		require.NoError(t, err)
		o, _ := listed.Lookup("plays", 0)
		require.Equal(t, want, o.Offset, "at %d", at)
	}
}

func TestParsePartitionDir(t *testing.T) {
	got, err := parsePartitionDir("a%2Fb-c-12")
	require.NoError(t, err)
	require.Equal(t, partition{"a/b-c", 12}, got)
	for _, bad := range []string{"", "x", "x-", "x-y", "%zz-1", "x-99999999999"} {
		_, err := parsePartitionDir(bad)
		require.ErrorContains(t, err, "is not a partition's folder", bad)
	}
}

func FuzzScanSegment(f *testing.F) {
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0}, 200))
	f.Fuzz(func(t *testing.T, data []byte) {
		name := filepath.Join(t.TempDir(), "0.dat")
		require.NoError(t, os.WriteFile(name, data, 0o600))
		require.NoError(t, scanSegment(name, map[int64]int16{}), "damage ends the scan, it does not fail it")
	})
}

type childBroker struct {
	cmd   *exec.Cmd
	addrs []string
}

func startChild(t *testing.T, dir string) *childBroker {
	t.Helper()
	c := &childBroker{cmd: exec.Command(os.Args[0], childMode, dir)}
	var errOut bytes.Buffer
	c.cmd.Stderr = &errOut
	_, err := c.cmd.StdinPipe() // ends with this process
	require.NoError(t, err)
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	t.Cleanup(c.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "%s", &errOut)
	c.addrs = []string{strings.TrimSpace(line)}
	return c
}

func (c *childBroker) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait() // says only that it was killed
}

func startBroker(t *testing.T, opts Options) *Broker {
	t.Helper()
	b, err := Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func client(t *testing.T, addrs []string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append(opts, kgo.SeedBrokers(addrs...), kgo.ProducerBatchMaxBytes(24<<20),
		kgo.BrokerMaxWriteBytes(64<<20), kgo.ProducerBatchCompression(kgo.NoCompression()))...)
	require.NoError(t, err)
	t.Cleanup(cl.Close)
	return cl
}

func createTopic(t *testing.T, addrs []string, topic string, configs map[string]*string) {
	t.Helper()
	_, err := kadm.NewClient(client(t, addrs)).CreateTopic(t.Context(), 1, 1, configs, topic)
	require.NoError(t, err)
}

func produce(t *testing.T, addrs []string, topic string, values ...string) {
	t.Helper()
	cl := client(t, addrs, kgo.DefaultProduceTopic(topic))
	for _, v := range values {
		require.NoError(t, cl.ProduceSync(t.Context(), kgo.StringRecord(v)).FirstErr())
	}
}

// fill produces about so many bytes in records of 1 MiB, one batch each.
func fill(t *testing.T, addrs []string, topic string, size int, at time.Time) {
	t.Helper()
	cl := client(t, addrs)
	value := make([]byte, 1<<20)
	for range size / len(value) {
		require.NoError(t, cl.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Value: value, Timestamp: at}).FirstErr())
	}
}

// consume returns all committed values that are there now.
func consume(t *testing.T, addrs []string, topic string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cl := client(t, addrs, kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())
	ends, err := kadm.NewClient(cl).ListEndOffsets(ctx, topic)
	require.NoError(t, err)
	end, _ := ends.Lookup(topic, 0)
	var values []string
	for next := int64(0); next < end.Offset; {
		fetches := cl.PollFetches(ctx)
		require.NoError(t, fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			next = r.Offset + 1
			if !r.Attrs.IsControl() {
				values = append(values, string(r.Value))
			}
		})
	}
	return values
}

func diskSize(t *testing.T, dir string) (size int64) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, "log", "partitions"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if os.IsNotExist(err) {
			return nil // deleted meanwhile
		}
		size += info.Size()
		return err
	}))
	return size
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// A compacted topic keeps the last committed record of every key, and what stands behind the oldest of them.
func TestRetainerDropsObsoleteRecords(t *testing.T) {
	b := startBroker(t, Options{DataDir: t.TempDir(), RetainInterval: time.Hour, Log: quiet()})
	policy := "compact"
	createTopic(t, b.Addrs(), "markers", map[string]*string{"cleanup.policy": &policy})
	tx, err := kgo.NewClient(kgo.SeedBrokers(b.Addrs()...), kgo.TransactionalID("t"), kgo.DefaultProduceTopic("markers"))
	require.NoError(t, err)
	defer tx.Close()
	put := func(end kgo.TransactionEndTry, keys ...string) {
		require.NoError(t, tx.BeginTransaction())
		for _, k := range keys {
			require.NoError(t, tx.ProduceSync(t.Context(), kgo.KeyStringRecord(k, "v")).FirstErr())
		}
		require.NoError(t, tx.EndTransaction(t.Context(), end))
	}
	start := func() int64 {
		require.NoError(t, NewRetainer(b.client).Apply(t.Context()))
		starts, err := kadm.NewClient(b.client).ListStartOffsets(t.Context(), "markers")
		require.NoError(t, err)
		o, _ := starts.Lookup("markers", 0)
		return o.Offset
	}
	put(kgo.TryCommit, "a") // 0, and its end 1
	put(kgo.TryCommit, "b") // 2, 3
	require.Zero(t, start())
	put(kgo.TryCommit, "a") // 4, 5
	require.EqualValues(t, 2, start(), "b is the oldest that counts")
	put(kgo.TryAbort, "b") // 6, 7
	require.EqualValues(t, 2, start(), "what was aborted makes nothing obsolete")
	put(kgo.TryCommit, "b") // 8, 9
	require.EqualValues(t, 4, start())
}
