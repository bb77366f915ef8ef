package httpapi

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/assets/document"
	"millrace/components/component"
	"millrace/pipelines/probe"
)

func TestComponentRoutes(t *testing.T) {
	l := newLibrary(t)
	a := l.do("val", "GET", "/components", nil)
	require.Equal(t, 200, a.status, a.body)
	require.Equal(t, "private, no-cache", a.header.Get("Cache-Control"))
	all := read[Components](t, a)
	require.Len(t, all.Items, len(l.registry.All()))
	at := func(kind, name string) component.Declaration {
		t.Helper()
		i := slices.IndexFunc(all.Items, func(d component.Declaration) bool { return d.Kind == kind && d.Name == name })
		require.GreaterOrEqual(t, i, 0)
		return all.Items[i]
	}
	filter := at("transform", "filter")
	require.Equal(t, component.CategoryShape, filter.Category)
	require.Equal(t, component.FieldExpr, filter.Fields[0].Type)
	require.Equal(t, []string{"left", "right"}, at("transform", "join").Ports)
	require.False(t, at("sink", "kafka").HasOutput)
	require.NotEmpty(t, at("sink", "kafka").Sink.Accepts)
	require.True(t, at("connection", "kafka").Link.Discover)
	require.NotEmpty(t, all.Entity)
	require.NotEmpty(t, all.Join)

	tag := a.header.Get("ETag")
	for given, status := range map[string]int{tag: 304, "W/" + tag: 304, `"other", ` + tag: 304, `"other"`: 200, "*": 304} {
		again := l.do("val", "GET", "/components", nil, "If-None-Match", given)
		require.Equal(t, status, again.status, given)
		require.Equal(t, tag, again.header.Get("ETag"))
		require.Equal(t, status == 304, again.body == "", given)
	}
	require.Equal(t, 401, l.do("", "GET", "/components", nil).status)

	language := read[Language](t, l.do("val", "GET", "/functions", nil))
	require.Contains(t, language.Keywords, "SELECT")
	require.Contains(t, language.Types, "decimal")
	require.True(t, slices.IsSorted(language.Types))
	names := map[string]bool{}
	for _, f := range language.Functions {
		names[f.Name] = true
		require.NotEmpty(t, f.Signatures, f.Name)
	}
	require.True(t, names["UPPER"] && names["COUNT"])
}

func TestAnalyseRoute(t *testing.T) {
	l := newLibrary(t)
	type m map[string]any
	broken := strings.Replace(modelText, "ms_played > 30000", "ms_playd > 30000", 1)
	a := l.do("ana", "POST", "/compile/analyse", m{"text": broken})
	require.Equal(t, 200, a.status, a.body)
	found := read[document.Analysis](t, a)
	require.Equal(t, []string{"expr.unknown_column", "long", "params.where"}, []string{string(found.Diagnostics[0].Code), found.Diagnostics[0].Node, found.Diagnostics[0].Path})
	require.Len(t, found.Nodes, 4)
	for _, n := range found.Nodes {
		require.NotNil(t, n.Schema, n.ID)
		require.Equal(t, n.ID != "plays", n.Failed, n.ID)
	}

	l.denied["ods.music.plays"] = "user:ben"
	found = read[document.Analysis](t, l.do("ben", "POST", "/compile/analyse", m{"text": modelText}))
	require.Equal(t, "plan.unknown_table", string(found.Diagnostics[0].Code))
	require.Nil(t, found.Nodes[0].Schema, "what one may not know of has no columns")

	d := read[document.Saved](t, l.do("ana", "POST", "/documents", m{"name": "cdm.music.other", "team": "music"}))
	found = read[document.Analysis](t, l.do("ana", "POST", "/compile/analyse", m{"text": modelText, "document": d.ID}))
	require.Equal(t, document.CodeName, found.Diagnostics[0].Code)
	require.Equal(t, 404, l.do("pia", "POST", "/compile/analyse", m{"text": modelText, "document": d.ID}).status)
	require.Equal(t, 403, l.do("val", "POST", "/compile/analyse", m{"text": modelText}).status)

	script := read[document.Analysis](t, l.do("ana", "POST", "/compile/analyse", m{"format": "sql", "text": "SELECT user_id FROM ods.music.plays"}))
	require.Equal(t, "sql", script.Kind)
	require.Len(t, script.Nodes, 2)
}

