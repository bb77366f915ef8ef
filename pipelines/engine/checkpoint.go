package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine/keyed"
	"millrace/pipelines/engine/segment"
)

// Section kinds of state files, and the version of their payloads. The version covers the hash that tables are built on.
const (
	kindWindow = "window"
	kindDedupe = "dedupe"
	// kindPending holds the rows of a Dedupe that wait for the watermark, by lane.
	kindPending = "pending"
	// kindGather is the state of a gatherer, in shards it names itself.
	kindGather   = "gather"
	kindRejects  = "rejects"
	stateVersion = keyed.HashVersion
)

// fileLedger knows which state files each shard still needs.
type fileLedger struct {
	// order lists the live files, oldest first; shards has, by kind, operator and shard, the names since its last full section.
	order  []control.FileRef
	shards map[string][]string
}

func shardKey(s segment.Section) string { return s.Kind + "\x00" + s.Op + "\x00" + s.Shard }

// add records a file's sections and drops the files no shard needs any more.
func (f *fileLedger) add(ref control.FileRef, sections []segment.Section) {
	if f.shards == nil {
		f.shards = map[string][]string{}
	}
	for _, s := range sections {
		k := shardKey(s)
		if s.Full {
			f.shards[k] = nil
		}
		f.shards[k] = append(f.shards[k], ref.Name)
	}
	f.order = append(f.order, ref)
	needed := map[string]bool{}
	for _, files := range f.shards {
		for _, name := range files {
			needed[name] = true
		}
	}
	live := make([]control.FileRef, 0, len(f.order))
	for _, r := range f.order {
		if needed[r.Name] {
			live = append(live, r)
		}
	}
	f.order = live
}

// snapshot collects the sections of all state that changed since the last barrier.
func (r *run) snapshot() ([]segment.Section, error) {
	var out []segment.Section
	put := func(kind, op, shard string, payload []byte, full bool) {
		out = append(out, segment.Section{Kind: kind, Op: op, Shard: shard, Full: full, Version: stateVersion, Payload: payload})
	}
	for _, n := range r.nodes {
		if w := r.windows[n]; w != nil {
			for _, l := range w.locals {
				if payload, full, changed := l.snapshot(); changed {
					put(kindWindow, n.ID, l.lane.shard(), payload, full)
				}
			}
		}
		if d := r.dedupes[n]; d != nil {
			for _, l := range d.locals {
				payload, full, changed, err := l.snapshot()
				if err != nil {
					return nil, err
				}
				if changed {
					put(kindPending, n.ID, l.lane.shard(), payload, full)
				}
			}
			err := d.keyed.snapshot(func(shard string, payload []byte, full bool) { put(kindDedupe, n.ID, shard, payload, full) })
			if err != nil {
				return nil, fmt.Errorf("taking the state of %s: %w", n.ID, err)
			}
		}
		if g := r.gatherers[n]; g != nil {
			err := g.snapshot(func(shard string, payload []byte, full bool) { put(kindGather, n.ID, shard, payload, full) })
			if err != nil {
				return nil, fmt.Errorf("taking the state of %s: %w", n.ID, err)
			}
		}
	}
	return out, nil
}

