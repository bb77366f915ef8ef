package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/server/auth"
)

// errand is a topic that runs something for each subscriber, as a preview does: a line at a time until it is told to end, or has said three.
type errand struct {
	opened, running atomic.Int64
	denied          atomic.Bool
	finished        atomic.Int64
}

var _ Standing = (*errand)(nil)

func (e *errand) Open(ctx context.Context, _ auth.Principal, params json.RawMessage) (View, error) {
	short := string(params) == `"short"`
	feed, done := NewLog(100), make(chan struct{})
	e.opened.Add(1)
	e.running.Add(1)
	var failed error
	go func() {
		defer close(done)
		defer e.running.Add(-1)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			feed.Append(text(n))
			if short && n == 2 {
				failed = diag.Refuse(diag.ErrLimit, "test.enough", "", "that is all")
				e.finished.Add(1)
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return View{Feed: feed, Done: done, End: func() error { return failed }}, nil
}

func (e *errand) Allowed(context.Context, auth.Principal, json.RawMessage) error {
	if e.denied.Load() {
		return diag.Refuse(diag.ErrDenied, "test.denied", "Ask.", "no longer")
	}
	return nil
}

// TestWhatRunsForASubscriber holds that nothing runs on for nobody: what a subscription has begun ends with it, however that ends.
func TestWhatRunsForASubscriber(t *testing.T) {
	topic := &errand{}
	var version atomic.Uint64
	server := New(Options{Topics: map[string]Topic{"errand": topic}, Version: version.Load, Beat: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	p := auth.Principal{User: "1", Role: auth.Viewer}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := server.Serve(w, r, p, func(context.Context) (auth.Principal, error) { return p, nil }); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	}))
	t.Cleanup(func() { server.Close(); s.Close() })
	h := &house{url: "ws" + strings.TrimPrefix(s.URL, "http")}
	over := func(what string) {
		t.Helper()
		require.Eventually(t, func() bool { return topic.running.Load() == 0 }, 10*time.Second, 2*time.Millisecond, what)
	}
	hears := func(c client) {
		t.Helper()
		for lines := 0; lines < 3; {
			m := c.hear()
			require.Contains(t, []string{"snapshot", "delta"}, m.Op)
			lines += len(m.Lines)
		}
	}

	c := h.dial(t)
	c.say(`{"op": "subscribe", "id": "1", "topic": "errand"}`)
	hears(c)
	c.say(`{"op": "unsubscribe", "id": "1"}`)
	over("it was unsubscribed from")

	// A change of what one may have does not begin it anew, and ends it where it takes it away.
	c.say(`{"op": "subscribe", "id": "2", "topic": "errand"}`)
	hears(c)
	version.Add(1)
	hears(c)
	require.EqualValues(t, 2, topic.opened.Load())
	topic.denied.Store(true)
	version.Add(1)
	for {
		if m := c.hear(); m.Op == "ended" {
			require.Equal(t, "2", m.ID)
			require.EqualValues(t, "test.denied", m.Problem.Code)
			break
		}
	}
	over("it was taken away")
	topic.denied.Store(false)

	// What comes to its own end says everything before it says why.
	c.say(`{"op": "subscribe", "id": "3", "topic": "errand", "params": "short"}`)
	lines := 0
	for {
		m := c.hear()
		if lines += len(m.Lines); m.Op == "ended" {
			require.EqualValues(t, "test.enough", m.Problem.Code)
			break
		}
	}
	require.Equal(t, 3, lines)
	require.EqualValues(t, 1, topic.finished.Load())

	c.say(`{"op": "subscribe", "id": "4", "topic": "errand"}`)
	hears(c)
	require.NoError(t, c.Close())
	over("the client went away")
}
