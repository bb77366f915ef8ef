package writer

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The sink is handed the rows that the bare loop writes.
func TestBatchesHoldTheRows(t *testing.T) {
	s, err := fields()
	require.NoError(t, err)
	r := makeRows(1).first(batchRows + 1)
	at := 0
	for _, b := range r.batches(s) {
		for i := range b.Rows() {
			require.Equal(t, r.user[at], b.Cols[0].I64[i])
			require.Equal(t, r.event[at], string(b.Cols[1].Bytes(i)))
			require.EqualValues(t, r.played[at], b.Cols[2].I64[i])
			require.Equal(t, r.platform[at], string(b.Cols[3].Bytes(i)))
			require.Equal(t, r.ts[at].UnixMicro(), b.Cols[4].I64[i])
			at++
		}
	}
	require.Equal(t, batchRows+1, at)
}

func TestSums(t *testing.T) {
	r := makeRows(1)
	var played, ts int64
	err := eachBlock(2*Block+10, func(_, rows int) error {
		for i := range rows {
			played += int64(r.played[i])
			ts += r.ts[i].UnixMilli()
		}
		return nil
	})
	require.NoError(t, err)
	gotCount, gotPlayed, gotTS := Sums(2*Block+10, 1)
	require.EqualValues(t, 2*Block+10, gotCount)
	require.Equal(t, played, gotPlayed)
	require.Equal(t, ts, gotTS)
}
