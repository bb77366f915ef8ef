package compile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
)

// TestScanModeIsTheSources: which changes a table's rows carry, its source says, and the operators behind it go by that.
func TestScanModeIsTheSources(t *testing.T) {
	e := env(t)
	source, ok := e.Registry.Get(component.KindSource, "records")
	require.True(t, ok)
	source.Source.Mode = func(scan *plan.Scan) plan.Mode { return plan.Mode{Change: plan.Upsert, Key: scan.Source.Key} }
	users, ok := e.Catalog.Table("dim.music.users")
	require.True(t, ok)
	users.Kind = component.TableDimension

	doc, diags := model.Parse("m.yaml", []byte(`format: 1
kind: view
name: cdm.music.test
time_zone: Asia/Shanghai
nodes:
  - {id: users, component: table, params: {table: dim.music.users}}
  - {id: renamed, component: compute, params: {columns: [{name: id, expr: user_id}, country]}}
edges: [users -> renamed]
`))
	require.Empty(t, diags)
	f, diags := compile.CompileNode(doc, "", e)
	require.Empty(t, diags)
	require.Equal(t, plan.Mode{Change: plan.Upsert, Key: []string{"id"}}, f.Root.Mode)
	require.Equal(t, plan.Mode{Change: plan.Upsert, Key: []string{"user_id"}}, f.Root.Inputs[0].Mode)
	require.NoError(t, plan.Validate(f.WithSink("preview", &plan.Sink{Component: "collect", Version: 1, Params: []byte(`{}`)})))
}
