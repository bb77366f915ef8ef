package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"millrace/server/embedded/olap"
)

// childCommand, as the first argument, makes this program one of its own tasks.
const childCommand = "bench-task"

func main() {
	if len(os.Args) > 1 && os.Args[1] == olap.ChildCommand {
		os.Exit(olap.RunChild(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if len(os.Args) > 1 && os.Args[1] == childCommand {
		err = child(ctx, os.Args[2:])
	} else {
		err = bench(ctx)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// child runs one task and prints what it has to tell.
func child(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New(childCommand + " is started by the program itself")
	}
	var t task
	if err := json.Unmarshal([]byte(args[1]), &t); err != nil {
		return fmt.Errorf("reading the task: %w", err)
	}
	t.Target.Password = os.Getenv(passwordEnv)
	d, err := runTask(ctx, args[0], t)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(d)
}

func bench(ctx context.Context) (err error) {
	s, err := loadSettings(os.Getenv)
	if err != nil {
		return err
	}
	b, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	r, err := b.run(ctx)
	if err != nil {
		return err
	}
	return r.publish(os.Stdout, resultsDir)
}
