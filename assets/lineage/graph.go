package lineage

import (
	"cmp"
	"maps"
	"slices"
)

// Graph is the lineage of one moment. It is never changed after it was made.
type Graph struct {
	entries map[string]*Entry
	// names are the tables' names as the edges have them, by key.
	names map[string]string
	// down and up hold the edges that leave and reach a table, by its key; those without a table at the other end too.
	down, up map[string][]link
}

// link is an edge with its owner.
type link struct {
	*Edge
	owner *Owner
}

// NewGraph makes the graph of entries, by their keys; those that are gone are left out.
func NewGraph(entries map[string]*Entry) *Graph {
	g := &Graph{entries: entries, names: map[string]string{}, down: map[string][]link{}, up: map[string][]link{}}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		e := entries[key]
		for i := range e.Edges {
			l := link{&e.Edges[i], &e.Owner}
			from, to := l.Source.Key(), l.Sink.Key()
			if from != "" {
				g.names[from] = l.Source.Name
				g.down[from] = append(g.down[from], l)
			}
			if to != "" {
				g.names[to] = l.Sink.Name
				g.up[to] = append(g.up[to], l)
			}
		}
	}
	return g
}

// With returns a graph in which entries have taken the place of those of the same owners.
func (g *Graph) With(changed []Entry) *Graph {
	entries := maps.Clone(g.entries)
	if entries == nil {
		entries = map[string]*Entry{}
	}
	for i := range changed {
		e := &changed[i]
		if e.Gone {
			delete(entries, e.Key())
			continue
		}
		entries[e.Key()] = e
	}
	return NewGraph(entries)
}

// Readers lists the owners that read a table, documents before pipelines, by name.
func (g *Graph) Readers(table string) []Owner { return owners(g.down[table]) }

// Writers lists the owners that write a table.
func (g *Graph) Writers(table string) []Owner { return owners(g.up[table]) }

func owners(links []link) []Owner {
	found := map[string]Owner{}
	for _, l := range links {
		found[l.owner.Key()] = *l.owner
	}
	return slices.SortedFunc(maps.Values(found), compareOwners)
}

func compareOwners(a, b Owner) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// Reads gives how many documents read each table, by the table's id.
func (g *Graph) Reads() map[string]int {
	out := make(map[string]int, len(g.down))
	for table := range g.down {
		n := 0
		for _, o := range g.Readers(table) {
			if o.Kind == Document {
				n++
			}
		}
		if n > 0 {
			out[table] = n
		}
	}
	return out
}

// Cycle returns the tables of a cycle that edges of an owner close in the graph, the first being the last as well; nil when there is none.
// What the owner has in the graph so far does not count, and of a document neither do its pipelines.
func (g *Graph) Cycle(owner Owner, edges []Edge) []Ref {
	next := map[string][]Ref{}
	for _, e := range g.entries {
		if e.Key() == owner.Key() || e.Document != "" && owner.Kind == Document && e.Document == owner.ID {
			continue
		}
		for _, one := range e.Edges {
			next[one.Source.Key()] = append(next[one.Source.Key()], one.Sink)
		}
	}
	for _, one := range edges {
		next[one.Source.Key()] = append(next[one.Source.Key()], one.Sink)
	}
	for _, e := range edges {
		if e.Source.Key() == "" || e.Sink.Key() == "" {
			continue
		}
		if path := way(next, e.Sink, e.Source.Key(), map[string]bool{}); path != nil {
			return append([]Ref{e.Source}, path...)
		}
	}
	return nil
}

// way returns the tables from one to another, both included.
func way(next map[string][]Ref, from Ref, to string, seen map[string]bool) []Ref {
	key := from.Key()
	if key == to {
		return []Ref{from}
	}
	if key == "" || seen[key] {
		return nil
	}
	seen[key] = true
	for _, n := range next[key] {
		if rest := way(next, n, to, seen); rest != nil {
			return append([]Ref{from}, rest...)
		}
	}
	return nil
}
