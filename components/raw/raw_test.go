package raw

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/schema"
)

func target(k schema.Kind, checked bool) component.DecodeTarget {
	return component.DecodeTarget{
		Schema:  &schema.Schema{Fields: []schema.Field{{Name: Column, Type: schema.Of(k), Nullable: true}}},
		Checked: []bool{checked}, MaxRecordBytes: 10,
	}
}

func TestRoundTrip(t *testing.T) {
	for _, k := range []schema.Kind{schema.String, schema.Bytes} {
		d, err := NewDecoder(target(k, true))
		require.NoError(t, err)
		for _, record := range []string{"", "one", "二"} {
			_, reject := d.Decode([]byte(record))
			require.Nil(t, reject)
		}
		b := d.Finish()
		require.NoError(t, b.Check())
		require.Nil(t, d.Finish())
		e, err := NewEncoder(b.Schema)
		require.NoError(t, err)
		var got []string
		require.NoError(t, e.Encode(b, func(_ int, r []byte) error { got = append(got, string(r)); return nil }))
		require.Equal(t, []string{"", "one", "二"}, got)
	}
}

func TestRejects(t *testing.T) {
	d, err := NewDecoder(target(schema.String, true))
	require.NoError(t, err)
	_, reject := d.Decode([]byte("\xff"))
	require.Equal(t, diag.RowInvalidUTF8, reject.Code)
	_, reject = d.Decode([]byte("more than ten bytes"))
	require.Equal(t, diag.RowTooLarge, reject.Code)
	require.Nil(t, d.Finish())

	d, err = NewDecoder(target(schema.String, false))
	require.NoError(t, err)
	_, reject = d.Decode([]byte("\xff"))
	require.Nil(t, reject)
	b := d.Finish()
	require.Nil(t, b.Cols[0].Value(0))
	e, err := NewEncoder(b.Schema)
	require.NoError(t, err)
	require.Equal(t, []component.RowReject{{Row: 0, Code: diag.RowMissingField, Path: Column}}, e.Check(b))
	require.Error(t, e.Encode(b, func(int, []byte) error { return nil }))
}

func TestOnlyTheOneColumn(t *testing.T) {
	for _, f := range []schema.Field{{Name: "x", Type: schema.Of(schema.String)}, {Name: Column, Type: schema.Of(schema.Int64)}} {
		s := &schema.Schema{Fields: []schema.Field{f}}
		_, err := NewDecoder(component.DecodeTarget{Schema: s})
		require.Error(t, err)
		_, err = NewEncoder(s)
		require.Error(t, err)
	}
	_, err := NewDecoder(component.DecodeTarget{Schema: &schema.Schema{}})
	require.NoError(t, err, "rows can be counted without their value")
}
