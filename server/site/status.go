package site

import (
	"context"
	"sync"
	"time"

	"millrace/pipelines/control"
	"millrace/server/app"
	"millrace/server/httpapi"
	"millrace/server/live"
	"millrace/server/version"
)

// status keeps what takes a while to ask for, so that a moment of everything is there at once.
type status struct {
	// feed has one item, the status without the pipelines, which have feeds of their own.
	feed *live.State

	mu          sync.Mutex
	tables      []app.TableState
	tablesError string
	workers     []control.WorkerInfo
	// workersAt is when the workers were last asked for.
	workersAt time.Time
}

// living are the ids of the workers that live, as of when they were last asked for.
func (s *status) living() (ids map[string]bool, asOf time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids = make(map[string]bool, len(s.workers))
	for i := range s.workers {
		ids[s.workers[i].ID] = true
	}
	return ids, s.workersAt
}

// follow asks every second until ctx ends.
func (s *status) follow(ctx context.Context, site *Site) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var growth app.TableGrowth
	for {
		tables, err := site.app.Tables(ctx)
		workers, workersErr := site.store.LiveWorkers(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			growth.Mark(time.Now(), tables)
		}
		s.mu.Lock()
		if s.tablesError = ""; err != nil {
			s.tablesError = err.Error()
		} else {
			s.tables = tables
		}
		if workersErr == nil {
			s.workers, s.workersAt = workers, time.Now()
		}
		s.mu.Unlock()
		s.feed.Set("server", asJSON(site.server()))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// server is the status without the pipelines and what changes by itself.
func (s *Site) server() httpapi.Status {
	out := s.Status()
	out.Pipelines, out.Time, out.UptimeSeconds = nil, time.Time{}, 0
	return out
}

// Status returns a moment of the server.
func (s *Site) Status() httpapi.Status {
	now := time.Now()
	out := httpapi.Status{Version: version.Get(), Time: now, Started: s.started, UptimeSeconds: now.Sub(s.started).Seconds(), Parts: s.app.Parts(),
		Pipelines: s.feeds.statuses(), Tables: []app.TableState{}, Workers: []control.WorkerInfo{}}
	s.status.mu.Lock()
	defer s.status.mu.Unlock()
	out.Tables = append(out.Tables, s.status.tables...)
	out.TablesError = s.status.tablesError
	out.Workers = append(out.Workers, s.status.workers...)
	return out
}
