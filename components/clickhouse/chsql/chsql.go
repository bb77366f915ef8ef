package chsql

import (
	"fmt"
	"strings"

	"millrace/models/schema"
)

// Quote writes an identifier in back quotes, on one line.
func Quote(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`", "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", `\0`).Replace(name) + "`"
}

// Text writes a string literal on one line.
func Text(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", `\0`).Replace(s) + "'"
}

// Type returns the ClickHouse type that holds a type of the language; see docs/components/clickhouse-types.md. Nested types cannot be
// NULL in ClickHouse: nullable has no effect on them.
func Type(t schema.Type, nullable bool) (string, error) {
	var s string
	switch t.Kind {
	case schema.Boolean:
		s = "Bool"
	case schema.Int8, schema.Int16, schema.Int32, schema.Int64:
		s = fmt.Sprintf("Int%d", t.Bits())
	case schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64:
		s = fmt.Sprintf("UInt%d", t.Bits())
	case schema.Float32, schema.Float64:
		s = fmt.Sprintf("Float%d", t.Bits())
	case schema.Decimal:
		s = fmt.Sprintf("Decimal(%d, %d)", t.Precision, t.Scale)
	case schema.String, schema.Bytes, schema.JSON:
		// JSON stays text: ClickHouse's JSON type would change numbers and lose null members.
		s = "String"
	case schema.Date:
		s = "Date32"
	case schema.Timestamp:
		s = fmt.Sprintf("DateTime64(%d, 'UTC')", t.Precision)
	case schema.Array:
		e, err := Type(*t.Elem, t.ElemNullable)
		return "Array(" + e + ")", err
	case schema.Map:
		k, err := Type(*t.Key, false)
		if err != nil {
			return "", err
		}
		v, err := Type(*t.Elem, t.ElemNullable)
		return "Map(" + k + ", " + v + ")", err
	case schema.Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			e, err := Type(f.Type, f.Nullable)
			if err != nil {
				return "", err
			}
			parts[i] = Quote(f.Name) + " " + e
		}
		return "Tuple(" + strings.Join(parts, ", ") + ")", nil
	default:
		return "", fmt.Errorf("ClickHouse has no type for %s", t)
	}
	if nullable {
		s = "Nullable(" + s + ")"
	}
	return s, nil
}
