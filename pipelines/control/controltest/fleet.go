package controltest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/control"
)

// Fleet is what workers and the service share.
type Fleet interface {
	Store
	control.Workers
	control.Work
	control.Deployments
	control.Changes
	control.History
}

// Clock moves the store's time of a test on, in microseconds.
type Clock interface{ Add(micros int64) }

// Plan returns a plan from a topic to a table through a filter, for tests that run nothing. Other topics make other sources.
func Plan(name, topic string) *plan.Plan {
	s := &schema.Schema{Fields: []schema.Field{{Name: "id", Type: schema.Type{Kind: schema.Int64}}}}
	scan := &plan.Node{ID: name + "/in//scan", Schema: s, Op: &plan.Scan{Component: "kafka", Version: 1, Params: fmt.Appendf(nil, `{"topic":%q}`, topic),
		Source: s, Checked: []string{"id"}}}
	sink := &plan.Node{ID: name + "/out//sink", Inputs: []*plan.Node{scan}, Schema: s, Op: &plan.Sink{Component: "clickhouse", Version: 1, Params: []byte(`{}`)}}
	return &plan.Plan{Model: name, TimeZone: "UTC", Sinks: []*plan.Node{sink}}
}

// Serve returns a service over a fleet.
func Serve(f Fleet) *control.Service {
	return control.NewService(control.ServiceOptions{Deployments: f, Changes: f, History: f,
		Actor: func(context.Context) control.Actor { return control.Actor{Subject: "user:ada", Name: "Ada"} }})
}

// RunFleet runs the cases of what workers and the service share. newFleet makes an empty one whose clock the test moves.
func RunFleet(t *testing.T, newFleet func(t *testing.T) (Fleet, Clock)) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*testing.T, Fleet, Clock)
	}{
		{"deploy and read", deployAndRead},
		{"names and revisions", namesAndRevisions},
		{"claims", claims},
		{"the dead lose their leases", deadLose},
		{"a worker that parts", parting},
		{"what is observed", whatIsObserved},
		{"reports of the past are left out", reportsOfThePast},
		{"halted", halted},
		{"reset and delete", resetAndDelete},
		{"rollback and scale", rollbackAndScale},
		{"logs are bounded", logsBounded},
		{"pages", pages},
		{"news", news},
		{"one of many claims", oneOfManyClaims},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, clock := newFleet(t)
			c.run(t, f, clock)
		})
	}
}

func deploy(t *testing.T, f Fleet, name string, run bool) *control.Status {
	t.Helper()
	st, _, err := Serve(f).Deploy(t.Context(), control.Deploy{Name: name, Team: "music", Plan: Plan(name, "plays"), Text: "text of " + name, Run: run,
		Settings: control.Settings{Parallelism: 2}})
	require.NoError(t, err)
	return st
}

func join(t *testing.T, f Fleet, id string) {
	t.Helper()
	require.NoError(t, f.Join(t.Context(), control.WorkerInfo{ID: id, Host: "host of " + id, PID: 1, Capacity: 10}))
}

func board(t *testing.T, f Fleet, worker string) *control.Board {
	t.Helper()
	b, err := f.Board(t.Context(), worker, -1)
	require.NoError(t, err)
	require.NotNil(t, b)
	return b
}

// claimOnly claims the one open pipeline.
func claimOnly(t *testing.T, f Fleet, worker string) (control.Wish, control.Lease) {
	t.Helper()
	b := board(t, f, worker)
	require.Len(t, b.Open, 1)
	l, err := f.Claim(t.Context(), worker, b.Open[0])
	require.NoError(t, err)
	require.Equal(t, control.Lease{Pipeline: b.Open[0].ID, Holder: worker, Epoch: b.Open[0].LeaseEpoch + 1}, l)
	return b.Open[0], l
}

func status(t *testing.T, f Fleet, id string) *control.Status {
	t.Helper()
	st, err := f.Status(t.Context(), id)
	require.NoError(t, err)
	return st
}

