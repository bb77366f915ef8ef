package json

import (
	"millrace/components/component"
	"millrace/components/internal/convert"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Decoder decodes JSON objects into the columns of its target. It belongs to one goroutine.
type Decoder struct {
	schema *schema.Schema
	record *object
	cols   []*batch.Builder
	// checked has one entry a column: whether a value that does not fit rejects the record.
	checked []bool
	// required rejects a record in which a checked column is absent, even a nullable one.
	required bool
	reading  convert.Reading
	maxBytes int

	data    []byte
	rows    int
	scratch []byte
	// path is the innermost wanted place within which the record is not well-formed.
	path string
	// misfit and misfitAt are the first value of the current column that does not fit, first and firstAt those of the record.
	misfit, first     diag.RowCode
	misfitAt, firstAt string
}

var (
	_ component.Decoder       = (*Decoder)(nil)
	_ component.StreamDecoder = (*Decoder)(nil)
)

// NewDecoder returns a decoder with the parameters of Spec.
func NewDecoder(p component.Params, target component.DecodeTarget) (*Decoder, error) {
	d := &Decoder{
		schema:   target.Schema,
		checked:  target.Checked,
		required: p.String("missing") == "reject",
		reading:  convert.Reading{Zone: target.TimeZone, Numbers: convert.Unit(p.String("timestamp_numbers"))},
		maxBytes: target.MaxRecordBytes,
	}
	if d.reading.Numbers == "" {
		d.reading.Numbers = convert.Millis
	}
	if d.checked == nil {
		d.checked = make([]bool, len(d.schema.Fields))
	}
	fields := make([]*node, len(d.schema.Fields))
	for i, f := range d.schema.Fields {
		d.cols = append(d.cols, batch.NewBuilder(f.Type, target.BatchRows))
		fields[i] = newNode(f.Name, f.Type, f.Nullable, d.cols[i])
	}
	d.record = newObject(d.schema.Fields, fields)
	return d, nil
}

// Split finds lines; blank ones hold no record (a nil record with an advance).
func (d *Decoder) Split(data []byte, atEOF bool) (record []byte, advance int) {
	record, advance = convert.SplitLine(data, atEOF)
	if space(record, 0) == len(record) {
		return nil, advance
	}
	return record, advance
}

// Header reports that lines of JSON have no header.
func (d *Decoder) Header([]byte) (bool, error) { return false, nil }

// Decode appends the row of one record, or rejects it. The reject's Raw is a copy.
func (d *Decoder) Decode(record []byte) (rows int, reject *component.Reject) {
	if d.maxBytes > 0 && len(record) > d.maxBytes {
		return 0, convert.TooLarge(record, len(record))
	}
	d.data, d.path, d.first, d.misfit = record, "", diag.RowOK, diag.RowOK
	code, path := d.decode(record)
	d.data = nil
	if code != diag.RowOK {
		for _, b := range d.cols {
			b.Truncate(d.rows)
		}
		return 0, convert.Reject(code, path, record)
	}
	d.rows++
	return 1, nil
}

func (d *Decoder) decode(record []byte) (diag.RowCode, string) {
	p := space(record, 0)
	if p == len(record) {
		return diag.RowTruncated, ""
	}
	if record[p] != '{' {
		if code := Check(record); code != diag.RowOK {
			return code, ""
		}
		return diag.RowWrongType, ""
	}
	if p = d.top(p + 1); p < 0 {
		return diag.RowCode(-p), d.path
	}
	if p < len(record) && space(record, p) != len(record) {
		return diag.RowTrailingData, ""
	}
	return d.first, d.firstAt
}

// Finish hands over the rows since the last Finish, or nil when there are none.
func (d *Decoder) Finish() *batch.Batch {
	if d.rows == 0 {
		return nil
	}
	b := &batch.Batch{Schema: d.schema, N: d.rows, Part: batch.NoPart, Cols: make([]*batch.Vector, len(d.cols))}
	for i, c := range d.cols {
		b.Cols[i] = c.Finish()
	}
	d.rows = 0
	return b
}

// top reads the record's members from behind its brace.
func (d *Decoder) top(p int) int {
	o, data := d.record, d.data
	o.begin()
	p = space(data, p)
	if p < len(data) && data[p] == '}' {
		d.absent(o)
		return p + 1
	}
	for expected := 0; ; {
		field := int32(-1)
		var fresh bool
		if expected < len(o.keys) && o.keys[expected].at(data, p) {
			k := &o.keys[expected]
			field, fresh = k.field, o.mark(k)
			p += int(k.size)
			expected++
		} else {
			var pos int32
			if p, pos, fresh = d.key(o, p); p < 0 {
				return p
			}
			if pos >= 0 {
				field, expected = o.keys[pos].field, int(pos)+1
			}
		}
		if p < len(data) && data[p] <= ' ' {
			p = space(data, p)
		}
		switch {
		case !fresh:
			path := ""
			if field >= 0 {
				path = o.fields[field].path
			}
			d.reject(diag.RowDuplicateKey, path)
			p = skip(data, p, 1)
		case field >= 0:
			p = d.value(o.fields[field], p, 1)
			if d.misfit != diag.RowOK {
				d.settle(int(field))
			}
		case p < len(data) && data[p] == '"':
			if p, _ = scanString(data, p+1); p >= 0 {
				p++
			}
		default:
			p = skip(data, p, 1)
		}
		if p < 0 {
			return p
		}
		if p+1 < len(data) && data[p] == ',' && data[p+1] == '"' {
			p++
			continue
		}
		var more bool
		if p, more = next(data, p, '}'); !more {
			if p > 0 {
				d.absent(o)
			}
			return p
		}
	}
}

// key reads a key that was not the expected one and the colon behind it.
func (d *Decoder) key(o *object, p int) (_ int, pos int32, fresh bool) {
	if p = expect(d.data, p, '"'); p < 0 {
		return p, -1, false
	}
	end, escaped := scanString(d.data, p)
	if end < 0 {
		return end, -1, false
	}
	name := d.data[p:end]
	if escaped {
		d.scratch = unescape(d.scratch[:0], name)
		name = d.scratch
	}
	pos, fresh = o.lookup(name)
	return expect(d.data, space(d.data, end+1), ':'), pos, fresh
}

// settle decides what becomes of a column whose value does not fit.
func (d *Decoder) settle(i int) {
	code := d.misfit
	d.misfit = diag.RowOK
	if d.checked[i] {
		d.reject(code, d.misfitAt)
		return
	}
	d.cols[i].Truncate(d.rows)
	d.cols[i].AppendNull()
}

// reject notes that the record is rejected unless it turns out to be broken.
func (d *Decoder) reject(code diag.RowCode, path string) {
	if d.first == diag.RowOK {
		d.first, d.firstAt = code, path
	}
}

// unfit notes that a value does not fit its place.
func (d *Decoder) unfit(n *node, code diag.RowCode) {
	if d.misfit == diag.RowOK {
		d.misfit, d.misfitAt = code, n.path
	}
}

// absent gives the columns that the record has no field for their NULL.
func (d *Decoder) absent(o *object) {
	if int(o.found) < len(o.fields) {
		for i := range o.fields {
			if o.hasField(i) {
				continue
			}
			if d.checked[i] && (d.required || !o.fields[i].nullable) {
				d.reject(diag.RowMissingField, o.fields[i].path)
			}
			d.cols[i].AppendNull()
		}
	}
	o.end()
}
