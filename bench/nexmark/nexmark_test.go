package nexmark

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStream(t *testing.T) {
	const n = 50_000
	s, again := NewStream(1, time.Millisecond), NewStream(1, time.Millisecond)
	counts := map[Kind]int{}
	latest, hot := int64(0), 0
	var people, sales int64
	for range n {
		e := s.Next()
		require.Equal(t, e, again.Next())
		counts[e.Kind]++
		require.Greater(t, e.Time, latest-Disorder.Milliseconds())
		latest = max(latest, e.Time)
		switch e.Kind {
		case Person:
			people++
			require.Equal(t, people-1+firstPerson, e.ID)
		case Auction:
			sales++
			require.Equal(t, sales-1+firstAuction, e.ID)
			require.Greater(t, e.Expires, e.Time)
			require.Greater(t, e.Reserve, e.InitialBid)
			require.LessOrEqual(t, e.Seller, people+firstPerson+lead)
		case Bid:
			require.Less(t, e.Auction, sales+firstAuction, "a bid is on an auction that is there")
			if e.Auction%hotEvery == 0 {
				hot++
			}
		}
		line := AppendJSON(nil, &e)
		var row map[string]any
		require.NoError(t, json.Unmarshal(line, &row), "%s", line)
		require.Len(t, row, 5)
		require.Nil(t, row[[]string{"auction", "bid", "person"}[e.Kind]])
	}
	require.Equal(t, map[Kind]int{Person: n / 50, Auction: 3 * n / 50, Bid: 46 * n / 50}, counts)
	require.InDelta(t, 0.5, float64(hot)/float64(counts[Bid]), 0.05)
}
