package sqltext

import "millrace/models/diag"

// Expr is a parsed expression. The set of implementations is closed.
type Expr interface {
	// Span returns the stretch of source text the expression was read from.
	Span() diag.Span
	expr()
}

// Place is embedded by every node and holds its span.
type Place struct{ At diag.Span }

// Span returns the node's place in the source.
func (p Place) Span() diag.Span { return p.At }
func (Place) expr()             {}

type (
	// Literal is a constant as written.
	Literal struct {
		Place
		Kind LiteralKind
		// Text is the constant's meaning as text: the unescaped string, the digits of a number, "true"/"false", the text of a
		// DATE or TIMESTAMP literal, the hexadecimal digits of a bytes literal. Empty for NULL.
		Text string
	}

	// Interval is INTERVAL '5' MINUTE and INTERVAL '1:30' HOUR TO MINUTE. Either Months or Micros is used, by the unit.
	Interval struct {
		Place
		Months int64
		Micros int64
		// Calendar is true for YEAR and MONTH units.
		Calendar bool
	}

	// Name is a column or a path into a row: a, t.a, device.os. Parts are unquoted.
	Name struct {
		Place
		Parts []NamePart
	}

	// Param is a typed parameter of the model, :min_ms.
	Param struct {
		Place
		Name string
	}

	// Unary is NOT x, -x, +x.
	Unary struct {
		Place
		Op UnaryOp
		X  Expr
	}

	// Binary is an arithmetic, comparison, logical or concatenation operator.
	Binary struct {
		Place
		Op   BinaryOp
		L, R Expr
	}

	// IsTest is x IS [NOT] NULL | TRUE | FALSE | UNKNOWN.
	IsTest struct {
		Place
		X    Expr
		Not  bool
		Test TestKind
	}

	// DistinctFrom is l IS [NOT] DISTINCT FROM r.
	DistinctFrom struct {
		Place
		Not  bool
		L, R Expr
	}

	// Like is x [NOT] LIKE pattern [ESCAPE escape].
	Like struct {
		Place
		Not     bool
		X       Expr
		Pattern Expr
		// Escape is nil when not given; then there is no escape character.
		Escape Expr
	}

	// Between is x [NOT] BETWEEN lo AND hi.
	Between struct {
		Place
		Not       bool
		X, Lo, Hi Expr
	}

	// In is x [NOT] IN (list).
	In struct {
		Place
		Not  bool
		X    Expr
		List []Expr
	}

	// Case is CASE [operand] WHEN ... THEN ... [ELSE ...] END.
	Case struct {
		Place
		// Operand is nil for the searched form.
		Operand Expr
		Whens   []When
		// Else is nil when absent.
		Else Expr
	}

	// Cast is CAST(x AS type) and TRY_CAST(x AS type).
	Cast struct {
		Place
		X   Expr
		Try bool
		To  TypeName
	}

	// Call is name([DISTINCT] args) [FILTER (WHERE filter)]. COUNT(*) has Star. EXTRACT(unit FROM x) arrives as EXTRACT with
	// a string literal first; TRIM's forms as TRIM / LTRIM / RTRIM; functions written without parentheses have no Args.
	Call struct {
		Place
		// Name is in upper case.
		Name     string
		NameAt   diag.Span
		Distinct bool
		Star     bool
		Args     []Expr
		Filter   Expr
		// Over is the window of an OVER clause, nil when there is none.
		Over *WindowSpec
	}

	// Field is x.name on something that is not a plain name: f(x).name, (a.b).c.
	Field struct {
		Place
		X    Expr
		Name NamePart
	}

	// Index is x[i]: an array by position from 1, a map by key.
	Index struct {
		Place
		X, I Expr
	}

	// Star is the * of a select list or of COUNT(*).
	Star struct{ Place }

	// Bad stands where the parser could not make sense of the text; a diagnostic was given.
	Bad struct{ Place }
)

// NamePart is one part of a dotted name.
type NamePart struct {
	Text string
	At   diag.Span
}

// When is one branch of a Case.
type When struct{ Cond, Then Expr }

// TypeName is a type as written; Text is what schema.Parse reads.
type TypeName struct {
	Text string
	At   diag.Span
}

// LiteralKind is the kind of a Literal.
type LiteralKind uint8

// The literal kinds. An Int has only digits, a Decimal a point, a Float an exponent.
const (
	LitNull LiteralKind = iota
	LitBool
	LitInt
	LitDecimal
	LitFloat
	LitString
	LitBytes
	LitDate
	LitTimestamp
)

// UnaryOp is the operator of a Unary.
type UnaryOp uint8

// The unary operators.
const (
	Not UnaryOp = iota
	Neg
	Plus
)

// BinaryOp is the operator of a Binary.
type BinaryOp uint8

// The binary operators; Concat is ||, Mod is %.
const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	Mod
	Concat
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	And
	Or
)

// TestKind is what an IsTest asks.
type TestKind uint8

// The tests.
const (
	TestNull TestKind = iota
	TestTrue
	TestFalse
	TestUnknown
)