func running(w control.Wish, l control.Lease) *control.Observed {
	return &control.Observed{Pipeline: w.ID, State: control.Running, Generation: w.Desired.Generation, Version: w.Version, Worker: l.Holder, LeaseEpoch: l.Epoch}
}

func deployAndRead(t *testing.T, f Fleet, _ Clock) {
	st := deploy(t, f, "云音乐.播放", true)
	require.Equal(t, "云音乐.播放", st.Name)
	require.Equal(t, control.Blocked, st.State, "nobody is there to run it")
	require.Equal(t, control.CodeNoWorker, st.Code)
	require.Equal(t, control.WantRunning, st.Desired.Want)
	require.Equal(t, control.Cause{Kind: control.ByPerson, Actor: control.Actor{Subject: "user:ada", Name: "Ada"}}, st.Desired.Cause)
	require.EqualValues(t, 1, st.Desired.Generation)
	require.False(t, st.Desired.At.IsZero())
	require.Equal(t, plan.Fingerprint(Plan("云音乐.播放", "plays")), st.Fingerprint)

	byName, err := f.ByName(t.Context(), "云音乐.播放")
	require.NoError(t, err)
	require.Equal(t, st, byName)
	v, err := f.Version(t.Context(), st.ID, 1)
	require.NoError(t, err)
	require.Equal(t, "text of 云音乐.播放", v.Text)
	require.Equal(t, 2, v.Settings.Parallelism)
	p, err := plan.Unmarshal(v.Plan)
	require.NoError(t, err)
	require.Equal(t, st.Fingerprint, plan.Fingerprint(p))

	join(t, f, "w")
	require.Equal(t, control.Starting, status(t, f, st.ID).State, "it waits for a worker")
	for _, missing := range []func() error{
		func() error { _, err := f.Status(t.Context(), "x"); return err },
		func() error { _, err := f.ByName(t.Context(), "x"); return err },
		func() error { _, err := f.Version(t.Context(), st.ID, 2); return err },
	} {
		require.ErrorIs(t, missing(), diag.ErrNotFound)
	}
	events, err := f.Events(t.Context(), st.ID, 0, 0)
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, control.EventDeployed, events[0].Kind)
	require.Equal(t, "1", events[0].Params["version"])
}

func namesAndRevisions(t *testing.T, f Fleet, _ Clock) {
	s := Serve(f)
	first := deploy(t, f, "p", false)
	require.Equal(t, control.Stopped, first.State)
	_, _, err := s.Deploy(t.Context(), control.Deploy{Name: "p", Team: "other", Plan: Plan("p", "plays")})
	require.ErrorIs(t, err, diag.ErrConflict)
	second, impact, err := s.Deploy(t.Context(), control.Deploy{Name: "p", Team: "music", Plan: Plan("p", "skips"), Revision: first.Revision})
	require.NoError(t, err)
	require.Equal(t, first.ID, second.ID)
	require.EqualValues(t, 2, second.Version)
	require.Equal(t, control.WantStopped, second.Desired.Want, "a deployment does not start what is stopped")
	require.Equal(t, []control.Part{
		{Operator: "p/in//scan", Kind: "scan", Fate: control.Dropped, Why: "it reads something else, or in another way"},
		{Operator: "p/in//scan", Kind: "scan", Fate: control.Added, Why: "it is read from where the settings say"},
	}, impact.Sources)
	_, _, err = s.Deploy(t.Context(), control.Deploy{Name: "p", Team: "music", Plan: Plan("p", "plays"), Revision: first.Revision})
	require.ErrorIs(t, err, diag.ErrStale)
	require.ErrorIs(t, f.Change(t.Context(), &control.Change{Pipeline: first.Pipeline, Action: "pipeline.stop"}), diag.ErrStale)

	// An action does not mind who was faster.
	errs := together(4, func(int) error { _, err := s.Restart(t.Context(), first.ID, control.Drain, control.Ask{}); return err })
	require.Equal(t, make([]error, 4), errs)
	require.EqualValues(t, 4, status(t, f, first.ID).Desired.Restarts)
}

