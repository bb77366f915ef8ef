package railroad

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/language/grammar.md and its drawings anew")

const (
	folder   = "../../../docs/language"
	grammars = "../MillraceSQL"
)

const intro = `# Grammar

The SQL that Millrace reads, as railroad diagrams. Follow the line from the left to the right: round blue boxes are written as they are
(in upper or lower case), green ones stand for a name, a number or a text, yellow ones for a part with a drawing of its own. What the parts
mean is in [semantics.md](semantics.md) and [expressions.md](expressions.md).

A script is a list of statements, each ended by a semicolon; the last one may do without. Comments are ` + "`-- to the end of the line` and `/* ... */`" + `.
A word that is part of the grammar and not reserved is a name everywhere else; reserved words name something in back quotes only.

The drawings are made from the grammar itself, and a test keeps them equal to it.
`

func sections() []Section {
	return []Section{
		{"Statements", []Entry{
			{"statement", "Statement", "What a script is made of."},
			{"create", "Create", "A table or a view; of a name that is taken, only with IF NOT EXISTS."},
			{"createTable", "Create table", "Declares where rows come from or go to. The options are those of the connector's page."},
			{"tableElement", "Table element", "A column with a type, a column that is computed, the event time with its watermark, or the key."},
			{"columnConstraint", "Column constraint", "Metadata columns come from the record's envelope instead of its value."},
			{"createView", "Create view", "Gives a query a name."},
			{"insert", "Insert", "What makes a pipeline: the rows of a query go to a table."},
			{"statementSet", "Statement set", "Several inserts that run as one pipeline and read a common source once."},
			{"explain", "Explain", "The plan instead of the rows."},
			{"show", "Show", "Lists what exists."},
			{"shown", "Shown", "A pattern of LIKE holds % and _."},
			{"drop", "Drop", "Forgets a table or a view; the data in an outside system stays."},
			{"set", "Set", "A setting of the statements that follow."},
		}},
		{"Queries", []Entry{
			{"query", "Query", "ORDER BY and LIMIT belong to the whole of a set operation."},
			{"withClause", "With", "Names queries for the query behind."},
			{"commonTable", "Common table", "Sees those before it."},
			{"queryBody", "Query body", "UNION and EXCEPT are read from the left; without ALL rows are distinct."},
			{"queryTerm", "Query term", "INTERSECT binds tighter than UNION and EXCEPT."},
			{"queryPrimary", "Query primary", "A row of VALUES stands in brackets; one value may do without."},
			{"select", "Select", "The clauses in their order."},
			{"selectItem", "Select item", "AS may be left out."},
			{"groupItem", "Group item", "GROUPING SETS, CUBE and ROLLUP are read and refused: none of them exists yet."},
			{"orderBy", "Order by", "Without NULLS, NULL is lower than any value."},
			{"sortItem", "Sort item", "Ascending unless DESC is written."},
		}},
		{"Tables and joins", []Entry{
			{"fromClause", "From", "A comma is a cross join that binds more weakly than JOIN."},
			{"tableReference", "Table reference", "Joins are read from the left; brackets change that."},
			{"join", "Join", "Each join but CROSS and NATURAL says its condition."},
			{"joinKind", "Join kind", "SEMI and ANTI are an extension: rows of the left table that have, or have not, a partner."},
			{"tablePrimary", "Table primary", "A table, a query, an array's elements, a table function, or a window table function."},
			{"tableAlias", "Table alias", "The columns may be named anew."},
			{"systemTime", "System time", "The rows of a table as they were at a time: a temporal join when the time is a column of the left side."},
			{"windowArgument", "Window argument", "Either all arguments have names or none has."},
			{"windowValue", "Window value", "The table, its time column, and the window's sizes."},
			{"windowSpec", "Window specification", "What a function with OVER looks at."},
			{"frame", "Frame", "Without BETWEEN it ends at the current row."},
			{"frameBound", "Frame bound", "A distance is a number of rows, or an interval."},
		}},
		{"Expressions", []Entry{
			{"expression", "Expression", "From the weakest to the tightest: OR, AND, NOT, IS, comparisons, BETWEEN, IN and LIKE, values."},
			{"predicate", "Predicate", "What follows a value and gives TRUE, FALSE or NULL."},
			{"value", "Value", "Signs bind tightest, then * / % ||, then + and -."},
			{"primary", "Primary", "A list in brackets with more than one part is a row."},
			{"constant", "Constant", "A word before a text makes a DATE or a TIMESTAMP."},
			{"call", "Call", "Which functions there are is listed in [functions.md](functions.md)."},
			{"dataType", "Data type", "The types are described in [types.md](types.md)."},
		}},
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(data)
}

// TestPage keeps docs/language/grammar.md and its drawings equal to the grammar; -update writes them.
func TestPage(t *testing.T) {
	files, err := Pages(read(t, grammars+"Parser.g4"), read(t, grammars+"Lexer.g4"), intro, sections())
	require.NoError(t, err)
	drawings := filepath.Join(folder, "grammar")
	if *update {
		require.NoError(t, os.RemoveAll(drawings))
		require.NoError(t, os.MkdirAll(drawings, 0o755))
		for name, content := range files {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644))
		}
	}
	for name, content := range files {
		require.Equal(t, content, read(t, filepath.Join(folder, name)), "%s is stale: run go test ./models/sqltext/railroad -update", name)
	}
	there, err := os.ReadDir(drawings)
	require.NoError(t, err)
	require.Len(t, there, len(files)-1, "a drawing of a rule that is not on the page")
}

// Each drawing is well-formed and stays within its frame.
func TestDrawings(t *testing.T) {
	files, err := Pages(read(t, grammars+"Parser.g4"), read(t, grammars+"Lexer.g4"), intro, sections())
	require.NoError(t, err)
	for name, content := range files {
		if !strings.HasSuffix(name, ".svg") {
			continue
		}
		decoder := xml.NewDecoder(strings.NewReader(content))
		boxes := 0
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, name)
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
				boxes++
			}
		}
		require.Positive(t, boxes, name)
	}
}

func TestParse(t *testing.T) {
	const head = "options { tokenVocab = L; }\n"
	rules, err := parse(head+"a: X=b (COMMA b)* (c | D)? # label\n    ; // no\nb: D+ EOF;", "COMMA: ',';\nD: 'D';")
	require.NoError(t, err)
	require.Equal(t, []rule{
		{"a", sequence{[]node{loop{ref{"b"}, word{text: ","}}, optional{choice{[]node{ref{"c"}, word{text: "D"}}}}}}},
		{"b", loop{part: word{text: "D"}}},
	}, rules)
	for broken, message := range map[string]string{
		"a: (b;": "reading the rule a: a group is never closed",
		"a: b);": "reading the rule a: nothing opens )",
		"a: NO;": "reading the rule a: there is no token NO",
		"a b;":   "reading the rule a: expected a colon",
	} {
		_, err := parse(head+broken, "")
		require.EqualError(t, err, message)
	}
	_, err = Pages(head+"a: b;", "", "", []Section{{"s", []Entry{{"none", "None", ""}}}})
	require.EqualError(t, err, "drawing none: the grammar has no such rule")
}
