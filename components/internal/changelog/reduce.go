package changelog

import (
	"cmp"
	"slices"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
)

// Reducer takes the changes of an epoch together. It holds nothing between calls.
type Reducer struct {
	// Change is the mode of the stream, upsert or retract.
	Change plan.ChangeMode
	// Key are the positions of the key's columns, Names what they are called.
	Key   []int
	Names []string
}

// place names a row of the batches at hand.
type place struct {
	batch int
	row   int32
}

// version is one content that a key's row has had in an epoch: how often it was added more than taken back, and where it stood last.
type version struct {
	content string
	net     int
	at      place
}

// keyed is what happened to one key. Most keys have one version or two.
type keyed struct {
	versions []version
	// last and kind are the last change of an upsert.
	last place
	kind batch.RowKind
}

// Reduce returns at most one row a key: kind Insert or UpdateAfter for the row the key has now, Delete for one it has no more. Rows stay in
// the order in which they stood. An error says that a key has several rows.
func (r *Reducer) Reduce(rows []*batch.Batch) ([]*batch.Batch, error) {
	index := map[string]int{}
	var keys []keyed
	var buf []byte
	for n, b := range rows {
		for i := range b.Rows() {
			row := b.Row(i)
			kind := b.Kind(row)
			if r.Change == plan.Upsert && kind == batch.UpdateBefore {
				continue // the row after it says it all
			}
			buf = appendColumns(buf[:0], b, r.Key, row)
			k, known := index[string(buf)]
			if !known {
				k = len(keys)
				index[string(buf)] = k
				keys = append(keys, keyed{})
			}
			at := place{n, int32(row)}
			if r.Change == plan.Upsert {
				keys[k].last, keys[k].kind = at, kind
				continue
			}
			buf = appendRow(buf[:0], b, row)
			keys[k].count(buf, kind, at)
		}
	}
	left := make([][]outcome, len(rows))
	for i := range keys {
		at, kind, some, ok := keys[i].outcome(r.Change)
		switch {
		case !ok:
			return nil, component.Permanent(CodeNotUnique, nil,
				"Check the keys the model's sources declare: a table's key has to be unique among the rows it has at any time.",
				"several rows have the same %s at the end of an epoch, and the target keeps one", list(r.Names))
		case some:
			left[at.batch] = append(left[at.batch], outcome{at.row, kind})
		}
	}
	var out []*batch.Batch
	for n, b := range rows {
		if len(left[n]) > 0 {
			out = append(out, gather(b, left[n]))
		}
	}
	return out, nil
}

func (k *keyed) count(content []byte, kind batch.RowKind, at place) {
	step := 1
	if kind == batch.UpdateBefore || kind == batch.Delete {
		step = -1
	}
	for i := range k.versions {
		if v := &k.versions[i]; v.content == string(content) {
			v.net += step
			v.at = at
			return
		}
	}
	k.versions = append(k.versions, version{string(content), step, at})
}

// outcome returns what is left of a key's changes: some is false for nothing, ok is false for several rows.
func (k *keyed) outcome(mode plan.ChangeMode) (at place, kind batch.RowKind, some, ok bool) {
	if mode == plan.Upsert {
		return k.last, k.kind, true, true
	}
	there := 0
	for _, v := range k.versions {
		switch {
		case v.net > 0:
			there += v.net
			at, kind, some = v.at, batch.UpdateAfter, true
		case v.net < 0 && there == 0:
			at, kind, some = v.at, batch.Delete, true
		}
	}
	return at, kind, some, there <= 1
}

// outcome is a row that is left of a batch, and what it does.
type outcome struct {
	row  int32
	kind batch.RowKind
}

func gather(b *batch.Batch, left []outcome) *batch.Batch {
	slices.SortFunc(left, func(a, b outcome) int { return cmp.Compare(a.row, b.row) })
	rows, kinds := make([]int32, len(left)), make([]batch.RowKind, len(left))
	for i, o := range left {
		rows[i], kinds[i] = o.row, o.kind
	}
	out := b.Gather(rows)
	out.Kinds = kinds
	return out
}