// restore loads the state of the last manifest. The lanes it names must be open.
func (r *run) restore(m *control.Manifest) error {
	lanes := map[string]*lane{r.barrier.shard(): r.barrier}
	for _, l := range r.lanes {
		lanes[l.shard()] = l
	}
	nodes := map[string]*plan.Node{}
	for _, n := range r.nodes {
		if !r.carried.operator(n.ID) {
			continue
		}
		nodes[n.ID] = n
		if w := r.windows[n]; w != nil {
			w.emitted = watermarkOf(m, n.ID)
		}
		if d := r.dedupes[n]; d != nil {
			d.released = watermarkOf(m, n.ID)
		}
		if g := r.gatherers[n]; g != nil {
			g.setMark(watermarkOf(m, n.ID))
		}
	}
	bases, err := r.bases(m)
	if err != nil {
		return err
	}
	for i, ref := range m.State {
		sections, err := segment.Read(r.opt.Dir, ref.Name)
		if err != nil {
			return fmt.Errorf("restoring state: %w", err)
		}
		if sections = r.carried.sections(sections); len(sections) == 0 {
			continue
		}
		for _, s := range sections {
			if i < bases[shardKey(s)] {
				continue
			}
			if s.Version != stateVersion {
				return permanentf("the state file %s has version %d, and this build reads %d", ref.Name, s.Version, stateVersion)
			}
			n, l := nodes[s.Op], lanes[s.Shard]
			if n == nil {
				return permanentf("the state holds the operator %s, which the plan does not have", s.Op)
			}
			if l == nil && s.Kind != kindDedupe && s.Kind != kindGather {
				return permanentf("the state of %s belongs to the partition %q, which is not among the manifest's", s.Op, s.Shard)
			}
			if err := r.restoreSection(n, l, s); err != nil {
				return fmt.Errorf("restoring %s from %s: %w", s.Op, ref.Name, err)
			}
			// A state that did not fit memory when it was saved does not when it is read.
			if _, _, err := r.relieve(); err != nil {
				return err
			}
		}
		r.files.add(ref, sections)
	}
	return nil
}

// bases returns, for each shard, which of the manifest's files has its last full section. A file is kept for as long as one shard needs
// it: what it holds of others may have been superseded, and go on from files that are gone.
func (r *run) bases(m *control.Manifest) (map[string]int, error) {
	out := map[string]int{}
	for i, ref := range m.State {
		// Read once more when it is applied, so that only one file is in memory at a time (I8).
		sections, err := segment.Read(r.opt.Dir, ref.Name)
		if err != nil {
			return nil, fmt.Errorf("restoring state: %w", err)
		}
		for _, s := range sections {
			if s.Full {
				out[shardKey(s)] = i
			}
		}
	}
	return out, nil
}

func (r *run) restoreSection(n *plan.Node, l *lane, s segment.Section) error {
	switch {
	case s.Kind == kindWindow && l.windows[n] != nil:
		return l.windows[n].restore(s.Payload, s.Full)
	case s.Kind == kindPending && l.dedupes[n] != nil:
		return l.dedupes[n].restore(s.Payload, n.Inputs[0].Schema, s.Full, r.dedupes[n].released)
	case s.Kind == kindDedupe && r.dedupes[n] != nil:
		return r.dedupes[n].keyed.restore(s.Shard, s.Payload, s.Full)
	case s.Kind == kindGather && r.gatherers[n] != nil:
		return r.gatherers[n].restore(s.Shard, s.Payload, s.Full)
	}
	return fmt.Errorf("a section of kind %q does not belong to the operator", s.Kind)
}

func watermarkOf(m *control.Manifest, op string) int64 {
	if wm, ok := m.Watermarks[op]; ok {
		return wm
	}
	return minTime
}

// pending is an epoch between its barrier and the end of its commit.
type pending struct {
	manifest *control.Manifest
	state    []segment.Section
	chunks   []*chunk
	rejects  []Reject
	counts   control.Totals
	// began is when the lanes stood still for it.
	began time.Time
}

// cutEpoch takes what the epoch has made: after it the lanes may run on. It returns nil when nothing moved.
func (r *run) cutEpoch(finished bool) (*pending, error) {
	p := &pending{}
	moved := finished || r.head == nil
	all := r.allLanes()
	for _, l := range all {
		moved = moved || l.moved
		p.counts.Add(l.counts)
		p.rejects = append(p.rejects, l.rejects...)
	}
	if !moved && len(p.rejects) == 0 {
		return nil, nil
	}
	var err error
	if p.state, err = r.snapshot(); err != nil {
		return nil, err
	}
	if p.chunks, err = r.collect(); err != nil {
		return nil, err
	}
	for _, l := range all {
		l.moved, l.counts, l.rejects = false, control.Totals{}, nil
	}
	r.totals.Add(p.counts)
	m := &control.Manifest{ID: control.NewID(), Pipeline: r.opt.Pipeline, Epoch: 1, Generation: r.opt.Lease.Epoch, Plan: r.opt.Fingerprint, Version: r.opt.Version,
		Watermarks: map[string]int64{}, Totals: r.totals, Finished: finished}
	if r.head != nil {
		m.Epoch, m.Previous, m.Generation = r.head.Epoch+1, r.head.ID, r.head.Generation
	}
	for _, l := range r.lanes {
		m.Sources = append(m.Sources, l.state())
	}
	for n, w := range r.windows {
		if w.emitted != minTime {
			m.Watermarks[n.ID] = w.emitted
		}
	}
	for n, d := range r.dedupes {
		if d.released != minTime {
			m.Watermarks[n.ID] = d.released
		}
	}
	for n, g := range r.gatherers {
		if at := g.mark(); at != minTime {
			m.Watermarks[n.ID] = at
		}
	}
	p.manifest = m
	return p, nil
}

