package clickhouse

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"millrace/models/diag"
	"millrace/models/expr"
)

// pair is an expression as SQL: its value, which never throws and is arbitrary where the expression fails, and the number of the row
// error, NULL where there is none. fail is empty for an expression that cannot fail.
type pair struct{ value, fail string }

// scope writes the expressions of one operator. What is long and wanted more than once becomes a column of a subquery of its own, so
// that the text grows with the expression and not with a power of it.
type scope struct {
	w    *writer
	node string
	// column writes the i-th input column.
	column func(i int) string
	zone   *time.Location

	lets   []let
	byText map[string]string
}

// let is one column of a subquery. Its level says how deep: it may use columns of lower levels only.
type let struct {
	name, sql string
	level     int
}

var (
	atom    = regexp.MustCompile("^(?:[A-Za-z_][A-Za-z_0-9]*\\.)?(?:[A-Za-z_][A-Za-z_0-9]*|`[^`]+`)$|^-?[0-9]+$|^'[^'\\\\]*'$|^NULL$")
	letName = regexp.MustCompile(`\bmr_([0-9]+)\b`)
)

// shortText is the length up to which repeating a text reads better than naming it.
const shortText = 24

// twice returns a text that may be used more than once in the place of sql.
func (s *scope) twice(sql string) string {
	if len(sql) <= shortText || atom.MatchString(sql) {
		return sql
	}
	return s.name(sql)
}

// name makes sql a column of a subquery and returns the column's name.
func (s *scope) name(sql string) string {
	if name, ok := s.byText[sql]; ok {
		return name
	}
	level := 0
	for _, m := range letName.FindAllStringSubmatch(sql, -1) {
		i, err := strconv.Atoi(m[1])
		if err == nil && i >= 1 && i <= len(s.lets) {
			level = max(level, s.lets[i-1].level)
		}
	}
	l := let{name: fmt.Sprintf("mr_%d", len(s.lets)+1), sql: sql, level: level + 1}
	s.lets = append(s.lets, l)
	if s.byText == nil {
		s.byText = map[string]string{}
	}
	s.byText[sql] = l.name
	return l.name
}

// from wraps the relation an operator reads in the subqueries its expressions need.
func (s *scope) from(relation, alias string) string {
	relation += alias
	top := 0
	for _, l := range s.lets {
		top = max(top, l.level)
	}
	for level := 1; level <= top; level++ {
		var b strings.Builder
		b.WriteString("(\n    SELECT *")
		for _, l := range s.lets {
			if l.level == level {
				fmt.Fprintf(&b, ",\n      %s AS %s", l.sql, l.name)
			}
		}
		fmt.Fprintf(&b, "\n    FROM %s\n  )%s", relation, alias)
		relation = b.String()
	}
	return relation
}

// help notes that the query uses a function of the preamble and returns a call of it.
func (s *scope) help(name string, args ...string) string {
	s.w.use(name)
	return name + "(" + strings.Join(args, ", ") + ")"
}

// refuse reports something ClickHouse cannot be made to do.
func (s *scope) refuse(d string, format string, args ...any) pair {
	s.w.refuse(s.node, d, format, args...)
	return pair{value: "NULL"}
}

// either returns the first error of several, "" when none can fail.
func either(fails ...string) string {
	var list []string
	for _, f := range fails {
		if f != "" && f != "NULL" {
			list = append(list, f)
		}
	}
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return "coalesce(" + strings.Join(list, ", ") + ")"
}

// failIf is the error code where the condition holds. A condition that is NULL does not hold: a NULL operand fails nothing.
func failIf(condition string, code diag.RowCode) string {
	return fmt.Sprintf("if(%s, %d, NULL)", condition, code)
}

// fails joins the errors of the arguments, the first argument's first.
func fails(args []pair) string {
	list := make([]string, len(args))
	for i, a := range args {
		list[i] = a.fail
	}
	return either(list...)
}

// of writes an expression after constants were computed.
func (s *scope) of(e *expr.Expr) pair { return s.expr(expr.Fold(e, s.zone)) }

func (s *scope) exprs(list []*expr.Expr) []pair {
	out := make([]pair, len(list))
	for i, e := range list {
		out[i] = s.expr(e)
	}
	return out
}

// expr writes a checked expression.
func (s *scope) expr(e *expr.Expr) pair {
	switch e.Op {
	case expr.OpColumn:
		return pair{value: s.column(e.Column)}
	case expr.OpLiteral:
		return pair{value: s.literal(e)}
	}
	write, ok := s.w.writers[e.Func]
	if !ok {
		return s.refuse(diffFunction, "the function %s has no form in ClickHouse", strings.ToUpper(e.Func))
	}
	return write(s, e)
}

// exprWriter writes one operator or function.
type exprWriter func(s *scope, e *expr.Expr) pair

// strictly is a writer for functions that cannot fail of themselves and give NULL just where ClickHouse's own form does.
func strictly(format string) exprWriter {
	return func(s *scope, e *expr.Expr) pair {
		args := s.exprs(e.Args)
		values := make([]any, len(args))
		for i, a := range args {
			values[i] = a.value
		}
		return pair{fmt.Sprintf(format, values...), fails(args)}
	}
}
