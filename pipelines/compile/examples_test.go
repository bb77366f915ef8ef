package compile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
)

// exampleCatalog is what the examples of the components refer to.
type exampleCatalog struct{ mapCatalog }

func (exampleCatalog) Connection(name string) (*component.Connection, bool) {
	switch name {
	case "olap":
		return &component.Connection{Name: name, Component: "clickhouse"}, true
	case "broker", "events":
		return &component.Connection{Name: name, Component: "kafka"}, true
	}
	return nil, false
}

func (exampleCatalog) Connections() []string { return []string{"broker", "events", "olap"} }

// TestExamples compiles the examples of every component.
func TestExamples(t *testing.T) {
	r, err := all.Registry()
	require.NoError(t, err)
	c := exampleTables(t, r)
	for _, s := range r.All() {
		for _, e := range s.Examples {
			t.Run(s.Kind.String()+"/"+s.Name+"/"+e.Title.En, func(t *testing.T) {
				p, diags := compile.Text(s.Name, []byte(e.YAML), compile.Env{Registry: r, Catalog: c, SQL: query.Models{}})
				require.Empty(t, diags)
				require.NoError(t, plan.Validate(p))
			})
		}
	}
}

// exampleTables is the catalog of the examples, with the one table they read.
func exampleTables(t *testing.T, r *component.Registry) exampleCatalog {
	t.Helper()
	source, ok := r.Get(component.KindSource, "generator")
	require.True(t, ok)
	params, diags := example(t, source)
	require.Empty(t, diags)
	return exampleCatalog{mapCatalog{"ods.music.play_events": {
		Name: "ods.music.play_events", Kind: component.TableStream, Schema: playEvents(),
		Source: &component.Binding{Component: "generator", Params: params},
	}}}
}

// example decodes a component's defaults.
func example(t *testing.T, s *component.Spec) (component.Params, diag.List) {
	t.Helper()
	var diags diag.List
	p, _ := component.Decode(s.Fields, emptyParams(), "params", &diags)
	return p, diags
}
