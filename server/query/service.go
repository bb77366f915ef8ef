package query

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/pipelines/compile"
	"millrace/pipelines/control"
)

// The diagnostics of this package.
const (
	// CodeStatement is a statement that is not for asking, or one too many.
	CodeStatement diag.Code = "query.statement"
	// CodeElsewhere is a table that does not lie in ClickHouse, CodeSeveral a query over tables of several connections.
	CodeElsewhere diag.Code = "query.not_in_clickhouse"
	CodeSeveral   diag.Code = "query.several_connections"
	// CodeNotFound is a query that does not run here, or is somebody else's.
	CodeNotFound diag.Code = "query.not_found"
	// CodeTooMany is one query more than may run at once.
	CodeTooMany diag.Code = "query.too_many"
	// CodeCancelled is a query that was cancelled.
	CodeCancelled diag.Code = "query.cancelled"
	// CodeTime is a query that took longer than it may; what else was too much, ClickHouse says.
	CodeTime diag.Code = "query.time_limit"
)

// Limits bound what one query takes. Zero values are those of DefaultLimits.
type Limits struct {
	// Rows is the most rows of an answer, Bytes the most bytes of its JSON: what is beyond is left out, and said to be.
	Rows  int64
	Bytes int64
	// Time bounds the query, ErrorsTime the counting of rows that failed, which comes after the answer.
	Time       time.Duration
	ErrorsTime time.Duration
	// Memory is the most bytes that ClickHouse uses for it, RowsToRead the most rows it reads of tables.
	Memory     int64
	RowsToRead int64
	// Running is how many queries run here at once, PerUser how many of one.
	Running, PerUser int
}

// DefaultLimits are those of a server that was not told others.
func DefaultLimits() Limits {
	return Limits{Rows: 10_000, Bytes: 64 << 20, Time: time.Minute, ErrorsTime: 5 * time.Second, Memory: 2 << 30, RowsToRead: 1_000_000_000, Running: 32, PerUser: 4}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	for _, p := range []struct{ have, byDefault *int64 }{{&l.Rows, &d.Rows}, {&l.Bytes, &d.Bytes}, {&l.Memory, &d.Memory}, {&l.RowsToRead, &d.RowsToRead}} {
		if *p.have <= 0 {
			*p.have = *p.byDefault
		}
	}
	for _, p := range []struct{ have, byDefault *time.Duration }{{&l.Time, &d.Time}, {&l.ErrorsTime, &d.ErrorsTime}} {
		if *p.have <= 0 {
			*p.have = *p.byDefault
		}
	}
	for _, p := range []struct{ have, byDefault *int }{{&l.Running, &d.Running}, {&l.PerUser, &d.PerUser}} {
		if *p.have <= 0 {
			*p.have = *p.byDefault
		}
	}
	return l
}

// Deps is what a Service is made of.
type Deps struct {
	// Env is what texts of a principal are compiled against: the catalog, and the policy that decides for the principal.
	Env func(ctx context.Context, p grants.Principal) (compile.Env, error)
	// Connections opens those that tables name, whoever they belong to: reading a table is decided by grants.
	Connections func(ctx context.Context) (component.Connections, error)
	// Queried hears of the tables that a query reads, by full name; nil is nobody.
	Queried func(tables []string)
	Limits  Limits
	Log     *slog.Logger
}

// Service runs queries. Its methods may be called from several goroutines.
type Service struct {
	Deps

	mu      sync.Mutex
	running map[string]*running
}

// running is a query that runs.
type running struct {
	Running
	cancel context.CancelCauseFunc
}

// Running is a query that runs here.
type Running struct {
	ID   string         `json:"id"`
	User grants.Subject `json:"user"`
	// Text is what was asked.
	Text    string    `json:"text"`
	Started time.Time `json:"started"`
}

// New returns a service.
func New(d Deps) *Service {
	d.Limits = d.Limits.orDefault()
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d, running: map[string]*running{}}
}

var errCancelled = errors.New("the query was cancelled")

// begin takes a place among the queries that run.
func (s *Service) begin(ctx context.Context, p grants.Principal, text string) (context.Context, *running, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := 0
	for _, r := range s.running {
		if r.User == p.Subject {
			own++
		}
	}
	switch {
	case own >= s.Limits.PerUser:
		return nil, nil, diag.Refuse(diag.ErrLimit, CodeTooMany, "Wait for one of them, or cancel it.", "%d of your queries run already", own)
	case len(s.running) >= s.Limits.Running:
		return nil, nil, diag.Refuse(diag.ErrLimit, CodeTooMany, "Try again in a moment.", "%d queries run already", len(s.running))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	r := &running{Running: Running{ID: control.NewID(), User: p.Subject, Text: text, Started: time.Now().UTC()}, cancel: cancel}
	s.running[r.ID] = r
	return ctx, r, nil
}

func (s *Service) end(r *running) {
	r.cancel(nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, r.ID)
}

// Cancel ends a query of the principal, anybody's when all is set. It returns before the query has ended.
func (s *Service) Cancel(p grants.Principal, id string, all bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.running[id]
	if !ok || r.User != p.Subject && !all {
		return diag.Refuse(diag.ErrNotFound, CodeNotFound,
			"List the queries that run here. Where there are several servers, ask the one that the query was sent to: it is not known to the others.",
			"no such query of yours runs on this server: it has ended, or another server runs it")
	}
	r.cancel(errCancelled)
	return nil
}

// Running lists the queries of the principal that run here, all when all is set, the oldest first.
func (s *Service) Running(p grants.Principal, all bool) []Running {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Running{}
	for _, r := range s.running {
		if all || r.User == p.Subject {
			out = append(out, r.Running)
		}
	}
	slices.SortFunc(out, func(a, b Running) int {
		if c := a.Started.Compare(b.Started); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}
