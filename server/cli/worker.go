package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"millrace/configs"
	"millrace/server/app"
	"millrace/server/worker"
)

func (c *command) workerCommand() *cobra.Command {
	var data, home, logFile string
	var join bool
	cmd := &cobra.Command{
		Use:   "worker --join",
		Short: "Run deployed pipelines beside a server's own workers",
		Long: `Joins the workers of an installation: it takes pipelines that nobody runs, and those of workers that are lost. It needs the configuration's
metadata server (metadata.driver: mysql), the checkpoint folder that all workers share (engine.checkpoint_dir), and the key of the secrets
(MILLRACE_SECRET_KEY). On the server's own machine the data folder has all three.

SIGINT or SIGTERM drains its pipelines and gives them back; others go on with them.`,
		Example: `  millrace worker --join --config millrace.yaml`,
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !join && home == "" {
				return usageError(cmd, errors.New("say --join to add this machine to the workers; a server starts its own"))
			}
			config, err := c.config(data, "")
			if err != nil {
				return err
			}
			return c.worker(cmd.Context(), config, home, logFile)
		},
	}
	addData(cmd, &data)
	flags := cmd.Flags()
	flags.BoolVar(&join, "join", false, "join the workers of the configuration's metadata store")
	// What a server tells the workers that it starts.
	flags.StringVar(&home, "home", "", "the server that started it")
	flags.StringVar(&logFile, "log-file", "", "`file` to log to instead of standard error")
	_ = flags.MarkHidden("home")
	return cmd
}

func (c *command) worker(ctx context.Context, config configs.Config, home, logFile string) error {
	out := c.streams.Err
	if logFile != "" {
		file, err := worker.OpenLog(logFile)
		if err != nil {
			return failWith(exitEnvironment, err)
		}
		defer func() { _ = file.Close() }()
		// A crash is written where the rest is.
		if err := debug.SetCrashOutput(file.File(), debug.CrashOptions{}); err != nil {
			return failWith(exitEnvironment, err)
		}
		out = file
	}
	app.LimitMemory(config.Engine)
	log := logger(out, config.Log, slog.LevelDebug).With("pid", os.Getpid())
	err := worker.Run(ctx, worker.Options{Config: config, Home: home, Log: log})
	if err != nil && logFile != "" {
		log.Error("the worker ends", "err", err)
	}
	return err
}
