package clickhouse

import (
	"fmt"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/models/schema"
)

// outer turns a value of a query's inside into the type that a table has for it.
func (w *writer) outer(v string, t schema.Type, nullable bool) (string, error) {
	if optional(t, nullable) && !w.opt.NestedNulls {
		v, nullable = bare(v, t, true), false
	}
	to, err := chsql.Type(t, nullable)
	if w.opt.RawTimes {
		to, err = rawType(t, nullable)
	}
	if err != nil {
		return "", err
	}
	if optional(t, nullable) {
		out := v
		if x := w.outward("x", t); x != "x" {
			out = fmt.Sprintf("arrayMap(x -> %s, %s)", x, v)
		}
		return fmt.Sprintf("CAST(%s AS Array(%s))", out, to), nil
	}
	if nullable && t.Kind == schema.Decimal {
		// Under a NULL there may be a number that does not fit, and the conversion would look at it.
		bare, err := chsql.Type(t, false)
		return fmt.Sprintf("if(%s IS NULL, NULL, CAST(%s AS %s))", operand(v), w.outward("ifNull("+v+", 0)", t), bare), err
	}
	out := w.outward(v, t)
	if !nullable && !t.Nested() {
		// Nothing here is NULL, but ClickHouse may have a nullable type for it.
		out = "assumeNotNull(" + out + ")"
	}
	return fmt.Sprintf("CAST(%s AS %s)", out, to), nil
}

// rawType is chsql.Type with day numbers and microseconds for dates and timestamps.
func rawType(t schema.Type, nullable bool) (string, error) {
	s, err := chsql.Type(t, nullable)
	return strings.NewReplacer("Date32", "Int32", "DateTime64(6, 'UTC')", "Int64", "DateTime64(3, 'UTC')", "Int64").Replace(s), err
}

// outward converts what the type conversion at the end would not.
func (w *writer) outward(v string, t schema.Type) string {
	switch t.Kind {
	case schema.Decimal:
		unit := "1"
		if t.Scale > 0 {
			unit = "0." + strings.Repeat("0", int(t.Scale)-1) + "1"
		}
		// Where every row fails, the arbitrary value may be a constant that does not fit: ClickHouse would convert it before any row is read.
		return fmt.Sprintf("(toInt128(materialize(%s)) * toDecimal128('%s', %d))", v, unit, t.Scale)
	case schema.Date:
		if !w.opt.RawTimes {
			return "toDate32(" + v + ")"
		}
	case schema.Timestamp:
		switch {
		case w.opt.RawTimes:
		case t.Precision == 3:
			return fmt.Sprintf("fromUnixTimestamp64Milli(intDiv(%s - mr_mod(%s, 1000), 1000), 'UTC')", v, v)
		default:
			return fmt.Sprintf("fromUnixTimestamp64Micro(%s, 'UTC')", v)
		}
	}
	return nested(v, t, w.outward)
}

// inward makes the inside form of a table's column.
func inward(raw bool) func(v string, t schema.Type) string {
	return func(v string, t schema.Type) string { return toInside(v, t, raw) }
}

func toInside(v string, t schema.Type, raw bool) string {
	switch t.Kind {
	case schema.Decimal:
		bits := 128
		switch {
		case t.Precision <= 9:
			bits = 32
		case t.Precision <= 18:
			bits = 64
		}
		return fmt.Sprintf("toInt128(reinterpretAsInt%d(%s))", bits, v)
	case schema.Date:
		if !raw {
			return "toInt32(" + v + ")"
		}
	case schema.Timestamp:
		if !raw {
			return "toUnixTimestamp64Micro(" + v + ")"
		}
	}
	return nested(v, t, inward(raw))
}

// nested converts the parts of arrays, maps and rows.
func nested(v string, t schema.Type, f func(string, schema.Type) string) string {
	switch t.Kind {
	case schema.Array:
		if e := f("x", *t.Elem); e != "x" {
			return fmt.Sprintf("arrayMap(x -> %s, %s)", e, v)
		}
	case schema.Map:
		k, e := f("k", *t.Key), f("x", *t.Elem)
		if k != "k" || e != "x" {
			return fmt.Sprintf("mapFromArrays(arrayMap(k -> %s, mapKeys(%s)), arrayMap(x -> %s, mapValues(%s)))", k, v, e, v)
		}
	case schema.Row:
		parts, changed := make([]string, len(t.Fields)), false
		for i, m := range t.Fields {
			at := fmt.Sprintf("tupleElement(%s, %d)", v, i+1)
			parts[i] = f(at, m.Type)
			changed = changed || parts[i] != at
		}
		if changed {
			names := make([]string, len(t.Fields))
			for i, m := range t.Fields {
				e, err := bareType(m.Type, m.Nullable)
				if err != nil {
					return v
				}
				names[i] = chsql.Quote(m.Name) + " " + e
			}
			return "tuple(" + strings.Join(parts, ", ") + ")"
		}
	}
	return v
}
