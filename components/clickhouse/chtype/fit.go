package chtype

import (
	"fmt"
	"math"
	"math/big"

	"github.com/google/uuid"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Check says why a value cannot be stored, or RowOK. The value may be NULL.
type Check func(v *batch.Vector, i int) diag.RowCode

// Fit compares a type of the language with a column's. An error says why no value, or not every kind of value, could be stored as it is;
// the check, nil when there is nothing to check, looks at single values.
func Fit(t schema.Type, nullable bool, c Type) (Check, error) {
	inner, err := fitValue(t, c)
	if err != nil {
		return nil, err
	}
	switch {
	case inner == nil && (!nullable || c.Nullable):
		return nil, nil
	case c.Nullable:
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

func clash(t schema.Type, c Type) error {
	return fmt.Errorf("a column of type %s cannot hold %s without changing values", c.Text, t)
}

// fitValue is Fit for values that are not NULL.
func fitValue(t schema.Type, c Type) (Check, error) {
	switch {
	case t.Integer():
		return fitInteger(t, c)
	case t.Kind == schema.Boolean && (c.Name == "Bool" || c.Name == "UInt8"),
		t.Kind == schema.Float32 && (c.Name == "Float32" || c.Name == "Float64"),
		t.Kind == schema.Float64 && c.Name == "Float64",
		(t.Kind == schema.String || t.Kind == schema.Bytes || t.Kind == schema.JSON) && c.Name == "String":
		return nil, nil
	case t.Kind == schema.Decimal && c.Name == "Decimal":
		return fitDecimal(t, c)
	case (t.Kind == schema.String || t.Kind == schema.Bytes) && c.Name == "FixedString":
		// Shorter values would come back with zero bytes behind them.
		return func(v *batch.Vector, i int) diag.RowCode {
			return codeIf(len(v.Bytes(i)) != c.Length, diag.RowSinkRefused)
		}, nil
	case t.Kind == schema.String && (c.Name == "Enum8" || c.Name == "Enum16"):
		return func(v *batch.Vector, i int) diag.RowCode {
			return codeIf(!c.Enum[string(v.Bytes(i))], diag.RowSinkRefused)
		}, nil
	case t.Kind == schema.String && c.Name == "UUID":
		return func(v *batch.Vector, i int) diag.RowCode {
			b := v.Bytes(i)
			_, err := uuid.ParseBytes(b)
			return codeIf(err != nil || len(b) != 36, diag.RowSinkRefused)
		}, nil
	case t.Kind == schema.JSON && c.Name == "JSON":
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

// IntegerBounds returns the range of a ClickHouse integer type of up to 64 bits.
func IntegerBounds(name string) (lo int64, hi uint64, ok bool) {
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

func fitInteger(t schema.Type, c Type) (Check, error) {
	lo, hi, ok := IntegerBounds(c.Name)
	if !ok {
		return nil, clash(t, c)
	}
	name := "I"
	if t.Unsigned() {
		name = "UI"
	}
	ownLo, ownHi, _ := IntegerBounds(fmt.Sprintf("%snt%d", name, t.Bits()))
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

func fitDecimal(t schema.Type, c Type) (Check, error) {
	if c.Scale < int(t.Scale) {
		return nil, fmt.Errorf("a column of type %s has fewer digits behind the point than %s: values would be rounded", c.Text, t)
	}
	if c.Precision-c.Scale >= int(t.Precision)-int(t.Scale) {
		return nil, nil
	}
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.Precision-c.Scale+int(t.Scale))), nil)
	return func(v *batch.Vector, i int) diag.RowCode {
		return codeIf(v.Dec[i].BigInt().CmpAbs(most) >= 0, diag.RowOutOfRange)
	}, nil
}

// The bounds of Date32, in days since 1970, and of DateTime64, in microseconds.
const (
	Day1900 = -25567 // 1900-01-01
	Day2299 = 120529 // 2299-12-31
	// Micros1900 is 1900-01-01T00:00:00Z. The end is that of the driver, which goes by nanoseconds in 64 bits.
	Micros1900 = Day1900 * 86_400_000_000
	Micros2262 = math.MaxInt64 / 1000
)

func fitTime(t schema.Type, c Type) (Check, error) {
	between := func(lo, hi, unit int64) Check {
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
	case t.Kind == schema.Date && c.Name == "Date":
		return between(0, math.MaxUint16, 1), nil
	case t.Kind == schema.Date && c.Name == "Date32":
		return between(Day1900, Day2299, 1), nil
	case t.Kind == schema.Timestamp && c.Name == "DateTime":
		return between(0, math.MaxUint32*1_000_000, 1_000_000), nil
	case t.Kind == schema.Timestamp && c.Name == "DateTime64" && !c.Low: // the driver cuts a LowCardinality's to seconds
		unit := int64(1)
		for p := c.Precision; p < 6; p++ {
			unit *= 10
		}
		return between(Micros1900, Micros2262, unit), nil
	}
	return nil, clash(t, c)
}

func fitNested(t schema.Type, c Type) (Check, error) {
	switch {
	case t.Kind == schema.Array && c.Name == "Array":
		elem, err := Fit(*t.Elem, t.ElemNullable, c.Elems[0])
		if err != nil || elem == nil {
			return nil, err
		}
		return func(v *batch.Vector, i int) diag.RowCode { return every(elem, v.Elems, v.Off[i], v.Off[i+1]) }, nil
	case t.Kind == schema.Map && c.Name == "Map":
		key, err := Fit(*t.Key, false, c.Elems[0])
		if err != nil {
			return nil, err
		}
		elem, err := Fit(*t.Elem, t.ElemNullable, c.Elems[1])
		if err != nil {
			return nil, err
		}
		return func(v *batch.Vector, i int) diag.RowCode {
			if code := every(key, v.Keys, v.Off[i], v.Off[i+1]); code != diag.RowOK {
				return code
			}
			return every(elem, v.Elems, v.Off[i], v.Off[i+1])
		}, nil
	case t.Kind == schema.Row && c.Name == "Tuple":
		if len(t.Fields) != len(c.Elems) {
			return nil, clash(t, c)
		}
		checks := make([]Check, len(t.Fields))
		for i, f := range t.Fields {
			if c.Fields[i] != "" && c.Fields[i] != f.Name {
				return nil, fmt.Errorf("member %d of %s is %q and of the rows %q", i+1, c.Text, c.Fields[i], f.Name)
			}
			var err error
			if checks[i], err = Fit(f.Type, f.Nullable, c.Elems[i]); err != nil {
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

func every(check Check, v *batch.Vector, from, to int32) diag.RowCode {
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
