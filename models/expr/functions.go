package expr

import (
	"slices"
	"sort"
	"strings"

	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// Function describes one function of the language, for documentation and completion.
type Function struct {
	// Name is how it is called, in upper case; Aliases are other names for it.
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	// Group is string, math, time, json, collection, conditional or aggregate.
	Group string `json:"group"`
	// Signatures show arguments and result, as in "SUBSTRING(s string, from int64[, length int64]) -> string".
	Signatures []string `json:"signatures"`
	Doc        string   `json:"doc"`
	Example    string   `json:"example"`
}

// function is one entry of the table: what it is, how a call is typed, and its kernel. A function without a kernel is lowered to others.
type function struct {
	Function
	min, max int // number of arguments; max -1 is "any"
	fallible bool
	check    func(c *checker, x *sqltext.Call, args []*Expr) *Expr
	kernel   builder
}

// id is the stable id of the function in trees.
func (f *function) id() string { return strings.ToLower(f.Name) }

// The tables are filled once and never changed.
var (
	functions     = slices.Concat(stringFunctions(), patternFunctions(), mathFunctions(), timeFunctions(), jsonFunctions(), conditionalFunctions())
	functionNames = indexFunctions(functions)
	functionIDs   = indexIDs(functions)
	operators     = makeOperators()
)

func indexFunctions(list []*function) map[string]*function {
	m := map[string]*function{}
	for _, f := range list {
		m[f.Name] = f
		for _, a := range f.Aliases {
			m[a] = f
		}
	}
	return m
}

func indexIDs(list []*function) map[string]*function {
	m := map[string]*function{}
	for _, f := range list {
		if f.kernel != nil {
			m[f.id()] = f
		}
	}
	return m
}

func makeOperators() map[string]builder {
	m := map[string]builder{
		"and": buildLogic, "or": buildLogic, "not": buildNot, "is_null": buildIs, "is_true": buildIs, "is_false": buildIs,
		"distinct": buildDistinct, "in": buildIn, "like": buildLike, "neg": buildNeg, "cast": buildCast, "try_cast": buildCast,
		"case": buildCase, "coalesce": buildCoalesce, "field": buildField, "item": buildItem,
		"add_days": buildShift, "add_months": buildShift, "add_micros": buildShift,
		"floor_time": buildFloorTime, "ceil_time": buildFloorTime, "extract": buildExtract,
	}
	for _, op := range []string{"add", "sub", "mul", "div", "div_int", "mod"} {
		m[op] = buildArith
	}
	for op := range relations {
		m[op] = buildCompare
	}
	return m
}

// Functions returns the functions of the language in order of name, the aggregates among them.
func Functions() []Function {
	out := make([]Function, 0, len(functions)+len(aggregateFunctions))
	for _, f := range functions {
		out = append(out, f.Function)
	}
	out = append(out, aggregateFunctions...)
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// notReplayable are functions whose answer depends on when or where they run.
var notReplayable = map[string]bool{
	"CURRENT_TIMESTAMP": true, "NOW": true, "CURRENT_DATE": true, "CURRENT_TIME": true, "LOCALTIME": true, "LOCALTIMESTAMP": true,
	"CURRENT_ROW_TIMESTAMP": true, "PROCTIME": true, "RAND": true, "RAND_INTEGER": true, "UUID": true, "CURRENT_WATERMARK": true,
}

func (c *checker) call(x *sqltext.Call) *Expr {
	if isAggregate(x.Name) {
		return c.aggregateCall(x)
	}
	if x.Filter != nil {
		c.fail(CodeMisplaced, x.At, "FILTER stands only behind an aggregate")
		return nil
	}
	if notReplayable[x.Name] {
		c.fail(CodeNotReplayable, x.NameAt, "%s is not allowed: a replay would compute another value", x.Name).Fix = "Use a time that the rows carry, such as the event time."
		return nil
	}
	f, ok := functionNames[x.Name]
	if !ok {
		names := make([]string, 0, len(functionNames))
		for n := range functionNames {
			names = append(names, n)
		}
		for _, a := range aggregateFunctions {
			names = append(names, a.Name)
		}
		sort.Strings(names)
		d := c.fail(CodeUnknownFunction, x.NameAt, "there is no function %s", x.Name)
		if near := diag.Nearest(x.Name, names); near != "" {
			d.Fix = "Did you mean " + near + "?"
		}
		for _, a := range x.Args {
			c.check(a)
		}
		return nil
	}
	if x.Star || x.Distinct {
		c.fail(CodeMisplaced, x.At, "%s takes neither * nor DISTINCT", x.Name)
		return nil
	}
	if len(x.Args) < f.min || f.max >= 0 && len(x.Args) > f.max {
		c.fail(CodeArgumentCount, x.At, "%s takes %s, not %d", x.Name, countText(f.min, f.max), len(x.Args)).Fix = "It is " + strings.Join(f.Signatures, " or ") + "."
		for _, a := range x.Args {
			c.check(a)
		}
		return nil
	}
	args := make([]*Expr, len(x.Args))
	bad := false
	for i, a := range x.Args {
		args[i] = c.check(a)
		bad = bad || args[i] == nil
	}
	if bad {
		return nil
	}
	return f.check(c, x, args)
}

func countText(least, most int) string {
	word := []string{"no argument", "1 argument", "2 arguments", "3 arguments", "4 arguments"}
	switch {
	case least == most:
		return word[least]
	case most < 0:
		return "at least " + word[least]
	}
	return word[least][:1] + " to " + word[most]
}

// Argument kinds of typed: s string, i int64, f float64, b string or bytes, j string or json, t date or timestamp.
func typed(id string, result schema.Type, kinds string) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, args []*Expr) *Expr {
		if !c.convert(args, kinds) {
			return nil
		}
		return strict(id, result, x.At, args...)
	}
}

