package parts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// Process is a child that dies with this process, whatever way this one ends.
type Process struct {
	cmd  *exec.Cmd
	gone chan struct{} // closed when it was reaped; err is set then
	err  error
}

// StartProcess starts a command. Its output should go to files, not to pipes: a
// grandchild that keeps a pipe open would keep the child from being reaped.
//
// The goroutine that starts it keeps its OS thread until the child is gone,
// because the parent-death signal is tied to the thread.
func StartProcess(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, gone: make(chan struct{})}
	p.cmd.SysProcAttr = diesWithParent(cmd.SysProcAttr)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			close(p.gone)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	return p, nil
}

// startProcess starts a child in dir with its output at the end of a file.
func startProcess(dir, logFile, name string, args ...string) (*Process, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = log, log
	return StartProcess(cmd)
}

// PID returns the process's id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Gone is closed when the process has ended.
func (p *Process) Gone() <-chan struct{} { return p.gone }

// Wait returns when the process has ended: nil where it exited with 0, the
// *exec.ExitError of what it did instead, or the end of ctx.
func (p *Process) Wait(ctx context.Context) error {
	select {
	case <-p.gone:
		return p.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop ends the process with SIGTERM, by force when ctx ends first.
func (p *Process) Stop(ctx context.Context) error {
	select {
	case <-p.gone:
		return nil
	default:
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.gone:
		return nil
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("it did not stop and was killed: %w", ctx.Err())
	}
}

// Kill ends the process with SIGKILL and returns when it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.gone
}
