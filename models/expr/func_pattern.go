package expr

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/sqltext"
)

// likeItem is one element of a LIKE pattern: a stretch of text, exactly one code point, or any number of them.
type likeItem struct {
	text []byte
	one  bool // _
	any  bool // %
}

// parseLike reads a pattern; escape is -1 when there is none. ok is false for an escape that escapes nothing.
func parseLike(p string, escape rune) (items []likeItem, ok bool) {
	var text []byte
	flush := func() {
		if len(text) > 0 {
			items = append(items, likeItem{text: text})
			text = nil
		}
	}
	rs := []rune(p)
	for i := 0; i < len(rs); i++ {
		switch r := rs[i]; r {
		case escape:
			if i++; i == len(rs) || rs[i] != '%' && rs[i] != '_' && rs[i] != escape {
				return nil, false
			}
			text = utf8.AppendRune(text, rs[i])
		case '%':
			flush()
			if len(items) == 0 || !items[len(items)-1].any {
				items = append(items, likeItem{any: true})
			}
		case '_':
			flush()
			items = append(items, likeItem{one: true})
		default:
			text = utf8.AppendRune(text, r)
		}
	}
	flush()
	return items, true
}

// matchLike reports whether s as a whole matches. It goes back only to the last %, so that its time is at most len(s) * len(items).
func matchLike(items []likeItem, s []byte) bool {
	i, back, backAt := 0, -1, []byte(nil)
	for {
		switch {
		case i < len(items) && items[i].any:
			if i == len(items)-1 {
				return true
			}
			back, backAt = i, s
			i++
			continue
		case i < len(items) && items[i].one && len(s) > 0:
			_, n := utf8.DecodeRune(s)
			s = s[n:]
			i++
			continue
		case i < len(items) && !items[i].one && bytes.HasPrefix(s, items[i].text):
			s = s[len(items[i].text):]
			i++
			continue
		case i == len(items) && len(s) == 0:
			return true
		}
		if back < 0 || len(backAt) == 0 {
			return false
		}
		_, n := utf8.DecodeRune(backAt)
		backAt = backAt[n:]
		if next := items[back+1]; !next.one {
			// Text follows the %: go straight to where it stands next.
			j := bytes.Index(backAt, next.text)
			if j < 0 {
				return false
			}
			backAt = backAt[j:]
		}
		s, i = backAt, back+1
	}
}

func buildLike(k *compiler, e *Expr, escape bool) (node, error) {
	esc := rune(-1)
	if len(e.Args) > 2 {
		esc = []rune(e.Args[2].Value.(string))[0]
	}
	if constText(e.Args[1]) {
		items, _ := parseLike(e.Args[1].Value.(string), esc)
		x, err := k.compile(e.Args[0], false)
		return newTextTest(x, func(s []byte) bool { return matchLike(items, s) }, false, nil, false, escape), err
	}
	var (
		last  []byte
		items []likeItem
		ok    bool
	)
	return rows(putBool, func(a []*batch.Vector, i int) (bool, diag.RowCode) {
		if p := a[1].Bytes(i); last == nil || !bytes.Equal(p, last) {
			last = append(make([]byte, 0, len(p)+1), p...)
			items, ok = parseLike(string(p), esc)
		}
		if !ok {
			return false, diag.RowArgument
		}
		return matchLike(items, a[0].Bytes(i)), 0
	})(k, e, escape)
}

func patternFunctions() []*function {
	return []*function{
		{Function{"REGEXP", []string{"REGEXP_LIKE"}, "string", []string{"REGEXP(s string, pattern string) -> boolean"},
			"Whether the RE2 pattern matches somewhere in s.", "REGEXP(page, '^/song/[0-9]+$')"},
			2, 2, true, checkRegexp("regexp", false), buildRegexp},
		{Function{"REGEXP_EXTRACT", nil, "string", []string{"REGEXP_EXTRACT(s string, pattern string[, group int64]) -> string"},
			"What the RE2 pattern's group (0, the default, is the whole match) matched first; NULL when nothing did.", "REGEXP_EXTRACT(page, '/song/([0-9]+)', 1)"},
			2, 3, true, checkRegexp("regexp_extract", true), buildRegexpExtract},
		{Function{"REGEXP_REPLACE", nil, "string", []string{"REGEXP_REPLACE(s string, pattern string, by string) -> string"},
			"s with every match of the RE2 pattern replaced; $1 in by is the first group, \\$ a dollar sign.", "REGEXP_REPLACE(page, '[0-9]+', '#')"},
			3, 3, true, checkRegexp("regexp_replace", false), buildRegexpReplace},
	}
}

