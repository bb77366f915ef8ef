package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/web"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }

// patience bounds all walks together.
const patience = 20 * time.Minute

// world is what the walks are told; web/e2e/rig.ts reads it.
type world struct {
	URL      string `json:"url"`
	Password string `json:"password"`
	Kafka    string `json:"kafka"`
	Chromium string `json:"chromium"`
	// Output is where a walk that fails leaves a picture.
	Output string `json:"output"`
	// Component is the title of a component that this server alone has, "" for none: one walk is about it.
	Component string `json:"component,omitempty"`
}

// TestWalks runs the walks that MILLRACE_WALK names, a part of a file's name; all without it.
func TestWalks(t *testing.T) {
	w := prepare(t)
	kafka, _ := rig.RealKafka(t)
	w.Kafka = kafka.Addrs[0]
	w.URL, w.Password = serve(t, rig.Binary(t))
	run(t, w, os.Getenv("MILLRACE_WALK"))
}

// prepare finds what every walk needs.
func prepare(t *testing.T) world {
	t.Helper()
	chromium := parts.RequireBrowser(t)
	parts.RequireChDB(t)
	if !web.Built() {
		t.Fatal("the web application is not in the binary: run make web")
	}
	return world{Chromium: chromium, Output: output(t)}
}

// run runs the walks whose files' names have a part in them; each is a test of its own.
func run(t *testing.T, w world, files string) {
	t.Helper()
	text, err := json.Marshal(w)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npx", "vitest", "run", "--config", "e2e/vitest.config.ts", "--outputFile", filepath.Join(w.Output, report), files)
	cmd.Dir = filepath.Join(root(t), "web")
	cmd.Env = append(os.Environ(), "MILLRACE_WORLD="+string(text))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	// The whole group goes, so that no browser stays.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	err = cmd.Run()
	read(t, w).tell(t, w)
	// Also what is no walk's fault: files that cannot be read, no walk at all, no time left.
	require.NoError(t, err, "pictures of what failed are in %s", w.Output)
}

// report is the file in which the walks leave their results.
const report = "walks.json"

// results are what the walks leave.
type results struct {
	Files []struct {
		Walks []struct {
			Title    string   `json:"title"`
			Status   string   `json:"status"`
			Failures []string `json:"failureMessages"`
		} `json:"assertionResults"`
	} `json:"testResults"`
}

// read reads what the walks left, which is nothing where they did not get so far.
func read(t *testing.T, w world) results {
	t.Helper()
	var r results
	text, err := os.ReadFile(filepath.Join(w.Output, report))
	if err != nil {
		t.Logf("the walks left no results: %v", err)
		return r
	}
	require.NoError(t, json.Unmarshal(text, &r))
	return r
}

// tell makes a test of each walk, so that the last lines of a run say which have failed and why.
func (r results) tell(t *testing.T, w world) {
	for _, file := range r.Files {
		for _, walk := range file.Walks {
			t.Run(walk.Title, func(t *testing.T) {
				if walk.Status != "passed" {
					t.Errorf("%s, pictures are in %s\n%.3000s", walk.Status, w.Output, strings.Join(walk.Failures, "\n"))
				}
			})
		}
	}
}

// root is the top folder of the source tree.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	return dir
}

// output is a folder that stays when the test has failed.
func output(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "millrace-walks-")
	require.NoError(t, err)
	t.Cleanup(func() {
		if !t.Failed() {
			require.NoError(t, os.RemoveAll(dir))
		}
	})
	return dir
}

var (
	address = regexp.MustCompile(`^Millrace serves (http://\S+)`)
	login   = regexp.MustCompile(`^First login: admin with the password (\S+)`)
)

// serve starts a server of its own of a binary and returns where it is and the first password.
func serve(t *testing.T, binary string) (url, password string) {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(binary, "serve", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0")
	cmd.Dir = dir
	cmd.Env = rig.Env()
	log, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	cmd.Stderr = log
	said, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		_ = cmd.Wait()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("the server said:\n%s", text[max(0, len(text)-8<<10):])
		}
	})
	lines := bufio.NewScanner(said)
	for lines.Scan() && (url == "" || password == "") {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
		}
		if m := login.FindStringSubmatch(lines.Text()); m != nil {
			password = m[1]
			break
		}
	}
	require.NotEmpty(t, password, "the server ended before it was there: see %s", log.Name())
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return url, password
}
