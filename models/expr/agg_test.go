package expr

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/schema"
)

func TestAggregates(t *testing.T) {
	for _, c := range []struct {
		text, post, typ string
		aggs            []string
		fails           diag.Code
	}{
		{text: "sum(i64) / count(*)", post: "#0:int64?", typ: "int64", aggs: []string{"SUM(i64) int64", "COUNT(*) int64"}},
		{text: "count(*)", typ: "int64", aggs: []string{"COUNT(*) int64"}},
		{text: "count(DISTINCT s) + count(DISTINCT s)", typ: "int64", aggs: []string{"COUNT(DISTINCT s) int64"}},
		{text: "sum(i8)", typ: "int64", aggs: []string{"SUM(i8) int64"}},
		{text: "sum(u8)", typ: "uint64", aggs: []string{"SUM(u8) uint64"}},
		{text: "sum(d)", typ: "decimal(38, 2)", aggs: []string{"SUM(d) decimal(38, 2)"}},
		{text: "sum(f32)", typ: "float64", aggs: []string{"SUM(f32) float64"}},
		{text: "avg(i32)", typ: "int32", aggs: []string{"AVG(i32) int32"}},
		{text: "avg(d)", typ: "decimal(38, 6)", aggs: []string{"AVG(d) decimal(38, 6)"}},
		{text: "avg(f32)", typ: "float64", aggs: []string{"AVG(f32) float64"}},
		{text: "min(ts)", typ: "timestamp", aggs: []string{"MIN(ts) timestamp"}},
		{text: "max(DISTINCT s)", typ: "string", aggs: []string{"MAX(s) string"}},
		{text: "count(*) FILTER (WHERE i64 > 5)", typ: "int64", aggs: []string{"COUNT(*) FILTER (WHERE i64 > 5) int64"}},
		{text: "coalesce(sum(i64 + 1), 0)", typ: "int64", aggs: []string{"SUM(i64 + 1) int64"}},
		{text: "sum(i64) + i64", fails: CodeNotAggregated},
		{text: "sum(count(*))", fails: CodeAggregate},
		{text: "sum(s)", fails: CodeTypeClash},
		{text: "min(j)", fails: CodeTypeClash},
		{text: "sum(DISTINCT i64)", fails: CodeDistinct},
		{text: "count()", fails: CodeArgumentCount},
		{text: "sum(i64, i64)", fails: CodeArgumentCount},
		{text: "sum(nope)", fails: CodeUnknownColumn},
		{text: "count(*) FILTER (WHERE s)", fails: CodeNotBoolean},
	} {
		t.Run(c.text, func(t *testing.T) {
			aggs, post, diags := CheckAggregate(parse(t, c.text), testEnv())
			if c.fails != "" {
				require.Len(t, diags, 1)
				require.Equal(t, c.fails, diags[0].Code)
				require.Nil(t, post)
				return
			}
			require.Empty(t, diags)
			require.Equal(t, c.typ, post.Type.String())
			var got []string
			for _, a := range aggs {
				got = append(got, AggSQL(a)+" "+a.Type.String())
				require.Equal(t, a.Func != "count", a.Nullable, "an aggregate of no rows is NULL, but for count")
				data, err := json.Marshal(a)
				require.NoError(t, err)
				var back Agg
				require.NoError(t, json.Unmarshal(data, &back))
				require.Equal(t, CanonicalAgg(a), CanonicalAgg(back))
			}
			require.Equal(t, c.aggs, got)
			if len(aggs) == 1 && post.Op == OpColumn {
				require.Equal(t, 0, post.Column)
			}
		})
	}
}

