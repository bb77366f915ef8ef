package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/server/auth"
)

// room is a topic whose visitors a test decides about.
type room struct {
	feed Feed
	mu   sync.Mutex
	shut bool
	see  func(string) bool
	open atomic.Int64
}

func (r *room) Open(_ context.Context, p auth.Principal, _ json.RawMessage) (View, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shut || p.Role == "" {
		return View{}, diag.Refuse(diag.ErrDenied, "test.denied", "Ask.", "you may not")
	}
	r.open.Add(1)
	return View{Feed: r.feed, See: r.see, Close: func() { r.open.Add(-1) }}, nil
}

type house struct {
	server  *Server
	url     string
	state   *State
	log     *Log
	room    *room
	version atomic.Uint64
	out     atomic.Bool
}

func start(t *testing.T) *house {
	t.Helper()
	h := &house{state: NewState(), log: NewLog(5)}
	h.room = &room{feed: h.state}
	h.server = New(Options{
		Topics:  map[string]Topic{"state": h.room, "log": &room{feed: h.log}},
		Version: h.version.Load, Beat: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := auth.Principal{User: "1", Role: auth.Role(r.Header.Get("Role"))}
		again := func(context.Context) (auth.Principal, error) {
			if h.out.Load() {
				return p, diag.Refuse(diag.ErrUnauthenticated, "test.out", "", "gone")
			}
			return p, nil
		}
		if err := h.server.Serve(w, r, p, again); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	}))
	t.Cleanup(func() { h.server.Close(); s.Close() })
	h.url = "ws" + strings.TrimPrefix(s.URL, "http")
	return h
}

type client struct {
	t *testing.T
	*websocket.Conn
}

