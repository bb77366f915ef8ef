package model

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const drawn = `format: 1
kind: view
name: cdm.music.long_plays
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: long, component: filter, params: {where: "ms_played > 3"}}
  - {id: shape, component: compute, params: {columns: [user_id]}}
edges: [plays -> long -> shape]
groups:
  - {id: cleaning, title: 清洗, nodes: [long, shape], color: blue}
  - {id: plays, nodes: [plays]}
notes:
  - {id: why, text: "**Three** milliseconds are no play.", x: 10, y: -20.5, width: 320}
  - {id: cleaning, x: 0, y: 0}
layout: {plays: {x: 1, y: 2}}
`

func TestDrawing(t *testing.T) {
	d, list := Parse("m.yaml", []byte(drawn))
	require.Empty(t, list)
	require.Len(t, d.Groups, 2)
	require.Equal(t, "清洗", d.Groups[0].Title)
	require.Equal(t, []string{"long", "shape"}, d.Groups[0].Nodes)
	require.Equal(t, "blue", d.Groups[0].Color)
	require.Equal(t, "cleaning", cutSpan(drawn, d.Groups[0].IDAt))
	require.Equal(t, "plays", d.Groups[1].ID, "a group may be called as a node is")
	require.Len(t, d.Notes, 2)
	require.Equal(t, "**Three** milliseconds are no play.", d.Notes[0].Text)
	require.Equal(t, Point{10, -20.5}, d.Notes[0].Point)
	require.Equal(t, 320.0, d.Notes[0].Width)
	require.Zero(t, d.Notes[1].Width)

	const want = `groups:
  - id: cleaning
    title: 清洗
    nodes:
      - long
      - shape
    color: blue
  - id: plays
    nodes:
      - plays
notes:
  - id: why
    text: '**Three** milliseconds are no play.'
    x: 10
    y: -20.5
    width: 320
  - id: cleaning
    text: ''
    x: 0
    y: 0
layout:
  plays: {x: 1, y: 2}
`
	require.True(t, strings.HasSuffix(string(Format(d)), "  - long -> shape\n"+want), "%s", Format(d))
}

// TestDrawingLeavesOut: what a group names wrongly is told as a warning, and is not in the document; a group that has nothing left is not either.
func TestDrawingLeavesOut(t *testing.T) {
	src := strings.Replace(drawn, "nodes: [long, shape]", "nodes: [long, gone]", 1)
	src = strings.Replace(src, "nodes: [plays]", "nodes: [long]", 1)
	d, list := Parse("m.yaml", []byte(src))
	require.False(t, list.HasErrors(), "%v", list)
	require.Len(t, list, 2)
	require.Len(t, d.Groups, 1)
	require.Equal(t, []string{"long"}, d.Groups[0].Nodes)

	again, list := Parse("m.yaml", Format(d))
	require.Empty(t, list)
	require.Equal(t, unplaced(d).Groups, unplaced(again).Groups)
}

// TestDrawingOfRelationalModels: entities, the joined rows and nodes are in groups alike.
func TestDrawingOfRelationalModels(t *testing.T) {
	d, list := Parse("m.yaml", []byte(flights+"groups: [{id: all, nodes: [flights, planes, joined, out]}]\n"))
	require.Empty(t, list)
	require.Len(t, d.Groups[0].Nodes, 4)
}
