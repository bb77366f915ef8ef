package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"millrace/assets/audit"
	"millrace/assets/catalog"
	"millrace/assets/catalog/search"
	"millrace/assets/document"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/components/component"
	"millrace/components/reach"
	"millrace/configs"
	"millrace/pipelines/control"
	"millrace/server/app"
	"millrace/server/auth"
	"millrace/server/httpapi"
	"millrace/server/live"
	"millrace/server/secret"
	"millrace/server/store"
	"millrace/server/version"
	"millrace/server/worker"
)

// Options say what a server is.
type Options struct {
	Config configs.Config
	// Page is the web application, Loopback says that only this machine reaches the server.
	Page     fs.FS
	Loopback bool
	// WorkerArgs start a worker with this program.
	WorkerArgs []string
	Log        *slog.Logger
}

// Site is a server that was put together. Run brings it to life, Close ends it.
type Site struct {
	options  Options
	log      *slog.Logger
	app      *app.App
	store    *store.Store
	registry *component.Registry
	started  time.Time

	keys      *secret.Keyring
	identity  *auth.Service
	hub       *catalog.Hub
	guard     *reach.Guard
	grants    *grants.Service
	watch     *grants.Watch
	lineage   *lineage.Service
	documents *document.Service
	index     *search.Index
	follower  *search.Follower
	counter   *search.Counter
	control   *control.Service
	children  *worker.Children
	feeds     *feeds
	live      *live.Server
	http      *httpapi.Server
	views     views
	needs     needs
	status    status
	// told is closed when the hub knows where the embedded parts are.
	told chan struct{}

	firstPassword string
}

