package engine

import (
	"context"
	"fmt"
	"math"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/control"
	"millrace/pipelines/engine/segment"
)

// sinkRun is one sink of a running plan.
type sinkRun struct {
	node *plan.Node
	sink component.Sink
	// Exactly one of the two is set.
	staged component.StagedSink
	tx     component.TxSink
	// direct says that rows go straight into the epoch's transaction, whose marker is the commit point: the sink is the only one.
	direct bool
	open   bool // a transaction is open
	// applying is how long the target takes.
	applying applying
}

// openSinks opens every sink of the plan.
func (r *run) openSinks(ctx context.Context) error {
	for _, n := range r.opt.Plan.Sinks {
		op := n.Op.(*plan.Sink)
		spec, ok := r.opt.Registry.Get(component.KindSink, op.Component)
		if !ok {
			return permanentf("the plan writes with the component %q, which this build does not have", op.Component)
		}
		s, err := spec.Sink.Open(ctx, component.SinkContext{
			Params: op.Params, Connections: r.opt.Connections, Registry: r.opt.Registry, Schema: n.Schema, Mode: n.Mode, Identity: plan.Identity(n), Sink: n.ID,
			Pipeline: r.opt.Pipeline, Installation: r.opt.Installation, Log: r.opt.Log.With("sink", n.ID),
		})
		if err != nil {
			return fmt.Errorf("opening sink %s: %w", n.ID, err)
		}
		run := &sinkRun{node: n, sink: s}
		r.sinks[n] = run
		switch s := s.(type) {
		case component.TxSink:
			run.tx, run.direct = s, len(r.opt.Plan.Sinks) == 1
		case component.StagedSink:
			run.staged = s
		default:
			return permanentf("the sink component %q is neither staged nor transactional", op.Component)
		}
	}
	r.stats.update(func(s *Stats) {
		s.Promises = map[string]string{}
		for n, k := range r.sinks {
			p := k.sink.Promise()
			word := "at least once"
			if p.ExactlyOnce {
				word = "exactly once"
			}
			s.Promises[n.ID] = word + ": " + p.Why
		}
	})
	return nil
}

// direct returns the sink whose transaction is the commit point, or nil.
func (r *run) direct() *sinkRun {
	if len(r.opt.Plan.Sinks) != 1 {
		return nil
	}
	if s := r.sinks[r.opt.Plan.Sinks[0]]; s.direct {
		return s
	}
	return nil
}

// chunk is one piece of a sink's staged output, before it has a manifest.
type chunk struct {
	sink    *sinkRun
	rows    []*batch.Batch
	ordinal int
	n       int64
	bytes   int64
}

// collect takes what the lanes staged for each sink, in lane order, and cuts it into chunks.
func (r *run) collect() ([]*chunk, error) {
	var out []*chunk
	for _, n := range r.opt.Plan.Sinks {
		s := r.sinks[n]
		var rows []*batch.Batch
		for _, l := range r.allLanes() {
			if o := l.staged[n]; o != nil {
				rows = append(rows, o.rows...)
				o.rows = nil
			}
		}
		if len(rows) == 0 {
			continue
		}
		if c, ok := s.sink.(component.ChangeReducer); ok {
			var err error
			if rows, err = c.Reduce(rows); err != nil {
				return nil, fmt.Errorf("reducing the changes of an epoch for %s: %w", n.ID, err)
			}
		}
		out = append(out, s.cut(coalesce(n.Schema, rows, r.opt.BatchRows))...)
	}
	r.stagedBytes.Store(0)
	return out, nil
}

// coalesce joins small batches, such as windows of a few groups each, up to about the given number of rows: what is written a batch (its
// schema, a block's columns) is then written once for many.
func coalesce(s *schema.Schema, rows []*batch.Batch, upTo int) []*batch.Batch {
	var out []*batch.Batch
	for from := 0; from < len(rows); {
		n, to := rows[from].N, from+1
		for to < len(rows) && n+rows[to].N <= upTo {
			n += rows[to].N
			to++
		}
		out = append(out, batch.Concat(s, rows[from:to]))
		from = to
	}
	return out
}

