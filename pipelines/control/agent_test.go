package control_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/pipelines/control"
)

func TestAgentFollowsWishes(t *testing.T) {
	within(t, func(w *world) {
		id := w.deploy("p")
		require.Equal(t, control.Blocked, w.status(id).State)
		w.work("a", 10)
		w.enters(id, control.Running, 4*time.Second)
		pass(10 * time.Second)
		require.InDelta(t, 5, w.target.appliedOf(id), 3)
		require.Less(t, time.Since(w.status(id).ConfirmedAt), 2*time.Second)

		_, err := w.serve.Restart(t.Context(), id, control.Drain, control.Ask{Reason: "to see"})
		require.NoError(t, err)
		w.until(10*time.Second, "it starts again", func() bool { return w.target.startsOf("p") == 2 })
		w.enters(id, control.Running, 5*time.Second)
		pass(2 * time.Second)
		require.Equal(t, control.Wish{}.LeaseEpoch+1, w.status(id).Worker.LeaseEpoch, "the worker keeps it")

		_, err = w.serve.Stop(t.Context(), id, control.Drain, control.Ask{Kind: control.ByRevocation, Reason: "the grant on ods.music.plays ended"})
		require.NoError(t, err)
		require.Equal(t, control.Draining, w.status(id).State)
		w.enters(id, control.Stopped, 5*time.Second)
		require.Nil(t, w.status(id).Worker)
		count := w.target.appliedOf(id)
		pass(time.Minute)
		require.Equal(t, count, w.target.appliedOf(id))

		_, err = w.serve.Start(t.Context(), id, control.StartAt{}, control.Ask{})
		require.NoError(t, err)
		w.enters(id, control.Running, 4*time.Second)
		pass(2 * time.Second)
		_, err = w.serve.Stop(t.Context(), id, control.Now, control.Ask{})
		require.NoError(t, err)
		require.Less(t, w.enters(id, control.Stopped, 5*time.Second), 3*time.Second)

		var story []string
		events, err := w.serve.Timeline(t.Context(), id, 0, 0)
		require.NoError(t, err)
		for _, e := range slices.Backward(events) {
			line := string(e.Kind)
			if e.State != "" {
				line += " " + string(e.State)
			}
			story = append(story, line+" by "+string(e.Cause.Kind))
		}
		require.Equal(t, []string{
			"deployed by person", "claimed by person", "state starting by person", "state running by engine",
			"restart_requested by person", "state draining by person", "state starting by person", "state running by engine",
			"stop_requested by revocation", "state draining by revocation", "state stopped by revocation",
			"start_requested by person", "claimed by person", "state starting by person", "state running by engine",
			"stop_requested by person", "state stopped by person",
		}, story)
	})
}

func TestLostWorkersPipelinesMove(t *testing.T) {
	within(t, func(w *world) {
		var ids []string
		for i := range 6 {
			ids = append(ids, w.deploy(fmt.Sprint("p", i)))
		}
		a, _ := w.work("a", 10)
		w.work("b", 10)
		for _, id := range ids {
			w.enters(id, control.Running, 5*time.Second)
		}
		hosts := map[string]int{}
		for _, id := range ids {
			hosts[w.status(id).Worker.Host]++
		}
		require.Equal(t, map[string]int{"a": 3, "b": 3}, hosts, "the least loaded takes the next")

		a.link(true)
		took := w.until(10*time.Second, "the other has all", func() bool {
			return !slices.ContainsFunc(ids, func(id string) bool {
				st := w.status(id)
				return st.State != control.Running || st.Worker.Host != "b"
			})
		})
		t.Logf("taken over in %s", took)
		require.Less(t, took, 9*time.Second)

		// Back again, it is told that it was buried, and joins anew; what moved stays where it is.
		a.link(false)
		pass(20 * time.Second)
		for _, id := range ids {
			require.Equal(t, "b", w.status(id).Worker.Host)
		}
		next := w.deploy("next")
		w.enters(next, control.Running, 5*time.Second)
		require.Equal(t, "a", w.status(next).Worker.Host)
	})
}

