package model

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

const longPlays = `format: 1
kind: view
name: cdm.music.long_plays
time_zone: Asia/Shanghai
params:
  - {name: min_ms, type: int64, default: 30000, description: least length}
  - {name: day, type: date}
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: long, component: filter, params: {where: "event = 'play' AND ms_played > :min_ms"}}
  - {id: shape, component: compute, params: {columns: [user_id, song_id, {name: seconds, expr: "ms_played / 1000.0"}]}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ads.music.long_plays}}
edges: [plays -> long, long -> shape -> out]
layout: {plays: {x: 10, y: 20.5}, out: {x: -3, y: 0}}
`

func TestParse(t *testing.T) {
	d, list := Parse("m.yaml", []byte(longPlays))
	require.Empty(t, list)
	require.Equal(t, 1, d.Format)
	require.Equal(t, View, d.Kind)
	require.Equal(t, "cdm.music.long_plays", d.Name)
	require.Equal(t, "Asia/Shanghai", d.TimeZone)
	require.Len(t, d.Params, 2)
	require.Equal(t, schema.Of(schema.Int64), d.Params[0].Type)
	require.Equal(t, "30000", d.Params[0].Default.Text)
	require.Equal(t, Null, d.Params[1].Default.Kind)
	require.Equal(t, map[string]Point{"plays": {10, 20.5}, "out": {-3, 0}}, d.Layout)
	require.Len(t, d.Nodes, 4)
	var edges []string
	for _, e := range d.Edges {
		edges = append(edges, e.From+">"+e.To)
	}
	require.Equal(t, []string{"plays>long", "long>shape", "shape>out"}, edges)
	require.Equal(t, "shape -> out", cutSpan(longPlays, d.Edges[2].At))

	n, ok := d.Node("long")
	require.True(t, ok)
	require.Equal(t, "long", cutSpan(longPlays, n.IDAt))
	where, ok := n.Params.Get("where")
	require.True(t, ok)
	require.Equal(t, "event = 'play' AND ms_played > :min_ms", cutSpan(longPlays, where.At))
	_, ok = d.Node("nobody")
	require.False(t, ok)
}

func TestParseBypass(t *testing.T) {
	src := strings.Replace(longPlays, "{id: long, component: filter,", "{id: long, component: filter, bypass: true,", 1)
	src = strings.Replace(src, "{id: shape, component: compute,", "{id: shape, component: compute, bypass: false,", 1)
	d, list := Parse("m.yaml", []byte(src))
	require.Empty(t, list)
	n, _ := d.Node("long")
	require.True(t, n.Bypass)
	require.Equal(t, "true", cutSpan(src, n.BypassAt))
	n, _ = d.Node("shape")
	require.False(t, n.Bypass)
	require.Contains(t, string(Format(d)), "    component: filter\n    bypass: true\n    params:")
}

func TestParseDefaults(t *testing.T) {
	d, list := Parse("m.yaml", []byte("format: 1\nkind: view\nname: a.b.c\nnodes: [{id: x, component: y, params: null}]\n"))
	require.Empty(t, list)
	require.Equal(t, "UTC", d.TimeZone)
	require.Equal(t, Map, d.Nodes[0].Params.Kind)
	require.True(t, d.Nodes[0].Params.At.Start.Known())
}

// cutSpan returns the text of a span that begins and ends on one line.
func cutSpan(text string, s diag.Span) string {
	line := []rune(strings.Split(text, "\n")[s.Start.Line-1])
	return string(line[s.Start.Column-1 : s.End.Column-1])
}

// TestBroken renders the diagnostics of every broken document and compares them with the golden file beside it.
func TestBroken(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	require.NoError(t, err)
	require.Greater(t, len(files), 35)
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".yaml")
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(f)
			require.NoError(t, err)
			_, list := Parse(name+".yaml", src)
			require.NotEmpty(t, list)
			var b bytes.Buffer
			require.NoError(t, diag.Render(&b, map[string]string{name + ".yaml": string(src)}, list, diag.Options{}))
			golden := strings.TrimSuffix(f, ".yaml") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, b.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), b.String())
		})
	}
}

func TestTooLarge(t *testing.T) {
	d, list := Parse("m.yaml", bytes.Repeat([]byte("#"), MaxBytes+1))
	require.Nil(t, d)
	require.Equal(t, CodeTooLarge, list[0].Code)
}

// TestLargeDocument: a long chain neither exhausts the stack nor takes quadratic time.
func TestLargeDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString("format: 1\nkind: view\nname: a.b.c\nnodes:\n")
	const n = 5_000
	for i := range n {
		b.WriteString("- {id: n" + itoa(i) + ", component: filter}\n")
	}
	b.WriteString("edges:\n")
	for i := range n {
		b.WriteString("- n" + itoa(i) + " -> n" + itoa((i+1)%n) + "\n")
	}
	d, list := Parse("m.yaml", []byte(b.String()))
	require.Len(t, d.Edges, n)
	require.Len(t, list, 1)
	require.Equal(t, CodeCycle, list[0].Code)
	require.Equal(t, "the edges form a cycle: n0 -> n1 -> n2 -> n3 -> n4 -> n5 -> ... -> n4994 -> n4995 -> n4996 -> n4997 -> n4998 -> n4999 -> n0", list[0].Message)
}

// TestLongLine: finding the places of many values in one line takes linear time; otherwise this would take many seconds.
func TestLongLine(t *testing.T) {
	col := newCollector("")
	const n = 60_000
	v, ok := readYAML(col, []byte("{a: ["+strings.Repeat("歌, ", n)+"x]}"))
	require.True(t, ok)
	items := v.Entries[0].Value.Items
	require.Len(t, items, n+1)
	require.Equal(t, diag.Span{Start: diag.Pos{Line: 1, Column: 6 + 3*n}, End: diag.Pos{Line: 1, Column: 7 + 3*n}}, items[n].At)
}

