package json

import (
	"bytes"
	"strconv"

	"millrace/components/internal/convert"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// value reads the value at p into n's builder, which gains exactly one entry, unless the record is broken there; depth is how many
// objects and arrays are open around it.
func (d *Decoder) value(n *node, p, depth int) int {
	data := d.data
	if p >= len(data) {
		return d.broken(n, fail(diag.RowTruncated))
	}
	start, c := p, data[p]
	switch n.class {
	case batch.ClassI64:
		if c-'0' <= 9 || c == '-' {
			return d.integer(n, p, c == '-')
		}
		if c == '"' && (n.typ.Kind == schema.Date || n.typ.Kind == schema.Timestamp) {
			return d.text(n, p)
		}
	case batch.ClassStr:
		switch {
		case n.typ.Kind == schema.JSON:
			if p = skip(data, p, depth); p < 0 {
				return d.broken(n, p)
			}
			n.b.AppendBytes(data[start:p])
			return p
		case c == '"' && n.typ.Kind == schema.String:
			end, escaped := scanString(data, p+1)
			if end < 0 {
				return d.broken(n, end)
			}
			s := data[start+1 : end]
			if escaped {
				d.scratch = unescape(d.scratch[:0], s)
				s = d.scratch
			}
			n.b.AppendBytes(s)
			return end + 1
		case c == '"':
			return d.text(n, p)
		}
	case batch.ClassU64, batch.ClassF64, batch.ClassDec:
		if c-'0' <= 9 || c == '-' {
			return d.number(n, p)
		}
		if c == '"' && n.class == batch.ClassDec {
			return d.text(n, p)
		}
	case batch.ClassBool:
		switch c {
		case 't', 'f':
			if p = skip(data, p, depth); p < 0 {
				return d.broken(n, p)
			}
			n.b.AppendBool(c == 't')
			return p
		}
	case batch.ClassArray:
		if c == '[' {
			return d.array(n, p+1, depth+1)
		}
	case batch.ClassMap:
		if c == '{' {
			return d.mapping(n, p+1, depth+1)
		}
	case batch.ClassRow:
		if c == '{' {
			return d.row(n, p+1, depth+1)
		}
	}
	// null, or a value of another type.
	if p = skip(data, p, depth); p < 0 {
		return d.broken(n, p)
	}
	switch {
	case c != 'n':
		d.unfit(n, diag.RowWrongType)
	case !n.nullable:
		d.unfit(n, diag.RowMissingField)
	}
	n.b.AppendNull()
	return p
}

// broken notes where the record is not well-formed.
func (d *Decoder) broken(n *node, p int) int {
	if d.path == "" {
		d.path = n.path
	}
	return p
}

// took completes a value for which a conversion gave a code: one that does not fit leaves a NULL.
func (d *Decoder) took(n *node, code diag.RowCode) {
	if code != diag.RowOK {
		d.unfit(n, code)
		n.b.AppendNull()
	}
}

// integer reads a number into a signed integer or a timestamp.
func (d *Decoder) integer(n *node, start int, neg bool) int {
	data, p := d.data, start
	if neg {
		p++
	}
	first := p
	var v int64
	for p < len(data) && data[p]-'0' <= 9 {
		v = v*10 + int64(data[p]-'0')
		p++
	}
	// Up to 18 digits cannot overflow; what is not a plain integer goes the long way.
	if size := p - first; size == 0 || size > 18 || size > 1 && data[first] == '0' || p < len(data) && (data[p] == '.' || data[p]|0x20 == 'e') {
		return d.number(n, start)
	}
	if neg {
		v = -v
	}
	code := diag.RowOK
	switch n.typ.Kind {
	case schema.Int64:
	case schema.Timestamp:
		v, code = convert.EpochInt(v, d.reading.Numbers, n.typ.Precision)
	case schema.Date:
		code = diag.RowWrongType
	default:
		if shift := 64 - n.typ.Bits(); v<<shift>>shift != v {
			code = diag.RowOutOfRange
		}
	}
	if code == diag.RowOK {
		n.b.AppendInt(v)
		return p
	}
	d.took(n, code)
	return p
}

// number reads a number of any form.
func (d *Decoder) number(n *node, start int) int {
	end, code := convert.ScanNumber(d.data, start)
	if code != diag.RowOK {
		return d.broken(n, fail(code))
	}
	text := d.data[start:end]
	switch n.typ.Kind {
	case schema.Timestamp:
		d.scratch, code = d.reading.AppendText(n.b, text, d.scratch)
	case schema.Date:
		code = diag.RowWrongType
	default:
		code = convert.AppendScanned(n.b, text)
	}
	d.took(n, code)
	return end
}

// text reads a string into a column of another type than string.
func (d *Decoder) text(n *node, start int) int {
	end, escaped := scanString(d.data, start+1)
	if end < 0 {
		return d.broken(n, end)
	}
	s := d.data[start+1 : end]
	if escaped {
		s = unescape(nil, s)
	}
	d.took(n, d.convertText(n.b, s))
	return end + 1
}

func (d *Decoder) convertText(b *batch.Builder, s []byte) (code diag.RowCode) {
	if b.Type().Kind == schema.Timestamp {
		// A string that counts something is not taken for a time: only its producer knows what it counts.
		v, code := convert.Timestamp(s, d.reading.Zone, b.Type().Precision)
		if code == diag.RowOK {
			b.AppendInt(v)
		}
		return code
	}
	d.scratch, code = d.reading.AppendText(b, s, d.scratch)
	return code
}

// array reads an array from behind its bracket.
func (d *Decoder) array(n *node, p, depth int) int {
	if depth > MaxDepth {
		return d.broken(n, fail(diag.RowTooDeep))
	}
	data := d.data
	p = space(data, p)
	if p < len(data) && data[p] == ']' {
		n.b.CloseList()
		return p + 1
	}
	for {
		if p = d.value(n.elem, p, depth); p < 0 {
			return p
		}
		var more bool
		if p, more = next(data, p, ']'); !more {
			if p < 0 {
				return d.broken(n, p)
			}
			n.b.CloseList()
			return p
		}
	}
}

// row reads an object into a row from behind its brace.
func (d *Decoder) row(n *node, p, depth int) int {
	if depth > MaxDepth {
		return d.broken(n, fail(diag.RowTooDeep))
	}
	o, data := n.obj, d.data
	o.begin()
	p = space(data, p)
	if p < len(data) && data[p] == '}' {
		d.absentFields(n)
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
				return d.broken(n, p)
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
			d.unfit(n, diag.RowDuplicateKey)
			p = skip(data, p, depth)
		case field >= 0:
			p = d.value(o.fields[field], p, depth)
		default:
			p = skip(data, p, depth)
		}
		if p < 0 {
			return d.broken(n, p)
		}
		var more bool
		if p, more = next(data, p, '}'); !more {
			if p < 0 {
				return d.broken(n, p)
			}
			d.absentFields(n)
			return p
		}
	}
}

