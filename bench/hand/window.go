package hand

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/bench/topics"
)

const (
	minute   = 60_000
	disorder = 2_000 // how late an event may be, in milliseconds
)

// Window is job (b): plays by platform and experiment group in one-minute windows of event time, as count, sum of ms_played and
// exact number of users, to another topic when every partition's watermark has passed the window's end.
func Window(ctx context.Context, broker, in, out string) error {
	var all merger
	ends, err := topics.Ends(ctx, broker, in)
	if err != nil {
		return err
	}
	for partition := range ends {
		all.watch(partition)
	}
	return topics.EachPartition(ctx, broker, in, func(ctx context.Context, partition int32, end int64) error {
		o, err := newOutput(broker, in, out, partition)
		if err != nil {
			return err
		}
		defer o.client.Close()
		emit := func(row []byte) { o.produce(ctx, &kgo.Record{Value: row}) }
		windows := newWindower()
		err = topics.Read(ctx, o.client, end, func(records []*kgo.Record) error {
			for _, r := range records {
				windows.add(r.Value)
			}
			all.take(partition, windows.watermark(), windows.closed(windows.watermark()), emit)
			return o.err()
		})
		if err != nil {
			return err
		}
		all.take(partition, math.MaxInt64, windows.closed(math.MaxInt64), emit)
		if windows.late > 0 {
			return fmt.Errorf("%d events came later than the input's disorder allows", windows.late)
		}
		return o.flush(ctx)
	})
}

// aggregate is one group of one window.
type aggregate struct {
	platform, group string
	plays, ms       int64
	users           set
}

// window maps platform, NUL, group to what was aggregated.
type window map[string]*aggregate

// windower aggregates one partition.
type windower struct {
	open    map[int64]window // by start
	start   int64            // of current
	current window           // the window of the last event
	latest  int64            // latest event time
	passed  int64            // end of the last window that was closed
	late    int64            // events of closed windows
	key     []byte
}

func newWindower() *windower {
	return &windower{open: map[int64]window{}, start: math.MinInt64, latest: math.MinInt64, passed: math.MinInt64}
}

func (w *windower) watermark() int64 {
	if w.latest == math.MinInt64 {
		return w.latest
	}
	return w.latest - disorder
}

func (w *windower) add(event []byte) {
	var user, ms, ts int64
	var platform, group []byte
	s := scanner{text: event}
	for seen := 0; seen < 5; {
		key, value, ok := s.next()
		if !ok {
			return
		}
		switch string(key) {
		case "user_id":
			user = integer(value)
		case "ms_played":
			ms = integer(value)
		case "platform":
			platform = value
		case "exp_group":
			group = value
		case "ts":
			ts = integer(value)
		default:
			continue
		}
		seen++
	}
	w.latest = max(w.latest, ts)
	if start := ts - ts%minute; start != w.start {
		if start < w.passed {
			w.late++
			return
		}
		w.start, w.current = start, w.open[start]
		if w.current == nil {
			w.current = window{}
			w.open[start] = w.current
		}
	}
	w.key = append(append(append(w.key[:0], platform...), 0), group...)
	a := w.current[string(w.key)]
	if a == nil {
		a = &aggregate{platform: string(platform), group: string(group)}
		w.current[string(w.key)] = a
	}
	a.plays++
	a.ms += ms
	a.users.add(user)
}

// closed removes and returns the windows that end at the watermark or before.
func (w *windower) closed(watermark int64) map[int64]window {
	var out map[int64]window
	for start, win := range w.open {
		if start+minute > watermark {
			continue
		}
		if out == nil {
			out = map[int64]window{}
		}
		out[start] = win
		delete(w.open, start)
		w.passed = max(w.passed, start+minute)
		if start == w.start {
			w.start, w.current = math.MinInt64, nil
		}
	}
	return out
}

// merger joins the partitions' windows.
type merger struct {
	mu         sync.Mutex
	watermarks map[int32]int64
	open       map[int64]window
}

// watch makes windows wait for a partition.
func (m *merger) watch(partition int32) {
	if m.watermarks == nil {
		m.watermarks, m.open = map[int32]int64{}, map[int64]window{}
	}
	m.watermarks[partition] = math.MinInt64
}

// take adds what a partition has closed, and emits the windows that all partitions have passed.
func (m *merger) take(partition int32, watermark int64, closed map[int64]window, emit func(row []byte)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for start, win := range closed {
		m.merge(start, win)
	}
	m.watermarks[partition] = watermark
	least := int64(math.MaxInt64)
	for _, w := range m.watermarks {
		least = min(least, w)
	}
	for start, win := range m.open {
		if start+minute <= least {
			for _, a := range win {
				emit(a.row(start))
			}
			delete(m.open, start)
		}
	}
}

func (m *merger) merge(start int64, win window) {
	into := m.open[start]
	if into == nil {
		m.open[start] = win
		return
	}
	for key, a := range win {
		b := into[key]
		if b == nil {
			into[key] = a
			continue
		}
		b.plays += a.plays
		b.ms += a.ms
		b.users.addAll(&a.users)
	}
}

func (a *aggregate) row(start int64) []byte {
	b := strconv.AppendInt([]byte(`{"window_start":`), start, 10)
	b = strconv.AppendInt(append(b, `,"window_end":`...), start+minute, 10)
	b = append(append(b, `,"platform":"`...), a.platform...)
	b = append(append(b, `","exp_group":"`...), a.group...)
	b = strconv.AppendInt(append(b, `","plays":`...), a.plays, 10)
	b = strconv.AppendInt(append(b, `,"ms_played":`...), a.ms, 10)
	b = strconv.AppendInt(append(b, `,"users":`...), int64(a.users.n), 10)
	return append(b, '}')
}
