package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"millrace/bench/flink"
)

// flinkSummary is what is kept of a run of Flink's beside its figures.
type flinkSummary struct {
	Version string   `json:"version"`
	Jobs    []string `json:"jobs"`
	// What the processes took before the first statement came, which does not count: the engine's start does.
	StartWall float64 `json:"start_wall_seconds"`
	StartCPU  float64 `json:"start_cpu_seconds"`
}

// flink runs a script in a cluster of its own. What counts is what the job manager, the task manager and the gateway take from the
// first statement to the end of the job; the memory is their peaks' sum.
func (b *harness) flink(ctx context.Context, j job, run int) (usage, json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, b.Timeout)
	defer cancel()
	script, err := b.fill(j.script)
	if err != nil {
		return usage{}, nil, err
	}
	dir := filepath.Join(b.dir, "flink", j.name+"-"+strconv.Itoa(run))
	begun := time.Now()
	c, err := flink.Start(ctx, b.jars, dir)
	if err != nil {
		return usage{}, nil, err
	}
	defer c.Close()
	cpu := func() (sum float64) {
		for _, pid := range c.PIDs() {
			sum += serverCPU(pid)
		}
		return sum
	}
	s := flinkSummary{Version: flink.Version, StartWall: time.Since(begun).Seconds(), StartCPU: cpu()}
	begun = time.Now()
	if s.Jobs, err = c.Run(ctx, script); err != nil {
		return usage{}, nil, err
	}
	u := usage{Wall: time.Since(begun).Seconds(), CPU: cpu() - s.StartCPU}
	for _, pid := range c.PIDs() {
		u.PeakRSS += serverPeakRSS(pid)
	}
	c.Close()
	summary, err := json.Marshal(s)
	if err != nil {
		return usage{}, nil, fmt.Errorf("encoding the summary: %w", err)
	}
	return u, summary, os.RemoveAll(dir)
}
