package sqltext

import (
	"slices"
	"strings"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

func (b *builder) tableReference(c parser.ITableReferenceContext) TableRef {
	ctx, ok := c.(*parser.TableReferenceContext)
	if !ok {
		return &BadTable{}
	}
	left := b.tablePrimary(ctx.TablePrimary())
	for _, j := range ctx.AllJoin() {
		left = b.join(left, j)
	}
	return left
}

func (b *builder) join(left TableRef, c parser.IJoinContext) TableRef {
	j := &Join{Left: left}
	switch c := c.(type) {
	case *parser.CrossJoinContext:
		j.Kind, j.Right = "CROSS", b.tablePrimary(c.TablePrimary())
	case *parser.ConditionJoinContext:
		j.Kind, j.Right, j.Natural = joinKind(c.JoinKind()), b.tablePrimary(c.TablePrimary()), c.NATURAL() != nil
		j.Using = b.columnList(c.ColumnList())
		if c.Expression() != nil {
			j.On = b.expr(c.Expression())
		}
		switch conditioned := j.On != nil || j.Using != nil; {
		case j.Natural && conditioned:
			b.errorf(CodeSyntax, b.src.rule(c), "a natural join takes its condition from the columns' names").Fix = "Remove NATURAL, or the condition."
		case !j.Natural && !conditioned:
			b.errorf(CodeSyntax, b.src.rule(c), "the join has no condition").Fix = "Add ON condition or USING (columns), or write CROSS JOIN."
		}
	default:
		return &BadTable{}
	}
	j.At = diag.Span{Start: left.Span().Start, End: b.src.rule(c).End}
	return j
}

func joinKind(c parser.IJoinKindContext) string {
	k, ok := c.(*parser.JoinKindContext)
	switch {
	case !ok:
		return "INNER"
	case k.SEMI() != nil:
		return "SEMI"
	case k.ANTI() != nil:
		return "ANTI"
	case k.LEFT() != nil:
		return "LEFT"
	case k.RIGHT() != nil:
		return "RIGHT"
	case k.FULL() != nil:
		return "FULL"
	default:
		return "INNER"
	}
}

func (b *builder) tablePrimary(c parser.ITablePrimaryContext) TableRef {
	switch c := c.(type) {
	case *parser.NamedTableContext:
		t := &TableName{Place: b.at(c), Name: b.tableName(c.TableName()), Alias: b.alias(c.TableAlias())}
		if c.TableName() != nil && c.TableName().GetStop() != nil {
			t.Hints = b.hintsBehind(c.TableName().GetStop())
		}
		if s, ok := c.SystemTime().(*parser.SystemTimeContext); ok {
			t.SystemTime = b.value(s.Value())
		}
		return t
	case *parser.DerivedTableContext:
		return &Derived{b.at(c), c.LATERAL() != nil, b.query(c.Query()), b.alias(c.TableAlias())}
	case *parser.UnnestContext:
		return &Unnest{b.at(c), b.expr(c.Expression()), c.ORDINALITY() != nil, b.alias(c.TableAlias())}
	case *parser.TableFunctionContext:
		call, ok := b.call(c.Call()).(*Call)
		if !ok {
			b.errorf(CodeSyntax, b.src.rule(c), "expected a call in TABLE(...)")
			return &BadTable{b.at(c)}
		}
		return &TableFunction{b.at(c), call, b.alias(c.TableAlias())}
	case *parser.WindowTableContext:
		return b.windowTable(c)
	case *parser.NestedTableContext:
		return b.tableReference(c.TableReference())
	default:
		return &BadTable{}
	}
}

func (b *builder) alias(c parser.ITableAliasContext) Alias {
	a, ok := c.(*parser.TableAliasContext)
	if !ok {
		return Alias{}
	}
	return Alias{Name: b.name(a.Identifier()), Columns: b.columnList(a.ColumnList())}
}

// windowTable reads TABLE(f(...)) in both forms. How many arguments a function takes is the binder's business, but the order of
// the named ones is not known without knowing the function.
func (b *builder) windowTable(c *parser.WindowTableContext) TableRef {
	function := b.name(c.Identifier())
	w := &WindowTable{Place: b.at(c), Function: strings.ToUpper(function.Text), FunctionAt: function.At, Alias: b.alias(c.TableAlias())}
	var args []*parser.WindowArgumentContext
	named := 0
	for _, a := range c.AllWindowArgument() {
		if a, ok := a.(*parser.WindowArgumentContext); ok {
			args = append(args, a)
			if a.GetName() != nil {
				named++
			}
		}
	}
	switch named {
	case 0:
		b.positional(w, args)
	case len(args):
		b.namedArguments(w, args)
	default:
		b.errorf(CodeBadArguments, b.src.rule(c), "some arguments of %s have names and some have not", brief(w.Function)).Fix = "Name all of them or none."
		return &BadTable{w.Place}
	}
	switch {
	case w.Table == nil:
		b.errorf(CodeBadArguments, w.FunctionAt, "%s has no table to work on", brief(w.Function)).Fix =
			"Write TABLE(" + w.Function + "(TABLE t, DESCRIPTOR(ts), INTERVAL ...))."
		w.Table = &BadTable{w.Place}
	case w.Column.Text == "":
		b.errorf(CodeBadArguments, w.FunctionAt, "%s does not say which column is the time", brief(w.Function)).Fix =
			"Add DESCRIPTOR(ts) behind the table."
	}
	return w
}

func (b *builder) positional(w *WindowTable, args []*parser.WindowArgumentContext) {
	listing := false // within the columns of PARTITION BY a, b
	for i, a := range args {
		switch v := a.WindowValue().(type) {
		case *parser.WindowInputContext:
			b.windowInput(w, v)
			listing = len(w.PartitionBy) > 0 && v.ColumnList() == nil
		case *parser.DescriptorContext:
			b.descriptor(w, v)
			listing = false
		case *parser.WindowParameterContext:
			x := b.expr(v.Expression())
			if n, ok := x.(*Name); ok && listing && len(n.Parts) == 1 {
				w.PartitionBy = append(w.PartitionBy, n.Parts[0])
				continue
			}
			if q, ok := x.(*ScalarQuery); ok && i == 0 {
				w.Table = &Derived{Place: q.Place, Query: q.Query}
				continue
			}
			w.Args = append(w.Args, x)
		}
	}
}

func (b *builder) windowInput(w *WindowTable, v *parser.WindowInputContext) {
	if w.Table != nil {
		b.errorf(CodeBadArguments, b.src.rule(v), "%s works on one table", brief(w.Function)).Fix = "Join the tables in a query of their own."
		return
	}
	if v.Query() != nil {
		at := b.src.rule(v)
		w.Table = &Derived{Place: Place{at}, Query: b.query(v.Query())}
	} else {
		t := &TableName{Name: b.tableName(v.TableName())}
		if v.TableName() != nil {
			t.At = b.src.rule(v.TableName())
			t.Hints = b.hintsBehind(v.TableName().GetStop())
		}
		w.Table = t
	}
	w.PartitionBy = b.columnList(v.ColumnList())
	if v.Identifier() != nil {
		w.PartitionBy = []NamePart{b.name(v.Identifier())}
	}
}

func (b *builder) descriptor(w *WindowTable, v *parser.DescriptorContext) {
	columns := b.columnList(v.ColumnList())
	switch {
	case w.Column.Text != "":
		b.errorf(CodeDuplicate, b.src.rule(v), "%s has one time column", brief(w.Function)).Fix = "Remove one DESCRIPTOR."
	case len(columns) > 1:
		b.errorf(CodeBadArguments, columns[1].At, "%s has one time column", brief(w.Function)).Fix = "Name one column in DESCRIPTOR."
	case len(columns) == 1:
		w.Column = columns[0]
	}
}

// windowParameters are the names of a window function's arguments behind the descriptor, in the order of the positional form.
func windowParameters(function string) []string {
	switch function {
	case "TUMBLE":
		return []string{"SIZE", "OFFSET"}
	case "HOP":
		return []string{"SLIDE", "SIZE", "OFFSET"}
	case "CUMULATE":
		return []string{"STEP", "SIZE", "OFFSET"}
	case "SESSION":
		return []string{"GAP"}
	default:
		return nil
	}
}

func (b *builder) namedArguments(w *WindowTable, args []*parser.WindowArgumentContext) {
	order := windowParameters(w.Function)
	placed := make([]Expr, len(order))
	last := -1
	for _, a := range args {
		part := b.name(a.GetName())
		name := strings.ToUpper(part.Text)
		switch v := a.WindowValue().(type) {
		case *parser.WindowInputContext:
			b.expectName(w, part, "DATA")
			b.windowInput(w, v)
		case *parser.DescriptorContext:
			b.expectName(w, part, "TIMECOL")
			b.descriptor(w, v)
		case *parser.WindowParameterContext:
			x := b.expr(v.Expression())
			i := slices.Index(order, name)
			if q, ok := x.(*ScalarQuery); ok && name == "DATA" {
				w.Table = &Derived{Place: q.Place, Query: q.Query}
				continue
			}
			switch {
			case order == nil: // unknown functions are refused later, by their name
				w.Args = append(w.Args, x)
			case i < 0:
				b.unknownArgument(w, part, append([]string{"DATA", "TIMECOL"}, order...))
			case placed[i] != nil:
				b.errorf(CodeDuplicate, part.At, "%s is given twice", name).Fix = "Remove one of them."
			default:
				placed[i], last = x, max(last, i)
			}
		}
	}
	for i := range last + 1 {
		if placed[i] == nil {
			b.errorf(CodeBadArguments, w.FunctionAt, "%s needs %s", w.Function, order[i]).Fix = "Add " + order[i] + " => INTERVAL ... ."
			return
		}
		w.Args = append(w.Args, placed[i])
	}
}

func (b *builder) expectName(w *WindowTable, part NamePart, name string) {
	if !strings.EqualFold(part.Text, name) {
		b.unknownArgument(w, part, []string{name})
	}
}

func (b *builder) unknownArgument(w *WindowTable, part NamePart, known []string) {
	d := b.errorf(CodeBadArguments, part.At, "%s has no such argument '%s' of this kind", brief(w.Function), brief(part.Text))
	if near := diag.Nearest(part.Text, known); near != "" {
		d.Fix = "Write " + near + "."
	} else {
		d.Fix = "Write " + list(known) + "."
	}
}
