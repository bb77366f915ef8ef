package control

import (
	"context"
	"maps"
	"sync"
)

// Memory is a Manifests and Leases that forgets when the process ends, for tests and previews.
type Memory struct {
	mu     sync.Mutex
	heads  map[string]*Head
	leases map[string]int64
}

var (
	_ Manifests = (*Memory)(nil)
	_ Leases    = (*Memory)(nil)
)

// NewMemory returns an empty Memory.
func NewMemory() *Memory { return &Memory{heads: map[string]*Head{}, leases: map[string]int64{}} }

// Acquire takes the lease over from whoever had it.
func (m *Memory) Acquire(_ context.Context, pipeline, holder string) (Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leases[pipeline]++
	return Lease{Pipeline: pipeline, Holder: holder, Epoch: m.leases[pipeline]}, nil
}

// Release gives the lease back.
func (m *Memory) Release(context.Context, Lease) error { return nil }

func (m *Memory) head(pipeline string) *Head {
	h := m.heads[pipeline]
	if h == nil {
		h = &Head{Applied: map[string]string{}}
		m.heads[pipeline] = h
	}
	return h
}

// Head returns what is remembered.
func (m *Memory) Head(_ context.Context, pipeline string) (Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := *m.head(pipeline)
	h.Applied = maps.Clone(h.Applied)
	h.Recent = append([]*Manifest(nil), h.Recent...)
	return h, nil
}

func (m *Memory) fenced(l Lease) error {
	if m.leases[l.Pipeline] != l.Epoch {
		return ErrFenced
	}
	return nil
}

// Prepare remembers a manifest whose commit point lies elsewhere.
func (m *Memory) Prepare(_ context.Context, l Lease, mf *Manifest) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fenced(l); err != nil {
		return err
	}
	h := m.head(l.Pipeline)
	if !follows(mf, h.Committed) {
		return ErrConflict
	}
	h.Prepared = mf
	return nil
}

// Commit makes a manifest the head.
func (m *Memory) Commit(_ context.Context, l Lease, mf *Manifest) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fenced(l); err != nil {
		return err
	}
	h := m.head(l.Pipeline)
	if !follows(mf, h.Committed) {
		return ErrConflict
	}
	h.Committed, h.Prepared = mf, nil
	h.Recent = append(h.Recent, mf)
	if n := len(h.Recent); n > KeepManifests {
		h.Recent = append([]*Manifest(nil), h.Recent[n-KeepManifests:]...)
	}
	return nil
}

// SetApplied records what a sink has applied.
func (m *Memory) SetApplied(_ context.Context, l Lease, sink, manifest string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fenced(l); err != nil {
		return err
	}
	m.head(l.Pipeline).Applied[sink] = manifest
	return nil
}

// follows reports whether m may be committed on top of head.
func follows(m, head *Manifest) bool {
	if head == nil {
		return m.Previous == "" && m.Epoch == 1
	}
	return m.Previous == head.ID && m.Epoch == head.Epoch+1
}

// Forget makes a pipeline start from its beginning; its lease stays.
func (m *Memory) Forget(pipeline string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.heads, pipeline)
}
