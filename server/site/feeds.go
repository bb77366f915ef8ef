package site

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/app"
	"millrace/server/httpapi"
	"millrace/server/live"
)

// feeds turn the news of pipelines into what pages follow. One goroutine asks the store, whoever watches.
type feeds struct {
	news func(ctx context.Context, after int64) (*control.News, error)
	// status reads a pipeline, version one of its versions.
	status  func(ctx context.Context, id string) (*control.Status, error)
	version func(ctx context.Context, pipeline string, number int64) (*control.Version, error)
	// living are the ids of the workers that live, as of a time; nil is that nobody knows.
	living func() (ids map[string]bool, asOf time.Time)
	log    *slog.Logger

	// list has a line for each pipeline, by its id, events what has happened to any, by number.
	list, events *live.State

	mu    sync.Mutex
	known map[string]*watched
	// details are what is told of the pipelines that somebody looks at.
	details map[string]*detailed
	graphs  map[versionKey]*httpapi.PipelineGraph
	// of has the pipeline of each event that is kept.
	of map[string]string
}

var _ httpapi.Moments = (*feeds)(nil)

// watched is a pipeline as it was last heard of.
type watched struct {
	status control.Status
	stats  engine.Stats
	// about is what the version is; of an empty one nothing is known.
	about   about
	version int64
	rate    app.Meter
	vitals  vitals
	// out is the flow of all rows, operators that of each operator's, by id.
	out       flow
	operators map[string]*flow
	history   *history
	// epochs are the last ones, the oldest first.
	epochs []engine.EpochStats
	// bottleneck is the last one there was, nil for none.
	bottleneck *Bottleneck
	// fresh says that something was heard since it was last published, published what was.
	fresh     bool
	published struct {
		health httpapi.Health
		rate   float64
	}
}

// detailed is a pipeline that somebody looks at.
type detailed struct {
	feed    *live.State
	readers int
}

// keptEvents bounds the events that pages can follow; the rest is in the timeline.
const keptEvents = 500

func newFeeds(log *slog.Logger) *feeds {
	return &feeds{log: log, list: live.NewState(), events: live.NewState(), known: map[string]*watched{}, details: map[string]*detailed{},
		graphs: map[versionKey]*httpapi.PipelineGraph{}, of: map[string]string{}}
}

// Numbers are sampled and told once a second; a state that has changed is looked for more often, and told at once.
const (
	beatEvery = time.Second
	newsEvery = 250 * time.Millisecond
)

// follow asks for news until ctx ends. After a failure it goes on where it was: nothing is missed.
func (f *feeds) follow(ctx context.Context) {
	tick := time.NewTicker(newsEvery)
	defer tick.Stop()
	var beaten time.Time
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
		// A tick that came a little early counts: beats are as far apart as their ticks.
		if now := time.Now(); now.Sub(beaten) > beatEvery-newsEvery/2 {
			beaten = now
			f.beat(now)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// take takes news up.
func (f *feeds) take(ctx context.Context, news *control.News) {
	var turned []string
	for i := range news.Statuses {
		s := news.Statuses[i]
		w, stale, turn := f.heard(&s)
		if turn {
			turned = append(turned, s.ID)
		}
		if !stale {
			continue
		}
		a := &about{}
		v, err := f.version(ctx, s.ID, s.Version)
		if err == nil {
			a, err = aboutOf(v)
		}
		if err != nil {
			f.log.Warn("reading the version of a pipeline", "pipeline", s.Name, "err", err)
			continue
		}
		f.mu.Lock()
		w.about, w.version, w.fresh = *a, s.Version, true
		f.mu.Unlock()
	}
	for i := range news.Events {
		e := &news.Events[i]
		if e.Kind == control.EventDeleted {
			f.mu.Lock()
			delete(f.known, e.Pipeline)
			if d := f.details[e.Pipeline]; d != nil {
				d.feed.Keep(nil)
			}
			f.mu.Unlock()
			f.list.Remove(e.Pipeline)
		}
		key := eventKey(e.Seq)
		f.mu.Lock()
		f.of[key] = e.Pipeline
		f.mu.Unlock()
		f.events.Set(key, asJSON(pipelineEvent{e.Pipeline, *e}))
	}
	f.turn(time.Now(), turned)
}

// heard takes up what was heard of a pipeline. stale says that its version is another than the one that is known, turn that people wait to see
// it: it does something else, or is to.
func (f *feeds) heard(s *control.Status) (w *watched, stale, turn bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w = f.known[s.ID]; w == nil {
		w = &watched{}
		f.known[s.ID] = w
	}
	turn = w.status.State != s.State || w.status.Desired.Want != s.Desired.Want
	w.status, w.fresh, w.stats = *s, true, engine.Stats{Lag: -1}
	if len(s.Observed.Stats) > 0 {
		if err := json.Unmarshal(s.Observed.Stats, &w.stats); err != nil {
			f.log.Warn("reading what a worker has said", "pipeline", s.Name, "err", err)
		}
	}
	w.follow(w.stats.Epochs)
	return w, w.version != s.Version, turn
}

// epochsKept is how many epochs of a pipeline are shown.
const epochsKept = 60

// follow adds the epochs that were not known yet. A worker tells of the last few in each moment.
func (w *watched) follow(epochs []engine.EpochStats) {
	last := time.Time{}
	if n := len(w.epochs); n > 0 {
		last = w.epochs[n-1].At
	}
	for _, e := range epochs {
		if e.At.After(last) {
			w.epochs = append(w.epochs, e)
		}
	}
	if over := len(w.epochs) - epochsKept; over > 0 {
		w.epochs = slices.Delete(w.epochs, 0, over)
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
		out = append(out, app.PipelineStatus{Name: s.Name, Team: s.Team, Fingerprint: s.Fingerprint, Sinks: w.about.sinks, State: string(s.State), Since: s.Since, Reason: s.Reason,
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
