package site

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/app"
	"millrace/server/live"
)

// feeds turn the news of pipelines into what pages follow. One goroutine asks the store, whoever watches.
type feeds struct {
	news func(ctx context.Context, after int64) (*control.News, error)
	// sinks tells what the sinks of a version are.
	sinks func(ctx context.Context, pipeline string, version int64) (map[string]string, error)
	log   *slog.Logger

	// list has a line for each pipeline, detail all that is known of it, events what has happened to any; by pipeline id, events by number.
	list, detail *live.State
	events       *live.State

	mu    sync.Mutex
	known map[string]*watched
	// of has the pipeline of each event that is kept.
	of map[string]string
}

// watched is a pipeline as it was last heard of.
type watched struct {
	status  control.Status
	stats   engine.Stats
	sinks   map[string]string
	version int64
	rate    app.Meter
	// fresh says that something was heard since it was last published.
	fresh bool
}

// keptEvents bounds the events that pages can follow; the rest is in the timeline.
const keptEvents = 500

func newFeeds(log *slog.Logger) *feeds {
	return &feeds{log: log, list: live.NewState(), detail: live.NewState(), events: live.NewState(), known: map[string]*watched{}, of: map[string]string{}}
}

// follow asks for news until ctx ends. After a failure it goes on where it was: nothing is missed.
func (f *feeds) follow(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var after int64
	var recent []int64
	failing := false
	for {
		news, err := f.news(ctx, after)
		if ctx.Err() != nil {
			return
		}
		switch {
		case err != nil && !failing:
			f.log.Error("the pipelines' news cannot be read; pages show what was last known", "err", err)
		case err == nil:
			after = news.Seq
			f.take(ctx, news)
			for i := range news.Events {
				recent = append(recent, news.Events[i].Seq)
			}
			for len(recent) > keptEvents {
				key := eventKey(recent[0])
				f.events.Remove(key)
				f.mu.Lock()
				delete(f.of, key)
				f.mu.Unlock()
				recent = recent[1:]
			}
		}
		failing = err != nil
		f.beat(time.Now())
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// take takes news up.
func (f *feeds) take(ctx context.Context, news *control.News) {
	for i := range news.Statuses {
		s := news.Statuses[i]
		f.mu.Lock()
		w := f.known[s.ID]
		if w == nil {
			w = &watched{}
			f.known[s.ID] = w
		}
		w.status, w.fresh = s, true
		stale := w.version != s.Version
		if len(s.Observed.Stats) > 0 {
			w.stats = engine.Stats{Lag: -1}
			if err := json.Unmarshal(s.Observed.Stats, &w.stats); err != nil {
				f.log.Warn("reading what a worker has said", "pipeline", s.Name, "err", err)
			}
		} else {
			w.stats = engine.Stats{Lag: -1}
		}
		f.mu.Unlock()
		if !stale {
			continue
		}
		sinks, err := f.sinks(ctx, s.ID, s.Version)
		if err != nil {
			f.log.Warn("reading the sinks of a pipeline", "pipeline", s.Name, "err", err)
			continue
		}
		f.mu.Lock()
		w.sinks, w.version, w.fresh = sinks, s.Version, true
		f.mu.Unlock()
	}
	for i := range news.Events {
		e := &news.Events[i]
		if e.Kind == control.EventDeleted {
			f.mu.Lock()
			delete(f.known, e.Pipeline)
			f.mu.Unlock()
			f.list.Remove(e.Pipeline)
			f.detail.Remove(e.Pipeline)
		}
		key := eventKey(e.Seq)
		f.mu.Lock()
		f.of[key] = e.Pipeline
		f.mu.Unlock()
		f.events.Set(key, asJSON(pipelineEvent{e.Pipeline, *e}))
	}
}

// pipelineOfEvent returns the pipeline that an event is of.
func (f *feeds) pipelineOfEvent(key string) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, ok := f.of[key]
	return id, ok
}

// pipelineEvent is an event with the pipeline it belongs to.
type pipelineEvent struct {
	Pipeline string `json:"pipeline"`
	control.Event
}

// eventKey orders as the numbers do.
func eventKey(seq int64) string {
	const digits = "0123456789"
	var b [19]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = digits[seq%10]
		seq /= 10
	}
	return string(b[:])
}

