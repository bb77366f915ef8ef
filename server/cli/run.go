package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/pipelines/engine"
	"millrace/pipelines/optimize"
	"millrace/server/app"
)

// runFlags are the flags of `millrace run`.
type runFlags struct {
	catalog, data, from, onError string
	bounded, fresh, strict       bool
	json, quiet                  bool
	epoch                        time.Duration
	batchRows, parallelism       int
	rulesOff                     []string
}

func (c *command) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run MODEL.yaml|SCRIPT.sql...",
		Short: "Run models in the foreground",
		Long: `Runs models until they end or the command is told to stop. SIGINT or SIGTERM drains: what was read is committed. A second one ends at
once. The next run of a model on the same data folder goes on where the last one stopped.

Models start in the order given, so one may read what another in front of it makes. Of an SQL script every INSERT INTO and every statement set
is a model.`,
		Example: `  millrace run plays.yaml --catalog catalog.yaml
  millrace run flights.yaml --bounded --json > summary.json`,
		Args:              usageArgs(cobra.MinimumNArgs(1)),
		ValidArgsFunction: completeModels,
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), cmd, args, f) },
	}
	flags := cmd.Flags()
	addCatalog(cmd, &f.catalog)
	addData(cmd, &f.data)
	flags.BoolVar(&f.bounded, "bounded", false, "end at what is there when the run starts")
	flags.StringVar(&f.from, "from", "", "where a first run begins: earliest, latest or a `time` (RFC 3339)")
	flags.BoolVar(&f.fresh, "fresh", false, "forget what earlier runs of these models have done, and begin anew")
	flags.StringVar(&f.onError, "on-error", string(engine.DeadLetter), "what becomes of rows that fail: stop, dead_letter or skip (`policy`)")
	flags.DurationVar(&f.epoch, "epoch", 0, "time between commits (default: the configuration's, 1s)")
	flags.IntVar(&f.batchRows, "batch-rows", 0, "rows of a full batch (default: the configuration's)")
	flags.IntVar(&f.parallelism, "parallelism", 0, "partitions worked on at once (default: one a core)")
	addRulesOff(cmd, &f.rulesOff)
	flags.BoolVar(&f.strict, "strict", false, "exit with 5 when rows were rejected")
	flags.BoolVar(&f.json, "json", false, "print the summary as one JSON object")
	flags.BoolVar(&f.quiet, "quiet", false, "no progress")
	complete(cmd, "from", "earliest", "latest")
	complete(cmd, "on-error", string(engine.Stop), string(engine.DeadLetter), string(engine.Skip))
	return cmd
}

func addCatalog(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "catalog", "", "catalog `file` with tables and connections")
	_ = cmd.MarkFlagFilename("catalog", "yaml", "yml")
}

func addData(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "data", "", "data `folder` (default: the configuration's, ./.millrace)")
	_ = cmd.MarkFlagDirname("data")
}

func addRulesOff(cmd *cobra.Command, into *[]string) {
	cmd.Flags().StringSliceVar(into, "rules-off", nil, "optimizer `rules` to switch off, or all")
	complete(cmd, "rules-off", append(ruleNames(), "all")...)
}

func ruleNames() []string {
	var names []string
	for _, r := range optimize.Rules() {
		names = append(names, r.Name)
	}
	return names
}

// rulesOff checks the names of --rules-off.
func rulesOff(cmd *cobra.Command, names []string) (map[string]bool, error) {
	off := map[string]bool{}
	for _, name := range names {
		known := false
		for _, r := range ruleNames() {
			if name == r || name == "all" {
				off[r], known = true, true
			}
		}
		if !known {
			return nil, usageError(cmd, fmt.Errorf("there is no optimizer rule %q: there are %s", name, strings.Join(ruleNames(), ", ")))
		}
	}
	return off, nil
}

// options turns flags into what the app takes.
func (f *runFlags) options(cmd *cobra.Command) (app.RunOptions, error) {
	o := app.RunOptions{Bounded: f.bounded, Fresh: f.fresh, OnError: engine.Policy(f.onError), Epoch: f.epoch, BatchRows: f.batchRows, Parallelism: f.parallelism}
	switch o.OnError {
	case engine.Stop, engine.DeadLetter, engine.Skip:
	default:
		return o, usageError(cmd, fmt.Errorf("--on-error is %q: write stop, dead_letter or skip", f.onError))
	}
	if f.epoch < 0 || f.batchRows < 0 || f.parallelism < 0 {
		return o, usageError(cmd, errors.New("--epoch, --batch-rows and --parallelism cannot be negative"))
	}
	var err error
	if o.Start, err = startAt(f.from); err != nil {
		return o, usageError(cmd, err)
	}
	return o, nil
}

