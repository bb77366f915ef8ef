package controltest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/models/diag"
	"millrace/pipelines/control"
)

// Memory is a Fleet that forgets when the process ends.
type Memory struct {
	*manifests
	// Now is its clock; nil is the process's.
	Now func() time.Time

	mu          sync.Mutex
	feed, board int64
	workers     map[string]*worker
	pipelines   map[string]*pipeline
	events      []control.Event
}

// manifests is embedded under a name that nobody else uses.
type manifests = control.Memory

type worker struct {
	control.WorkerInfo
	gone bool
}

type pipeline struct {
	control.Pipeline
	versions []*control.Version
	observed control.Observed
	logs     []control.LogLine
	lines    int64
	halted   int64
	epoch    int64
	holder   string
}

var _ Fleet = (*Memory)(nil)

// NewMemory returns an empty one.
func NewMemory() *Memory {
	return &Memory{manifests: control.NewMemory(), workers: map[string]*worker{}, pipelines: map[string]*pipeline{}}
}

func (m *Memory) now() time.Time {
	if m.Now != nil {
		return m.Now().UTC()
	}
	return time.Now().UTC()
}

// lives returns the worker that has a pipeline and was not buried.
func (m *Memory) lives(id string) *worker {
	if w := m.workers[id]; w != nil && !w.gone {
		return w
	}
	return nil
}

// Acquire refuses a pipeline that a worker has.
func (m *Memory) Acquire(ctx context.Context, name, holder string) (control.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.pipelines {
		if w := m.lives(p.holder); w != nil && (p.ID == name || p.Name == name) {
			return control.Lease{}, fmt.Errorf("%w: %s", control.ErrHeld, w.Host)
		}
	}
	return m.manifests.Acquire(ctx, name, holder)
}

// Join makes a worker known.
func (m *Memory) Join(_ context.Context, w control.WorkerInfo) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.board++
	w.JoinedAt, w.BeatAt = m.now(), m.now()
	w.ExpiresAt = w.BeatAt.Add(control.LeaseTime)
	m.workers[w.ID] = &worker{WorkerInfo: w}
	return nil
}

// Beat renews the leases of a worker.
func (m *Memory) Beat(ctx context.Context, id string) (control.Beaten, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return control.Beaten{}, err
	}
	w := m.lives(id)
	if w == nil {
		return control.Beaten{}, control.ErrBuried
	}
	w.BeatAt = m.now()
	w.ExpiresAt = w.BeatAt.Add(control.LeaseTime)
	return control.Beaten{At: w.BeatAt, Leave: w.Leaving}, nil
}

// Part takes a worker off the list.
func (m *Memory) Part(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.board++
	if w := m.workers[id]; w != nil {
		w.gone = true
	}
	return nil
}

// Leave asks a worker to leave.
func (m *Memory) Leave(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.workers[id].Leaving = true
}

// Bury declares the workers dead whose leases are over.
func (m *Memory) Bury(context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.board++
	var dead []string
	for id, w := range m.workers {
		if !w.gone && !w.ExpiresAt.After(m.now()) {
			w.gone = true
			dead = append(dead, id)
		}
	}
	slices.Sort(dead)
	return dead, nil
}