func itoa(i int) string { return string(appendInt(nil, i)) }

func appendInt(b []byte, i int) []byte {
	if i >= 10 {
		b = appendInt(b, i/10)
	}
	return append(b, byte('0'+i%10))
}

func TestMigration(t *testing.T) {
	// A fabricated format 2, in which "zone" is called time_zone.
	c := codec{version: 2, migrations: map[int]migration{1: func(root Value) (Value, error) {
		for i := range root.Entries {
			if root.Entries[i].Key == "zone" {
				if root.Entries[i].Value.Text == "bad" {
					return root, errors.New("the zone cannot be carried over")
				}
				root.Entries[i].Key = "time_zone"
			}
		}
		return root, nil
	}}}
	const rest = "kind: view\nname: a.b.c\nnodes: [{id: x, component: y}]\n"
	d, list := c.parse("m.yaml", []byte("format: 1\nzone: Asia/Tokyo\n"+rest))
	require.Empty(t, list)
	require.Equal(t, "Asia/Tokyo", d.TimeZone)
	require.Equal(t, 2, d.Format)
	require.Equal(t, diag.Pos{Line: 2, Column: 7}, d.TimeZoneAt.Start, "places survive")

	d, list = c.parse("m.yaml", []byte("format: 2\ntime_zone: Asia/Tokyo\n"+rest))
	require.Empty(t, list)
	require.Equal(t, "Asia/Tokyo", d.TimeZone)

	d, list = c.parse("m.yaml", []byte("format: 2\nzone: Asia/Tokyo\n"+rest))
	require.NotNil(t, d)
	require.Equal(t, CodeUnknownKey, list[0].Code)

	d, list = c.parse("m.yaml", []byte("format: 1\nzone: bad\n"+rest))
	require.Nil(t, d)
	require.Contains(t, list[0].Message, "migrating from format 1: the zone cannot be carried over")

	d, list = codec{version: 3, migrations: c.migrations}.parse("m.yaml", []byte("format: 1\n"+rest))
	require.Nil(t, d)
	require.Contains(t, list[0].Message, "documents of format 2 are no longer read")
}

// TestPlaces: where the text of a scalar stands, and whether positions inside it add up.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		start      diag.Pos
		verbatim   bool
	}{
		{"plain", "k: a > b", diag.Pos{Line: 1, Column: 4}, true},
		{"single quotes", "k: 'a > b'", diag.Pos{Line: 1, Column: 5}, true},
		{"double quotes", `k: "a > b"`, diag.Pos{Line: 1, Column: 5}, true},
		{"behind Chinese", `{播放: 1, k: "歌 > b"}`, diag.Pos{Line: 1, Column: 13}, true},
		{"doubled quote", "k: 'a = ''b'''", diag.Pos{Line: 1, Column: 5}, false},
		{"escape", `k: "a\tb"`, diag.Pos{Line: 1, Column: 5}, false},
		{"escaped backslash at the end", `k: "a\\"`, diag.Pos{Line: 1, Column: 5}, false},
		{"plain over two lines", "k: a\n  > b", diag.Pos{Line: 1, Column: 4}, false},
		{"quotes over two lines", "k: \"a\n  > b\"", diag.Pos{Line: 1, Column: 5}, false},
		{"literal block", "k: |\n  a\n    > b\n  c\n", diag.Pos{Line: 2, Column: 3}, true},
		{"literal block that keeps", "k: |+\n    a\n\n    b\n\n", diag.Pos{Line: 2, Column: 5}, true},
		{"literal block behind a blank line", "k: |\n\n  a\n", diag.Pos{Line: 2, Column: 3}, true},
		{"literal block with an indicator", "k: |2\n    a\n  b\n", diag.Pos{Line: 2, Column: 3}, true},
		{"literal block with a comment", "k: |- # why\n  a\n", diag.Pos{Line: 2, Column: 3}, true},
		{"folded block of one line", "k: >-\n  a > b\n", diag.Pos{Line: 2, Column: 3}, true},
		{"folded block", "k: >-\n  a\n  > b\n", diag.Pos{Line: 1, Column: 4}, false},
		{"empty", "k: ''", diag.Pos{Line: 1, Column: 5}, true},
		{"CRLF", "j: 1\r\nk: |\r\n  a\r\n  b\r\n", diag.Pos{Line: 3, Column: 3}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			col := newCollector("")
			v, ok := readYAML(col, []byte(c.yaml))
			require.True(t, ok)
			require.Empty(t, col.list)
			k, ok := v.Get("k")
			require.True(t, ok)
			require.Equal(t, c.start, k.At.Start)
			require.Equal(t, c.verbatim, k.At.End.Known())
			if c.verbatim {
				requireVerbatim(t, c.yaml, k)
			}
		})
	}
}

// requireVerbatim checks every character of a scalar against the document at the place Span.In gives.
func requireVerbatim(t *testing.T, doc string, v *Value) {
	t.Helper()
	lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(doc, "\ufeff"), "\r\n", "\n"), "\n")
	for i, l := range strings.Split(v.Text, "\n") {
		for j, r := range []rune(l) {
			at := diag.Span{Start: diag.Pos{Line: i + 1, Column: j + 1}}.In(v.At).Start
			require.Equal(t, string(r), string([]rune(lines[at.Line-1])[at.Column-1]))
		}
	}
}
