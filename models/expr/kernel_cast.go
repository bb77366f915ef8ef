package expr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

func toNum(v any) num {
	switch n := v.(type) {
	case int64:
		return decimal128.FromI64(n)
	case uint64:
		return decimal128.FromU64(n)
	}
	return num{}
}

// buildCast makes a cast. TRY_CAST turns the cast's own failure into NULL; a failed argument stays failed.
func buildCast(k *compiler, e *Expr, escape bool) (node, error) {
	from, to, try := e.Args[0].Type, e.Type, e.Func == "try_cast"
	class := batch.ClassOf(to)
	if from.Equal(to) {
		return k.compile(e.Args[0], escape)
	}
	if class == batch.ClassOf(from) && sameValues(from, to) {
		x, err := k.compile(e.Args[0], escape)
		return &retypeNode{x: x, typ: to, escape: escape}, err
	}
	if castable(from, to) == castNone {
		return nil, fmt.Errorf("%s cannot be cast to %s", from, to)
	}
	switch class {
	case batch.ClassBool:
		fn := castBool(from)
		return rows(putBool, tried(fn, try))(k, e, escape)
	case batch.ClassI64:
		if isTime(to) {
			return rows(putI64, tried(castTime(from, to, newZone(k.zone)), try))(k, e, escape)
		}
		lo, hi := intRange(to)
		get := asInt(from)
		return rows(putI64, tried(func(a []*batch.Vector, i int) (int64, diag.RowCode) {
			v, code := get(a[0], i)
			return v, firstCode(code, codeIf(v < lo || v > int64(hi), outOf(from)))
		}, try))(k, e, escape)
	case batch.ClassU64:
		_, hi := intRange(to)
		get := asUint(from)
		return rows(putU64, tried(func(a []*batch.Vector, i int) (uint64, diag.RowCode) {
			v, code := get(a[0], i)
			return v, firstCode(code, codeIf(v > hi, outOf(from)))
		}, try))(k, e, escape)
	case batch.ClassF64:
		get, single := asFloat(from), to.Kind == schema.Float32
		return rows(putF64, tried(func(a []*batch.Vector, i int) (float64, diag.RowCode) {
			v, code := get(a[0], i)
			if single && code == 0 {
				w := float64(float32(v))
				return w, codeIf(math.IsInf(w, 0) && !math.IsInf(v, 0), outOf(from))
			}
			return v, code
		}, try))(k, e, escape)
	case batch.ClassDec:
		return rows(putDec, tried(castDecimal(from, to), try))(k, e, escape)
	case batch.ClassStr:
		return texts(castText(from, to, try, newZone(k.zone)))(k, e, escape)
	}
	return nil, fmt.Errorf("%s cannot be cast to %s", from, to)
}

// sameValues reports whether every value of from is written the same way in to, so that only the type changes.
func sameValues(from, to schema.Type) bool {
	switch {
	case from.Integer() && to.Integer(), from.Kind == schema.Float32 && to.Kind == schema.Float64:
		return castable(from, to) == castSafe
	case from.Kind == schema.Timestamp && to.Kind == schema.Timestamp:
		return to.Precision >= from.Precision
	case from.Kind == schema.Decimal && to.Kind == schema.Decimal:
		return from.Scale == to.Scale && from.Precision <= to.Precision
	}
	return from.Kind == schema.JSON && to.Kind == schema.String || from.Kind == schema.String && to.Kind == schema.Bytes
}

// retypeNode hands the argument's values on under another type.
type retypeNode struct {
	x      node
	typ    schema.Type
	escape bool
	vec    *batch.Vector
}

func (r *retypeNode) eval(b *batch.Batch, sel []int32) Result {
	x := r.x.eval(b, sel)
	if r.vec == nil || r.escape {
		r.vec = new(batch.Vector)
	}
	*r.vec = *x.Vec
	r.vec.Type = r.typ
	return Result{r.vec, x.Errs}
}

// outOf is the code of a value that does not fit: a text that is too large a number was never a value of the type.
func outOf(from schema.Type) diag.RowCode {
	if batch.ClassOf(from) == batch.ClassStr {
		return diag.RowCast
	}
	return diag.RowOverflow
}

func firstCode(a, b diag.RowCode) diag.RowCode {
	if a != 0 {
		return a
	}
	return b
}

func tried[T any](fn rowFunc[T], try bool) rowFunc[T] {
	if !try {
		return fn
	}
	return func(a []*batch.Vector, i int) (T, diag.RowCode) {
		v, code := fn(a, i)
		if code != 0 {
			code = rowNull
		}
		return v, code
	}
}

func trimmed(v *batch.Vector, i int) []byte { return bytes.Trim(v.Bytes(i), " \t\r\n") }

