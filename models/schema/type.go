package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is the kind of a type. The numbers are stored in plans and segments: append only.
type Kind uint8

// The kinds of the language.
const (
	Invalid Kind = iota
	Boolean
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float32
	Float64
	Decimal
	String
	Bytes
	Date
	Timestamp
	JSON
	Array
	Map
	Row
	// Null is the type of a bare NULL literal; no column has it.
	Null
	kinds
)

var kindNames = [kinds]string{
	Invalid: "invalid", Boolean: "boolean", Int8: "int8", Int16: "int16", Int32: "int32", Int64: "int64",
	Uint8: "uint8", Uint16: "uint16", Uint32: "uint32", Uint64: "uint64", Float32: "float32", Float64: "float64",
	Decimal: "decimal", String: "string", Bytes: "bytes", Date: "date", Timestamp: "timestamp", JSON: "json",
	Array: "array", Map: "map", Row: "row", Null: "null",
}

// String returns the kind's name in the language.
func (k Kind) String() string {
	if k >= kinds {
		return "invalid"
	}
	return kindNames[k]
}

// MaxPrecision is the largest precision of a decimal.
const MaxPrecision = 38

// Type is one type of the language. Types are values and are never changed after they were made.
//
// Units: a Date counts days since 1970-01-01; a Timestamp is an instant in microseconds since 1970-01-01T00:00:00Z
// whatever its declared Precision (3 or 6); a Decimal is an integer scaled by 10^Scale.
type Type struct {
	Kind Kind
	// Precision is the number of digits of a Decimal, or 3 or 6 for a Timestamp.
	Precision uint8
	// Scale is the number of digits behind the point of a Decimal.
	Scale uint8
	// Elem is the element type of an Array and the value type of a Map; ElemNullable says whether it may be NULL.
	Elem         *Type
	ElemNullable bool
	// Key is the key type of a Map; keys are never NULL.
	Key *Type
	// Fields are the fields of a Row.
	Fields []Field
}

// Field is a named column of a schema or member of a row.
type Field struct {
	Name        string `json:"name"`
	Type        Type   `json:"type"`
	Nullable    bool   `json:"nullable"`
	Description string `json:"description,omitempty"`
}

// Of returns the type of a kind without parameters; timestamps have precision 6.
func Of(k Kind) Type {
	if k == Timestamp {
		return Type{Kind: k, Precision: 6}
	}
	return Type{Kind: k}
}

// DecimalOf returns decimal(p, s).
func DecimalOf(p, s int) Type { return Type{Kind: Decimal, Precision: uint8(p), Scale: uint8(s)} }

// TimestampOf returns timestamp(p), p being 3 or 6.
func TimestampOf(p int) Type { return Type{Kind: Timestamp, Precision: uint8(p)} }

// ArrayOf returns array<elem> with nullable elements.
func ArrayOf(elem Type) Type { return Type{Kind: Array, Elem: &elem, ElemNullable: true} }

// MapOf returns map<key, elem> with nullable values.
func MapOf(key, elem Type) Type { return Type{Kind: Map, Key: &key, Elem: &elem, ElemNullable: true} }

// RowOf returns row<fields>.
func RowOf(fields ...Field) Type { return Type{Kind: Row, Fields: fields} }

// Signed reports whether the type is a signed integer.
func (t Type) Signed() bool { return t.Kind >= Int8 && t.Kind <= Int64 }

// Unsigned reports whether the type is an unsigned integer.
func (t Type) Unsigned() bool { return t.Kind >= Uint8 && t.Kind <= Uint64 }

// Integer reports whether the type is an integer.
func (t Type) Integer() bool { return t.Kind >= Int8 && t.Kind <= Uint64 }

// Float reports whether the type is a binary floating-point number.
func (t Type) Float() bool { return t.Kind == Float32 || t.Kind == Float64 }

// Numeric reports whether the type is a number.
func (t Type) Numeric() bool { return t.Kind >= Int8 && t.Kind <= Decimal }

// Nested reports whether the type holds other types.
func (t Type) Nested() bool { return t.Kind == Array || t.Kind == Map || t.Kind == Row }

// Bits returns the width of an integer or a float in bits, else 0.
func (t Type) Bits() int {
	switch t.Kind {
	case Int8, Uint8:
		return 8
	case Int16, Uint16:
		return 16
	case Int32, Uint32, Float32:
		return 32
	case Int64, Uint64, Float64:
		return 64
	default:
		return 0
	}
}

// Equal reports whether two types are the same, field names and nullability included, descriptions not.
func (t Type) Equal(o Type) bool {
	if t.Kind != o.Kind {
		return false
	}
	switch t.Kind {
	case Decimal:
		return t.Precision == o.Precision && t.Scale == o.Scale
	case Timestamp:
		return t.Precision == o.Precision
	case Array:
		return t.ElemNullable == o.ElemNullable && t.Elem.Equal(*o.Elem)
	case Map:
		return t.ElemNullable == o.ElemNullable && t.Key.Equal(*o.Key) && t.Elem.Equal(*o.Elem)
	case Row:
		return FieldsEqual(t.Fields, o.Fields)
	default:
		return true
	}
}

