package differential

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/server/e2e/rig"
)

// changelog makes an upsert stream over key n: mostly rows in the place of earlier ones, now and then a delete.
func changelog(t testing.TB, v *values, name string, rows int) *dataset {
	d := v.dataset(name, planSchema(t), rows)
	for range d.rows {
		d.kinds = append(d.kinds, pick(v.r, []batch.RowKind{batch.Insert, batch.UpdateAfter, batch.UpdateAfter, batch.Delete}))
	}
	return d
}

// fixed are plans of what random plans do not hold, changelogs and declared cardinality, and of what they seldom hold. plays and users are inserts, changes is a changelog.
func fixed(g *plans, plays, users, changes *dataset) map[string]*plan.Node {
	left, right := g.scan(plays), g.scan(users)
	log := g.scan(changes)
	log.Mode = plan.Mode{Change: plan.Upsert, Key: []string{"n"}}
	s := left.Schema
	at, k, n := s.TimeIndex(), s.Index("k"), s.Index("n")
	current := g.node("current", &plan.Normalize{}, log)
	where := func(in *schema.Schema, text string) *expr.Expr {
		e, diags := parseExpr(text, expr.Env{Schema: in, Zone: g.zone})
		require.Empty(g.t, diags, text)
		return e
	}
	pair := plan.PairSchema(s, s)
	const hour = 3_600_000_000
	out := map[string]*plan.Node{
		"normalize":                current,
		"normalize then filter":    g.node("some", &plan.Filter{Where: where(s, "100 / k > 3 OR s LIKE 'a%'")}, current),
		"normalize of filtered":    g.node("current", &plan.Normalize{}, g.node("some", &plan.Filter{Where: where(s, "n > 0")}, log)),
		"normalize then rank":      g.node("top", &plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 1, Desc: true}}, From: 1, To: 2, Number: "number"}, g.keep(current, "k", "q", "id", "e")),
		"normalize then join":      g.node("named", &plan.Join{Kind: plan.FullOuter, Left: []int{k}, Right: []int{k}, LeftTime: -1, RightTime: -1}, left, current),
		"join, right unique":       g.node("named", &plan.Join{Kind: plan.LeftOuter, Left: []int{k}, Right: []int{k}, LeftTime: -1, RightTime: -1, RightUnique: true}, left, right),
		"join, left unique":        g.node("named", &plan.Join{Kind: plan.RightOuter, Left: []int{n}, Right: []int{n}, LeftTime: -1, RightTime: -1, LeftUnique: true}, left, right),
		"join, both unique":        g.node("named", &plan.Join{Kind: plan.FullOuter, Left: []int{n}, Right: []int{n}, LeftTime: -1, RightTime: -1, LeftUnique: true, RightUnique: true, Where: where(pair, "q <= q_1 OR d / k > 1")}, left, right),
		"temporal join, unique":    g.node("asof", &plan.TemporalJoin{Kind: plan.LeftOuter, Left: []int{k}, Right: []int{k}, LeftTime: at, RightTime: at, RightUnique: true}, left, right),
		"temporal join, changelog": g.node("asof", &plan.TemporalJoin{Left: []int{n}, Right: []int{n}, LeftTime: at, RightTime: at}, left, log),
		"temporal join, left, changelog": g.node("asof", &plan.TemporalJoin{Kind: plan.LeftOuter, Left: []int{n}, Right: []int{n}, LeftTime: at, RightTime: at,
			Where: where(pair, "i64 / k > 1 OR x")}, left, log),
		"temporal join, corrected": g.node("asof", &plan.TemporalJoin{Kind: plan.LeftOuter, Left: []int{n}, Right: []int{n}, LeftTime: at, RightTime: at, Correct: hour}, left, log),
	}
	out["unnest then dedupe"] = g.node("first", &plan.Dedupe{Time: at, Keys: []int{k}, Within: hour},
		g.node("elements", &plan.Unnest{Column: s.Index("arr"), Outer: true, Ordinality: true, Names: []string{"element", "place"}}, left))
	out["last day that ClickHouse knows"] = g.node("day", &plan.Project{Columns: []plan.Column{
		{Name: "id", Expr: g.columnExpr(s, s.Index("id"))},
		{Name: "doy", Expr: where(s, "EXTRACT(DOY FROM TIMESTAMPADD(DAY, n, DATE '2299-12-30'))")},
		{Name: "day", Expr: where(s, "EXTRACT(DAY FROM TIMESTAMPADD(DAY, n, DATE '2299-12-30'))")}}}, left)
	out["constant that always fails"] = g.node("none", &plan.Project{Columns: []plan.Column{
		{Name: "p", Expr: where(s, "CAST(COALESCE(100000000000000000000, 2) AS DECIMAL(5, 2))")}}}, left)
	count := &plan.Aggregate{Keys: []plan.Column{{Name: "k", Expr: g.columnExpr(s, k)}}}
	for range 200 {
		if _, aggs := g.grouping(current); len(aggs) > 1 {
			count.Aggs = aggs
			break
		}
	}
	out["normalize then aggregate"] = g.node("count", count, current)
	return out
}

// keep projects a node to some of its columns.
func (g *plans) keep(in *plan.Node, names ...string) *plan.Node {
	cols := make([]plan.Column, len(names))
	for i, name := range names {
		cols[i] = plan.Column{Name: name, Expr: g.columnExpr(in.Schema, in.Schema.Index(name))}
	}
	return g.node("keep", &plan.Project{Columns: cols}, in)
}

// TestFixedPlans compares changelogs and declared cardinality over several sets of rows.
func TestFixedPlans(t *testing.T) {
	db := rig.ClickHouse(t)
	for seed := range uint64(6) {
		v := newValues(seed, seed%2 == 1, zoneOf(t, seed))
		data := []*dataset{v.dataset("plays", planSchema(t), 40), v.dataset("users", planSchema(t), 25), changelog(t, v, "changes", 60)}
		for _, d := range data {
			d.load(t, db)
		}
		g := &plans{t: t, r: rand.New(rand.NewPCG(seed, 9)), zone: zoneOf(t, seed)}
		for name, n := range fixed(g, data[0], data[1], data[2]) {
			require.NotNil(t, n, name)
			p := g.plan(n)
			problem, state := comparePlan(t, db, p, named(data))
			require.NotEqual(t, "refused", state, name)
			if problem != "" {
				t.Errorf("%s, seed %d\n%s\n%s", name, seed, p.Explain(), problem)
			}
		}
		for _, d := range data {
			db.Text("DROP TABLE $db." + d.name)
		}
	}
}