// startAt reads --from.
func startAt(from string) (component.StartAt, error) {
	switch from {
	case "":
		return component.StartAt{}, nil
	case "earliest":
		return component.StartAt{Earliest: true}, nil
	case "latest":
		return component.StartAt{Latest: true}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, from)
	if err != nil {
		return component.StartAt{}, fmt.Errorf("--from is %q: write earliest, latest or a time such as 2026-11-21T08:00:00Z", from)
	}
	return component.StartAt{Time: t}, nil
}

func (c *command) run(ctx context.Context, cmd *cobra.Command, files []string, f runFlags) error {
	options, err := f.options(cmd)
	if err != nil {
		return err
	}
	off, err := rulesOff(cmd, f.rulesOff)
	if err != nil {
		return err
	}
	config, err := c.config(f.data, "")
	if err != nil {
		return err
	}
	bench, err := c.bench(config, f.catalog, nil)
	if err != nil {
		return err
	}
	models, err := c.compile(bench, files, off)
	if err != nil {
		return err
	}

	// Progress and logs share standard error; the printer sees to it that they do not tear each other's lines.
	printer := newPrinter(c.streams, f.quiet)
	least := slog.LevelWarn
	if config.Log.Level == "debug" {
		least = slog.LevelDebug
	}
	log := logger(printer, config.Log, least)
	app.LimitMemory(config.Engine)
	a, err := bench.Open(ctx, config, log)
	if err != nil {
		return err
	}
	began := time.Now()
	options.Share = len(models)
	runs := c.runAll(ctx, a, models, options, printer)
	// Usage is taken after the embedded parts have ended: only then does the system count what they used.
	closeErr := a.Close()
	s := summarize(runs, began)
	if f.json {
		err = s.writeJSON(c.streams.Out)
	} else {
		err = s.writeTable(c.streams.Out)
	}
	return errors.Join(runFailure(runs), closeErr, err, s.strict(f.strict))
}

// compile compiles models, prints what there is to say about them, and fails when something is wrong.
func (c *command) compile(bench *app.Workbench, files []string, off map[string]bool) ([]*app.Model, error) {
	sources := app.Sources{}
	diags := append(diag.List{}, bench.Warnings()...)
	var models []*app.Model
	for _, file := range files {
		src, found := app.ReadModel(file, sources)
		if found == nil {
			var compiled []*app.Model
			compiled, found = bench.CompileFile(file, src, off)
			models = append(models, compiled...)
		}
		diags = append(diags, found...)
	}
	diags = append(diags, app.CheckModels(models)...)
	// What the planner chose is for lint and explain.
	diags = slices.DeleteFunc(diags, func(d diag.Diagnostic) bool { return d.Severity == diag.Info })
	c.render(c.streams.Err, c.streams.ErrColor, diags, sources)
	if diags.HasErrors() {
		return nil, failWith(exitDiagnostics, nil)
	}
	return models, nil
}

// modelRun is one model of a run.
type modelRun struct {
	model *app.Model
	began time.Time

	mu       sync.Mutex
	pipeline *app.Pipeline
	stats    engine.Stats
	ended    time.Time
	err      error
}

func (r *modelRun) snapshot() engine.Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pipeline != nil {
		r.stats = r.pipeline.Stats()
	}
	return r.stats
}

// runAll runs the models until all have ended; one that fails does not end the others.
func (c *command) runAll(ctx context.Context, a *app.App, models []*app.Model, o app.RunOptions, printer *printer) []*modelRun {
	runs := make([]*modelRun, len(models))
	for i, m := range models {
		runs[i] = &modelRun{model: m, began: time.Now(), stats: engine.Stats{State: "starting", Lag: -1}}
	}
	stopPrinting := printer.follow(runs)
	defer stopPrinting()
	var wg sync.WaitGroup
	for _, r := range runs {
		wg.Go(func() { r.run(ctx, a, o) })
		app.AwaitStart(ctx, func() string { return r.snapshot().State })
	}
	wg.Wait()
	return runs
}

func (r *modelRun) run(ctx context.Context, a *app.App, o app.RunOptions) {
	err := r.attempt(ctx, a, o)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended, r.err, r.pipeline = time.Now(), err, nil
	if err != nil {
		r.stats.State, r.stats.Failure = "failed", err.Error()
	} else if ctx.Err() != nil {
		r.stats.State = "drained"
	}
}

func (r *modelRun) attempt(ctx context.Context, a *app.App, o app.RunOptions) error {
	p, err := a.Prepare(ctx, r.model, o)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.pipeline = p
	r.mu.Unlock()
	err = p.Run(ctx)
	r.snapshot() // the last one, which the summary shows
	return errors.Join(err, p.Release(ctx))
}

// runFailure joins what models failed with.
func runFailure(runs []*modelRun) error {
	var errs []error
	for _, r := range runs {
		if r.err != nil {
			errs = append(errs, fmt.Errorf("running %s: %w", r.model.Name, r.err))
		}
	}
	err := errors.Join(errs...)
	if err == nil || environmental(err) {
		return err
	}
	return failWith(exitFailed, err)
}