// FieldsEqual reports whether two field lists agree in names, types, nullability and order.
func FieldsEqual(a, b []Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Nullable != b[i].Nullable || !a[i].Type.Equal(b[i].Type) {
			return false
		}
	}
	return true
}

// String writes the type in the language: int64, decimal(10, 2), timestamp(3), array<int64>, map<string, json>,
// row<os string, ver string not null>. Parse reads it back.
func (t Type) String() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

func (t Type) write(b *strings.Builder) {
	switch t.Kind {
	case Decimal:
		fmt.Fprintf(b, "decimal(%d, %d)", t.Precision, t.Scale)
	case Timestamp:
		if t.Precision == 6 {
			b.WriteString("timestamp")
		} else {
			fmt.Fprintf(b, "timestamp(%d)", t.Precision)
		}
	case Array:
		b.WriteString("array<")
		t.Elem.write(b)
		writeNotNull(b, t.ElemNullable)
		b.WriteByte('>')
	case Map:
		b.WriteString("map<")
		t.Key.write(b)
		b.WriteString(", ")
		t.Elem.write(b)
		writeNotNull(b, t.ElemNullable)
		b.WriteByte('>')
	case Row:
		b.WriteString("row<")
		for i, f := range t.Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(quoteName(f.Name))
			b.WriteByte(' ')
			f.Type.write(b)
			writeNotNull(b, f.Nullable)
		}
		b.WriteByte('>')
	default:
		b.WriteString(t.Kind.String())
	}
}

func writeNotNull(b *strings.Builder, nullable bool) {
	if !nullable {
		b.WriteString(" not null")
	}
}

// quoteName writes a name bare when it is a plain identifier, else in back quotes with back quotes doubled.
func quoteName(s string) string {
	plain := s != ""
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return "`" + strings.ReplaceAll(s, "`", "``") + "`"
}

// MarshalText writes the type's text.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a type's text.
func (t *Type) UnmarshalText(b []byte) error {
	p, err := Parse(string(b))
	if err != nil {
		return err
	}
	*t = p
	return nil
}

// Parse reads a type as String writes it, in any case, with the SQL names as synonyms: BIGINT, INT, INTEGER, SMALLINT, TINYINT,
// FLOAT (float32), DOUBLE, REAL, VARCHAR, TEXT, VARBINARY, NUMERIC, BOOL, TIMESTAMP_LTZ.
func Parse(s string) (Type, error) {
	p := typeParser{rest: s}
	t, err := p.parse(0)
	if err != nil {
		return Type{}, fmt.Errorf("parsing type %q: %w", s, err)
	}
	if p.space(); p.rest != "" {
		return Type{}, fmt.Errorf("parsing type %q: unexpected %q behind the type", s, p.rest)
	}
	return t, nil
}

var typeNames = map[string]Kind{
	"boolean": Boolean, "bool": Boolean, "int8": Int8, "tinyint": Int8, "int16": Int16, "smallint": Int16,
	"int32": Int32, "int": Int32, "integer": Int32, "int64": Int64, "bigint": Int64,
	"uint8": Uint8, "uint16": Uint16, "uint32": Uint32, "uint64": Uint64,
	"float32": Float32, "float": Float32, "real": Float32, "float64": Float64, "double": Float64,
	"decimal": Decimal, "numeric": Decimal, "dec": Decimal, "string": String, "varchar": String, "text": String,
	"bytes": Bytes, "varbinary": Bytes, "date": Date, "timestamp": Timestamp, "timestamp_ltz": Timestamp, "json": JSON,
	"array": Array, "map": Map, "row": Row,
}

// TypeNames returns the names Parse knows, for completion and for the nearest name in a diagnostic.
func TypeNames() []string {
	out := make([]string, 0, len(typeNames))
	for n := range typeNames {
		out = append(out, n)
	}
	return out
}

// maxTypeDepth bounds nesting, so that hostile text cannot exhaust the stack.
const maxTypeDepth = 32

type typeParser struct{ rest string }

