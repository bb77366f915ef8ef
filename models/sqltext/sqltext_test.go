package sqltext

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// cases reads the sources of a golden file: each begins with "> ", further lines of it with "| ".
func cases(t *testing.T, file string) (sources []string, whole string) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := bufio.NewScanner(strings.NewReader(string(data)))
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "> "):
			sources = append(sources, line[2:])
		case strings.HasPrefix(line, "| "):
			require.NotEmpty(t, sources)
			sources[len(sources)-1] += "\n" + line[2:]
		}
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, sources)
	return sources, string(data)
}

func golden(t *testing.T, file string, render func(source string) string) {
	sources, whole := cases(t, file)
	var out strings.Builder
	for _, s := range sources {
		out.WriteString("> " + strings.ReplaceAll(s, "\n", "\n| ") + "\n" + render(s) + "\n")
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
		return
	}
	require.Equal(t, whole, out.String())
}

func TestValidGolden(t *testing.T) {
	golden(t, "testdata/valid.txt", func(source string) string {
		e, diags := ParseExpr(source)
		require.Empty(t, diags, source)
		require.False(t, hasBad(e), source)
		text := Format(e)
		again, diags := ParseExpr(text)
		require.Empty(t, diags, text)
		require.Equal(t, dump(e), dump(again), "reading back %s", text)
		eachType(e, func(to TypeName) {
			_, err := schema.Parse(to.Text)
			require.NoError(t, err, source)
		})
		return dump(e) + "\n" + text + "\n"
	})
}

func TestBrokenGolden(t *testing.T) {
	golden(t, "testdata/broken.txt", func(source string) string {
		_, diags := ParseExpr(source)
		require.True(t, diags.HasErrors(), source)
		return render(source, diags)
	})
}

// render prints diagnostics as a compiler does, the carets under the span.
func render(source string, diags diag.List) string {
	lines := strings.Split(source, "\n")
	var out strings.Builder
	for _, d := range diags {
		start, end := d.Span.Start, d.Span.End
		line := []rune(lines[start.Line-1])
		width := end.Column - start.Column
		if end.Line > start.Line {
			width = len(line) - start.Column + 1
		}
		fmt.Fprintf(&out, "%s\n%s%s\n", string(line), strings.Repeat(" ", start.Column-1), strings.Repeat("^", max(1, width)))
		fmt.Fprintf(&out, "%s\n", d.Error())
		if d.Fix != "" {
			fmt.Fprintf(&out, "fix: %s\n", d.Fix)
		}
	}
	return out.String()
}

func TestSelectItem(t *testing.T) {
	for _, c := range []struct{ in, expr, alias string }{
		{"ms_played / 1000.0 AS seconds", "(/ ms_played 1000.0d)", "seconds"},
		{"ms_played seconds", "ms_played", "seconds"},
		{"a.b AS `总 数`", "a.b", "总 数"},
		{"count(*) filter (where x) filter", "(COUNT * filter x)", "filter"},
		{"*", "*", ""},
		{"播放次数", "播放次数", ""},
		{"a time", "a", "time"},
	} {
		e, alias, diags := ParseSelectItem(c.in)
		require.Empty(t, diags, c.in)
		require.Equal(t, c.expr, dump(e))
		require.Equal(t, c.alias, alias)
	}
	_, alias, diags := ParseSelectItem("a AS order")
	require.Equal(t, "order", alias)
	require.Len(t, diags, 1)
	require.Equal(t, CodeReservedWord, diags[0].Code)
	for _, broken := range []string{"", "a AS", "a AS b c", "a, b", "a AS 5", "AS b"} {
		_, _, diags := ParseSelectItem(broken)
		require.True(t, diags.HasErrors(), broken)
	}
}

