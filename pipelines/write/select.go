package write

import (
	"math"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// block is the query of one operator, or of a projection with the condition or the join below it.
func (s *script) block(n *plan.Node) *sqltext.Query {
	switch op := n.Op.(type) {
	case *plan.Filter:
		in := s.input(n, 0)
		where := s.ast(n, op.Where, in.Schema, names(in.Schema))
		return block(&sqltext.Select{Items: star(), From: s.from(in), Where: where})
	case *plan.Project:
		return s.project(n, op)
	case *plan.Union:
		return s.union(n)
	case *plan.Window:
		return s.window(n, op)
	case *plan.Aggregate:
		return s.aggregate(n, op)
	case *plan.Dedupe:
		return s.dedupe(n, op)
	case *plan.Rank:
		return s.rank(n, op)
	case *plan.Normalize:
		t := s.table(s.input(n, 0))
		t.Hints = simpleHint("NORMALIZED")
		return block(&sqltext.Select{Items: star(), From: []sqltext.TableRef{t}})
	case *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin, *plan.Unnest:
		sel, cols := s.joined(n)
		sel.Items = star()
		if named := joinedNames(n); named != nil {
			left := len(n.Inputs[0].Schema.Fields)
			sel.Items = []sqltext.SelectItem{{Expr: &sqltext.Star{}, Qualifier: ident(cols[0][0])}}
			for i, c := range cols[left:] {
				sel.Items = append(sel.Items, item(c.expr(), named[left+i]))
			}
		}
		return block(sel)
	}
	s.refuse(n, CodeOperator, "there is no SQL for the operator %s", n.Op.Name())
	return block(&sqltext.Select{Items: star()})
}

// joinedNames are the columns of a join where two of its sides have one name, for * would not tell them apart.
func joinedNames(n *plan.Node) []string {
	if len(n.Inputs) < 2 {
		return nil
	}
	seen := map[string]bool{}
	twice := false
	for _, in := range n.Inputs {
		for _, f := range in.Schema.Fields {
			twice = twice || seen[f.Name]
			seen[f.Name] = true
		}
	}
	if !twice || len(n.Schema.Fields) < len(n.Inputs[0].Schema.Fields)+len(n.Inputs[1].Schema.Fields) {
		return nil
	}
	return n.Schema.Names()
}

func (s *script) from(in *plan.Node) []sqltext.TableRef { return []sqltext.TableRef{s.table(in)} }

// inside reports whether an operator may stand in the query of its consumer: nobody else reads it.
func (s *script) inside(n *plan.Node) bool { return s.tables[n] == nil && len(s.consumers[n]) == 1 }

// project is a select list, with the condition or the join that it alone reads.
func (s *script) project(n *plan.Node, op *plan.Project) *sqltext.Query {
	in := s.input(n, 0)
	sel := &sqltext.Select{}
	cols := names(in.Schema)
	switch below := in.Op.(type) {
	case *plan.Filter:
		if !s.inside(in) {
			sel.From = s.from(in)
			break
		}
		sel.Where = s.ast(in, below.Where, in.Schema, cols)
		sel.From = s.from(s.input(in, 0))
	case *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin, *plan.Unnest:
		if !s.inside(in) {
			sel.From = s.from(in)
			break
		}
		sel, cols = s.joined(in)
	default:
		sel.From = s.from(in)
	}
	for _, c := range op.Columns {
		sel.Items = append(sel.Items, item(s.ast(n, c.Expr, in.Schema, cols), c.Name))
	}
	if changesNothing(op, in.Schema) || carriesTime(op, in.Schema) {
		sel.Hints = append(sel.Hints, simpleHint("AS_WRITTEN")...)
	}
	return block(sel)
}

// changesNothing reports whether the columns are those of the input: such a select list is none.
func changesNothing(op *plan.Project, in *schema.Schema) bool {
	if len(op.Columns) != len(in.Fields) {
		return false
	}
	for i, c := range op.Columns {
		if !plain(c, in) || c.Expr.Column != i {
			return false
		}
	}
	return true
}

// carriesTime reports whether the event time may be carried along unseen, as it is where only a time at a fixed distance from it is kept.
func carriesTime(op *plan.Project, in *schema.Schema) bool {
	at := in.TimeIndex()
	if at < 0 {
		return false
	}
	other := false
	for _, c := range op.Columns {
		if c.Expr.Op == expr.OpColumn && c.Expr.Column == at {
			return false
		}
		other = other || c.Expr.Type.Kind == schema.Timestamp
	}
	return other
}

func (s *script) union(n *plan.Node) *sqltext.Query {
	var body sqltext.QueryBody
	for i := range n.Inputs {
		arm := &sqltext.Select{Items: star(), From: s.from(s.input(n, i))}
		if body == nil {
			body = arm
			continue
		}
		body = &sqltext.SetOperation{Op: "UNION", All: true, Left: body, Right: arm}
	}
	if len(n.Inputs) < 2 {
		s.refuse(n, CodeOperator, "a union of one input has no words in SQL")
	}
	return &sqltext.Query{Body: body}
}

// window is a window table that is grouped by; a table with columns that a window table would hide is grouped by TUMBLE or HOP instead.
func (s *script) window(n *plan.Node, op *plan.Window) *sqltext.Query {
	in := s.input(n, 0)
	args := []sqltext.Expr{interval(op.Size)}
	function := "TUMBLE"
	if op.Kind == plan.Hop {
		function, args = "HOP", []sqltext.Expr{interval(op.Slide), interval(op.Size)}
	}
	time := in.Schema.Fields[op.Time].Name
	sel := &sqltext.Select{}
	if hides(in.Schema) {
		args = append([]sqltext.Expr{name{time}.expr()}, args...)
		call := func(suffix string) sqltext.Expr { return &sqltext.Call{Name: function + suffix, Args: args} }
		sel.From = s.from(in)
		sel.Items = []sqltext.SelectItem{item(call("_START"), plan.WindowStart), item(call("_END"), plan.WindowEnd)}
		sel.GroupBy = []sqltext.GroupItem{{Expr: call("")}}
	} else {
		sel.From = []sqltext.TableRef{&sqltext.WindowTable{Function: function, Table: s.table(in), Column: part(time), Args: args}}
		for _, w := range []string{plan.WindowStart, plan.WindowEnd} {
			sel.Items = append(sel.Items, item(name{w}.expr(), w))
			sel.GroupBy = append(sel.GroupBy, sqltext.GroupItem{Expr: name{w}.expr()})
		}
	}
	s.groups(n, sel, op.Keys, op.Aggs)
	return block(sel)
}

// hides reports whether a table has a column with the name of one that a window table adds.
func hides(in *schema.Schema) bool {
	return in.Index(plan.WindowStart) >= 0 || in.Index(plan.WindowEnd) >= 0 || in.Index("window_time") >= 0
}

// groups adds keys and aggregates to a select list, and the keys to GROUP BY.
func (s *script) groups(n *plan.Node, sel *sqltext.Select, keys []plan.Column, aggs []plan.AggColumn) {
	in := s.input(n, 0).Schema
	cols := names(in)
	for _, k := range keys {
		e := s.ast(n, k.Expr, in, cols)
		sel.Items = append(sel.Items, item(e, k.Name))
		sel.GroupBy = append(sel.GroupBy, sqltext.GroupItem{Expr: e})
	}
	for _, a := range aggs {
		sel.Items = append(sel.Items, item(s.aggAST(n, a.Agg, in, cols), a.Name))
	}
}

func (s *script) aggregate(n *plan.Node, op *plan.Aggregate) *sqltext.Query {
	in := s.input(n, 0)
	sel := &sqltext.Select{From: s.from(in)}
	s.groups(n, sel, op.Keys, op.Aggs)
	for _, k := range op.Keys {
		// A group by a time of the event's kind would be a window.
		if in.Schema.EventTime != nil && k.Expr.Op == expr.OpColumn && k.Expr.Type.Kind == schema.Timestamp {
			sel.Hints = simpleHint("UPDATES")
		}
	}
	return block(sel)
}

func (s *script) dedupe(n *plan.Node, op *plan.Dedupe) *sqltext.Query {
	in := s.input(n, 0)
	t := &sqltext.WindowTable{Function: "DEDUPLICATE", Table: s.table(in), Column: part(in.Schema.Fields[op.Time].Name), Args: []sqltext.Expr{interval(op.Within)}}
	for _, k := range op.Keys {
		t.PartitionBy = append(t.PartitionBy, part(in.Schema.Fields[k].Name))
	}
	return block(&sqltext.Select{Items: star(), From: []sqltext.TableRef{t}})
}

// rank is ORDER BY with LIMIT, or where there are partitions or the number is wanted, ROW_NUMBER in a subquery.
func (s *script) rank(n *plan.Node, op *plan.Rank) *sqltext.Query {
	in := s.input(n, 0)
	if len(op.Order) == 0 {
		s.refuse(n, CodeOperator, "the rank has no order, and SQL numbers rows only in one")
	}
	if op.To == math.MaxInt64 {
		s.refuse(n, CodeOperator, "the rank has no end, and SQL numbers rows only up to one")
	}
	order := sortItems(op.Order, in.Schema)
	if len(op.Partition) == 0 && op.Number == "" {
		q := block(&sqltext.Select{Items: star(), From: s.from(in)})
		q.OrderBy, q.Limit = order, whole(op.To-op.From+1)
		if op.From > 1 {
			q.Offset = whole(op.From - 1)
		}
		return q
	}
	return s.numbered(in, op.Partition, order, op.Number, op.From, op.To)
}

// numbered keeps the rows of an input with the numbers from one to another; no name stands for no column.
func (s *script) numbered(in *plan.Node, partition []int, order []sqltext.SortItem, number string, from, to int64) *sqltext.Query {
	over := &sqltext.WindowSpec{OrderBy: order}
	for _, p := range partition {
		over.PartitionBy = append(over.PartitionBy, name{in.Schema.Fields[p].Name}.expr())
	}
	outer := &sqltext.Select{Items: star()}
	if number == "" {
		number = "row_num"
		for in.Schema.Index(number) >= 0 {
			number += "_"
		}
		outer.Items = nil
		for _, c := range names(in.Schema) {
			outer.Items = append(outer.Items, item(c.expr(), c[0]))
		}
	}
	inner := &sqltext.Select{Items: append(star(), item(&sqltext.Call{Name: "ROW_NUMBER", Over: over}, number)), From: s.from(in)}
	outer.From = []sqltext.TableRef{&sqltext.Derived{Query: block(inner)}}
	at := name{number}.expr()
	switch from {
	case to:
		outer.Where = binary(sqltext.Eq, at, whole(to))
	case 1:
		outer.Where = binary(sqltext.Le, at, whole(to))
	default:
		outer.Where = &sqltext.Between{X: at, Lo: whole(from), Hi: whole(to)}
	}
	return block(outer)
}

// sortItems say where NULLs go only where it is not where they go anyway.
func sortItems(keys []plan.SortKey, in *schema.Schema) []sqltext.SortItem {
	var out []sqltext.SortItem
	for _, k := range keys {
		it := sqltext.SortItem{Expr: name{in.Fields[k.Column].Name}.expr(), Desc: k.Desc}
		if k.NullsFirst == k.Desc {
			it.Nulls = map[bool]string{true: "FIRST", false: "LAST"}[k.NullsFirst]
		}
		out = append(out, it)
	}
	return out
}