func (p *typeParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *typeParser) accept(c byte) bool {
	p.space()
	if p.rest != "" && p.rest[0] == c {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

func (p *typeParser) expect(c byte) error {
	if p.accept(c) {
		return nil
	}
	if p.rest == "" {
		return fmt.Errorf("expected %q at the end", c)
	}
	return fmt.Errorf("expected %q before %q", c, p.rest)
}

func (p *typeParser) word() string {
	p.space()
	i := 0
	for i < len(p.rest) && (p.rest[i] == '_' || p.rest[i] >= 'a' && p.rest[i] <= 'z' || p.rest[i] >= 'A' && p.rest[i] <= 'Z' || i > 0 && p.rest[i] >= '0' && p.rest[i] <= '9') {
		i++
	}
	w := p.rest[:i]
	p.rest = p.rest[i:]
	return w
}

func (p *typeParser) name() (string, error) {
	p.space()
	if strings.HasPrefix(p.rest, "`") {
		var b strings.Builder
		for i := 1; i < len(p.rest); i++ {
			if p.rest[i] != '`' {
				b.WriteByte(p.rest[i])
				continue
			}
			if i+1 < len(p.rest) && p.rest[i+1] == '`' {
				b.WriteByte('`')
				i++
				continue
			}
			p.rest = p.rest[i+1:]
			return b.String(), nil
		}
		return "", fmt.Errorf("a back-quoted name is not closed")
	}
	if w := p.word(); w != "" {
		return w, nil
	}
	return "", fmt.Errorf("expected a field name before %q", p.rest)
}

func (p *typeParser) numbers(lo, hi int) ([]int, error) {
	if !p.accept('(') {
		return nil, nil
	}
	var out []int
	for {
		p.space()
		i := 0
		for i < len(p.rest) && p.rest[i] >= '0' && p.rest[i] <= '9' {
			i++
		}
		n, err := strconv.Atoi(p.rest[:i])
		if err != nil || n < lo || n > hi {
			return nil, fmt.Errorf("expected a number from %d to %d before %q", lo, hi, p.rest)
		}
		p.rest = p.rest[i:]
		out = append(out, n)
		if p.accept(',') {
			continue
		}
		return out, p.expect(')')
	}
}

func (p *typeParser) notNull() (nullable bool, err error) {
	save := p.rest
	if !strings.EqualFold(p.word(), "not") {
		p.rest = save
		return true, nil
	}
	if !strings.EqualFold(p.word(), "null") {
		return false, fmt.Errorf("expected NULL behind NOT")
	}
	return false, nil
}

func (p *typeParser) parse(depth int) (Type, error) {
	if depth > maxTypeDepth {
		return Type{}, fmt.Errorf("types are nested deeper than %d", maxTypeDepth)
	}
	w := p.word()
	k, ok := typeNames[strings.ToLower(w)]
	if !ok {
		if w == "" {
			return Type{}, fmt.Errorf("expected a type before %q", p.rest)
		}
		return Type{}, fmt.Errorf("unknown type %q", w)
	}
	switch k {
	case Decimal:
		n, err := p.numbers(0, MaxPrecision)
		if err != nil {
			return Type{}, err
		}
		switch {
		case len(n) == 0:
			return DecimalOf(10, 0), nil
		case len(n) > 2 || n[0] < 1 || len(n) == 2 && n[1] > n[0]:
			return Type{}, fmt.Errorf("decimal takes a precision from 1 to %d and a scale not above it", MaxPrecision)
		case len(n) == 1:
			return DecimalOf(n[0], 0), nil
		}
		return DecimalOf(n[0], n[1]), nil
	case Timestamp:
		n, err := p.numbers(0, 9)
		if err != nil {
			return Type{}, err
		}
		if len(n) == 0 {
			return TimestampOf(6), nil
		}
		if len(n) != 1 || n[0] != 3 && n[0] != 6 {
			return Type{}, fmt.Errorf("timestamp has precision 3 or 6")
		}
		return TimestampOf(n[0]), nil
	case String, Bytes:
		// VARCHAR(n) is accepted and its length ignored, as strings have no declared length here.
		_, err := p.numbers(1, 1<<31-1)
		return Of(k), err
	case Array:
		if err := p.expect('<'); err != nil {
			return Type{}, err
		}
		elem, null, err := p.elem(depth)
		if err != nil {
			return Type{}, err
		}
		return Type{Kind: Array, Elem: &elem, ElemNullable: null}, p.expect('>')
	case Map:
		if err := p.expect('<'); err != nil {
			return Type{}, err
		}
		key, _, err := p.elem(depth)
		if err != nil {
			return Type{}, err
		}
		if key.Nested() || key.Kind == JSON {
			return Type{}, fmt.Errorf("a map's key cannot be %s", key)
		}
		if err := p.expect(','); err != nil {
			return Type{}, err
		}
		elem, null, err := p.elem(depth)
		if err != nil {
			return Type{}, err
		}
		return Type{Kind: Map, Key: &key, Elem: &elem, ElemNullable: null}, p.expect('>')
	case Row:
		return p.row(depth)
	default:
		return Of(k), nil
	}
}

func (p *typeParser) elem(depth int) (Type, bool, error) {
	t, err := p.parse(depth + 1)
	if err != nil {
		return Type{}, false, err
	}
	null, err := p.notNull()
	return t, null, err
}

func (p *typeParser) row(depth int) (Type, error) {
	if err := p.expect('<'); err != nil {
		return Type{}, err
	}
	var fields []Field
	seen := map[string]bool{}
	for {
		name, err := p.name()
		if err != nil {
			return Type{}, err
		}
		if seen[name] {
			return Type{}, fmt.Errorf("the row has the field %q twice", name)
		}
		seen[name] = true
		t, null, err := p.elem(depth)
		if err != nil {
			return Type{}, err
		}
		fields = append(fields, Field{Name: name, Type: t, Nullable: null})
		if p.accept(',') {
			continue
		}
		return Type{Kind: Row, Fields: fields}, p.expect('>')
	}
}
