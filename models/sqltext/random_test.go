package sqltext

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// maker makes random trees, each such that some text gives it.
type maker struct{ *rand.Rand }

func pick[T any](m maker, from ...T) T { return from[m.IntN(len(from))] }

func (m maker) flip() bool { return m.IntN(2) == 0 }

func (m maker) word() string {
	return pick(m, "a", "b", "user_id", "Time", "date", "order", "SELECT", "array", "map", "row", "filter", "escape", "to", "trim",
		"position", "unknown", "播放", "订单 编号", "a`b", "x'y", "_1", "1a", "null", "case", "é", "day", "left", "a.b", "--", "/*")
}

func (m maker) part() NamePart { return NamePart{Text: m.word()} }

func (m maker) name() *Name {
	n := &Name{}
	for range 1 + m.IntN(3) {
		n.Parts = append(n.Parts, m.part())
	}
	return n
}

func (m maker) leaf() Expr {
	switch m.IntN(5) {
	case 0:
		return &Param{Name: "min_ms"}
	case 1:
		if m.flip() {
			return &Interval{Calendar: true, Months: m.Int64N(100) - 50}
		}
		return &Interval{Micros: (m.Int64() - m.Int64()) / pick(m, int64(1), 1000, 1e12)}
	case 2:
		return m.name()
	default:
		return pick(m, &Literal{Kind: LitNull}, &Literal{Kind: LitBool, Text: "true"}, &Literal{Kind: LitInt, Text: "42"},
			&Literal{Kind: LitDecimal, Text: "0.50"}, &Literal{Kind: LitFloat, Text: "1.5e-3"}, &Literal{Kind: LitString, Text: "it's\n--"},
			&Literal{Kind: LitBytes, Text: "00ff"}, &Literal{Kind: LitDate, Text: "2026-01-31"}, &Literal{Kind: LitTimestamp, Text: "x"},
			&Literal{Kind: LitString, Text: ""})
	}
}

func (m maker) exprs(n, depth int) []Expr {
	out := make([]Expr, n)
	for i := range out {
		out[i] = m.expr(depth)
	}
	return out
}

func (m maker) maybe(depth int) Expr {
	if m.flip() {
		return nil
	}
	return m.expr(depth)
}

func (m maker) expr(depth int) Expr {
	if depth == 0 {
		return m.leaf()
	}
	depth--
	switch m.IntN(14) {
	case 0, 1:
		return &Unary{Op: UnaryOp(m.IntN(int(Plus) + 1)), X: m.expr(depth)}
	case 2, 3, 4:
		return &Binary{Op: BinaryOp(m.IntN(int(Or) + 1)), L: m.expr(depth), R: m.expr(depth)}
	case 5:
		return &IsTest{X: m.expr(depth), Not: m.flip(), Test: TestKind(m.IntN(int(TestUnknown) + 1))}
	case 6:
		return &DistinctFrom{Not: m.flip(), L: m.expr(depth), R: m.expr(depth)}
	case 7:
		return &Like{Not: m.flip(), X: m.expr(depth), Pattern: m.expr(depth), Escape: m.maybe(depth)}
	case 8:
		return &Between{Not: m.flip(), X: m.expr(depth), Lo: m.expr(depth), Hi: m.expr(depth)}
	case 9:
		return &In{Not: m.flip(), X: m.expr(depth), List: m.exprs(1+m.IntN(3), depth)}
	case 10:
		c := &Case{Operand: m.maybe(depth), Else: m.maybe(depth)}
		for range 1 + m.IntN(2) {
			c.Whens = append(c.Whens, When{m.expr(depth), m.expr(depth)})
		}
		return c
	case 11:
		return &Cast{X: m.expr(depth), Try: m.flip(), To: TypeName{Text: pick(m, "bigint", "decimal(10, 2)",
			"row<a int not null, `b c` array<string>>", "map<string, timestamp(3)>")}}
	case 12:
		// (a.b).c is a Field, a.b.c a Name: both are made.
		if m.flip() {
			return &Field{X: m.expr(depth), Name: m.part()}
		}
		return &Index{X: m.expr(depth), I: m.expr(depth)}
	default:
		return m.call(depth)
	}
}

func (m maker) call(depth int) Expr {
	unit := &Literal{Kind: LitString, Text: pick(m, "DAY", "HOUR")}
	switch m.IntN(9) {
	case 0:
		return &Call{Name: "COUNT", Star: true, Filter: m.maybe(depth)}
	case 1:
		return &Call{Name: "EXTRACT", Args: []Expr{unit, m.expr(depth)}}
	case 2:
		return &Call{Name: pick(m, "CEIL", "FLOOR"), Args: []Expr{m.expr(depth), unit}}
	case 3:
		return &Call{Name: "TIMESTAMPDIFF", Args: []Expr{unit, m.expr(depth), m.expr(depth)}}
	case 4:
		return &Call{Name: "POSITION", Args: m.exprs(2, depth)}
	case 5:
		return &Call{Name: pick(m, "TRIM", "LTRIM", "RTRIM"), Args: m.exprs(1+m.IntN(2), depth)}
	case 6:
		return &Call{Name: pick(m, "ARRAY", "MAP", "NOW"), Args: m.exprs(m.IntN(3), depth)}
	case 7:
		return &Call{Name: pick(m, bareCalls()...)}
	default:
		return &Call{Name: pick(m, "SUM", "LEFT", "IF", "SUBSTRING"), Distinct: m.flip(), Args: m.exprs(1+m.IntN(3), depth), Filter: m.maybe(depth)}
	}
}

func TestFormatRoundTrip(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(1, 2))}
	for i := range rounds(600, 3000) {
		e := m.expr(1 + i%4)
		text := Format(e)
		again, diags := ParseExpr(text)
		require.Empty(t, diags, text)
		require.Equal(t, dump(e), dump(again), text)
		require.Equal(t, text, Format(again))
	}
}

// Brackets beyond those that precedence needs would make two texts of one tree.
func TestFormatIsMinimal(t *testing.T) {
	for _, text := range []string{"a + b * c", "(a + b) * c", "NOT a = b", "a AND (b OR c)", "a - (b - c)", "-a[1]", "(-a)[1]", "a = (b IS NULL)"} {
		e, diags := ParseExpr(text)
		require.Empty(t, diags)
		require.Equal(t, text, Format(e))
	}
}

// sources returns n different texts, right and wrong ones.
func sources(n int) func() string {
	m := maker{rand.New(rand.NewPCG(3, 4))}
	i := 0
	return func() string {
		i++
		text := []rune(fmt.Sprintf("%s + c%d", Format(m.expr(1+i%4)), i%n))
		for range i % 3 {
			// Take a stretch out or double it, for broken texts that are nearly right.
			a := m.IntN(len(text))
			b := min(len(text), a+m.IntN(6))
			if m.flip() {
				text = append(text[:a:a], text[b:]...)
			} else {
				text = append(text[:b:b], text[a:]...)
			}
			if len(text) == 0 {
				text = []rune("x")
			}
		}
		return string(text)
	}
}