// living returns the workers whose leases are not over, by id.
func (m *Memory) living() []control.WorkerInfo {
	var out []control.WorkerInfo
	for _, w := range m.workers {
		if w.gone || !w.ExpiresAt.After(m.now()) {
			continue
		}
		info := w.WorkerInfo
		for _, p := range m.pipelines {
			if p.holder == info.ID {
				info.Pipelines++
			}
		}
		out = append(out, info)
	}
	slices.SortFunc(out, func(a, b control.WorkerInfo) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Board returns what a worker has to know.
func (m *Memory) Board(ctx context.Context, id string, after int64) (*control.Board, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b := &control.Board{Seq: m.board}
	for _, w := range m.workers {
		if !w.gone && !w.ExpiresAt.After(m.now()) {
			b.Expired++
		}
	}
	if after == b.Seq && b.Expired == 0 {
		return nil, nil
	}
	b.Workers = m.living()
	for _, name := range slices.Sorted(maps.Keys(m.pipelines)) {
		p := m.pipelines[name]
		w := control.Wish{ID: p.ID, Name: p.Name, Team: p.Team, Version: p.Version, Desired: p.Desired, LeaseEpoch: p.epoch, Holder: p.holder}
		held := m.lives(p.holder) != nil
		switch {
		case held && p.holder == id:
			b.Mine = append(b.Mine, w)
		case !held && p.Desired.Want == control.WantRunning && p.halted < p.Desired.Generation:
			b.Open = append(b.Open, w)
		}
	}
	return b, nil
}

// Claim takes a pipeline for a worker.
func (m *Memory) Claim(ctx context.Context, id string, w control.Wish) (control.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return control.Lease{}, err
	}
	if m.lives(id) == nil {
		return control.Lease{}, control.ErrBuried
	}
	p := m.pipelines[w.ID]
	if p == nil || p.epoch != w.LeaseEpoch || p.holder != w.Holder || m.lives(p.holder) != nil || p.Desired.Want != control.WantRunning ||
		p.Desired.Generation != w.Desired.Generation || p.halted >= p.Desired.Generation {
		return control.Lease{}, control.ErrTaken
	}
	l, err := m.manifests.Acquire(ctx, p.ID, id)
	if err != nil {
		return l, err
	}
	p.epoch, p.holder = l.Epoch, id
	return l, nil
}

// Observe records what a worker saw.
func (m *Memory) Observe(ctx context.Context, _ string, reports []control.Report) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, r := range reports {
		p := m.pipelines[r.Lease.Pipeline]
		if p == nil || p.observed.LeaseEpoch > r.Lease.Epoch {
			continue
		}
		for _, l := range r.Logs {
			p.lines++
			l.Number = p.lines
			p.logs = append(p.logs, l)
		}
		if over := len(p.logs) - control.KeepLogLines; over > 0 {
			p.logs = p.logs[over:]
		}
		for _, e := range r.Events {
			m.tell(e)
		}
		if o := r.Observed; o != nil {
			p.observed = *o
			p.observed.LeaseEpoch = r.Lease.Epoch
			if o.State.Final() && o.Generation == p.Desired.Generation {
				p.halted = o.Generation
				m.board++
			}
		}
		m.feed++
		p.observed.Seq, p.observed.ConfirmedAt = m.feed, m.now()
		if r.Release && p.epoch == r.Lease.Epoch {
			p.holder = ""
			m.board++
		}
	}
	return nil
}

func (m *Memory) tell(e control.Event) {
	m.feed++
	e.Seq = m.feed
	m.events = append(m.events, e)
}

func missing(code diag.Code) error { return diag.Refuse(diag.ErrNotFound, code, "", "there is none") }

// Version returns a version.
func (m *Memory) Version(_ context.Context, id string, number int64) (*control.Version, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.pipelines[id]
	if p == nil || number < 1 || number > int64(len(p.versions)) {
		return nil, missing(control.CodeNoVersion)
	}
	return p.versions[number-1], nil
}

// Versions lists versions.
func (m *Memory) Versions(_ context.Context, id string, before int64, limit int) ([]control.Version, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []control.Version
	for _, v := range slices.Backward(m.pipelines[id].versions) {
		if before > 0 && v.Number >= before || limit > 0 && len(out) == limit {
			continue
		}
		head := *v
		head.Plan, head.Text = nil, ""
		out = append(out, head)
	}
	return out, nil
}

func (m *Memory) status(p *pipeline) control.Status {
	s := control.Status{Pipeline: p.Pipeline, Fingerprint: p.versions[p.Version-1].Fingerprint, Observed: p.observed}
	if w := m.lives(p.holder); w != nil && w.ExpiresAt.After(m.now()) {
		s.Worker = &control.Holder{ID: w.ID, Host: w.Host, LeaseEpoch: p.epoch, BeatAt: w.BeatAt}
	}
	if h, _ := m.Head(context.Background(), p.ID); h.Committed != nil {
		c := h.Committed
		s.Checkpoint = &control.Checkpoint{Epoch: c.Epoch, Manifest: c.ID, Plan: c.Plan, Totals: c.Totals}
	}
	s.Resolve(len(m.living()))
	return s
}

