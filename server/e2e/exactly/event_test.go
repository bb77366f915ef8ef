package exactly

import (
	"fmt"
	"slices"
	"time"
)

// The shape of the events. The disorder of a partition stays within what its table allows, but for the rows that are late on purpose.
const (
	partitions  = 4
	eventStep   = 10 * time.Millisecond
	disorder    = 1500 * time.Millisecond
	allowed     = 2 * time.Second // out_of_order of the table
	lateBy      = 90 * time.Second
	lateEvery   = 500
	poisonEvery = 1000
	windowSize  = time.Minute
)

// epoch0 is the event time at which all streams begin; a whole minute.
var epoch0 = time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)

// event is an event of the stream; it follows from its number alone.
type event struct {
	id        int64
	partition int32
	user      int64
	kind      string
	platform  string
	ms        int64
	ts        int64 // milliseconds
	poison    bool
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
func mix(n int64) uint64 {
	z := uint64(n)*0x9e3779b97f4a7c15 + 0x632be59bd9b4e019
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func eventAt(id int64) event {
	h := mix(id)
	e := event{id: id, user: int64(h % 997), ms: int64(h >> 20 % 240_000)}
	e.partition = int32(e.user % partitions)
	e.kind = [...]string{"play", "play", "play", "skip", "like"}[h>>40%5]
	e.platform = [...]string{"ios", "android", "web"}[h>>48%3]
	at := epoch0.Add(time.Duration(id)*eventStep - time.Duration(h>>52%uint64(disorder.Milliseconds()))*time.Millisecond)
	if id%lateEvery == lateEvery-1 {
		at = at.Add(-lateBy)
	}
	e.ts = at.UnixMilli()
	e.poison = id%poisonEvery == 777
	return e
}

// record is the event as it is produced. A poisoned one is cut off.
func (e event) record() []byte {
	b := fmt.Appendf(nil, `{"id":%d,"user":%d,"event":%q,"platform":%q,"ms":%d,"ts":%d,"device":{"os":"x","ver":"9.1"}}`, e.id, e.user, e.kind, e.platform, e.ms, e.ts)
	if e.poison {
		return b[:len(b)/2]
	}
	return b
}

// place is where a record is in the topic.
type place struct {
	partition int32
	offset    int64
}

// stream computes what must come of the first n events of a topic, record by record in the order of each partition.
type stream struct {
	records   int64
	offsets   [partitions]int64
	watermark [partitions]int64 // milliseconds; 0 before the first row
	poisoned  map[place]bool
}

func newStream() *stream { return &stream{poisoned: map[place]bool{}} }

// add takes the next record of a partition; watermark is the partition's before it.
func (s *stream) add(e event, partition int32) (at place, watermark int64) {
	at = place{partition, s.offsets[partition]}
	s.offsets[partition]++
	s.records++
	watermark = s.watermark[partition]
	if e.poison {
		s.poisoned[at] = true
		return at, watermark
	}
	s.watermark[partition] = max(watermark, e.ts-allowed.Milliseconds())
	return at, watermark
}

// group is a row's place in the windows.
type group struct {
	start    int64 // milliseconds
	platform string
}

type counted struct {
	plays, ms int64
	users     map[int64]bool
}

// answer is what a window row must hold.
type answer struct{ plays, ms, users int64 }

// windows computes the one-minute windows of the first n events, and the places of the rows that are late for them.
func windows(n int64) (map[group]answer, map[place]bool, *stream) {
	s := newStream()
	groups, late := map[group]*counted{}, map[place]bool{}
	size := windowSize.Milliseconds()
	for id := range n {
		e := eventAt(id)
		at, watermark := s.add(e, e.partition)
		if e.poison {
			continue
		}
		g := group{e.ts - e.ts%size, e.platform}
		if g.start+size <= watermark {
			late[at] = true
			continue
		}
		countIn(groups, g, e)
	}
	return answers(groups), late, s
}

// countIn counts an event in its group.
func countIn(groups map[group]*counted, g group, e event) {
	c := groups[g]
	if c == nil {
		c = &counted{users: map[int64]bool{}}
		groups[g] = c
	}
	c.plays++
	c.ms += e.ms
	c.users[e.user] = true
}

func answers(groups map[group]*counted) map[group]answer {
	out := make(map[group]answer, len(groups))
	for g, c := range groups {
		out[g] = answer{c.plays, c.ms, int64(len(c.users))}
	}
	return out
}

// shaped is a row of the model that filters and computes.
type shaped struct {
	user     int64
	platform string
	ts       int64
	share    int64
}

// shapes computes the rows of the model that filters and computes, and the places of those on which its expression fails.
func shapes(n int64) (map[int64]shaped, map[place]bool, *stream) {
	s := newStream()
	rows, failed := map[int64]shaped{}, map[place]bool{}
	for id := range n {
		e := eventAt(id)
		at, _ := s.add(e, e.partition)
		if e.poison || e.kind != "play" || e.ms <= 30_000 {
			continue
		}
		if e.ms%50 == 0 {
			failed[at] = true
			continue
		}
		rows[id] = shaped{e.user, e.platform, e.ts, 1_000_000 / (e.ms % 50)}
	}
	return rows, failed, s
}

// copied says that an event is produced a second time, to the next partition.
func copied(id int64) bool { return id%10 == 3 }

// firsts computes which of the copies of each event a dedupe keeps (by event time, partition, offset), where 1 is the second one
// produced; and the places of late rows and the number of duplicates.
func firsts(n int64) (kept map[int64]int64, late map[place]bool, duplicates int64, s *stream) {
	s = newStream()
	late = map[place]bool{}
	type candidate struct {
		place
		copy int64
	}
	all := map[int64][]candidate{}
	for id := range n {
		e := eventAt(id)
		for c := range int64(2) {
			if c == 1 && !copied(id) {
				continue
			}
			at, watermark := s.add(e, (e.partition+int32(c))%partitions)
			switch {
			case e.poison:
			case e.ts < watermark:
				late[at] = true
			default:
				all[id] = append(all[id], candidate{at, c})
			}
		}
	}
	kept = map[int64]int64{}
	for id, list := range all {
		first := slices.MinFunc(list, func(a, b candidate) int { return int(a.partition - b.partition) })
		kept[id] = first.copy
		duplicates += int64(len(list) - 1)
	}
	return kept, late, duplicates, s
}
