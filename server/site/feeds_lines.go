package site

import (
	"time"

	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/app"
	"millrace/server/httpapi"
	"millrace/server/live"
)

// Line is what a list shows of a pipeline.
type Line struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Team string `json:"team"`
	// Document is the model it was made of, empty where there is none; DeployedBy who deployed Version.
	Document   string       `json:"document,omitempty"`
	Version    int64        `json:"version"`
	DeployedBy string       `json:"deployed_by,omitempty"`
	Engine     string       `json:"engine"`
	Want       control.Want `json:"want"`
	// Health is how it is in one word, since HealthSince; State is what it does, since Since, and Code and Reason say why.
	Health      httpapi.Health `json:"health"`
	HealthSince time.Time      `json:"health_since"`
	State       control.State  `json:"state"`
	Code        diag.Code      `json:"code,omitempty"`
	Reason      string         `json:"reason,omitempty"`
	Since       time.Time      `json:"since"`
	// ConfirmedAt is when the worker has last said something new; while it lives, the heartbeats of Worker confirm the rest.
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	Worker      string    `json:"worker,omitempty"`
	// RowsPerSecond is what was read over the last few seconds, Lag the records not read yet (-1: unknown). The delay is what Watermark lies
	// behind the clock.
	RowsPerSecond float64   `json:"rows_per_second"`
	Lag           int64     `json:"lag"`
	Watermark     time.Time `json:"watermark,omitzero"`
	// Epoch is the last committed one, EpochMS how long it took.
	Epoch      int64 `json:"epoch"`
	EpochMS    int64 `json:"epoch_ms"`
	StateBytes int64 `json:"state_bytes"`
	Restarts   int64 `json:"restarts"`
	// Totals have its dead letters as rejected, and its late rows as late.
	Totals control.Totals `json:"totals"`
	// Outputs are the tables it writes.
	Outputs []string `json:"outputs"`
}

// embedded is the engine that workers run.
const embedded = "embedded"

// Detail is all that is known of a pipeline. Its epochs are items of their own.
type Detail struct {
	control.Status
	Engine     string            `json:"engine"`
	DeployedBy string            `json:"deployed_by,omitempty"`
	Outputs    []string          `json:"outputs"`
	Sinks      map[string]string `json:"sinks"`
	// Stats are without operators and epochs, which stand beside them.
	Stats            engine.Stats     `json:"stats"`
	Operators        []OperatorMoment `json:"operators"`
	Health           httpapi.Health   `json:"health"`
	HealthSince      time.Time        `json:"health_since"`
	Bottleneck       *Bottleneck      `json:"bottleneck,omitempty"`
	RowsPerSecond    float64          `json:"rows_per_second"`
	RowsOutPerSecond float64          `json:"rows_out_per_second"`
	History          []float64        `json:"history"`
}

// OperatorMoment is a moment of an operator with its rates over the last few seconds.
type OperatorMoment struct {
	engine.OperatorStats
	RowsInPerSecond  float64 `json:"rows_in_per_second"`
	RowsOutPerSecond float64 `json:"rows_out_per_second"`
}

// beat samples the rates and publishes what has changed.
func (f *feeds) beat(now time.Time) {
	living := f.alive(now)
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, w := range f.known {
		w.beat(now)
		f.publish(now, living, id, w)
	}
}

// turn publishes pipelines between two beats.
func (f *feeds) turn(now time.Time, ids []string) {
	if len(ids) == 0 {
		return
	}
	living := f.alive(now)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range ids {
		if w := f.known[id]; w != nil {
			f.publish(now, living, id, w)
		}
	}
}

// alive returns the workers that live, nil where nobody knows.
func (f *feeds) alive(now time.Time) map[string]bool {
	if f.living == nil {
		return nil
	}
	ids, asOf := f.living()
	if now.Sub(asOf) >= control.LeaseTime {
		return nil
	}
	return ids
}

// publish judges a pipeline and tells of it what has changed; the caller holds the mutex.
func (f *feeds) publish(now time.Time, living map[string]bool, id string, w *watched) {
	w.judge(now, living)
	rate := tenths(w.rate.Rate())
	if w.fresh || rate != w.published.rate || w.vitals.health != w.published.health {
		f.list.Set(id, asJSON(w.line(rate)))
		w.published.rate, w.published.health = rate, w.vitals.health
	}
	w.fresh = false
	if d := f.details[id]; d != nil {
		w.tell(d.feed)
	}
}

// beat samples what grows. Most pipelines of most installations are stopped: they cost next to nothing.
func (w *watched) beat(now time.Time) {
	s, st := &w.status, &w.stats
	// While it starts, the count leaps from nothing to what earlier runs have read.
	running := s.State == control.Running || s.State == control.Draining
	switch {
	case running:
		w.rate.Add(now, st.Totals.RowsIn)
		w.out.add(now, st.Totals.RowsIn, st.Totals.RowsOut)
		if w.operators == nil {
			w.operators = make(map[string]*flow, len(st.Operators))
		}
		for i := range st.Operators {
			o := &st.Operators[i]
			of := w.operators[o.Operator]
			if of == nil {
				of = &flow{}
				w.operators[o.Operator] = of
			}
			of.add(now, o.RowsIn, o.RowsOut)
		}
	case w.operators != nil:
		w.rate, w.out, w.operators = app.Meter{}, flow{}, nil
	}
	if running && w.history == nil {
		w.history = &history{}
	}
	if w.history != nil {
		w.history.beat(now, st, running)
	}
}

