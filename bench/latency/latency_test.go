package latency

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLanes(t *testing.T) {
	l := &lanes{due: make([][]time.Time, 2)}
	start := time.Unix(100, 0)
	for i := range 5 {
		l.add(1, start.Add(time.Duration(i)*time.Second))
	}
	require.Equal(t, 0, l.next(0))
	require.Equal(t, 5, l.next(1))
	require.EqualValues(t, 5, l.total())

	var got []time.Duration
	with := func(due time.Time) { got = append(got, due.Sub(start)) }
	require.True(t, l.between(1, 1, 3, with))
	require.Equal(t, []time.Duration{2 * time.Second, 3 * time.Second}, got)
	require.False(t, l.between(1, 3, 5, with), "it was not produced")
	require.False(t, l.between(2, -1, 0, with), "there is no such lane")
}

func TestResult(t *testing.T) {
	w := &watcher{seen: []int64{59, 39}, asked: 7}
	for i := range 100 {
		w.delays = append(w.delays, time.Duration(100-i)*time.Millisecond)
	}
	require.Equal(t, &Result{Passed: 100, Counted: 100, Asked: 7, P50: 50, P99: 99, Longest: 100}, w.result())
}