func claims(t *testing.T, f Fleet, _ Clock) {
	st := deploy(t, f, "p", true)
	stopped := deploy(t, f, "q", false)
	join(t, f, "a")
	join(t, f, "b")
	seen := board(t, f, "b").Open
	require.Len(t, seen, 1)
	w, l := claimOnly(t, f, "a")
	require.Equal(t, st.ID, w.ID)
	_, err := f.Claim(t.Context(), "b", seen[0])
	require.ErrorIs(t, err, control.ErrTaken)
	_, err = f.Claim(t.Context(), "nobody", seen[0])
	require.ErrorIs(t, err, control.ErrBuried)
	_, err = f.Acquire(t.Context(), st.ID, "by hand")
	require.ErrorIs(t, err, control.ErrHeld)
	require.ErrorContains(t, err, "host of a")

	b := board(t, f, "a")
	require.Len(t, b.Mine, 1)
	require.Equal(t, l.Epoch, b.Mine[0].LeaseEpoch)
	require.Empty(t, b.Open)
	require.Equal(t, []int{1, 0}, []int{b.Workers[0].Pipelines, b.Workers[1].Pipelines})
	none, err := f.Board(t.Context(), "a", b.Seq)
	require.NoError(t, err)
	require.Nil(t, none, "nothing has changed")
	require.Equal(t, "a", status(t, f, st.ID).Worker.ID)
	require.Equal(t, control.Starting, status(t, f, st.ID).State)

	// What is wanted is seen by whoever has it, and what is stopped is nobody's.
	_, err = Serve(f).Stop(t.Context(), st.ID, control.Now, control.Ask{Kind: control.ByRevocation, Reason: "the grant ended"})
	require.NoError(t, err)
	b, err = f.Board(t.Context(), "a", b.Seq)
	require.NoError(t, err)
	require.Equal(t, control.Now, b.Mine[0].Desired.How)
	require.Equal(t, control.ByRevocation, b.Mine[0].Desired.Cause.Kind)
	require.Equal(t, control.Draining, status(t, f, st.ID).State)
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Release: true}}))
	require.Equal(t, control.Stopped, status(t, f, st.ID).State)
	b = board(t, f, "b")
	require.Empty(t, b.Open)
	require.Empty(t, b.Mine)

	_, err = Serve(f).Start(t.Context(), st.ID, control.StartAt{}, control.Ask{})
	require.NoError(t, err)
	_, again := claimOnly(t, f, "b")
	require.Equal(t, l.Epoch+1, again.Epoch)
	require.Equal(t, control.Stopped, status(t, f, stopped.ID).State)
}

