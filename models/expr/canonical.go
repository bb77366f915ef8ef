package expr

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"millrace/models/schema"
	"millrace/models/sqltext"
)

// Canonical returns a stable text of the expression for fingerprints: equal expressions have equal texts and different ones
// different texts. It holds types, column positions and exact constants, but neither spans nor names of columns.
func Canonical(e *Expr) string {
	var b strings.Builder
	canonical(&b, e)
	return b.String()
}

// CanonicalAgg is Canonical for an aggregate.
func CanonicalAgg(a Agg) string {
	var b strings.Builder
	b.WriteString(a.Func)
	if a.Distinct {
		b.WriteString(" distinct")
	}
	b.WriteByte('(')
	if a.Arg == nil {
		b.WriteByte('*')
	} else {
		canonical(&b, a.Arg)
	}
	b.WriteByte(')')
	if a.Filter != nil {
		b.WriteString(" filter(")
		canonical(&b, a.Filter)
		b.WriteByte(')')
	}
	return b.String() + ":" + a.Type.String()
}

func canonical(b *strings.Builder, e *Expr) {
	switch e.Op {
	case OpColumn:
		fmt.Fprintf(b, "#%d", e.Column)
	case OpLiteral:
		if e.Value == nil {
			b.WriteString("null")
		} else if text, err := encodeValue(e.Type, e.Value); err == nil {
			b.WriteString(strconv.Quote(text))
		} else {
			fmt.Fprintf(b, "%#v", e.Value)
		}
	case OpCall:
		b.WriteString(e.Func)
		b.WriteByte('(')
		for i, a := range e.Args {
			if i > 0 {
				b.WriteByte(',')
			}
			canonical(b, a)
		}
		b.WriteByte(')')
	}
	b.WriteByte(':')
	b.WriteString(e.Type.String())
	if e.Nullable {
		b.WriteByte('?')
	}
}

// encodeValue writes a constant exactly: integers in decimal, floats as the shortest text that reads back (NaN with its name), decimals
// as the unscaled integer, bytes in base64.
func encodeValue(t schema.Type, v any) (string, error) {
	switch x := v.(type) {
	case bool:
		return strconv.FormatBool(x), nil
	case int64:
		return strconv.FormatInt(x, 10), nil
	case uint64:
		return strconv.FormatUint(x, 10), nil
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64), nil
	case num:
		return x.ToString(0), nil
	case string:
		return x, nil
	case []byte:
		return base64.StdEncoding.EncodeToString(x), nil
	}
	return "", fmt.Errorf("a constant of type %s cannot be written", t)
}

// SQL writes the expression as text of the language, for messages and Explain. Implicit casts are left out.
func SQL(e *Expr) string {
	var b strings.Builder
	writeSQL(&b, e, 0)
	return b.String()
}

// Binding strengths, weakest first.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindCompare
	bindAdd
	bindMul
	bindSign
	bindAtom
)

var strengths = map[string]int{
	"or": bindOr, "and": bindAnd, "not": bindNot, "eq": bindCompare, "ne": bindCompare, "lt": bindCompare, "le": bindCompare, "gt": bindCompare,
	"ge": bindCompare, "distinct": bindCompare, "like": bindCompare, "in": bindCompare, "is_null": bindCompare, "is_true": bindCompare,
	"is_false": bindCompare, "add": bindAdd, "sub": bindAdd, "concat": bindMul, "mul": bindMul, "div": bindMul, "div_int": bindMul, "mod": bindMul,
	"neg": bindSign, "add_days": bindAdd, "add_months": bindAdd, "add_micros": bindAdd,
}

