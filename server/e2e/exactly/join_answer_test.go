package exactly

import (
	"strings"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
)

// spot is where a record is, in one of several topics.
type spot struct {
	topic string
	place
}

// spots gives the places of a topic's records a code, for checkLedger.
func spots(into map[spot]string, topic, code string, places map[place]bool) {
	for p := range places {
		into[spot{topic, p}] = code
	}
}

// checkLedger compares the ledger of a kind with places of records in several topics. Rows that an operator made have none and are left out.
func (b *bench) checkLedger(model, kind string, want map[spot]string) {
	b.t.Helper()
	have := map[spot]string{}
	for _, r := range b.Rejects(kind) {
		if r.Pipeline != pipelineOf(model) || r.Partition == "" {
			continue
		}
		topic, _, _ := strings.Cut(r.Partition, "/")
		at := spot{topic, placeOf(b, r.Partition, r.Offset)}
		unseen(b.t, have, at)
		have[at] = string(r.Code)
	}
	same(b.t, want, have)
}

// checkFailedPairs compares the dead letters of pairs with those on which the condition fails.
func (b *bench) checkFailedPairs(model string, want map[pair]bool) {
	b.t.Helper()
	have := map[pair]bool{}
	for _, r := range b.Rejects("dead") {
		if r.Pipeline != pipelineOf(model) || r.Partition != "" {
			continue
		}
		require.EqualValues(b.t, "row.division_by_zero", r.Code)
		require.Equal(b.t, "where", r.Path)
		row := object(b.t, r.Row)
		p := pair{integer(b.t, row["id"]), integer(b.t, row["id_1"])}
		unseen(b.t, have, p)
		have[p] = true
	}
	same(b.t, want, have)
}

// checkSides compares what a model made of two topics besides rows: totals, dead letters and, where it goes by time, late rows.
func (b *bench) checkSides(model string, topics [2]string, got control.Totals, s *sides, failed map[pair]bool, timed bool) {
	b.t.Helper()
	dead, late := map[spot]string{}, map[spot]string{}
	for side, topic := range topics {
		spots(dead, topic, "row.truncated", s.streams[side].poisoned)
		if timed {
			require.NotEmpty(b.t, s.late[side])
			spots(late, topic, "", s.late[side])
		}
	}
	require.Equal(b.t, s.records(), got.RowsIn, "rows in")
	require.EqualValues(b.t, len(dead)+len(failed), got.Rejected, "rejected")
	require.EqualValues(b.t, len(late), got.Late, "late")
	b.checkLedger(model, "dead", dead)
	b.checkLedger(model, "late", late)
	b.checkFailedPairs(model, failed)
}

// checkLookups compares what a model that looks users up made of the first n events.
func (b *bench) checkLookups(model, topic string, rows []map[string]any, got control.Totals, n int64) {
	b.t.Helper()
	want, late, s, records := lookups(n)
	have := make(map[int64]known, len(rows))
	for _, r := range rows {
		id := integer(b.t, r["id"])
		unseen(b.t, have, id)
		have[id] = known{integer(b.t, r["user"]), integer(b.t, r["ts"]), textOf(r["level"])}
	}
	same(b.t, want, have)
	require.Equal(b.t, records, got.RowsIn, "rows in")
	require.EqualValues(b.t, len(s.poisoned), got.Rejected, "rejected")
	require.NotEmpty(b.t, late)
	require.EqualValues(b.t, len(late), got.Late, "late")
	places := map[spot]string{}
	spots(places, topic, "row.truncated", s.poisoned)
	b.checkLedger(model, "dead", places)
	places = map[spot]string{}
	spots(places, topic, "", late)
	b.checkLedger(model, "late", places)
}

// checkPairs compares rows with pairs.
func (b *bench) checkPairs(got []map[string]any, want map[pair]paired) {
	b.t.Helper()
	have := make(map[pair]paired, len(got))
	for _, r := range got {
		p := pair{integer(b.t, r["id"]), nobody}
		if r["reaction"] != nil {
			p.reaction = integer(b.t, r["reaction"])
		}
		unseen(b.t, have, p)
		have[p] = paired{integer(b.t, r["user"]), integer(b.t, r["ts"]), textOf(r["kind"])}
	}
	same(b.t, want, have)
}

// textOf is a text, empty for NULL.
func textOf(v any) string {
	s, _ := v.(string)
	return s
}

// latest reads the rows that a compacted topic tells: the last record of each key, where it has a value.
func (b *bench) latest(topic string) []map[string]any {
	b.t.Helper()
	last := map[string]map[string]any{}
	for _, r := range b.ReadCommitted(topic) {
		delete(last, string(r.Key))
		if r.Value != nil {
			last[string(r.Key)] = object(b.t, r.Value)
		}
	}
	out := make([]map[string]any, 0, len(last))
	for _, row := range last {
		out = append(out, row)
	}
	return out
}
