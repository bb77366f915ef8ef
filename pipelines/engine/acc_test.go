package engine

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/schema"
)

// accCase is an aggregate and, by another way, its result: want gets a group's values that are not NULL, and the number of its rows.
// It returns nil for NULL and errSumOverflow for a sum that does not fit.
type accCase struct {
	agg  expr.Agg
	want func(values []any, rows int) any
}

func call(fn string, arg schema.Type, distinct bool, result schema.Type) expr.Agg {
	return expr.Agg{Func: fn, Arg: &expr.Expr{Op: expr.OpColumn, Type: arg, Nullable: true, Name: "x"}, Distinct: distinct, Type: result}
}

func accCases() map[string]accCase {
	count := schema.Of(schema.Int64)
	out := map[string]accCase{"count(*)": {expr.Agg{Func: "count", Type: count}, func(_ []any, rows int) any { return int64(rows) }}}
	for _, t := range []schema.Type{schema.Of(schema.Boolean), schema.Of(schema.Int8), schema.Of(schema.Int64), schema.Of(schema.Uint16),
		schema.Of(schema.Uint64), schema.Of(schema.Float64), schema.DecimalOf(10, 3), schema.DecimalOf(38, 2), schema.DecimalOf(38, 37),
		schema.Of(schema.String), schema.Of(schema.Bytes), schema.Of(schema.Date), schema.TimestampOf(6)} {
		name := t.String() + ")"
		out["count("+name] = accCase{call("count", t, false, count), func(v []any, _ int) any { return int64(len(v)) }}
		out["count(distinct "+name] = accCase{call("count", t, true, count), wantDistinct}
		out["min("+name] = accCase{call("min", t, false, t), wantExtreme(-1)}
		out["max("+name] = accCase{call("max", t, false, t), wantExtreme(1)}
		sum, avg := t, t
		switch {
		case t.Signed():
			sum = count
		case t.Unsigned():
			sum = schema.Of(schema.Uint64)
		case t.Kind == schema.Decimal:
			sum, avg = schema.DecimalOf(38, int(t.Scale)), schema.DecimalOf(38, max(int(t.Scale), 6))
		case !t.Float():
			continue
		}
		out["sum("+name] = accCase{call("sum", t, false, sum), wantSum(t, sum, false)}
		out["avg("+name] = accCase{call("avg", t, false, avg), wantSum(t, avg, true)}
	}
	return out
}

func wantDistinct(values []any, _ int) any {
	seen := map[string]bool{}
	for _, v := range values {
		seen[showAcc(v)] = true
	}
	return int64(len(seen))
}

func wantExtreme(sign int) func([]any, int) any {
	return func(values []any, _ int) any {
		var best any
		for _, v := range values {
			if best == nil || sign*compareAny(v, best) > 0 {
				best = v
			}
		}
		return best
	}
}

func compareAny(x, y any) int {
	switch x := x.(type) {
	case bool:
		return cmp.Compare(map[bool]int{true: 1}[x], map[bool]int{true: 1}[y.(bool)])
	case int64:
		return cmp.Compare(x, y.(int64))
	case uint64:
		return cmp.Compare(x, y.(uint64))
	case float64:
		y := y.(float64)
		if math.IsNaN(x) || math.IsNaN(y) {
			return cmp.Compare(y, x) // cmp puts NaN first, the language last
		}
		return cmp.Compare(x, y)
	case decimal128.Num:
		return x.BigInt().Cmp(y.(decimal128.Num).BigInt())
	case string:
		return strings.Compare(x, y.(string))
	default:
		return strings.Compare(string(x.([]byte)), string(y.([]byte)))
	}
}

