package rig

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestDifferenceCountsRows(t *testing.T) {
	d := ClickHouse(t)
	rows := func(values string) string { return "SELECT c1 AS a, c2 AS b FROM VALUES(" + values + ")" }
	require.Empty(t, d.Difference(rows("(1, 'x'), (1, 'x'), (2, NULL)"), rows("(2, NULL), (1, 'x'), (1, 'x')")))
	require.Equal(t, "a\tb\tgot\twant\n1\tx\t2\t1", d.Difference(rows("(1, 'x'), (1, 'x')"), rows("(1, 'x')")))
	require.Equal(t, "a\tb\tgot\twant\n2\t\t0\t1\n2\t\\N\t1\t0", d.Difference(rows("(2, NULL)"), rows("(2, '')")), "NULL is not the empty text")
	require.Equal(t, [][]string{{"1", "x\\ty"}, {"2", "\\N"}}, d.Rows("SELECT * FROM VALUES((1, 'x\ty'), (2, NULL)) ORDER BY 1"))
}

func TestReadCommittedSkipsAborted(t *testing.T) {
	k := EmbeddedKafka(t)
	k.CreateTopic("t", 2)
	k.Produce(&kgo.Record{Topic: "t", Partition: 1, Value: []byte("a")})
	tx, err := kgo.NewClient(kgo.SeedBrokers(k.Addrs...), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.TransactionalID("x"))
	require.NoError(t, err)
	defer tx.Close()
	for value, end := range map[string]kgo.TransactionEndTry{"committed": kgo.TryCommit, "aborted": kgo.TryAbort} {
		require.NoError(t, tx.BeginTransaction())
		require.NoError(t, tx.ProduceSync(t.Context(), &kgo.Record{Topic: "t", Value: []byte(value)}).FirstErr())
		require.NoError(t, tx.EndTransaction(t.Context(), end))
	}
	var got []string
	for _, r := range k.ReadCommitted("t") {
		got = append(got, string(r.Value))
	}
	require.Equal(t, []string{"committed", "a"}, got)
}

// A model in a file becomes rows in ClickHouse, and what could not be read is listed.
func TestWorkspaceRunsAModel(t *testing.T) {
	d, k := ClickHouse(t), EmbeddedKafka(t)
	k.CreateTopic("numbers", 2)
	for i, value := range []string{`{"n":1}`, `{"n":2}`, `{"n":`} {
		k.Produce(&kgo.Record{Topic: "numbers", Partition: int32(i % 2), Value: []byte(value)})
	}
	w := NewWorkspace(t)
	w.UseClickHouse(d)
	w.Catalog(Connections(k, d) + `tables:
  ods.rig.numbers:
    columns: [{name: n, type: int64}]
    source: {component: kafka, params: {connection: queue, topic: numbers}}
`)
	sum := w.Run("--bounded", w.File("model.yaml", `format: 1
kind: view
name: ads.rig.numbers
nodes:
  - {id: numbers, component: table, params: {table: ods.rig.numbers}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ads.rig.numbers, physical: numbers, create: if_missing, order_by: [n]}}
edges: [numbers -> out]
`))
	require.Equal(t, "ended", sum.State)
	require.Len(t, sum.Pipelines, 1)
	require.EqualValues(t, 3, sum.Pipelines[0].RowsIn)
	require.EqualValues(t, 2, sum.Pipelines[0].RowsOut)
	require.Equal(t, [][]string{{"1"}, {"2"}}, d.Rows("SELECT n FROM $db.numbers ORDER BY n"))
	rejects := w.Rejects("dead")
	require.Len(t, rejects, 1)
	require.Equal(t, `{"n":`, string(rejects[0].Raw))
	require.Empty(t, w.Rejects("late"))
}
