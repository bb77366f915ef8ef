package engine

import (
	"fmt"

	"millrace/models/batch"
)

// maxHeldVersions bounds how many versions are held as columns: they are there twice then.
const maxHeldVersions = 1 << 20

// versionColumns holds versions as columns beside their bytes, so that a row that is given out takes its version's values over without
// reading them again. They are made once so many were read one by one as there are versions: making them costs no more than was spent by
// then. A version that comes later is read one by one until they are made anew.
type versionColumns struct {
	// all has the versions in its rows but the first one, which is all NULL; nil when none are held.
	all *batch.Batch
	// at has, by slot, the row of all; 0 where it lacks the version.
	at []int32
	// read counts the rows read one by one since all was made.
	read int
}

// forget says that a slot has another version.
func (c *versionColumns) forget(slot int32) {
	if int(slot) < len(c.at) {
		c.at[slot] = 0
	}
}

func (c *versionColumns) bytes() int64 {
	n := int64(cap(c.at) * 4)
	if c.all != nil {
		n += int64(c.all.Size())
	}
	return n
}

// values returns the columns of versions, all NULL where there is none.
func (g *temporalJoin) values(found []int32) ([]*batch.Vector, error) {
	c, s := &g.versions.columns, g.node.Inputs[1].Schema
	// The row of all; for a version it lacks, the complement of its place among those read here.
	sel := make([]int32, len(found))
	for i, slot := range found {
		switch {
		case slot == none && c.all != nil:
		case slot == none:
			g.right.appendNull()
		case int(slot) < len(c.at) && c.at[slot] != 0:
			sel[i] = c.at[slot]
		default:
			sel[i] = ^int32(g.right.rows())
			if err := g.right.append(g.versions.rows.Row(slot)); err != nil {
				return nil, err
			}
		}
	}
	n := g.right.rows()
	if n == 0 {
		return c.all.Gather(sel).Cols, nil
	}
	out := g.right.batch(s)
	if n < len(found) {
		held := make([]int32, 0, len(found)-n)
		for i, row := range sel {
			if row >= 0 {
				sel[i] = int32(n + len(held))
				held = append(held, row)
			} else {
				sel[i] = ^row
			}
		}
		out = batch.Concat(s, []*batch.Batch{out, c.all.Gather(held)}).Gather(sel)
	}
	if c.read += n; c.read >= g.versions.rows.Len() && g.versions.rows.Len() <= maxHeldVersions {
		if err := g.hold(); err != nil {
			return nil, err
		}
	}
	return out.Cols, nil
}

// hold makes the columns of the versions there are. Their reader is the one of single versions, so that both share dictionaries.
func (g *temporalJoin) hold() error {
	rows, c := g.versions.rows, &g.versions.columns
	c.at = make([]int32, rows.Slots())
	g.right.appendNull()
	for slot := range rows.Slots() {
		if !rows.Live(slot) {
			continue
		}
		c.at[slot] = int32(g.right.rows())
		if err := g.right.append(rows.Row(slot)); err != nil {
			return fmt.Errorf("holding versions as columns: %w", err)
		}
	}
	c.all, c.read = g.right.batch(g.node.Inputs[1].Schema), 0
	return nil
}