// wantSum sums in exact fractions. The floats of the test are such that no order of addition rounds.
func wantSum(in, out schema.Type, avg bool) func([]any, int) any {
	return func(values []any, _ int) any {
		if len(values) == 0 {
			return nil
		}
		sum, special := new(big.Rat), 0.0
		for _, v := range values {
			switch v := v.(type) {
			case int64:
				sum.Add(sum, new(big.Rat).SetInt64(v))
			case uint64:
				sum.Add(sum, new(big.Rat).SetUint64(v))
			case float64:
				if math.IsNaN(v) || math.IsInf(v, 0) {
					special += v
					continue
				}
				sum.Add(sum, new(big.Rat).SetFloat64(v))
			case decimal128.Num:
				sum.Add(sum, new(big.Rat).SetFrac(v.BigInt(), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(in.Scale)), nil)))
			}
		}
		n := new(big.Rat).SetInt64(int64(len(values)))
		if in.Float() {
			f, _ := sum.Float64()
			if f += special; avg {
				f /= float64(len(values))
			}
			return f
		}
		if avg {
			sum.Quo(sum, n)
		}
		var v *big.Int
		if in.Kind == schema.Decimal {
			// FloatString rounds half away from zero.
			v, _ = new(big.Int).SetString(strings.Replace(sum.FloatString(int(out.Scale)), ".", "", 1), 10)
			if len(new(big.Int).Abs(v).String()) > 38 {
				return errSumOverflow
			}
			return decimal128.FromBigInt(v)
		}
		v = new(big.Int).Quo(sum.Num(), sum.Denom())
		switch {
		case batch.ClassOf(out) == batch.ClassI64 && v.IsInt64():
			return v.Int64()
		case batch.ClassOf(out) == batch.ClassU64 && v.IsUint64():
			return v.Uint64()
		}
		return errSumOverflow
	}
}

func showAcc(v any) string {
	if d, ok := v.(decimal128.Num); ok {
		return d.BigInt().String()
	}
	return fmt.Sprintf("%v", v)
}

// appendRandom appends a value of the builder's type; extremes are frequent when wild.
func appendRandom(r *rand.Rand, b *batch.Builder, wild bool) {
	if r.IntN(5) == 0 {
		b.AppendNull()
		return
	}
	t := b.Type()
	edge := wild && r.IntN(2) == 0
	switch batch.ClassOf(t) {
	case batch.ClassBool:
		b.AppendBool(r.IntN(2) == 0)
	case batch.ClassI64:
		bits := max(t.Bits(), 8)
		if t.Kind == schema.Int64 && edge {
			b.AppendInt([]int64{math.MinInt64, math.MaxInt64, -1, 1}[r.IntN(4)])
			return
		}
		b.AppendInt(int64(r.Uint64()) >> (64 - min(bits, 16)))
	case batch.ClassU64:
		if t.Kind == schema.Uint64 && edge {
			b.AppendUint([]uint64{math.MaxUint64, 0, 1}[r.IntN(3)])
			return
		}
		b.AppendUint(r.Uint64() >> 52)
	case batch.ClassF64:
		if edge && r.IntN(4) == 0 {
			b.AppendFloat([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}[r.IntN(3)])
			return
		}
		b.AppendFloat(float64(r.IntN(2000)-1000) / 8)
	case batch.ClassDec:
		v := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision)), nil)
		if v.Sub(v, big.NewInt(int64(1+r.IntN(3)))); !edge {
			v = big.NewInt(int64(r.IntN(1000)))
		}
		if r.IntN(2) == 0 {
			v.Neg(v)
		}
		b.AppendDecimal(decimal128.FromBigInt(v))
	case batch.ClassStr:
		b.AppendString([]string{"", "a", "play", "歌曲", "a\x00", fmt.Sprint(r.IntN(30))}[r.IntN(6)])
	}
}

// accLane is one lane's accumulator: it meets groups in its own order, is saved now and then and loses what it holds.
type accLane struct {
	agg      *expr.Agg
	acc      acc
	index    map[int]int32
	order    []int
	sections []accSection
}

type accSection struct {
	payload []byte
	groups  int
}

func (l *accLane) group(g int) int32 {
	i, ok := l.index[g]
	if !ok {
		i = int32(len(l.order))
		l.index[g], l.order = i, append(l.order, g)
		l.acc.grow(len(l.order))
	}
	return i
}

// checkpoint saves what changed, or all, and replaces the accumulator by one restored from what was saved.
func (l *accLane) checkpoint(t *testing.T, r *rand.Rand) {
	full := len(l.sections) == 0 || r.IntN(3) == 0
	s := accSection{l.acc.appendState(nil, full), len(l.order)}
	l.acc.save()
	if full {
		l.sections = nil
	}
	if l.sections = append(l.sections, s); r.IntN(2) == 0 {
		return
	}
	var err error
	l.acc, err = newAcc(l.agg)
	require.NoError(t, err)
	for _, s := range l.sections {
		rest, err := l.acc.readState(append(s.payload[:len(s.payload):len(s.payload)], "behind"...), s.groups)
		require.NoError(t, err)
		require.Equal(t, "behind", string(rest))
		l.acc.save()
	}
	l.acc.grow(len(l.order))
}

