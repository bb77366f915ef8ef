package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"millrace/bench/latency"
)

// engine runs a model to the end of its input, with a data folder of its own.
func (b *harness) engine(ctx context.Context, j job, run int) (usage, json.RawMessage, error) {
	return b.engineUntil(ctx, nil, j, run, "--bounded")
}

// live runs a model while its input is produced, and tells how long rows took to become visible.
func (b *harness) live(ctx context.Context, j job, run int) (usage, *latency.Result, json.RawMessage, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type ended struct {
		usage   usage
		summary json.RawMessage
		err     error
	}
	stop, engine := make(chan struct{}), make(chan ended, 1)
	go func() {
		u, summary, err := b.engineUntil(ctx, stop, j, run, "--epoch", j.epoch.String())
		if err != nil {
			cancel() // nothing will become visible any more
		}
		engine <- ended{u, summary, err}
	}()
	_, d, err := b.task(ctx, watchRows)
	close(stop)
	e := <-engine
	return e.usage, d.Visible, e.summary, errors.Join(e.err, err)
}

// engineUntil runs a model until its end, or until stop is closed.
func (b *harness) engineUntil(ctx context.Context, stop <-chan struct{}, j job, run int, more ...string) (usage, json.RawMessage, error) {
	data := filepath.Join(b.dir, "engine", j.name+"-"+strconv.Itoa(run))
	if err := os.MkdirAll(data, 0o700); err != nil {
		return usage{}, nil, fmt.Errorf("making the data folder: %w", err)
	}
	env := b.password()
	if b.profiles(j) {
		if err := os.MkdirAll(resultsDir, 0o755); err != nil {
			return usage{}, nil, fmt.Errorf("making the folder of results: %w", err)
		}
		profile, err := filepath.Abs(filepath.Join(resultsDir, j.name+".cpu.pprof"))
		if err != nil {
			return usage{}, nil, fmt.Errorf("finding the folder of results: %w", err)
		}
		env = append(env, "MILLRACE_CPUPROFILE="+profile)
	}
	args := append([]string{"run", filepath.Join(b.dir, "models", j.model),
		"--catalog", b.catalog(), "--strict", "--quiet", "--json", "--data", data}, more...)
	u, err := measureUntil(ctx, stop, b.Timeout, b.environ(env...), b.Binary, args...)
	if err != nil {
		return usage{}, nil, err
	}
	summary := json.RawMessage(u.Output)
	if !json.Valid(summary) {
		return usage{}, nil, fmt.Errorf("its summary is not JSON:\n%s", tail(string(u.Output), 20))
	}
	return u, summary, os.RemoveAll(data)
}
