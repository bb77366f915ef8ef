package site

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/httpapi"
	"millrace/server/live"
)

// world is feeds over statuses that a test says.
type world struct {
	*feeds
	t testing.TB
	// versions are by number.
	versions map[int64]*control.Version
	dead     bool
	seq      int64
}

func newWorld(t testing.TB) *world {
	w := &world{feeds: newFeeds(slog.New(slog.DiscardHandler)), t: t, versions: map[int64]*control.Version{}}
	w.version = func(_ context.Context, pipeline string, number int64) (*control.Version, error) {
		v := w.versions[number]
		if v == nil {
			return nil, fmt.Errorf("there is no version %d", number)
		}
		return v, nil
	}
	w.status = func(_ context.Context, id string) (*control.Status, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		s := w.known[id].status
		return &s, nil
	}
	w.living = func() (map[string]bool, time.Time) { return map[string]bool{"w1": !w.dead}, time.Now() }
	w.versions[1] = versionOne(t)
	return w
}

// versionOne is a plan of four operators: play_log, keep, wide and out.
func versionOne(t testing.TB) *control.Version {
	s := &schema.Schema{Fields: []schema.Field{{Name: "k", Type: schema.Of(schema.Int64)}}}
	node := func(id string, op plan.Op, in ...*plan.Node) *plan.Node {
		return &plan.Node{ID: "ads.m/" + id, Op: op, Inputs: in, Schema: s}
	}
	scan := node("play_log/./scan", &plan.Scan{Component: "kafka", Version: 1, Params: json.RawMessage(`{}`), Table: "ods.plays", Source: s})
	keep := node("keep/./union", &plan.Union{}, scan)
	wide := node("wide/sub/union", &plan.Union{}, keep, scan)
	out := node("out/./sink", &plan.Sink{Component: "clickhouse", Version: 1, Params: json.RawMessage(`{}`), Table: "ads.wide"}, wide)
	text, err := plan.Marshal(&plan.Plan{Model: "ads.m", TimeZone: "UTC", Sinks: []*plan.Node{out}})
	require.NoError(t, err)
	return &control.Version{Pipeline: "p1", Number: 1, Plan: text, CreatedBy: control.Actor{Name: "ann"}, Text: "format: 1\nkind: view\nname: ads.m.x\nnodes:\n" +
		"  - {id: play_log, component: table, params: {table: ods.m.plays}}\n  - {id: keep, component: filter, description: those that count}\nedges:\n  - play_log -> keep\n"}
}

// ops are the operators of versionOne with their shares, in hundredths: busy and blocked of each.
func ops(shares ...[2]int) []engine.OperatorStats {
	var out []engine.OperatorStats
	for i, id := range []string{"ads.m/play_log/./scan", "ads.m/keep/./union", "ads.m/wide/sub/union", "ads.m/out/./sink"} {
		o := engine.OperatorStats{Operator: id, Node: strings.Split(id, "/")[1]}
		if i < len(shares) {
			o.Busy, o.Blocked = float64(shares[i][0])/100, float64(shares[i][1])/100
		}
		out = append(out, o)
	}
	return out
}

// says has the worker say how a pipeline is.
func (w *world) says(id string, state control.State, st engine.Stats) {
	w.t.Helper()
	text, err := json.Marshal(st)
	require.NoError(w.t, err)
	w.seq++
	s := control.Status{Pipeline: control.Pipeline{ID: id, Name: "ads.m." + id, Team: "t" + id[1:], Version: 1}, State: state, Since: time.Now(),
		Observed: control.Observed{Stats: text}, Worker: &control.Holder{ID: "w1"}}
	w.take(w.t.Context(), &control.News{Seq: w.seq, Statuses: []control.Status{s}})
}

func itemsOf(t *testing.T, s *live.State) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for key, text := range s.Since(0, false, nil).Set {
		var v map[string]any
		require.NoError(t, json.Unmarshal(text, &v))
		out[key] = v
	}
	return out
}

