package sqltext

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"

	"millrace/models/diag"
	"millrace/models/sqltext/parser"
)

// statement builds one statement; nil when the parser's tree holds none.
func (b *builder) statement(c parser.IStatementContext) Statement {
	switch c := c.(type) {
	case *parser.QueryStatementContext:
		return &QueryStatement{b.at(c), b.query(c.Query())}
	case *parser.InsertStatementContext:
		return b.insert(c.Insert())
	case *parser.ExplainStatementContext:
		e, ok := c.Explain().(*parser.ExplainContext)
		switch {
		case ok && e.Insert() != nil:
			return &Explain{b.at(c), b.insert(e.Insert())}
		case ok && e.Query() != nil:
			q := b.query(e.Query())
			return &Explain{b.at(c), &QueryStatement{q.Place, q}}
		}
		return nil
	case *parser.CreateStatementContext:
		return b.create(c.Create())
	case *parser.DropStatementContext:
		if d, ok := c.Drop().(*parser.DropContext); ok {
			return &Drop{b.at(c), d.VIEW() != nil, d.IF() != nil, b.tableName(d.TableName())}
		}
	case *parser.ShowStatementContext:
		if show, ok := c.Show().(*parser.ShowContext); ok {
			return b.show(b.at(c), show.Shown())
		}
	case *parser.DescribeStatementContext:
		if d, ok := c.Describe().(*parser.DescribeContext); ok {
			return &Describe{b.at(c), b.tableName(d.TableName())}
		}
	case *parser.SetStatementContext:
		return b.set(c.Set())
	case *parser.UseStatementContext:
		if u, ok := c.Use().(*parser.UseContext); ok {
			return &Use{b.at(c), u.CATALOG() != nil, b.tableName(u.TableName())}
		}
	}
	return nil
}

func (b *builder) insert(c parser.IInsertContext) *Insert {
	i, ok := c.(*parser.InsertContext)
	if !ok {
		return &Insert{Query: b.query(nil)}
	}
	return &Insert{b.at(i), b.tableName(i.TableName()), b.columnList(i.ColumnList()), b.query(i.Query())}
}

func (b *builder) create(c parser.ICreateContext) Statement {
	ctx, ok := c.(*parser.CreateContext)
	if !ok {
		return nil
	}
	switch {
	case ctx.CreateTable() != nil:
		return b.createTable(ctx, ctx.CreateTable())
	case ctx.CreateView() != nil:
		v, ok := ctx.CreateView().(*parser.CreateViewContext)
		if !ok {
			return nil
		}
		return &CreateView{b.at(ctx), ctx.TEMPORARY() != nil, v.IfNotExists() != nil, b.tableName(v.TableName()),
			b.columnList(v.ColumnList()), b.comment(v.Comment()), b.query(v.Query())}
	default:
		return nil
	}
}

func (b *builder) createTable(create *parser.CreateContext, c parser.ICreateTableContext) Statement {
	ctx, ok := c.(*parser.CreateTableContext)
	if !ok {
		return nil
	}
	t := &CreateTable{Place: b.at(create), Temporary: create.TEMPORARY() != nil, IfNotExists: ctx.IfNotExists() != nil,
		Name: b.tableName(ctx.TableName()), Comment: b.comment(ctx.Comment()), Options: b.options(ctx.Options())}
	if p, ok := ctx.Partitions().(*parser.PartitionsContext); ok {
		t.PartitionBy = b.columnList(p.ColumnList())
	}
	for _, e := range ctx.AllTableElement() {
		b.tableElement(t, e)
	}
	return t
}

func (b *builder) tableElement(t *CreateTable, c parser.ITableElementContext) {
	switch c := c.(type) {
	case *parser.PhysicalColumnContext:
		to := b.typeName(c.DataType())
		col := ColumnDef{Place: b.at(c), Name: b.name(c.Identifier()), Type: &to}
		for _, x := range c.AllColumnConstraint() {
			b.columnConstraint(t, &col, x)
		}
		t.Columns = append(t.Columns, col)
	case *parser.ComputedColumnContext:
		t.Columns = append(t.Columns, ColumnDef{Place: b.at(c), Name: b.name(c.Identifier()), Computed: b.expr(c.Expression()), Comment: b.comment(c.Comment())})
	case *parser.WatermarkContext:
		if t.Watermark != nil {
			b.errorf(CodeDuplicate, b.src.rule(c), "the table has a watermark already").Fix = "Remove one of them: a table has one event time."
		}
		t.Watermark = &Watermark{b.at(c), b.name(c.Identifier()), b.expr(c.Expression())}
	case *parser.PrimaryKeyContext:
		if b.anyKey(t) {
			b.errorf(CodeDuplicate, b.src.rule(c), "the table has a primary key already").Fix = "List all columns of the key in one PRIMARY KEY (...)."
		}
		t.PrimaryKey = b.columnList(c.ColumnList())
		t.NotEnforced = c.NotEnforced() != nil
	}
}

