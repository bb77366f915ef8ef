package olap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// pace is how patient the supervision is.
type pace struct {
	firstBackoff, maxBackoff time.Duration
	steadyAfter              time.Duration // ready for so long: the next failure starts with firstBackoff again
	startAttempts            int           // children that may fail before the first readiness

	readyPoll, readyTimeout     time.Duration
	probeInterval, probeTimeout time.Duration
	probeFailures               int // in a row: hung, not just busy
}

func defaultPace() pace {
	return pace{
		firstBackoff: 250 * time.Millisecond, maxBackoff: 15 * time.Second,
		steadyAfter: time.Minute, startAttempts: 3,
		readyPoll: 50 * time.Millisecond, readyTimeout: 60 * time.Second, // big tables take their time to load
		probeInterval: 2 * time.Second, probeTimeout: 5 * time.Second, probeFailures: 5,
	}
}

// supervise keeps a child running until ctx ends, or gives up when the first
// children fail before they were ever ready. It is the only goroutine that starts
// and reaps children.
func (s *Server) supervise(ctx context.Context) {
	defer func() {
		s.enter(Stopped, nil)
		_ = s.lock.Close()
	}()
	backoff := s.pace.firstBackoff
	for attempt := 1; ; attempt++ {
		steady, err := s.runOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		if steady {
			backoff = s.pace.firstBackoff
		}
		if s.State().Phase == Starting {
			s.enter(Starting, err)
			if attempt >= s.pace.startAttempts {
				return
			}
		} else {
			s.enter(Restarting, err)
			s.opts.Log.Error("embedded ClickHouse is down", "error", err, "restart_in", backoff)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, s.pace.maxBackoff)
		s.mu.Lock()
		s.state.Restarts++
		s.mu.Unlock()
	}
}

// runOnce starts a child and returns when it is gone: by itself, hung and
// killed, or stopped because ctx ended. steady says that it had been ready for
// steadyAfter.
func (s *Server) runOnce(ctx context.Context) (steady bool, err error) {
	c, err := s.spawn()
	if err != nil {
		return false, err
	}
	s.setPID(c.cmd.Process.Pid)
	defer s.setPID(0)

	// gone is read by this goroutine after the watch has ended.
	gone := make(chan error, 1)
	watch, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		gone <- c.cmd.Wait()
		cancel()
	}()

	var readyAt time.Time
	cause := s.awaitReady(watch)
	if cause == nil {
		readyAt = time.Now()
		s.enter(Ready, nil)
		s.opts.Log.Debug("embedded ClickHouse is ready", "native", s.tcp, "http", s.http, "pid", c.cmd.Process.Pid)
		select {
		case <-s.ready:
		default:
			close(s.ready)
		}
		cause = s.watchHealth(watch)
	}

	// Either ctx ended, or the child is gone, or it is not healthy.
	switch {
	case ctx.Err() != nil:
		_ = c.stdin.Close() // the clean stop, with its own time limit
	case watch.Err() == nil:
		_ = c.cmd.Process.Kill()
	}
	waitErr := <-gone
	_ = c.stdin.Close()
	steady = !readyAt.IsZero() && time.Since(readyAt) >= s.pace.steadyAfter
	if errors.Is(cause, context.Canceled) {
		cause = errors.New("the child process ended")
		if waitErr != nil {
			cause = fmt.Errorf("the child process ended: %w", waitErr)
		}
	}
	if tail := c.stderr.String(); tail != "" {
		cause = fmt.Errorf("%w; it said: %s", cause, tail)
	}
	return steady, cause
}

func (s *Server) setPID(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.PID = pid
}

// kill ends the current child by force.
func (s *Server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.PID == 0 {
		return
	}
	if p, err := os.FindProcess(s.state.PID); err == nil {
		_ = p.Kill()
	}
}

type child struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr *tail
}

func (s *Server) spawn() (*child, error) {
	args := slices.Concat(s.opts.Exe[1:], childArgs{
		library: s.opts.Library, dataDir: s.opts.DataDir, httpPort: s.opts.HTTPPort, tcpPort: s.opts.TCPPort,
	}.flags())
	cmd := exec.Command(s.opts.Exe[0], args...)
	cmd.Dir = s.opts.DataDir
	cmd.SysProcAttr = diesWithParent()
	cmd.ExtraFiles = []*os.File{s.lock} // the folder stays locked while the child lives
	stderr := &tail{limit: 4 << 10}
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("making the child's stdin: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the child process: %w", err)
	}
	return &child{cmd: cmd, stdin: stdin, stderr: stderr}, nil
}

// awaitReady waits until the server answers to the application user, whose
// password no other server on this port can know, and the database exists.
func (s *Server) awaitReady(ctx context.Context) error {
	deadline, cancel := context.WithTimeout(ctx, s.pace.readyTimeout)
	defer cancel()
	tick := time.NewTicker(s.pace.readyPoll)
	defer tick.Stop()
	for {
		err := s.query(deadline, "CREATE DATABASE IF NOT EXISTS "+s.opts.Database+" ENGINE = Atomic")
		if err == nil {
			return nil
		}
		select {
		case <-deadline.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("not ready after %s: %w", s.pace.readyTimeout, err)
		case <-tick.C:
		}
	}
}

// watchHealth returns when the server no longer answers, or when ctx ends.
func (s *Server) watchHealth(ctx context.Context) error {
	tick := time.NewTicker(s.pace.probeInterval)
	defer tick.Stop()
	failures := 0
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		err := s.ping(ctx)
		if err == nil {
			failures = 0
			continue
		}
		if failures++; failures >= s.pace.probeFailures && ctx.Err() == nil {
			return fmt.Errorf("no answer to %d pings: %w", failures, err)
		}
	}
}

func (s *Server) ping(ctx context.Context) error {
	return s.do(ctx, http.MethodGet, s.HTTPURL()+"/ping", "")
}

func (s *Server) query(ctx context.Context, sql string) error {
	return s.do(ctx, http.MethodPost, s.HTTPURL()+"/?"+url.Values{"wait_end_of_query": {"1"}}.Encode(), sql)
}

func (s *Server) do(ctx context.Context, method, target, body string) error {
	ctx, cancel := context.WithTimeout(ctx, s.pace.probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("building the request: %w", err)
	}
	if body != "" {
		req.Header.Set("X-ClickHouse-User", s.opts.User)
		req.Header.Set("X-ClickHouse-Key", s.opts.Password)
	}
	req.Close = true // one connection per probe: a kept one would outlive a restart
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking ClickHouse: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return fmt.Errorf("reading ClickHouse's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("ClickHouse answered %s: %s", resp.Status, strings.TrimSpace(string(text)))
	}
	return nil
}

// tail keeps the last bytes written to it.
type tail struct {
	limit int

	mu  sync.Mutex
	buf []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.limit; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// String returns what was kept, trimmed.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.buf))
}
