package sqltext

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
)

func dumpScript(s *Script) string {
	var out strings.Builder
	for _, x := range s.Statements {
		out.WriteString(dumpTree(x) + "\n")
	}
	return out.String()
}

// requireSound checks what holds for every script without errors: its canonical text and its laid out text give the same tree.
func requireSound(t *testing.T, text string, s *Script) {
	t.Helper()
	var canonical strings.Builder
	for _, x := range s.Statements {
		require.False(t, treeHasBad(x), text)
		canonical.WriteString(FormatStatement(x) + "\n\n")
	}
	again, diags := ParseScript(canonical.String())
	require.Empty(t, diags, "%s\nas\n%s", text, canonical.String())
	requireSame(t, dumpScript(s), dumpScript(again), canonical.String())

	out, diags := FormatScript(text)
	require.Empty(t, diags, text)
	again, diags = ParseScript(out)
	require.Empty(t, diags, "%s\nas\n%s", text, out)
	requireSame(t, dumpScript(s), dumpScript(again), text+"\nas\n"+out)
	twice, diags := FormatScript(out)
	require.Empty(t, diags)
	require.Equal(t, out, twice)
}

func TestStatementsValidGolden(t *testing.T) {
	golden(t, "testdata/statements_valid.txt", func(source string) string {
		s, diags := ParseScript(source)
		require.Empty(t, diags, source)
		requireSound(t, source, s)
		out, _ := FormatScript(source)
		return dumpScript(s) + out
	})
}

func TestStatementsBrokenGolden(t *testing.T) {
	golden(t, "testdata/statements_broken.txt", func(source string) string {
		s, diags := ParseScript(source)
		require.True(t, diags.HasErrors(), source)
		for _, x := range s.Statements {
			require.False(t, treeHasBad(x), source)
		}
		out, _ := FormatScript(source)
		require.Empty(t, out)
		return dumpScript(s) + render(source, diags)
	})
}

func TestParseQuery(t *testing.T) {
	q, diags := ParseQuery("SELECT a FROM t ORDER BY a;")
	require.Empty(t, diags)
	require.Equal(t, "SELECT a\nFROM t\nORDER BY a", FormatQuery(q))
	for text, message := range map[string]string{
		"":                   "expected a query at the end",
		"DROP TABLE t":       "this is no query",
		"SELECT 1; SELECT 2": "expected one query, and this is a second statement",
		"SELECT a FROM":      "expected a name at the end",
		"SELECT 1 UNION\n\n": "expected a query at the end",
	} {
		q, diags := ParseQuery(text)
		require.Len(t, diags, 1, text)
		require.Equal(t, message, diags[0].Message)
		require.IsType(t, &BadQuery{}, q.Body)
	}
	// What is mended is still a query.
	q, diags = ParseQuery("SELECT a FROM t WHERE a == 1")
	require.Len(t, diags, 1)
	require.Equal(t, "SELECT a\nFROM t\nWHERE a = 1", FormatQuery(q))
}

func TestStatementPlaces(t *testing.T) {
	text := "-- first\nSELECT a, b.c AS d\n  FROM x.y AS z\n WHERE a > 1;\nCREATE TABLE t (\n  id BIGINT) WITH ('k' = 'v')"
	s, diags := ParseScript(text)
	require.Empty(t, diags)
	at := func(p interface{ Span() diag.Span }) string {
		lines := strings.Split(text, "\n")
		span := p.Span()
		if span.Start.Line != span.End.Line {
			return lines[span.Start.Line-1][span.Start.Column-1:] + "..." + lines[span.End.Line-1][:span.End.Column-1]
		}
		return lines[span.Start.Line-1][span.Start.Column-1 : span.End.Column-1]
	}
	require.Equal(t, "SELECT a, b.c AS d... WHERE a > 1", at(s.Statements[0]))
	sel := s.Statements[0].(*QueryStatement).Query.Body.(*Select)
	require.Equal(t, "b.c AS d", at(sel.Items[1]))
	require.Equal(t, "x.y AS z", at(sel.From[0]))
	require.Equal(t, "x.y", at(sel.From[0].(*TableName).Name))
	require.Equal(t, "a > 1", at(sel.Where))
	require.Equal(t, "CREATE TABLE t (...  id BIGINT) WITH ('k' = 'v')", at(s.Statements[1]))
	create := s.Statements[1].(*CreateTable)
	require.Equal(t, "id BIGINT", at(create.Columns[0]))
	require.Equal(t, "'v'", at(Place{create.Options[0].ValueAt}))
}

