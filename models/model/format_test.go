package model

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/schema"
)

// unplaced returns a document without positions, in which nothing and empty are the same.
func unplaced(d *Document) *Document {
	out := *d
	out.NameAt, out.TimeZoneAt = diag.Span{}, diag.Span{}
	out.Params, out.Nodes, out.Edges = nil, nil, nil
	for _, p := range d.Params {
		p.At, p.Default = diag.Span{}, unplacedValue(p.Default)
		out.Params = append(out.Params, p)
	}
	for _, n := range d.Nodes {
		n.At, n.IDAt, n.ComponentAt, n.BypassAt, n.Params = diag.Span{}, diag.Span{}, diag.Span{}, diag.Span{}, unplacedValue(n.Params)
		out.Nodes = append(out.Nodes, n)
	}
	for _, e := range d.Edges {
		e.At = diag.Span{}
		out.Edges = append(out.Edges, e)
	}
	out.Groups, out.Notes = nil, nil
	for _, g := range d.Groups {
		g.At, g.IDAt = diag.Span{}, diag.Span{}
		out.Groups = append(out.Groups, g)
	}
	for _, n := range d.Notes {
		n.At, n.IDAt = diag.Span{}, diag.Span{}
		out.Notes = append(out.Notes, n)
	}
	return &out
}

func unplacedValue(v Value) Value {
	out := Value{Kind: v.Kind, Text: v.Text}
	for _, i := range v.Items {
		out.Items = append(out.Items, unplacedValue(i))
	}
	for _, e := range v.Entries {
		out.Entries = append(out.Entries, Entry{Key: e.Key, Value: unplacedValue(e.Value)})
	}
	return out
}

func TestFormat(t *testing.T) {
	d, list := Parse("m.yaml", []byte(longPlays))
	require.Empty(t, list)
	const want = `format: 1
kind: view
name: cdm.music.long_plays
time_zone: Asia/Shanghai
params:
  - name: min_ms
    type: int64
    description: least length
    default: 30000
  - name: day
    type: date
nodes:
  - id: plays
    component: table
    params:
      table: ods.music.play_events
  - id: long
    component: filter
    params:
      where: 'event = ''play'' AND ms_played > :min_ms'
  - id: shape
    component: compute
    params:
      columns:
        - user_id
        - song_id
        - name: seconds
          expr: ms_played / 1000.0
  - id: out
    component: clickhouse
    params:
      connection: olap
      table: ads.music.long_plays
edges:
  - plays -> long
  - long -> shape
  - shape -> out
layout:
  plays: {x: 10, y: 20.5}
  out: {x: -3, y: 0}
`
	require.Equal(t, strings.Replace(want, `'event = ''play'' AND ms_played > :min_ms'`, `"event = 'play' AND ms_played > :min_ms"`, 1), string(Format(d)))
}

// TestFormatTexts: every text comes back, and as many as can stand verbatim do.
func TestFormatTexts(t *testing.T) {
	for _, c := range []struct {
		text     string
		verbatim bool
	}{
		{"", true}, {"plain", true}, {"null", true}, {"No", true}, {"123", true}, {"1e5", true}, {"- a", true}, {"a: b", true}, {"a #b", true},
		{" lead", true}, {"trail ", true}, {"'", true}, {`"`, true}, {`\`, true}, {`'"`, true}, {`it's \d "x"`, true},
		{"a\nb", true}, {"a\n  b\n\nc\n", true}, {"\na", false}, {" a\nb", false}, {"a\n\n", false}, {"a\n\n\n", false}, {"a \n b ", true},
		{"tab\there", false}, {"\x00\x1b\u0085\u2028\ufeff", false}, {"播放 > 3", true}, {"🎵", true}, {"\U0010ffff\ue000", false},
		{"---", true}, {"...", true}, {"?", true}, {"!x", true}, {"&a", true}, {"*a", true}, {"%a", true}, {"@a", true}, {"`a", true}, {"<<", true},
		{"2024-01-01", true}, {"~", true}, {"{}", true}, {"a -> b", true}, {"'\n", true}, {"# no comment\n'x' \"y\"", true},
	} {
		d := &Document{Format: 1, Kind: View, Name: "a.b.c", TimeZone: "UTC", Description: c.text, Nodes: []Node{{ID: "n", Component: "c", Params: Value{
			Kind: Map, Entries: []Entry{{Key: "k", Value: Value{Kind: List, Items: []Value{{Kind: String, Text: c.text}}}}},
		}}}}
		text := Format(d)
		got, list := Parse("m.yaml", text)
		require.Empty(t, list, "%q:\n%s", c.text, text)
		require.Equal(t, c.text, got.Description)
		v := got.Nodes[0].Params.Entries[0].Value.Items[0]
		require.Equal(t, c.text, v.Text)
		require.Equal(t, c.verbatim, v.At.End.Known(), "%q:\n%s", c.text, text)
		if c.verbatim {
			requireVerbatim(t, string(text), &v)
		}
	}
}

// TestFormatRandom: Parse of Format gives the document back, whatever its texts hold.
func TestFormatRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		d := randomDocument(r)
		text := Format(d)
		got, list := Parse("m.yaml", text)
		require.Empty(t, list, "%s", text)
		require.Equal(t, unplaced(d), unplaced(got), "%s", text)
		require.Equal(t, string(text), string(Format(got)), "the form is canonical")
	}
}

