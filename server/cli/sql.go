package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"millrace/components/component"
	"millrace/configs"
	"millrace/models/diag"
	"millrace/pipelines/query"
	"millrace/server/app"
)

// sqlFlags are the flags of `millrace sql`.
type sqlFlags struct {
	catalog, data, from, execute string
	live, json                   bool
	rows                         int
}

func (c *command) sqlCommand() *cobra.Command {
	var f sqlFlags
	cmd := &cobra.Command{
		Use:   "sql [SCRIPT.sql...]",
		Short: "Run SQL: a shell, a script or one statement",
		Long: `Runs SQL statements over the tables of the catalog and those the statements create. Without a script, --execute or input from a pipe
it is a shell with history and completion; help shows what it knows.

A query reads what is there and prints its answer. With --live it reads on and prints changes as they come, marked +I -U +U -D, until LIMIT or
Ctrl-C. Queries commit nothing and leave nothing behind. INSERT INTO runs a pipeline, as millrace run does, to the end of what is there; with
--live until Ctrl-C.`,
		Example: `  millrace sql --catalog catalog.yaml
  millrace sql -e "SELECT event, count(*) FROM ods.music.play_events GROUP BY event" --catalog catalog.yaml
  millrace sql report.sql --json`,
		Args: cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"sql"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.sql(cmd, args, f) },
	}
	addCatalog(cmd, &f.catalog)
	addData(cmd, &f.data)
	cmd.Flags().StringVarP(&f.execute, "execute", "e", "", "`statements` to run")
	cmd.Flags().StringVar(&f.from, "from", "", "where to begin reading: earliest, latest or a `time` (RFC 3339)")
	cmd.Flags().BoolVar(&f.live, "live", false, "read on, and show changes as they come")
	cmd.Flags().BoolVar(&f.json, "json", false, `print one JSON object a line; of changes, {"op": "+I", "row": {...}}`)
	cmd.Flags().IntVar(&f.rows, "rows", 1000, "`rows` to show at most")
	return cmd
}

func (c *command) sql(cmd *cobra.Command, files []string, f sqlFlags) (err error) {
	start, err := startAt(f.from)
	if err != nil {
		return usageError(cmd, err)
	}
	if f.rows < 1 || f.rows > 1_000_000 {
		return usageError(cmd, errors.New("--rows goes from 1 to 1000000"))
	}
	if f.execute != "" && len(files) > 0 {
		return usageError(cmd, errors.New("give scripts or --execute, not both"))
	}
	config, err := c.config(f.data, "")
	if err != nil {
		return err
	}
	bench, err := c.bench(config, f.catalog, nil)
	if err != nil {
		return err
	}
	c.render(c.streams.Err, c.streams.ErrColor, bench.Warnings(), nil)
	log := logger(c.streams.Err, config.Log, slog.LevelError)
	app.LimitMemory(config.Engine)
	conns := bench.PreviewConnections(config, log)
	defer func() { err = errors.Join(err, conns.Close()) }()
	s := &sqlShell{command: c, flags: f, config: config, bench: bench, session: bench.Session(), conns: conns, log: log, start: start}

	switch {
	case f.execute != "":
		return s.run(cmd.Context(), "<execute>", f.execute)
	case len(files) > 0:
		for _, file := range files {
			sources := app.Sources{}
			src, diags := app.ReadModel(file, sources)
			if diags != nil {
				c.render(c.streams.Err, c.streams.ErrColor, diags, sources)
				return failWith(exitDiagnostics, nil)
			}
			if err := s.run(cmd.Context(), file, string(src)); err != nil {
				return err
			}
		}
		return nil
	case !isTerminal(os.Stdin):
		text, err := io.ReadAll(io.LimitReader(os.Stdin, maxScript))
		if err != nil {
			return fmt.Errorf("reading statements: %w", err)
		}
		return s.run(cmd.Context(), "<stdin>", string(text))
	}
	return s.interact(cmd.Context())
}

// maxScript bounds what is read of a pipe; the parser refuses less.
const maxScript = 16 << 20

// sqlShell runs statements of one session.
type sqlShell struct {
	*command
	flags   sqlFlags
	config  configs.Config
	bench   *app.Workbench
	session *query.Session
	conns   *app.Borrowed
	log     *slog.Logger
	start   component.StartAt
	// interactive says that somebody reads along: then every statement is answered.
	interactive bool
}

// run compiles statements and carries them out in their order. When one of them is wrong, none is.
func (s *sqlShell) run(ctx context.Context, file, text string) error {
	outcomes, diags := s.session.Exec(file, text)
	s.render(s.streams.Err, s.streams.ErrColor, diags, app.Sources{file: text})
	if diags.HasErrors() {
		return failWith(exitDiagnostics, nil)
	}
	for _, o := range outcomes {
		if err := s.carryOut(ctx, file, text, o); err != nil {
			return err
		}
	}
	return nil
}

func (s *sqlShell) carryOut(ctx context.Context, file, text string, o query.Outcome) error {
	switch o.Kind {
	case query.Query:
		return s.query(ctx, o)
	case query.Pipeline:
		return s.pipeline(ctx, app.NewModel(file, text, o.Plan, nil))
	case query.Explained:
		_, err := io.WriteString(s.streams.Out, o.Text)
		return err
	case query.Listing:
		return s.listing(o)
	default:
		if s.interactive {
			fmt.Fprintf(s.streams.Out, "%s: done\n", o.Name)
		}
		return nil
	}
}

// pipeline runs an INSERT in the foreground.
func (s *sqlShell) pipeline(ctx context.Context, m *app.Model) error {
	a, err := s.conns.App()
	if err != nil {
		return err
	}
	if diags := app.CheckModels([]*app.Model{m}); diags.HasErrors() {
		s.render(s.streams.Err, s.streams.ErrColor, diags, app.Sources{m.File: m.Source})
		return failWith(exitDiagnostics, nil)
	}
	began := time.Now()
	runs := s.runAll(ctx, a, []*app.Model{m}, app.RunOptions{Bounded: !s.flags.live, Start: s.start, Share: 1}, newPrinter(s.streams, s.flags.json))
	sum := summarize(runs, began)
	if s.flags.json {
		err = sum.writeJSON(s.streams.Out)
	} else {
		err = sum.writeTable(s.streams.Out)
	}
	return errors.Join(runFailure(runs), err)
}

// query prints a query's answer, or its changes.
func (s *sqlShell) query(ctx context.Context, o query.Outcome) error {
	out := &answerPrinter{shell: s, mode: o.Query.Root.Mode.Change}
	options := app.QueryOptions{Live: s.flags.live, Start: s.start, Rows: s.flags.rows, Log: s.log}
	began := time.Now()
	answer, err := s.bench.Query(ctx, o, s.conns, options, func(c app.Change) error { return out.change(o, c) })
	if errors.Is(err, app.ErrNoOrder) {
		var diags diag.List
		diags.Errorf("run.live_order", diag.Span{}, "a live query has no order: what comes later may belong first").Fix = "Remove ORDER BY and OFFSET, or ask without --live."
		s.render(s.streams.Err, s.streams.ErrColor, diags, nil)
		return failWith(exitDiagnostics, nil)
	}
	if err != nil {
		return err
	}
	if !s.flags.live {
		if err := out.answer(answer); err != nil {
			return err
		}
	}
	out.note(answer, time.Since(began))
	return nil
}
