package clickhouse

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"millrace/components/clickhouse/chsql"
	"millrace/models/batch"
	"millrace/models/schema"
)

// partitionBy is a partition expression of a form this package can compute: a column, or a function of a date or time column.
type partitionBy struct {
	// function is "", toDate, toYYYYMM or toYYYYMMDD.
	function, column string
}

func (p partitionBy) sql() string {
	if p.function == "" {
		return chsql.Quote(p.column)
	}
	return fmt.Sprintf("%s(%s)", p.function, chsql.Quote(p.column))
}

var partitionForm = regexp.MustCompile("^(?:(toDate|toYYYYMM|toYYYYMMDD)\\()?(?:([A-Za-z_][A-Za-z0-9_]*)|`((?:[^`\\\\]|\\\\.)+)`)(\\)?)$")

// parsePartition reads a table's partition key. known is false when rows cannot be told apart by it here; a nil result with known true
// means that the table has one partition.
func parsePartition(s string) (p *partitionBy, known bool) {
	s = strings.TrimSpace(s)
	if s == "" || s == "tuple()" {
		return nil, true
	}
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && !strings.Contains(s, ",") {
		s = s[1 : len(s)-1]
	}
	m := partitionForm.FindStringSubmatch(s)
	if m == nil || (m[1] == "") != (m[4] == "") {
		return nil, false
	}
	column := m[2]
	if m[3] != "" {
		column = strings.NewReplacer(`\\`, `\`, "\\`", "`").Replace(m[3])
	}
	return &partitionBy{function: m[1], column: column}, true
}

// keys returns one value a physical row, equal for rows of one partition. zone is where the server takes dates of times.
func (p *partitionBy) keys(b *batch.Batch, column int, zone *time.Location) []uint64 {
	v := b.Cols[column]
	out := make([]uint64, b.N)
	for i := range out {
		if v.IsNull(i) {
			out[i] = ^uint64(0)
			continue
		}
		out[i] = p.key(v, i, zone)
	}
	return out
}

func (p *partitionBy) key(v *batch.Vector, i int, zone *time.Location) uint64 {
	var t time.Time
	switch v.Type.Kind {
	case schema.Date:
		t = time.Unix(v.I64[i]*86400, 0).UTC()
	case schema.Timestamp:
		t = time.UnixMicro(v.I64[i]).In(zone)
	}
	switch year, month, day := t.Date(); p.function {
	case "toYYYYMM":
		return uint64(year*100 + int(month))
	case "toYYYYMMDD", "toDate":
		return uint64(year*10000 + int(month)*100 + day)
	}
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		if v.Bools[i] {
			return 1
		}
		return 0
	case batch.ClassI64:
		return uint64(v.I64[i])
	case batch.ClassU64:
		return v.U64[i]
	case batch.ClassDec:
		return batch.HashUint64(v.Dec[i].LowBits(), uint64(v.Dec[i].HighBits()))
	case batch.ClassStr:
		return batch.HashBytes(v.Bytes(i), 0)
	default:
		return 0
	}
}

// applies reports whether the expression can be computed from values of t.
func (p *partitionBy) applies(t schema.Type) bool {
	if p.function != "" {
		return t.Kind == schema.Date || t.Kind == schema.Timestamp
	}
	return !t.Nested() && !t.Float() && t.Kind != schema.JSON
}
