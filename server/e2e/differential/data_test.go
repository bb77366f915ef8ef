package differential

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse/chsql"
	"millrace/models/batch"
	"millrace/models/schema"
	"millrace/pipelines/dialect/clickhouse"
	"millrace/server/e2e/rig"
)

// dataset is a table of random rows. Column id numbers them.
type dataset struct {
	name   string
	schema *schema.Schema
	rows   [][]any
	// raw says that the table holds dates and timestamps as plain integers, so that all years fit.
	raw bool
	// kinds are those of a changelog's rows; nil for inserts only.
	kinds []batch.RowKind
}

// kindColumn is the column of a changelog's table that holds the kinds.
const kindColumn = "change"

// columnsOf makes a schema from "name type [not null]" texts.
func columnsOf(t testing.TB, decls ...string) *schema.Schema {
	s := &schema.Schema{}
	for _, d := range decls {
		name, text, _ := strings.Cut(d, " ")
		bare, notNull := strings.CutSuffix(text, " not null")
		typ, err := schema.Parse(bare)
		require.NoError(t, err, d)
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: typ, Nullable: !notNull && !typ.Nested()})
	}
	return s
}

// allTypes has a column of every type, the small integers and texts twice so that they meet.
func allTypes(t testing.TB) *schema.Schema {
	return columnsOf(t, "id int64 not null", "i8 int8", "i16 int16", "i32 int32", "i64 int64", "u8 uint8", "u16 uint16", "u32 uint32", "u64 uint64",
		"f32 float32", "f64 float64", "d decimal(10, 2)", "big decimal(38, 10)", "whole decimal(20, 0)", "s string", "t string", "bin bytes", "day date",
		"ts timestamp", "ts3 timestamp(3)", "j json", "x boolean", "y boolean", "n int64 not null", "k int32", "e timestamp not null",
		"arr array<int64>", "m map<string, int64>", "device row<os string, ver string not null>")
}

// values makes random values of a type; about one in seven is NULL where that is allowed, and every other is an edge.
type values struct {
	r *rand.Rand
	// far allows dates outside of 1900 to 2299.
	far bool
	// instants are times worth meeting: around changes of the clocks.
	instants []int64
}

func newValues(seed uint64, far bool, zone *time.Location) *values {
	v := &values{r: rand.New(rand.NewPCG(seed, 77)), far: far}
	for _, year := range []int{1950, 1999, 2024, 2026, 2150, 2298} {
		at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		v.instants = append(v.instants, at.UnixMicro())
		for range 3 {
			_, next := at.In(zone).ZoneBounds()
			if next.IsZero() || next.Year() > 2299 {
				break
			}
			for _, d := range []time.Duration{0, -time.Microsecond, 30 * time.Minute, -30 * time.Minute, 90 * time.Minute, 3 * time.Hour, -25 * time.Hour} {
				v.instants = append(v.instants, next.Add(d).UnixMicro())
			}
			at = next
		}
	}
	v.instants = append(v.instants, 0, -1, 1_700_000_000_123_456, time.Date(2024, 2, 29, 23, 59, 59, 999999000, time.UTC).UnixMicro(),
		time.Date(2023, 12, 31, 12, 0, 0, 0, time.UTC).UnixMicro(), time.Date(1900, 1, 2, 0, 0, 0, 0, time.UTC).UnixMicro())
	if far {
		v.instants = append(v.instants, -62135596800000000, 253402300799999999, time.Date(1582, 10, 10, 1, 2, 3, 0, time.UTC).UnixMicro(),
			time.Date(2400, 2, 29, 1, 2, 3, 0, time.UTC).UnixMicro(), time.Date(9999, 7, 1, 1, 2, 3, 4000, time.UTC).UnixMicro(),
			time.Date(3024, 7, 3, 1, 2, 3, 4000, time.UTC).UnixMicro(), time.Date(1850, 7, 3, 1, 2, 3, 4000, time.UTC).UnixMicro())
	}
	return v
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

var texts = []string{"", "a", "b", "ab", "A", "Zebra", "  pad ", "12", "-7", "+3", " 42 ", "1e3", "3.14", ".5", "5.", "NaN", "inf", "-Infinity", "true", "No", "t", "0",
	"2024-02-29", "2024-02-30", "2024-01-31 12:30:15.123456", "2024-03-10 02:30:00", "2024-11-03T01:30:00", "2024-07-01T00:00:00+08:00", "0001-01-01", "9999-12-31 23:59:59.999999",
	"99999999999999999999", "-9223372036854775808", "128", "255", "1.005", "0.995", "99999999.995", "1e400", "0x10", "1_000", "é", "e\u0301", "中文音乐", "😀😀", "a%b_c", `back\slash`, "line\nbreak", "tab\tx",
	"/song/42/x", "ÀÉ ßﬁ İı ǆ Σς", "{\"a\":1.50}", `{"a":{"b":[1,2,{"c":"x\u00e9\ud83d\ude00"}]},"n":null}`, "[1, 2 , 3]", "{a}", "'quoted'", "\"q\"", "$1", "!x!%", "\u00a0", "a,b,,c", "ab ab ab", "00000000000000000000000000000000000000000000012",
	"123456789012345678901234567890.12345", "1E-5", "-0", "-0.004", "12:30", "2024-1-1", "20240131", "31/01/2024 23:59"}

var jsons = []string{`{"a":1.50,"b":"x","c":[1,2,3],"d":{"e":null,"f":true}}`, `{"a": 12 , "b" : "\u4e2d\n" }`, `[ {"a":1}, {"a":[ ]} ]`, `"text"`, `12`, `-1.5e400`, `null`, `true`, `{}`, `[]`,
	`{"a":"\ud800x","a":2}`, `{"a":{"a":{"a":"deep"}}}`, `{"":1,"a b":{"x":0.10}}`, `12345678901234567890123`, ` {"a" : [ 1 , 2 ] } `, `"12"`, `{"a":"}{,:"}`}

func (v *values) integer(lo int64, hi uint64) any {
	edges := []int64{0, 1, -1, 2, 3, 7, 10, 100, lo, lo + 1}
	if hi <= math.MaxInt64 {
		edges = append(edges, int64(hi), int64(hi)-1, int64(hi)/2)
	}
	for {
		n := pick(v.r, edges)
		if v.r.IntN(2) == 0 {
			n = int64(v.r.Uint64()) >> v.r.IntN(63)
		}
		if lo < 0 {
			if n >= lo && n <= int64(hi) {
				return n
			}
			continue
		}
		u := uint64(n)
		if v.r.IntN(6) == 0 {
			u = hi - uint64(v.r.IntN(2))
		}
		if u <= hi {
			return u
		}
	}
}

func (v *values) float(bits int) float64 {
	edges := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, -0.5, 1.005, 2.5, 3.5, 1e10, 123456.789, 1e17, 9.007199254740993e15, 1e21, 1e-7, -1e300, 5e-324, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1),
		9223372036854775807, -9223372036854775808, 18446744073709551615, 1e19, 0.30000000000000004, 1.5, 1e25, 123e18}
	f := pick(v.r, edges)
	switch v.r.IntN(4) {
	case 0:
		f = float64(v.r.IntN(2000)-1000) / 8
	case 1:
		f = v.r.NormFloat64() * math.Pow(10, float64(v.r.IntN(40)-20))
	}
	if bits == 32 {
		return float64(float32(f))
	}
	return f
}

