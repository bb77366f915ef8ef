package engine

import (
	"encoding/binary"
	"errors"
	"fmt"

	"millrace/models/batch"
	"millrace/pipelines/engine/keyed"
	"millrace/pipelines/engine/spill"
)

// keyedGroups saves the groups of an operator by their keys, and keeps those that memory has no room for on disk (keyed_cold.go).
// Groups are saved in shards by their hash. A shard is written in full now and then, few of them at a checkpoint, and else as what was
// touched: so a checkpoint costs the change, however large the state, and no checkpoint has to write everything.
//
// The payload of a section is the number of entries, in four bytes, and the entries: length and bytes of the key, then 0 where the group is
// gone, or 1 and what the operator says of it.
type keyedGroups struct {
	run    *run
	op     keyedOp
	marks  *groupMarks
	chains [stateShards]keyed.Chain
	// next is the shard that the next look for one to write in full begins at.
	next int
	// cold has the groups that are not in memory; nil until there is one. Of a group that is in memory it may have an older state.
	cold *spill.Store
	// away is about how many groups are there and not in memory.
	away int64

	buf []byte // scratch
}

// keyedOp is an operator that knows something small of each key, and nothing that several keys share. Groups in memory are numbered, in the
// order in which they came.
type keyedOp interface {
	keys() *keyed.Table
	// group returns the number of a key's group, adding it when it is new.
	group(key []byte) (int32, error)
	// appendGroup writes what there is of a group; readGroup makes a group what was written and returns what follows it.
	appendGroup(dst []byte, e int32) []byte
	readGroup(src []byte, e int32) ([]byte, error)
	// gone reports whether nobody needs what was written of a group any more.
	gone(written []byte) bool
	// forget makes a group one that is gone.
	forget(e int32) error
	// retain drops all groups for which keep is false, and numbers the others anew.
	retain(keep func(e int) bool)
	// memory is what the groups take.
	memory() int64
}

// groupMarks is what is noted of groups, by their numbers.
type groupMarks struct {
	// flags has what is known of each group; dead counts those that are groupDead.
	flags []uint8
	dead  int
	// changed lists the groups touched since the last snapshot.
	changed []int32
}

// The flags of a group.
const (
	groupTouched uint8 = 1 << iota // met by the running barrier
	groupChanged                   // in changed
	groupDead                      // is gone: its number is free when groups are numbered anew
	groupWarm                      // touched since groups were last looked through for some to move out of memory
	groupStale                     // what stands of it beyond memory is of before
)

// touch notes that a group has changed.
func (m *groupMarks) touch(e int32) {
	m.flags[e] |= groupWarm
	if m.flags[e]&groupChanged == 0 {
		m.flags[e] |= groupChanged
		m.changed = append(m.changed, e)
	}
}

// retain follows when groups are numbered anew; kept are the numbers they had.
func (m *groupMarks) retain(kept []int32) {
	m.flags, m.dead = listed(m.flags, kept), 0
	for _, f := range m.flags {
		if f&groupDead != 0 {
			m.dead++
		}
	}
}

// minDead is how many dead groups are not worth clearing away.
const minDead = 1024

// mostlyDead reports whether numbering the groups anew pays.
func (m *groupMarks) mostlyDead() bool { return m.dead >= minDead && 2*m.dead >= len(m.flags) }

const (
	// stateShards is part of the format: sections name their shard.
	stateShards = 64
	// fullShards is how many shards whose time has come a checkpoint writes in full.
	fullShards = 2
)

// shardOf returns the shard of a key's hash. It uses the highest bits, the tables the lowest.
func shardOf(hash uint64) int { return int(hash >> 58) }

func shardName(i int) string { return fmt.Sprintf("k%02x", i) }

// A shard's time to be written in full has come behind so many increments, or when they have so many bytes more than it; behind twice as many,
// or four times the bytes, it waits for no turn.
const (
	shardSections = 32
	shardSlack    = 16 << 10
)

