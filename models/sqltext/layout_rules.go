package sqltext

import (
	"slices"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/sqltext/parser"
)

// node makes a document of any part of the parser's tree. What has no layout of its own is written with spaces between, and may be
// wrapped behind commas.
func (l *layout) node(t antlr.Tree) document {
	if leaf, ok := t.(antlr.TerminalNode); ok {
		return l.leaf(leaf)
	}
	outer, above := l.rule, l.above
	l.rule, l.above = t, outer
	out := l.written(t)
	l.rule, l.above = outer, above
	return out
}

// written is node for what is no leaf.
func (l *layout) written(t antlr.Tree) document {
	children := slices.DeleteFunc(slices.Clone(t.GetChildren()), empty)
	switch c := t.(type) {
	case *parser.QueryContext:
		return l.lines(children, l.clause())
	case *parser.WithClauseContext:
		return l.separated(children, func(prev, _ antlr.Tree) document {
			if isComma(prev) {
				return l.clause()
			}
			return text(" ")
		})
	case *parser.QueryBodyContext, *parser.QueryTermContext:
		return l.separated(children, func(prev, next antlr.Tree) document {
			if _, all := next.(*parser.QuantifierContext); all {
				return text(" ")
			}
			return l.clause()
		})
	case *parser.SelectContext:
		return l.selectBlock(children)
	case *parser.FromClauseContext:
		if len(children) == 2 {
			return l.inline(children)
		}
		return l.listed(children, 1)
	case *parser.TableReferenceContext:
		return l.lines(children, l.clause())
	case *parser.ConditionJoinContext:
		return l.conditionJoin(c, children)
	case *parser.GroupByContext, *parser.OrderByContext:
		return l.listed(children, 2)
	case *parser.WindowClauseContext, *parser.ValuesContext:
		return l.listed(children, 1)
	case *parser.CommonTableContext:
		return l.commonTable(children)
	case *parser.InsertContext, *parser.CreateViewContext, *parser.ExplainContext:
		return l.beforeQuery(children)
	case *parser.CreateTableContext, *parser.OptionsContext:
		return l.definition(children)
	case *parser.ConjunctionContext, *parser.DisjunctionContext, *parser.ArithmeticContext:
		return l.chain(t)
	case *parser.CaseContext:
		return l.caseOf(children)
	case *parser.WindowTableContext:
		// TABLE( f( ... ) ): the inner brackets are those that may be broken.
		last := len(children) - 1
		if _, ok := children[last].(*parser.TableAliasContext); ok {
			last--
		}
		inner := l.bracketed(children[2:last], l.inline)
		return concat(l.inline(children[:2]), inner, l.rest(children[last-1], children[last:]))
	case *parser.WindowSpecContext:
		return l.bracketed(children, func(inner []antlr.Tree) document {
			return l.separated(inner, func(prev, next antlr.Tree) document {
				if _, partition := prev.(antlr.TerminalNode); partition && !isComma(prev) {
					return text(" ")
				}
				return line()
			})
		})
	case *parser.PlainCallContext, *parser.TrimContext, *parser.PositionContext, *parser.CollectionContext, *parser.CastContext,
		*parser.ParenthesesContext, *parser.ScalarQueryContext, *parser.ExistsContext, *parser.InContext,
		*parser.DerivedTableContext, *parser.NestedQueryContext, *parser.UnnestContext, *parser.ColumnListContext, *parser.NestedTableContext,
		*parser.FilterContext, *parser.TableFunctionContext, *parser.GroupingSetsContext, *parser.RowTypeContext, *parser.SimpleTypeContext,
		*parser.UnitContext, *parser.WindowInputContext:
		return l.bracketed(children, l.inline)
	case *parser.ArrayTypeContext, *parser.MapTypeContext:
		return group(l.inline(children))
	default:
		return l.inline(children)
	}
}

// empty reports whether a rule matched no token.
func empty(t antlr.Tree) bool {
	_, leaf := t.(antlr.TerminalNode)
	return !leaf && t.GetChildCount() == 0
}

func isComma(t antlr.Tree) bool { return terminal(t) == parser.MillraceSQLLexerCOMMA }

// terminal returns a leaf's token type, 0 for what is none.
func terminal(t antlr.Tree) int {
	if n, ok := t.(antlr.TerminalNode); ok {
		return n.GetSymbol().GetTokenType()
	}
	return 0
}

func firstToken(t antlr.Tree) antlr.Token {
	if n, ok := t.(antlr.TerminalNode); ok {
		return n.GetSymbol()
	}
	return t.(antlr.ParserRuleContext).GetStart()
}

// clause is what stands between the clauses of the query at hand.
func (l *layout) clause() document {
	if l.hard {
		return hard()
	}
	return line()
}