func castBool(from schema.Type) rowFunc[bool] {
	switch {
	case from.Signed():
		return func(a []*batch.Vector, i int) (bool, diag.RowCode) { return a[0].I64[i] != 0, 0 }
	case from.Unsigned():
		return func(a []*batch.Vector, i int) (bool, diag.RowCode) { return a[0].U64[i] != 0, 0 }
	}
	wide := from.Kind == schema.String
	return func(a []*batch.Vector, i int) (bool, diag.RowCode) {
		t := bytes.ToLower(trimmed(a[0], i))
		switch string(t) {
		case "true":
			return true, 0
		case "false":
			return false, 0
		case "t", "y", "yes", "1":
			return true, codeIf(!wide, diag.RowCast)
		case "f", "n", "no", "0":
			return false, codeIf(!wide, diag.RowCast)
		}
		return false, diag.RowCast
	}
}

// asInt reads a value as a signed 64-bit integer, cutting fractions toward zero.
func asInt(from schema.Type) func(v *batch.Vector, i int) (int64, diag.RowCode) {
	switch batch.ClassOf(from) {
	case batch.ClassBool:
		return func(v *batch.Vector, i int) (int64, diag.RowCode) { return int64(b2i(v.Bools[i])), 0 }
	case batch.ClassI64:
		return func(v *batch.Vector, i int) (int64, diag.RowCode) { return v.I64[i], 0 }
	case batch.ClassU64:
		return func(v *batch.Vector, i int) (int64, diag.RowCode) {
			return int64(v.U64[i]), codeIf(v.U64[i] > math.MaxInt64, diag.RowOverflow)
		}
	case batch.ClassF64:
		return func(v *batch.Vector, i int) (int64, diag.RowCode) {
			f := math.Trunc(v.F64[i])
			if !(f >= -(1<<63) && f < 1<<63) {
				return 0, diag.RowOverflow
			}
			return int64(f), 0
		}
	case batch.ClassDec:
		s := int(from.Scale)
		return func(v *batch.Vector, i int) (int64, diag.RowCode) {
			n, ok := small(scaleDown(v.Dec[i], s, true))
			return n, codeIf(!ok, diag.RowOverflow)
		}
	}
	return func(v *batch.Vector, i int) (int64, diag.RowCode) {
		n, err := strconv.ParseInt(string(trimmed(v, i)), 10, 64)
		return n, codeIf(err != nil, diag.RowCast)
	}
}

func asUint(from schema.Type) func(v *batch.Vector, i int) (uint64, diag.RowCode) {
	switch batch.ClassOf(from) {
	case batch.ClassU64:
		return func(v *batch.Vector, i int) (uint64, diag.RowCode) { return v.U64[i], 0 }
	case batch.ClassF64:
		return func(v *batch.Vector, i int) (uint64, diag.RowCode) {
			f := math.Trunc(v.F64[i])
			if !(f >= 0 && f < 1<<64) {
				return 0, diag.RowOverflow
			}
			return uint64(f), 0
		}
	case batch.ClassDec:
		s := int(from.Scale)
		return func(v *batch.Vector, i int) (uint64, diag.RowCode) {
			n := scaleDown(v.Dec[i], s, true)
			return n.LowBits(), codeIf(n.HighBits() != 0, diag.RowOverflow)
		}
	case batch.ClassStr:
		return func(v *batch.Vector, i int) (uint64, diag.RowCode) {
			t := trimmed(v, i)
			if len(t) > 1 && t[0] == '+' {
				t = t[1:]
			}
			n, err := strconv.ParseUint(string(t), 10, 64)
			return n, codeIf(err != nil, diag.RowCast)
		}
	}
	get := asInt(from)
	return func(v *batch.Vector, i int) (uint64, diag.RowCode) {
		n, code := get(v, i)
		return uint64(n), firstCode(code, codeIf(n < 0, diag.RowOverflow))
	}
}

func asFloat(from schema.Type) func(v *batch.Vector, i int) (float64, diag.RowCode) {
	switch batch.ClassOf(from) {
	case batch.ClassI64:
		return func(v *batch.Vector, i int) (float64, diag.RowCode) { return float64(v.I64[i]), 0 }
	case batch.ClassU64:
		return func(v *batch.Vector, i int) (float64, diag.RowCode) { return float64(v.U64[i]), 0 }
	case batch.ClassF64:
		return func(v *batch.Vector, i int) (float64, diag.RowCode) { return v.F64[i], 0 }
	case batch.ClassDec:
		s := int(from.Scale)
		return func(v *batch.Vector, i int) (float64, diag.RowCode) { return decimalFloat(v.Dec[i], s), 0 }
	}
	return func(v *batch.Vector, i int) (float64, diag.RowCode) {
		f, ok := parseFloat(trimmed(v, i))
		return f, codeIf(!ok, diag.RowCast)
	}
}

// decimalFloat returns the float64 nearest to a decimal.
func decimalFloat(n num, s int) float64 {
	if v, ok := small(n); ok && s <= 19 && v > -(1<<53) && v < 1<<53 && s <= 15 {
		return float64(v) / float64(pow64[s]) // Both are exact, so that the quotient is rounded once.
	}
	var buf [64]byte
	f, _ := strconv.ParseFloat(string(appendDecimal(buf[:0], n, s)), 64)
	return f
}

