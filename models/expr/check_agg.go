package expr

import (
	"strings"

	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// aggregateFunctions describes the aggregates, which are not rows of the table of functions.
var aggregateFunctions = []Function{
	{"COUNT", nil, "aggregate", []string{"COUNT(*) -> int64", "COUNT([DISTINCT] x any) -> int64"},
		"The number of rows, of values that are not NULL, or of different ones.", "COUNT(DISTINCT user_id)"},
	{"SUM", nil, "aggregate", []string{"SUM(x integer) -> int64 or uint64", "SUM(x decimal(p, s)) -> decimal(38, s)", "SUM(x float) -> float64"},
		"The sum of the values that are not NULL; NULL of none. A sum that overflows fails the pipeline.", "SUM(ms_played)"},
	{"MIN", nil, "aggregate", []string{"MIN(x t) -> t"}, "The least value that is not NULL; NULL of none.", "MIN(ts)"},
	{"MAX", nil, "aggregate", []string{"MAX(x t) -> t"}, "The largest value that is not NULL; NULL of none.", "MAX(ts)"},
	{"AVG", nil, "aggregate", []string{"AVG(x integer) -> the type of x", "AVG(x decimal(p, s)) -> decimal(38, max(s, 6))", "AVG(x float) -> float64"},
		"The mean of the values that are not NULL, cut toward zero for integers; NULL of none.", "AVG(CAST(ms_played AS DOUBLE))"},
}

func isAggregate(name string) bool {
	for _, f := range aggregateFunctions {
		if f.Name == name {
			return true
		}
	}
	return false
}

// aggCollector gathers the aggregates of an expression, equal ones once.
type aggCollector struct {
	list  []Agg
	index map[string]int
}

func (c *aggCollector) add(a Agg) int {
	key := CanonicalAgg(a)
	if i, ok := c.index[key]; ok {
		return i
	}
	c.index[key] = len(c.list)
	c.list = append(c.list, a)
	return len(c.list) - 1
}

// CheckAggregate types an expression over aggregates, such as sum(a) / count(*). post is the expression over the aggregates: its
// column i is aggs[i]. Equal aggregates come once.
func CheckAggregate(ast sqltext.Expr, env Env) (aggs []Agg, post *Expr, diags diag.List) {
	c := newChecker(env)
	c.aggs = &aggCollector{index: map[string]int{}}
	e := c.check(ast)
	if e != nil && e.Type.Kind == schema.Null {
		c.fail(CodeUntypedNull, e.Span, "the type of this NULL is not known").Fix = "Write CAST(NULL AS type)."
	}
	if post, diags = c.result(e); post == nil {
		return nil, nil, diags
	}
	return c.aggs.list, post, diags
}

// AggSQL writes an aggregate as text of the language.
func AggSQL(a Agg) string {
	var b strings.Builder
	b.WriteString(strings.ToUpper(a.Func) + "(")
	if a.Distinct {
		b.WriteString("DISTINCT ")
	}
	if a.Arg == nil {
		b.WriteByte('*')
	} else {
		writeSQL(&b, a.Arg, 0)
	}
	b.WriteByte(')')
	if a.Filter != nil {
		b.WriteString(" FILTER (WHERE ")
		writeSQL(&b, a.Filter, 0)
		b.WriteByte(')')
	}
	return b.String()
}

func (c *checker) aggregateCall(x *sqltext.Call) *Expr {
	switch {
	case c.aggs == nil:
		c.fail(CodeAggregate, x.NameAt, "the aggregate %s is not allowed here", x.Name).Fix = "Aggregate in a window."
		return nil
	case c.inAgg:
		c.fail(CodeAggregate, x.NameAt, "an aggregate cannot stand inside another").Fix = "Aggregate in two steps."
		return nil
	}
	c.inAgg = true
	defer func() { c.inAgg = false }()
	a := Agg{Func: strings.ToLower(x.Name), Distinct: x.Distinct}
	bad := false
	if x.Filter != nil {
		a.Filter = c.condition(x.Filter)
		bad = a.Filter == nil
	}
	switch {
	case x.Star && x.Name != "COUNT":
		c.fail(CodeMisplaced, x.At, "only COUNT takes a star")
		return nil
	case !x.Star && len(x.Args) != 1:
		d := c.fail(CodeArgumentCount, x.At, "%s takes 1 argument, not %d", x.Name, len(x.Args))
		if x.Name == "COUNT" && len(x.Args) == 0 {
			d.Fix = "Write COUNT(*)."
		}
		return nil
	case !x.Star:
		if a.Arg = c.check(x.Args[0]); a.Arg == nil {
			return nil
		}
	}
	if bad || !c.aggregateType(&a, x) {
		return nil
	}
	i := c.aggs.add(a)
	return &Expr{Op: OpColumn, Type: a.Type, Nullable: a.Nullable, Column: i, Name: AggSQL(a), Span: x.At}
}

// aggregateType sets the result type. Sums are widened to 64 bits, where Flink keeps the argument's type: a sum that wraps at the width
// of its column is of no use to anybody.
func (c *checker) aggregateType(a *Agg, x *sqltext.Call) bool {
	if a.Func == "count" {
		a.Type = int64Type
		if a.Distinct && !comparableType(a.Arg.Type) {
			c.clash(x.At, "Count distinct texts: JSON_VALUE or CAST.", "values of type %s cannot be compared", a.Arg.Type)
			return false
		}
		if a.Arg != nil && a.Arg.Type.Kind == schema.Null {
			a.Arg = castTo(a.Arg, boolType)
		}
		return true
	}
	if a.Arg.Type.Kind == schema.Null {
		a.Arg = castTo(a.Arg, int32Type)
	}
	t := a.Arg.Type
	a.Nullable = true
	if a.Func == "min" || a.Func == "max" {
		a.Type, a.Distinct = t, false // DISTINCT changes nothing here.
		if !comparableType(t) {
			c.clash(x.At, "", "values of type %s cannot be compared", t)
			return false
		}
		return true
	}
	if a.Distinct {
		c.fail(CodeDistinct, x.At, "DISTINCT is not supported in %s", x.Name).Fix = "Deduplicate the rows first, or use COUNT(DISTINCT x)."
		return false
	}
	switch {
	case t.Float():
		a.Type = floatType
	case t.Kind == schema.Decimal && a.Func == "avg":
		a.Type = schema.DecimalOf(schema.MaxPrecision, max(int(t.Scale), minDivScale))
	case t.Kind == schema.Decimal:
		a.Type = schema.DecimalOf(schema.MaxPrecision, int(t.Scale))
	case t.Integer() && a.Func == "avg":
		a.Type = t
	case t.Signed():
		a.Type = int64Type
	case t.Unsigned():
		a.Type = schema.Of(schema.Uint64)
	default:
		c.clash(x.At, "CAST the argument to a number.", "%s adds numbers, not %s", x.Name, t)
		return false
	}
	return true
}
