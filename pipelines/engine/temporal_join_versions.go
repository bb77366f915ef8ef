package engine

import (
	"bytes"

	"millrace/models/batch"
	"millrace/pipelines/engine/keyed"
)

// versions are the rows of a changelog by key and by the time from which they hold.
type versions struct {
	// rows has each key's versions in the order of time. Their aux has flags.
	rows *keyed.Multimap
	// cursors has, by entry, the answer last given.
	cursors []cursor
	// crowded lists the entries that may have something to prune: more than one version, or a deletion. listed says which they are.
	crowded []int32
	listed  []bool
	columns versionColumns
}

// cursor is the answer to look-ups of times within [from, until), empty where from is not before until: what holds, and where in the list
// that was found. Times mostly grow from one look-up to the next, and most keys have few versions: so most answers are here.
type cursor struct {
	from, until int64
	holds, at   int32
}

// lapse says that a cursor's answer may have become another one.
func (c *cursor) lapse() { c.from, c.until = 0, 0 }

// Flags of a version.
const (
	// versionDeleted: from this time on the key has no row.
	versionDeleted = 1 << iota
	// versionFirst: the key's first version of those that were there when the changelog had been read through once. It holds for all earlier
	// time too.
	versionFirst
)

func newVersions() *versions { return &versions{rows: keyed.NewMultimap()} }

// grow makes room for what is kept by entry.
func (v *versions) grow() {
	for len(v.cursors) < v.rows.Entries() {
		v.cursors, v.listed = append(v.cursors, cursor{holds: none, at: none}), append(v.listed, false)
	}
}

// add takes a version. Of versions with the same time the later arrival holds.
func (v *versions) add(key, row []byte, t int64, deleted bool) error {
	e, err := v.rows.Put(key, batch.HashBytes(key, 0))
	if err != nil {
		return err
	}
	v.grow()
	at, before := none, v.rows.Last(e)
	for before != none && v.rows.Time(before) > t {
		at, before = before, v.rows.Prev(before)
	}
	slot, err := v.rows.InsertBefore(e, at, row, t)
	if err != nil {
		return err
	}
	v.columns.forget(slot)
	v.cursors[e].lapse()
	if deleted {
		v.rows.SetAux(slot, versionDeleted)
	}
	// The first version stays: it holds for earlier time whatever comes at its own.
	if before != none && v.rows.Time(before) == t && v.rows.Aux(before)&versionFirst == 0 {
		v.remove(before)
	}
	v.list(e)
	return nil
}

// taken reports whether a key has another row at a time.
func (v *versions) taken(key, row []byte, t int64) bool {
	e := v.rows.Find(key, batch.HashBytes(key, 0))
	if e < 0 {
		return false
	}
	s := v.rows.Last(e)
	for s != none && v.rows.Time(s) > t {
		s = v.rows.Prev(s)
	}
	return s != none && v.rows.Time(s) == t && v.rows.Aux(s)&versionDeleted == 0 && !bytes.Equal(v.rows.Row(s), row)
}

func (v *versions) remove(slot int32) {
	c := &v.cursors[v.rows.Entry(slot)]
	c.lapse()
	if c.at == slot {
		c.at = v.rows.Next(slot)
	}
	v.rows.Remove(slot)
}

// list notes an entry that may have something to prune.
func (v *versions) list(e int) {
	if first := v.rows.First(e); !v.listed[e] && first != none && (v.rows.Next(first) != none || v.rows.Aux(first)&versionDeleted != 0) {
		v.listed[e] = true
		v.crowded = append(v.crowded, int32(e))
	}
}

// find returns the version of an entry that holds at a time, or none; an entry below 0 has no versions.
func (v *versions) find(e int, t int64) int32 {
	if e < 0 {
		return none
	}
	c := &v.cursors[e]
	if t < c.from || t >= c.until {
		v.seek(e, t)
	}
	return c.holds
}

// seek moves an entry's cursor to a time.
func (v *versions) seek(e int, t int64) {
	c := &v.cursors[e]
	s := c.at
	if s == none {
		s = v.rows.Last(e)
	}
	for s != none && v.rows.Time(s) > t {
		s = v.rows.Prev(s)
	}
	next := v.rows.First(e)
	if s != none {
		next = v.rows.Next(s)
	}
	for next != none && v.rows.Time(next) <= t {
		s, next = next, v.rows.Next(next)
	}
	*c = cursor{from: minTime, until: maxTime, holds: s, at: s}
	if next != none {
		c.until = v.rows.Time(next)
	}
	if s == none {
		c.holds = v.first(e)
		return
	}
	c.from = v.rows.Time(s)
	if v.rows.Aux(s)&versionDeleted != 0 {
		c.holds = none
	}
}

// first returns the version that holds for the time before all versions, or none.
func (v *versions) first(e int) int32 {
	for s := v.rows.First(e); s != none; s = v.rows.Next(s) {
		if v.rows.Aux(s)&versionFirst != 0 {
			return s
		}
	}
	return none
}

// known marks each key's first version.
func (v *versions) known() {
	for e := range v.rows.Entries() {
		v.cursors[e].lapse()
		for s := v.rows.First(e); s != none; s = v.rows.Next(s) {
			if f := v.rows.Aux(s); f&versionDeleted == 0 {
				v.rows.SetAux(s, f|versionFirst)
				break
			}
		}
	}
}

// prune drops the versions that hold at no time from a horizon on. That a key was deleted is remembered until the changelog's watermark
// has passed it as well: a version that comes on time then is a later one.
func (v *versions) prune(horizon, watermark int64) {
	kept := v.crowded[:0]
	for _, e := range v.crowded {
		s := v.rows.First(int(e))
		for s != none {
			next := v.rows.Next(s)
			if next == none || v.rows.Time(next) > horizon {
				break
			}
			v.remove(s)
			s = next
		}
		// That a key has no row need not be said when nothing else is said of it. Before another version it has to be: without it that one
		// might hold for all earlier time.
		if s != none && v.rows.Next(s) == none && v.rows.Aux(s)&versionDeleted != 0 && v.rows.Time(s) <= horizon && behind(v.rows.Time(s), watermark) {
			v.remove(s)
			s = none
		}
		v.listed[e] = false
		if s != none && (v.rows.Next(s) != none || v.rows.Aux(s)&versionDeleted != 0) {
			v.listed[e] = true
			kept = append(kept, e)
		}
	}
	v.crowded = kept
	if v.rows.Compact() {
		v.settle()
	}
}

// settle makes what is kept by entry anew: after a restore, or when entries have new numbers.
func (v *versions) settle() {
	v.cursors, v.listed, v.crowded = nil, nil, nil
	v.grow()
	for e := range v.rows.Entries() {
		v.list(e)
	}
}

func (v *versions) bytes() int64 {
	return v.rows.Bytes() + int64(cap(v.cursors)*24+cap(v.crowded)*4+cap(v.listed)) + v.columns.bytes()
}

// match returns the row of the version that holds at a time, nil when there is none.
func (v *versions) match(key []byte, t int64) []byte {
	if s := v.find(v.rows.Find(key, batch.HashBytes(key, 0)), t); s != none {
		return v.rows.Row(s)
	}
	return nil
}
