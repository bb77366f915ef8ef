package differential

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/dialect"
	"millrace/pipelines/dialect/clickhouse"
	"millrace/server/e2e/rig"
)

// showRow writes a row of a plan's result. Which of 0 and -0 an aggregate gives is not fixed, so both are written alike.
func showRow(row []any) string {
	parts := make([]string, len(row))
	for i, v := range row {
		if f, ok := v.(float64); ok && f == 0 {
			v = math.Abs(f)
		}
		parts[i] = show(v)
	}
	return strings.Join(parts, " | ")
}

// runClickHouse runs a plan as the dialect writes it. Diagnostics say that it is refused.
func runClickHouse(t testing.TB, db *rig.Database, p *plan.Plan, data map[string]*dataset) (out *outcome, sql string, diags diag.List, err error) {
	t.Helper()
	out = &outcome{rows: map[string][]string{}, rejected: map[string]int{}}
	options := clickhouse.Options{RawTimes: true, Tables: func(scan *plan.Node) (clickhouse.Table, error) {
		name := scan.Op.(*plan.Scan).Table
		return data[name].table(db.Name + "." + name), nil
	}}
	seen := map[string]bool{}
	for _, sink := range p.Sinks {
		q, diags := clickhouse.Write(p, sink, options)
		if diags.HasErrors() {
			return nil, "", diags, nil
		}
		sql += q.SQL + "\n"
		set := url.Values{}
		for k, v := range q.Settings {
			set.Set(k, v)
		}
		bytes, err := db.Try(q.SQL+"\nFORMAT RowBinary", set.Encode())
		if err != nil {
			return nil, sql, nil, err
		}
		rows, err := cells(bytes, sink.Schema.Fields, true)
		if err != nil {
			return nil, sql, nil, err
		}
		for _, r := range rows {
			out.rows[sink.ID] = append(out.rows[sink.ID], showRow(r))
		}
		if q.Errors == "" {
			continue
		}
		sql += q.Errors + "\n"
		if bytes, err = db.Try(q.Errors+"\nFORMAT RowBinary", set.Encode()); err != nil {
			return nil, sql, nil, err
		}
		rows, err = cells(bytes, []schema.Field{{Name: "node", Type: schema.Of(schema.String)}, {Name: "code", Type: schema.Of(schema.Uint16)}, {Name: "rows", Type: schema.Of(schema.Uint64)}}, true)
		if err != nil {
			return nil, sql, nil, err
		}
		fresh := map[string]bool{}
		for _, r := range rows {
			node := r[0].(string)
			if !seen[node] { // a node below several sinks is counted once
				fresh[node] = true
				out.rejected[node+" "+diag.RowCode(r[1].(uint64)).String()] += int(r[2].(uint64))
			}
		}
		maps.Copy(seen, fresh)
	}
	return out, sql, nil, nil
}

// plans makes random plans over datasets.
type plans struct {
	t    testing.TB
	r    *rand.Rand
	zone *time.Location
	n    int
}

func (g *plans) node(kind string, op plan.Op, inputs ...*plan.Node) *plan.Node {
	schemas := make([]*schema.Schema, len(inputs))
	for i, in := range inputs {
		schemas[i] = in.Schema
	}
	s, err := plan.SchemaOf(op, schemas)
	if err != nil {
		return nil
	}
	n := &plan.Node{Op: op, Inputs: inputs, Schema: s}
	if n.Mode, err = plan.InferMode(op, inputs); err != nil {
		return nil
	}
	g.n++
	n.ID = fmt.Sprintf("m.d.p/%s%d/./%s", kind, g.n, op.Name())
	return n
}

func (g *plans) scan(d *dataset) *plan.Node {
	g.n++
	return &plan.Node{ID: fmt.Sprintf("m.d.p/%s/./scan", d.name), Schema: d.schema,
		Op: &plan.Scan{Component: sourceName, Version: 1, Params: []byte(`"` + d.name + `"`), Table: d.name, Source: d.schema, Checked: d.schema.Names()}}
}

