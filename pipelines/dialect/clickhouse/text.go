package clickhouse

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"millrace/components/clickhouse/chsql"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/schema"
)

// constant returns the value of a constant text.
func constant(e *expr.Expr) (string, bool) {
	if e.Op != expr.OpLiteral || e.Type.Kind != schema.String {
		return "", false
	}
	v, ok := e.Value.(string)
	return v, ok
}

// writeMapped writes UPPER and LOWER by a table of Unicode's simple mappings: ClickHouse's own maps some characters to several.
func writeMapped(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	name := "mr_" + e.Func
	s.w.use(name + "_from")
	s.w.use(name + "_to")
	return pair{fmt.Sprintf("translateUTF8(%s, %s_from, %s_to)", x.value, name, name), x.fail}
}

// caseTable lists the characters a mapping changes and what it changes them to.
func caseTable(m func(rune) rune) (from, to string) {
	var f, t strings.Builder
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if c := m(r); c != r && utf8.ValidRune(r) {
			f.WriteRune(r)
			t.WriteRune(c)
		}
	}
	return f.String(), t.String()
}

func writeSubstring(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	x, from := s.twice(args[0].value), s.twice(args[1].value)
	// Positions are bounded so that no arithmetic on them wraps.
	start := s.twice(fmt.Sprintf("multiIf(%s > 0, least(%s, 2147483647), %s = 0, 1, toInt64(lengthUTF8(%s)) + greatest(%s, -2147483648) + 1)",
		operand(from), from, operand(from), x, from))
	length := "2147483647"
	null := fmt.Sprintf("%s IS NULL OR %s IS NULL", operand(x), operand(from))
	if len(args) > 2 {
		n := s.twice(args[2].value)
		length = fmt.Sprintf("greatest(0, least(%s, 2147483647))", n)
		null += fmt.Sprintf(" OR ifNull(%s < 0, true)", operand(n))
	}
	v := fmt.Sprintf("multiIf(%s, NULL, %s < 1, '', substringUTF8(%s, greatest(1, %s), %s))", null, operand(start), x, start, length)
	return pair{v, fails(args)}
}

// writeTrim writes TRIM, LTRIM and RTRIM: of a space, or of the code points of a set.
func writeTrim(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	if len(args) == 1 {
		name := map[string]string{"trim": "trimBoth", "ltrim": "trimLeft", "rtrim": "trimRight"}[e.Func]
		return pair{fmt.Sprintf("%s(%s, ' ')", name, args[0].value), fails(args)}
	}
	x, set := s.twice(args[0].value), s.twice(args[1].value)
	chars := s.name(fmt.Sprintf("extractAll(ifNull(%s, ''), '(?s).')", x))
	outside := fmt.Sprintf("c -> position(ifNull(%s, ''), c) = 0", set)
	first, last := "1", fmt.Sprintf("length(%s)", chars)
	if e.Func != "rtrim" {
		first = s.name(fmt.Sprintf("toInt64(arrayFirstIndex(%s, %s))", outside, chars))
	}
	if e.Func != "ltrim" {
		last = s.name(fmt.Sprintf("toInt64(arrayLastIndex(%s, %s))", outside, chars))
	}
	v := fmt.Sprintf("arrayStringConcat(arraySlice(%s, %s, %s - %s + 1))", chars, first, last, first)
	if e.Func != "rtrim" {
		v = fmt.Sprintf("if(%s = 0, '', %s)", first, v)
	}
	return pair{fmt.Sprintf("if(%s IS NULL OR %s IS NULL, NULL, %s)", operand(x), operand(set), v), fails(args)}
}

func writeReplace(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	// Constant columns are made full ones: the function knows no constant haystack beside a needle that varies.
	return pair{fmt.Sprintf("replaceAll(materialize(%s), %s, %s)", args[0].value, args[1].value, args[2].value), fails(args)}
}

func writeConcat(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	values := make([]string, len(args))
	for i, a := range args {
		values[i] = a.value
	}
	if len(values) == 1 {
		return args[0]
	}
	return pair{"concat(" + strings.Join(values, ", ") + ")", fails(args)}
}