func due(c *keyed.Chain) bool { return c.Past(shardSections, c.Full()+shardSlack) }

func overdue(c *keyed.Chain) bool { return c.Past(2*shardSections, 4*(c.Full()+shardSlack)) }

func newKeyedGroups(r *run, op keyedOp, marks *groupMarks) *keyedGroups {
	return &keyedGroups{run: r, op: op, marks: marks}
}

func appendEntryKey(dst, key []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(key))), key...)
}

// snapshot writes the groups touched since the last one, and some shards in full.
func (k *keyedGroups) snapshot(put func(shard string, payload []byte, full bool)) error {
	m, table := k.marks, k.op.keys()
	if len(m.changed) == 0 {
		return nil
	}
	var touched, all [stateShards][]int32
	for _, e := range m.changed {
		m.flags[e] &^= groupChanged
		s := shardOf(table.Hash(int(e)))
		touched[s] = append(touched[s], e)
	}
	full := k.choose(&touched)
	if full != [stateShards]bool{} {
		for e := range table.Len() {
			if s := shardOf(table.Hash(e)); full[s] && m.flags[e]&groupDead == 0 {
				all[s] = append(all[s], int32(e))
			}
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
		k.chains[s].Wrote(len(payload), full[s])
		put(shardName(s), payload, full[s])
	}
	m.changed = m.changed[:0]
	if m.mostlyDead() {
		return k.drop(func(e int) bool { return m.flags[e]&groupDead != 0 })
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
		case overdue(c):
			full[s] = true
		case left > 0 && due(c):
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
	table := k.op.keys()
	payload, count := binary.LittleEndian.AppendUint32(nil, 0), uint32(len(groups))
	for _, e := range groups {
		payload = appendEntryKey(payload, table.Key(int(e)))
		if k.marks.flags[e]&groupDead != 0 {
			payload = append(payload, 0)
			continue
		}
		payload = k.op.appendGroup(append(payload, 1), e)
	}
	if full && k.cold != nil {
		var gone [][]byte
		err := k.eachCold(s, func(key, state []byte) error {
			if k.op.gone(state) {
				gone = append(gone, append([]byte{}, key...))
				return nil
			}
			payload = append(append(appendEntryKey(payload, key), 1), state...)
			count++
			return nil
		})
		if err := errors.Join(err, k.deleteCold(gone)); err != nil {
			return nil, err
		}
		k.away -= int64(len(gone))
	}
	binary.LittleEndian.PutUint32(payload, count)
	return payload, nil
}

var errGroupState = errors.New("the state by key is damaged")

// restore applies a section.
func (k *keyedGroups) restore(shard string, src []byte, full bool) error {
	var s int
	if n, err := fmt.Sscanf(shard, "k%02x", &s); n != 1 || err != nil || s < 0 || s >= stateShards || shardName(s) != shard {
		return fmt.Errorf("%w: there is no shard %q", errGroupState, shard)
	}
	if full && k.chains[s].Started() {
		if err := k.empty(s); err != nil {
			return err
		}
	}
	k.chains[s].Wrote(len(src), full)
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
	before := k.op.keys().Len()
	e, err := k.op.group(key)
	if err != nil {
		return nil, err
	}
	if k.cold != nil && int(e) == before {
		k.marks.flags[e] |= groupStale
	}
	return k.op.readGroup(src, e)
}

// forget makes a group in memory one that is gone.
func (k *keyedGroups) forget(key []byte) error {
	e := k.op.keys().Find(key, batch.HashBytes(key, 0))
	if e < 0 {
		return nil
	}
	return k.op.forget(int32(e))
}

// empty drops a shard, in memory and beyond.
func (k *keyedGroups) empty(s int) error {
	table := k.op.keys()
	if err := k.drop(func(e int) bool { return shardOf(table.Hash(e)) == s }); err != nil {
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
	k.away -= int64(len(keys))
	return errors.Join(err, k.deleteCold(keys))
}
