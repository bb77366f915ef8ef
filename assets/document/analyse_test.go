package document_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/catalog"
	"millrace/assets/document"
	"millrace/components/all"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/pipelines/compile"
)

var update = flag.Bool("update", false, "write the golden files anew")

// lookedAt is the policy of one who may know of most tables and read the rest.
type lookedAt struct{ compile.AllowAll }

func (lookedAt) Discover(table string) bool { return table != "ods.music.hidden" }

func (lookedAt) Read(table string) compile.Access {
	if table == "ods.music.likes" {
		return compile.Access{Denied: "you were not granted it"}
	}
	return compile.Access{}
}

func analyseEnv(tb testing.TB, denied bool) compile.Env {
	tb.Helper()
	registry, err := all.Registry()
	require.NoError(tb, err)
	tables, diags := catalog.LoadFile("diff/testdata/catalog.yaml", registry)
	require.Empty(tb, diags)
	env := compile.Env{Registry: registry, Catalog: tables}
	if denied {
		env.Policy = lookedAt{}
	}
	return env
}

// TestAnalyse keeps what a canvas is told about good and broken texts.
func TestAnalyse(t *testing.T) {
	files, err := filepath.Glob("testdata/analyse/*.*")
	require.NoError(t, err)
	for _, file := range files {
		format := document.Format(strings.TrimPrefix(filepath.Ext(file), "."))
		if format != document.YAML && format != document.SQL {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			a := document.Analyse(filepath.Base(file), format, string(text), analyseEnv(t, strings.Contains(file, "denied")))
			requireWhole(t, a)
			got, golden := drawn(a), file+".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
				return
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run the test with -update")
			require.Equal(t, string(want), got)
		})
	}
}

// requireWhole checks what holds for the analysis of any text: inputs lead from nodes that there are, what may be planned has columns, and a
// text with errors has no fingerprint.
func requireWhole(tb testing.TB, a document.Analysis) {
	tb.Helper()
	ids := map[string]bool{}
	nodes := append([]document.AnalysedNode{}, a.Nodes...)
	if a.Relational != nil {
		nodes = append(nodes, a.Relational.Output)
		for _, e := range a.Relational.Entities {
			nodes = append(nodes, e.AnalysedNode)
		}
		for _, j := range a.Relational.Joins {
			for _, k := range j.Diagnostics {
				require.Less(tb, k, len(a.Diagnostics))
			}
		}
	}
	for _, n := range nodes {
		require.False(tb, ids[n.ID], "%q is there twice", n.ID)
		ids[n.ID] = true
		require.Equal(tb, n.Schema == nil, n.Mode == nil, n.ID)
	}
	for _, n := range nodes {
		for _, in := range n.Inputs {
			require.True(tb, ids[in.Node], "%q has an input from nowhere: %q", n.ID, in.Node)
		}
	}
	require.False(tb, a.Diagnostics.HasErrors() && a.Fingerprint != "")
	_, err := json.Marshal(a)
	require.NoError(tb, err)
}

// drawn writes an analysis for people.
func drawn(a document.Analysis) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s virtual=%t fingerprint=%t\n", a.Kind, a.Name, a.TimeZone, a.Virtual, a.Fingerprint != "")
	for _, n := range a.Nodes {
		b.WriteString("node " + nodeText(n) + "\n")
	}
	if r := a.Relational; r != nil {
		for _, e := range r.Entities {
			fmt.Fprintf(&b, "entity %s role=%s key=%v kept=%v\n", nodeText(e.AnalysedNode), e.Role, e.Key, e.Kept)
		}
		for _, j := range r.Joins {
			fmt.Fprintf(&b, "join %s -> %s %s %s: %s %s; %s %v @%s\n", j.From, j.To, j.Join, j.Cardinality, j.Match, j.Operator, j.Why, j.Diagnostics, spanText(j.Span))
		}
		b.WriteString("output " + nodeText(r.Output) + "\n")
	}
	for i, d := range a.Diagnostics {
		fmt.Fprintf(&b, "%d %s %s @%s node=%q path=%q: %s | %s\n", i, d.Severity, d.Code, spanText(d.Span), d.Node, d.Path, d.Message, d.Fix)
	}
	return b.String()
}

func nodeText(n document.AnalysedNode) string {
	var in []string
	for _, i := range n.Inputs {
		in = append(in, strings.TrimSuffix(i.Node+"."+i.Port, "."))
	}
	out := fmt.Sprintf("%s (%s %s %s) <- [%s]", n.ID, n.Kind, n.Component, n.Table, strings.Join(in, ", "))
	if n.Failed {
		out += " FAILED"
	}
	if n.Mode != nil {
		out += fmt.Sprintf(" %s%v", n.Mode.Change, n.Mode.Key)
	}
	return out + " " + schemaText(n.Schema) + " @" + spanText(n.Span)
}

func schemaText(s *schema.Schema) string {
	if s == nil {
		return "?"
	}
	var out []string
	for _, f := range s.Fields {
		text := f.Name + " " + f.Type.String()
		if f.Nullable {
			text += "?"
		}
		out = append(out, text)
	}
	text := "{" + strings.Join(out, ", ") + "}"
	if len(s.Key) > 0 {
		text += " key " + strings.Join(s.Key, ", ")
	}
	if s.EventTime != nil {
		text += " time " + s.EventTime.Column
	}
	return text
}

func spanText(s diag.Span) string {
	return fmt.Sprintf("%d:%d-%d:%d", s.Start.Line, s.Start.Column, s.End.Line, s.End.Column)
}

// FuzzAnalyse: no text makes the analysis panic or say something else the second time.
func FuzzAnalyse(f *testing.F) {
	files, err := filepath.Glob("testdata/analyse/*.*")
	require.NoError(f, err)
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && filepath.Ext(file) != ".golden" {
			f.Add(string(text), filepath.Ext(file) == ".sql")
		}
	}
	env := analyseEnv(f, false)
	f.Fuzz(func(t *testing.T, text string, sql bool) {
		format := document.YAML
		if sql {
			format = document.SQL
		}
		one := document.Analyse("draft", format, text, env)
		requireWhole(t, one)
		require.Equal(t, one, document.Analyse("draft", format, text, env))
	})
}
