package expr

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// TestLogicTables evaluates AND, OR and NOT over all four logical values, against the table of the language's definition, both as a
// column and as a filter.
func TestLogicTables(t *testing.T) {
	// e is an error, n NULL. Rows are the left side, columns the right one.
	values := []string{"t", "f", "n", "e"}
	and := map[string]string{"t": "tfne", "f": "ffff", "n": "nfne", "e": "efee"}
	or := map[string]string{"t": "tttt", "f": "tfne", "n": "tnne", "e": "teee"}
	const side = "CASE %[1]s WHEN 't' THEN TRUE WHEN 'f' THEN FALSE WHEN 'e' THEN 1 / (n - 1) = 0 END"
	var rows []string
	for _, l := range values {
		for _, r := range values {
			rows = append(rows, "s="+l+";t="+r)
		}
	}
	b := buildBatch(t, testSchema, rows)
	for op, table := range map[string]map[string]string{"AND": and, "OR": or} {
		text := "(" + fmt.Sprintf(side, "s") + ") " + op + " (" + fmt.Sprintf(side, "t") + ")"
		p, err := Compile(check(t, text), nil)
		require.NoError(t, err)
		r := p.Eval(b)
		pass, failed := p.Filter(b)
		passed, fell := map[int32]bool{}, map[int32]bool{}
		for _, i := range pass {
			passed[i] = true
		}
		for _, f := range failed {
			fell[f.Row] = true
			require.Equal(t, diag.RowDivisionByZero, f.Code)
		}
		for i := range b.N {
			l, c := values[i/4], i%4
			want := table[l][c : c+1]
			got := "n"
			switch {
			case r.Errs != nil && r.Errs[i] != 0:
				got = "e"
			case !r.Vec.IsNull(i):
				got = map[bool]string{true: "t", false: "f"}[r.Vec.Bools[i]]
			}
			require.Equal(t, want, got, "%s %s %s", l, op, values[c])
			require.Equal(t, want == "t", passed[int32(i)], "filter %s %s %s", l, op, values[c])
			require.Equal(t, want == "e", fell[int32(i)], "filter %s %s %s", l, op, values[c])
		}
	}
}

// decimalModel computes an operator on decimals with big rationals, one row at a time.
func decimalModel(op string, a, b *big.Int, l, r, res schema.Type) (*big.Int, diag.RowCode) {
	x := new(big.Rat).SetFrac(a, bigPow10(int(l.Scale)))
	y := new(big.Rat).SetFrac(b, bigPow10(int(r.Scale)))
	z := new(big.Rat)
	switch op {
	case "+":
		z.Add(x, y)
	case "-":
		z.Sub(x, y)
	case "*":
		z.Mul(x, y)
	default:
		if y.Sign() == 0 {
			return nil, diag.RowDivisionByZero
		}
		z.Quo(x, y)
		if op == "%" {
			q := new(big.Int).Quo(z.Num(), z.Denom())
			z.Sub(x, new(big.Rat).Mul(y, new(big.Rat).SetInt(q)))
		}
	}
	// HALF_UP: floor(|z| * 10^s + 1/2) with the sign put back.
	neg := z.Sign() < 0
	z.Abs(z).Mul(z, new(big.Rat).SetInt(bigPow10(int(res.Scale))))
	z.Add(z, big.NewRat(1, 2))
	v := new(big.Int).Quo(z.Num(), z.Denom())
	if v.Cmp(bigPow10(int(res.Precision))) >= 0 {
		return nil, diag.RowOverflow
	}
	if neg {
		v.Neg(v)
	}
	return v, 0
}

func randomDecimal(r *rand.Rand, precision int) *big.Int {
	v := new(big.Int)
	for range r.IntN(precision) + 1 {
		v.Mul(v, big.NewInt(10)).Add(v, big.NewInt(int64(r.IntN(10))))
	}
	if r.IntN(8) == 0 {
		v.SetInt64(0)
	}
	if r.IntN(2) == 0 {
		v.Neg(v)
	}
	return v
}

func TestDecimalsAgainstRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		pa, pb := r.IntN(38)+1, r.IntN(38)+1
		ta, tb := schema.DecimalOf(pa, r.IntN(pa+1)), schema.DecimalOf(pb, r.IntN(pb+1))
		env := Env{Schema: &schema.Schema{Fields: []schema.Field{{Name: "a", Type: ta}, {Name: "b", Type: tb}}}}
		ba, bb := batch.NewBuilder(ta, 16), batch.NewBuilder(tb, 16)
		var as, bs []*big.Int
		for range 16 {
			x, y := randomDecimal(r, pa), randomDecimal(r, pb)
			as, bs = append(as, x), append(bs, y)
			ba.AppendDecimal(decimal128.FromBigInt(x))
			bb.AppendDecimal(decimal128.FromBigInt(y))
		}
		b := &batch.Batch{Schema: env.Schema, N: 16, Cols: []*batch.Vector{ba.Finish(), bb.Finish()}}
		for _, op := range []string{"+", "-", "*", "/", "%"} {
			exprs := []string{"a " + op + " b"}
			// A constant divisor takes another way.
			constant := string(appendDecimal(nil, decimal128.FromBigInt(new(big.Int).Abs(bs[0])), int(tb.Scale)))
			if op == "/" && tb.Scale > 0 {
				exprs = append(exprs, "a / "+constant)
			}
			for n, text := range exprs {
				e, diags := Check(parse(t, text), env)
				require.Empty(t, diags)
				p, err := compileRoot(e, nil)
				require.NoError(t, err)
				res := p.Eval(b)
				for i := range b.N {
					y, yt := bs[i], tb
					if n == 1 {
						y, yt = new(big.Int).Abs(bs[0]), e.Args[1].Type
					}
					want, code := decimalModel(op, as[i], y, ta, yt, e.Type)
					at := fmt.Sprintf("%s on %s, %s: %s, %s", text, ta, yt, as[i], y)
					if code != 0 {
						require.NotNil(t, res.Errs, at)
						require.Equal(t, code, res.Errs[i], at)
						continue
					}
					require.True(t, res.Errs == nil || res.Errs[i] == 0, at)
					require.Equal(t, want.String(), res.Vec.Dec[i].BigInt().String(), at)
				}
			}
		}
		for i := range as {
			want := new(big.Rat).SetFrac(as[i], bigPow10(int(ta.Scale))).Cmp(new(big.Rat).SetFrac(bs[i], bigPow10(int(tb.Scale))))
			require.Equal(t, want, compareDecimal(b.Cols[0].Dec[i], int(ta.Scale), b.Cols[1].Dec[i], int(tb.Scale)))
		}
	}
}

// TestIntegersAgainstBig compares integer arithmetic of every width with big integers, at the edges.
func TestIntegersAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for k := schema.Int8; k <= schema.Uint64; k++ {
		typ := schema.Of(k)
		lo, hi := intRange(typ)
		bigLo, bigHi := big.NewInt(lo), new(big.Int).SetUint64(hi)
		value := func() *big.Int {
			edge := []*big.Int{bigLo, bigHi, big.NewInt(0), big.NewInt(1), new(big.Int).Quo(bigHi, big.NewInt(2))}
			if i := r.IntN(10); i < len(edge) {
				return edge[i]
			}
			v := new(big.Int).Rsh(bigHi, uint(r.IntN(typ.Bits())))
			v.Mul(v, new(big.Int).SetUint64(r.Uint64()>>1)).Rsh(v, 63)
			if lo < 0 && r.IntN(2) == 0 {
				v.Neg(v)
			}
			return v
		}
		env := Env{Schema: &schema.Schema{Fields: []schema.Field{{Name: "a", Type: typ}, {Name: "b", Type: typ}}}}
		const n = 500
		builders := []*batch.Builder{batch.NewBuilder(typ, n), batch.NewBuilder(typ, n)}
		var vals [2][]*big.Int
		for range n {
			for i := range builders {
				v := value()
				vals[i] = append(vals[i], v)
				if typ.Unsigned() {
					builders[i].AppendUint(v.Uint64())
				} else {
					builders[i].AppendInt(v.Int64())
				}
			}
		}
		b := &batch.Batch{Schema: env.Schema, N: n, Cols: []*batch.Vector{builders[0].Finish(), builders[1].Finish()}}
		for _, op := range []string{"+", "-", "*", "/", "%"} {
			e, diags := Check(parse(t, "a "+op+" b"), env)
			require.Empty(t, diags)
			p, err := Compile(e, nil)
			require.NoError(t, err)
			res := p.Eval(b)
			for i := range n {
				x, y, z := vals[0][i], vals[1][i], new(big.Int)
				code := diag.RowOK
				switch {
				case op == "+":
					z.Add(x, y)
				case op == "-":
					z.Sub(x, y)
				case op == "*":
					z.Mul(x, y)
				case y.Sign() == 0:
					code = diag.RowDivisionByZero
				case op == "/":
					z.Quo(x, y)
				default:
					z.Rem(x, y)
				}
				if code == 0 && (z.Cmp(bigLo) < 0 || z.Cmp(bigHi) > 0) {
					code = diag.RowOverflow
				}
				at := fmt.Sprintf("%s %s %s as %s", x, op, y, typ)
				if code != 0 {
					require.NotNil(t, res.Errs, at)
					require.Equal(t, code, res.Errs[i], at)
					continue
				}
				require.True(t, res.Errs == nil || res.Errs[i] == 0, at)
				require.Equal(t, z.String(), fmt.Sprint(res.Vec.Value(i)), at)
			}
		}
	}
}