func deadLose(t *testing.T, f Fleet, clock Clock) {
	st := deploy(t, f, "p", true)
	join(t, f, "a")
	w, l := claimOnly(t, f, "a")
	m := Next(w.ID, nil)
	require.NoError(t, f.Commit(t.Context(), l, m))
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Observed: running(w, l)}}))
	require.Equal(t, control.Running, status(t, f, st.ID).State)

	clock.Add(control.LeaseTime.Microseconds() / 2)
	_, err := f.Beat(t.Context(), "a")
	require.NoError(t, err)
	require.Greater(t, status(t, f, st.ID).ConfirmedAt, st.CreatedAt)
	join(t, f, "b")
	clock.Add(control.LeaseTime.Microseconds() - 1)
	_, err = f.Beat(t.Context(), "b")
	require.NoError(t, err)
	dead, err := f.Bury(t.Context())
	require.NoError(t, err)
	require.Empty(t, dead, "its lease is not over")
	clock.Add(1)
	seen := board(t, f, "b")
	require.Equal(t, 1, seen.Expired)
	require.Empty(t, seen.Open, "it was not buried yet")
	require.Equal(t, control.Starting, status(t, f, st.ID).State, "but nobody vouches for it")
	require.Nil(t, status(t, f, st.ID).Worker)
	after, err := f.Board(t.Context(), "b", seen.Seq)
	require.NoError(t, err)
	require.NotNil(t, after, "it is told as long as somebody can be buried")

	dead, err = f.Bury(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, dead)
	_, err = f.Beat(t.Context(), "a")
	require.ErrorIs(t, err, control.ErrBuried, "there is no way back")
	taken, young := claimOnly(t, f, "b")
	require.Equal(t, "a", taken.Holder)

	// The old one commits and reports nothing any more.
	require.ErrorIs(t, f.Commit(t.Context(), l, Next(w.ID, m)), control.ErrFenced)
	require.NoError(t, f.Observe(t.Context(), "b", []control.Report{{Lease: young, Observed: running(taken, young)}}))
	require.NoError(t, f.Commit(t.Context(), young, Next(w.ID, m)))
	now := status(t, f, st.ID)
	require.Equal(t, "b", now.Observed.Worker)
	require.EqualValues(t, 2, now.Checkpoint.Epoch)
}

func parting(t *testing.T, f Fleet, _ Clock) {
	deploy(t, f, "p", true)
	join(t, f, "a")
	join(t, f, "b")
	claimOnly(t, f, "a")
	require.Empty(t, board(t, f, "b").Open)
	require.NoError(t, f.Part(t.Context(), "a"))
	b := board(t, f, "b")
	require.Len(t, b.Open, 1)
	require.Len(t, b.Workers, 1)
	_, err := f.Beat(t.Context(), "a")
	require.ErrorIs(t, err, control.ErrBuried)
}

func whatIsObserved(t *testing.T, f Fleet, _ Clock) {
	st := deploy(t, f, "p", true)
	join(t, f, "a")
	w, l := claimOnly(t, f, "a")
	o := running(w, l)
	o.State, o.Reason, o.Code, o.Stats = control.Recovering, "the broker is away", "kafka.unreachable", []byte(`{"epoch":1}`)
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Observed: o,
		Events: []control.Event{{Pipeline: w.ID, Kind: control.EventClaimed}, {Pipeline: w.ID, Kind: control.EventState, State: control.Recovering}},
		Logs:   []control.LogLine{{Level: "WARN", Message: "one"}, {Level: "INFO", Message: "two", Attrs: map[string]string{"k": "v"}}}}}))
	now := status(t, f, st.ID)
	require.Equal(t, control.Recovering, now.State)
	require.Equal(t, "the broker is away", now.Reason)
	require.EqualValues(t, "kafka.unreachable", now.Code)
	require.JSONEq(t, `{"epoch":1}`, string(now.Observed.Stats))
	require.Greater(t, now.Observed.Seq, st.Observed.Seq)
	require.False(t, now.ConfirmedAt.IsZero())

	events, err := f.Events(t.Context(), st.ID, 0, 2)
	require.NoError(t, err)
	require.Equal(t, control.Recovering, events[0].State, "the newest first")
	require.Equal(t, control.EventClaimed, events[1].Kind)
	events, err = f.Events(t.Context(), st.ID, events[1].Seq, 0)
	require.NoError(t, err)
	require.Len(t, events, 1)
	logs, err := f.Logs(t.Context(), st.ID, 0, 0)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2}, []int64{logs[0].Number, logs[1].Number})
	require.Equal(t, map[string]string{"k": "v"}, logs[1].Attrs)
	logs, err = f.Logs(t.Context(), st.ID, 1, 0)
	require.NoError(t, err)
	require.Len(t, logs, 1)
}

