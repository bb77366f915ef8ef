package differential

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
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

// ask runs a query of the dialect's. It does not enter the server's log of queries, whose upkeep would take a fifth of the time, and it may
// take so little memory that one that wants too much fails itself, and not those beside it.
func ask(db *rig.Database, sql string, settings map[string]string) ([]byte, error) {
	set := url.Values{"log_queries": {"0"}, "max_memory_usage": {"900000000"}}
	for k, v := range settings {
		set.Set(k, v)
	}
	return db.Try(sql+"\nFORMAT RowBinary", set.Encode())
}

// runClickHouse runs a plan as the dialect writes it. Diagnostics say that it is refused.
func runClickHouse(t testing.TB, db *rig.Database, p *plan.Plan, data map[string]*dataset) (out *outcome, sql string, diags diag.List, err error) {
	t.Helper()
	out = &outcome{rows: map[string][]string{}, rejected: map[string]int{}}
	options := clickhouse.Options{RawTimes: true, NestedNulls: true, Tables: func(scan *plan.Node) (clickhouse.Table, error) {
		d := data[scan.Op.(*plan.Scan).Table]
		return d.table(db.Name + "." + d.name), nil
	}}
	seen := map[string]bool{}
	for _, sink := range p.Sinks {
		q, diags := clickhouse.Write(p, sink, options)
		if diags.HasErrors() {
			return nil, "", diags, nil
		}
		sql += q.SQL + "\n"
		bytes, err := ask(db, q.SQL, q.Settings)
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
		if bytes, err = ask(db, q.Errors, q.Settings); err != nil {
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
