package plan

import (
	"maps"
	"slices"
	"strings"

	"millrace/models/expr"
)

// ColumnLineage says where one output column of a sink comes from.
type ColumnLineage struct {
	// Sink is the id of the sink's node, Table the table it writes (empty when it has none), Column the column.
	Sink   string `json:"sink"`
	Table  string `json:"table,omitempty"`
	Column string `json:"column"`
	// Direct are the source columns whose values go into the column's; Indirect those that decide which rows there are, or which rows
	// count: filters, keys of windows, aggregates, joins, ranks and dedupes, conditions of joins, orders, event times. A column may be in both. Each is sorted, by table, scan and column.
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
	// pass hands the columns of an input on, the first at a position of the output.
	pass := func(at int, in *nodeLineage) {
		for i := range min(len(in.direct), len(out.direct)-at) {
			in.column(i, out.direct[at+i], out.indirect[at+i])
		}
	}
	// decide adds input columns to what decides about the rows.
	decide := func(in *nodeLineage, columns ...int) {
		for _, i := range columns {
			in.decides(i, out.rows)
		}
	}
	computed := func(at int, cols []Column, in *nodeLineage) {
		for i, c := range cols {
			columnsIn(c.Expr, func(k int) { in.column(k, out.direct[at+i], out.indirect[at+i]) })
		}
	}
	grouped := func(at int, keys []Column, aggs []AggColumn, in *nodeLineage) {
		computed(at, keys, in)
		for _, k := range keys {
			decide(in, expr.Columns(k.Expr)...)
		}
		for i, a := range aggs {
			k := at + len(keys) + i
			columnsIn(a.Agg.Arg, func(c int) { in.column(c, out.direct[k], out.indirect[k]) })
			columnsIn(a.Agg.Filter, func(c int) { in.decides(c, out.indirect[k]) })
		}
	}
	joined := func(left, right []int, where *expr.Expr) {
		l, r := done[n.Inputs[0]], done[n.Inputs[1]]
		pass(0, l)
		pass(len(l.direct), r)
		decide(l, left...)
		decide(r, right...)
		columnsIn(where, func(i int) {
			if i < len(l.direct) {
				decide(l, i)
			} else {
				decide(r, i-len(l.direct))
			}
		})
	}
	switch op := n.Op.(type) {
	case *Scan:
		for i, f := range n.Schema.Fields {
			out.direct[i][SourceColumn{Table: op.Table, Scan: n.ID, Column: f.Name}] = struct{}{}
		}
	case *Filter:
		in := done[n.Inputs[0]]
		pass(0, in)
		decide(in, expr.Columns(op.Where)...)
	case *Project:
		computed(0, op.Columns, done[n.Inputs[0]])
	case *Window:
		in := done[n.Inputs[0]]
		decide(in, op.Time)
		in.column(op.Time, out.direct[0], out.indirect[0])
		in.column(op.Time, out.direct[1], out.indirect[1])
		grouped(2, op.Keys, op.Aggs, in)
	case *Dedupe:
		in := done[n.Inputs[0]]
		pass(0, in)
		decide(in, op.Time)
		decide(in, op.Keys...)
	case *Join:
		joined(op.Left, op.Right, op.Where)
		if op.TTL > 0 {
			decide(done[n.Inputs[0]], op.LeftTime)
			decide(done[n.Inputs[1]], op.RightTime)
		}
	case *IntervalJoin:
		joined(op.Left, op.Right, op.Where)
		decide(done[n.Inputs[0]], op.LeftTime)
		decide(done[n.Inputs[1]], op.RightTime)
	case *TemporalJoin:
		joined(op.Left, op.Right, op.Where)
		decide(done[n.Inputs[0]], op.LeftTime)
		decide(done[n.Inputs[1]], op.RightTime)
	case *Aggregate:
		grouped(0, op.Keys, op.Aggs, done[n.Inputs[0]])
	case *Rank:
		in := done[n.Inputs[0]]
		pass(0, in)
		decide(in, op.Partition...)
		for _, k := range op.Order {
			decide(in, k.Column)
		}
	case *Unnest:
		in := done[n.Inputs[0]]
		pass(0, in)
		decide(in, op.Column)
		elements := len(op.Names)
		if op.Ordinality {
			elements-- // a position is of the array, not from it
		}
		for i := range elements {
			at := len(in.direct) + i
			in.column(op.Column, out.direct[at], out.indirect[at])
		}
	default: // Union, Normalize and Sink
		for _, in := range n.Inputs {
			pass(0, done[in])
		}
	}
	return out
}
