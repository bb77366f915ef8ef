package clickhouse

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/dialect"
)

var update = flag.Bool("update", false, "write the golden files and the page of differences")

// testSchema is the schema of table plays in the goldens.
func testSchema(t testing.TB) *schema.Schema {
	s := &schema.Schema{EventTime: schema.EventTimeOn("ts")}
	for _, d := range []string{"user_id int64 not null", "ms int32", "small int8", "big uint64", "price decimal(10, 2)", "total decimal(38, 10)", "score float64", "half float32",
		"page string", "other string", "raw bytes", "day date", "ts timestamp", "ok boolean", "extra json", "tags array<string>", "counts map<string, int64>", "device row<os string, ver string not null>"} {
		name, text, _ := strings.Cut(d, " ")
		bare, notNull := strings.CutSuffix(text, " not null")
		if strings.HasPrefix(text, "row") {
			bare, notNull = text, false
		}
		typ, err := schema.Parse(bare)
		require.NoError(t, err)
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: typ, Nullable: !notNull && !typ.Nested()})
	}
	return s
}

// TestExpressionGoldens writes the value and the error of each line of testdata/expressions.txt: the text, then what it becomes.
// Columns of subqueries stand in front, in the order in which they are computed.
func TestExpressionGoldens(t *testing.T) {
	file := filepath.Join("testdata", "expressions.txt")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	in := testSchema(t)
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "    "):
			continue
		case line == "" || strings.HasPrefix(line, "#"):
			out.WriteString(line + "\n")
			continue
		}
		ast, diags := sqltext.ParseExpr(line)
		require.Empty(t, diags, line)
		e, diags := expr.Check(ast, expr.Env{Schema: in, Zone: zone})
		require.Empty(t, diags, line)
		out.WriteString(line + "\n")
		w := &writer{used: map[string]bool{}, writers: makeWriters(), zone: zone, utc: utc(zone)}
		s := w.scope(&plan.Node{ID: "m/x"}, in, false)
		p := s.of(e)
		if w.diags.HasErrors() {
			for _, d := range w.diags {
				require.Equal(t, dialect.CodeUnsupported, d.Code)
				fmt.Fprintf(&out, "    refused: %s [%s]\n", d.Message, d.Fix)
			}
			continue
		}
		for _, l := range s.lets {
			fmt.Fprintf(&out, "    %s: %s\n", l.name, l.sql)
		}
		fmt.Fprintf(&out, "    value: %s\n", p.value)
		if p.fail != "" {
			fmt.Fprintf(&out, "    error: %s\n", p.fail)
		}
		require.True(t, p.fail == "" || expr.Fallible(expr.Fold(e, zone)), "%s cannot fail, and its SQL has an error", line)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o600))
		return
	}
	require.Equal(t, string(data), out.String(), "run with -update")
}

// TestEveryFunctionIsWritten: the language has no function that the writer does not know.
func TestEveryFunctionIsWritten(t *testing.T) {
	known := makeWriters()
	// These are lowered to others before a tree has them.
	lowered := map[string]bool{"EXTRACT": true, "YEAR": true, "QUARTER": true, "MONTH": true, "WEEK": true, "DAYOFMONTH": true, "DAYOFYEAR": true, "DAYOFWEEK": true, "HOUR": true,
		"MINUTE": true, "SECOND": true, "FROM_UNIXTIME": true, "UNIX_TIMESTAMP": true, "TIMESTAMPADD": true, "MOD": true, "IF": true, "IFNULL": true, "NULLIF": true}
	for _, f := range expr.Functions() {
		if f.Group == "aggregate" || lowered[f.Name] {
			continue
		}
		require.Contains(t, known, strings.ToLower(f.Name))
	}
}

// TestDifferencesPage holds the published page to the list.
func TestDifferencesPage(t *testing.T) {
	file := filepath.Join("..", "..", "..", "docs", "language", "differences-clickhouse.md")
	var b strings.Builder
	b.WriteString(`# Where ClickHouse differs

A plan that is written for ClickHouse gives the rows that the engine gives: the writer adds the casts, guards and settings that make it so,
and random expressions and plans are compared on both. What is left is here, and nothing else.

## Refused

A plan that needs one of these is refused with ` + "`dialect.unsupported`" + `, which names the operator.
`)
	seen := map[string]bool{}
	section := func(refused bool) {
		for _, d := range Differences() {
			if d.Refused != refused {
				continue
			}
			require.False(t, seen[d.ID], d.ID)
			seen[d.ID] = true
			fmt.Fprintf(&b, "\n### %s\n\n%s", d.Title, d.Text)
			if d.Fix != "" {
				b.WriteString(" " + d.Fix)
			}
			b.WriteByte('\n')
		}
	}
	section(true)
	b.WriteString("\n## Answered otherwise\n\nThese run, and the answer may differ as the sentence says.\n")
	section(false)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
		return
	}
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(data), b.String(), "run with -update")
}

