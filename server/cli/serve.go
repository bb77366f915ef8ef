package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"millrace/configs"
	"millrace/models/diag"
	"millrace/server/app"
	"millrace/server/demo"
	"millrace/server/httpapi"
	"millrace/server/version"
	"millrace/web"
)

func (c *command) serveCommand() *cobra.Command {
	var data, listen, catalog string
	var withDemo bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server: embedded parts, pipelines, API and status page",
		Long: `Starts the embedded broker and ClickHouse, runs the demo's models (unless --demo=false) and serves the API and a status page. Where the
ClickHouse library is missing, everything else runs, and the page says how to get it. SIGINT or SIGTERM drains all pipelines.

There is no login yet: listen on loopback.`,
		Example: `  millrace serve --data ./.millrace --listen 127.0.0.1:8470`,
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := c.config(data, listen)
			if err != nil {
				return err
			}
			return c.serve(cmd.Context(), config, catalog, withDemo)
		},
	}
	addData(cmd, &data)
	addCatalog(cmd, &catalog)
	cmd.Flags().StringVar(&listen, "listen", "", "`address` of the API and the page (default: the configuration's, 127.0.0.1:8470)")
	cmd.Flags().BoolVar(&withDemo, "demo", true, "run the demo's models")
	return cmd
}

func (c *command) serve(ctx context.Context, config configs.Config, catalogPath string, withDemo bool) (err error) {
	log := logger(c.streams.Err, config.Log, slog.LevelDebug)
	app.LimitMemory(config.Engine)
	var behind *app.CatalogText
	if withDemo {
		f := demo.Catalog()
		behind = &app.CatalogText{Name: f.Name, Text: f.Text}
	}
	bench, err := c.bench(config, catalogPath, behind)
	if err != nil {
		return err
	}
	models, err := c.demoModels(bench, withDemo)
	if err != nil {
		return err
	}

	// The address before the data folder: a second server on the same address should say so, and touch nothing.
	listener, err := net.Listen("tcp", config.Listen)
	if err != nil {
		return failWith(exitEnvironment, fmt.Errorf("listening on %s: %w", config.Listen, err))
	}
	defer func() { _ = listener.Close() }()
	a, err := bench.Open(ctx, config, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	for i := range models {
		if models[i], err = a.Deploy(models[i]); err != nil {
			return err
		}
	}

	s := newServed(a)
	handler, err := httpapi.New(httpapi.Options{Status: s.status, Page: web.Status(), Loopback: onLoopback(listener.Addr()), Log: log})
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve(listener) }()
	fmt.Fprintf(c.streams.Out, "Millrace serves http://%s (data in %s)\n", shown(listener.Addr()), a.Config.DataDir)
	if !onLoopback(listener.Addr()) {
		log.Warn("anybody who reaches this address can read the status: there is no login yet", "address", listener.Addr().String())
	}

	s.run(ctx, models, serving)
	// Everything has drained; the page was there to look on until now.
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		_ = server.Close()
	}
	return s.failure
}

func (c *command) demoModels(bench *app.Workbench, on bool) ([]*app.Model, error) {
	if !on {
		return nil, nil
	}
	var models []*app.Model
	var diags diag.List
	sources := app.Sources{}
	for _, f := range demo.Models() {
		sources[f.Name] = string(f.Text)
		m, found := bench.Compile(f.Name, f.Text, nil)
		diags = append(diags, found...)
		models = append(models, m)
	}
	c.render(c.streams.Err, c.streams.ErrColor, diags, sources)
	if diags.HasErrors() {
		// A catalog file that declares one of the demo's tables anew can make it wrong.
		return nil, failWith(exitDiagnostics, errors.New("the demo's models do not fit the catalog; start with --demo=false"))
	}
	return models, nil
}

func onLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// shown is the address as one types it into a browser.
func shown(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return a.String()
}

// served is what a running server shows.
type served struct {
	app     *app.App
	started time.Time
	failure error

	mu          sync.Mutex
	supervisor  *app.Supervisor
	tables      []app.TableState
	tablesError string
}

func newServed(a *app.App) *served { return &served{app: a, started: time.Now()} }

// run starts parts and pipelines and returns when ctx has ended, or serving has failed, and all have drained.
func (s *served) run(ctx context.Context, models []*app.Model, serving <-chan error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(s.app.StartParts)
	supervisor := s.app.Supervise(ctx, models, app.RunOptions{})
	s.mu.Lock()
	s.supervisor = supervisor
	s.mu.Unlock()
	wg.Go(func() { s.watchTables(ctx) })
	select {
	case <-ctx.Done():
	case err := <-serving:
		s.failure = failWith(exitFailed, fmt.Errorf("serving HTTP: %w", err))
		cancel()
	}
	supervisor.Wait()
	wg.Wait()
}

// watchTables keeps the tables' sizes fresh: pages ask more often than ClickHouse should be asked.
func (s *served) watchTables(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var growth app.TableGrowth
	for {
		tables, err := s.app.Tables(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			growth.Mark(time.Now(), tables)
		}
		s.mu.Lock()
		if s.tablesError = ""; err != nil {
			s.tablesError = err.Error()
		} else {
			s.tables = tables
		}
		s.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *served) status() httpapi.Status {
	now := time.Now()
	out := httpapi.Status{Version: version.Get(), Time: now, Started: s.started, UptimeSeconds: round(now.Sub(s.started)), Parts: s.app.Parts(),
		Pipelines: []app.PipelineStatus{}, Tables: []app.TableState{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.supervisor != nil {
		out.Pipelines = s.supervisor.Status()
	}
	out.Tables = append(out.Tables, s.tables...)
	out.TablesError = s.tablesError
	return out
}