func (b *builder) anyKey(t *CreateTable) bool {
	for _, c := range t.Columns {
		if c.PrimaryKey {
			return true
		}
	}
	return t.PrimaryKey != nil
}

func (b *builder) columnConstraint(t *CreateTable, col *ColumnDef, c parser.IColumnConstraintContext) {
	twice := func(set bool, what string) {
		if set {
			b.errorf(CodeDuplicate, b.src.rule(c), "%s is written twice", what).Fix = "Remove one of them."
		}
	}
	switch c := c.(type) {
	case *parser.NullabilityContext:
		twice(col.NotNull, "NOT NULL")
		col.NotNull = c.NOT() != nil
	case *parser.MetadataContext:
		twice(col.Metadata, "METADATA")
		col.Metadata, col.MetadataKey, col.Virtual = true, col.Name.Text, c.VIRTUAL() != nil
		if c.STRING() != nil {
			col.MetadataKey = unquote(c.STRING().GetText())
		}
	case *parser.ColumnKeyContext:
		if col.PrimaryKey || b.anyKey(t) {
			b.errorf(CodeDuplicate, b.src.rule(c), "the table has a primary key already").Fix = "List all columns of the key in one PRIMARY KEY (...)."
		}
		col.PrimaryKey = true
		t.NotEnforced = c.NotEnforced() != nil
	case *parser.ColumnCommentContext:
		twice(col.Comment != "", "COMMENT")
		col.Comment = b.comment(c.Comment())
	}
}

func (b *builder) comment(c parser.ICommentContext) string {
	if c, ok := c.(*parser.CommentContext); ok {
		text, _ := b.text(c.STRING())
		return text
	}
	return ""
}

// text returns what a string constant means, and its place.
func (b *builder) text(n antlr.TerminalNode) (string, diag.Span) {
	if n == nil {
		return "", diag.Span{}
	}
	return b.tokenText(n.GetSymbol())
}

func (b *builder) tokenText(t antlr.Token) (string, diag.Span) {
	if t == nil {
		return "", diag.Span{}
	}
	return unquote(t.GetText()), b.src.token(t)
}

func (b *builder) options(c parser.IOptionsContext) []Option {
	ctx, ok := c.(*parser.OptionsContext)
	if !ok {
		return nil
	}
	var out []Option
	seen := map[string]bool{}
	for _, o := range ctx.AllOption() {
		o, ok := o.(*parser.OptionContext)
		if !ok {
			continue
		}
		var opt Option
		opt.Key, opt.KeyAt = b.tokenText(o.GetKey())
		opt.Value, opt.ValueAt = b.tokenText(o.GetContent())
		if seen[opt.Key] {
			b.errorf(CodeDuplicate, opt.KeyAt, "the option '%s' is given twice", brief(opt.Key)).Fix = "Remove one of them."
		}
		seen[opt.Key] = true
		out = append(out, opt)
	}
	return out
}

func (b *builder) show(at Place, c parser.IShownContext) Statement {
	like := func(n antlr.TerminalNode) string {
		text, _ := b.text(n)
		return text
	}
	switch c := c.(type) {
	case *parser.ShowListContext:
		if c.GetWhat() != nil {
			return &Show{Place: at, What: strings.ToUpper(c.GetWhat().GetText()), Like: like(c.STRING())}
		}
	case *parser.ShowColumnsContext:
		return &Show{at, "COLUMNS", b.tableName(c.TableName()), like(c.STRING())}
	case *parser.ShowCreateContext:
		what := "CREATE TABLE"
		if c.VIEW() != nil {
			what = "CREATE VIEW"
		}
		return &Show{Place: at, What: what, Name: b.tableName(c.TableName())}
	}
	return nil
}

func (b *builder) set(c parser.ISetContext) Statement {
	out := &Set{}
	switch c := c.(type) {
	case *parser.SetKeyContext:
		out.Place = b.at(c)
		out.Key, out.KeyAt = b.tokenText(c.GetKey())
		out.Value, out.ValueAt = b.tokenText(c.GetContent())
	case *parser.ResetKeyContext:
		out.Place, out.Reset = b.at(c), true
		out.Key, out.KeyAt = b.tokenText(c.GetKey())
	default:
		return nil
	}
	return out
}
