package expr

import (
	"math/big"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// num is the 128-bit integer that holds a decimal times 10^scale.
type num = decimal128.Num

// pow64 has 10^0 to 10^19, pow128 has 10^0 to 10^38.
var (
	pow64  = makePow64()
	pow128 = makePow128()
)

func makePow64() (p [20]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}

func makePow128() (p [39]num) {
	for i := range p {
		if i < 20 {
			p[i] = decimal128.FromU64(pow64[i])
			continue
		}
		hi, lo := bits.Mul64(pow64[19], pow64[i-19])
		p[i] = decimal128.New(int64(hi), lo)
	}
	return p
}

// small returns n as an int64 when it fits.
func small(n num) (int64, bool) {
	v := int64(n.LowBits())
	return v, n.HighBits() == v>>63
}

// magnitude returns the absolute value as two words.
func magnitude(n num) (hi, lo uint64, neg bool) {
	hi, lo = uint64(n.HighBits()), n.LowBits()
	if int64(hi) < 0 {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
		return hi, lo, true
	}
	return hi, lo, false
}

// signed is the inverse of magnitude; hi must leave the sign bit free.
func signed(hi, lo uint64, neg bool) num {
	if neg {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	return decimal128.New(int64(hi), lo)
}

// within reports whether |n| < 10^p.
func within(n num, p int) bool {
	hi, lo, _ := magnitude(n)
	lim := pow128[p]
	return hi < uint64(lim.HighBits()) || hi == uint64(lim.HighBits()) && lo < lim.LowBits()
}

// scaleUp returns n * 10^k; ok is false when that has more than 38 digits or so (does not fit 127 bits).
func scaleUp(n num, k int) (num, bool) {
	hi, lo, neg := magnitude(n)
	for k > 0 {
		step := min(k, 19)
		m := pow64[step]
		h1, l1 := bits.Mul64(lo, m)
		h2, l2 := bits.Mul64(hi, m)
		var carry uint64
		hi, carry = bits.Add64(l2, h1, 0)
		lo = l1
		if h2 != 0 || carry != 0 || hi>>63 != 0 {
			return num{}, false
		}
		k -= step
	}
	return signed(hi, lo, neg), true
}

// div64 divides a two-word number by one word.
func div64(hi, lo, d uint64) (qhi, qlo, rem uint64) {
	qhi = hi / d
	qlo, rem = bits.Div64(hi%d, lo, d)
	return qhi, qlo, rem
}

// scaleDown returns n / 10^k, rounded half away from zero, or toward zero when trunc is set.
func scaleDown(n num, k int, trunc bool) num {
	if k <= 0 {
		return n
	}
	if k > 38 {
		return num{} // |n| < 10^39 / 2 for every n of 38 digits.
	}
	hi, lo, neg := magnitude(n)
	if k > 19 {
		// The remainder of this first division cannot tip the rounding: half of 10^k is a multiple of 10^19.
		hi, lo, _ = div64(hi, lo, pow64[19])
		k -= 19
	}
	d := pow64[k]
	var r uint64
	hi, lo, r = div64(hi, lo, d)
	if !trunc && r >= d-r {
		var carry uint64
		lo, carry = bits.Add64(lo, 1, 0)
		hi += carry
	}
	return signed(hi, lo, neg)
}

// rescale changes the scale of a decimal, rounding HALF_UP, and checks that the result has at most p digits.
func rescale(n num, from, to, p int) (num, bool) {
	if to >= from {
		r, ok := scaleUp(n, to-from)
		return r, ok && within(r, p)
	}
	r := scaleDown(n, from-to, false)
	return r, within(r, p)
}

// compareDecimal orders a at scale sa against b at scale sb, exactly.
func compareDecimal(a num, sa int, b num, sb int) int {
	switch {
	case sa < sb:
		s, ok := scaleUp(a, sb-sa)
		if !ok {
			return a.Sign()
		}
		a = s
	case sb < sa:
		s, ok := scaleUp(b, sa-sb)
		if !ok {
			return -b.Sign()
		}
		b = s
	}
	return a.Cmp(b)
}

// decimalOp computes one decimal operator for fixed types. Operands that fit 64 bits, with products that fit 128, take a fast way;
// all others are computed exactly with big integers and rounded once.
type decimalOp struct {
	sa, sb, s, p int
	// trunc makes a quotient whole, cut toward zero, as between integers.
	trunc      bool
	x, y, q, r big.Int
}

func (d *decimalOp) finish(v *big.Int) (num, bool) {
	if v.BitLen() > 127 {
		return num{}, false
	}
	n := decimal128.FromBigInt(v)
	return n, within(n, d.p)
}

func bigPow10(k int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(k)), nil) }

