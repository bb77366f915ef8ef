package diff

import (
	"slices"

	"millrace/models/model"
)

// The components under which groups and notes of the canvas stand.
const (
	group = "group"
	note  = "note"
)

// groups are a document's groups. A node that is renamed is the same in a group, and in which order a group names its nodes means nothing.
func groups(d *model.Document, renamed map[string]string) []part {
	var out []part
	for i := range d.Groups {
		g := &d.Groups[i]
		var ids []string
		for _, id := range g.Nodes {
			ids = append(ids, follow(renamed, id))
		}
		slices.Sort(ids)
		nodes := model.Value{Kind: model.List}
		for _, id := range ids {
			nodes.Items = append(nodes.Items, *text(id))
		}
		params := &model.Value{Kind: model.Map, Entries: []model.Entry{
			{Key: "title", Value: *text(g.Title)}, {Key: "color", Value: *text(g.Color)}, {Key: "nodes", Value: nodes},
		}}
		out = append(out, part{g.ID, group, params})
	}
	return out
}

// notes are a document's notes. Where they stand is layout.
func notes(d *model.Document) []part {
	var out []part
	for i := range d.Notes {
		n := &d.Notes[i]
		out = append(out, part{n.ID, note, &model.Value{Kind: model.Map, Entries: []model.Entry{{Key: "text", Value: *text(n.Text)}}}})
	}
	return out
}

// drawn compares groups or notes by their ids. Other than of a node, it is told of a new one what it says, and of one that is gone what it said.
func drawn(was, now []part) []Node {
	var out []Node
	none := &model.Value{Kind: model.Map}
	for i := range was {
		p, q := &was[i], find(now, was[i].id)
		if q == nil {
			out = append(out, Node{Op: Removed, ID: p.id, Component: p.component, Params: values("", p.params, none)})
		} else if changes := values("", p.params, q.params); len(changes) > 0 {
			out = append(out, Node{Op: Changed, ID: p.id, Component: p.component, Params: changes})
		}
	}
	for i := range now {
		if p := &now[i]; find(was, p.id) == nil {
			out = append(out, Node{Op: Added, ID: p.id, Component: p.component, Params: values("", none, p.params)})
		}
	}
	return out
}
