package batch

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

// The bytes of keys are in checkpoints: they are written out here, not made anew with a flag.
func TestKeyBytes(t *testing.T) {
	text, num := schema.Of(schema.String), schema.Of(schema.Float64)
	oddNaN := math.Float64frombits(0x7ff8000000000002)
	for _, c := range []struct {
		name   string
		typ    schema.Type
		append func(b *Builder)
		key    string
		// byBits is the value's where every bit counts, when it is another one than the key's.
		byBits string
	}{
		{"null", text, func(b *Builder) { b.AppendNull() }, "00", ""},
		{"true", schema.Of(schema.Boolean), func(b *Builder) { b.AppendBool(true) }, "0101", ""},
		{"false", schema.Of(schema.Boolean), func(b *Builder) { b.AppendBool(false) }, "0100", ""},
		{"int8", schema.Of(schema.Int8), func(b *Builder) { b.AppendInt(-2) }, "01feffffffffffffff", ""},
		{"timestamp", schema.Of(schema.Timestamp), func(b *Builder) { b.AppendInt(0x0102030405060708) }, "010807060504030201", ""},
		{"uint64", schema.Of(schema.Uint64), func(b *Builder) { b.AppendUint(math.MaxUint64) }, "01ffffffffffffffff", ""},
		{"float", num, func(b *Builder) { b.AppendFloat(1) }, "01000000000000f03f", ""},
		{"-0", num, func(b *Builder) { b.AppendFloat(math.Copysign(0, -1)) }, "010000000000000000", "0000000000000080"},
		{"NaN", num, func(b *Builder) { b.AppendFloat(math.NaN()) }, "01010000000000f87f", ""},
		{"another NaN", num, func(b *Builder) { b.AppendFloat(oddNaN) }, "01010000000000f87f", "020000000000f87f"},
		{"decimal", schema.DecimalOf(38, 2), func(b *Builder) { b.AppendDecimal(decimal128.New(-1, 0x0203)) }, "010302000000000000ffffffffffffffff", ""},
		{"string", text, func(b *Builder) { b.AppendString("é") }, "0102c3a9", ""},
		{"empty string", text, func(b *Builder) { b.AppendString("") }, "0100", ""},
		{"array", schema.ArrayOf(num), func(b *Builder) {
			b.Elems().AppendNull()
			b.Elems().AppendFloat(math.Copysign(0, -1))
			b.CloseList()
		}, "0102" + "00" + "010000000000000000", "02" + "00" + "010000000000000080"},
		{"map", schema.MapOf(text, schema.Of(schema.Boolean)), func(b *Builder) {
			b.Keys().AppendString("k")
			b.Elems().AppendBool(true)
			b.CloseList()
		}, "0101" + "01016b" + "0101", ""},
		{"row", schema.RowOf(schema.Field{Name: "x", Type: text, Nullable: true}, schema.Field{Name: "y", Type: text, Nullable: true}), func(b *Builder) {
			b.Field(0).AppendNull()
			b.Field(1).AppendString("y")
			b.CloseRow()
		}, "01" + "00" + "010179", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBuilder(c.typ, 2)
			b.AppendNull() // so that places within the vector count
			c.append(b)
			v := b.Finish()
			require.Equal(t, "ee"+c.key, hex.EncodeToString(AppendKey([]byte{0xee}, v, 1)))
			if v.IsNull(1) {
				return
			}
			require.Equal(t, "ee"+c.key[2:], hex.EncodeToString(AppendValue([]byte{0xee}, v, 1, FloatsByValue)))
			if c.byBits == "" {
				c.byBits = c.key[2:]
			}
			require.Equal(t, "ee"+c.byBits, hex.EncodeToString(AppendValue([]byte{0xee}, v, 1, FloatsByBits)))
		})
	}
}

// The same text gives the same bytes with and without a dictionary.
func TestKeyOfDictionary(t *testing.T) {
	coded := &Vector{Type: schema.Of(schema.String), N: 2, Codes: []int32{1, 0}, Dict: &Dict{Off: []int32{0, 1, 3}, Data: []byte("abc")}}
	plain := &Vector{Type: schema.Of(schema.String), N: 2, Off: []int32{0, 2, 3}, Data: []byte("bca")}
	for r := range 2 {
		require.Equal(t, AppendKey(nil, plain, r), AppendKey(nil, coded, r))
	}
}

// Lists of values have the same keys just when they are the same lists: no value's bytes are the beginning of another's of its type.
func TestKeysTellRowsApart(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 31))
		fields := randomFields(r, 1+r.IntN(3), 2)
		rows := map[string]string{}
		b := &Batch{N: 60}
		for _, f := range fields {
			col := NewBuilder(f.Type, b.N)
			for range b.N {
				randomValue(r, col, true)
			}
			b.Cols = append(b.Cols, col.Finish())
		}
		for i := range b.N {
			var key []byte
			var values []any
			for _, c := range b.Cols {
				key = AppendKey(key, c, i)
				values = append(values, plusZero(c.Value(i)))
			}
			text := fmt.Sprintf("%#v", values)
			if before, known := rows[string(key)]; known {
				require.Equal(t, before, text)
			}
			rows[string(key)] = text
		}
		distinct := map[string]bool{}
		for _, text := range rows {
			require.False(t, distinct[text], "%s has two keys", text)
			distinct[text] = true
		}
	}
}

// plusZero returns a value with 0 for -0.
func plusZero(v any) any {
	switch x := v.(type) {
	case float64:
		if x == 0 {
			return 0.0
		}
	case []any:
		for i := range x {
			x[i] = plusZero(x[i])
		}
	case [][2]any:
		for i := range x {
			x[i] = [2]any{plusZero(x[i][0]), plusZero(x[i][1])}
		}
	}
	return v
}
