package lineage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"millrace/assets/grants"
)

// Viewer is for whom a graph is drawn.
type Viewer interface {
	// Discover reports whether the viewer may know of a table.
	Discover(grants.Object) bool
	// Sees reports whether the viewer may know of the documents and pipelines of a team.
	Sees(team string) bool
}

// Table is what is known of a table.
type Table struct {
	ID    string
	Name  string
	Kind  string
	Layer string
	// Team is the id of the team it belongs to, Owner what that is called.
	Team, Owner string
}

// TableInfo tells of tables.
type TableInfo interface {
	// Describe returns what is known of the tables of some ids, by id; those that are gone are missing.
	Describe(ctx context.Context, ids []string) (map[string]Table, error)
}

// Node kinds of a drawing.
const (
	// NodeTable is a table, NodeUnknown one that the hub does not know or no longer has.
	NodeTable   = "table"
	NodeUnknown = "unknown"
	// NodeHidden stands for tables next to each other that the viewer may not know of.
	NodeHidden = "hidden"
	// NodeEnd is a document or pipeline whose rows come from no table, or go to none.
	NodeEnd = "end"
)

// Node is a node of a drawing.
type Node struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
	// Type is the table's kind.
	Type  string `json:"type,omitempty"`
	Layer string `json:"layer,omitempty"`
	Team  string `json:"team,omitempty"`
	Owner string `json:"owner,omitempty"`
	// Count is how many tables a hidden node stands for.
	Count int `json:"count,omitempty"`
	// Distance is how far it is from the table in the middle: 0, less upstream, more downstream.
	Distance int `json:"distance"`
	// More says that there are further edges that the depth has cut off.
	More bool `json:"more,omitempty"`
}

// Via is the document or pipeline an edge belongs to; Hidden says that the viewer may not know of it, and then there is only that.
type Via struct {
	Kind    OwnerKind `json:"kind,omitempty"`
	ID      string    `json:"id,omitempty"`
	Name    string    `json:"name,omitempty"`
	Virtual bool      `json:"virtual,omitempty"`
	Hidden  bool      `json:"hidden,omitempty"`
}

// Line is an edge of a drawing.
type Line struct {
	From string `json:"from"`
	To   string `json:"to"`
	Via  []Via  `json:"via"`
	// Columns are there between two tables that may both be known of.
	Columns []Column `json:"columns,omitempty"`
}

// Drawing is a part of the graph around one table.
type Drawing struct {
	Nodes []Node `json:"nodes"`
	Edges []Line `json:"edges"`
	// Cut says that there was more than MaxNodes.
	Cut bool `json:"cut,omitempty"`
}

// MaxNodes is how many tables a drawing has at most.
const MaxNodes = 500

