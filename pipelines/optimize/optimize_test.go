package optimize_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/pipelines/optimize"
)

var update = flag.Bool("update", false, "write the golden files anew")

type ruleCase struct {
	rule, name string
	make       func(b *builder) *plan.Plan
}

// cases are plans on which one rule is applied alone. Their goldens show what it does and, as much, what it leaves alone.
func cases() []ruleCase {
	return []ruleCase{
		{optimize.FoldConstants, "constants", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.filter(b.rows(), "b > 1 + 2 AND TRUE"), "b", "b + 2 * 3 AS e", "1 / 0 AS fails", "t"))
		}},
		{optimize.FoldConstants, "always_true", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.rows(), "1 + 1 = 2 OR b > 1"))
		}},
		{optimize.PushFilters, "through_project", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.project(b.rows(), "a AS x", "COALESCE(c, 0) AS y", "t"), "x > 1 AND y = 0"))
		}},
		{optimize.PushFilters, "not_through_a_project_that_fails", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.project(b.rows(), "a AS x", "10 / b AS y", "t"), "x > 1"))
		}},
		{optimize.PushFilters, "not_a_filter_that_fails", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.project(b.rows(), "a AS x", "b", "t"), "10 / b > 1"))
		}},
		{optimize.PushFilters, "beside_one_that_fails_unless_null", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.project(b.rows(), "a AS x", "b", "d", "t"), "b > 0 AND x > 1 AND 10 / d > 1"))
		}},
		{optimize.PushFilters, "into_union", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.union(b.project(b.rows(), "a", "b", "t"), b.project(b.rows(), "a", "d AS b", "t")), "b > 1"))
		}},
		{optimize.PushFilters, "below_dedupe_on_keys", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.dedupe(b.rows(), "a", "b"), "a > 1 AND c > 1 AND b = 2"))
		}},
		{optimize.PushFilters, "below_window_on_keys", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.window(b.rows(), []string{"COALESCE(a, 0) AS k", "b"}, "count(*)"), "k > 1 AND agg0 > 5 AND b < 7"))
		}},
		{optimize.PushFilters, "not_below_a_window_that_fails", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.window(b.rows(), []string{"b"}, "sum(10 / d)"), "b < 7"))
		}},
		{optimize.PushFilters, "not_below_shared", func(b *builder) *plan.Plan {
			shared := b.project(b.rows(), "a AS x", "t")
			return b.plan(b.filter(shared, "x > 1"), shared)
		}},
		{optimize.PushFilters, "as_far_as_it_goes", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.project(b.dedupe(b.project(b.rows(), "a AS x", "t"), "x"), "x AS y", "t"), "y = 3"))
		}},
		{optimize.MergeFilters, "both_safe", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.filter(b.filter(b.rows(), "a > 1"), "b > 2 OR c > 2"), "d > 3"))
		}},
		{optimize.MergeFilters, "guard_is_true", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.filter(b.rows(), "a > 1"), "10 / b > 1"))
		}},
		{optimize.MergeFilters, "not_behind_one_that_fails", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.filter(b.rows(), "10 / b > 1"), "a > 1"))
		}},
		{optimize.FuseProjects, "simple", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.project(b.rows(), "a AS x", "COALESCE(c, 0) AS y", "t"), "x", "y = 1 AS z", "x AS x2"))
		}},
		{optimize.FuseProjects, "not_to_compute_twice", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.project(b.rows(), "COALESCE(c, 0) AS y", "t"), "y = 1 AS z", "y = 2 AS w"))
		}},
		{optimize.FuseProjects, "not_to_lose_a_failure", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.project(b.rows(), "10 / b AS y", "a"), "a"))
		}},
		{optimize.FuseProjects, "failure_handed_on", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.project(b.rows(), "10 / b AS y", "10 / d AS z", "a"), "y AS q", "a", "z"))
		}},
		{optimize.FuseProjects, "not_to_reorder_failures", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.project(b.rows(), "10 / b AS y", "10 / d AS z", "a"), "z", "a", "y"))
		}},
		{optimize.FuseProjects, "identity", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.filter(b.rows(), "b > 1"), "a", "b", "c", "d", "t"))
		}},
		{optimize.PruneColumns, "scan", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.filter(b.rows(), "b > 1"), "d"))
		}},
		{optimize.PruneColumns, "keeps_what_can_fail", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.project(b.rows(), "a", "10 / b AS y", "COALESCE(c, 0) AS z"), "a"))
		}},
		{optimize.PruneColumns, "in_front_of_dedupe", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.dedupe(b.filter(b.rows(), "c > 1"), "a"), "a", "b"))
		}},
		{optimize.PruneColumns, "union_of_different", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.union(b.filter(b.rows(), "c > 1"), b.rows()), "a"))
		}},
		{optimize.PruneColumns, "window", func(b *builder) *plan.Plan {
			return b.plan(b.window(b.rows(), []string{"d"}, "count(b)", "count(*) FILTER (WHERE c > 1)"))
		}},
		{optimize.PruneColumns, "nothing_read", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.union(b.filter(b.rows(), "c > 1"), b.rows()), "1 AS one"))
		}},
		{optimize.PruneColumns, "shared", func(b *builder) *plan.Plan {
			shared := b.filter(b.rows(), "b > 1")
			return b.plan(b.project(shared, "a"), b.project(shared, "d"))
		}},
	}
}

