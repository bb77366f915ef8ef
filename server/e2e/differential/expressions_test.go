package differential

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
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

// env reads a number from the environment.
func env(t testing.TB, name string, byDefault int) int {
	text := os.Getenv(name)
	if text == "" {
		return byDefault
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, name)
	return n
}

var zones = []string{"UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata"}

// compared is an expression and its text.
type compared struct {
	text string
	e    *expr.Expr
	// near says that the last digits of the result are not fixed.
	near bool
}

// zoneOf is the time zone of a group of cases.
func zoneOf(t testing.TB, n uint64) *time.Location {
	zone, err := time.LoadLocation(zones[int(n)%len(zones)])
	require.NoError(t, err)
	return zone
}

// span says which cases run: as many as by default, as many as a soak wants, or those that the environment names.
func span(t testing.TB, byDefault, soak int) (first, cases uint64) {
	if os.Getenv("MILLRACE_SOAK") != "" {
		byDefault = soak
	}
	seed := env(t, "MILLRACE_SEED", -1)
	if seed >= 0 {
		byDefault = 1
	}
	return uint64(max(seed, 0)), uint64(env(t, "MILLRACE_CASES", byDefault))
}

// round is how many expressions in a row are computed over the same rows; a seed names a round.
const round = 80

// together is how many of them stand in one query. ClickHouse resolves a query in a time that grows faster than the query: five queries of
// four take half the time of one of twenty.
const together = 4

// TestExpressions computes random expressions over random rows of every type.
func TestExpressions(t *testing.T) {
	db := rig.ClickHouse(t)
	first, cases := span(t, 320, 80_000)
	var refused, different atomic.Int64
	t.Run("rounds", func(t *testing.T) {
		for n := first / round; n*round < first+cases; n++ {
			t.Run(fmt.Sprint(n*round), func(t *testing.T) {
				t.Parallel()
				if different.Load() >= 10 {
					return
				}
				db := db.With(t)
				v := newValues(n, n%2 == 1, zoneOf(t, n))
				d := v.dataset(fmt.Sprintf("rows_%d", n), allTypes(t), 60)
				d.load(t, db)
				defer db.Text("DROP TABLE $db." + d.name)
				list, no := written(t, d, n)
				refused.Add(int64(no))
				for i := 0; i < len(list); i += together {
					failures := compareExpressions(t, db, d, zoneOf(t, n), list[i:min(i+together, len(list))], fmt.Sprintf("seed %d, zone %s", n*round, zoneOf(t, n)))
					different.Add(int64(failures))
				}
			})
		}
	})
	t.Logf("%d expressions, %d more were refused", (cases+round-1)/round*round, refused.Load())
}

// written makes a round of expressions that the dialect writes, and counts those it refuses.
func written(t testing.TB, d *dataset, n uint64) (list []compared, refused int) {
	g := &expressions{r: rand.New(rand.NewPCG(n, 3)), env: expr.Env{Schema: d.schema, Zone: zoneOf(t, n)}}
	for len(list) < round {
		c := g.next()
		if _, diags := clickhouse.Columns([]*expr.Expr{c.e}, d.schema, g.env.Zone, d.table("t"), true); diags.HasErrors() {
			for _, x := range diags {
				require.Equal(t, dialect.CodeUnsupported, x.Code)
			}
			refused++
			continue
		}
		list = append(list, c)
	}
	return list, refused
}

// TestEveryFunctionIsCompared: the expressions of the first rounds hold every scalar function of the language, and the aggregates are all
// among those that the plans take.
func TestEveryFunctionIsCompared(t *testing.T) {
	seen := map[string]bool{}
	name := regexp.MustCompile(`\b([A-Z][A-Z0-9_]*)\(`)
	for n := range uint64(20) {
		d := newValues(n, false, zoneOf(t, n)).dataset("rows", allTypes(t), 1)
		list, _ := written(t, d, n)
		for _, c := range list {
			for _, m := range name.FindAllStringSubmatch(c.text, -1) {
				seen[m[1]] = true
			}
		}
	}
	for n := range uint64(5) {
		data := tables(t, n)
		for seed := n * group; seed < (n+1)*group; seed++ {
			caseOf(t, seed, data).Walk(func(n *plan.Node) {
				if w, ok := n.Op.(*plan.Window); ok {
					for _, a := range w.Aggs {
						seen[strings.ToUpper(a.Agg.Func)] = true
					}
				}
			})
		}
	}
	for _, f := range expr.Functions() {
		require.True(t, seen[f.Name], f.Name)
	}
}

