package sqltext

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

func (b *builder) query(c parser.IQueryContext) *Query {
	ctx, ok := c.(*parser.QueryContext)
	if !ok {
		return &Query{Body: &BadQuery{}}
	}
	q := &Query{Place: b.at(ctx), Body: b.queryBody(ctx.QueryBody())}
	if with, ok := ctx.WithClause().(*parser.WithClauseContext); ok {
		for _, t := range with.AllCommonTable() {
			if t, ok := t.(*parser.CommonTableContext); ok {
				q.With = append(q.With, CTE{b.at(t), b.name(t.Identifier()), b.columnList(t.ColumnList()), b.query(t.Query())})
			}
		}
	}
	q.OrderBy = b.orderBy(ctx.OrderBy())
	if l, ok := ctx.LimitClause().(*parser.LimitClauseContext); ok && l.ALL() == nil {
		q.Limit = b.rowCount(l.RowCount())
	}
	if o, ok := ctx.OffsetClause().(*parser.OffsetClauseContext); ok {
		q.Offset = b.rowCount(o.RowCount())
	}
	if f, ok := ctx.FetchClause().(*parser.FetchClauseContext); ok {
		b.fetch(q, f, ctx.LimitClause() != nil)
	}
	return q
}

func (b *builder) fetch(q *Query, f *parser.FetchClauseContext, limited bool) {
	if limited {
		b.errorf(CodeDuplicate, b.src.rule(f), "LIMIT and FETCH say the same thing").Fix = "Keep one of them."
	}
	q.Limit = &Literal{b.at(f), LitInt, "1"}
	if f.RowCount() != nil {
		q.Limit = b.rowCount(f.RowCount())
	}
}

func (b *builder) rowCount(c parser.IRowCountContext) Expr {
	r, ok := c.(*parser.RowCountContext)
	switch {
	case ok && r.INTEGER() != nil:
		return &Literal{b.at(r), LitInt, r.INTEGER().GetText()}
	case ok && r.PARAM() != nil:
		return &Param{b.at(r), r.PARAM().GetText()[1:]}
	default:
		return &Bad{}
	}
}

func (b *builder) queryBody(c parser.IQueryBodyContext) QueryBody {
	ctx, ok := c.(*parser.QueryBodyContext)
	if !ok {
		return &BadQuery{}
	}
	return b.operations(ctx.GetChildren(), func(t antlr.Tree) QueryBody {
		term, ok := t.(*parser.QueryTermContext)
		if !ok {
			return nil
		}
		return b.operations(term.GetChildren(), func(t antlr.Tree) QueryBody {
			if p, ok := t.(parser.IQueryPrimaryContext); ok {
				return b.queryPrimary(p)
			}
			return nil
		})
	})
}

// operations joins the operands among a rule's children by the operators between them, from the left.
func (b *builder) operations(children []antlr.Tree, operand func(antlr.Tree) QueryBody) QueryBody {
	var left QueryBody
	op, all := "", false
	for _, child := range children {
		switch child := child.(type) {
		case antlr.TerminalNode:
			op, all = strings.ToUpper(child.GetText()), false
		case *parser.QuantifierContext:
			all = child.ALL() != nil
		default:
			right := operand(child)
			if right == nil {
				continue
			}
			if left != nil {
				at := Place{diag.Span{Start: left.Span().Start, End: right.Span().End}}
				right = &SetOperation{at, op, all, left, right}
			}
			left = right
		}
	}
	if left == nil {
		return &BadQuery{}
	}
	return left
}

func (b *builder) queryPrimary(c parser.IQueryPrimaryContext) QueryBody {
	switch c := c.(type) {
	case *parser.SelectQueryContext:
		return b.selectBlock(c.Select_())
	case *parser.ValuesContext:
		v := &Values{Place: b.at(c)}
		for _, e := range c.AllExpression() {
			v.Rows = append(v.Rows, b.valuesRow(e))
		}
		return v
	case *parser.NestedQueryContext:
		return &NestedQuery{b.at(c), b.query(c.Query())}
	default:
		return &BadQuery{}
	}
}

