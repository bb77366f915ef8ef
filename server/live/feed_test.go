package live

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func text(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// reader follows a feed as a client does.
type reader struct {
	seq   uint64
	known bool
	items map[string]json.RawMessage
	lines []json.RawMessage
	lost  uint64
}

func (r *reader) read(f Feed, see func(string) bool) Changes {
	c := f.Since(r.seq, r.known, see)
	if c.Whole {
		r.items, r.lines = map[string]json.RawMessage{}, nil
	}
	maps.Copy(r.items, c.Set)
	for _, k := range c.Removed {
		delete(r.items, k)
	}
	r.lines = append(r.lines, c.Lines...)
	r.lost += c.Missed
	r.seq, r.known = c.Seq, true
	return c
}

// TestStateFollows checks that readers of every pace, and of every part of the feed, have what the feed has whenever they read.
func TestStateFollows(t *testing.T) {
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s := NewState()
		truth := map[string]json.RawMessage{}
		even := func(k string) bool { return (k[len(k)-1]-'0')%2 == 0 }
		readers := []struct {
			reader
			see   func(string) bool
			every int
		}{{every: 1}, {every: 70, see: even}, {every: 300}, {every: 9000, see: even}, {every: 13000}}
		for i := range 20_000 {
			key := fmt.Sprint(rng.IntN(6000))
			if rng.IntN(3) > 0 {
				data := text(rng.IntN(5))
				s.Set(key, data)
				truth[key] = data
			} else {
				s.Remove(key)
				delete(truth, key)
			}
			for j := range readers {
				r := &readers[j]
				if i%r.every != r.every-1 || r.every == 1 && i > 500 {
					continue
				}
				r.read(s, r.see)
				want := maps.Clone(truth)
				maps.DeleteFunc(want, func(k string, _ json.RawMessage) bool { return r.see != nil && !r.see(k) })
				require.True(t, maps.EqualFunc(want, r.items, func(a, b json.RawMessage) bool { return string(a) == string(b) }),
					"seed %d, change %d, reader %d", seed, i, j)
			}
		}
		require.LessOrEqual(t, len(s.gone), keptGone)
	}
}

func TestStateSameTextIsNoChange(t *testing.T) {
	s := NewState()
	s.Set("a", text(1))
	changed := s.Changed()
	s.Set("a", text(1))
	s.Remove("b")
	select {
	case <-changed:
		t.Fatal("nothing has changed")
	default:
	}
	require.True(t, s.Since(1, true, nil).Empty())
	s.Set("b", text(2))
	s.Keep(map[string]bool{"b": true})
	require.Equal(t, Changes{Seq: 3, Set: map[string]json.RawMessage{"b": text(2)}, Removed: []string{"a"}}, s.Since(1, true, nil))
	// A number from another feed, or from a future that was lost, starts anew.
	require.True(t, s.Since(99, true, nil).Whole)
}

func TestLogFollows(t *testing.T) {
	for _, every := range []int{1, 3, 10, 11, 25, 64} {
		l := NewLog(10)
		var r reader
		written := 0
		for i := range 500 {
			l.Append(text(i))
			written++
			if i%every != every-1 {
				continue
			}
			r.read(l, nil)
			require.EqualValues(t, text(i), r.lines[len(r.lines)-1])
		}
		r.read(l, nil)
		// The first reading begins with what is kept.
		before := max(0, every-10)
		require.EqualValues(t, written, uint64(len(r.lines))+r.lost+uint64(before), "every %d", every)
		require.True(t, slices.IsSortedFunc(r.lines, func(a, b json.RawMessage) int {
			var x, y int
			_, _ = json.Unmarshal(a, &x), json.Unmarshal(b, &y)
			return x - y
		}))
		require.Less(t, len(l.lines), 20)
	}
}

// TestSeeMayWaitForWhoeverChangesTheFeed: whoever decides what one may see has locks of its own, under which it changes the feed.
func TestSeeMayWaitForWhoeverChangesTheFeed(t *testing.T) {
	s := NewState()
	s.Set("a", json.RawMessage(`1`))
	var owner sync.Mutex
	asked, held := make(chan struct{}), make(chan struct{})
	go func() {
		<-asked
		owner.Lock()
		defer owner.Unlock()
		close(held)
		s.Set("b", json.RawMessage(`2`))
	}()
	got := make(chan Changes)
	go func() {
		got <- s.Since(0, false, func(string) bool {
			close(asked)
			<-held
			owner.Lock()
			defer owner.Unlock()
			return true
		})
	}()
	select {
	case c := <-got:
		require.Len(t, c.Set, 1)
	case <-time.After(10 * time.Second):
		t.Fatal("the feed and its owner wait for each other")
	}
}
