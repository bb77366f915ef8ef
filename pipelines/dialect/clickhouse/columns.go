package clickhouse

import (
	"fmt"
	"strings"
	"time"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/schema"
	"millrace/pipelines/dialect"
)

// Columns writes a query that computes expressions over one relation side by side, in the order of the relation's Order columns, which
// must be given: for the i-th expression the columns v<i>, its value, NULL where it fails, and e<i>, the number of its diag.RowCode or 0.
// No row is left out; nested values that may be NULL come as Options.NestedNulls says. It is for previews and tests.
func Columns(list []*expr.Expr, in *schema.Schema, zone *time.Location, table Table, rawTimes bool) (*dialect.Query, diag.List) {
	w := &writer{opt: Options{RawTimes: rawTimes, NestedNulls: true}, used: map[string]bool{}, writers: makeWriters(), zone: zone, utc: utc(zone)}
	wanted := map[int]bool{}
	for _, e := range list {
		for _, i := range expr.Columns(e) {
			wanted[i] = true
		}
	}
	var cols []string
	for i, f := range in.Fields {
		if !wanted[i] {
			continue
		}
		cols = append(cols, lifted(toInside("t."+ident(f.Name), f.Type, table.RawTimes), f.Type, false, f.Nullable)+" AS "+ident(f.Name))
	}
	for i, o := range table.Order {
		cols = append(cols, fmt.Sprintf("t.%s AS mr_o%d", ident(o), i))
	}
	rows := "rows AS (\n  " + selectList(cols) + "\n  FROM " + table.From + " AS t\n)"
	s := &scope{w: w, zone: zone, column: func(i int) string { return "t." + ident(in.Fields[i].Name) }}
	var items, order []string
	for i, e := range list {
		p := s.of(e)
		v, fail := p.value, "0"
		if p.fail != "" {
			p.fail = s.twice(p.fail)
			fail = "ifNull(" + p.fail + ", 0)"
			if !e.Type.Nested() {
				v = fmt.Sprintf("if(%s IS NULL, %s, NULL)", operand(p.fail), v)
			}
		}
		sql, err := w.outer(s.twice(v), e.Type, e.Nullable || !e.Type.Nested())
		if err != nil {
			s.refuse(diffFunction, "%s", err)
		}
		items = append(items, fmt.Sprintf("%s AS v%d", sql, i), fmt.Sprintf("toUInt16(%s) AS e%d", fail, i))
	}
	for i := range table.Order {
		order = append(order, fmt.Sprintf("mr_o%d", i))
	}
	if w.diags.HasErrors() {
		return nil, w.diags
	}
	w.ctes = []string{rows}
	sql := w.with("SELECT\n  " + strings.Join(items, ",\n  ") + "\nFROM " + s.from("rows", " AS t") + "\nORDER BY " + strings.Join(order, ", "))
	return &dialect.Query{SQL: sql, Settings: settings()}, w.diags
}
