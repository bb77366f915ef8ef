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
		{optimize.PushFilters, "below_both_sides_of_an_inner_join", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.join(plan.Inner, b.rows(), b.rows(), [][2]string{{"a", "a"}}, "c > c_1"), "b > 1 AND b_1 > 2 AND d < d_1 AND 1 = d_1"))
		}},
		{optimize.PushFilters, "below_the_preserved_side", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.join(plan.LeftOuter, b.rows(), b.rows(), [][2]string{{"a", "a"}}, ""), "b > 1 AND d_1 IS NULL"),
				b.filter(b.join(plan.RightOuter, b.rows(), b.rows(), [][2]string{{"a", "a"}}, ""), "b > 1 AND d_1 = 4"))
		}},
		{optimize.PushFilters, "not_below_a_full_join", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.interval(plan.FullOuter, b.rows(), b.rows(), [][2]string{{"a", "a"}}, ""), "b > 1 AND d_1 > 1"))
		}},
		{optimize.PushFilters, "not_below_a_join_that_fails", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.join(plan.Inner, b.rows(), b.rows(), [][2]string{{"a", "a"}}, "10 / c > c_1"), "b > 1"))
		}},
		{optimize.PushFilters, "not_below_a_side_declared_unique", func(b *builder) *plan.Plan {
			join := b.join(plan.Inner, b.rows(), b.rows(), [][2]string{{"a", "a"}}, "")
			join.Op.(*plan.Join).RightUnique = true
			return b.plan(b.filter(join, "b > 1 AND b_1 > 1"))
		}},
		{optimize.PushFilters, "below_the_left_side_of_a_temporal_join", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.temporal(plan.Inner, b.rows(), b.rows(), [][2]string{{"b", "b"}}, ""), "c > 1 AND c_1 > 1 AND b_1 > 1"))
		}},
		{optimize.PushFilters, "below_anti_join", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.interval(plan.Anti, b.rows(), b.rows(), [][2]string{{"a", "a"}}, "c > c_1"), "b > 1"))
		}},
		{optimize.PushFilters, "below_aggregate_on_keys", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.aggregate(b.rows(), []string{"COALESCE(a, 0) AS k", "b"}, "count(*)"), "k > 1 AND agg0 > 5 AND b < 7"))
		}},
		{optimize.PushFilters, "below_rank_on_the_partition", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.rank(b.rows(), "a", "b"), "a > 1 AND b > 1"))
		}},
		{optimize.PushFilters, "below_normalize_on_the_key", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.normalize(b.upserts(b.rows())), "b > 1 AND a > 1"))
		}},
		{optimize.PushFilters, "through_unnest", func(b *builder) *plan.Plan {
			return b.plan(b.filter(b.unnest(b.tagged(), "tags", true), "a > 1 AND e2 > 1"))
		}},
		{optimize.FoldConstants, "conditions_of_joins", func(b *builder) *plan.Plan {
			return b.plan(b.join(plan.LeftOuter, b.rows(), b.rows(), nil, "c > c_1 + (1 + 1)"), b.interval(plan.Inner, b.rows(), b.rows(), nil, "1 + 1 = 2"),
				b.temporal(plan.Inner, b.rows(), b.rows(), [][2]string{{"b", "b"}}, "c = 1 + 1"), b.aggregate(b.rows(), []string{"1 + 1 AS k"}, "count(a + (1 + 2))"))
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
		{optimize.PruneColumns, "in_front_of_a_join", func(b *builder) *plan.Plan {
			shared := b.rows()
			return b.plan(b.project(b.join(plan.LeftOuter, shared, shared, [][2]string{{"a", "b"}}, "c_1 > 2"), "a", "d_1"))
		}},
		{optimize.PruneColumns, "names_of_a_join_stay", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.interval(plan.Inner, b.rows(), b.rows(), [][2]string{{"a", "d"}}, "c_1 > 2"), "a", "b_1", "b_1 AS x"))
		}},
		{optimize.PruneColumns, "semi_join", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.join(plan.Semi, b.rows(), b.rows(), [][2]string{{"a", "b"}}, ""), "d"))
		}},
		{optimize.PruneColumns, "every_pair", func(b *builder) *plan.Plan {
			return b.plan(b.aggregate(b.join(plan.Inner, b.rows(), b.rows(), nil, ""), nil, "count(*)"))
		}},
		{optimize.PruneColumns, "temporal_join_with_an_upsert", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.temporal(plan.LeftOuter, b.rows(), b.upserts(b.rows()), [][2]string{{"d", "b"}}, ""), "c_1"))
		}},
		{optimize.PruneColumns, "aggregate", func(b *builder) *plan.Plan {
			shared := b.rows()
			return b.plan(b.project(b.aggregate(shared, []string{"a"}, "count(b)"), "agg0"), shared)
		}},
		{optimize.PruneColumns, "rank_reads_all", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.rank(b.rows(), "a", "b"), "a"))
		}},
		{optimize.PruneColumns, "normalize", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.normalize(b.filter(b.upserts(b.rows()), "b > 1")), "c"))
		}},
		{optimize.PruneColumns, "unnest", func(b *builder) *plan.Plan {
			return b.plan(b.project(b.unnest(b.tagged(), "tags", false), "c", "e2"))
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
		case *plan.Filter, *plan.Project, *plan.Union, *plan.Unnest:
		default:
			out[n.ID] = n.Op.Name()
		}
	})
	return out
}
