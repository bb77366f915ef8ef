package clickhouse

import (
	"errors"
	"fmt"

	"millrace/components/clickhouse/chtype"
	"millrace/models/schema"
)

// language returns the type of the language that holds every value of a column, and what is said of the difference, if there is one. It
// is the reverse of chsql.Type as far as that goes: what it gives can be written to the column again. An error says why there is none.
func language(c chtype.Type) (t schema.Type, note string, err error) {
	for _, k := range []schema.Kind{schema.Int8, schema.Int16, schema.Int32, schema.Int64, schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64} {
		name := "Int"
		if schema.Of(k).Unsigned() {
			name = "UInt"
		}
		if c.Name == fmt.Sprintf("%s%d", name, schema.Of(k).Bits()) {
			return schema.Of(k), "", nil
		}
	}
	switch c.Name {
	case "Bool":
		return schema.Of(schema.Boolean), "", nil
	case "Float32":
		return schema.Of(schema.Float32), "", nil
	case "Float64":
		return schema.Of(schema.Float64), "", nil
	case "Decimal":
		if c.Precision > schema.MaxPrecision {
			return t, "", fmt.Errorf("it has more than %d digits", schema.MaxPrecision)
		}
		return schema.DecimalOf(c.Precision, c.Scale), "", nil
	case "String":
		return schema.Of(schema.String), "", nil
	case "FixedString", "UUID", "Enum8", "Enum16":
		return schema.Of(schema.String), c.Name + " is taken for its text", nil
	case "Date", "Date32":
		return schema.Of(schema.Date), "", nil
	case "DateTime":
		return schema.TimestampOf(3), "", nil
	case "DateTime64":
		return dateTime64(c)
	case "JSON":
		return schema.Of(schema.JSON), "", nil
	case "Array", "Map", "Tuple":
		return languageNested(c)
	case "AggregateFunction":
		return t, "", errors.New("it holds states of an aggregate, not values")
	}
	return t, "", errors.New("no type of the language holds its values")
}

func dateTime64(c chtype.Type) (schema.Type, string, error) {
	switch {
	case c.Low:
		return schema.Type{}, "", errors.New("LowCardinality times are not written")
	case c.Precision <= 3:
		return schema.TimestampOf(3), "", nil
	case c.Precision <= 6:
		return schema.TimestampOf(6), "", nil
	default:
		return schema.TimestampOf(6), "digits behind the microseconds are not read", nil
	}
}

func languageNested(c chtype.Type) (schema.Type, string, error) {
	elems := make([]schema.Type, len(c.Elems))
	note := ""
	for i, e := range c.Elems {
		one, said, err := language(e)
		if err != nil {
			return schema.Type{}, "", fmt.Errorf("within it, %s: %w", e.Text, err)
		}
		if elems[i] = one; said != "" {
			note = said
		}
	}
	switch c.Name {
	case "Array":
		return schema.Type{Kind: schema.Array, Elem: &elems[0], ElemNullable: c.Elems[0].Nullable}, note, nil
	case "Map":
		return schema.Type{Kind: schema.Map, Key: &elems[0], Elem: &elems[1], ElemNullable: c.Elems[1].Nullable}, note, nil
	}
	t := schema.Type{Kind: schema.Row}
	for i, e := range elems {
		name := c.Fields[i]
		if name == "" {
			name = fmt.Sprintf("f%d", i+1)
		}
		t.Fields = append(t.Fields, schema.Field{Name: name, Type: e, Nullable: c.Elems[i].Nullable})
	}
	return t, note, nil
}
