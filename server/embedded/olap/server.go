package olap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"time"

	"millrace/server/embedded/localport"
)

// Options says how to run the embedded ClickHouse.
type Options struct {
	Library string   // path of libchdb, as FindLibrary returns it; required
	DataDir string   // created if missing; one Server at a time; required
	Exe     []string // the command that reaches RunChild; default: this executable and ChildCommand

	HTTPPort int // 0: the remembered port if free, else any free one
	TCPPort  int // native protocol; 0 likewise

	MaxMemoryBytes int64 // ClickHouse's own cap on its memory, not on RSS; default 2 GiB, at least 256 MiB

	User     string // application user; default "millrace"
	Password string // default: generated once and kept in DataDir
	Database string // its Atomic database, created if missing; default "millrace"

	Log *slog.Logger // default: slog.Default()
}

// Phase is what a Server is doing.
type Phase string

// The phases of a Server.
const (
	Starting   Phase = "starting"   // first start; not ready yet
	Ready      Phase = "ready"      // answers /ping
	Restarting Phase = "restarting" // died or hung; being brought back on the same ports
	Stopped    Phase = "stopped"    // Close was called, or the start failed
)

// State is a snapshot of a Server.
type State struct {
	Phase     Phase
	Since     time.Time // when Phase was entered
	Restarts  int       // starts after the first
	LastError string    // why it last was not ready; kept after it recovered
	PID       int       // of the child; 0 when there is none
}

// Server is a running embedded ClickHouse.
type Server struct {
	opts   Options
	pace   pace
	layout layout
	http   string // host:port
	tcp    string // host:port
	lock   *os.File

	stop     context.CancelFunc
	finished chan struct{} // closed when supervise has returned
	ready    chan struct{} // closed when Ready was reached once

	mu    sync.Mutex
	state State
}

const minMemory = 256 << 20

// The names go into XML tags and SQL as they are.
var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// Start runs the embedded ClickHouse and returns once it answers and the
// application's database exists. ctx bounds the start only; the server runs
// until Close. While another process still uses the data folder (a child that
// is just stopping, say) Start waits for it as long as ctx allows, 30 s at most.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if err := opts.complete(); err != nil {
		return nil, fmt.Errorf("starting embedded ClickHouse: %w", err)
	}
	s, err := start(ctx, opts, defaultPace())
	if err != nil {
		return nil, fmt.Errorf("starting embedded ClickHouse in %s: %w", opts.DataDir, err)
	}
	return s, nil
}

func (o *Options) complete() error {
	if o.Library == "" || o.DataDir == "" {
		return errors.New("the options Library and DataDir are required")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return fmt.Errorf("resolving the data folder: %w", err)
	}
	o.DataDir = dir
	if len(o.Exe) == 0 {
		exe, err := os.Executable()
		if err != nil {
			return fmt.Errorf("finding this executable: %w", err)
		}
		o.Exe = []string{exe, ChildCommand}
	}
	if o.MaxMemoryBytes == 0 {
		o.MaxMemoryBytes = 2 << 30
	}
	if o.MaxMemoryBytes < minMemory {
		return fmt.Errorf("MaxMemoryBytes is %d, at least %d is needed", o.MaxMemoryBytes, minMemory)
	}
	if o.User == "" {
		o.User = "millrace"
	}
	if o.Database == "" {
		o.Database = "millrace"
	}
	if !identifier.MatchString(o.User) || o.User == "default" {
		return fmt.Errorf("%q cannot be the application user's name", o.User)
	}
	if !identifier.MatchString(o.Database) || o.Database == "default" || o.Database == "system" {
		return fmt.Errorf("%q cannot be the application's database", o.Database)
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return nil
}

func start(ctx context.Context, opts Options, p pace) (_ *Server, err error) {
	l := layout{opts.DataDir}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return nil, fmt.Errorf("creating the data folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	lock, err := acquireLock(ctx, l.lock())
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = lock.Close()
		}
	}()
	if opts.Password == "" {
		if opts.Password, err = loadPassword(l.password()); err != nil {
			return nil, err
		}
	}
	if err := writeConfig(l, opts.User, opts.Password, opts.MaxMemoryBytes); err != nil {
		return nil, err
	}
	ports, err := localport.Choose(l.ports(), []string{"http", "tcp"}, map[string]int{"http": opts.HTTPPort, "tcp": opts.TCPPort})
	if err != nil {
		return nil, err
	}
	opts.HTTPPort, opts.TCPPort = ports["http"], ports["tcp"]

	life, stop := context.WithCancel(context.Background())
	s := &Server{
		opts:     opts,
		pace:     p,
		layout:   l,
		http:     net.JoinHostPort("127.0.0.1", strconv.Itoa(opts.HTTPPort)),
		tcp:      net.JoinHostPort("127.0.0.1", strconv.Itoa(opts.TCPPort)),
		lock:     lock,
		stop:     stop,
		finished: make(chan struct{}),
		ready:    make(chan struct{}),
		state:    State{Phase: Starting, Since: time.Now()},
	}
	go func() {
		// See the package comment: the parent-death signal is tied to this thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(s.finished)
		s.supervise(life)
	}()

	select {
	case <-s.ready:
		return s, nil
	case <-s.finished:
		stop()
		return nil, fmt.Errorf("it ended %d times before it was ready: %s", p.startAttempts, s.State().LastError)
	case <-ctx.Done():
		stop()
		<-s.finished
		if last := s.State().LastError; last != "" {
			return nil, fmt.Errorf("it did not become ready: %s", last)
		}
		return nil, fmt.Errorf("waiting until it is ready: %w", ctx.Err())
	}
}

// Addr returns the native protocol's host:port. It never changes.
func (s *Server) Addr() string { return s.tcp }

// HTTPURL returns the HTTP interface's base URL, without a path. It never changes.
func (s *Server) HTTPURL() string { return "http://" + s.http }

// User returns the application user's name.
func (s *Server) User() string { return s.opts.User }

// Password returns the application user's password.
func (s *Server) Password() string { return s.opts.Password }

// Database returns the application's database.
func (s *Server) Database() string { return s.opts.Database }

// State returns what the server is doing now.
func (s *Server) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Close stops ClickHouse cleanly, by force when ctx ends first, and returns when
// the child is gone. Further calls wait likewise.
func (s *Server) Close(ctx context.Context) error {
	s.stop()
	select {
	case <-s.finished:
		return nil
	case <-ctx.Done():
	}
	s.kill()
	<-s.finished
	return fmt.Errorf("stopping embedded ClickHouse: %w; it was killed", ctx.Err())
}

func (s *Server) enter(p Phase, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Phase != p {
		s.state.Phase, s.state.Since = p, time.Now()
	}
	if cause != nil {
		s.state.LastError = cause.Error()
	}
}
