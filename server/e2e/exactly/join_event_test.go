package exactly

import (
	"fmt"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The two topics of a join: what was played, and what people did about it.
const (
	played  = 0
	reacted = 1
)

// sideOf is the topic an event goes to when there are two.
func sideOf(e event) int {
	if e.kind == "play" {
		return played
	}
	return reacted
}

// onSides makes the records of events for two topics.
func onSides(topics [2]string) func(from, to int64) []*kgo.Record {
	return func(from, to int64) []*kgo.Record {
		out := messages(from, to)
		for i, r := range out {
			r.Topic = topics[sideOf(eventAt(from+int64(i)))]
		}
		return out
	}
}

// sides are the first n events as two topics have them.
type sides struct {
	streams [2]*stream
	// whole are all that are readable, onTime those of them that are not behind their partition's watermark; late are the others' places.
	whole, onTime [2][]event
	late          [2]map[place]bool
}

func sidesOf(n int64) *sides {
	s := &sides{streams: [2]*stream{newStream(), newStream()}, late: [2]map[place]bool{{}, {}}}
	for id := range n {
		e := eventAt(id)
		side := sideOf(e)
		at, watermark := s.streams[side].add(e, e.partition)
		if e.poison {
			continue
		}
		s.whole[side] = append(s.whole[side], e)
		if e.ts < watermark {
			s.late[side][at] = true
			continue
		}
		s.onTime[side] = append(s.onTime[side], e)
	}
	return s
}

// records is how many records both topics have.
func (s *sides) records() int64 { return s.streams[played].records + s.streams[reacted].records }

// pair is a play with a reaction to it, nobody's where there is none.
type pair struct{ play, reaction int64 }

const nobody int64 = -1

// paired is what a row says of its pair.
type paired struct {
	user, ts int64  // of the play
	kind     string // of the reaction
}

// pairCondition is the condition of joins here, over the columns of both sides; it fails where the sum has no remainder.
const pairCondition = "1000 / ((%s + %s) %% 40) > 60"

// judge decides about a pair as pairCondition does.
func judge(play, reaction event) (passes, fails bool) {
	rest := (play.ms + reaction.ms) % 40
	return rest != 0 && 1000/rest > 60, rest == 0
}

// pairs computes the join of plays with the reactions of the same user whose time lies within bounds, in milliseconds, of the play's; with
// plays that have none when left is set. failed are the pairs on which the condition fails.
func (s *sides) pairs(lower, upper int64, left bool) (rows map[pair]paired, failed map[pair]bool) {
	rows, failed = map[pair]paired{}, map[pair]bool{}
	reactions := map[int64][]event{}
	for _, e := range s.onTime[reacted] {
		reactions[e.user] = append(reactions[e.user], e)
	}
	for _, p := range s.onTime[played] {
		met := false
		for _, r := range reactions[p.user] {
			if r.ts < p.ts+lower || r.ts > p.ts+upper {
				continue
			}
			passes, fails := judge(p, r)
			met = met || passes || fails
			switch {
			case fails:
				failed[pair{p.id, r.id}] = true
			case passes:
				rows[pair{p.id, r.id}] = paired{p.user, p.ts, r.kind}
			}
		}
		if left && !met {
			rows[pair{p.id, nobody}] = paired{p.user, p.ts, ""}
		}
	}
	return rows, failed
}

// activity is a row of the model that joins what users played with what they did about it.
type activity struct{ plays, ms, reactions int64 }

// activities computes that model: users with both, but for those whose plays can be divided by three.
func activities(s *sides) map[int64]activity {
	all := map[int64]activity{}
	for _, e := range s.whole[played] {
		a := all[e.user]
		a.plays, a.ms = a.plays+1, a.ms+e.ms
		all[e.user] = a
	}
	for _, e := range s.whole[reacted] {
		a := all[e.user]
		a.reactions++
		all[e.user] = a
	}
	for user, a := range all {
		if a.plays == 0 || a.reactions == 0 || a.plays%3 == 0 {
			delete(all, user)
		}
	}
	return all
}

// The versions of users. They come up to versionsLag behind the events of their time.
const (
	users         = 997
	unknownEvery  = 50 // such users have no version at all
	versionsEvery = 8  // events a version
	versionsLag   = 85 * time.Second
	// versionsFrom is the event behind which versions begin, so that all hold from later on than the first ones.
	versionsFrom = 10_000
)

// version is a row of the table of users from some time on, or that there is none.
type version struct {
	user, since int64 // milliseconds
	level       string
	deleted     bool
}

// firstVersions are the versions that are there before there are events. Some hold from a time on at which there are events.
func firstVersions() []version {
	var out []version
	for user := range int64(users) {
		if user%unknownEvery == 0 {
			continue
		}
		since := epoch0.Add(-time.Hour)
		if user%7 == 0 {
			since = epoch0.Add(9 * time.Second)
		}
		out = append(out, version{user, since.UnixMilli(), fmt.Sprintf("%d at first", user), false})
	}
	return out
}

// versionAt is the version that comes with an event, if one does.
func versionAt(id int64) (version, bool) {
	if id < versionsFrom || id%versionsEvery != 0 {
		return version{}, false
	}
	h := mix(^id)
	v := version{user: int64(h % users), level: fmt.Sprintf("as of %d", id), deleted: h>>40%8 == 0}
	v.since = epoch0.Add(time.Duration(id)*eventStep - time.Duration(h>>20%uint64(versionsLag/eventStep))*eventStep).UnixMilli()
	return v, v.user%unknownEvery != 0
}

// record tells a version as a compacted topic does: its time is the record's, and a record without a value says that the user is gone.
func (v version) record(topic string) *kgo.Record {
	r := &kgo.Record{Topic: topic, Partition: int32(v.user % partitions), Key: strconv.AppendInt(nil, v.user, 10), Timestamp: time.UnixMilli(v.since)}
	if !v.deleted {
		r.Value = fmt.Appendf(nil, `{"user":%d,"level":%q}`, v.user, v.level)
	}
	return r
}

// withVersions makes the records of events, and of the versions of users that come with them.
func withVersions(events, versions string) func(from, to int64) []*kgo.Record {
	return func(from, to int64) []*kgo.Record {
		out := messages(from, to)
		for _, r := range out {
			r.Topic = events
		}
		for id := from; id < to; id++ {
			if v, ok := versionAt(id); ok {
				out = append(out, v.record(versions))
			}
		}
		return out
	}
}

// known is a row of the models that look users up.
type known struct {
	user, ts int64
	level    string // empty for a user who is not known
}

// lookups computes what the first n events say with the user's version of their time: the last one, of equal times the one that came last;
// before all of them the first one. records is how many records both topics have.
func lookups(n int64) (rows map[int64]known, late map[place]bool, s *stream, records int64) {
	versions := map[int64][]version{}
	count := int64(0)
	add := func(v version) {
		versions[v.user] = append(versions[v.user], v)
		count++
	}
	for _, v := range firstVersions() {
		add(v)
	}
	for id := range n {
		if v, ok := versionAt(id); ok {
			add(v)
		}
	}
	rows, late, s = map[int64]known{}, map[place]bool{}, newStream()
	for id := range n {
		e := eventAt(id)
		at, watermark := s.add(e, e.partition)
		switch {
		case e.poison:
		case e.ts < watermark:
			late[at] = true
		default:
			rows[id] = known{e.user, e.ts, levelAt(versions[e.user], e.ts)}
		}
	}
	return rows, late, s, s.records + count
}

// levelAt finds the version of a time among those of one user, in the order in which they came.
func levelAt(all []version, ts int64) string {
	if len(all) == 0 {
		return ""
	}
	holds := all[0]
	for _, v := range all[1:] {
		if v.since <= ts && v.since >= holds.since {
			holds = v
		}
	}
	if holds.deleted {
		return ""
	}
	return holds.level
}

// topRow is a row of the model that ranks users: by what they played, on each platform.
type topRow struct {
	platform string
	user     int64
}

// topped is what it says of them.
type topped struct{ ms, plays, place int64 }

// topUsers computes the first three users of each platform by milliseconds played; of equal ones the least user is the first.
func topUsers(n int64) (rows map[topRow]topped, s *stream) {
	s = newStream()
	totals := map[topRow]topped{}
	for id := range n {
		e := eventAt(id)
		s.add(e, e.partition)
		if e.poison || e.kind != "play" {
			continue
		}
		t := totals[topRow{e.platform, e.user}]
		t.ms, t.plays = t.ms+e.ms, t.plays+1
		totals[topRow{e.platform, e.user}] = t
	}
	rows = map[topRow]topped{}
	for a, mine := range totals {
		mine.place = 1
		for o, other := range totals {
			if o.platform == a.platform && (other.ms > mine.ms || other.ms == mine.ms && o.user < a.user) {
				mine.place++
			}
		}
		if mine.place <= 3 {
			rows[a] = mine
		}
	}
	return rows, s
}
