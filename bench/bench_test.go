package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/configs"
	"millrace/server/app"
)

func TestSettings(t *testing.T) {
	load := func(env ...string) (settings, error) {
		return loadSettings(func(name string) string {
			for _, e := range env {
				if key, value, _ := strings.Cut(e, "="); key == name {
					return value
				}
			}
			return ""
		})
	}
	s, err := load()
	require.NoError(t, err)
	require.EqualValues(t, 5_000_000, s.Events)
	require.Equal(t, 1, s.Runs)
	require.Len(t, s.Jobs, 10)
	require.Equal(t, 400, s.GCPercent)
	require.Equal(t, "1GiB", s.MemoryLimit)

	s, err = load("FULL=1")
	require.NoError(t, err)
	require.EqualValues(t, 25_000_000, s.Events)

	s, err = load("FULL=1", "N=1_000", "RUNS=3", "JOBS=bare,engine-a", "PROFILE=b", "GOGC=100", "GOMEMLIMIT=2GiB", "BIN=/x", "TIMEOUT=1m")
	require.NoError(t, err)
	require.Equal(t, settings{
		Events: 1_000, Runs: 3, Jobs: []string{bare, engineA}, Profile: "b", GCPercent: 100, MemoryLimit: "2GiB", Binary: "/x", Timeout: time.Minute,
	}, s)
	require.Contains(t, s.environ("X=1"), "MILLRACE_ENGINE_MEMORY_BUDGET=2GiB")

	s, err = load("JOINS=1", "PROFILE=temporal")
	require.NoError(t, err)
	require.Equal(t, []string{engineA, engineTemporal, flinkTemporal, engineInterval, flinkInterval}, s.Jobs)

	_, err = load("N=0", "RUNS=none", "JOBS=hand", "PROFILE=c", "GOGC=off", "TIMEOUT=5")
	for _, name := range []string{"N=0", "RUNS=none", `no job "hand"`, "PROFILE=c", "GOGC=off", "TIMEOUT=5"} {
		require.ErrorContains(t, err, name)
	}
}

// What the benchmark runs compiles without a word.
func TestModelsCompile(t *testing.T) {
	b := &harness{dir: t.TempDir(), broker: "127.0.0.1:9092"}
	require.NoError(t, b.writeModels())
	w, err := app.NewWorkbench(configs.Default(), b.catalog(), nil)
	require.NoError(t, err)
	for _, j := range jobs() {
		if j.model == "" {
			continue
		}
		file := filepath.Join(b.dir, "models", j.model)
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		_, diags := w.Compile(file, src, nil)
		require.Empty(t, diags, j.name)
	}
}

// The statements of Flink's scripts are whole, and say where the run's broker listens.
func TestScriptsFill(t *testing.T) {
	b := &harness{broker: "127.0.0.1:1234"}
	for _, j := range jobs() {
		if j.script == "" {
			continue
		}
		text, err := b.fill(j.script)
		require.NoError(t, err)
		require.Contains(t, text, "'properties.bootstrap.servers' = '127.0.0.1:1234'")
		require.Contains(t, text, "'topic' = '"+j.topic+"'")
		require.Contains(t, text, "'sink.delivery-guarantee' = 'exactly-once'")
	}
}

func TestReport(t *testing.T) {
	r := newReport(settings{GCPercent: 400, MemoryLimit: "1GiB", Events: 2_000_000})
	r.Bytes, r.Produce = 500_000_000, sample{usage: usage{Wall: 4}}
	byName := map[string]job{}
	for _, j := range jobs() {
		byName[j.name] = j
	}
	add := func(name string, cpu ...float64) {
		for _, c := range cpu {
			r.add(byName[name], sample{usage: usage{Wall: 2 * c, CPU: c, PeakRSS: 100e6}, BrokerCPU: 1, Summary: json.RawMessage(`{"state":"ended"}`)})
		}
	}
	add(engineA, 3, 5, 4)
	add(handA, 2, 2, 2)
	add(bare, 1, 1, 1)
	add(engineInterval, 3.2)
	r.finish()
	require.Equal(t, bare, r.Jobs[0].Name)
	got := r.result(engineA)
	require.InDelta(t, 2, got.CPUPerMillion, 1e-9)
	require.InDelta(t, 250_000, got.RowsPerSecond, 1e-9)
	require.InDelta(t, 2, got.Ratio, 1e-9)
	require.InDelta(t, 4, got.BareRatio, 1e-9)
	require.InDelta(t, 0.5, got.Spread, 1e-9)
	require.EqualValues(t, 1_600_000, r.result(engineInterval).Rows)
	require.InDelta(t, 2, r.result(engineInterval).CPUPerMillion, 1e-9)

	var out strings.Builder
	dir := t.TempDir()
	require.NoError(t, r.publish(&out, dir))
	require.Contains(t, out.String(), "engine-a         250000   2.000         50%     2.00  hand-a  4.00    100          0.500           -")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	require.NoError(t, err)
	var read report
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, r.Jobs[1].CPUPerMillion, read.Jobs[1].CPUPerMillion)
}

func TestMeasure(t *testing.T) {
	u, err := measure(t.Context(), time.Minute, nil, "/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo out")
	require.NoError(t, err)
	require.Equal(t, "out\n", string(u.Output))
	require.Positive(t, u.CPU)
	require.Positive(t, u.Wall)
	require.Positive(t, u.PeakRSS)

	_, err = measure(t.Context(), time.Minute, nil, "/bin/sh", "-c", "echo said; echo why >&2; exit 3")
	require.ErrorContains(t, err, "exit status 3\nsaid\nwhy")
	_, err = measure(t.Context(), 50*time.Millisecond, nil, "/bin/sh", "-c", "exec sleep 60")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