func writeSQL(b *strings.Builder, e *Expr, outer int) {
	switch e.Op {
	case OpColumn:
		b.WriteString(quoteName(e.Name))
		return
	case OpLiteral:
		writeLiteral(b, e, outer)
		return
	}
	bind, isOp := strengths[e.Func]
	if isOp && bind <= outer {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	arg := func(i, outer int) { writeSQL(b, e.Args[i], outer) }
	switch e.Func {
	case "eq", "ne", "lt", "le", "gt", "ge", "distinct", "add", "sub", "mul", "div", "div_int", "mod", "and", "or", "concat":
		left := bind - 1
		if bind == bindCompare {
			left = bind
		}
		for i, a := range withoutImplicit(e) {
			if i == 0 {
				writeSQL(b, a, left)
				continue
			}
			fmt.Fprintf(b, " %s ", symbols[strings.TrimSuffix(e.Func, "_int")])
			writeSQL(b, a, bind)
		}
	case "not":
		b.WriteString("NOT ")
		arg(0, bindNot-1)
	case "neg":
		b.WriteString("-")
		arg(0, bindSign)
	case "is_null", "is_true", "is_false":
		arg(0, bind)
		b.WriteString(" IS " + strings.ToUpper(strings.TrimPrefix(e.Func, "is_")))
	case "like":
		arg(0, bind)
		b.WriteString(" LIKE ")
		arg(1, bind)
		if len(e.Args) > 2 {
			b.WriteString(" ESCAPE ")
			arg(2, bind)
		}
	case "in":
		arg(0, bind)
		b.WriteString(" IN (")
		writeList(b, e.Args[1:])
		b.WriteByte(')')
	case "case":
		b.WriteString("CASE")
		n := len(e.Args)
		for i := 0; i+1 < n; i += 2 {
			b.WriteString(" WHEN ")
			arg(i, 0)
			b.WriteString(" THEN ")
			arg(i+1, 0)
		}
		b.WriteString(" ELSE ")
		arg(n-1, 0)
		b.WriteString(" END")
	case "cast", "try_cast":
		b.WriteString(strings.ToUpper(e.Func) + "(")
		arg(0, 0)
		b.WriteString(" AS " + e.Type.String() + ")")
	case "field":
		arg(0, bindSign)
		name, _ := e.Args[1].Value.(string)
		b.WriteString("." + quoteName(name))
	case "item":
		arg(0, bindSign)
		b.WriteByte('[')
		arg(1, 0)
		b.WriteByte(']')
	case "add_days", "add_months", "add_micros":
		writeShift(b, e, bind)
	case "extract", "timestampadd", "timestampdiff", "floor_time", "ceil_time":
		writeTimeCall(b, e)
	default:
		b.WriteString(strings.ToUpper(e.Func))
		b.WriteByte('(')
		writeList(b, e.Args)
		b.WriteByte(')')
	}
}

// withoutImplicit returns the operands of an operator without the casts that checking the text again would put back.
func withoutImplicit(e *Expr) []*Expr {
	if len(e.Args) != 2 {
		return e.Args
	}
	bare := func(x *Expr) *Expr {
		if x.Op == OpCall && x.Func == "cast" && x.Args[0].Type.Numeric() {
			return x.Args[0]
		}
		return x
	}
	l, r := e.Args[0], e.Args[1]
	if !l.Type.Numeric() || !r.Type.Numeric() {
		return e.Args
	}
	for _, try := range [][]*Expr{{bare(l), bare(r)}, {bare(l), r}, {l, bare(r)}} {
		var ta, tb, res schema.Type
		a, b := adaptUnsigned(try[0], try[1])
		if _, isCompare := relations[e.Func]; isCompare || e.Func == "distinct" {
			c := newChecker(Env{})
			x, y := c.sides(e.Span, a, b)
			if x == nil {
				continue
			}
			ta, tb, res = x.Type, y.Type, e.Type
		} else {
			ta, tb, res = arithmetic(strings.TrimSuffix(e.Func, "_int"), a.Type, b.Type)
		}
		if ta.Equal(l.Type) && tb.Equal(r.Type) && res.Equal(e.Type) {
			return try
		}
	}
	return e.Args
}

func writeList(b *strings.Builder, list []*Expr) {
	for i, a := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		writeSQL(b, a, 0)
	}
}