// fixture makes plans of the golden files.
type fixture struct {
	t    *testing.T
	zone *time.Location
}

func (f *fixture) node(name string, op plan.Op, inputs ...*plan.Node) *plan.Node {
	schemas := make([]*schema.Schema, len(inputs))
	for i, in := range inputs {
		schemas[i] = in.Schema
	}
	s, err := plan.SchemaOf(op, schemas)
	require.NoError(f.t, err)
	mode, err := plan.InferMode(op, inputs)
	require.NoError(f.t, err)
	return &plan.Node{ID: "a.b.c/" + name + "/./" + op.Name(), Op: op, Inputs: inputs, Schema: s, Mode: mode}
}

func (f *fixture) scan(name string, mode plan.Mode) *plan.Node {
	s := testSchema(f.t)
	return &plan.Node{ID: "a.b.c/" + name + "/./scan", Op: &plan.Scan{Component: "kafka", Version: 1, Table: "ods." + name, Source: s}, Schema: s, Mode: mode}
}

func (f *fixture) expr(in *schema.Schema, text string) *expr.Expr {
	ast, diags := sqltext.ParseExpr(text)
	require.Empty(f.t, diags, text)
	e, diags := expr.Check(ast, expr.Env{Schema: in, Zone: f.zone})
	require.Empty(f.t, diags, text)
	return e
}

func (f *fixture) columns(in *schema.Schema, pairs ...string) (out []plan.Column) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, plan.Column{Name: pairs[i], Expr: f.expr(in, pairs[i+1])})
	}
	return out
}

func (f *fixture) aggs(in *schema.Schema, pairs ...string) (out []plan.AggColumn) {
	for i := 0; i < len(pairs); i += 2 {
		ast, diags := sqltext.ParseExpr(pairs[i+1])
		require.Empty(f.t, diags)
		found, _, diags := expr.CheckAggregate(ast, expr.Env{Schema: in, Zone: f.zone})
		require.Empty(f.t, diags)
		out = append(out, plan.AggColumn{Name: pairs[i], Agg: found[0]})
	}
	return out
}

// short keeps the columns that most goldens are about.
func (f *fixture) short(in *plan.Node) *plan.Node {
	return f.node("short", &plan.Project{Columns: f.columns(in.Schema, "user_id", "user_id", "page", "page", "ms", "ms", "ts", "ts")}, in)
}

// planCases are the plans of the golden files, in each their last operator.
func (f *fixture) planCases() map[string]*plan.Node {
	in := f.scan("plays", plan.Mode{})
	s := in.Schema
	short := f.short(in)
	users := f.node("users", &plan.Project{Columns: f.columns(s, "user_id", "user_id", "name", "other", "since", "ts")}, f.scan("users", plan.Mode{}))
	changes := f.node("users", &plan.Project{Columns: f.columns(s, "user_id", "user_id", "name", "other", "since", "ts")},
		f.scan("changes", plan.Mode{Change: plan.Upsert, Key: []string{"user_id"}}))
	pair := plan.PairSchema(short.Schema, users.Schema)
	day, hour := int64(86_400_000_000), int64(3_600_000_000)
	return map[string]*plan.Node{
		"scan":            in,
		"filter":          f.node("long", &plan.Filter{Where: f.expr(short.Schema, "ms > 30000 AND page LIKE '/song/%'")}, short),
		"filter_fallible": f.node("ratio", &plan.Filter{Where: f.expr(short.Schema, "1000 / ms > 1 OR page IS NULL")}, short),
		"project_renames": f.node("swap", &plan.Project{Columns: f.columns(short.Schema, "page", "CAST(ms AS STRING)", "ms", "ms + 1")}, short),
		"union":           f.node("both", &plan.Union{}, short, short),
		"tumble_minute":   f.node("minute", &plan.Window{Time: 3, Size: 60_000_000, Slide: 60_000_000, Keys: f.columns(short.Schema, "page", "page"), Aggs: f.aggs(short.Schema, "n", "COUNT(*)", "total", "SUM(ms)")}, short),
		"tumble_day":      f.node("day", &plan.Window{Time: 3, Size: day, Slide: day, Aggs: f.aggs(short.Schema, "users", "COUNT(DISTINCT user_id)", "mean", "AVG(ms) FILTER (WHERE ms > 0)")}, short),
		"hop":             f.node("hop", &plan.Window{Kind: plan.Hop, Time: 3, Size: hour, Slide: hour / 4, Keys: f.columns(short.Schema, "h", "1000 / ms"), Aggs: f.aggs(short.Schema, "n", "COUNT(*)")}, short),
		"dedupe":          f.node("first", &plan.Dedupe{Keys: []int{0}, Time: 3, Within: hour}, short),
		"aggregate":       f.node("pages", &plan.Aggregate{Keys: f.columns(short.Schema, "page", "page"), Aggs: f.aggs(short.Schema, "least", "MIN(ms)", "last", "MAX(ts)")}, short),
		"aggregate_all":   f.node("all", &plan.Aggregate{Aggs: f.aggs(short.Schema, "n", "COUNT(*)", "mean", "AVG(ms / 3.0)")}, short),
		"rank":            f.node("top", &plan.Rank{Partition: []int{1}, Order: []plan.SortKey{{Column: 2, Desc: true}}, From: 1, To: 3, Number: "n"}, short),
		"unnest":          f.node("tags", &plan.Unnest{Column: s.Index("tags"), Outer: true, Ordinality: true, Names: []string{"tag", "at"}}, in),
		"join_inner":      f.node("named", &plan.Join{Left: []int{0}, Right: []int{0}, LeftTime: -1, RightTime: -1}, short, users),
		"join_left_where": f.node("named", &plan.Join{Kind: plan.LeftOuter, Left: []int{0}, Right: []int{0}, LeftTime: -1, RightTime: -1, Where: f.expr(pair, "1 / ms > 0")}, short, users),
		"join_unique":     f.node("named", &plan.Join{Kind: plan.Semi, Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 2, TTL: hour, RightUnique: true}, short, users),
		"interval_join":   f.node("near", &plan.IntervalJoin{Kind: plan.FullOuter, Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 2, Lower: -hour, Upper: 0}, short, users),
		"temporal_join":   f.node("asof", &plan.TemporalJoin{Kind: plan.LeftOuter, Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 2}, short, changes),
		"temporal_unique": f.node("asof", &plan.TemporalJoin{Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 2, RightUnique: true}, short, users),
		"normalize":       f.node("current", &plan.Normalize{}, changes),
		"changelog":       f.node("kinds", &plan.Filter{Where: f.expr(changes.Schema, "user_id > 0")}, changes),
		"nested_null":     f.node("arrays", &plan.Join{Kind: plan.LeftOuter, Left: []int{0}, Right: []int{0}, LeftTime: -1, RightTime: -1}, short, in),
	}
}

