package sqltext

import (
	"encoding/hex"
	"strings"

	"millrace/models/sqltext/parser"
)

func (b *builder) constant(c parser.IConstantContext) Expr {
	if c == nil || c.GetStart() == nil {
		return &Bad{}
	}
	at, text := b.at(c), c.GetStart().GetText()
	switch c := c.(type) {
	case *parser.NullContext:
		return &Literal{Place: at, Kind: LitNull}
	case *parser.BooleanContext:
		return &Literal{at, LitBool, strings.ToLower(text)}
	case *parser.NumberContext:
		return number(at, c, text)
	case *parser.StringContext:
		return &Literal{at, LitString, unquote(text)}
	case *parser.BytesContext:
		return b.bytes(at, text[2:len(text)-1])
	case *parser.TypedContext:
		if c.STRING() == nil {
			return &Bad{at}
		}
		return b.typed(at, text, unquote(c.STRING().GetText()))
	case *parser.IntervalContext:
		return b.interval(c)
	default:
		return b.bad(c)
	}
}

// number keeps a number's digits; .5 becomes 0.5.
func number(at Place, c *parser.NumberContext, text string) Expr {
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	switch {
	case c.FLOAT() != nil:
		return &Literal{at, LitFloat, strings.ToLower(text)}
	case c.DECIMAL() != nil:
		return &Literal{at, LitDecimal, text}
	default:
		return &Literal{at, LitInt, text}
	}
}

func (b *builder) bytes(at Place, digits string) Expr {
	if _, err := hex.DecodeString(digits); err != nil {
		b.errorf(CodeMalformedConstant, at.At, "a bytes constant holds pairs of hexadecimal digits").Fix = "Write X'0aff'."
	}
	return &Literal{at, LitBytes, strings.ToLower(digits)}
}

func (b *builder) typed(at Place, kind, text string) Expr {
	switch strings.ToUpper(kind) {
	case "DATE":
		return &Literal{at, LitDate, text}
	case "TIMESTAMP":
		return &Literal{at, LitTimestamp, text}
	case "TIME":
		b.errorf(CodeSyntax, at.At, "there are no constants of type TIME").Fix = "Write a string, or an interval since midnight."
		return &Bad{at}
	default:
		b.errorf(CodeSyntax, at.At, "'%s' does not begin a constant", brief(kind)).Fix =
			"Constants with a word before them are DATE '2026-01-31' and TIMESTAMP '2026-01-31 08:00:00'; use CAST(... AS type) for others."
		return &Bad{at}
	}
}

func (b *builder) interval(c *parser.IntervalContext) Expr {
	at := b.at(c)
	if c.STRING() == nil || c.GetFrom() == nil {
		return &Bad{at}
	}
	fromAt, from := b.unit(c.GetFrom())
	from = singular(from)
	known := intervalUnits()
	if _, ok := intervalUnit(from); !ok {
		if from != "" {
			b.unknownUnit(from, fromAt, known)
		}
		return &Bad{at}
	}
	to := ""
	if c.GetTo() != nil {
		toAt, text := b.unit(c.GetTo())
		to = singular(text)
		if _, ok := intervalUnit(to); !ok {
			if to != "" {
				b.unknownUnit(to, toAt, known)
			}
			return &Bad{at}
		}
	}
	negative := c.GetSign() != nil && c.GetSign().GetTokenType() == parser.MillraceSQLParserMINUS
	out, problem := parseInterval(unquote(c.STRING().GetText()), from, to, negative)
	if problem != "" {
		b.errorf(CodeMalformedConstant, b.src.token(c.STRING().GetSymbol()), "%s", problem).Fix = intervalExample(from, to)
		return &Bad{at}
	}
	out.Place = at
	return out
}

// singular is a unit in upper case, without the S of MINUTES.
func singular(unit string) string {
	unit = strings.ToUpper(unit)
	if one, ok := strings.CutSuffix(unit, "S"); ok {
		if _, known := intervalUnit(one); known {
			return one
		}
	}
	return unit
}