// only switches every rule off but one.
func only(rule string) map[string]bool {
	off := map[string]bool{}
	for _, r := range optimize.Rules() {
		off[r.Name] = r.Name != rule
	}
	return off
}

func TestRules(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			p := c.make(&builder{t: t})
			before := p.Explain()
			got, _ := optimize.Optimize(p, only(c.rule))
			require.NoError(t, plan.Validate(got))
			require.Equal(t, before, p.Explain(), "the plan given must stay as it is")
			text := before + "\n=>\n\n" + got.Explain()
			file := filepath.Join("testdata", c.rule+"."+c.name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
				return
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err, "run the test with -update")
			require.Equal(t, string(want), text)

			again, applied := optimize.Optimize(got, only(c.rule))
			require.Empty(t, applied, "a second time there is nothing left to do")
			require.Equal(t, got.Explain(), again.Explain())
		})
	}
}

// TestEachRuleOff holds what must not depend on the rules: what scans check, where columns come from, the ids of what has state.
func TestEachRuleOff(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			p := optimize.MarkChecked(c.make(&builder{t: t}))
			for _, r := range append(optimize.Rules(), optimize.Rule{Name: "none"}) {
				got, _ := optimize.Optimize(p, map[string]bool{r.Name: true})
				require.NoError(t, plan.Validate(got), r.Name)
				require.Equal(t, checked(p), checked(got), r.Name)
				require.Equal(t, stateful(p), stateful(got), r.Name)
				if c.rule != optimize.FoldConstants {
					require.Equal(t, plan.Lineage(p), plan.Lineage(got), r.Name)
				}
			}
		})
	}
}

func TestRuleNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range optimize.Rules() {
		require.False(t, seen[r.Name])
		require.NotEmpty(t, r.Summary)
		require.Equal(t, strings.ToLower(r.Name), r.Name)
		seen[r.Name] = true
	}
}

func checked(p *plan.Plan) map[string][]string {
	out := map[string][]string{}
	p.Walk(func(n *plan.Node) {
		if op, ok := n.Op.(*plan.Scan); ok {
			out[n.ID] = op.Checked
		}
	})
	return out
}

func stateful(p *plan.Plan) map[string]string {
	out := map[string]string{}
	p.Walk(func(n *plan.Node) {
		switch n.Op.(type) {
		case *plan.Scan, *plan.Window, *plan.Dedupe, *plan.Sink:
			out[n.ID] = n.Op.Name()
		}
	})
	return out
}