func (g *plans) exprs(in *plan.Node) *expressions {
	return &expressions{r: g.r, env: expr.Env{Schema: in.Schema, Zone: g.zone}, own: true}
}

// check tries texts until one checks.
func (g *plans) check(in *schema.Schema, text func(e *expressions) string) *expr.Expr {
	e := &expressions{r: g.r, env: expr.Env{Schema: in, Zone: g.zone}, own: true}
	for range 200 {
		if x, diags := parseExpr(text(e), e.env); !diags.HasErrors() && !inexact(x) {
			return x
		}
	}
	return nil
}

func (g *plans) columnsOf(s *schema.Schema, ok func(f schema.Field) bool) (out []int) {
	for i, f := range s.Fields {
		if ok(f) {
			out = append(out, i)
		}
	}
	return out
}

func (g *plans) columnExpr(s *schema.Schema, i int) *expr.Expr {
	f := s.Fields[i]
	return &expr.Expr{Op: expr.OpColumn, Type: f.Type, Nullable: f.Nullable, Column: i, Name: f.Name}
}

func orderable(f schema.Field) bool { return !f.Type.Nested() && f.Type.Kind != schema.JSON }

// step puts one operator on one of the nodes, or on two of them; nil when it does not fit.
func (g *plans) step(pool []*plan.Node) *plan.Node {
	in := pick(g.r, pool)
	switch g.r.IntN(16) {
	case 0, 1, 2:
		where := g.check(in.Schema, func(e *expressions) string { return e.truth(2) })
		if where == nil || where.Type.Kind != schema.Boolean {
			return nil
		}
		return g.node("filter", &plan.Filter{Where: where}, in)
	case 3, 4, 5:
		return g.project(in)
	case 6:
		other := pick(g.r, pool)
		return g.node("union", &plan.Union{}, in, other)
	case 7, 8:
		return g.window(in)
	case 9:
		at := in.Schema.TimeIndex()
		keys := g.columnsOf(in.Schema, orderable)
		if at < 0 || len(keys) == 0 {
			return nil
		}
		return g.node("dedupe", &plan.Dedupe{Time: at, Keys: []int{pick(g.r, keys)}, Within: pick(g.r, []int64{1, 600_000_000, 3_600_000_000, 1 << 60})}, in)
	case 10:
		keys, aggs := g.grouping(in)
		if len(aggs) == 0 {
			return nil
		}
		return g.node("aggregate", &plan.Aggregate{Keys: keys, Aggs: aggs}, in)
	case 11:
		return g.rank(in)
	case 12:
		lists := g.columnsOf(in.Schema, func(f schema.Field) bool { return f.Type.Kind == schema.Array || f.Type.Kind == schema.Map })
		if len(lists) == 0 {
			return nil
		}
		col := pick(g.r, lists)
		op := &plan.Unnest{Column: col, Outer: g.r.IntN(2) == 0, Ordinality: g.r.IntN(2) == 0}
		fields, err := plan.ElementFields(in.Schema.Fields[col].Type)
		require.NoError(g.t, err)
		g.n++
		for i := range fields {
			op.Names = append(op.Names, fmt.Sprintf("u%d_%d", g.n, i))
		}
		if op.Ordinality {
			op.Names = append(op.Names, fmt.Sprintf("o%d", g.n))
		}
		return g.node("unnest", op, in)
	default:
		return g.join(in, pick(g.r, pool))
	}
}

func (g *plans) project(in *plan.Node) *plan.Node {
	var cols []plan.Column
	at := in.Schema.TimeIndex()
	for i, f := range in.Schema.Fields {
		if i == at && g.r.IntN(5) > 0 || i != at && g.r.IntN(2) == 0 {
			cols = append(cols, plan.Column{Name: f.Name, Expr: g.columnExpr(in.Schema, i)})
		}
	}
	for range 1 + g.r.IntN(2) {
		e := g.check(in.Schema, func(e *expressions) string { return e.any(2) })
		if e == nil || e.Type.Nested() && e.Nullable {
			continue
		}
		g.n++
		name := fmt.Sprintf("p%d", g.n)
		if g.r.IntN(4) == 0 && len(in.Schema.Fields) > 0 {
			// Now and then a column takes another one's name.
			name = pick(g.r, in.Schema.Fields).Name
			if i := in.Schema.Index(name); i == at || slices.ContainsFunc(cols, func(c plan.Column) bool { return c.Name == name }) {
				continue
			}
		}
		cols = append(cols, plan.Column{Name: name, Expr: e})
	}
	if len(cols) == 0 {
		return nil
	}
	return g.node("project", &plan.Project{Columns: cols}, in)
}