// separated writes children with what between says between them; nothing stands before a comma.
func (l *layout) separated(children []antlr.Tree, between func(prev, next antlr.Tree) document) document {
	var out []document
	for i, c := range children {
		if i > 0 {
			sep := text("")
			if firstToken(c).GetTokenType() != parser.MillraceSQLLexerCOMMA {
				sep = between(children[i-1], c)
			}
			out = append(out, l.gap(sep, firstToken(c)))
		}
		out = append(out, l.node(c))
	}
	return concat(out...)
}

func (l *layout) lines(children []antlr.Tree, sep document) document {
	return l.separated(children, func(_, _ antlr.Tree) document { return sep })
}

// inline writes children on one line but for breaks behind commas.
func (l *layout) inline(children []antlr.Tree) document {
	return l.separated(children, l.usual)
}

// usual is the usual space between two parts: none around dots and within brackets, a possible break behind a comma.
func (l *layout) usual(prev, next antlr.Tree) document {
	if isComma(prev) {
		return line()
	}
	if l.touches(prev, next) {
		return text("")
	}
	return text(" ")
}

func (l *layout) touches(prev, next antlr.Tree) bool {
	switch terminal(next) {
	case parser.MillraceSQLLexerRPAREN, parser.MillraceSQLLexerRBRACKET, parser.MillraceSQLLexerDOT, parser.MillraceSQLLexerLBRACKET:
		return true
	case parser.MillraceSQLLexerLPAREN, parser.MillraceSQLLexerLPAREN_QUERY:
		return callLike(l.rule)
	case parser.MillraceSQLLexerLT, parser.MillraceSQLLexerGT:
		return inType(l.rule)
	}
	switch terminal(prev) {
	case parser.MillraceSQLLexerLPAREN, parser.MillraceSQLLexerLPAREN_QUERY, parser.MillraceSQLLexerLBRACKET, parser.MillraceSQLLexerDOT:
		return true
	case parser.MillraceSQLLexerLT, parser.MillraceSQLLexerGT:
		return inType(l.rule)
	case parser.MillraceSQLLexerPLUS, parser.MillraceSQLLexerMINUS:
		switch l.rule.(type) {
		case *parser.SignedContext:
			kind := firstToken(next).GetTokenType() // two signs must not touch: -- begins a comment
			return kind != parser.MillraceSQLLexerPLUS && kind != parser.MillraceSQLLexerMINUS
		case *parser.IntervalContext:
			return true
		}
	}
	if _, ok := next.(*parser.ColumnListContext); ok {
		_, descriptor := l.rule.(*parser.DescriptorContext)
		return descriptor
	}
	return false
}

// callLike reports whether a '(' of a rule stands close behind what is before it.
func callLike(rule antlr.Tree) bool {
	switch rule.(type) {
	case *parser.PlainCallContext, *parser.TrimContext, *parser.PositionContext, *parser.CastContext, *parser.SimpleTypeContext,
		*parser.RowTypeContext, *parser.WindowTableContext, *parser.TableFunctionContext, *parser.UnnestContext, *parser.UnitContext:
		return true
	}
	return false
}

func inType(rule antlr.Tree) bool {
	switch rule.(type) {
	case *parser.ArrayTypeContext, *parser.MapTypeContext, *parser.RowTypeContext:
		return true
	}
	return false
}

// rest writes what follows a part, if anything.
func (l *layout) rest(prev antlr.Tree, rest []antlr.Tree) document {
	if len(rest) == 0 {
		return concat()
	}
	return concat(l.gap(l.usual(prev, rest[0]), firstToken(rest[0])), l.inline(rest))
}

// bracketed writes a pair of brackets, the first in children, whose inside moves to lines of its own when it is too long.
func (l *layout) bracketed(children []antlr.Tree, write func([]antlr.Tree) document) document {
	begin, end := -1, -1
	for i, c := range children {
		switch terminal(c) {
		case parser.MillraceSQLLexerLPAREN, parser.MillraceSQLLexerLPAREN_QUERY, parser.MillraceSQLLexerLBRACKET:
			if begin < 0 {
				begin = i
			}
		case parser.MillraceSQLLexerRPAREN, parser.MillraceSQLLexerRBRACKET:
			if end < 0 && begin >= 0 {
				end = i
			}
		}
	}
	if begin < 0 || end == begin+1 {
		return l.inline(children)
	}
	outer := l.hard
	l.hard = false
	inner := children[begin+1 : end]
	body := group(
		l.inline(children[:begin+1]),
		nest(l.gap(soft(), firstToken(inner[0])), write(inner)),
		l.gap(soft(), firstToken(children[end])), l.node(children[end]))
	l.hard = outer
	return concat(body, l.rest(children[end], children[end+1:]))
}

