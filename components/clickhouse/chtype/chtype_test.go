package chtype

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

func theirs(t testing.TB, s string) Type {
	t.Helper()
	out, err := Parse(s)
	require.NoError(t, err)
	return out
}

func TestParse(t *testing.T) {
	for _, s := range []string{"LowCardinality(Nullable(String))", "Nullable(Decimal(10, 2))", "DateTime64(3, 'Asia/Shanghai')", "DateTime('UTC')", "DateTime",
		"Enum8('a' = 1, 'b\\'c' = -2, 'd,e' = 3)", "Array(Array(Nullable(Int8)))", "Map(LowCardinality(String), Array(UInt8))",
		"Tuple(a Int8, `b c` Nullable(String))", "Tuple(Int8, String)", "SimpleAggregateFunction(sum, Int64)", "AggregateFunction(uniq, String)",
		"JSON(max_dynamic_paths=8)", "FixedString(16)", "UUID", "Nested(a Int8)", "Variant(String, Int8)"} {
		got, err := Parse(s)
		require.NoError(t, err, s)
		require.Equal(t, s, got.Text)
	}
	c := theirs(t, "LowCardinality(Nullable(String))")
	require.True(t, c.Low && c.Nullable && c.Name == "String")
	require.Equal(t, map[string]bool{"a": true, "b'c": true, "d,e": true}, theirs(t, "Enum8('a' = 1, 'b\\'c' = -2, 'd,e' = 3)").Enum)
	require.Equal(t, []string{"a", "b c"}, theirs(t, "Tuple(a Int8, `b c` Nullable(String))").Fields)
	require.Equal(t, []string{"", ""}, theirs(t, "Tuple(Int8, String)").Fields)
	require.Equal(t, "Asia/Shanghai", theirs(t, "DateTime64(3, 'Asia/Shanghai')").Zone)

	for _, s := range []string{"", "Nullable(", "Array()", "Map(String)", "Array(Int8", "Int8)", "Enum8('a", "Decimal(x)", "DateTime64(3, UTC)", strings.Repeat("Array(", 100) + "Int8"} {
		_, err := Parse(s)
		require.Error(t, err, s)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Tuple(a Int8, `b c` Nullable(String))")
	f.Add("Enum8('a' = 1, 'b\\'c' = -2)")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			return
		}
		_, _ = Fit(schema.Of(schema.Int64), true, c)
		if text, ok := c.SQL(); ok {
			again, err := Parse(text)
			require.NoError(t, err, text)
			require.True(t, c.Equal(again), text)
		}
	})
}

func TestSQL(t *testing.T) {
	for _, s := range []string{"Bool", "LowCardinality(Nullable(String))", "Nullable(Decimal(10, 2))", "DateTime64(3, 'Asia/Shanghai')", "DateTime('UTC')",
		"DateTime64(6)", "Map(LowCardinality(String), Array(UInt8))", "Tuple(`a` Int8, `b\\`c` Nullable(String))", "Tuple(Int8, String)", "FixedString(16)"} {
		got, ok := theirs(t, s).SQL()
		require.True(t, ok, s)
		require.Equal(t, s, got)
	}
	for _, s := range []string{"Enum8('a' = 1)", "AggregateFunction(uniq, String)", "Array(Nested(a Int8))", "Nothing", "JSON(max_dynamic_paths=8)"} {
		_, ok := theirs(t, s).SQL()
		require.False(t, ok, s)
	}
}

func TestMembersThatCannotBeWritten(t *testing.T) {
	for text, want := range map[string]string{
		"Tuple(`a` Int8, `键` String)":                            "",
		"Tuple(`a` Int8, `b c` String)":                          "Tuple(Int8, String)",
		"Array(Tuple(`a,b` Map(String, Tuple(`x` Date32))))":     "Array(Tuple(Map(String, Tuple(`x` Date32))))",
		"Tuple(`a` Tuple(`b(` Int8, `c` Array(Nullable(Int8))))": "Tuple(`a` Tuple(Int8, Array(Nullable(Int8))))",
	} {
		if want == "" {
			want = text
		}
		require.Equal(t, want == text, theirs(t, text).Insertable(), text)
		got, err := InsertableSQL(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.True(t, theirs(t, got).Insertable())
	}
}