// However rows are split into lanes and batches, and wherever they are saved and restored, the result is that of all values at once.
func TestAccumulators(t *testing.T) {
	rounds := uint64(25)
	if testing.Short() {
		rounds = 6
	}
	for name, c := range accCases() {
		t.Run(name, func(t *testing.T) {
			overflows := 0
			for seed := range rounds {
				r := rand.New(rand.NewPCG(seed, 7))
				lanes := make([]*accLane, 1+r.IntN(4))
				for i := range lanes {
					a, err := newAcc(&c.agg)
					require.NoError(t, err)
					lanes[i] = &accLane{agg: &c.agg, acc: a, index: map[int]int32{}}
				}
				values, rows, groups := map[int][]any{}, map[int]int{}, 1+r.IntN(8)
				// Sums of extremes cancel out on the whole and not on the way, or do not fit.
				wild := seed%2 == 1
				for range 1 + r.IntN(12) {
					l := lanes[r.IntN(len(lanes))]
					n := r.IntN(30)
					vec := randomColumn(r, c.agg.Arg, n, wild)
					var sel, of []int32
					for i := range n {
						if r.IntN(4) == 0 {
							continue
						}
						g := r.IntN(groups)
						sel, of = append(sel, int32(i)), append(of, l.group(g))
						rows[g]++
						if vec != nil && !vec.IsNull(i) {
							values[g] = append(values[g], vec.Value(i))
						}
					}
					require.NoError(t, l.acc.update(vec, sel, of))
					if r.IntN(3) == 0 {
						l.checkpoint(t, r)
					}
					require.GreaterOrEqual(t, l.acc.bytes(), int64(len(l.order)))
				}
				all, err := newAcc(&c.agg)
				require.NoError(t, err)
				all.grow(groups)
				for _, l := range lanes {
					into := make([]int32, len(l.order))
					for i, g := range l.order {
						into[i] = int32(g)
					}
					require.NoError(t, all.merge(l.acc, into))
				}
				for g := range groups {
					out := batch.NewBuilder(c.agg.Type, 1)
					want, err := c.want(values[g], rows[g]), all.finish(g, out)
					if want == any(errSumOverflow) {
						require.ErrorIs(t, err, errSumOverflow, "seed %d group %d of %v", seed, g, values[g])
						overflows++
						continue
					}
					require.NoError(t, err, "seed %d group %d of %v", seed, g, values[g])
					require.Equal(t, showAcc(want), showAcc(out.Finish().Value(0)), "seed %d group %d of %v", seed, g, values[g])
				}
			}
			if strings.HasPrefix(name, "sum(") && c.agg.Type.Equal(c.agg.Arg.Type) && !c.agg.Type.Float() && !testing.Short() {
				require.Positive(t, overflows, "the test meets sums that overflow")
			}
		})
	}
}

func randomColumn(r *rand.Rand, arg *expr.Expr, n int, wild bool) *batch.Vector {
	if arg == nil {
		return nil
	}
	b := batch.NewBuilder(arg.Type, n)
	for range n {
		appendRandom(r, b, wild)
	}
	return b.Finish()
}

// The state of any accumulator, cut short anywhere, gives an error.
func TestAccumulatorsRefuseCutState(t *testing.T) {
	for name, c := range accCases() {
		r := rand.New(rand.NewPCG(1, 8))
		a, err := newAcc(&c.agg)
		require.NoError(t, err)
		a.grow(3)
		require.NoError(t, a.update(randomColumn(r, c.agg.Arg, 6, true), []int32{0, 1, 2, 3, 4, 5}, []int32{0, 1, 2, 0, 1, 2}))
		state := a.appendState(nil, true)
		for n := range state {
			back, err := newAcc(&c.agg)
			require.NoError(t, err)
			_, err = back.readState(state[:n], 3)
			require.Error(t, err, "%s: %d of %d bytes", name, n, len(state))
		}
	}
}
