package engine

import (
	"encoding/binary"
	"errors"
	"fmt"

	"millrace/models/batch"
	"millrace/pipelines/engine/keyed"
	"millrace/pipelines/engine/spill"
)

// keyedGroups saves the groups of an aggregateOp by their keys, and keeps those that memory has no room for on disk (aggregate_spill.go).
// Groups are saved in shards by their hash. A shard is written in full now and then, few of them at a checkpoint, and else as what was
// touched: so a checkpoint costs the change, however large the state, and no checkpoint has to write everything.
//
// The payload of a section is the number of entries, in four bytes, and the entries: length and bytes of the key, then 0 where the group has no rows any more, or 1 and the
// group: how many rows it has where the input can take rows back, and each accumulator.
type keyedGroups struct {
	op     *aggregateOp
	flats  []flatAcc
	chains [stateShards]shardChain
	// next is the shard that the next look for one to write in full begins at.
	next int
	// cold has the groups that are not in memory; nil until there is one. Of a group that is in memory it may have an older state.
	cold *spill.Store
	// away is about how many groups are there and not in memory.
	away int64

	one [1]int32 // scratch
	buf []byte
}

const (
	// stateShards is part of the format: sections name their shard.
	stateShards = 64
	// fullShards is how many shards whose time has come a checkpoint writes in full.
	fullShards = 2
)

// shardOf returns the shard of a key's hash. It uses the highest bits, the tables the lowest.
func shardOf(hash uint64) int { return int(hash >> 58) }

func shardName(i int) string { return fmt.Sprintf("k%02x", i) }

// shardChain decides when a shard is to be written in full.
type shardChain struct {
	begun        bool
	count        int
	full, deltas int64
}

const (
	shardSections = 32
	shardSlack    = 16 << 10
)

func (c *shardChain) due() bool { return c.count >= shardSections || c.deltas > c.full+shardSlack }

// overdue says that the chain cannot wait for its turn.
func (c *shardChain) overdue() bool {
	return !c.begun || c.count >= 2*shardSections || c.deltas > 4*(c.full+shardSlack)
}

func (c *shardChain) wrote(n int, full bool) {
	if full {
		*c = shardChain{begun: true, full: int64(n)}
		return
	}
	c.count, c.deltas = c.count+1, c.deltas+int64(n)
}

// newKeyedGroups returns nil for an operator whose groups do not stand alone, or that has one only.
func newKeyedGroups(g *aggregateOp) *keyedGroups {
	if len(g.op.Keys) == 0 {
		return nil
	}
	k := &keyedGroups{op: g}
	for _, a := range g.accs {
		f, ok := a.(flatAcc)
		if !ok {
			return nil
		}
		k.flats = append(k.flats, f)
	}
	return k
}

// appendGroup writes a group's state.
func (k *keyedGroups) appendGroup(dst []byte, e int32) []byte {
	if k.op.retracts {
		dst = binary.AppendVarint(dst, k.op.counts[e])
	}
	k.one[0] = e
	for _, a := range k.flats {
		dst = a.appendTouched(dst, k.one[:])
	}
	return dst
}

// readGroup makes a group what appendGroup wrote and returns what follows it.
func (k *keyedGroups) readGroup(src []byte, e int32) (_ []byte, err error) {
	if k.op.retracts {
		if k.op.counts[e], src, err = readVarint(src); err != nil {
			return nil, err
		}
	}
	k.one[0] = e
	for _, a := range k.flats {
		if src, err = a.readTouched(src, k.one[:]); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func appendEntryKey(dst, key []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(key))), key...)
}

// snapshot writes the groups touched since the last one, and some shards in full.
func (k *keyedGroups) snapshot(put func(shard string, payload []byte, full bool)) error {
	g := k.op
	if len(g.changed) == 0 {
		return nil
	}
	var touched, all [stateShards][]int32
	for _, e := range g.changed {
		g.flags[e] &^= groupChanged
		s := shardOf(g.groups.groups.Hash(int(e)))
		touched[s] = append(touched[s], e)
	}
	full := k.choose(&touched)
	for e := range g.groups.groups.Len() {
		if s := shardOf(g.groups.groups.Hash(e)); full[s] && g.flags[e]&groupDead == 0 {
			all[s] = append(all[s], int32(e))
		}
	}
	for s := range stateShards {
		if len(touched[s]) == 0 {
			continue
		}
		groups := touched[s]
		if full[s] {
			groups = all[s]
		}
		payload, err := k.appendShard(s, groups, full[s])
		if err != nil {
			return err
		}
		k.chains[s].wrote(len(payload), full[s])
		put(shardName(s), payload, full[s])
	}
	g.changed = g.changed[:0]
	if g.mostlyDead() {
		return k.drop(func(e int) bool { return g.flags[e]&groupDead != 0 })
	}
	return nil
}

