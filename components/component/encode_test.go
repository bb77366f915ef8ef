package component

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/model"
	"millrace/models/schema"
)

func TestEncode(t *testing.T) {
	b, err := Encode(everyField(), NewParams(map[string]any{
		"topic": "a<b", "rows": int64(5), "flush": time.Minute, "buffer": int64(1 << 20), "mode": "append", "where": "歌 > 1",
		"auth": NewParams(map[string]any{"user": "u", "password": Secret{Env: "PW"}}),
	}))
	require.NoError(t, err)
	require.Equal(t, `{"auth":{"password":{"env":"PW"},"user":"u"},"buffer":"1048576B","flush":"1m0s","mode":"append","rows":5,"topic":"a<b","where":"歌 > 1"}`, string(b))
}

func TestEncodeRefuses(t *testing.T) {
	for _, c := range []struct {
		value any
		field string
		want  string
	}{
		{5, "rows", "does not hold a int"},
		{"\xff", "topic", "not valid UTF-8"},
		{math.NaN(), "ratio", "does not hold a float64"},
		{[]any{"x", 5}, "names", "[1]: a field of type string does not hold a int"},
		{NewParams(map[string]any{}), "auth", "user is missing"},
	} {
		_, err := Encode(everyField(), NewParams(map[string]any{c.field: c.value}))
		require.ErrorContains(t, err, c.want)
	}
}

func TestDecodeJSONRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"topic":"t","topic":"u"}`: "there twice",
		`{"topic":"t","x":1}`:       `unknown parameter "x"`,
		`{"topic":"t"} 1`:           "text follows",
		`[]`:                        "must be a mapping",
		`{}`:                        "topic is missing",
	} {
		_, err := DecodeJSON(everyField(), []byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

// TestRoundTrip: DecodeJSON of Encode gives the same values, for random values of every field type.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	fields := fieldsWithShort()
	for range 3000 {
		p := randomParams(r, fields)
		b, err := Encode(fields, p)
		require.NoError(t, err)
		got, err := DecodeJSON(fields, b)
		require.NoError(t, err, "%s", b)
		require.Equal(t, bare(p), bare(got), "%s", b)
		again, err := Encode(fields, got)
		require.NoError(t, err)
		require.Equal(t, string(b), string(again))
	}
}

// bare returns values without places, and without the fields that have none.
func bare(v any) any {
	switch v := v.(type) {
	case Params:
		out := map[string]any{}
		for k, x := range v.values {
			if x != nil {
				out[k] = bare(x)
			}
		}
		return out
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, bare(x))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = bare(x)
		}
		return out
	case model.Value:
		return string(v.JSON())
	default:
		return v
	}
}

func randomParams(r *rand.Rand, fields []Field) Params {
	values := map[string]any{}
	for i := range fields {
		f := &fields[i]
		if f.ShowIf != nil && !shown(f.ShowIf, values[f.ShowIf.Field]) {
			continue
		}
		if f.Required || r.IntN(3) > 0 {
			values[f.Name] = randomOf(r, f)
		}
	}
	return NewParams(values)
}

func randomWord(r *rand.Rand) string {
	words := []string{"a", "歌 > 'x'", "null", "1", "\u2028\x00\"\\", "<&>", "true", "🎵"}
	return words[r.IntN(len(words))]
}

func randomOf(r *rand.Rand, f *Field) any {
	if f.Secret {
		return Secret{Env: "ENV"}
	}
	low, high := int64(math.MinInt64/4), int64(math.MaxInt64/4)
	if f.Type == FieldDuration || f.Type == FieldSize {
		low = 0
	}
	if f.HasMin {
		low = f.Min
	}
	if f.HasMax {
		high = f.Max
	}
	n := low + r.Int64N(high-low+1)
	switch f.Type {
	case FieldInt, FieldSize:
		return n
	case FieldFloat:
		return r.Float64()
	case FieldBool:
		return r.IntN(2) == 0
	case FieldDuration:
		return time.Duration(n)
	case FieldTime:
		return time.Unix(r.Int64N(4e9), r.Int64N(1e9)).UTC()
	case FieldEnum:
		return f.Options[r.IntN(len(f.Options))].Value
	case FieldDataType:
		return []schema.Type{schema.Of(schema.JSON), schema.DecimalOf(38, 9), schema.ArrayOf(schema.RowOf(schema.Field{Name: "歌`", Type: schema.TimestampOf(3)}))}[r.IntN(3)]
	case FieldParams:
		return model.Value{Kind: model.Map, Entries: []model.Entry{{Key: "n", Value: model.Value{Kind: model.Number, Text: "1.50"}}}}
	case FieldList:
		out := []any{}
		for range 1 + r.IntN(3) {
			out = append(out, randomOf(r, f.Of))
		}
		return out
	case FieldMap:
		out := map[string]any{}
		for range r.IntN(3) {
			out[randomWord(r)] = randomOf(r, f.Of)
		}
		return out
	case FieldObject:
		return randomParams(r, f.Fields)
	case FieldSchema:
		s := &schema.Schema{Fields: []schema.Field{
			{Name: "id", Type: schema.Of(schema.Int64)}, {Name: "ts", Type: schema.TimestampOf(6), Nullable: true, Description: randomWord(r)},
		}}
		if r.IntN(2) == 0 {
			s.Key = []string{"id"}
		}
		if r.IntN(2) == 0 {
			s.EventTime = &schema.EventTime{Column: "ts", OutOfOrder: schema.Duration(r.Int64N(1e15)), MaxFuture: 5, Idle: 0}
		}
		return s
	default:
		return randomWord(r)
	}
}