func TestHealth(t *testing.T) {
	busy, fine := engine.Stats{Busy: 0.97, Operators: ops([2]int{97, 0})}, engine.Stats{Lag: 3, Operators: ops([2]int{20, 10})}
	pressed := engine.Stats{Operators: ops([2]int{20, 60}, [2]int{5, 70}, [2]int{40, 0}, [2]int{10, 0})}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		for at, step := range []struct {
			state control.State
			stats engine.Stats
			dead  bool
			want  httpapi.Health
		}{
			{state: control.Starting, want: httpapi.HealthStarting},
			{state: control.Running, stats: fine, want: httpapi.HealthRunning},
			{state: control.Running, stats: busy, want: httpapi.HealthRunning}, // one beat is no news
			{state: control.Running, stats: fine, want: httpapi.HealthRunning},
			{state: control.Running, stats: busy, want: httpapi.HealthRunning},
			{state: control.Running, stats: busy, want: httpapi.HealthBusy},
			{state: control.Running, stats: pressed, want: httpapi.HealthBusy},
			{state: control.Running, stats: pressed, want: httpapi.HealthBackpressured},
			{state: control.Running, stats: fine, want: httpapi.HealthBackpressured},
			{state: control.Running, stats: busy, want: httpapi.HealthBackpressured}, // the last two do not agree
			{state: control.Running, stats: engine.Stats{}, want: httpapi.HealthBackpressured},
			{state: control.Running, stats: engine.Stats{}, want: httpapi.HealthIdle},
			{state: control.Running, stats: engine.Stats{}, dead: true, want: httpapi.HealthIdle},
			{state: control.Running, stats: engine.Stats{}, dead: true, want: httpapi.HealthUnconfirmed},
			{state: control.Failed, dead: true, want: httpapi.HealthFailed},
			{state: control.Waiting, want: httpapi.HealthFailed},
			{state: control.Recovering, want: httpapi.HealthStarting},
			{state: control.CrashLooping, want: httpapi.HealthFailed},
			{state: control.Blocked, want: httpapi.HealthFailed},
			{state: control.Draining, want: httpapi.HealthStopped},
			{state: control.Stopped, want: httpapi.HealthStopped},
			{state: control.Ended, want: httpapi.HealthStopped},
		} {
			w.dead = step.dead
			if step.stats.Operators == nil && step.state == control.Running {
				step.stats.Operators = ops()
			}
			w.says("p1", step.state, step.stats)
			w.beat(time.Now())
			line := itemsOf(t, w.list)["p1"]
			require.EqualValues(t, step.want, line["health"], "step %d", at)
			require.Equal(t, step.want == httpapi.HealthBackpressured && at > 6, w.known["p1"].vitals.health == httpapi.HealthBackpressured)
			<-time.After(time.Second)
		}
		require.Equal(t, start.Add(19*time.Second), w.known["p1"].vitals.since, "it is stopped since it was told to, however it ended")
	})
}

// TestRecoveryThatLasts becomes a failure, whose time is that of the beat that says so.
func TestRecoveryThatLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for second := range 13 {
			w.says("p1", control.Recovering, engine.Stats{})
			w.beat(time.Now())
			want := httpapi.HealthStarting
			if second >= 10 {
				want = httpapi.HealthFailed
			}
			require.Equal(t, want, w.known["p1"].vitals.health, "after %d s", second)
			<-time.After(time.Second)
		}
	})
}

func TestBottleneck(t *testing.T) {
	v := versionOne(t)
	about, err := aboutOf(v)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		ops  []engine.OperatorStats
		want string
	}{
		{"nothing is held up", ops([2]int{10, 50}, [2]int{10, 10}, [2]int{95, 0}), ""},
		{"the first that is busy", ops([2]int{20, 58}, [2]int{20, 57}, [2]int{96, 0}, [2]int{99, 0}), "wide"},
		{"the one right behind the source", ops([2]int{20, 58}, [2]int{80, 0}, [2]int{96, 0}, [2]int{31, 0}), "keep"},
		{"the target", ops([2]int{0, 100}, [2]int{0, 100}, [2]int{0, 100}, [2]int{100, 0}), "out"},
		{"they share a lane, and none is busy by itself", ops([2]int{20, 80}, [2]int{10, 70}, [2]int{30, 40}, [2]int{40, 0}), "out"},
		{"what is held up is not it", ops([2]int{10, 90}, [2]int{45, 55}, [2]int{30, 0}, [2]int{5, 0}), "wide"},
		{"nobody knows what for", ops([2]int{1, 90}, [2]int{2, 0}, [2]int{3, 0}, [2]int{4, 0}), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := bottleneck(c.ops, about.sources, about.inputs)
			if c.want == "" {
				require.Nil(t, got)
				return
			}
			require.NotNil(t, got)
			require.Equal(t, c.want, got.Node)
			require.Equal(t, "ads.m/play_log/./scan", got.Source)
			require.Contains(t, got.Why, "play_log waits")
		})
	}
}