// valuesRow is (a, b), ROW(a, b), or a value alone.
func (b *builder) valuesRow(e parser.IExpressionContext) []Expr {
	if inner := bracketed(e); inner != nil {
		return b.exprs(inner)
	}
	x := b.expr(e)
	if row, ok := x.(*RowValue); ok {
		return row.Items
	}
	return []Expr{x}
}

// bracketed returns what stands in the brackets that an expression consists of, nil when it is no such list.
func bracketed(e parser.IExpressionContext) []parser.IExpressionContext {
	p, ok := primaryOf(e).(*parser.ParenthesesContext)
	if !ok {
		return nil
	}
	return p.AllExpression()
}

// primaryOf returns the primary that an expression consists of, nil when there is more to it.
func primaryOf(e parser.IExpressionContext) parser.IPrimaryContext {
	v, ok := e.(*parser.ValueExpressionContext)
	if !ok {
		return nil
	}
	p, ok := v.Value().(*parser.PrimaryValueContext)
	if !ok {
		return nil
	}
	return p.Primary()
}

func (b *builder) selectBlock(c parser.ISelectContext) QueryBody {
	ctx, ok := c.(*parser.SelectContext)
	if !ok || ctx.SELECT() == nil {
		return &BadQuery{}
	}
	s := &Select{Place: b.at(ctx), Hints: b.hintsBehind(ctx.SELECT().GetSymbol())}
	if q, ok := ctx.Quantifier().(*parser.QuantifierContext); ok {
		s.Distinct = q.DISTINCT() != nil
	}
	for _, i := range ctx.AllSelectItem() {
		s.Items = append(s.Items, b.selectItem(i))
	}
	if f, ok := ctx.FromClause().(*parser.FromClauseContext); ok {
		for _, t := range f.AllTableReference() {
			s.From = append(s.From, b.tableReference(t))
		}
	}
	if w, ok := ctx.WhereClause().(*parser.WhereClauseContext); ok {
		s.Where = b.expr(w.Expression())
	}
	if g, ok := ctx.GroupBy().(*parser.GroupByContext); ok {
		for _, i := range g.AllGroupItem() {
			s.GroupBy = append(s.GroupBy, b.groupItems(i)...)
		}
	}
	if h, ok := ctx.HavingClause().(*parser.HavingClauseContext); ok {
		s.Having = b.expr(h.Expression())
	}
	if w, ok := ctx.WindowClause().(*parser.WindowClauseContext); ok {
		for _, n := range w.AllNamedWindow() {
			if n, ok := n.(*parser.NamedWindowContext); ok {
				s.Windows = append(s.Windows, NamedWindow{b.name(n.Identifier()), b.windowSpec(n.WindowSpec())})
			}
		}
	}
	return s
}

func (b *builder) selectItem(c parser.ISelectItemContext) SelectItem {
	switch c := c.(type) {
	case *parser.SelectStarContext:
		return SelectItem{Place: b.at(c), Expr: &Star{b.at(c)}}
	case *parser.SelectExpressionContext:
		item := SelectItem{Place: b.at(c)}
		if c.GetAlias() != nil {
			item.Alias = b.name(c.GetAlias())
		}
		star, ok := primaryOf(c.Expression()).(*parser.MemberContext)
		if !ok || star.STAR() == nil || !b.script {
			item.Expr = b.expr(c.Expression())
			return item
		}
		item.Expr = &Star{b.at(star)}
		if n, ok := b.primary(star.Primary()).(*Name); ok {
			item.Qualifier = n.Parts
		} else {
			b.errorf(CodeSyntax, b.src.rule(star), "a star stands behind the name of a table only").Fix = "Name the fields."
		}
		if item.Alias.Text != "" {
			b.errorf(CodeSyntax, item.Alias.At, "a star stands for several columns and cannot have a name").Fix = "List the columns, each with its name."
		}
		return item
	default:
		return SelectItem{Expr: &Bad{}}
	}
}

