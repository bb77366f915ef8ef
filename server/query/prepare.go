package query

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"millrace/assets/grants"
	"millrace/components/clickhouse"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
	"millrace/pipelines/dialect"
	chdialect "millrace/pipelines/dialect/clickhouse"
	"millrace/pipelines/optimize"
	"millrace/pipelines/query"
)

// file is what texts are called in diagnostics.
const file = "query"

// Prepared is a text that may be answered.
type Prepared struct {
	service   *Service
	principal grants.Principal
	text      string
	// outcome is what the text asks, columns those of the answer.
	outcome query.Outcome
	columns *schema.Schema
	// plan and connection are of a query over tables, source what reads each scan.
	plan       *plan.Plan
	connection *component.Connection
	sources    map[*plan.Node]string
	tables     []string
}

// Prepare compiles a text as a principal. The text has one statement that asks something; SET and USE may stand before it. The error holds
// the diagnostics, with places, of everything that is wrong.
func (s *Service) Prepare(ctx context.Context, p grants.Principal, text string) (*Prepared, error) {
	asked, diags := onlyAsks(text)
	if diags.HasErrors() {
		return nil, invalid(diags)
	}
	env, err := s.Env(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("preparing a query: %w", err)
	}
	outcomes, diags := query.NewSession(env).Exec(file, text)
	if diags.HasErrors() {
		return nil, invalid(diags)
	}
	out := &Prepared{service: s, principal: p, text: text}
	if i := slices.IndexFunc(outcomes, func(o query.Outcome) bool { return o.Kind != query.Definition }); i >= 0 {
		out.outcome = outcomes[i]
	}
	switch out.outcome.Kind {
	case query.Listing:
		out.columns = texts(out.outcome.Columns)
	case query.Explained:
		out.columns = texts([]string{"plan"})
	case query.Query:
		err = out.query(ctx, env, asked)
	}
	return out, err
}

func invalid(diags diag.List) error {
	for i := range diags {
		diags[i].File = ""
	}
	return errors.Join(diag.ErrInvalid, diags)
}

func texts(names []string) *schema.Schema {
	out := &schema.Schema{}
	for _, n := range names {
		out.Fields = append(out.Fields, schema.Field{Name: n, Type: schema.Of(schema.String)})
	}
	return out
}

// onlyAsks refuses what makes or changes something, and more than one question.
func onlyAsks(text string) (asked sqltext.Statement, diags diag.List) {
	script, diags := sqltext.ParseScript(text)
	refuse := func(at diag.Span, fix, format string, args ...any) {
		diags.Errorf(CodeStatement, at, format, args...).Fix = fix
	}
	for _, st := range script.Statements {
		switch st := st.(type) {
		case *sqltext.QueryStatement, *sqltext.Explain, *sqltext.Show, *sqltext.Describe:
			if asked != nil {
				refuse(st.Span(), "Send the others by themselves.", "this is the second statement that asks for an answer")
				continue
			}
			asked = st
		case *sqltext.Set, *sqltext.Use, *sqltext.BadStatement:
			if asked != nil {
				refuse(st.Span(), "Write it in front.", "this statement comes after what it should hold for")
			}
		case *sqltext.Insert, *sqltext.StatementSet:
			refuse(st.Span(), "Make it a model, and deploy that.", "a query writes nothing")
		default:
			refuse(st.Span(), "Name a subquery in WITH, or make a model of it.", "a query makes and removes nothing")
		}
	}
	if asked == nil && !diags.HasErrors() {
		refuse(diag.Span{}, "Write SELECT, SHOW, DESCRIBE or EXPLAIN.", "the text asks nothing")
	}
	diags.Sort()
	return asked, diags
}

