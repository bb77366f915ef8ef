package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime/debug"

	"millrace/components/component"
	"millrace/configs"
	"millrace/server/store"
)

// App is a Workbench with a data folder: it runs pipelines.
type App struct {
	*Workbench
	Config configs.Config
	Log    *slog.Logger

	lock         *store.DirLock
	store        *store.Store
	installation string
	parts        *parts
}

// Open locks the data folder, which is made when it is missing, and opens the metadata. Embedded parts are not started yet. errors.Is tells
// store.ErrInUse.
func (w *Workbench) Open(ctx context.Context, config configs.Config, log *slog.Logger) (_ *App, err error) {
	a := &App{Workbench: w, Config: config, Log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.Config.DataDir, err = filepath.Abs(a.Config.DataDir); err != nil {
		return nil, fmt.Errorf("finding the data folder: %w", err)
	}
	if a.lock, err = store.LockDir(a.Config.DataDir); err != nil {
		return nil, err
	}
	if a.store, err = store.Open(ctx, store.From(a.Config, a.Log)); err != nil {
		return nil, err
	}
	if a.installation, err = a.store.Installation(ctx); err != nil {
		return nil, err
	}
	a.parts = newParts(w.Registry, a.Config, a.Log)
	return a, nil
}

// LimitMemory sets Go's garbage collector as the configuration says. It is for the process as a whole, so main calls it, once.
func LimitMemory(c configs.Engine) {
	debug.SetGCPercent(c.GCPercent)
	debug.SetMemoryLimit(c.MemoryBudget.Bytes())
}

func (a *App) connections() component.Connections { return connections{a.Workbench, a.parts} }

type connections struct {
	workbench *Workbench
	parts     *parts
}

var _ component.Connections = connections{}

// Open resolves a connection of the catalog file, or one of an embedded part, which is started; where that is off, errors.Is(err, ErrOff) holds.
func (c connections) Open(name string) (*component.Connection, error) {
	if !c.workbench.declared[name] && (name == BrokerPart || name == OLAPPart) {
		conn, err := c.parts.open(name)
		if err != nil {
			return nil, fmt.Errorf("opening connection %q: %w", name, err)
		}
		return conn, nil
	}
	return c.workbench.Catalog.Open(name)
}

// Parts returns what the embedded parts are doing.
func (a *App) Parts() []PartState { return a.parts.states() }

// StartParts starts the embedded parts that are on and returns when they run or have failed; Parts says which.
func (a *App) StartParts() { a.parts.startAll() }

// Store returns the metadata store, which is open until Close.
func (a *App) Store() *store.Store { return a.store }

// PartConnections returns the connections to the embedded parts that run.
func (a *App) PartConnections() []*component.Connection { return a.parts.connections() }

// Installation returns the random id of this data folder.
func (a *App) Installation() string { return a.installation }

// Close stops the embedded parts, closes the metadata and lets go of the data folder. Every pipeline has ended before.
func (a *App) Close() error {
	var errs []error
	if a.parts != nil {
		errs = append(errs, a.parts.close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	// Last: until here nobody else may use the folder.
	if a.lock != nil {
		errs = append(errs, a.lock.Close())
	}
	return errors.Join(errs...)
}
