package generator

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Options say which events there are.
type Options struct {
	// Stream is one of Streams.
	Stream string
	Seed   int64
	// Partitions is how many partitions the events are dealt to in turn.
	Partitions int
	// Rate is how many events of all partitions there are to a second of nominal time.
	Rate int64
	// Start is the nominal time of the first event.
	Start time.Time
	// Users is how many users there are; some are far more active than others.
	Users int64
	// Disorder is by how much event time may lie behind nominal time; 0 is in order. LateShare is the share of rows that come later
	// than that, by up to LateBy.
	Disorder, LateBy time.Duration
	LateShare        float64
	// DuplicateShare is the share of events that repeat the one before.
	DuplicateShare float64
}

// Limits and defaults.
const (
	// MaxDuplicateShare keeps the runs of duplicates short.
	MaxDuplicateShare = 0.9
	DefaultUsers      = 100_000
	// DefaultRate spaces the events in time where they come as fast as possible.
	DefaultRate       = 10_000
	defaultPartitions = 1
	defaultDisorder   = 2 * time.Second
	defaultLateBy     = 5 * time.Minute
	maxPartitions     = 1024
	maxRate           = 1_000_000_000
	maxUsers          = 1_000_000_000_000
)

// DefaultStart is where time begins: 2024-01-01T00:00:00Z.
func DefaultStart() time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }

// DefaultOptions returns one partition of a stream, in order, without duplicates.
func DefaultOptions(stream string) Options {
	return Options{Stream: stream, Partitions: defaultPartitions, Rate: DefaultRate, Start: DefaultStart(), Users: DefaultUsers}
}

// check reports the first option that makes no sense.
func (o *Options) check() error {
	switch {
	case streamOf(o.Stream) == nil:
		return fmt.Errorf("there is no stream %q; there are %s", o.Stream, strings.Join(Streams(), ", "))
	case o.Partitions < 1 || o.Partitions > maxPartitions:
		return fmt.Errorf("%d partitions are not between 1 and %d", o.Partitions, maxPartitions)
	case o.Rate < 1 || o.Rate > maxRate:
		return fmt.Errorf("a rate of %d is not between 1 and %d", o.Rate, maxRate)
	case o.Users < 1 || o.Users > maxUsers:
		return fmt.Errorf("%d users are not between 1 and %d", o.Users, int64(maxUsers))
	case o.Disorder < 0 || o.LateBy < 0:
		return fmt.Errorf("a delay is negative")
	// Written so that NaN is refused as well.
	case !(o.LateShare >= 0 && o.LateShare <= 1):
		return fmt.Errorf("a share of %v late rows is not between 0 and 1", o.LateShare)
	case o.LateShare > 0 && o.LateBy < time.Millisecond:
		return fmt.Errorf("late rows need a time by which they are late")
	case !(o.DuplicateShare >= 0 && o.DuplicateShare <= MaxDuplicateShare):
		return fmt.Errorf("a share of %v duplicates is not between 0 and %v", o.DuplicateShare, MaxDuplicateShare)
	}
	return nil
}

// Events gives the events of one set of options. It is immutable: any number of goroutines may use it.
type Events struct {
	stream *stream
	// key is the hash of seed and stream, people the one of the seed alone, which all streams share.
	key, people uint64
	users       ranks
	partitions  int64
	rate        int64
	start       int64 // microseconds
	disorder    uint64
	lateBy      uint64 // milliseconds, like disorder
	lateShare   float64
	duplicates  float64
}

// New returns the events of options, or an error when they make no sense.
func New(o Options) (*Events, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("generating events: %w", err)
	}
	e := newEvents(&o, streamOf(o.Stream), ranksOf(o.Users))
	return &e, nil
}

func newEvents(o *Options, s *stream, users ranks) Events {
	people := mix(uint64(o.Seed) + golden)
	return Events{
		stream: s, people: people, key: mix(people + mix(uint64(s.kind))), users: users, partitions: int64(o.Partitions), rate: o.Rate,
		start: o.Start.UnixMicro(), disorder: uint64(o.Disorder / time.Millisecond), lateBy: uint64(o.LateBy / time.Millisecond),
		lateShare: o.LateShare, duplicates: o.DuplicateShare,
	}
}

// Streams returns the names of the streams.
func Streams() []string {
	out := make([]string, len(streams))
	for i := range streams {
		out[i] = streams[i].name
	}
	return out
}

func streamOf(name string) *stream {
	i := slices.IndexFunc(streams, func(s stream) bool { return s.name == name })
	if i < 0 {
		return nil
	}
	return &streams[i]
}

// Nominal returns when event i of a partition is due, in microseconds since 1970-01-01T00:00:00Z.
func (e *Events) Nominal(partition int, i int64) int64 {
	const perSecond = int64(time.Second / time.Microsecond)
	n := i*e.partitions + int64(partition)
	return e.start + n/e.rate*perSecond + n%e.rate*perSecond/e.rate
}

// since returns the first event of a partition that is due at a time, in microseconds, or later.
func (e *Events) since(partition int, at int64) int64 {
	if at <= e.start {
		return 0
	}
	// The even distance gives the answer up to rounding.
	near := float64(at-e.start) / 1e6 * float64(e.rate) / float64(e.partitions)
	return int64(sort.Search(int(near)+2, func(i int) bool { return e.Nominal(partition, int64(i)) >= at }))
}

// fill makes event i of a partition.
func (e *Events) fill(ev *event, partition int, i int64) {
	base := mix(e.key + uint64(partition)*golden)
	var r random
	for {
		r = random(mix(base + uint64(i)*golden))
		// The draw is made in any case, so that the share changes nothing else.
		if again := r.unit(); i == 0 || again >= e.duplicates {
			break
		}
		i--
	}
	nominal := e.Nominal(partition, i)
	ev.ts = nominal - floorMod(nominal, 1000) - 1000*int64(e.delay(&r))
	e.draw(&r, ev)
}

// delay draws by how many milliseconds event time lies behind.
func (e *Events) delay(r *random) uint64 {
	// Two draws in any case, so that the order changes nothing else.
	late, by := r.unit(), random(r.next())
	if late < e.lateShare {
		return e.disorder + 1 + by.below(e.lateBy)
	}
	return by.below(e.disorder + 1)
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }

// AppendJSON appends event i of a partition to dst as one JSON object without a line end: about 250 bytes in play_events.
func (e *Events) AppendJSON(dst []byte, partition int, i int64) []byte {
	var ev event
	e.fill(&ev, partition, i)
	return e.stream.kind.appendJSON(dst, &ev)
}

// AppendJSON appends event i of a partition of the stream with default options but for the seed. An unknown stream panics: it is a
// mistake of the program. Whoever renders many events, or with other options, makes an Events once.
func AppendJSON(dst []byte, stream string, seed int64, partition int, i int64) []byte {
	s := streamOf(stream)
	if s == nil {
		panic("generator: there is no stream " + stream)
	}
	o := DefaultOptions(stream)
	o.Seed = seed
	e := newEvents(&o, s, defaultUsers)
	return e.AppendJSON(dst, partition, i)
}
