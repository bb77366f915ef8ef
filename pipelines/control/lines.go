package control

import (
	"context"
	"log/slog"
	"maps"
	"strconv"
	"sync"
	"time"
)

const (
	// pendingLines is how many lines wait for the next report; maxText bounds a text of a line.
	pendingLines = 200
	maxText      = 4 << 10
)

// lines collects what a pipeline logs, for its page; everything goes to the process's own log as well. What is too much for a second is
// counted, not kept.
type lines struct {
	mu      sync.Mutex
	pending []LogLine
	dropped int
}

// take returns what has been logged since it was last called.
func (l *lines) take() []LogLine {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.pending
	if l.dropped > 0 {
		out = append(out, LogLine{At: out[len(out)-1].At, Level: slog.LevelWarn.String(), Message: "more was logged than is kept",
			Attrs: map[string]string{"lines": strconv.Itoa(l.dropped)}})
	}
	l.pending, l.dropped = nil, 0
	return out
}

// putBack returns lines that could not be reported.
func (l *lines) putBack(all []LogLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = append(all, l.pending...)
	if over := len(l.pending) - pendingLines; over > 0 {
		l.pending = l.pending[over:]
		l.dropped += over
	}
}

func (l *lines) add(line LogLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) >= pendingLines {
		l.dropped++
		return
	}
	l.pending = append(l.pending, line)
}

// handler writes to both logs.
type handler struct {
	slog.Handler
	lines  *lines
	now    func() time.Time
	attrs  map[string]string
	prefix string
}

func newHandler(process slog.Handler, l *lines, now func() time.Time) *handler {
	return &handler{Handler: process, lines: l, now: now}
}

// Enabled reports that a line is wanted: a pipeline's page shows what is worth knowing even where the process's own log is terser.
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo || h.Handler.Enabled(ctx, level)
}

// Handle takes a line.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelInfo {
		attrs := maps.Clone(h.attrs)
		r.Attrs(func(a slog.Attr) bool {
			attrs = h.with(attrs, a)
			return true
		})
		h.lines.add(LogLine{At: h.now(), Level: r.Level.String(), Message: cut(r.Message), Attrs: attrs})
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h *handler) with(attrs map[string]string, a slog.Attr) map[string]string {
	if attrs == nil {
		attrs = map[string]string{}
	}
	if a.Value.Kind() == slog.KindGroup {
		inner := handler{prefix: h.prefix + a.Key + "."}
		for _, one := range a.Value.Group() {
			attrs = inner.with(attrs, one)
		}
		return attrs
	}
	attrs[h.prefix+a.Key] = cut(a.Value.Resolve().String())
	return attrs
}

// WithAttrs returns a handler whose lines have the attributes.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := *h
	out.Handler, out.attrs = h.Handler.WithAttrs(attrs), maps.Clone(h.attrs)
	for _, a := range attrs {
		out.attrs = h.with(out.attrs, a)
	}
	return &out
}

// WithGroup returns a handler that names attributes under the group.
func (h *handler) WithGroup(name string) slog.Handler {
	out := *h
	out.Handler, out.prefix = h.Handler.WithGroup(name), h.prefix+name+"."
	return &out
}

// cut bounds a text. It may cut a letter in two, which JSON writes as a mark of replacement.
func cut(s string) string {
	if len(s) > maxText {
		return s[:maxText] + "…"
	}
	return s
}
