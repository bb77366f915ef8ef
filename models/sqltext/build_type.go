package sqltext

import (
	"strings"

	"millrace/models/sqltext/parser"
)

// typeName turns a type's SQL forms into the one text that schema.Parse reads: DOUBLE PRECISION becomes double, BIGINT ARRAY
// array<bigint>, ROW(a INT) row<a int>. Whether the type exists is left to schema.Parse.
func (b *builder) typeName(c parser.IDataTypeContext) TypeName {
	if c == nil {
		return TypeName{}
	}
	var out strings.Builder
	b.writeType(&out, c)
	return TypeName{Text: out.String(), At: b.src.rule(c)}
}

func (b *builder) writeType(out *strings.Builder, c parser.IDataTypeContext) {
	switch c := c.(type) {
	case *parser.ArrayPostfixContext:
		out.WriteString("array<")
		b.writeType(out, c.DataType())
		if c.NOT() != nil {
			out.WriteString(" not null")
		}
		out.WriteByte('>')
	case *parser.ArrayTypeContext:
		out.WriteString("array<")
		b.writeElement(out, c.ElementType())
		out.WriteByte('>')
	case *parser.MapTypeContext:
		out.WriteString("map<")
		b.writeElement(out, c.ElementType(0))
		out.WriteString(", ")
		b.writeElement(out, c.ElementType(1))
		out.WriteByte('>')
	case *parser.RowTypeContext:
		out.WriteString("row<")
		for i, f := range c.AllRowField() {
			if i > 0 {
				out.WriteString(", ")
			}
			if f, ok := f.(*parser.RowFieldContext); ok {
				out.WriteString(typeFieldName(b.name(f.Identifier()).Text))
				out.WriteByte(' ')
				b.writeElement(out, f.ElementType())
			}
		}
		out.WriteByte('>')
	case *parser.SimpleTypeContext:
		b.writeSimple(out, c)
	}
}

func (b *builder) writeElement(out *strings.Builder, c parser.IElementTypeContext) {
	e, ok := c.(*parser.ElementTypeContext)
	if !ok {
		return
	}
	b.writeType(out, e.DataType())
	if e.NOT() != nil {
		out.WriteString(" not null")
	}
}

// typeFieldName quotes all that is not plain ASCII, which is what schema.Parse takes for a word.
func typeFieldName(s string) string {
	for _, r := range s {
		if r > 0x7f {
			return quote(s, '`')
		}
	}
	return QuoteName(s)
}

func (b *builder) writeSimple(out *strings.Builder, c *parser.SimpleTypeContext) {
	if c.TypeName() == nil || c.TypeName().GetStart() == nil {
		return
	}
	name, second := strings.ToLower(c.TypeName().GetStart().GetText()), ""
	if c.IDENTIFIER() != nil {
		second = strings.ToLower(c.IDENTIFIER().GetText())
	}
	zone, _ := c.TimeZone().(*parser.TimeZoneContext)
	switch {
	case second == "" && name == "char", second == "" && name == "character":
		name = "varchar"
	case second == "varying" && (name == "char" || name == "character"):
		name = "varchar"
	case second == "" && name == "binary":
		name = "varbinary"
	case second == "varying" && name == "binary":
		name = "varbinary"
	case second == "precision" && name == "double":
		name = "double"
	case second != "":
		b.errorf(CodeBadType, b.src.rule(c), "'%s' is no type", brief(name+" "+second))
	}
	if zone != nil {
		switch {
		case name != "timestamp":
			b.errorf(CodeBadType, b.src.rule(zone), "only a timestamp has a time zone")
		case zone.WITH() != nil && zone.LOCAL() == nil:
			b.errorf(CodeBadType, b.src.rule(zone), "timestamps do not keep a time zone of their own").Fix =
				"Write TIMESTAMP_LTZ, an instant."
		case zone.WITH() != nil:
			name = "timestamp_ltz"
		case zone.LOCAL() != nil:
			b.errorf(CodeBadType, b.src.rule(zone), "WITHOUT TIME ZONE is written without LOCAL")
		}
	}
	out.WriteString(name)
	for i, n := range c.AllINTEGER() {
		if i == 0 {
			out.WriteByte('(')
		} else {
			out.WriteString(", ")
		}
		out.WriteString(n.GetText())
	}
	if len(c.AllINTEGER()) > 0 {
		out.WriteByte(')')
	}
}
