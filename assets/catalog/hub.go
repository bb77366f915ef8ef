package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/diag"
)

// The diagnostics of the hub.
const (
	// CodeNotFound is a connection or table that is not there, or must not be known to be.
	CodeNotFound diag.Code = "catalog.not_found"
	// CodeTaken is a name that another connection or table has.
	CodeTaken diag.Code = "catalog.name_taken"
	// CodeFixed is a change of what never changes: a name, a component.
	CodeFixed diag.Code = "catalog.fixed"
	// CodeStale is a change of a revision that is not the newest.
	CodeStale diag.Code = "catalog.stale"
	// CodeInUse is a deletion of what is used.
	CodeInUse diag.Code = "catalog.in_use"
	// CodeBuiltin is a change of a connection to an embedded part.
	CodeBuiltin diag.Code = "catalog.builtin"
	// CodeSecret is a secret that is not given as one.
	CodeSecret diag.Code = "catalog.secret"
	// CodeSecretMoves is a secret that is to be kept while it would go elsewhere.
	CodeSecretMoves diag.Code = "catalog.secret_moves"
	// CodeWord is a domain, tag, layer or team that is none.
	CodeWord diag.Code = "catalog.word"
	// CodeCheck is a connection that does not work.
	CodeCheck diag.Code = "catalog.check_failed"
	// CodeCannot is something that a component does not offer, such as discovery.
	CodeCannot diag.Code = "catalog.not_offered"
)

const (
	// refreshEvery is how long a snapshot is used without asking the store for its version.
	refreshEvery = 250 * time.Millisecond
	// checkTime bounds the check of a connection.
	checkTime = 10 * time.Second
)

// Deps is what a Hub is made of.
type Deps struct {
	Store    Store
	Registry *component.Registry
	Sealer   Sealer
	// Reach bounds what connections may reach; nil is no bound.
	Reach component.Reach
	// Users knows what uses tables; nil is that nothing does.
	Users Users
	Log   *slog.Logger
}

// Hub is the catalog of a server: connections and tables in a store that several servers share. Its methods may be called from any number
// of goroutines. It checks what is said, not who says it.
type Hub struct {
	Deps
	current atomic.Pointer[Snapshot]
	// changes counts what was changed through this Hub; asked says when the store was last asked, and after how many of those.
	changes atomic.Int64
	asked   atomic.Pointer[asked]
	mu      sync.Mutex
}

type asked struct {
	at      time.Time
	changes int64
}

// NewHub reads what the store has.
func NewHub(ctx context.Context, d Deps) (*Hub, error) {
	h := &Hub{Deps: d}
	h.asked.Store(&asked{})
	if h.Log == nil {
		h.Log = slog.New(slog.DiscardHandler)
	}
	h.current.Store(&Snapshot{deps: &h.Deps, byID: map[string]*TableEntry{}, byConnID: map[string]*ConnectionEntry{}})
	if _, err := h.Refresh(ctx); err != nil {
		return nil, err
	}
	return h, nil
}

// Snapshot returns what there is. It is at most a quarter of a second behind what other servers have changed, and never behind what was
// changed through this Hub. When the store does not answer the error says so, and the snapshot is the last that was read.
func (h *Hub) Snapshot(ctx context.Context) (*Snapshot, error) {
	if h.recent() {
		return h.current.Load(), nil
	}
	return h.Refresh(ctx)
}

// recent reports whether the store was asked lately, and nothing was changed through this Hub since.
func (h *Hub) recent() bool {
	last := h.asked.Load()
	return last.changes == h.changes.Load() && time.Since(last.at) < refreshEvery
}

// Latest returns the last snapshot that was read, without asking the store.
func (h *Hub) Latest() *Snapshot { return h.current.Load() }

