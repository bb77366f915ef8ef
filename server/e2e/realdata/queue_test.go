package realdata

import (
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/rig"
)

// result is a table that a model fills.
type result struct {
	table string // also the name of its query in testdata/want
	rows  int    // how many it must have
	// compare are expressions to compare instead of columns, by the columns' names.
	compare map[string]string
}

var models = []struct {
	name       string // of the file in testdata/models
	rowsIn     int64
	duplicates int64
	results    []result
}{
	{name: "disrupted", rowsIn: 336_776, results: []result{{table: "disrupted", rows: 100_954}}},
	{name: "hourly", rowsIn: 336_776, results: []result{{table: "hourly", rows: 116_904}}},
	{name: "daily", rowsIn: 336_776, results: []result{{table: "daily", rows: 3 * 365}}},
	{name: "weather", rowsIn: 26_115, results: []result{{table: "weather", rows: 26_115},
		// Only a mean of floats depends on the order in which they are added up, in its last digits.
		{table: "weather_6h", rows: 26_205, compare: map[string]string{"pressure_avg": "round(pressure_avg, 6)"}}}},
	{name: "purchases", rowsIn: 69_659, duplicates: 255, results: []result{{table: "purchases", rows: 69_659 - 255}, {table: "sales", rows: 546}}},
	{name: "planes", rowsIn: 3_322, results: []result{{table: "planes", rows: 3_322}}},
	{name: "airports", rowsIn: 1_458, results: []result{{table: "airports", rows: 1_458}}},
	// Airports are read once and joined twice.
	{name: "wide", rowsIn: 336_776 + 16 + 3_322 + 1_458 + 26_115, results: []result{{table: "wide", rows: 336_776}}},
	{name: "airlines", rowsIn: 16, results: []result{{table: "airlines", rows: 16}}},
}

func TestRealInput(t *testing.T) {
	published := readData(t)
	db := rig.ClickHouse(t)
	published.stage(t, db)
	t.Run("apache kafka", func(t *testing.T) {
		k, _ := rig.RealKafka(t)
		testQueue(t, published, k, db.With(t))
	})
	t.Run("embedded broker", func(t *testing.T) { testQueue(t, published, rig.EmbeddedKafka(t), db.With(t)) })
	t.Run("files", func(t *testing.T) { testFiles(t, published, db.With(t)) })
}

// testQueue produces the data to a broker, runs every model on it and compares the results.
func testQueue(t *testing.T, published *data, k *rig.Kafka, db *rig.Database) {
	published.produce(t, k)
	w := newWorkspace(t, k, db)
	for _, m := range models {
		t.Run(m.name, func(t *testing.T) {
			w, db := w.With(t), db.With(t)
			sum := w.Run("--bounded", "--strict", w.File(m.name+".yaml", readFile(t, "models/"+m.name+".yaml")))
			require.Len(t, sum.Pipelines, 1)
			p := sum.Pipelines[0]
			t.Logf("%d rows in, %d out, %.1f s wall, %.1f s CPU, %d MiB", p.RowsIn, p.RowsOut, p.WallSeconds, sum.Usage.UserSeconds+sum.Usage.SystemSeconds, sum.Usage.PeakRSSBytes>>20)
			require.Equal(t, "ended", p.State)
			require.Equal(t, m.rowsIn, p.RowsIn)
			require.Equal(t, m.duplicates, p.Duplicates)
			require.Zero(t, p.Late+p.Future+p.Rejected+p.Skipped)
			for _, r := range m.results {
				requireResult(t, db, r, readFile(t, "want/"+r.table+".sql"))
			}
		})
	}
	t.Run("impatient", func(t *testing.T) { testLateness(t, w.With(t), db.With(t)) })
}

func newWorkspace(t *testing.T, k *rig.Kafka, db *rig.Database) *rig.Workspace {
	t.Helper()
	w := rig.NewWorkspace(t)
	w.UseClickHouse(db)
	tables, err := template.New("catalog").Parse(readFile(t, "catalog.yaml.tmpl"))
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, tables.Execute(&b, w))
	w.Catalog(rig.Connections(k, db) + b.String())
	return w
}

// requireResult compares a table with a query over the raw files, cell by cell: the same rows, each as often.
func requireResult(t *testing.T, db *rig.Database, r result, want string) {
	t.Helper()
	defer db.Text("DROP TABLE IF EXISTS $db." + r.table + " SYNC") // the next broker fills another
	replace := ""
	if len(r.compare) > 0 {
		var list []string
		for column, expr := range r.compare {
			list = append(list, expr+" AS "+column)
		}
		replace = " REPLACE (" + strings.Join(list, ", ") + ")"
	}
	got := "SELECT *" + replace + " FROM $db." + r.table
	columns := func(query string) string {
		return db.Text("SELECT * FROM (" + query + ") LIMIT 0 FORMAT TabSeparatedWithNames")
	}
	require.Equal(t, columns(want), columns(got), "the columns of %s", r.table)
	require.Empty(t, db.Difference(got, "SELECT *"+replace+" FROM ("+want+")"), "%s differs", r.table)
	require.EqualValues(t, r.rows, db.Count(r.table), "the rows of %s", r.table)
}