// goldenExpressions returns every expression of the golden files that checks, with all inputs used anywhere.
func goldenExpressions(t *testing.T) (exprs []*Expr, inputs []string) {
	t.Helper()
	for _, line := range goldenLines(t) {
		left, _, _ := strings.Cut(line, " => ")
		text, in, _ := strings.Cut(left, " ;; ")
		inputs = append(inputs, in)
		ast, diags := parseQuiet(text)
		if len(diags) > 0 {
			continue
		}
		if e, diags := Check(ast, testEnv()); len(diags) == 0 {
			exprs = append(exprs, e)
		}
	}
	return exprs, inputs
}

// TestSelectionAndBatching runs every golden expression over all golden inputs at once, selected, compacted, row by row, and twice with
// the same program: the answers must agree, and what was handed out first must not change.
func TestSelectionAndBatching(t *testing.T) {
	exprs, inputs := goldenExpressions(t)
	all := buildBatch(t, testSchema, inputs)
	require.NoError(t, all.Check())
	r := rand.New(rand.NewPCG(5, 6))
	var sel []int32
	for i := range all.N {
		if r.IntN(3) > 0 {
			sel = append(sel, int32(i))
		}
	}
	some := all.Select(sel)
	compact := some.Compact()
	var one []*batch.Batch
	for i := range all.N {
		one = append(one, all.Gather([]int32{int32(i)}))
	}
	for _, e := range exprs {
		text := SQL(e)
		p, err := Compile(e, testZone)
		require.NoError(t, err, text)
		whole := p.Eval(all)
		before := make([]string, all.N)
		for i := range all.N {
			before[i] = showResult(whole, i)
		}
		selected, packed := p.Eval(some), p.Eval(compact)
		for i, s := range sel {
			if got := showResult(selected, int(s)); got != before[s] {
				t.Fatalf("%s at %q, selected: %s, want %s", text, inputs[s], got, before[s])
			}
			if got := showResult(packed, i); got != before[s] {
				t.Fatalf("%s at %q, compacted: %s, want %s", text, inputs[s], got, before[s])
			}
		}
		single, err := compileRoot(e, testZone) // not folded
		require.NoError(t, err)
		for i := range all.N {
			if got := showResult(single.Eval(one[i]), 0); got != before[i] {
				t.Fatalf("%s at %q, alone: %s, want %s", text, inputs[i], got, before[i])
			}
			if got := showResult(whole, i); got != before[i] {
				t.Fatalf("%s at %q changed after it was handed out: %s, was %s", text, inputs[i], got, before[i])
			}
		}
		if whole.Errs != nil {
			require.True(t, Fallible(e), text)
		}
		if e.Type.Kind == schema.Boolean {
			pass, failed := p.Filter(some)
			got := map[int32]string{}
			for _, i := range pass {
				got[i] = "true"
			}
			for _, f := range failed {
				got[f.Row] = "error " + f.Code.String()
			}
			for _, s := range sel {
				want := before[s]
				if want == "NULL" || want == "false" {
					want = ""
				}
				require.Equal(t, want, got[s], "filter %s at %q", text, inputs[s])
			}
		}
	}
}

func showResult(r Result, i int) string {
	if r.Errs != nil && r.Errs[i] != 0 {
		return "error " + r.Errs[i].String()
	}
	if r.Vec.IsNull(i) {
		return "NULL"
	}
	return fmt.Sprint(r.Vec.Value(i))
}

// TestRewritesKeepMeaning: the codec, the printed SQL and the canonical text of every golden expression.
func TestRewritesKeepMeaning(t *testing.T) {
	exprs, _ := goldenExpressions(t)
	seen := map[string]*Expr{}
	for _, e := range exprs {
		data, err := json.Marshal(e)
		require.NoError(t, err, SQL(e))
		back := new(Expr)
		require.NoError(t, json.Unmarshal(data, back))
		require.True(t, Equal(e, back), SQL(e))
		require.Equal(t, Canonical(e), Canonical(back))
		if other, ok := seen[Canonical(e)]; ok {
			require.True(t, Equal(e, other))
		}
		seen[Canonical(e)] = e
		require.True(t, Equal(e, Remap(Remap(e, func(c int) int { return c + 7 }), func(c int) int { return c - 7 })))
		again, diags := Check(parse(t, SQL(e)), testEnv())
		require.Empty(t, diags, SQL(e))
		require.True(t, again.Type.Equal(e.Type), "%s was %s and reads back as %s", SQL(e), e.Type, again.Type)
	}
}