var pieces = []string{"a", "b_1", " ", "  ", "\n", "\n\n", "'", `"`, `\`, ":", ": ", " #", "-", "- ", "{", "}", "[", "]", ",", "歌", "e\u0301", "🎵", "\t", "\x00", "\u2028",
	"null", "true", "1.5", "0x1F", "~", "?", "|", ">", "&", "*", "!", "%", "@", "`", "=", "\r", "\r\n", "\u00a0", "\u0085", "---", "...", "<<"}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(7) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func randomValue(r *rand.Rand, depth int) Value {
	most := 6
	if depth > 4 {
		most = 4
	}
	switch r.IntN(most) {
	case 0:
		return Value{}
	case 1:
		return Value{Kind: Bool, Text: []string{"true", "false"}[r.IntN(2)]}
	case 2:
		return Value{Kind: Number, Text: []string{"0", "-1", "1.50", "1e400", "123456789012345678901234567890"}[r.IntN(5)]}
	case 3:
		return Value{Kind: String, Text: randomText(r)}
	case 4:
		v := Value{Kind: List}
		for range r.IntN(4) {
			v.Items = append(v.Items, randomValue(r, depth+1))
		}
		return v
	default:
		return randomMap(r, depth)
	}
}

func randomMap(r *rand.Rand, depth int) Value {
	v, seen := Value{Kind: Map}, map[string]bool{}
	for range r.IntN(4) {
		if k := randomText(r); !seen[k] {
			seen[k] = true
			v.Entries = append(v.Entries, Entry{Key: k, Value: randomValue(r, depth+1)})
		}
	}
	return v
}

func randomDocument(r *rand.Rand) *Document {
	d := &Document{
		Format: 1, Kind: View, Name: []string{"a.b.c", "云.音乐.播放", "y.no.null"}[r.IntN(3)], TimeZone: []string{"UTC", "Asia/Shanghai", "Etc/GMT-8"}[r.IntN(3)],
		Description: randomText(r),
	}
	ids := []string{"a", "null", "y", "歌", "_x", "n1", "True"}
	for _, id := range ids[:1+r.IntN(len(ids))] {
		d.Nodes = append(d.Nodes, Node{ID: id, Component: "c", Description: randomText(r), Bypass: r.IntN(4) == 0, Params: randomMap(r, 0)})
		if r.IntN(2) == 0 {
			if d.Layout == nil {
				d.Layout = map[string]Point{}
			}
			d.Layout[id] = Point{r.Float64()*1e4 - 5e3, float64(r.IntN(100))}
		}
	}
	for i := range d.Nodes {
		for j := range i {
			if r.IntN(2) == 0 {
				d.Edges = append(d.Edges, Edge{From: d.Nodes[j].ID, To: d.Nodes[i].ID, Port: []string{"", "left", "a: b"}[r.IntN(3)]})
			}
		}
	}
	for i := range d.Nodes {
		if r.IntN(3) == 0 {
			d.Groups = append(d.Groups, Group{ID: "g" + d.Nodes[i].ID, Title: randomText(r), Nodes: []string{d.Nodes[i].ID}, Color: append(GroupColors(), "")[r.IntN(5)]})
		} else if n := len(d.Groups); n > 0 {
			d.Groups[n-1].Nodes = append(d.Groups[n-1].Nodes, d.Nodes[i].ID)
		}
	}
	for _, id := range ids[:r.IntN(3)] {
		d.Notes = append(d.Notes, Note{ID: id, Text: randomText(r), Point: Point{float64(r.IntN(100)), -r.Float64()}, Width: []float64{0, MinNoteWidth, MaxNoteWidth}[r.IntN(3)]})
	}
	if r.IntN(2) == 0 {
		d.Params = []Param{
			{Name: "p", Type: schema.DecimalOf(5, 2), Default: Value{Kind: Number, Text: "1.50"}, Description: randomText(r)},
			{Name: "q", Type: schema.Of(schema.String), Default: Value{Kind: String, Text: randomText(r)}},
			{Name: "on", Type: schema.TimestampOf(3)},
		}
	}
	return d
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(longPlays))
	f.Add([]byte("format: 1\nkind: view\nname: a.b.c\nnodes: [{id: a, component: b, params: {x: |\n  y\n}}]"))
	f.Add([]byte("{\"format\": 1, \"nodes\": [{\"id\": \"a\\u0041\"}]}"))
	f.Add([]byte("format: 1\nkind: view\nname: a.b.c\nnodes:\n- id: a\n  component: c\n  params:\n    - &x *x\n    ? q\n    : !t >+\n     w\n"))
	f.Add([]byte(drawn))
	f.Fuzz(func(t *testing.T, src []byte) {
		d, list := Parse("f", src)
		lines := strings.Split(string(src), "\n")
		for _, x := range list {
			require.LessOrEqual(t, x.Span.Start.Line, len(lines))
		}
		if d == nil {
			require.True(t, list.HasErrors())
			return
		}
		for i := range d.Nodes {
			checkPlaces(t, string(src), &d.Nodes[i].Params)
		}
		if list.HasErrors() {
			return
		}
		text := Format(d)
		again, list := Parse("f", text)
		require.False(t, list.HasErrors(), "%s\n%v", text, list)
		require.Equal(t, unplaced(d), unplaced(again))
	})
}

