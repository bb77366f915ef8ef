package convert

import (
	"math"
	"math/bits"
	"strconv"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/diag"
	"millrace/models/schema"
)

// ScanNumber returns the end of the JSON number (RFC 8259, section 6) that starts at p, or a code: row.truncated when the text ends
// within it, row.not_a_number when it is none.
func ScanNumber(text []byte, p int) (end int, code diag.RowCode) {
	if p < len(text) && text[p] == '-' {
		p++
	}
	switch {
	case p == len(text):
		return p, diag.RowTruncated
	case text[p] == '0':
		p++
		if p < len(text) && digit(text[p]) {
			return p, diag.RowNotANumber
		}
	case digit(text[p]):
		p = digits(text, p)
	default:
		return p, diag.RowNotANumber
	}
	if p < len(text) && text[p] == '.' {
		if p, code = someDigits(text, p+1); code != diag.RowOK {
			return p, code
		}
	}
	if p < len(text) && text[p]|0x20 == 'e' {
		p++
		if p < len(text) && (text[p] == '+' || text[p] == '-') {
			p++
		}
		return someDigits(text, p)
	}
	return p, diag.RowOK
}

// IsNumber reports whether the whole text is one JSON number.
func IsNumber(text []byte) bool {
	end, code := ScanNumber(text, 0)
	return code == diag.RowOK && end == len(text)
}

func digit(c byte) bool { return c-'0' <= 9 }

func digits(text []byte, p int) int {
	for p < len(text) && digit(text[p]) {
		p++
	}
	return p
}

func someDigits(text []byte, p int) (int, diag.RowCode) {
	end := digits(text, p)
	switch {
	case end > p:
		return end, diag.RowOK
	case p == len(text):
		return p, diag.RowTruncated
	default:
		return p, diag.RowNotANumber
	}
}

// Int reads a JSON number as a signed integer of type t.
func Int(number []byte, t schema.Type) (int64, diag.RowCode) {
	neg, hi, lo, exact, fits := scaled(number, 0)
	if !exact {
		return 0, diag.RowWrongType
	}
	// The largest magnitude is one more below zero than above.
	limit := uint64(1) << (t.Bits() - 1)
	switch {
	case !fits || hi != 0 || lo > limit || lo == limit && !neg:
		return 0, diag.RowOutOfRange
	case neg:
		return -int64(lo), diag.RowOK
	default:
		return int64(lo), diag.RowOK
	}
}

// Uint reads a JSON number as an unsigned integer of type t.
func Uint(number []byte, t schema.Type) (uint64, diag.RowCode) {
	neg, hi, lo, exact, fits := scaled(number, 0)
	switch {
	case !exact:
		return 0, diag.RowWrongType
	case !fits || hi != 0 || lo>>(t.Bits()-1)>>1 != 0 || neg && lo != 0:
		return 0, diag.RowOutOfRange
	default:
		return lo, diag.RowOK
	}
}

// Decimal reads a JSON number as a decimal of type t.
func Decimal(number []byte, t schema.Type) (decimal128.Num, diag.RowCode) {
	neg, hi, lo, exact, fits := scaled(number, int(t.Scale))
	if !exact || !fits || hi > math.MaxInt64 {
		return decimal128.Num{}, diag.RowOutOfRange
	}
	n := decimal128.New(int64(hi), lo)
	if !n.FitsInPrecision(int32(t.Precision)) {
		return decimal128.Num{}, diag.RowOutOfRange
	}
	if neg {
		n = n.Negate()
	}
	return n, diag.RowOK
}

