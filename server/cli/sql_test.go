package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/app"
)

// TestSQLGolden runs SQL command lines whose whole output is known.
func TestSQLGolden(t *testing.T) {
	tables, err := os.ReadFile("testdata/sql/tables.sql")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		args    []string
		execute string
	}{
		"query":       {execute: "SELECT user_id, song, ms FROM plays WHERE ms > 900 ORDER BY ms DESC"},
		"query_json":  {execute: "SELECT user_id, count(*) AS n FROM plays GROUP BY user_id ORDER BY user_id LIMIT 4 OFFSET 1", args: []string{"--json"}},
		"query_empty": {execute: "SELECT * FROM plays WHERE FALSE"},
		"query_more":  {execute: "SELECT user_id FROM plays ORDER BY ts", args: []string{"--rows", "3"}},
		"live":        {execute: "SELECT song, count(*) AS n FROM plays GROUP BY song", args: []string{"--live", "--rows", "5"}},
		"live_json":   {execute: "SELECT song, count(*) AS n FROM plays GROUP BY song", args: []string{"--live", "--rows", "2", "--json"}},
		"live_order":  {execute: "SELECT song FROM plays ORDER BY song", args: []string{"--live"}},
		"show":        {execute: "SHOW TABLES; DESCRIBE plays; SHOW CREATE TABLE printed"},
		"show_json":   {execute: "DESCRIBE plays", args: []string{"--json"}},
		"broken":      {args: []string{"testdata/sql/broken.sql"}},
		"usage":       {args: []string{"-e", "SELECT 1", "testdata/sql/report.sql"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"sql", "--data", t.TempDir()}, c.args...)
			if c.execute != "" {
				args = append(args, "-e", string(tables)+c.execute)
			}
			sqlGolden(t, "sql/"+name, args...)
		})
	}
	for name, args := range map[string][]string{
		"lint":        {"model", "lint", "testdata/sql/report.sql", "testdata/sql/broken.sql"},
		"explain":     {"model", "explain", "testdata/sql/report.sql"},
		"fmt":         {"fmt", "--stdout", "testdata/sql/untidy.sql"},
		"fmt_check":   {"fmt", "--check", "testdata/sql/untidy.sql"},
		"fmt_broken":  {"fmt", "--check", "testdata/sql/broken.sql"},
		"fmt_not_sql": {"fmt", "testdata/plays.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sqlGolden(t, "sql/"+name, args...)
		})
	}
}

func sqlGolden(t *testing.T, name string, args ...string) {
	t.Helper()
	r := run(t, args...)
	errs := regexp.MustCompile(`of [\d,]+ read, in [\d.]+ s`).ReplaceAllString(r.err, "of N read, in T s")
	golden(t, name, fmt.Sprintf("exit %d\n--- stdout\n%s--- stderr\n%s", r.code, r.out, errs))
}

// TestSQLScriptRuns: the pipelines of a script run as models do, and its queries give nothing.
func TestSQLScriptRuns(t *testing.T) {
	s := runJSON(t, t.TempDir(), exitOK, "testdata/sql/report.sql")
	require.Len(t, s.Pipelines, 1)
	require.Equal(t, "ended", s.Pipelines[0].State)
	require.EqualValues(t, 40, s.Pipelines[0].RowsIn)
}

func TestFormatInPlace(t *testing.T) {
	untidy, err := os.ReadFile("testdata/sql/untidy.sql")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "x.sql")
	require.NoError(t, os.WriteFile(path, untidy, 0o640))
	r := run(t, "fmt", path)
	require.Equal(t, exitOK, r.code, r.err)
	require.Equal(t, path+"\n", r.out)
	tidy, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(tidy), "-- what people listen to\n")
	require.Contains(t, string(tidy), "/* milliseconds */")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode().Perm())

	again := run(t, "fmt", "--check", path)
	require.Equal(t, exitOK, again.code)
	require.Empty(t, again.out)
}

func TestStatementEnds(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT 1":                       false,
		"SELECT 1;":                      true,
		"SELECT 1; \n":                   true,
		"SELECT ';":                      false,
		"SELECT 'it''s;'":                false,
		"SELECT `a;`;":                   true,
		"SELECT 1 -- ;":                  false,
		"SELECT 1; -- done":              true,
		"SELECT 1 /* ; */":               false,
		"SELECT 1; /* open":              false,
		"SELECT 1; /* 注释 */":             true,
		"SELECT CASE WHEN a THEN b END;": true,
		"EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1;":                        false,
		"EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END;":                   true,
		"BEGIN STATEMENT SET; INSERT INTO a SELECT CASE 1 WHEN 1 THEN 2 END FROM b;": false,
		"BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END;":                          true,
	} {
		require.Equal(t, want, ended(text), "%q", text)
	}
}

func TestShellCompletes(t *testing.T) {
	c := &command{}
	bench, err := c.workbench("")
	require.NoError(t, err)
	s := &sqlShell{command: c, bench: bench, session: bench.Session()}
	tables, err := os.ReadFile("testdata/sql/tables.sql")
	require.NoError(t, err)
	_, diags := s.session.Exec("", string(tables))
	require.Empty(t, diags)
	for line, want := range map[string]string{
		"SELECT * FROM pl":            "plays",
		"SELECT us| FROM plays":       "USING user_id",
		"SELECT coun":                 "COUNT(",
		"sel":                         "SELECT",
		"SELECT sub":                  "SUBSTRING(",
		"SELECT nothing_of_the_kind_": "",
	} {
		pos := strings.IndexByte(line, '|')
		if pos < 0 {
			pos = len(line)
		}
		_, words, _ := s.complete("", strings.ReplaceAll(line, "|", ""), pos)
		require.Equal(t, want, strings.Join(words, " "), line)
	}
}

func TestScriptsAreKnownByName(t *testing.T) {
	require.True(t, app.IsScript("a/b.SQL"))
	require.False(t, app.IsScript("a.sql.yaml"))
}
