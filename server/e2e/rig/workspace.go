package rig

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/server/app"
	"millrace/server/e2e/parts"
)

// runTimeout bounds a run that should end by itself.
const runTimeout = 3 * time.Minute

// Workspace is a folder in which millrace runs: models, a catalog, a data folder.
type Workspace struct {
	// Dir holds everything, Data (inside it) what millrace keeps between runs.
	Dir, Data string
	t         testing.TB
	catalog   string
	env       []string
}

// NewWorkspace returns an empty workspace that lasts as long as the test.
func NewWorkspace(t testing.TB) *Workspace {
	t.Helper()
	dir := t.TempDir()
	return &Workspace{Dir: dir, Data: filepath.Join(dir, "data"), t: t}
}

// With returns the workspace for use by a test within the test that it belongs to.
func (w *Workspace) With(t testing.TB) *Workspace {
	out := *w
	out.t, out.env = t, slices.Clone(w.env)
	return &out
}

// File writes a file of the workspace and returns its path.
func (w *Workspace) File(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.Dir, name)
	require.NoError(w.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// Catalog writes the catalog file that every later run is given; see Connections.
func (w *Workspace) Catalog(text string) {
	w.t.Helper()
	w.catalog = w.File("catalog.yaml", text)
}

// Setenv gives every later run an environment variable.
func (w *Workspace) Setenv(name, value string) { w.env = append(w.env, name+"="+value) }

// Summary is what `millrace run --json` prints.
type Summary struct {
	State     string            `json:"state"`
	Usage     app.Usage         `json:"usage"`
	Pipelines []PipelineSummary `json:"pipelines"`
}

// PipelineSummary is what one pipeline has done; the totals count since its first run.
type PipelineSummary struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Error string `json:"error"`
	control.Totals
	Epoch       int64      `json:"epoch"`
	Restarts    int64      `json:"restarts"`
	Watermark   *time.Time `json:"watermark"`
	WallSeconds float64    `json:"wall_seconds"`
	Sinks       []struct {
		ID      string `json:"id"`
		Sink    string `json:"sink"`
		Promise string `json:"promise"`
	} `json:"sinks"`
}

// Run is `millrace run --json ARGS` to its end, which must be a good one.
func (w *Workspace) Run(args ...string) Summary {
	w.t.Helper()
	p := w.Start(append([]string{"run", "--json", "--quiet"}, args...)...)
	err := p.Wait(runTimeout)
	require.NoError(w.t, err, "millrace run %s\n%s", strings.Join(args, " "), p.Stderr())
	return p.Summary()
}

// Rejects lists everything that pipelines of the workspace have rejected, the newest first; kind is "dead", "late" or empty for both.
func (w *Workspace) Rejects(kind string) []app.Reject {
	w.t.Helper()
	p := w.Start("rejects", "--json", "--limit", "0", "--kind="+kind)
	require.NoError(w.t, p.Wait(runTimeout), "%s", p.Stderr())
	var out []app.Reject
	lines := bufio.NewScanner(bytes.NewReader(p.Stdout()))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var r app.Reject
		require.NoError(w.t, json.Unmarshal(lines.Bytes(), &r))
		out = append(out, r)
	}
	require.NoError(w.t, lines.Err())
	return out
}

// Process is a millrace that was started.
type Process struct {
	*parts.Process
	t              testing.TB
	stdout, stderr string // the files of its output
}

// Start starts millrace with a command and its arguments. The data folder, and for run the catalog, are the workspace's. What
// still runs when the test ends is killed.
func (w *Workspace) Start(args ...string) *Process {
	w.t.Helper()
	command := append([]string{args[0], "--data", w.Data}, args[1:]...)
	if w.catalog != "" && args[0] == "run" {
		command = append(command, "--catalog", w.catalog)
	}
	logs, err := os.MkdirTemp(w.Dir, args[0]+"-")
	require.NoError(w.t, err)
	p := &Process{t: w.t, stdout: filepath.Join(logs, "stdout"), stderr: filepath.Join(logs, "stderr")}
	cmd := exec.Command(Binary(w.t), command...)
	cmd.Dir = w.Dir
	cmd.Env = append(os.Environ(), w.env...)
	out, err := os.Create(p.stdout)
	require.NoError(w.t, err)
	defer func() { _ = out.Close() }()
	errs, err := os.Create(p.stderr)
	require.NoError(w.t, err)
	defer func() { _ = errs.Close() }()
	cmd.Stdout, cmd.Stderr = out, errs
	p.Process, err = parts.StartProcess(cmd)
	require.NoError(w.t, err)
	w.t.Cleanup(p.Kill)
	return p
}

// Wait waits for the end: nil for exit code 0, else an *exec.ExitError or, after the timeout, that of a context.
func (p *Process) Wait(timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), timeout)
	defer cancel()
	return p.Process.Wait(ctx)
}

// Summary is what the ended process printed with --json.
func (p *Process) Summary() Summary {
	p.t.Helper()
	var s Summary
	require.NoError(p.t, json.Unmarshal(p.Stdout(), &s), "stdout: %s\nstderr: %s", p.Stdout(), p.Stderr())
	return s
}

// Stdout is what the process has printed so far.
func (p *Process) Stdout() []byte { return p.read(p.stdout) }

// Stderr is what the process has said so far.
func (p *Process) Stderr() []byte { return p.read(p.stderr) }

func (p *Process) read(file string) []byte {
	p.t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(p.t, err)
	return b
}
