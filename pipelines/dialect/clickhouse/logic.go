package clickhouse

import (
	"fmt"
	"strings"

	"millrace/models/expr"
	"millrace/models/schema"
)

// writeLogic writes AND and OR over four logical values. ClickHouse knows three; the fourth is the error beside the value: it stands
// unless another operand that did not fail decides.
func writeLogic(s *scope, e *expr.Expr) pair {
	operator, decides := " AND ", "NOT %s"
	if e.Func == "or" {
		operator, decides = " OR ", "%s"
	}
	var args []pair
	var flatten func(x *expr.Expr)
	flatten = func(x *expr.Expr) {
		if x.Op == expr.OpCall && x.Func == e.Func {
			flatten(x.Args[0])
			flatten(x.Args[1])
			return
		}
		args = append(args, s.expr(x))
	}
	flatten(e)
	fallible := fails(args) != ""
	values, decided := make([]string, len(args)), make([]string, len(args))
	for i := range args {
		if fallible {
			args[i].value = s.twice(args[i].value)
			if args[i].fail != "" {
				args[i].fail = s.twice(args[i].fail)
			}
		}
		values[i] = operand(args[i].value)
		decided[i] = fmt.Sprintf(decides, operand(args[i].value))
		if args[i].fail != "" {
			decided[i] = fmt.Sprintf("(%s AND %s IS NULL)", decided[i], args[i].fail)
		}
	}
	out := pair{value: "(" + strings.Join(values, operator) + ")"}
	if fallible {
		out.fail = fmt.Sprintf("if(%s, NULL, %s)", strings.Join(decided, " OR "), fails(args))
	}
	return out
}

// operand puts an expression that is not atomic or in parentheses already into parentheses.
func operand(sql string) string {
	if atom.MatchString(sql) || closed(sql) {
		return sql
	}
	return "(" + sql + ")"
}

// closed reports whether the text is a parenthesized expression or a call as a whole.
func closed(sql string) bool {
	open := strings.IndexByte(sql, '(')
	if open < 0 || sql[len(sql)-1] != ')' || open > 0 && !atom.MatchString(sql[:open]) {
		return false
	}
	depth := 0
	for i := open; i < len(sql); i++ {
		switch sql[i] {
		case '\'':
			for i++; i < len(sql) && sql[i] != '\''; i++ {
				if sql[i] == '\\' {
					i++
				}
			}
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 && i < len(sql)-1 {
				return false
			}
		}
	}
	return true
}

func writeNot(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	return pair{"(NOT " + operand(x.value) + ")", x.fail}
}

func writeIs(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	v := operand(x.value)
	switch e.Func {
	case "is_null":
		if e.Args[0].Type.Nested() {
			return pair{isNull(x.value, e.Args[0].Type, e.Args[0].Nullable), x.fail}
		}
		return pair{"(" + v + " IS NULL)", x.fail}
	case "is_true":
		return pair{"ifNull(" + x.value + ", false)", x.fail}
	}
	return pair{"ifNull(NOT " + v + ", false)", x.fail}
}

// equal writes l = r for values of types that models/expr compares.
func (s *scope) equal(l, r string, lt, rt schema.Type) string {
	if lt.Float() {
		l, r = s.twice(l), s.twice(r)
		return fmt.Sprintf("(%s = %s OR isNaN(%s) AND isNaN(%s))", operand(l), operand(r), l, r)
	}
	l, r = s.level(l, r, lt, rt)
	return fmt.Sprintf("(%s = %s)", operand(l), operand(r))
}

// less writes l < r; NaN is behind every other number.
func (s *scope) less(l, r string, lt, rt schema.Type) string {
	if lt.Float() {
		l, r = s.twice(l), s.twice(r)
		return fmt.Sprintf("(%s < %s OR isNaN(%s) AND NOT isNaN(%s))", operand(l), operand(r), r, l)
	}
	l, r = s.level(l, r, lt, rt)
	return fmt.Sprintf("(%s < %s)", operand(l), operand(r))
}

// level brings two decimals to one scale.
func (s *scope) level(l, r string, lt, rt schema.Type) (string, string) {
	if lt.Kind != schema.Decimal || lt.Scale == rt.Scale {
		return l, r
	}
	scale := max(lt.Scale, rt.Scale)
	return scaled(l, int(scale-lt.Scale)), scaled(r, int(scale-rt.Scale))
}

func writeCompare(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	l, r, lt, rt := args[0].value, args[1].value, e.Args[0].Type, e.Args[1].Type
	var v string
	switch e.Func {
	case "eq":
		v = s.equal(l, r, lt, rt)
	case "ne":
		if !lt.Float() {
			l, r = s.level(l, r, lt, rt)
			v = fmt.Sprintf("(%s != %s)", operand(l), operand(r))
			break
		}
		v = "(NOT " + s.equal(l, r, lt, rt) + ")"
	case "lt":
		v = s.less(l, r, lt, rt)
	case "gt":
		v = s.less(r, l, rt, lt)
	case "ge", "le":
		if !lt.Float() {
			l, r = s.level(l, r, lt, rt)
			v = fmt.Sprintf("(%s %s %s)", operand(l), map[string]string{"ge": ">=", "le": "<="}[e.Func], operand(r))
			break
		}
		if e.Func == "le" {
			l, r, lt, rt = r, l, rt, lt
		}
		v = "(NOT " + s.less(l, r, lt, rt) + ")"
	}
	return pair{v, fails(args)}
}

