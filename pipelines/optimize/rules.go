package optimize

import (
	"millrace/models/plan"
)

// Rule is one rewriting of plans.
type Rule struct {
	// Name is how the rule is switched off, Summary one sentence about it.
	Name    string
	Summary string
	// Apply returns the rewritten plan, which is p itself when there was nothing to do, and the number of places it changed.
	Apply func(p *plan.Plan) (*plan.Plan, int)
}

// The names of the rules.
const (
	FoldConstants = "fold_constants"
	PushFilters   = "push_filters"
	MergeFilters  = "merge_filters"
	FuseProjects  = "fuse_projects"
	PruneColumns  = "prune_columns"
)

// Rules returns the rules in the order in which they are applied. Constants are folded first, as that removes reads; filters are merged
// after they were pushed next to one another; columns are pruned last, when it is settled who reads them.
func Rules() []Rule {
	return []Rule{
		{FoldConstants, "Computes constant expressions beforehand and removes filters that are always true.", foldConstants},
		{PushFilters, "Moves conditions towards the sources.", pushFilters},
		{MergeFilters, "Makes one filter of two that follow one another.", mergeFilters},
		{FuseProjects, "Makes one projection of two that follow one another, and removes those that change nothing.", fuseProjects},
		{PruneColumns, "Decodes, computes and carries only the columns that are read.", pruneColumns},
	}
}

// Applied says how often a rule changed something.
type Applied struct {
	Rule    string `json:"rule"`
	Changes int    `json:"changes"`
}

// Optimize applies the rules but for those in off, and returns the new plan with the rules that changed something. The plan given stays as
// it is.
func Optimize(p *plan.Plan, off map[string]bool) (*plan.Plan, []Applied) {
	p = MarkChecked(p)
	var applied []Applied
	for _, r := range Rules() {
		if off[r.Name] {
			continue
		}
		next, changes := r.Apply(p)
		if changes > 0 {
			p = next
			applied = append(applied, Applied{Rule: r.Name, Changes: changes})
		}
	}
	return p, applied
}
