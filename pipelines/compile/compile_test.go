package compile_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/compile"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with the file beside the model; -update writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run the test with -update")
	require.Equal(t, string(want), got)
}

func models(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// TestBroken keeps what is said about models with mistakes.
func TestBroken(t *testing.T) {
	files := models(t, "broken")
	require.GreaterOrEqual(t, len(files), 40)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			p, diags := compile.Text(filepath.Base(file), src, env(t))
			if diags.HasErrors() {
				require.Nil(t, p)
			}
			require.NotEmpty(t, diags)
			for _, d := range diags {
				require.NotEqual(t, compile.CodeInternal, d.Code, d.Message)
				require.NotEqual(t, compile.CodeMalformed, d.Code, d.Message)
				require.True(t, d.Span.Start.Known(), "%v has no place", d)
			}
			var b bytes.Buffer
			require.NoError(t, diag.Render(&b, map[string]string{filepath.Base(file): string(src)}, diags, diag.Options{}))
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", b.String())
		})
	}
}

// TestGood keeps the plans of whole models.
func TestGood(t *testing.T) {
	for _, file := range models(t, "good") {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			p, diags := compile.Text(filepath.Base(file), src, env(t))
			said := ""
			for _, d := range diags {
				// What the planner chose is told, and nothing else.
				require.Equal(t, diag.Info, d.Severity, "%v", d)
				said += d.Message + "\n"
			}
			if len(p.Sinks) == 0 {
				doc, _ := model.Parse(file, src)
				f, diags := compile.CompileNode(doc, "", env(t))
				require.Empty(t, diags)
				p = f.WithSink("preview", &plan.Sink{Component: "collect", Version: 1, Params: []byte(`{}`)})
			}
			require.NoError(t, plan.Validate(p))
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", said+p.Explain())
		})
	}
}

const chain = `format: 1
kind: view
name: cdm.music.chain
time_zone: UTC
params: [{name: least, type: int32, default: 5}]
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: good, component: filter, params: {where: "ms_played > :least"}}
  - {id: bad, component: filter, params: {where: "nope"}}
  - {id: after, component: filter, params: {where: "nope either"}}
  - {id: out, component: collect}
  - {id: other, component: collect}
edges: [plays -> good -> out, plays -> bad -> after -> other]
`

func parse(t *testing.T, src string) *model.Document {
	t.Helper()
	doc, diags := model.Parse("", []byte(src))
	require.Empty(t, diags)
	return doc
}

func TestErrorsDoNotCascade(t *testing.T) {
	p, diags := compile.Compile(parse(t, chain), env(t))
	require.Nil(t, p)
	require.Len(t, diags, 1)
	require.Equal(t, "bad", diags[0].Node)
	require.Equal(t, "params.where", diags[0].Path)
}

func TestCompileNode(t *testing.T) {
	doc := parse(t, chain)
	f, diags := compile.CompileNode(doc, "good", env(t))
	require.Empty(t, diags)
	require.Equal(t, "cdm.music.chain/good/./filter", f.Root.ID)

	f, diags = compile.CompileNode(doc, "out", env(t))
	require.Empty(t, diags)
	require.Equal(t, "cdm.music.chain/good/./filter", f.Root.ID, "a sink shows what leads into it")

	f, diags = compile.CompileNode(doc, "after", env(t))
	require.Nil(t, f)
	require.True(t, diags.HasErrors())

	f, diags = compile.CompileNode(doc, "gud", env(t))
	require.Nil(t, f)
	require.Equal(t, []diag.Code{compile.CodeUnknownNode}, codes(diags))
	require.Equal(t, "Did you mean good?", diags[0].Fix)

	f, diags = compile.CompileNode(doc, "", env(t))
	require.Nil(t, f)
	require.True(t, diags.HasErrors())
}

func TestParameters(t *testing.T) {
	for _, c := range []struct {
		name   string
		values map[string]string
		want   string
	}{
		{"given", map[string]string{"least": "70"}, ""},
		{"not a number", map[string]string{"least": "many"}, "the value of the parameter least is no int32"},
		{"too large", map[string]string{"least": "3000000000"}, "the value of the parameter least is no int32"},
		{"unknown", map[string]string{"leest": "7"}, "the model has no parameter leest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := env(t)
			e.Params = c.values
			f, diags := compile.CompileNode(parse(t, chain), "good", e)
			if c.want != "" {
				require.Nil(t, f)
				require.Equal(t, c.want, diags[0].Message)
				return
			}
			require.Empty(t, diags)
			require.Contains(t, f.WithSink("x", &plan.Sink{Component: "collect", Version: 1}).Explain(), "70")
		})
	}
}

// TestHandMadeDocument compiles documents that no parser has seen.
func TestHandMadeDocument(t *testing.T) {
	node := func(id, component string) model.Node {
		return model.Node{ID: id, Component: component, Params: model.Value{Kind: model.Map}}
	}
	for name, doc := range map[string]*model.Document{
		"cycle": {
			Name: "a.b.c", TimeZone: "UTC", Nodes: []model.Node{node("e", "events"), node("u", "union"), node("v", "union"), node("o", "collect")},
			Edges: []model.Edge{{From: "e", To: "u"}, {From: "v", To: "u"}, {From: "u", To: "v"}, {From: "e", To: "v"}, {From: "v", To: "o"}},
		},
		"twice":   {Name: "a.b.c", TimeZone: "UTC", Nodes: []model.Node{node("e", "events"), node("e", "events"), node("o", "collect")}, Edges: []model.Edge{{From: "e", To: "o"}}},
		"nowhere": {Name: "a.b.c", TimeZone: "UTC", Nodes: []model.Node{node("e", "events"), node("o", "collect")}, Edges: []model.Edge{{From: "e", To: "o"}, {From: "e", To: "x"}}},
		"zone":    {Name: "a.b.c", TimeZone: "Mars/Olympus", Nodes: []model.Node{node("e", "events"), node("o", "collect")}, Edges: []model.Edge{{From: "e", To: "o"}}},
	} {
		t.Run(name, func(t *testing.T) {
			p, diags := compile.Compile(doc, env(t))
			require.Nil(t, p)
			require.Contains(t, codes(diags), compile.CodeMalformed)
		})
	}
}

// TestWindowOutput holds the window's schema, which other windows rely on.
func TestWindowOutput(t *testing.T) {
	src := strings.Replace(chain, `component: filter, params: {where: "ms_played > :least"}`,
		`component: window, params: {size: 1m, group_by: [platform], aggregates: [count(*) AS n]}`, 1)
	f, diags := compile.CompileNode(parse(t, src), "good", env(t))
	require.Empty(t, diags)
	s := f.Root.Schema
	require.Equal(t, []string{"window_start", "window_end", "platform", "n"}, s.Names())
	require.Equal(t, []string{"window_start", "platform"}, s.Key)
	require.Equal(t, "window_start", s.EventTime.Column)
	require.Equal(t, schema.Duration(0), s.EventTime.OutOfOrder)
}

func FuzzText(f *testing.F) {
	for _, dir := range []string{"broken", "good"} {
		files, err := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
		require.NoError(f, err)
		for _, file := range files {
			src, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, diags := compile.Text("fuzz.yaml", src, env(t))
		if p == nil {
			require.True(t, diags.HasErrors())
			return
		}
		if len(p.Sinks) > 0 {
			require.NoError(t, plan.Validate(p))
		}
	})
}
