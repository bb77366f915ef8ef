package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"millrace/models/diag"
	"millrace/server/auth"
)

// Bounds of a connection.
const (
	maxMessage = 64 << 10
	// maxSubscriptions and maxConnections bound what one connection and one principal may hold.
	maxSubscriptions = 64
	maxConnections   = 32
	writeTimeout     = 10 * time.Second
	// A client answers pings; one that has been silent for silence is gone.
	pingEvery = 20 * time.Second
	silence   = 60 * time.Second
	// Deltas are sent once in every beat, decisions are taken again within recheck.
	defaultBeat = 250 * time.Millisecond
	recheck     = 500 * time.Millisecond
)

// Options say what to serve.
type Options struct {
	Topics map[string]Topic
	// Version changes whenever anything that decides about principals does.
	Version func() uint64
	// Beat is the least time between two deltas of a subscription; 0 is a quarter of a second. Feeds that change all the time have a beat of
	// their own: a pipeline's numbers change once a second.
	Beat time.Duration
	Log  *slog.Logger
}

// Server answers WebSocket requests.
type Server struct {
	options  Options
	upgrader websocket.Upgrader

	mu    sync.Mutex
	count map[string]int
	conns map[*conn]bool
	ended bool
	wg    sync.WaitGroup
}

// New returns a server.
func New(o Options) *Server {
	if o.Beat <= 0 {
		o.Beat = defaultBeat
	}
	return &Server{
		options: o, count: map[string]int{}, conns: map[*conn]bool{},
		upgrader: websocket.Upgrader{HandshakeTimeout: 10 * time.Second, CheckOrigin: SameOrigin, EnableCompression: true,
			Error: func(http.ResponseWriter, *http.Request, int, error) {}},
	}
}

// SameOrigin reports whether a request comes from a page of this host, or from no page at all. Browsers let any page open a WebSocket, with
// the user's cookies, and say only in this header which page it is.
func SameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// Again returns a connection's principal as it is now, diag.ErrUnauthenticated when its session or token no longer holds.
type Again func(ctx context.Context) (auth.Principal, error)

// Serve makes a WebSocket of a request of the principal's and serves it until it ends. An error is one that the caller answers: nothing was
// written then.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, p auth.Principal, again Again) error {
	if !SameOrigin(r) {
		return diag.Refuse(diag.ErrDenied, CodeOrigin, "", "a page of another site may not open this")
	}
	if !websocket.IsWebSocketUpgrade(r) {
		return diag.Refuse(diag.ErrInvalid, CodeMessage, "Open it as a WebSocket.", "this is a WebSocket")
	}
	c := &conn{server: s, principal: p, again: again, subs: map[string]*subscription{}, wake: make(chan struct{}, 1)}
	if err := s.admit(c); err != nil {
		return err
	}
	defer s.dismiss(c)
	socket, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return diag.RefuseFor(diag.ErrInvalid, err, CodeMessage, "", "the WebSocket could not be opened")
	}
	c.socket = socket
	// The request's context ends with its handler, which returns only when the connection has ended.
	c.serve(context.WithoutCancel(r.Context()))
	return nil
}

func (s *Server) admit(c *conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return diag.Refuse(diag.ErrUnavailable, CodeEnded, "Connect again in a moment.", "the server is stopping")
	}
	if s.count[c.principal.User] >= maxConnections {
		return diag.Refuse(diag.ErrLimit, CodeTooMany, "Close another page.", "you have %d connections open already", maxConnections)
	}
	s.count[c.principal.User]++
	s.conns[c] = true
	s.wg.Add(1)
	return nil
}

func (s *Server) dismiss(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if s.count[c.principal.User]--; s.count[c.principal.User] == 0 {
		delete(s.count, c.principal.User)
	}
	s.wg.Done()
}

// Close ends all connections and returns when they have.
func (s *Server) Close() {
	s.mu.Lock()
	s.ended = true
	for c := range s.conns {
		c.stop()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// Connections returns how many there are.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// request is a message of a client's.
type request struct {
	Op     string          `json:"op"`
	ID     string          `json:"id"`
	Topic  string          `json:"topic"`
	Params json.RawMessage `json:"params"`
	Feed   string          `json:"feed"`
	Since  uint64          `json:"since"`
}

// message is one of the server's.
type message struct {
	Op      string                     `json:"op"`
	ID      string                     `json:"id,omitempty"`
	Feed    string                     `json:"feed,omitempty"`
	Seq     uint64                     `json:"seq,omitempty"`
	Set     map[string]json.RawMessage `json:"set,omitempty"`
	Removed []string                   `json:"removed,omitempty"`
	Lines   []json.RawMessage          `json:"lines,omitempty"`
	Missed  uint64                     `json:"missed,omitempty"`
	Problem *problem                   `json:"problem,omitempty"`
}

type problem struct {
	Code   diag.Code `json:"code"`
	Detail string    `json:"detail"`
	Fix    string    `json:"fix,omitempty"`
}

// problemOf tells a client what is wrong. What has no diagnostic is the server's own fault, which only its log explains.
func (s *Server) problemOf(err error) *problem {
	var d diag.Diagnostic
	if errors.As(err, &d) {
		return &problem{Code: d.Code, Detail: d.Message, Fix: d.Fix}
	}
	s.options.Log.Error("serving a subscription", "err", err)
	return &problem{Code: "live.internal", Detail: "the server failed to answer; its log says why"}
}