func TestPlannerHelpers(t *testing.T) {
	e := check(t, "i64 + i32 > 5 AND s = 'a' AND i64 < 9")
	require.Equal(t, []int{testSchema.Index("i32"), testSchema.Index("i64"), testSchema.Index("s")}, Columns(e))
	require.True(t, Fallible(e))
	require.False(t, Fallible(check(t, "i64 > 5 AND s LIKE 'a%' AND f64 / 0 > 1")))
	require.False(t, Fallible(check(t, "i64 / 1000.0")), "no int64 divided by a constant leaves decimal(26, 6)")
	require.True(t, Fallible(check(t, "CAST(s AS INT)")))
	require.False(t, Fallible(check(t, "TRY_CAST(s AS INT)")))

	by := make([]*Expr, len(testSchema.Fields))
	for i, f := range testSchema.Fields {
		by[i] = &Expr{Op: OpColumn, Type: f.Type, Nullable: f.Nullable, Column: i, Name: f.Name}
	}
	by[testSchema.Index("i64")] = check(t, "i64 * 2")
	require.Equal(t, "i64 * 2 + i32 > 5 AND s = 'a' AND i64 * 2 < 9", SQL(Substitute(e, by)))
	require.Equal(t, "i64 + i32 > 5 AND s = 'a' AND i64 < 9", SQL(e), "the original is untouched")

	require.Equal(t, "i64 + 3", SQL(Fold(check(t, "i64 + (1 + 2)"), nil)))
	require.Equal(t, "i64 + 1 / 0", SQL(Fold(check(t, "i64 + 1 / 0"), nil)), "a failing constant stays")
	require.Equal(t, "x", SQL(Fold(check(t, "x AND 1 < 2"), nil)))
	require.Equal(t, "FALSE", SQL(Fold(check(t, "1 / (n - 1) = 1 AND FALSE"), nil)))
	require.Equal(t, Canonical(check(t, "i64  +  1")), Canonical(check(t, "i64+1")), "spans do not count")
	require.NotEqual(t, Canonical(check(t, "i64 + 1")), Canonical(check(t, "i64 + 1.0")))
	require.NotEqual(t, Canonical(check(t, "s = 'a'")), Canonical(check(t, "s = 'b'")))

	_, _, err := EvalConst(e, nil)
	require.Error(t, err)
	v, code, err := EvalConst(check(t, "1 + 1"), nil)
	require.NoError(t, err)
	require.Zero(t, code)
	require.Equal(t, int64(2), v)
}

func TestFunctionsTable(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Functions() {
		require.NotEmpty(t, f.Doc, f.Name)
		require.NotEmpty(t, f.Signatures, f.Name)
		require.NotEmpty(t, f.Group, f.Name)
		for _, n := range append([]string{f.Name}, f.Aliases...) {
			require.False(t, seen[n], "%s is there twice", n)
			seen[n] = true
		}
		if f.Group == "aggregate" {
			continue
		}
		// Every example parses; its columns may be any.
		parse(t, f.Example)
	}
}

func TestCodecRefuses(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"op":"column","type":"int64"}`, `{"op":"column","type":"int64","column":-1}`, `{"op":"literal","type":"int64","value":"x"}`,
		`{"op":"call","type":"int64","func":"add","args":[null]}`, `{"op":"literal","type":"nonsense"}`, `{"op":"literal","type":"array<int64>","value":"1"}`,
	} {
		require.Error(t, json.Unmarshal([]byte(text), new(Expr)), text)
	}
	// Every literal type comes back exactly.
	for _, e := range []*Expr{
		literalOf(schema.Of(schema.Uint64), ^uint64(0), diag.Span{}), literalOf(int64Type, int64(-1<<63), diag.Span{}),
		literalOf(floatType, 0.1, diag.Span{}), literalOf(schema.DecimalOf(38, 10), pow128[37], diag.Span{}),
		literalOf(stringType, "a\"\u2028中", diag.Span{}), literalOf(schema.Of(schema.Bytes), []byte{0, 255}, diag.Span{}),
		literalOf(jsonType, `{"a": 1.00}`, diag.Span{}), literalOf(timeType, nil, diag.Span{}),
	} {
		data, err := json.Marshal(e)
		require.NoError(t, err)
		back := new(Expr)
		require.NoError(t, json.Unmarshal(data, back))
		require.Equal(t, e, back)
	}
}