// Line is what a list shows of a pipeline.
type Line struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Team        string        `json:"team"`
	Version     int64         `json:"version"`
	Want        control.Want  `json:"want"`
	State       control.State `json:"state"`
	Code        string        `json:"code,omitempty"`
	Reason      string        `json:"reason,omitempty"`
	Since       time.Time     `json:"since"`
	ConfirmedAt time.Time     `json:"confirmed_at,omitzero"`
	// RowsPerSecond is over the last few seconds, Lag the records not read yet (-1: unknown).
	RowsPerSecond float64        `json:"rows_per_second"`
	Lag           int64          `json:"lag"`
	Watermark     time.Time      `json:"watermark,omitzero"`
	Epoch         int64          `json:"epoch"`
	StateBytes    int64          `json:"state_bytes"`
	Totals        control.Totals `json:"totals"`
}

// Detail is all that is known of a pipeline.
type Detail struct {
	control.Status
	Sinks         map[string]string `json:"sinks"`
	Stats         engine.Stats      `json:"stats"`
	RowsPerSecond float64           `json:"rows_per_second"`
	History       []float64         `json:"history"`
}

// beat samples the rates and publishes what has changed.
func (f *feeds) beat(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, w := range f.known {
		s := &w.status
		// While it starts, the count leaps from nothing to what earlier runs have read.
		switch moving := s.State == control.Running || s.State == control.Draining; {
		case moving:
			w.rate.Add(now, w.stats.Totals.RowsIn)
		case w.rate.Rate() != 0:
			w.rate = app.Meter{}
		case !w.fresh:
			continue // most pipelines of most installations are stopped: they cost nothing
		}
		w.fresh = false
		rate := math.Round(w.rate.Rate()*10) / 10
		f.list.Set(id, asJSON(Line{ID: id, Name: s.Name, Team: s.Team, Version: s.Version, Want: s.Desired.Want, State: s.State, Code: string(s.Code),
			Reason: s.Reason, Since: s.Since, ConfirmedAt: s.ConfirmedAt, RowsPerSecond: rate, Lag: w.stats.Lag, Watermark: w.stats.Watermark,
			Epoch: w.stats.Epoch, StateBytes: w.stats.StateBytes, Totals: w.stats.Totals}))
		full := Detail{Status: *s, Sinks: w.sinks, Stats: w.stats, RowsPerSecond: rate, History: w.rate.History()}
		full.Observed.Stats = nil // they stand in Stats
		f.detail.Set(id, asJSON(full))
	}
}

// team returns the team of a pipeline that was heard of.
func (f *feeds) team(id string) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w, ok := f.known[id]
	if !ok {
		return "", false
	}
	return w.status.Team, true
}

// statuses are all pipelines by name, as metrics and the status page show them.
func (f *feeds) statuses() []app.PipelineStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]app.PipelineStatus, 0, len(f.known))
	for _, w := range f.known {
		s := &w.status
		out = append(out, app.PipelineStatus{Name: s.Name, Team: s.Team, Fingerprint: s.Fingerprint, Sinks: w.sinks, State: string(s.State), Since: s.Since, Reason: s.Reason,
			NextTry: s.Observed.NextTry, Starts: int(s.Desired.Restarts), Stats: w.stats, RowsPerSecond: w.rate.Rate(), History: w.rate.History()})
	}
	slices.SortFunc(out, func(a, b app.PipelineStatus) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// asJSON writes a value that has a form.
func asJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage(`{"error": "this cannot be shown"}`)
	}
	return text
}

// sinksOf reads the sinks of a version.
func (s *Site) sinksOf(ctx context.Context, pipeline string, number int64) (map[string]string, error) {
	v, err := s.control.Version(ctx, pipeline, number)
	if err != nil {
		return nil, err
	}
	p, err := plan.Unmarshal(v.Plan)
	if err != nil {
		return nil, err
	}
	return app.Sinks(p), nil
}
