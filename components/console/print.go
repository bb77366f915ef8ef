package console

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"millrace/models/batch"
	"millrace/models/schema"
)

// maxCell is the widest a table's cell is printed, in code points.
const maxCell = 60

// opName is what the kind of a change is called where columns have names.
const opName = "op"

// appendTable adds n rows as aligned text, of a changelog with the kinds of the changes in front.
func (s *sink) appendTable(dst []byte, b *batch.Batch, n int, title bool) []byte {
	names := b.Schema.Names()
	lines := make([][]string, 0, n+1)
	if s.changes {
		names = append([]string{opName}, names...)
	}
	if title {
		lines = append(lines, names)
	}
	for i := range n {
		row := b.Row(i)
		line := make([]string, 0, len(names))
		if s.changes {
			line = append(line, b.Kind(row).String())
		}
		for _, c := range b.Cols {
			line = append(line, cell(c, row))
		}
		lines = append(lines, line)
	}
	widths := make([]int, len(names))
	for _, line := range lines {
		for i, c := range line {
			widths[i] = max(widths[i], width(c))
		}
	}
	for at, line := range lines {
		for i, c := range line {
			if i > 0 {
				dst = append(dst, "  "...)
			}
			if kind := i == 0 && s.changes && s.colour && (at > 0 || !title); kind {
				dst = append(append(append(dst, colourOf(c)...), c...), "\x1b[0m"...)
			} else {
				dst = append(dst, c...)
			}
			if i < len(line)-1 {
				dst = append(dst, strings.Repeat(" ", widths[i]-width(c))...)
			}
		}
		dst = append(dst, '\n')
	}
	return dst
}

// colourOf is green for a row that is there after its change and red for one that is not.
func colourOf(kind string) string {
	if kind[0] == '+' {
		return "\x1b[32m"
	}
	return "\x1b[31m"
}

// width is how many columns of a terminal a text takes: East Asian wide characters take two.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
			r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd) {
			n++
		}
	}
	return n
}

// cell is a value on one line, without control characters that would act on the terminal.
func cell(v *batch.Vector, row int) string {
	if v.IsNull(row) {
		return "NULL"
	}
	var s string
	if v.Type.Kind == schema.String || v.Type.Kind == schema.JSON {
		s = string(v.Bytes(row))
	} else {
		s = strings.Trim(string(appendValue(nil, v, row)), `"`)
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell-1]) + "…"
	}
	return s
}

// appendJSONRows adds n rows as JSON objects, one a line. Of a changelog "op" holds the kind of the change, "$op" where the rows have a
// column of that name themselves.
func appendJSONRows(dst []byte, b *batch.Batch, n int, changes bool) []byte {
	op := opName
	if b.Schema.Index(op) >= 0 {
		op = "$" + opName
	}
	for i := range n {
		row := b.Row(i)
		dst = append(dst, '{')
		if changes {
			dst = append(append(append(dst, '"'), op...), `":"`...)
			dst = append(dst, b.Kind(row).String()...)
			dst = append(dst, `",`...)
		}
		for j, c := range b.Cols {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, b.Schema.Fields[j].Name)
			dst = append(dst, ':')
			dst = appendValue(dst, c, row)
		}
		dst = append(dst, "}\n"...)
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("console: a string cannot be marshalled: " + err.Error()) // encoding/json has no such string
	}
	return append(dst, strings.TrimSuffix(b.String(), "\n")...)
}

// appendValue adds a value as JSON: decimals, dates and timestamps as texts, bytes in base64, floats that JSON has no number for as texts.
func appendValue(dst []byte, v *batch.Vector, i int) []byte {
	if v.IsNull(i) {
		return append(dst, "null"...)
	}
	switch v.Type.Kind {
	case schema.Boolean:
		return strconv.AppendBool(dst, v.Bools[i])
	case schema.Date:
		return time.Unix(v.I64[i]*86400, 0).UTC().AppendFormat(dst, `"2006-01-02"`)
	case schema.Timestamp:
		layout := `"2006-01-02T15:04:05.000000Z"`
		if v.Type.Precision == 3 {
			layout = `"2006-01-02T15:04:05.000Z"`
		}
		return time.UnixMicro(v.I64[i]).UTC().AppendFormat(dst, layout)
	case schema.Decimal:
		return append(append(append(dst, '"'), v.Dec[i].ToString(int32(v.Type.Scale))...), '"')
	case schema.Float32, schema.Float64:
		f := v.F64[i]
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return append(strconv.AppendFloat(append(dst, '"'), f, 'g', -1, 64), '"')
		}
		return strconv.AppendFloat(dst, f, 'g', -1, v.Type.Bits())
	case schema.String:
		return appendString(dst, string(v.Bytes(i)))
	case schema.JSON:
		return append(dst, v.Bytes(i)...)
	case schema.Bytes:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v.Bytes(i)), '"')
	case schema.Array:
		dst = append(dst, '[')
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			if j > v.Off[i] {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, v.Elems, int(j))
		}
		return append(dst, ']')
	case schema.Map:
		dst = append(dst, '{')
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			if j > v.Off[i] {
				dst = append(dst, ',')
			}
			key := appendValue(nil, v.Keys, int(j))
			if key[0] != '"' {
				key = append(append([]byte{'"'}, key...), '"')
			}
			dst = append(append(dst, key...), ':')
			dst = appendValue(dst, v.Elems, int(j))
		}
		return append(dst, '}')
	case schema.Row:
		dst = append(dst, '{')
		for j, f := range v.Type.Fields {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, f.Name), ':')
			dst = appendValue(dst, v.Fields[j], i)
		}
		return append(dst, '}')
	}
	if v.Type.Unsigned() {
		return strconv.AppendUint(dst, v.U64[i], 10)
	}
	return strconv.AppendInt(dst, v.I64[i], 10)
}
