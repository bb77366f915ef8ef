package realdata

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/rig"
)

// testFiles reads the flights as they were published (CSV), as compressed JSON lines by month and as Parquet by quarter, all in one run.
func testFiles(t *testing.T, published *data, db *rig.Database) {
	w := newWorkspace(t, nil, db)
	for _, folder := range []string{"csv", "json", "parquet"} {
		require.NoError(t, os.Mkdir(filepath.Join(w.Dir, folder), 0o700))
	}
	require.NoError(t, os.Symlink(published.flights.path, filepath.Join(w.Dir, "csv", "flights.csv")))
	published.writeJSON(t, filepath.Join(w.Dir, "json"))
	for quarter := 1; quarter <= 4; quarter++ {
		// Parquet has no zoneless date and time of ClickHouse's kind: a DateTime would come out as a number.
		text := db.Raw(fmt.Sprintf("SELECT * EXCEPT line REPLACE (toDateTime64(time_hour, 3, 'UTC') AS time_hour) FROM $db.raw_flights "+
			"WHERE toQuarter(makeDate(year, month, day)) = %d ORDER BY line FORMAT Parquet", quarter))
		require.NoError(t, os.WriteFile(filepath.Join(w.Dir, "parquet", fmt.Sprintf("q%d.parquet", quarter)), text, 0o600))
	}

	args := []string{"--bounded", "--strict"}
	formats := []string{"csv", "json", "parquet"}
	for _, format := range formats {
		args = append(args, w.File(format+".yaml", strings.ReplaceAll(readFile(t, "models/files.yaml"), "FORMAT", format)))
	}
	sum := w.Run(args...)
	require.Len(t, sum.Pipelines, len(formats))
	for i, format := range formats {
		t.Run(format, func(t *testing.T) {
			db := db.With(t)
			p := sum.Pipelines[i]
			require.EqualValues(t, 336_776, p.RowsIn)
			require.Zero(t, p.Late+p.Rejected)
			requireResult(t, db, result{table: "flights_" + format, rows: 336_776}, readFile(t, "want/files.sql"))
			requireResult(t, db, result{table: "hourly_" + format, rows: hourlyFiles}, readFile(t, "want/files_hourly.sql"))
		})
	}
}

// hourlyFiles is how many hours with flights the carriers have in all.
const hourlyFiles = 60_142

// writeJSON writes the flights as a file of JSON lines a month.
func (d *data) writeJSON(t *testing.T, dir string) {
	t.Helper()
	months := map[int]*gzip.Writer{}
	for i := range d.flights.rows {
		month := d.flights.number(t, i, "month")
		if months[month] == nil {
			f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%02d.ndjson.gz", month)))
			require.NoError(t, err)
			defer func() { require.NoError(t, f.Close()) }()
			w, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
			require.NoError(t, err)
			months[month] = w
		}
		_, err := months[month].Write(append(d.flights.object(t, i), '\n'))
		require.NoError(t, err)
	}
	require.Len(t, months, 12)
	for _, w := range months {
		require.NoError(t, w.Close())
	}
}
