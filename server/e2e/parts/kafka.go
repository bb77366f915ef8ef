package parts

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"millrace/server/embedded/localport"
)

// KafkaOptions says how to run Kafka.
type KafkaOptions struct {
	Dir      string            // data, configuration and logs; kept; required
	Brokers  int               // default 1; each is broker and controller
	Port     int               // of the first broker, the next ones follow; 0: chosen, and remembered in Dir
	Heap     string            // of each broker's JVM, as -Xmx takes it; default "512m"
	Settings map[string]string // server.properties on top of the defaults
}

// Kafka is a running Apache Kafka cluster in KRaft mode.
type Kafka struct {
	opts      KafkaOptions
	classpath string
	nodes     []*node

	mu sync.Mutex // serialises starting and stopping
}

// node is one broker.
type node struct {
	dir         string
	port        int
	controlPort int
	process     *Process // nil when stopped
}

// StartKafka formats Dir if it is new, starts the brokers and returns when all
// of them serve. ctx bounds the start only.
func StartKafka(ctx context.Context, opts KafkaOptions) (*Kafka, error) {
	if opts.Dir == "" {
		return nil, errors.New("starting Kafka: Dir is required")
	}
	if opts.Brokers == 0 {
		opts.Brokers = 1
	}
	if opts.Heap == "" {
		opts.Heap = "512m"
	}
	k := &Kafka{opts: opts}
	if err := k.prepare(ctx); err != nil {
		return nil, fmt.Errorf("starting Kafka in %s: %w", opts.Dir, err)
	}
	if err := k.Restart(ctx); err != nil {
		k.Kill()
		return nil, err
	}
	return k, nil
}

func (k *Kafka) prepare(ctx context.Context) error {
	var err error
	if k.opts.Dir, err = filepath.Abs(k.opts.Dir); err != nil {
		return fmt.Errorf("resolving the folder: %w", err)
	}
	if err := checkJava(); err != nil {
		return err
	}
	if k.classpath, err = kafkaClasspath(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(k.opts.Dir, 0o755); err != nil {
		return fmt.Errorf("creating the folder: %w", err)
	}
	if err := k.choosePorts(); err != nil {
		return err
	}
	id, err := k.clusterID()
	if err != nil {
		return err
	}
	log4j := filepath.Join(k.opts.Dir, "log4j2.properties")
	if err := os.WriteFile(log4j, []byte(log4jProperties), 0o644); err != nil {
		return fmt.Errorf("writing %s: %w", log4j, err)
	}
	for i, n := range k.nodes {
		if err := os.MkdirAll(n.dir, 0o755); err != nil {
			return fmt.Errorf("creating broker %d's folder: %w", i, err)
		}
		if err := os.WriteFile(n.properties(), []byte(k.properties(i)), 0o644); err != nil {
			return fmt.Errorf("writing broker %d's settings: %w", i, err)
		}
		if _, err := os.Stat(filepath.Join(n.dir, "data", "meta.properties")); err == nil {
			continue // formatted by an earlier run
		}
		cmd := exec.CommandContext(ctx, "java", k.javaArgs("kafka.tools.StorageTool", "format",
			"--ignore-formatted", "--cluster-id", id, "--config", n.properties())...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("formatting broker %d's storage: %w\n%s", i, err, firstLines(string(out), 5))
		}
	}
	return nil
}

func (k *Kafka) choosePorts() error {
	var names []string
	wanted := map[string]int{}
	for i := range k.opts.Brokers {
		broker := fmt.Sprintf("broker_%d", i)
		names = append(names, broker, fmt.Sprintf("controller_%d", i))
		if k.opts.Port != 0 {
			wanted[broker] = k.opts.Port + i
		}
	}
	ports, err := localport.Choose(filepath.Join(k.opts.Dir, "ports.json"), names, wanted)
	if err != nil {
		return err
	}
	for i := range k.opts.Brokers {
		k.nodes = append(k.nodes, &node{
			dir:  filepath.Join(k.opts.Dir, fmt.Sprintf("broker-%d", i)),
			port: ports[names[2*i]], controlPort: ports[names[2*i+1]],
		})
	}
	return nil
}

// clusterID returns the cluster's id, which is made up once.
func (k *Kafka) clusterID() (string, error) {
	file := filepath.Join(k.opts.Dir, "cluster.id")
	text, err := os.ReadFile(file)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	id[0] &= 0x7f           // the tool takes an id that begins with a dash for an option
	encoded := base64.RawURLEncoding.EncodeToString(id[:])
	if err := os.WriteFile(file, []byte(encoded+"\n"), 0o644); err != nil {
		return "", fmt.Errorf("keeping the cluster id: %w", err)
	}
	return encoded, nil
}

func (n *node) properties() string { return filepath.Join(n.dir, "server.properties") }
func (n *node) logFile() string    { return filepath.Join(n.dir, "server.log") }
func (n *node) address() string    { return net.JoinHostPort("127.0.0.1", strconv.Itoa(n.port)) }

func (k *Kafka) javaArgs(main string, args ...string) []string {
	return append([]string{
		"-Xms64m", "-Xmx" + k.opts.Heap, "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-Djava.awt.headless=true",
		"-Dlog4j2.configurationFile=" + filepath.Join(k.opts.Dir, "log4j2.properties"),
		"-cp", k.classpath, main,
	}, args...)
}

// Addrs returns each broker's host:port. They never change.
func (k *Kafka) Addrs() []string {
	addresses := make([]string, len(k.nodes))
	for i, n := range k.nodes {
		addresses[i] = n.address()
	}
	return addresses
}

// Bootstrap returns Addrs separated by commas.
func (k *Kafka) Bootstrap() string { return strings.Join(k.Addrs(), ",") }

// Restart starts the brokers that are not running, on the same data and ports,
// and returns when all of them serve.
func (k *Kafka) Restart(ctx context.Context) error {
	for i := range k.nodes {
		if err := k.launch(i); err != nil {
			return err
		}
	}
	return k.awaitReady(ctx)
}

// StartBroker is Restart for one broker, counted from 0.
func (k *Kafka) StartBroker(ctx context.Context, i int) error {
	if err := k.launch(i); err != nil {
		return err
	}
	return k.awaitReady(ctx)
}

func (k *Kafka) launch(i int) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := k.nodes[i]
	if n.process != nil {
		select {
		case <-n.process.gone:
		default:
			return nil
		}
	}
	p, err := startProcess(n.dir, n.logFile(), "java", k.javaArgs("kafka.Kafka", n.properties())...)
	if err != nil {
		return fmt.Errorf("starting Kafka broker %d: %w", i, err)
	}
	n.process = p
	return nil
}