// groupItems takes the brackets off (a, b): grouping by a list and by what is in it are the same.
func (b *builder) groupItems(c parser.IGroupItemContext) []GroupItem {
	switch c := c.(type) {
	case *parser.GroupingSetsContext:
		return []GroupItem{{Place: b.at(c), Sets: "GROUPING SETS"}}
	case *parser.GroupNothingContext:
		return []GroupItem{{Place: b.at(c), Expr: &RowValue{Place: b.at(c)}}}
	case *parser.GroupExpressionContext:
		var out []GroupItem
		inner := bracketed(c.Expression())
		if inner == nil {
			inner = []parser.IExpressionContext{c.Expression()}
		}
		for _, e := range inner {
			x := b.expr(e)
			item := GroupItem{Place: Place{x.Span()}, Expr: x}
			if call, ok := x.(*Call); ok && (call.Name == "CUBE" || call.Name == "ROLLUP") {
				item = GroupItem{Place: item.Place, Sets: call.Name}
			}
			out = append(out, item)
		}
		return out
	default:
		return []GroupItem{{Expr: &Bad{}}}
	}
}

func (b *builder) orderBy(c parser.IOrderByContext) []SortItem {
	o, ok := c.(*parser.OrderByContext)
	if !ok {
		return nil
	}
	var out []SortItem
	for _, i := range o.AllSortItem() {
		i, ok := i.(*parser.SortItemContext)
		if !ok {
			continue
		}
		item := SortItem{Place: b.at(i), Expr: b.expr(i.Expression()), Desc: i.DESC() != nil}
		switch {
		case i.FIRST() != nil:
			item.Nulls = "FIRST"
		case i.LAST() != nil:
			item.Nulls = "LAST"
		}
		out = append(out, item)
	}
	return out
}

func (b *builder) over(c *parser.OverContext) *WindowSpec {
	if c.WindowSpec() != nil {
		return b.windowSpec(c.WindowSpec())
	}
	name := b.name(c.Identifier())
	return &WindowSpec{Place: Place{name.At}, Name: name}
}

func (b *builder) windowSpec(c parser.IWindowSpecContext) *WindowSpec {
	ctx, ok := c.(*parser.WindowSpecContext)
	if !ok {
		return &WindowSpec{}
	}
	w := &WindowSpec{Place: b.at(ctx), OrderBy: b.orderBy(ctx.OrderBy())}
	if ctx.GetName() != nil {
		w.Name = b.name(ctx.GetName())
	}
	if es := ctx.AllExpression(); len(es) > 0 {
		w.PartitionBy = b.exprs(es)
	}
	if f, ok := ctx.Frame().(*parser.FrameContext); ok {
		w.Frame = &Frame{Place: b.at(f), Rows: f.ROWS() != nil, To: FrameBound{Kind: "CURRENT ROW"}}
		bounds := f.AllFrameBound()
		if len(bounds) > 0 {
			w.Frame.From = b.frameBound(bounds[0])
		}
		if len(bounds) > 1 {
			w.Frame.To = b.frameBound(bounds[1])
		}
	}
	return w
}

func (b *builder) frameBound(c parser.IFrameBoundContext) FrameBound {
	ctx, ok := c.(*parser.FrameBoundContext)
	if !ok {
		return FrameBound{}
	}
	if ctx.CURRENT() != nil {
		return FrameBound{Kind: "CURRENT ROW"}
	}
	out := FrameBound{Kind: "FOLLOWING"}
	if ctx.PRECEDING() != nil {
		out.Kind = "PRECEDING"
	}
	switch {
	case ctx.UNBOUNDED() != nil:
		out.Kind = "UNBOUNDED " + out.Kind
	case ctx.PARAM() != nil:
		out.Distance = &Param{Place{b.src.token(ctx.PARAM().GetSymbol())}, ctx.PARAM().GetText()[1:]}
	default:
		out.Distance = b.constant(ctx.Constant())
	}
	return out
}

func (b *builder) columnList(c parser.IColumnListContext) []NamePart {
	l, ok := c.(*parser.ColumnListContext)
	if !ok {
		return nil
	}
	var out []NamePart
	for _, i := range l.AllIdentifier() {
		out = append(out, b.name(i))
	}
	return out
}

func (b *builder) tableName(c parser.ITableNameContext) Ident {
	t, ok := c.(*parser.TableNameContext)
	if !ok {
		return nil
	}
	var out Ident
	for _, i := range t.AllIdentifier() {
		out = append(out, b.name(i))
	}
	return out
}