func (v *values) decimal(p, s int) decimal128.Num {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p)), nil)
	limit.Sub(limit, big.NewInt(1))
	n := new(big.Int)
	switch v.r.IntN(5) {
	case 0:
		n.Set(limit)
	case 1:
		n.SetInt64(int64(v.r.IntN(2000)))
	case 2:
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(s)), nil)
		n.Mul(unit, big.NewInt(int64(v.r.IntN(9))))
	default:
		for range v.r.IntN(p) + 1 {
			n.Mul(n, big.NewInt(10)).Add(n, big.NewInt(int64(v.r.IntN(10))))
		}
	}
	if v.r.IntN(2) == 0 {
		n.Neg(n)
	}
	return decimal128.FromBigInt(n)
}

func (v *values) instant() int64 {
	t := pick(v.r, v.instants)
	switch v.r.IntN(3) {
	case 0:
		return t
	case 1:
		t += int64(v.r.IntN(400)) * 86400e6
	}
	lo, hi := time.Date(1900, 1, 3, 0, 0, 0, 0, time.UTC).UnixMicro(), time.Date(2299, 12, 30, 0, 0, 0, 0, time.UTC).UnixMicro()
	if v.far {
		lo, hi = -62135596800000000, 253402300799999999
	}
	return min(max(t+v.r.Int64N(86400e6), lo), hi)
}

func (v *values) text() string {
	if v.r.IntN(8) == 0 {
		return pick(v.r, texts) + pick(v.r, texts)
	}
	return pick(v.r, texts)
}

func (v *values) value(f schema.Field) any {
	if f.Nullable && v.r.IntN(7) == 0 {
		return nil
	}
	switch t := f.Type; t.Kind {
	case schema.Boolean:
		return v.r.IntN(2) == 0
	case schema.Int8, schema.Int16, schema.Int32, schema.Int64:
		if f.Name == "k" || f.Name == "n" {
			return int64(v.r.IntN(7)) - 1
		}
		return v.integer(-1<<(t.Bits()-1), 1<<(t.Bits()-1)-1)
	case schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64:
		return v.integer(0, ^uint64(0)>>(64-t.Bits()))
	case schema.Float32, schema.Float64:
		if f.Name == "q" {
			return float64(v.r.IntN(800)-400) / 8
		}
		return v.float(t.Bits())
	case schema.Decimal:
		return v.decimal(int(t.Precision), int(t.Scale))
	case schema.String:
		return v.text()
	case schema.Bytes:
		if v.r.IntN(4) == 0 {
			return []byte{0xff, 0, 0x41}
		}
		return []byte(v.text())
	case schema.JSON:
		return pick(v.r, jsons)
	case schema.Date:
		return floorDiv(v.instant(), 86400e6)
	case schema.Timestamp:
		at := v.instant()
		if f.Name == "e" {
			at = time.Date(2024, 3, 9, 22, 0, 0, 0, time.UTC).UnixMicro() + int64(v.r.IntN(40))*600_000_000 + int64(v.r.IntN(3))
		}
		if t.Precision == 3 {
			return floorDiv(at, 1000) * 1000
		}
		return at
	case schema.Array:
		out := []any{}
		for range v.r.IntN(4) {
			out = append(out, v.value(schema.Field{Type: *t.Elem, Nullable: t.ElemNullable}))
		}
		return out
	case schema.Map:
		out := [][2]any{}
		for i := range v.r.IntN(3) {
			out = append(out, [2]any{[]string{"a", "b", "é"}[i], v.value(schema.Field{Type: *t.Elem, Nullable: t.ElemNullable})})
		}
		return out
	case schema.Row:
		out := make([]any, len(t.Fields))
		for i, m := range t.Fields {
			out[i] = v.value(m)
		}
		return out
	}
	panic("no values of " + f.Type.String())
}

