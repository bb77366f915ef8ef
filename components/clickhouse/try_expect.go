package clickhouse

import (
	"encoding/json"
	"fmt"
	"time"

	"millrace/components/internal/changelog"
	"millrace/models/batch"
	"millrace/models/plan"
)

// sentRow is a row that should be there in the end: its number in the sample and its cells.
type sentRow struct {
	number int
	cells  []any
}

// expected is what the sample's rows make of an empty table, by key: its number where rows only come, else its key's cells. It goes by what
// changes mean, row by row, not by how the sink reduces them.
func (t *trial) expected(rows []*batch.Batch) (map[string]sentRow, error) {
	if t.sample.Mode.Change == plan.Retract {
		return t.expectedOfRetract(rows)
	}
	out := map[string]sentRow{}
	err := t.each(rows, func(key string, row sentRow, kind batch.RowKind) error {
		if kind == batch.Delete || kind == batch.UpdateBefore {
			delete(out, key)
		} else {
			out[key] = row
		}
		return nil
	})
	return out, err
}

// expectedOfRetract counts each row: those of a retract stream may come before what they replace is taken back.
func (t *trial) expectedOfRetract(rows []*batch.Batch) (map[string]sentRow, error) {
	type counted struct {
		key string
		row sentRow
		n   int
	}
	all := map[string]*counted{}
	err := t.each(rows, func(key string, row sentRow, kind batch.RowKind) error {
		whole, err := json.Marshal(row.cells)
		if err != nil {
			return err
		}
		c := all[string(whole)]
		if c == nil {
			c = &counted{key: key, row: row}
			all[string(whole)] = c
		}
		if kind == batch.Delete || kind == batch.UpdateBefore {
			c.n--
		} else {
			c.n++
		}
		return nil
	})
	out := map[string]sentRow{}
	for _, c := range all {
		if c.n > 0 {
			out[c.key] = c.row
		}
	}
	return out, err
}

// each visits the selected rows in order.
func (t *trial) each(rows []*batch.Batch, visit func(key string, row sentRow, kind batch.RowKind) error) error {
	number := 0
	for _, b := range rows {
		for i := range b.Rows() {
			at := b.Row(i)
			row := sentRow{number: number, cells: make([]any, len(b.Cols))}
			for j, c := range b.Cols {
				row.cells[j] = cell(c, at)
			}
			number++
			key := t.keyOf(row.cells)
			if !t.changes() {
				row.number = int(b.Cols[len(b.Cols)-1].U64[at])
			}
			if err := visit(key, row, b.Kind(at)); err != nil {
				return err
			}
		}
	}
	return nil
}

// keyOf is what a row is found again by.
func (t *trial) keyOf(cells []any) string {
	if !t.changes() {
		return fmt.Sprint(cells[len(cells)-1])
	}
	key := changelog.KeyOf(t.sample.Mode, t.sample.Identity)
	parts := make([]any, len(key))
	for i, at := range t.sample.Schema.Positions(key) {
		parts[i] = cells[at]
	}
	return fmt.Sprintf("%q", parts)
}

func dayTime(days int64) time.Time { return time.Unix(days*86400, 0).UTC() }

func microTime(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
