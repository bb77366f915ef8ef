package engine

import (
	"bytes"
	"cmp"
	"slices"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/pipelines/engine/keyed"
)

// released remembers the left rows that were given out, by key, so that versions which come later can still correct what they were given.
type released struct {
	rows *keyed.Multimap
	// order lists the slots by time.
	order []int32
	// stale has, for the rows whose match may have changed since the last barrier, the bytes of what it was: nil for no match.
	stale map[int32][]byte
}

func newReleased() *released {
	return &released{rows: keyed.NewMultimap(), stale: map[int32][]byte{}}
}

// add takes a row that is given out. Rows come in the order of time.
func (l *released) add(key, row []byte, t int64) error {
	e, err := l.rows.Put(key, batch.HashBytes(key, 0))
	if err != nil {
		return err
	}
	s, err := l.rows.Append(e, row, t)
	if err != nil {
		return err
	}
	l.order = append(l.order, s)
	return nil
}

// touch notes what rows of a key from a time on have now, before a version of that time comes in.
func (l *released) touch(key []byte, t int64, v *versions) {
	e := l.rows.Find(key, batch.HashBytes(key, 0))
	if e < 0 {
		return
	}
	for s := l.rows.Last(e); s != none && l.rows.Time(s) >= t; s = l.rows.Prev(s) {
		if _, noted := l.stale[s]; !noted {
			l.stale[s] = v.match(key, l.rows.Time(s))
		}
	}
}

// touched lists the rows noted, by time, key and bytes.
func (l *released) touched() []int32 {
	out := make([]int32, 0, len(l.stale))
	for s := range l.stale {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b int32) int {
		if x, y := l.rows.Time(a), l.rows.Time(b); x != y {
			return cmp.Compare(x, y)
		}
		return cmp.Or(slices.Compare(l.rows.Key(l.rows.Entry(a)), l.rows.Key(l.rows.Entry(b))), slices.Compare(l.rows.Row(a), l.rows.Row(b)))
	})
	return out
}

// forget drops the rows before a horizon.
func (l *released) forget(horizon int64) {
	n := 0
	for n < len(l.order) && behind(l.rows.Time(l.order[n]), horizon) {
		l.rows.Remove(l.order[n])
		n++
	}
	l.order = l.order[n:]
	l.rows.Compact()
}

func (l *released) bytes() int64 { return l.rows.Bytes() + int64(cap(l.order)*4+len(l.stale)*40) }

// correction is a left row given out whose match has changed: the version it had and the one it has, nil for none.
type correction struct {
	left     []byte
	versions [2][]byte // had, has
	given    [2]bool   // whether a row came, or comes, out
}

// correct takes back what was given to rows whose version has changed, and gives them the right one.
func (g *temporalJoin) correct(emit func(*batch.Batch) error) error {
	if g.released == nil || len(g.released.stale) == 0 {
		return nil
	}
	g.out.emit = emit
	slots := g.released.touched()
	for len(slots) > 0 {
		chunk := slots[:min(len(slots), g.run.opt.BatchRows)]
		slots = slots[len(chunk):]
		var changed []correction
		for _, s := range chunk {
			had := g.released.stale[s]
			key := g.released.rows.Key(g.released.rows.Entry(s))
			has := g.versions.match(key, g.released.rows.Time(s))
			if (had == nil) != (has == nil) || !bytes.Equal(had, has) {
				changed = append(changed, correction{left: g.released.rows.Row(s), versions: [2][]byte{had, has}})
			}
		}
		if err := g.judge(changed); err != nil {
			return err
		}
		for _, c := range changed {
			if err := g.replace(c); err != nil {
				return err
			}
		}
	}
	clear(g.released.stale)
	if err := g.refused.flush(); err != nil {
		return err
	}
	return g.out.flush()
}

// judge applies the condition to corrections, and says which rows came and come out.
func (g *temporalJoin) judge(changed []correction) error {
	for when := range 2 {
		var asked []int
		for i := range changed {
			c := &changed[i]
			// Without a match, a left join gives the left row alone.
			c.given[when] = c.versions[when] != nil || g.op.Kind == plan.LeftOuter
			if c.versions[when] == nil || g.where == nil {
				continue
			}
			asked = append(asked, i)
			if err := g.where.add(c.left, c.versions[when]); err != nil {
				return err
			}
		}
		if len(asked) == 0 {
			continue
		}
		pass, failed := g.where.decide()
		codes := failedCodes(failed)
		for k, i := range asked {
			c := &changed[i]
			code, bad := codes[int32(k)]
			switch {
			case bad && when == 1:
				if err := g.refused.add(c.left, c.versions[when], code, "where"); err != nil {
					return err
				}
				fallthrough
			case bad:
				c.given[when] = false
			case !pass[k]:
				c.versions[when], c.given[when] = nil, g.op.Kind == plan.LeftOuter
			}
		}
	}
	return nil
}

func failedCodes(failed []expr.RowError) map[int32]diag.RowCode {
	out := make(map[int32]diag.RowCode, len(failed))
	for _, f := range failed {
		out[f.Row] = f.Code
	}
	return out
}

// replace puts out the change of one row.
func (g *temporalJoin) replace(c correction) error {
	had, has := c.given[0], c.given[1]
	switch {
	case had && has:
		if c.versions[0] == nil && c.versions[1] == nil {
			return nil
		}
		if err := g.out.add(batch.UpdateBefore, c.left, c.versions[0]); err != nil {
			return err
		}
		return g.out.add(batch.UpdateAfter, c.left, c.versions[1])
	case had:
		return g.out.add(batch.Delete, c.left, c.versions[0])
	case has:
		return g.out.add(batch.Insert, c.left, c.versions[1])
	}
	return nil
}
