package sqltext

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Format writes an expression in its one canonical form: keywords and functions in upper case, brackets only where precedence
// needs them, names in back quotes only where they need them. ParseExpr reads it back as the same tree but for the places.
// A Bad is written as ?, which nothing reads.
func Format(e Expr) string {
	var f formatter
	f.expr(e, precOr)
	return f.String()
}

// The precedences, as the grammar has them, weakest first.
const (
	precOr = iota
	precAnd
	precNot
	precIs
	precCompare
	precPredicate
	precAdd
	precMul
	precSign
	precPrimary
)

func precedence(e Expr) int {
	switch e := e.(type) {
	case *Unary:
		if e.Op == Not {
			return precNot
		}
		return precSign
	case *Binary:
		return operators()[e.Op].prec
	case *IsTest:
		return precIs
	case *DistinctFrom:
		return precCompare
	case *Like, *Between, *In, *InQuery:
		return precPredicate
	default:
		return precPrimary
	}
}

type operator struct {
	sign string
	prec int
}

func operators() [Or + 1]operator {
	return [...]operator{
		Add: {"+", precAdd}, Sub: {"-", precAdd},
		Mul: {"*", precMul}, Div: {"/", precMul}, Mod: {"%", precMul}, Concat: {"||", precMul},
		Eq: {"=", precCompare}, Ne: {"<>", precCompare}, Lt: {"<", precCompare}, Le: {"<=", precCompare},
		Gt: {">", precCompare}, Ge: {">=", precCompare},
		And: {"AND", precAnd}, Or: {"OR", precOr},
	}
}

// String returns the operator's sign or word.
func (o BinaryOp) String() string {
	if o > Or {
		return "?"
	}
	return operators()[o].sign
}

type formatter struct{ strings.Builder }

// expr writes e, in brackets when it binds more weakly than the place asks for.
func (f *formatter) expr(e Expr, least int) {
	if precedence(e) < least {
		f.WriteByte('(')
		f.bare(e)
		f.WriteByte(')')
		return
	}
	f.bare(e)
}

func (f *formatter) bare(e Expr) {
	switch e := e.(type) {
	case *Literal:
		f.literal(e)
	case *Interval:
		f.interval(e)
	case *Name:
		for i, p := range e.Parts {
			if i > 0 {
				f.WriteByte('.')
			}
			f.WriteString(QuoteName(p.Text))
		}
	case *Param:
		f.WriteString(":" + e.Name)
	case *Unary:
		f.unary(e)
	case *Binary:
		o := operators()[e.Op]
		f.expr(e.L, o.prec)
		f.WriteString(" " + o.sign + " ")
		f.expr(e.R, o.prec+1)
	case *IsTest:
		f.expr(e.X, precIs)
		f.WriteString(" IS " + not(e.Not) + [...]string{"NULL", "TRUE", "FALSE", "UNKNOWN"}[e.Test])
	case *DistinctFrom:
		f.expr(e.L, precCompare)
		f.WriteString(" IS " + not(e.Not) + "DISTINCT FROM ")
		f.expr(e.R, precCompare+1)
	case *Like:
		f.expr(e.X, precPredicate)
		f.WriteString(" " + not(e.Not) + "LIKE ")
		f.expr(e.Pattern, precAdd)
		if e.Escape != nil {
			f.WriteString(" ESCAPE ")
			f.expr(e.Escape, precAdd)
		}
	case *Between:
		f.expr(e.X, precPredicate)
		f.WriteString(" " + not(e.Not) + "BETWEEN ")
		f.expr(e.Lo, precAdd)
		f.WriteString(" AND ")
		f.expr(e.Hi, precAdd)
	case *In:
		f.expr(e.X, precPredicate)
		f.WriteString(" " + not(e.Not) + "IN (")
		f.list(e.List)
		f.WriteByte(')')
	case *InQuery:
		if len(e.X) == 1 {
			f.expr(e.X[0], precPredicate)
		} else {
			f.row(e.X)
		}
		f.WriteString(" " + not(e.Not) + "IN ")
		f.subquery(e.Query)
	case *Exists:
		f.WriteString("EXISTS ")
		f.subquery(e.Query)
	case *ScalarQuery:
		f.subquery(e.Query)
	case *RowValue:
		f.row(e.Items)
	case *Case:
		f.caseOf(e)
	case *Cast:
		f.WriteString(map[bool]string{false: "CAST(", true: "TRY_CAST("}[e.Try])
		f.expr(e.X, precOr)
		f.WriteString(" AS " + e.To.Text + ")")
	case *Call:
		f.call(e)
	case *Field:
		f.base(e.X)
		f.WriteString("." + QuoteName(e.Name.Text))
	case *Index:
		f.indexed(e.X)
		f.WriteByte('[')
		f.expr(e.I, precOr)
		f.WriteByte(']')
	case *Star:
		f.WriteByte('*')
	default:
		f.WriteByte('?')
	}
}

