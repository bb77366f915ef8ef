package sqltext

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// builder makes the tree of ast.go from the parser's. After a syntax error any part of the parser's tree may be missing: what
// is missing becomes Bad.
type builder struct {
	src   *source
	diags diag.List
	// broken is set after a syntax error: then the tree is partly a guess, and complaints about it are kept back.
	broken bool
	// failed is set when a tree that follows the grammar was found wrong, reported or not.
	failed bool
	// script is set for a text of statements, whose expressions may hold queries.
	script bool
	// hints holds the hints by the start of the token that each stands behind.
	hints map[int][]antlr.Token
}

// errorf reports what is wrong with a tree that follows the grammar.
func (b *builder) errorf(code diag.Code, at diag.Span, format string, args ...any) *diag.Diagnostic {
	b.failed = true
	if b.broken {
		return &diag.Diagnostic{}
	}
	return b.reportf(code, at, format, args...)
}

// reportf reports unless there are enough reports already.
func (b *builder) reportf(code diag.Code, at diag.Span, format string, args ...any) *diag.Diagnostic {
	if len(b.diags) >= maxReports {
		return &diag.Diagnostic{}
	}
	return b.diags.Errorf(code, at, format, args...)
}

func (b *builder) finish() diag.List {
	b.diags.Sort()
	return b.diags
}

func (b *builder) at(c antlr.ParserRuleContext) Place { return Place{At: b.src.rule(c)} }

// everything is a Bad in place of the whole text.
func (b *builder) everything() Expr { return &Bad{Place{At: b.src.span(0, b.src.size-1)}} }

func (b *builder) bad(c antlr.ParserRuleContext) Expr {
	if c == nil {
		return &Bad{}
	}
	return &Bad{b.at(c)}
}

func (b *builder) expr(c parser.IExpressionContext) Expr {
	switch c := c.(type) {
	case nil:
		return &Bad{}
	case *parser.ValueExpressionContext:
		return b.value(c.Value())
	case *parser.PredicateExpressionContext:
		return b.predicate(c)
	case *parser.ComparisonContext:
		return b.comparison(c)
	case *parser.IsTestContext:
		return b.isTest(c)
	case *parser.NegationContext:
		return &Unary{b.at(c), Not, b.expr(c.Expression())}
	case *parser.ConjunctionContext:
		return &Binary{b.at(c), And, b.expr(c.Expression(0)), b.expr(c.Expression(1))}
	case *parser.DisjunctionContext:
		return &Binary{b.at(c), Or, b.expr(c.Expression(0)), b.expr(c.Expression(1))}
	default:
		return b.bad(c)
	}
}

func (b *builder) exprs(cs []parser.IExpressionContext) []Expr {
	out := make([]Expr, len(cs))
	for i, c := range cs {
		out[i] = b.expr(c)
	}
	return out
}

func (b *builder) predicate(c *parser.PredicateExpressionContext) Expr {
	at, x, not := b.at(c), b.expr(c.Expression()), c.NOT() != nil
	switch p := c.Predicate().(type) {
	case *parser.BetweenContext:
		return &Between{at, not, x, b.value(p.GetLo()), b.value(p.GetHi())}
	case *parser.InContext:
		if p.Query() == nil {
			return &In{at, not, x, b.exprs(p.AllExpression())}
		}
		in := &InQuery{Place: at, Not: not, X: []Expr{x}, Query: b.query(p.Query())}
		if row, ok := x.(*RowValue); ok {
			in.X = row.Items
		}
		return in
	case *parser.LikeContext:
		like := &Like{Place: at, Not: not, X: x, Pattern: b.value(p.GetPattern())}
		if p.GetEscape() != nil {
			like.Escape = b.value(p.GetEscape())
		}
		return like
	default:
		return &Bad{at}
	}
}

func (b *builder) comparison(c *parser.ComparisonContext) Expr {
	at, l, r := b.at(c), b.expr(c.Expression(0)), b.expr(c.Expression(1))
	o, ok := c.ComparisonOperator().(*parser.ComparisonOperatorContext)
	switch {
	case !ok:
		return &Bad{at}
	case o.DISTINCT() != nil:
		return &DistinctFrom{at, o.NOT() != nil, l, r}
	case o.EQ() != nil:
		return &Binary{at, Eq, l, r}
	case o.NE() != nil:
		return &Binary{at, Ne, l, r}
	case o.LT() != nil:
		return &Binary{at, Lt, l, r}
	case o.LE() != nil:
		return &Binary{at, Le, l, r}
	case o.GT() != nil:
		return &Binary{at, Gt, l, r}
	case o.GE() != nil:
		return &Binary{at, Ge, l, r}
	default:
		return &Bad{at}
	}
}

func (b *builder) isTest(c *parser.IsTestContext) Expr {
	t := &IsTest{Place: b.at(c), X: b.expr(c.Expression()), Not: c.NOT() != nil}
	truth, ok := c.Truth().(*parser.TruthContext)
	switch {
	case !ok:
		return &Bad{t.Place}
	case truth.TRUE() != nil:
		t.Test = TestTrue
	case truth.FALSE() != nil:
		t.Test = TestFalse
	case truth.UNKNOWN() != nil:
		t.Test = TestUnknown
	case truth.NULL() == nil:
		return &Bad{t.Place}
	}
	return t
}