// nullable is typed for functions that may give NULL of themselves.
func nullable(id string, result schema.Type, kinds string) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, args []*Expr) *Expr {
		if !c.convert(args, kinds) {
			return nil
		}
		return call(id, result, true, x.At, args...)
	}
}

// convert brings arguments to the kinds of typed, in place; the last kind holds for all further arguments.
func (c *checker) convert(args []*Expr, kinds string) bool {
	ok := true
	for i := range args {
		if args[i] = c.argument(args[i], kinds[min(i, len(kinds)-1)]); args[i] == nil {
			ok = false
		}
	}
	return ok
}

func (c *checker) argument(e *Expr, kind byte) *Expr {
	t, k := e.Type, e.Type.Kind
	switch kind {
	case 's':
		return c.text(e)
	case 'i':
		if k == schema.Null || t.Integer() && k != schema.Uint64 {
			return castTo(e, int64Type)
		}
		return c.clash(e.Span, "", "an integer is wanted here, not %s", t)
	case 'f':
		if k == schema.Null || t.Numeric() {
			return castTo(e, floatType)
		}
		return c.clash(e.Span, "", "a number is wanted here, not %s", t)
	case 'b':
		if k == schema.Bytes {
			return e
		}
		return c.text(e)
	case 'j':
		if k == schema.JSON || k == schema.String {
			return e
		}
		if k == schema.Null {
			return castTo(e, jsonType)
		}
		return c.clash(e.Span, "", "json is wanted here, not %s", t)
	default: // 't'
		switch {
		case isTime(t):
			return e
		case k == schema.Null:
			return castTo(e, timeType)
		case constText(e):
			return c.timeLiteral(e.Value.(string), timeType, e.Span)
		case k == schema.String:
			return c.clash(e.Span, "Use CAST("+SQL(e)+" AS timestamp).", "a date or a timestamp is wanted here, not %s", t)
		}
		return c.clash(e.Span, "", "a date or a timestamp is wanted here, not %s", t)
	}
}

// constString returns the value of an argument that must be a constant string.
func (c *checker) constString(e *Expr, what string) (string, bool) {
	if constText(e) {
		return e.Value.(string), true
	}
	c.fail(CodeConstantRequired, e.Span, "%s must be a constant text", what)
	return "", false
}

func conditionalFunctions() []*function {
	return []*function{
		{Function{"COALESCE", nil, "conditional", []string{"COALESCE(a t, b t, ...) -> t"},
			"The first argument that is not NULL. Later arguments are not evaluated.", "COALESCE(device.os, 'unknown')"},
			1, -1, false, checkCoalesce, nil},
		{Function{"IFNULL", nil, "conditional", []string{"IFNULL(a t, b t) -> t"},
			"a, or b where a is NULL; b is evaluated only there.", "IFNULL(page, '')"},
			2, 2, false, checkCoalesce, nil},
		{Function{"NULLIF", nil, "conditional", []string{"NULLIF(a t, b t) -> t"},
			"NULL where a equals b, else a.", "total / NULLIF(n, 0)"},
			2, 2, false, func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
				eq := c.compare("eq", x.At, a[0], a[1])
				if eq == nil {
					return nil
				}
				if a[0].Type.Kind == schema.Null {
					a[0] = eq.Args[0]
				}
				return call("case", a[0].Type, true, x.At, eq, literalOf(a[0].Type, nil, x.At), a[0])
			}, nil},
		{Function{"IF", nil, "conditional", []string{"IF(condition boolean, a t, b t) -> t"},
			"a where the condition is true, else b. Only the one chosen is evaluated.", "IF(ms_played > 30000, 1, 0)"},
			3, 3, false, func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
				switch a[0].Type.Kind {
				case schema.Null:
					a[0] = castTo(a[0], boolType)
				case schema.Boolean:
				default:
					c.fail(CodeNotBoolean, a[0].Span, "the condition is %s, not boolean", a[0].Type)
					return nil
				}
				t, ok := c.unify(a[1:], "the branches of IF")
				if !ok {
					return nil
				}
				return call("case", t, anyNullable(a[1:]), x.At, a...)
			}, nil},
	}
}

func checkCoalesce(c *checker, x *sqltext.Call, a []*Expr) *Expr {
	t, ok := c.unify(a, "the arguments of "+x.Name)
	if !ok {
		return nil
	}
	null := true
	for _, e := range a {
		null = null && e.Nullable
	}
	return call("coalesce", t, null, x.At, a...)
}