// TestDetail looks at a pipeline: it comes by its id, with rates and the bottleneck, and each epoch once.
func TestDetail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		pressed := engine.Stats{Lag: 9, Operators: ops([2]int{20, 60}, [2]int{5, 70}, [2]int{40, 0}, [2]int{10, 0})}
		feed, done := w.watch("p1")
		for n := range int64(70) {
			pressed.Totals.RowsIn, pressed.Totals.RowsOut, pressed.Operators[1].RowsOut = 100*n, 50*n, 70*n
			pressed.Epoch = n + 1
			pressed.Epochs = append(pressed.Epochs, engine.EpochStats{Number: n + 1, At: time.Now(), DurationMS: 7 + n})
			pressed.Epochs = pressed.Epochs[max(0, len(pressed.Epochs)-5):]
			w.says("p1", control.Running, pressed)
			w.beat(time.Now())
			<-time.After(time.Second)
		}
		items := itemsOf(t, feed)
		detail := items["p1"]
		require.NotNil(t, detail)
		require.EqualValues(t, 100, detail["rows_per_second"])
		require.EqualValues(t, 50, detail["rows_out_per_second"])
		require.Equal(t, "backpressured", detail["health"])
		require.Equal(t, "wide", detail["bottleneck"].(map[string]any)["node"])
		keep := detail["operators"].([]any)[1].(map[string]any)
		require.EqualValues(t, 70, keep["rows_out_per_second"])
		require.EqualValues(t, 0.7, keep["blocked"])
		require.NotContains(t, detail["stats"], "epochs")
		require.Equal(t, []any{"ads.wide"}, detail["outputs"])
		var numbers []int
		for key, e := range items {
			if strings.HasPrefix(key, "epoch/") {
				numbers = append(numbers, int(e["number"].(float64)))
			}
		}
		slices.Sort(numbers)
		require.Len(t, numbers, 60)
		require.Equal(t, []int{11, 70}, []int{numbers[0], numbers[59]})
		require.EqualValues(t, 76, itemsOf(t, w.list)["p1"]["epoch_ms"])

		seq := feed.Since(0, false, nil).Seq
		w.says("p1", control.Running, pressed)
		w.beat(time.Now())
		for key := range feed.Since(seq, true, nil).Set {
			require.Equal(t, "p1", key, "no epoch is told of twice")
		}
		done()
		require.Empty(t, w.details)
	})
}

func TestSeries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		stats := engine.Stats{Lag: 4, HasWatermark: true, Operators: ops([2]int{30, 0})}
		read := func(seconds, perSecond int64) {
			for range seconds {
				stats.Totals.RowsIn += perSecond
				stats.Totals.RowsOut += perSecond / 2
				stats.Watermark = time.Now().Add(-2 * time.Second)
				w.says("p1", control.Running, stats)
				w.beat(time.Now())
				<-time.After(time.Second)
			}
		}
		require.Empty(t, w.Series("p1").RowsIn)
		require.Empty(t, w.Rates([]string{"p1", "p2"}, func(string) bool { return true }))
		read(60, 100)
		read(60, 10)
		got := w.Series("p1")
		require.Equal(t, 5, got.EverySeconds)
		n := len(got.RowsIn)
		require.InDelta(t, 24, n, 1)
		for _, l := range []int{len(got.RowsOut), len(got.Lag), len(got.DelayMS), len(got.Busy["ads.m/play_log/./scan"])} {
			require.Equal(t, n, l)
		}
		require.Equal(t, []float64{100, 10}, []float64{got.RowsIn[5], got.RowsIn[n-1]})
		require.Equal(t, []float64{50, 5}, []float64{got.RowsOut[5], got.RowsOut[n-1]})
		require.Equal(t, []float64{4, 2000, 0.3}, []float64{*got.Lag[5], *got.DelayMS[5], *got.Busy["ads.m/play_log/./scan"][5]})

		for range 60 {
			w.says("p1", control.Stopped, engine.Stats{Lag: -1})
			w.beat(time.Now())
			<-time.After(time.Second)
		}
		got = w.Series("p1")
		require.Zero(t, got.RowsIn[len(got.RowsIn)-1])
		require.Nil(t, got.Lag[len(got.Lag)-1])
		require.Nil(t, got.Busy["ads.m/play_log/./scan"][len(got.Lag)-1])

		rates := w.Rates([]string{"nobody's", "p1"}, func(team string) bool { return team == "t1" })
		require.Len(t, rates, 1)
		require.Equal(t, 30, rates[0].EverySeconds)
		require.Zero(t, rates[0].At.Unix()%30)
		require.InDelta(t, 6, len(rates[0].Points), 1)
		require.InDelta(t, 100, rates[0].Points[1], 4, "the beat that ends a point may have the first rows of the next")
		require.Empty(t, w.Rates([]string{"p1"}, func(string) bool { return false }))

		read(1900, 8)
		require.Len(t, w.Series("p1").RowsIn, 360)
		require.Len(t, w.Rates([]string{"p1"}, func(string) bool { return true })[0].Points, 60)
	})
}

