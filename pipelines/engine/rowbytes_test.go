package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/schema"
)

// rowFields has every type of the language, nested ones too.
func rowFields() []schema.Field {
	var types []schema.Type
	for _, k := range []schema.Kind{schema.Boolean, schema.Int8, schema.Int64, schema.Uint16, schema.Uint64, schema.Float32, schema.Float64, schema.String, schema.Bytes,
		schema.Date, schema.Timestamp, schema.JSON} {
		types = append(types, schema.Of(k))
	}
	text, num := schema.Of(schema.String), schema.Of(schema.Float64)
	row := schema.RowOf(schema.Field{Name: "x", Type: num, Nullable: true}, schema.Field{Name: "y", Type: schema.ArrayOf(text), Nullable: true})
	types = append(types, schema.DecimalOf(38, 4), schema.ArrayOf(num), schema.ArrayOf(schema.ArrayOf(text)), schema.MapOf(text, num), schema.MapOf(schema.Of(schema.Int64), row), row)
	fields := make([]schema.Field, len(types))
	for i, t := range types {
		fields[i] = schema.Field{Name: fmt.Sprintf("c%d", i), Type: t, Nullable: true}
	}
	return fields
}

// appendNested appends a value of any type, nested ones too.
func appendNested(r *rand.Rand, b *batch.Builder) {
	class := batch.ClassOf(b.Type())
	switch {
	case class < batch.ClassArray:
		appendRandom(r, b, true)
	case r.IntN(4) == 0:
		b.AppendNull()
	case class == batch.ClassRow:
		for i := range b.Type().Fields {
			appendNested(r, b.Field(i))
		}
		b.CloseRow()
	default:
		for range r.IntN(4) {
			if keys := b.Keys(); keys != nil {
				appendNested(r, keys)
			}
			appendNested(r, b.Elems())
		}
		b.CloseList()
	}
}

func randomRows(r *rand.Rand, fields []schema.Field, n int) *batch.Batch {
	b := &batch.Batch{Schema: &schema.Schema{Fields: fields}, N: n, Part: batch.NoPart}
	for _, f := range fields {
		col := batch.NewBuilder(f.Type, n)
		for range n {
			appendNested(r, col)
		}
		b.Cols = append(b.Cols, col.Finish())
	}
	return b
}

// requireSameRow compares bit for bit: the formatted values tell NaN from a number and -0 from 0.
func requireSameRow(t *testing.T, want *batch.Vector, i int, got *batch.Vector, j int) {
	t.Helper()
	require.Equal(t, fmt.Sprintf("%#v", want.Value(i)), fmt.Sprintf("%#v", got.Value(j)))
}

func TestRowBytesRoundTrip(t *testing.T) {
	fields := rowFields()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 21))
		b := randomRows(r, fields, 1+r.IntN(100))
		all := newRowReader(fields, nil, 16)
		chosen := r.Perm(len(fields))[:r.IntN(len(fields))]
		some := newRowReader(fields, chosen, 16)
		var rows [][]byte
		for i := range b.N {
			row := appendRow([]byte("before"), b, i)[len("before"):]
			rows = append(rows, row)
			require.NoError(t, all.append(row))
			require.NoError(t, some.append(row))
		}
		all.appendNull()
		some.appendNull()
		require.Equal(t, b.N+1, all.rows())
		out, part := all.batch(b.Schema), some.finish()
		require.NoError(t, out.Check())
		require.Len(t, part, len(chosen))
		require.Zero(t, all.rows())
		for c, want := range b.Cols {
			for i := range b.N {
				requireSameRow(t, want, i, out.Cols[c], i)
			}
			require.True(t, out.Cols[c].IsNull(b.N))
		}
		for k, c := range chosen {
			for i := range b.N {
				requireSameRow(t, b.Cols[c], i, part[k], i)
			}
			require.True(t, part[k].IsNull(b.N))
		}
		// Read and written again, the bytes are the same.
		for i, row := range rows {
			require.Equal(t, row, appendRow(nil, out, i))
		}
	}
}

func TestRowBytesOfFloats(t *testing.T) {
	signalling := math.Float64frombits(0x7ff8000000000123)
	col := batch.NewBuilder(schema.Of(schema.Float64), 4)
	for _, f := range []float64{0, math.Copysign(0, -1), math.NaN(), signalling} {
		col.AppendFloat(f)
	}
	fields := []schema.Field{{Name: "f", Type: schema.Of(schema.Float64)}}
	b := &batch.Batch{Schema: &schema.Schema{Fields: fields}, N: 4, Cols: []*batch.Vector{col.Finish()}}
	rr := newRowReader(fields, nil, 4)
	for i := range b.N {
		require.NoError(t, rr.append(appendRow(nil, b, i)))
	}
	for i, f := range rr.finish()[0].F64 {
		require.Equal(t, math.Float64bits(b.Cols[0].F64[i]), math.Float64bits(f))
	}
	// As a key, zeros are equal and so are NaNs.
	key := func(i int) []byte {
		k, null := keyOf(nil, b.Cols, i)
		require.False(t, null)
		return k
	}
	require.Equal(t, key(0), key(1))
	require.Equal(t, key(2), key(3))
	require.NotEqual(t, key(0), key(2))
}

func TestKeyOfNull(t *testing.T) {
	fields := []schema.Field{{Name: "a", Type: schema.Of(schema.String)}, {Name: "b", Type: schema.Of(schema.Int64), Nullable: true}}
	a, c := batch.NewBuilder(fields[0].Type, 2), batch.NewBuilder(fields[1].Type, 2)
	a.AppendString("x")
	c.AppendInt(1)
	a.AppendString("x")
	c.AppendNull()
	cols := []*batch.Vector{a.Finish(), c.Finish()}
	_, null := keyOf(nil, cols, 0)
	require.False(t, null)
	_, null = keyOf(nil, cols, 1)
	require.True(t, null)
	key, null := keyOf(nil, nil, 0)
	require.Empty(t, key)
	require.False(t, null, "without columns all rows have one key")
}

// Bytes that no row wrote give an error, or rows; a reader never panics and never takes memory that the bytes do not account for.
func FuzzRowReader(f *testing.F) {
	fields := rowFields()
	b := randomRows(rand.New(rand.NewPCG(3, 21)), fields, 5)
	for i := range b.N {
		f.Add(appendRow(nil, b, i))
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		all, none := newRowReader(fields, nil, 1), newRowReader(fields, []int{}, 1)
		err := all.append(row)
		require.Equal(t, err == nil, none.append(row) == nil, "passing over a value reads as much as reading it")
		if err == nil {
			require.Equal(t, 1, all.batch(&schema.Schema{Fields: fields}).N)
		}
	})
}