// checkPlaces: every scalar that is said to stand verbatim does.
func checkPlaces(t *testing.T, src string, v *Value) {
	if v.Kind != Bool && v.At.End.Known() {
		requireVerbatim(t, src, v)
	}
	for i := range v.Items {
		checkPlaces(t, src, &v.Items[i])
	}
	for i := range v.Entries {
		checkPlaces(t, src, &v.Entries[i].Value)
	}
}

func TestJSON(t *testing.T) {
	v, err := ParseJSON([]byte(` {"b": [1.50, null, true, "x<\u00e9"], "a": {}} `))
	require.NoError(t, err)
	require.Equal(t, `{"a":{},"b":[1.50,null,true,"x<é"]}`, string(v.JSON()))
	for text, want := range map[string]string{
		`{"a": 1, "a": 2}`:       `the key "a" is there twice`,
		`{"a": 1} x`:             "text follows the value",
		`{"a": `:                 "unexpected EOF",
		``:                       "unexpected EOF",
		"\"\xff\"":               "not valid UTF-8",
		strings.Repeat("[", 100): "nested deeper than 64",
		`{"a": NaN}`:             "invalid character",
	} {
		_, err := ParseJSON([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

const flights = `format: 1
kind: relational_model
name: cdm.nyc.flights
output: joined
entities:
  - {id: flights, table: ods.nyc.flights, role: fact}
  - {id: planes, role: dimension, key: [tailnum], columns: [model, {name: built, expr: "year"}]}
joins:
  - {from: flights, to: planes, on: [{from: tailnum, to: tailnum}], cardinality: many_to_one}
nodes:
  - {id: raw, component: table, params: {table: ods.nyc.planes}}
  - {id: out, component: console}
edges: [raw -> planes, joined -> out]
layout: {joined: {x: 10, y: 20}, flights: {x: 1, y: 2}}
`

func TestRelationalModel(t *testing.T) {
	d, list := Parse("m.yaml", []byte(flights))
	require.Empty(t, list)
	require.Equal(t, RelationalModel, d.Kind)
	require.Equal(t, "joined", d.Output)
	require.Len(t, d.Entities, 2)
	require.Equal(t, "planes", d.Entities[1].ID)
	_, has := d.Entities[1].Params.Get("id")
	require.False(t, has)
	require.Len(t, d.Joins, 1)
	require.Equal(t, "flights", d.Joins[0].From)
	require.Len(t, d.Joins[0].Params.Entries, 2)
	require.Len(t, d.Layout, 2)

	text := Format(d)
	again, list := Parse("m.yaml", text)
	require.Empty(t, list)
	require.Equal(t, string(text), string(Format(again)))
	require.Equal(t, len(d.Edges), len(again.Edges))
	require.Equal(t, string(d.Joins[0].Params.JSON()), string(again.Joins[0].Params.JSON()))
}
