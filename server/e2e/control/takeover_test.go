package control

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/server/e2e/rig"
	"millrace/server/store"
)

// fast makes epochs short, so that there is much to interrupt.
func fast() control.Settings { return control.Settings{EpochMS: 200} }

// fleet is a site with pipelines to ClickHouse and to Kafka, two workers and a stream of numbers.
type fleet struct {
	*site
	ids     []string
	tables  []string
	workers []*rig.Process
	flow    *flow
}

func newFleet(t *testing.T, driver string, rate int) *fleet {
	t.Helper()
	f := &fleet{site: newSiteOn(t, driver, numbersTable)}
	f.kafka.CreateTopic("numbers", 3)
	f.kafka.CreateTopic("copied", 1)
	f.workers = []*rig.Process{f.work(), f.work()}
	for i := range 3 {
		f.tables = append(f.tables, fmt.Sprint("copy_", i))
		name := "ads.t." + f.tables[i]
		f.ids = append(f.ids, f.deploy(name, copyModel(name, f.tables[i]), fast()).ID)
	}
	f.ids = append(f.ids, f.deploy("ads.t.sent", toTopicModel("ads.t.sent", "copied"), fast()).ID)
	for _, id := range f.ids {
		f.enters(id, control.Running)
	}
	for _, w := range f.workers {
		f.joins(w)
	}
	f.flow = f.flowing("numbers", 3, rate)
	return f
}

// check ends the stream and counts every row.
func (f *fleet) check() {
	f.t.Helper()
	n := f.flow.end()
	for _, table := range f.tables {
		f.exactly(table, n)
	}
	f.until("the topic has all", patience, func() bool { return f.status(f.ids[3]).Observed.State == control.Running && f.out(f.ids[3]) == n })
	seen := map[int64]bool{}
	for _, r := range f.kafka.ReadCommitted("copied") {
		var row struct{ N int64 }
		require.NoError(f.t, json.Unmarshal(r.Value, &row))
		require.False(f.t, seen[row.N], "%d was sent twice", row.N)
		seen[row.N] = true
	}
	require.Len(f.t, seen, int(n))
}

// out is how many rows a pipeline has committed.
func (f *fleet) out(id string) int64 {
	f.t.Helper()
	if c := f.status(id).Checkpoint; c != nil {
		return c.Totals.RowsOut
	}
	return 0
}

// holder is the worker process that has the first pipeline.
func (f *fleet) holder() int {
	f.t.Helper()
	pid := f.pid(f.ids[0])
	return slices.IndexFunc(f.workers, func(p *rig.Process) bool { return p.PID() == pid })
}

// away waits until no pipeline is left with the worker of a process id, and all run.
func (f *fleet) away(pid int) time.Duration {
	f.t.Helper()
	return f.until("the other worker runs everything", patience, func() bool {
		workers, err := f.store.LiveWorkers(f.t.Context())
		require.NoError(f.t, err)
		mine := map[string]bool{}
		for _, w := range workers {
			mine[w.ID] = w.PID == pid
		}
		return !slices.ContainsFunc(f.ids, func(id string) bool {
			st := f.status(id)
			return st.State != control.Running || st.Worker == nil || mine[st.Worker.ID]
		})
	})
}

// TestKilledWorker: kill -9 one of two workers, and the other has its pipelines within ten seconds; no row is lost and none comes twice.
func TestKilledWorker(t *testing.T) { onBoth(t, killedWorker) }

func killedWorker(t *testing.T, driver string) {
	f := newFleet(t, driver, 2000)
	for range often(3, 20) {
		at := f.holder()
		pause(f, time.Duration(rand.Int64N(int64(time.Second))))
		f.workers[at].Kill()
		took := f.away(f.workers[at].PID())
		t.Logf("taken over in %s", took.Round(10*time.Millisecond))
		require.Less(t, took, 10*time.Second)
		f.workers[at] = f.work()
	}
	f.check()
}

// TestFrozenWorker: a worker that is frozen past its lease, and wakes when its pipelines have long been another's, commits nothing and
// applies nothing. One that was frozen while it held SQLite's lock is ended by the other, which could not write otherwise.
func TestFrozenWorker(t *testing.T) { onBoth(t, frozenWorker) }

func frozenWorker(t *testing.T, driver string) {
	f := newFleet(t, driver, 2000)
	woken, ended := 0, 0
	for wanted := often(3, 20); woken < wanted && ended < 4*wanted; {
		at := f.holder()
		frozen := f.workers[at]
		pause(f, time.Duration(rand.Int64N(int64(time.Second))))
		require.NoError(t, syscall.Kill(frozen.PID(), syscall.SIGSTOP))
		f.away(frozen.PID())
		before := f.out(f.ids[0])
		f.until("the other goes on", patience, func() bool { return f.out(f.ids[0]) > before+1000 })
		select {
		case <-frozen.Gone():
			ended++
			f.workers[at] = f.work()
			// One that is still opening the metadata cannot end another that is frozen while it holds it.
			f.joins(f.workers[at])
			continue
		default:
		}
		epochs := f.epochs()
		require.NoError(t, syscall.Kill(frozen.PID(), syscall.SIGCONT))
		f.joins(frozen)
		require.Equal(t, epochs, f.epochs(), "the leases are where they were")
		woken++
	}
	t.Logf("%d woke, %d were ended because they held the database", woken, ended)
	require.NotZero(t, woken)
	f.check()
}

// joins waits until a worker is among those that live.
func (f *fleet) joins(p *rig.Process) {
	f.t.Helper()
	f.until("it joins", patience, func() bool {
		workers, err := f.store.LiveWorkers(f.t.Context())
		require.NoError(f.t, err)
		return slices.ContainsFunc(workers, func(w control.WorkerInfo) bool { return w.PID == p.PID() })
	})
}

// epochs are the lease epochs of the pipelines.
func (f *fleet) epochs() map[string]int64 {
	f.t.Helper()
	out := map[string]int64{}
	for _, id := range f.ids {
		out[id] = f.status(id).Worker.LeaseEpoch
	}
	return out
}

// story is a pipeline's timeline.
func (f *fleet) story(id string) string {
	f.t.Helper()
	events, err := f.service.Timeline(f.t.Context(), id, 0, 0)
	require.NoError(f.t, err)
	var out string
	for _, e := range slices.Backward(events) {
		out += fmt.Sprintf("%s %s %s %s %s\n", e.At.Format("15:04:05.000"), e.Kind, e.State, e.Cause.Kind, e.Params["worker"])
	}
	return out
}

// pause lets the pipelines run for a while.
func pause(f *fleet, d time.Duration) {
	f.t.Helper()
	select {
	case <-time.After(d):
	case <-f.t.Context().Done():
	}
}

// TestLeavingWorker: a worker that is told to end drains, and the other goes on at once.
func TestLeavingWorker(t *testing.T) {
	f := newFleet(t, store.SQLite, 2000)
	leaving := f.workers[f.holder()]
	require.NoError(t, syscall.Kill(leaving.PID(), syscall.SIGTERM))
	require.NoError(t, leaving.Wait(patience))
	took := f.away(leaving.PID())
	t.Logf("taken over in %s after it had ended", took.Round(10*time.Millisecond))
	if took > 3*time.Second {
		t.Log(f.story(f.ids[0]))
	}
	require.Less(t, took, 10*time.Second)
	f.check()
}
