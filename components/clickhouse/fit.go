package clickhouse

import (
	"fmt"
	"math"
	"math/big"

	"github.com/google/uuid"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// valueCheck says why a value cannot be stored, or RowOK. The value may be NULL.
type valueCheck func(v *batch.Vector, i int) diag.RowCode

// fit compares a type of the language with a column's. An error says why no value, or not every kind of value, could be stored as it is;
// the check, nil when there is nothing to check, looks at single values.
func fit(t schema.Type, nullable bool, c chType) (valueCheck, error) {
	inner, err := fitValue(t, c)
	if err != nil {
		return nil, err
	}
	switch {
	case inner == nil && (!nullable || c.nullable):
		return nil, nil
	case c.nullable:
		return func(v *batch.Vector, i int) diag.RowCode {
			if v.IsNull(i) {
				return diag.RowOK
			}
			return inner(v, i)
		}, nil
	}
	return func(v *batch.Vector, i int) diag.RowCode {
		switch {
		case v.IsNull(i):
			return diag.RowSinkRefused
		case inner == nil:
			return diag.RowOK
		}
		return inner(v, i)
	}, nil
}

func clash(t schema.Type, c chType) error {
	return fmt.Errorf("a column of type %s cannot hold %s without changing values", c.text, t)
}

// fitValue is fit for values that are not NULL.
func fitValue(t schema.Type, c chType) (valueCheck, error) {
	switch {
	case t.Integer():
		return fitInteger(t, c)
	case t.Kind == schema.Boolean && (c.name == "Bool" || c.name == "UInt8"),
		t.Kind == schema.Float32 && (c.name == "Float32" || c.name == "Float64"),
		t.Kind == schema.Float64 && c.name == "Float64",
		(t.Kind == schema.String || t.Kind == schema.Bytes || t.Kind == schema.JSON) && c.name == "String":
		return nil, nil
	case t.Kind == schema.Decimal && c.name == "Decimal":
		return fitDecimal(t, c)
	case (t.Kind == schema.String || t.Kind == schema.Bytes) && c.name == "FixedString":
		// Shorter values would come back with zero bytes behind them.
		return func(v *batch.Vector, i int) diag.RowCode {
			return codeIf(len(v.Bytes(i)) != c.length, diag.RowSinkRefused)
		}, nil
	case t.Kind == schema.String && (c.name == "Enum8" || c.name == "Enum16"):
		return func(v *batch.Vector, i int) diag.RowCode {
			return codeIf(!c.enum[string(v.Bytes(i))], diag.RowSinkRefused)
		}, nil
	case t.Kind == schema.String && c.name == "UUID":
		return func(v *batch.Vector, i int) diag.RowCode {
			b := v.Bytes(i)
			_, err := uuid.ParseBytes(b)
			return codeIf(err != nil || len(b) != 36, diag.RowSinkRefused)
		}, nil
	case t.Kind == schema.JSON && c.name == "JSON":
		return func(v *batch.Vector, i int) diag.RowCode { return codeIf(!isObject(v.Bytes(i)), diag.RowSinkRefused) }, nil
	case t.Kind == schema.Date || t.Kind == schema.Timestamp:
		return fitTime(t, c)
	case t.Nested():
		return fitNested(t, c)
	}
	return nil, clash(t, c)
}

func codeIf(bad bool, code diag.RowCode) diag.RowCode {
	if bad {
		return code
	}
	return diag.RowOK
}

func isObject(b []byte) bool {
	for _, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		}
		return c == '{'
	}
	return false
}

// integerBounds returns the range of a ClickHouse integer type of up to 64 bits.
func integerBounds(name string) (lo int64, hi uint64, ok bool) {
	switch name {
	case "Int8":
		return math.MinInt8, math.MaxInt8, true
	case "Int16":
		return math.MinInt16, math.MaxInt16, true
	case "Int32":
		return math.MinInt32, math.MaxInt32, true
	case "Int64":
		return math.MinInt64, math.MaxInt64, true
	case "UInt8":
		return 0, math.MaxUint8, true
	case "UInt16":
		return 0, math.MaxUint16, true
	case "UInt32":
		return 0, math.MaxUint32, true
	case "UInt64":
		return 0, math.MaxUint64, true
	}
	return 0, 0, false
}

func fitInteger(t schema.Type, c chType) (valueCheck, error) {
	lo, hi, ok := integerBounds(c.name)
	if !ok {
		return nil, clash(t, c)
	}
	name := "I"
	if t.Unsigned() {
		name = "UI"
	}
	ownLo, ownHi, _ := integerBounds(fmt.Sprintf("%snt%d", name, t.Bits()))
	if ownLo >= lo && ownHi <= hi {
		return nil, nil
	}
	if t.Unsigned() {
		return func(v *batch.Vector, i int) diag.RowCode { return codeIf(v.U64[i] > hi, diag.RowOutOfRange) }, nil
	}
	return func(v *batch.Vector, i int) diag.RowCode {
		n := v.I64[i]
		return codeIf(n < lo || n > 0 && uint64(n) > hi, diag.RowOutOfRange)
	}, nil
}

