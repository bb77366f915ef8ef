package grants_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
)

// pipelines are those of a control that stops what it is told to.
type pipelines struct {
	mu      sync.Mutex
	living  []grants.Living
	stopped map[string]string
	fails   error
	tried   int
}

func (p *pipelines) Living(context.Context) ([]grants.Living, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []grants.Living
	for _, l := range p.living {
		if p.stopped[l.ID] == "" {
			out = append(out, l)
		}
	}
	return out, nil
}

func (p *pipelines) Stop(_ context.Context, id, reason string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tried++
	if p.fails != nil {
		return p.fails
	}
	p.stopped[id] = reason
	return nil
}

func (p *pipelines) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fails = err
}

func (p *pipelines) reason(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopped[id]
}

func need(a grants.Action, table string) grants.Need {
	at, _ := officeTables{}.Locate(table)
	return grants.Need{Action: a, Object: at.Object, Name: at.Name}
}

// TestWatch takes grants away in every way, and looks at which pipelines stop, how soon and why.
func TestWatch(t *testing.T) {
	shop := grants.Team("shop", "Shop")
	for name, c := range map[string]struct {
		given []grants.Policy
		// take takes the grant away, on another server.
		take func(t *testing.T, other *grants.Service)
		want string
	}{
		"revoked": {[]grants.Policy{allow("1", "team:shop", grants.Read, "table:plays")},
			func(t *testing.T, other *grants.Service) {
				require.NoError(t, other.Revoke(t.Context(), ann(), "1", grants.Options{Note: "the contract has ended"}))
			}, `the team Shop may not read ads.music.plays any more: Ann took the grant of read on the table ads.music.plays back ("the contract has ended")`},
		"revoked, of the database": {[]grants.Policy{allow("1", "team:shop", grants.Manage, "db:ads.music")},
			func(t *testing.T, other *grants.Service) {
				require.NoError(t, other.Revoke(t.Context(), root(), "1", grants.Options{}))
			}, `the team Shop may not read ads.music.plays any more: Root took the grant of manage on the database ads.music back`},
		"denied": {[]grants.Policy{allow("1", "team:shop", grants.Read, "table:plays")},
			func(t *testing.T, other *grants.Service) {
				_, err := other.Grant(t.Context(), root(), deny("", "team:shop", grants.Discover, "catalog:ads"), grants.Options{})
				require.NoError(t, err)
			}, `the team Shop may not read ads.music.plays any more: Root denied discover on the catalog ads`},
		"expired": {[]grants.Policy{until(allow("1", "team:shop", grants.Read, "table:plays"), 100*time.Millisecond)},
			func(*testing.T, *grants.Service) {},
			`the team Shop may not read ads.music.plays any more: the grant of read on the table ads.music.plays ended at 2026-11-21 12:00:00 UTC`},
		"one of two": {[]grants.Policy{allow("1", "team:shop", grants.Read, "table:plays"), allow("2", "team:shop", grants.Read, "db:ads.music")},
			func(t *testing.T, other *grants.Service) {
				require.NoError(t, other.Revoke(t.Context(), ann(), "1", grants.Options{}))
			}, ""},
		"another's": {[]grants.Policy{allow("1", "team:shop", grants.Read, "table:plays"), allow("2", "user:bob", grants.Read, "table:plays")},
			func(t *testing.T, other *grants.Service) {
				require.NoError(t, other.Revoke(t.Context(), ann(), "2", grants.Options{}))
			}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				began := time.Now()
				// The store's clock goes on with the virtual one.
				clock := func() time.Time { return start.Add(time.Since(began)) }
				m.put(append(c.given, allow("own", "team:charts", grants.Manage, "table:plays"))...)
				ctx, stop := context.WithCancel(t.Context())
				var servers [2]*grants.Service
				for i := range servers {
					var err error
					servers[i], err = grants.New(ctx, grants.Deps{Store: ticking{m, clock}, Tables: officeTables{}, People: officePeople{}, Now: time.Now})
					require.NoError(t, err)
					go func() { _ = servers[i].Run(ctx) }()
				}
				p := &pipelines{stopped: map[string]string{}, living: []grants.Living{
					{ID: "p", Name: "charts", Principal: shop, Needs: []grants.Need{need(grants.Read, "plays")}},
					{ID: "q", Name: "other", Principal: grants.Team("charts", "Charts"), Needs: []grants.Need{need(grants.Write, "plays")}},
				}}
				w := grants.NewWatch(servers[0], p, nil)
				go func() { _ = w.Run(ctx) }()
				synctest.Wait()
				require.Empty(t, p.reason("p"))

				c.take(t, servers[1])
				time.Sleep(time.Second) //nolint:forbidigo // virtual time
				synctest.Wait()
				require.Equal(t, c.want, p.reason("p"))
				if name != "denied" {
					require.Empty(t, p.reason("q"))
				}
				stop()
				synctest.Wait()
			})
		})
	}
}

// ticking is a store whose clock goes.
type ticking struct {
	*memory
	clock func() time.Time
}

func (s ticking) Version(ctx context.Context) (int64, time.Time, error) {
	s.mu.Lock()
	s.memory.now = s.clock()
	s.mu.Unlock()
	return s.memory.Version(ctx)
}

// TestWatchGoesOn stops what lost its grant while no server ran, tries again what failed, and looks again when a pipeline was deployed.
func TestWatchGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.put(allow("1", "team:shop", grants.Read, "table:plays"))
		m.revoke("1")
		s := open(t, m)
		p := &pipelines{stopped: map[string]string{}, fails: errors.New("no worker answers"), living: []grants.Living{
			{ID: "p", Name: "charts", Principal: grants.Team("shop", "Shop"), Needs: []grants.Need{need(grants.Read, "plays"), need(grants.Write, "likes")}}}}
		w := grants.NewWatch(s, p, nil)
		ctx, stop := context.WithCancel(t.Context())
		go func() { _ = w.Run(ctx) }()
		synctest.Wait()
		require.Equal(t, 1, p.tried)
		require.Empty(t, p.reason("p"))
		p.fail(nil)
		time.Sleep(5 * time.Second) //nolint:forbidigo // virtual time
		synctest.Wait()
		require.Equal(t, "the team Shop may not read ads.music.plays any more: Root took the grant of read on the table ads.music.plays back; "+
			"the team Shop may not write ads.music.likes any more", p.reason("p"))

		p.mu.Lock()
		p.living = append(p.living, grants.Living{ID: "late", Principal: grants.Team("shop", ""), Needs: []grants.Need{need(grants.Read, "likes")}})
		p.mu.Unlock()
		w.Deployed()
		synctest.Wait()
		require.Equal(t, "team:shop may not read ads.music.likes any more", p.reason("late"))
		stop()
		synctest.Wait()
	})
}
