package lowering

import (
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// ColumnsField declares a parameter that is a list of columns.
func ColumnsField(name, en, zh string) component.Field {
	item := component.NewField("column", component.FieldObject, "Column", "列").WithFields(
		component.NewField("name", component.FieldString, "Name", "列名").Optional().
			WithHelp("The name of the output column; alone, a column of the input or an expression AS name.",
				"输出列的名称；单独填写时为输入列名，或“表达式 AS 名称”。"),
		component.NewField("expr", component.FieldExpr, "Expression", "表达式").Optional().
			WithHelp("What the column holds; left empty, the input column of that name.", "列的取值；留空则取同名的输入列。"),
	)
	list := component.NewField(name, component.FieldList, en, zh).ListOf(item)
	list.Short = "name"
	return list
}

// Columns turns the items of such a list into columns over in, which has to hold every name used. Every failing item is reported;
// ok is false when there was one.
func Columns(pc *component.Planning, items []component.Params, in *schema.Schema) (cols []plan.Column, ok bool) {
	ok = true
	seen := map[string]bool{}
	for _, item := range items {
		col, good := resolve(pc, item, in)
		if !good {
			ok = false
			continue
		}
		if seen[col.Name] {
			field := nameField(item)
			Report(pc, CodeDuplicate, item.Span(field), item.Path(field), "the output has the column %q twice", col.Name).
				Fix = "Give one of the two another name: expression AS name."
			ok = false
			continue
		}
		seen[col.Name] = true
		cols = append(cols, col)
	}
	return cols, ok
}

func nameField(item component.Params) string {
	if item.Has("name") {
		return "name"
	}
	return "expr"
}

func resolve(pc *component.Planning, item component.Params, in *schema.Schema) (plan.Column, bool) {
	name, text, field := item.String("name"), item.String("expr"), "expr"
	if !item.Has("expr") {
		// The short form: the name alone is the column, or carries the expression.
		if i := in.Index(name); i >= 0 {
			return plan.Column{Name: name, Expr: Column(in, i, item.Span("name"))}, true
		}
		text, name, field = name, "", "name"
	}
	if strings.TrimSpace(text) == "" {
		Report(pc, CodeUnnamed, item.Span(field), item.Path(field), "the column has neither a name nor an expression").
			Fix = "Name a column of the input, or write expression AS name."
		return plan.Column{}, false
	}
	e, alias, ok := pc.Exprs.Scalar(text, in, item.Span(field), item.Path(field))
	if !ok {
		return plan.Column{}, false
	}
	name, ok = Name(pc, item, field, name, alias, e)
	return plan.Column{Name: name, Expr: e}, ok
}

// Name settles what an item is called: by its name, by the AS of its expression, or, for a bare column (e is nil when the item
// cannot be one), by the column. field is where the expression stands.
func Name(pc *component.Planning, item component.Params, field, name, alias string, e *expr.Expr) (string, bool) {
	switch {
	case name != "" && alias != "" && name != alias:
		Report(pc, CodeNamedTwice, item.Span(field), item.Path(field), "the column is named %q, but its expression says AS %q", name, alias).
			Fix = "Remove one of the two names."
		return "", false
	case name != "":
		return name, true
	case alias != "":
		return alias, true
	case e != nil && e.Op == expr.OpColumn:
		return e.Name, true
	}
	Report(pc, CodeUnnamed, item.Span(field), item.Path(field), "the computed column has no name").Fix = "Write expression AS name."
	return "", false
}

// Column is the expression that reads one column of in.
func Column(in *schema.Schema, i int, at diag.Span) *expr.Expr {
	f := in.Fields[i]
	return &expr.Expr{Op: expr.OpColumn, Type: f.Type, Nullable: f.Nullable, Column: i, Name: f.Name, Span: at}
}
