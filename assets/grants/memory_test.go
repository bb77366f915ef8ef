package grants_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/models/diag"
)

// memory is a store of policies for tests; server/store is the one that is used, and has its own tests.
type memory struct {
	mu       sync.Mutex
	now      time.Time
	version  int64
	policies []grants.Change
	requests []grants.Request
	lines    []audit.Entry
	// fails is what the next Version answers, raced is called before an edit is judged by its version.
	fails error
	raced func()
}

var _ grants.Store = (*memory)(nil)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func newMemory() *memory {
	m := &memory{now: start, version: 1}
	m.policies = []grants.Change{{Version: 1, Policy: grants.Policy{ID: grants.AdminPolicy, Subject: grants.Administrators, Action: grants.Manage,
		Scope: grants.Everything, Effect: grants.Allow, CreatedBy: "system", CreatedAt: start}}}
	return m
}

func (m *memory) advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

func (m *memory) clock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *memory) Version(context.Context) (int64, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.version, m.now, m.fails
}

func (m *memory) Since(_ context.Context, version int64) ([]grants.Change, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []grants.Change
	for _, c := range m.policies {
		if c.Version > version && (version > 0 || c.Revoked == nil) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b grants.Change) int { return int(a.Version - b.Version) })
	return out, m.version, nil
}

func (m *memory) Edit(_ context.Context, e grants.Edit) (int64, error) {
	if m.raced != nil {
		m.raced()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	changes := len(e.Add)+len(e.Revoke) > 0
	if changes && e.Version != 0 && e.Version != m.version {
		return 0, grants.ErrMoved
	}
	if v := e.Decide; v != nil {
		i := slices.IndexFunc(m.requests, func(r grants.Request) bool { return r.ID == v.Request })
		if i < 0 || m.requests[i].State != grants.Open {
			return 0, diag.Refuse(diag.ErrConflict, grants.CodeDecided, "", "decided")
		}
		r := &m.requests[i]
		r.State, r.DecidedBy, r.DecidedName, r.DecidedAt, r.Answer, r.Policy, r.Granted = v.To, v.By, v.ByName, m.now, v.Note, v.Policy, v.Expires
		r.Revision++
	}
	if e.NewRequest != nil {
		r := *e.NewRequest
		r.At, r.Revision = m.now, 1
		m.requests = append(m.requests, r)
	}
	if e.Comment != nil {
		i := slices.IndexFunc(m.requests, func(r grants.Request) bool { return r.ID == e.Comment.Request })
		e.Comment.ID = int64(len(m.requests[i].Comments) + 1)
		m.requests[i].Comments = append(m.requests[i].Comments, *e.Comment)
	}
	if changes {
		m.version++
	}
	for _, p := range e.Add {
		p.CreatedAt = m.now
		m.policies = append(m.policies, grants.Change{Policy: p, Version: m.version})
	}
	for _, id := range e.Revoke {
		i := slices.IndexFunc(m.policies, func(c grants.Change) bool { return c.ID == id && c.Revoked == nil })
		if i < 0 {
			return 0, diag.Refuse(diag.ErrNotFound, grants.CodeNotFound, "", "none")
		}
		by := e.By
		by.At = m.now
		m.policies[i].Revoked, m.policies[i].Version = &by, m.version
	}
	m.lines = append(m.lines, e.Line)
	return m.version, nil
}

func (m *memory) Policies(_ context.Context, f grants.PolicyFilter) ([]grants.Change, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []grants.Change
	for _, c := range slices.Backward(m.policies) {
		ended := c.Revoked != nil || !c.Expires.IsZero() && !m.now.Before(c.Expires)
		if (f.ID == "" || f.ID == c.ID) && (len(f.Subjects) == 0 || slices.Contains(f.Subjects, c.Subject)) &&
			(len(f.Scopes) == 0 || slices.Contains(f.Scopes, c.Scope)) && (f.Effect == "" || f.Effect == c.Effect) && (f.Ended || !ended) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (m *memory) Requests(_ context.Context, f grants.RequestFilter) ([]grants.Request, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []grants.Request
	for _, r := range slices.Backward(m.requests) {
		if f.State == "" || f.State == r.State {
			out = append(out, r)
		}
	}
	return out, nil
}

func (m *memory) Request(_ context.Context, id string) (grants.Request, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.requests {
		if r.ID == id {
			return r, nil
		}
	}
	return grants.Request{}, diag.Refuse(diag.ErrNotFound, grants.CodeNotFound, "", "none")
}

// put adds policies without asking who may.
func (m *memory) put(policies ...grants.Policy) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version++
	for _, p := range policies {
		m.policies = append(m.policies, grants.Change{Policy: p, Version: m.version})
	}
}

// lastLine is the last audit line's action, with what it is about.
func (m *memory) lastLine() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.lines[len(m.lines)-1]
	return l.Action + " " + l.Object + " " + l.ObjectName + " " + l.Team
}

// all are the policies in force, whenever they expire.
func (m *memory) all() []grants.Policy {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []grants.Policy
	for _, c := range m.policies {
		if c.Revoked == nil {
			out = append(out, c.Policy)
		}
	}
	return out
}

// revoke takes a policy back without asking who may.
func (m *memory) revoke(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version++
	for i := range m.policies {
		if c := &m.policies[i]; c.ID == id && c.Revoked == nil {
			c.Revoked, c.Version = &grants.Revocation{By: "user:root", Name: "Root", At: m.now}, m.version
		}
	}
}