// judge says how it is.
func (w *watched) judge(now time.Time, living map[string]bool) {
	s, st := &w.status, &w.stats
	in, out := w.out.rates()
	w.vitals.beat(now, &signs{status: s, stats: st, sources: w.about.sources, moving: in > 0 || out > 0, heard: s.Worker != nil && living[s.Worker.ID]})
	w.narrow(now)
}

// narrow looks for the bottleneck while there is one.
func (w *watched) narrow(now time.Time) {
	if w.vitals.health != httpapi.HealthBackpressured {
		w.bottleneck = nil
		return
	}
	found := bottleneck(w.stats.Operators, w.about.sources, w.about.inputs)
	if found != nil {
		found.Since = now
		if was := w.bottleneck; was != nil && was.Operator == found.Operator {
			found.Since = was.Since
		}
	}
	w.bottleneck = found
}

// line is what a list shows.
func (w *watched) line(rate float64) Line {
	s := &w.status
	out := Line{ID: s.ID, Name: s.Name, Team: s.Team, Document: s.Document, Version: s.Version, DeployedBy: w.about.deployedBy, Engine: embedded, Want: s.Desired.Want,
		Health: w.vitals.health, HealthSince: w.vitals.since, State: s.State, Code: s.Code, Reason: s.Reason, Since: s.Since, ConfirmedAt: s.ConfirmedAt,
		RowsPerSecond: rate, Lag: w.stats.Lag, Watermark: w.stats.Watermark, Epoch: w.stats.Epoch, StateBytes: w.stats.StateBytes,
		Restarts: w.stats.Restarts, Totals: w.stats.Totals, Outputs: w.about.outputs}
	if s.Worker != nil {
		out.Worker = s.Worker.ID
	}
	if out.Outputs == nil {
		out.Outputs = []string{}
	}
	if n := len(w.stats.Epochs); n > 0 {
		out.EpochMS = w.stats.Epochs[n-1].DurationMS
	}
	return out
}

// tell puts all that is known into the feed of those who look at the pipeline: the pipeline by its id, each epoch by its own key. So what is
// sent again every second is what has changed.
func (w *watched) tell(to *live.State) {
	keys := map[string]bool{w.status.ID: true}
	for i := range w.epochs {
		// An epoch that failed is tried again under the same number.
		key := "epoch/" + eventKey(w.epochs[i].At.UnixMilli())
		keys[key] = true
		to.Set(key, asJSON(&w.epochs[i]))
	}
	to.Set(w.status.ID, asJSON(w.detail()))
	to.Keep(keys)
}

func (w *watched) detail() Detail {
	out := Detail{Status: w.status, Engine: embedded, DeployedBy: w.about.deployedBy, Outputs: w.about.outputs, Sinks: w.about.sinks, Stats: w.stats,
		Operators: make([]OperatorMoment, 0, len(w.stats.Operators)), Health: w.vitals.health, HealthSince: w.vitals.since, Bottleneck: w.bottleneck,
		RowsPerSecond: tenths(w.rate.Rate()), History: w.rate.History()}
	_, out.RowsOutPerSecond = w.out.rates()
	for i := range w.stats.Operators {
		m := OperatorMoment{OperatorStats: w.stats.Operators[i]}
		if of := w.operators[m.Operator]; of != nil {
			m.RowsInPerSecond, m.RowsOutPerSecond = of.rates()
		}
		out.Operators = append(out.Operators, m)
	}
	if out.Outputs == nil {
		out.Outputs = []string{}
	}
	// They stand in Stats, Operators and items of their own.
	out.Observed.Stats, out.Stats.Operators, out.Stats.Epochs = nil, nil, nil
	return out
}

// watch returns the feed of one pipeline, and what ends the looking at it. Nothing is put together for pipelines that nobody looks at.
func (f *feeds) watch(id string) (feed *live.State, done func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.details[id]
	if d == nil {
		d = &detailed{feed: live.NewState()}
		f.details[id] = d
		if w := f.known[id]; w != nil {
			w.tell(d.feed)
		}
	}
	d.readers++
	return d.feed, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if d.readers--; d.readers == 0 && f.details[id] == d {
			delete(f.details, id)
		}
	}
}

// Summary counts the pipelines of the teams that see allows.
func (f *feeds) Summary(see func(team string) bool) httpapi.PipelineSummary {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out httpapi.PipelineSummary
	for _, w := range f.known {
		if !see(w.status.Team) {
			continue
		}
		out.Total++
		out.Health.Add(w.vitals.health)
		out.RowsPerSecond += w.published.rate
	}
	out.RowsPerSecond = tenths(out.RowsPerSecond)
	return out
}

// Rates are the rates of the pipelines that there are and that see allows.
func (f *feeds) Rates(ids []string, see func(team string) bool) []httpapi.PipelineRates {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]httpapi.PipelineRates, 0, len(ids))
	for _, id := range ids {
		w := f.known[id]
		switch {
		case w == nil || !see(w.status.Team):
		case w.history == nil:
			out = append(out, (&history{slot: slotOf(time.Now())}).rates(id))
		default:
			out = append(out, w.history.rates(id))
		}
	}
	return out
}

// Series is how one pipeline has done lately.
func (f *feeds) Series(pipeline string) httpapi.PipelineSeries {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w := f.known[pipeline]; w != nil && w.history != nil {
		return w.history.series()
	}
	return noSeries()
}
