package differential

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/expr"
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

// compared is one expression with what the engine makes of it.
type compared struct {
	text string
	e    *expr.Expr
}

// TestExpressions computes random expressions over random rows of every type.
func TestExpressions(t *testing.T) {
	db := rig.ClickHouse(t)
	cases := 320
	if os.Getenv("MILLRACE_SOAK") != "" {
		cases = 32_000
	}
	cases = env(t, "MILLRACE_CASES", cases)
	first := uint64(env(t, "MILLRACE_SEED", 0))
	const round = 80
	failures, refused := 0, 0
	for n := 0; n < cases && failures < 10; n += round {
		seed := first + uint64(n)
		zone, err := time.LoadLocation(zones[int(seed/round)%len(zones)])
		require.NoError(t, err)
		v := newValues(seed, seed/round%2 == 1, zone)
		d := v.dataset(fmt.Sprintf("rows_%d", seed), allTypes(t), 60)
		d.load(t, db)
		g := &expressions{r: rand.New(rand.NewPCG(seed, 3)), env: expr.Env{Schema: d.schema, Zone: zone}}
		var list []compared
		for len(list) < round {
			c := g.next()
			if _, diags := clickhouse.Columns([]*expr.Expr{c.e}, d.schema, zone, d.table("t"), true); diags.HasErrors() {
				for _, x := range diags {
					require.Equal(t, dialect.CodeUnsupported, x.Code)
				}
				refused++
				continue
			}
			list = append(list, c)
		}
		for i := 0; i < len(list); i += 20 {
			failures += compareExpressions(t, db, d, zone, list[i:min(i+20, len(list))], fmt.Sprintf("seed %d, zone %s", seed, zone))
		}
		db.Text("DROP TABLE $db." + d.name)
	}
	t.Logf("%d expressions, %d refused", cases, refused)
}

// compareExpressions computes the expressions on both sides and reports those that differ, once each.
func compareExpressions(t testing.TB, db *rig.Database, d *dataset, zone *time.Location, list []compared, what string) (failures int) {
	t.Helper()
	exprs := make([]*expr.Expr, len(list))
	var fields []schema.Field
	for i, c := range list {
		exprs[i] = c.e
		fields = append(fields, schema.Field{Name: fmt.Sprintf("v%d", i), Type: c.e.Type, Nullable: true}, schema.Field{Name: fmt.Sprintf("e%d", i), Type: schema.Of(schema.Uint16)})
	}
	q, diags := clickhouse.Columns(exprs, d.schema, zone, d.table(db.Name+"."+d.name), true)
	require.Empty(t, diags)
	set := url.Values{}
	for k, v := range q.Settings {
		set.Set(k, v)
	}
	data, err := db.Try(q.SQL+"\nFORMAT RowBinary", set.Encode())
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
			if want == got {
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

func parseExpr(text string, env expr.Env) (*expr.Expr, diag.List) {
	ast, diags := sqltext.ParseExpr(text)
	if diags.HasErrors() {
		return nil, diags
	}
	return expr.Check(ast, env)
}
