package docs

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/configs"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/server/app"
)

const testCatalog = "testdata/catalog.yaml"

// isModel and isCatalog tell documents apart; both begin with their format.
var (
	isDocument = regexp.MustCompile(`\A(?:#[^\n]*\n)*format: 1\n`)
	isModel    = regexp.MustCompile(`(?m)^kind:`)
)

// TestDocuments compiles every model of the pages and reads every catalog. A block that is wrong on purpose says so: ```yaml broken.
func TestDocuments(t *testing.T) {
	catalogText, err := os.ReadFile(testCatalog)
	require.NoError(t, err)
	bench, err := app.NewWorkbench(configs.Default(), "", &app.CatalogText{Name: testCatalog, Text: catalogText})
	require.NoError(t, err)
	models, catalogs := 0, 0
	for _, p := range pages(t) {
		for _, f := range p.fences(t) {
			if !strings.HasPrefix(f.info, "yaml") || !isDocument.MatchString(f.text) {
				continue
			}
			name := fmt.Sprintf("%s:%d", f.page, f.line)
			t.Run(name, func(t *testing.T) {
				var diags diag.List
				if isModel.MatchString(f.text) {
					models++
					var m *app.Model
					if m, diags = bench.Compile(name, []byte(f.text), nil); m != nil {
						require.NoError(t, plan.Validate(m.Plan))
					}
				} else {
					catalogs++
					_, diags = catalog.Parse(name, []byte(f.text), bench.Registry)
				}
				if f.info == "yaml broken" {
					require.True(t, diags.HasErrors(), "the page says that this is wrong")
					return
				}
				// What the planner chose is told as well.
				diags = slices.DeleteFunc(diags, func(d diag.Diagnostic) bool { return d.Severity == diag.Info })
				require.Empty(t, diags)
			})
		}
	}
	require.NotZero(t, models)
	require.NotZero(t, catalogs)
}

// zone is the time zone of the pages' examples.
const zone = "Asia/Shanghai"

// TestExpressions checks every line of the pages' ```sql blocks. A line is an expression over the catalog's play events. Behind " -- " may
// stand what it gives: the value's text, NULL, or the code of the row error.
func TestExpressions(t *testing.T) {
	at, err := time.LoadLocation(zone)
	require.NoError(t, err)
	events, params := playEvents(t), map[string]expr.Param{"min_ms": {Type: schema.Of(schema.Int64), Value: int64(30000)}}
	lines, values := 0, 0
	for _, p := range pages(t) {
		for _, f := range p.fences(t) {
			if f.info != "sql" {
				continue
			}
			for i, line := range strings.Split(strings.TrimRight(f.text, "\n"), "\n") {
				if strings.TrimSpace(line) == "" {
					continue
				}
				text, want, valued := strings.Cut(line, " -- ")
				lines++
				t.Run(fmt.Sprintf("%s:%d", f.page, f.line+i), func(t *testing.T) {
					env := expr.Env{Schema: events, Params: params, Zone: at}
					if !valued {
						checkExpression(t, text, env)
						return
					}
					values++
					require.Equal(t, strings.TrimSpace(want), evaluate(t, text, env), text)
				})
			}
		}
	}
	require.NotZero(t, lines)
	require.NotZero(t, values)
}

// playEvents returns the columns of the test catalog's table.
func playEvents(t *testing.T) *schema.Schema {
	t.Helper()
	bench, err := app.NewWorkbench(configs.Default(), testCatalog, nil)
	require.NoError(t, err)
	table, ok := bench.Catalog.Table("ods.music.play_events")
	require.True(t, ok)
	return table.Schema
}

// checkExpression types an expression, with or without aggregates, which may have a name.
func checkExpression(t *testing.T, text string, env expr.Env) {
	t.Helper()
	ast, _, diags := sqltext.ParseSelectItem(text)
	require.Empty(t, diags, text)
	_, scalar := expr.Check(ast, env)
	if !scalar.HasErrors() {
		return
	}
	_, _, diags = expr.CheckAggregate(ast, env)
	require.Empty(t, diags, text)
}

// evaluate gives the text of an expression's value over a row that has no columns.
func evaluate(t *testing.T, text string, env expr.Env) string {
	t.Helper()
	ast, diags := sqltext.ParseExpr("CAST((" + text + ") AS STRING)")
	require.Empty(t, diags, text)
	env.Schema = nil
	e, diags := expr.Check(ast, env)
	require.Empty(t, diags, text)
	program, err := expr.Compile(e, env.Zone)
	require.NoError(t, err)
	result := program.Eval(&batch.Batch{Schema: &schema.Schema{}, N: 1})
	switch {
	case result.Errs != nil && result.Errs[0] != diag.RowOK:
		return string(result.Errs[0].Code())
	case result.Vec.IsNull(0):
		return "NULL"
	}
	return string(result.Vec.Bytes(0))
}

const (
	tableBegin = "<!-- row codes: written by make generate -->\n"
	tableEnd   = "<!-- end of row codes -->\n"
)

// TestRowCodes keeps the table of row errors in docs/language/bad-rows.md equal to diag.RowCodes; -update writes it.
func TestRowCodes(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("\n| code | what is wrong | what to do |\n| --- | --- | --- |\n")
	for _, c := range diag.RowCodes() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Code(), c.Message(), c.Fix())
	}
	b.WriteByte('\n')
	for _, p := range pages(t) {
		if p.name != "docs/language/bad-rows.md" {
			continue
		}
		before, rest, ok := strings.Cut(p.text, tableBegin)
		require.True(t, ok, "the page has no table")
		have, after, ok := strings.Cut(rest, tableEnd)
		require.True(t, ok, "the page's table has no end")
		if *update {
			require.NoError(t, os.WriteFile(p.path, []byte(before+tableBegin+b.String()+tableEnd+after), 0o644))
			return
		}
		require.Equal(t, b.String(), have, "run make generate")
		return
	}
	t.Fatal("there is no docs/language/bad-rows.md")
}
