package live

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"millrace/models/diag"
	"millrace/server/auth"
)

// conn is one WebSocket. One goroutine reads it, one writes it, and each subscription has one that waits for its feed.
//
// Lock order: conn.mu is held for no call out of the package but Feed.Since.
type conn struct {
	server *Server
	socket *websocket.Conn
	again  Again

	mu        sync.Mutex
	principal auth.Principal
	subs      map[string]*subscription
	// answers are the ends and refusals that still have to be sent, at most one a message read.
	answers []message
	// wake tells the writer that there may be something.
	wake chan struct{}
	end  context.CancelFunc
	gone bool
}

// subscription is one feed that the client follows.
type subscription struct {
	id     string
	topic  string
	params json.RawMessage
	view   View
	seq    uint64
	known  bool
	// told is when something was sent last; dirty says that there may be more.
	told  time.Time
	dirty bool
	done  bool
	stop  context.CancelFunc
}

func (c *conn) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	if c.end != nil {
		c.end()
	}
}

func (c *conn) serve(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	c.mu.Lock()
	c.end = cancel
	if c.gone {
		cancel()
	}
	c.mu.Unlock()

	var wg sync.WaitGroup
	wg.Go(func() {
		defer cancel()
		c.write(ctx)
		// The reader is waiting for the client, which may never say another word.
		_ = c.socket.Close()
	})
	c.read(ctx)
	cancel()
	wg.Wait()
	c.mu.Lock()
	subs := c.subs
	c.subs = map[string]*subscription{}
	c.mu.Unlock()
	for _, s := range subs {
		s.close()
	}
}

func (s *subscription) close() {
	s.stop()
	if s.view.Close != nil {
		s.view.Close()
	}
}

// read takes messages until the connection ends. It takes the next one only when the last is done with, so a client cannot make the server
// remember more than one.
func (c *conn) read(ctx context.Context) {
	c.socket.SetReadLimit(maxMessage)
	alive := func(string) error { return c.socket.SetReadDeadline(time.Now().Add(silence)) }
	_ = alive("")
	c.socket.SetPongHandler(alive)
	for ctx.Err() == nil {
		kind, text, err := c.socket.ReadMessage()
		if err != nil {
			return
		}
		_ = alive("")
		var r request
		if kind != websocket.TextMessage || json.Unmarshal(text, &r) != nil {
			c.answer(message{Op: "ended", Problem: &problem{Code: CodeMessage, Detail: "the message is no JSON object in a text frame"}})
			continue
		}
		if err := c.take(ctx, r); err != nil {
			c.answer(message{Op: "ended", ID: r.ID, Problem: c.server.problemOf(err)})
		}
	}
}

func (c *conn) take(ctx context.Context, r request) error {
	switch {
	case r.ID == "" || len(r.ID) > 64:
		return diag.Refuse(diag.ErrInvalid, CodeMessage, "Give it an id of 1 to 64 bytes.", "the message has no id")
	case r.Op == "unsubscribe":
		c.drop(r.ID)
		return nil
	case r.Op != "subscribe":
		return diag.Refuse(diag.ErrInvalid, CodeMessage, "Use subscribe or unsubscribe.", "there is no such op")
	}
	c.mu.Lock()
	_, taken := c.subs[r.ID]
	full, p := len(c.subs) >= maxSubscriptions, c.principal
	c.mu.Unlock()
	switch {
	case taken:
		return diag.Refuse(diag.ErrConflict, CodeMessage, "Use another id.", "the id is in use; its subscription has ended")
	case full:
		return diag.Refuse(diag.ErrLimit, CodeTooMany, "Unsubscribe from another topic first.", "there are %d subscriptions already", maxSubscriptions)
	}
	topic, ok := c.server.options.Topics[r.Topic]
	if !ok {
		return diag.Refuse(diag.ErrNotFound, CodeTopic, "", "there is no such topic")
	}
	subCtx, stop := context.WithCancel(ctx)
	view, err := topic.Open(subCtx, p, r.Params)
	if err != nil {
		stop()
		return err
	}
	s := &subscription{id: r.ID, topic: r.Topic, params: r.Params, view: view, stop: stop, dirty: true}
	if r.Feed == view.Feed.ID() {
		s.seq, s.known = r.Since, true
	}
	c.mu.Lock()
	c.subs[r.ID] = s
	c.mu.Unlock()
	go c.watch(subCtx, s)
	c.nudge()
	return nil
}

