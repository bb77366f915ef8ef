package kafka

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

// endsMeanwhile is a context that ends while a call waits for something else.
type endsMeanwhile struct{ context.Context }

func (endsMeanwhile) Err() error { return context.Canceled }

// TestEndedContextLosesNothing: an epoch may end at the moment its records arrive.
func TestEndedContextLosesNothing(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	g.produce("t", 0, "1", "2", "3")
	r := g.reader(g.source(scanJSON), 0, "", true).(*reader)
	require.Eventually(t, func() bool { return r.client.BufferedFetchRecords() == 3 }, 10*time.Second, time.Millisecond)
	var values []int64
	take := func(ctx context.Context) {
		c, err := r.Read(ctx)
		if err == nil && c.Batch != nil {
			values = append(values, c.Batch.Cols[0].I64...)
		} else if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	take(endsMeanwhile{t.Context()})
	g.produce("t", 0, "4")
	for len(values) == 0 || values[len(values)-1] != 4 {
		take(g.ctx())
	}
	require.Equal(t, []int64{1, 2, 3, 4}, values)
}

// TestProbeInShortEpochs: a stretch without records is passed also when no epoch is as long as the silence that asks for it.
func TestProbeInShortEpochs(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	g.transaction("t", 0, kgo.TryAbort, "1", "2")
	r := g.reader(g.source(scanJSON, bounded), 0, "", true).(*reader)
	r.client.PauseFetchTopics("t") // as if the broker had nothing to tell
	read := func() error {
		epoch, cancel := context.WithTimeout(t.Context(), probeAfter/10)
		defer cancel()
		_, err := r.Read(epoch)
		return err
	}
	require.Eventually(t, func() bool { return errors.Is(read(), io.EOF) }, 20*probeAfter, time.Millisecond)
}
