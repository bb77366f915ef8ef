package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
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

	"millrace/server/app"
	"millrace/server/cli/client"
	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/httpapi"
)

// server is a running `millrace serve`.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	data string
	log  *bytes.Buffer
	gone chan struct{}
	// api is signed in as the first administrator.
	api *client.Client
}

var announced = regexp.MustCompile(`Millrace serves (http://\S+)`)

// startServer runs serve on a data folder and free ports, and returns when it says where it listens.
func startServer(t *testing.T, data string, env ...string) *server {
	t.Helper()
	s := &server{t: t, data: data, log: &bytes.Buffer{}, gone: make(chan struct{})}
	s.cmd = exec.Command(rig.Binary(t), "serve", "--demo", "--data", data, "--listen", "127.0.0.1:0")
	s.cmd.Env = rig.Env(env...)
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
	t.Cleanup(func() {
		s.kill()
		rig.EndWorkers(data)
		rig.AwaitClickHouse(t, data)
	})
	select {
	case line := <-first:
		m := announced.FindStringSubmatch(line)
		require.NotNil(t, m, line)
		s.url = m[1]
		s.signIn(t)
	case <-s.gone:
		require.FailNow(t, "serve ended at once", s.log.String())
	case <-time.After(30 * time.Second):
		require.FailNow(t, "serve did not say where it listens")
	}
	return s
}

// signIn gives the administrator a new password, as nobody who lost the first can do otherwise, and signs in with it.
func (s *server) signIn(t *testing.T) {
	t.Helper()
	password, err := exec.Command(rig.Binary(t), "admin", "reset-password", "admin", "--data", s.data).Output()
	require.NoError(t, err)
	s.api, err = client.New(client.Profile{URL: s.url})
	require.NoError(t, err)
	require.NoError(t, s.api.Post(t.Context(), "/auth/login", map[string]string{"name": "admin", "password": strings.TrimSpace(string(password))}, nil))
}

func (s *server) status() (httpapi.Status, error) {
	var out httpapi.Status
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.api.Get(ctx, "/status", &out)
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

// kill ends the server without warning, and nothing else: its workers live on, and the next server on the folder adopts them.
func (s *server) kill() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	<-s.gone
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

// demoRuns reports whether the demo does what it is to do: three pipelines run, and one has failed.
func demoRuns(s httpapi.Status) bool {
	if len(s.Pipelines) != 4 {
		return false
	}
	for _, p := range s.Pipelines {
		want := "running"
		if p.Name == failing {
			want = "failed"
		}
		if p.State != want {
			return false
		}
	}
	return true
}

const (
	listeners = "music.listeners_10s"
	failing   = "ads.music.language_codes_feed"
)

func pipeline(t *testing.T, s httpapi.Status, name string) app.PipelineStatus {
	t.Helper()
	for _, p := range s.Pipelines {
		if p.Name == name {
			return p
		}
	}
	require.FailNow(t, "there is no pipeline "+name)
	return app.PipelineStatus{}
}

// TestDemo looks at the demo as it grows, kills the server, starts it again on the same data, and sees it go on: nothing starts over, the worker
// that was left behind is adopted, and in the end no process is left.
func TestDemo(t *testing.T) {
	parts.RequireChDB(t)
	data := t.TempDir()

	first := startServer(t, data)
	before := first.await("the demo running, and rows in its table", func(s httpapi.Status) bool { return demoRuns(s) && rowsOf(s, listeners) > 0 })
	require.Contains(t, pipeline(t, before, failing).Reason, "row.cast", "the reason says what to mend")
	require.Len(t, before.Workers, 1)
	first.await("more rows", func(s httpapi.Status) bool { return rowsOf(s, listeners) > rowsOf(before, listeners) })
	before, err := first.status()
	require.NoError(t, err)
	first.kill()
	worker := before.Workers[0].PID
	require.NoError(t, syscall.Kill(worker, 0), "the worker lives on")

	second := startServer(t, data)
	after := second.await("all pipelines going on", func(s httpapi.Status) bool { return demoRuns(s) && rowsOf(s, listeners) > rowsOf(before, listeners) })
	require.Len(t, after.Workers, 1)
	require.Equal(t, worker, after.Workers[0].PID, "the worker was adopted")
	for i, p := range after.Pipelines {
		require.GreaterOrEqual(t, p.Stats.Epoch, before.Pipelines[i].Stats.Epoch, "%s went on from its last epoch", p.Name)
		require.Zero(t, p.Stats.Totals.Rejected, p.Name)
	}
	left := append(children(t, second.cmd.Process.Pid), worker)
	require.Zero(t, second.drain(), second.log.String())
	requireGone(t, left)

	// Drained: what was read is in the table, every row once.
	third := startServer(t, data)
	const feed = "ads.music.listeners_10s_feed"
	third.await("the table holding what the pipeline has put out", func(s httpapi.Status) bool {
		return demoRuns(s) && rowsOf(s, listeners) == pipeline(t, s, feed).Stats.Totals.RowsOut
	})
	left = children(t, third.cmd.Process.Pid)
	require.Zero(t, third.drain(), third.log.String())
	requireGone(t, left)
}

// TestDemoWithoutLibrary runs what can run and says what is off.
func TestDemoWithoutLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary")
	}
	s := startServer(t, t.TempDir(), "MILLRACE_CHDB_LIB="+filepath.Join(t.TempDir(), "none.so"))
	st := s.await("the pipelines that need no ClickHouse", func(st httpapi.Status) bool {
		return len(st.Pipelines) == 2 && st.Pipelines[0].State == "running" && st.Pipelines[0].Stats.Totals.RowsOut > 0 && st.Pipelines[1].State == "running"
	})
	require.Equal(t, "off", st.Parts[1].State)
	require.Contains(t, st.Parts[1].Fix, "make fetch", "it says how to get it")
	left := children(t, s.cmd.Process.Pid)
	require.Zero(t, s.drain(), s.log.String())
	requireGone(t, left)
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
