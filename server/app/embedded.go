package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"millrace/components/component"
	"millrace/configs"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/server/embedded/broker"
	"millrace/server/embedded/olap"
)

// The connections of the embedded parts, and so the parts' names.
const (
	BrokerPart = "broker"
	OLAPPart   = "olap"
)

// startTimeout bounds the start of an embedded part.
const startTimeout = 60 * time.Second

// brokerParams and olapParams are the parameters of the two connections, as a catalog file would write them.
type (
	brokerParams struct {
		Brokers []string `json:"brokers"`
	}
	olapParams struct {
		Addresses []string `json:"addresses"`
		Database  string   `json:"database"`
		Username  string   `json:"username"`
	}
)

// embeddedConnections are the two connections as models are compiled against them: what only a running part knows is not in them.
func embeddedConnections(registry *component.Registry, config configs.Config) ([]component.Connection, error) {
	b, err := connection(registry, BrokerPart, "kafka", brokerParams{Brokers: []string{loopback(config.Embedded.Broker.Port)}}, "")
	if err != nil {
		return nil, err
	}
	o, err := connection(registry, OLAPPart, "clickhouse", olapParams{
		Addresses: []string{loopback(config.Embedded.OLAP.TCPPort)}, Database: "millrace", Username: "millrace",
	}, "")
	if err != nil {
		return nil, err
	}
	return []component.Connection{*b, *o}, nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// connection makes a connection of a component from parameters, decoded like those of a catalog file so that defaults are in them.
func connection(registry *component.Registry, name, kind string, params any, password string) (*component.Connection, error) {
	spec, ok := registry.Get(component.KindConnection, kind)
	if !ok {
		return nil, fmt.Errorf("making the connection %s: this build has no connection component %q", name, kind)
	}
	text, err := json.Marshal(params)
	if err != nil {
		return nil, fmt.Errorf("making the connection %s: %w", name, err)
	}
	v, err := model.ParseJSON(text)
	if err != nil {
		return nil, fmt.Errorf("making the connection %s: %w", name, err)
	}
	if password != "" {
		v.Entries = append(v.Entries, model.Entry{Key: "password", Value: model.Value{Kind: model.String, Text: password}})
	}
	var diags diag.List
	p, ok := component.Decode(spec.Fields, v, "", &diags)
	if !ok {
		return nil, fmt.Errorf("making the connection %s: %w", name, diags)
	}
	return &component.Connection{Name: name, Component: kind, Params: p}, nil
}

// PartState is what an embedded part is doing.
type PartState struct {
	Name string `json:"name"`
	// State is "off", "starting", "running", "restarting", "failed" or "stopped".
	State string `json:"state"`
	// Since is when it entered the state.
	Since   time.Time `json:"since,omitzero"`
	Address string    `json:"address,omitempty"`
	// Reason says why it is off, failed or restarting; Fix how to mend it.
	Reason   string `json:"reason,omitempty"`
	Fix      string `json:"fix,omitempty"`
	Restarts int    `json:"restarts,omitempty"`
}

// parts starts the embedded parts when they are first needed and stops them in the end.
type parts struct {
	registry *component.Registry
	config   configs.Config
	log      *slog.Logger

	broker part[*broker.Broker]
	olap   part[*olap.Server]
}

// part is one embedded part. Its mutex is held while it starts, so that the second opener waits for the first; state has its own, so
// that a status page never waits.
type part[T any] struct {
	starting sync.Mutex
	running  T
	conn     *component.Connection
	closed   bool

	mu    sync.Mutex
	state PartState
}

func (p *part[T]) enter(state, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.State, p.state.Reason, p.state.Since = state, reason, time.Now()
}

func newParts(registry *component.Registry, config configs.Config, log *slog.Logger) *parts {
	p := &parts{registry: registry, config: config, log: log}
	p.broker.state = PartState{Name: BrokerPart, State: "off", Since: time.Now(), Reason: "nothing has needed it yet"}
	p.olap.state = PartState{Name: OLAPPart, State: "off", Since: time.Now(), Reason: "nothing has needed it yet"}
	if !config.Embedded.Broker.Enabled {
		p.broker.state.Reason = "switched off by embedded.broker.enabled"
	}
	if !config.Embedded.OLAP.Enabled {
		p.olap.state.Reason = "switched off by embedded.olap.enabled"
	} else if _, err := olap.FindLibrary(""); err != nil {
		p.olap.state.Reason, p.olap.state.Fix = err.Error(), olap.LibraryFix
	}
	return p
}

// ErrOff is what errors.Is finds where a part is off on this machine or by the configuration; trying again does not help.
var ErrOff = errors.New("an embedded part is off")

// offError says why a part is off.
type offError struct{ reason, fix string }

func (e *offError) Error() string   { return e.reason + ". " + e.fix }
func (e *offError) Is(t error) bool { return t == ErrOff }

// connections returns the connections of the parts that run.
func (p *parts) connections() []*component.Connection {
	var out []*component.Connection
	for _, c := range []*component.Connection{p.broker.connection(), p.olap.connection()} {
		if c != nil {
			out = append(out, c)
		}
	}
	return out
}

// connection returns the part's connection, nil while it does not run.
func (p *part[T]) connection() *component.Connection {
	p.starting.Lock()
	defer p.starting.Unlock()
	if p.closed {
		return nil
	}
	return p.conn
}

// open returns the connection of a part, which it starts when it does not run yet.
func (p *parts) open(name string) (*component.Connection, error) {
	if name == BrokerPart {
		return openPart(&p.broker, p.startBroker)
	}
	return openPart(&p.olap, p.startOLAP)
}

func openPart[T any](p *part[T], start func(ctx context.Context) (T, *component.Connection, error)) (*component.Connection, error) {
	p.starting.Lock()
	defer p.starting.Unlock()
	if p.closed {
		return nil, &component.PermanentError{Err: errors.New("the process is ending")}
	}
	if p.conn != nil {
		return p.conn, nil
	}
	p.enter("starting", "")
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	running, conn, err := start(ctx)
	if err != nil {
		var off *offError
		if errors.As(err, &off) {
			p.enter("off", off.reason)
			p.mu.Lock()
			p.state.Fix = off.fix
			p.mu.Unlock()
			return nil, &component.PermanentError{Err: err}
		}
		p.enter("failed", err.Error())
		return nil, err
	}
	p.running, p.conn = running, conn
	p.enter("running", "")
	return conn, nil
}

func (p *parts) startBroker(ctx context.Context) (*broker.Broker, *component.Connection, error) {
	c := p.config.Embedded.Broker
	if !c.Enabled {
		return nil, nil, &offError{"the embedded broker is switched off", "Set embedded.broker.enabled, or declare a connection named broker in the catalog file."}
	}
	b, err := broker.Start(ctx, broker.Options{
		DataDir: filepath.Join(p.config.DataDir, "broker"), Port: free(c.Port, configs.Default().Embedded.Broker.Port), Log: p.log.With("part", BrokerPart),
	})
	if err != nil {
		return nil, nil, err
	}
	conn, err := connection(p.registry, BrokerPart, "kafka", brokerParams{Brokers: b.Addrs()}, "")
	if err != nil {
		return nil, nil, errors.Join(err, b.Close())
	}
	p.broker.mu.Lock()
	p.broker.state.Address = b.Addrs()[0]
	p.broker.mu.Unlock()
	p.log.Info("the embedded broker runs", "address", b.Addrs()[0])
	return b, conn, nil
}

func (p *parts) startOLAP(ctx context.Context) (*olap.Server, *component.Connection, error) {
	c := p.config.Embedded.OLAP
	if !c.Enabled {
		return nil, nil, &offError{"the embedded ClickHouse is switched off", "Set embedded.olap.enabled, or declare a connection named olap in the catalog file."}
	}
	library, err := olap.FindLibrary("")
	if err != nil {
		return nil, nil, &offError{err.Error(), olap.LibraryFix}
	}
	d := configs.Default().Embedded.OLAP
	s, err := olap.Start(ctx, olap.Options{
		Library: library, DataDir: filepath.Join(p.config.DataDir, "olap"), HTTPPort: free(c.HTTPPort, d.HTTPPort), TCPPort: free(c.TCPPort, d.TCPPort),
		MaxMemoryBytes: c.MaxMemory.Bytes(), Log: p.log.With("part", OLAPPart),
	})
	if err != nil {
		return nil, nil, err
	}
	conn, err := connection(p.registry, OLAPPart, "clickhouse", olapParams{Addresses: []string{s.Addr()}, Database: s.Database(), Username: s.User()}, s.Password())
	if err == nil {
		// The password came from the part, not from a document: no secret is left to resolve.
		spec, _ := p.registry.Get(component.KindConnection, conn.Component)
		conn.Params, err = component.ResolveSecrets(spec.Fields, conn.Params, func(string) (string, bool) { return "", false })
	}
	if err != nil {
		stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		return nil, nil, errors.Join(err, s.Close(stop))
	}
	p.olap.mu.Lock()
	p.olap.state.Address = s.Addr()
	p.olap.mu.Unlock()
	p.log.Info("the embedded ClickHouse runs", "address", s.Addr(), "http", s.HTTPURL())
	return s, conn, nil
}

// free returns the port wanted, or 0, any free one, where the port is only the default and taken: a second process on another data folder
// should not fail for a port nobody asked for.
func free(want, standard int) int {
	if want != standard || want == 0 {
		return want
	}
	l, err := net.Listen("tcp", loopback(want))
	if err != nil {
		return 0
	}
	_ = l.Close()
	return want
}

// startAll starts every part that is on; what fails shows in states.
func (p *parts) startAll() {
	var wg sync.WaitGroup
	for _, name := range []string{BrokerPart, OLAPPart} {
		wg.Go(func() {
			if _, err := p.open(name); err != nil {
				p.log.Warn("an embedded part does not run", "part", name, "err", err)
			}
		})
	}
	wg.Wait()
}

// states returns what the parts are doing.
func (p *parts) states() []PartState {
	p.broker.mu.Lock()
	b := p.broker.state
	p.broker.mu.Unlock()
	p.olap.mu.Lock()
	o := p.olap.state
	p.olap.mu.Unlock()
	if s := p.server(); s != nil && o.State == "running" {
		live := s.State()
		o.Restarts, o.Since = live.Restarts, live.Since
		if live.Phase != olap.Ready {
			o.State, o.Reason = string(live.Phase), live.LastError
		}
	}
	return []PartState{b, o}
}

// server returns the embedded ClickHouse when it runs, without waiting for one that starts.
func (p *parts) server() *olap.Server {
	if !p.olap.starting.TryLock() {
		return nil
	}
	defer p.olap.starting.Unlock()
	return p.olap.running
}

// stopTimeout is how long ClickHouse may take to stop before it is killed.
const stopTimeout = 20 * time.Second

// close stops what runs. Nothing is started any more afterwards.
func (p *parts) close() error {
	var errs []error
	p.olap.starting.Lock()
	p.olap.closed = true
	if p.olap.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		errs = append(errs, p.olap.running.Close(ctx))
		cancel()
		p.olap.conn = nil
		p.olap.enter("stopped", "")
	}
	p.olap.starting.Unlock()
	p.broker.starting.Lock()
	p.broker.closed = true
	if p.broker.conn != nil {
		errs = append(errs, p.broker.running.Close())
		p.broker.conn = nil
		p.broker.enter("stopped", "")
	}
	p.broker.starting.Unlock()
	return errors.Join(errs...)
}