func TestGraph(t *testing.T) {
	w := newWorld(t)
	w.says("p1", control.Running, engine.Stats{})
	for range 2 { // the second time it is remembered
		g, err := w.Graph(t.Context(), "p1", 0)
		require.NoError(t, err)
		text, err := json.MarshalIndent(g, "", " ")
		require.NoError(t, err)
		require.JSONEq(t, `{"version": 1, "nodes": [
			{"operator": "ads.m/play_log/./scan", "node": "play_log", "op": "scan", "component": "kafka", "table": "ods.plays"},
			{"operator": "ads.m/keep/./union", "node": "keep", "op": "union", "component": "filter", "description": "those that count"},
			{"operator": "ads.m/wide/sub/union", "node": "wide", "inline": "sub", "op": "union"},
			{"operator": "ads.m/out/./sink", "node": "out", "op": "sink", "component": "clickhouse", "table": "ads.wide"}],
			"edges": [{"from": "ads.m/play_log/./scan", "to": "ads.m/keep/./union", "port": 0},
			{"from": "ads.m/keep/./union", "to": "ads.m/wide/sub/union", "port": 0}, {"from": "ads.m/play_log/./scan", "to": "ads.m/wide/sub/union", "port": 1},
			{"from": "ads.m/wide/sub/union", "to": "ads.m/out/./sink", "port": 0}]}`, string(text))
	}
	_, err := w.Graph(t.Context(), "p1", 2)
	require.Error(t, err)
}

// TestTurns: a state that has changed is told when it is heard of; numbers are, with the next beat.
func TestTurns(t *testing.T) {
	w := newWorld(t)
	w.says("p1", control.Running, engine.Stats{Epoch: 1})
	w.beat(time.Now())
	shown := func() (state any, epoch any) {
		line := itemsOf(t, w.list)["p1"]
		return line["state"], line["epoch"]
	}
	w.says("p1", control.Running, engine.Stats{Epoch: 2})
	_, epoch := shown()
	require.EqualValues(t, 1, epoch)
	w.says("p1", control.Stopped, engine.Stats{Epoch: 3})
	state, epoch := shown()
	require.EqualValues(t, control.Stopped, state)
	require.EqualValues(t, 3, epoch)
}

func TestSummary(t *testing.T) {
	w := newWorld(t)
	for i := range 10 {
		state := control.Running
		if i%2 == 1 {
			state = control.Stopped
		}
		w.says(fmt.Sprintf("p%d", i), state, engine.Stats{})
	}
	w.beat(time.Now())
	got := w.Summary(func(team string) bool { return team != "t0" })
	require.Equal(t, httpapi.PipelineSummary{Total: 9, Health: httpapi.HealthCounts{Idle: 4, Stopped: 5}}, got)
}

// BenchmarkFeeds is a second of 1,000 pipelines: nothing new of them, or all with new numbers; and one count of them all.
func BenchmarkFeeds(b *testing.B) {
	fill := func(b *testing.B) *world {
		w := newWorld(b)
		st := engine.Stats{Operators: ops([2]int{20, 10})}
		text, err := json.Marshal(st)
		require.NoError(b, err)
		for i := range 1000 {
			id := fmt.Sprintf("p%d", i)
			w.heard(&control.Status{Pipeline: control.Pipeline{ID: id, Name: id, Team: "t", Version: 1}, State: control.Running, Worker: &control.Holder{ID: "w1"},
				Observed: control.Observed{Stats: text}})
		}
		w.beat(time.Now())
		return w
	}
	b.Run("idle", func(b *testing.B) {
		w, now := fill(b), time.Now()
		for b.Loop() {
			now = now.Add(time.Second)
			w.beat(now)
		}
	})
	b.Run("moving", func(b *testing.B) {
		w, now := fill(b), time.Now()
		for b.Loop() {
			now = now.Add(time.Second)
			for _, p := range w.known {
				p.stats.Totals.RowsIn += 1000
				p.fresh = true
			}
			w.beat(now)
		}
	})
	b.Run("summary", func(b *testing.B) {
		w := fill(b)
		for b.Loop() {
			w.Summary(func(string) bool { return true })
		}
	})
}
