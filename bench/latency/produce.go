package latency

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/bench/events"
)

// filtered is the event that the pipeline leaves out. Such rows have the number of the row behind them in their lane.
const filtered = "exposure"

// lanes are the times at which the rows were due that are to become visible, by lane and number.
type lanes struct {
	mu  sync.Mutex
	due [][]time.Time
}

func (l *lanes) add(lane int, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.due[lane] = append(l.due[lane], due)
}

// next returns the number of a lane's next row.
func (l *lanes) next(lane int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.due[lane])
}

// between calls with for the rows of a lane with numbers above and up to the ones given, and reports whether they were all produced.
func (l *lanes) between(lane int, above, to int64, with func(due time.Time)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lane >= len(l.due) || to >= int64(len(l.due[lane])) {
		return false
	}
	for _, due := range l.due[lane][above+1 : to+1] {
		with(due)
	}
	return true
}

// total returns how many rows there are that are to become visible.
func (l *lanes) total() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var n int64
	for _, due := range l.due {
		n += int64(len(due))
	}
	return n
}

// producer writes rows into the partitions in turn.
type producer struct {
	client *kgo.Client
	topic  string
	stream *events.Stream
	lanes  *lanes
	failed chan error // the first failure
	turn   int
}

func newProducer(o Options, l *lanes, rows int64) (*producer, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(o.Broker), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(lingerTime),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(1<<17))
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", o.Broker, err)
	}
	return &producer{client: client, topic: o.Topic, stream: events.NewStream(rows, o.Seed), lanes: l, failed: make(chan error, 1)}, nil
}

const (
	lingerTime = 2 * time.Millisecond
	tickTime   = 2 * time.Millisecond
)

// one produces the stream's next row.
func (p *producer) one(ctx context.Context, due time.Time) error {
	var e events.Event
	if !p.stream.Next(&e) {
		return errors.New("the stream of events has ended")
	}
	e.TS = due.UnixMilli()
	lane := p.turn
	p.turn = (p.turn + 1) % len(p.lanes.due)
	value := e.AppendJSON(make([]byte, 0, 320))
	value = strconv.AppendInt(append(value[:len(value)-1], `,"lane":`...), int64(lane), 10)
	value = strconv.AppendInt(append(value, `,"n":`...), int64(p.lanes.next(lane)), 10)
	if e.Name != filtered {
		p.lanes.add(lane, due)
	}
	r := &kgo.Record{Topic: p.topic, Partition: int32(lane), Value: append(value, '}')}
	p.client.Produce(ctx, r, func(_ *kgo.Record, err error) {
		if err != nil {
			select {
			case p.failed <- fmt.Errorf("producing to %s: %w", p.topic, err):
			default:
			}
		}
	})
	return nil
}

// first produces rows until every lane has one that is to become visible.
func (p *producer) first(ctx context.Context) error {
	for lane := 0; lane < len(p.lanes.due); {
		if p.lanes.next(lane) > 0 {
			lane++
			continue
		}
		if err := p.one(ctx, time.Now()); err != nil {
			return err
		}
	}
	return p.flush(ctx)
}

// paced produces rows at a steady pace.
func (p *producer) paced(ctx context.Context, pace int, rows int64) error {
	tick := time.NewTicker(tickTime)
	defer tick.Stop()
	start := time.Now()
	for made := int64(0); made < rows; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-p.failed:
			return err
		case <-tick.C:
		}
		for now := time.Now(); made < rows; made++ {
			due := start.Add(time.Duration(made) * time.Second / time.Duration(pace))
			if due.After(now) {
				break
			}
			if err := p.one(ctx, due); err != nil {
				return err
			}
		}
	}
	return p.flush(ctx)
}

func (p *producer) flush(ctx context.Context) error {
	if err := p.client.Flush(ctx); err != nil {
		return fmt.Errorf("producing to %s: %w", p.topic, err)
	}
	select {
	case err := <-p.failed:
		return err
	default:
		return nil
	}
}
