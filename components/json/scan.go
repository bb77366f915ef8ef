package json

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"millrace/components/internal/convert"
	"millrace/models/diag"
)

// MaxDepth is how deep objects and arrays may be nested, the record's own object included.
const MaxDepth = 128

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special has the high bit set in each byte of x that ends the plain stretch of a string: a quote, a backslash, a control
// character or a byte of a longer UTF-8 sequence. Bytes above the first such byte may be marked wrongly (the subtraction borrows).
func special(x uint64) uint64 {
	quote, backslash := x^(lows*'"'), x^(lows*'\\')
	return ((quote-lows)&^quote | (backslash-lows)&^backslash | (x-lows*0x20)&^x | x) & highs
}

// The scanners below take the position where something starts and return the one behind it; a negative position is the row code
// of what is wrong, negated, so that the hot path returns one value.

func fail(c diag.RowCode) int { return -int(c) }

// space skips white space.
func space(data []byte, p int) int {
	for p < len(data) && data[p] <= ' ' && (data[p] == ' ' || data[p] == '\n' || data[p] == '\t' || data[p] == '\r') {
		p++
	}
	return p
}

// scanString scans a string from behind its opening quote and returns the position of the closing one. escaped says that there
// are backslashes within.
func scanString(data []byte, p int) (end int, escaped bool) {
	for p+8 <= len(data) {
		m := special(binary.LittleEndian.Uint64(data[p:]))
		if m == 0 {
			p += 8
			continue
		}
		p += bits.TrailingZeros64(m) >> 3
		if data[p] == '"' {
			return p, false
		}
		break
	}
	return scanOther(data, p)
}

// scanOther is scanString for what is not plain to the end.
func scanOther(data []byte, p int) (end int, escaped bool) {
	for {
		p = plain(data, p)
		if p >= len(data) {
			return fail(diag.RowTruncated), escaped
		}
		switch c := data[p]; {
		case c == '"':
			return p, escaped
		case c == '\\':
			escaped = true
			if p = scanEscape(data, p); p < 0 {
				return p, escaped
			}
		case c < ' ':
			return fail(diag.RowMalformed), escaped
		default:
			if p = scanRunes(data, p); p < 0 {
				return p, escaped
			}
		}
	}
}

// plain returns the position of the next byte of a string that is special, or the end of the data.
func plain(data []byte, p int) int {
	for p+8 <= len(data) {
		if m := special(binary.LittleEndian.Uint64(data[p:])); m != 0 {
			return p + bits.TrailingZeros64(m)>>3
		}
		p += 8
	}
	for p < len(data) && data[p] >= ' ' && data[p] < utf8.RuneSelf && data[p] != '"' && data[p] != '\\' {
		p++
	}
	return p
}

// scanRunes scans a run of characters beyond ASCII.
func scanRunes(data []byte, p int) int {
	for p < len(data) && data[p] >= utf8.RuneSelf {
		// Most are three bytes long (Chinese), where only the lead bytes E0 and ED restrict the second byte.
		if c := data[p]; c > 0xe0 && c < 0xf0 && c != 0xed && p+2 < len(data) && data[p+1]&0xc0 == 0x80 && data[p+2]&0xc0 == 0x80 {
			p += 3
			continue
		}
		r, n := utf8.DecodeRune(data[p:])
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(data[p:]) {
				return fail(diag.RowTruncated)
			}
			return fail(diag.RowInvalidUTF8)
		}
		p += n
	}
	return p
}

// scanEscape scans one escape from its backslash; a surrogate pair is one escape.
func scanEscape(data []byte, p int) int {
	if p+1 >= len(data) {
		return fail(diag.RowTruncated)
	}
	switch data[p+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return p + 2
	case 'u':
	default:
		return fail(diag.RowMalformed)
	}
	r, code := hex4(data, p+2)
	switch {
	case code != diag.RowOK:
		return fail(code)
	case r < 0xd800 || r > 0xdfff:
		return p + 6
	case r > 0xdbff:
		return fail(diag.RowInvalidUTF8)
	}
	p += 6
	for i, want := range [...]byte{'\\', 'u'} {
		if p+i >= len(data) {
			return fail(diag.RowTruncated)
		}
		if data[p+i] != want {
			return fail(diag.RowInvalidUTF8)
		}
	}
	r, code = hex4(data, p+2)
	switch {
	case code != diag.RowOK:
		return fail(code)
	case r < 0xdc00 || r > 0xdfff:
		return fail(diag.RowInvalidUTF8)
	}
	return p + 6
}

func hex4(data []byte, p int) (rune, diag.RowCode) {
	var r rune
	for i := range 4 {
		if p+i >= len(data) {
			return 0, diag.RowTruncated
		}
		c := data[p+i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = (c | 0x20) - 'a' + 10
		default:
			return 0, diag.RowMalformed
		}
		r = r<<4 | rune(c)
	}
	return r, diag.RowOK
}

