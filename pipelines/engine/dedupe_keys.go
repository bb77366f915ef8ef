package engine

import (
	"encoding/binary"

	"millrace/models/batch"
	"millrace/pipelines/engine/keyed"
)

// dedupeKeys are the keys a Dedupe has met. What there is of a key is the event time of the row that was kept.
type dedupeKeys struct {
	groupMarks
	seen  *keyed.Table
	times []int64
	// expired reports whether a key whose row has a time can no longer meet a duplicate.
	expired func(t int64) bool
}

func (g *dedupeKeys) keys() *keyed.Table { return g.seen }

func (g *dedupeKeys) group(key []byte) (int32, error) {
	e, added, err := g.seen.Put(key, batch.HashBytes(key, 0))
	if added {
		g.times, g.flags = append(g.times, 0), append(g.flags, 0)
	}
	return int32(e), err
}

// touch notes that a key has a new time.
func (g *dedupeKeys) touch(e int32) {
	if g.flags[e]&groupDead != 0 {
		g.flags[e] &^= groupDead
		g.dead--
	}
	g.groupMarks.touch(e)
}

func (g *dedupeKeys) appendGroup(dst []byte, e int32) []byte {
	return binary.AppendVarint(dst, g.times[e])
}

func (g *dedupeKeys) readGroup(src []byte, e int32) (_ []byte, err error) {
	g.times[e], src, err = readVarint(src)
	return src, err
}

func (g *dedupeKeys) gone(written []byte) bool {
	t, n := binary.Varint(written)
	return n > 0 && g.expired(t)
}

func (g *dedupeKeys) forget(e int32) error {
	if g.flags[e]&groupDead == 0 {
		g.flags[e] |= groupDead
		g.dead++
	}
	return nil
}

func (g *dedupeKeys) retain(keep func(e int) bool) {
	var kept []int32
	g.seen = g.seen.Retain(keep, func(from, _ int) { kept = append(kept, int32(from)) })
	g.times = listed(g.times, kept)
	g.groupMarks.retain(kept)
}

func (g *dedupeKeys) memory() int64 {
	return g.seen.Bytes() + int64(cap(g.times)*8+cap(g.flags)+cap(g.changed)*4)
}