// absentFields completes a row: fields the object lacks are NULL.
func (d *Decoder) absentFields(n *node) {
	o := n.obj
	if int(o.found) < len(o.fields) {
		for i := range o.fields {
			if o.hasField(i) {
				continue
			}
			if !o.fields[i].nullable {
				d.unfit(o.fields[i], diag.RowMissingField)
			}
			o.fields[i].b.AppendNull()
		}
	}
	n.b.CloseRow()
	o.end()
}

// mapping reads an object into a map from behind its brace.
func (d *Decoder) mapping(n *node, p, depth int) int {
	if depth > MaxDepth {
		return d.broken(n, fail(diag.RowTooDeep))
	}
	data, keys := d.data, n.b.Keys()
	n.keys.clear()
	p = space(data, p)
	if p < len(data) && data[p] == '}' {
		n.b.CloseList()
		return p + 1
	}
	for {
		if p = expect(data, p, '"'); p < 0 {
			return d.broken(n, p)
		}
		end, escaped := scanString(data, p)
		if end < 0 {
			return d.broken(n, end)
		}
		name := data[p:end]
		if escaped {
			name = unescape(nil, name)
		}
		if code := d.mapKey(n, keys, name); code != diag.RowOK {
			d.unfit(n, code)
			// The column is lost, but keys and values stay in step until then.
			keys.Truncate(n.b.Elems().Len())
			keys.AppendNull()
		}
		if p = expect(data, space(data, end+1), ':'); p < 0 {
			return d.broken(n, p)
		}
		if p = d.value(n.elem, space(data, p), depth); p < 0 {
			return p
		}
		var more bool
		if p, more = next(data, p, '}'); !more {
			if p < 0 {
				return d.broken(n, p)
			}
			n.b.CloseList()
			return p
		}
	}
}

// mapKey appends a key and reports one that the map has already.
func (d *Decoder) mapKey(n *node, keys *batch.Builder, name []byte) diag.RowCode {
	if keys.Type().Kind == schema.String {
		keys.AppendBytes(name)
	} else if code := d.convertText(keys, name); code != diag.RowOK {
		return code
	} else {
		name = d.canonical(keys.Type(), name)
	}
	if !n.keys.add(name) {
		return diag.RowDuplicateKey
	}
	return diag.RowOK
}

// canonical returns a text that is the same for two texts of a map's key exactly when they name the same value of its type.
func (d *Decoder) canonical(t schema.Type, text []byte) []byte {
	switch {
	case t.Signed():
		v, _ := convert.Int(text, t)
		return strconv.AppendInt(nil, v, 10)
	case t.Unsigned():
		v, _ := convert.Uint(text, t)
		return strconv.AppendUint(nil, v, 10)
	case t.Float():
		v, _ := convert.Float(text, t)
		return strconv.AppendFloat(nil, v+0, 'g', -1, 64)
	case t.Kind == schema.Decimal:
		v, _ := convert.Decimal(text, t)
		return convert.AppendDecimal(nil, v, int(t.Scale))
	case t.Kind == schema.Timestamp:
		v, _ := convert.Timestamp(text, d.reading.Zone, t.Precision)
		return strconv.AppendInt(nil, v, 10)
	case t.Kind == schema.Boolean:
		return bytes.ToLower(text)
	default: // a date and base64 have one text each
		return text
	}
}
