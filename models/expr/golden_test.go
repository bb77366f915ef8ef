package expr

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// testSchema has a nullable column of every type.
var testSchema = mustSchema(
	"i8 int8", "i16 int16", "i32 int32", "i64 int64", "u8 uint8", "u16 uint16", "u32 uint32", "u64 uint64", "f32 float32", "f64 float64",
	"d decimal(10, 2)", "big decimal(38, 10)", "s string", "t string", "bin bytes", "day date", "ts timestamp", "ts3 timestamp(3)", "j json",
	"x boolean", "y boolean", "arr array<int64>", "m map<string, int64>", "device row<os string, ver string not null>", "n int64 not null",
)

func mustSchema(cols ...string) *schema.Schema {
	s := new(schema.Schema)
	for _, c := range cols {
		name, text, _ := strings.Cut(c, " ")
		bare, notNull := strings.CutSuffix(text, " not null")
		if strings.HasPrefix(text, "row") {
			bare, notNull = text, false
		}
		t, err := schema.Parse(bare)
		if err != nil {
			panic(err)
		}
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: t, Nullable: !notNull})
	}
	return s
}

var testZone = mustZone("America/New_York")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func testEnv() Env {
	return Env{Schema: testSchema, Zone: testZone, Params: map[string]Param{
		"min_ms": {Type: schema.Of(schema.Int64), Value: int64(30000)},
		"who":    {Type: schema.Of(schema.String), Value: nil},
	}}
}

// appendText adds a value written as text: a scalar as CAST reads it, nested ones as JSON; "NULL" is NULL.
func appendText(t testing.TB, b *batch.Builder, text string) {
	t.Helper()
	if text == "NULL" {
		b.AppendNull()
		return
	}
	if b.Type().Nested() {
		var v any
		require.NoError(t, json.Unmarshal([]byte(text), &v), text)
		appendJSON(t, b, v)
		return
	}
	v, code, err := EvalConst(strict("cast", b.Type(), diag.Span{}, literalOf(stringType, text, diag.Span{})), testZone)
	require.NoError(t, err)
	require.Zero(t, code, "the input %q is no %s", text, b.Type())
	appendRow(b, repeat(b.Type(), v, 1), 0)
}

func appendJSON(t testing.TB, b *batch.Builder, v any) {
	switch x := v.(type) {
	case nil:
		b.AppendNull()
	case float64:
		b.AppendInt(int64(x))
	case string:
		b.AppendString(x)
	case []any:
		for _, e := range x {
			appendJSON(t, b.Elems(), e)
		}
		b.CloseList()
	case map[string]any:
		if b.Type().Kind == schema.Row {
			for i, f := range b.Type().Fields {
				appendJSON(t, b.Field(i), x[f.Name])
			}
			b.CloseRow()
			return
		}
		for k, e := range x {
			appendJSON(t, b.Keys(), k)
			appendJSON(t, b.Elems(), e)
		}
		b.CloseList()
	}
}

// buildBatch makes a batch of rows given as column=text pairs separated by semicolons; columns not named are NULL, n is 1.
func buildBatch(t testing.TB, s *schema.Schema, rows []string) *batch.Batch {
	t.Helper()
	builders := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		builders[i] = batch.NewBuilder(f.Type, len(rows))
	}
	for _, row := range rows {
		values := map[string]string{"n": "1"}
		for _, pair := range strings.Split(row, ";") {
			if name, text, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
				require.GreaterOrEqual(t, s.Index(name), 0, "no column %q", name)
				values[name] = text
			}
		}
		for i, f := range s.Fields {
			text, ok := values[f.Name]
			if !ok {
				text = "NULL"
			}
			appendText(t, builders[i], text)
		}
	}
	b := &batch.Batch{Schema: s, N: len(rows), Part: batch.NoPart}
	for _, c := range builders {
		b.Cols = append(b.Cols, c.Finish())
	}
	return b
}

// showValue writes row i of a vector as text.
func showValue(v *batch.Vector, i int) string {
	if v.IsNull(i) {
		return "NULL"
	}
	if v.Type.Nested() {
		return fmt.Sprint(v.Value(i))
	}
	if v.Type.Kind == schema.Bytes {
		return fmt.Sprintf("%x", v.Bytes(i))
	}
	one := v.Gather([]int32{int32(i)})
	e := strict("cast", stringType, diag.Span{}, literalOf(v.Type, one.Value(0), diag.Span{}))
	text, code, err := EvalConst(e, testZone)
	if err != nil || code != 0 {
		return fmt.Sprintf("unprintable: %v %v", err, code)
	}
	if batch.ClassOf(v.Type) == batch.ClassStr {
		return fmt.Sprintf("%q", text)
	}
	return text.(string)
}

func parse(t testing.TB, text string) sqltext.Expr {
	t.Helper()
	ast, diags := sqltext.ParseExpr(text)
	require.Empty(t, diags, text)
	return ast
}

func check(t testing.TB, text string) *Expr {
	t.Helper()
	e, diags := Check(parse(t, text), testEnv())
	require.Empty(t, diags, text)
	return e
}

func showDiags(diags diag.List) string {
	parts := make([]string, len(diags))
	for i, d := range diags {
		parts[i] = fmt.Sprintf("%s@%d: %s", d.Code, d.Span.Start.Column, d.Message)
		if d.Fix != "" {
			parts[i] += " [" + d.Fix + "]"
		}
	}
	return strings.Join(parts, " AND ")
}

// answer evaluates one golden line.
func answer(t testing.TB, text, inputs string) string {
	ast, diags := sqltext.ParseExpr(text)
	if len(diags) > 0 {
		return "syntax: " + showDiags(diags)
	}
	e, diags := Check(ast, testEnv())
	if len(diags) > 0 {
		return showDiags(diags)
	}
	p, err := Compile(e, testZone)
	require.NoError(t, err, text)
	r := p.Eval(buildBatch(t, testSchema, []string{inputs}))
	null := ""
	if !e.Nullable {
		null = " not null"
	}
	if r.Errs != nil && r.Errs[0] != 0 {
		require.True(t, Fallible(e), "%s fails but is said to be infallible", text)
		return fmt.Sprintf("%s%s: error %s", e.Type, null, r.Errs[0])
	}
	require.True(t, e.Nullable || !r.Vec.IsNull(0), "%s is NULL but is said not to be", text)
	require.True(t, r.Vec.Type.Equal(e.Type), "%s gave %s", text, r.Vec.Type)
	return fmt.Sprintf("%s%s: %s", e.Type, null, showValue(r.Vec, 0))
}

// TestGolden runs testdata/*.txt. A line is "expression ;; inputs => answer" (";; inputs" may be missing).
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var out strings.Builder
			for _, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
				if line == "" || strings.HasPrefix(line, "#") {
					out.WriteString(line + "\n")
					continue
				}
				left, want, _ := strings.Cut(line, " => ")
				text, inputs, _ := strings.Cut(left, " ;; ")
				got := answer(t, text, inputs)
				if !*update {
					require.Equal(t, want, got, left)
				}
				out.WriteString(left + " => " + got + "\n")
			}
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
			}
		})
	}
}

// goldenLines returns the lines of all golden files that hold an expression.
func goldenLines(t testing.TB) (lines []string) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, line := range strings.Split(string(data), "\n") {
			if line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func parseQuiet(text string) (sqltext.Expr, diag.List) { return sqltext.ParseExpr(text) }
