package nexmark

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// planned is a query whose answer is known.
type planned struct {
	name string
	rows int // how many the answer has
	// key says which rows of an answer that changes replace which; empty where rows are only added.
	key string
}

var plannedQueries = []planned{
	{name: "q0", rows: 92_000}, {name: "q1", rows: 92_000}, {name: "q2", rows: 359}, {name: "q3", rows: 522},
	{name: "q4", rows: 5, key: "id"},
	{name: "q5", rows: 1_006}, {name: "q7", rows: 201}, {name: "q8", rows: 49},
	{name: "q9", rows: 5_578, key: "id"},
	{name: "q10", rows: 92_000},
	{name: "q15", rows: 2, key: "day"},
	{name: "q16", rows: 9_921, key: "channel, day"},
	{name: "q17", rows: 5_994, key: "auction, day"},
	{name: "q18", rows: 28_247, key: "bidder, auction"},
	{name: "q19", rows: 44_075, key: "auction, rank_number"},
	{name: "q20", rows: 14_640}, {name: "q21", rows: 87_382}, {name: "q22", rows: 92_000},
}

// refused is a query that no plan is made of.
type refused struct {
	name, code, message string
	// at is the text of the query that the message points to.
	at string
}

var refusedQueries = []refused{
	{"q6", "query.unsupported", "AVG OVER is not planned: the engine has no aggregates over neighbouring rows yet", "AVG(Q.final) OVER"},
	{"q11", "query.unsupported", "SESSION is not planned: the engine has no session windows yet", "SESSION(B.dateTime"},
	{"q12", "expr.not_replayable", "PROCTIME is not allowed: a replay would compute another value", "PROCTIME()"},
	{"q13", "expr.not_replayable", "PROCTIME is not allowed: a replay would compute another value", "PROCTIME()"},
	{"q14", "expr.unknown_function", "there is no function COUNT_CHAR", "count_char"},
}

// queriesPath is the text that the planner's own tests keep; there is only one of it.
var queriesPath = filepath.Join("..", "..", "..", "pipelines", "query", "testdata", "nexmark")

// readQueries returns the queries' statements by their names.
func readQueries(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(queriesPath, "queries.txt"))
	require.NoError(t, err)
	out := map[string]string{}
	for _, part := range strings.Split("\n"+string(text), "\n=== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		sql, _, found := strings.Cut(rest, "\n----\n")
		require.True(t, found, name)
		out[name] = sql + "\n"
	}
	// Every query of the benchmark is accounted for.
	require.Len(t, out, 23)
	require.Len(t, append(slices.Clone(plannedQueries), make([]planned, len(refusedQueries))...), 23)
	return out
}

// sinkOptions stand in the definitions of the result tables; they are what is changed of a query.
const sinkOptions = "WITH ('connector' = 'console')"

// script is the tables over a source, and the queries with their results in tables of the database that are named prefix and query; as one
// statement set, or each a pipeline of its own.
func script(t *testing.T, source, prefix string, asSet bool) string {
	t.Helper()
	queries := readQueries(t)
	var tables, inserts strings.Builder
	tables.WriteString(readTables(t, source))
	for _, q := range plannedQueries {
		text := queries[q.name]
		require.Equal(t, 1, strings.Count(text, sinkOptions), q.name)
		definition, insert, found := strings.Cut(text, sinkOptions+";\n")
		require.True(t, found, q.name)
		fmt.Fprintf(&tables, "\n%s%s;\n", definition, q.sink(prefix))
		fmt.Fprintf(&inserts, "\n-- %s\n%s", q.name, insert)
	}
	if !asSet {
		return tables.String() + inserts.String()
	}
	return tables.String() + "\nEXECUTE STATEMENT SET\nBEGIN\n" + inserts.String() + "END;\n"
}

// sink is where the table of a result is.
func (q planned) sink(prefix string) string {
	layout := ""
	if q.key != "" {
		layout = fmt.Sprintf(", 'engine' = 'replacing_merge_tree', 'order_by' = '%s'", q.key)
	}
	return fmt.Sprintf("WITH ('connector' = 'clickhouse', 'connection' = 'olap', 'table' = 'ads.nexmark.%s', 'physical' = '%s%s', 'create' = 'if_missing'%s)",
		q.name, prefix, q.name, layout)
}

// result is the relation with a query's answer as it is now.
func (q planned) result(prefix string) string {
	if q.key != "" {
		return "$db." + prefix + q.name + "_current"
	}
	return "$db." + prefix + q.name
}

func readTables(t *testing.T, source string) string {
	t.Helper()
	text := readFile(t, "tables.sql")
	require.Equal(t, 1, strings.Count(text, "(SOURCE)"))
	return strings.Replace(text, "(SOURCE)", "("+source+")", 1)
}

// readFile returns a text of testdata.
func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}