// Refresh takes up what has changed in the store.
func (h *Hub) Refresh(ctx context.Context) (*Snapshot, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.current.Load()
	if h.recent() {
		return s, nil // another goroutine was faster
	}
	now := &asked{at: time.Now(), changes: h.changes.Load()}
	version, err := h.Store.Version(ctx)
	if err != nil {
		return s, fmt.Errorf("reading the version of the hub: %w", err)
	}
	if version != s.version {
		since := s.version
		if version < since {
			// A store that was put back from a backup counts from there.
			since = 0
			s = &Snapshot{deps: &h.Deps, byID: map[string]*TableEntry{}, byConnID: map[string]*ConnectionEntry{}}
		}
		changes, err := h.Store.Since(ctx, since)
		if err != nil {
			return s, fmt.Errorf("reading the changes of the hub: %w", err)
		}
		s = s.with(&changes)
		h.current.Store(s)
	}
	h.asked.Store(now)
	return s, nil
}

// Run keeps the snapshot up to date until ctx ends, for those who read Latest.
func (h *Hub) Run(ctx context.Context) error {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		_, err := h.Snapshot(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			h.Log.Error("the hub cannot be refreshed; what is known of it is that of the last version", "error", err)
		}
		failing = err != nil
	}
}

// apply carries edits out, and sees to it that the next snapshot has them.
func (h *Hub) apply(ctx context.Context, edits ...*Edit) error {
	err := h.Store.Apply(ctx, edits...)
	// Also after an error, which may be that the answer got lost.
	h.changes.Add(1)
	if err == nil {
		// For those who read Latest, such as grants. It is done already: what goes wrong here the next reader runs into.
		_, _ = h.Refresh(context.WithoutCancel(ctx))
	}
	return err
}

// fresh is a snapshot that has everything that was changed before the call.
func (h *Hub) fresh(ctx context.Context) (*Snapshot, error) {
	h.changes.Add(1)
	return h.Refresh(ctx)
}

// tableAt returns a table at a revision, 0 being any, with everything that was changed before the call.
func (h *Hub) tableAt(ctx context.Context, id string, revision int64) (*Snapshot, *TableEntry, error) {
	s, err := h.fresh(ctx)
	if err != nil {
		return nil, nil, err
	}
	t, ok := s.ByID(id)
	switch {
	case !ok:
		return nil, nil, notFound("table")
	case revision != 0 && revision != t.Revision:
		return nil, nil, stale("table")
	}
	return s, t, nil
}

// Locate returns a table as assets/grants asks for it, by its id.
func (h *Hub) Locate(id string) (grants.Located, bool) {
	t, ok := h.Latest().ByID(id)
	if !ok {
		return grants.Located{}, false
	}
	return grants.Located{Object: t.Object(), Name: t.Name, Team: t.Team}, true
}

// ConnectionTeam returns the team that a connection belongs to, by its id.
func (h *Hub) ConnectionTeam(ctx context.Context, id string) (string, error) {
	s, err := h.Snapshot(ctx)
	if err != nil {
		return "", err
	}
	c, ok := s.ConnectionByID(id)
	if !ok {
		return "", notFound("connection")
	}
	return c.Team, nil
}

// TableObject returns a table as grants know it, by its id.
func (h *Hub) TableObject(ctx context.Context, id string) (grants.Object, error) {
	s, err := h.Snapshot(ctx)
	if err != nil {
		return grants.Object{}, err
	}
	t, ok := s.ByID(id)
	if !ok {
		return grants.Object{}, notFound("table")
	}
	return t.Object(), nil
}

func notFound(what string) error {
	return diag.Refuse(diag.ErrNotFound, CodeNotFound, "", "there is no such %s", what)
}

// stale is a change of a revision that is not the newest.
func stale(what string) error {
	return diag.Refuse(diag.ErrStale, CodeStale, "Read it again, and make the change to that.", "the %s was changed by somebody else in the meantime", what)
}

// subject is who changes something, as grants know it.
func subject(ctx context.Context) grants.Subject { return grants.Subject(audit.From(ctx).Subject) }

func line(action, kind, id, name, team string, detail any) audit.Entry {
	text, err := json.Marshal(detail)
	if err != nil || detail == nil {
		text = nil
	}
	return audit.Entry{Action: action, Object: kind + ":" + id, ObjectName: name, Team: team, Detail: text}
}

// refused makes diagnostics an error of the kind that says the request is wrong.
func refused(diags diag.List) error {
	if err := diags.Err(); err != nil {
		return errors.Join(diag.ErrInvalid, err)
	}
	return nil
}