// grouping makes keys and aggregates. Floats are summed where that is exact: column q holds multiples of 1/8.
func (g *plans) grouping(in *plan.Node) (keys []plan.Column, aggs []plan.AggColumn) {
	for _, i := range g.columnsOf(in.Schema, orderable) {
		if g.r.IntN(6) == 0 && len(keys) < 2 {
			keys = append(keys, plan.Column{Name: in.Schema.Fields[i].Name, Expr: g.columnExpr(in.Schema, i)})
		}
	}
	if g.r.IntN(3) == 0 {
		if e := g.check(in.Schema, func(e *expressions) string { return e.number(1) }); e != nil {
			g.n++
			keys = append(keys, plan.Column{Name: fmt.Sprintf("g%d", g.n), Expr: e})
		}
	}
	env := expr.Env{Schema: in.Schema, Zone: g.zone}
	e := g.exprs(in)
	for range 1 + g.r.IntN(4) {
		var text string
		switch g.r.IntN(9) {
		case 0:
			text = "COUNT(*)"
		case 1:
			text = "COUNT(" + e.any(1) + ")"
		case 2:
			text = "COUNT(DISTINCT " + e.any(1) + ")"
		case 3:
			text = pick(g.r, []string{"MIN(", "MAX("}) + e.any(1) + ")"
		case 4:
			text = pick(g.r, []string{"SUM(q)", "AVG(q)", "SUM(i32)", "SUM(k)", "AVG(i32)", "AVG(k)", "SUM(d)", "AVG(d)"})
		case 5:
			text = "SUM(" + pick(g.r, []string{"k", "d", "q", "i32", "d / 3", "k / k", "i64 % 1000"}) + ")"
		case 6:
			text = "AVG(" + pick(g.r, []string{"k", "d", "q", "i32", "i64", "d / 3", "big"}) + ")"
		default:
			text = pick(g.r, []string{"MIN(", "MAX(", "COUNT("}) + e.number(2) + ")"
		}
		if g.r.IntN(3) == 0 {
			text += " FILTER (WHERE " + e.truth(1) + ")"
		}
		ast, diags := sqltext.ParseExpr(text)
		if diags.HasErrors() {
			continue
		}
		found, _, diags := expr.CheckAggregate(ast, env)
		if diags.HasErrors() || len(found) != 1 || found[0].Arg != nil && inexact(found[0].Arg) {
			continue
		}
		g.n++
		aggs = append(aggs, plan.AggColumn{Name: fmt.Sprintf("a%d", g.n), Agg: found[0]})
	}
	return keys, aggs
}

func (g *plans) window(in *plan.Node) *plan.Node {
	at := in.Schema.TimeIndex()
	keys, aggs := g.grouping(in)
	keys = slices.DeleteFunc(keys, func(c plan.Column) bool { return c.Name == plan.WindowStart || c.Name == plan.WindowEnd })
	if at < 0 || len(aggs) == 0 {
		return nil
	}
	op := &plan.Window{Time: at, Keys: keys, Aggs: aggs, Size: pick(g.r, []int64{1, 60_000_000, 1_800_000_000, 3_600_000_000, 7_200_000_000, 86_400_000_000, 604_800_000_000})}
	op.Slide = op.Size
	if g.r.IntN(3) == 0 && op.Size > 1 {
		op.Kind, op.Slide = plan.Hop, op.Size/pick(g.r, []int64{2, 3, 4})
	}
	return g.node("window", op, in)
}

