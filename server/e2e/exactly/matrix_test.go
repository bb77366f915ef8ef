package exactly

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/pipelines/optimize"
	"millrace/server/e2e/rig"
)

// setting is one way to run the same models.
type setting struct {
	batchRows, parallelism int
	ruleOff                string
	// killAt is the epoch at which the program is killed once; 0 is never.
	killAt int64
}

func (s setting) String() string {
	return fmt.Sprintf("batch %d, parallelism %d, without %s, killed at %d", s.batchRows, s.parallelism, s.ruleOff, s.killAt)
}

func (s setting) args() []string {
	args := []string{"--batch-rows", fmt.Sprint(s.batchRows), "--parallelism", fmt.Sprint(s.parallelism)}
	if s.ruleOff != "no rule" {
		args = append(args, "--rules-off", s.ruleOff)
	}
	return args
}

// settings lists the settings to compare: every value once, or in a soak every combination and a kill at each of the first epochs.
func settings() []setting {
	rows, lanes, rules := []int{1, 7, 1024}, []int{1, 4}, []string{"no rule"}
	for _, r := range optimize.Rules() {
		rules = append(rules, r.Name)
	}
	rules = append(rules, "all")
	var out []setting
	if !soak() {
		for i, rule := range rules {
			out = append(out, setting{rows[i%len(rows)], lanes[i%len(lanes)], rule, int64(i % 3)})
		}
		return out
	}
	for _, n := range rows {
		for _, l := range lanes {
			for _, rule := range rules {
				out = append(out, setting{n, l, rule, 0})
			}
			for epoch := range int64(12) {
				out = append(out, setting{n, l, "no rule", epoch + 1})
			}
		}
	}
	return out
}

// matrixModels are the models whose answers must not depend on how they are run.
func matrixModels(b *bench) (names, files []string) {
	add := func(name, edges, orderBy string, nodes ...string) {
		names = append(names, name)
		files = append(files, b.model(name, edges, append([]string{readEvents}, append(nodes, toTable(name, orderBy))...)...))
	}
	// Conditions that fail on some rows, one of them guarded by the other; and columns that fail on others.
	add("shape", "events -> guarded, guarded -> shape, shape -> cheap, cheap -> narrow, narrow -> stored", "id",
		`  - {id: guarded, component: filter, params: {where: "ms % 7 <> 0 AND 1000 / (ms % 7) > 200 AND 1 + 1 = 2 AND 5000 / (ms % 11) >= 500"}}`,
		`  - {id: shape, component: compute, params: {columns: [id, user, platform, ts, {name: share, expr: "1000000 / (ms % 50)"}, {name: version, expr: "CAST(device.ver AS float64)"}, {name: unread, expr: "100 / (user % 13)"}]}}`,
		`  - {id: cheap, component: filter, params: {where: "share > 20500 AND platform <> 'web'"}}`,
		`  - {id: narrow, component: compute, params: {columns: [id, user, ts, share, {name: twice, expr: "share * 2"}, {name: upper, expr: "UPPER(platform)"}]}}`)
	add("tumble", "events -> plays, plays -> window, window -> stored", "window_start, platform",
		`  - {id: plays, component: filter, params: {where: "event = 'play' OR 100 / (ms % 3) > 60"}}`,
		`  - {id: window, component: window, params: {size: 20s, group_by: [platform], aggregates: [count(*) AS plays, sum(1000 / (ms % 40)) AS shares, min(id) AS first, max(id) AS last, avg(ms) AS mean, {name: users, expr: "count(DISTINCT user) FILTER (WHERE event = 'play')"}]}}`)
	add("hop", "events -> window, window -> some, some -> stored", "window_start, user",
		`  - {id: window, component: window, params: {kind: hop, size: 1m, slide: 15s, group_by: [user], aggregates: [count(*) AS plays, sum(ms) AS ms]}}`,
		`  - {id: some, component: filter, params: {where: "plays > 2 AND user % 3 = 0"}}`)
	add("first", "events -> likes, likes -> once, once -> stored", "id",
		`  - {id: likes, component: filter, params: {where: "event <> 'skip'"}}`,
		`  - {id: once, component: dedupe, params: {key: [user], within: 20s}}`)
	add("both", "events -> long, events -> likes, long -> a, likes -> b, a -> all, b -> all, all -> window, window -> stored", "window_start, kind, platform",
		`  - {id: long, component: filter, params: {where: "event = 'play' AND ms > 120000"}}`,
		`  - {id: likes, component: filter, params: {where: "event = 'like'"}}`,
		`  - {id: a, component: compute, params: {columns: [id, user, platform, ts, {name: kind, expr: "'long'"}, {name: weight, expr: "600000 / (ms % 100)"}]}}`,
		`  - {id: b, component: compute, params: {columns: [ts, id, user, platform, {name: kind, expr: "event"}, {name: weight, expr: "CAST(1 AS int64)"}]}}`,
		`  - {id: all, component: union}`,
		`  - {id: window, component: window, params: {size: 30s, group_by: [kind, platform], aggregates: [count(*) AS n, sum(weight) AS weight, count(DISTINCT user) AS users]}}`)
	return names, files
}

