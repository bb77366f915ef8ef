package engine

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Policy says what becomes of rows that fail.
type Policy string

// The policies. Whatever the policy, no row is lost without being counted (I3).
const (
	DeadLetter Policy = "dead_letter"
	Stop       Policy = "stop"
	Skip       Policy = "skip"
)

// Reject is a dead letter or a late row as it is kept and listed.
type Reject struct {
	// Kind is "dead" or "late".
	Kind string `json:"kind"`
	// Code says what is wrong with a dead letter, Path where in the record or plan.
	Code diag.Code `json:"code,omitempty"`
	Path string    `json:"path,omitempty"`
	// Node is the operator that rejected the row.
	Node string `json:"node"`
	// Source, Partition and Offset are where the row came from; Source is empty for rows an operator made.
	Source    string `json:"source,omitempty"`
	Partition string `json:"partition,omitempty"`
	Offset    int64  `json:"offset"`
	// Raw is the record for what did not decode; Size its length, of which Raw has only the beginning when Truncated.
	Raw       []byte `json:"raw,omitempty"`
	Size      int    `json:"size,omitempty"`
	Truncated bool   `json:"truncated,omitempty"`
	// Row has the columns the operator saw, for what failed or was late behind the decoder.
	Row json.RawMessage `json:"row,omitempty"`
	// Change is the kind of change the row was ("-U", "+U", "-D"), empty for an insert.
	Change string `json:"change,omitempty"`
	// WindowFrom and WindowTo bound the windows a late row missed.
	WindowFrom *time.Time `json:"window_from,omitempty"`
	WindowTo   *time.Time `json:"window_to,omitempty"`
	// Partly says that a late row still counted for later windows.
	Partly bool `json:"partly,omitempty"`
	// Epoch is filled in when rejects are listed.
	Epoch int64 `json:"epoch,omitempty"`
}

// RowError is a failed row under the policy Stop.
type RowError struct {
	Reject Reject
	code   diag.RowCode
}

// Error says which row failed and why.
func (e *RowError) Error() string {
	return fmt.Sprintf("%s: %s at %s, partition %s, offset %d (%s)", e.Reject.Code, e.code.Message(), e.Reject.Node, e.Reject.Partition, e.Reject.Offset, e.Reject.Path)
}

// maxRawReject bounds how much of a record is kept: the rest stands in the source, at the position named.
const maxRawReject = 64 << 10

// rejectRecord takes a record that did not become a row.
func (l *lane) rejectRecord(node *plan.Node, r component.Reject) error {
	out := Reject{Kind: "dead", Code: r.Code.Code(), Path: r.Path, Node: node.ID, Source: l.source, Partition: l.partition, Offset: r.Offset,
		Size: r.Size, Truncated: r.Truncated}
	out.Raw = r.Raw
	if len(out.Raw) > maxRawReject {
		out.Raw, out.Truncated = out.Raw[:maxRawReject], true
	}
	out.Raw = append([]byte(nil), out.Raw...)
	return l.dead(out, r.Code)
}

func (l *lane) dead(r Reject, code diag.RowCode) error {
	switch l.run.opt.OnError {
	case Stop:
		return &component.PermanentError{Err: &RowError{Reject: r, code: code}}
	case Skip:
		l.counts.Skipped++
		return nil
	}
	l.counts.Rejected++
	l.keep(r)
	return nil
}

func (l *lane) keep(r Reject) {
	l.rejects = append(l.rejects, r)
	l.run.staged(int64(len(r.Raw) + len(r.Row) + 256))
}

// rejectRows rejects the rows on which an expression failed and returns the batch without them.
func (l *lane) rejectRows(node *plan.Node, b *batch.Batch, f *failures) (*batch.Batch, error) {
	if len(f.rows) == 0 {
		return b, nil
	}
	bad := make(map[int32]bool, len(f.rows))
	for _, r := range f.rows {
		if bad[r.row] {
			continue
		}
		bad[r.row] = true
		out := l.describe(node, b, int(r.row))
		out.Kind, out.Code, out.Path = "dead", r.code.Code(), r.path
		if err := l.dead(out, r.code); err != nil {
			return nil, err
		}
	}
	keep := make([]int32, 0, b.Rows())
	for i := range b.Rows() {
		if r := int32(b.Row(i)); !bad[r] {
			keep = append(keep, r)
		}
	}
	return b.Select(keep), nil
}