// cut divides rows into chunks within the sink's limits.
func (s *sinkRun) cut(rows []*batch.Batch) []*chunk {
	if s.staged == nil {
		c := &chunk{sink: s}
		for _, b := range rows {
			c.add(b)
		}
		return []*chunk{c}
	}
	k := &cutter{sink: s, limits: s.staged.Limits()}
	for _, b := range rows {
		keys := s.staged.ChunkKey(b)
		if keys == nil || k.limits.Keys == 0 {
			k.addRows(b)
			continue
		}
		k.addKeyed(b, keys)
	}
	k.close()
	return k.done
}

func (c *chunk) add(b *batch.Batch) {
	c.rows = append(c.rows, b)
	c.n += int64(b.N)
	c.bytes += int64(b.Size())
}

type cutter struct {
	sink   *sinkRun
	limits component.ChunkLimits
	cur    *chunk
	keys   map[uint64]bool
	done   []*chunk
}

func (k *cutter) close() {
	if k.cur != nil {
		k.cur.ordinal = len(k.done)
		k.done = append(k.done, k.cur)
	}
	k.cur, k.keys = nil, nil
}

// addRows adds a compact batch, a part at a time where a limit comes in between. A single row larger than the limit is a chunk of its own.
func (k *cutter) addRows(b *batch.Batch) {
	for from := 0; from < b.N; {
		if k.cur == nil {
			k.cur, k.keys = &chunk{sink: k.sink}, map[uint64]bool{}
		}
		n := b.N - from
		if k.limits.Rows > 0 {
			n = min(n, k.limits.Rows-int(k.cur.n))
		}
		room := math.MaxInt
		if k.limits.Bytes > 0 {
			room = k.limits.Bytes - int(k.cur.bytes)
			n = min(n, room/(b.Size()/b.N+1))
		}
		if n <= 0 {
			if k.cur.n > 0 {
				k.close()
				continue
			}
			n = 1
		}
		part := stretch(b, from, n)
		// The rows at hand may be larger than the batch's are on average.
		for size := part.Size(); size > room && n > 1; size = part.Size() {
			n = max(1, min(n-1, n*room/size))
			part = stretch(b, from, n)
		}
		if k.cur.n > 0 && part.Size() > room {
			k.close()
			continue
		}
		k.cur.add(part)
		from += n
	}
}

// stretch returns n rows of a compact batch.
func stretch(b *batch.Batch, from, n int) *batch.Batch {
	if n == b.N {
		return b
	}
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(from + i)
	}
	return b.Gather(rows)
}

// addKeyed adds a compact batch such that no chunk holds more than the limit of distinct keys.
func (k *cutter) addKeyed(b *batch.Batch, keys []uint64) {
	byKey := map[uint64][]int32{}
	var order []uint64
	for i := range b.N {
		if byKey[keys[i]] == nil {
			order = append(order, keys[i])
		}
		byKey[keys[i]] = append(byKey[keys[i]], int32(i))
	}
	for start := 0; start < len(order); {
		if k.cur == nil {
			k.cur, k.keys = &chunk{sink: k.sink}, map[uint64]bool{}
		}
		// Take as many further keys as the open chunk has room for.
		end, room := start, k.limits.Keys-len(k.keys)
		var rows []int32
		for ; end < len(order); end++ {
			if !k.keys[order[end]] {
				if room == 0 {
					break
				}
				room--
				k.keys[order[end]] = true
			}
			rows = append(rows, byKey[order[end]]...)
		}
		if len(rows) > 0 {
			part := b
			if len(rows) < b.N {
				part = b.Gather(rows)
			}
			for _, key := range order[start:end] {
				k.keys[key] = true
			}
			before := k.cur
			k.addRows(part)
			if k.cur != before && k.cur != nil {
				// A row limit closed the chunk in between: the new one holds at most these keys.
				for _, key := range order[start:end] {
					k.keys[key] = true
				}
			}
		}
		if end < len(order) {
			k.close()
		}
		start = end
	}
}

// write makes chunks durable in one file and returns their manifest entries.
func writeChunks(dir, name string, chunks []*chunk) ([]control.Chunk, int64, error) {
	sections := make([]segment.Section, 0, len(chunks))
	out := make([]control.Chunk, 0, len(chunks))
	for i, c := range chunks {
		var payload []byte
		var err error
		for _, b := range c.rows {
			if payload, err = batch.AppendIPC(payload, b); err != nil {
				return nil, 0, fmt.Errorf("staging rows for %s: %w", c.sink.node.ID, err)
			}
		}
		sections = append(sections, segment.Section{Kind: "chunk", Op: c.sink.node.ID, Shard: fmt.Sprint(c.ordinal), Full: true, Version: 1, Payload: payload})
		out = append(out, control.Chunk{Sink: c.sink.node.ID, Ordinal: c.ordinal, File: name, Section: i, Rows: c.n, Bytes: int64(len(payload))})
	}
	n, err := segment.Write(dir, name, sections)
	return out, n, err
}

