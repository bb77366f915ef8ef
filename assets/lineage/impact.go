package lineage

import (
	"cmp"
	"maps"
	"slices"
)

// Affected is a document or a pipeline that a change reaches.
type Affected struct {
	Owner
	// Distance is 1 for what reads the table itself, 2 for what reads what that writes, and so on.
	Distance int `json:"distance"`
	// Tables are the tables it reads that the change reaches, Columns those columns of them where the change was one of a column.
	Tables  []Ref    `json:"tables"`
	Columns []string `json:"columns,omitempty"`
	// Direct says that values of the column come through; else it only decides which rows there are. It is set for changes of a column.
	Direct bool `json:"direct,omitempty"`
}

// Impact lists what a change of a table reaches, or of one of its columns: the nearest first.
func (g *Graph) Impact(table, column string) []Affected {
	if column != "" {
		return g.columnImpact(table, column)
	}
	found := map[string]*Affected{}
	at := map[string]bool{table: true}
	seen := map[string]bool{table: true}
	for distance := 1; len(at) > 0; distance++ {
		next := map[string]bool{}
		for t := range at {
			for _, l := range g.down[t] {
				note(found, l, distance)
				if to := l.Sink.Key(); to != "" && !seen[to] {
					seen[to], next[to] = true, true
				}
			}
		}
		at = next
	}
	return listed(found)
}

func note(found map[string]*Affected, l link, distance int) *Affected {
	a := found[l.owner.Key()]
	if a == nil {
		a = &Affected{Owner: *l.owner, Distance: distance}
		found[l.owner.Key()] = a
	}
	if !slices.Contains(a.Tables, l.Source) {
		a.Tables = append(a.Tables, l.Source)
	}
	return a
}

// place is a column of a table, and whether its values are the changed column's.
type place struct {
	table, column string
	direct        bool
}

func (g *Graph) columnImpact(table, column string) []Affected {
	found := map[string]*Affected{}
	start := place{table, column, true}
	at, seen := map[place]bool{start: true}, map[place]bool{start: true}
	for distance := 1; len(at) > 0; distance++ {
		next := map[place]bool{}
		for p := range at {
			for _, l := range g.down[p.table] {
				for _, c := range l.Columns {
					if c.From != p.column {
						continue
					}
					a := note(found, l, distance)
					a.Direct = a.Direct || p.direct && c.Direct
					if name := l.Source.Name + "." + c.From; !slices.Contains(a.Columns, name) {
						a.Columns = append(a.Columns, name)
					}
					to := place{l.Sink.Key(), c.To, p.direct && c.Direct}
					if to.table != "" && !seen[to] && !seen[place{to.table, to.column, true}] {
						seen[to], next[to] = true, true
					}
				}
			}
		}
		at = next
	}
	return listed(found)
}

func listed(found map[string]*Affected) []Affected {
	out := make([]Affected, 0, len(found))
	for _, a := range found {
		slices.SortFunc(a.Tables, func(x, y Ref) int { return cmp.Compare(x.Name, y.Name) })
		slices.Sort(a.Columns)
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b Affected) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), compareOwners(a.Owner, b.Owner))
	})
	return out
}

// Reach lists the tables within a number of steps of a table, with how many steps each is away: down to what is made from it, or up to
// what it is made from. A depth of 0 is no bound.
func (g *Graph) Reach(table string, down bool, depth int) map[string]int {
	steps := map[string]int{table: 0}
	at := []string{table}
	for distance := 1; len(at) > 0 && (depth == 0 || distance <= depth); distance++ {
		next := map[string]bool{}
		for _, t := range at {
			links, end := g.up[t], func(l link) string { return l.Source.Key() }
			if down {
				links, end = g.down[t], func(l link) string { return l.Sink.Key() }
			}
			for _, l := range links {
				if to := end(l); to != "" {
					if _, seen := steps[to]; !seen {
						steps[to], next[to] = distance, true
					}
				}
			}
		}
		at = slices.Sorted(maps.Keys(next))
	}
	return steps
}