// late takes a row that came after the windows [from, to) were closed for it; whole says that none was left open.
func (l *lane) late(node *plan.Node, b *batch.Batch, r int, from, to int64, whole bool) {
	out := l.describe(node, b, r)
	out.Kind, out.Partly = "late", !whole
	f, t := time.UnixMicro(from).UTC(), time.UnixMicro(to).UTC()
	out.WindowFrom, out.WindowTo = &f, &t
	l.counts.Late++
	l.keep(out)
}

// describe says where a row came from and what the operator saw of it.
func (l *lane) describe(node *plan.Node, b *batch.Batch, r int) Reject {
	out := Reject{Node: node.ID, Offset: -1, Row: rowJSON(b, r)}
	if k := b.Kind(r); k != batch.Insert {
		out.Change = k.String()
	}
	if b.Part != batch.NoPart && b.Offs != nil {
		out.Source, out.Partition, out.Offset = l.source, l.partition, b.Offs[r]
	}
	return out
}

// rowJSON writes a row as a JSON object. It is for people and for replay, not for speed.
func rowJSON(b *batch.Batch, r int) json.RawMessage {
	out := []byte{'{'}
	for i, f := range b.Schema.Fields {
		if i > 0 {
			out = append(out, ',')
		}
		name, _ := json.Marshal(f.Name)
		out = append(append(out, name...), ':')
		out = appendJSONValue(out, b.Cols[i], r)
	}
	return append(out, '}')
}

func appendJSONValue(dst []byte, v *batch.Vector, r int) []byte {
	if v.IsNull(r) {
		return append(dst, "null"...)
	}
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		return strconv.AppendBool(dst, v.Bools[r])
	case batch.ClassI64:
		switch v.Type.Kind {
		case schema.Timestamp:
			return time.UnixMicro(v.I64[r]).UTC().AppendFormat(dst, `"2006-01-02T15:04:05.999999Z"`)
		case schema.Date:
			return time.Unix(v.I64[r]*86400, 0).UTC().AppendFormat(dst, `"2006-01-02"`)
		}
		return strconv.AppendInt(dst, v.I64[r], 10)
	case batch.ClassU64:
		return strconv.AppendUint(dst, v.U64[r], 10)
	case batch.ClassF64:
		if f := v.F64[r]; math.IsNaN(f) || math.IsInf(f, 0) {
			return strconv.AppendQuote(dst, strconv.FormatFloat(f, 'g', -1, 64))
		}
		return strconv.AppendFloat(dst, v.F64[r], 'g', -1, 64)
	case batch.ClassDec:
		return append(dst, v.Dec[r].ToString(int32(v.Type.Scale))...)
	case batch.ClassStr:
		switch v.Type.Kind {
		case schema.JSON:
			return append(dst, v.Bytes(r)...)
		case schema.Bytes:
			dst = append(dst, '"')
			dst = base64.StdEncoding.AppendEncode(dst, v.Bytes(r))
			return append(dst, '"')
		}
		s, _ := json.Marshal(string(v.Bytes(r)))
		return append(dst, s...)
	case batch.ClassArray:
		dst = append(dst, '[')
		for j := v.Off[r]; j < v.Off[r+1]; j++ {
			if j > v.Off[r] {
				dst = append(dst, ',')
			}
			dst = appendJSONValue(dst, v.Elems, int(j))
		}
		return append(dst, ']')
	case batch.ClassMap:
		dst = append(dst, '[')
		for j := v.Off[r]; j < v.Off[r+1]; j++ {
			if j > v.Off[r] {
				dst = append(dst, ',')
			}
			dst = append(appendJSONValue(append(dst, '['), v.Keys, int(j)), ',')
			dst = append(appendJSONValue(dst, v.Elems, int(j)), ']')
		}
		return append(dst, ']')
	case batch.ClassRow:
		dst = append(dst, '{')
		for j, f := range v.Type.Fields {
			if j > 0 {
				dst = append(dst, ',')
			}
			name, _ := json.Marshal(f.Name)
			dst = appendJSONValue(append(append(dst, name...), ':'), v.Fields[j], r)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}
