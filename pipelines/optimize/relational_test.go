package optimize_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// meeting is what two rows need to meet besides equal keys and the condition.
type meeting struct {
	kind                    plan.JoinKind
	left, right             []int
	leftUnique, rightUnique bool
	near                    func(l, r row) bool
}

// joined is the answer of a join over all rows, by trying every pair.
func (m *machine) joined(n *plan.Node, in [][]row) []row {
	switch op := n.Op.(type) {
	case *plan.Join:
		near := func(l, r row) bool {
			return op.TTL == 0 || abs(l.values[op.LeftTime].(int64)-r.values[op.RightTime].(int64)) <= op.TTL
		}
		return m.pairs(n, in, meeting{op.Kind, op.Left, op.Right, op.LeftUnique, op.RightUnique, near})
	case *plan.IntervalJoin:
		near := func(l, r row) bool {
			at, d := l.values[op.LeftTime], r.values[op.RightTime]
			return at != nil && d != nil && at.(int64)+op.Lower <= d.(int64) && d.(int64) <= at.(int64)+op.Upper
		}
		return m.pairs(n, in, meeting{op.Kind, op.Left, op.Right, op.LeftUnique, op.RightUnique, near})
	}
	op := n.Op.(*plan.TemporalJoin)
	near := func(l, r row) bool {
		v := version(op, l, in[1])
		return v != nil && v.id == r.id
	}
	return m.pairs(n, in, meeting{kind: op.Kind, left: op.Left, right: op.Right, near: near})
}

// version is the row of the right side that is valid at a left row's time: the last one up to it, else the first.
func version(op *plan.TemporalJoin, l row, right []row) *row {
	var all []row
	for _, r := range right {
		if sameKey(l, r, op.Left, op.Right) {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.values[op.RightTime].(int64), b.values[op.RightTime].(int64)), strings.Compare(a.id, b.id))
	})
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].values[op.RightTime].(int64) <= l.values[op.LeftTime].(int64) {
			return &all[i]
		}
	}
	if len(all) == 0 {
		return nil
	}
	return &all[0]
}

func (m *machine) pairs(n *plan.Node, in [][]row, on meeting) []row {
	left, right := in[0], in[1]
	if on.leftUnique {
		left = m.unique(n, left, on.left)
	}
	if on.rightUnique {
		right = m.unique(n, right, on.right)
	}
	where := whereOf(n.Op)
	nulls := func(of *plan.Node) []any { return make([]any, len(of.Schema.Fields)) }
	var out []row
	matched := map[string]bool{}
	for _, l := range left {
		// A pair that is rejected counts where it matters that a row has no match, and not where it matters that it has one.
		found, met := false, false
		for _, r := range right {
			if !sameKey(l, r, on.left, on.right) || !on.near(l, r) {
				continue
			}
			pair := row{l.id + "x" + r.id, slices.Concat(l.values, r.values)}
			if where != nil {
				v, ok := m.eval(where, pair)
				if !ok {
					found, matched[r.id] = true, true
					continue
				}
				if v != true {
					continue
				}
			}
			found, met, matched[r.id] = true, true, true
			if !on.kind.OnlyLeft() {
				out = append(out, pair)
			}
		}
		switch {
		case on.kind == plan.Semi && met, on.kind == plan.Anti && !found:
			out = append(out, l)
		case !found && on.kind.KeepsLeft() && !on.kind.OnlyLeft():
			out = append(out, row{l.id, slices.Concat(l.values, nulls(n.Inputs[1]))})
		}
	}
	if on.kind.KeepsRight() {
		for _, r := range right {
			if !matched[r.id] {
				out = append(out, row{r.id, slices.Concat(nulls(n.Inputs[0]), r.values)})
			}
		}
	}
	return out
}

// unique rejects every row of a key but the first by id.
func (m *machine) unique(n *plan.Node, in []row, key []int) []row {
	sorted := slices.Clone(in)
	slices.SortStableFunc(sorted, func(a, b row) int { return strings.Compare(a.id, b.id) })
	seen := map[string]bool{}
	var out []row
	for _, r := range sorted {
		k := ""
		null := false
		for _, i := range key {
			null = null || r.values[i] == nil
			k += fmt.Sprintf("%v|", r.values[i])
		}
		if !null && seen[k] {
			m.rejected[n.ID+" "+r.id+" "+diag.RowCardinality.String()] = true
			continue
		}
		seen[k] = true
		out = append(out, r)
	}
	return out
}

func whereOf(op plan.Op) *expr.Expr {
	switch op := op.(type) {
	case *plan.Join:
		return op.Where
	case *plan.IntervalJoin:
		return op.Where
	default:
		return op.(*plan.TemporalJoin).Where
	}
}

func sameKey(l, r row, left, right []int) bool {
	for i := range left {
		if v := l.values[left[i]]; v == nil || v != r.values[right[i]] {
			return false
		}
	}
	return true
}

// aggregated counts, as window does.
func (m *machine) aggregated(op *plan.Aggregate, in []row) []row {
	groups := map[string]*row{}
	group := func(keys []any) *row {
		id := fmt.Sprint(keys)
		if groups[id] == nil {
			groups[id] = &row{id, append(slices.Clone(keys), slices.Repeat([]any{int64(0)}, len(op.Aggs))...)}
		}
		return groups[id]
	}
	if len(op.Keys) == 0 {
		group(nil)
	}
	for _, r := range in {
		keys, counts, ok := m.contribution(op.Keys, op.Aggs, r)
		if !ok {
			continue
		}
		g := group(keys)
		for i, c := range counts {
			g.values[len(keys)+i] = g.values[len(keys)+i].(int64) + c
		}
	}
	var out []row
	for _, g := range groups {
		out = append(out, *g)
	}
	return out
}

