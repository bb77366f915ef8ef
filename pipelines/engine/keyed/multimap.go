package keyed

import (
	"errors"
	"fmt"
	"math"

	"millrace/models/batch"
)

// Multimap keeps lists of rows (byte strings) under byte keys. Each row has a time and a number of the caller's, its aux. Rows are
// known by their slot, a small number that stays theirs until they are removed and is then given to another; lists are entries, which
// keep their number until Compact. There is no pointer in it: the garbage collector does not look at a single row.
//
// The hash of a key must be batch.HashBytes(key, 0). A slot or an entry that is not there panics, as an index out of range does.
type Multimap struct {
	table *Table
	lists []list // by entry
	empty int    // lists without a row
	slots []slot
	free  int32 // the first free slot; the others follow by next
	live  int
	rows  arena

	// What has changed since the last snapshot; see multimap_state.go.
	log   []byte
	dirty []int32 // slots whose aux was set
	marks []uint64
	chain Chain

	// An index of the rows by their bytes, made when it is first of use; see FindRow.
	buckets []int32
	follow  []int32 // by slot: the next of its bucket
}

// none ends a list.
const none = -1

type list struct{ first, last int32 }

// slot is one row; of a free one entry is none.
type slot struct {
	entry      int32
	next, prev int32
	size       uint32
	at         place
	time       int64
	aux        int64
}

var errMultimapFull = errors.New("a state table has reached 2^31 rows")

// NewMultimap returns an empty multimap.
func NewMultimap() *Multimap { return &Multimap{table: NewTable(), free: none} }

// Find returns the entry of a key, or -1. The entry's list may be empty.
func (m *Multimap) Find(key []byte, hash uint64) int { return m.table.Find(key, hash) }

// FindAll finds the entries of many keys at once: found[i] becomes that of keys[ends[i]:ends[i+1]], or -1.
func (m *Multimap) FindAll(keys []byte, ends []int, found []int32) {
	m.table.FindAll(keys, ends, found)
}

// Put returns the entry of a key, adding it when it is new. The keys together may have 4 GiB; past that it fails.
func (m *Multimap) Put(key []byte, hash uint64) (entry int, err error) {
	entry, added, err := m.table.Put(key, hash)
	if err != nil {
		return 0, err
	}
	if added {
		m.lists = append(m.lists, list{none, none})
		m.empty++
		m.logKey(key)
	}
	return entry, nil
}

// Entries returns the number of entries: they are 0 to Entries()-1.
func (m *Multimap) Entries() int { return len(m.lists) }

// Key returns the key of an entry; it must not be changed.
func (m *Multimap) Key(e int) []byte { return m.table.Key(e) }

// First returns the first row of an entry, or -1.
func (m *Multimap) First(e int) int32 { return m.lists[e].first }

// Last returns the last row of an entry, or -1.
func (m *Multimap) Last(e int) int32 { return m.lists[e].last }

// Next returns the row behind another in its list, or -1.
func (m *Multimap) Next(s int32) int32 { return m.slots[s].next }

// Prev returns the row before another in its list, or -1.
func (m *Multimap) Prev(s int32) int32 { return m.slots[s].prev }

// Entry returns the entry a row stands under.
func (m *Multimap) Entry(s int32) int { return int(m.slots[s].entry) }

// Row returns the bytes of a row. They must not be changed, and stay what they are also when the row is removed.
func (m *Multimap) Row(s int32) []byte { return m.rows.get(m.slots[s].at, m.slots[s].size) }

// Time returns the time a row came in with.
func (m *Multimap) Time(s int32) int64 { return m.slots[s].time }

// Aux returns the caller's number of a row, 0 at first.
func (m *Multimap) Aux(s int32) int64 { return m.slots[s].aux }

// Slots returns the bound of the slots: all are below it, and Live says which of those are rows.
func (m *Multimap) Slots() int32 { return int32(len(m.slots)) }

// Live reports whether a slot below Slots is a row.
func (m *Multimap) Live(s int32) bool { return m.slots[s].entry != none }

// Len returns the number of rows.
func (m *Multimap) Len() int { return m.live }

// Bytes returns the memory the multimap takes.
func (m *Multimap) Bytes() int64 {
	return m.table.Bytes() + int64(cap(m.lists)*8+cap(m.slots)*40+cap(m.log)+cap(m.dirty)*4+cap(m.marks)*8+cap(m.buckets)*4+cap(m.follow)*4) + m.rows.alloc
}

// Append adds a row at the end of an entry's list.
func (m *Multimap) Append(e int, row []byte, time int64) (int32, error) {
	return m.InsertBefore(e, none, row, time)
}

