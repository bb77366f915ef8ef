package kafka

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/components/internal/convert"
	jsonformat "millrace/components/json"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// rowMaker makes rows of records: of a value alone, or of key, value and timestamp. It belongs to one goroutine.
type rowMaker struct {
	target *schema.Schema
	values component.Decoder
	// upsert says that a record is the row its key has now, and a record without a value that there is none.
	upsert         bool
	skipTombstones bool
	maxRecord      int

	// keys decodes the records' keys of an upsert; keyAt are the positions of its columns in the target.
	keys  component.Decoder
	keyAt []int
	// keyed says that every row takes its key's columns from the record's key, not only a deleted one.
	keyed bool
	// valueAt are the positions in the target of the columns that values holds.
	valueAt []int
	// stamp is the column that holds the records' timestamps, time the event time, which a deleted row takes from there too. -1 is none.
	stamp, time int

	// What was made since the last finish: for each row the row of values, or of keys as its complement for a deleted one; for each row of
	// values its row of keys; how many rows the decoders hold.
	rows              []int32
	keyOf             []int32
	haveKeys, haveRow int32
}

// newRowMaker makes the decoders of a reader.
func (s *source) newRowMaker() (*rowMaker, error) {
	full := s.oc.Target
	m := &rowMaker{target: full.Schema, upsert: s.params.Changelog == changelog.ParamUpsert, skipTombstones: s.params.Tombstones == tombstonesSkip,
		maxRecord: s.oc.MaxRecordBytes, keyed: s.params.ValueFields == valueExceptKey, stamp: -1, time: full.Schema.TimeIndex()}
	if s.params.TimestampColumn != "" {
		m.stamp = full.Schema.Index(s.params.TimestampColumn)
	}
	var err error
	if m.upsert {
		if err = m.makeKeys(full, s.params); err != nil {
			return nil, err
		}
	}
	m.values, err = s.decoder(m.valueTarget(full, s.params.TimestampColumn))
	return m, err
}

// makeKeys makes the decoder of the records' keys: all of the key's columns, in the key's order, none of which may be NULL.
func (m *rowMaker) makeKeys(full component.DecodeTarget, p scanParams) error {
	t := full
	t.Schema, t.Columns, t.Checked = &schema.Schema{}, nil, nil
	for _, name := range full.Schema.Key {
		i := full.Schema.Index(name)
		if i < 0 {
			break
		}
		f := full.Schema.Fields[i]
		f.Nullable = false
		m.keyAt = append(m.keyAt, i)
		t.Schema.Fields, t.Checked = append(t.Schema.Fields, f), append(t.Checked, true)
	}
	if n := len(t.Schema.Fields); n == 0 || n < len(full.Schema.Key) {
		return component.Permanent(CodeKeyColumn, nil, "", "the rows of topic %q are read without the columns of their key", p.Topic)
	}
	format := p.KeyFormat
	if format == "" {
		format = keyText
		if len(m.keyAt) > 1 {
			format = keyArray
		}
	}
	if format == keyObject {
		d, err := jsonformat.NewDecoder(component.NewParams(nil), t)
		m.keys = d
		return err
	}
	k := &keyDecoder{schema: t.Schema, array: format == keyArray, reading: convert.Reading{Zone: full.TimeZone, Numbers: convert.Millis}}
	for _, f := range t.Schema.Fields {
		k.cols = append(k.cols, batch.NewBuilder(f.Type, full.BatchRows))
	}
	m.keys = k
	return nil
}

// valueTarget is what the values' decoder makes: the columns that no other part of the record holds.
func (m *rowMaker) valueTarget(full component.DecodeTarget, stamp string) component.DecodeTarget {
	inKey := func(name string) bool { return m.upsert && slices.Contains(full.Schema.Key, name) }
	elsewhere := func(name string) bool { return name == stamp || m.keyed && inKey(name) }
	t := full
	s := *full.Schema
	t.Schema, t.Checked, s.Fields = &s, nil, nil
	for i, f := range full.Schema.Fields {
		if elsewhere(f.Name) {
			continue
		}
		checked := i < len(full.Checked) && full.Checked[i]
		if inKey(f.Name) {
			f.Nullable, checked = false, true // a row without its key is no row
		}
		m.valueAt = append(m.valueAt, i)
		s.Fields, t.Checked = append(s.Fields, f), append(t.Checked, checked)
	}
	t.Columns = slices.DeleteFunc(slices.Clone(full.Columns), elsewhere)
	return t
}