// compareExpressions computes the expressions on both sides and reports those that differ, once each.
func compareExpressions(t testing.TB, db *rig.Database, d *dataset, zone *time.Location, list []compared, what string) (failures int) {
	t.Helper()
	exprs := make([]*expr.Expr, len(list))
	var fields []schema.Field
	for i, c := range list {
		exprs[i] = c.e
		fields = append(fields, schema.Field{Name: fmt.Sprintf("v%d", i), Type: c.e.Type, Nullable: c.e.Nullable || !c.e.Type.Nested()}, schema.Field{Name: fmt.Sprintf("e%d", i), Type: schema.Of(schema.Uint16)})
	}
	q, diags := clickhouse.Columns(exprs, d.schema, zone, d.table(db.Name+"."+d.name), true)
	require.Empty(t, diags)
	data, err := ask(db, q.SQL, q.Settings)
	if err != nil {
		if len(list) > 1 {
			half := len(list) / 2
			return compareExpressions(t, db, d, zone, list[:half], what) + compareExpressions(t, db, d, zone, list[half:], what)
		}
		t.Errorf("%s: %s\nClickHouse fails: %v\n%s", what, list[0].text, err, q.SQL)
		return 1
	}
	rows, err := cells(data, fields, true)
	require.NoError(t, err, "%s\n%s", what, q.SQL)
	require.Len(t, rows, len(d.rows))
	b := d.batch(0, len(d.rows))
	for i, c := range list {
		p, err := expr.Compile(c.e, zone)
		require.NoError(t, err, c.text)
		res := p.Eval(b)
		for r := range d.rows {
			var want string
			got := show(rows[r][2*i])
			if res.Errs != nil && res.Errs[r] != 0 {
				want = "error " + res.Errs[r].String()
			} else {
				want = show(res.Vec.Value(r))
			}
			if code := rows[r][2*i+1].(uint64); code != 0 {
				got = "error " + diag.RowCode(code).String()
			}
			if want == got || c.published(res.Vec.Value(r), rows[r][2*i], got) {
				continue
			}
			inputs := ""
			for _, col := range expr.Columns(c.e) {
				inputs += fmt.Sprintf(" %s=%s", d.schema.Fields[col].Name, show(d.rows[r][col]))
			}
			small, _ := clickhouse.Columns([]*expr.Expr{c.e}, d.schema, zone, d.table("t"), true)
			t.Errorf("%s: %s ;;%s\n  engine     %s\n  ClickHouse %s\n%s", what, c.text, inputs, want, got, small.SQL[strings.LastIndex(small.SQL, "\n)")+1:])
			failures++
			break
		}
	}
	return failures
}

// published reports whether two results differ as the list of differences says.
func (c compared) published(want, have any, got string) bool {
	if got == "error "+diag.RowArgument.String() {
		text, ok := want.(string)
		return ok && len(text) > 1_000_000 && strings.Contains(c.text, "PAD(")
	}
	return c.near && near(want, have)
}

// near reports whether two floats agree but for the last digits, of which numbers below 0x1p-1022 have fewer.
func near(a, b any) bool {
	x, ok := a.(float64)
	y, fine := b.(float64)
	return ok && fine && (math.Abs(x-y) <= 1e-12*math.Abs(x)+4*math.SmallestNonzeroFloat64 || x == y)
}

func parseExpr(text string, env expr.Env) (*expr.Expr, diag.List) {
	ast, diags := sqltext.ParseExpr(text)
	if diags.HasErrors() {
		return nil, diags
	}
	return expr.Check(ast, env)
}
