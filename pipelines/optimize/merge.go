package optimize

import (
	"millrace/models/expr"
	"millrace/models/plan"
)

// mergeFilters makes one filter of two in a row, in their order.
//
// The first must be infallible: where it fails and the second is FALSE, two filters reject the row, but error AND FALSE is FALSE. Where the
// second is fallible the first is taken IS TRUE: where it is NULL, two filters drop the row, but NULL AND error is an error.
func mergeFilters(p *plan.Plan) (*plan.Plan, int) {
	used, changes := uses(p), 0
	out := rewrite(p, func(n, was *plan.Node) *plan.Node {
		second, ok := n.Op.(*plan.Filter)
		if !ok || used[was.Inputs[0]] > 1 {
			return n
		}
		in := n.Inputs[0]
		first, ok := in.Op.(*plan.Filter)
		if !ok || expr.Fallible(first.Where) {
			return n
		}
		guard := first.Where
		if expr.Fallible(second.Where) {
			guard = isTrue(guard)
		}
		changes++
		all := append(conjuncts(guard), conjuncts(second.Where)...)
		return filterOn(n.ID, conjunction(all), in.Inputs[0])
	})
	return out, changes
}
