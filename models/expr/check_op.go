package expr

import (
	"strings"

	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

var binaryNames = [...]string{
	sqltext.Add: "add", sqltext.Sub: "sub", sqltext.Mul: "mul", sqltext.Div: "div", sqltext.Mod: "mod", sqltext.Concat: "concat",
	sqltext.Eq: "eq", sqltext.Ne: "ne", sqltext.Lt: "lt", sqltext.Le: "le", sqltext.Gt: "gt", sqltext.Ge: "ge",
	sqltext.And: "and", sqltext.Or: "or",
}

// symbols are the operators as they are written.
var symbols = map[string]string{
	"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "concat": "||", "eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">",
	"ge": ">=", "and": "AND", "or": "OR", "distinct": "IS DISTINCT FROM",
}

func (c *checker) unary(x *sqltext.Unary) *Expr {
	if x.Op == sqltext.Not {
		if e := c.condition(x.X); e != nil {
			return strict("not", boolType, x.At, e)
		}
		return nil
	}
	if x.Op == sqltext.Neg {
		if e, ok := c.negativeLiteral(x); ok {
			return e
		}
	}
	e := c.check(x.X)
	switch {
	case e == nil:
		return nil
	case e.Type.Kind == schema.Null:
		e = castTo(e, int32Type)
	case !e.Type.Numeric():
		return c.clash(e.Span, "", "a sign stands before a number, not before %s", e.Type)
	}
	if x.Op == sqltext.Plus {
		return e
	}
	if e.Type.Unsigned() {
		// The negative of an unsigned number needs a signed type.
		t := commonInt(e.Type, schema.Of(schema.Int8))
		e = castTo(e, t)
	}
	return strict("neg", e.Type, x.At, e)
}

// negativeLiteral reads -5 as one constant, so that the least value of a type can be written.
func (c *checker) negativeLiteral(x *sqltext.Unary) (*Expr, bool) {
	l, ok := x.X.(*sqltext.Literal)
	if !ok || l.Kind != sqltext.LitInt {
		return nil, false
	}
	switch strings.TrimLeft(l.Text, "0") {
	case "2147483648":
		return literalOf(int32Type, int64(-1<<31), x.At), true
	case "9223372036854775808":
		return literalOf(int64Type, int64(-1<<63), x.At), true
	}
	e := c.literal(l)
	if e == nil {
		return nil, true
	}
	switch v := e.Value.(type) {
	case int64:
		return literalOf(e.Type, -v, x.At), true
	case num:
		return literalOf(e.Type, v.Negate(), x.At), true
	}
	return nil, false
}

func (c *checker) binary(x *sqltext.Binary) *Expr {
	name := binaryNames[x.Op]
	switch x.Op {
	case sqltext.And, sqltext.Or:
		l, r := c.condition(x.L), c.condition(x.R)
		if l == nil || r == nil {
			return nil
		}
		return strict(name, boolType, x.At, l, r)
	case sqltext.Add, sqltext.Sub:
		if iv, ok := x.R.(*sqltext.Interval); ok {
			return c.shift(x.L, iv, x.Op == sqltext.Sub, x.At)
		}
		if iv, ok := x.L.(*sqltext.Interval); ok && x.Op == sqltext.Add {
			return c.shift(x.R, iv, false, x.At)
		}
	}
	l, r := c.check(x.L), c.check(x.R)
	if l == nil || r == nil {
		return nil
	}
	switch x.Op {
	case sqltext.Concat:
		return c.concat(x.At, l, r)
	case sqltext.Eq, sqltext.Ne, sqltext.Lt, sqltext.Le, sqltext.Gt, sqltext.Ge:
		return c.compare(name, x.At, l, r)
	}
	return c.arith(name, x.At, l, r)
}

// arith types + - * / %.
func (c *checker) arith(op string, at diag.Span, l, r *Expr) *Expr {
	switch {
	case l.Type.Kind == schema.Null && r.Type.Kind == schema.Null:
		l, r = castTo(l, int32Type), castTo(r, int32Type)
	case l.Type.Kind == schema.Null:
		l = castTo(l, r.Type)
	case r.Type.Kind == schema.Null:
		r = castTo(r, l.Type)
	}
	if !l.Type.Numeric() || !r.Type.Numeric() {
		fix := ""
		switch {
		case isTime(l.Type) && isTime(r.Type):
			fix = "Use TIMESTAMPDIFF(SECOND, from, to)."
		case isTime(l.Type) || isTime(r.Type):
			fix = "Add an interval, as in ts + INTERVAL '5' MINUTE, or use TIMESTAMPADD."
		case l.Type.Kind == schema.String || r.Type.Kind == schema.String:
			if fix = "CAST the text to a number, or join texts with ||."; l.Type.Kind != r.Type.Kind {
				fix = "CAST the text to a number."
			}
		case l.Type.Kind == schema.JSON || r.Type.Kind == schema.JSON:
			fix = "CAST the json number to a number type."
		}
		return c.clash(at, fix, "%s does not work on %s and %s", symbols[op], l.Type, r.Type)
	}
	l, r = adaptUnsigned(l, r)
	ta, tb, res := arithmetic(op, l.Type, r.Type)
	if op == "div" && l.Type.Integer() && r.Type.Integer() && res.Kind == schema.Decimal {
		op = "div_int" // uint64 beside a signed integer: still a division of integers.
	}
	return strict(op, res, at, castTo(l, ta), castTo(r, tb))
}

// adaptUnsigned lets a non-negative integer constant take the unsigned type of the other operand when it fits: u + 1 stays uint64.
func adaptUnsigned(l, r *Expr) (*Expr, *Expr) {
	adapt := func(lit, to *Expr) *Expr {
		if lit.Op == OpLiteral && lit.Type.Signed() && lit.Value != nil && to.Type.Unsigned() && fitsInt(lit.Value, to.Type) {
			return castTo(lit, to.Type)
		}
		return lit
	}
	return adapt(l, r), adapt(r, l)
}

func isTime(t schema.Type) bool { return t.Kind == schema.Date || t.Kind == schema.Timestamp }

// shift types ts + INTERVAL and date + INTERVAL.
func (c *checker) shift(operand sqltext.Expr, iv *sqltext.Interval, sub bool, at diag.Span) *Expr {
	e := c.check(operand)
	if e == nil {
		return nil
	}
	if constText(e) {
		if e = c.timeLiteral(e.Value.(string), timeType, e.Span); e == nil {
			return nil
		}
	}
	if e.Type.Kind == schema.Null {
		e = castTo(e, timeType)
	}
	if !isTime(e.Type) {
		return c.clash(at, "", "an interval is added to a date or a timestamp, not to %s", e.Type)
	}
	months, micros := iv.Months, iv.Micros
	if sub {
		months, micros = -months, -micros
	}
	switch {
	case iv.Calendar:
		return strict("add_months", e.Type, at, e, literalOf(int64Type, months, iv.At))
	case e.Type.Kind == schema.Date && micros%microsPerDay == 0:
		return strict("add_days", e.Type, at, e, literalOf(int64Type, micros/microsPerDay, iv.At))
	case e.Type.Kind == schema.Date:
		e = castTo(e, timeType)
	}
	return strict("add_micros", e.Type, at, e, literalOf(int64Type, micros, iv.At))
}

func (c *checker) concat(at diag.Span, args ...*Expr) *Expr {
	for i, a := range args {
		if args[i] = c.text(a); args[i] == nil {
			return nil
		}
	}
	return strict("concat", stringType, at, args...)
}

// text accepts a string argument; numbers, booleans, dates and timestamps must be cast.
func (c *checker) text(e *Expr) *Expr {
	switch e.Type.Kind {
	case schema.String:
		return e
	case schema.Null:
		return castTo(e, stringType)
	}
	return c.clash(e.Span, "Use CAST("+SQL(e)+" AS STRING).", "a string is wanted here, not %s", e.Type)
}

// sides brings the two sides of a comparison to types a comparison kernel takes. Nil means it was reported.
func (c *checker) sides(at diag.Span, l, r *Expr) (*Expr, *Expr) {
	switch {
	case l.Type.Kind == schema.Null && r.Type.Kind == schema.Null:
		return castTo(l, int32Type), castTo(r, int32Type)
	case l.Type.Kind == schema.Null && comparableType(r.Type):
		return castTo(l, r.Type), r
	case r.Type.Kind == schema.Null && comparableType(l.Type):
		return l, castTo(r, l.Type)
	}
	if l.Type.Numeric() && r.Type.Numeric() {
		l, r = adaptUnsigned(l, r)
		switch {
		case l.Type.Float() || r.Type.Float():
			return castTo(l, floatType), castTo(r, floatType)
		case l.Type.Kind == schema.Decimal || r.Type.Kind == schema.Decimal:
			// Decimals of different scales are compared exactly, so that no common type of more than 38 digits is needed.
			return castTo(l, asDecimal(l.Type)), castTo(r, asDecimal(r.Type))
		}
		t := commonInt(l.Type, r.Type)
		return castTo(l, t), castTo(r, t)
	}
	for _, t := range []schema.Type{l.Type, r.Type} {
		if !comparableType(t) {
			fix := "Compare its parts."
			if t.Kind == schema.JSON {
				fix = "Compare JSON_VALUE(json, path), or CAST the json to a type."
			}
			c.clash(at, fix, "values of type %s cannot be compared", t)
			return nil, nil
		}
	}
	if constText(r) && isTime(l.Type) {
		return c.timeSide(l, r)
	}
	if constText(l) && isTime(r.Type) {
		b, a := c.timeSide(r, l)
		return a, b
	}
	if t, ok := common(l.Type, r.Type); ok {
		return castTo(l, t), castTo(r, t)
	}
	fix := "CAST one side to the other's type."
	switch {
	case l.Type.Kind == schema.String && !r.Type.Nested():
		fix = "Use CAST(" + SQL(l) + " AS " + r.Type.String() + ")."
	case r.Type.Kind == schema.String && !l.Type.Nested():
		fix = "Use CAST(" + SQL(r) + " AS " + l.Type.String() + ")."
	}
	c.clash(at, fix, "%s cannot be compared with %s", l.Type, r.Type)
	return nil, nil
}

// timeSide reads a constant text beside a date or a timestamp. A date beside a text with a time of day is compared as a timestamp.
func (c *checker) timeSide(e, text *Expr) (*Expr, *Expr) {
	t := e.Type
	if _, ok := parseDate([]byte(strings.TrimSpace(text.Value.(string)))); !ok && t.Kind == schema.Date {
		if _, ok := parseTimestamp([]byte(text.Value.(string)), newZone(c.env.Zone)); ok {
			t = timeType
		}
	}
	if t.Kind == schema.Timestamp {
		t = timeType // A constant finer than the column's milliseconds must not be cut before the comparison.
	}
	r := c.timeLiteral(text.Value.(string), t, text.Span)
	if r == nil {
		return nil, nil
	}
	return castTo(e, t), r
}

func (c *checker) compare(op string, at diag.Span, l, r *Expr) *Expr {
	l, r = c.sides(at, l, r)
	if l == nil || r == nil {
		return nil
	}
	return strict(op, boolType, at, l, r)
}

func (c *checker) isTest(x *sqltext.IsTest) *Expr {
	var e *Expr
	if x.Test == sqltext.TestNull {
		if e = c.check(x.X); e != nil && e.Type.Kind == schema.Null {
			e = castTo(e, boolType)
		}
	} else {
		e = c.condition(x.X)
	}
	if e == nil {
		return nil
	}
	fn := [...]string{sqltext.TestNull: "is_null", sqltext.TestTrue: "is_true", sqltext.TestFalse: "is_false", sqltext.TestUnknown: "is_null"}[x.Test]
	return negate(x.Not, call(fn, boolType, false, x.At, e))
}

func negate(not bool, e *Expr) *Expr {
	if !not || e == nil {
		return e
	}
	return strict("not", boolType, e.Span, e)
}

func (c *checker) distinctFrom(x *sqltext.DistinctFrom) *Expr {
	l, r := c.check(x.L), c.check(x.R)
	if l == nil || r == nil {
		return nil
	}
	if l, r = c.sides(x.At, l, r); l == nil || r == nil {
		return nil
	}
	return negate(x.Not, call("distinct", boolType, false, x.At, l, r))
}

func (c *checker) like(x *sqltext.Like) *Expr {
	e, pat := c.check(x.X), c.check(x.Pattern)
	var esc *Expr
	if x.Escape != nil {
		if esc = c.check(x.Escape); esc == nil {
			return nil
		}
	}
	if e == nil || pat == nil {
		return nil
	}
	if e, pat = c.text(e), c.text(pat); e == nil || pat == nil {
		return nil
	}
	args := []*Expr{e, pat}
	escape := rune(-1)
	if esc != nil {
		if !constText(esc) || len([]rune(esc.Value.(string))) != 1 {
			c.fail(CodeInvalidPattern, esc.Span, "ESCAPE wants one character, as a constant")
			return nil
		}
		escape = []rune(esc.Value.(string))[0]
		args = append(args, esc)
	}
	if constText(pat) {
		if _, ok := parseLike(pat.Value.(string), escape); !ok {
			c.fail(CodeInvalidPattern, pat.Span, "behind the escape character the pattern wants %%, _ or the escape character itself")
			return nil
		}
	}
	return negate(x.Not, strict("like", boolType, x.At, args...))
}

func (c *checker) between(x *sqltext.Between) *Expr {
	e, lo, hi := c.check(x.X), c.check(x.Lo), c.check(x.Hi)
	if e == nil || lo == nil || hi == nil {
		return nil
	}
	l, r := c.compare("ge", x.At, e, lo), c.compare("le", x.At, e, hi)
	if l == nil || r == nil {
		return nil
	}
	return negate(x.Not, strict("and", boolType, x.At, l, r))
}

// in types x IN (list). A list of constants becomes one lookup, any other list a chain of OR.
func (c *checker) in(x *sqltext.In) *Expr {
	e := c.check(x.X)
	list := make([]*Expr, 0, len(x.List))
	bad := e == nil
	for _, a := range x.List {
		i := c.check(a)
		bad = bad || i == nil
		list = append(list, i)
	}
	if bad {
		return nil
	}
	args := []*Expr{e}
	var or *Expr
	constant := len(list) > 1
	for i, it := range list {
		eq := c.compare("eq", it.Span, e, it)
		if eq == nil {
			return nil
		}
		if i == 0 {
			or, args[0] = eq, eq.Args[0] // The left side may have become a cast of e.
		} else {
			or = strict("or", boolType, x.At, or, eq)
		}
		args = append(args, eq.Args[1])
		// One lookup needs one type: 1 and 2.5 in one list are compared each in its own.
		constant = constant && eq.Args[1].Op == OpLiteral && eq.Args[0].Type.Equal(args[0].Type) && eq.Args[1].Type.Equal(args[1].Type)
	}
	switch {
	case constant:
		return negate(x.Not, strict("in", boolType, x.At, args...))
	case or == nil:
		c.fail(CodeArgumentCount, x.At, "IN wants a list")
		return nil
	}
	return negate(x.Not, or)
}
