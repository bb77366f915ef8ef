package differential

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"testing"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
)

// The components of the tests: "rows" reads a dataset by its name, "collect" keeps what comes.
const (
	sourceName = "rows"
	sinkName   = "collect"
)

// outcome is what a plan gave: each sink's rows as texts, and how many rows were rejected by operator and code.
type outcome struct {
	rows     map[string][]string
	rejected map[string]int
}

// collected adds changes up: what was taken back is not there any more.
type collected struct {
	mu  sync.Mutex
	net map[string]map[string]int
}

func (c *collected) apply(sink string, batches []*batch.Batch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.net[sink] == nil {
		c.net[sink] = map[string]int{}
	}
	for _, b := range batches {
		for i := range b.Rows() {
			r := b.Row(i)
			row := make([]any, len(b.Cols))
			for j, col := range b.Cols {
				row[j] = col.Value(r)
			}
			n := 1
			if k := b.Kind(r); k == batch.UpdateBefore || k == batch.Delete {
				n = -1
			}
			c.net[sink][showRow(row)] += n
		}
	}
}

type memorySink struct {
	name string
	to   *collected
}

func (s *memorySink) Promise() component.Promise               { return component.Promise{Why: "It is memory."} }
func (s *memorySink) Close() error                             { return nil }
func (s *memorySink) Check(*batch.Batch) []component.RowReject { return nil }
func (s *memorySink) Limits() component.ChunkLimits            { return component.ChunkLimits{Rows: 1000} }
func (s *memorySink) ChunkKey(*batch.Batch) []uint64           { return nil }
func (s *memorySink) Apply(_ context.Context, _ component.ChunkRef, rows []*batch.Batch) error {
	s.to.apply(s.name, rows)
	return nil
}

// memorySource gives a dataset's rows in one partition.
type memorySource struct {
	d    *dataset
	size int
}

func (s *memorySource) Close() error { return nil }
func (s *memorySource) Partitions(context.Context) ([]component.Partition, error) {
	return []component.Partition{{ID: "0"}}, nil
}

func (s *memorySource) Open(_ context.Context, _ component.Partition, from component.Position, _ bool) (component.Reader, error) {
	at := 0
	if from != "" {
		var err error
		if at, err = strconv.Atoi(string(from)); err != nil {
			return nil, err
		}
	}
	return &memoryReader{s, at}, nil
}

type memoryReader struct {
	src *memorySource
	at  int
}

func (r *memoryReader) Lag() int64   { return int64(len(r.src.d.rows) - r.at) }
func (r *memoryReader) Close() error { return nil }
func (r *memoryReader) Read(context.Context) (*component.Chunk, error) {
	if r.at >= len(r.src.d.rows) {
		return nil, io.EOF
	}
	n := min(r.src.size, len(r.src.d.rows)-r.at)
	b := r.src.d.batch(r.at, r.at+n)
	r.at += n
	return &component.Chunk{Batch: b, Next: component.Position(strconv.Itoa(r.at)), Records: n, Bytes: int64(n)}, nil
}

// witness remembers the files of rejects that were committed.
type witness struct {
	*control.Memory
	files []control.RejectFile
}

func (w *witness) Commit(ctx context.Context, l control.Lease, m *control.Manifest) error {
	err := w.Memory.Commit(ctx, l, m)
	if err == nil && m.Rejects != nil {
		w.files = append(w.files, *m.Rejects)
	}
	return err
}

var errFailed = errors.New("the pipeline failed")

// runEngine runs a plan to its end on the embedded engine.
func runEngine(t testing.TB, p *plan.Plan, data map[string]*dataset) (*outcome, error) {
	to := &collected{net: map[string]map[string]int{}}
	text := component.Text{En: "test", Zh: "测试"}
	icon := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"/>`
	source := component.Spec{Name: sourceName, Version: 1, Kind: component.KindSource, Title: text, Summary: text, Help: text, Icon: icon,
		Source: &component.SourceDef{Plan: func(*component.Planning, component.Params) (*plan.Scan, bool) { return nil, false },
			Open: func(_ context.Context, oc component.SourceContext) (component.Source, error) {
				d, ok := data[string(oc.Params[1:len(oc.Params)-1])]
				if !ok {
					return nil, fmt.Errorf("there is no dataset %s", oc.Params)
				}
				return &memorySource{d, min(oc.BatchRows, 13)}, nil
			}}}
	sink := component.Spec{Name: sinkName, Version: 1, Kind: component.KindSink, Title: text, Summary: text, Help: text, Icon: icon, MinInputs: 1, MaxInputs: 1,
		Sink: &component.SinkDef{Plan: func(*component.Planning, component.Params, *plan.Node) (*plan.Sink, bool) { return nil, false },
			Accepts: []plan.ChangeMode{plan.Append, plan.Upsert, plan.Retract},
			Open: func(_ context.Context, sc component.SinkContext) (component.Sink, error) {
				return &memorySink{sc.Sink, to}, nil
			}}}
	reg, err := component.NewRegistry(source, sink)
	if err != nil {
		return nil, err
	}
	w := &witness{Memory: control.NewMemory()}
	lease, err := w.Acquire(t.Context(), "p", "test")
	if err != nil {
		return nil, err
	}
	dir := t.TempDir()
	j, err := engine.New(engine.Options{Plan: p, Fingerprint: "sha256:test", Pipeline: "p", Installation: "i", Registry: reg, Manifests: w, Lease: lease,
		Dir: dir, Epoch: time.Hour, Retry: time.Nanosecond, Bounded: true})
	if err != nil {
		return nil, err
	}
	if err := j.Run(t.Context()); err != nil {
		return nil, fmt.Errorf("%w: %w", errFailed, err)
	}
	out := &outcome{rows: map[string][]string{}, rejected: map[string]int{}}
	for name, rows := range to.net {
		for row, n := range rows {
			if n < 0 {
				return nil, fmt.Errorf("a row was taken back that was not there: %s", row)
			}
			for range n {
				out.rows[name] = append(out.rows[name], row)
			}
		}
	}
	for _, f := range w.files {
		rejects, err := engine.ReadRejects(dir, f, 1)
		if err != nil {
			return nil, err
		}
		for _, r := range rejects {
			if r.Kind != "dead" {
				return nil, fmt.Errorf("a row of %s is late", r.Node)
			}
			out.rejected[r.Node+" "+string(r.Code)]++
		}
	}
	return out, nil
}