func (m *machine) ranked(op *plan.Rank, in []row) []row {
	sorted := slices.Clone(in)
	slices.SortStableFunc(sorted, func(a, b row) int {
		for _, k := range op.Order {
			if c := compareValues(a.values[k.Column], b.values[k.Column], k.Desc, k.NullsFirst); c != 0 {
				return c
			}
		}
		for i := range a.values {
			if c := compareValues(a.values[i], b.values[i], false, false); c != 0 {
				return c
			}
		}
		return 0
	})
	count := map[string]int64{}
	var out []row
	for _, r := range sorted {
		k := ""
		for _, i := range op.Partition {
			k += fmt.Sprintf("%v|", r.values[i])
		}
		count[k]++
		if at := count[k]; at >= op.From && at <= op.To {
			values := slices.Clone(r.values)
			if op.Number != "" {
				values = append(values, at)
			}
			out = append(out, row{r.id, values})
		}
	}
	return out
}

func compareValues(a, b any, desc, nullsFirst bool) int {
	first := map[bool]int{true: -1, false: 1}
	x, isInt := a.(int64)
	y, both := b.(int64)
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return first[nullsFirst]
	case b == nil:
		return -first[nullsFirst]
	case !isInt || !both:
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	case desc:
		return cmp.Compare(y, x)
	default:
		return cmp.Compare(x, y)
	}
}

// normalized keeps the last row of each key; rows are in the order in which they came.
func normalized(n *plan.Node, in []row) []row {
	last := map[string]int{}
	var out []row
	for _, r := range in {
		k := ""
		for _, name := range n.Inputs[0].Mode.Key {
			k += fmt.Sprintf("%v|", r.values[n.Inputs[0].Schema.Index(name)])
		}
		if i, ok := last[k]; ok {
			out[i].values = r.values
			continue
		}
		last[k] = len(out)
		out = append(out, row{"key " + k, r.values})
	}
	return out
}

func unnested(op *plan.Unnest, in []row) []row {
	var out []row
	for _, r := range in {
		elements, _ := r.values[op.Column].([]any)
		if len(elements) == 0 && op.Outer {
			out = append(out, row{r.id, append(slices.Clone(r.values), nil)})
		}
		for i, e := range elements {
			out = append(out, row{fmt.Sprintf("%s[%d]", r.id, i), append(slices.Clone(r.values), e)})
		}
	}
	return out
}

func abs(n int64) int64 { return max(n, -n) }

// meet joins n with something, in one of many ways.
func (g *generator) meet(n *plan.Node) *plan.Node {
	other := g.chain(g.source(), g.r.IntN(3))
	if len(g.ints(n)) == 0 || len(g.ints(other)) == 0 {
		return n
	}
	if g.r.IntN(4) == 0 {
		other = n
	}
	keys := [][2]string{{g.int(n), g.int(other)}}
	where := ""
	if g.r.IntN(2) == 0 {
		pair := &plan.Node{Schema: plan.PairSchema(n.Schema, other.Schema)}
		where = g.condition(pair, 1)
	}
	kind := plan.JoinKind(g.r.IntN(6))
	timed := n.Schema.TimeIndex() >= 0 && other.Schema.TimeIndex() >= 0
	appends := n.Mode.Change == plan.Append && other.Mode.Change == plan.Append
	switch k := g.r.IntN(4); {
	case k == 0 && timed && appends:
		return g.interval(kind, n, other, keys, where)
	case k == 1 && timed && (!g.streaming || !multiplies(other)) && n.Mode.Change == plan.Append:
		return g.temporal(kind%2, n, other, keys, where)
	}
	out := g.join(kind, n, other, keys, where)
	op := out.Op.(*plan.Join)
	if !g.streaming {
		op.LeftUnique, op.RightUnique = g.r.IntN(4) == 0, g.r.IntN(4) == 0
	}
	if timed && g.r.IntN(3) == 0 {
		op.TTL, op.LeftTime, op.RightTime = 10_000_000, n.Schema.TimeIndex(), other.Schema.TimeIndex()
	}
	return out
}

// gather is one of the other operators over changelogs.
func (g *generator) gather(n *plan.Node) *plan.Node {
	ints := g.ints(n)
	if len(ints) == 0 {
		return n
	}
	switch g.r.IntN(4) {
	case 0:
		return g.aggregate(n, ints[:1], "count(*)", "count("+g.int(n)+")")
	case 1:
		return g.rank(n, ints[0], ints[len(ints)-1])
	case 2:
		i := slices.IndexFunc(n.Schema.Fields, func(f schema.Field) bool { return f.Type.Kind == schema.Array })
		if i < 0 {
			return n
		}
		return g.unnest(n, n.Schema.Fields[i].Name, g.r.IntN(2) == 0)
	default:
		in := g.upserts(g.source())
		if g.r.IntN(2) == 0 {
			in = g.filter(in, "b < 5")
		}
		return g.normalize(in)
	}
}