func setBig(z *big.Int, n num) *big.Int {
	hi, lo, neg := magnitude(n)
	z.SetUint64(hi)
	z.Lsh(z, 64)
	z.Or(z, new(big.Int).SetUint64(lo))
	if neg {
		z.Neg(z)
	}
	return z
}

// quo sets d.q to x / y rounded HALF_UP (or cut, when trunc is set).
func (d *decimalOp) quo(x, y *big.Int, trunc bool) *big.Int {
	neg := x.Sign()*y.Sign() < 0
	d.q.QuoRem(x, y, &d.r)
	if !trunc {
		d.r.Abs(&d.r).Lsh(&d.r, 1)
		if d.r.CmpAbs(y) >= 0 {
			if neg {
				d.q.Sub(&d.q, big.NewInt(1))
			} else {
				d.q.Add(&d.q, big.NewInt(1))
			}
		}
	}
	return &d.q
}

// round brings a big value at scale from to the result's scale and checks its digits.
func (d *decimalOp) round(v *big.Int, from int) (num, bool) {
	switch {
	case from > d.s:
		return d.finish(d.quo(v, bigPow10(from-d.s), false))
	case from < d.s:
		return d.finish(v.Mul(v, bigPow10(d.s-from)))
	}
	return d.finish(v)
}

// add returns a + b, or a - b when sub is set; ok is false on overflow.
func (d *decimalOp) add(a, b num, sub bool) (num, bool) {
	m := max(d.sa, d.sb)
	if m == d.s {
		x, okx := scaleUp(a, m-d.sa)
		y, oky := scaleUp(b, m-d.sb)
		if okx && oky {
			if sub {
				y = y.Negate()
			}
			r := x.Add(y)
			// Operands of equal sign must give a result of that sign.
			if (x.HighBits() < 0) == (y.HighBits() < 0) && (r.HighBits() < 0) != (x.HighBits() < 0) {
				return num{}, false
			}
			return r, within(r, d.p)
		}
	}
	x, y := setBig(&d.x, a), setBig(&d.y, b)
	x.Mul(x, bigPow10(m-d.sa))
	y.Mul(y, bigPow10(m-d.sb))
	if sub {
		x.Sub(x, y)
	} else {
		x.Add(x, y)
	}
	return d.round(x, m)
}

func (d *decimalOp) mul(a, b num) (num, bool) {
	ah, al, an := magnitude(a)
	bh, bl, bn := magnitude(b)
	if ah|bh == 0 && d.s == d.sa+d.sb {
		hi, lo := bits.Mul64(al, bl)
		if hi>>63 == 0 {
			r := signed(hi, lo, an != bn)
			return r, within(r, d.p)
		}
	}
	x, y := setBig(&d.x, a), setBig(&d.y, b)
	return d.round(x.Mul(x, y), d.sa+d.sb)
}

// div returns a / b; b is not zero.
func (d *decimalOp) div(a, b num) (num, bool) {
	k := d.s + d.sb - d.sa
	ah, al, an := magnitude(a)
	bh, bl, bn := magnitude(b)
	if ah|bh == 0 && k >= 0 && k <= 19 {
		hi, lo := bits.Mul64(al, pow64[k])
		qh, ql, r := div64(hi, lo, bl)
		if !d.trunc && r >= bl-r {
			var carry uint64
			ql, carry = bits.Add64(ql, 1, 0)
			qh += carry
		}
		if qh>>63 != 0 {
			return num{}, false
		}
		n := signed(qh, ql, an != bn)
		return n, within(n, d.p)
	}
	x, y := setBig(&d.x, a), setBig(&d.y, b)
	if k >= 0 {
		x.Mul(x, bigPow10(k))
	} else {
		y.Mul(y, bigPow10(-k))
	}
	return d.finish(d.quo(x, y, d.trunc))
}