// outcome is all that can be seen of a run: rows, totals and rejects, by model.
type outcome struct {
	rows, rejects map[string][]string // in no order
	totals        map[string]control.Totals
}

// TestMatrix: batch size, parallelism, optimizer rules and restarts change no row, no total and no reject.
func TestMatrix(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	topic := b.topic("events")
	const n = 20_000
	b.produce(topic, withCopies(0, n)...)

	b.ownWarehouse()
	want := matrixRun(t, b.db, topic, setting{batchRows: 4096, parallelism: 2, ruleOff: "no rule"})
	for _, model := range []string{"shape", "tumble", "both"} {
		require.NotZero(t, want.totals[model].Rejected)
	}
	for name, rows := range want.rows {
		require.Greater(t, len(rows), 10, name)
		t.Logf("%s: %d rows, %+v", name, len(rows), want.totals[name])
	}
	for _, s := range settings() {
		t.Run(s.String(), func(t *testing.T) {
			got := matrixRun(t, b.db, topic, s)
			for name := range want.rows {
				require.Equal(t, want.totals[name], got.totals[name], name)
				same(t, bag(want.rows[name]), bag(got.rows[name]))
				same(t, bag(want.rejects[name]), bag(got.rejects[name]))
			}
		})
	}
}

// matrixRun runs the models over a topic to its end, into tables that are gone afterwards.
func matrixRun(t *testing.T, db *rig.Database, topic string, s setting) outcome {
	t.Helper()
	b := newBench(t)
	b.db = db
	b.UseClickHouse(b.db)
	b.declare("ods.t.events", topic, "")
	names, files := matrixModels(b)
	args := append([]string{"--bounded", "--epoch", "20ms"}, append(s.args(), files...)...)
	if s.killAt > 0 {
		p := b.Start(append([]string{"run", "--json", "--quiet"}, args...)...)
		killed := b.killAtEpoch(p, "tumble", s.killAt)
		t.Logf("killed: %v", killed)
	}
	sum := b.Run(args...)
	require.Equal(t, "ended", sum.State)
	defer func() {
		for _, name := range names {
			b.ask("DROP TABLE $db." + name + " SYNC")
		}
	}()
	out := outcome{map[string][]string{}, map[string][]string{}, map[string]control.Totals{}}
	for i, p := range sum.Pipelines {
		out.totals[names[i]] = p.Totals
		out.rows[names[i]] = strings.Split(b.ask("SELECT * FROM $db."+names[i]+""), "\n")
	}
	for _, r := range b.Rejects("") {
		missed := ""
		if r.WindowFrom != nil {
			missed = fmt.Sprint(r.WindowFrom, r.WindowTo, r.Partly)
		}
		name := strings.TrimPrefix(r.Pipeline, pipelineOf(""))
		if name == "hop" && r.Kind == "late" && integer(t, object(t, r.Row)["user"])%3 != 0 {
			// A filter behind the window drops it anyhow. Where the optimizer lets the filter go first, it is not there to be late.
			totals := out.totals[name]
			totals.Late--
			out.totals[name] = totals
			continue
		}
		// Not the node: where two projections are made one, the second stands for both.
		out.rejects[name] = append(out.rejects[name], fmt.Sprint(r.Kind, " ", r.Code, " ", r.Path, " ", r.Partition, " ", r.Offset, " ", missed))
	}
	return out
}

// bag counts equal lines.
func bag(lines []string) map[string]int {
	out := map[string]int{}
	for _, l := range lines {
		out[l]++
	}
	return out
}

// killAtEpoch kills the program when a model has committed so many epochs, and tells whether it came to that before its end.
func (b *bench) killAtEpoch(p *rig.Process, model string, epoch int64) bool {
	b.t.Helper()
	meta := b.metadata(p, model)
	ended := false
	awaitEvery(b.t, time.Millisecond, "the epoch", func() bool {
		select {
		case <-p.Gone():
			ended = true
		default:
		}
		return ended || epochOf(b.head(meta, model)) >= epoch
	})
	p.Kill()
	return !ended
}
