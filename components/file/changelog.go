package file

import (
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// changes makes rows of a changelog out of decoded ones: each gets the kind that its op column names, or is the row its key has now.
type changes struct {
	// target is what the source was asked for; op is the position of the op column in what is decoded, -1 where there is none. It stands
	// behind the target's columns when it is not one of them.
	target *schema.Schema
	op     int
	keys   []int
}

// newChanges returns what is to be decoded, and the changes to make of it: nil when every record is a row of its own.
func newChanges(p component.Params, full component.DecodeTarget) (*changes, component.DecodeTarget) {
	if p.String(changelog.Param) != changelog.ParamUpsert {
		return nil, full
	}
	c := &changes{target: full.Schema, op: -1}
	t := full
	s := *full.Schema
	s.Fields = slices.Clone(s.Fields)
	t.Schema, t.Checked = &s, append(make([]bool, 0, len(s.Fields)+1), full.Checked...)
	for len(t.Checked) < len(s.Fields) {
		t.Checked = append(t.Checked, false)
	}
	for _, name := range s.Key {
		if i := s.Index(name); i >= 0 {
			c.keys = append(c.keys, i)
			t.Checked[i] = true // a row that belongs nowhere is no row
		}
	}
	if name := p.String("op_column"); name != "" {
		if c.op = s.Index(name); c.op < 0 {
			c.op = len(s.Fields)
			s.Fields = append(s.Fields, schema.Field{Name: name, Type: schema.Of(schema.String), Nullable: true})
			t.Checked = append(t.Checked, true)
		}
		t.Checked[c.op] = true
	}
	return c, t
}

// apply gives rows their kinds. Rows that name no kind or have no key are rejected; raw returns the record of one. The old row of an update
// says nothing that the new one does not, and is left out.
func (c *changes) apply(b *batch.Batch, raw func(row int) []byte) (*batch.Batch, []component.Reject) {
	var rejects []component.Reject
	keep := make([]int32, 0, b.N)
	kinds := make([]batch.RowKind, b.N)
	for row := range b.N {
		kind, code, column := c.kind(b, row)
		if code != diag.RowOK {
			record := raw(row)
			rejects = append(rejects, component.Reject{Code: code, Path: b.Schema.Fields[column].Name, Offset: b.Offs[row], Raw: record, Size: len(record)})
			continue
		}
		if kind != batch.UpdateBefore {
			kinds[row] = kind
			keep = append(keep, int32(row))
		}
	}
	out := *b
	out.Schema, out.Cols, out.Kinds = c.target, b.Cols[:len(c.target.Fields)], kinds
	if len(keep) < b.N {
		return out.Gather(keep), rejects
	}
	return &out, rejects
}

// kind returns what a row does, or the code and the column of what is wrong with it.
func (c *changes) kind(b *batch.Batch, row int) (kind batch.RowKind, code diag.RowCode, column int) {
	for _, k := range c.keys {
		if b.Cols[k].IsNull(row) {
			return 0, diag.RowMissingField, k
		}
	}
	if c.op < 0 {
		return batch.UpdateAfter, diag.RowOK, 0
	}
	if b.Cols[c.op].IsNull(row) {
		return 0, diag.RowMissingField, c.op
	}
	kind, ok := parseOp(b.Cols[c.op].Bytes(row))
	if !ok {
		return 0, diag.RowMalformed, c.op
	}
	return kind, diag.RowOK, 0
}

// parseOp reads the name of a change: Flink's kinds, Debezium's letters, or a word.
func parseOp(op []byte) (batch.RowKind, bool) {
	switch string(op) {
	case "+I", "c", "r":
		return batch.Insert, true
	case "-U":
		return batch.UpdateBefore, true
	case "+U", "u":
		return batch.UpdateAfter, true
	case "-D", "d":
		return batch.Delete, true
	}
	switch strings.ToLower(string(op)) {
	case "insert":
		return batch.Insert, true
	case "update":
		return batch.UpdateAfter, true
	case "delete":
		return batch.Delete, true
	}
	return 0, false
}

// checkChanges checks what is said about changes against the columns.
func checkChanges(pc *component.Planning, p component.Params, s *schema.Schema) bool {
	op := p.String("op_column")
	if p.String(changelog.Param) != changelog.ParamUpsert {
		if op == "" {
			return true
		}
		report(pc, CodeChanges, p, "op_column", "the column %q names changes, and every record is a row of its own", op).Fix = "Write changelog: upsert too, or leave op_column out."
		return false
	}
	if len(s.Key) == 0 {
		report(pc, CodeChanges, p, changelog.Param, "records replace each other by their key, and no key is declared").Fix = "Write key: [column, ...] beside the columns."
		return false
	}
	if i := s.Index(op); i >= 0 && s.Fields[i].Type.Kind != schema.String {
		report(pc, CodeChanges, p, "op_column", "%q is %s, and changes are named by texts", op, s.Fields[i].Type).Fix = "Declare it as string, or leave it out of the columns."
		return false
	}
	return true
}

// recordsOf remembers the records that made the rows of a chunk, for those that are rejected after all.
type recordsOf struct {
	bytes []byte
	ends  []int // one a row
}

func (r *recordsOf) add(record []byte, rows int) {
	if rows == 0 {
		return
	}
	r.bytes = append(r.bytes, record...)
	for range rows {
		r.ends = append(r.ends, len(r.bytes))
	}
}

func (r *recordsOf) at(row int) []byte {
	start := 0
	for before := row - 1; before >= 0; before-- {
		if r.ends[before] < r.ends[row] {
			start = r.ends[before]
			break
		}
	}
	return slices.Clone(r.bytes[start:r.ends[row]])
}

func (r *recordsOf) reset() { r.bytes, r.ends = r.bytes[:0], r.ends[:0] }
