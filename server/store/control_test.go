package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/pipelines/control"
	"millrace/pipelines/control/controltest"
)

// storeClock is a store's time as a test moves it.
type storeClock struct{ micros atomic.Int64 }

func (c *storeClock) Add(micros int64) { c.micros.Add(micros) }

func setClock(s *Store) *storeClock {
	c := &storeClock{}
	c.micros.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMicro())
	s.now = func() time.Time { return time.UnixMicro(c.micros.Load()) }
	return c
}

func TestFleet(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		first := true
		controltest.RunFleet(t, func(t *testing.T) (controltest.Fleet, controltest.Clock) {
			s := open()
			if !first {
				empty(t, s)
			}
			first = false
			return s, setClock(s)
		})
	})
}

// empty removes what the cases fill.
func empty(t *testing.T, s *Store) {
	t.Helper()
	for _, row := range []any{&DeploymentRow{}, &PipelineRow{}, &WorkerRow{}, &PipelineEventRow{}, &ControlCounterRow{}} {
		require.NoError(t, s.write.Where("1 = 1").Delete(row).Error)
	}
}

// An action and its audit line are one.
func TestChangesAreAudited(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		ctx := audit.With(t.Context(), audit.Actor{Subject: "user:ada", Name: "Ada", Request: "r1"})
		service := controltest.Serve(s)
		st, _, err := service.Deploy(ctx, control.Deploy{Name: "p", Team: "music", Plan: controltest.Plan("p", "plays"), Run: true})
		require.NoError(t, err)
		_, err = service.Stop(ctx, st.ID, control.Now, control.Ask{})
		require.NoError(t, err)
		_, err = service.Reset(ctx, st.ID, "wrong", control.Ask{})
		require.Error(t, err)
		var rows []AuditRow
		require.NoError(t, s.read.Order("id").Find(&rows).Error)
		require.Len(t, rows, 2)
		require.Equal(t, []string{"pipeline.deploy", "pipeline.stop"}, []string{rows[0].Action, rows[1].Action})
		require.Equal(t, "pipeline:"+st.ID, rows[1].Object)
		require.Equal(t, "r1", rows[1].Request)
		require.JSONEq(t, `{"how":"now"}`, string(rows[1].Detail))
	})
}

func TestLeavingAndBuriedProcesses(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s, ctx := open(), t.Context()
		setClock(s)
		for i, home := range []string{"here", "here", ""} {
			require.NoError(t, s.Join(ctx, control.WorkerInfo{ID: fmt.Sprint("w", i), Host: "h", PID: 10 + i, Home: home, Capacity: 1}))
		}
		require.NoError(t, s.AskToLeave(ctx, "here", ""))
		var leave []bool
		for i := range 3 {
			b, err := s.Beat(ctx, fmt.Sprint("w", i))
			require.NoError(t, err)
			leave = append(leave, b.Leave)
		}
		require.Equal(t, []bool{true, true, false}, leave)
		require.NoError(t, s.BuryProcess(ctx, "here", "h", 11))
		live, err := s.LiveWorkers(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"w0", "w2"}, []string{live[0].ID, live[1].ID})
	})
}

// BenchmarkList reads a page of 100 of a thousand deployed pipelines, and all of them.
func BenchmarkList(b *testing.B) {
	s, err := Open(b.Context(), Options{Path: filepath.Join(b.TempDir(), "meta.db")})
	require.NoError(b, err)
	b.Cleanup(func() { _ = s.Close() })
	fill(b, s, 1000)
	for _, limit := range []int{100, 1000} {
		b.Run(strconv.Itoa(limit), func(b *testing.B) {
			for b.Loop() {
				page, err := s.List(b.Context(), control.Query{Limit: limit})
				require.NoError(b, err)
				require.Len(b, page, limit)
			}
		})
	}
}

// fill deploys pipelines, most of them stopped, with figures of some size.
func fill(t testing.TB, s *Store, n int) {
	t.Helper()
	ctx := context.Background()
	service := controltest.Serve(s)
	require.NoError(t, s.Join(ctx, control.WorkerInfo{ID: "w", Host: "h", PID: 1, Capacity: n}))
	stats := []byte(`{"totals":{},"partitions":[`)
	for i := range 12 {
		if i > 0 {
			stats = append(stats, ',')
		}
		stats = fmt.Appendf(stats, `{"source":"model/events//scan","partition":"play_events/%d","position":"123456@0123456789abcdef0123456789abcdef","watermark":"2026-01-02T03:04:05Z","idle":false,"lag":0}`, i)
	}
	stats = append(stats, "]}"...)
	var reports []control.Report
	for i := range n {
		name := fmt.Sprintf("ads.music.model_%04d", i)
		st, _, err := service.Deploy(ctx, control.Deploy{Name: name, Team: "music", Plan: controltest.Plan(name, "plays"), Run: i%10 == 0})
		require.NoError(t, err)
		l := control.Lease{Pipeline: st.ID, Holder: "w"}
		if i%10 == 0 {
			l, err = s.Claim(ctx, "w", control.Wish{ID: st.ID, Desired: st.Desired})
			require.NoError(t, err)
		}
		reports = append(reports, control.Report{Lease: l, Observed: &control.Observed{State: control.Running, LeaseEpoch: l.Epoch, Generation: 1, Stats: stats}})
	}
	require.NoError(t, s.Observe(ctx, "w", reports))
}

// BenchmarkObserve is what a worker with 200 busy pipelines writes each second.
func BenchmarkObserve(b *testing.B) {
	s, err := Open(b.Context(), Options{Path: filepath.Join(b.TempDir(), "meta.db")})
	require.NoError(b, err)
	b.Cleanup(func() { _ = s.Close() })
	service := controltest.Serve(s)
	var reports []control.Report
	for i := range 200 {
		st, _, err := service.Deploy(b.Context(), control.Deploy{Name: fmt.Sprint("p", i), Team: "t", Plan: controltest.Plan("p", "plays")})
		require.NoError(b, err)
		reports = append(reports, control.Report{Lease: control.Lease{Pipeline: st.ID, Epoch: 1}, Observed: &control.Observed{State: control.Running}})
	}
	for b.Loop() {
		require.NoError(b, s.Observe(b.Context(), "w", reports))
	}
}