// Open puts a server together on the configuration's data folder and metadata store. It starts nothing that goes on by itself.
func Open(ctx context.Context, o Options) (_ *Site, err error) {
	s := &Site{options: o, log: o.Log, started: time.Now(), counter: search.NewCounter(), told: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	bench, err := app.NewWorkbench(o.Config, "", nil)
	if err != nil {
		return nil, err
	}
	if s.app, err = bench.Open(ctx, o.Config, o.Log); err != nil {
		return nil, err
	}
	s.options.Config = s.app.Config // its data folder is absolute now
	s.store, s.registry = s.app.Store(), bench.Registry
	for _, build := range []func(context.Context) error{s.openIdentity, s.openHub, s.openPipelines, s.openDocuments, s.openHTTP} {
		if err := build(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Site) openIdentity(ctx context.Context) (err error) {
	c := s.options.Config
	if s.keys, err = secret.Load(os.Getenv(secret.Variable), c.DataDir); err != nil {
		return err
	}
	// Servers with different keys could not read each other's secrets.
	if err := s.store.AdmitKeys(ctx, s.keys.IDs()); err != nil {
		return err
	}
	limits, oidc := auth.Settings(c.Auth)
	s.identity, err = auth.New(auth.Options{
		Store: s.store, Limits: limits, Passwords: c.Auth.Passwords, OIDC: oidc, Sealer: s.keys, BasePath: c.Server.BasePath,
		Secure: c.Server.TLS.CertFile != "" || strings.Contains(c.Server.PublicURLs, "https://"), Origins: configs.Rules(c.Server.PublicURLs),
		TeamInUse: s.teamInUse, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.firstPassword, err = s.identity.Bootstrap(audit.With(ctx, audit.System()))
	return err
}

func (s *Site) openHub(ctx context.Context) error {
	var err error
	s.guard, err = worker.Guard(s.options.Config.Network)
	if err != nil {
		return err
	}
	s.lineage = lineage.New(s.store, s.log)
	if s.hub, err = catalog.NewHub(ctx, catalog.Deps{Store: hubStore{s.store.Hub(), s}, Registry: s.registry, Sealer: worker.Sealer{Keys: s.keys}, Reach: s.guard,
		Users: s.lineage, Log: s.log}); err != nil {
		return err
	}
	s.grants, err = grants.New(ctx, grants.Deps{Store: s.store.Grants(), Tables: s.hub, People: s.store.Grants(), Log: s.log})
	return err
}

func (s *Site) openDocuments(ctx context.Context) error {
	if err := s.lineage.Update(ctx); err != nil {
		return err
	}
	s.documents = document.New(document.Deps{Store: s.store, Compiler: s, Hub: documentHub{s}, Pipelines: s.control, Lineage: s.lineage})
	var err error
	if s.index, err = search.Open(search.Options{Dir: filepath.Join(s.options.Config.DataDir, "search"), Origin: s.app.Installation(), Log: s.log}); err != nil {
		return err
	}
	s.follower = search.NewFollower(s.index, map[string]search.Source{"hub": catalogSource(s), "documents": s.store.FindableDocuments()}, s.log)
	s.follower.Teams, s.follower.Weights = s.teamNames, func(ctx context.Context) (map[string]float64, error) {
		return search.Weights(ctx, s.store, s.lineage.Graph().Reads())
	}
	return nil
}

func (s *Site) openPipelines(context.Context) error {
	s.control = control.NewService(control.ServiceOptions{Deployments: s.store, Changes: s.store, History: s.store, Actor: actor,
		Remove: func(pipeline string) error {
			return os.RemoveAll(worker.Folder(s.options.Config.CheckpointPath(), pipeline))
		}})
	s.watch = grants.NewWatch(s.grants, living{s}, s.log)
	home, err := worker.HomeOf(s.options.Config.DataDir)
	if err != nil {
		return err
	}
	s.children, err = worker.NewChildren(worker.ChildrenOptions{Count: s.options.Config.Workers.Count, Home: home, Args: s.options.WorkerArgs,
		Logs: filepath.Join(s.options.Config.DataDir, "logs"), Version: version.Get().Version, Registry: s.store, Log: s.log})
	return err
}

// actor is who changes a pipeline.
func actor(ctx context.Context) control.Actor {
	a := audit.From(ctx)
	return control.Actor{Subject: a.Subject, Name: a.Name}
}

// Handler answers HTTP requests.
func (s *Site) Handler() http.Handler { return s.http }

// Routes returns the operations of the API.
func (s *Site) Routes() []httpapi.Route { return s.http.API.Routes() }

// FirstPassword returns the password of the first administrator's account where this start has made it, "" otherwise.
func (s *Site) FirstPassword() string { return s.firstPassword }

// Run keeps everything going until ctx ends; then it drains the workers, ends live connections and returns.
func (s *Site) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Go(func() { s.startParts(ctx) })
	wg.Go(func() { _ = s.grants.Run(ctx) })
	wg.Go(func() { _ = s.hub.Run(ctx) })
	wg.Go(func() { s.hub.WatchDrift(ctx) })
	wg.Go(func() { s.lineage.Run(ctx, time.Second) })
	wg.Go(func() { s.follower.Run(ctx, time.Second) })
	wg.Go(func() { _ = s.watch.Run(ctx) })
	wg.Go(func() { s.feeds.follow(ctx) })
	wg.Go(func() { s.status.follow(ctx, s) })
	wg.Go(func() { s.count(ctx) })
	wg.Go(func() { s.sweep(ctx) })
	// The workers end last: until they have drained, what they read and write stays.
	var workers sync.WaitGroup
	workers.Go(func() { s.children.Run(ctx) })
	<-ctx.Done()
	s.live.Close()
	wg.Wait()
	workers.Wait()
	return nil
}

// startParts starts the embedded parts and tells the workers where they are, through the hub. Parts that restart elsewhere are told anew.
func (s *Site) startParts(ctx context.Context) {
	s.app.StartParts()
	var known sync.Once
	denied := map[string]bool{}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for _, c := range s.app.PartConnections() {
			if err := s.hub.EnsureBuiltin(ctx, c, "It comes with this server, which starts and stops it."); err != nil && ctx.Err() == nil {
				s.log.Error("keeping the connection to an embedded part", "part", c.Name, "err", err)
			}
		}
		for _, part := range s.app.Parts() {
			// Whoever may use a part uses the connection that is kept for it; another way there would pass by what was granted.
			if at := part.Address; at != "" && !denied[at] {
				denied[at] = true
				if err := s.guard.Deny(at); err != nil {
					s.log.Error("keeping connections from an embedded part", "part", part.Name, "err", err)
				}
			}
		}
		known.Do(func() { close(s.told) })
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweepEvery is how often dead letters past their retention are removed.
const sweepEvery = 10 * time.Minute

// sweep keeps the retention of dead letters and late rows.
func (s *Site) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.app.SweepRejects(ctx, time.Now()); err != nil && ctx.Err() == nil {
			s.log.Warn("removing old dead letters", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// count keeps what was looked at, for the ranking of searches, and once more at the end.
func (s *Site) count(ctx context.Context) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			s.flushCounts(ctx)
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	s.flushCounts(last)
}

func (s *Site) flushCounts(ctx context.Context) {
	if err := s.counter.Flush(ctx, s.store); err != nil && ctx.Err() == nil {
		s.log.Warn("keeping what was looked at", "err", err)
	}
}

// Close closes what Open has opened. Run has returned before.
func (s *Site) Close() error {
	var errs []error
	if s.index != nil {
		errs = append(errs, s.index.Close())
	}
	if s.app != nil {
		errs = append(errs, s.app.Close())
	}
	return errors.Join(errs...)
}

// teamInUse says what belongs to a team.
func (s *Site) teamInUse(ctx context.Context, team string) (string, error) {
	snapshot, err := s.hub.Snapshot(ctx)
	if err != nil {
		return "", err
	}
	for _, t := range snapshot.Entries() {
		if t.Team == team {
			return "the table " + t.Name, nil
		}
	}
	for _, c := range snapshot.ConnectionEntries() {
		if c.Team == team {
			return "the connection " + c.Name, nil
		}
	}
	docs, err := s.store.Documents(ctx, document.Filter{Teams: []string{team}, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(docs) > 0 {
		return "the model " + docs[0].Name, nil
	}
	list, err := s.store.List(ctx, control.Query{Teams: []string{team}, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(list) > 0 {
		return "the pipeline " + list[0].Name, nil
	}
	return "", nil
}

// teamNames gives the names of all teams by their ids.
func (s *Site) teamNames(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	after := ""
	for {
		page, err := s.store.Teams(ctx, after, 1000)
		if err != nil {
			return nil, fmt.Errorf("reading the names of teams: %w", err)
		}
		for _, t := range page {
			out[t.ID] = t.Name
			after = t.Name
		}
		if len(page) < 1000 {
			return out, nil
		}
	}
}

// BasePath is what every path begins with.
func (s *Site) BasePath() string { return s.options.Config.Server.BasePath }

// AwaitParts returns when the connections of the embedded parts that are on are known, or when they have failed.
func (s *Site) AwaitParts(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.told:
		return nil
	}
}

// DataDir returns the data folder, absolute.
func (s *Site) DataDir() string { return s.options.Config.DataDir }

// FirstAccount is the name of the account that FirstPassword is for.
func (s *Site) FirstAccount() string { return auth.FirstAdmin }
