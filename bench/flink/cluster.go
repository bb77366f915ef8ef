package flink

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"millrace/server/e2e/parts"
	"millrace/server/embedded/localport"
)

// poll is how often a cluster is asked whether something is done.
const poll = 100 * time.Millisecond

// Cluster is a running Flink.
type Cluster struct {
	jars, dir     string
	rest, gateway string // base addresses
	client        http.Client
	processes     []process
}

type process struct {
	name string
	*parts.Process
}

// Start starts a cluster with the jars of a folder and returns when it can take jobs. Its configuration, logs and checkpoints go to dir.
// ctx bounds the start only.
func Start(ctx context.Context, jars, dir string) (_ *Cluster, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("starting Flink: %w", err)
	}
	ports, err := localport.Choose(filepath.Join(dir, "ports.json"), []string{"rpc", "rest", "gateway"}, nil)
	if err != nil {
		return nil, fmt.Errorf("starting Flink: %w", err)
	}
	if err := writeConfig(dir, ports); err != nil {
		return nil, err
	}
	c := &Cluster{
		jars: jars, dir: dir, client: http.Client{Timeout: time.Minute},
		rest: fmt.Sprintf("http://127.0.0.1:%d", ports["rest"]), gateway: fmt.Sprintf("http://127.0.0.1:%d/v2", ports["gateway"]),
	}
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	conf := filepath.Join(dir, "conf")
	const runtime = "org.apache.flink.runtime."
	start := func(name string, args ...string) {
		if err == nil {
			err = c.launch(name, args)
		}
	}
	start("jobmanager", append(javaArgs(jars, dir, jobManagerHeap), runtime+"entrypoint.StandaloneSessionClusterEntrypoint",
		"--configDir", conf, "--executionMode", "cluster")...)
	start("taskmanager", append(javaArgs(jars, dir, taskManagerHeap, "-XX:MaxDirectMemorySize=384m", "-XX:MaxMetaspaceSize=384m"),
		runtime+"taskexecutor.TaskManagerRunner", "--configDir", conf)...)
	start("gateway", append(javaArgs(jars, dir, gatewayHeap), "org.apache.flink.table.gateway.SqlGateway")...)
	if err != nil {
		return nil, err
	}
	if err = c.awaitReady(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Cluster) launch(name string, args []string) error {
	log, err := os.OpenFile(c.logFile(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("opening the log of Flink's %s: %w", name, err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command("java", args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "FLINK_CONF_DIR="+filepath.Join(c.dir, "conf"))
	cmd.Stdout, cmd.Stderr = log, log
	p, err := parts.StartProcess(cmd)
	if err != nil {
		return fmt.Errorf("starting Flink's %s: %w", name, err)
	}
	c.processes = append(c.processes, process{name, p})
	return nil
}

func (c *Cluster) logFile(name string) string { return filepath.Join(c.dir, name+".log") }

// PIDs returns the ids of the cluster's processes.
func (c *Cluster) PIDs() []int {
	var ids []int
	for _, p := range c.processes {
		ids = append(ids, p.PID())
	}
	return ids
}

// Close ends the cluster. Nobody reads its data again, so it is not asked first.
func (c *Cluster) Close() {
	for _, p := range c.processes {
		p.Kill()
	}
}

// Logs returns the last lines that each process wrote.
func (c *Cluster) Logs() string {
	const lines = 15
	var b strings.Builder
	for _, p := range c.processes {
		text, err := os.ReadFile(c.logFile(p.name))
		if err != nil {
			text = []byte(err.Error())
		}
		all := strings.Split(strings.TrimSpace(string(text)), "\n")
		fmt.Fprintf(&b, "--- %s\n%s\n", p.name, strings.Join(all[max(0, len(all)-lines):], "\n"))
	}
	return b.String()
}

// awaitReady waits until the task manager's slots are there and the gateway answers.
func (c *Cluster) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	return c.await(ctx, "starting Flink", func() error {
		var overview struct {
			Slots int `json:"slots-total"`
		}
		if err := c.get(ctx, c.rest+"/overview", &overview); err != nil {
			return err
		}
		if overview.Slots < Slots {
			return errors.New("the task manager is not there yet")
		}
		return c.get(ctx, c.gateway+"/info", &struct{}{})
	})
}

// permanent marks an error that waiting does not mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// await asks until there is no error, the error is a permanent one, a process has ended or ctx is over.
func (c *Cluster) await(ctx context.Context, what string, ask func() error) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		var final permanent
		if errors.As(err, &final) {
			return fmt.Errorf("%s: %w\n%s", what, err, c.Logs())
		}
		for _, p := range c.processes {
			select {
			case <-p.Gone():
				return fmt.Errorf("%s: the %s ended\n%s", what, p.name, c.Logs())
			default:
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w (%w)\n%s", what, ctx.Err(), err, c.Logs())
		case <-tick.C:
		}
	}
}
