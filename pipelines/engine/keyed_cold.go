package engine

import (
	"bytes"
	"errors"
	"slices"

	"millrace/models/batch"
	"millrace/pipelines/engine/keyed"
	"millrace/pipelines/engine/spill"
)

// Groups that memory has no room for.
//
// Between two barriers no group is looked at, and at a barrier all rows are there. So before rows are taken in, the groups they belong to
// are fetched together, in the order of their keys, and after the checkpoint, when what is in memory is what was saved, the groups that
// were not touched for longest are moved out. A group is read from where it is newest: memory first. What stands beyond memory is
// never newer, and is not relied upon: a restart begins with what the checkpoint has.

// coldKey appends the key by which a group stands beyond memory: its shard's groups lie together.
func coldKey(dst, key []byte, hash uint64) []byte {
	return append(append(dst, byte(shardOf(hash))), key...)
}

// spilled reports whether there are groups that are not in memory.
func (k *keyedGroups) spilled() bool { return k != nil && k.cold != nil }

// missing collects keys whose groups are not in memory.
type missing struct {
	k    *keyedGroups
	keys *keyed.Table
}

// missing returns nil where all groups are in memory.
func (k *keyedGroups) missing() *missing {
	if !k.spilled() {
		return nil
	}
	return &missing{k, keyed.NewTable()}
}

func (m *missing) add(key []byte) error {
	hash := batch.HashBytes(key, 0)
	if m.k.op.keys().Find(key, hash) >= 0 {
		return nil
	}
	_, _, err := m.keys.Put(key, hash)
	return err
}

// fetch takes the groups that were missing into memory, as far as there are such.
func (m *missing) fetch() error {
	k := m.k
	cold := make([][]byte, m.keys.Len())
	room := make([]byte, 0, int(m.keys.Bytes()))
	for i := range cold {
		from := len(room)
		room = coldKey(room, m.keys.Key(i), m.keys.Hash(i))
		cold[i] = room[from:len(room):len(room)]
	}
	slices.SortFunc(cold, bytes.Compare)
	return k.cold.Load(cold, func(i int, state []byte) error {
		e, err := k.op.group(cold[i][1:])
		if err != nil {
			return err
		}
		k.marks.flags[e] |= groupStale
		k.away--
		_, err = k.op.readGroup(state, e)
		return err
	})
}

// eachCold calls each for the groups of a shard that are not in memory.
func (k *keyedGroups) eachCold(s int, each func(key, state []byte) error) error {
	from, to := []byte{byte(s)}, []byte{byte(s + 1)}
	table := k.op.keys()
	return k.cold.Range(from, to, func(key, state []byte) error {
		if key = key[1:]; table.Find(key, batch.HashBytes(key, 0)) >= 0 {
			return nil
		}
		return each(key, state)
	})
}

// deleteCold removes groups from beyond memory.
func (k *keyedGroups) deleteCold(keys [][]byte) error {
	if k.cold == nil || len(keys) == 0 {
		return nil
	}
	w := k.cold.Write()
	for _, key := range keys {
		k.buf = coldKey(k.buf[:0], key, batch.HashBytes(key, 0))
		if err := w.Delete(k.buf); err != nil {
			return errors.Join(err, w.Close())
		}
	}
	return w.Close()
}

// drop forgets groups, and what stands of them beyond memory. It must follow a snapshot.
func (k *keyedGroups) drop(which func(e int) bool) error {
	if k.cold != nil {
		var stale [][]byte
		for e, f := range k.marks.flags {
			if f&groupStale != 0 && which(e) {
				stale = append(stale, k.op.keys().Key(e))
			}
		}
		if err := k.deleteCold(stale); err != nil {
			return err
		}
	}
	k.op.retain(func(e int) bool { return !which(e) })
	return nil
}

// shed moves groups out of memory until those that stay take about target bytes, what the disk needs of memory included: those that were not
// touched since the last time first, the oldest first. limit is what all state of the job may take. It must follow a snapshot; before one it
// does nothing.
func (k *keyedGroups) shed(target, limit int64) error {
	m, n := k.marks, k.op.keys().Len()
	if len(m.changed) > 0 || n == 0 {
		return nil
	}
	if k.cold == nil {
		opt := k.run.opt
		store, err := spill.Open(opt.Dir, spillMemory(limit), opt.Log)
		if err != nil {
			return err
		}
		k.cold = store
	}
	leave := n - int(float64(n)*float64(max(target-k.cold.Memory(), 0))/float64(k.op.memory()))
	leaving := k.coldest(leave)
	w := k.cold.Write()
	for e, f := range m.flags {
		leaving[e] = leaving[e] || f&groupDead != 0
		if !leaving[e] {
			continue
		}
		key := coldKey(k.buf[:0], k.op.keys().Key(e), k.op.keys().Hash(e))
		at := len(key)
		k.buf = key
		var err error
		switch {
		case f&groupDead == 0:
			k.buf = k.op.appendGroup(k.buf, int32(e))
			k.away++
			err = w.Put(k.buf[:at], k.buf[at:])
		case f&groupStale != 0:
			err = w.Delete(key)
		}
		if err != nil {
			return errors.Join(err, w.Close())
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	k.op.retain(func(e int) bool { return !leaving[e] })
	return nil
}

// coldest picks so many groups. A group that was touched since the last time is passed over once.
func (k *keyedGroups) coldest(n int) []bool {
	flags := k.marks.flags
	picked := make([]bool, len(flags))
	for range 2 {
		for e := 0; e < len(flags) && n > 0; e++ {
			switch {
			case picked[e]:
			case flags[e]&groupWarm != 0:
				flags[e] &^= groupWarm
			default:
				picked[e] = true
				n--
			}
		}
	}
	return picked
}

// bytes is what the groups take of memory, and what those that are not in memory need of it.
func (k *keyedGroups) bytes() int64 {
	if k.cold == nil {
		return k.op.memory()
	}
	return k.op.memory() + k.cold.Memory()
}

// beyond returns how many groups stand beyond memory, about, and the bytes they take on disk.
func (k *keyedGroups) beyond() (groups, disk int64) {
	if !k.spilled() {
		return 0, 0
	}
	return max(k.away, 0), k.cold.Disk()
}

// close lets go of what stands beyond memory.
func (k *keyedGroups) close() error {
	if !k.spilled() {
		return nil
	}
	return k.cold.Close()
}

// spillMemory is the memory a store beyond memory takes of what state may take: its index should fit.
func spillMemory(limit int64) int64 { return min(max(limit/8, 1<<20), 256<<20) }