func not(set bool) string {
	if set {
		return "NOT "
	}
	return ""
}

// row writes a list of values as one; a single one would be taken for a value in brackets.
func (f *formatter) row(items []Expr) {
	if len(items) < 2 {
		f.WriteString("ROW")
	}
	f.WriteByte('(')
	f.list(items)
	f.WriteByte(')')
}

func (f *formatter) list(es []Expr) {
	for i, e := range es {
		if i > 0 {
			f.WriteString(", ")
		}
		f.expr(e, precOr)
	}
}

func (f *formatter) unary(e *Unary) {
	switch e.Op {
	case Not:
		f.WriteString("NOT ")
		f.expr(e.X, precNot)
		return
	case Neg:
		f.WriteByte('-')
	default:
		f.WriteByte('+')
	}
	// Two signs must not touch: -- begins a comment.
	if x, ok := e.X.(*Unary); ok && x.Op != Not {
		f.WriteByte(' ')
	}
	f.expr(e.X, precSign)
}

// base writes what a member is taken from. Without brackets a name would swallow the member, and a number its point.
func (f *formatter) base(x Expr) {
	switch x.(type) {
	case *Name, *Literal, *Interval:
		f.WriteByte('(')
		f.bare(x)
		f.WriteByte(')')
	default:
		f.expr(x, precPrimary)
	}
}

// indexed writes what an index is applied to. A column named array or map would read as the start of ARRAY[...].
func (f *formatter) indexed(x Expr) {
	if n, ok := x.(*Name); ok && len(n.Parts) == 1 {
		if up := strings.ToUpper(n.Parts[0].Text); up == "ARRAY" || up == "MAP" {
			f.WriteString(quote(n.Parts[0].Text, '`'))
			return
		}
	}
	f.expr(x, precPrimary)
}

func (f *formatter) literal(l *Literal) {
	switch l.Kind {
	case LitNull:
		f.WriteString("NULL")
	case LitBool:
		f.WriteString(strings.ToUpper(l.Text))
	case LitString:
		f.WriteString(QuoteString(l.Text))
	case LitBytes:
		f.WriteString("X" + QuoteString(l.Text))
	case LitDate:
		f.WriteString("DATE " + QuoteString(l.Text))
	case LitTimestamp:
		f.WriteString("TIMESTAMP " + QuoteString(l.Text))
	default:
		f.WriteString(l.Text)
	}
}

// interval writes the largest single unit that holds the interval exactly, with a fraction for seconds.
func (f *formatter) interval(e *Interval) {
	sign, amount := "", e.Micros
	if e.Calendar {
		amount = e.Months
	}
	if amount < 0 {
		sign, amount = "-", -amount
	}
	if e.Calendar {
		unit := "MONTH"
		if amount != 0 && amount%12 == 0 {
			unit, amount = "YEAR", amount/12
		}
		fmt.Fprintf(f, "INTERVAL '%s%d' %s", sign, amount, unit)
		return
	}
	for _, unit := range []string{"DAY", "HOUR", "MINUTE"} {
		spec, _ := intervalUnit(unit)
		if size := int64(spec.size); amount != 0 && amount%size == 0 {
			fmt.Fprintf(f, "INTERVAL '%s%d' %s", sign, amount/size, unit)
			return
		}
	}
	text := strconv.FormatInt(amount/1e6, 10)
	if micros := amount % 1e6; micros != 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%06d", micros), "0")
	}
	fmt.Fprintf(f, "INTERVAL '%s%s' SECOND", sign, text)
}

