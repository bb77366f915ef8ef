package httpapi

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"millrace/server/app"
)

// newMetrics returns a registry of its own: what this process is and what Status says.
func newMetrics(status func() Status) (*prometheus.Registry, error) {
	r := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newStatusCollector(status),
	} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("registering metrics: %w", err)
		}
	}
	return r, nil
}

// pipelineMetric is one figure of a pipeline.
type pipelineMetric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	// value gives the figure; ok is false while it is not known.
	value func(p *app.PipelineStatus) (v float64, ok bool)
}

// statusCollector turns a Status into metrics when they are scraped.
type statusCollector struct {
	status    func() Status
	pipelines []pipelineMetric

	build, state, partUp, tableRows, tableBytes, partitionLag *prometheus.Desc
}

func newStatusCollector(status func() Status) *statusCollector {
	pipeline := []string{"pipeline"}
	c := &statusCollector{
		status:       status,
		build:        desc("millrace_build_info", "The build; always 1.", "version", "commit", "go"),
		state:        desc("millrace_pipeline_state", "1 for the state a pipeline is in.", "pipeline", "state"),
		partUp:       desc("millrace_part_up", "1 while an embedded part runs.", "part"),
		tableRows:    desc("millrace_olap_table_rows", "Rows of a table of the embedded ClickHouse.", "table"),
		tableBytes:   desc("millrace_olap_table_bytes", "Bytes on disk of a table of the embedded ClickHouse.", "table"),
		partitionLag: desc("millrace_source_partition_lag_rows", "Records of a source partition not read yet.", "pipeline", "source", "partition"),
	}
	add := func(name, help string, kind prometheus.ValueType, value func(*app.PipelineStatus) (float64, bool)) {
		c.pipelines = append(c.pipelines, pipelineMetric{desc(name, help, pipeline...), kind, value})
	}
	total := func(name, help string, value func(*app.PipelineStatus) int64) {
		add("millrace_pipeline_"+name, help, prometheus.CounterValue, func(p *app.PipelineStatus) (float64, bool) { return float64(value(p)), true })
	}
	total("rows_in_total", "Rows read since the pipeline's beginning.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.RowsIn })
	total("rows_out_total", "Rows handed to sinks.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.RowsOut })
	total("rows_rejected_total", "Rows in the dead-letter queue.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.Rejected })
	total("rows_skipped_total", "Failed rows that the pipeline's policy drops.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.Skipped })
	total("rows_late_total", "Rows that came after their window was closed.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.Late })
	total("rows_future_total", "Rows too far ahead to move the watermark.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.Future })
	total("rows_duplicate_total", "Rows a dedupe dropped.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.Duplicates })
	total("in_bytes_total", "Bytes read.", func(p *app.PipelineStatus) int64 { return p.Stats.Totals.BytesIn })
	total("restarts_total", "Recoveries since the job was started.", func(p *app.PipelineStatus) int64 { return p.Stats.Restarts })
	gauge := func(name, help string, value func(*app.PipelineStatus) (float64, bool)) {
		add("millrace_pipeline_"+name, help, prometheus.GaugeValue, value)
	}
	gauge("lag_rows", "Records not read yet.", func(p *app.PipelineStatus) (float64, bool) { return float64(p.Stats.Lag), p.Stats.Lag >= 0 })
	gauge("epoch", "The last committed epoch.", func(p *app.PipelineStatus) (float64, bool) { return float64(p.Stats.Epoch), true })
	gauge("state_bytes", "Operator state in memory.", func(p *app.PipelineStatus) (float64, bool) { return float64(p.Stats.StateBytes), true })
	gauge("state_disk_bytes", "Operator state that memory has no room for, on disk.", func(p *app.PipelineStatus) (float64, bool) { return float64(p.Stats.DiskBytes), true })
	gauge("checkpoint_bytes", "Size of the last epoch's files.", func(p *app.PipelineStatus) (float64, bool) { return float64(p.Stats.CheckpointBytes), true })
	gauge("checkpoint_seconds", "How long the last epoch's commit took.", func(p *app.PipelineStatus) (float64, bool) { return p.Stats.CheckpointTime.Seconds(), true })
	gauge("watermark_timestamp_seconds", "The watermark, as a Unix time.", func(p *app.PipelineStatus) (float64, bool) {
		return float64(p.Stats.Watermark.UnixMicro()) / 1e6, p.Stats.HasWatermark
	})
	gauge("committed_timestamp_seconds", "When the last epoch was committed, as a Unix time.", func(p *app.PipelineStatus) (float64, bool) {
		return float64(p.Stats.Committed.UnixMicro()) / 1e6, !p.Stats.Committed.IsZero()
	})
	return c
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe lists the metrics.
func (c *statusCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.build, c.state, c.partUp, c.tableRows, c.tableBytes, c.partitionLag} {
		out <- d
	}
	for _, m := range c.pipelines {
		out <- m.desc
	}
}

// Collect gives the metrics of this moment.
func (c *statusCollector) Collect(out chan<- prometheus.Metric) {
	s := c.status()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(c.build, 1, s.Version.Version, s.Version.Commit, s.Version.Go)
	for _, p := range s.Parts {
		up := 0.0
		if p.State == "running" {
			up = 1
		}
		gauge(c.partUp, up, p.Name)
	}
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		gauge(c.state, 1, p.Name, p.State)
		for _, m := range c.pipelines {
			if v, ok := m.value(p); ok {
				out <- prometheus.MustNewConstMetric(m.desc, m.kind, v, p.Name)
			}
		}
		for _, part := range p.Stats.Partitions {
			if part.Lag >= 0 {
				gauge(c.partitionLag, float64(part.Lag), p.Name, part.Source, part.Partition)
			}
		}
	}
	for _, t := range s.Tables {
		gauge(c.tableRows, float64(t.Rows), t.Name)
		gauge(c.tableBytes, float64(t.Bytes), t.Name)
	}
}