func (g *plans) rank(in *plan.Node) *plan.Node {
	cols := g.columnsOf(in.Schema, orderable)
	if len(cols) == 0 || len(cols) != len(in.Schema.Fields) {
		return nil
	}
	op := &plan.Rank{From: 1, To: int64(1 + g.r.IntN(4))}
	if g.r.IntN(3) == 0 {
		op.From, op.To = 2, 5
	}
	if g.r.IntN(3) > 0 {
		op.Partition = []int{pick(g.r, cols)}
	}
	for _, c := range cols {
		if len(op.Order) < 2 && g.r.IntN(4) == 0 && !slices.Contains(op.Partition, c) {
			op.Order = append(op.Order, plan.SortKey{Column: c, Desc: g.r.IntN(2) == 0, NullsFirst: g.r.IntN(2) == 0})
		}
	}
	if len(op.Order) == 0 {
		return nil
	}
	if g.r.IntN(2) == 0 {
		g.n++
		op.Number = fmt.Sprintf("r%d", g.n)
	}
	return g.node("rank", op, in)
}

func (g *plans) join(l, r *plan.Node) *plan.Node {
	var left, right []int
	for range 1 + g.r.IntN(2) {
		i := g.r.IntN(len(l.Schema.Fields))
		same := g.columnsOf(r.Schema, func(f schema.Field) bool { return orderable(f) && f.Type.Equal(l.Schema.Fields[i].Type) })
		if len(same) > 0 && !slices.Contains(left, i) {
			left, right = append(left, i), append(right, pick(g.r, same))
		}
	}
	if k, m := l.Schema.Index("k"), r.Schema.Index("k"); g.r.IntN(2) == 0 && k >= 0 && m >= 0 && l.Schema.Fields[k].Type.Equal(r.Schema.Fields[m].Type) {
		left, right = []int{k}, []int{m}
	}
	if len(left) == 0 {
		return nil
	}
	kind := plan.JoinKind(g.r.IntN(6))
	var where *expr.Expr
	if g.r.IntN(2) == 0 {
		where = g.check(plan.PairSchema(l.Schema, r.Schema), func(e *expressions) string { return e.truth(2) })
		if where != nil && where.Type.Kind != schema.Boolean {
			where = nil
		}
	}
	lt, rt := l.Schema.TimeIndex(), r.Schema.TimeIndex()
	bounds := []int64{0, 60_000_000, 3_600_000_000, 7_200_000_000}
	switch g.r.IntN(3) {
	case 0:
		op := &plan.Join{Kind: kind, Left: left, Right: right, Where: where, LeftTime: -1, RightTime: -1}
		if lt >= 0 && rt >= 0 && g.r.IntN(2) == 0 {
			op.TTL, op.LeftTime, op.RightTime = pick(g.r, bounds[1:]), lt, rt
		}
		return g.node("join", op, l, r)
	case 1:
		if lt < 0 || rt < 0 {
			return nil
		}
		return g.node("near", &plan.IntervalJoin{Kind: kind, Left: left, Right: right, Where: where, LeftTime: lt, RightTime: rt, Lower: -pick(g.r, bounds), Upper: pick(g.r, bounds)}, l, r)
	}
	if lt < 0 || rt < 0 {
		return nil
	}
	return g.node("asof", &plan.TemporalJoin{Kind: plan.JoinKind(g.r.IntN(2)), Left: left, Right: right, Where: where, LeftTime: lt, RightTime: rt}, l, r)
}

// random makes a plan of up to depth operators.
func (g *plans) random(data []*dataset, depth int) *plan.Plan {
	var pool []*plan.Node
	for _, d := range data {
		pool = append(pool, g.scan(d))
	}
	last := pool[0]
	for tries := 0; tries < depth; tries++ {
		// Mostly on what was made last, so that the operators stand on one another.
		from := pool
		if g.r.IntN(3) > 0 {
			from = []*plan.Node{last, last, pick(g.r, pool)}
		}
		if n := g.step(from); n != nil && len(n.Schema.Fields) < 40 {
			last, pool = n, append(pool, n)
		}
	}
	return g.plan(last)
}

