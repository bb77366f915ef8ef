package broker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/server/embedded/localport"
)

// Options says how to run the embedded broker.
type Options struct {
	DataDir        string        // created if missing; one Broker at a time; required
	Port           int           // 0: the remembered port if free, else any free one
	SyncWrites     bool          // fsync every batch before it is acknowledged
	RetainInterval time.Duration // how often retention is applied; default 10 s
	Log            *slog.Logger  // default: slog.Default()
}

// Broker is a running embedded broker.
type Broker struct {
	cluster *kfake.Cluster
	addrs   []string
	unclean string
	lock    *os.File

	stop     context.CancelFunc
	finished chan struct{} // closed when the retainer has ended
	client   *kgo.Client

	once sync.Once
	err  error
}

// maxMessageBytes lets a record of 20 MB pass, as the real broker of the tests does.
const maxMessageBytes = 32 << 20

// segmentBytes is small, because disk space comes back by whole segments.
const segmentBytes = 16 << 20

// Start runs the broker on the topics that are in the data folder. After a crash
// it first ends the transactions that were left open. ctx bounds the start only.
func Start(ctx context.Context, opts Options) (*Broker, error) {
	if opts.DataDir == "" {
		return nil, errors.New("starting the embedded broker: DataDir is required")
	}
	if opts.RetainInterval <= 0 {
		opts.RetainInterval = 10 * time.Second
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	b, err := start(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("starting the embedded broker in %s: %w", opts.DataDir, err)
	}
	return b, nil
}

func start(ctx context.Context, opts Options) (_ *Broker, err error) {
	logDir := filepath.Join(opts.DataDir, "log")
	if err := os.MkdirAll(logDir, 0o700); err != nil {
		return nil, fmt.Errorf("creating the data folder: %w", err)
	}
	lock, err := lockFolder(filepath.Join(opts.DataDir, "lock"))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = lock.Close()
		}
	}()

	unclean := filepath.Join(opts.DataDir, "unclean")
	if _, err := os.Stat(unclean); err == nil {
		opts.Log.Info("the embedded broker was not shut down cleanly; checking its transactions")
		if err := recoverTransactions(ctx, logDir, opts.Log); err != nil {
			return nil, fmt.Errorf("recovering after a crash: %w", err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("looking for the crash mark: %w", err)
	}
	if err := os.WriteFile(unclean, nil, 0o600); err != nil {
		return nil, fmt.Errorf("leaving the crash mark: %w", err)
	}

	ports, err := localport.Choose(filepath.Join(opts.DataDir, "ports.json"), []string{"kafka"}, map[string]int{"kafka": opts.Port})
	if err != nil {
		return nil, err
	}
	cluster, err := open(logDir, ports["kafka"], opts.SyncWrites)
	if err != nil {
		return nil, err
	}
	b := &Broker{cluster: cluster, addrs: cluster.ListenAddrs(), unclean: unclean, lock: lock, finished: make(chan struct{})}
	if b.client, err = kgo.NewClient(kgo.SeedBrokers(b.addrs...)); err != nil {
		cluster.Close()
		return nil, fmt.Errorf("making the retainer's client: %w", err)
	}
	life, stop := context.WithCancel(context.Background())
	b.stop = stop
	retainer := NewRetainer(b.client)
	go func() {
		defer close(b.finished)
		retainer.Run(life, opts.RetainInterval, opts.Log)
	}()
	return b, nil
}

// open starts kfake on the folder; port 0 is any.
func open(dir string, port int, syncWrites bool) (*kfake.Cluster, error) {
	options := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.Ports(port),
		kfake.ClusterID("millrace"),
		kfake.DataDir(dir),
		kfake.DefaultNumPartitions(1),
		kfake.BrokerConfigs(map[string]string{
			// Retention and compaction are not kfake's business: see the package comment.
			"log.retention.ms":           "-1",
			"log.retention.bytes":        "-1",
			"log.cleaner.backoff.ms":     strconv.Itoa(10 * 365 * 24 * 3600 * 1000),
			"log.segment.bytes":          strconv.Itoa(segmentBytes),
			"message.max.bytes":          strconv.Itoa(maxMessageBytes),
			"transaction.max.timeout.ms": "7200000",
		}),
	}
	if syncWrites {
		options = append(options, kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	return cluster, nil
}

// Addrs returns the broker's addresses as host:port. They never change.
func (b *Broker) Addrs() []string { return append([]string(nil), b.addrs...) }

// Close stops the broker and returns when all of its state is on disk. Further
// calls return the same.
func (b *Broker) Close() error {
	b.once.Do(func() {
		b.stop()
		<-b.finished
		b.client.Close()
		b.cluster.Close()
		if err := os.Remove(b.unclean); err != nil {
			b.err = fmt.Errorf("closing the embedded broker: removing the crash mark: %w", err)
		}
		_ = b.lock.Close()
	})
	return b.err
}