// mod returns the remainder of a / b with the sign of a; b is not zero.
func (d *decimalOp) mod(a, b num) (num, bool) {
	m := max(d.sa, d.sb)
	if d.sa == d.sb && d.s == m {
		if x, ok := small(a); ok {
			if y, ok := small(b); ok {
				if y == -1 {
					return num{}, true
				}
				r := decimal128.FromI64(x % y)
				return r, within(r, d.p)
			}
		}
	}
	x, y := setBig(&d.x, a), setBig(&d.y, b)
	x.Mul(x, bigPow10(m-d.sa))
	y.Mul(y, bigPow10(m-d.sb))
	return d.round(x.Rem(x, y), m)
}

// parseDecimal reads an optionally signed decimal number with an optional exponent, rounding HALF_UP to scale s. known is false for
// text that is no number, fits is false for a number of more than p digits.
func parseDecimal(t []byte, p, s int) (n num, known, fits bool) {
	i, neg := 0, false
	if i < len(t) && (t[i] == '-' || t[i] == '+') {
		neg = t[i] == '-'
		i++
	}
	var (
		digits  [64]byte // significant digits as read, the first not zero; more are only looked at for being digits
		nd      int
		point   = -1 // how many of the digits stand before the point
		seen    bool
		dropped int // digits beyond the buffer that stand before the point
	)
	lead := 0 // zeros behind the point before the first significant digit
	for ; i < len(t); i++ {
		c := t[i]
		if c == '.' && point < 0 {
			point = nd + dropped
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		seen = true
		switch {
		case nd == 0 && c == '0':
			if point >= 0 {
				lead++
			}
		case nd < len(digits):
			digits[nd] = c - '0'
			nd++
		case point < 0:
			dropped++
		}
	}
	if !seen {
		return num{}, false, false
	}
	if point < 0 {
		point = nd + dropped
	}
	exp := 0
	if i < len(t) && (t[i] == 'e' || t[i] == 'E') {
		i++
		eneg := false
		if i < len(t) && (t[i] == '-' || t[i] == '+') {
			eneg = t[i] == '-'
			i++
		}
		if i == len(t) {
			return num{}, false, false
		}
		for ; i < len(t) && t[i] >= '0' && t[i] <= '9'; i++ {
			exp = min(exp*10+int(t[i]-'0'), 1<<30)
		}
		if eneg {
			exp = -exp
		}
	}
	if i != len(t) {
		return num{}, false, false
	}
	// The value is 0.d1d2d3... * 10^(point-lead+exp); keep that many digits plus the scale.
	keep := point - lead + exp + s
	if nd == 0 || keep < 0 {
		return num{}, true, true
	}
	if keep > p {
		return num{}, true, false
	}
	var hi, lo uint64
	for j := range keep {
		var d uint64
		if j < nd {
			d = uint64(digits[j])
		}
		h, l := bits.Mul64(lo, 10)
		var carry uint64
		lo, carry = bits.Add64(l, d, 0)
		hi = hi*10 + h + carry
	}
	if keep < nd && digits[keep] >= 5 {
		var carry uint64
		lo, carry = bits.Add64(lo, 1, 0)
		hi += carry
	}
	n = signed(hi, lo, neg)
	return n, true, within(n, p)
}

// appendDecimal writes a decimal with exactly s digits behind the point.
func appendDecimal(dst []byte, n num, s int) []byte {
	hi, lo, neg := magnitude(n)
	var buf [48]byte
	i := len(buf)
	for hi|lo != 0 || len(buf)-i <= s {
		var r uint64
		hi, lo, r = div64(hi, lo, 10)
		if s > 0 && len(buf)-i == s {
			i--
			buf[i] = '.'
			s = -1
		}
		i--
		buf[i] = byte('0' + r)
	}
	if neg {
		dst = append(dst, '-')
	}
	return append(dst, buf[i:]...)
}
