package latency

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"millrace/bench/writer"
)

// Options say what to produce and where it becomes visible.
type Options struct {
	Broker     string
	Topic      string // it is there, and empty
	Partitions int
	Target     writer.Target // the table may be missing at first
	Pace       int           // rows a second
	For        time.Duration // how long rows are produced
	Seed       uint64
}

// Result is how long rows took, in milliseconds.
type Result struct {
	Passed  int64   `json:"passed"`  // rows that are in the table in the end
	Counted int64   `json:"counted"` // rows whose times these are
	Asked   int     `json:"asked"`   // times that ClickHouse was asked
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	Longest float64 `json:"longest_ms"`
}

const (
	askEvery = 20 * time.Millisecond
	// patience is how long rows may take before the measurement is given up.
	patience = time.Minute
	// unknownTable is ClickHouse's code for a table that is missing.
	unknownTable = 60
)

// Watch produces rows while a pipeline takes them to the table, and tells how long they took. The first rows, which wait for the pipeline
// to start, do not count.
func Watch(ctx context.Context, o Options) (*Result, error) {
	conn, err := ch.Open(&ch.Options{Addr: []string{o.Target.Addr},
		Auth: ch.Auth{Database: o.Target.Database, Username: o.Target.User, Password: o.Target.Password}})
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", o.Target.Addr, err)
	}
	defer func() { _ = conn.Close() }()
	l := &lanes{due: make([][]time.Time, o.Partitions)}
	rows := int64(float64(o.Pace) * o.For.Seconds())
	p, err := newProducer(o, l, rows+1000*int64(o.Partitions)) // the first ones are more than one a lane where some are left out
	if err != nil {
		return nil, err
	}
	defer p.client.Close()
	w := &watcher{conn: conn, table: o.Target.Table, lanes: l, seen: make([]int64, o.Partitions)}
	for i := range w.seen {
		w.seen[i] = -1
	}
	if err := p.first(ctx); err != nil {
		return nil, err
	}
	nothing := make(chan error, 1)
	nothing <- nil
	if err := w.until(ctx, nothing); err != nil {
		return nil, fmt.Errorf("waiting for the pipeline to start: %w", err)
	}
	w.delays, w.asked = make([]time.Duration, 0, rows), 0
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	produced := make(chan error, 1)
	go func() { produced <- p.paced(ctx, o.Pace, rows) }()
	if err := w.until(ctx, produced); err != nil {
		return nil, err
	}
	return w.result(), nil
}

// watcher sees rows become visible.
type watcher struct {
	conn   driver.Conn
	table  string
	lanes  *lanes
	seen   []int64 // the largest number that was seen of each lane; -1: none
	delays []time.Duration
	asked  int
}

// until asks again and again until rows are no longer produced and all are visible.
func (w *watcher) until(ctx context.Context, produced <-chan error) error {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	var deadline <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return fmt.Errorf("rows are not visible after %s: %v of them in the lanes, %d in all", patience, w.seen, w.lanes.total())
		case err := <-produced:
			if err != nil {
				return err
			}
			deadline = time.After(patience)
		case <-tick.C:
			if err := w.ask(ctx); err != nil {
				return err
			}
			if deadline != nil && w.all() == w.lanes.total() {
				return nil
			}
		}
	}
}

// all returns how many rows were seen.
func (w *watcher) all() int64 {
	var n int64
	for _, seen := range w.seen {
		n += seen + 1
	}
	return n
}

// ask asks once which rows are visible. The table is sorted by number, so that it reads no more than what is new.
func (w *watcher) ask(ctx context.Context) error {
	w.asked++
	after := slices.Min(w.seen)
	var found []struct {
		Lane int32  `ch:"lane"`
		Last int64  `ch:"last"`
		Rows uint64 `ch:"number"`
	}
	err := w.conn.Select(ctx, &found, "SELECT lane, max(n) AS last, count() AS number FROM "+w.table+" WHERE n > ? GROUP BY lane", after)
	var said *ch.Exception
	if errors.As(err, &said) && said.Code == unknownTable {
		return nil // the pipeline has not made it yet
	}
	if err != nil {
		return fmt.Errorf("asking ClickHouse: %w", err)
	}
	now := time.Now()
	for _, f := range found {
		if f.Lane < 0 || int(f.Lane) >= len(w.seen) || int64(f.Rows) != f.Last-after {
			return fmt.Errorf("lane %d has %d rows above %d and up to %d", f.Lane, f.Rows, after, f.Last)
		}
		if !w.lanes.between(int(f.Lane), w.seen[f.Lane], f.Last, func(due time.Time) { w.delays = append(w.delays, now.Sub(due)) }) {
			return fmt.Errorf("lane %d has row %d, which was not produced", f.Lane, f.Last)
		}
		w.seen[f.Lane] = max(w.seen[f.Lane], f.Last)
	}
	return nil
}

func (w *watcher) result() *Result {
	slices.Sort(w.delays)
	at := func(part float64) float64 {
		return float64(w.delays[int(part*float64(len(w.delays)-1))]) / float64(time.Millisecond)
	}
	return &Result{Passed: w.all(), Counted: int64(len(w.delays)), Asked: w.asked, P50: at(0.5), P99: at(0.99), Longest: at(1)}
}
