package realdata

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/rig"
)

// testLateness runs the hourly windows where readers wait two hours only. Which flights are late is worked out from the order of each
// partition: a flight is late when an earlier one of its partition was scheduled two hours or more behind its window's end.
func testLateness(t *testing.T, w *rig.Workspace, db *rig.Database) {
	db.Text(`CREATE OR REPLACE VIEW $db.judged AS
		SELECT *, toStartOfHour(sched, 'America/New_York') AS window_from, window_from + INTERVAL 1 HOUR AS window_to,
			max(toInt64(toUnixTimestamp(sched))) OVER (PARTITION BY part ORDER BY offset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - 7200 AS mark,
			offset > 0 AND toInt64(toUnixTimestamp(window_to)) <= mark AS too_late
		FROM $db.flights`)
	model := strings.NewReplacer("ods.nyc.flights", "ods.nyc.flights_impatient", "dws.nyc.hourly", "dws.nyc.hourly_impatient",
		"physical: hourly", "physical: hourly_impatient").Replace(readFile(t, "models/hourly.yaml"))
	sum := w.Run("--bounded", "--strict", w.File("hourly_impatient.yaml", model))
	p := sum.Pipelines[0]
	require.EqualValues(t, 336_776, p.RowsIn)
	require.Zero(t, p.Rejected)
	require.EqualValues(t, db.Count("judged WHERE too_late"), p.Late)
	t.Logf("%d of %d flights are late", p.Late, p.RowsIn)

	inTime := strings.ReplaceAll(readFile(t, "want/hourly.sql"), "FROM $db.flights", "FROM $db.judged WHERE NOT too_late")
	requireResult(t, db, result{table: "hourly_impatient", rows: lateRows}, inTime)

	// The ledger names each of them, with the window it missed.
	var ledger bytes.Buffer
	for _, r := range w.Rejects("late") {
		require.False(t, r.Partly, "a tumbling window is missed as a whole")
		partition, ok := strings.CutPrefix(r.Partition, "flights/")
		require.True(t, ok, r.Partition)
		fmt.Fprintf(&ledger, "%s\t%d\t%d\t%d\n", partition, r.Offset, r.WindowFrom.Unix(), r.WindowTo.Unix())
	}
	db.Text("CREATE OR REPLACE TABLE $db.ledger (part Int32, offset Int64, window_from DateTime('UTC'), window_to DateTime('UTC')) ENGINE = MergeTree ORDER BY (part, offset)")
	db.Insert("ledger", "TSV", &ledger)
	require.Empty(t, db.Difference("SELECT * FROM $db.ledger", "SELECT part, offset, window_from, window_to FROM $db.judged WHERE too_late"))
}

// lateRows is how many windows the flights in time make.
const lateRows = 82_635
