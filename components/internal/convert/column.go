package convert

import (
	"encoding/base64"
	"time"
	"unicode/utf8"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Reading says how texts and numbers that stand for timestamps are read.
type Reading struct {
	// Zone is where timestamps without an offset are read; nil is UTC.
	Zone *time.Location
	// Numbers is what a number counts.
	Numbers Unit
}

// AppendText appends the value a text names to a column of a type that is not nested and not json. On any code but RowOK nothing
// was appended. buf is scratch for decoding and is returned for the next call.
func (r Reading) AppendText(b *batch.Builder, text, buf []byte) ([]byte, diag.RowCode) {
	t := b.Type()
	switch {
	case t.Numeric():
		return buf, AppendNumber(b, text)
	case t.Kind == schema.String:
		if !utf8.Valid(text) {
			return buf, diag.RowInvalidUTF8
		}
		b.AppendBytes(text)
		return buf, diag.RowOK
	case t.Kind == schema.Bytes:
		return AppendBase64(b, text, buf)
	case t.Kind == schema.Boolean:
		switch string(text) {
		case "true", "TRUE", "True":
			b.AppendBool(true)
		case "false", "FALSE", "False":
			b.AppendBool(false)
		default:
			return buf, diag.RowWrongType
		}
		return buf, diag.RowOK
	case t.Kind == schema.Date:
		days, ok := Date(text)
		if !ok {
			return buf, diag.RowWrongType
		}
		b.AppendInt(days)
		return buf, diag.RowOK
	case t.Kind == schema.Timestamp:
		return buf, r.appendTimestamp(b, text)
	default:
		return buf, diag.RowWrongType
	}
}

func (r Reading) appendTimestamp(b *batch.Builder, text []byte) diag.RowCode {
	var v int64
	var code diag.RowCode
	if IsNumber(text) {
		v, code = Epoch(text, r.Numbers, b.Type().Precision)
	} else {
		v, code = Timestamp(text, r.Zone, b.Type().Precision)
	}
	if code == diag.RowOK {
		b.AppendInt(v)
	}
	return code
}

// AppendNumber appends the number a text names to a numeric column; a text that is no JSON number is row.wrong_type.
func AppendNumber(b *batch.Builder, text []byte) diag.RowCode {
	if !IsNumber(text) {
		return diag.RowWrongType
	}
	return AppendScanned(b, text)
}

// AppendScanned is AppendNumber for a text that is known to be a JSON number.
func AppendScanned(b *batch.Builder, number []byte) (code diag.RowCode) {
	t := b.Type()
	switch {
	case t.Signed():
		var v int64
		if v, code = Int(number, t); code == diag.RowOK {
			b.AppendInt(v)
		}
	case t.Unsigned():
		var v uint64
		if v, code = Uint(number, t); code == diag.RowOK {
			b.AppendUint(v)
		}
	case t.Float():
		var v float64
		if v, code = Float(number, t); code == diag.RowOK {
			b.AppendFloat(v)
		}
	default:
		v, c := Decimal(number, t)
		if code = c; code == diag.RowOK {
			b.AppendDecimal(v)
		}
	}
	return code
}

// AppendBase64 appends the bytes a text names in standard base64 with padding.
func AppendBase64(b *batch.Builder, text, buf []byte) ([]byte, diag.RowCode) {
	buf, err := base64.StdEncoding.Strict().AppendDecode(buf[:0], text)
	if err != nil {
		return buf, diag.RowWrongType
	}
	b.AppendBytes(buf)
	return buf, diag.RowOK
}
