package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"millrace/bench/latency"
)

// resultsDir is where reports and profiles are kept, seen from the root of the source tree.
const resultsDir = "bench/results"

// report is the outcome of a run.
type report struct {
	Date        time.Time `json:"date"`
	Go          string    `json:"go"`
	System      string    `json:"system"`
	Cores       int       `json:"cores"`
	GCPercent   int       `json:"gc_percent"`
	MemoryLimit string    `json:"memory_limit"`
	Profile     string    `json:"profile,omitempty"` // the job that was slowed down by a profile
	Events      int64     `json:"events"`
	Bytes       int64     `json:"bytes"`
	Produce     sample    `json:"produce"`
	Jobs        []*result `json:"jobs"`
}

// sample is one run of a job.
type sample struct {
	usage
	BrokerCPU    float64         `json:"broker_cpu_seconds"`
	WarehouseCPU float64         `json:"clickhouse_cpu_seconds,omitempty"`
	Load         string          `json:"load,omitempty"`    // the machine's before the job
	Summary      json.RawMessage `json:"summary,omitempty"` // the engine's own
	Visible      *latency.Result `json:"visible,omitempty"` // of a job whose rows are watched
}

// result is a job's samples and the medians of their figures.
type result struct {
	Name          string   `json:"name"`
	Title         string   `json:"title"`
	Rows          int64    `json:"rows"` // that it reads
	RowsPerSecond float64  `json:"rows_per_second"`
	Wall          float64  `json:"wall_seconds"`
	CPUPerMillion float64  `json:"cpu_seconds_per_million_rows"`
	PeakRSS       int64    `json:"peak_rss_bytes"`
	BrokerCPU     float64  `json:"broker_cpu_seconds_per_million_rows"`
	WarehouseCPU  float64  `json:"clickhouse_cpu_seconds_per_million_rows,omitempty"`
	Beside        string   `json:"beside,omitempty"`     // the job that Ratio compares with
	Ratio         float64  `json:"cpu_ratio,omitempty"`  // of CPU; 0 when the other did not run
	BareRatio     float64  `json:"bare_ratio,omitempty"` // of CPU to the bare loop's
	Spread        float64  `json:"cpu_spread,omitempty"` // (largest - least) / median of the samples' CPU
	Samples       []sample `json:"samples"`
}

func newReport(s settings) *report {
	return &report{
		Date: time.Now().UTC().Truncate(time.Second), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Cores: runtime.NumCPU(), GCPercent: s.GCPercent, MemoryLimit: s.MemoryLimit, Profile: s.Profile, Events: s.Events,
	}
}

func (r *report) add(j job, s sample) {
	res := r.result(j.name)
	if res == nil {
		res = &result{Name: j.name, Title: j.title, Rows: j.rows(r.Events), Beside: j.beside}
		r.Jobs = append(r.Jobs, res)
	}
	res.Samples = append(res.Samples, s)
}

func (r *report) result(name string) *result {
	for _, res := range r.Jobs {
		if res.Name == name {
			return res
		}
	}
	return nil
}

// finish computes the medians and ratios, and puts the jobs in order.
func (r *report) finish() {
	for _, res := range r.Jobs {
		millions := float64(res.Rows) / 1e6
		of := func(figure func(sample) float64) float64 { return median(res.Samples, figure) }
		res.Wall = of(func(s sample) float64 { return s.Wall })
		res.RowsPerSecond = float64(res.Rows) / res.Wall
		res.CPUPerMillion = of(func(s sample) float64 { return s.CPU }) / millions
		res.BrokerCPU = of(func(s sample) float64 { return s.BrokerCPU }) / millions
		res.WarehouseCPU = of(func(s sample) float64 { return s.WarehouseCPU }) / millions
		res.PeakRSS = int64(of(func(s sample) float64 { return float64(s.PeakRSS) }))
		least, most := res.Samples[0].CPU, res.Samples[0].CPU
		for _, s := range res.Samples {
			least, most = min(least, s.CPU), max(most, s.CPU)
		}
		res.Spread = (most - least) / millions / res.CPUPerMillion
	}
	ratio := func(res *result, name string) float64 {
		if other := r.result(name); other != nil && other != res {
			return res.CPUPerMillion / other.CPUPerMillion
		}
		return 0
	}
	for _, res := range r.Jobs {
		res.Ratio, res.BareRatio = ratio(res, res.Beside), ratio(res, bare)
	}
	place := func(name string) int { return slices.IndexFunc(jobs(), func(j job) bool { return j.name == name }) }
	slices.SortFunc(r.Jobs, func(a, b *result) int { return place(a.Name) - place(b.Name) })
}