func reportsOfThePast(t *testing.T, f Fleet, _ Clock) {
	st := deploy(t, f, "p", true)
	join(t, f, "a")
	w, old := claimOnly(t, f, "a")
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: old, Release: true}}))
	_, young := claimOnly(t, f, "a")
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: young, Observed: running(w, young)}}))
	late := running(w, old)
	late.State = control.Failed
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: old, Observed: late, Release: true, Events: []control.Event{{Pipeline: w.ID, Kind: control.EventState}}}}))
	require.Equal(t, control.Running, status(t, f, st.ID).State)
	events, err := f.Events(t.Context(), st.ID, 0, 0)
	require.NoError(t, err)
	require.Len(t, events, 1, "only the deployment's")
}

func halted(t *testing.T, f Fleet, _ Clock) {
	st := deploy(t, f, "p", true)
	join(t, f, "a")
	w, l := claimOnly(t, f, "a")
	o := running(w, l)
	o.State, o.Reason = control.Failed, "the table is gone"
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Observed: o, Release: true}}))
	now := status(t, f, st.ID)
	require.Equal(t, control.Failed, now.State)
	require.Equal(t, control.WantRunning, now.Desired.Want, "nobody has asked for it to be stopped")
	require.Empty(t, board(t, f, "a").Open, "until a person acts")
	_, err := f.Claim(t.Context(), "a", control.Wish{ID: w.ID, Desired: w.Desired, LeaseEpoch: l.Epoch})
	require.ErrorIs(t, err, control.ErrTaken)
	_, err = Serve(f).Restart(t.Context(), st.ID, control.Drain, control.Ask{})
	require.NoError(t, err)
	require.Equal(t, control.Starting, status(t, f, st.ID).State)
	w, l = claimOnly(t, f, "a")

	// What failed is what was wanted before: the new wish stays.
	o = running(w, l)
	o.State = control.Failed
	_, err = Serve(f).Restart(t.Context(), st.ID, control.Drain, control.Ask{})
	require.NoError(t, err)
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Observed: o, Release: true}}))
	require.Len(t, board(t, f, "a").Open, 1)
}

func resetAndDelete(t *testing.T, f Fleet, _ Clock) {
	s := Serve(f)
	st := deploy(t, f, "p", true)
	join(t, f, "a")
	w, l := claimOnly(t, f, "a")
	m := Next(w.ID, nil)
	require.NoError(t, f.Commit(t.Context(), l, m))
	_, err := s.Reset(t.Context(), st.ID, "p", control.Ask{})
	require.ErrorIs(t, err, diag.ErrConflict, "it is wanted")
	_, err = s.Start(t.Context(), st.ID, control.StartAt{Start: control.Start{From: control.StartEarliest}}, control.Ask{})
	require.ErrorIs(t, err, diag.ErrInvalid, "nobody has confirmed")
	_, err = s.Stop(t.Context(), st.ID, control.Drain, control.Ask{})
	require.NoError(t, err)
	_, err = s.Reset(t.Context(), st.ID, "p", control.Ask{})
	require.ErrorIs(t, err, diag.ErrConflict, "it still runs")
	require.ErrorIs(t, s.Delete(t.Context(), st.ID, "p", control.Ask{}), diag.ErrConflict)
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Release: true}}))
	_, err = s.Reset(t.Context(), st.ID, "q", control.Ask{})
	require.ErrorIs(t, err, diag.ErrInvalid)

	now, err := s.Reset(t.Context(), st.ID, "p", control.Ask{})
	require.NoError(t, err)
	require.Nil(t, now.Checkpoint)
	require.ErrorIs(t, f.Commit(t.Context(), l, Next(w.ID, m)), control.ErrFenced)
	now, err = s.Start(t.Context(), st.ID, control.StartAt{Start: control.Start{From: control.StartLatest}}, control.Ask{})
	require.NoError(t, err)
	require.Equal(t, control.StartLatest, now.Desired.Start.From)
	w, l = claimOnly(t, f, "a")
	require.Equal(t, control.StartLatest, w.Desired.Start.From)
	require.NoError(t, f.Commit(t.Context(), l, Next(w.ID, nil)), "it begins anew")

	_, err = s.Stop(t.Context(), st.ID, control.Drain, control.Ask{})
	require.NoError(t, err)
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Release: true, Logs: []control.LogLine{{Message: "x"}}}}))
	require.NoError(t, s.Delete(t.Context(), st.ID, "p", control.Ask{}))
	_, err = f.Status(t.Context(), st.ID)
	require.ErrorIs(t, err, diag.ErrNotFound)
	head, err := f.Head(t.Context(), st.ID)
	require.NoError(t, err)
	require.Nil(t, head.Committed)
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Observed: running(w, l)}}), "of what is gone nothing is known")
	events, err := f.Events(t.Context(), st.ID, 0, 1)
	require.NoError(t, err)
	require.Equal(t, control.EventDeleted, events[0].Kind)
	again := deploy(t, f, "p", true)
	require.NotEqual(t, st.ID, again.ID, "a name that is used again inherits nothing")
}

