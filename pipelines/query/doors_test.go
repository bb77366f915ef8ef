package query_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
	doors "millrace/pipelines/write"
)

// unkept lists the cases whose plans one of the ways out refuses. The lists may only become shorter.
func unkept() map[string][]string {
	return map[string][]string{
		// Versions that hold from a computed time: no parameter of a join says so.
		"document": {"joins.txt temporal_without_time"},
		"sql":      nil,
	}
}

// TestDoorsKeepQueries writes the plans of all golden queries as documents and as scripts: reading them back gives the same fingerprint, or
// the writer refuses.
func TestDoorsKeepQueries(t *testing.T) {
	r, err := all.Registry()
	require.NoError(t, err)
	e := env(t)
	e.Registry, e.SQL = r, query.Models{}
	sink := consoleSink(t, r)
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	require.NoError(t, err)
	refused := map[string][]string{}
	plans := 0
	try := func(prelude string, files ...string) {
		definitions, err := os.ReadFile(prelude)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			_, cases := split(t, file, string(text))
			for _, c := range cases {
				s := query.NewSession(e)
				_, diags := s.Exec("prelude.sql", string(definitions))
				require.Empty(t, diags)
				outcomes, _ := s.Exec("case.sql", c.sql)
				for _, o := range outcomes {
					p := o.Plan
					if o.Kind == query.Query {
						p = o.Query.WithSink("result", sink)
					}
					if p != nil {
						plans++
						keeps(t, filepath.Base(file)+" "+c.name, p, e, refused)
					}
				}
			}
		}
	}
	try(filepath.Join("testdata", "prelude.sql"), files...)
	try(filepath.Join("testdata", "nexmark", "tables.sql"), filepath.Join("testdata", "nexmark", "queries.txt"))
	require.Greater(t, plans, 100)
	for door, want := range unkept() {
		require.ElementsMatch(t, want, refused[door], "%s: what is refused here has changed", door)
	}
}

// consoleSink is a sink as it is planned when nothing is said about it.
func consoleSink(t *testing.T, r *component.Registry) *plan.Sink {
	t.Helper()
	spec, ok := r.Get(component.KindSink, "console")
	require.True(t, ok)
	var diags diag.List
	p, ok := component.Decode(spec.Fields, model.Value{Kind: model.Map}, "", &diags)
	require.True(t, ok)
	params, err := component.Encode(spec.Fields, p)
	require.NoError(t, err)
	return &plan.Sink{Component: spec.Name, Version: spec.Version, Params: params}
}

// keeps tries both ways out of a plan.
func keeps(t *testing.T, name string, p *plan.Plan, e compile.Env, refused map[string][]string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		doc, diags := doors.Document(p, e)
		if doc == nil {
			require.True(t, diags.HasErrors(), "refused without a reason")
			t.Logf("document: %v", diags)
			refused["document"] = append(refused["document"], name)
		} else {
			again, found := compile.Text("", model.Format(doc), e)
			require.False(t, found.HasErrors(), "%v", found)
			require.Equal(t, plan.Fingerprint(p), plan.Fingerprint(again))
		}
		text, diags := doors.SQL(p, e)
		if diags.HasErrors() {
			t.Logf("sql: %v", diags)
			refused["sql"] = append(refused["sql"], name)
			return
		}
		var again *plan.Plan
		outcomes, found := query.NewSession(e).Exec("", text)
		require.False(t, found.HasErrors(), "%v\n%s", found, text)
		for _, o := range outcomes {
			if o.Kind == query.Pipeline {
				again = o.Plan
			}
		}
		require.Equal(t, plan.Fingerprint(p), plan.Fingerprint(again), text)
	})
}
