package clickhouse

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"millrace/components/clickhouse/chtype"
	"millrace/models/batch"
	"millrace/models/schema"
)

// A cell is one value as both sides write it to be compared: nil for NULL, a string for a scalar, []any for an array, a map (of pairs) and a
// row. Scalars are exact: texts in base64, floats as their bits, dates in days, times in microseconds.

// readable writes the ClickHouse expression that gives a column's cells, for values of t.
func readable(e string, t schema.Type, c chtype.Type, depth int) string {
	if c.Nullable {
		c.Nullable = false
		return fmt.Sprintf("if(isNull(%s), NULL, %s)", e, readable("assumeNotNull("+e+")", t, c, depth))
	}
	x, y := fmt.Sprintf("x%d", depth), fmt.Sprintf("y%d", depth)
	switch t.Kind {
	case schema.Boolean:
		return "toString(toUInt8(" + e + "))"
	case schema.Float32, schema.Float64:
		return "toString(reinterpretAsUInt64(toFloat64(" + e + ")))"
	case schema.String, schema.Bytes:
		if c.Name != "String" && c.Name != "FixedString" {
			e = "toString(" + e + ")"
		}
		return "base64Encode(" + e + ")"
	case schema.JSON:
		if c.Name == "JSON" {
			e = "toJSONString(" + e + ")"
		}
		return "base64Encode(" + e + ")"
	case schema.Date:
		return "toString(toInt32(toDate32(" + e + ")))"
	case schema.Timestamp:
		if c.Name == "DateTime" {
			return "toString(toInt64(toUnixTimestamp(" + e + ")) * 1000000)"
		}
		return "toString(toUnixTimestamp64Micro(" + e + "))"
	case schema.Array:
		return fmt.Sprintf("arrayMap(%s -> %s, %s)", x, readable(x, *t.Elem, c.Elems[0], depth+1), e)
	case schema.Map:
		return fmt.Sprintf("arrayMap((%[1]s, %[2]s) -> tuple(%[3]s, %[4]s), mapKeys(%[5]s), mapValues(%[5]s))", x, y,
			readable(x, *t.Key, c.Elems[0], depth+1), readable(y, *t.Elem, c.Elems[1], depth+1), e)
	case schema.Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = readable(fmt.Sprintf("tupleElement(%s, %d)", e, i+1), f.Type, c.Elems[i], depth+1)
		}
		return "tuple(" + strings.Join(parts, ", ") + ")"
	default:
		return "toString(" + e + ")"
	}
}

// cell is the value of a row as it was sent.
func cell(v *batch.Vector, i int) any {
	if v.IsNull(i) {
		return nil
	}
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		if v.Bools[i] {
			return "1"
		}
		return "0"
	case batch.ClassI64:
		return strconv.FormatInt(v.I64[i], 10)
	case batch.ClassU64:
		return strconv.FormatUint(v.U64[i], 10)
	case batch.ClassF64:
		return strconv.FormatUint(math.Float64bits(v.F64[i]), 10)
	case batch.ClassDec:
		return v.Dec[i].ToString(int32(v.Type.Scale))
	case batch.ClassStr:
		return base64.StdEncoding.EncodeToString(v.Bytes(i))
	case batch.ClassArray:
		out := []any{}
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			out = append(out, cell(v.Elems, int(j)))
		}
		return out
	case batch.ClassMap:
		out := []any{}
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			out = append(out, []any{cell(v.Keys, int(j)), cell(v.Elems, int(j))})
		}
		return out
	default:
		out := make([]any, len(v.Fields))
		for j, f := range v.Fields {
			out[j] = cell(f, i)
		}
		return out
	}
}

// sameCell reports whether two cells are one value of t. All NaN are one.
func sameCell(t schema.Type, a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	switch t.Kind {
	case schema.Array, schema.Map, schema.Row:
		left, okLeft := a.([]any)
		right, okRight := b.([]any)
		if !okLeft || !okRight || len(left) != len(right) {
			return false
		}
		for i := range left {
			if !sameMember(t, i, left[i], right[i]) {
				return false
			}
		}
		return true
	case schema.Float32, schema.Float64:
		return a == b || isNaN(a) && isNaN(b)
	case schema.Decimal:
		left, okLeft := new(big.Rat).SetString(fmt.Sprint(a))
		right, okRight := new(big.Rat).SetString(fmt.Sprint(b))
		return okLeft && okRight && left.Cmp(right) == 0
	}
	return a == b
}

func sameMember(t schema.Type, i int, a, b any) bool {
	switch t.Kind {
	case schema.Row:
		return sameCell(t.Fields[i].Type, a, b)
	case schema.Map:
		return sameCell(schema.Type{Kind: schema.Row, Fields: []schema.Field{{Type: *t.Key}, {Type: *t.Elem}}}, a, b)
	}
	return sameCell(*t.Elem, a, b)
}

func isNaN(cell any) bool {
	text, _ := cell.(string)
	n, err := strconv.ParseUint(text, 10, 64)
	return err == nil && math.IsNaN(math.Float64frombits(n))
}

// showCell writes a cell for people. Bytes that are no text are shown in hexadecimal digits.
func showCell(t schema.Type, c any) string {
	text, scalar := c.(string)
	if !scalar {
		return showCellMembers(t, c)
	}
	switch t.Kind {
	case schema.Boolean:
		return strconv.FormatBool(text == "1")
	case schema.Float32, schema.Float64:
		if n, err := strconv.ParseUint(text, 10, 64); err == nil {
			return strconv.FormatFloat(math.Float64frombits(n), 'g', -1, t.Bits())
		}
	case schema.String, schema.Bytes, schema.JSON:
		b, err := base64.StdEncoding.DecodeString(text)
		switch {
		case err != nil:
		case utf8.Valid(b):
			return string(b)
		default:
			return "0x" + hex.EncodeToString(b)
		}
	case schema.Date, schema.Timestamp:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return showTime(t, n)
		}
	}
	return text
}

func showCellMembers(t schema.Type, c any) string {
	members, ok := c.([]any)
	if !ok {
		return "NULL"
	}
	parts := make([]string, len(members))
	for i, m := range members {
		switch t.Kind {
		case schema.Array:
			parts[i] = showCell(*t.Elem, m)
		case schema.Row:
			parts[i] = showCell(t.Fields[i].Type, m)
		default:
			if pair, ok := m.([]any); ok && len(pair) == 2 {
				parts[i] = showCell(*t.Key, pair[0]) + ": " + showCell(*t.Elem, pair[1])
			}
		}
	}
	open, end := "[", "]"
	switch t.Kind {
	case schema.Row:
		open, end = "(", ")"
	case schema.Map:
		open, end = "{", "}"
	}
	return open + strings.Join(parts, ", ") + end
}

func showTime(t schema.Type, n int64) string {
	if t.Kind == schema.Date {
		return dayTime(n).Format("2006-01-02")
	}
	layout := "2006-01-02T15:04:05.000Z"
	if t.Precision == 6 {
		layout = "2006-01-02T15:04:05.000000Z"
	}
	return microTime(n).Format(layout)
}