func TestReservedWords(t *testing.T) {
	words := ReservedWords()
	t.Log(len(words), strings.Join(words, " "))
	for _, w := range words {
		_, diags := ParseExpr("a." + w)
		require.Len(t, diags, 1, w)
		require.Equal(t, CodeReservedWord, diags[0].Code, w)
		require.Equal(t, "`"+w+"`", QuoteName(w))
	}
	// Words that name columns in many a table.
	for _, w := range strings.Fields(`date time timestamp event key value year month day hour minute second week user type name id
		position trim array map row filter escape to zone local unknown without count sum rank status level start data desc
		comment format language source target index offset partition window set first last next any some by text string`) {
		for _, in := range []string{w, w + " > 5", "t." + w + " = " + w, "f(" + w + ", " + w + ")", "CASE " + w + " WHEN " + w + " THEN " + w + " END",
			w + " BETWEEN " + w + " AND " + w, "CAST(" + w + " AS bigint)", "(" + w + ")", w + " IS NULL", "-" + w, w + " IN (" + w + ")"} {
			e, diags := ParseExpr(in)
			require.Empty(t, diags, in)
			require.False(t, hasBad(e), in)
		}
	}
}

func TestPositions(t *testing.T) {
	e, diags := ParseExpr("歌曲 = '日本'\n  and\tx > 1")
	require.Empty(t, diags)
	and := e.(*Binary)
	require.Equal(t, diag.Span{Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 2, Column: 12}}, and.At)
	require.Equal(t, diag.Span{Start: diag.Pos{Line: 1, Column: 6}, End: diag.Pos{Line: 1, Column: 10}}, and.L.(*Binary).R.Span())
	require.Equal(t, diag.Span{Start: diag.Pos{Line: 2, Column: 7}, End: diag.Pos{Line: 2, Column: 8}}, and.R.(*Binary).L.Span())
}

func TestBounds(t *testing.T) {
	repeat := strings.Repeat
	for name, c := range map[string]struct {
		in   string
		code diag.Code
	}{
		"brackets":        {repeat("(", 300) + "a" + repeat(")", 300), CodeTooDeep},
		"open brackets":   {repeat("(", 1<<14), CodeUnbalanced},
		"not":             {repeat("NOT ", 1<<14) + "a", CodeTooDeep},
		"signs":           {repeat("- ", 1<<14) + "a", CodeTooDeep},
		"case":            {repeat("CASE WHEN ", 1<<12), CodeTooDeep},
		"calls":           {repeat("f(", 300) + repeat(")", 300), CodeTooDeep},
		"index":           {"a" + repeat("[a", 300) + repeat("]", 300), CodeTooDeep},
		"types":           {"CAST(a AS " + repeat("ARRAY<", 1<<12), CodeTooDeep},
		"postfix types":   {"CAST(a AS INT" + repeat(" ARRAY", 1<<13) + ")", CodeTooDeep},
		"sum":             {"a" + repeat("+a", 1<<13), CodeTooDeep},
		"members":         {"a" + repeat(".a", 1<<13), CodeTooDeep},
		"indexes":         {"a" + repeat("[1]", 1<<13), CodeTooDeep},
		"not after equal": {"a" + repeat(" = NOT a", 1<<12), CodeTooDeep},
		"long":            {repeat(" ", MaxBytes+1), CodeTooLong},
		"utf8":            {"a = '\xff'", CodeInvalidUTF8},
	} {
		t.Run(name, func(t *testing.T) {
			e, diags := ParseExpr(c.in)
			require.True(t, diags.HasErrors())
			require.True(t, slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == c.code }), "%v", diags)
			require.LessOrEqual(t, len(diags), maxReports+1)
			require.NotNil(t, e)
		})
	}
	// What is within the bounds is read.
	for _, in := range []string{
		repeat("(", 150) + "a" + repeat(")", 150),
		"a" + repeat(" OR a = 1", 2000),
		"a IN (1" + repeat(", 1", 5000) + ")",
		"a" + repeat(" AND NOT b", 1500),
	} {
		_, diags := ParseExpr(in)
		require.Empty(t, diags)
	}
}
