package auth

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeStore is a version and what the store says of every key.
type fakeStore struct {
	version      int64
	asked, loads int
	err          error
	left         time.Duration
}

func (f *fakeStore) ask(context.Context) (int64, error) {
	f.asked++
	return f.version, f.err
}

func (f *fakeStore) load(context.Context) (Ticket, error) {
	f.loads++
	return Ticket{Principal: Principal{Name: fmt.Sprint(f.version)}, Left: f.left}, nil
}

func TestCacheIsFresh(t *testing.T) {
	f := &fakeStore{version: 1, left: time.Hour}
	now := time.Unix(1, 0)
	c := newCache(f.ask)
	c.now = func() time.Time { return now }
	get := func() string {
		p, err := c.get(t.Context(), "k", f.load)
		require.NoError(t, err)
		return p.Name
	}
	require.Equal(t, "1", get())
	require.Equal(t, "1", get())
	require.Equal(t, 1, f.asked)
	require.Equal(t, 1, f.loads)

	// Another server changes something: it is noticed within freshFor, which is less than a second.
	f.version = 2
	require.Less(t, freshFor, time.Second)
	now = now.Add(freshFor - 1)
	require.Equal(t, "1", get())
	now = now.Add(1)
	require.Equal(t, "2", get())

	// This server changes something: at once.
	f.version = 3
	c.expire()
	require.Equal(t, "3", get())

	// A ticket is not kept beyond what is left of it, nor beyond keepFor, without being read again.
	f.left = 100 * time.Millisecond
	now = now.Add(keepFor)
	loads := f.loads
	get()
	require.Equal(t, loads+1, f.loads)
	now = now.Add(99 * time.Millisecond)
	get()
	require.Equal(t, loads+1, f.loads)
	now = now.Add(time.Millisecond)
	get()
	require.Equal(t, loads+2, f.loads)

	// A store that does not answer lets nobody in.
	f.err = errors.New("lost")
	now = now.Add(freshFor)
	_, err := c.get(t.Context(), "k", f.load)
	require.ErrorIs(t, err, f.err)
}

// What was read before a change must not be kept after it.
func TestCacheForgetsWhatWasUnderWay(t *testing.T) {
	f := &fakeStore{version: 1, left: time.Hour}
	c := newCache(f.ask)
	_, err := c.get(t.Context(), "k", func(ctx context.Context) (Ticket, error) {
		old, err := f.load(ctx)
		// While the answer is on its way another request finds the next version.
		f.version = 2
		c.expire()
		_, other := c.get(ctx, "other", f.load)
		return old, errors.Join(err, other)
	})
	require.NoError(t, err)
	p, err := c.get(t.Context(), "k", f.load)
	require.NoError(t, err)
	require.Equal(t, "2", p.Name)
}

func TestCacheIsBounded(t *testing.T) {
	f := &fakeStore{left: time.Hour}
	c := newCache(f.ask)
	for i := range maxTickets + 10 {
		_, err := c.get(t.Context(), fmt.Sprint(i), f.load)
		require.NoError(t, err)
	}
	require.LessOrEqual(t, len(c.tickets), maxTickets)
}
