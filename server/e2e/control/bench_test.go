package control

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
)

// TestIdlePipelines measures what 200 running pipelines cost that have nothing to do: the CPU time of the server and of its two workers.
// MILLRACE_BENCH=1 asks for it.
func TestIdlePipelines(t *testing.T) {
	if os.Getenv("MILLRACE_BENCH") == "" {
		t.Skip("MILLRACE_BENCH is not set")
	}
	const pipelines = 200
	s := newSite(t, numbersTable)
	s.kafka.CreateTopic("numbers", 1)
	s.kafka.CreateTopic("copied", 1)
	s.kafka.Produce(number("numbers", 1, 0))
	server := s.serve()
	s.until("both workers have joined", patience, func() bool { return len(s.pids()) == 2 })
	var ids []string
	for i := range pipelines {
		name := fmt.Sprintf("ads.t.idle_%03d", i)
		text := copyModel(name, "idle")
		if i%2 == 1 {
			text = toTopicModel(name, "copied")
		}
		ids = append(ids, s.deploy(name, text, control.Settings{}).ID)
	}
	began := time.Now()
	for _, id := range ids {
		s.until("it has read the one row", 5*time.Minute, func() bool {
			st := s.status(id)
			return st.State == control.Running && st.Checkpoint != nil && st.Checkpoint.Totals.RowsIn == 1
		})
	}
	t.Logf("all run %s after the last was deployed", time.Since(began).Round(time.Second))
	settle := time.NewTimer(10 * time.Second)
	<-settle.C
	processes := append(s.pids(), server.PID())
	before, at := make([]time.Duration, len(processes)), time.Now()
	for i, pid := range processes {
		before[i] = cpuOf(t, pid)
	}
	over := time.NewTimer(30 * time.Second)
	<-over.C
	share := 0.0
	for i, pid := range processes {
		own := (cpuOf(t, pid) - before[i]).Seconds() / time.Since(at).Seconds()
		t.Logf("process %d of %d: %.1f %% of a core, %d MiB", i+1, len(processes), 100*own, rss(t, pid)>>20)
		share += own
	}
	t.Logf("%d idle pipelines: %.1f %% of a core", pipelines, 100*share)
	require.Less(t, share, 0.25)
}

// cpuOf is a process's CPU time.
func cpuOf(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(t, err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+2:]))
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		require.NoError(t, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func rss(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	require.NoError(t, err)
	n, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	require.NoError(t, err)
	return n * int64(os.Getpagesize())
}
