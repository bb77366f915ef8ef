package write

import (
	"strings"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
)

// SQL writes a plan as a script of one pipeline, which a query.Session makes the same plan of in the same environment: the tables that the
// catalog does not have, a view for each operator with several consumers, and the INSERTs, whose other operators are CTEs in the order in
// which rows flow. The text is in the canonical form of sqltext.FormatScript, and empty when there is an error among the diagnostics, each of
// which names the operator it is about.
func SQL(p *plan.Plan, env compile.Env) (string, diag.List) {
	s := &script{subject: newSubject(p, env), tables: map[*plan.Node]sqltext.Ident{}}
	s.statements()
	text := ""
	if !s.diags.HasErrors() {
		text = s.text()
		s.readBack(text)
	}
	if s.diags.HasErrors() {
		return "", s.diags
	}
	return text, s.diags
}

// script is a plan while it is written as one.
type script struct {
	*subject
	out []sqltext.Statement
	// tables are the operators that can be named in FROM.
	tables map[*plan.Node]sqltext.Ident
	// with are the CTEs of the query that is being written.
	with []sqltext.CTE
}

func (s *script) statements() {
	s.add(&sqltext.Set{Key: "table.local-time-zone", Value: s.plan.TimeZone})
	if s.plan.Model != "" {
		s.add(&sqltext.Set{Key: "pipeline.name", Value: s.plan.Model})
	}
	var inserts []*sqltext.Insert
	for _, n := range s.nodes {
		switch op := n.Op.(type) {
		case *plan.Scan:
			s.scan(n, op)
		case *plan.Sink:
			s.sinkTable(n, op)
		default:
			if len(s.consumers[n]) > 1 {
				q := s.query(n)
				s.tables[n] = ident(s.ids[n])
				s.add(&sqltext.CreateView{Temporary: true, Name: s.tables[n], Query: q})
			}
		}
	}
	for _, n := range s.plan.Sinks {
		inserts = append(inserts, &sqltext.Insert{Into: ident(s.ids[n]), Query: s.query(s.input(n, 0))})
	}
	if len(inserts) == 1 {
		s.add(inserts[0])
	} else if len(inserts) > 1 {
		s.add(&sqltext.StatementSet{Inserts: inserts})
	}
}

func (s *script) add(st sqltext.Statement) { s.out = append(s.out, st) }

// text lays the statements out.
func (s *script) text() string {
	var b strings.Builder
	for _, st := range s.out {
		b.WriteString(sqltext.FormatStatement(st) + "\n\n")
	}
	if out, diags := sqltext.FormatScript(b.String()); !diags.HasErrors() {
		return out
	}
	return b.String() // reading it back tells what is wrong
}

// query is the query of an operator, with those in front of it that have no name as CTEs.
func (s *script) query(n *plan.Node) *sqltext.Query {
	kept := s.with
	s.with = nil
	defer func() { s.with = kept }()
	var q *sqltext.Query
	if _, ok := s.tables[n]; ok {
		q = block(&sqltext.Select{Items: star(), From: []sqltext.TableRef{s.table(n)}})
	} else {
		q = s.block(n)
	}
	q.With = s.with
	return q
}

// table names an operator in FROM; one without a name becomes a CTE of the query that is being written.
func (s *script) table(n *plan.Node) *sqltext.TableName {
	if s.tables[n] == nil {
		q := s.block(n)
		s.tables[n] = ident(s.ids[n])
		s.with = append(s.with, sqltext.CTE{Name: part(s.ids[n]), Query: q})
	}
	return &sqltext.TableName{Name: s.tables[n]}
}

// readBack binds the script.
func (s *script) readBack(text string) {
	outcomes, found := query.NewSession(s.env).Exec("", text)
	var again *plan.Plan
	for _, o := range outcomes {
		if o.Kind == query.Pipeline {
			again = o.Plan
		}
	}
	if found.HasErrors() {
		again = nil
	}
	s.kept(again, found)
}

// The makers of trees.

func part(text string) sqltext.NamePart { return sqltext.NamePart{Text: text} }

func ident(parts ...string) sqltext.Ident {
	var out sqltext.Ident
	for _, p := range parts {
		out = append(out, part(p))
	}
	return out
}

func block(sel *sqltext.Select) *sqltext.Query { return &sqltext.Query{Body: sel} }

func star() []sqltext.SelectItem { return []sqltext.SelectItem{{Expr: &sqltext.Star{}}} }

// item is one of a select list; a column under its own name has no alias.
func item(e sqltext.Expr, alias string) sqltext.SelectItem {
	out := sqltext.SelectItem{Expr: e}
	if n, ok := e.(*sqltext.Name); !ok || n.Parts[len(n.Parts)-1].Text != alias {
		out.Alias = part(alias)
	}
	return out
}

func simpleHint(name string) []sqltext.Hint { return []sqltext.Hint{{Name: part(name)}} }

// optionHint is NAME('key' = 'value', ...) of pairs.
func optionHint(name string, pairs ...string) sqltext.Hint {
	h := sqltext.Hint{Name: part(name)}
	for i := 0; i < len(pairs); i += 2 {
		h.Options = append(h.Options, sqltext.Option{Key: pairs[i], Value: pairs[i+1]})
	}
	return h
}

func interval(micros int64) *sqltext.Interval { return &sqltext.Interval{Micros: micros} }

func binary(op sqltext.BinaryOp, l, r sqltext.Expr) sqltext.Expr {
	return &sqltext.Binary{Op: op, L: l, R: r}
}

func whole(n int64) sqltext.Expr {
	return &sqltext.Literal{Kind: sqltext.LitInt, Text: decimal(n)}
}
