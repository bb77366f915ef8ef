package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/httpapi"
)

// server is a running `millrace serve`.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	log  *bytes.Buffer
	gone chan struct{}
}

var announced = regexp.MustCompile(`Millrace serves (http://\S+)`)

// startServer runs serve on a data folder and free ports, and returns when it says where it listens.
func startServer(t *testing.T, data string, env ...string) *server {
	t.Helper()
	s := &server{t: t, log: &bytes.Buffer{}, gone: make(chan struct{})}
	s.cmd = exec.Command(rig.Binary(t), "serve", "--data", data, "--listen", "127.0.0.1:0")
	s.cmd.Env = append(append(os.Environ(), "MILLRACE_EMBEDDED_BROKER_PORT=0", "MILLRACE_EMBEDDED_OLAP_HTTP_PORT=0", "MILLRACE_EMBEDDED_OLAP_TCP_PORT=0"), env...)
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	first := make(chan string, 1)
	go func() {
		defer close(s.gone)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			select {
			case first <- lines.Text():
			default:
			}
		}
		_ = s.cmd.Wait()
	}()
	t.Cleanup(func() { s.kill() })
	select {
	case line := <-first:
		m := announced.FindStringSubmatch(line)
		require.NotNil(t, m, line)
		s.url = m[1]
	case <-s.gone:
		require.FailNow(t, "serve ended at once", s.log.String())
	case <-time.After(30 * time.Second):
		require.FailNow(t, "serve did not say where it listens")
	}
	return s
}

func (s *server) status() (httpapi.Status, error) {
	var out httpapi.Status
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/status", nil)
	if err != nil {
		return out, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return out, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out, err
}

// await waits for a moment for which holds is true, and returns it.
func (s *server) await(what string, holds func(httpapi.Status) bool) httpapi.Status {
	s.t.Helper()
	var last httpapi.Status
	deadline := time.Now().Add(90 * time.Second)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(deadline) {
		st, err := s.status()
		if last = st; err == nil && holds(st) {
			return st
		}
		select {
		case <-s.gone:
			require.FailNow(s.t, "serve ended while waiting for "+what)
		case <-tick.C:
		}
	}
	text, _ := json.MarshalIndent(last, "", " ")
	require.FailNow(s.t, "waited in vain for "+what, "%s", text)
	return last
}

// kill ends the process without warning and returns when it and its children are gone.
func (s *server) kill() {
	s.t.Helper()
	orphans := children(s.t, s.cmd.Process.Pid)
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	<-s.gone
	requireGone(s.t, orphans)
}

// drain asks the process to end and returns its exit code.
func (s *server) drain() int {
	s.t.Helper()
	require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-s.gone:
	case <-time.After(60 * time.Second):
		require.FailNow(s.t, "serve did not drain")
	}
	return s.cmd.ProcessState.ExitCode()
}

func rowsOf(s httpapi.Status, table string) int64 {
	for _, t := range s.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

func allRunning(s httpapi.Status) bool {
	for _, p := range s.Pipelines {
		if p.State != "running" {
			return false
		}
	}
	return len(s.Pipelines) == 3
}

const longPlays, listeners = "music.long_plays", "music.listeners_10s"

// TestDemo looks at the demo as it grows, kills the server, starts it again on the same data, and sees it go on: nothing starts over, no
// process is left behind.
func TestDemo(t *testing.T) {
	parts.RequireChDB(t)
	data := t.TempDir()

	first := startServer(t, data)
	before := first.await("rows in both tables, growing", func(s httpapi.Status) bool {
		return allRunning(s) && rowsOf(s, longPlays) > 300 && rowsOf(s, listeners) > 0
	})
	first.await("more rows", func(s httpapi.Status) bool { return rowsOf(s, longPlays) > rowsOf(before, longPlays) })
	before, err := first.status()
	require.NoError(t, err)
	require.NotEmpty(t, children(t, first.cmd.Process.Pid), "ClickHouse runs in a child process")
	first.kill()

	second := startServer(t, data)
	after := second.await("all pipelines going on", func(s httpapi.Status) bool {
		return allRunning(s) && rowsOf(s, longPlays) > rowsOf(before, longPlays) && rowsOf(s, listeners) > rowsOf(before, listeners)
	})
	for i, p := range after.Pipelines {
		require.GreaterOrEqual(t, p.Stats.Epoch, before.Pipelines[i].Stats.Epoch, "%s went on from its last epoch", p.Name)
		require.Zero(t, p.Stats.Totals.Rejected, p.Name)
	}
	orphans := children(t, second.cmd.Process.Pid)
	require.Zero(t, second.drain(), second.log.String())
	requireGone(t, orphans)

	// Drained: what was read is in the table, every row once.
	third := startServer(t, data)
	settled := third.await("the third start", allRunning)
	require.GreaterOrEqual(t, settled.Pipelines[1].Stats.Totals.RowsOut, after.Pipelines[1].Stats.Totals.RowsOut)
	third.await("the table holding what the pipeline has put out", func(s httpapi.Status) bool {
		return rowsOf(s, longPlays) == s.Pipelines[1].Stats.Totals.RowsOut
	})
}

// TestDemoWithoutLibrary runs what can run and says what is off.
func TestDemoWithoutLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary")
	}
	s := startServer(t, t.TempDir(), "MILLRACE_CHDB_LIB="+filepath.Join(t.TempDir(), "none.so"))
	st := s.await("the broker's pipeline running beside two that failed", func(st httpapi.Status) bool {
		return len(st.Pipelines) == 3 && st.Pipelines[0].State == "running" && st.Pipelines[0].Stats.Totals.RowsOut > 0 &&
			st.Pipelines[1].State == "failed" && st.Pipelines[2].State == "failed"
	})
	require.Contains(t, st.Pipelines[1].Reason, "make fetch", "the reason says how to get it")
	require.Equal(t, "off", st.Parts[1].State)
	require.Zero(t, s.drain(), s.log.String())
}

// children lists the processes whose parent is pid; none where /proc does not say.
func children(t *testing.T, pid int) []int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("this system has no /proc to look for processes in")
	}
	require.NoError(t, err)
	var out []int
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// Behind the name, which may hold anything but is in parentheses: state and parent.
		text, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		if err != nil {
			continue // it has just gone
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			out = append(out, child)
		}
	}
	return out
}

// requireGone waits until the processes have ended.
func requireGone(t *testing.T, pids []int) {
	t.Helper()
	for _, pid := range pids {
		require.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil || zombie(pid) }, 30*time.Second, 50*time.Millisecond, "process %d was left behind", pid)
	}
}

// zombie reports whether a process has ended and only waits for somebody to ask how: in a container nobody may.
func zombie(pid int) bool {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return true
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	return len(fields) > 0 && fields[0] == "Z"
}
