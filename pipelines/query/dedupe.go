package query

import (
	"slices"

	"millrace/models/plan"
	"millrace/models/sqltext"
)

// deduplicate is the name of the window table that keeps the first row of each key.
const deduplicate = "DEDUPLICATE"

// dedupe binds TABLE(DEDUPLICATE(TABLE t PARTITION BY a, b, DESCRIPTOR(ts), INTERVAL '1' HOUR)), which Flink does not have: of the rows with
// the same a and b within an hour, the first by event time. Unlike a ROW_NUMBER it sends inserts only, and forgets.
func (b *binder) dedupe(t *sqltext.WindowTable, r *relation) *relation {
	if !b.eventTimeIs(r, t.Column) {
		return nil
	}
	within, ok := int64(0), false
	if len(t.Args) == 1 {
		iv, is := t.Args[0].(*sqltext.Interval)
		if ok = is && !iv.Calendar && iv.Micros > 0; ok {
			within = iv.Micros
		}
	}
	if !ok || len(t.PartitionBy) == 0 {
		b.errorf(CodeWindow, t.At, "Write DEDUPLICATE(TABLE t PARTITION BY a, DESCRIPTOR(ts), INTERVAL '1' HOUR).",
			"DEDUPLICATE takes the columns that tell rows apart and one constant interval above zero")
		return nil
	}
	op := &plan.Dedupe{Time: r.node.Schema.TimeIndex(), Within: within}
	for _, p := range t.PartitionBy {
		name := &sqltext.Name{Place: sqltext.Place{At: p.At}, Parts: []sqltext.NamePart{p}}
		if _, good := b.column(r.scope(), name, false); !good {
			ok = false
			continue
		}
		i := r.scope().find(name)[0].index
		if slices.Contains(op.Keys, i) {
			b.errorf(CodeColumns, p.At, "Remove one of the two.", "the column %s stands here twice", p.Text)
			ok = false
			continue
		}
		f := r.node.Schema.Fields[i]
		ok = b.keyType(f.Name, f.Type, p.At) && ok
		op.Keys = append(op.Keys, i)
	}
	if !ok {
		return nil
	}
	n := b.node("dedupe", t.At, op, r.node)
	if n == nil {
		return nil
	}
	table := sqltext.Ident{}
	if t.Alias.Name.Text != "" {
		table = sqltext.Ident{t.Alias.Name}
	}
	return b.as(r.over(n), table, t.Alias.Columns)
}
