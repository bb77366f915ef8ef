package olap

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
)

// parentMode makes the test binary a parent that starts a Server in the folder
// it is given and then does nothing until it is killed.
const parentMode = "__olap-test-parent"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case ChildCommand:
			os.Exit(RunChild(os.Args[2:]))
		case parentMode:
			os.Exit(runParent(os.Args[2], os.Args[3]))
		}
	}
	os.Exit(m.Run())
}

func runParent(library, dir string) int {
	s, err := Start(context.Background(), Options{Library: library, DataDir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(s.State().PID)
	select {}
}

func TestServesNativeAndHTTPAndKeepsData(t *testing.T) {
	opts := options(t)
	s := startServer(t, opts, defaultPace())
	conn := connect(t, s)
	exec1(t, conn, `CREATE TABLE plays (id UInt64, at DateTime64(3)) ENGINE = ReplacingMergeTree ORDER BY id`)
	exec1(t, conn, `CREATE MATERIALIZED VIEW per_day ENGINE = SummingMergeTree ORDER BY d AS SELECT toDate(at) d, count() n FROM plays GROUP BY d`)
	insert(t, conn, 0, 1000)
	require.Equal(t, uint64(1000), count(t, conn))
	require.NoError(t, s.query(t.Context(), "SELECT count() FROM "+s.Database()+".plays"))

	info, err := os.Stat(filepath.Join(opts.DataDir, "password"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	for _, name := range []string{s.layout.config(), s.layout.users()} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NotContains(t, string(text), s.Password(), "configuration files hold only the hash")
	}

	require.NoError(t, s.Close(t.Context()))
	require.Equal(t, Stopped, s.State().Phase)
	require.Error(t, s.ping(t.Context()))

	again := startServer(t, opts, defaultPace())
	require.Equal(t, s.Addr(), again.Addr())
	require.Equal(t, s.HTTPURL(), again.HTTPURL())
	require.Equal(t, s.Password(), again.Password())
	require.Equal(t, uint64(1000), count(t, connect(t, again)))
}

func TestUsersAreConfined(t *testing.T) {
	s := startServer(t, options(t), defaultPace())
	conn := connect(t, s)
	exec1(t, conn, `CREATE TABLE kept (id UInt64) ENGINE = MergeTree ORDER BY id`)

	for name, sql := range map[string]string{
		"read a file":    `SELECT * FROM file('/etc/passwd', 'LineAsString')`,
		"write a file":   `INSERT INTO FUNCTION file('out.csv', 'CSV', 'a String') SELECT 'x'`,
		"file engine":    `CREATE TABLE f (a String) ENGINE = File('CSV')`,
		"fetch an url":   `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')`,
		"remote":         `SELECT * FROM remote('127.0.0.1', system.one)`,
		"create user":    `CREATE USER x`,
		"grant":          `GRANT ALL ON *.* TO millrace`,
		"mysql":          `SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')`,
		"backup to disk": `BACKUP TABLE kept TO File('/tmp/parts-backup')`,
		"run a program":  `SELECT * FROM executable('ls', 'TSV', 'a String')`,
		"local disk":     `CREATE TABLE l (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = local, path = '/tmp/parts-disk/')`,
	} {
		t.Run("application user cannot "+name, func(t *testing.T) {
			require.Error(t, conn.Exec(t.Context(), sql))
		})
	}

	nobody := &Server{opts: s.opts, pace: s.pace, http: s.http}
	nobody.opts.User, nobody.opts.Password = "default", ""
	for name, sql := range map[string]string{
		"read":   "SELECT * FROM millrace.kept",
		"write":  "INSERT INTO millrace.kept VALUES (1)",
		"drop":   "DROP TABLE millrace.kept",
		"create": "CREATE TABLE default.x (a UInt64) ENGINE = Memory",
		"file":   "SELECT * FROM file('/etc/passwd', 'LineAsString')",
		"users":  "SELECT * FROM system.users",
		"grant":  "GRANT ALL ON *.* TO default",
	} {
		t.Run("default cannot "+name, func(t *testing.T) {
			require.Error(t, nobody.query(t.Context(), sql))
		})
	}
	require.Equal(t, "1", one(t, conn, "SELECT toString(count()) FROM system.tables WHERE name = 'kept'"))
}

func TestRestartsADeadChildOnTheSamePorts(t *testing.T) {
	s := startServer(t, options(t), defaultPace())
	conn := connect(t, s)
	exec1(t, conn, `CREATE TABLE plays (id UInt64, at DateTime64(3)) ENGINE = MergeTree ORDER BY id`)
	for round := range 2 {
		insert(t, conn, round*500, 500)
		killed := s.State().PID
		require.NoError(t, syscall.Kill(killed, syscall.SIGKILL))
		eventually(t, func() bool {
			st := s.State()
			return st.Phase == Ready && st.PID != killed && st.Restarts == round+1
		})
		require.Contains(t, s.State().LastError, "killed")
		conn = connect(t, s)
		require.Equal(t, uint64((round+1)*500), count(t, conn), "every acknowledged row is there")
	}
}

// Whoever connects may break off at any place, as a client does that is killed: the server serves on.
func TestSurvivesTornConnections(t *testing.T) {
	s := startServer(t, options(t), defaultPace())
	pid := s.State().PID
	text := func(s string) string { return string(rune(len(s))) + s }
	version := string([]byte{24, 3, 0xb7, 0xa9, 0x03}) // 24.3, revision 54455
	hello := "\x00" + text("client") + version + text(s.Database()) + text(s.opts.User)
	for name, first := range map[string]string{
		"nothing":           "",
		"half of the hello": hello[:9],
		"a wrong password":  hello + text("wrong"),
		"the hello":         hello + text(s.Password()),
		"another protocol":  "GET / HTTP/1.1\r\n\r\n",
		"an unknown packet": "\xff\xff\xff",
	} {
		for address, at := range map[string]string{"native": s.tcp, "HTTP": s.http} {
			for _, reset := range []bool{false, true} {
				for range 50 {
					conn, err := net.Dial("tcp", at)
					require.NoError(t, err)
					_, err = conn.Write([]byte(first))
					require.NoError(t, err)
					if reset {
						require.NoError(t, conn.(*net.TCPConn).SetLinger(0))
					}
					require.NoError(t, conn.Close())
				}
				require.NoError(t, s.ping(t.Context()), "%s to %s, reset %t", name, address, reset)
			}
		}
	}
	require.Equal(t, "1", one(t, connect(t, s), "SELECT '1'"))
	require.Equal(t, pid, s.State().PID)
	log, err := os.ReadFile(s.layout.log())
	require.NoError(t, err)
	require.NotContains(t, string(log), "<Debug>")
	require.NotContains(t, string(log), "<Trace>")
}

func TestRestartsAHungChild(t *testing.T) {
	impatient := defaultPace()
	impatient.probeInterval, impatient.probeTimeout, impatient.probeFailures = 100*time.Millisecond, 500*time.Millisecond, 3
	s := startServer(t, options(t), impatient)
	hung := s.State().PID
	require.NoError(t, syscall.Kill(hung, syscall.SIGSTOP))
	eventually(t, func() bool { st := s.State(); return st.Phase == Ready && st.PID != hung })
	require.Contains(t, s.State().LastError, "no answer to 3 pings")
	require.False(t, alive(hung))
}

func TestChildFollowsAKilledParent(t *testing.T) {
	opts := options(t)
	parent := exec.Command(os.Args[0], parentMode, opts.Library, opts.DataDir)
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	var errOut bytes.Buffer
	parent.Stderr = &errOut
	require.NoError(t, parent.Start())
	t.Cleanup(func() { _ = parent.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "%s", &errOut)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.True(t, alive(pid))

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	// The folder is free when the child is gone, not before.
	again := startServer(t, opts, defaultPace())
	require.False(t, alive(pid), "the child must not outlive its parent")
	require.NotEqual(t, pid, again.State().PID)
}

func TestStartFails(t *testing.T) {
	opts := options(t)
	quick := defaultPace()
	quick.firstBackoff = time.Millisecond

	t.Run("not a library", func(t *testing.T) {
		bad := opts
		bad.DataDir = t.TempDir()
		bad.Library = filepath.Join(t.TempDir(), "libchdb.so")
		require.NoError(t, os.WriteFile(bad.Library, []byte("not a library"), 0o600))
		_, err := start(t.Context(), completed(t, bad), quick)
		require.ErrorContains(t, err, "ended 3 times before it was ready")
		require.ErrorContains(t, err, "loading "+bad.Library)
	})
	t.Run("folder in use", func(t *testing.T) {
		startServer(t, opts, defaultPace())
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := Start(ctx, opts)
		require.ErrorContains(t, err, "another process uses this data folder")
	})
	for name, edit := range map[string]func(*Options){
		"no library":    func(o *Options) { o.Library = "" },
		"user default":  func(o *Options) { o.User = "default" },
		"user as XML":   func(o *Options) { o.User = "a><b" },
		"database name": func(o *Options) { o.Database = "x; DROP" },
		"little memory": func(o *Options) { o.MaxMemoryBytes = 1 << 20 },
	} {
		t.Run(name, func(t *testing.T) {
			bad := opts
			edit(&bad)
			_, err := Start(t.Context(), bad)
			require.ErrorContains(t, err, "starting embedded ClickHouse")
		})
	}
}

func options(t *testing.T) Options {
	t.Helper()
	library, err := FindLibrary("")
	if err != nil {
		if os.Getenv("CI") != "" {
			require.NoError(t, err)
		}
		t.Skip(err)
	}
	return Options{
		Library: library, DataDir: filepath.Join(t.TempDir(), "olap"), MaxMemoryBytes: 1 << 30,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

func completed(t *testing.T, opts Options) Options {
	t.Helper()
	require.NoError(t, opts.complete())
	return opts
}

func startServer(t *testing.T, opts Options, p pace) *Server {
	t.Helper()
	s, err := start(t.Context(), completed(t, opts), p)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		require.NoError(t, s.Close(ctx))
	})
	require.Equal(t, Ready, s.State().Phase)
	return s
}

func connect(t *testing.T, s *Server) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{s.Addr()},
		Auth: clickhouse.Auth{Database: s.Database(), Username: s.User(), Password: s.Password()},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func exec1(t *testing.T, conn driver.Conn, sql string) {
	t.Helper()
	require.NoError(t, conn.Exec(t.Context(), sql))
}

func insert(t *testing.T, conn driver.Conn, from, n int) {
	t.Helper()
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO plays")
	require.NoError(t, err)
	for i := range n {
		require.NoError(t, batch.Append(uint64(from+i), time.UnixMilli(int64(i))))
	}
	require.NoError(t, batch.Send())
}

func count(t *testing.T, conn driver.Conn) (n uint64) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM plays").Scan(&n))
	return n
}

func one(t *testing.T, conn driver.Conn, sql string) (v string) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&v))
	return v
}

// alive says whether the process runs; one that ended and was not yet reaped by
// whoever adopted it does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, fields, _ := strings.Cut(string(stat), ") ") // the name before it may hold blanks
	return !strings.HasPrefix(fields, "Z") && !strings.HasPrefix(fields, "X")
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, 30*time.Second, 20*time.Millisecond)
}