func (g *plans) plan(n *plan.Node) *plan.Plan {
	sink := &plan.Node{ID: "m.d.p/out/./sink", Op: &plan.Sink{Component: sinkName, Version: 1, Params: []byte(`{}`)}, Inputs: []*plan.Node{n}, Schema: n.Schema, Mode: n.Mode}
	return &plan.Plan{Model: "m.d.p", TimeZone: g.zone.String(), Sinks: []*plan.Node{sink}}
}

// planSchema is small enough that rows meet.
func planSchema(t testing.TB) *schema.Schema {
	s := columnsOf(t, "id int64 not null", "k int32", "n int64 not null", "i32 int32", "i64 int64", "u8 uint8", "q float64", "f64 float64", "d decimal(10, 2)", "big decimal(38, 10)",
		"s string", "x boolean", "day date", "e timestamp", "arr array<int64>")
	s.EventTime = &schema.EventTime{Column: "e", OutOfOrder: schema.Duration(10_000 * time.Hour), MaxFuture: schema.Duration(time.Hour)}
	return s
}

// TestPlans runs random plans.
func TestPlans(t *testing.T) {
	db := rig.ClickHouse(t)
	cases := 680
	if os.Getenv("MILLRACE_SOAK") != "" {
		cases = 68_000
	}
	cases = env(t, "MILLRACE_CASES", cases)
	first := env(t, "MILLRACE_SEED", 0)
	refused, failed, used, failures := 0, 0, map[string]int{}, 0
	var data []*dataset
	for i := 0; i < cases && failures < 8; i++ {
		seed := uint64(first + i)
		zone, err := time.LoadLocation(zones[int(seed/20)%len(zones)])
		require.NoError(t, err)
		if i == 0 || seed%20 == 0 {
			for _, d := range data {
				db.Text("DROP TABLE $db." + d.name)
			}
			data = nil
			v := newValues(seed/20, seed/20%2 == 1, zone)
			for _, n := range []int{40, 25, 7} {
				d := v.dataset(fmt.Sprintf("t%d", len(data)), planSchema(t), n)
				d.load(t, db)
				data = append(data, d)
			}
		}
		g := &plans{t: t, r: rand.New(rand.NewPCG(seed, 5)), zone: zone}
		p := g.random(data, 2+g.r.IntN(8))
		byName := map[string]*dataset{}
		for _, d := range data {
			byName[d.name] = d
		}
		began := time.Now()
		problem, state := comparePlan(t, db, p, byName)
		if took := time.Since(began); took > 5*time.Second {
			t.Logf("seed %d took %s\n%s", seed, took, p.Explain())
		}
		switch state {
		case "refused":
			refused++
		case "failed":
			failed++
		}
		if problem == "" {
			p.Walk(func(n *plan.Node) { used[n.Op.Name()]++ })
			continue
		}
		failures++
		small := shrink(p, func(q *plan.Plan) bool { problem, _ := comparePlan(t, db, q, byName); return problem != "" })
		problem, _ = comparePlan(t, db, small, byName)
		t.Errorf("seed %d, zone %s\n%s\n%s", seed, zone, small.Explain(), problem)
	}
	t.Logf("%d plans, %d refused, %d failed on both sides, operators: %v", cases, refused, failed, used)
}