// plain says that a row is what its record's value holds, and nothing else.
func (m *rowMaker) plain() bool { return !m.upsert && m.stamp < 0 }

// decode takes a record and returns how many rows it made.
func (m *rowMaker) decode(rec *kgo.Record) (int, *component.Reject) {
	if rec.Value == nil {
		return m.tombstone(rec)
	}
	if tooLong := m.tooLarge(rec.Value); tooLong != nil {
		return 0, tooLong
	}
	key := int32(-1)
	if m.upsert && m.keyed {
		var reject *component.Reject
		if key, reject = m.key(rec.Key); reject != nil {
			return 0, reject
		}
	}
	n, reject := m.values.Decode(rec.Value)
	if reject != nil {
		return 0, keep(reject, rec.Value)
	}
	if m.plain() {
		return n, nil
	}
	for range n {
		m.rows, m.keyOf = append(m.rows, m.haveRow), append(m.keyOf, key)
		m.haveRow++
	}
	return n, nil
}

// tombstone takes a record without a value. It deletes its key in a compacted topic and means nothing in a stream of events, where it is
// rejected unless the source says that tombstones are skipped.
func (m *rowMaker) tombstone(rec *kgo.Record) (int, *component.Reject) {
	switch {
	case !m.upsert && m.skipTombstones:
		return 0, nil
	case !m.upsert:
		return 0, &component.Reject{Code: diag.RowMalformed}
	}
	key, reject := m.key(rec.Key)
	if reject != nil {
		return 0, reject
	}
	m.rows = append(m.rows, ^key)
	return 1, nil
}

// key decodes a record's key and returns its row.
func (m *rowMaker) key(key []byte) (int32, *component.Reject) {
	if key == nil {
		return 0, &component.Reject{Code: diag.RowMissingField, Path: m.target.Fields[m.keyAt[0]].Name}
	}
	if tooLong := m.tooLarge(key); tooLong != nil {
		return 0, tooLong
	}
	n, reject := m.keys.Decode(key)
	if reject != nil {
		return 0, keep(reject, key)
	}
	m.haveKeys += int32(n)
	return m.haveKeys - 1, nil
}

func (m *rowMaker) tooLarge(b []byte) *component.Reject {
	if m.maxRecord <= 0 || len(b) <= m.maxRecord {
		return nil
	}
	return &component.Reject{Code: diag.RowTooLarge, Raw: bytes.Clone(b[:min(len(b), rejectPrefix)]), Size: len(b), Truncated: len(b) > rejectPrefix}
}

// keep gives a reject the bytes it is about. They lie in the fetch's buffer, which a reject would keep alive.
func keep(reject *component.Reject, b []byte) *component.Reject {
	reject.Raw, reject.Size, reject.Truncated = bytes.Clone(b), len(b), false
	return reject
}

// finish hands over the rows since the last finish; times has the timestamp of each row's record in microseconds.
func (m *rowMaker) finish(times []int64) *batch.Batch {
	b := m.values.Finish()
	if m.plain() {
		return b
	}
	b = m.assemble(b, times)
	m.rows, m.keyOf, m.haveKeys, m.haveRow = m.rows[:0], m.keyOf[:0], 0, 0
	return b
}

// assemble puts the rows together from values, keys and times.
func (m *rowMaker) assemble(values *batch.Batch, times []int64) *batch.Batch {
	var keys *batch.Batch
	if m.upsert {
		keys = m.keys.Finish()
	}
	// First the rows that are there, then the deleted ones, and behind that the order in which they came.
	var gone, order []int32
	var liveTimes, goneTimes []int64
	for i, row := range m.rows {
		if row < 0 {
			order = append(order, m.haveRow+int32(len(gone)))
			gone, goneTimes = append(gone, ^row), append(goneTimes, times[i])
			continue
		}
		order = append(order, row)
		liveTimes = append(liveTimes, times[i])
	}
	out := &batch.Batch{Schema: m.target, N: int(m.haveRow), Part: batch.NoPart, Cols: make([]*batch.Vector, len(m.target.Fields))}
	for i, at := range m.valueAt {
		if values != nil {
			out.Cols[at] = values.Cols[i]
		}
	}
	if m.keyed && keys != nil {
		for i, at := range m.keyAt {
			out.Cols[at] = keys.Cols[i].Gather(m.keyOf)
		}
	}
	if m.stamp >= 0 {
		out.Cols[m.stamp] = timeColumn(m.target.Fields[m.stamp].Type, liveTimes)
	}
	fill(out)
	if m.upsert {
		out.Kinds = slices.Repeat([]batch.RowKind{batch.UpdateAfter}, out.N)
	}
	if len(gone) == 0 {
		return out
	}
	return batch.Concat(m.target, []*batch.Batch{out, m.deletes(keys.Gather(gone), goneTimes)}).Gather(order)
}