// scaled returns the magnitude of number * 10^scale as a 128-bit integer, rounded towards zero. exact is false when digits that are
// not zero were cut off, fits when the integer is too large for 128 bits. The number is a JSON number.
func scaled(number []byte, scale int) (neg bool, hi, lo uint64, exact, fits bool) {
	p := 0
	if number[0] == '-' {
		neg, p = true, 1
	}
	end, exp := mantissa(number)
	point, total := -1, 0
	for i := p; i < end; i++ {
		if number[i] == '.' {
			point = total
		} else {
			total++
		}
	}
	if point < 0 {
		point = total
	}
	// keep is how many of the digits stand before the point once it was moved.
	keep, seen := point+exp+scale, 0
	exact, fits = true, true
	for i := p; i < end; i++ {
		if number[i] == '.' {
			continue
		}
		d := uint64(number[i] - '0')
		if seen < keep {
			hi, lo, fits = times10(hi, lo, d, fits)
		} else if d != 0 {
			exact = false
			break
		}
		seen++
	}
	if hi|lo != 0 {
		for ; seen < keep && fits; seen++ {
			hi, lo, fits = times10(hi, lo, 0, fits)
		}
	}
	return neg, hi, lo, exact, fits
}

// mantissa returns where the exponent starts, or the end, and its value, bounded so that sums with it do not overflow.
func mantissa(number []byte) (end, exp int) {
	end = len(number)
	for i := range number {
		if number[i]|0x20 != 'e' {
			continue
		}
		end = i
		neg := false
		for _, c := range number[i+1:] {
			switch {
			case c == '-':
				neg = true
			case c != '+' && exp < 1<<30:
				exp = exp*10 + int(c-'0')
			}
		}
		if neg {
			exp = -exp
		}
		break
	}
	return end, exp
}

func times10(hi, lo, d uint64, fits bool) (uint64, uint64, bool) {
	over, h := bits.Mul64(hi, 10)
	carry, l := bits.Mul64(lo, 10)
	l, c := bits.Add64(l, d, 0)
	h, c2 := bits.Add64(h, carry, c)
	return h, l, fits && over == 0 && c2 == 0
}

var exact64 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
	1e19, 1e20, 1e21, 1e22}

// Float reads a JSON number as a float32 or float64, correctly rounded.
func Float(number []byte, t schema.Type) (float64, diag.RowCode) {
	if t.Kind == schema.Float64 {
		if f, ok := shortFloat(number); ok {
			return f, diag.RowOK
		}
	}
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(number), len(number)), t.Bits())
	if err != nil {
		return 0, diag.RowOutOfRange
	}
	return f, diag.RowOK
}

// shortFloat is exact where the digits and the power of ten both are floats without rounding: then one multiplication or division
// rounds once, correctly (W. D. Clinger, How to Read Floating Point Numbers Accurately, 1990).
func shortFloat(number []byte) (float64, bool) {
	p, neg := 0, number[0] == '-'
	if neg {
		p = 1
	}
	var m uint64
	frac, exp := 0, 0
	for point := false; p < len(number); p++ {
		c := number[p]
		switch {
		case digit(c):
			if m > 1<<53/10 {
				return 0, false
			}
			m = m*10 + uint64(c-'0')
			if point {
				frac++
			}
		case c == '.':
			point = true
		default:
			_, exp = mantissa(number)
			p = len(number)
		}
	}
	f := float64(m)
	switch exp -= frac; {
	case exp < -22 || exp > 22:
		return 0, false
	case exp < 0:
		f /= exact64[-exp]
	default:
		f *= exact64[exp]
	}
	if neg {
		f = -f
	}
	return f, true
}

// AppendDecimal writes a decimal of the given scale, with all the scale's digits.
func AppendDecimal(dst []byte, n decimal128.Num, scale int) []byte {
	if n.Sign() < 0 {
		dst = append(dst, '-')
		n = n.Negate()
	}
	var text [40]byte
	i := len(text)
	hi, lo := uint64(n.HighBits()), n.LowBits()
	for written := 0; hi|lo != 0 || written <= scale; written++ {
		if written == scale && scale > 0 {
			i--
			text[i] = '.'
		}
		var r uint64
		hi, r = hi/10, hi%10
		lo, r = bits.Div64(r, lo, 10)
		i--
		text[i] = byte('0' + r)
	}
	return append(dst, text[i:]...)
}
