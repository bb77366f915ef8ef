package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"millrace/configs"
	"millrace/models/diag"
	"millrace/server/app"
)

// Streams are where a command reads and writes.
type Streams struct {
	Out, Err io.Writer
	// Live says that Err is a terminal whose lines can be drawn anew; OutColor and ErrColor that colours show.
	Live, OutColor, ErrColor bool
	// Width is the terminal's, in columns; 0 when there is none.
	Width func() int
}

// Main runs the command line of this process and returns its exit code.
func Main(args []string) int {
	ctx, stop := drainOnSignal()
	defer stop()
	return Run(ctx, args, terminal())
}

// drainOnSignal returns a context that the first SIGINT or SIGTERM ends, which drains what runs; the second ends the process.
func drainOnSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	var once sync.Once
	go func() {
		for {
			select {
			case <-signals:
			case <-done:
				return
			}
			if ctx.Err() != nil {
				os.Exit(exitInterrupted)
			}
			cancel()
		}
	}()
	return ctx, func() { once.Do(func() { signal.Stop(signals); close(done); cancel() }) }
}

// terminal describes this process's streams. NO_COLOR and TERM=dumb are honoured.
func terminal() Streams {
	colors := os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	live := isTerminal(os.Stderr) && os.Getenv("TERM") != "dumb"
	return Streams{
		Out: os.Stdout, Err: os.Stderr, Live: live, OutColor: colors && isTerminal(os.Stdout), ErrColor: colors && isTerminal(os.Stderr),
		Width: func() int {
			w, _, err := term.GetSize(int(os.Stderr.Fd()))
			if err != nil {
				return 0
			}
			return w
		},
	}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Run runs one command line; it returns the exit code. ctx's end asks what runs to drain.
func Run(ctx context.Context, args []string, s Streams) int {
	c := &command{streams: s}
	root := c.root()
	root.SetArgs(append([]string{}, args...)) // nil would mean the process's own
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	c.report(err)
	return codeOf(err)
}

// command is what all commands share: the streams and the flags of the root.
type command struct {
	streams    Streams
	configPath string
	params     map[string]string
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "millrace",
		Short: "A real-time data warehouse in one binary",
		Long: `Millrace compiles models (YAML documents of sources, transforms and sinks) to plans and runs them as exactly-once pipelines.

Exit codes: 0 done, 1 failed while running, 2 wrong usage, 3 a model, catalog or configuration is wrong, 4 something is missing or
in use on this machine, 5 rows were rejected (with --strict), 130 interrupted twice.`,
		SilenceErrors: true, SilenceUsage: true,
		// A word that is no command is an error, not a silent help.
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringToStringVar(&c.params, "param", nil, "value of a model's parameter, as `name=value`; may be repeated")
	root.PersistentFlags().StringVar(&c.configPath, "config", "", "configuration `file` (YAML); the environment goes before it")
	root.SetFlagErrorFunc(usageError)
	root.AddCommand(c.runCommand(), c.modelCommand(), c.previewCommand(), c.designCommand(), c.componentsCommand(), c.inferCommand(), c.rejectsCommand(),
		c.serveCommand(), c.sqlCommand(), c.fmtCommand(), c.workerCommand(), c.loginCommand(), c.logoutCommand(), c.whoamiCommand(), c.tokenCommand(), c.adminCommand(),
		c.getCommand(), c.applyCommand(), c.deleteCommand(), c.deployCommand(), c.startCommand(), c.stopCommand(), c.restartCommand(), c.rollbackCommand(), c.statusCommand(),
		c.logsCommand(), c.queryCommand(), c.tablesCommand(), c.describeCommand(),
		c.teamCommand(), c.userCommand(), c.grantCommand(), c.grantsCommand(), c.revokeCommand(), c.whyCommand(), c.requestCommand(), c.requestsCommand(),
		c.versionCommand())
	return root
}

// usageError is an error about the arguments, with a way on.
func usageError(cmd *cobra.Command, err error) error {
	return failWith(exitUsage, fmt.Errorf("%w\nSee %s --help.", err, cmd.CommandPath())) //nolint:revive,staticcheck // it is printed as it stands
}

// usageArgs makes the errors of an argument check usage errors.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError(cmd, err)
		}
		return nil
	}
}

// config loads the settings. data and listen, when not empty, are flags that go before them.
func (c *command) config(data, listen string) (configs.Config, error) {
	config, err := configs.Load(c.configPath)
	if err != nil {
		var list diag.List
		if errors.As(err, &list) {
			return config, err
		}
		return config, failWith(exitEnvironment, err)
	}
	if data != "" {
		config.DataDir = data
	}
	if listen != "" {
		config.Listen = listen
	}
	// What the flags gave is checked like what the file gave.
	return config, config.Validate().Err()
}

// logger writes to w as the configuration says.
func logger(w io.Writer, c configs.Log, least slog.Level) *slog.Logger {
	var level slog.Level
	// Validate has seen to it that the text is a level.
	_ = level.UnmarshalText([]byte(c.Level))
	o := &slog.HandlerOptions{Level: max(level, least)}
	if c.Format == configs.LogJSON {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// report prints the error a command ended with.
func (c *command) report(err error) {
	if err == nil || err.Error() == "" {
		return
	}
	var list diag.List
	var one diag.Diagnostic
	switch {
	case errors.As(err, &list):
		c.render(c.streams.Err, c.streams.ErrColor, list, nil)
	case errors.As(err, &one):
		// The error's own text may say more than the diagnostic in it: what was being done, and the cause.
		fmt.Fprintf(c.streams.Err, "error: %s\n", err)
		if one.Fix != "" {
			fmt.Fprintf(c.streams.Err, "  fix: %s\n", one.Fix)
		}
	default:
		fmt.Fprintf(c.streams.Err, "error: %s\n", err)
	}
}

// render prints diagnostics as a compiler does, with the lines of sources they point at.
func (c *command) render(w io.Writer, color bool, list diag.List, sources app.Sources) {
	if sources == nil {
		sources = app.Sources{}
	}
	for _, d := range list {
		// Of files that were not ours to read (the catalog, the configuration) the lines are shown too.
		if _, known := sources[d.File]; known || d.File == "" || strings.HasPrefix(d.File, "$") {
			continue
		}
		if text, err := os.ReadFile(d.File); err == nil {
			sources[d.File] = string(text)
		}
	}
	_ = diag.Render(w, sources, list, diag.Options{Color: color})
}
