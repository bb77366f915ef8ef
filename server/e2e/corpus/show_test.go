package corpus

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/models/schema"
)

// row is a row of an answer: its values as batch.Vector.Value gives them, and as texts that are equal where the values are.
type row struct {
	kind   batch.RowKind
	values []any
	texts  []string
}

func newRow(fields []schema.Field, values []any, zone *time.Location) row {
	r := row{values: values, texts: make([]string, len(values))}
	for i, v := range values {
		r.texts[i] = show(v, fields[i].Type, zone, false)
	}
	return r
}

func (r row) text() string { return strings.Join(r.texts, " | ") }

// compare orders rows column by column, NULL first and numbers by their size.
func (r row) compare(o row) int {
	for i := range r.values {
		if c := compareValues(r.values[i], o.values[i], r.texts[i], o.texts[i]); c != 0 {
			return c
		}
	}
	return 0
}

func compareValues(a, b any, textA, textB string) int {
	switch {
	case a == nil || b == nil:
		return cmp.Compare(b2i(a != nil), b2i(b != nil))
	default:
		switch x := a.(type) {
		case int64:
			return cmp.Compare(x, b.(int64))
		case uint64:
			return cmp.Compare(x, b.(uint64))
		case float64:
			return cmp.Compare(x, b.(float64))
		case decimal128.Num:
			return x.Cmp(b.(decimal128.Num))
		}
		return cmp.Compare(textA, textB)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// show writes a value of a type. Which of 0 and -0 an aggregate gives is not fixed, so both are written alike.
func show(v any, t schema.Type, zone *time.Location, inside bool) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case float64:
		if x == 0 {
			x = math.Abs(x)
		}
		return strconv.FormatFloat(x, 'g', -1, t.Bits())
	case decimal128.Num:
		return x.ToString(int32(t.Scale))
	case int64:
		switch t.Kind {
		case schema.Date:
			return time.Unix(x*86400, 0).UTC().Format(time.DateOnly)
		case schema.Timestamp:
			return time.UnixMicro(x).In(zone).Format("2006-01-02 15:04:05.999999Z07:00")
		}
		return strconv.FormatInt(x, 10)
	case string:
		if inside && t.Kind == schema.String || x == "" || x == "NULL" || strings.TrimSpace(x) != x || strings.ContainsAny(x, "\n\t\"") && t.Kind == schema.String {
			return strconv.Quote(x)
		}
		return x
	case []byte:
		return fmt.Sprintf("x'%x'", x)
	case [][2]any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = show(e[0], *t.Key, zone, true) + ": " + show(e[1], *t.Elem, zone, true)
		}
		slices.Sort(parts) // a map has no order
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(x))
		if t.Kind == schema.Row {
			for i, e := range x {
				parts[i] = t.Fields[i].Name + ": " + show(e, t.Fields[i].Type, zone, true)
			}
			return "(" + strings.Join(parts, ", ") + ")"
		}
		for i, e := range x {
			parts[i] = show(e, *t.Elem, zone, true)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v)
}

// head names the columns of an answer with their types; a question mark says that NULLs may come.
func head(fields []schema.Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.Name + " " + f.Type.String()
		if f.Nullable {
			parts[i] += "?"
		}
	}
	return strings.Join(parts, " | ")
}

// toJSON makes of a value what ClickHouse reads as one of the column that loadTable declares for its type.
func toJSON(v any, t schema.Type) any {
	switch x := v.(type) {
	case decimal128.Num:
		return x.ToString(int32(t.Scale))
	case []byte:
		return string(x)
	case [][2]any:
		out := map[string]any{}
		for _, e := range x {
			out[fmt.Sprint(e[0])] = toJSON(e[1], *t.Elem)
		}
		return out
	case []any:
		if t.Kind == schema.Row {
			out := map[string]any{}
			for i, f := range t.Fields {
				out[f.Name] = toJSON(x[i], f.Type)
			}
			return out
		}
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = toJSON(e, *t.Elem)
		}
		return out
	}
	return v
}

// fromJSON makes a value of what ClickHouse writes of it, numbers as json.Number or in quotes.
func fromJSON(v any, t schema.Type) (any, error) {
	if v == nil {
		return nil, nil
	}
	digits := fmt.Sprint(v)
	switch t.Kind {
	case schema.Boolean:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case schema.Int8, schema.Int16, schema.Int32, schema.Int64, schema.Date, schema.Timestamp:
		return strconv.ParseInt(digits, 10, 64)
	case schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64:
		return strconv.ParseUint(digits, 10, 64)
	case schema.Float32, schema.Float64:
		return strconv.ParseFloat(digits, t.Bits())
	case schema.Decimal:
		return decimal128.FromString(digits, int32(t.Precision), int32(t.Scale))
	case schema.String, schema.JSON:
		if s, ok := v.(string); ok {
			return s, nil
		}
	case schema.Bytes:
		if s, ok := v.(string); ok {
			return []byte(s), nil
		}
	case schema.Array:
		if list, ok := v.([]any); ok {
			return eachFromJSON(list, func(int) schema.Type { return *t.Elem })
		}
	case schema.Row:
		if list, ok := v.([]any); ok {
			return eachFromJSON(list, func(i int) schema.Type { return t.Fields[i].Type })
		}
	case schema.Map:
		pairs, ok := v.(map[string]any)
		if !ok {
			break
		}
		out := make([][2]any, 0, len(pairs))
		for k, e := range pairs {
			key, err := fromJSON(k, *t.Key)
			if err != nil {
				return nil, err
			}
			if e, err = fromJSON(e, *t.Elem); err != nil {
				return nil, err
			}
			out = append(out, [2]any{key, e})
		}
		return out, nil
	}
	return nil, fmt.Errorf("ClickHouse gave %v (%T) for a %s", v, v, t)
}

func eachFromJSON(list []any, typeOf func(int) schema.Type) (any, error) {
	out := make([]any, len(list))
	for i, e := range list {
		v, err := fromJSON(e, typeOf(i))
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}
