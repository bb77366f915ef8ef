package clickhouse

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/components/clickhouse/chsql"
	"millrace/models/expr"
	"millrace/models/schema"
)

// innerType is the type a value has within a query: dates are day numbers, timestamps microseconds and decimals whole numbers without
// their point, all of them signed integers, so that nothing in between is bounded by what ClickHouse's own types hold.
func innerType(t schema.Type, nullable bool) (string, error) {
	s, err := bareType(t, nullable)
	if optional(t, nullable) {
		s = "Array(" + s + ")"
	}
	return s, err
}

// bareType is innerType for what may lie within another value: nested types are never NULL there.
func bareType(t schema.Type, nullable bool) (string, error) {
	var s string
	switch t.Kind {
	case schema.Date:
		s = "Int32"
	case schema.Timestamp:
		s = "Int64"
	case schema.Decimal:
		s = "Int128"
	case schema.Array:
		e, err := bareType(*t.Elem, t.ElemNullable)
		return "Array(" + e + ")", err
	case schema.Map:
		k, err := bareType(*t.Key, false)
		if err != nil {
			return "", err
		}
		v, err := bareType(*t.Elem, t.ElemNullable)
		return "Map(" + k + ", " + v + ")", err
	case schema.Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			e, err := bareType(f.Type, f.Nullable)
			if err != nil {
				return "", err
			}
			parts[i] = chsql.Quote(f.Name) + " " + e
		}
		return "Tuple(" + strings.Join(parts, ", ") + ")", nil
	default:
		return chsql.Type(t, nullable)
	}
	if nullable {
		s = "Nullable(" + s + ")"
	}
	return s, nil
}

// literal writes a constant.
func (s *scope) literal(e *expr.Expr) string {
	if e.Value == nil {
		t, err := innerType(e.Type, true)
		if err != nil {
			return s.refuse(diffFunction, "%s", err).value
		}
		if e.Type.Nested() {
			return "CAST([] AS " + t + ")"
		}
		return "CAST(NULL AS " + t + ")"
	}
	switch v := e.Value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return integer(v)
	case uint64:
		if v <= math.MaxInt32 {
			return strconv.FormatUint(v, 10)
		}
		return fmt.Sprintf("toUInt64('%d')", v)
	case float64:
		return float(v)
	case decimal128.Num:
		text := v.ToString(0)
		if len(text) <= 9 {
			return negative(text)
		}
		return "toInt128('" + text + "')"
	case string:
		return chsql.Text(v)
	case []byte:
		if len(v) == 0 {
			return "''"
		}
		return "unhex('" + hex.EncodeToString(v) + "')"
	}
	return s.refuse(diffFunction, "a constant of type %s", e.Type).value
}

// integer writes a signed number; one beyond 32 bits says its type, which ClickHouse would otherwise take to be unsigned.
func integer(v int64) string {
	if v == int64(int32(v)) {
		return negative(strconv.FormatInt(v, 10))
	}
	return fmt.Sprintf("toInt64('%d')", v)
}

// negative puts a negative number in parentheses.
func negative(text string) string {
	if strings.HasPrefix(text, "-") {
		return "(" + text + ")"
	}
	return text
}

func float(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "(-inf)"
	case v == 0 && math.Signbit(v):
		return "(-0.)"
	}
	text := strconv.FormatFloat(v, 'e', -1, 64)
	if a := math.Abs(v); a >= 1e-4 && a < 1e15 || a == 0 {
		if text = strconv.FormatFloat(v, 'f', -1, 64); !strings.Contains(text, ".") {
			text += "."
		}
	}
	return negative(text)
}

// pow10 writes 10^k as a whole number.
func pow10(k int) string {
	if k <= 9 {
		return "1" + strings.Repeat("0", k)
	}
	if k <= 18 {
		return "toInt64('1" + strings.Repeat("0", k) + "')"
	}
	return "toInt256('1" + strings.Repeat("0", k) + "')"
}