func writeDistinct(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	l, r := s.twice(args[0].value), s.twice(args[1].value)
	v := fmt.Sprintf("(NOT ifNull(%s, %s IS NULL AND %s IS NULL))", s.equal(l, r, e.Args[0].Type, e.Args[1].Type), operand(l), operand(r))
	return pair{v, fails(args)}
}

// writeIn writes x IN (constants). ClickHouse passes over a NULL in the list; SQL does not know then.
func writeIn(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	v := s.twice(x.value)
	var list, tests []string
	null := false
	t := e.Args[0].Type
	// A set is looked up by representation: floats, and decimals beside numbers of another scale, are compared one by one.
	oneByOne := t.Float()
	for _, a := range e.Args[1:] {
		if a.Value == nil {
			null = true
			continue
		}
		list = append(list, s.literal(a))
		tests = append(tests, s.equal(v, s.literal(a), t, a.Type))
		oneByOne = oneByOne || (t.Kind == schema.Decimal || a.Type.Kind == schema.Decimal) && !t.Equal(a.Type)
	}
	var found string
	switch {
	case len(list) == 0:
		return pair{"CAST(NULL AS Nullable(Bool))", x.fail}
	case oneByOne, t.Kind == schema.Boolean:
		found = "(" + strings.Join(tests, " OR ") + ")"
	default:
		found = fmt.Sprintf("if(%s IS NULL, NULL, %s IN (%s))", operand(v), operand(v), strings.Join(list, ", "))
	}
	if null {
		found = "nullIf(" + found + ", false)"
	}
	return pair{found, x.fail}
}

// writeCase writes CASE. Every branch is computed for every row, which does no harm as values never throw; the error is that of the
// first condition that failed before one held, or of the branch taken.
func writeCase(s *scope, e *expr.Expr) pair {
	args := s.branches(e)
	last := len(args) - 1
	fallible := fails(args) != ""
	var values, errs []string
	for i := 0; i < last; i += 2 {
		cond := args[i]
		if fallible {
			cond.value = s.twice(cond.value)
			if cond.fail != "" {
				cond.fail = s.twice(cond.fail)
				errs = append(errs, operand(cond.fail)+" IS NOT NULL", cond.fail)
			}
		}
		values = append(values, cond.value, args[i+1].value)
		errs = append(errs, cond.value, orNull(args[i+1].fail))
	}
	out := pair{value: choose(append(values, args[last].value))}
	if fallible {
		out.fail = choose(append(errs, orNull(args[last].fail)))
	}
	return out
}

// branches writes the arguments of a CASE, the values in the form of its type.
func (s *scope) branches(e *expr.Expr) []pair {
	args := s.exprs(e.Args)
	for i, a := range e.Args {
		switch {
		case i%2 == 0 && i < len(args)-1: // a condition
		case a.Op == expr.OpLiteral && a.Value == nil && e.Type.Nested():
			args[i].value = s.literal(&expr.Expr{Op: expr.OpLiteral, Type: e.Type})
		default:
			args[i].value = lifted(args[i].value, e.Type, a.Nullable, e.Nullable)
		}
	}
	return args
}

func orNull(fail string) string {
	if fail == "" {
		return "NULL"
	}
	return fail
}

// choose writes a conditional of condition, value, ..., else.
func choose(list []string) string {
	if len(list) == 3 {
		return "if(" + strings.Join(list, ", ") + ")"
	}
	return "multiIf(" + strings.Join(list, ", ") + ")"
}

func writeCoalesce(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	if e.Type.Nested() {
		return s.firstOf(e, args)
	}
	values := make([]string, len(args))
	fallible := fails(args[1:]) != ""
	var errs []string
	for i, a := range args {
		if fallible && i < len(args)-1 {
			a.value = s.twice(a.value)
			if a.fail != "" {
				a.fail = s.twice(a.fail)
				errs = append(errs, operand(a.fail)+" IS NOT NULL", a.fail)
			}
			errs = append(errs, operand(a.value)+" IS NOT NULL", "NULL")
		}
		values[i] = a.value
	}
	out := pair{value: "coalesce(" + strings.Join(values, ", ") + ")", fail: args[0].fail}
	if fallible {
		out.fail = choose(append(errs, orNull(args[len(args)-1].fail)))
	}
	return out
}

// firstOf writes COALESCE of nested values. An argument that cannot be NULL ends the search.
func (s *scope) firstOf(e *expr.Expr, args []pair) pair {
	var values, errs []string
	for i, a := range e.Args {
		if a.Op == expr.OpLiteral && a.Value == nil {
			args[i].value = s.literal(&expr.Expr{Op: expr.OpLiteral, Type: e.Type})
		}
		v := s.twice(args[i].value)
		out := bare(v, e.Type, a.Nullable)
		if e.Nullable {
			out = lifted(v, e.Type, a.Nullable, true)
		}
		if i == len(args)-1 || !a.Nullable {
			values, errs = append(values, out), append(errs, orNull(args[i].fail))
			break
		}
		known := "notEmpty(" + v + ")"
		values = append(values, known, out)
		if args[i].fail != "" {
			fail := s.twice(args[i].fail)
			errs = append(errs, operand(fail)+" IS NOT NULL", fail)
		}
		errs = append(errs, known, "NULL")
	}
	if len(values) == 1 {
		return pair{values[0], args[0].fail}
	}
	out := pair{value: choose(values)}
	if fails(args) != "" {
		out.fail = choose(errs)
	}
	return out
}
