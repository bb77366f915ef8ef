package expr

import (
	"encoding/hex"
	"sort"
	"strconv"
	"strings"
	"time"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// Env is what an expression is checked against.
type Env struct {
	// Schema gives the columns; nil means there are none.
	Schema *schema.Schema
	// Params are the typed values of :name.
	Params map[string]Param
	// Zone is the model's time zone, in which zoneless times are read; nil is UTC.
	Zone *time.Location
}

// Param is the typed value of a parameter. Value follows the mapping of batch.Vector.Value; nil is NULL.
type Param struct {
	Type  schema.Type
	Value any
}

// Check types an expression. The tree is nil when the list has an error. All errors of the expression are reported, and one mistake
// is reported once.
func Check(ast sqltext.Expr, env Env) (*Expr, diag.List) {
	c := newChecker(env)
	e := c.check(ast)
	if e != nil && e.Type.Kind == schema.Null {
		c.fail(CodeUntypedNull, e.Span, "the type of this NULL is not known").Fix = "Write CAST(NULL AS type)."
	}
	return c.result(e)
}

// CheckBool types a condition: the result is a boolean.
func CheckBool(ast sqltext.Expr, env Env) (*Expr, diag.List) {
	c := newChecker(env)
	return c.result(c.condition(ast))
}

type checker struct {
	env   Env
	diags diag.List
	depth int
	// aggs is not nil while the expression is one over aggregates; inAgg is set inside an aggregate's argument.
	aggs  *aggCollector
	inAgg bool
}

// maxDepth bounds the nesting of an expression; kernels and rewriters recurse.
const maxDepth = 500

func newChecker(env Env) *checker {
	if env.Schema == nil {
		env.Schema = &schema.Schema{}
	}
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	return &checker{env: env}
}

func (c *checker) result(e *Expr) (*Expr, diag.List) {
	if c.diags.HasErrors() {
		return nil, c.diags
	}
	return e, c.diags
}

func (c *checker) fail(code diag.Code, at diag.Span, format string, args ...any) *diag.Diagnostic {
	return c.diags.Errorf(code, at, format, args...)
}

// clash reports a type clash and returns nil, the tree of an expression that has been complained about.
func (c *checker) clash(at diag.Span, fix, format string, args ...any) *Expr {
	c.fail(CodeTypeClash, at, format, args...).Fix = fix
	return nil
}

// condition checks an expression that must be boolean.
func (c *checker) condition(ast sqltext.Expr) *Expr {
	e := c.check(ast)
	switch {
	case e == nil:
		return nil
	case e.Type.Kind == schema.Null:
		return castTo(e, boolType)
	case e.Type.Kind != schema.Boolean:
		c.fail(CodeNotBoolean, e.Span, "the condition is %s, not boolean", e.Type).Fix = "Compare it with something, as in x <> 0."
		return nil
	}
	return e
}

// check types one node; nil means that an error was reported.
func (c *checker) check(ast sqltext.Expr) *Expr {
	if c.depth >= maxDepth {
		c.fail(CodeTooDeep, ast.Span(), "the expression is nested deeper than %d", maxDepth)
		return nil
	}
	c.depth++
	defer func() { c.depth-- }()
	switch x := ast.(type) {
	case *sqltext.Literal:
		return c.literal(x)
	case *sqltext.Name:
		return c.name(x)
	case *sqltext.Param:
		return c.param(x)
	case *sqltext.Unary:
		return c.unary(x)
	case *sqltext.Binary:
		return c.binary(x)
	case *sqltext.IsTest:
		return c.isTest(x)
	case *sqltext.DistinctFrom:
		return c.distinctFrom(x)
	case *sqltext.Like:
		return c.like(x)
	case *sqltext.Between:
		return c.between(x)
	case *sqltext.In:
		return c.in(x)
	case *sqltext.Case:
		return c.caseExpr(x)
	case *sqltext.Cast:
		return c.cast(x)
	case *sqltext.Call:
		return c.call(x)
	case *sqltext.Field:
		if base := c.check(x.X); base != nil {
			return c.field(base, x.Name, x.At)
		}
		return nil
	case *sqltext.Index:
		return c.index(x)
	case *sqltext.Interval:
		c.fail(CodeMisplaced, x.At, "an interval can only be added to or taken from a date or a timestamp")
		return nil
	case *sqltext.Star:
		c.fail(CodeMisplaced, x.At, "* is not a value").Fix = "Only COUNT(*) takes a star."
		return nil
	default: // Bad: the parser has given its diagnostic.
		if len(c.diags) == 0 {
			c.fail(CodeMisplaced, ast.Span(), "this is not an expression")
		}
		return nil
	}
}

func literalOf(t schema.Type, v any, at diag.Span) *Expr {
	return &Expr{Op: OpLiteral, Type: t, Nullable: v == nil, Value: v, Span: at}
}

func call(fn string, t schema.Type, nullable bool, at diag.Span, args ...*Expr) *Expr {
	return &Expr{Op: OpCall, Func: fn, Type: t, Nullable: nullable, Args: args, Span: at}
}

// strict builds a call that is NULL just when an argument is.
func strict(fn string, t schema.Type, at diag.Span, args ...*Expr) *Expr {
	return call(fn, t, anyNullable(args), at, args...)
}

func anyNullable(args []*Expr) bool {
	for _, a := range args {
		if a.Nullable {
			return true
		}
	}
	return false
}

func (c *checker) literal(x *sqltext.Literal) *Expr {
	switch x.Kind {
	case sqltext.LitNull:
		return literalOf(nullType, nil, x.At)
	case sqltext.LitBool:
		return literalOf(boolType, strings.EqualFold(x.Text, "true"), x.At)
	case sqltext.LitInt:
		if v, err := strconv.ParseInt(x.Text, 10, 64); err == nil {
			if v == int64(int32(v)) {
				return literalOf(int32Type, v, x.At)
			}
			return literalOf(int64Type, v, x.At)
		}
		return c.decimalLiteral(x)
	case sqltext.LitDecimal:
		return c.decimalLiteral(x)
	case sqltext.LitFloat:
		v, err := strconv.ParseFloat(x.Text, 64)
		if err != nil {
			c.fail(CodeLiteralRange, x.At, "the number %s is beyond float64", x.Text)
			return nil
		}
		return literalOf(floatType, v, x.At)
	case sqltext.LitString:
		return literalOf(stringType, x.Text, x.At)
	case sqltext.LitBytes:
		v, err := hex.DecodeString(x.Text)
		if err != nil {
			c.fail(CodeInvalidLiteral, x.At, "a bytes literal is an even number of hexadecimal digits")
			return nil
		}
		return literalOf(schema.Of(schema.Bytes), v, x.At)
	case sqltext.LitDate:
		return c.timeLiteral(x.Text, dateType, x.At)
	default:
		return c.timeLiteral(x.Text, timeType, x.At)
	}
}

// decimalLiteral gives a number the decimal type of its digits as written, as Calcite does: 1000.0 is decimal(5, 1), 0.3 decimal(2, 1).
func (c *checker) decimalLiteral(x *sqltext.Literal) *Expr {
	text := x.Text
	if x.Kind == sqltext.LitInt {
		text = strings.TrimLeft(text, "0")
	}
	whole, frac, _ := strings.Cut(text, ".")
	p, s := len(whole)+len(frac), len(frac)
	if p > schema.MaxPrecision {
		c.fail(CodeLiteralRange, x.At, "the number %s has more than %d digits", x.Text, schema.MaxPrecision).Fix = "Write it with an exponent (1e40) to get a float64."
		return nil
	}
	p = max(p, s, 1)
	n, known, fits := parseDecimal([]byte(x.Text), p, s)
	if !known || !fits {
		c.fail(CodeInvalidLiteral, x.At, "%q is not a number", x.Text)
		return nil
	}
	return literalOf(schema.DecimalOf(p, s), n, x.At)
}

// timeLiteral reads the text of a date or a timestamp in the model's zone.
func (c *checker) timeLiteral(text string, t schema.Type, at diag.Span) *Expr {
	var (
		v  int64
		ok bool
	)
	if t.Kind == schema.Date {
		v, ok = parseDate([]byte(text))
	} else {
		v, ok = parseTimestamp([]byte(text), newZone(c.env.Zone))
		v = truncTimestamp(v, t)
	}
	if !ok {
		d := c.fail(CodeInvalidLiteral, at, "%q is not a %s", text, t.Kind)
		if d.Fix = "Write '2024-12-31 23:59:59.123'."; t.Kind == schema.Date {
			d.Fix = "Write '2024-12-31'."
		}
		return nil
	}
	return literalOf(t, v, at)
}

func (c *checker) param(x *sqltext.Param) *Expr {
	p, ok := c.env.Params[x.Name]
	if !ok {
		names := make([]string, 0, len(c.env.Params))
		for n := range c.env.Params {
			names = append(names, n)
		}
		sort.Strings(names)
		d := c.fail(CodeUnknownParameter, x.At, "the model has no parameter :%s", x.Name)
		if near := diag.Nearest(x.Name, names); near != "" {
			d.Fix = "Did you mean :" + near + "?"
		} else {
			d.Fix = "Declare it under the model's parameters."
		}
		return nil
	}
	return literalOf(p.Type, p.Value, x.At)
}

func (c *checker) name(x *sqltext.Name) *Expr {
	first := x.Parts[0]
	i := c.env.Schema.Index(first.Text)
	if i < 0 {
		d := c.fail(CodeUnknownColumn, first.At, "there is no column %s", first.Text)
		if near := diag.Nearest(first.Text, c.env.Schema.Names()); near != "" {
			d.Fix = "Did you mean " + quoteName(near) + "?"
		}
		return nil
	}
	if c.aggs != nil && !c.inAgg {
		c.fail(CodeNotAggregated, x.At, "the column %s stands outside an aggregate", first.Text).Fix =
			"Put it inside an aggregate, as in max(" + quoteName(first.Text) + "), or group by it."
		return nil
	}
	f := c.env.Schema.Fields[i]
	e := &Expr{Op: OpColumn, Type: f.Type, Nullable: f.Nullable, Column: i, Name: f.Name, Span: x.At}
	for _, part := range x.Parts[1:] {
		if e = c.field(e, part, x.At); e == nil {
			return nil
		}
	}
	return e
}

// field types x.name on a row.
func (c *checker) field(x *Expr, name sqltext.NamePart, at diag.Span) *Expr {
	if x.Type.Kind != schema.Row {
		fix := ""
		if x.Type.Kind == schema.JSON {
			fix = "Read json with JSON_VALUE(" + SQL(x) + ", '$." + name.Text + "')."
		}
		return c.clash(name.At, fix, "%s is %s and has no fields", SQL(x), x.Type)
	}
	names := make([]string, len(x.Type.Fields))
	for i, f := range x.Type.Fields {
		if f.Name == name.Text {
			arg := literalOf(stringType, f.Name, name.At)
			return call("field", f.Type, x.Nullable || f.Nullable, at, x, arg)
		}
		names[i] = f.Name
	}
	d := c.fail(CodeUnknownField, name.At, "%s has no field %s", SQL(x), name.Text)
	if near := diag.Nearest(name.Text, names); near != "" {
		d.Fix = "Did you mean " + quoteName(near) + "?"
	} else {
		d.Fix = "It has " + strings.Join(names, ", ") + "."
	}
	return nil
}

func (c *checker) index(x *sqltext.Index) *Expr {
	base, i := c.check(x.X), c.check(x.I)
	if base == nil || i == nil {
		return nil
	}
	switch base.Type.Kind {
	case schema.Array:
		if !i.Type.Integer() && i.Type.Kind != schema.Null {
			return c.clash(i.Span, "", "an array is indexed by an integer from 1, not by %s", i.Type)
		}
		return call("item", *base.Type.Elem, true, x.At, base, castTo(i, int64Type))
	case schema.Map:
		k := c.coerce(i, *base.Type.Key)
		if k == nil {
			return c.clash(i.Span, "CAST the key to "+base.Type.Key.String()+".", "the map's keys are %s, not %s", base.Type.Key, i.Type)
		}
		return call("item", *base.Type.Elem, true, x.At, base, k)
	}
	return c.clash(base.Span, "", "%s is %s; only arrays and maps are indexed", SQL(base), base.Type)
}

// coerce converts e to t without an explicit cast where the language allows it: NULL, numbers that lose nothing, constant texts of
// dates and timestamps. Nil means it does not, and nothing was reported.
func (c *checker) coerce(e *Expr, t schema.Type) *Expr {
	switch {
	case e.Type.Equal(t), e.Type.Kind == schema.Null:
		return castTo(e, t)
	case e.Op == OpLiteral && e.Type.Integer() && t.Integer() && fitsInt(e.Value, t):
		return castTo(e, t)
	case e.Type.Numeric() && t.Numeric():
		if w, ok := common(e.Type, t); ok && w.Equal(t) {
			return castTo(e, t)
		}
	case e.Type.Kind == schema.Date && t.Kind == schema.Timestamp, e.Type.Kind == schema.Timestamp && t.Kind == schema.Timestamp && e.Type.Precision <= t.Precision:
		return castTo(e, t)
	case constText(e) && (t.Kind == schema.Date || t.Kind == schema.Timestamp):
		before := len(c.diags)
		if r := c.timeLiteral(e.Value.(string), t, e.Span); r != nil {
			return r
		}
		c.diags = c.diags[:before]
	}
	return nil
}

// constText reports whether e is a string constant.
func constText(e *Expr) bool {
	return e.Op == OpLiteral && e.Type.Kind == schema.String && e.Value != nil
}

// castTo converts e to t by an implicit cast that was already found to be allowed. Constants are converted at once.
func castTo(e *Expr, t schema.Type) *Expr {
	if e.Type.Equal(t) {
		return e
	}
	if e.Op == OpLiteral {
		if e.Value == nil {
			return literalOf(t, nil, e.Span)
		}
		if v, ok := convertLiteral(e.Value, e.Type, t); ok {
			return literalOf(t, v, e.Span)
		}
	}
	return call("cast", t, e.Nullable, e.Span, e)
}

// fitsInt reports whether an integer constant fits the integer type t.
func fitsInt(v any, t schema.Type) bool {
	lo, hi := intRange(t)
	switch n := v.(type) {
	case int64:
		return n >= lo && (n < 0 || uint64(n) <= hi)
	case uint64:
		return n <= hi
	}
	return false
}

// convertLiteral converts a numeric constant exactly; ok is false where that is not possible here.
func convertLiteral(v any, from, to schema.Type) (any, bool) {
	if !from.Integer() {
		return nil, false
	}
	switch {
	case to.Integer():
		if !fitsInt(v, to) {
			return nil, false
		}
		switch n := v.(type) {
		case int64:
			if batch.ClassOf(to) == batch.ClassU64 {
				return uint64(n), true
			}
		case uint64:
			if batch.ClassOf(to) == batch.ClassI64 {
				return int64(n), true
			}
		}
		return v, true
	case to.Kind == schema.Decimal:
		n, ok := rescale(toNum(v), 0, int(to.Scale), int(to.Precision))
		return n, ok
	}
	return nil, false
}