// listed writes n words and then a list, on lines of its own when it is too long.
func (l *layout) listed(children []antlr.Tree, n int) document {
	return concat(l.inline(children[:n]), group(nest(l.gap(line(), firstToken(children[n])), l.inline(children[n:]))))
}

func (l *layout) selectBlock(children []antlr.Tree) document {
	head, items := 1, 1
	if _, ok := children[1].(*parser.QuantifierContext); ok {
		head, items = 2, 2
	}
	for items < len(children) {
		if _, ok := children[items].(parser.ISelectItemContext); !ok && !isComma(children[items]) {
			break
		}
		items++
	}
	out := l.listed(children[:items], head)
	if items == len(children) {
		return out
	}
	return concat(out, l.gap(l.clause(), firstToken(children[items])), l.lines(children[items:], l.clause()))
}

// conditionJoin puts ON on a line of its own when it is too long.
func (l *layout) conditionJoin(c *parser.ConditionJoinContext, children []antlr.Tree) document {
	if c.ON() == nil {
		return l.inline(children)
	}
	n := len(children) - 2
	return concat(l.inline(children[:n]), group(nest(l.gap(line(), firstToken(children[n])), l.inline(children[n:]))))
}

// commonTable is name AS (query), the query always on lines of its own.
func (l *layout) commonTable(children []antlr.Tree) document {
	last := len(children) - 1
	sep := soft()
	if l.hard {
		sep = hard()
	}
	return group(l.inline(children[:last-1]), nest(l.gap(sep, firstToken(children[last-1])), l.node(children[last-1])),
		l.gap(sep, firstToken(children[last])), l.node(children[last]))
}

// beforeQuery writes a statement whose last part, a query or an insert, begins a line.
func (l *layout) beforeQuery(children []antlr.Tree) document {
	last := len(children) - 1
	return concat(group(l.inline(children[:last])), hard(), l.node(children[last]))
}

// definition writes a list in brackets with each element on a line.
func (l *layout) definition(children []antlr.Tree) document {
	begin, end := -1, -1
	for i, c := range children {
		switch terminal(c) {
		case parser.MillraceSQLLexerLPAREN:
			begin = i
		case parser.MillraceSQLLexerRPAREN:
			end = i
		}
	}
	if begin < 0 {
		return l.inline(children)
	}
	elements := l.separated(children[begin+1:end], func(_, _ antlr.Tree) document { return hard() })
	return concat(l.inline(children[:begin+1]), nest(hard(), elements), hard(), l.node(children[end]), l.rest(children[end], children[end+1:]))
}

// chain writes a op b op c, each operator at the beginning of a line when it is too long. The parser's tree leans to the left.
func (l *layout) chain(t antlr.Tree) document {
	var spine []antlr.Tree
	for sameRule(t, spine) {
		spine = append(spine, t)
		t = inside(t.GetChildren()[0])
	}
	var rest []document
	for i := len(spine) - 1; i >= 0; i-- {
		op, right := spine[i].GetChildren()[1], spine[i].GetChildren()[2]
		rest = append(rest, l.gap(line(), firstToken(op)), l.node(op), l.gap(text(" "), firstToken(right)), l.node(right))
	}
	return group(l.node(spine[len(spine)-1].GetChildren()[0]), nest(rest...))
}

// inside skips rules of a single part.
func inside(t antlr.Tree) antlr.Tree {
	if v, ok := t.(*parser.ValueExpressionContext); ok {
		return v.Value()
	}
	return t
}

func sameRule(t antlr.Tree, spine []antlr.Tree) bool {
	if len(spine) == 0 {
		return true
	}
	switch spine[0].(type) {
	case *parser.ConjunctionContext:
		_, ok := t.(*parser.ConjunctionContext)
		return ok
	case *parser.DisjunctionContext:
		_, ok := t.(*parser.DisjunctionContext)
		return ok
	default:
		_, ok := t.(*parser.ArithmeticContext)
		return ok
	}
}

// caseOf writes CASE with each branch on a line when it is too long.
func (l *layout) caseOf(children []antlr.Tree) document {
	last := len(children) - 1
	head := 1
	if _, ok := children[1].(*parser.WhenContext); !ok {
		head = 2
	}
	var branches []document
	for i := head; i < last; i++ {
		branches = append(branches, l.gap(line(), firstToken(children[i])), l.node(children[i]))
		if terminal(children[i]) == parser.MillraceSQLLexerELSE {
			i++
			branches = append(branches, l.gap(text(" "), firstToken(children[i])), l.node(children[i]))
		}
	}
	return group(l.inline(children[:head]), nest(branches...), l.gap(line(), firstToken(children[last])), l.node(children[last]))
}
