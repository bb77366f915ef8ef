package clickhouse

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/shopspring/decimal"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/models/batch"
	"millrace/models/schema"
)

// readColumn takes the values of one column into a vector.
type readColumn struct {
	builder *batch.Builder
	// dest is what the driver scans into, take appends what is there.
	dest any
	take func() error
}

func readColumnOf(f schema.Field, raw bool, rows int) readColumn {
	c := readColumn{builder: batch.NewBuilder(f.Type, rows)}
	b := c.builder
	if f.Type.Nested() {
		var text string
		c.dest, c.take = &text, func() error { return takeCells(b, f, raw, text) }
		return c
	}
	switch f.Type.Kind {
	case schema.Boolean:
		c.dest, c.take = scanned(f, b, b.AppendBool)
	case schema.Int8:
		c.dest, c.take = scanned(f, b, func(v int8) { b.AppendInt(int64(v)) })
	case schema.Int16:
		c.dest, c.take = scanned(f, b, func(v int16) { b.AppendInt(int64(v)) })
	case schema.Int32, schema.Date:
		c.dest, c.take = scanned(f, b, func(v int32) { b.AppendInt(int64(v)) })
	case schema.Int64, schema.Timestamp:
		c.dest, c.take = scanned(f, b, b.AppendInt)
	case schema.Uint8:
		c.dest, c.take = scanned(f, b, func(v uint8) { b.AppendUint(uint64(v)) })
	case schema.Uint16:
		c.dest, c.take = scanned(f, b, func(v uint16) { b.AppendUint(uint64(v)) })
	case schema.Uint32:
		c.dest, c.take = scanned(f, b, func(v uint32) { b.AppendUint(uint64(v)) })
	case schema.Uint64:
		c.dest, c.take = scanned(f, b, b.AppendUint)
	case schema.Float32:
		c.dest, c.take = scanned(f, b, func(v float32) { b.AppendFloat(float64(v)) })
	case schema.Float64:
		c.dest, c.take = scanned(f, b, b.AppendFloat)
	case schema.Decimal:
		scale := int32(f.Type.Scale)
		c.dest, c.take = scanned(f, b, func(v decimal.Decimal) { b.AppendDecimal(unscaled(v, scale)) })
	default:
		c.dest, c.take = scanned(f, b, b.AppendString)
	}
	return c
}

// scanned makes the destination of a column, which is a pointer more where there may be NULL.
func scanned[T any](f schema.Field, b *batch.Builder, add func(T)) (dest any, take func() error) {
	if !f.Nullable {
		v := new(T)
		return v, func() error { add(*v); return nil }
	}
	p := new(*T)
	return p, func() error {
		if *p == nil {
			b.AppendNull()
		} else {
			add(**p)
		}
		return nil
	}
}

// unscaled is a decimal's number without the point. The column's type has the scale, so that no digit is lost.
func unscaled(v decimal.Decimal, scale int32) decimal128.Num {
	n := v.Coefficient()
	if by := v.Exponent() + scale; by > 0 {
		n.Mul(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(by)), nil))
	}
	return decimal128.FromBigInt(n)
}

// rawType is a type with numbers for dates and times.
func rawType(t schema.Type) schema.Type {
	switch t.Kind {
	case schema.Date:
		return schema.Of(schema.Int32)
	case schema.Timestamp:
		return schema.Of(schema.Int64)
	}
	if t.Elem != nil {
		e := rawType(*t.Elem)
		t.Elem = &e
	}
	if t.Key != nil {
		k := rawType(*t.Key)
		t.Key = &k
	}
	fields := make([]schema.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = schema.Field{Name: f.Name, Type: rawType(f.Type), Nullable: f.Nullable}
	}
	t.Fields = fields
	return t
}

// optionalOf is how a nested value that may be NULL comes in a raw query.
func optionalOf(t schema.Type) schema.Type { return schema.Type{Kind: schema.Array, Elem: &t} }

// cells writes the expression that gives a nested column's cells.
func (q *Select) cells(v string, f schema.Field) (string, error) {
	t := f.Type
	if q.Raw {
		if t = rawType(t); f.Nullable {
			t = optionalOf(t)
		}
	}
	text, err := chsql.Type(t, false)
	if err != nil {
		return "", err
	}
	c, err := chtype.Parse(text)
	if err != nil {
		return "", err
	}
	return readable(v, t, c, 0), nil
}

// takeCells appends a nested value from the JSON text of its cells.
func takeCells(b *batch.Builder, f schema.Field, raw bool, text string) error {
	var cell any
	if err := json.Unmarshal([]byte(text), &cell); err != nil {
		return fmt.Errorf("reading a nested value: %w", err)
	}
	if raw && f.Nullable {
		one, ok := cell.([]any)
		switch {
		case !ok || len(one) > 1:
			return fmt.Errorf("reading a nested value: it is %.60s", text)
		case len(one) == 0:
			b.AppendNull()
			return nil
		}
		cell = one[0]
	}
	return appendCell(b, f.Type, cell)
}

// appendCell is the reverse of readable.
func appendCell(b *batch.Builder, t schema.Type, cell any) error {
	if cell == nil {
		b.AppendNull()
		return nil
	}
	if list, ok := cell.([]any); ok {
		return appendCells(b, t, list)
	}
	text, ok := cell.(string)
	if !ok || t.Nested() {
		return fmt.Errorf("%T is no cell of %s", cell, t)
	}
	switch batch.ClassOf(t) {
	case batch.ClassBool:
		b.AppendBool(text == "1")
	case batch.ClassI64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		b.AppendInt(n)
	case batch.ClassU64:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return err
		}
		b.AppendUint(n)
	case batch.ClassF64:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return err
		}
		b.AppendFloat(math.Float64frombits(n))
	case batch.ClassDec:
		d, err := decimal.NewFromString(text)
		if err != nil {
			return err
		}
		b.AppendDecimal(unscaled(d, int32(t.Scale)))
	default:
		bytes, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		b.AppendBytes(bytes)
	}
	return nil
}

// appendCells appends an array, a map (of pairs) or a row.
func appendCells(b *batch.Builder, t schema.Type, list []any) error {
	switch t.Kind {
	case schema.Array:
		for _, e := range list {
			if err := appendCell(b.Elems(), *t.Elem, e); err != nil {
				return err
			}
		}
		b.CloseList()
	case schema.Map:
		for _, e := range list {
			pair, ok := e.([]any)
			if !ok || len(pair) != 2 {
				return fmt.Errorf("%v is no pair of a map", e)
			}
			if err := appendCell(b.Keys(), *t.Key, pair[0]); err != nil {
				return err
			}
			if err := appendCell(b.Elems(), *t.Elem, pair[1]); err != nil {
				return err
			}
		}
		b.CloseList()
	case schema.Row:
		if len(list) != len(t.Fields) {
			return fmt.Errorf("%d values for a row of %d", len(list), len(t.Fields))
		}
		for i, f := range t.Fields {
			if err := appendCell(b.Field(i), f.Type, list[i]); err != nil {
				return err
			}
		}
		b.CloseRow()
	default:
		return fmt.Errorf("a list is no value of %s", t)
	}
	return nil
}