func (m *Memory) find(which func(*pipeline) bool) (*control.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.pipelines {
		if which(p) {
			s := m.status(p)
			return &s, nil
		}
	}
	return nil, missing(control.CodeNotFound)
}

// Status returns a pipeline.
func (m *Memory) Status(_ context.Context, id string) (*control.Status, error) {
	return m.find(func(p *pipeline) bool { return p.ID == id })
}

// ByName returns the pipeline of a name.
func (m *Memory) ByName(_ context.Context, name string) (*control.Status, error) {
	return m.find(func(p *pipeline) bool { return p.Name == name })
}

// List returns a page.
func (m *Memory) List(_ context.Context, q control.Query) ([]control.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []control.Status
	for _, p := range m.pipelines {
		if p.Name > q.After && (q.Teams == nil || slices.Contains(q.Teams, p.Team)) && (q.Want == "" || q.Want == p.Desired.Want) &&
			(q.Document == "" || q.Document == p.Document) && strings.Contains(strings.ToLower(p.Name), strings.ToLower(q.Text)) {
			out = append(out, m.status(p))
		}
	}
	slices.SortFunc(out, func(a, b control.Status) int { return cmp.Compare(a.Name, b.Name) })
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, nil
}

// Change carries a change out.
func (m *Memory) Change(ctx context.Context, c *control.Change) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.pipelines[c.Pipeline.ID]
	switch {
	case c.Pipeline.Revision == 0:
		for _, other := range m.pipelines {
			if other.Name == c.Pipeline.Name {
				return diag.Refuse(diag.ErrConflict, control.CodeNameTaken, "", "taken")
			}
		}
		p = &pipeline{observed: control.Observed{Pipeline: c.Pipeline.ID, State: control.Stopped}}
		m.pipelines[c.Pipeline.ID] = p
	case p == nil || p.Revision != c.Pipeline.Revision:
		return diag.Refuse(diag.ErrStale, control.CodeChanged, "", "changed")
	case c.Idle && m.lives(p.holder) != nil:
		return diag.Refuse(diag.ErrConflict, control.CodeNotStopped, "", "a worker runs it")
	}
	created := p.CreatedAt
	if c.Pipeline.Revision == 0 {
		created = m.now()
	}
	p.Pipeline = c.Pipeline
	p.Revision++
	p.CreatedAt, p.Desired.At = created, m.now()
	if c.Version != nil {
		v := *c.Version
		v.Pipeline, v.CreatedAt = p.ID, m.now()
		p.versions = append(p.versions, &v)
	}
	if c.Idle {
		l, err := m.manifests.Acquire(ctx, p.ID, "")
		if err != nil {
			return err
		}
		p.epoch, p.holder = l.Epoch, ""
	}
	if c.Forget {
		m.Forget(p.ID)
	}
	if c.Delete {
		delete(m.pipelines, p.ID)
	}
	m.board++
	e := c.Event
	e.At, e.Cause = m.now(), p.Desired.Cause
	m.tell(e)
	m.feed++
	p.observed.Seq = m.feed
	return nil
}

// Events returns a pipeline's events.
func (m *Memory) Events(_ context.Context, id string, before int64, limit int) ([]control.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []control.Event
	for _, e := range slices.Backward(m.events) {
		if e.Pipeline == id && (before == 0 || e.Seq < before) && (limit == 0 || len(out) < limit) {
			out = append(out, e)
		}
	}
	return out, nil
}

// Logs returns a pipeline's lines.
func (m *Memory) Logs(_ context.Context, id string, after int64, limit int) ([]control.LogLine, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []control.LogLine
	for _, l := range m.pipelines[id].logs {
		if l.Number > after {
			out = append(out, l)
		}
	}
	if limit > 0 && len(out) > limit {
		out = out[len(out)-limit:]
	}
	return out, nil
}

// News returns what has changed.
func (m *Memory) News(_ context.Context, after int64) (*control.News, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := &control.News{Seq: m.feed}
	for _, p := range m.pipelines {
		if p.observed.Seq > after {
			out.Statuses = append(out.Statuses, m.status(p))
		}
	}
	for _, e := range m.events {
		if e.Seq > after {
			out.Events = append(out.Events, e)
		}
	}
	return out, nil
}
