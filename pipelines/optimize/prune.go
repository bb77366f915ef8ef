package optimize

import (
	"slices"
	"strconv"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// pruneColumns narrows scans to the columns that are read and projections to those that are read or can fail. What an operator hands on
// narrows with its input. What holds its rows back or remembers them (dedupe, join, aggregate, normalize) has the columns that nothing
// reads taken off in front of it.
func pruneColumns(p *plan.Plan) (*plan.Plan, int) {
	pr := pruner{read: readBy(p)}
	out := rewrite(p, pr.node)
	return out, pr.changes
}

type pruner struct {
	read    demand
	changes int
}

func (pr *pruner) node(n, was *plan.Node) *plan.Node {
	switch op := n.Op.(type) {
	case *plan.Scan:
		return pr.scan(n, op, was)
	case *plan.Project:
		return pr.project(n, op, was)
	case *plan.Filter:
		at := moved(was.Inputs[0], n.Inputs[0])
		if at == nil {
			return n
		}
		return pr.follow(n, &plan.Filter{Where: expr.Remap(op.Where, at)})
	case *plan.Dedupe:
		return pr.dedupe(n, op, was)
	case *plan.Union:
		return pr.union(n, was)
	case *plan.Window:
		at := moved(was.Inputs[0], n.Inputs[0])
		if at == nil {
			return n
		}
		return withOp(n, remapWindow(op, at))
	case *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin:
		return pr.join(n, was)
	case *plan.Aggregate:
		return pr.aggregate(n, op, was)
	case *plan.Normalize:
		return pr.normalize(n, was)
	case *plan.Unnest:
		return pr.unnest(n, op, was)
	default:
		// A rank reads every column, so its input is as it was. So does a sink.
		return n
	}
}

func (pr *pruner) scan(n *plan.Node, op *plan.Scan, was *plan.Node) *plan.Node {
	keep := slices.Clone(pr.read[was])
	// What can reject a row is decoded, even where a rule has made an end of its use.
	for i, f := range n.Schema.Fields {
		keep[i] = keep[i] || slices.Contains(op.Checked, f.Name)
	}
	return pr.narrow(n, op, keep)
}

func (pr *pruner) project(n *plan.Node, op *plan.Project, was *plan.Node) *plan.Node {
	keep := make([]bool, len(op.Columns))
	for i, c := range op.Columns {
		keep[i] = pr.read[was][i] || expr.Fallible(c.Expr)
	}
	at := moved(was.Inputs[0], n.Inputs[0])
	if at == nil && !slices.Contains(keep, false) {
		return n
	}
	var cols []plan.Column
	for i, c := range op.Columns {
		if !keep[i] {
			continue
		}
		if at != nil {
			c.Expr = expr.Remap(c.Expr, at)
		}
		cols = append(cols, c)
	}
	return pr.narrow(n, &plan.Project{Columns: cols}, keep)
}

func (pr *pruner) dedupe(n *plan.Node, op *plan.Dedupe, was *plan.Node) *plan.Node {
	in := pr.only(n.Inputs[0], was.Inputs[0], pr.needs(op, was), n.ID+"#in")
	if in != n.Inputs[0] {
		n = withInputs(n, []*plan.Node{in})
	}
	at := moved(was.Inputs[0], in)
	if at == nil {
		return n
	}
	d := &plan.Dedupe{Time: at(op.Time), Within: op.Within}
	for _, k := range op.Keys {
		d.Keys = append(d.Keys, at(k))
	}
	return pr.follow(n, d)
}

// needs are the columns of a dedupe's input that it or what is behind it reads.
func (pr *pruner) needs(op *plan.Dedupe, was *plan.Node) []bool {
	keep := slices.Clone(pr.read[was])
	keep[op.Time] = true
	for _, k := range op.Keys {
		keep[k] = true
	}
	return keep
}

// gathered is only for an input whose rows wait for a barrier, of which keep is read. Rows have columns, even where nothing is read of them.
func (pr *pruner) gathered(in, was *plan.Node, keep []bool, id string) *plan.Node {
	if !slices.Contains(keep, true) {
		keep = slices.Clone(keep)
		keep[was.Schema.Index(in.Schema.Fields[0].Name)] = true
	}
	return pr.only(in, was, keep, id)
}

func (pr *pruner) aggregate(n *plan.Node, op *plan.Aggregate, was *plan.Node) *plan.Node {
	reads := demand{was.Inputs[0]: make([]bool, len(was.Inputs[0].Schema.Fields))}
	reads.groups(was.Inputs[0], op.Keys, op.Aggs)
	in := pr.gathered(n.Inputs[0], was.Inputs[0], reads[was.Inputs[0]], n.ID+"#in")
	if in != n.Inputs[0] {
		n = withInputs(n, []*plan.Node{in})
	}
	at := moved(was.Inputs[0], in)
	if at == nil {
		return n
	}
	return withOp(n, &plan.Aggregate{Keys: remapColumns(op.Keys, at), Aggs: remapAggs(op.Aggs, at)})
}

func (pr *pruner) normalize(n, was *plan.Node) *plan.Node {
	keep := slices.Clone(pr.read[was])
	for _, i := range was.Inputs[0].Schema.Positions(was.Inputs[0].Mode.Key) {
		keep[i] = true
	}
	in := pr.only(n.Inputs[0], was.Inputs[0], keep, n.ID+"#in")
	if in != n.Inputs[0] {
		n = withInputs(n, []*plan.Node{in})
	}
	if moved(was.Inputs[0], in) == nil {
		return n
	}
	return pr.follow(n, n.Op)
}

// unnest narrows with its input; what it adds stays.
func (pr *pruner) unnest(n *plan.Node, op *plan.Unnest, was *plan.Node) *plan.Node {
	at := moved(was.Inputs[0], n.Inputs[0])
	if at == nil {
		return n
	}
	keep := slices.Repeat([]bool{true}, len(n.Schema.Fields))
	for i := range was.Inputs[0].Schema.Fields {
		keep[i] = at(i) >= 0
	}
	u := *op
	u.Column = at(op.Column)
	c := *n
	c.Op, c.Schema = &u, subset(n.Schema, keep)
	return &c
}

// union brings its inputs, which may have been narrowed differently, to the same columns again.
func (pr *pruner) union(n, was *plan.Node) *plan.Node {
	same, narrowed := true, false
	for i, in := range n.Inputs {
		same = same && slices.Equal(in.Schema.Names(), n.Inputs[0].Schema.Names())
		narrowed = narrowed || in != was.Inputs[i]
	}
	if !narrowed {
		return n
	}
	if !same {
		keep := pr.read[was]
		inputs := make([]*plan.Node, len(n.Inputs))
		for i, in := range n.Inputs {
			inputs[i] = pr.only(in, was.Inputs[i], keep, n.ID+"#"+strconv.Itoa(i))
		}
		n = withInputs(n, inputs)
	}
	if len(n.Inputs[0].Schema.Fields) == len(n.Schema.Fields) {
		return n
	}
	return pr.follow(n, n.Op)
}

// only puts a projection on in, which was was, that lets nothing but the columns of keep (positions in was) through; in itself when it has
// no others.
func (pr *pruner) only(in, was *plan.Node, keep []bool, id string) *plan.Node {
	var cols []plan.Column
	mask := make([]bool, len(in.Schema.Fields))
	for i, f := range in.Schema.Fields {
		if keep[was.Schema.Index(f.Name)] {
			mask[i] = true
			cols = append(cols, plan.Column{Name: f.Name, Expr: column(in.Schema, i)})
		}
	}
	if !slices.Contains(mask, false) {
		return in
	}
	pr.changes++
	return &plan.Node{ID: id, Op: &plan.Project{Columns: cols}, Inputs: []*plan.Node{in}, Schema: subset(in.Schema, mask), Mode: in.Mode}
}

// narrow gives a node an operator and the columns of keep.
func (pr *pruner) narrow(n *plan.Node, op plan.Op, keep []bool) *plan.Node {
	c := *n
	c.Op = op
	if slices.Contains(keep, false) {
		pr.changes++
		c.Schema = subset(n.Schema, keep)
	} else if op == n.Op {
		return n
	}
	return &c
}

// follow gives a node that hands rows on an operator and the columns its input has left.
func (pr *pruner) follow(n *plan.Node, op plan.Op) *plan.Node {
	keep := make([]bool, len(n.Schema.Fields))
	for i, f := range n.Schema.Fields {
		keep[i] = n.Inputs[0].Schema.Index(f.Name) >= 0
	}
	c := *n
	c.Op = op
	c.Schema = subset(n.Schema, keep)
	return &c
}

// moved maps positions in a node's old columns to those in its new ones; nil when they are the same. Columns that are gone are never asked
// for.
func moved(was, now *plan.Node) func(int) int {
	if len(was.Schema.Fields) == len(now.Schema.Fields) {
		return nil
	}
	return func(i int) int { return now.Schema.Index(was.Schema.Fields[i].Name) }
}

func remapWindow(op *plan.Window, at func(int) int) *plan.Window {
	w := *op
	w.Time, w.Keys, w.Aggs = at(op.Time), remapColumns(op.Keys, at), remapAggs(op.Aggs, at)
	return &w
}

func remapColumns(cols []plan.Column, at func(int) int) []plan.Column {
	out := make([]plan.Column, len(cols))
	for i, c := range cols {
		out[i] = plan.Column{Name: c.Name, Expr: expr.Remap(c.Expr, at)}
	}
	return out
}

func remapAggs(aggs []plan.AggColumn, at func(int) int) []plan.AggColumn {
	out := make([]plan.AggColumn, len(aggs))
	for i, a := range aggs {
		if a.Agg.Arg != nil {
			a.Agg.Arg = expr.Remap(a.Agg.Arg, at)
		}
		if a.Agg.Filter != nil {
			a.Agg.Filter = expr.Remap(a.Agg.Filter, at)
		}
		out[i] = a
	}
	return out
}

// subset is a schema with the columns of keep. A key that lost a column is no key, an event time without its column none.
func subset(s *schema.Schema, keep []bool) *schema.Schema {
	out := &schema.Schema{}
	for i, f := range s.Fields {
		if keep[i] {
			out.Fields = append(out.Fields, f)
		}
	}
	if !slices.ContainsFunc(s.Key, func(k string) bool { return out.Index(k) < 0 }) {
		out.Key = s.Key
	}
	if s.EventTime != nil && out.Index(s.EventTime.Column) >= 0 {
		out.EventTime = s.EventTime
	}
	return out
}
