package lineage

import (
	"cmp"
	"maps"
	"slices"

	"millrace/models/plan"
)

// OwnerKind is what an edge belongs to.
type OwnerKind string

// The kinds of owners.
const (
	Document OwnerKind = "document"
	Pipeline OwnerKind = "pipeline"
)

// Owner is a published document or a deployed pipeline.
type Owner struct {
	Kind OwnerKind `json:"kind"`
	ID   string    `json:"id"`
	Name string    `json:"name"`
	// Team is the id of the team it belongs to.
	Team string `json:"team"`
	// Document is the id of the document a pipeline was deployed from.
	Document string `json:"document,omitempty"`
	// Version is the id of the document's version.
	Version string `json:"version,omitempty"`
	// Virtual says that it is a model without a sink, whose rows others use by its name.
	Virtual bool `json:"virtual,omitempty"`
}

// Key names an owner among both kinds.
func (o *Owner) Key() string { return string(o.Kind) + ":" + o.ID }

// Ref is a table at the end of an edge. Both are empty where there is none: a source or a sink that belongs to no table.
type Ref struct {
	// ID is the table's id, empty where the hub did not know the name.
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Key names the table: its id, else "name:" and the name; empty is no table.
func (r Ref) Key() string {
	switch {
	case r.ID != "":
		return r.ID
	case r.Name != "":
		return "name:" + r.Name
	}
	return ""
}

// Edge says that rows of Source go into Sink.
type Edge struct {
	Source Ref `json:"source"`
	Sink   Ref `json:"sink"`
	// Columns are the edges between their columns, sorted.
	Columns []Column `json:"columns,omitempty"`
}

// Column says that a column of the source goes into one of the sink.
type Column struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Direct says that values go into values; else the column only decides which rows there are, or which count.
	Direct bool `json:"direct"`
}

// Entry is all that one owner reads and writes.
type Entry struct {
	Owner
	Edges []Edge
	// Gone says that the owner is there no more.
	Gone bool
}

// Edges gives the edges of plans, which must be valid: one for each pair of a table that is read and one that is written from it, and
// for tables that are read for no table's sake, or written from none. resolve gives the table that a scan reads or a sink writes; the
// zero Ref is none.
func Edges(plans []*plan.Plan, resolve func(plan.Op) Ref) []Edge {
	type pair struct{ source, sink Ref }
	columns := map[pair]map[Column]bool{}
	for _, p := range plans {
		refs := map[string]Ref{}
		p.Walk(func(n *plan.Node) {
			switch n.Op.(type) {
			case *plan.Scan, *plan.Sink:
				refs[n.ID] = resolve(n.Op)
			}
		})
		for _, s := range p.Sinks {
			for scan := range scans(s) {
				if at := (pair{refs[scan], refs[s.ID]}); at != (pair{}) && columns[at] == nil {
					columns[at] = map[Column]bool{}
				}
			}
		}
		for _, l := range plan.Lineage(p) {
			for k, sources := range [][]plan.SourceColumn{l.Direct, l.Indirect} {
				for _, c := range sources {
					if into := columns[pair{refs[c.Scan], refs[l.Sink]}]; into != nil {
						into[Column{c.Column, l.Column, k == 0}] = true
					}
				}
			}
		}
	}
	out := make([]Edge, 0, len(columns))
	for at, set := range columns {
		e := Edge{Source: at.source, Sink: at.sink, Columns: slices.SortedFunc(maps.Keys(set), compareColumns)}
		// A column that goes into another needs no saying that it decides about it as well.
		e.Columns = slices.DeleteFunc(e.Columns, func(c Column) bool { return !c.Direct && set[Column{c.From, c.To, true}] })
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Source.Name, b.Source.Name), cmp.Compare(a.Sink.Name, b.Sink.Name))
	})
	return out
}

func compareColumns(a, b Column) int {
	switch {
	case a.From != b.From:
		return cmp.Compare(a.From, b.From)
	case a.To != b.To:
		return cmp.Compare(a.To, b.To)
	case a.Direct == b.Direct:
		return 0
	case a.Direct:
		return -1
	}
	return 1
}

// scans gives the ids of the scans that lead to a node.
func scans(n *plan.Node) map[string]bool {
	out, seen := map[string]bool{}, map[*plan.Node]bool{}
	var walk func(*plan.Node)
	walk = func(n *plan.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if _, ok := n.Op.(*plan.Scan); ok {
			out[n.ID] = true
		}
		for _, in := range n.Inputs {
			walk(in)
		}
	}
	walk(n)
	return out
}

// Tables lists the tables that edges read and write, each once, by name.
func Tables(edges []Edge) (inputs, outputs []Ref) {
	list := func(of func(Edge) Ref) []Ref {
		var out []Ref
		for _, e := range edges {
			if r := of(e); r.Key() != "" && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
		slices.SortFunc(out, func(a, b Ref) int { return cmp.Compare(a.Name, b.Name) })
		return out
	}
	return list(func(e Edge) Ref { return e.Source }), list(func(e Edge) Ref { return e.Sink })
}
