package optimize_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
	"millrace/pipelines/write"
)

// The random plans read tables and write to sinks of the component "test", which is planned here and never opened.

func doorSpec(kind component.Kind) component.Spec {
	word := component.Text{En: "test", Zh: "test"}
	return component.Spec{Name: "test", Version: 1, Kind: kind, Title: word, Summary: word, Help: word, Icon: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"/>`}
}

// doorEnv is what the random plan is compiled against: a catalog of the tables it scans.
func doorEnv(t *testing.T, p *plan.Plan) compile.Env {
	t.Helper()
	source, sink := doorSpec(component.KindSource), doorSpec(component.KindSink)
	modes := map[string]plan.Mode{}
	tables := doorCatalog{}
	p.Walk(func(n *plan.Node) {
		op, ok := n.Op.(*plan.Scan)
		if !ok {
			return
		}
		modes[op.Table] = n.Mode
		kind, s := component.TableStream, op.Source
		if n.Mode.Change == plan.Upsert {
			kind = component.TableChangelog
		}
		tables[op.Table] = &component.Table{Name: op.Table, Kind: kind, Schema: s, Source: &component.Binding{Component: "test"}}
	})
	source.Source = &component.SourceDef{
		Plan: func(*component.Planning, component.Params) (*plan.Scan, bool) {
			return &plan.Scan{Component: "test", Version: 1, Params: []byte(`{}`)}, true
		},
		Mode: func(scan *plan.Scan) plan.Mode { return modes[scan.Table] },
		Open: func(context.Context, component.SourceContext) (component.Source, error) {
			return nil, errors.New("not opened")
		},
	}
	sink.MinInputs, sink.MaxInputs = 1, 1
	sink.Sink = &component.SinkDef{
		Accepts: []plan.ChangeMode{plan.Append, plan.Upsert, plan.Retract},
		Plan: func(*component.Planning, component.Params, *plan.Node) (*plan.Sink, bool) {
			return &plan.Sink{Component: "test", Version: 1, Params: []byte(`{}`)}, true
		},
		Open: func(context.Context, component.SinkContext) (component.Sink, error) {
			return nil, errors.New("not opened")
		},
	}
	known, err := all.Registry()
	require.NoError(t, err)
	specs := []component.Spec{source, sink}
	for _, s := range known.All() {
		specs = append(specs, *s)
	}
	r, err := component.NewRegistry(specs...)
	require.NoError(t, err)
	return compile.Env{Registry: r, Catalog: tables, SQL: query.Models{}}
}

type doorCatalog map[string]*component.Table

func (c doorCatalog) Table(name string) (*component.Table, bool)      { t, ok := c[name]; return t, ok }
func (c doorCatalog) Tables() []string                                { return slices.Sorted(maps.Keys(c)) }
func (c doorCatalog) Connection(string) (*component.Connection, bool) { return nil, false }
func (c doorCatalog) Connections() []string                           { return nil }

// unkept lists what is said of the random plans that a way out refuses, with the number of plans. The lists may only become shorter.
func unkept() map[string]map[string]int {
	return map[string]map[string]int{"document": {}, "sql": {}}
}

// TestDoorsKeepRandomPlans writes random plans as documents and as scripts: reading them back gives the same fingerprint, or the writer refuses.
func TestDoorsKeepRandomPlans(t *testing.T) {
	refused := map[string]map[string]int{"document": {}, "sql": {}}
	refuse := func(door string, diags diag.List) {
		require.True(t, diags.HasErrors(), "refused without a reason")
		refused[door][diags[0].Message]++
	}
	const plans = 60
	for seed := range uint64(plans) {
		g := generator{builder: builder{t: t}, r: rand.New(rand.NewPCG(seed, 2)), data: map[string][]row{}}
		p := g.random()
		e := doorEnv(t, p)
		doc, diags := write.Document(p, e)
		if doc == nil {
			refuse("document", diags)
		} else {
			again, found := compile.Text("", model.Format(doc), e)
			require.False(t, found.HasErrors(), "seed %d: %v", seed, found)
			require.Equal(t, plan.Fingerprint(p), plan.Fingerprint(again), "seed %d\n%s", seed, p.Explain())
		}
		text, diags := write.SQL(p, e)
		if diags.HasErrors() {
			refuse("sql", diags)
			continue
		}
		var again *plan.Plan
		outcomes, found := query.NewSession(e).Exec("", text)
		require.False(t, found.HasErrors(), "seed %d: %v\n%s", seed, found, text)
		for _, o := range outcomes {
			if o.Kind == query.Pipeline {
				again = o.Plan
			}
		}
		require.Equal(t, plan.Fingerprint(p), plan.Fingerprint(again), "seed %d\n%s\n%s", seed, p.Explain(), text)
	}
	require.Equal(t, unkept(), refused, "what is refused here has changed")
}
