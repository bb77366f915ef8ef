// Package keyed holds the engine's in-memory state structures: open-addressing tables without pointers, whose entries keep the
// order in which they were added. That order is what makes an incremental checkpoint cheap: what is new since the last one is a
// suffix.
package keyed

import (
	"encoding/binary"
	"fmt"

	"millrace/models/batch"
)

// HashVersion names the hash the tables and key groups are built on; it stands in every state section.
const HashVersion = 1

// Groups is the number of key groups a keyed operator's state is split into.
const Groups = 256

// Group returns the key group of a hash. It uses the highest bits, the tables the lowest.
func Group(hash uint64) int { return int(hash >> 56) }

// Table maps byte keys to dense indices 0, 1, 2, ... in order of insertion. Entries are not deleted singly; see Retain.
type Table struct {
	off    []uint32
	data   []byte
	hashes []uint64
	index  []uint32 // entry+1; 0 is free; a power of two in length, at most 3/4 full
}

// NewTable returns an empty table.
func NewTable() *Table { return &Table{off: []uint32{0}, index: make([]uint32, 16)} }

// Len returns the number of entries.
func (t *Table) Len() int { return len(t.hashes) }

// Key returns the key of an entry; it must not be changed.
func (t *Table) Key(i int) []byte { return t.data[t.off[i]:t.off[i+1]] }

// Hash returns the hash of an entry's key.
func (t *Table) Hash(i int) uint64 { return t.hashes[i] }

// Bytes returns the memory the table takes.
func (t *Table) Bytes() int64 {
	return int64(cap(t.off)*4 + cap(t.data) + cap(t.hashes)*8 + cap(t.index)*4)
}

// Find returns the entry of a key, or -1.
func (t *Table) Find(key []byte, hash uint64) int {
	mask := uint64(len(t.index) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		e := t.index[i]
		if e == 0 {
			return -1
		}
		if t.hashes[e-1] == hash && string(t.Key(int(e-1))) == string(key) {
			return int(e - 1)
		}
	}
}

// findBlock is how many keys FindAll looks for at a time.
const findBlock = 64

// FindAll finds the entries of many keys at once: found[i] becomes that of keys[ends[i]:ends[i+1]], or -1. The hash of a key must be
// batch.HashBytes(key, 0). It goes over the keys step by step: a large table is not in the processor's cache, and what the steps of different
// keys wait for then overlaps.
func (t *Table) FindAll(keys []byte, ends []int, found []int32) {
	if t.Len() == 0 {
		for i := range found {
			found[i] = -1
		}
		return
	}
	mask := uint64(len(t.index) - 1)
	var hashes, seen [findBlock]uint64
	var slots [findBlock]uint32
	for from := 0; from < len(found); from += findBlock {
		out := found[from:min(from+findBlock, len(found))]
		for i := range out {
			hashes[i] = batch.HashBytes(keys[ends[from+i]:ends[from+i+1]], 0)
			slots[i] = t.index[hashes[i]&mask]
		}
		for i := range out {
			// Of a free place any entry will do.
			seen[i] = t.hashes[max(slots[i], 1)-1]
		}
		for i := range out {
			key, e := keys[ends[from+i]:ends[from+i+1]], int(slots[i])-1
			if e >= 0 && (seen[i] != hashes[i] || string(t.Key(e)) != string(key)) {
				e = t.Find(key, hashes[i])
			}
			out[i] = int32(e)
		}
	}
}

// Put returns the entry of a key, adding it when it is new. A table holds at most 4 GiB of keys; past that it fails.
func (t *Table) Put(key []byte, hash uint64) (entry int, added bool, err error) {
	mask := uint64(len(t.index) - 1)
	i := hash & mask
	for ; t.index[i] != 0; i = (i + 1) & mask {
		e := t.index[i] - 1
		if t.hashes[e] == hash && string(t.Key(int(e))) == string(key) {
			return int(e), false, nil
		}
	}
	if uint64(len(t.data))+uint64(len(key)) > 1<<32-1 || len(t.hashes) >= 1<<32-2 {
		return 0, false, fmt.Errorf("a state table has reached 4 GiB of keys")
	}
	n := len(t.hashes)
	t.data = append(t.data, key...)
	t.off = append(t.off, uint32(len(t.data)))
	t.hashes = append(t.hashes, hash)
	t.index[i] = uint32(n + 1)
	if 4*(n+1) > 3*len(t.index) {
		t.rehash(2 * len(t.index))
	}
	return n, true, nil
}

func (t *Table) rehash(size int) {
	t.index = make([]uint32, size)
	mask := uint64(size - 1)
	for e, h := range t.hashes {
		i := h & mask
		for t.index[i] != 0 {
			i = (i + 1) & mask
		}
		t.index[i] = uint32(e + 1)
	}
}

// Retain returns a table of the entries for which keep is true, in the same order, and calls moved with each one's old and new
// index.
func (t *Table) Retain(keep func(i int) bool, moved func(from, to int)) *Table {
	out := NewTable()
	for i := range t.hashes {
		if !keep(i) {
			continue
		}
		out.data = append(out.data, t.Key(i)...)
		out.off = append(out.off, uint32(len(out.data)))
		out.hashes = append(out.hashes, t.hashes[i])
		moved(i, len(out.hashes)-1)
	}
	size := 16
	for 4*len(out.hashes) > 3*size {
		size *= 2
	}
	out.rehash(size)
	return out
}

// AppendFrom appends the entries from the from-th on to dst: a count, then length and bytes of each key.
func (t *Table) AppendFrom(dst []byte, from int) []byte {
	dst = binary.AppendUvarint(dst, uint64(t.Len()-from))
	for i := from; i < t.Len(); i++ {
		k := t.Key(i)
		dst = binary.AppendUvarint(dst, uint64(len(k)))
		dst = append(dst, k...)
	}
	return dst
}

// ReadInto adds the entries AppendFrom wrote and returns what follows them.
func (t *Table) ReadInto(src []byte) ([]byte, error) {
	n, src, err := Uvarint(src)
	if err != nil {
		return nil, err
	}
	for ; n > 0; n-- {
		var l uint64
		if l, src, err = Uvarint(src); err != nil {
			return nil, err
		}
		if l > uint64(len(src)) {
			return nil, fmt.Errorf("a key of %d bytes is cut short", l)
		}
		key := src[:l]
		src = src[l:]
		if _, added, err := t.Put(key, batch.HashBytes(key, 0)); err != nil {
			return nil, err
		} else if !added {
			return nil, fmt.Errorf("a key stands twice in the state")
		}
	}
	return src, nil
}

// Uvarint reads an unsigned varint and returns what follows it.
func Uvarint(src []byte) (uint64, []byte, error) {
	v, n := binary.Uvarint(src)
	if n <= 0 {
		return 0, nil, fmt.Errorf("a number is cut short")
	}
	return v, src[n:], nil
}