func writeConcatWS(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	sep := s.twice(args[0].value)
	parts := []string{sep}
	var before []string
	for i, a := range args[1:] {
		v := s.twice(a.value)
		if i == 0 {
			parts = append(parts, fmt.Sprintf("ifNull(%s, '')", v))
		} else {
			parts = append(parts, fmt.Sprintf("if(%s IS NULL, '', concat(if(%s, %s, ''), %s))", operand(v), strings.Join(before, " OR "), sep, v))
		}
		before = append(before, operand(v)+" IS NOT NULL")
	}
	if len(parts) == 1 {
		return pair{fmt.Sprintf("if(%s IS NULL, NULL, '')", operand(sep)), fails(args)}
	}
	return pair{fmt.Sprintf("if(%s IS NULL, NULL, concat(%s, ''))", operand(sep), strings.Join(parts[1:], ", ")), fails(args)}
}

func writePosition(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	part, in := args[0].value, args[1].value
	if e.Func == "instr" {
		part, in = in, part
	}
	if len(args) < 3 {
		return pair{fmt.Sprintf("toInt32(positionUTF8(materialize(%s), materialize(%s)))", in, part), fails(args)}
	}
	in, from := s.twice(in), s.twice(args[2].value)
	at := s.twice(fmt.Sprintf("toInt64(positionUTF8(substringUTF8(materialize(%s), greatest(1, least(%s, 2147483647))), materialize(%s)))", in, from, part))
	v := fmt.Sprintf("if(%s < 1 OR %s - 1 > lengthUTF8(%s) OR %s = 0, 0, %s + %s - 1)", operand(from), operand(from), in, operand(at), operand(from), operand(at))
	if e.Nullable {
		v = fmt.Sprintf("if(%s IS NULL OR %s IS NULL, NULL, %s)", operand(at), operand(from), v)
	}
	return pair{"toInt32(" + v + ")", fails(args)}
}

func writeSplitIndex(s *scope, e *expr.Expr) pair {
	sep, ok := constant(e.Args[1])
	if !ok {
		return s.refuse(diffSeparator, "SPLIT_INDEX with a separator that is not constant")
	}
	args := s.exprs(e.Args)
	x, at := s.twice(args[0].value), s.twice(args[2].value)
	if sep == "" {
		return pair{"CAST(NULL AS Nullable(String))", fails(args)}
	}
	parts := s.name(fmt.Sprintf("splitByString(%s, ifNull(%s, ''))", chsql.Text(sep), x))
	v := fmt.Sprintf("if(%s IS NULL OR ifNull(%s < 0 OR %s >= toInt64(length(%s)), true), NULL, %s[least(ifNull(%s, 0), 2147483647) + 1])",
		operand(x), operand(at), operand(at), parts, parts, at)
	return pair{v, fails(args)}
}

// maxPad is the longest text ClickHouse's repeat makes in one go.
const maxPad = 1_000_000

func writePad(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	x, n, pad := s.twice(args[0].value), s.twice(args[1].value), s.twice(args[2].value)
	// Under a NULL there is an arbitrary number, which must not become that of the repetitions; nor must one that goes round below zero.
	miss := s.twice(fmt.Sprintf("ifNull(greatest(0, greatest(0, least(%s, %d)) - toInt64(lengthUTF8(%s))), 0)", n, maxPad, x))
	fill := fmt.Sprintf("substringUTF8(repeat(%s, ifNull(intDiv(%s, greatest(1, toInt64(lengthUTF8(%s)))), 0) + 1), 1, %s)", pad, miss, pad, miss)
	kept := fmt.Sprintf("substringUTF8(%s, 1, greatest(0, least(%s, 2147483647)))", x, n)
	v := fmt.Sprintf("concat(%s, %s)", kept, fill)
	if e.Func == "lpad" {
		v = fmt.Sprintf("concat(%s, %s)", fill, kept)
	}
	null := fmt.Sprintf("%s IS NULL OR ifNull(%s < 0, true) OR ifNull(%s = '', true)", operand(x), operand(n), operand(pad))
	own := failIf(fmt.Sprintf("%s >= 0 AND %s != '' AND %s IS NOT NULL AND %s > %d", operand(n), operand(pad), operand(x), operand(n), maxPad), diag.RowArgument)
	if k, ok := e.Args[1].Value.(int64); ok && e.Args[1].Op == expr.OpLiteral && k <= maxPad {
		own = ""
	}
	return pair{fmt.Sprintf("if(%s, NULL, %s)", null, v), either(fails(args), own)}
}

