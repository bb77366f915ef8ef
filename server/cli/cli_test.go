package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// result is what a command line gave.
type result struct {
	code     int
	out, err string
}

func run(t *testing.T, args ...string) result {
	t.Helper()
	return runContext(t.Context(), args...)
}

func runContext(ctx context.Context, args ...string) result {
	var out, errs bytes.Buffer
	code := Run(ctx, args, Streams{Out: &out, Err: &errs})
	return result{code, out.String(), errs.String()}
}

// golden compares with testdata/name.golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// TestGolden runs command lines whose whole output is known: exit code, standard output, standard error.
func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"lint_broken":       {"model", "lint", "testdata/broken.yaml", "testdata/plays.yaml", "testdata/playz.yaml"},
		"lint_broken_json":  {"model", "lint", "--json", "testdata/broken.yaml"},
		"lint_good":         {"model", "lint", "testdata/plays.yaml", "testdata/windows.yaml"},
		"lint_bad_catalog":  {"model", "lint", "testdata/plays.yaml", "--catalog", "testdata/bad_catalog.yaml"},
		"explain":           {"model", "explain", "testdata/windows.yaml"},
		"explain_rules_off": {"model", "explain", "testdata/plays.yaml", "--rules-off", "all"},
		"explain_json":      {"model", "explain", "--json", "testdata/plays.yaml"},
		"explain_broken":    {"model", "explain", "testdata/broken.yaml"},
		"fingerprint":       {"model", "fingerprint", "testdata/plays.yaml"},
		"convert_sql":       {"model", "convert", "testdata/plays.yaml", "--to", "sql"},
		"convert_window":    {"model", "convert", "testdata/windows.yaml", "--to", "sql"},
		"convert_yaml":      {"model", "convert", "testdata/report.sql", "--to", "yaml"},
		"convert_several":   {"model", "convert", "testdata/report.sql", "--to", "sql"},
		"convert_broken":    {"model", "convert", "testdata/broken.yaml", "--to", "sql"},
		"usage_convert":     {"model", "convert", "testdata/plays.yaml"},
		"preview":           {"preview", "testdata/plays.yaml", "shape", "--rows", "3"},
		"preview_all":       {"preview", "testdata/windows.yaml", "out", "--rows", "100000", "--timeout", "1m"},
		"preview_json":      {"preview", "testdata/plays.yaml", "out", "--rows", "2", "--json"},
		"preview_no_node":   {"preview", "testdata/plays.yaml", "shap"},
		"component":         {"components", "filter"},
		"component_unknown": {"components", "fliter"},
		"infer":             {"infer", "testdata/samples.ndjson", "--name", "ods.music.samples"},
		"infer_no_format":   {"infer", "testdata/samples.dat"},
		"rejects_none":      {"rejects", "--data", "testdata/none"},
		"usage_no_model":    {"run"},
		"usage_command":     {"rnu"},
		"usage_flag":        {"run", "--bunded", "x.yaml"},
		"usage_policy":      {"run", "testdata/plays.yaml", "--on-error", "ignore"},
		"usage_from":        {"run", "testdata/plays.yaml", "--from", "yesterday"},
		"usage_rule":        {"run", "testdata/plays.yaml", "--rules-off", "magic"},
		"run_twice":         {"run", "testdata/plays.yaml", "testdata/plays.yaml"},
		"run_no_sink":       {"run", "testdata/virtual.yaml"},
		"bad_config":        {"version", "--config", "testdata/bad_config.yaml"},
		"bad_config_run":    {"run", "testdata/plays.yaml", "--config", "testdata/bad_config.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, args...)
			// How much was read when there were rows enough depends on the machine.
			errs := regexp.MustCompile(`of [\d,]+ read`).ReplaceAllString(r.err, "of N read")
			golden(t, name, fmt.Sprintf("exit %d\n--- stdout\n%s--- stderr\n%s", r.code, r.out, errs))
		})
	}
}

// runJSON runs models to their end and returns the summary.
func runJSON(t *testing.T, data string, wantCode int, args ...string) summary {
	t.Helper()
	r := run(t, append([]string{"run", "--bounded", "--json", "--quiet", "--data", data}, args...)...)
	require.Equal(t, wantCode, r.code, r.err)
	var s summary
	// The console sink prints to the process's standard output, so ours holds the summary alone.
	require.NoError(t, json.Unmarshal([]byte(r.out), &s), r.out)
	return s
}