// InsertBefore adds a row to an entry's list before another one; at -1, at the end.
func (m *Multimap) InsertBefore(e int, at int32, row []byte, time int64) (int32, error) {
	if int64(len(row)) > math.MaxInt32 {
		return 0, fmt.Errorf("a row of %d bytes is too large to be kept", len(row))
	}
	s := m.free
	if s == none {
		if len(m.slots) == math.MaxInt32 {
			return 0, errMultimapFull
		}
		s = int32(len(m.slots))
		m.slots = append(m.slots, slot{})
	} else {
		m.free = m.slots[s].next
	}
	m.slots[s] = slot{size: uint32(len(row)), at: m.rows.put(row), time: time}
	m.link(s, e, at)
	m.live++
	m.index(s)
	m.logInsert(e, at, row, time)
	return s, nil
}

func (m *Multimap) link(s int32, e int, at int32) {
	l := &m.lists[e]
	if l.first == none {
		m.empty--
	}
	prev := l.last
	if at != none {
		prev = m.slots[at].prev
		m.slots[at].prev = s
	} else {
		l.last = s
	}
	if prev != none {
		m.slots[prev].next = s
	} else {
		l.first = s
	}
	m.slots[s].entry, m.slots[s].prev, m.slots[s].next = int32(e), prev, at
}

// SetAux sets the caller's number of a row.
func (m *Multimap) SetAux(s int32, v int64) {
	m.slots[s].aux = v
	m.logAux(s)
}

// Remove removes a row.
func (m *Multimap) Remove(s int32) {
	m.unindex(s)
	r := &m.slots[s]
	l := &m.lists[r.entry]
	if r.prev != none {
		m.slots[r.prev].next = r.next
	} else {
		l.first = r.next
	}
	if r.next != none {
		m.slots[r.next].prev = r.prev
	} else {
		l.last = r.prev
	}
	if l.first == none {
		m.empty++
	}
	m.rows.drop(r.at, r.size)
	*r = slot{entry: none, next: m.free}
	m.free = s
	m.live--
	m.logRemove(s)
	if m.rows.sparse() {
		m.rewrite()
	}
}

// rewrite copies the rows into new chunks, which leaves out what is dead. That at least half is dead makes it cheap in the long run.
func (m *Multimap) rewrite() {
	old := m.rows
	m.rows = arena{}
	for i := range m.slots {
		if r := &m.slots[i]; r.entry != none {
			r.at = m.rows.put(old.get(r.at, r.size))
		}
	}
}

// minEmpty is how many empty entries are not worth clearing away.
const minEmpty = 1024

// Compact clears empty entries away once they are many and the larger part, and reports whether it did: entries then have new
// numbers, in the same order. Slots keep theirs.
func (m *Multimap) Compact() bool {
	if m.empty < minEmpty || 2*m.empty < len(m.lists) {
		return false
	}
	m.compact()
	m.logCompact()
	return true
}

func (m *Multimap) compact() {
	lists := make([]list, 0, len(m.lists)-m.empty)
	m.table = m.table.Retain(func(e int) bool { return m.lists[e].first != none }, func(from, to int) {
		for s := m.lists[from].first; s != none; s = m.slots[s].next {
			m.slots[s].entry = int32(to)
		}
		lists = append(lists, m.lists[from])
	})
	m.lists, m.empty = lists, 0
	// The index goes by the entry's number.
	m.buckets, m.follow = nil, nil
}

// longList is the length of a list from which rows are looked up in an index instead.
const longList = 32

// FindRow returns a row of an entry that has these bytes, or -1.
func (m *Multimap) FindRow(e int, row []byte) int32 {
	if m.buckets == nil {
		n := 0
		for s := m.lists[e].first; s != none; s = m.slots[s].next {
			if string(m.Row(s)) == string(row) {
				return s
			}
			if n++; n == longList {
				m.makeIndex()
				break
			}
		}
		if n < longList {
			return none
		}
	}
	for s := m.buckets[m.bucket(e, row)]; s != none; s = m.follow[s] {
		if int(m.slots[s].entry) == e && string(m.Row(s)) == string(row) {
			return s
		}
	}
	return none
}

func (m *Multimap) bucket(e int, row []byte) uint64 {
	return batch.HashBytes(row, uint64(e)) & uint64(len(m.buckets)-1)
}

func (m *Multimap) makeIndex() {
	size := 1024
	for size < 2*m.live {
		size *= 2
	}
	m.buckets, m.follow = make([]int32, size), make([]int32, len(m.slots))
	for i := range m.buckets {
		m.buckets[i] = none
	}
	for i := range m.slots {
		if m.slots[i].entry != none {
			m.index(int32(i))
		}
	}
}

// index adds a row to the index, if there is one.
func (m *Multimap) index(s int32) {
	if m.buckets == nil {
		return
	}
	if m.live > len(m.buckets) {
		m.makeIndex()
		return
	}
	for len(m.follow) <= int(s) {
		m.follow = append(m.follow, none)
	}
	b := &m.buckets[m.bucket(int(m.slots[s].entry), m.Row(s))]
	m.follow[s], *b = *b, s
}

func (m *Multimap) unindex(s int32) {
	if m.buckets == nil {
		return
	}
	p := &m.buckets[m.bucket(int(m.slots[s].entry), m.Row(s))]
	for *p != s {
		p = &m.follow[*p]
	}
	*p = m.follow[s]
}