// Stop shuts all brokers down cleanly, by force when ctx ends first.
func (k *Kafka) Stop(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	errs := make([]error, len(k.nodes))
	var wg sync.WaitGroup
	for i, n := range k.nodes {
		if n.process == nil {
			continue
		}
		wg.Go(func() {
			if err := n.process.Stop(ctx); err != nil {
				errs[i] = fmt.Errorf("stopping Kafka broker %d: %w", i, err)
			}
		})
	}
	wg.Wait()
	for _, n := range k.nodes {
		n.process = nil
	}
	return errors.Join(errs...)
}

// Kill ends all brokers with SIGKILL and returns when they are gone.
func (k *Kafka) Kill() {
	for i := range k.nodes {
		k.KillBroker(i)
	}
}

// KillBroker ends one broker, counted from 0, with SIGKILL.
func (k *Kafka) KillBroker(i int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if n := k.nodes[i]; n.process != nil {
		n.process.Kill()
		n.process = nil
	}
}

// Logs returns what the brokers wrote so far, of each the last 64 KiB.
func (k *Kafka) Logs() string {
	const limit = 64 << 10
	var b strings.Builder
	for i, n := range k.nodes {
		text, err := os.ReadFile(n.logFile())
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			text = []byte(err.Error())
		}
		fmt.Fprintf(&b, "--- broker %d\n%s", i, bytes.TrimSpace(text[max(0, len(text)-limit):]))
		b.WriteByte('\n')
	}
	return b.String()
}

// awaitReady waits until every running broker knows of all running brokers.
func (k *Kafka) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := k.serving(ctx)
		if err == nil {
			return nil
		}
		if dead := k.dead(); dead != nil {
			return fmt.Errorf("starting Kafka: %w\n%s", dead, lastLines(k.Logs(), 20))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for Kafka: %w\n%s", err, lastLines(k.Logs(), 20))
		case <-tick.C:
		}
	}
}

func (k *Kafka) running() []*node {
	k.mu.Lock()
	defer k.mu.Unlock()
	var nodes []*node
	for _, n := range k.nodes {
		if n.process != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

func (k *Kafka) dead() error {
	for _, n := range k.running() {
		select {
		case <-n.process.gone:
			return fmt.Errorf("the broker on port %d ended: %w", n.port, n.process.err)
		default:
		}
	}
	return nil
}

func (k *Kafka) serving(ctx context.Context) error {
	nodes := k.running()
	for _, n := range nodes {
		if err := n.sees(ctx, len(nodes)); err != nil {
			return err
		}
	}
	return nil
}

// sees reports an error unless the broker answers and knows of so many brokers.
func (n *node) sees(ctx context.Context, brokers int) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(n.address()), kgo.RequestRetries(0))
	if err != nil {
		return fmt.Errorf("making a client: %w", err)
	}
	defer client.Close()
	request := kmsg.NewPtrMetadataRequest()
	request.Topics = []kmsg.MetadataRequestTopic{}
	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return fmt.Errorf("asking the broker on port %d: %w", n.port, err)
	}
	if len(response.Brokers) != brokers {
		return fmt.Errorf("the broker on port %d knows %d of %d brokers", n.port, len(response.Brokers), brokers)
	}
	return nil
}