// unescape appends the characters of a scanned string's inside to dst.
func unescape(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			j := i + 1
			for j < len(s) && s[j] != '\\' {
				j++
			}
			dst = append(dst, s[i:j]...)
			i = j
			continue
		}
		switch c := s[i+1]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, _ := hex4(s, i+2)
			if r >= 0xd800 && r <= 0xdbff {
				low, _ := hex4(s, i+8)
				r = (r-0xd800)<<10 + (low - 0xdc00) + 0x10000
				i += 6
			}
			dst = utf8.AppendRune(dst, r)
			i += 4
		default:
			dst = append(dst, c)
		}
		i += 2
	}
	return dst
}

// skip scans any value; depth is how many objects and arrays are open around it.
func skip(data []byte, p, depth int) int {
	if p >= len(data) {
		return fail(diag.RowTruncated)
	}
	switch c := data[p]; c {
	case '"':
		return skipString(data, p)
	case '{':
		return skipObject(data, p+1, depth+1)
	case '[':
		return skipArray(data, p+1, depth+1)
	case 't':
		return word(data, p, "true")
	case 'f':
		return word(data, p, "false")
	case 'n':
		return word(data, p, "null")
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		end := p + 1
		for end < len(data) && data[end]-'0' <= 9 {
			end++
		}
		if end < len(data) && data[end] != '.' && data[end]|0x20 != 'e' {
			return end
		}
		return skipNumber(data, p)
	case '0', '-':
		return skipNumber(data, p)
	case 'N', 'I', '+', '.':
		// What other writers than JSON's make of numbers.
		return fail(diag.RowNotANumber)
	default:
		return fail(diag.RowMalformed)
	}
}

func skipString(data []byte, p int) int {
	end, _ := scanString(data, p+1)
	if end < 0 {
		return end
	}
	return end + 1
}

func skipNumber(data []byte, p int) int {
	end, code := convert.ScanNumber(data, p)
	if code != diag.RowOK {
		return fail(code)
	}
	return end
}

func word(data []byte, p int, w string) int {
	for i := range len(w) {
		if p+i >= len(data) {
			return fail(diag.RowTruncated)
		}
		if data[p+i] != w[i] {
			return fail(diag.RowMalformed)
		}
	}
	return p + len(w)
}

func skipObject(data []byte, p, depth int) int {
	if depth > MaxDepth {
		return fail(diag.RowTooDeep)
	}
	p = space(data, p)
	if p < len(data) && data[p] == '}' {
		return p + 1
	}
	for {
		if p = expect(data, p, '"'); p < 0 {
			return p
		}
		if p, _ = scanString(data, p); p < 0 {
			return p
		}
		if p++; p < len(data) && data[p] == ':' {
			p++
		} else if p = expect(data, space(data, p), ':'); p < 0 {
			return p
		}
		if p < len(data) && data[p] == '"' {
			p = skipString(data, p)
		} else {
			p = skip(data, space(data, p), depth)
		}
		if p < 0 {
			return p
		}
		var more bool
		if p, more = next(data, p, '}'); !more {
			return p
		}
	}
}

func skipArray(data []byte, p, depth int) int {
	if depth > MaxDepth {
		return fail(diag.RowTooDeep)
	}
	p = space(data, p)
	if p < len(data) && data[p] == ']' {
		return p + 1
	}
	for {
		if p = skip(data, p, depth); p < 0 {
			return p
		}
		var more bool
		if p, more = next(data, p, ']'); !more {
			return p
		}
	}
}

func expect(data []byte, p int, c byte) int {
	if p >= len(data) {
		return fail(diag.RowTruncated)
	}
	if data[p] != c {
		return fail(diag.RowMalformed)
	}
	return p + 1
}

// next goes on behind a member: more says that p is where another one starts, else p is behind the closing bracket or a code.
func next(data []byte, p int, closing byte) (_ int, more bool) {
	if p >= len(data) || data[p] <= ' ' {
		if p = space(data, p); p >= len(data) {
			return fail(diag.RowTruncated), false
		}
	}
	switch data[p] {
	case ',':
		p++
		if p < len(data) && data[p] <= ' ' {
			p = space(data, p)
		}
		return p, true
	case closing:
		return p + 1, false
	default:
		return fail(diag.RowMalformed), false
	}
}

// Check reports whether text is one well-formed JSON value by the rules of this package; RowOK says that it is.
func Check(text []byte) diag.RowCode {
	p := skip(text, space(text, 0), 0)
	switch {
	case p < 0:
		return diag.RowCode(-p)
	case space(text, p) != len(text):
		return diag.RowTrailingData
	default:
		return diag.RowOK
	}
}
