package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
)

// CodeReplay is a pipeline whose dead letters cannot be put through it again.
const CodeReplay diag.Code = "rejects.replay"

// Records are records that are put through a stored plan in the place of its source.
type Records struct {
	registry *component.Registry
	plan     *plan.Plan
	scan     *plan.Node
	format   *component.Spec
	params   component.Params
	zone     *time.Location
}

// NewRecords prepares a plan for records. It is refused, with the reason, where a record by itself does not say what comes of it: the plan
// reads several sources, remembers rows, or its source gives changes or no records of a format.
func NewRecords(registry *component.Registry, p *plan.Plan) (*Records, error) {
	r := &Records{registry: registry, plan: p}
	refuse := func(format string, args ...any) error {
		return diag.Refuse(diag.ErrConflict, CodeReplay, "Mend what made them, or send the records to the pipeline's source again.", "single records cannot be put through this pipeline: "+format, args...)
	}
	var err error
	p.Walk(func(n *plan.Node) {
		switch op := n.Op.(type) {
		case *plan.Scan:
			if r.scan != nil && r.scan != n {
				err = refuse("it reads several sources, which wait for each other")
			}
			if r.scan = n; registry.ScanMode(op).Change != plan.Append {
				err = refuse("its source gives changes, which a record alone is not")
			}
		case *plan.Filter, *plan.Project, *plan.Union, *plan.Unnest, *plan.Sink:
		default:
			err = refuse("its %s remembers rows, and what it remembers has gone on since", op.Name())
		}
	})
	if err == nil && r.scan == nil {
		err = refuse("it reads nothing")
	}
	if err != nil {
		return nil, err
	}
	scan, _ := r.scan.Op.(*plan.Scan)
	params, err := registry.ScanParams(scan)
	if err != nil {
		return nil, fmt.Errorf("reading the parameters of the source: %w", err)
	}
	var diags diag.List
	var ok bool
	if !params.Has("format") && params.String("format") == "" {
		return nil, refuse("its source has no records of a format")
	}
	if r.format, r.params, ok = registry.DecodeFormat(params, "format", &diags); !ok || r.format.Format.NewDecoder == nil {
		return nil, refuse("its source's format is not read record by record")
	}
	if r.zone, err = time.LoadLocation(p.TimeZone); err != nil {
		r.zone = time.UTC
	}
	return r, nil
}

// Source is the operator that the records stand for.
func (r *Records) Source() string { return r.scan.ID }

// maxRecord bounds a record.
const maxRecord = 16 << 20

func (r *Records) decoder() (component.Decoder, error) {
	scan, _ := r.scan.Op.(*plan.Scan)
	target := component.DecodeTarget{Schema: r.scan.Schema, Columns: scan.Source.Names(), Checked: make([]bool, len(r.scan.Schema.Fields)), BatchRows: 256, TimeZone: r.zone, MaxRecordBytes: maxRecord}
	for i, f := range r.scan.Schema.Fields {
		target.Checked[i] = slices.Contains(scan.Checked, f.Name)
	}
	return r.format.Format.NewDecoder(r.params, target)
}

// Tried is what records come to.
type Tried struct {
	// Records has one entry a record, in their order.
	Records []TriedRecord `json:"records" nullable:"false"`
	// Sinks say which rows would reach them; Rejected is how many rows fail behind the decoder.
	Sinks    []TriedSink `json:"sinks" nullable:"false"`
	Rejected int64       `json:"rejected"`
}

// TriedRecord is what the decoder makes of a record: rows, or a code.
type TriedRecord struct {
	Rows int       `json:"rows"`
	Code diag.Code `json:"code,omitempty"`
	Path string    `json:"path,omitempty"`
}

// TriedSink is what would reach a sink.
type TriedSink struct {
	Sink string            `json:"sink"`
	Rows []json.RawMessage `json:"rows" nullable:"false"`
}

// Try puts records through the plan in memory: it commits nothing and writes nothing.
func (r *Records) Try(ctx context.Context, records [][]byte) (*Tried, error) {
	out := &Tried{Records: make([]TriedRecord, len(records)), Sinks: []TriedSink{}}
	decoder, err := r.decoder()
	if err != nil {
		return nil, err
	}
	for i, record := range records {
		rows, reject := decoder.Decode(record)
		out.Records[i].Rows = rows
		if reject != nil {
			out.Records[i] = TriedRecord{Code: reject.Code.Code(), Path: reject.Path}
		}
	}
	const mostRows = 1000
	for _, sink := range r.plan.Sinks {
		one := &plan.Plan{Model: r.plan.Model, TimeZone: r.plan.TimeZone, Sinks: []*plan.Node{{
			ID: sink.ID, Op: &plan.Sink{Component: previewSink, Version: 1}, Inputs: sink.Inputs, Schema: sink.Schema, Mode: sink.Mode}}}
		runCtx, enough := context.WithTimeout(ctx, previewTimeout)
		kept := &memorySink{want: mostRows, enough: enough}
		bench := &Workbench{Registry: r.registry}
		totals, err := bench.inMemory(runCtx, one, nil, kept, memoryRun{bounded: true, batchRows: 256, source: r.open(records)})
		over := runCtx.Err() != nil
		enough()
		if err != nil && !over {
			return nil, err
		}
		rows, _ := kept.taken()
		out.Sinks = append(out.Sinks, TriedSink{Sink: sink.ID, Rows: append([]json.RawMessage{}, rows...)})
		// Of one sink all rows behind the decoder are counted; what sinks have in common is counted with each.
		out.Rejected = max(out.Rejected, totals.Rejected-int64(out.undecoded()))
	}
	return out, nil
}