func TestCutOffWorkerStandsStill(t *testing.T) {
	within(t, func(w *world) {
		id := w.deploy("p")
		a, _ := w.work("a", 10)
		w.enters(id, control.Running, 5*time.Second)
		epoch := w.status(id).Worker.LeaseEpoch
		a.link(true)
		pass(control.LeaseTime)
		count := w.target.appliedOf(id)
		pass(5 * time.Minute)
		require.Equal(t, count, w.target.appliedOf(id), "it applies nothing while it is not heard")
		a.link(false)
		w.enters(id, control.Running, 5*time.Second)
		require.Equal(t, epoch, w.status(id).Worker.LeaseEpoch, "nobody was there to take it")
		w.until(10*time.Second, "it goes on", func() bool { return w.target.appliedOf(id) > count })
		require.Equal(t, control.Running, w.status(id).State, "an outage of the store is no crash loop")
	})
}

func TestLeavingWorkerDrains(t *testing.T) {
	within(t, func(w *world) {
		id := w.deploy("p")
		_, stop := w.work("a", 10)
		w.enters(id, control.Running, 5*time.Second)
		w.work("b", 10)
		pass(2 * time.Second)
		stop()
		took := w.until(10*time.Second, "the other has it", func() bool {
			st := w.status(id)
			return st.State == control.Running && st.Worker.Host == "b"
		})
		require.Less(t, took, 5*time.Second)
		events, err := w.serve.Timeline(t.Context(), id, 0, 0)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(events, func(e control.Event) bool { return e.Kind == control.EventReleased && e.Cause.Kind == control.ByWorker }))
		workers, err := w.store.Board(t.Context(), "", -1)
		require.NoError(t, err)
		require.Len(t, workers.Workers, 1)
		w.store.Leave(workers.Workers[0].ID)
		w.enters(id, control.Blocked, 10*time.Second)
	})
}

func TestFailures(t *testing.T) {
	within(t, func(w *world) {
		code := diag.Code("kafka.topic_missing")
		passing := errors.New("the disk was full for a moment")
		w.target.ending("once", func(start int) error {
			if start < 4 {
				return passing
			}
			return nil
		})
		w.target.ending("for good", func(int) error {
			return component.Permanent(code, nil, "Make the topic.", "topic %q is missing", "plays")
		})
		w.target.ending("loops", func(int) error { return passing })
		w.target.ending("slowly", func(start int) error {
			if start < 12 {
				pass(90 * time.Second)
				return passing
			}
			return nil
		})
		once, good, loops, slowly := w.deploy("once"), w.deploy("for good"), w.deploy("loops"), w.deploy("slowly")
		w.work("a", 10)

		w.enters(good, control.Failed, 5*time.Second)
		st := w.status(good)
		require.Equal(t, code, st.Code)
		require.Contains(t, st.Reason, `topic "plays" is missing`)
		require.Equal(t, "Make the topic.", st.Fix)
		require.Equal(t, control.WantRunning, st.Desired.Want)
		require.Nil(t, st.Worker, "its place is free")

		w.enters(once, control.Waiting, 5*time.Second)
		require.Equal(t, passing.Error(), w.status(once).Reason)
		require.False(t, w.status(once).Observed.NextTry.IsZero())
		w.enters(loops, control.CrashLooping, 2*time.Minute)
		require.Equal(t, 6, w.target.startsOf("loops"))
		require.Equal(t, control.Running, w.status(once).State)
		pass(time.Hour)
		require.Equal(t, 6, w.target.startsOf("loops"), "until a person acts")
		require.Equal(t, 1, w.target.startsOf("for good"))
		require.Equal(t, control.Running, w.status(slowly).State, "failures far apart are no crash loop")

		w.target.ending("loops", nil)
		w.target.ending("for good", nil)
		for _, id := range []string{loops, good} {
			_, err := w.serve.Restart(t.Context(), id, control.Drain, control.Ask{})
			require.NoError(t, err)
			w.enters(id, control.Running, 5*time.Second)
		}
		logs, err := w.serve.Logs(t.Context(), loops, 0, 0)
		require.NoError(t, err)
		require.Equal(t, "the pipeline failed", logs[0].Message)
		require.Equal(t, passing.Error(), logs[0].Attrs["err"])
	})
}