// comparePlan returns what differs, or nothing.
func comparePlan(t testing.TB, db *rig.Database, p *plan.Plan, data map[string]*dataset) (problem, state string) {
	t.Helper()
	got, sql, diags, chErr := runClickHouse(t, db, p, data)
	if diags.HasErrors() {
		for _, d := range diags {
			require.Equal(t, dialect.CodeUnsupported, d.Code)
		}
		return "", "refused"
	}
	want, err := runEngine(t, p, data)
	switch {
	case err != nil && chErr != nil && strings.Contains(chErr.Error(), "a sum does not fit its type"):
		return "", "failed"
	case err != nil:
		return fmt.Sprintf("the engine: %v\nClickHouse: %v", err, chErr), ""
	case chErr != nil:
		return fmt.Sprintf("ClickHouse: %v", chErr), ""
	}
	var b strings.Builder
	for _, s := range p.Sinks {
		if d := multiset(want.rows[s.ID], got.rows[s.ID]); d != "" {
			fmt.Fprintf(&b, "rows of %s (%s):\n%s", s.ID, strings.Join(s.Schema.Names(), " | "), d)
		}
	}
	// Over a changelog the engine rejects what a row was on the way as well: only operators over inserts are counted alike.
	counted := map[string]bool{}
	p.Walk(func(n *plan.Node) {
		counted[n.ID] = true
		for _, in := range n.Inputs {
			counted[n.ID] = counted[n.ID] && in.Mode.Change == plan.Append
		}
	})
	for _, key := range slices.Sorted(maps.Keys(joined(want.rejected, got.rejected))) {
		node, _, _ := strings.Cut(key, " ")
		if counted[node] && want.rejected[key] != got.rejected[key] {
			fmt.Fprintf(&b, "rejected at %s: engine %d, ClickHouse %d\n", key, want.rejected[key], got.rejected[key])
		}
	}
	if b.Len() > 0 {
		b.WriteString(sql)
	}
	return b.String(), ""
}

func joined(a, b map[string]int) map[string]int {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// multiset shows up to ten rows that two lists do not have equally often.
func multiset(want, got []string) string {
	count := map[string]int{}
	for _, r := range want {
		count[r]++
	}
	for _, r := range got {
		count[r]--
	}
	var b strings.Builder
	n := 0
	for _, r := range slices.Sorted(maps.Keys(count)) {
		if count[r] != 0 {
			if n++; n <= 10 {
				fmt.Fprintf(&b, "  %+d %s\n", count[r], r)
			}
		}
	}
	if n > 0 {
		fmt.Fprintf(&b, "  (+ only the engine, - only ClickHouse; %d in all)\n", n)
	}
	return b.String()
}

// shrink makes a failing plan smaller: it takes operators off the top, and replaces operators by their inputs where the schemas allow it.
func shrink(p *plan.Plan, fails func(*plan.Plan) bool) *plan.Plan {
	g := &plans{zone: time.UTC}
	top := func(n *plan.Node) *plan.Plan {
		q := g.plan(n)
		q.TimeZone = p.TimeZone
		return q
	}
	for again := true; again; {
		again = false
		var nodes []*plan.Node
		p.Walk(func(n *plan.Node) { nodes = append(nodes, n) })
		for _, n := range nodes {
			if _, sink := n.Op.(*plan.Sink); sink || n == p.Sinks[0].Inputs[0] {
				continue
			}
			if q := top(n); fails(q) {
				p, again = q, true
				break
			}
		}
		if again {
			continue
		}
		for _, n := range nodes {
			switch n.Op.(type) {
			case *plan.Filter, *plan.Dedupe, *plan.Rank:
				q := without(p, n)
				if q != nil && fails(q) {
					p, again = q, true
				}
			}
			if again {
				break
			}
		}
	}
	return p
}

// without returns the plan with one operator left out, whose input has the same fields; nil when it does not fit.
func without(p *plan.Plan, gone *plan.Node) *plan.Plan {
	if !schema.FieldsEqual(gone.Schema.Fields, gone.Inputs[0].Schema.Fields) {
		return nil
	}
	done := map[*plan.Node]*plan.Node{}
	good := true
	var rebuild func(n *plan.Node) *plan.Node
	rebuild = func(n *plan.Node) *plan.Node {
		if n == gone {
			return rebuild(n.Inputs[0])
		}
		if m, ok := done[n]; ok {
			return m
		}
		m := *n
		m.Inputs = nil
		for _, in := range n.Inputs {
			m.Inputs = append(m.Inputs, rebuild(in))
		}
		if len(m.Inputs) > 0 {
			var err error
			if m.Mode, err = plan.InferMode(m.Op, m.Inputs); err != nil {
				good = false
			}
		}
		done[n] = &m
		return &m
	}
	q := *p
	q.Sinks = []*plan.Node{rebuild(p.Sinks[0])}
	if !good {
		return nil
	}
	return &q
}