func TestRunBounded(t *testing.T) {
	data := t.TempDir()
	s := runJSON(t, data, exitOK, "testdata/plays.yaml", "testdata/windows.yaml")
	require.Equal(t, "ended", s.State)
	require.Len(t, s.Pipelines, 2)
	for _, p := range s.Pipelines {
		require.Equal(t, "ended", p.State)
		require.EqualValues(t, 5000, p.RowsIn)
		require.Positive(t, p.RowsOut)
		require.Len(t, p.Sinks, 1)
		require.Contains(t, p.Sinks[0].Promise, "once")
	}
	require.Positive(t, s.Usage.PeakRSSBytes)

	again := runJSON(t, data, exitOK, "--fresh", "testdata/plays.yaml")
	require.Equal(t, s.Pipelines[0].Totals, again.Pipelines[0].Totals, "a fresh run does the same work again")
}

func TestRunRejects(t *testing.T) {
	data := t.TempDir()
	s := runJSON(t, data, exitRejects, "--strict", "testdata/rejects.yaml")
	require.EqualValues(t, 4, s.Pipelines[0].RowsIn)
	require.EqualValues(t, 2, s.Pipelines[0].Rejected, "a record that is no JSON, and a division by zero")
	require.EqualValues(t, 2, s.Pipelines[0].RowsOut)

	r := run(t, "rejects", "--data", data, "--json")
	require.Equal(t, exitOK, r.code, r.err)
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	require.Len(t, lines, 2)
	for _, l := range lines {
		require.True(t, json.Valid([]byte(l)), l)
	}
	text := run(t, "rejects", "cdm.test.rejects", "--data", data, "--kind", "dead").out
	text = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`).ReplaceAllString(text, "TIME")
	golden(t, "rejects_listed", text)
	require.Empty(t, run(t, "rejects", "--data", data, "--kind", "late").out)

	require.Zero(t, runJSON(t, t.TempDir(), exitFailed, "--on-error", "stop", "testdata/rejects.yaml").Pipelines[0].Rejected)
	skip := runJSON(t, t.TempDir(), exitOK, "--on-error", "skip", "testdata/rejects.yaml")
	require.EqualValues(t, 2, skip.Pipelines[0].Skipped)
}

func TestRunFolderInUse(t *testing.T) {
	data := t.TempDir()
	lock, err := store.LockDir(data)
	require.NoError(t, err)
	defer lock.Close()
	r := run(t, "run", "--bounded", "--data", data, "testdata/plays.yaml")
	require.Equal(t, exitEnvironment, r.code)
	require.Contains(t, r.err, "store.folder_in_use")
	require.Contains(t, r.err, "fix: ")
}

// TestRunDrains ends an endless run and goes on with it.
func TestRunDrains(t *testing.T) {
	data := t.TempDir()
	var before int64
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		out := &watched{until: "running", then: cancel}
		var summaryText bytes.Buffer
		code := Run(ctx, []string{"run", "--json", "--data", data, "--epoch", "50ms", "testdata/endless.yaml"},
			Streams{Out: &summaryText, Err: out, Live: true, Width: func() int { return 200 }})
		require.Equal(t, exitOK, code, out.text())
		var s summary
		require.NoError(t, json.Unmarshal(summaryText.Bytes(), &s))
		require.Equal(t, "drained", s.State)
		require.Greater(t, s.Pipelines[0].RowsIn, before)
		before = s.Pipelines[0].RowsIn
	}
}

func TestVersionAndHelp(t *testing.T) {
	r := run(t, "version", "--json")
	require.Equal(t, exitOK, r.code)
	require.True(t, json.Valid([]byte(r.out)))
	require.Contains(t, run(t).out, "Available Commands")
	require.Contains(t, run(t, "completion", "bash").out, "__start_millrace")
	require.Contains(t, run(t, "__complete", "components", "").out, "generator")
	require.Contains(t, run(t, "__complete", "preview", "testdata/plays.yaml", "").out, "shape\tcompute")
}

func TestComponentsJSON(t *testing.T) {
	var list []componentInfo
	r := run(t, "components", "--json")
	require.NoError(t, json.Unmarshal([]byte(r.out), &list))
	require.Greater(t, len(list), 10)
}
