package expr

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"unicode"
	"unicode/utf8"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/sqltext"
)

func stringFunctions() []*function {
	str := func(name string, sig, doc, example string, least, most int, kinds string, fn textFunc, aliases ...string) *function {
		f := &function{Function: Function{name, aliases, "string", []string{sig}, doc, example}, min: least, max: most, kernel: texts(fn)}
		f.check = typed(f.id(), stringType, kinds)
		return f
	}
	maybe := func(f *function, kinds string) *function {
		f.check = nullable(f.id(), stringType, kinds)
		return f
	}
	integer := func(name, sig, doc, example string, least, most int, kinds string, fn rowFunc[int64], aliases ...string) *function {
		f := &function{Function: Function{name, aliases, "string", []string{sig}, doc, example}, min: least, max: most, kernel: rows(putI64, fn)}
		f.check = typed(f.id(), int32Type, kinds)
		return f
	}
	test := func(name, sig, doc, example string, fn func(s, t []byte) bool) *function {
		f := &function{Function: Function{name, nil, "string", []string{sig}, doc, example}, min: 2, max: 2}
		f.kernel = testWith(fn)
		f.check = typed(f.id(), boolType, "ss")
		return f
	}
	return []*function{
		str("UPPER", "UPPER(s string) -> string", "Each character in upper case, by Unicode's simple mapping.", "UPPER(platform)", 1, 1, "s", caseMapper(unicode.ToUpper), "UCASE"),
		str("LOWER", "LOWER(s string) -> string", "Each character in lower case, by Unicode's simple mapping.", "LOWER(platform)", 1, 1, "s", caseMapper(unicode.ToLower), "LCASE"),
		integer("CHAR_LENGTH", "CHAR_LENGTH(s string) -> int32", "The number of code points.", "CHAR_LENGTH(lang)", 1, 1, "s",
			func(a []*batch.Vector, i int) (int64, diag.RowCode) { return int64(utf8.RuneCount(a[0].Bytes(i))), 0 }, "CHARACTER_LENGTH", "LENGTH"),
		maybe(str("SUBSTRING", "SUBSTRING(s string, from int64[, length int64]) -> string",
			"The code points from position from (1 is the first, -1 the last, 0 counts as 1). NULL when length is negative.", "SUBSTRING(session, 1, 8)", 2, 3, "si", substring, "SUBSTR"), "si"),
		str("TRIM", "TRIM(s string[, characters string]) -> string", "s without the given characters (a space by default) at both ends.", "TRIM(page)", 1, 2, "s", trimmer(true, true), "BTRIM"),
		str("LTRIM", "LTRIM(s string[, characters string]) -> string", "s without the given characters at its start.", "LTRIM(page)", 1, 2, "s", trimmer(true, false)),
		str("RTRIM", "RTRIM(s string[, characters string]) -> string", "s without the given characters at its end.", "RTRIM(page)", 1, 2, "s", trimmer(false, true)),
		str("REPLACE", "REPLACE(s string, search string, by string) -> string", "s with every occurrence of search replaced; an empty search replaces nothing.", "REPLACE(page, '/', '.')", 3, 3, "s", replaceAll),
		str("CONCAT", "CONCAT(a string, ...) -> string", "The arguments joined; NULL when one is NULL. The operator || does the same.", "CONCAT(platform, '-', lang)", 1, -1, "s",
			func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				for _, v := range a {
					dst = append(dst, v.Bytes(i)...)
				}
				return dst, 0
			}),
		{Function{"CONCAT_WS", nil, "string", []string{"CONCAT_WS(separator string, a string, ...) -> string"},
			"The arguments that are not NULL, joined with the separator; NULL only when the separator is NULL.", "CONCAT_WS('/', platform, device.os)"},
			1, -1, false, func(c *checker, x *sqltext.Call, args []*Expr) *Expr {
				if !c.convert(args, "s") {
					return nil
				}
				return call("concat_ws", stringType, args[0].Nullable, x.At, args...)
			}, buildConcatWS},
		integer("POSITION", "POSITION(part string IN s string) -> int32", "Where part first stands in s, in code points from 1; 0 when it does not.", "POSITION('/' IN page)", 2, 2, "ss",
			func(a []*batch.Vector, i int) (int64, diag.RowCode) {
				return locate(a[1].Bytes(i), a[0].Bytes(i), 1), 0
			}),
		integer("LOCATE", "LOCATE(part string, s string[, from int64]) -> int32", "Where part first stands in s at or behind position from; 0 when it does not.", "LOCATE('/', page, 2)", 2, 3, "ssi",
			func(a []*batch.Vector, i int) (int64, diag.RowCode) {
				from := int64(1)
				if len(a) > 2 {
					from = a[2].I64[i]
				}
				return locate(a[1].Bytes(i), a[0].Bytes(i), from), 0
			}),
		integer("INSTR", "INSTR(s string, part string) -> int32", "LOCATE with the arguments the other way round.", "INSTR(page, '/')", 2, 2, "ss",
			func(a []*batch.Vector, i int) (int64, diag.RowCode) {
				return locate(a[0].Bytes(i), a[1].Bytes(i), 1), 0
			}),
		test("STARTSWITH", "STARTSWITH(s string, part string) -> boolean", "Whether s begins with part.", "STARTSWITH(page, '/album')", bytes.HasPrefix),
		test("ENDSWITH", "ENDSWITH(s string, part string) -> boolean", "Whether s ends with part.", "ENDSWITH(page, '.html')", bytes.HasSuffix),
		test("CONTAINS", "CONTAINS(s string, part string) -> boolean", "Whether part stands in s. Flink has no such function; it is written as POSITION there.", "CONTAINS(page, 'live')", bytes.Contains),
		maybe(str("SPLIT_INDEX", "SPLIT_INDEX(s string, separator string, index int64) -> string",
			"The part of s at index (0 is the first) between separators; NULL when there is none.", "SPLIT_INDEX(page, '/', 1)", 3, 3, "ssi", splitIndex), "ssi"),
		maybe(str("LPAD", "LPAD(s string, length int64, pad string) -> string",
			"s filled up at its start, or cut, to length code points; NULL when length is negative or pad empty.", "LPAD(CAST(song_id AS STRING), 8, '0')", 3, 3, "sis", padder(true)), "sis"),
		maybe(str("RPAD", "RPAD(s string, length int64, pad string) -> string",
			"s filled up at its end, or cut, to length code points; NULL when length is negative or pad empty.", "RPAD(lang, 5, ' ')", 3, 3, "sis", padder(false)), "sis"),
		maybe(str("LEFT", "LEFT(s string, length int64) -> string", "The first code points of s; empty when length is not positive.", "LEFT(lang, 2)", 2, 2, "si",
			func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				return append(dst, runes(a[0].Bytes(i), 0, max(0, a[1].I64[i]))...), 0
			}), "si"),
		maybe(str("RIGHT", "RIGHT(s string, length int64) -> string", "The last code points of s; empty when length is not positive.", "RIGHT(lang, 2)", 2, 2, "si",
			func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				s := a[0].Bytes(i)
				n := int64(utf8.RuneCount(s))
				k := min(n, max(0, a[1].I64[i]))
				return append(dst, runes(s, n-k, k)...), 0
			}), "si"),
		str("REVERSE", "REVERSE(s string) -> string", "The code points in reverse order.", "REVERSE(session)", 1, 1, "s",
			func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				for s := a[0].Bytes(i); len(s) > 0; {
					_, n := utf8.DecodeLastRune(s)
					dst = append(dst, s[len(s)-n:]...)
					s = s[:len(s)-n]
				}
				return dst, 0
			}),
		str("MD5", "MD5(s string) -> string", "The MD5 digest as 32 hexadecimal digits in lower case.", "MD5(session)", 1, 1, "b",
			func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				d := md5.Sum(a[0].Bytes(i))
				return hex.AppendEncode(dst, d[:]), 0
			}),
		str("SHA256", "SHA256(s string) -> string", "The SHA-256 digest as 64 hexadecimal digits in lower case.", "SHA256(session)", 1, 1, "b",
			func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
				d := sha256.Sum256(a[0].Bytes(i))
				return hex.AppendEncode(dst, d[:]), 0
			}),
	}
}

