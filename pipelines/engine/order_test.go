package engine

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/schema"
)

// compareValues orders values as the language does: NULL last, of lists the first difference, or the shorter one first.
func compareValues(x, y any) int {
	if x == nil || y == nil {
		return cmp.Compare(b2i(x == nil), b2i(y == nil))
	}
	switch x := x.(type) {
	case []any:
		y := y.([]any)
		for i := range min(len(x), len(y)) {
			if c := compareValues(x[i], y[i]); c != 0 {
				return c
			}
		}
		return cmp.Compare(len(x), len(y))
	case [][2]any:
		y := y.([][2]any)
		for i := range min(len(x), len(y)) {
			if c := cmp.Or(compareValues(x[i][0], y[i][0]), compareValues(x[i][1], y[i][1])); c != 0 {
				return c
			}
		}
		return cmp.Compare(len(x), len(y))
	}
	return compareAny(x, y)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func randomOrder(r *rand.Rand, n int) []orderColumn {
	var cols []orderColumn
	for _, i := range r.Perm(n) {
		cols = append(cols, orderColumn{i, r.IntN(2) == 0, r.IntN(2) == 0})
	}
	return cols
}

// The bytes of two rows compare as the rows do, column by column, and each is read back as it was.
func TestOrderingAgainstValues(t *testing.T) {
	fields := rowFields()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 12))
		b := randomRows(r, fields, 24)
		o, err := newOrdering(b.Schema, randomOrder(r, len(fields))[:1+r.IntN(len(fields))])
		require.NoError(t, err)
		rows := make([][]byte, b.N)
		back := make([]*batch.Builder, len(fields))
		for i, f := range fields {
			back[i] = batch.NewBuilder(f.Type, b.N)
		}
		for i := range rows {
			rows[i] = o.appendRow([]byte("before"), b.Cols, i)[len("before"):]
			require.NoError(t, o.readRow(rows[i], back))
		}
		for _, c := range o.cols {
			got := back[c.column].Finish()
			for i := range rows {
				requireSameRow(t, b.Cols[c.column], i, got, i)
			}
		}
		for i := range rows {
			for j := range rows {
				require.Equal(t, compareRows(o, b, i, j), bytes.Compare(rows[i], rows[j]), "seed %d, rows %d and %d", seed, i, j)
			}
		}
	}
}

func compareRows(o *ordering, b *batch.Batch, i, j int) int {
	for _, c := range o.cols {
		x, y := b.Cols[c.column].Value(i), b.Cols[c.column].Value(j)
		switch {
		case x == nil && y == nil:
		case x == nil || y == nil:
			// NULLs do not turn round with the others.
			if (x == nil) == c.nullsFirst {
				return -1
			}
			return 1
		default:
			v := compareValues(x, y)
			if c.desc {
				v = -v
			}
			if v != 0 {
				return v
			}
		}
	}
	return 0
}

// Minus zero equals zero, so that the next column decides; and it is given back as it was.
func TestOrderingOfZeros(t *testing.T) {
	num := schema.Of(schema.Float64)
	s := &schema.Schema{Fields: []schema.Field{{Name: "a", Type: num}, {Name: "l", Type: schema.ArrayOf(num)}, {Name: "n", Type: schema.Of(schema.Int64)}}}
	minus := math.Copysign(0, -1)
	for _, desc := range []bool{false, true} {
		o, err := newOrdering(s, []orderColumn{{column: 0, desc: desc}, {column: 1}, {column: 2}})
		require.NoError(t, err)
		a, l, n := batch.NewBuilder(num, 3), batch.NewBuilder(s.Fields[1].Type, 3), batch.NewBuilder(s.Fields[2].Type, 3)
		for i, z := range [][3]float64{{minus, 0, minus}, {0, minus, 0}, {0, 0, 0}} {
			a.AppendFloat(z[0])
			l.Elems().AppendFloat(z[1])
			l.Elems().AppendFloat(z[2])
			l.CloseList()
			n.AppendInt(int64(3 - i))
		}
		cols := []*batch.Vector{a.Finish(), l.Finish(), n.Finish()}
		var rows [][]byte
		back := []*batch.Builder{batch.NewBuilder(num, 3), batch.NewBuilder(s.Fields[1].Type, 3), batch.NewBuilder(s.Fields[2].Type, 3)}
		for i := range 3 {
			rows = append(rows, o.appendRow(nil, cols, i))
			require.NoError(t, o.readRow(rows[i], back))
		}
		require.Negative(t, bytes.Compare(rows[2], rows[1]))
		require.Negative(t, bytes.Compare(rows[1], rows[0]))
		for c, b := range back {
			got := b.Finish()
			for i := range 3 {
				requireSameRow(t, cols[c], i, got, i)
			}
		}
	}
}

func TestOrderingRefusesDamagedRows(t *testing.T) {
	for _, f := range rowFields() {
		if holdsFloats(f.Type) {
			continue
		}
		r := rand.New(rand.NewPCG(1, 13))
		b := randomRows(r, []schema.Field{f}, 10)
		for _, desc := range []bool{false, true} {
			o, err := newOrdering(b.Schema, []orderColumn{{desc: desc}})
			require.NoError(t, err)
			for i := range b.N {
				row := o.appendRow(nil, b.Cols, i)
				for n := range row {
					require.ErrorIs(t, o.readRow(row[:n], []*batch.Builder{batch.NewBuilder(f.Type, 1)}), errOrdering, "%s: %d of %x", f.Type, n, row)
				}
				require.ErrorIs(t, o.readRow(append(row, 0), []*batch.Builder{batch.NewBuilder(f.Type, 1)}), errOrdering)
			}
		}
	}
	_, err := newOrdering(&schema.Schema{Fields: []schema.Field{{Name: "x", Type: schema.Of(schema.Null)}}}, []orderColumn{{}})
	require.ErrorContains(t, err, "cannot be ordered by x")
}

func FuzzOrdering(f *testing.F) {
	fields := rowFields()
	s := &schema.Schema{Fields: fields}
	r := rand.New(rand.NewPCG(2, 14))
	o, err := newOrdering(s, randomOrder(r, len(fields)))
	require.NoError(f, err)
	b := randomRows(r, fields, 5)
	for i := range b.N {
		f.Add(o.appendRow(nil, b.Cols, i))
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		back := make([]*batch.Builder, len(fields))
		for i, f := range fields {
			back[i] = batch.NewBuilder(f.Type, 1)
		}
		if o.readRow(row, back) != nil {
			return
		}
		got := &batch.Batch{Schema: s, N: 1, Part: batch.NoPart}
		for _, b := range back {
			got.Cols = append(got.Cols, b.Finish())
		}
		require.NoError(t, got.Check())
		// Read once, a row is what it is.
		again := make([]*batch.Builder, len(fields))
		for i, f := range fields {
			again[i] = batch.NewBuilder(f.Type, 1)
		}
		require.NoError(t, o.readRow(o.appendRow(nil, got.Cols, 0), again))
		for i, b := range again {
			require.Equal(t, fmt.Sprintf("%#v", got.Cols[i].Value(0)), fmt.Sprintf("%#v", b.Finish().Value(0)))
		}
	})
}
