package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"millrace/assets/catalog"
	"millrace/components/all"
	"millrace/components/component"
	"millrace/components/reach"
	"millrace/configs"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/secret"
	"millrace/server/store"
	"millrace/server/version"
)

// Options say what a worker process works with.
type Options struct {
	Config configs.Config
	// Home names the server that started it, empty where it joined by itself.
	Home string
	Log  *slog.Logger
}

// Run is a worker process: it works until ctx ends or it is asked to leave, drains its pipelines and returns.
func Run(ctx context.Context, o Options) (err error) {
	dir, err := filepath.Abs(o.Config.DataDir)
	if err != nil {
		return fmt.Errorf("finding the data folder: %w", err)
	}
	o.Config.DataDir = dir
	registry, err := all.Registry()
	if err != nil {
		return fmt.Errorf("building the registry: %w", err)
	}
	s, err := store.Open(ctx, store.From(o.Config, o.Log))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	installation, err := s.Installation(ctx)
	if err != nil {
		return err
	}
	keys, err := secret.Load(os.Getenv(secret.Variable), dir)
	if err != nil {
		return err
	}
	guard, err := Guard(o.Config.Network)
	if err != nil {
		return err
	}
	hub, err := catalog.NewHub(ctx, catalog.Deps{Store: s.Hub(), Registry: registry, Sealer: Sealer{keys}, Reach: guard, Log: o.Log})
	if err != nil {
		return err
	}
	host, err := os.Hostname()
	if err != nil {
		return fmt.Errorf("asking for this machine's name: %w", err)
	}
	checkpoints, err := filepath.Abs(o.Config.CheckpointPath())
	if err != nil {
		return fmt.Errorf("finding the checkpoint folder: %w", err)
	}
	budget := o.Config.Engine.MemoryBudget.Bytes()
	runner := &Runner{Registry: registry, Connections: HubConnections{hub, guard}, Manifests: s, Versions: s, Installation: installation, Checkpoints: checkpoints,
		Engine: o.Config.Engine, Memory: engine.NewMemory(budget, FloorBytes)}
	info := control.WorkerInfo{Host: host, PID: os.Getpid(), Version: version.Get().Version, Home: o.Home, Capacity: int(max(1, budget/FloorBytes))}
	o.Log.Info("the worker joins", "host", host, "pid", info.PID, "capacity", info.Capacity)
	workers := &beating{Store: s}
	if o.Config.Metadata.Driver != configs.MySQL {
		watching, end := context.WithCancel(context.WithoutCancel(ctx))
		defer end()
		go workers.thaw(watching, host, o.Log)
	}
	return control.NewAgent(control.AgentOptions{Info: info, Workers: workers, Work: s, Runner: runner, Log: o.Log}).Run(ctx)
}

// Guard bounds what connections may reach, as the configuration says: the same for a server and for the workers.
func Guard(n configs.Network) (*reach.Guard, error) {
	return reach.New(reach.Rules{Allow: configs.Rules(n.Allow), Folders: configs.Rules(n.Folders)})
}

// Sealer seals the secrets of connections with a keyring.
type Sealer struct{ Keys *secret.Keyring }

var _ catalog.Sealer = Sealer{}

// Seal seals a secret for its place.
func (s Sealer) Seal(object, field, plain string) string {
	return s.Keys.Seal(secret.Place{Object: object, Field: field}, []byte(plain))
}

// Open returns what was sealed for the place.
func (s Sealer) Open(object, field, sealed string) (string, error) {
	plain, err := s.Keys.Open(secret.Place{Object: object, Field: field}, sealed)
	return string(plain), err
}

// HubConnections are the hub's, as they are when a pipeline opens them. What a plan reaches, also through the connections that tables of other
// teams name, was decided when it was deployed; a pipeline whose grants go is stopped.
//
// The embedded parts are reached through the connections that the server keeps for them, and through no other: those that people make are
// kept from their addresses here as they are in the server. A worker learns the addresses where it learns of the connections, from the hub,
// so that a part that has restarted elsewhere is known of before anything is opened, and a worker of another machine needs to be told nothing.
type HubConnections struct {
	Hub *catalog.Hub
	// Guard is the one that the hub gives to the connections that people make.
	Guard *reach.Guard
}

var _ component.Confined = HubConnections{}

// Confined says that files are only read through connections.
func (HubConnections) Confined() bool { return true }

// openTime bounds the look into the store for a connection.
const openTime = 10 * time.Second

// Open returns a connection as it is now, with its secrets.
func (c HubConnections) Open(name string) (*component.Connection, error) {
	ctx, cancel := context.WithTimeout(context.Background(), openTime)
	defer cancel()
	s, err := c.Hub.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening connection %q: %w", name, err)
	}
	own, err := s.BuiltinAddresses()
	if err == nil {
		err = c.Guard.Deny(own...)
	}
	if err != nil {
		return nil, fmt.Errorf("learning where the embedded parts are: %w", err)
	}
	return s.Open(name)
}

// Resealer seals the secrets of the hub's connections anew, for the rotation of keys.
type Resealer struct{ Hub *catalog.Hub }

var _ secret.Resealer = Resealer{}

// Reseal gives each secret to again and keeps what it makes of it.
func (r Resealer) Reseal(ctx context.Context, again func(at secret.Place, sealed string) (string, error)) (int, error) {
	return r.Hub.Reseal(ctx, func(object, field, sealed string) (string, error) {
		return again(secret.Place{Object: object, Field: field}, sealed)
	})
}
