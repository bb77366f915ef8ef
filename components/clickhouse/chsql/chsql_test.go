package chsql

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

func TestQuoteAndText(t *testing.T) {
	require.Equal(t, "`a\\`b\\\\c`", Quote("a`b\\c"))
	require.Equal(t, "`a\\nb\\t\\0`", Quote("a\nb\t\x00"))
	require.Equal(t, `'it\'s \\ \n\t中'`, Text("it's \\ \n\t中"))
}

func TestType(t *testing.T) {
	for text, want := range map[string]string{
		"int8": "Nullable(Int8)", "uint64": "Nullable(UInt64)", "decimal(10, 2)": "Nullable(Decimal(10, 2))", "date": "Nullable(Date32)",
		"timestamp(3)": "Nullable(DateTime64(3, 'UTC'))", "json": "Nullable(String)", "array<int64>": "Array(Nullable(Int64))",
		"map<string, boolean not null>": "Map(String, Bool)", "row<a bytes not null>": "Tuple(`a` String)",
	} {
		typ, err := schema.Parse(text)
		require.NoError(t, err)
		got, err := Type(typ, true)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	_, err := Type(schema.Of(schema.Null), true)
	require.ErrorContains(t, err, "no type")
}