// parseFloat reads a decimal floating-point number, NaN or Infinity. Hexadecimal forms and underscores are refused.
func parseFloat(t []byte) (float64, bool) {
	for _, c := range t {
		if c == 'x' || c == 'X' || c == '_' || c == 'p' || c == 'P' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(string(t), 64)
	return f, err == nil
}

func castDecimal(from, to schema.Type) rowFunc[num] {
	p, s := int(to.Precision), int(to.Scale)
	switch batch.ClassOf(from) {
	case batch.ClassI64:
		mul := int64(pow64[min(s, 18)])
		quick := s <= 18 && castable(from, to) == castSafe
		return func(a []*batch.Vector, i int) (num, diag.RowCode) {
			v := a[0].I64[i]
			if quick {
				if r, ok := mulInt(v, mul); ok {
					return decimal128.FromI64(r), 0
				}
			}
			n, ok := rescale(decimal128.FromI64(v), 0, s, p)
			return n, codeIf(!ok, diag.RowOverflow)
		}
	case batch.ClassU64:
		return func(a []*batch.Vector, i int) (num, diag.RowCode) {
			n, ok := rescale(decimal128.FromU64(a[0].U64[i]), 0, s, p)
			return n, codeIf(!ok, diag.RowOverflow)
		}
	case batch.ClassDec:
		fs := int(from.Scale)
		return func(a []*batch.Vector, i int) (num, diag.RowCode) {
			n, ok := rescale(a[0].Dec[i], fs, s, p)
			return n, codeIf(!ok, diag.RowOverflow)
		}
	case batch.ClassF64:
		bits := from.Bits()
		return func(a []*batch.Vector, i int) (num, diag.RowCode) {
			var buf [32]byte
			n, known, fits := parseDecimal(strconv.AppendFloat(buf[:0], a[0].F64[i], 'e', -1, bits), p, s)
			return n, codeIf(!known || !fits, diag.RowOverflow)
		}
	}
	return func(a []*batch.Vector, i int) (num, diag.RowCode) {
		n, known, fits := parseDecimal(trimmed(a[0], i), p, s)
		return n, codeIf(!known || !fits, diag.RowCast)
	}
}

// castTime casts to a date or a timestamp.
func castTime(from, to schema.Type, z *zone) rowFunc[int64] {
	switch {
	case from.Kind == schema.String && to.Kind == schema.Date:
		return func(a []*batch.Vector, i int) (int64, diag.RowCode) {
			v, ok := parseDate(a[0].Bytes(i))
			return v, codeIf(!ok, diag.RowCast)
		}
	case from.Kind == schema.String:
		return func(a []*batch.Vector, i int) (int64, diag.RowCode) {
			v, ok := parseTimestamp(a[0].Bytes(i), z)
			return truncTimestamp(v, to), codeIf(!ok, diag.RowCast)
		}
	case to.Kind == schema.Date:
		return func(a []*batch.Vector, i int) (int64, diag.RowCode) {
			d, _ := floorDiv(z.local(a[0].I64[i]), microsPerDay)
			return d, 0
		}
	case from.Kind == schema.Date:
		return func(a []*batch.Vector, i int) (int64, diag.RowCode) {
			if !validDays(a[0].I64[i]) {
				return 0, diag.RowOverflow
			}
			v := z.instant(a[0].I64[i] * microsPerDay)
			return v, codeIf(!validMicros(v), diag.RowOverflow)
		}
	}
	return func(a []*batch.Vector, i int) (int64, diag.RowCode) { return truncTimestamp(a[0].I64[i], to), 0 }
}

// castText casts to a string, to bytes or to json.
func castText(from, to schema.Type, try bool, z *zone) textFunc {
	bad := diag.RowCast
	if try {
		bad = rowNull
	}
	switch batch.ClassOf(from) {
	case batch.ClassBool:
		return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
			return strconv.AppendBool(dst, a[0].Bools[i]), 0
		}
	case batch.ClassU64:
		return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
			return strconv.AppendUint(dst, a[0].U64[i], 10), 0
		}
	case batch.ClassF64:
		bits := from.Bits()
		return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
			return appendFloat(dst, a[0].F64[i], bits), 0
		}
	case batch.ClassDec:
		s := int(from.Scale)
		return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
			return appendDecimal(dst, a[0].Dec[i], s), 0
		}
	case batch.ClassI64:
		switch from.Kind {
		case schema.Date:
			return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				return appendDate(dst, a[0].I64[i]), 0
			}
		case schema.Timestamp:
			p := int(from.Precision)
			return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				return appendTimestamp(dst, a[0].I64[i], p, z), 0
			}
		}
		return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
			return strconv.AppendInt(dst, a[0].I64[i], 10), 0
		}
	}
	return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		t := a[0].Bytes(i)
		switch {
		case to.Kind == schema.JSON && !json.Valid(t), from.Kind == schema.Bytes && !utf8.Valid(t):
			return dst, bad
		}
		return append(dst, t...), 0
	}
}

// appendFloat writes the shortest text that reads back as the same number, with an exponent from 1e21 on and below 1e-6 (the rule of
// JSON's number texts).
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(dst, f, 'e', -1, bits)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, bits)
}
