package site

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/server/auth"
	"millrace/server/live"
)

// topics are what live pages may follow.
//
//	pipelines  a line for each pipeline of the viewer's teams
//	pipeline   all about one: {"pipeline": id}; items are the pipeline, by its id, and its last epochs, by keys that order as they do
//	events     what happens to pipelines; {"pipeline": id} narrows to one
//	logs       what one pipeline says: {"pipeline": id}
//	server     embedded parts, workers and tables
//	preview    the rows of a node of a model, run for the subscriber: {"text": ..., "node": ...}
func (s *Site) topics() map[string]live.Topic {
	return map[string]live.Topic{
		"pipelines": topic(s.followPipelines), "pipeline": topic(s.followPipeline), "events": topic(s.followEvents),
		"logs": &logTopic{site: s, open: map[string]*openLog{}}, "server": topic(s.followServer), "preview": previewTopic{s},
	}
}

// topic is a live.Topic that is a function.
type topic func(ctx context.Context, p auth.Principal, params json.RawMessage) (live.View, error)

// Open decides and gives the feed.
func (t topic) Open(ctx context.Context, p auth.Principal, params json.RawMessage) (live.View, error) {
	return t(ctx, p, params)
}

type pipelineParams struct {
	Pipeline string `json:"pipeline"`
}

// paramsOf reads a subscription's parameters, strictly.
func paramsOf(text json.RawMessage, to any) error {
	if len(text) == 0 || string(text) == "null" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return diag.RefuseFor(diag.ErrInvalid, err, live.CodeTopic, "", "the parameters are not those of this topic")
	}
	return nil
}

func noPipeline() error {
	return diag.Refuse(diag.ErrNotFound, control.CodeNotFound, "", "there is no such pipeline")
}

// sees reports whether a principal may look at a pipeline. One that the feeds have not heard of yet is asked for.
func (s *Site) sees(ctx context.Context, p auth.Principal, id string) (bool, error) {
	team, ok := s.feeds.team(id)
	if !ok {
		st, err := s.control.Get(ctx, id)
		if err != nil {
			return false, err
		}
		team = st.Team
	}
	return p.Can(auth.View, auth.KindPipeline, team), nil
}

func (s *Site) pipelineOf(ctx context.Context, p auth.Principal, params json.RawMessage) (string, error) {
	var in pipelineParams
	if err := paramsOf(params, &in); err != nil {
		return "", err
	}
	if ok, err := s.sees(ctx, p, in.Pipeline); err != nil || !ok {
		if err == nil {
			err = noPipeline()
		}
		return "", err
	}
	return in.Pipeline, nil
}

// ofTeams shows the pipelines of the teams that a principal sees.
func (s *Site) ofTeams(p auth.Principal) func(string) bool {
	return func(id string) bool {
		team, ok := s.feeds.team(id)
		return ok && p.Can(auth.View, auth.KindPipeline, team)
	}
}

func (s *Site) followPipelines(_ context.Context, p auth.Principal, params json.RawMessage) (live.View, error) {
	if err := paramsOf(params, &struct{}{}); err != nil {
		return live.View{}, err
	}
	return live.View{Feed: s.feeds.list, See: s.ofTeams(p)}, nil
}

func (s *Site) followPipeline(ctx context.Context, p auth.Principal, params json.RawMessage) (live.View, error) {
	id, err := s.pipelineOf(ctx, p, params)
	if err != nil {
		return live.View{}, err
	}
	feed, done := s.feeds.watch(id)
	return live.View{Feed: feed, Close: done}, nil
}

func (s *Site) followEvents(ctx context.Context, p auth.Principal, params json.RawMessage) (live.View, error) {
	var in pipelineParams
	if err := paramsOf(params, &in); err != nil {
		return live.View{}, err
	}
	if in.Pipeline != "" {
		if _, err := s.pipelineOf(ctx, p, params); err != nil {
			return live.View{}, err
		}
	}
	sees := s.ofTeams(p)
	return live.View{Feed: s.feeds.events, See: func(key string) bool {
		of, ok := s.feeds.pipelineOfEvent(key)
		return ok && (in.Pipeline == "" || of == in.Pipeline) && sees(of)
	}}, nil
}

func (s *Site) followServer(_ context.Context, p auth.Principal, params json.RawMessage) (live.View, error) {
	if err := paramsOf(params, &struct{}{}); err != nil {
		return live.View{}, err
	}
	if !p.Has(auth.Operate) {
		return live.View{}, diag.Refuse(diag.ErrDenied, live.CodeTopic, "Ask an administrator for the role.", "this needs the capability %q", auth.Operate)
	}
	return live.View{Feed: s.status.feed}, nil
}

// logTopic follows the logs of pipelines. A log is read from the store while somebody follows it, once for all who do.
type logTopic struct {
	site *Site
	mu   sync.Mutex
	open map[string]*openLog
}

type openLog struct {
	feed    *live.Log
	readers int
	stop    context.CancelFunc
}

// logLines is how many lines a page gets at first.
const logLines = control.KeepLogLines

// Open decides and gives the log.
func (t *logTopic) Open(ctx context.Context, p auth.Principal, params json.RawMessage) (live.View, error) {
	var in pipelineParams
	if err := paramsOf(params, &in); err != nil {
		return live.View{}, err
	}
	st, err := t.site.control.Get(ctx, in.Pipeline)
	if err != nil {
		return live.View{}, err
	}
	switch {
	case !p.Can(auth.View, auth.KindPipeline, st.Team):
		return live.View{}, noPipeline()
	case !p.Can(auth.Operate, auth.KindPipeline, st.Team):
		return live.View{}, diag.Refuse(diag.ErrDenied, live.CodeTopic, "Ask an administrator for the role.", "this needs the capability %q", auth.Operate)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.open[st.ID]
	if o == nil {
		// It outlives the subscription that began it, while others read on.
		reading, stop := context.WithCancel(context.WithoutCancel(ctx))
		o = &openLog{feed: live.NewLog(logLines), stop: stop}
		t.open[st.ID] = o
		go t.read(reading, st.ID, o.feed)
	}
	o.readers++
	return live.View{Feed: o.feed, Close: func() { t.close(st.ID, o) }}, nil
}

func (t *logTopic) close(id string, o *openLog) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.readers--; o.readers == 0 {
		o.stop()
		delete(t.open, id)
	}
}

func (t *logTopic) read(ctx context.Context, id string, to *live.Log) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var after int64
	for {
		lines, err := t.site.control.Logs(ctx, id, after, logLines)
		if err != nil && ctx.Err() == nil {
			t.site.log.Warn("reading a pipeline's log", "pipeline", id, "err", err)
		}
		for i := range lines {
			after = lines[i].Number
			to.Append(asJSON(lines[i]))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