func fitDecimal(t schema.Type, c chType) (valueCheck, error) {
	if c.scale < int(t.Scale) {
		return nil, fmt.Errorf("a column of type %s has fewer digits behind the point than %s: values would be rounded", c.text, t)
	}
	if c.precision-c.scale >= int(t.Precision)-int(t.Scale) {
		return nil, nil
	}
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.precision-c.scale+int(t.Scale))), nil)
	return func(v *batch.Vector, i int) diag.RowCode {
		return codeIf(v.Dec[i].BigInt().CmpAbs(most) >= 0, diag.RowOutOfRange)
	}, nil
}

const (
	day1900 = -25567 // 1900-01-01
	day2299 = 120529 // 2299-12-31
	// micros1900 is 1900-01-01T00:00:00Z. The end is that of the driver, which goes by nanoseconds in 64 bits.
	micros1900 = day1900 * 86_400_000_000
	micros2262 = math.MaxInt64 / 1000
)

func fitTime(t schema.Type, c chType) (valueCheck, error) {
	between := func(lo, hi, unit int64) valueCheck {
		return func(v *batch.Vector, i int) diag.RowCode {
			n := v.I64[i]
			switch {
			case n < lo || n > hi:
				return diag.RowOutOfRange
			case n%unit != 0:
				return diag.RowSinkRefused // the column would cut digits off
			}
			return diag.RowOK
		}
	}
	switch {
	case t.Kind == schema.Date && c.name == "Date":
		return between(0, math.MaxUint16, 1), nil
	case t.Kind == schema.Date && c.name == "Date32":
		return between(day1900, day2299, 1), nil
	case t.Kind == schema.Timestamp && c.name == "DateTime":
		return between(0, math.MaxUint32*1_000_000, 1_000_000), nil
	case t.Kind == schema.Timestamp && c.name == "DateTime64" && !c.low: // the driver cuts a LowCardinality's to seconds
		unit := int64(1)
		for p := c.precision; p < 6; p++ {
			unit *= 10
		}
		return between(micros1900, micros2262, unit), nil
	}
	return nil, clash(t, c)
}

func fitNested(t schema.Type, c chType) (valueCheck, error) {
	switch {
	case t.Kind == schema.Array && c.name == "Array":
		elem, err := fit(*t.Elem, t.ElemNullable, c.elems[0])
		if err != nil || elem == nil {
			return nil, err
		}
		return func(v *batch.Vector, i int) diag.RowCode { return every(elem, v.Elems, v.Off[i], v.Off[i+1]) }, nil
	case t.Kind == schema.Map && c.name == "Map":
		key, err := fit(*t.Key, false, c.elems[0])
		if err != nil {
			return nil, err
		}
		elem, err := fit(*t.Elem, t.ElemNullable, c.elems[1])
		if err != nil {
			return nil, err
		}
		return func(v *batch.Vector, i int) diag.RowCode {
			if code := every(key, v.Keys, v.Off[i], v.Off[i+1]); code != diag.RowOK {
				return code
			}
			return every(elem, v.Elems, v.Off[i], v.Off[i+1])
		}, nil
	case t.Kind == schema.Row && c.name == "Tuple":
		if len(t.Fields) != len(c.elems) {
			return nil, clash(t, c)
		}
		checks := make([]valueCheck, len(t.Fields))
		for i, f := range t.Fields {
			if c.fields[i] != "" && c.fields[i] != f.Name {
				return nil, fmt.Errorf("member %d of %s is %q and of the rows %q", i+1, c.text, c.fields[i], f.Name)
			}
			var err error
			if checks[i], err = fit(f.Type, f.Nullable, c.elems[i]); err != nil {
				return nil, fmt.Errorf("member %q: %w", f.Name, err)
			}
		}
		return func(v *batch.Vector, i int) diag.RowCode {
			for j, check := range checks {
				if check == nil {
					continue
				}
				if code := check(v.Fields[j], i); code != diag.RowOK {
					return code
				}
			}
			return diag.RowOK
		}, nil
	}
	return nil, clash(t, c)
}

func every(check valueCheck, v *batch.Vector, from, to int32) diag.RowCode {
	if check == nil {
		return diag.RowOK
	}
	for j := from; j < to; j++ {
		if code := check(v, int(j)); code != diag.RowOK {
			return code
		}
	}
	return diag.RowOK
}
