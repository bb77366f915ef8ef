package plan

import (
	"maps"
	"slices"
	"strings"
)

// ColumnLineage says where one output column of a sink comes from.
type ColumnLineage struct {
	// Sink is the id of the sink's node, Table the table it writes (empty when it has none), Column the column.
	Sink   string `json:"sink"`
	Table  string `json:"table,omitempty"`
	Column string `json:"column"`
	// Direct are the source columns whose values go into the column's; Indirect those that decide which rows there are, or which rows
	// count: filters, keys of windows and dedupes, event times. A column may be in both. Each is sorted, by table, scan and column.
	Direct   []SourceColumn `json:"direct"`
	Indirect []SourceColumn `json:"indirect"`
}

// SourceColumn is a column of a scan.
type SourceColumn struct {
	// Table is the catalog's name of the table, empty for a source without one; Scan is the id of the scan's node.
	Table  string `json:"table,omitempty"`
	Scan   string `json:"scan"`
	Column string `json:"column"`
}

type sourceSet map[SourceColumn]struct{}

func (s sourceSet) addAll(o sourceSet) { maps.Copy(s, o) }

func (s sourceSet) sorted() []SourceColumn {
	out := slices.AppendSeq(make([]SourceColumn, 0, len(s)), maps.Keys(s))
	slices.SortFunc(out, func(a, b SourceColumn) int {
		if c := strings.Compare(a.Table, b.Table); c != 0 {
			return c
		}
		if c := strings.Compare(a.Scan, b.Scan); c != 0 {
			return c
		}
		return strings.Compare(a.Column, b.Column)
	})
	return out
}

// nodeLineage is the lineage of a node's output: of each column by position, and what decides about the rows as a whole.
type nodeLineage struct {
	direct, indirect []sourceSet
	rows             sourceSet
}

func newNodeLineage(columns int) *nodeLineage {
	l := &nodeLineage{rows: sourceSet{}}
	for range columns {
		l.direct = append(l.direct, sourceSet{})
		l.indirect = append(l.indirect, sourceSet{})
	}
	return l
}

// column adds everything input column i comes from to direct and indirect.
func (l *nodeLineage) column(i int, direct, indirect sourceSet) {
	direct.addAll(l.direct[i])
	indirect.addAll(l.indirect[i])
}

// decides adds input column i to what decides about rows or values.
func (l *nodeLineage) decides(i int, into sourceSet) {
	into.addAll(l.direct[i])
	into.addAll(l.indirect[i])
}

// Lineage traces every output column of a valid plan's sinks back to source columns, in the order of sinks and columns.
func Lineage(p *Plan) []ColumnLineage {
	done := map[*Node]*nodeLineage{}
	p.Walk(func(n *Node) { done[n] = lineageOf(n, done) })
	var out []ColumnLineage
	for _, s := range p.Sinks {
		l, table := done[s], ""
		if op, ok := s.Op.(*Sink); ok {
			table = op.Table
		}
		for i, f := range s.Schema.Fields {
			indirect := maps.Clone(l.rows)
			indirect.addAll(l.indirect[i])
			out = append(out, ColumnLineage{Sink: s.ID, Table: table, Column: f.Name, Direct: l.direct[i].sorted(), Indirect: indirect.sorted()})
		}
	}
	return out
}

func lineageOf(n *Node, done map[*Node]*nodeLineage) *nodeLineage {
	out := newNodeLineage(len(n.Schema.Fields))
	for _, in := range n.Inputs {
		out.rows.addAll(done[in].rows)
	}
	// pass hands every column of an input on by position.
	pass := func(in *nodeLineage) {
		for i := range out.direct {
			in.column(i, out.direct[i], out.indirect[i])
		}
	}
	computed := func(at int, cols []Column, in *nodeLineage) {
		for i, c := range cols {
			columnsIn(c.Expr, func(k int) { in.column(k, out.direct[at+i], out.indirect[at+i]) })
		}
	}
	switch op := n.Op.(type) {
	case *Scan:
		for i, f := range n.Schema.Fields {
			out.direct[i][SourceColumn{Table: op.Table, Scan: n.ID, Column: f.Name}] = struct{}{}
		}
	case *Filter:
		in := done[n.Inputs[0]]
		pass(in)
		columnsIn(op.Where, func(k int) { in.decides(k, out.rows) })
	case *Project:
		computed(0, op.Columns, done[n.Inputs[0]])
	case *Window:
		in := done[n.Inputs[0]]
		in.decides(op.Time, out.rows)
		in.column(op.Time, out.direct[0], out.indirect[0])
		in.column(op.Time, out.direct[1], out.indirect[1])
		computed(2, op.Keys, in)
		for _, k := range op.Keys {
			columnsIn(k.Expr, func(i int) { in.decides(i, out.rows) })
		}
		for i, a := range op.Aggs {
			at := 2 + len(op.Keys) + i
			columnsIn(a.Agg.Arg, func(k int) { in.column(k, out.direct[at], out.indirect[at]) })
			columnsIn(a.Agg.Filter, func(k int) { in.decides(k, out.indirect[at]) })
		}
	case *Dedupe:
		in := done[n.Inputs[0]]
		pass(in)
		in.decides(op.Time, out.rows)
		for _, k := range op.Keys {
			in.decides(k, out.rows)
		}
	default: // Union and Sink
		for _, in := range n.Inputs {
			pass(done[in])
		}
	}
	return out
}