func (v *values) dataset(name string, s *schema.Schema, n int) *dataset {
	d := &dataset{name: name, schema: s, raw: v.far}
	for i := range n {
		row := make([]any, len(s.Fields))
		for c, f := range s.Fields {
			if row[c] = v.value(f); f.Name == "id" {
				row[c] = int64(i)
			}
		}
		d.rows = append(d.rows, row)
	}
	return d
}

// table is the dataset as the dialect sees it.
func (d *dataset) table(name string) clickhouse.Table {
	out := clickhouse.Table{From: name, Order: []string{"id"}, RawTimes: d.raw}
	if d.kinds != nil {
		out.Kind = kindColumn
	}
	return out
}

// load creates the table and fills it.
func (d *dataset) load(t testing.TB, db *rig.Database) {
	t.Helper()
	var cols []string
	var data []byte
	for _, f := range d.schema.Fields {
		typ, err := chsql.Type(f.Type, f.Nullable)
		require.NoError(t, err)
		if d.raw {
			typ = strings.NewReplacer("Date32", "Int32", "DateTime64(6, 'UTC')", "Int64", "DateTime64(3, 'UTC')", "Int64").Replace(typ)
		}
		cols = append(cols, chsql.Quote(f.Name)+" "+typ)
	}
	if d.kinds != nil {
		cols = append(cols, kindColumn+" UInt8")
	}
	for r, row := range d.rows {
		for i, f := range d.schema.Fields {
			data = appendBinary(data, f.Type, f.Nullable, row[i], d.raw)
		}
		if d.kinds != nil {
			data = append(data, byte(d.kinds[r]))
		}
	}
	db.Text(fmt.Sprintf("CREATE TABLE $db.%s (%s) ENGINE = Memory", d.name, strings.Join(cols, ", ")))
	if len(d.rows) > 0 {
		db.Insert(d.name, "RowBinary", strings.NewReader(string(data)))
	}
}

// batch returns the rows [from, to) as a batch.
func (d *dataset) batch(from, to int) *batch.Batch {
	b := &batch.Batch{Schema: d.schema, N: to - from}
	for i, f := range d.schema.Fields {
		col := batch.NewBuilder(f.Type, to-from)
		for _, row := range d.rows[from:to] {
			appendValue(col, row[i])
		}
		b.Cols = append(b.Cols, col.Finish())
	}
	for i := from; i < to; i++ {
		b.Offs = append(b.Offs, int64(i))
	}
	if d.kinds != nil {
		b.Kinds = d.kinds[from:to]
	}
	return b
}

func appendValue(b *batch.Builder, v any) {
	switch x := v.(type) {
	case nil:
		b.AppendNull()
	case bool:
		b.AppendBool(x)
	case int64:
		b.AppendInt(x)
	case uint64:
		b.AppendUint(x)
	case float64:
		b.AppendFloat(x)
	case decimal128.Num:
		b.AppendDecimal(x)
	case string:
		b.AppendString(x)
	case []byte:
		b.AppendBytes(x)
	case [][2]any:
		for _, e := range x {
			appendValue(b.Keys(), e[0])
			appendValue(b.Elems(), e[1])
		}
		b.CloseList()
	case []any:
		if b.Type().Kind == schema.Row {
			for i, e := range x {
				appendValue(b.Field(i), e)
			}
			b.CloseRow()
			return
		}
		for _, e := range x {
			appendValue(b.Elems(), e)
		}
		b.CloseList()
	}
}

// show writes a value so that equal values have equal texts: floats by their bits, every NaN alike.
func show(v any) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case float64:
		if math.IsNaN(x) {
			return "NaN"
		}
		return fmt.Sprintf("%v#%x", x, math.Float64bits(x))
	case decimal128.Num:
		return x.ToString(0)
	case string:
		return fmt.Sprintf("%q", x)
	case []byte:
		return fmt.Sprintf("x%x", x)
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = show(e)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case [][2]any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = show(e[0]) + ":" + show(e[1])
		}
		return "{" + strings.Join(parts, " ") + "}"
	}
	return fmt.Sprint(v)
}
