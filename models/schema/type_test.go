package schema

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseType(t *testing.T) {
	for text, want := range map[string]string{
		"bool": "boolean", "BOOLEAN": "boolean", "int": "int32", "BIGINT": "int64", "tinyint": "int8", "varchar(20)": "string", "STRING": "string",
		" decimal ": "decimal(10, 0)", "DECIMAL(5)": "decimal(5, 0)", "decimal( 38 , 38 )": "decimal(38, 38)",
		"timestamp(6)": "timestamp", "TIMESTAMP(3)": "timestamp(3)", "array<int32>": "array<int32>",
		"ARRAY<bigint not null>": "array<int64 not null>", "map<string, array<float64>>": "map<string, array<float64>>",
		"row<a int, `b c` string not null, `d``e` json>": "row<a int32, `b c` string not null, `d``e` json>",
		"row<歌曲 int>": "", "row<`歌曲` int>": "row<`歌曲` int32>",
	} {
		got, err := Parse(text)
		if want == "" {
			require.Error(t, err, text)
			continue
		}
		require.NoError(t, err, text)
		require.Equal(t, want, got.String(), text)
	}
}

func TestParseTypeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "expected a type",
		"integr":                  `unknown type "integr"`,
		"int int":                 "behind the type",
		"decimal(0)":              "precision from 1 to 38",
		"decimal(39)":             "from 0 to 38",
		"decimal(5, 6)":           "a scale not above it",
		"decimal(5, 2, 1)":        "precision from 1 to 38",
		"decimal(99999999999999)": "from 0 to 38",
		"timestamp(4)":            "precision 3 or 6",
		"timestamp(3, 3)":         "precision 3 or 6",
		"array":                   "expected '<' at the end",
		"array<int":               "expected '>' at the end",
		"array<int not>":          "expected NULL behind NOT",
		"map<array<int>, int>":    "a map's key cannot be",
		"map<json, int>":          "a map's key cannot be",
		"map<int>":                "expected ','",
		"row<>":                   "expected a field name",
		"row<a int, a int>":       `the field "a" twice`,
		"row<`a int>":             "not closed",
		strings.Repeat("array<", 40) + "int" + strings.Repeat(">", 40): "deeper than 32",
		strings.Repeat("array<", 1<<20):                                "deeper than 32",
	} {
		_, err := Parse(text)
		require.ErrorContains(t, err, want, "%.80s", text)
	}
}

// randomType makes any type that can be written, nested while depth is left.
func randomType(r *rand.Rand, depth int) Type {
	simple := []Kind{Boolean, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float32, Float64, String, Bytes, Date}
	n := 5
	if depth == 0 {
		n = 2
	}
	switch r.IntN(n) {
	case 0:
		p := 1 + r.IntN(MaxPrecision)
		return DecimalOf(p, r.IntN(p+1))
	case 1:
		return []Type{TimestampOf(3), TimestampOf(6), Of(simple[r.IntN(len(simple))])}[r.IntN(3)]
	case 2:
		t := ArrayOf(randomType(r, depth-1))
		t.ElemNullable = r.IntN(2) == 0
		return t
	case 3:
		t := MapOf(Of(simple[r.IntN(len(simple))]), randomType(r, depth-1))
		t.ElemNullable = r.IntN(2) == 0
		return t
	default:
		names := []string{"a", "B_2", "user id", "歌曲", "b`c", "9", "not", "int", "x\ny", ""}
		r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		var fields []Field
		for _, name := range names[:1+r.IntN(4)] {
			fields = append(fields, Field{Name: name, Type: randomType(r, depth-1), Nullable: r.IntN(2) == 0})
		}
		return RowOf(fields...)
	}
}

func TestTypeTextRoundTrip(t *testing.T) {
	for seed := range uint64(2000) {
		want := randomType(rand.New(rand.NewPCG(seed, 1)), 4)
		text := want.String()
		got, err := Parse(text)
		require.NoError(t, err, text)
		require.True(t, want.Equal(got), "%s became %s", text, got)
		require.Equal(t, text, got.String())

		data, err := json.Marshal(Schema{Fields: []Field{{Name: "c", Type: want, Nullable: true}}})
		require.NoError(t, err)
		var s Schema
		require.NoError(t, json.Unmarshal(data, &s))
		require.True(t, s.Equal(&Schema{Fields: []Field{{Name: "c", Type: want, Nullable: true}}}), "%s", data)
	}
	for _, name := range TypeNames() {
		text := name
		switch name {
		case "array":
			text += "<int32>"
		case "map":
			text += "<string, int32>"
		case "row":
			text += "<a int32>"
		}
		_, err := Parse(text)
		require.NoError(t, err, text)
	}
}

func TestEqualTellsTypesApart(t *testing.T) {
	types := []Type{Of(Int32), Of(Int64), Of(String), Of(Bytes), DecimalOf(10, 2), DecimalOf(10, 3), DecimalOf(11, 2), TimestampOf(3),
		TimestampOf(6), ArrayOf(Of(Int32)), ArrayOf(Of(Int64)), {Kind: Array, Elem: &Type{Kind: Int32}}, MapOf(Of(String), Of(Int32)),
		MapOf(Of(Int32), Of(Int32)), MapOf(Of(String), Of(String)), RowOf(Field{Name: "a", Type: Of(Int32)}),
		RowOf(Field{Name: "b", Type: Of(Int32)}), RowOf(Field{Name: "a", Type: Of(Int32), Nullable: true}),
		RowOf(Field{Name: "a", Type: Of(Int32)}, Field{Name: "b", Type: Of(Int32)})}
	for i, a := range types {
		for j, b := range types {
			require.Equal(t, i == j, a.Equal(b), "%s and %s", a, b)
		}
	}
}

func FuzzParseType(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randomType(rand.New(rand.NewPCG(seed, 2)), 3).String())
	}
	f.Add("row<a decimal( 5 ,2) NOT  null,`x` VARCHAR(9)>")
	f.Fuzz(func(t *testing.T, text string) {
		first, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(first.String())
		require.NoError(t, err, first.String())
		require.True(t, first.Equal(again), "%s became %s", first, again)
	})
}

func TestDuration(t *testing.T) {
	var d Duration
	require.NoError(t, d.UnmarshalText([]byte("1m30s")))
	require.Equal(t, Duration(90*time.Second), d)
	require.Equal(t, int64(90_000_000), d.Micros())
	text, err := d.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "1m30s", string(text))
	require.Error(t, d.UnmarshalText([]byte("soon")))
	require.Equal(t, Duration(90*time.Second), d, "a refused text changes nothing")
}

func TestSchemaLookups(t *testing.T) {
	s := &Schema{Fields: []Field{{Name: "id", Type: Of(Int64)}, {Name: "ts", Type: TimestampOf(6)}}, EventTime: EventTimeOn("ts")}
	require.Equal(t, 1, s.Index("ts"))
	require.Equal(t, -1, s.Index("TS"), "names are told apart by case")
	require.Equal(t, []string{"id", "ts"}, s.Names())
	require.Equal(t, 1, s.TimeIndex())
	require.Equal(t, -1, (&Schema{Fields: s.Fields}).TimeIndex())
}