func checkRegexp(id string, null bool) func(c *checker, x *sqltext.Call, args []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, args []*Expr) *Expr {
		kinds := "sss"
		if id == "regexp_extract" {
			kinds = "ssi"
		}
		if !c.convert(args, kinds) {
			return nil
		}
		if constText(args[1]) {
			re, err := regexp.Compile(args[1].Value.(string))
			if err != nil {
				c.fail(CodeInvalidPattern, args[1].Span, "the pattern is not RE2: %s", err)
				return nil
			}
			if g, ok := groupOf(args); ok && (g < 0 || g > int64(re.NumSubexp())) {
				c.fail(CodeArgumentRange, args[2].Span, "the pattern has %d groups, not %d", re.NumSubexp(), g)
				return nil
			}
		}
		t := stringType
		if id == "regexp" {
			t = boolType
		}
		return call(id, t, null || anyNullable(args), x.At, args...)
	}
}

func groupOf(args []*Expr) (int64, bool) {
	if len(args) < 3 || args[2].Op != OpLiteral {
		return 0, false
	}
	g, ok := args[2].Value.(int64)
	return g, ok
}

// patterns compiles regular expressions and remembers the last, which is mostly the only one.
type patterns struct {
	text []byte
	re   *regexp.Regexp
}

func (p *patterns) get(text []byte) (*regexp.Regexp, diag.RowCode) {
	if p.text == nil || !bytes.Equal(text, p.text) {
		p.text = append(make([]byte, 0, len(text)+1), text...)
		p.re, _ = regexp.Compile(string(text))
	}
	return p.re, codeIf(p.re == nil, diag.RowArgument)
}

func buildRegexp(k *compiler, e *Expr, escape bool) (node, error) {
	if constText(e.Args[1]) {
		re, err := regexp.Compile(e.Args[1].Value.(string))
		if err != nil {
			return nil, err
		}
		x, err := k.compile(e.Args[0], false)
		return newTextTest(x, re.Match, false, nil, false, escape), err
	}
	p := new(patterns)
	return rows(putBool, func(a []*batch.Vector, i int) (bool, diag.RowCode) {
		re, code := p.get(a[1].Bytes(i))
		return code == 0 && re.Match(a[0].Bytes(i)), code
	})(k, e, escape)
}

func buildRegexpExtract(k *compiler, e *Expr, escape bool) (node, error) {
	p := new(patterns)
	return texts(func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		re, code := p.get(a[1].Bytes(i))
		if code != 0 {
			return dst, code
		}
		g := int64(0)
		if len(a) > 2 {
			g = a[2].I64[i]
		}
		if g < 0 || g > int64(re.NumSubexp()) {
			return dst, diag.RowArgument
		}
		m := re.FindSubmatchIndex(a[0].Bytes(i))
		if m == nil || m[2*g] < 0 {
			return dst, rowNull
		}
		return append(dst, a[0].Bytes(i)[m[2*g]:m[2*g+1]]...), 0
	})(k, e, escape)
}

func buildRegexpReplace(k *compiler, e *Expr, escape bool) (node, error) {
	p := new(patterns)
	return texts(func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		re, code := p.get(a[1].Bytes(i))
		if code != 0 {
			return dst, code
		}
		s, by, from := a[0].Bytes(i), a[2].Bytes(i), 0
		for _, m := range re.FindAllSubmatchIndex(s, -1) {
			dst = append(dst, s[from:m[0]]...)
			if dst, code = expandGroups(dst, by, s, m); code != 0 {
				return dst, code
			}
			from = m[1]
		}
		return append(dst, s[from:]...), 0
	})(k, e, escape)
}

// expandGroups appends a replacement: $n is group n (one digit), a backslash takes the next character as it is.
func expandGroups(dst, by, s []byte, m []int) ([]byte, diag.RowCode) {
	for i := 0; i < len(by); i++ {
		switch {
		case by[i] == '\\' && i+1 < len(by):
			i++
			dst = append(dst, by[i])
		case by[i] == '$':
			if i+1 == len(by) || by[i+1] < '0' || by[i+1] > '9' || 2*int(by[i+1]-'0') >= len(m) {
				return dst, diag.RowArgument
			}
			i++
			if g := 2 * int(by[i]-'0'); m[g] >= 0 {
				dst = append(dst, s[m[g]:m[g+1]]...)
			}
		default:
			dst = append(dst, by[i])
		}
	}
	return dst, 0
}