// choose says which of the shards that were touched are written in full: those that must be, and a few whose time has come, in turn.
func (k *keyedGroups) choose(touched *[stateShards][]int32) (full [stateShards]bool) {
	left := fullShards
	for i := range stateShards {
		s := (k.next + i) % stateShards
		switch c := &k.chains[s]; {
		case len(touched[s]) == 0:
		case c.overdue():
			full[s] = true
		case left > 0 && c.due():
			full[s] = true
			if left--; left == 0 {
				k.next = s + 1
			}
		}
	}
	return full
}

// appendShard writes groups of a shard; in full, those that are not in memory as well.
func (k *keyedGroups) appendShard(s int, groups []int32, full bool) ([]byte, error) {
	g := k.op
	payload, count := binary.LittleEndian.AppendUint32(nil, 0), uint32(len(groups))
	for _, e := range groups {
		payload = appendEntryKey(payload, g.groups.groups.Key(int(e)))
		if g.flags[e]&groupDead != 0 {
			payload = append(payload, 0)
			continue
		}
		payload = k.appendGroup(append(payload, 1), e)
	}
	if full && k.cold != nil {
		err := k.eachCold(s, func(key, state []byte) error {
			payload = append(append(appendEntryKey(payload, key), 1), state...)
			count++
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	binary.LittleEndian.PutUint32(payload, count)
	return payload, nil
}

var errGroupState = errors.New("the state of an aggregate is damaged")

// restore applies a section.
func (k *keyedGroups) restore(shard string, src []byte, full bool) error {
	var s int
	if n, err := fmt.Sscanf(shard, "k%02x", &s); n != 1 || err != nil || s < 0 || s >= stateShards || shardName(s) != shard {
		return fmt.Errorf("%w: there is no shard %q", errGroupState, shard)
	}
	if full && k.chains[s].begun {
		if err := k.empty(s); err != nil {
			return err
		}
	}
	k.chains[s].wrote(len(src), full)
	if len(src) < 4 {
		return errCut
	}
	var gone [][]byte
	count := binary.LittleEndian.Uint32(src)
	src = src[4:]
	for ; count > 0; count-- {
		n, rest, err := keyed.Uvarint(src)
		if err != nil || n >= uint64(len(rest)) {
			return fmt.Errorf("%w: %w", errGroupState, errCut)
		}
		key, there := rest[:n], rest[n]
		if shardOf(batch.HashBytes(key, 0)) != s || there > 1 {
			return fmt.Errorf("%w: what stands in %s does not belong there", errGroupState, shard)
		}
		if src = rest[n+1:]; there == 0 {
			if err := k.forget(key); err != nil {
				return err
			}
			gone = append(gone, key)
			continue
		}
		if src, err = k.put(key, src); err != nil {
			return fmt.Errorf("%w: %w", errGroupState, err)
		}
	}
	if len(src) != 0 {
		return fmt.Errorf("%w: %d bytes follow it", errGroupState, len(src))
	}
	return k.deleteCold(gone)
}

// put makes a group what its entry says and returns what follows it.
func (k *keyedGroups) put(key, src []byte) ([]byte, error) {
	g := k.op
	before := g.groups.groups.Len()
	e, err := g.group(key)
	if err != nil {
		return nil, err
	}
	if k.cold != nil && int(e) == before {
		g.flags[e] |= groupStale
	}
	if src, err = k.readGroup(src, e); err == nil && g.retracts {
		g.bury(e)
	}
	return src, err
}

// forget makes a group in memory one that has no rows.
func (k *keyedGroups) forget(key []byte) error {
	g := k.op
	e := g.groups.groups.Find(key, batch.HashBytes(key, 0))
	if e < 0 {
		return nil
	}
	if !g.retracts {
		return fmt.Errorf("%w: a group of inserts is gone", errGroupState)
	}
	g.counts[e] = 0
	g.bury(int32(e))
	return nil
}

// empty drops a shard, in memory and beyond.
func (k *keyedGroups) empty(s int) error {
	g := k.op
	if err := k.drop(func(e int) bool { return shardOf(g.groups.groups.Hash(e)) == s }); err != nil {
		return err
	}
	if k.cold == nil {
		return nil
	}
	var keys [][]byte
	err := k.eachCold(s, func(key, _ []byte) error {
		keys = append(keys, append([]byte{}, key...))
		return nil
	})
	return errors.Join(err, k.deleteCold(keys))
}