// Draw draws the tables within up steps upstream and down steps downstream of a table, which the viewer must know of. A table the viewer
// may not know of has no name: those next to each other become one hidden node with their number. What lies beyond them is drawn, if it
// may be known of.
func (g *Graph) Draw(ctx context.Context, who Viewer, info TableInfo, table string, up, down int) (*Drawing, error) {
	d := drawer{g: g, who: who, distance: map[string]int{}, node: map[string]string{}, out: &Drawing{}}
	d.take(g.Reach(table, false, up), -1)
	d.take(g.Reach(table, true, down), 1)
	var err error
	if d.known, err = info.Describe(ctx, slices.Sorted(maps.Keys(d.distance))); err != nil {
		return nil, fmt.Errorf("drawing lineage: %w", err)
	}
	d.nodes(table)
	d.lines()
	slices.SortFunc(d.out.Nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return d.out, nil
}

type drawer struct {
	g     *Graph
	who   Viewer
	known map[string]Table
	out   *Drawing
	// distance is that of the tables that are drawn, node the id of the node that stands for each.
	distance map[string]int
	node     map[string]string
}

// take takes the nearest tables in.
func (d *drawer) take(steps map[string]int, sign int) {
	tables := slices.SortedFunc(maps.Keys(steps), func(a, b string) int { return cmp.Or(cmp.Compare(steps[a], steps[b]), cmp.Compare(a, b)) })
	for _, t := range tables {
		if _, have := d.distance[t]; have {
			continue
		}
		if len(d.distance) >= MaxNodes {
			d.out.Cut = true
			return
		}
		d.distance[t] = sign * steps[t]
	}
}

// visible decides about a table. What the hub does not know has only a name, which is hidden: nobody was granted it.
func (d *drawer) visible(key string) bool {
	t, ok := d.known[key]
	return ok && d.who.Discover(grants.ObjectOf(t.Name, t.ID))
}

func (d *drawer) nodes(middle string) {
	groups := map[string]int{}
	for _, key := range slices.Sorted(maps.Keys(d.distance)) {
		if d.node[key] != "" {
			continue
		}
		if key == middle || d.visible(key) {
			n := Node{ID: key, Kind: NodeTable, Distance: d.distance[key], More: d.more(key)}
			if t, ok := d.known[key]; ok {
				n.Name, n.Type, n.Layer, n.Team, n.Owner = t.Name, t.Kind, t.Layer, t.Team, t.Owner
			} else {
				n.Kind, n.Name = NodeUnknown, d.g.names[key]
			}
			d.node[key] = key
			d.out.Nodes = append(d.out.Nodes, n)
			continue
		}
		id := "hidden:" + strconv.Itoa(len(groups)+1)
		near, count := d.distance[key], d.spread(key, id, middle)
		groups[id] = count
		d.out.Nodes = append(d.out.Nodes, Node{ID: id, Kind: NodeHidden, Count: count, Distance: near})
	}
}

// spread gives a table and all hidden ones next to it the node of an id, and counts them.
func (d *drawer) spread(key, id, middle string) int {
	if _, drawn := d.distance[key]; !drawn || d.node[key] != "" || key == middle || d.visible(key) {
		return 0
	}
	d.node[key] = id
	n := 1
	for _, l := range d.g.down[key] {
		n += d.spread(l.Sink.Key(), id, middle)
	}
	for _, l := range d.g.up[key] {
		n += d.spread(l.Source.Key(), id, middle)
	}
	return n
}

// more reports whether a table has edges to tables that are not drawn.
func (d *drawer) more(key string) bool {
	outside := func(other string) bool {
		_, drawn := d.distance[other]
		return other != "" && !drawn
	}
	return slices.ContainsFunc(d.g.down[key], func(l link) bool { return outside(l.Sink.Key()) }) ||
		slices.ContainsFunc(d.g.up[key], func(l link) bool { return outside(l.Source.Key()) })
}

func (d *drawer) lines() {
	type ends struct{ from, to string }
	lines := map[ends]*Line{}
	ended := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(d.distance)) {
		for _, links := range [][]link{d.g.down[key], d.g.up[key]} {
			for _, l := range links {
				at := ends{d.end(l, l.Source, ended), d.end(l, l.Sink, ended)}
				if at.from == "" || at.to == "" || at.from == at.to && l.Source.Key() != l.Sink.Key() {
					continue
				}
				line := lines[at]
				if line == nil {
					line = &Line{From: at.from, To: at.to}
					lines[at] = line
				}
				d.via(line, l)
			}
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(lines), func(a, b ends) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) }) {
		slices.SortFunc(lines[at].Via, func(a, b Via) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		slices.SortFunc(lines[at].Columns, compareColumns)
		d.out.Edges = append(d.out.Edges, *lines[at])
	}
}

// end is the node at one end of an edge, "" where that is not drawn. An end without a table is the owner, if the viewer may know of it.
func (d *drawer) end(l link, r Ref, ended map[string]bool) string {
	if key := r.Key(); key != "" {
		return d.node[key]
	}
	if !d.who.Sees(l.owner.Team) {
		return ""
	}
	id := l.owner.Key()
	if !ended[id] {
		ended[id] = true
		n := Node{ID: id, Kind: NodeEnd, Name: l.owner.Name, Type: string(l.owner.Kind), Team: l.owner.Team, Distance: d.distance[l.Sink.Key()] - 1}
		if l.Source.Key() != "" {
			n.Distance = d.distance[l.Source.Key()] + 1
		}
		d.out.Nodes = append(d.out.Nodes, n)
	}
	return id
}

func (d *drawer) via(line *Line, l link) {
	v := Via{Hidden: true}
	if d.who.Sees(l.owner.Team) {
		v = Via{Kind: l.owner.Kind, ID: l.owner.ID, Name: l.owner.Name, Virtual: l.owner.Virtual}
	}
	if !slices.Contains(line.Via, v) {
		line.Via = append(line.Via, v)
	}
	if from, to := l.Source.Key(), l.Sink.Key(); from != line.From || to != line.To {
		return // one of them is hidden, or no table
	}
	for _, c := range l.Columns {
		if !slices.Contains(line.Columns, c) {
			line.Columns = append(line.Columns, c)
		}
	}
}
