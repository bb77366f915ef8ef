package scripts

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }

// patience bounds a script, which starts a server and its parts.
const patience = 4 * time.Minute

// run runs a script of the tutorial to its end and returns what it has printed.
func run(t *testing.T, script string, env ...string) string {
	t.Helper()
	parts.RequireChDB(t)
	for _, tool := range []string{"sh", "python3", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on this machine", tool)
		}
	}
	kafka, _ := rig.RealKafka(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "docs", "tutorial", script))
	require.NoError(t, err)
	dir := t.TempDir()
	cmd := exec.CommandContext(ctx, "sh", path)
	cmd.Dir = dir
	// SIGTERM lets the script stop the server that it has started.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	cmd.Env = append(os.Environ(), append([]string{"MILLRACE=" + rig.Binary(t), "KAFKA=" + kafka.Addrs[0], "LISTEN=" + free(t), "DATA=" + filepath.Join(dir, "data"),
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), "TMPDIR=" + dir, "ROWS=777"}, env...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// free finds an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// story is what each script has to have shown.
func story(t *testing.T, said string) {
	t.Helper()
	for _, want := range []string{`(?m)^rows: 777$`, `(?m)^refused: [a-z_]+\.[a-z_]+$`, `(?m)^stopped by revocation: .+$`, `(?m)^== Done\.$`} {
		require.Regexp(t, regexp.MustCompile(want), said)
	}
	t.Log(said)
}

func TestWithCurl(t *testing.T) {
	story(t, run(t, "with-curl.sh"))
}

func TestWithTheCommandLine(t *testing.T) {
	parts.RequireMariaDB(t)
	db, err := parts.StartMariaDB(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Create(t.Context(), "tutorial"))
	story(t, run(t, "with-cli.sh", "MILLRACE_METADATA_DRIVER=mysql", "MILLRACE_METADATA_DSN="+db.DSN("tutorial")))
}

// TestPageQuotesTheScripts reads the page beside them: what it shows of them stands there, line by line.
func TestPageQuotesTheScripts(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "docs", "tutorial")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		return string(text)
	}
	scripts := read("with-curl.sh") + read("with-cli.sh")
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(read("first-warehouse.md"), -1)
	require.Len(t, blocks, 4)
	for _, block := range blocks[1:] { // the first says how to start them
		for line := range strings.Lines(block[1]) {
			require.Contains(t, scripts, strings.TrimSpace(line))
		}
	}
}