func (h *house) dial(t *testing.T) client {
	t.Helper()
	c, _, err := websocket.DefaultDialer.Dial(h.url, http.Header{"Role": {"viewer"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return client{t, c}
}

func (c client) say(text string) {
	c.t.Helper()
	require.NoError(c.t, c.WriteMessage(websocket.TextMessage, []byte(text)))
}

func (c client) hear() message {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	var m message
	require.NoError(c.t, c.ReadJSON(&m))
	return m
}

func TestSnapshotThenDeltas(t *testing.T) {
	h := start(t)
	h.state.Set("a", text(1))
	c := h.dial(t)
	c.say(`{"op": "subscribe", "id": "1", "topic": "state"}`)
	first := c.hear()
	require.Equal(t, message{Op: "snapshot", ID: "1", Feed: h.state.ID(), Seq: 1, Set: map[string]json.RawMessage{"a": text(1)}}, first)

	// However often it changes, the client hears what it came to.
	for i := range 1000 {
		h.state.Set("a", text(i))
		h.state.Set("b", text(i))
	}
	h.state.Remove("b")
	heard := 0
	for last := ""; last != "999"; heard++ {
		m := c.hear()
		require.Equal(t, "delta", m.Op)
		if v, ok := m.Set["a"]; ok {
			last = string(v)
		}
	}
	require.Less(t, heard, 20)

	// A client that comes back goes on where it was.
	seq := h.state.Since(0, true, nil).Seq
	_ = c.Close()
	h.state.Set("c", text("new"))
	again := h.dial(t)
	again.say(`{"op": "subscribe", "id": "x", "topic": "state", "feed": "` + h.state.ID() + `", "since": ` + string(text(seq)) + `}`)
	m := again.hear()
	require.Equal(t, "delta", m.Op)
	require.Equal(t, map[string]json.RawMessage{"c": text("new")}, m.Set)
	again.say(`{"op": "unsubscribe", "id": "x"}`)
	require.Eventually(t, func() bool { return h.room.open.Load() == 0 }, 5*time.Second, 5*time.Millisecond, "what was opened is closed")
}

func TestLogTellsWhatWasMissed(t *testing.T) {
	h := start(t)
	c := h.dial(t)
	c.say(`{"op": "subscribe", "id": "1", "topic": "log"}`)
	require.Equal(t, "snapshot", c.hear().Op)
	h.log.Append(text(1))
	require.Equal(t, []json.RawMessage{text(1)}, c.hear().Lines)
	lines := make([]json.RawMessage, 100)
	for i := range lines {
		lines[i] = text(i)
	}
	h.log.Append(lines...)
	m := c.hear()
	require.Len(t, m.Lines, 5)
	require.EqualValues(t, 95, m.Missed)
}

func TestDecidedAgain(t *testing.T) {
	h := start(t)
	h.state.Set("a", text(1))
	h.state.Set("b", text(2))
	c := h.dial(t)
	c.say(`{"op": "subscribe", "id": "1", "topic": "state"}`)
	require.Len(t, c.hear().Set, 2)

	h.room.mu.Lock()
	h.room.see = func(k string) bool { return k == "a" }
	h.room.mu.Unlock()
	began := time.Now()
	h.version.Add(1)
	m := c.hear()
	require.Equal(t, "snapshot", m.Op)
	require.Len(t, m.Set, 1)

	h.room.mu.Lock()
	h.room.shut = true
	h.room.mu.Unlock()
	h.version.Add(1)
	m = c.hear()
	require.Equal(t, "ended", m.Op)
	require.EqualValues(t, "test.denied", m.Problem.Code)
	t.Logf("two decisions in force after %v", time.Since(began))

	h.out.Store(true)
	m = c.hear()
	require.Equal(t, "ended", m.Op)
	require.Equal(t, CodeSignedOut, m.Problem.Code)
	_, _, err := c.ReadMessage()
	require.Error(t, err)
	require.Eventually(t, func() bool { return h.server.Connections() == 0 && h.room.open.Load() == 0 }, 5*time.Second, 5*time.Millisecond)
}

func TestRefused(t *testing.T) {
	h := start(t)
	c := h.dial(t)
	for _, m := range []struct{ say, code string }{
		{`{"op": "subscribe", "id": "1", "topic": "nothing"}`, "live.topic"},
		{`{"op": "subscribe", "topic": "state"}`, "live.message"},
		{`{"op": "dance", "id": "1"}`, "live.message"},
		{`[]`, "live.message"}, {`{`, "live.message"}, {``, "live.message"},
		{`{"op": "unsubscribe", "id": "none"}` + "\n" + `{}`, "live.message"},
	} {
		c.say(m.say)
		got := c.hear()
		require.Equal(t, "ended", got.Op, m.say)
		require.EqualValues(t, m.code, got.Problem.Code, m.say)
	}
	for i := range maxSubscriptions + 1 {
		c.say(`{"op": "subscribe", "id": "` + string(text(i)) + `", "topic": "state"}`)
		if got := c.hear(); i == maxSubscriptions {
			require.Equal(t, CodeTooMany, got.Problem.Code)
		}
	}
	// More than a message may hold ends the connection.
	c.say(strings.Repeat(" ", maxMessage+1))
	_, _, err := c.ReadMessage()
	require.Error(t, err)
}

func TestOrigin(t *testing.T) {
	h := start(t)
	host := strings.TrimPrefix(h.url, "ws://")
	for origin, ok := range map[string]bool{
		"": true, "http://" + host: true, "https://" + strings.ToUpper(host): true,
		"http://evil.example": false, "null": false, "http://" + host + ".evil.example": false, "http://127.0.0.1": false, "file://": false, "%": false,
	} {
		header := http.Header{"Role": {"viewer"}}
		if origin != "" {
			header.Set("Origin", origin)
		}
		c, _, err := websocket.DefaultDialer.Dial(h.url, header)
		require.Equal(t, ok, err == nil, origin)
		if err == nil {
			_ = c.Close()
		}
	}
}

func TestTooManyConnections(t *testing.T) {
	h := start(t)
	for range maxConnections {
		h.dial(t)
	}
	_, _, err := websocket.DefaultDialer.Dial(h.url, http.Header{"Role": {"viewer"}})
	require.Error(t, err)
}

// TestSlowClient checks that a client which does not listen costs a bounded amount, and that the others hear on.
func TestSlowClient(t *testing.T) {
	h := start(t)
	slow, quick := h.dial(t), h.dial(t)
	for _, c := range []client{slow, quick} {
		c.say(`{"op": "subscribe", "id": "1", "topic": "state"}`)
		c.hear()
	}
	big := text(strings.Repeat("x", 1<<16))
	for i := range 200 {
		h.state.Set("k", append(append(json.RawMessage(`[`+string(text(i))+`,`), big...), ']'))
	}
	for {
		if m := quick.hear(); strings.HasPrefix(string(m.Set["k"]), "[199,") {
			break
		}
	}
	for {
		if m := slow.hear(); strings.HasPrefix(string(m.Set["k"]), "[199,") {
			break
		}
	}
}
