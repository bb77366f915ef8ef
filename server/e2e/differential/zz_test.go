package differential

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millrace/models/expr"
	"millrace/pipelines/dialect/clickhouse"
	"millrace/server/e2e/rig"
)

func childCPU() int {
	dirs, _ := filepath.Glob("/proc/[0-9]*/stat")
	sum := 0
	for _, d := range dirs {
		b, _ := os.ReadFile(d)
		s := string(b)
		i := strings.LastIndex(s, ")")
		if i < 0 {
			continue
		}
		f := strings.Fields(s[i+1:])
		if f[1] == fmt.Sprint(os.Getpid()) {
			var a, c int
			fmt.Sscan(f[11], &a)
			fmt.Sscan(f[12], &c)
			sum += a + c
		}
	}
	return sum * 10
}

func TestZZ(t *testing.T) {
	db := rig.ClickHouse(t)
	zone := zoneOf(t, 1)
	v := newValues(7, false, zone)
	d := v.dataset("rows_0", allTypes(t), 7)
	d.load(t, db)
	for i, text := range []string{"CAST(ROUND(CAST(k / u8 AS decimal(10, 0)), -3) AS int)", "CAST(s AS TIMESTAMP)", "DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm:ss.SSSSSS')", "TO_TIMESTAMP(s, 'yyyy-MM-dd HH:mm:ss.SSSSSS')",
		"DATE_FORMAT(CAST(s AS timestamp), 'yyyy-MM-dd HH:mm:ss.SSSSSS')", "TO_TIMESTAMP(DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm:ss.SSSSSS'), 'yyyy-MM-dd HH:mm:ss.SSSSSS')",
		"TO_TIMESTAMP(DATE_FORMAT(CAST(s AS timestamp), 'yyyy-MM-dd HH:mm:ss.SSSSSS'), 'yyyy-MM-dd HH:mm:ss.SSSSSS')"} {
		e, diags := parseExpr(text, expr.Env{Schema: d.schema, Zone: zone})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		q, _ := clickhouse.Columns([]*expr.Expr{e}, d.schema, zone, d.table(db.Name+"."+d.name), true)
		set := url.Values{}
		for k, v := range q.Settings {
			set.Set(k, v)
		}
		var took [4]int
		for i, pre := range []string{"EXPLAIN QUERY TREE run_passes=0 ", "EXPLAIN QUERY TREE ", "EXPLAIN ", ""} {
			c := childCPU()
			_, err := db.Try(pre+q.SQL+"\n", set.Encode())
			if err != nil {
				fmt.Println(err.Error()[:200])
			}
			took[i] = childCPU() - c
		}
		fmt.Printf("tree %v len %d levels %d %s\n", took, len(q.SQL), strings.Count(q.SQL, "SELECT *"), text)
		_ = os.WriteFile(fmt.Sprintf("/tmp/differential/z%d.sql", i), []byte(q.SQL), 0o600)
	}
	_ = time.Now
}

func TestZZ2(t *testing.T) {
	db := rig.ClickHouse(t)
	zone := zoneOf(t, 1)
	v := newValues(7, false, zone)
	d := v.dataset("rows_0", allTypes(t), 7)
	d.load(t, db)
	b, _ := os.ReadFile("/tmp/differential/z6.sql")
	sql := strings.ReplaceAll(string(b), "test_1.", db.Name+".")
	i := strings.LastIndex(sql, "ORDER BY")
	sql = sql[:i] + " WHERE mr_o0 > 0 AND " + os.Getenv("ZZ_COL") + " IS NULL"
	q, _ := clickhouse.Columns(nil, d.schema, zone, d.table("x"), true)
	for _, extra := range strings.Split("|query_plan_enable_optimizations=0|query_plan_merge_expressions=0|query_plan_filter_push_down=0|optimize_move_to_prewhere=0,query_plan_optimize_prewhere=0|query_plan_merge_filters=0|query_plan_merge_filter_into_join_condition=0|query_plan_split_filter=0|optimize_and_compare_chain=0|use_query_condition_cache=0|optimize_use_projections=0|query_plan_remove_unused_columns=0|query_plan_optimize_lazy_materialization=0|enable_parallel_replicas=0|query_plan_use_new_logical_join_step=0|query_plan_convert_any_join_to_semi_or_anti_join=0|query_plan_text_index_add_hint=0,query_plan_direct_read_from_text_index=0", "|") {
		set := url.Values{}
		for k, v := range q.Settings {
			set.Set(k, v)
		}
		for _, x := range strings.Split(extra, ",") {
			if k, v, ok := strings.Cut(x, "="); ok {
				set.Set(k, v)
			}
		}
		c := childCPU()
		_, err := db.Try(sql, set.Encode())
		e := ""
		if err != nil {
			e = err.Error()[:120]
		}
		fmt.Println(childCPU()-c, extra, e)
	}
}