// TestPlanGoldens compares each plan's query with testdata/<name>.sql: the query, the errors query behind a line of dashes, or what is refused.
func TestPlanGoldens(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	f := &fixture{t: t, zone: zone}
	options := Options{Tables: func(scan *plan.Node) (Table, error) {
		name := scan.Op.(*plan.Scan).Table
		table := Table{From: name, Order: []string{"_partition", "_offset"}}
		if name == "ods.changes" {
			table.Kind = "_kind"
		}
		return table, nil
	}}
	for name, n := range f.planCases() {
		t.Run(name, func(t *testing.T) {
			sink := &plan.Node{ID: "a.b.c/out/./sink", Op: &plan.Sink{Component: "console", Version: 1}, Inputs: []*plan.Node{n}, Schema: n.Schema, Mode: n.Mode}
			q, diags := Write(&plan.Plan{Model: "a.b.c", TimeZone: zone.String(), Sinks: []*plan.Node{sink}}, sink, options)
			var text string
			if q == nil {
				text = diag.Diagnostic.Error(diags[0]) + "\n" + diags[0].Node + "\n" + diags[0].Fix + "\n"
			} else {
				require.NotEmpty(t, q.Settings)
				text = q.SQL + "\n"
				if _, errs, ok := strings.Cut(q.Errors, "\nSELECT node, code"); ok {
					text += "-- errors\nSELECT node, code" + errs + "\n"
				}
			}
			file := filepath.Join("testdata", name+".sql")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
				return
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), text, "run with -update")
		})
	}
}

// TestZoneTables compares the tables of offsets with Go's own, at each step and between, also behind the end of the table.
func TestZoneTables(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"} {
		z, err := time.LoadLocation(name)
		require.NoError(t, err)
		o := byInstant(z)
		require.Equal(t, name == "UTC", utc(z))
		end := time.Date(lastYear, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
		look := func(at int64) int64 {
			if o.endless && at >= end {
				at = end - cycle + (at-end)%cycle
			}
			i := 0
			for i+1 < len(o.starts) && o.starts[i+1] <= at {
				i++
			}
			return o.values[i]
		}
		for i, s := range o.starts[1:] {
			for _, at := range []int64{s - 1, s, s + 1, (s + o.starts[i]) / 2} {
				require.Equal(t, offsetAt(z, at), look(at), "%s at %d", name, at)
			}
		}
		for year := 1900; year < 9999; year += 61 {
			for _, month := range []time.Month{1, 4, 7, 11} {
				at := time.Date(year, month, 5, 6, 7, 8, 0, time.UTC).UnixMicro()
				require.Equal(t, offsetAt(z, at), look(at), "%s in %d", name, year)
			}
		}
	}
}