func TestCapacity(t *testing.T) {
	within(t, func(w *world) {
		var ids []string
		for i := range 5 {
			ids = append(ids, w.deploy(fmt.Sprint("p", i)))
		}
		w.work("small", 1)
		w.work("large", 3)
		pass(10 * time.Second)
		hosts := map[string]int{}
		for _, id := range ids {
			if st := w.status(id); st.Worker != nil {
				hosts[st.Worker.Host]++
			} else {
				require.Equal(t, control.Starting, st.State)
			}
		}
		require.Equal(t, map[string]int{"small": 1, "large": 3}, hosts)
		w.work("more", 1)
		for _, id := range ids {
			w.enters(id, control.Running, 5*time.Second)
		}
	})
}

// TestAgentsRace lets workers lose the store, leave and come while wishes change, at random: an older lease never writes behind a younger
// one, epochs follow each other, and in the end every pipeline is as it is wanted.
func TestAgentsRace(t *testing.T) {
	rounds, seed := 12, uint64(time.Now().UnixNano())
	if os.Getenv("MILLRACE_SOAK") != "" {
		rounds = 400
	}
	if text := os.Getenv("MILLRACE_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
		rounds = 1
	}
	for i := range rounds {
		t.Logf("MILLRACE_SEED=%d", seed+uint64(i))
		within(t, func(w *world) { race(w, rand.New(rand.NewPCG(seed+uint64(i), 1))) })
	}
}

func race(w *world, random *rand.Rand) {
	var ids []string
	for i := range 3 {
		ids = append(ids, w.deploy(fmt.Sprint("p", i)))
	}
	type one struct {
		*machine
		stop context.CancelFunc
	}
	names := 0
	start := func() one {
		names++
		m, stop := w.work(fmt.Sprint("w", names), 4)
		return one{m, stop}
	}
	workers := []one{start(), start()}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for range 60 {
		pass(time.Duration(random.Int64N(int64(5 * time.Second))))
		id := ids[random.IntN(len(ids))]
		which := random.IntN(len(workers))
		var err error
		switch random.IntN(8) {
		case 0, 1, 2:
			workers[which].link(true)
		case 3, 4:
			workers[which].link(false)
		case 5:
			_, err = w.serve.Restart(w.t.Context(), id, []control.How{control.Drain, control.Now}[random.IntN(2)], control.Ask{})
			wanted[id] = true
		case 6:
			_, err = w.serve.Stop(w.t.Context(), id, []control.How{control.Drain, control.Now}[random.IntN(2)], control.Ask{})
			wanted[id] = false
		case 7:
			workers[which].stop()
			workers[which] = start()
		}
		require.NoError(w.t, err)
	}
	for _, one := range workers {
		one.link(false)
	}
	// One that was cut off and is back drains what was stopped meanwhile.
	pass(10 * time.Second)
	for _, id := range ids {
		want := control.Stopped
		if wanted[id] {
			want = control.Running
		}
		w.enters(id, want, time.Minute)
	}
	held := map[string]int{}
	b, err := w.store.Board(w.t.Context(), "", -1)
	require.NoError(w.t, err)
	for _, worker := range b.Workers {
		held[worker.Host] = worker.Pipelines
	}
	sum := 0
	for _, n := range held {
		sum += n
	}
	running := 0
	for _, on := range wanted {
		if on {
			running++
		}
	}
	require.Equal(w.t, running, sum, "each is run once")
}