func TestConvertRoute(t *testing.T) {
	l := newLibrary(t)
	type m map[string]any
	sql := read[document.Converted](t, l.do("ana", "POST", "/compile/convert", m{"text": modelText, "to": "sql"}))
	require.Empty(t, sql.Diagnostics)
	back := read[document.Converted](t, l.do("ana", "POST", "/compile/convert", m{"format": "sql", "text": sql.Text, "to": "yaml"}))
	require.Empty(t, back.Diagnostics)
	require.Equal(t, sql.Fingerprint, back.Fingerprint)
	require.Len(t, back.Documents, 1)
	require.Equal(t, 422, l.do("ana", "POST", "/compile/convert", m{"text": modelText}).status)
	require.Equal(t, 403, l.do("val", "POST", "/compile/convert", m{"text": modelText, "to": "sql"}).status)
}

func TestExpressionRoute(t *testing.T) {
	l := newLibrary(t)
	type m map[string]any
	columns := []m{{"name": "n", "type": "int64"}, {"name": "s", "type": "string", "nullable": true}}
	a := l.do("ana", "POST", "/compile/expression", m{"columns": columns, "text": "100 / n AS share", "rows": [][]any{{8, "x"}, {0, nil}}})
	require.Equal(t, 200, a.status, a.body)
	o := read[probe.Output](t, a)
	require.Equal(t, []string{"int64", "share", "12", "row.division_by_zero"}, []string{o.Type, o.Alias, string(o.Results[0].Value), string(o.Results[1].Error.Code)})
	o = read[probe.Output](t, l.do("ana", "POST", "/compile/expression", m{"columns": columns, "text": "s", "rows": [][]any{{8, nil}}}))
	require.JSONEq(t, "null", string(o.Results[0].Value), "NULL is a value")
	o = read[probe.Output](t, l.do("ana", "POST", "/compile/expression", m{"columns": columns, "kind": "bool", "text": "n > m"}))
	require.Equal(t, 5, o.Diagnostics[0].Span.Start.Column)
	o = read[probe.Output](t, l.do("ana", "POST", "/compile/expression", m{"columns": columns, "kind": "aggregate", "text": "sum(n)"}))
	require.Equal(t, "int64", o.Type)

	for _, bad := range []m{
		{"columns": columns, "text": "n", "rows": [][]any{{1}}}, {"columns": columns, "text": "n", "time_zone": "Mars"}, {"columns": []m{{"name": "n", "type": "x"}}, "text": "n"},
		{"columns": columns, "text": "n", "kind": "x"}, {"text": "1"}, {"columns": columns, "text": "n", "rows": make([][]any, probe.MaxRows+1)},
	} {
		require.Equal(t, 422, l.do("ana", "POST", "/compile/expression", bad).status, "%v", bad)
	}
	require.Equal(t, 403, l.do("val", "POST", "/compile/expression", m{"columns": columns, "text": "n"}).status)
}

func TestExplainDrawings(t *testing.T) {
	l := newLibrary(t)
	e := read[document.Explained](t, l.do("ana", "POST", "/compile/explain", map[string]any{"text": modelText}))
	require.Empty(t, e.Diagnostics)
	require.Len(t, e.Drawings, 1)
	scan := e.Drawings[0].Optimized.Nodes[0]
	require.Equal(t, []string{"scan", "plays"}, []string{scan.Op, scan.ModelNode})
	require.Contains(t, scan.Pruned, "song_id")
	text, err := json.Marshal(e.Drawings[0].Optimized.Edges)
	require.NoError(t, err)
	require.Contains(t, string(text), `"from":`)
}
