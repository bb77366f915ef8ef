package writer

import (
	"fmt"
	"time"

	"millrace/bench/events"
	"millrace/models/batch"
	"millrace/models/schema"
)

const (
	// Block is how many rows an INSERT has.
	Block = 100_000
	// batchRows is how many rows a batch of the engine has.
	batchRows = 4096
)

// Columns are the names of the table's columns, in order.
const Columns = "user_id, event, ms_played, platform, ts"

// Create is the statement that makes the table of that name, as the sink would: what it is sorted by is never NULL, and the others may be,
// though none is.
func Create(table string) string {
	return "CREATE TABLE " + table + " (user_id Int64, event Nullable(String), ms_played Nullable(Int32), platform Nullable(String), ts DateTime64(3, 'UTC')) " +
		"ENGINE = MergeTree ORDER BY (user_id, ts) SETTINGS non_replicated_deduplication_window = 1000"
}

// rows are one block of events as slices, a column each.
type rows struct {
	user     []int64
	event    []string
	played   []int32
	platform []string
	ts       []time.Time
}

// makeRows makes the first block of a seed.
func makeRows(seed uint64) *rows {
	var r rows
	var e events.Event
	for s := events.NewStream(Block, seed); s.Next(&e); {
		r.user = append(r.user, e.UserID)
		r.event = append(r.event, e.Name)
		r.played = append(r.played, int32(e.MsPlayed))
		r.platform = append(r.platform, e.Platform)
		r.ts = append(r.ts, time.UnixMilli(e.TS).UTC())
	}
	return &r
}

// first returns the rows before the n-th.
func (r *rows) first(n int) *rows {
	return &rows{r.user[:n], r.event[:n], r.played[:n], r.platform[:n], r.ts[:n]}
}

// Sums says what the table holds when n rows were written: how many there are, and the sum of ms_played and of the times in
// milliseconds.
func Sums(n int64, seed uint64) (count, played, ts int64) {
	r := makeRows(seed)
	add := func(i int, times int64) {
		count += times
		played += times * int64(r.played[i])
		ts += times * r.ts[i].UnixMilli()
	}
	for i := range Block {
		times := n / Block
		if int64(i) < n%Block {
			times++
		}
		add(i, times)
	}
	return count, played, ts
}

// fields is what the engine knows of the rows.
func fields() (*schema.Schema, error) {
	s := &schema.Schema{}
	for _, f := range [][2]string{{"user_id", "int64"}, {"event", "string"}, {"ms_played", "int32"}, {"platform", "string"}, {"ts", "timestamp(3)"}} {
		t, err := schema.Parse(f[1])
		if err != nil {
			return nil, fmt.Errorf("reading the type of %s: %w", f[0], err)
		}
		s.Fields = append(s.Fields, schema.Field{Name: f[0], Type: t, Nullable: f[0] != "user_id" && f[0] != "ts"})
	}
	return s, nil
}

// batches are the rows as the engine holds them.
func (r *rows) batches(s *schema.Schema) []*batch.Batch {
	var out []*batch.Batch
	for from := 0; from < len(r.user); from += batchRows {
		to := min(from+batchRows, len(r.user))
		b := make([]*batch.Builder, len(s.Fields))
		for i, f := range s.Fields {
			b[i] = batch.NewBuilder(f.Type, to-from)
		}
		for i := from; i < to; i++ {
			b[0].AppendInt(r.user[i])
			b[1].AppendString(r.event[i])
			b[2].AppendInt(int64(r.played[i]))
			b[3].AppendString(r.platform[i])
			b[4].AppendInt(r.ts[i].UnixMicro())
		}
		one := &batch.Batch{Schema: s, N: to - from, Part: batch.NoPart}
		for _, c := range b {
			one.Cols = append(one.Cols, c.Finish())
		}
		out = append(out, one)
	}
	return out
}
