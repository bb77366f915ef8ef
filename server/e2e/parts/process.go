package parts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// process is a child with its output in a file.
type process struct {
	cmd  *exec.Cmd
	gone chan struct{} // closed when it was reaped; err is set then
	err  error
}

// startProcess starts a child that dies with this process. The goroutine that
// starts it keeps its OS thread until the child is gone, because the
// parent-death signal is tied to the thread.
func startProcess(dir, logFile, name string, args ...string) (*process, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	p := &process{cmd: exec.Command(name, args...), gone: make(chan struct{})}
	p.cmd.Dir = dir
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = diesWithParent()
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer func() { _ = log.Close() }()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			close(p.gone)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	return p, nil
}

// stop ends the process with SIGTERM, by force when ctx ends first.
func (p *process) stop(ctx context.Context) error {
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
		p.kill()
		return fmt.Errorf("it did not stop and was killed: %w", ctx.Err())
	}
}

// kill ends the process with SIGKILL and returns when it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.gone
}