func (f *formatter) caseOf(e *Case) {
	f.WriteString("CASE")
	if e.Operand != nil {
		f.WriteByte(' ')
		f.expr(e.Operand, precOr)
	}
	for _, w := range e.Whens {
		f.WriteString(" WHEN ")
		f.expr(w.Cond, precOr)
		f.WriteString(" THEN ")
		f.expr(w.Then, precOr)
	}
	if e.Else != nil {
		f.WriteString(" ELSE ")
		f.expr(e.Else, precOr)
	}
	f.WriteString(" END")
}

func (f *formatter) call(e *Call) {
	plain := !e.Distinct && !e.Star && e.Filter == nil && e.Over == nil
	switch {
	case plain && len(e.Args) == 0 && slices.Contains(bareCalls(), e.Name):
		f.WriteString(e.Name)
		return
	case plain && (e.Name == "ARRAY" || e.Name == "MAP"):
		f.WriteString(e.Name + "[")
		f.list(e.Args)
		f.WriteByte(']')
		return
	}
	f.WriteString(e.Name + "(")
	if e.Distinct {
		f.WriteString("DISTINCT ")
	}
	f.arguments(e)
	f.WriteByte(')')
	if e.Filter != nil {
		f.WriteString(" FILTER (WHERE ")
		f.expr(e.Filter, precOr)
		f.WriteByte(')')
	}
	if e.Over != nil {
		f.over(e.Over)
	}
}

// bareCalls are the functions that are written without parentheses.
func bareCalls() []string {
	return []string{"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"}
}

func (f *formatter) arguments(e *Call) {
	if e.Star {
		f.WriteByte('*')
		return
	}
	switch n := len(e.Args); {
	case e.Name == "EXTRACT" && n == 2 && isUnit(e.Args[0]):
		f.WriteString(e.Args[0].(*Literal).Text + " FROM ")
		f.expr(e.Args[1], precOr)
	case (e.Name == "CEIL" || e.Name == "CEILING" || e.Name == "FLOOR") && n == 2 && isUnit(e.Args[1]):
		least := precOr
		if endsInInterval(e.Args[0]) {
			least = precPrimary + 1 // else the interval would take the TO
		}
		f.expr(e.Args[0], least)
		f.WriteString(" TO " + e.Args[1].(*Literal).Text)
	case (e.Name == "TIMESTAMPDIFF" || e.Name == "TIMESTAMPADD") && n == 3 && isUnit(e.Args[0]):
		f.WriteString(e.Args[0].(*Literal).Text + ", ")
		f.list(e.Args[1:])
	case e.Name == "POSITION" && n == 2:
		f.expr(e.Args[0], precAdd)
		f.WriteString(" IN ")
		f.expr(e.Args[1], precAdd)
	case e.Name == "TRIM" && n == 2:
		f.WriteString("BOTH ")
		f.expr(e.Args[1], precAdd)
		f.WriteString(" FROM ")
		f.expr(e.Args[0], precAdd)
	default:
		f.list(e.Args)
	}
}

// endsInInterval reports whether the last word of e's text may be the unit of an interval.
func endsInInterval(e Expr) bool {
	switch e := e.(type) {
	case *Interval:
		return true
	case *Unary:
		return endsInInterval(e.X)
	case *Binary:
		return endsInInterval(e.R)
	case *DistinctFrom:
		return endsInInterval(e.R)
	case *Between:
		return endsInInterval(e.Hi)
	case *Like:
		return endsInInterval(e.Pattern) || e.Escape != nil && endsInInterval(e.Escape)
	default:
		return false
	}
}

func isUnit(e Expr) bool {
	l, ok := e.(*Literal)
	return ok && l.Kind == LitString && slices.Contains(timeUnits(), l.Text)
}
