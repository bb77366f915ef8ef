package engine

import (
	"millrace/models/batch"
	"millrace/models/schema"
)

// gatherPadded returns the rows named of some columns, in that order; -1 names a row of NULLs.
func gatherPadded(cols []*batch.Vector, fields []schema.Field, rows []int32) []*batch.Vector {
	padded, same := 0, true
	for i, r := range rows {
		if r < 0 {
			padded++
		}
		same = same && int(r) == i
	}
	out := make([]*batch.Vector, len(fields))
	if padded == len(rows) {
		for i, f := range fields {
			out[i] = nullColumn(f.Type, len(rows))
		}
		return out
	}
	if same && len(cols) > 0 && cols[0].N == len(rows) {
		return append(out[:0], cols...)
	}
	from := rows
	if padded > 0 {
		// Any row will do where there is none.
		from = make([]int32, len(rows))
		for i, r := range rows {
			from[i] = max(r, 0)
		}
	}
	for i, c := range cols {
		out[i] = c.Gather(from)
		if padded == 0 {
			continue
		}
		if out[i].Valid == nil {
			out[i].Valid = batch.NewBitmap(len(rows), true)
		}
		for j, r := range rows {
			if r < 0 {
				out[i].Valid.Clear(j)
			}
		}
	}
	return out
}

// nullColumn returns a column of NULLs.
func nullColumn(t schema.Type, n int) *batch.Vector {
	b := batch.NewBuilder(t, n)
	for range n {
		b.AppendNull()
	}
	return b.Finish()
}