func rollbackAndScale(t *testing.T, f Fleet, _ Clock) {
	s := Serve(f)
	st := deploy(t, f, "p", true)
	_, _, err := s.Deploy(t.Context(), control.Deploy{Name: "p", Team: "music", Plan: Plan("p", "skips")})
	require.NoError(t, err)
	now, impact, err := s.Rollback(t.Context(), st.ID, 1, control.Ask{Reason: "it was better"})
	require.NoError(t, err)
	require.False(t, impact.Same)
	require.True(t, impact.Restart)
	require.EqualValues(t, 3, now.Version)
	require.Equal(t, st.Fingerprint, now.Fingerprint)
	require.Greater(t, now.Desired.Generation, st.Desired.Generation)
	now, err = s.Scale(t.Context(), st.ID, 7, control.Ask{})
	require.NoError(t, err)
	require.Equal(t, st.Fingerprint, now.Fingerprint)
	_, err = s.Scale(t.Context(), st.ID, -1, control.Ask{})
	require.ErrorIs(t, err, diag.ErrInvalid)
	_, _, err = s.Rollback(t.Context(), st.ID, 9, control.Ask{})
	require.ErrorIs(t, err, diag.ErrNotFound)

	versions, err := f.Versions(t.Context(), st.ID, 0, 0)
	require.NoError(t, err)
	require.Len(t, versions, 4)
	require.EqualValues(t, 4, versions[0].Number)
	require.Equal(t, 7, versions[0].Settings.Parallelism)
	require.EqualValues(t, 1, versions[1].RolledBackTo)
	require.Empty(t, versions[0].Plan)
	v, err := f.Version(t.Context(), st.ID, 3)
	require.NoError(t, err)
	require.Equal(t, "text of p", v.Text)
	versions, err = f.Versions(t.Context(), st.ID, 3, 1)
	require.NoError(t, err)
	require.EqualValues(t, 2, versions[0].Number)
	same, err := s.CompareVersions(t.Context(), st.ID, 1, 3)
	require.NoError(t, err)
	require.True(t, same.Same)
	require.Equal(t, control.Kept, same.Sources[0].Fate)
}

func logsBounded(t *testing.T, f Fleet, _ Clock) {
	st := deploy(t, f, "p", true)
	join(t, f, "a")
	_, l := claimOnly(t, f, "a")
	for from := 0; from < control.KeepLogLines+250; from += 250 {
		var lines []control.LogLine
		for i := range 250 {
			lines = append(lines, control.LogLine{Message: fmt.Sprint(from + i)})
		}
		require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Logs: lines}}))
	}
	logs, err := f.Logs(t.Context(), st.ID, 0, 0)
	require.NoError(t, err)
	require.Len(t, logs, control.KeepLogLines)
	require.Equal(t, "250", logs[0].Message)
	require.EqualValues(t, 251, logs[0].Number)
	logs, err = f.Logs(t.Context(), st.ID, 0, 2)
	require.NoError(t, err)
	require.Equal(t, []string{"1248", "1249"}, []string{logs[0].Message, logs[1].Message}, "the last ones")
}

