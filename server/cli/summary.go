package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"millrace/pipelines/control"
	"millrace/server/app"
)

// summary is what a run has done; its JSON is documented in docs/cli/run.md.
type summary struct {
	State       string            `json:"state"`
	WallSeconds float64           `json:"wall_seconds"`
	Usage       app.Usage         `json:"usage"`
	Pipelines   []pipelineSummary `json:"pipelines"`
}

// pipelineSummary is what one pipeline has done. Totals count since the pipeline's first run, not since this one.
type pipelineSummary struct {
	Name        string `json:"name"`
	File        string `json:"file"`
	Fingerprint string `json:"fingerprint"`
	// State is "ended" (a bounded run came to its end), "drained" or "failed".
	State string `json:"state"`
	Error string `json:"error,omitempty"`
	control.Totals
	Epoch       int64         `json:"epoch"`
	Restarts    int64         `json:"restarts"`
	Watermark   *time.Time    `json:"watermark"`
	WallSeconds float64       `json:"wall_seconds"`
	Sinks       []sinkSummary `json:"sinks"`
}

type sinkSummary struct {
	ID      string `json:"id"`
	Sink    string `json:"sink"`
	Promise string `json:"promise"`
}

func summarize(runs []*modelRun, began time.Time) summary {
	s := summary{State: "ended", WallSeconds: round(time.Since(began)), Usage: app.ProcessUsage()}
	for _, r := range runs {
		st := r.snapshot()
		p := pipelineSummary{
			Name: r.model.Name, File: r.model.File, Fingerprint: r.model.Fingerprint, State: st.State, Error: st.Failure, Totals: st.Totals,
			Epoch: st.Epoch, Restarts: st.Restarts, WallSeconds: round(r.ended.Sub(r.began)), Sinks: []sinkSummary{},
		}
		if st.HasWatermark {
			p.Watermark = &st.Watermark
		}
		names := app.Sinks(r.model.Plan)
		for _, id := range slices.Sorted(maps.Keys(names)) {
			p.Sinks = append(p.Sinks, sinkSummary{ID: id, Sink: names[id], Promise: st.Promises[id]})
		}
		switch {
		case p.State == "failed":
			s.State = "failed"
		case p.State == "drained" && s.State != "failed":
			s.State = "drained"
		}
		s.Pipelines = append(s.Pipelines, p)
	}
	return s
}

func round(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

func (s summary) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return nil
}

// strict is the failure of a run with rejects, when rejects are to be one.
func (s summary) strict(on bool) error {
	n := int64(0)
	for _, p := range s.Pipelines {
		n += p.Rejected + p.Skipped
	}
	if !on || n == 0 {
		return nil
	}
	return failWith(exitRejects, fmt.Errorf("%s rows were rejected; list them with millrace rejects", count(n)))
}

func (s summary) writeTable(w io.Writer) error {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "pipeline\tstate\trows in\trows out\trejected\tskipped\tlate\tduplicates\tepoch\tseconds\t")
	for _, p := range s.Pipelines {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%.1f\t\n", p.Name, p.State, count(p.RowsIn), count(p.RowsOut), count(p.Rejected),
			count(p.Skipped), count(p.Late), count(p.Duplicates), p.Epoch, p.WallSeconds)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	b.WriteByte('\n')
	for _, p := range s.Pipelines {
		for _, k := range p.Sinks {
			if k.Promise != "" {
				fmt.Fprintf(&b, "%s -> %s: %s\n", p.Name, k.Sink, k.Promise)
			}
		}
	}
	u := s.Usage
	fmt.Fprintf(&b, "%.1f s wall, %.1f s CPU (%.1f user, %.1f system), peak memory %s", s.WallSeconds, u.UserSeconds+u.SystemSeconds, u.UserSeconds, u.SystemSeconds,
		mebibytes(u.PeakRSSBytes))
	if c := u.ChildrenUserSeconds + u.ChildrenSystemSeconds; c > 0 {
		fmt.Fprintf(&b, "; child processes %.1f s CPU, peak memory %s", c, mebibytes(u.ChildrenPeakRSSBytes))
	}
	b.WriteByte('\n')
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return nil
}

func mebibytes(n int64) string { return fmt.Sprintf("%d MiB", n>>20) }
