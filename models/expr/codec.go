package expr

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/models/schema"
)

// wireExpr is the stored form of an Expr. Constants are texts, so that no reader rounds them. Spans are not stored.
type wireExpr struct {
	Op       string      `json:"op"`
	Type     schema.Type `json:"type"`
	Nullable bool        `json:"nullable,omitempty"`
	Column   *int        `json:"column,omitempty"`
	Name     string      `json:"name,omitempty"`
	Value    *string     `json:"value,omitempty"`
	Func     string      `json:"func,omitempty"`
	Args     []*Expr     `json:"args,omitempty"`
}

var opNames = [...]string{OpLiteral: "literal", OpColumn: "column", OpCall: "call"}

// MarshalJSON writes the tree. A literal without "value" is NULL.
func (e *Expr) MarshalJSON() ([]byte, error) {
	w := wireExpr{Op: opNames[e.Op], Type: e.Type, Nullable: e.Nullable, Func: e.Func, Args: e.Args}
	switch e.Op {
	case OpColumn:
		w.Column, w.Name = &e.Column, e.Name
	case OpLiteral:
		if e.Value != nil {
			text, err := encodeValue(e.Type, e.Value)
			if err != nil {
				return nil, fmt.Errorf("encoding an expression: %w", err)
			}
			w.Value = &text
		}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Expr) UnmarshalJSON(b []byte) error {
	var w wireExpr
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("decoding an expression: %w", err)
	}
	out := Expr{Type: w.Type, Nullable: w.Nullable}
	switch w.Op {
	case "column":
		if w.Column == nil || *w.Column < 0 {
			return fmt.Errorf("decoding an expression: a column without a position")
		}
		out.Op, out.Column, out.Name = OpColumn, *w.Column, w.Name
	case "literal":
		if w.Value != nil {
			v, err := decodeValue(w.Type, *w.Value)
			if err != nil {
				return fmt.Errorf("decoding an expression: %w", err)
			}
			out.Value = v
		}
	case "call":
		out.Op, out.Func, out.Args = OpCall, w.Func, w.Args
		for _, a := range w.Args {
			if a == nil {
				return fmt.Errorf("decoding an expression: %s has an empty argument", w.Func)
			}
		}
	default:
		return fmt.Errorf("decoding an expression: unknown op %q", w.Op)
	}
	*e = out
	return nil
}

// decodeValue is the inverse of encodeValue.
func decodeValue(t schema.Type, text string) (any, error) {
	switch batch.ClassOf(t) {
	case batch.ClassBool:
		return strconv.ParseBool(text)
	case batch.ClassI64:
		return strconv.ParseInt(text, 10, 64)
	case batch.ClassU64:
		return strconv.ParseUint(text, 10, 64)
	case batch.ClassF64:
		return strconv.ParseFloat(text, 64)
	case batch.ClassDec:
		n, ok := new(big.Int).SetString(text, 10)
		if !ok || n.BitLen() > 127 {
			return nil, fmt.Errorf("%q is not a decimal's integer", text)
		}
		return decimal128.FromBigInt(n), nil
	case batch.ClassStr:
		if t.Kind == schema.Bytes {
			return base64.StdEncoding.DecodeString(text)
		}
		return text, nil
	}
	return nil, fmt.Errorf("a constant of type %s cannot be read", t)
}

type wireAgg struct {
	Func     string      `json:"func"`
	Arg      *Expr       `json:"arg,omitempty"`
	Distinct bool        `json:"distinct,omitempty"`
	Filter   *Expr       `json:"filter,omitempty"`
	Type     schema.Type `json:"type"`
	Nullable bool        `json:"nullable,omitempty"`
}

// MarshalJSON writes the aggregate.
func (a Agg) MarshalJSON() ([]byte, error) { return json.Marshal(wireAgg(a)) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (a *Agg) UnmarshalJSON(b []byte) error {
	var w wireAgg
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("decoding an aggregate: %w", err)
	}
	*a = Agg(w)
	return nil
}