// readChunks loads the chunks of a manifest for one sink, in order.
func (r *run) readChunks(m *control.Manifest, s *sinkRun) ([]*chunk, error) {
	var out []*chunk
	files := map[string][]segment.Section{}
	for _, c := range m.Staged {
		if c.Sink != s.node.ID {
			continue
		}
		sections, ok := files[c.File]
		if !ok {
			var err error
			if sections, err = segment.Read(r.opt.Dir, c.File); err != nil {
				return nil, fmt.Errorf("reading staged rows: %w", err)
			}
			files[c.File] = sections
		}
		if c.Section >= len(sections) {
			return nil, fmt.Errorf("reading staged rows: %s has no section %d", c.File, c.Section)
		}
		rows, err := batch.ReadIPC(sections[c.Section].Payload)
		if err != nil {
			return nil, fmt.Errorf("reading staged rows of %s: %w", c.File, err)
		}
		k := &chunk{sink: s, ordinal: c.Ordinal}
		for _, b := range rows {
			b.Schema = s.node.Schema
			k.add(b)
		}
		out = append(out, k)
	}
	return out, nil
}

// apply writes committed chunks to their sinks, each sink's in order, and remembers that it did. retry says that an earlier
// attempt may have been carried out.
func (r *run) apply(ctx context.Context, m *control.Manifest, chunks []*chunk, retry bool) error {
	bySink := map[*sinkRun][]*chunk{}
	for _, c := range chunks {
		bySink[c.sink] = append(bySink[c.sink], c)
	}
	for _, n := range r.opt.Plan.Sinks {
		s := r.sinks[n]
		own := bySink[s]
		if s.direct || len(own) == 0 {
			continue
		}
		began := time.Now()
		if s.tx != nil {
			if err := r.applyTx(ctx, s, m, own); err != nil {
				return err
			}
		} else {
			for _, c := range own {
				ref := component.ChunkRef{Token: fmt.Sprintf("%s/%s/%d", m.ID, n.ID, c.ordinal), Manifest: m.ID,
					Generation: m.Generation, Epoch: m.Epoch, Ordinal: c.ordinal, Retry: retry}
				if err := r.fenced(); err != nil {
					return fmt.Errorf("applying chunk %d of epoch %d to %s: %w", c.ordinal, m.Epoch, n.ID, err)
				}
				// The chunk is durable and committed: applying it late, or again with the same token, changes nothing.
				if err := s.staged.Apply(ctx, ref, c.rows); err != nil {
					return fmt.Errorf("applying chunk %d of epoch %d to %s: %w", c.ordinal, m.Epoch, n.ID, err)
				}
			}
		}
		if err := r.opt.Manifests.SetApplied(ctx, r.opt.Lease, n.ID, m.ID); err != nil {
			return fmt.Errorf("remembering what %s has: %w", n.ID, err)
		}
		s.applying.since(began)
	}
	return nil
}

// applyTx writes committed chunks in one transaction whose marker names the manifest.
func (r *run) applyTx(ctx context.Context, s *sinkRun, m *control.Manifest, chunks []*chunk) error {
	if err := s.tx.Begin(ctx); err != nil {
		return fmt.Errorf("beginning a transaction on %s: %w", s.node.ID, err)
	}
	s.open = true
	w, err := s.tx.NewWriter()
	if err != nil {
		return fmt.Errorf("opening a writer on %s: %w", s.node.ID, err)
	}
	for _, c := range chunks {
		for _, b := range c.rows {
			if err := w.Write(ctx, b); err != nil {
				return fmt.Errorf("writing to %s: %w", s.node.ID, err)
			}
		}
	}
	if err := s.tx.Flush(ctx); err != nil {
		return fmt.Errorf("flushing %s: %w", s.node.ID, err)
	}
	if err := r.fenced(); err != nil {
		return fmt.Errorf("committing to %s: %w", s.node.ID, err)
	}
	if err := s.tx.Commit(ctx, m.ID); err != nil {
		return fmt.Errorf("committing to %s: %w", s.node.ID, err)
	}
	s.open = false
	return nil
}
