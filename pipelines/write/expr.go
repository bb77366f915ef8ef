package write

import (
	"strconv"
	"time"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// text writes an expression over rows of a schema such that checking it gives the same expression.
func (s *subject) text(n *plan.Node, e *expr.Expr, in *schema.Schema) string {
	out, _ := s.tree(n, e, in)
	return out
}

// tree is text with its tree; there is none when the expression cannot be written, of which it told.
func (s *subject) tree(n *plan.Node, e *expr.Expr, in *schema.Schema) (string, sqltext.Expr) {
	same := func(tree sqltext.Expr) (bool, diag.List) {
		again, diags := expr.Check(tree, s.checks(in))
		return !diags.HasErrors() && expr.Canonical(again) == expr.Canonical(e), diags
	}
	return s.spelled(n, in, func(to func(*expr.Expr) *expr.Expr) string { return expr.SQL(to(e)) }, same)
}

// aggTree writes an aggregate.
func (s *subject) aggTree(n *plan.Node, a expr.Agg, in *schema.Schema) (string, sqltext.Expr) {
	same := func(tree sqltext.Expr) (bool, diag.List) {
		aggs, post, diags := expr.CheckAggregate(tree, s.checks(in))
		return !diags.HasErrors() && len(aggs) == 1 && post.Op == expr.OpColumn && expr.CanonicalAgg(aggs[0]) == expr.CanonicalAgg(a), diags
	}
	return s.spelled(n, in, func(to func(*expr.Expr) *expr.Expr) string {
		b := a
		b.Arg, b.Filter = to(b.Arg), to(b.Filter)
		return expr.AggSQL(b)
	}, same)
}

// spelled tries the ways to write an expression: as messages have it, and with the timestamps in it as constants of the plan's zone, which
// messages, knowing no zone, have as casts.
func (s *subject) spelled(n *plan.Node, in *schema.Schema, write func(to func(*expr.Expr) *expr.Expr) string, same func(sqltext.Expr) (bool, diag.List)) (string, sqltext.Expr) {
	out := write(func(e *expr.Expr) *expr.Expr { return named(e, in) })
	tree, diags := sqltext.ParseExpr(out)
	if !diags.HasErrors() {
		ok, found := same(tree)
		if ok {
			return out, tree
		}
		diags = found
	}
	times := map[string]int64{}
	marked := write(func(e *expr.Expr) *expr.Expr { return marks(named(e, in), in, times) })
	if tree, found := sqltext.ParseExpr(marked); len(times) > 0 && !found.HasErrors() {
		tree = sqltext.Map(tree, func(e sqltext.Expr) sqltext.Expr {
			if name, ok := e.(*sqltext.Name); ok {
				if at, ok := times[name.Parts[0].Text]; ok {
					return &sqltext.Literal{Kind: sqltext.LitTimestamp, Text: time.UnixMicro(at).In(s.zone).Format("2006-01-02 15:04:05.999999")}
				}
			}
			return e
		})
		if ok, _ := same(tree); ok {
			return sqltext.Format(tree), tree
		}
	}
	why := "it is read as another expression"
	if diags.HasErrors() {
		why = diags[0].Message
	}
	s.refuse(n, CodeExpression, "%s cannot be written: %s", out, why)
	return out, nil
}

// marks puts columns in the place of constant timestamps, and keeps these in times by the columns' names.
func marks(e *expr.Expr, in *schema.Schema, times map[string]int64) *expr.Expr {
	if e == nil {
		return nil
	}
	if at, ok := e.Value.(int64); ok && e.Op == expr.OpLiteral && e.Type.Kind == schema.Timestamp {
		name := "time_" + strconv.Itoa(len(times))
		for in.Index(name) >= 0 {
			name += "_"
		}
		times[name] = at
		return &expr.Expr{Op: expr.OpColumn, Type: e.Type, Column: len(in.Fields), Name: name}
	}
	out := *e
	out.Args = make([]*expr.Expr, len(e.Args))
	for i, a := range e.Args {
		out.Args[i] = marks(a, in, times)
	}
	return &out
}

func (s *subject) checks(in *schema.Schema) expr.Env { return expr.Env{Schema: in, Zone: s.zone} }

// named gives the columns of an expression the names of the schema, which are those of the text.
func named(e *expr.Expr, in *schema.Schema) *expr.Expr {
	if e == nil {
		return nil
	}
	by := make([]*expr.Expr, len(in.Fields))
	for i, f := range in.Fields {
		by[i] = &expr.Expr{Op: expr.OpColumn, Type: f.Type, Nullable: f.Nullable, Column: i, Name: f.Name}
	}
	return expr.Substitute(e, by)
}

// plain reports whether a column is one of the input's under its own name.
func plain(c plan.Column, in *schema.Schema) bool {
	return c.Expr.Op == expr.OpColumn && in.Fields[c.Expr.Column].Name == c.Name
}

// ast is an expression as a tree whose names are those of cols, by position.
func (s *subject) ast(n *plan.Node, e *expr.Expr, in *schema.Schema, cols []name) sqltext.Expr {
	_, tree := s.tree(n, e, in)
	return qualified(tree, in, cols)
}

func (s *subject) aggAST(n *plan.Node, a expr.Agg, in *schema.Schema, cols []name) sqltext.Expr {
	_, tree := s.aggTree(n, a, in)
	return qualified(tree, in, cols)
}

// name is how a column is called: its name, with a table's in front where there are several.
type name []string

func (n name) expr() *sqltext.Name {
	out := &sqltext.Name{}
	for _, p := range n {
		out.Parts = append(out.Parts, sqltext.NamePart{Text: p})
	}
	return out
}

// names are the columns of a schema as one table has them.
func names(in *schema.Schema) []name {
	out := make([]name, len(in.Fields))
	for i, f := range in.Fields {
		out[i] = name{f.Name}
	}
	return out
}

// qualified puts the names of cols in the place of the schema's.
func qualified(tree sqltext.Expr, in *schema.Schema, cols []name) sqltext.Expr {
	return sqltext.Map(tree, func(e sqltext.Expr) sqltext.Expr {
		n, ok := e.(*sqltext.Name)
		if !ok {
			return e
		}
		i := in.Index(n.Parts[0].Text)
		if i < 0 || len(cols[i]) == 1 && cols[i][0] == n.Parts[0].Text {
			return e
		}
		out := cols[i].expr()
		out.Parts = append(out.Parts, n.Parts[1:]...)
		return out
	})
}