// deletes are rows that hold their key and nothing else but the time of their records.
func (m *rowMaker) deletes(keys *batch.Batch, times []int64) *batch.Batch {
	out := &batch.Batch{Schema: m.target, N: keys.N, Part: batch.NoPart, Cols: make([]*batch.Vector, len(m.target.Fields)),
		Kinds: slices.Repeat([]batch.RowKind{batch.Delete}, keys.N)}
	for _, at := range []int{m.time, m.stamp} {
		if at >= 0 {
			out.Cols[at] = timeColumn(m.target.Fields[at].Type, times)
		}
	}
	for i, at := range m.keyAt {
		out.Cols[at] = keys.Cols[i]
	}
	fill(out)
	return out
}

// fill makes the columns that are still missing: NULL in every row.
func fill(b *batch.Batch) {
	for i, c := range b.Cols {
		if c != nil {
			continue
		}
		nulls := batch.NewBuilder(b.Schema.Fields[i].Type, b.N)
		for range b.N {
			nulls.AppendNull()
		}
		b.Cols[i] = nulls.Finish()
	}
}

func timeColumn(t schema.Type, times []int64) *batch.Vector {
	return &batch.Vector{Type: t, N: len(times), I64: append(make([]int64, 0, len(times)), times...)}
}

// keyDecoder reads keys as the sink writes them: one column as its text, several as a JSON array of their texts.
type keyDecoder struct {
	schema  *schema.Schema
	cols    []*batch.Builder
	reading convert.Reading
	array   bool
	buf     []byte
	texts   [][]byte
}

var _ component.Decoder = (*keyDecoder)(nil)

// Decode appends one key.
func (k *keyDecoder) Decode(key []byte) (int, *component.Reject) {
	k.texts = append(k.texts[:0], key)
	if k.array {
		if code := k.members(key); code != diag.RowOK {
			return 0, &component.Reject{Code: code}
		}
	}
	for i, c := range k.cols {
		if code := k.column(c, k.texts[i]); code != diag.RowOK {
			// What stands in front of it is taken back, so that the columns stay of one length.
			for _, before := range k.cols[:i] {
				before.Truncate(before.Len() - 1)
			}
			return 0, &component.Reject{Code: code, Path: k.schema.Fields[i].Name}
		}
	}
	return 1, nil
}

func (k *keyDecoder) column(c *batch.Builder, text []byte) (code diag.RowCode) {
	switch {
	case text == nil:
		return diag.RowMissingField
	case c.Type().Kind == schema.Bytes && !k.array:
		c.AppendBytes(text)
		return diag.RowOK
	}
	k.buf, code = k.reading.AppendText(c, text, k.buf)
	return code
}

// members finds the texts of an array's members; that of null is nil.
func (k *keyDecoder) members(key []byte) diag.RowCode {
	if !utf8.Valid(key) {
		return diag.RowInvalidUTF8
	}
	var all []json.RawMessage
	if err := json.Unmarshal(key, &all); err != nil || len(all) != len(k.cols) {
		return diag.RowMalformed
	}
	k.texts = k.texts[:0]
	for i, m := range all {
		switch m[0] {
		case 'n':
			k.texts = append(k.texts, nil)
		case '"':
			var s string
			if err := json.Unmarshal(m, &s); err != nil {
				return diag.RowMalformed
			}
			k.texts = append(k.texts, []byte(s))
		case '[', '{':
			return diag.RowWrongType
		default:
			if t := k.cols[i].Type(); !t.Numeric() && t.Kind != schema.Boolean && t.Kind != schema.Timestamp {
				return diag.RowWrongType
			}
			k.texts = append(k.texts, m)
		}
	}
	return diag.RowOK
}

// Finish hands over the keys since the last Finish.
func (k *keyDecoder) Finish() *batch.Batch {
	out := &batch.Batch{Schema: k.schema, Part: batch.NoPart}
	for _, c := range k.cols {
		out.Cols = append(out.Cols, c.Finish())
	}
	out.N = out.Cols[0].N
	return out
}
