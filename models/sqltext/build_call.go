package sqltext

import (
	"slices"
	"strings"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

func (b *builder) plainCall(c *parser.PlainCallContext) Expr {
	if c.FunctionName() == nil || c.FunctionName().GetStart() == nil {
		return b.bad(c)
	}
	call := b.named(c, strings.ToUpper(c.FunctionName().GetStart().GetText()))
	if a, ok := c.Arguments().(*parser.ArgumentsContext); ok {
		b.arguments(call, a)
	}
	if f, ok := c.Filter().(*parser.FilterContext); ok {
		call.Filter = b.expr(f.Expression())
	}
	if o, ok := c.Over().(*parser.OverContext); ok {
		if !b.script {
			b.errorf(CodeSyntax, b.src.rule(o), "a window function cannot stand in an expression").Fix = "Number rows in a node of its own."
		}
		call.Over = b.over(o)
	}
	if b.script && call.Name == "ROW" && !call.Distinct && !call.Star && call.Filter == nil && call.Over == nil {
		return &RowValue{call.Place, call.Args}
	}
	// TIMESTAMPDIFF(DAY, a, b): the unit is a word, not a column.
	if (call.Name == "TIMESTAMPDIFF" || call.Name == "TIMESTAMPADD") && len(call.Args) == 3 {
		call.Args[0] = b.unitArgument(call.Args[0])
	}
	return call
}

func (b *builder) arguments(call *Call, a *parser.ArgumentsContext) {
	if a.STAR() != nil {
		call.Star = true
		return
	}
	call.Distinct = a.DISTINCT() != nil
	call.Args = []Expr{b.expr(a.Expression())}
	tail, ok := a.ArgumentsTail().(*parser.ArgumentsTailContext)
	if !ok {
		return
	}
	rest := b.exprs(tail.AllExpression())
	switch {
	case tail.FROM() != nil && call.Name == "EXTRACT" && len(rest) == 1:
		call.Args[0] = b.unitArgument(call.Args[0])
	case tail.FROM() != nil && call.Name != "SUBSTRING":
		b.errorf(CodeBadArguments, b.src.token(tail.FROM().GetSymbol()), "%s does not take its arguments with FROM", call.Name).Fix =
			"Separate the arguments by commas."
	case tail.TO() != nil:
		unit := b.name(tail.Identifier())
		if call.Name != "CEIL" && call.Name != "CEILING" && call.Name != "FLOOR" {
			b.errorf(CodeBadArguments, b.src.token(tail.TO().GetSymbol()), "%s does not take a unit with TO", call.Name)
		}
		rest = []Expr{b.unitLiteral(unit.Text, unit.At)}
	}
	call.Args = append(call.Args, rest...)
}

// trim gives TRIM([BOTH] [c FROM] s), LTRIM and RTRIM the shape of plain calls: the text, then the characters if given.
func (b *builder) trim(c *parser.TrimContext) Expr {
	call := b.named(c, "TRIM")
	if a, ok := c.TrimArguments().(*parser.TrimArgumentsContext); ok {
		call.Args = b.exprs(a.AllExpression())
		if a.FROM() != nil {
			slices.Reverse(call.Args)
		}
		return call
	}
	switch {
	case c.LEADING() != nil:
		call.Name = "LTRIM"
	case c.TRAILING() != nil:
		call.Name = "RTRIM"
	}
	call.Args = []Expr{b.value(c.GetSource())}
	if c.GetCharacters() != nil {
		call.Args = append(call.Args, b.value(c.GetCharacters()))
	}
	return call
}

// timeUnits are the units of EXTRACT, CEIL, FLOOR, TIMESTAMPADD and TIMESTAMPDIFF. Which function takes which is the
// checker's business.
func timeUnits() []string {
	return []string{"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND",
		"DOW", "DOY", "ISODOW", "ISOYEAR", "EPOCH", "DECADE", "CENTURY", "MILLENNIUM"}
}

// unitArgument turns the word of a unit, which was read as a column, into a string constant.
func (b *builder) unitArgument(x Expr) Expr {
	switch x := x.(type) {
	case *Name:
		if len(x.Parts) == 1 {
			return b.unitLiteral(x.Parts[0].Text, x.At)
		}
	case *Literal:
		if x.Kind == LitString {
			return b.unitLiteral(x.Text, x.At)
		}
	case *Bad:
		return x
	}
	b.errorf(CodeUnknownUnit, x.Span(), "expected a unit of time").Fix = "Units are words, such as DAY or HOUR."
	return x
}

func (b *builder) unitLiteral(text string, at diag.Span) Expr {
	unit := strings.ToUpper(text)
	if text != "" && !slices.Contains(timeUnits(), unit) {
		b.unknownUnit(text, at, timeUnits())
	}
	return &Literal{Place{at}, LitString, unit}
}

func (b *builder) unknownUnit(text string, at diag.Span, known []string) {
	d := b.errorf(CodeUnknownUnit, at, "there is no unit of time '%s' here", brief(text))
	if near := diag.Nearest(text, known); near != "" {
		d.Fix = "Write " + near + "."
	} else {
		d.Fix = "Units are " + list(known) + "."
	}
}

func (b *builder) unit(c parser.IUnitContext) (at diag.Span, text string) {
	u, ok := c.(*parser.UnitContext)
	if !ok {
		return diag.Span{}, ""
	}
	part := b.name(u.Identifier())
	return part.At, part.Text
}
