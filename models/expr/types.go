package expr

import "millrace/models/schema"

var (
	boolType   = schema.Of(schema.Boolean)
	int32Type  = schema.Of(schema.Int32)
	int64Type  = schema.Of(schema.Int64)
	floatType  = schema.Of(schema.Float64)
	stringType = schema.Of(schema.String)
	jsonType   = schema.Of(schema.JSON)
	dateType   = schema.Of(schema.Date)
	timeType   = schema.Of(schema.Timestamp)
	nullType   = schema.Of(schema.Null)
)

// minDivScale is the smallest scale of a decimal quotient, and the scale that the reduction to 38 digits never goes below.
const minDivScale = 6

// intDecimal returns the decimal type that holds every value of an integer type.
func intDecimal(t schema.Type) schema.Type {
	switch t.Bits() {
	case 8:
		return schema.DecimalOf(3, 0)
	case 16:
		return schema.DecimalOf(5, 0)
	case 32:
		return schema.DecimalOf(10, 0)
	}
	if t.Unsigned() {
		return schema.DecimalOf(20, 0)
	}
	return schema.DecimalOf(19, 0)
}

// asDecimal returns the type itself for a decimal, else the decimal that holds the integer type.
func asDecimal(t schema.Type) schema.Type {
	if t.Kind == schema.Decimal {
		return t
	}
	return intDecimal(t)
}

// commonInt returns the smallest type that holds the values of both integer types: uint64 beside a signed one gives decimal(20, 0).
func commonInt(a, b schema.Type) schema.Type {
	if a.Unsigned() == b.Unsigned() {
		if a.Bits() >= b.Bits() {
			return a
		}
		return b
	}
	if a.Unsigned() {
		a, b = b, a
	}
	bits := max(a.Bits(), 2*b.Bits())
	for k := schema.Int8; k <= schema.Int64; k++ {
		if schema.Of(k).Bits() == bits {
			return schema.Of(k)
		}
	}
	return schema.DecimalOf(20, 0)
}

// adjust reduces a decimal type of more than 38 digits as Flink and Calcite do: integer digits are kept and the scale gives way,
// down to 6 digits.
func adjust(p, s int) schema.Type {
	if p <= schema.MaxPrecision {
		return schema.DecimalOf(p, s)
	}
	return schema.DecimalOf(schema.MaxPrecision, max(schema.MaxPrecision-(p-s), min(s, minDivScale)))
}

// decimalResult is the result type of a decimal operator (add, sub, mul, div, mod) by Flink's rules.
func decimalResult(op string, a, b schema.Type) schema.Type {
	p1, s1, p2, s2 := int(a.Precision), int(a.Scale), int(b.Precision), int(b.Scale)
	switch op {
	case "mul":
		return adjust(p1+p2, s1+s2)
	case "div":
		s := max(minDivScale, s1+p2+1)
		return adjust(p1-s1+s2+s, s)
	case "mod":
		s := max(s1, s2)
		return adjust(max(1, min(p1-s1, p2-s2)+s), s)
	default:
		s := max(s1, s2)
		return adjust(max(p1-s1, p2-s2)+1+s, s)
	}
}

// arithmetic returns the types to which the operands of an arithmetic operator are cast, and the result type. Both are numeric.
func arithmetic(op string, a, b schema.Type) (ta, tb, res schema.Type) {
	switch {
	case a.Float() || b.Float():
		t := floatType
		if a.Kind == schema.Float32 && b.Kind == schema.Float32 {
			t = a
		}
		return t, t, t
	case a.Kind == schema.Decimal || b.Kind == schema.Decimal:
		ta, tb = asDecimal(a), asDecimal(b)
		return ta, tb, decimalResult(op, ta, tb)
	default:
		t := commonInt(a, b)
		return t, t, t
	}
}

// common returns the type to which both types convert without an explicit cast, as for the branches of CASE.
func common(a, b schema.Type) (schema.Type, bool) {
	switch {
	case a.Kind == schema.Null:
		return b, true
	case b.Kind == schema.Null || a.Equal(b):
		return a, true
	case a.Numeric() && b.Numeric():
		switch {
		case a.Float() || b.Float():
			return floatType, true
		case a.Kind == schema.Decimal || b.Kind == schema.Decimal:
			da, db := asDecimal(a), asDecimal(b)
			s := int(max(da.Scale, db.Scale))
			return adjust(int(max(da.Precision-da.Scale, db.Precision-db.Scale))+s, s), true
		default:
			return commonInt(a, b), true
		}
	case a.Kind == schema.Timestamp && b.Kind == schema.Timestamp:
		return schema.TimestampOf(int(max(a.Precision, b.Precision))), true
	case a.Kind == schema.Date && b.Kind == schema.Timestamp:
		return b, true
	case a.Kind == schema.Timestamp && b.Kind == schema.Date:
		return a, true
	}
	return schema.Type{}, false
}

// comparable reports whether values of the type can be ordered and tested for equality.
func comparableType(t schema.Type) bool {
	return t.Kind != schema.JSON && !t.Nested()
}

// intRange returns the least and the largest value of an integer type of at most 64 bits, the largest as uint64.
func intRange(t schema.Type) (lo int64, hi uint64) {
	bits := t.Bits()
	if t.Unsigned() {
		return 0, ^uint64(0) >> (64 - bits)
	}
	return -1 << (bits - 1), 1<<(bits-1) - 1
}

// castability says whether a cast exists, and whether it can fail.
type castability uint8

const (
	castNone castability = iota
	castSafe
	castMayFail
)

// castable tells what a CAST between two types is.
func castable(from, to schema.Type) castability {
	f, t := from.Kind, to.Kind
	switch {
	case from.Equal(to) || f == schema.Null:
		return castSafe
	case from.Numeric() && to.Numeric():
		return numericCast(from, to)
	case t == schema.String:
		switch {
		case f == schema.Bytes:
			return castMayFail
		case from.Nested():
			return castNone
		}
		return castSafe
	case f == schema.String:
		switch {
		case to.Nested():
			return castNone
		case t == schema.Bytes:
			return castSafe
		}
		return castMayFail
	case f == schema.Boolean && (to.Integer() || t == schema.JSON), from.Integer() && t == schema.Boolean:
		return castSafe
	case f == schema.Timestamp && (t == schema.Timestamp || t == schema.Date):
		return castSafe
	case f == schema.Date && t == schema.Timestamp:
		return castMayFail
	case t == schema.JSON && (from.Integer() || f == schema.Decimal):
		return castSafe
	case f == schema.JSON && (to.Numeric() || t == schema.Boolean):
		return castMayFail
	}
	return castNone
}

func numericCast(from, to schema.Type) castability {
	switch {
	case to.Kind == schema.Float64, from.Integer() && to.Kind == schema.Float32:
		return castSafe
	case from.Float() || to.Kind == schema.Float32:
		return castMayFail
	case from.Integer() && to.Integer():
		flo, fhi := intRange(from)
		tlo, thi := intRange(to)
		if flo >= tlo && fhi <= thi {
			return castSafe
		}
		return castMayFail
	case to.Integer():
		return castMayFail
	}
	d := asDecimal(from)
	switch {
	case d.Scale <= to.Scale && d.Precision-d.Scale <= to.Precision-to.Scale:
		return castSafe
	case d.Scale > to.Scale && d.Precision-d.Scale < to.Precision-to.Scale:
		return castSafe // Rounding may carry into one more digit, which there is room for.
	}
	return castMayFail
}