func caseMapper(m func(rune) rune) textFunc {
	var ascii [utf8.RuneSelf]byte
	for c := range ascii {
		ascii[c] = byte(m(rune(c)))
	}
	return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		for s := a[0].Bytes(i); len(s) > 0; {
			if s[0] < utf8.RuneSelf {
				dst = append(dst, ascii[s[0]])
				s = s[1:]
				continue
			}
			r, n := utf8.DecodeRune(s)
			dst = utf8.AppendRune(dst, m(r))
			s = s[n:]
		}
		return dst, 0
	}
}

// runes returns n code points of s from the from-th on, counted from 0; fewer where s ends.
func runes(s []byte, from, n int64) []byte {
	for ; from > 0 && len(s) > 0; from-- {
		_, w := utf8.DecodeRune(s)
		s = s[w:]
	}
	end := 0
	for ; n > 0 && end < len(s); n-- {
		_, w := utf8.DecodeRune(s[end:])
		end += w
	}
	return s[:end]
}

func substring(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
	s, from, n := a[0].Bytes(i), a[1].I64[i], int64(len(a[0].Bytes(i)))
	if len(a) > 2 {
		if n = a[2].I64[i]; n < 0 {
			return dst, rowNull
		}
	}
	switch {
	case from > 0:
		from--
	case from < 0:
		if from += int64(utf8.RuneCount(s)); from < 0 {
			return dst, 0
		}
	}
	return append(dst, runes(s, from, n)...), 0
}

