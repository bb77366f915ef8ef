package corpus

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/configs"
	"millrace/server/app"
	"millrace/server/e2e/rig"
)

// The pages' examples are fenced blocks with the info string "sql <kind>", kind being that of a case's outcome; the outcome is the fenced block
// behind them. Those of the kind "checked" have none: they compile.
const kindChecked = "checked"

// folder is where the pages about the language lie.
var folder = filepath.Join("..", "..", "..", "docs", "language")

// example matches an example with all that stands between it and the end of its outcome.
var example = regexp.MustCompile("(?s)\n```sql (rows|changes|plan|diagnostics|listing|checked)\n(.*?)\n```\n")

// outcomeBlock matches the block behind an example.
var outcomeBlock = regexp.MustCompile("(?s)\\A\n```\n(.*?)```\n")

// TestPages runs the examples of the pages in docs/language as the cases of the corpus are run, over the same tables.
func TestPages(t *testing.T) {
	bench, err := app.NewWorkbench(configs.Default(), filepath.Join("testdata", "catalog.yaml"), nil)
	require.NoError(t, err)
	var db *server
	if !testing.Short() {
		db = &server{db: rig.ClickHouse(t), tables: map[string]string{}}
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.md"))
	require.NoError(t, err)
	examples := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		var out strings.Builder
		rest := string(text)
		for {
			at := example.FindStringSubmatchIndex(rest)
			if at == nil {
				break
			}
			kind, sql := rest[at[2]:at[3]], rest[at[4]:at[5]]+"\n"
			examples++
			out.WriteString(rest[:at[1]])
			rest = rest[at[1]:]
			head, _, _ := strings.Cut(sql, "\n")
			var got string
			passed := t.Run(filepath.Base(page)+"/"+head, func(t *testing.T) {
				tc := &testCase{name: head, lang: "sql", text: sql, kind: kind}
				if kind == kindChecked {
					ran := compileCase(t, bench, tc)
					require.False(t, ran.diags.HasErrors(), ran.rendered(t))
					return
				}
				got = outcomeOf(t, bench, db, tc)
			})
			if kind == kindChecked || !passed {
				continue
			}
			behind := outcomeBlock.FindStringSubmatch(rest)
			if *update {
				rest = "\n```\n" + got + "```\n" + strings.TrimPrefix(rest, first(behind))
				continue
			}
			require.NotNil(t, behind, "%s: the example %q has no outcome", page, head)
			require.Equal(t, behind[1], got, "%s: %s", page, head)
		}
		out.WriteString(rest)
		if *update && out.String() != string(text) {
			require.NoError(t, os.WriteFile(page, []byte(out.String()), 0o644))
		}
	}
	require.NotZero(t, examples)
}

func first(found []string) string {
	if found == nil {
		return ""
	}
	return found[0]
}

// caseName matches the name of a case as pages write it: `chapter/case`.
var caseName = regexp.MustCompile("`([0-9]{2}_[a-z_]+)/([a-z0-9_]+)`")

// TestDifferencesFromFlink: every line of the table of differences names cases of the corpus that show it.
func TestDifferencesFromFlink(t *testing.T) {
	known := map[string]bool{}
	for _, c := range chapters(t) {
		for _, tc := range c.cases {
			known[c.name+"/"+tc.name] = true
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "differences-from-flink.md"))
	require.NoError(t, err)
	lines := slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool {
		return !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| ---") || strings.HasPrefix(line, "| what")
	})
	require.NotEmpty(t, lines)
	for _, line := range lines {
		names := caseName.FindAllStringSubmatch(line, -1)
		require.NotEmpty(t, names, "no case shows this: %s", line)
		for _, n := range names {
			require.True(t, known[n[1]+"/"+n[2]], "there is no case %s/%s", n[1], n[2])
		}
	}
}