func (b *builder) value(c parser.IValueContext) Expr {
	switch c := c.(type) {
	case nil:
		return &Bad{}
	case *parser.PrimaryValueContext:
		return b.primary(c.Primary())
	case *parser.SignedContext:
		op := Plus
		if c.MINUS() != nil {
			op = Neg
		}
		return &Unary{b.at(c), op, b.value(c.Value())}
	case *parser.ArithmeticContext:
		return &Binary{b.at(c), arithmetic(c.GetOp()), b.value(c.Value(0)), b.value(c.Value(1))}
	default:
		return b.bad(c)
	}
}

func arithmetic(op antlr.Token) BinaryOp {
	switch op.GetTokenType() {
	case parser.MillraceSQLParserSTAR:
		return Mul
	case parser.MillraceSQLParserSLASH:
		return Div
	case parser.MillraceSQLParserPERCENT:
		return Mod
	case parser.MillraceSQLParserCONCAT:
		return Concat
	case parser.MillraceSQLParserMINUS:
		return Sub
	default:
		return Add
	}
}

func (b *builder) primary(c parser.IPrimaryContext) Expr {
	switch c := c.(type) {
	case nil:
		return &Bad{}
	case *parser.ParenthesesContext:
		if len(c.AllExpression()) == 1 {
			return b.expr(c.Expression(0))
		}
		return b.row(c)
	case *parser.ScalarQueryContext:
		return &ScalarQuery{b.at(c), b.query(c.Query())}
	case *parser.ExistsContext:
		return &Exists{b.at(c), b.query(c.Query())}
	case *parser.ColumnContext:
		return &Name{b.at(c), []NamePart{b.name(c.Identifier())}}
	case *parser.MemberContext:
		return b.member(c)
	case *parser.IndexContext:
		return &Index{b.at(c), b.primary(c.Primary()), b.expr(c.Expression())}
	case *parser.CallPrimaryContext:
		return b.call(c.Call())
	case *parser.ConstantPrimaryContext:
		return b.constant(c.Constant())
	case *parser.ParamContext:
		if c.PARAM() == nil {
			return b.bad(c)
		}
		return &Param{b.at(c), c.PARAM().GetText()[1:]}
	case *parser.CaseContext:
		return b.caseOf(c)
	case *parser.CastContext:
		return &Cast{b.at(c), b.expr(c.Expression()), c.TRY_CAST() != nil, b.typeName(c.DataType())}
	default:
		return b.bad(c)
	}
}

// row is (a, b). Expressions of components know no such values.
func (b *builder) row(c *parser.ParenthesesContext) Expr {
	if !b.script {
		b.errorf(CodeSyntax, b.src.rule(c), "a list in brackets is no expression").Fix = "Lists stand behind IN and in calls."
		return b.bad(c)
	}
	return &RowValue{b.at(c), b.exprs(c.AllExpression())}
}

// member joins a.b.c into one Name. (a.b).c stays a Field: the brackets say that a.b is a value.
func (b *builder) member(c *parser.MemberContext) Expr {
	if c.STAR() != nil {
		b.errorf(CodeSyntax, b.src.rule(c), "a star stands only in a select list, alone").Fix = "Name the columns."
		return b.bad(c)
	}
	x, part := b.primary(c.Primary()), b.name(c.Identifier())
	switch c.Primary().(type) {
	case *parser.ColumnContext, *parser.MemberContext:
		if n, ok := x.(*Name); ok {
			return &Name{b.at(c), append(n.Parts, part)}
		}
	}
	return &Field{b.at(c), x, part}
}

func (b *builder) name(c parser.IIdentifierContext) NamePart {
	i, ok := c.(*parser.IdentifierContext)
	if !ok || i.GetStart() == nil || i.GetStop() == nil {
		return NamePart{}
	}
	return b.namePart(i.GetStart())
}

func (b *builder) namePart(t antlr.Token) NamePart {
	part := NamePart{Text: t.GetText(), At: b.src.token(t)}
	if t.GetTokenType() == parser.MillraceSQLParserQUOTED_IDENTIFIER {
		part.Text = unquote(part.Text)
	}
	return part
}

func (b *builder) caseOf(c *parser.CaseContext) Expr {
	out := &Case{Place: b.at(c)}
	if c.GetOperand() != nil {
		out.Operand = b.expr(c.GetOperand())
	}
	for _, w := range c.AllWhen() {
		if w, ok := w.(*parser.WhenContext); ok {
			out.Whens = append(out.Whens, When{b.expr(w.GetCondition()), b.expr(w.GetResult())})
		}
	}
	if c.GetOtherwise() != nil {
		out.Else = b.expr(c.GetOtherwise())
	}
	return out
}

func (b *builder) call(c parser.ICallContext) Expr {
	switch c := c.(type) {
	case nil:
		return &Bad{}
	case *parser.PlainCallContext:
		return b.plainCall(c)
	case *parser.TrimContext:
		return b.trim(c)
	case *parser.PositionContext:
		return b.named(c, "POSITION", b.value(c.Value(0)), b.value(c.Value(1)))
	case *parser.CollectionContext:
		name := "ARRAY"
		if c.MAP_OF() != nil {
			name = "MAP"
		}
		return b.named(c, name, b.exprs(c.AllExpression())...)
	case *parser.BareCallContext:
		return b.named(c, strings.ToUpper(c.GetStart().GetText()))
	default:
		return b.bad(c)
	}
}

// named is a call whose first token is its name.
func (b *builder) named(c antlr.ParserRuleContext, name string, args ...Expr) *Call {
	return &Call{Place: b.at(c), Name: name, NameAt: b.src.token(c.GetStart()), Args: args}
}