// watch marks a subscription when its feed has changed.
func (c *conn) watch(ctx context.Context, s *subscription) {
	for {
		c.mu.Lock()
		feed, done := s.view.Feed, s.view.Done
		c.mu.Unlock()
		changed := feed.Changed()
		// The change may have come before the channel was asked for, so the writer looks once more.
		c.mark(s, false)
		select {
		case <-ctx.Done():
			return
		case <-done:
			c.mark(s, true)
			return
		case <-changed:
		}
		// However often the feed changes, the writer is told no more than a few times a second.
		pause := time.NewTimer(c.server.options.Beat / 10)
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

func (c *conn) mark(s *subscription, done bool) {
	c.mu.Lock()
	s.dirty = true
	s.done = s.done || done
	c.mu.Unlock()
	c.nudge()
}

func (c *conn) nudge() {
	select {
	case c.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// answer sends a message that no feed has. A client that makes the server say more than it listens to is sent away.
func (c *conn) answer(m message) {
	c.mu.Lock()
	c.answers = append(c.answers, m)
	deaf := len(c.answers) > maxSubscriptions && c.end != nil
	if deaf {
		c.end()
	}
	c.mu.Unlock()
	c.nudge()
}

func (c *conn) drop(id string) {
	c.mu.Lock()
	s := c.subs[id]
	delete(c.subs, id)
	c.mu.Unlock()
	if s != nil {
		s.close()
	}
}

// write sends what there is to send until ctx ends or the client is gone.
func (c *conn) write(ctx context.Context) {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	check := time.NewTicker(recheck)
	defer check.Stop()
	due := time.NewTimer(time.Hour)
	defer due.Stop()
	version := c.server.options.Version()
	for {
		next, err := c.flush()
		if err != nil {
			return
		}
		due.Reset(next)
		select {
		case <-ctx.Done():
			_ = c.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Now().Add(time.Second))
			return
		case <-ping.C:
			if c.socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) != nil {
				return
			}
		case <-check.C:
			// The session's end changes no policy, so it is asked for at every beat; the rest when something has changed.
			now := c.server.options.Version()
			if !c.decideAgain(ctx, now != version) {
				return
			}
			version = now
		case <-c.wake:
		case <-due.C:
		}
	}
}

// flush sends the answers, and the changes of every subscription that is due. It returns when the next one will be.
func (c *conn) flush() (time.Duration, error) {
	beat := c.server.options.Beat
	next := time.Hour
	now := time.Now()
	c.mu.Lock()
	out := c.answers
	c.answers = nil
	var over []*subscription
	for _, s := range c.subs {
		if !s.dirty {
			continue
		}
		if wait := s.told.Add(beat).Sub(now); wait > 0 && !s.done {
			next = min(next, wait)
			continue
		}
		s.dirty = false
		if m, ok := s.changes(); ok {
			s.told = now
			out = append(out, m)
		}
		if s.done {
			over = append(over, s)
			delete(c.subs, s.id)
			m := message{Op: "ended", ID: s.id}
			if s.view.End != nil {
				if err := s.view.End(); err != nil {
					m.Problem = c.server.problemOf(err)
				}
			}
			out = append(out, m)
		}
	}
	c.mu.Unlock()
	for _, s := range over {
		s.close()
	}
	for i := range out {
		if err := c.send(out[i]); err != nil {
			return 0, err
		}
	}
	return next, nil
}

// changes is the message that brings the client up to date; the caller holds the connection's mutex.
func (s *subscription) changes() (message, bool) {
	first := !s.known
	ch := s.view.Feed.Since(s.seq, s.known, s.view.See)
	s.seq, s.known = ch.Seq, true
	if ch.Empty() && !first {
		return message{}, false
	}
	m := message{Op: "delta", ID: s.id, Seq: ch.Seq, Set: ch.Set, Removed: ch.Removed, Lines: ch.Lines, Missed: ch.Missed}
	if ch.Whole {
		m.Op, m.Feed = "snapshot", s.view.Feed.ID()
	}
	return m, true
}

func (c *conn) send(m message) error {
	_ = c.socket.SetWriteDeadline(time.Now().Add(writeTimeout))
	return c.socket.WriteJSON(m)
}

// decideAgain ends what the principal may no longer have. It returns false when nobody is there any more.
func (c *conn) decideAgain(ctx context.Context, changed bool) bool {
	c.mu.Lock()
	p := c.principal
	c.mu.Unlock()
	now, err := c.again(ctx)
	if errors.Is(err, diag.ErrUnauthenticated) || err == nil && now.Nobody() {
		_ = c.send(message{Op: "ended", Problem: &problem{Code: CodeSignedOut, Detail: "the session has ended", Fix: "Sign in again."}})
		return false
	}
	if err != nil {
		// Nobody can say. What was decided holds until somebody can, as it does for requests that are running.
		return true
	}
	c.mu.Lock()
	c.principal = now
	subs := make([]*subscription, 0, len(c.subs))
	for _, s := range c.subs {
		subs = append(subs, s)
	}
	c.mu.Unlock()
	if !changed && reflect.DeepEqual(p, now) {
		return true
	}
	for _, s := range subs {
		c.reopen(ctx, s, now)
	}
	return true
}

// reopen decides about one subscription as if it were new.
func (c *conn) reopen(ctx context.Context, s *subscription, p auth.Principal) {
	topic := c.server.options.Topics[s.topic]
	fail := func(err error) {
		c.drop(s.id)
		c.answer(message{Op: "ended", ID: s.id, Problem: c.server.problemOf(err)})
	}
	if standing, ok := topic.(Standing); ok {
		if err := standing.Allowed(ctx, p, s.params); err != nil {
			fail(err)
		}
		return
	}
	subCtx, stop := context.WithCancel(ctx)
	view, err := topic.Open(subCtx, p, s.params)
	if err != nil {
		stop()
		fail(err)
		return
	}
	c.mu.Lock()
	if _, there := c.subs[s.id]; !there {
		c.mu.Unlock()
		stop()
		if view.Close != nil {
			view.Close()
		}
		return
	}
	old := *s
	// What may be seen can have become more or less: the client starts anew, and at once, for what it may no longer see is still shown.
	s.view, s.stop, s.known, s.seq, s.dirty, s.told = view, stop, false, 0, true, time.Time{}
	c.mu.Unlock()
	old.close()
	go c.watch(subCtx, s)
	c.nudge()
}
