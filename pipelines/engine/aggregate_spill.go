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

// warmBatches is how many batches are looked through for groups to fetch at a time.
const warmBatches = 16

// coldKey appends the key by which a group stands beyond memory: its shard's groups lie together.
func coldKey(dst, key []byte, hash uint64) []byte {
	return append(append(dst, byte(shardOf(hash))), key...)
}

// spilled reports whether there are groups that are not in memory.
func (g *aggregateOp) spilled() bool { return g.keyed != nil && g.keyed.cold != nil }

func (k *keyedGroups) bytes() int64 {
	if k.cold == nil {
		return 0
	}
	return k.cold.Memory()
}

// warm fetches the groups of rows that are about to be taken in.
func (g *aggregateOp) warm(batches []*batch.Batch) error {
	if !g.spilled() {
		return nil
	}
	missing := keyed.NewTable()
	vectors := make([]*batch.Vector, len(g.input.keys))
	for _, b := range batches {
		for i, p := range g.input.keys {
			// A row whose key fails will be rejected; what is fetched for it does no harm.
			vectors[i] = p.Eval(b).Vec
		}
		for i := range b.Rows() {
			key := g.grouper.key(vectors, b.Row(i))
			hash := batch.HashBytes(key, 0)
			if g.groups.groups.Find(key, hash) >= 0 {
				continue
			}
			if _, _, err := missing.Put(key, hash); err != nil {
				return err
			}
		}
	}
	return g.keyed.fetch(missing)
}

// fetch takes the groups of some keys into memory, as far as they are beyond it.
func (k *keyedGroups) fetch(keys *keyed.Table) error {
	cold := make([][]byte, keys.Len())
	room := make([]byte, 0, int(keys.Bytes()))
	for i := range cold {
		from := len(room)
		room = coldKey(room, keys.Key(i), keys.Hash(i))
		cold[i] = room[from:len(room):len(room)]
	}
	slices.SortFunc(cold, bytes.Compare)
	return k.cold.Load(cold, func(i int, state []byte) error {
		e, err := k.op.group(cold[i][1:])
		if err != nil {
			return err
		}
		k.op.flags[e] |= groupStale
		k.away--
		_, err = k.readGroup(state, e)
		return err
	})
}

// eachCold calls each for the groups of a shard that are not in memory.
func (k *keyedGroups) eachCold(s int, each func(key, state []byte) error) error {
	from, to := []byte{byte(s)}, []byte{byte(s + 1)}
	return k.cold.Range(from, to, func(key, state []byte) error {
		if key = key[1:]; k.op.groups.groups.Find(key, batch.HashBytes(key, 0)) >= 0 {
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

// drop forgets groups, and what stands of them beyond memory.
func (k *keyedGroups) drop(which func(e int) bool) error {
	g := k.op
	var stale [][]byte
	if k.cold != nil {
		for e, f := range g.flags {
			if f&groupStale != 0 && which(e) {
				stale = append(stale, g.groups.groups.Key(e))
			}
		}
	}
	if err := k.deleteCold(stale); err != nil {
		return err
	}
	k.renumber(func(e int) bool { return !which(e) })
	return nil
}

func (k *keyedGroups) renumber(keep func(e int) bool) {
	g := k.op
	kept := g.retain(keep)
	for _, a := range k.flats {
		a.retain(kept)
	}
	g.dead = 0
	for _, f := range g.flags {
		if f&groupDead != 0 {
			g.dead++
		}
	}
}

// shed moves groups out of memory until the operator takes about target bytes: those that were not touched since the last time first, the
// oldest first. It must follow a snapshot; what has changed since stays.
func (g *aggregateOp) shed(target int64) error {
	k := g.keyed
	if k == nil || len(g.changed) > 0 {
		return nil
	}
	if k.cold == nil {
		r := g.run
		store, err := spill.Open(r.opt.Dir, spillMemory(r.opt.StateBytes), r.opt.Log)
		if err != nil {
			return err
		}
		k.cold = store
	}
	n := g.groups.groups.Len()
	if n == 0 {
		return nil
	}
	own := g.bytes() - k.bytes()
	leave := n - int(float64(n)*float64(max(target-k.bytes(), 0))/float64(own))
	leaving := make([]bool, n)
	for range 2 {
		for e := 0; e < n && leave > 0; e++ {
			switch {
			case leaving[e]:
			case g.flags[e]&groupWarm != 0:
				g.flags[e] &^= groupWarm
			default:
				leaving[e] = true
				leave--
			}
		}
	}
	w := k.cold.Write()
	for e, f := range g.flags {
		leaving[e] = leaving[e] || f&groupDead != 0
		if !leaving[e] {
			continue
		}
		key := coldKey(k.buf[:0], g.groups.groups.Key(e), g.groups.groups.Hash(e))
		at := len(key)
		k.buf = key
		var err error
		switch {
		case f&groupDead == 0:
			k.buf = k.appendGroup(k.buf, int32(e))
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
	k.renumber(func(e int) bool { return !leaving[e] })
	return nil
}

// beyond returns how many groups stand beyond memory, about, and the bytes they take on disk.
func (g *aggregateOp) beyond() (groups, disk int64) {
	if !g.spilled() {
		return 0, 0
	}
	return max(g.keyed.away, 0), g.keyed.cold.Disk()
}

// Close lets go of what stands beyond memory.
func (g *aggregateOp) Close() error {
	if !g.spilled() {
		return nil
	}
	return g.keyed.cold.Close()
}

// spillMemory is the memory a store beyond memory takes of a budget: its index should fit.
func spillMemory(budget int64) int64 { return min(max(budget/8, 1<<20), 256<<20) }
