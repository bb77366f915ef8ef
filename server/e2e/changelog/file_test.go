package changelog

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/rig"
)

const fromFile = `tables:
  ods.t.songs:
    kind: dimension
    columns:
      - {name: song_id, type: int64, nullable: false}
      - {name: title, type: string}
      - {name: plays, type: int64}
      - {name: changed_at, type: timestamp(3)}
    key: [song_id]
    event_time: changed_at
    source: {component: file, params: {path: songs.ndjson, changelog: upsert, op_column: op}}
`

// TestFileToTable: a file with versions becomes the table, and a pipeline that is started afresh writes over what it wrote before.
func TestFileToTable(t *testing.T) {
	d := rig.ClickHouse(t)
	w := rig.NewWorkspace(t)
	w.UseClickHouse(d)
	w.Catalog(rig.Connections(nil, d) + fromFile)
	store := w.File("store.yaml", model("songs", "ods.t.songs", toTable("songs")))

	w.File("songs.ndjson", `{"op":"c","song_id":1,"title":"one","plays":1,"changed_at":"2026-01-01T00:00:00Z"}
{"op":"c","song_id":2,"title":"two","plays":2,"changed_at":"2026-01-01T00:00:01Z"}
{"op":"c","song_id":3,"title":"three","plays":3,"changed_at":"2026-01-01T00:00:01Z"}
{"op":"-U","song_id":1,"title":"one","plays":1,"changed_at":"2026-01-01T00:00:02Z"}
{"op":"+U","song_id":1,"title":"uno","plays":null,"changed_at":"2026-01-01T00:00:02Z"}
{"op":"d","song_id":2,"title":"two","plays":2,"changed_at":"2026-01-01T00:00:03Z"}
{"op":"drop","song_id":3,"title":"three","plays":3,"changed_at":"2026-01-01T00:00:03Z"}
`)
	sum := w.Run("--bounded", store)
	require.EqualValues(t, 1, sum.Pipelines[0].Rejected)
	require.Equal(t, []string{"1\tuno\t\\N", "3\tthree\t3"}, current(t, d, "songs", songColumns))
	rejects := w.Rejects("dead")
	require.Len(t, rejects, 1)
	require.EqualValues(t, "row.malformed", rejects[0].Code)
	require.Equal(t, "op", rejects[0].Path)
	require.Contains(t, string(rejects[0].Raw), `"op":"drop"`)

	// Epochs count from 1 again, and yet what the second run says is the last word.
	w.File("songs.ndjson", `{"op":"r","song_id":2,"title":"zwei","plays":20,"changed_at":"2026-01-02T00:00:00Z"}
{"op":"delete","song_id":3,"changed_at":"2026-01-02T00:00:00Z"}
`)
	w.Run("--bounded", "--fresh", store)
	require.Equal(t, []string{"1\tuno\t\\N", "2\tzwei\t20"}, current(t, d, "songs", songColumns))
	d.Text("OPTIMIZE TABLE $db.songs FINAL")
	require.Equal(t, []string{"1\tuno\t\\N", "2\tzwei\t20"}, current(t, d, "songs", songColumns), "merging changes nothing that is seen")
}
