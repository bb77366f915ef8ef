package corpus

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/optimize"
	"millrace/pipelines/query"
	"millrace/server/app"
)

// prelude has run in the session of each case.
const prelude = "USE demo.music;"

// numberColumn holds an ordered row's place; no query can name it.
const numberColumn = "\x00number"

// statement is a plan of a case that gives rows.
type statement struct {
	plan *plan.Plan
	// named says that the sinks are tables, whose names are shown.
	named bool
	names map[string]string
	// ordered says that the last column of the one sink is the row's place. columns is how many are the query's; 0 is all.
	ordered bool
	columns int
	// limit is how many rows of no order are asked for, -1 for all.
	limit int64
}

func (s *statement) nameOf(sink *plan.Node) string { return s.names[sink.ID] }

func (s *statement) shown(sink *plan.Node) int {
	n := len(sink.Schema.Fields)
	if s.ordered {
		n--
	}
	if s.columns > 0 {
		n = min(n, s.columns)
	}
	return n
}

// explain is the plan without its sinks, under the columns that it gives.
func (s *statement) explain() string {
	var b strings.Builder
	for _, sink := range s.plan.Sinks {
		fmt.Fprintf(&b, "columns %s\n", head(sink.Schema.Fields[:s.shown(sink)]))
	}
	_, text, _ := strings.Cut(s.plan.Explain(), "\n")
	b.WriteString(text)
	return b.String()
}

// compiled is a case whose text was compiled.
type compiled struct {
	outcomes []query.Outcome
	runs     []*statement
	diags    diag.List
	file     string
	text     string
}

// rendered is what was reported.
func (c *compiled) rendered(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	for _, d := range c.diags {
		require.NotEqual(t, query.CodeInternal, d.Code, d.Message)
	}
	require.NoError(t, diag.Render(&b, map[string]string{c.file: c.text}, c.diags, diag.Options{}))
	return b.String()
}

func compileCase(t *testing.T, bench *app.Workbench, tc *testCase) *compiled {
	t.Helper()
	out := &compiled{file: "case." + tc.lang, text: tc.text}
	if tc.lang == "yaml" {
		var m *app.Model
		if m, out.diags = bench.Compile(out.file, []byte(tc.text), noRules()); m != nil {
			out.runs = append(out.runs, collected(m.Plan))
		}
		return out
	}
	session := bench.Session()
	_, diags := session.Exec("prelude.sql", prelude)
	require.Empty(t, diags)
	out.outcomes, out.diags = session.Exec(out.file, tc.text)
	for _, o := range out.outcomes {
		switch o.Kind {
		case query.Pipeline:
			out.runs = append(out.runs, collected(o.Plan))
		case query.Query:
			out.runs = append(out.runs, asked(t, o))
		}
	}
	for _, s := range out.runs {
		require.NoError(t, plan.Validate(s.plan))
		// Without a rule this only marks which columns of a scan can reject a record.
		s.plan, _ = optimize.Optimize(s.plan, noRules())
	}
	return out
}

// noRules switches the optimizer off.
func noRules() map[string]bool {
	off := map[string]bool{}
	for _, r := range optimize.Rules() {
		off[r.Name] = true
	}
	return off
}

// collected puts collectors in the place of a pipeline's sinks.
func collected(p *plan.Plan) *statement {
	s := &statement{named: true, names: map[string]string{}, limit: -1}
	changed := *p
	changed.Sinks = nil
	for _, sink := range p.Sinks {
		n := *sink
		n.Op = &plan.Sink{Component: collector, Version: 1}
		changed.Sinks = append(changed.Sinks, &n)
		s.names[n.ID] = strings.Split(n.ID, "/")[1]
	}
	s.plan = &changed
	return s
}

// asked makes the plan of a query as Workbench.Query does: changes by key are made whole, and an order is a rank.
func asked(t *testing.T, o query.Outcome) *statement {
	t.Helper()
	s := &statement{columns: o.Shown, limit: o.Limit}
	fragment := *o.Query
	if fragment.Root.Mode.Change == plan.Upsert {
		fragment.Root = above(t, fragment.Root, "normalize", &plan.Normalize{})
	}
	if len(o.OrderBy) > 0 || o.Offset > 0 {
		last := int64(1) << 40
		if o.Limit >= 0 {
			last = o.Offset + o.Limit
		}
		s.ordered, s.limit = true, -1
		fragment.Root = above(t, fragment.Root, "order", &plan.Rank{Order: o.OrderBy, From: o.Offset + 1, To: last, Number: numberColumn})
	}
	s.plan = fragment.WithSink("answer", &plan.Sink{Component: collector, Version: 1})
	return s
}

func above(t *testing.T, n *plan.Node, slot string, op plan.Op) *plan.Node {
	t.Helper()
	sch, err := plan.SchemaOf(op, []*schema.Schema{n.Schema})
	require.NoError(t, err)
	out := &plan.Node{ID: n.ID + "+" + slot, Op: op, Inputs: []*plan.Node{n}, Schema: sch}
	out.Mode, err = plan.InferMode(op, out.Inputs)
	require.NoError(t, err)
	return out
}