// query plans a query over tables, and finds the one connection that all of them lie at.
func (p *Prepared) query(ctx context.Context, env compile.Env, asked sqltext.Statement) error {
	fragment := *p.outcome.Query
	if fragment.Root.Mode.Change == plan.Upsert {
		fragment.Root = normalized(fragment.Root)
	}
	shown := fragment.Root.Schema
	if n := p.outcome.Shown; n > 0 && n < len(shown.Fields) {
		shown = &schema.Schema{Fields: shown.Fields[:n]}
	}
	p.columns = shown
	p.plan, _ = optimize.Optimize(fragment.WithSink("result", &plan.Sink{Component: "result", Version: 1}), nil)
	p.sources = map[*plan.Node]string{}

	var diags diag.List
	first, connection := "", ""
	p.plan.Walk(func(n *plan.Node) {
		scan, ok := n.Op.(*plan.Scan)
		if !ok {
			return
		}
		at := placeOf(p.text, asked.Span(), scan.Table)
		place, ok, err := env.Registry.ScanPlace(nil, scan)
		switch {
		case err != nil || !ok || scan.Component != clickhouse.Name:
			diags.Errorf(CodeElsewhere, at, "%s is read from %s, and queries are over tables in ClickHouse", tableLabel(scan), scan.Component).Fix =
				"Look at its rows with a preview, or query a table that a model writes to ClickHouse."
		case connection != "" && connection != place.Connection:
			diags.Errorf(CodeSeveral, at, "%s lies at the connection %s, and %s at %s", tableLabel(scan), place.Connection, first, connection).Fix =
				"Query tables of one connection; a model can bring them together."
		default:
			first, connection = tableLabel(scan), place.Connection
			p.sources[n] = place.Physical
			if scan.Table != "" && !slices.Contains(p.tables, scan.Table) {
				p.tables = append(p.tables, scan.Table)
			}
		}
	})
	if connection == "" && !diags.HasErrors() {
		diags.Errorf(CodeElsewhere, asked.Span(), "the query reads no table")
	}
	if diags.HasErrors() {
		diags.Sort()
		return invalid(diags)
	}
	// What ClickHouse cannot be made to do is known without it.
	_, found := p.write(func(*plan.Node) (chdialect.Table, error) { return chdialect.Table{From: "nothing"}, nil })
	if found.HasErrors() {
		for i := range found {
			if !found[i].Span.Start.Known() {
				found[i].Span = asked.Span()
			}
		}
		return invalid(found)
	}
	connections, err := p.service.Connections(ctx)
	if err != nil {
		return fmt.Errorf("preparing a query: %w", err)
	}
	if p.connection, err = connections.Open(connection); err != nil {
		return fmt.Errorf("preparing a query: %w", err)
	}
	return nil
}

// write writes the plan in ClickHouse's SQL.
func (p *Prepared) write(tables func(*plan.Node) (chdialect.Table, error)) (*dialect.Query, diag.List) {
	return chdialect.Write(p.plan, p.plan.Sinks[0], chdialect.Options{RawTimes: true, NestedNulls: true, Tables: tables})
}

// normalized makes rows that replace others complete.
func normalized(n *plan.Node) *plan.Node {
	op := &plan.Normalize{}
	out := &plan.Node{ID: n.ID + "+normalize", Op: op, Inputs: []*plan.Node{n}, Schema: n.Schema}
	if mode, err := plan.InferMode(op, out.Inputs); err == nil {
		out.Mode = mode
	}
	return out
}

func tableLabel(scan *plan.Scan) string {
	if scan.Table == "" {
		return "what is read"
	}
	return scan.Table
}

// placeOf finds where a statement names a table, by the last part of the name; else it is the statement.
func placeOf(text string, statement diag.Span, table string) diag.Span {
	name := table[strings.LastIndexByte(table, '.')+1:]
	lines := strings.Split(text, "\n")
	for i := max(statement.Start.Line, 1); name != "" && i <= len(lines); i++ {
		line := lines[i-1]
		for from := 0; ; {
			at := strings.Index(line[from:], name)
			if at < 0 {
				break
			}
			at += from
			from = at + len(name)
			if i == statement.Start.Line && at+1 < statement.Start.Column || partOfWord(line, at-1) || partOfWord(line, from) {
				continue
			}
			start := diag.Pos{Line: i, Column: len([]rune(line[:at])) + 1}
			return diag.Span{Start: start, End: diag.Pos{Line: i, Column: start.Column + len([]rune(name))}}
		}
	}
	return statement
}

func partOfWord(line string, at int) bool {
	return at >= 0 && at < len(line) && (line[at] == '_' || line[at] >= '0' && line[at] <= '9' || line[at]|0x20 >= 'a' && line[at]|0x20 <= 'z')
}
