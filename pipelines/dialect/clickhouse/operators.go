package clickhouse

import (
	"fmt"
	"strings"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// scan reads a table and makes the inside form of its columns. Rows without an event time are rejected here, as the engine does it.
func (w *writer) scan(n *plan.Node, _ *plan.Scan) {
	if w.opt.Tables == nil {
		w.refuse(n.ID, diffFunction, "a scan without a table")
		return
	}
	table, err := w.opt.Tables(n)
	if err != nil {
		w.refuse(n.ID, diffFunction, "no table holds the rows of %s: %s", n.ID, err)
		return
	}
	var items []string
	qualified := false
	for _, f := range n.Schema.Fields {
		v := "t." + ident(f.Name)
		in := lifted(toInside(v, f.Type, table.RawTimes), f.Type, false, f.Nullable)
		qualified = qualified || in != v
		items = append(items, in+" AS "+ident(f.Name))
	}
	if !qualified {
		items = fieldList(n.Schema, hidden{})
	}
	h := hidden{}
	if w.wanted[n] && len(table.Order) > 0 {
		h.order = true
		order := make([]string, len(table.Order))
		for i, o := range table.Order {
			order[i] = "toInt64(t." + ident(o) + ")"
		}
		items = append(items, "["+strings.Join(order, ", ")+"] AS "+orderColumn)
	}
	if table.Kind != "" {
		h.kind = true
		items = append(items, "toUInt8(t."+ident(table.Kind)+") AS "+kindColumn)
	}
	sql := selectList(items) + "\nFROM " + table.From + " AS t"
	if i := n.Schema.TimeIndex(); i >= 0 && n.Schema.Fields[i].Nullable {
		at := "t." + ident(n.Schema.Fields[i].Name)
		sql += "\nWHERE " + at + " IS NOT NULL"
		w.reject(n, failIf(at+" IS NULL", diag.RowEventTimeMissing), table.From+" AS t")
	}
	w.hidden[n], w.names[n] = h, w.cte(n, "", sql)
}

func (w *writer) filter(n *plan.Node, op *plan.Filter) {
	in := n.Inputs[0]
	s := w.scope(n, in.Schema, false)
	where := s.of(op.Where)
	h := w.hidden[in]
	from := s.from(w.names[in], "")
	sql := selectList(fieldList(n.Schema, h)) + "\nFROM " + from + "\nWHERE " + where.value
	if where.fail != "" {
		sql += "\n  AND " + operand(where.fail) + " IS NULL"
		w.reject(n, where.fail, from)
	}
	w.hidden[n], w.names[n] = h, w.cte(n, "", sql)
}

// clashes reports whether an output column takes the name of an input column and is another value.
func clashes(cols []plan.Column, in *schema.Schema) bool {
	for _, c := range cols {
		if i := in.Index(c.Name); i >= 0 && (c.Expr.Op != expr.OpColumn || c.Expr.Column != i) {
			return true
		}
	}
	return false
}

// relation is a name with an alias where columns are qualified.
func alias(qualified bool) string {
	if qualified {
		return " AS t"
	}
	return ""
}

func (w *writer) project(n *plan.Node, op *plan.Project) {
	in := n.Inputs[0]
	qualified := clashes(op.Columns, in.Schema)
	s := w.scope(n, in.Schema, qualified)
	items, errs := make([]string, 0, len(op.Columns)+2), make([]string, len(op.Columns))
	for i, c := range op.Columns {
		p := s.of(c.Expr)
		items, errs[i] = append(items, item(w.typed(p.value, c.Expr), c.Name)), p.fail
	}
	h := w.hidden[in]
	items = append(items, h.columns()...)
	from := s.from(w.names[in], alias(qualified))
	sql := selectList(items) + "\nFROM " + from
	if fail := either(errs...); fail != "" {
		sql += "\nWHERE " + operand(fail) + " IS NULL"
		w.reject(n, fail, from)
	}
	w.hidden[n], w.names[n] = h, w.cte(n, "", sql)
}

// typed gives a column its exact type where the SQL's own may be another: a constant, or a comparison.
func (w *writer) typed(v string, e *expr.Expr) string {
	t, err := innerType(e.Type, e.Nullable)
	if err != nil || e.Op == expr.OpColumn || e.Type.Nested() {
		return v
	}
	// The value of an expression that failed may be NULL in SQL though it never is in the language; its row is left out.
	if !e.Nullable && expr.Fallible(e) {
		v = "assumeNotNull(" + v + ")"
	}
	return fmt.Sprintf("CAST(%s AS %s)", v, t)
}

func (w *writer) union(n *plan.Node) {
	h := hidden{order: w.wanted[n]}
	for _, in := range n.Inputs {
		h.order = h.order && w.hidden[in].order
	}
	parts := make([]string, len(n.Inputs))
	for i, in := range n.Inputs {
		items := make([]string, len(n.Schema.Fields), len(n.Schema.Fields)+1)
		for k, f := range n.Schema.Fields {
			items[k] = item(lifted(ident(f.Name), f.Type, in.Schema.Fields[k].Nullable, f.Nullable), f.Name)
		}
		if h.order {
			items = append(items, fmt.Sprintf("arrayPushBack(%s, %d) AS %s", orderColumn, i, orderColumn))
		}
		parts[i] = selectList(items) + "\nFROM " + w.names[in]
		if h.order {
			parts[i] = strings.Replace(parts[i], "arrayPushBack("+orderColumn, "arrayPushBack(t."+orderColumn, 1) + " AS t"
		}
	}
	w.hidden[n], w.names[n] = h, w.cte(n, "", strings.Join(parts, "\nUNION ALL\n"))
}

// keyText writes a value as a key: -0 is 0, and every NaN the same.
func keyText(v string, t schema.Type) string {
	if t.Float() {
		return fmt.Sprintf("if(isNaN(%s), nan, %s + 0)", v, operand(v))
	}
	return v
}

// dedupe keeps the first row of each key and drops those less than Within behind the last kept one: a fold over the key's rows in
// order of time and arrival.
func (w *writer) dedupe(n *plan.Node, op *plan.Dedupe) {
	in := n.Inputs[0]
	var cols, keys, out []string
	for i, f := range in.Schema.Fields {
		cols = append(cols, "t."+ident(f.Name))
		out = append(out, fmt.Sprintf("tupleElement(tupleElement(mr_row, 3), %d) AS %s", i+1, ident(f.Name)))
	}
	for _, k := range op.Keys {
		f := in.Schema.Fields[k]
		keys = append(keys, keyText("t."+ident(f.Name), f.Type))
	}
	if len(keys) == 0 {
		keys = []string{"1"}
	}
	order := "tuple(" + strings.Join(cols, ", ") + ")"
	if w.hidden[in].order {
		order = "t." + orderColumn
	}
	at := "t." + ident(in.Schema.Fields[op.Time].Name)
	rows := fmt.Sprintf("arraySort(x -> (tupleElement(x, 1), tupleElement(x, 2)), groupArray((assumeNotNull(toInt64(%s)), %s, tuple(%s))))", at, order, strings.Join(cols, ", "))
	fold := fmt.Sprintf("arrayFold((a, x) -> if(tupleElement(a, 1) AND tupleElement(x, 1) - tupleElement(a, 2) < %d, a, (true, tupleElement(x, 1), arrayPushBack(tupleElement(a, 3), x))),\n"+
		"      mr_rows, (false, toInt64(0), arraySlice(mr_rows, 1, 0)))", op.Within)
	sql := fmt.Sprintf("%s\nFROM (\n  SELECT arrayJoin(tupleElement(%s, 3)) AS mr_row\n  FROM (\n    SELECT %s AS mr_rows\n    FROM %s AS t\n    GROUP BY %s\n  )\n)",
		selectList(out), fold, rows, w.names[in], strings.Join(keys, ", "))
	w.names[n] = w.cte(n, "", sql)
}

// orderBy writes one sort key. NaN is behind all other numbers, wherever NULLs go.
func orderBy(v string, f schema.Field, k plan.SortKey) string {
	t := f.Type
	dir := " ASC"
	if k.Desc {
		dir = " DESC"
	}
	nulls := " NULLS LAST"
	if k.NullsFirst {
		nulls = " NULLS FIRST"
	}
	first := " ASC"
	if k.NullsFirst {
		first = " DESC"
	}
	if optional(t, f.Nullable) {
		return fmt.Sprintf("empty(%s)%s, %s%s", v, first, v, dir)
	}
	if t.Float() {
		return fmt.Sprintf("isNull(%s)%s, isNaN(%s)%s, %s%s", v, first, v, dir, v, dir)
	}
	return v + dir + nulls
}

func (w *writer) rank(n *plan.Node, op *plan.Rank) {
	in := n.Inputs[0]
	var partition, order []string
	seen := map[int]bool{}
	for _, i := range op.Partition {
		f := in.Schema.Fields[i]
		partition = append(partition, keyText(ident(f.Name), f.Type))
	}
	for _, k := range op.Order {
		f := in.Schema.Fields[k.Column]
		seen[k.Column] = true
		order = append(order, orderBy(ident(f.Name), f, k))
	}
	for i, f := range in.Schema.Fields {
		if !seen[i] {
			order = append(order, orderBy(ident(f.Name), f, plan.SortKey{}))
		}
	}
	over := "ORDER BY " + strings.Join(order, ", ")
	if len(partition) > 0 {
		over = "PARTITION BY " + strings.Join(partition, ", ") + " " + over
	}
	items := fieldList(in.Schema, hidden{})
	if op.Number != "" {
		items = append(items, "toInt64(mr_number) AS "+ident(op.Number))
	}
	sql := fmt.Sprintf("%s\nFROM (\n  SELECT *, row_number() OVER (%s) AS mr_number\n  FROM %s\n)\nWHERE mr_number BETWEEN %d AND %d", selectList(items), over, w.names[in], op.From, op.To)
	w.names[n] = w.cte(n, "", sql)
}

func (w *writer) unnest(n *plan.Node, op *plan.Unnest) {
	in := n.Inputs[0]
	f := in.Schema.Fields[op.Column]
	col := bare(ident(f.Name), f.Type, f.Nullable)
	h := w.hidden[in]
	items, from := fieldList(in.Schema, h), w.names[in]
	if h.order {
		// The elements of a row arrive one behind the other.
		items = append(fieldList(in.Schema, hidden{kind: h.kind}), fmt.Sprintf("arrayPushBack(t.%s, toInt64(mr_at)) AS %s", orderColumn, orderColumn))
		from += " AS t"
	}
	var arrays, added []string
	switch {
	case f.Type.Kind == schema.Map:
		arrays = []string{"mapKeys(" + col + ") AS mr_e1", "mapValues(" + col + ") AS mr_e2"}
		added = []string{"mr_e1", "mr_e2"}
	case f.Type.Elem != nil && f.Type.Elem.Kind == schema.Row:
		arrays = []string{col + " AS mr_e1"}
		for i := range f.Type.Elem.Fields {
			added = append(added, fmt.Sprintf("tupleElement(mr_e1, %d)", i+1))
		}
	default:
		arrays, added = []string{col + " AS mr_e1"}, []string{"mr_e1"}
	}
	arrays = append(arrays, "arrayEnumerate("+arrays[0][:strings.LastIndex(arrays[0], " AS ")]+") AS mr_at")
	if op.Ordinality {
		added = append(added, "toInt64(mr_at)")
	}
	join := "ARRAY JOIN "
	if op.Outer {
		join = "LEFT ARRAY JOIN "
	}
	for i, a := range added {
		to := n.Schema.Fields[len(in.Schema.Fields)+i]
		if op.Outer {
			a = unless("mr_at = 0", a, to.Type, false)
		} else {
			a = lifted(a, to.Type, false, to.Nullable)
		}
		items = append(items, a+" AS "+ident(op.Names[i]))
	}
	w.hidden[n], w.names[n] = h, w.cte(n, "", selectList(items)+"\nFROM "+from+"\n"+join+strings.Join(arrays, ", "))
}

// normalize keeps the last version of each key.
func (w *writer) normalize(n *plan.Node) {
	in := n.Inputs[0]
	h := w.hidden[in]
	if !h.kind || !h.order {
		w.refuse(n.ID, diffChangelog, "a changelog whose table exposes neither the kind of a change nor its order")
		return
	}
	var cols, keys, out []string
	for i, f := range in.Schema.Fields {
		cols = append(cols, ident(f.Name))
		out = append(out, fmt.Sprintf("tupleElement(mr_row, %d) AS %s", i+2, ident(f.Name)))
	}
	for _, k := range in.Mode.Key {
		i := in.Schema.Index(k)
		keys = append(keys, keyText(ident(k), in.Schema.Fields[i].Type))
	}
	// -U takes back what the +U behind it replaces anyway.
	sql := fmt.Sprintf("%s\nFROM (\n  SELECT argMax(tuple(%s, %s), %s) AS mr_row\n  FROM %s\n  WHERE %s != 1\n  GROUP BY %s\n)\nWHERE tupleElement(mr_row, 1) != 3",
		selectList(out), kindColumn, strings.Join(cols, ", "), orderColumn, w.names[in], kindColumn, strings.Join(keys, ", "))
	w.names[n] = w.cte(n, "", sql)
}
