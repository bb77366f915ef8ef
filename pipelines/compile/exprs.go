package compile

import (
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// exprs parses and checks the expressions of one node's parameters. Places within an expression's text become places of the document.
type exprs struct {
	diags  *diag.List
	params map[string]expr.Param
	zone   *time.Location
}

var _ component.Exprs = (*exprs)(nil)

// Bool checks a condition.
func (x *exprs) Bool(text string, in *schema.Schema, at diag.Span, path string) (*expr.Expr, bool) {
	ast, found := sqltext.ParseExpr(text)
	if !x.report(found, at, path) {
		return nil, false
	}
	e, found := expr.CheckBool(ast, x.env(in))
	if !x.report(found, at, path) {
		return nil, false
	}
	return placed(e, at), true
}

// Scalar checks any expression, with or without AS.
func (x *exprs) Scalar(text string, in *schema.Schema, at diag.Span, path string) (*expr.Expr, string, bool) {
	ast, alias, found := sqltext.ParseSelectItem(text)
	if !x.report(found, at, path) {
		return nil, "", false
	}
	e, found := expr.Check(ast, x.env(in))
	if !x.report(found, at, path) {
		return nil, "", false
	}
	return placed(e, at), alias, true
}

// Aggregate checks an expression over aggregates, with or without AS.
func (x *exprs) Aggregate(text string, in *schema.Schema, at diag.Span, path string) ([]expr.Agg, *expr.Expr, string, bool) {
	ast, alias, found := sqltext.ParseSelectItem(text)
	if !x.report(found, at, path) {
		return nil, nil, "", false
	}
	aggs, post, found := expr.CheckAggregate(ast, x.env(in))
	if !x.report(found, at, path) {
		return nil, nil, "", false
	}
	for i := range aggs {
		aggs[i].Arg, aggs[i].Filter = placed(aggs[i].Arg, at), placed(aggs[i].Filter, at)
	}
	return aggs, placed(post, at), alias, true
}

func (x *exprs) env(in *schema.Schema) expr.Env {
	return expr.Env{Schema: in, Params: x.params, Zone: x.zone}
}

// report hands diagnostics on with the places of the document; it returns whether none is an error.
func (x *exprs) report(found diag.List, at diag.Span, path string) bool {
	for _, d := range found {
		d.Span, d.Path = d.Span.In(at), path
		x.diags.Add(d)
	}
	return !found.HasErrors()
}

// placed copies a tree with its spans in the document.
func placed(e *expr.Expr, at diag.Span) *expr.Expr {
	if e == nil {
		return nil
	}
	c := *e
	c.Span = e.Span.In(at)
	c.Args = make([]*expr.Expr, len(e.Args))
	for i, a := range e.Args {
		c.Args[i] = placed(a, at)
	}
	if len(e.Args) == 0 {
		c.Args = nil
	}
	return &c
}
