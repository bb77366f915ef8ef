package control

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/pipelines/control"
)

// TestKilledServer: with Kafka and ClickHouse outside of it the server is killed, and the pipelines go on; the next server finds its workers,
// starts no more, and what it says is true. When it is stopped, its workers drain.
func TestKilledServer(t *testing.T) {
	s := newSite(t, numbersTable)
	s.kafka.CreateTopic("numbers", 3)
	server := s.serve()
	id := s.deploy("ads.t.copy", copyModel("ads.t.copy", "copy"), fast()).ID
	s.enters(id, control.Running)
	flow := s.flowing("numbers", 3, 2000)
	workers := s.pids()
	s.until("both workers have joined", patience, func() bool { workers = s.pids(); return len(workers) == 2 })

	for range often(2, 10) {
		server.Kill()
		before := s.rows("copy")
		s.until("rows go on coming", patience, func() bool { return s.rows("copy") > before+5000 })
		require.Equal(t, workers, s.pids(), "the workers are those of before")
		server = s.serve()
		before = s.rows("copy")
		s.until("rows go on coming", patience, func() bool { return s.rows("copy") > before+5000 })
		require.Equal(t, workers, s.pids(), "they were adopted")
		st := s.status(id)
		require.Equal(t, control.Running, st.State)
		require.EqualValues(t, 1, st.Worker.LeaseEpoch, "nobody took it from anybody")
	}

	// A worker that dies is replaced, and its pipelines move at once: whoever started it knows that it has ended. One that was adopted is
	// missed when its lease is over.
	dead := s.pid(id)
	require.NoError(t, syscall.Kill(dead, syscall.SIGKILL))
	s.until("there are two again", patience, func() bool {
		now := s.pids()
		return len(now) == 2 && !slices.Contains(now, dead)
	})
	s.enters(id, control.Running)
	s.exactly("copy", flow.end())

	require.NoError(t, server.Stop(t.Context()))
	require.Empty(t, s.pids(), "they have left")
	require.Equal(t, control.Blocked, s.status(id).State)
	require.Equal(t, control.WantRunning, s.status(id).Desired.Want)
}

// pids are the processes of the workers that live.
func (s *site) pids() []int {
	s.t.Helper()
	workers, err := s.store.LiveWorkers(s.t.Context())
	require.NoError(s.t, err)
	var out []int
	for _, w := range workers {
		out = append(out, w.PID)
	}
	slices.Sort(out)
	return out
}

// TestLife: a pipeline is deployed, stopped, started, scaled, changed, rolled back, and fails; no row is lost on the way, and none comes
// twice.
func TestLife(t *testing.T) {
	s := newSite(t, numbersTable)
	s.kafka.CreateTopic("numbers", 3)
	s.work()
	ctx := t.Context()
	id := s.deploy("ads.t.copy", copyModel("ads.t.copy", "copy"), fast()).ID
	flow := s.flowing("numbers", 3, 1000)
	s.enters(id, control.Running)
	grow := func() {
		t.Helper()
		before := s.rows("copy")
		s.until("rows come", patience, func() bool { return s.rows("copy") > before+500 })
	}
	grow()
	_, err := s.service.Stop(ctx, id, control.Drain, control.Ask{})
	require.NoError(t, err)
	s.enters(id, control.Stopped)
	_, err = s.service.Start(ctx, id, control.StartAt{}, control.Ask{})
	require.NoError(t, err)
	grow()
	_, err = s.service.Scale(ctx, id, 3, control.Ask{})
	require.NoError(t, err)
	s.until("the new version runs", patience, func() bool { st := s.status(id); return st.Observed.Version == 2 && st.State == control.Running })
	grow()
	_, err = s.service.Restart(ctx, id, control.Now, control.Ask{})
	require.NoError(t, err)
	grow()

	// A changed model keeps its place in the topic: the filter lets everything pass, but it is another plan.
	changed := strings.Replace(copyModel("ads.t.copy", "copy"), "edges: [numbers -> out]", "edges: [numbers -> all, all -> out]", 1)
	changed = strings.Replace(changed, "  - {id: out,", "  - {id: all, component: filter, params: {where: \"n >= 0\"}}\n  - {id: out,", 1)
	before := s.status(id)
	after := s.deploy("ads.t.copy", changed, fast())
	require.NotEqual(t, before.Fingerprint, after.Fingerprint)
	s.until("the changed one runs", patience, func() bool { st := s.status(id); return st.Observed.Version == 3 && st.State == control.Running })
	grow()
	_, impact, err := s.service.Rollback(ctx, id, 1, control.Ask{})
	require.NoError(t, err)
	require.Equal(t, control.Kept, impact.Sources[0].Fate)
	s.until("the first one runs again", patience, func() bool { st := s.status(id); return st.Observed.Version == 4 && st.State == control.Running })
	grow()
	s.exactly("copy", flow.end())

	// A row that cannot be read stops it where it may not be skipped; a person mends the setting.
	stop := fast()
	stop.OnError = "stop"
	s.deploy("ads.t.copy", copyModel("ads.t.copy", "copy"), stop)
	s.until("it runs", patience, func() bool { st := s.status(id); return st.Observed.Version == 5 && st.State == control.Running })
	n := s.rows("copy")
	s.kafka.Produce(&kgo.Record{Topic: "numbers", Value: []byte(`{"n":`)}, number("numbers", 1, n))
	s.enters(id, control.Failed)
	st := s.status(id)
	require.EqualValues(t, "pipeline.failed", st.Code)
	require.Contains(t, st.Reason, "row.truncated")
	require.Equal(t, control.WantRunning, st.Desired.Want)
	s.deploy("ads.t.copy", copyModel("ads.t.copy", "copy"), control.Settings{EpochMS: 200, OnError: "skip"})
	s.exactly("copy", n+1)
	require.EqualValues(t, 1, s.status(id).Checkpoint.Totals.Skipped)

	// From the beginning again, for which the name has to be given.
	_, err = s.service.Stop(ctx, id, control.Drain, control.Ask{})
	require.NoError(t, err)
	s.enters(id, control.Stopped)
	s.db.Text("TRUNCATE TABLE $db.copy")
	_, err = s.service.Start(ctx, id, control.StartAt{Start: control.Start{From: control.StartEarliest}, Confirm: "ads.t.copy"}, control.Ask{})
	require.NoError(t, err)
	s.exactly("copy", n+1)

	_, err = s.service.Stop(ctx, id, control.Drain, control.Ask{})
	require.NoError(t, err)
	s.enters(id, control.Stopped)
	logs, err := s.service.Logs(ctx, id, 0, 0)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(logs, func(l control.LogLine) bool { return strings.Contains(fmt.Sprint(l.Attrs), "row.truncated") }))
	require.NoError(t, s.service.Delete(ctx, id, "ads.t.copy", control.Ask{}))
}
