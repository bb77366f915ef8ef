package differential

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/pipelines/dialect/clickhouse"
	"millrace/server/e2e/rig"
)

// group is how many plans in a row run over the same tables.
const group = 20

// caseOf is one plan by its seed, with the tables it reads.
func caseOf(t testing.TB, seed uint64, data []*dataset) *plan.Plan {
	g := &plans{t: t, r: rand.New(rand.NewPCG(seed, 5)), zone: zoneOf(t, seed/group)}
	return g.random(data, 2+g.r.IntN(8))
}

// tables makes the tables of a group of plans.
func tables(t testing.TB, n uint64) (data []*dataset) {
	v := newValues(n, n%2 == 1, zoneOf(t, n))
	for i, rows := range []int{40, 25, 7} {
		data = append(data, v.dataset(fmt.Sprintf("t%d_%d", n, i), planSchema(t), rows))
	}
	return data
}

func named(data []*dataset) map[string]*dataset {
	out := map[string]*dataset{}
	for _, d := range data {
		out[d.name] = d
	}
	return out
}

// tally counts what became of the plans of all groups.
type tally struct {
	mu                                sync.Mutex
	plans, refused, failed, different int
	used                              map[string]int
}

// TestPlans runs random plans.
func TestPlans(t *testing.T) {
	db := rig.ClickHouse(t)
	first, cases := span(t, 680, 20_000)
	sum := &tally{used: map[string]int{}}
	t.Run("groups", func(t *testing.T) {
		for n := first / group; n*group < first+cases; n++ {
			from, to := max(first, n*group), min(first+cases, (n+1)*group)
			t.Run(fmt.Sprint(from), func(t *testing.T) {
				t.Parallel()
				sum.group(t, db.With(t), from, to)
			})
		}
	})
	t.Logf("%d plans, %d refused, %d failed on both sides, operators: %v", sum.plans, sum.refused, sum.failed, sum.used)
}

// group compares the plans [from, to), which belong to one group.
func (s *tally) group(t *testing.T, db *rig.Database, from, to uint64) {
	data := tables(t, from/group)
	for _, d := range data {
		d.load(t, db)
		defer db.Text("DROP TABLE $db." + d.name)
	}
	byName := named(data)
	for seed := from; seed < to && s.fine(); seed++ {
		p := caseOf(t, seed, data)
		began := time.Now()
		problem, state := comparePlan(t, db, p, byName)
		if took := time.Since(began); took > 10*time.Second {
			t.Logf("seed %d took %s\n%s", seed, took, p.Explain())
		}
		s.add(p, problem, state)
		if problem == "" {
			continue
		}
		small := shrink(p, func(q *plan.Plan) bool { problem, _ := comparePlan(t, db, q, byName); return problem != "" })
		problem, _ = comparePlan(t, db, small, byName)
		t.Errorf("seed %d, zone %s\n%s\n%s", seed, p.TimeZone, small.Explain(), problem)
	}
}

// fine reports whether there are few enough differences to look for more.
func (s *tally) fine() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.different < 8
}

func (s *tally) add(p *plan.Plan, problem, state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans++
	switch {
	case state == "refused":
		s.refused++
		return
	case state == "failed":
		s.failed++
	case problem != "":
		s.different++
	}
	p.Walk(func(n *plan.Node) { s.used[n.Op.Name()]++ })
}

// TestFewPlansAreRefused: of the plans that the tests run, the writer takes more than nine in ten, and each operator stands in many.
func TestFewPlansAreRefused(t *testing.T) {
	const cases = 400
	used, reasons, refused := map[string]int{}, map[string]int{}, 0
	for n := range uint64(cases / group) {
		data := tables(t, n)
		byName := named(data)
		options := clickhouse.Options{RawTimes: true, Tables: func(scan *plan.Node) (clickhouse.Table, error) {
			d := byName[scan.Op.(*plan.Scan).Table]
			return d.table(d.name), nil
		}}
		for seed := n * group; seed < (n+1)*group; seed++ {
			p := caseOf(t, seed, data)
			if _, diags := clickhouse.Write(p, p.Sinks[0], options); diags.HasErrors() {
				refused++
				reasons[diags[0].Message]++
				continue
			}
			p.Walk(func(n *plan.Node) { used[n.Op.Name()]++ })
		}
	}
	require.Less(t, refused, cases/10, "%v", reasons)
	t.Logf("%d of %d refused: %v", refused, cases, reasons)
	for _, op := range []plan.Op{&plan.Filter{}, &plan.Project{}, &plan.Union{}, &plan.Window{}, &plan.Dedupe{}, &plan.Aggregate{}, &plan.Rank{}, &plan.Unnest{},
		&plan.Join{}, &plan.IntervalJoin{}, &plan.TemporalJoin{}} {
		require.Greater(t, used[op.Name()], cases/25, "%s among %v", op.Name(), slices.Sorted(maps.Keys(used)))
	}
}
