package control

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"millrace/server/e2e/rig"
	"millrace/server/store"
	"millrace/server/version"
	"millrace/server/worker"
)

// serverEnv makes the test binary the part of a server that keeps workers: the data folder, and the program they are.
const serverEnv = "MILLRACE_CONTROL_TEST_SERVER"

func TestMain(m *testing.M) {
	if spec := os.Getenv(serverEnv); spec != "" {
		if err := serve(spec); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(rig.Main(m))
}

// serve keeps two workers until SIGTERM.
func serve(spec string) error {
	dir, program, _ := strings.Cut(spec, "|")
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "millrace.db")})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	home, err := worker.HomeOf(dir)
	if err != nil {
		return err
	}
	c, err := worker.NewChildren(worker.ChildrenOptions{Count: 2, Home: home, Program: program, Args: []string{"worker", "--data", dir},
		Logs: filepath.Join(dir, "logs"), Version: version.Get().Version, Registry: s, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	c.Run(ctx)
	return nil
}

// soak says that as many failures are wanted as the promise is given for.
func soak() bool { return os.Getenv("MILLRACE_SOAK") != "" }

// often is a number of times: few by default, many in a soak.
func often(few, many int) int {
	if soak() {
		return many
	}
	return few
}