func trimmer(left, right bool) textFunc {
	return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		s, set := a[0].Bytes(i), " "
		if len(a) > 1 {
			set = string(a[1].Bytes(i))
		}
		if left {
			s = bytes.TrimLeft(s, set)
		}
		if right {
			s = bytes.TrimRight(s, set)
		}
		return append(dst, s...), 0
	}
}

func replaceAll(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
	s, search, by := a[0].Bytes(i), a[1].Bytes(i), a[2].Bytes(i)
	if len(search) == 0 {
		return append(dst, s...), 0
	}
	for {
		j := bytes.Index(s, search)
		if j < 0 {
			return append(dst, s...), 0
		}
		dst = append(append(dst, s[:j]...), by...)
		s = s[j+len(search):]
		if len(dst) > maxTextBytes {
			return dst, diag.RowOverflow
		}
	}
}

// locate returns the position of part in s at or behind from, in code points from 1, or 0.
func locate(s, part []byte, from int64) int64 {
	if from < 1 {
		return 0
	}
	head := s[:len(s)-len(runes(s, from-1, int64(len(s))))]
	if int64(utf8.RuneCount(head)) < from-1 {
		return 0
	}
	j := bytes.Index(s[len(head):], part)
	if j < 0 {
		return 0
	}
	return from + int64(utf8.RuneCount(s[len(head):len(head)+j]))
}

func splitIndex(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
	s, sep, at := a[0].Bytes(i), a[1].Bytes(i), a[2].I64[i]
	if at < 0 || len(sep) == 0 {
		return dst, rowNull
	}
	for {
		j := bytes.Index(s, sep)
		switch {
		case at == 0 && j < 0:
			return append(dst, s...), 0
		case at == 0:
			return append(dst, s[:j]...), 0
		case j < 0:
			return dst, rowNull
		}
		s = s[j+len(sep):]
		at--
	}
}

func padder(left bool) textFunc {
	return func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		s, n, pad := a[0].Bytes(i), a[1].I64[i], a[2].Bytes(i)
		have := int64(utf8.RuneCount(s))
		switch {
		case n < 0 || len(pad) == 0:
			return dst, rowNull
		case n > maxTextBytes/4:
			return dst, diag.RowArgument
		case have >= n:
			return append(dst, runes(s, 0, n)...), 0
		}
		if !left {
			dst = append(dst, s...)
		}
		width := int64(utf8.RuneCount(pad))
		for miss := n - have; miss > 0; miss -= width {
			dst = append(dst, runes(pad, 0, miss)...)
		}
		if left {
			dst = append(dst, s...)
		}
		return dst, 0
	}
}

// testWith builds a test of two strings; where the second is constant each entry of a dictionary is tested once.
func testWith(fn func(s, t []byte) bool) builder {
	return func(k *compiler, e *Expr, escape bool) (node, error) {
		if constText(e.Args[1]) {
			x, err := k.compile(e.Args[0], false)
			part := []byte(e.Args[1].Value.(string))
			return newTextTest(x, func(s []byte) bool { return fn(s, part) }, false, nil, false, escape), err
		}
		return rows(putBool, func(a []*batch.Vector, i int) (bool, diag.RowCode) { return fn(a[0].Bytes(i), a[1].Bytes(i)), 0 })(k, e, escape)
	}
}

// concatWS is not strict in its later arguments: they are wrapped so that a NULL reads as "left out".
type concatWS struct {
	scratch
	args []node
}

func buildConcatWS(k *compiler, e *Expr, escape bool) (node, error) {
	args, err := k.args(e)
	return &concatWS{scratch{escape: escape}, args}, err
}

func (n *concatWS) eval(b *batch.Batch, sel []int32) Result {
	results := make([]Result, len(n.args))
	for i, a := range n.args {
		results[i] = a.eval(b, sel)
	}
	v := n.vector(stringType, b.N)
	errs := n.merge(v, results...)
	v.Valid = results[0].Vec.Valid
	if v.Valid != nil {
		v.Valid = append(batch.Bitmap(nil), v.Valid...)
	}
	v.Off, v.Data = make([]int32, b.N+1), nil
	next := 0
	for _, i := range n.rows(sel, b.N) {
		for ; next < int(i); next++ {
			v.Off[next+1] = int32(len(v.Data))
		}
		first := true
		for _, r := range results[1:] {
			if blank(v, errs, int(i)) || r.Vec.IsNull(int(i)) {
				continue
			}
			if !first {
				v.Data = append(v.Data, results[0].Vec.Bytes(int(i))...)
			}
			first = false
			v.Data = append(v.Data, r.Vec.Bytes(int(i))...)
		}
		next = int(i) + 1
		v.Off[next] = int32(len(v.Data))
	}
	for ; next < b.N; next++ {
		v.Off[next+1] = int32(len(v.Data))
	}
	return Result{v, errs}
}
