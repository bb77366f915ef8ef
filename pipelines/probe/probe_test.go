package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
)

func plays() []Column {
	return []Column{
		{Name: "user_id", Type: "int64"}, {Name: "title", Type: "string", Nullable: true}, {Name: "price", Type: "decimal(10, 2)", Nullable: true},
		{Name: "ts", Type: "timestamp(3)"}, {Name: "tags", Type: "array<string>", Nullable: true},
	}
}

func rows(texts ...string) [][]json.RawMessage {
	out := make([][]json.RawMessage, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &out[i]); err != nil {
			panic(err) // a slip in the test
		}
	}
	return out
}

func sample() [][]json.RawMessage {
	return rows(`[7, "夜", "1.50", "2026-01-01T20:00:00Z", ["a"]]`, `[0, null, null, "2026-01-01T10:00:00Z", null]`, `["x", "t", 1, "2026-01-01T00:00:00Z", []]`)
}

// said writes a result in short.
func said(r Result) string {
	if r.Error != nil {
		return string(r.Error.Code)
	}
	return string(r.Value)
}

func TestRun(t *testing.T) {
	one := "1"
	for _, tt := range []struct {
		text string
		kind Kind
		want string
	}{
		{"user_id + 1", Scalar, "int64 false: 8 1 row.wrong_type"},
		{"100 / user_id AS share", Scalar, "int64 false share: 14 row.division_by_zero row.wrong_type"},
		{"title || '!' AS x", Scalar, `string true x: "夜!" null row.wrong_type`},
		{"price * 2", Scalar, "decimal(20, 2) true: 3.00 null row.wrong_type"},
		{"CAST(ts AS DATE)", Scalar, `date false: "2026-01-02" "2026-01-01" row.wrong_type`},
		{"tags", Scalar, `array<string> true: ["a"] null row.wrong_type`},
		{"title IS NULL AND user_id < :most", Bool, "boolean false: false true row.wrong_type"},
		{"sum(price) / count(*)", Aggregate, "decimal(38, 6) true:"},
		{"LPAD(title, 1000000000, 'x')", Scalar, "string true: probe.too_large@0:0"},
		{"REPLACE(REPLACE(REPLACE(title, 'a', 'b'), ' ', ''), 'x', 'yy')", Scalar, `string true: "夜" null row.wrong_type`},
		{"user_id >", Bool, ": sql.syntax@1:10"},
		{"user_idd + titel", Scalar, ": expr.unknown_column@1:1 expr.unknown_column@1:12"},
		{"sum(price)", Scalar, ": expr.aggregate_not_allowed@1:1"},
		{"", Scalar, ": sql.syntax@1:1"},
		{"user_id", Bool, ": expr.not_boolean@1:1"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			out, err := Run(t.Context(), Input{Columns: plays(), Text: tt.text, Kind: tt.kind, TimeZone: "Asia/Shanghai", Params: []Param{{Name: "most", Type: "int32", Value: &one}}, Rows: sample()})
			require.NoError(t, err)
			got := ""
			if out.Type != "" {
				got = fmt.Sprintf("%s %t", out.Type, out.Nullable)
			}
			if out.Alias != "" {
				got += " " + out.Alias
			}
			got += ":"
			for _, d := range out.Diagnostics {
				got += fmt.Sprintf(" %s@%d:%d", d.Code, d.Span.Start.Line, d.Span.Start.Column)
			}
			for _, r := range out.Results {
				got += " " + said(r)
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// TestRowsAsTheyWereShown: samples come back as a preview has shown them, with maps as lists of pairs, and numbers as texts where a browser could
// not hold them.
func TestRowsAsTheyWereShown(t *testing.T) {
	in := Input{
		Kind:    Scalar,
		Columns: []Column{{Name: "id", Type: "int64"}, {Name: "counts", Type: "map<string, int64>"}, {Name: "lists", Type: "array<row<n int64>>"}},
		Rows:    rows(`["9007199254740993", [["x", "9007199254740993"], ["y", null]], [{"n": "-9007199254740993"}]]`, `["7 ", [], []]`),
	}
	for text, want := range map[string]string{
		"id - 9007199254740990": "3 row.wrong_type",
		"counts":                `[["x",9007199254740993],["y",null]] row.wrong_type`,
		"lists":                 `[{"n":-9007199254740993}] row.wrong_type`,
	} {
		in.Text = text
		out, err := Run(t.Context(), in)
		require.NoError(t, err)
		require.Empty(t, out.Diagnostics)
		require.Equal(t, want, said(out.Results[0])+" "+said(out.Results[1]), text)
	}
}

func TestRefused(t *testing.T) {
	text := "no number"
	for want, in := range map[string]Input{
		`there is no kind "boolean"`:         {Kind: "boolean"},
		`there is no time zone "Mars"`:       {TimeZone: "Mars"},
		`two columns "a"`:                    {Columns: []Column{{Name: "a", Type: "int64"}, {Name: "a", Type: "string"}}},
		`the column "a"`:                     {Columns: []Column{{Name: "a", Type: "int65"}}},
		`the parameter "p"`:                  {Params: []Param{{Name: "p", Type: "what"}}},
		`the parameter "p" is no int64`:      {Params: []Param{{Name: "p", Type: "int64", Value: &text}}},
		`row 1 has 2 values for 1 columns`:   {Columns: []Column{{Name: "a", Type: "int64"}}, Rows: rows("[1]", "[1, 2]")},
		`at most 16384 bytes`:                {Text: strings.Repeat(" ", MaxText+1)},
		`at most 16384 bytes, 2000 columns `: {Rows: make([][]json.RawMessage, MaxRows+1)},
	} {
		_, err := Run(t.Context(), in)
		require.ErrorContains(t, err, want)
		require.ErrorIs(t, err, diag.ErrInvalid)
	}
}

// TestOutOfTime: rows that were not reached say so, and the type is told all the same.
func TestOutOfTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out, err := Run(ctx, Input{Columns: plays(), Text: "user_id", Rows: sample()})
	require.NoError(t, err)
	require.Equal(t, "int64", out.Type)
	for _, r := range out.Results {
		require.Equal(t, CodeTimeout, r.Error.Code)
	}
}

// FuzzRun: no text makes a probe panic, and what is in error has no type.
func FuzzRun(f *testing.F) {
	f.Add("user_id + 1", "scalar")
	f.Add("count(*) FILTER (WHERE title LIKE '%a')", "aggregate")
	f.Add("title = 'x' AND price > 1e3", "bool")
	f.Fuzz(func(t *testing.T, text, kind string) {
		out, err := Run(t.Context(), Input{Columns: plays(), Text: text, Kind: Kind(kind), Rows: sample()})
		if err == nil {
			require.Equal(t, out.Diagnostics.HasErrors(), out.Type == "")
		}
	})
}