func pages(t *testing.T, f Fleet, _ Clock) {
	for _, name := range []string{"b", "a", "C", "a_b", "aXb", "100%"} {
		deploy(t, f, name, name == "b")
	}
	list := func(q control.Query) []string {
		t.Helper()
		got, err := f.List(t.Context(), q)
		require.NoError(t, err)
		names := []string{}
		for _, st := range got {
			names = append(names, st.Name)
		}
		return names
	}
	require.Equal(t, []string{"100%", "C", "a", "aXb", "a_b", "b"}, list(control.Query{}))
	require.Equal(t, []string{"aXb", "a_b"}, list(control.Query{After: "a", Limit: 2}))
	require.Equal(t, []string{"a_b"}, list(control.Query{Text: "A_B"}))
	require.Equal(t, []string{"100%"}, list(control.Query{Text: "%"}))
	require.Equal(t, []string{"b"}, list(control.Query{Want: control.WantRunning}))
	require.Empty(t, list(control.Query{Teams: []string{}}))
	require.Empty(t, list(control.Query{Teams: []string{"other"}}))
	require.Len(t, list(control.Query{Teams: []string{"other", "music"}}), 6)
}

func news(t *testing.T, f Fleet, _ Clock) {
	nothing, err := f.News(t.Context(), 0)
	require.NoError(t, err)
	require.Empty(t, nothing.Statuses)
	deploy(t, f, "p", true)
	deploy(t, f, "q", true)
	first, err := f.News(t.Context(), nothing.Seq)
	require.NoError(t, err)
	require.Len(t, first.Statuses, 2)
	require.Len(t, first.Events, 2)
	join(t, f, "a")
	w := board(t, f, "a").Open[0]
	l, err := f.Claim(t.Context(), "a", w)
	require.NoError(t, err)
	require.NoError(t, f.Observe(t.Context(), "a", []control.Report{{Lease: l, Observed: running(w, l), Events: []control.Event{{Pipeline: w.ID, Kind: control.EventState}}}}))
	then, err := f.News(t.Context(), first.Seq)
	require.NoError(t, err)
	require.Len(t, then.Statuses, 1)
	require.Equal(t, control.Running, then.Statuses[0].State)
	require.Len(t, then.Events, 1)
	none, err := f.News(t.Context(), then.Seq)
	require.NoError(t, err)
	require.Equal(t, &control.News{Seq: then.Seq}, none)
}

func oneOfManyClaims(t *testing.T, f Fleet, _ Clock) {
	const workers = 6
	for i := range workers {
		join(t, f, fmt.Sprint("w", i))
	}
	st := deploy(t, f, "p", true)
	for round := range int64(4) {
		boards := make([]*control.Board, workers)
		for i := range boards {
			boards[i] = board(t, f, fmt.Sprint("w", i))
			require.Len(t, boards[i].Open, 1)
		}
		leases := make([]control.Lease, workers)
		errs := together(workers, func(i int) error {
			var err error
			leases[i], err = f.Claim(t.Context(), fmt.Sprint("w", i), boards[i].Open[0])
			return err
		})
		var won []control.Lease
		for i, err := range errs {
			if err == nil {
				won = append(won, leases[i])
			} else {
				require.True(t, errors.Is(err, control.ErrTaken), "%v", err)
			}
		}
		require.Len(t, won, 1)
		require.Equal(t, round+1, won[0].Epoch)
		require.NoError(t, f.Observe(t.Context(), won[0].Holder, []control.Report{{Lease: won[0], Release: true}}))
	}
	require.Equal(t, control.Starting, status(t, f, st.ID).State)
}