// What a broken CREATE would have made is known.
func TestBrokenCreateKeepsItsName(t *testing.T) {
	for _, text := range []string{"CREATE TABLE a.`b c` (x INT,)", "CREATE TEMPORARY VIEW IF NOT EXISTS a.`b c` AS SELECT +", "CREATE TABLE a.`b c` AS SELECT 1"} {
		s, diags := ParseScript(text)
		require.Len(t, diags, 1, text)
		require.Equal(t, "a.b c", s.Statements[0].(*BadStatement).Creates.Text(), text)
	}
}

func TestScriptBounds(t *testing.T) {
	repeat := strings.Repeat
	for name, c := range map[string]struct {
		in   string
		code diag.Code
	}{
		"subqueries":    {"SELECT * FROM " + repeat("(SELECT * FROM ", 300) + "t" + repeat(")", 300), CodeTooDeep},
		"scalars":       {repeat("SELECT (", 300) + "1" + repeat(")", 300), CodeTooDeep},
		"brackets":      {repeat("(", 1<<12) + "SELECT 1" + repeat(")", 1<<12), CodeTooDeep},
		"unions":        {"SELECT 1" + repeat(" UNION ALL SELECT 1, 2", 6000), CodeTooDeep},
		"joins":         {"SELECT * FROM t" + repeat(" JOIN t ON a, b", 6000), CodeTooDeep},
		"cross joins":   {"SELECT * FROM t" + repeat(" CROSS JOIN t", 6000), CodeTooDeep},
		"distinct from": {"SELECT a" + repeat(" IS DISTINCT FROM a", 6000), CodeTooDeep},
		"nested joins":  {"SELECT * FROM " + repeat("(a JOIN ", 300) + "b" + repeat(" ON c)", 300), CodeTooDeep},
		"open brackets": {"SELECT " + repeat("(", 1<<14), CodeUnbalanced},
		"many mistakes": {repeat("SELECT a FROM; ", 1<<12), CodeSyntax},
		"never a set":   {repeat("EXECUTE STATEMENT SET BEGIN ", 1<<10), CodeSyntax},
		"sets unclosed": {repeat("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; ", 1<<9), CodeUnbalanced},
		"hints":         {"SELECT " + repeat("/*+ A( */ ", 1<<12) + "a FROM t", CodeSyntax},
		"invalid":       {"SELECT '\xff'", CodeInvalidUTF8},
		"long":          {repeat(" ", MaxBytes+1), CodeTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			s, diags := ParseScript(c.in)
			require.True(t, slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == c.code }), "%v", diags)
			require.LessOrEqual(t, len(diags), maxReports+3)
			require.NotNil(t, s)
			require.Less(t, time.Since(start), 20*time.Second)
		})
	}
	for _, in := range []string{
		"SELECT * FROM t" + repeat(" JOIN t ON a = b AND c = d", 500),
		"SELECT 1" + repeat(" UNION ALL SELECT 1", 1000),
		"SELECT * FROM " + repeat("(SELECT * FROM ", 60) + "t" + repeat(")", 60),
		repeat("SELECT a FROM t;\n", 1000),
	} {
		_, diags := ParseScript(in)
		require.Empty(t, diags)
	}
}