func median(samples []sample, figure func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = figure(s)
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// publish prints the report and keeps it as JSON in dir.
func (r *report) publish(w io.Writer, dir string) error {
	text, err := r.table()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	kept, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of results: %w", err)
	}
	file := filepath.Join(dir, r.Date.Format("2006-01-02T150405Z")+".json")
	if err := os.WriteFile(file, append(kept, '\n'), 0o644); err != nil {
		return fmt.Errorf("keeping the report: %w", err)
	}
	_, err = fmt.Fprintf(w, "\nkept in %s\n", file)
	return err
}

func (r *report) table() ([]byte, error) {
	var b bytes.Buffer
	loads := []string{}
	runs := 0
	for _, res := range r.Jobs {
		runs = max(runs, len(res.Samples))
		for _, s := range res.Samples {
			loads = append(loads, s.Load)
		}
	}
	fmt.Fprintf(&b, "%s  %s  %s  %d cores shared with the broker\n", r.Date.Format(time.DateOnly), r.Go, r.System, r.Cores)
	if r.Bytes > 0 {
		fmt.Fprintf(&b, "%d events of %.0f bytes in %d partitions, produced at %.0f a second\n", r.Events, float64(r.Bytes)/float64(r.Events),
			partitions, float64(r.Events)/r.Produce.Wall)
	}
	fmt.Fprintf(&b, "GOGC=%d GOMEMLIMIT=%s for every job; %d repetitions, medians; load before the jobs %v\n", r.GCPercent, r.MemoryLimit, runs, loads)
	if r.Profile != "" {
		fmt.Fprintf(&b, "job %s was profiled, which costs it a few percent\n", r.Profile)
	}
	b.WriteByte('\n')
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(cells ...string) {
		for i, c := range cells {
			if i > 0 {
				_, _ = t.Write([]byte{'\t'})
			}
			_, _ = t.Write([]byte(c))
		}
		_, _ = t.Write([]byte{'\n'})
	}
	line("job", "rows/s", "CPU s/M rows", "spread", "x", "of", "x bare", "peak RSS MB", "broker CPU s/M", "ClickHouse CPU s/M", "what")
	for _, res := range r.Jobs {
		ratio, of := res.Ratio, res.Beside
		if of == bare || ratio == 0 {
			ratio, of = 0, "-" // it has a column of its own, or did not run
		}
		line(res.Name, fmt.Sprintf("%.0f", res.RowsPerSecond), fmt.Sprintf("%.3f", res.CPUPerMillion), spread(res),
			factor(ratio), of, factor(res.BareRatio), fmt.Sprintf("%.0f", float64(res.PeakRSS)/1e6), known(res.BrokerCPU), known(res.WarehouseCPU), res.Title)
	}
	if err := t.Flush(); err != nil {
		return nil, fmt.Errorf("writing the table: %w", err)
	}
	for _, res := range r.Jobs {
		if res.Samples[0].Visible == nil {
			continue
		}
		of := func(figure func(*latency.Result) float64) float64 {
			return median(res.Samples, func(s sample) float64 { return figure(s.Visible) })
		}
		fmt.Fprintf(&b, "\n%s: from produced to visible in ClickHouse at %d rows/s: p50 %.0f ms, p99 %.0f ms, longest %.0f ms\n", res.Name, livePace,
			of(func(v *latency.Result) float64 { return v.P50 }), of(func(v *latency.Result) float64 { return v.P99 }),
			of(func(v *latency.Result) float64 { return v.Longest }))
	}
	return b.Bytes(), nil
}

func spread(res *result) string {
	if len(res.Samples) < 2 {
		return "-"
	}
	return fmt.Sprintf("%.0f%%", 100*res.Spread)
}

func factor(f float64) string {
	if f == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", f)
}

func known(f float64) string {
	if f == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", f)
}