func (t *Tried) undecoded() int {
	n := 0
	for _, r := range t.Records {
		if r.Code != "" {
			n++
		}
	}
	return n
}

// ReplayOptions say with what records are put through the plan for good.
type ReplayOptions struct {
	// Name is the run's, the same whenever the same records are replayed: a run that was interrupted goes on, and one that has ended does
	// nothing more.
	Name         string
	Installation string
	Fingerprint  string
	// Version is the pipeline's that the plan is of.
	Version     int64
	Connections component.Connections
	Manifests   control.Manifests
	Lease       control.Lease
	Dir         string
}

// Replay writes what the records come to, to the plan's own sinks, with what these promise.
func (r *Records) Replay(ctx context.Context, records [][]byte, o ReplayOptions) (control.Totals, error) {
	registry, err := withSources(r.registry, r.open(records))
	if err != nil {
		return control.Totals{}, err
	}
	job, err := engine.New(engine.Options{
		Plan: r.plan, Fingerprint: o.Fingerprint, Version: o.Version, Pipeline: o.Name, Installation: o.Installation, Registry: registry, Connections: o.Connections,
		Manifests: o.Manifests, Lease: o.Lease, Dir: o.Dir, Epoch: time.Second, BatchRows: 256, Bounded: true, Retry: 5 * time.Second,
	})
	if err != nil {
		return control.Totals{}, err
	}
	err = job.Run(ctx)
	return job.Stats().Totals, err
}

// open makes the source that gives the records.
func (r *Records) open(records [][]byte) func(context.Context, component.SourceContext) (component.Source, error) {
	return func(_ context.Context, oc component.SourceContext) (component.Source, error) {
		return &recordSource{records: records, make: func() (component.Decoder, error) { return r.format.Format.NewDecoder(r.params, oc.Target) }}, nil
	}
}

// withSources is a registry all of whose sources are opened by open.
func withSources(registry *component.Registry, open func(context.Context, component.SourceContext) (component.Source, error)) (*component.Registry, error) {
	var specs []component.Spec
	for _, s := range registry.All() {
		spec := *s
		if spec.Kind == component.KindSource {
			def := *spec.Source
			def.Open = open
			spec.Source = &def
		}
		specs = append(specs, spec)
	}
	return component.NewRegistry(specs...)
}

// recordSource gives records, as one partition. Its position is the number of the next one.
type recordSource struct {
	records [][]byte
	// kinds says of each record what its rows do to those before; nil is that they come.
	kinds []batch.RowKind
	make  func() (component.Decoder, error)
}

// Partitions returns the only one.
func (s *recordSource) Partitions(context.Context) ([]component.Partition, error) {
	return []component.Partition{{ID: "records"}}, nil
}

// Open goes on at a position.
func (s *recordSource) Open(_ context.Context, _ component.Partition, from component.Position, _ bool) (component.Reader, error) {
	at := 0
	if from != "" {
		var err error
		if at, err = strconv.Atoi(string(from)); err != nil || at < 0 || at > len(s.records) {
			return nil, component.Permanent(CodeReplay, err, "", "%q is no position among %d records", from, len(s.records))
		}
	}
	decoder, err := s.make()
	return &recordReader{source: s, decoder: decoder, at: at}, err
}

// Close does nothing.
func (s *recordSource) Close() error { return nil }

type recordReader struct {
	source  *recordSource
	decoder component.Decoder
	at      int
}

// Read decodes the next record.
func (r *recordReader) Read(context.Context) (*component.Chunk, error) {
	if r.at == len(r.source.records) {
		return nil, io.EOF
	}
	record := r.source.records[r.at]
	out := &component.Chunk{Records: 1, Bytes: int64(len(record))}
	rows, reject := r.decoder.Decode(record)
	if reject != nil {
		reject.Offset = int64(r.at)
		out.Rejects = append(out.Rejects, *reject)
	}
	if rows > 0 {
		out.Batch = r.decoder.Finish()
		out.Batch.Offs = slices.Repeat([]int64{int64(r.at)}, out.Batch.N)
		if r.source.kinds != nil {
			out.Batch.Kinds = slices.Repeat([]batch.RowKind{r.source.kinds[r.at]}, out.Batch.N)
		}
	}
	r.at++
	out.Next = component.Position(strconv.Itoa(r.at))
	return out, nil
}

// Lag is how many are left.
func (r *recordReader) Lag() int64 { return int64(len(r.source.records) - r.at) }

// Close does nothing.
func (r *recordReader) Close() error { return nil }
