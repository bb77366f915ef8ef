package live

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// Changes is what a reader that knew a feed up to some number has to be told.
type Changes struct {
	// Whole says that Set is everything there is, and what the reader knew beside it is gone.
	Whole bool
	// Set has the items that changed, as they are now, and Removed those that went, sorted.
	Set     map[string]json.RawMessage
	Removed []string
	// Lines are a log's new lines, Missed how many the reader was too slow for.
	Lines  []json.RawMessage
	Missed uint64
	// Seq is the number up to which the reader knows the feed now.
	Seq uint64
}

// Empty reports whether there is nothing to tell.
func (c Changes) Empty() bool {
	return !c.Whole && len(c.Set) == 0 && len(c.Removed) == 0 && len(c.Lines) == 0 && c.Missed == 0
}

// Feed is what a topic has to say. Its methods may be called from several goroutines.
type Feed interface {
	// ID changes when numbers begin anew.
	ID() string
	// Since returns what came after seq, as far as see lets the reader see it; nil sees all. known is false for a reader that has nothing.
	Since(seq uint64, known bool, see func(key string) bool) Changes
	// Changed returns a channel that is closed by the next change.
	Changed() <-chan struct{}
}

// pulse wakes readers up.
type pulse struct {
	id  string
	seq uint64
	ch  chan struct{}
}

func newPulse() pulse { return pulse{id: rand.Text(), ch: make(chan struct{})} }

// next takes a number and wakes everybody up; the caller holds the feed's mutex.
func (p *pulse) next() uint64 {
	p.seq++
	close(p.ch)
	p.ch = make(chan struct{})
	return p.seq
}

// State is a feed of items by key.
type State struct {
	mu    sync.Mutex
	pulse pulse
	items map[string]stateItem
	// gone has the numbers at which items went; those of forgotten, the highest that is no longer in it, and before get a snapshot.
	gone      map[string]uint64
	forgotten uint64
}

type stateItem struct {
	seq  uint64
	data json.RawMessage
}

var _ Feed = (*State)(nil)

// keptGone bounds how many removed keys a State remembers.
const keptGone = 4096

// NewState returns an empty State.
func NewState() *State {
	return &State{pulse: newPulse(), items: map[string]stateItem{}, gone: map[string]uint64{}}
}

// ID returns the feed's id.
func (s *State) ID() string { return s.pulse.id }

// Set puts an item, which the feed keeps. The same text again is no change.
func (s *State) Set(key string, data json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.items[key]; ok && string(old.data) == string(data) {
		return
	}
	delete(s.gone, key)
	s.items[key] = stateItem{s.pulse.next(), data}
}

// Remove takes an item away.
func (s *State) Remove(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.items[key]; !ok {
		return
	}
	delete(s.items, key)
	s.gone[key] = s.pulse.next()
	if len(s.gone) <= keptGone {
		return
	}
	// Half of them at once, so that this costs little in the mean.
	seqs := make([]uint64, 0, len(s.gone))
	for _, seq := range s.gone {
		seqs = append(seqs, seq)
	}
	slices.Sort(seqs)
	s.forgotten = seqs[len(seqs)/2]
	for k, seq := range s.gone {
		if seq <= s.forgotten {
			delete(s.gone, k)
		}
	}
}

// Keep removes every item whose key is not in keys.
func (s *State) Keep(keys map[string]bool) {
	s.mu.Lock()
	var remove []string
	for k := range s.items {
		if !keys[k] {
			remove = append(remove, k)
		}
	}
	s.mu.Unlock()
	for _, k := range remove {
		s.Remove(k)
	}
}

// Since returns the items that changed after seq. see is asked without the feed's lock: it may take locks under which others change the feed.
func (s *State) Since(seq uint64, known bool, see func(string) bool) Changes {
	out, removed := s.changedSince(seq, known)
	if see != nil {
		maps.DeleteFunc(out.Set, func(key string, _ json.RawMessage) bool { return !see(key) })
	}
	for _, key := range removed {
		// The keys of what one could not see are not told, not even when it goes.
		if see == nil || see(key) {
			out.Removed = append(out.Removed, key)
		}
	}
	slices.Sort(out.Removed)
	return out
}

// changedSince returns what has changed, whoever may see it, and the keys of what has gone.
func (s *State) changedSince(seq uint64, known bool) (out Changes, removed []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// A reader that may have missed the removal of an item cannot be told what has gone, only what is there.
	whole := !known || seq < s.forgotten || seq > s.pulse.seq
	out = Changes{Whole: whole, Seq: s.pulse.seq, Set: map[string]json.RawMessage{}}
	for key, item := range s.items {
		if whole || item.seq > seq {
			out.Set[key] = item.data
		}
	}
	if whole {
		return out, nil
	}
	for key, at := range s.gone {
		if at > seq {
			removed = append(removed, key)
		}
	}
	return out, removed
}

// Changed returns a channel that the next change closes.
func (s *State) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pulse.ch
}

// Log is a feed of lines, of which the last few are kept.
type Log struct {
	mu    sync.Mutex
	pulse pulse
	keep  int
	lines []logLine
}

type logLine struct {
	seq  uint64
	data json.RawMessage
}

var _ Feed = (*Log)(nil)

// NewLog returns a Log that keeps the last lines.
func NewLog(keep int) *Log { return &Log{pulse: newPulse(), keep: max(1, keep)} }

// ID returns the feed's id.
func (l *Log) ID() string { return l.pulse.id }

// Append adds lines, which the feed keeps.
func (l *Log) Append(lines ...json.RawMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, data := range lines {
		l.lines = append(l.lines, logLine{l.pulse.next(), data})
	}
	// The front is cut off when it is as long as what is kept, so that a line is moved once.
	if n := len(l.lines); n >= 2*l.keep {
		l.lines = slices.Clone(l.lines[n-l.keep:])
	}
}

// Since returns the lines after seq.
func (l *Log) Since(seq uint64, known bool, _ func(string) bool) Changes {
	l.mu.Lock()
	defer l.mu.Unlock()
	known = known && seq <= l.pulse.seq
	kept := l.lines[max(0, len(l.lines)-l.keep):]
	out := Changes{Whole: !known, Seq: l.pulse.seq}
	from := 0
	if known {
		from, _ = slices.BinarySearchFunc(kept, seq+1, func(a logLine, at uint64) int { return cmp.Compare(a.seq, at) })
		if first := l.pulse.seq - uint64(len(kept)) + 1; seq+1 < first {
			out.Missed = first - seq - 1
		}
	}
	for _, line := range kept[from:] {
		out.Lines = append(out.Lines, line.data)
	}
	return out
}

// Changed returns a channel that the next change closes.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pulse.ch
}