func writeSide(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	x, n := s.twice(args[0].value), s.twice(args[1].value)
	v := fmt.Sprintf("substringUTF8(%s, 1, greatest(0, least(%s, 2147483647)))", x, n)
	if e.Func == "right" {
		k := s.twice(fmt.Sprintf("greatest(0, least(%s, toInt64(lengthUTF8(%s))))", n, x))
		v = fmt.Sprintf("substringUTF8(%s, toInt64(lengthUTF8(%s)) - %s + 1, %s)", x, x, k, k)
	}
	if e.Nullable {
		v = fmt.Sprintf("if(%s IS NULL OR %s IS NULL, NULL, %s)", operand(x), operand(n), v)
	}
	return pair{v, fails(args)}
}

// writeLike writes LIKE. ClickHouse's escape character is the backslash and cannot be chosen: patterns are rewritten to it.
func writeLike(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	escape := ""
	if len(e.Args) > 2 {
		escape, _ = constant(e.Args[2])
	}
	if p, ok := constant(e.Args[1]); ok {
		return pair{fmt.Sprintf("(%s LIKE %s)", operand(x.value), chsql.Text(likePattern(p, escape))), x.fail}
	}
	p := s.expr(e.Args[1])
	if escape == "" {
		return pair{fmt.Sprintf("like(materialize(%s), materialize(replaceAll(%s, '\\\\', '\\\\\\\\')))", x.value, p.value), either(x.fail, p.fail)}
	}
	pat := s.twice(p.value)
	esc := regexp.QuoteMeta(escape)
	tokens := fmt.Sprintf("extractAll(ifNull(%s, ''), %s)", pat, chsql.Text("(?s)"+esc+".|."))
	mapped := fmt.Sprintf(`arrayStringConcat(arrayMap(c -> multiIf(c = '\\', '\\\\', c IN (%s, %s), concat('\\', substringUTF8(c, 2)), c = %s, %s, c), %s))`,
		chsql.Text(escape+"%"), chsql.Text(escape+"_"), chsql.Text(escape+escape), chsql.Text(likePattern(escape+escape, escape)), tokens)
	good := fmt.Sprintf("match(%s, %s)", pat, chsql.Text("(?s)^(?:"+esc+"["+"%_"+`\`+escape+"]|[^"+`\`+escape+"])*$"))
	bad := failIf(fmt.Sprintf("%s IS NOT NULL AND NOT %s", operand(s.twice(x.value)), good), diag.RowArgument)
	v := fmt.Sprintf("like(materialize(%s), materialize(if(%s IS NULL, NULL, %s)))", s.twice(x.value), operand(pat), mapped)
	return pair{v, either(x.fail, p.fail, bad)}
}

// likePattern rewrites a pattern to one escaped by backslashes; the check has found it to be well-formed.
func likePattern(p, escape string) string {
	var b strings.Builder
	rs := []rune(p)
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		literal := false
		if escape != "" && string(r) == escape && i+1 < len(rs) {
			i++
			r, literal = rs[i], true
		}
		if r == '\\' || literal && (r == '%' || r == '_') {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// pattern returns a constant RE2 pattern in the form in which a dot does not match the end of a line.
func (s *scope) pattern(e *expr.Expr) (*syntax.Regexp, string, bool) {
	text, ok := constant(e)
	if !ok {
		s.refuse(diffPattern, "a regular expression that is not constant")
		return nil, "", false
	}
	re, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		s.refuse(diffPattern, "a regular expression that is no RE2")
		return nil, "", false
	}
	return re, "(?-s)" + text, true
}

func writeRegexp(s *scope, e *expr.Expr) pair {
	_, p, ok := s.pattern(e.Args[1])
	if !ok {
		return pair{value: "NULL"}
	}
	x := s.expr(e.Args[0])
	return pair{fmt.Sprintf("match(%s, %s)", x.value, chsql.Text(p)), x.fail}
}

func writeRegexpExtract(s *scope, e *expr.Expr) pair {
	re, p, ok := s.pattern(e.Args[1])
	if !ok {
		return pair{value: "NULL"}
	}
	group := int64(0)
	if len(e.Args) > 2 {
		g, isInt := e.Args[2].Value.(int64)
		if e.Args[2].Op != expr.OpLiteral || !isInt {
			return s.refuse(diffPattern, "REGEXP_EXTRACT with a group that is not constant")
		}
		group = g
	}
	always, empty := groupOf(re, int(group))
	if !always && empty {
		return s.refuse(diffGroup, "REGEXP_EXTRACT of a group that may take no part in a match and may match nothing")
	}
	x := s.expr(e.Args[0])
	found := s.name(fmt.Sprintf("extractGroups(ifNull(%s, ''), %s)", x.value, chsql.Text("("+p+")")))
	null := fmt.Sprintf("%s IS NULL OR empty(%s)", operand(s.twice(x.value)), found)
	if !always {
		null += fmt.Sprintf(" OR %s[%d] = ''", found, group+1)
	}
	return pair{fmt.Sprintf("if(%s, NULL, %s[%d])", null, found, group+1), x.fail}
}

// groupOf says whether a group takes part in every match, and whether it can match nothing.
func groupOf(re *syntax.Regexp, group int) (always, empty bool) {
	if group == 0 {
		return true, false
	}
	var find func(re *syntax.Regexp, sure bool) bool
	find = func(re *syntax.Regexp, sure bool) bool {
		if re.Op == syntax.OpCapture && re.Cap == group {
			always, empty = sure, matchesNothing(re.Sub[0])
			return true
		}
		switch re.Op {
		case syntax.OpAlternate, syntax.OpStar, syntax.OpQuest:
			sure = false
		case syntax.OpRepeat:
			sure = sure && re.Min > 0
		}
		for _, sub := range re.Sub {
			if find(sub, sure) {
				return true
			}
		}
		return false
	}
	find(re, true)
	return always, empty
}

// matchesNothing reports whether the empty text may match; it may say so of a pattern that matches none.
func matchesNothing(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune) == 0
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return matchesNothing(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || matchesNothing(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !matchesNothing(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if matchesNothing(sub) {
				return true
			}
		}
		return false
	}
	return true
}

func writeRegexpReplace(s *scope, e *expr.Expr) pair {
	re, p, ok := s.pattern(e.Args[1])
	if !ok {
		return pair{value: "NULL"}
	}
	by, ok := constant(e.Args[2])
	if !ok {
		return s.refuse(diffPattern, "REGEXP_REPLACE with a replacement that is not constant")
	}
	if matchesNothing(re) {
		return s.refuse(diffEmptyMatch, "REGEXP_REPLACE with a pattern that may match nothing")
	}
	x := s.expr(e.Args[0])
	text, good := replacement(by, re.MaxCap())
	if !good {
		// The replacement is only looked at where something is replaced.
		return pair{x.value, either(x.fail, failIf(fmt.Sprintf("match(%s, %s)", x.value, chsql.Text(p)), diag.RowArgument))}
	}
	return pair{fmt.Sprintf("replaceRegexpAll(%s, %s, %s)", x.value, chsql.Text(p), chsql.Text(text)), x.fail}
}

// replacement rewrites $n and backslash escapes to ClickHouse's \n.
func replacement(by string, groups int) (string, bool) {
	var b strings.Builder
	put := func(c byte) {
		if c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	for i := 0; i < len(by); i++ {
		switch {
		case by[i] == '\\' && i+1 < len(by):
			i++
			put(by[i])
		case by[i] == '$':
			if i+1 == len(by) || by[i+1] < '0' || by[i+1] > '9' || int(by[i+1]-'0') > groups {
				return "", false
			}
			i++
			b.WriteString(`\` + strconv.Itoa(int(by[i]-'0')))
		default:
			put(by[i])
		}
	}
	return b.String(), true
}
