package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"millrace/server/embedded/olap"
)

// Main runs a package's tests; its TestMain calls os.Exit(parts.Main(m)). It
// lets the test binary be ClickHouse's child process, and stops what the tests
// shared.
func Main(m *testing.M) int {
	if len(os.Args) > 1 && os.Args[1] == olap.ChildCommand {
		return olap.RunChild(os.Args[2:])
	}
	shared.mu.Lock()
	shared.canStart = true
	shared.mu.Unlock()
	code := m.Run()
	if err := shared.close(); err != nil {
		fmt.Fprintln(os.Stderr, "stopping the shared ClickHouse:", err)
		code = max(code, 1)
	}
	return code
}

// shared is the one ClickHouse of a test process.
var shared sharedServer

type sharedServer struct {
	mu       sync.Mutex
	canStart bool // Main runs
	server   *olap.Server
	dir      string
	next     int // number of the next test's database
}

// Database is a test's own database on the shared ClickHouse.
type Database struct {
	Server   *olap.Server
	Addr     string // native host:port
	HTTPURL  string
	User     string
	Password string
	Name     string // the database
}

// ClickHouse returns an empty database of the test's own, on a server that all
// tests of the process share; it is dropped when the test ends. The test is
// skipped, or fails, as with the Require functions.
func ClickHouse(t testing.TB) *Database {
	t.Helper()
	library := RequireChDB(t)
	db, err := shared.database(library)
	if err != nil {
		t.Fatalf("starting the shared ClickHouse: %v", err)
	}
	if _, err := db.Query(t.Context(), "CREATE DATABASE "+db.Name+" ENGINE = Atomic"); err != nil {
		t.Fatalf("creating the test's database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := db.Query(context.Background(), "DROP DATABASE IF EXISTS "+db.Name+" SYNC"); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return db
}

func (s *sharedServer) database(library string) (*Database, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.canStart {
		return nil, errors.New("the package's TestMain must call parts.Main")
	}
	if s.server == nil {
		dir, err := os.MkdirTemp("", "millrace-clickhouse-")
		if err != nil {
			return nil, err
		}
		s.dir = dir
		s.server, err = olap.Start(context.Background(), olap.Options{
			Library: library, DataDir: filepath.Join(dir, "olap"), Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		})
		if err != nil {
			_ = os.RemoveAll(dir)
			return nil, err
		}
	}
	s.next++
	return &Database{
		Server: s.server, Addr: s.server.Addr(), HTTPURL: s.server.HTTPURL(),
		User: s.server.User(), Password: s.server.Password(), Name: fmt.Sprintf("test_%d", s.next),
	}, nil
}

func (s *sharedServer) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return errors.Join(s.server.Close(ctx), os.RemoveAll(s.dir))
}

// Query runs one statement over HTTP in the context of the server, not of a
// database, and returns what it prints (TSV unless it has a FORMAT).
func (d *Database) Query(ctx context.Context, sql string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.HTTPURL+"/?wait_end_of_query=1", strings.NewReader(sql))
	if err != nil {
		return "", fmt.Errorf("building the request: %w", err)
	}
	req.Header.Set("X-ClickHouse-User", d.User)
	req.Header.Set("X-ClickHouse-Key", d.Password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("asking ClickHouse: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", fmt.Errorf("reading ClickHouse's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("ClickHouse answered %s: %s", resp.Status, strings.TrimSpace(string(text)))
	}
	return string(text), nil
}