// store makes the epoch's files durable and completes its manifest. Nothing is visible yet.
func (r *run) store(p *pending) (int64, error) {
	m := p.manifest
	total := int64(0)
	name := func(kind string) string { return fmt.Sprintf("%s-%012d-%s.seg", kind, m.Epoch, m.ID) }
	if len(p.state) > 0 {
		ref := control.FileRef{Name: name("state")}
		n, err := segment.Write(r.opt.Dir, ref.Name, p.state)
		if err != nil {
			return 0, fmt.Errorf("writing the state of epoch %d: %w", m.Epoch, err)
		}
		ref.Bytes = n
		total += n
		r.files.add(ref, p.state)
	}
	m.State = r.files.order
	var staged []*chunk
	for _, c := range p.chunks {
		if !c.sink.direct {
			staged = append(staged, c)
		}
	}
	if len(staged) > 0 {
		chunks, n, err := writeChunks(r.opt.Dir, name("staged"), staged)
		if err != nil {
			return 0, fmt.Errorf("writing the output of epoch %d: %w", m.Epoch, err)
		}
		m.Staged = chunks
		total += n
	}
	if len(p.rejects) > 0 {
		ref, err := writeRejects(r.opt.Dir, name("rejects"), p.rejects)
		if err != nil {
			return 0, fmt.Errorf("writing the rejects of epoch %d: %w", m.Epoch, err)
		}
		m.Rejects = ref
		total += ref.Bytes
	}
	return total, nil
}

func writeRejects(dir, name string, rejects []Reject) (*control.RejectFile, error) {
	ref := &control.RejectFile{File: name}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for i := range rejects {
		if rejects[i].Kind == "late" {
			ref.Late++
		} else {
			ref.Dead++
		}
		if err := enc.Encode(&rejects[i]); err != nil {
			return nil, err
		}
	}
	n, err := segment.Write(dir, name, []segment.Section{{Kind: kindRejects, Full: true, Version: 1, Payload: b.Bytes()}})
	ref.Bytes = n
	return ref, err
}

