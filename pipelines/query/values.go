package query

import (
	"encoding/json"
	"strconv"
	"strings"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
)

// onto moves an expression over one schema onto another that has the same columns under the same names.
func onto(e *expr.Expr, from, to *schema.Schema) *expr.Expr {
	by := make([]*expr.Expr, len(from.Fields))
	for i, f := range from.Fields {
		by[i] = lowering.Column(to, to.Index(f.Name), e.Span)
	}
	return expr.Substitute(e, by)
}

// oneRow is the input of a SELECT without FROM.
func (b *binder) oneRow(at diag.Span) *relation {
	n := b.rows(at, []schema.Field{{Name: "row", Type: schema.Of(schema.Int32)}}, [][]*expr.Expr{{{Op: expr.OpLiteral, Type: schema.Of(schema.Int32), Value: int64(0)}}})
	if n == nil {
		return nil
	}
	return &relation{node: n}
}

// values binds VALUES: rows of constants whose types agree column by column.
func (b *binder) values(v *sqltext.Values) *relation {
	ok := true
	width := len(v.Rows[0])
	rows := make([][]*expr.Expr, len(v.Rows))
	fields := make([]schema.Field, width)
	for i, row := range v.Rows {
		if len(row) != width {
			at := diag.Span{Start: row[0].Span().Start, End: row[len(row)-1].Span().End}
			b.errorf(CodeColumns, at, "Give all rows the same number of values.", "this row has %d values, the first has %d", len(row), width)
			ok = false
			continue
		}
		rows[i] = make([]*expr.Expr, width)
		for k, e := range row {
			c, good := b.constant(e)
			if !good {
				ok = false
				continue
			}
			rows[i][k] = c
			f := &fields[k]
			f.Nullable = f.Nullable || c.Value == nil
			if f.Type.Kind == schema.Invalid {
				f.Type = c.Type
				continue
			}
			if f.Type.Kind == schema.Null && c.Type.Kind == schema.Null {
				continue // what follows may have a type
			}
			t, agree := b.common(f.Type, c.Type)
			if !agree {
				b.errorf(CodeTypes, e.Span(), "CAST one of them to the other's type.", "column %d is %s here and %s above", k+1, c.Type, f.Type)
				ok = false
				continue
			}
			f.Type = t
		}
	}
	if !ok {
		return nil
	}
	for k := range fields {
		fields[k].Name = "EXPR$" + strconv.Itoa(k)
		if fields[k].Type.Kind == schema.Null {
			b.errorf(CodeTypes, v.At, "Write CAST(NULL AS type).", "the type of column %d is not known: all its values are NULL", k+1)
			return nil
		}
		for _, row := range rows {
			row[k] = expr.Fold(b.cast(row[k], fields[k].Type), b.zone)
		}
	}
	return plainRelation(b.rows(v.At, fields, rows))
}

// constant is a value of VALUES.
func (b *binder) constant(e sqltext.Expr) (*expr.Expr, bool) {
	if l, ok := e.(*sqltext.Literal); ok && l.Kind == sqltext.LitNull {
		return &expr.Expr{Op: expr.OpLiteral, Type: schema.Of(schema.Null), Nullable: true, Span: l.At}, true
	}
	c, ok := b.check(scope{schema: &schema.Schema{}}, e)
	if !ok {
		return nil, false
	}
	if c = expr.Fold(c, b.zone); c.Op != expr.OpLiteral {
		b.errorf(CodeUnsupported, e.Span(), "Write the value itself, or compute it in a SELECT.", "this value cannot be computed beforehand")
		return nil, false
	}
	return c, true
}

// rows is a source of inline rows, which are constants: JSON objects, one a line.
func (b *binder) rows(at diag.Span, fields []schema.Field, rows [][]*expr.Expr) *plan.Node {
	spec, ok := b.world.Registry.Get(component.KindSource, "values")
	if !ok {
		b.errorf(CodeUnsupported, at, "Select from a table.", "this build has no component for inline rows")
		return nil
	}
	var text strings.Builder
	for _, row := range rows {
		text.WriteByte('{')
		for i, e := range row {
			if i > 0 {
				text.WriteString(", ")
			}
			v, ok := b.inline(e)
			if !ok {
				b.errorf(CodeUnsupported, e.Span, "Compute it in a SELECT.", "a value of type %s cannot stand in a list of rows", e.Type)
				return nil
			}
			text.WriteString(quoted(fields[i].Name) + ": " + v)
		}
		text.WriteString("}\n")
	}
	params := component.NewParams(map[string]any{"schema": &schema.Schema{Fields: fields}, "format": "json", "rows": text.String()})
	var found diag.List
	pc := b.component(b.block(), at, &found)
	scan, ok := spec.Source.Plan(pc, params)
	if !b.adopt(found, at, true, "of inline rows") || !ok {
		return nil
	}
	return compile.Read(pc, nil, scan, at, "")
}

// inline writes a constant as JSON.
func (b *binder) inline(e *expr.Expr) (string, bool) {
	if e.Value == nil {
		return "null", true
	}
	switch k := e.Type.Kind; {
	case k == schema.Boolean, e.Type.Numeric():
	case k == schema.String, k == schema.Date, k == schema.Timestamp:
	default:
		return "", false
	}
	text, code, err := expr.EvalConst(b.cast(e, schema.Of(schema.String)), b.zone)
	s, ok := text.(string)
	if err != nil || code != 0 || !ok {
		return "", false
	}
	if e.Type.Kind == schema.Boolean {
		return strings.ToLower(s), true
	}
	if e.Type.Numeric() {
		return s, !strings.ContainsAny(s, "NnIi") // NaN and Infinity are no JSON
	}
	return quoted(s), true
}

// quoted is a text as JSON.
func quoted(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return `""` // a string has always an encoding
	}
	return strings.TrimSuffix(b.String(), "\n")
}