// writeShift writes ts + INTERVAL and, for a count that is not constant, TIMESTAMPADD.
func writeShift(b *strings.Builder, e *Expr, bind int) {
	unit := map[string]string{"add_days": "DAY", "add_months": "MONTH", "add_micros": "SECOND"}[e.Func]
	n, ok := e.Args[1].Value.(int64)
	if !ok {
		b.WriteString("TIMESTAMPADD(" + map[string]string{"add_days": "DAY", "add_months": "MONTH", "add_micros": "MICROSECOND"}[e.Func] + ", ")
		writeList(b, []*Expr{e.Args[1], e.Args[0]})
		b.WriteByte(')')
		return
	}
	writeSQL(b, e.Args[0], bind-1)
	sign, mag := "+", uint64(n)
	if n < 0 {
		sign, mag = "-", -uint64(n)
	}
	text := strconv.FormatUint(mag, 10)
	if e.Func == "add_micros" {
		text = strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%06d", mag/microsPerSecond, mag%microsPerSecond), "0"), ".")
	}
	fmt.Fprintf(b, " %s INTERVAL '%s' %s", sign, text, unit)
}

// writeTimeCall writes the functions that take a unit as a word.
func writeTimeCall(b *strings.Builder, e *Expr) {
	unit, _ := e.Args[0].Value.(string)
	switch e.Func {
	case "extract":
		b.WriteString("EXTRACT(" + unit + " FROM ")
		writeSQL(b, e.Args[1], 0)
	case "floor_time", "ceil_time":
		b.WriteString(strings.ToUpper(strings.TrimSuffix(e.Func, "_time")) + "(")
		writeSQL(b, e.Args[1], 0)
		b.WriteString(" TO " + unit)
	default:
		b.WriteString(strings.ToUpper(e.Func) + "(" + unit + ", ")
		writeList(b, e.Args[1:])
	}
	b.WriteByte(')')
}

func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// writeLiteral writes a constant; one whose type the bare text would not give is written with a CAST.
func writeLiteral(b *strings.Builder, e *Expr, outer int) {
	var text string
	neg := false
	switch v := e.Value.(type) {
	case nil:
		if text = "NULL"; e.Type.Kind != schema.Null {
			text = "CAST(NULL AS " + e.Type.String() + ")"
		}
	case bool:
		text = strings.ToUpper(strconv.FormatBool(v))
	case int64:
		neg = v < 0
		switch e.Type.Kind {
		case schema.Date:
			text, neg = "DATE '"+string(appendDate(nil, v))+"'", false
		case schema.Timestamp:
			text, neg = "CAST('"+string(appendTimestamp(nil, v, 6, newZone(nil)))+"Z' AS "+e.Type.String()+")", false
		default:
			text = strconv.FormatInt(v, 10)
		}
	case uint64:
		text = strconv.FormatUint(v, 10)
	case float64:
		neg = v < 0
		if math.IsNaN(v) || math.IsInf(v, 0) {
			text, neg = "CAST('"+string(appendFloat(nil, v, 64))+"' AS float64)", false
			break
		}
		if text = strconv.FormatFloat(v, 'e', -1, 64); e.Type.Kind == schema.Float32 {
			text, neg = "CAST("+text+" AS float32)", false
		}
	case num:
		neg = v.Sign() < 0
		text = string(appendDecimal(nil, v, int(e.Type.Scale)))
	case string:
		if text = quoteText(v); e.Type.Kind == schema.JSON {
			text = "CAST(" + text + " AS json)"
		}
	case []byte:
		text = "X'" + strings.ToUpper(hex.EncodeToString(v)) + "'"
	default:
		text = fmt.Sprint(v)
	}
	if neg && outer >= bindSign {
		text = "(" + text + ")"
	}
	b.WriteString(text)
}

// quoteName writes a name bare when it is a plain identifier and no reserved word, else in back quotes.
func quoteName(s string) string { return sqltext.QuoteName(s) }
