package optimize

import (
	"slices"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// joinOn is what decides which rows of a join meet. Times are -1 where they have no bearing.
type joinOn struct {
	left, right         []int
	leftTime, rightTime int
	where               *expr.Expr
}

func onOf(op plan.Op) joinOn {
	switch op := op.(type) {
	case *plan.Join:
		return joinOn{op.Left, op.Right, op.LeftTime, op.RightTime, op.Where}
	case *plan.IntervalJoin:
		return joinOn{op.Left, op.Right, op.LeftTime, op.RightTime, op.Where}
	case *plan.TemporalJoin:
		return joinOn{op.Left, op.Right, op.LeftTime, op.RightTime, op.Where}
	default:
		panic("optimize: " + op.Name() + " is no join")
	}
}

// withOn returns the join with another joinOn.
func withOn(op plan.Op, on joinOn) plan.Op {
	switch op := op.(type) {
	case *plan.Join:
		j := *op
		j.Left, j.Right, j.LeftTime, j.RightTime, j.Where = on.left, on.right, on.leftTime, on.rightTime, on.where
		return &j
	case *plan.IntervalJoin:
		j := *op
		j.Left, j.Right, j.LeftTime, j.RightTime, j.Where = on.left, on.right, on.leftTime, on.rightTime, on.where
		return &j
	case *plan.TemporalJoin:
		j := *op
		j.Left, j.Right, j.LeftTime, j.RightTime, j.Where = on.left, on.right, on.leftTime, on.rightTime, on.where
		return &j
	default:
		panic("optimize: " + op.Name() + " is no join")
	}
}

// readOfJoin returns what a join reads of each input: the columns of its output that are read, and those that decide which rows meet.
func readOfJoin(n *plan.Node, out []bool) [2][]bool {
	width := len(n.Inputs[0].Schema.Fields)
	pair := make([]bool, width+len(n.Inputs[1].Schema.Fields))
	copy(pair, out)
	on := onOf(n.Op)
	for _, i := range on.left {
		pair[i] = true
	}
	for _, i := range on.right {
		pair[width+i] = true
	}
	if on.leftTime >= 0 {
		pair[on.leftTime] = true
	}
	if on.rightTime >= 0 {
		pair[width+on.rightTime] = true
	}
	if on.where != nil {
		for _, i := range expr.Columns(on.where) {
			pair[i] = true
		}
	}
	return [2][]bool{pair[:width:width], pair[width:]}
}

// join takes the columns that are not read off in front of a join, which remembers its rows. The name of a right column says which names were
// taken: where one of them is gone, a projection behind the join gives the columns the names they had.
func (pr *pruner) join(n, was *plan.Node) *plan.Node {
	reads := readOfJoin(was, pr.read[was])
	left := pr.gathered(n.Inputs[0], was.Inputs[0], reads[0], n.ID+"#left")
	right := pr.gathered(n.Inputs[1], was.Inputs[1], reads[1], n.ID+"#right")
	if left != n.Inputs[0] || right != n.Inputs[1] {
		n = withInputs(n, []*plan.Node{left, right})
	}
	if moved(was.Inputs[0], left) == nil && moved(was.Inputs[1], right) == nil {
		return n
	}

	// at is where each column of a pair is now; a column that is gone is never asked for.
	width, oldWidth := len(left.Schema.Fields), len(was.Inputs[0].Schema.Fields)
	at := func(i int) int {
		if i < oldWidth {
			return left.Schema.Index(was.Inputs[0].Schema.Fields[i].Name)
		}
		if k := right.Schema.Index(was.Inputs[1].Schema.Fields[i-oldWidth].Name); k >= 0 {
			return width + k
		}
		return -1
	}
	join := *n
	join.Op = withOn(n.Op, moveOn(onOf(n.Op), at, oldWidth, width, plan.PairSchema(left.Schema, right.Schema)))
	s, err := plan.SchemaOf(join.Op, []*schema.Schema{left.Schema, right.Schema})
	if err != nil {
		panic("optimize: a join of fewer columns has no schema: " + err.Error())
	}
	keep := make([]bool, len(n.Schema.Fields))
	same := true
	for i, f := range n.Schema.Fields {
		k := at(i)
		keep[i] = k >= 0
		same = same && (k < 0 || s.Fields[k].Name == f.Name)
	}
	if same {
		join.Schema = subset(n.Schema, keep)
		return &join
	}
	join.Schema = s
	var cols []plan.Column
	for i, f := range n.Schema.Fields {
		if keep[i] = keep[i] && pr.read[was][i]; keep[i] {
			cols = append(cols, plan.Column{Name: f.Name, Expr: column(s, at(i))})
		}
	}
	return &plan.Node{ID: n.ID + "#names", Op: &plan.Project{Columns: cols}, Inputs: []*plan.Node{&join}, Schema: subset(n.Schema, keep), Mode: n.Mode}
}

// moveOn brings a joinOn to new positions; pair is what the condition reads now.
func moveOn(on joinOn, at func(int) int, oldWidth, width int, pair *schema.Schema) joinOn {
	out := joinOn{left: slices.Clone(on.left), right: slices.Clone(on.right), leftTime: on.leftTime, rightTime: on.rightTime}
	for i, k := range on.left {
		out.left[i] = at(k)
	}
	for i, k := range on.right {
		out.right[i] = at(oldWidth+k) - width
	}
	if on.leftTime >= 0 {
		out.leftTime = at(on.leftTime)
	}
	if on.rightTime >= 0 {
		out.rightTime = at(oldWidth+on.rightTime) - width
	}
	if on.where != nil {
		read := expr.Columns(on.where)
		by := make([]*expr.Expr, slices.Max(append(read, -1))+1)
		for _, i := range read {
			by[i] = column(pair, at(i))
		}
		out.where = expr.Substitute(on.where, by)
	}
	return out
}