// ReadRejects reads a reject file of a checkpoint folder.
func ReadRejects(dir string, f control.RejectFile, epoch int64) ([]Reject, error) {
	sections, err := segment.Read(dir, f.File)
	if err != nil {
		return nil, err
	}
	var out []Reject
	for _, s := range sections {
		dec := json.NewDecoder(bytes.NewReader(s.Payload))
		for dec.More() {
			r := Reject{Epoch: epoch}
			if err := dec.Decode(&r); err != nil {
				return nil, fmt.Errorf("reading rejects of %s: %w", f.File, err)
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// commit makes the epoch durable, then visible, then tells the source, in this order (I1: acknowledge after durable).
func (r *run) commit(p *pending) error {
	began := r.opt.Now()
	m := p.manifest
	bytes, err := r.store(p)
	if err != nil {
		return err
	}
	if d := r.direct(); d != nil {
		// The marker of the transaction is the commit point. Until it is seen the manifest before stays the head.
		defer d.applying.since(time.Now())
		if err := d.tx.Flush(r.ctx); err != nil {
			return fmt.Errorf("flushing %s: %w", d.node.ID, err)
		}
		if err := r.opt.Manifests.Prepare(r.ctx, r.opt.Lease, m); err != nil {
			return fmt.Errorf("preparing epoch %d: %w", m.Epoch, err)
		}
		if err := r.fenced(); err != nil {
			return fmt.Errorf("committing epoch %d to %s: %w", m.Epoch, d.node.ID, err)
		}
		if err := d.tx.Commit(r.ctx, m.ID); err != nil {
			return fmt.Errorf("committing epoch %d to %s: %w", m.Epoch, d.node.ID, err)
		}
		d.open = false
	}
	if err := r.fenced(); err != nil && r.direct() == nil {
		// Behind a transaction's marker there is no way back: the store alone decides.
		return fmt.Errorf("committing epoch %d: %w", m.Epoch, err)
	}
	// I5: one conditional update makes the epoch the head, under this lease and on top of the epoch before.
	if err := r.opt.Manifests.Commit(r.ctx, r.opt.Lease, m); err != nil {
		return fmt.Errorf("committing epoch %d: %w", m.Epoch, err)
	}
	r.head = m
	r.stats.update(func(s *Stats) {
		s.Epoch, s.Committed, s.CheckpointBytes, s.CheckpointTime = m.Epoch, r.opt.Now(), bytes, r.opt.Now().Sub(began)
	})
	if err := r.apply(r.ctx, m, p.chunks, false); err != nil {
		return err
	}
	r.stats.update(func(s *Stats) {
		s.epoch(EpochStats{Number: m.Epoch, At: r.opt.Now(), DurationMS: time.Since(p.began).Milliseconds(), Bytes: bytes, Rows: p.counts.RowsIn})
	})
	r.tellSources(m)
	return r.sweep()
}

// tellSources acknowledges positions to sources that want to know. It is for others' eyes (lag tools): a failure costs nothing.
func (r *run) tellSources(m *control.Manifest) {
	for _, scan := range r.scans {
		c, ok := r.sources[scan].(component.Committer)
		if !ok {
			continue
		}
		at := map[string]component.Position{}
		for _, s := range m.Sources {
			if s.Source == scan.ID && s.Position != "" {
				at[s.Partition] = component.Position(s.Position)
			}
		}
		ctx, cancel := context.WithTimeout(r.ctx, 5*time.Second)
		if err := c.Commit(ctx, at); err != nil {
			r.opt.Log.Warn("telling the source what was committed", "source", scan.ID, "err", err)
		}
		cancel()
	}
}

// abandoned reports whether a reject file belongs to an epoch that was never committed: its manifest is neither the head nor prepared, and
// the head is not behind it. Files of committed epochs stay until their retention ends.
func abandoned(name string, h control.Head) bool {
	var epoch int64
	var id string
	if n, err := fmt.Sscanf(strings.TrimSuffix(name, ".seg"), "rejects-%d-%s", &epoch, &id); n != 2 || err != nil {
		return false
	}
	if h.Prepared != nil && h.Prepared.ID == id {
		return false
	}
	if h.Committed == nil {
		return true
	}
	return epoch > h.Committed.Epoch || epoch == h.Committed.Epoch && id != h.Committed.ID
}

// sweep deletes the state and staged files that no kept manifest names. Reject files have a retention of their own.
func (r *run) sweep() error {
	h, err := r.opt.Manifests.Head(r.ctx, r.opt.Pipeline)
	if err != nil {
		return fmt.Errorf("looking up manifests: %w", err)
	}
	keep := map[string]bool{}
	for _, m := range append(h.Recent, h.Prepared) {
		if m == nil {
			continue
		}
		for _, f := range m.State {
			keep[f.Name] = true
		}
		for _, c := range m.Staged {
			keep[c.File] = true
		}
	}
	entries, err := os.ReadDir(r.opt.Dir)
	if err != nil {
		return fmt.Errorf("listing the checkpoint folder: %w", err)
	}
	for _, e := range entries {
		n := e.Name()
		ours := strings.HasSuffix(n, ".seg") && (strings.HasPrefix(n, "state-") || strings.HasPrefix(n, "staged-") || abandoned(n, h))
		if keep[n] || !ours {
			continue
		}
		if err := os.Remove(filepath.Join(r.opt.Dir, n)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("removing an old checkpoint file: %w", err)
		}
	}
	return nil
}
