package clickhouse

import (
	"fmt"
	"strings"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// pairing is what the joins have in common: which rows meet.
type pairing struct {
	node        *plan.Node
	kind        plan.JoinKind
	left, right []int
	where       *expr.Expr
	// near is a further condition over columns of both sides, which never fails; "" is none. It is written over mr_l and mr_r columns.
	near                    string
	leftUnique, rightUnique bool
	leftTime, rightTime     int
}

func (w *writer) join(n *plan.Node, op *plan.Join) {
	p := pairing{node: n, kind: op.Kind, left: op.Left, right: op.Right, where: op.Where, leftUnique: op.LeftUnique, rightUnique: op.RightUnique,
		leftTime: op.LeftTime, rightTime: op.RightTime}
	if op.TTL > 0 {
		p.near = fmt.Sprintf("mr_l%d - mr_r%d BETWEEN -%d AND %d", op.LeftTime, op.RightTime, op.TTL, op.TTL)
	} else {
		p.leftTime, p.rightTime = -1, -1
	}
	w.pairs(p)
}

func (w *writer) intervalJoin(n *plan.Node, op *plan.IntervalJoin) {
	w.pairs(pairing{node: n, kind: op.Kind, left: op.Left, right: op.Right, where: op.Where, leftUnique: op.LeftUnique, rightUnique: op.RightUnique,
		leftTime: op.LeftTime, rightTime: op.RightTime,
		near: fmt.Sprintf("mr_r%d - mr_l%d BETWEEN %s AND %s", op.RightTime, op.LeftTime, integer(op.Lower), integer(op.Upper))})
}

// side writes one input of a join: its columns under names of their own and a number for each row.
func side(in *schema.Schema, prefix, name string) string {
	items := make([]string, 0, len(in.Fields)+1)
	for i, f := range in.Fields {
		items = append(items, fmt.Sprintf("%s AS %s%d", ident(f.Name), prefix, i))
	}
	items = append(items, "row_number() OVER () AS "+prefix+"id")
	return "(" + selectList(items) + " FROM " + name + ")"
}

// matching writes the equality of the keys; NULL matches nothing.
func matching(left, right *schema.Schema, l, r []int) string {
	if len(l) == 0 {
		return "1 = 1"
	}
	var on []string
	for i := range l {
		on = append(on, fmt.Sprintf("%s = %s", keyText(fmt.Sprintf("l.mr_l%d", l[i]), left.Fields[l[i]].Type), keyText(fmt.Sprintf("r.mr_r%d", r[i]), right.Fields[r[i]].Type)))
	}
	return strings.Join(on, " AND ")
}

// unique drops the rows that break a declared cardinality, and counts them: the first row of a key stays.
func (w *writer) unique(n *plan.Node, in int, keys []int, time int, name string) string {
	s := n.Inputs[in].Schema
	var partition, order, known []string
	for _, k := range keys {
		f := s.Fields[k]
		partition = append(partition, keyText(ident(f.Name), f.Type))
		if f.Nullable {
			known = append(known, ident(f.Name)+" IS NOT NULL")
		}
	}
	if time >= 0 {
		order = append(order, ident(s.Fields[time].Name))
	}
	for _, f := range s.Fields {
		order = append(order, orderBy(ident(f.Name), f, plan.SortKey{}))
	}
	over := "ORDER BY " + strings.Join(order, ", ")
	if len(partition) > 0 {
		over = "PARTITION BY " + strings.Join(partition, ", ") + " " + over
	}
	second := strings.Join(append([]string{"row_number() OVER (" + over + ") > 1"}, known...), " AND ")
	numbered := w.cte(n, fmt.Sprintf("_numbered%d", in+1), fmt.Sprintf("SELECT *, %s AS mr_second\nFROM %s", second, name))
	w.reject(n, failIf("mr_second", diag.RowCardinality), numbered)
	return w.cte(n, fmt.Sprintf("_unique%d", in+1), selectList(fieldList(s, hidden{}))+"\nFROM "+numbered+"\nWHERE NOT mr_second")
}

// pairs writes a join in three steps: every pair of rows with equal keys, and rows without one where the kind keeps them; whether each
// pair holds; and what comes out: the pairs that hold and the rows that none of them took.
func (w *writer) pairs(p pairing) {
	n := p.node
	left, right := n.Inputs[0].Schema, n.Inputs[1].Schema
	ln, rn := w.names[n.Inputs[0]], w.names[n.Inputs[1]]
	if p.leftUnique {
		ln = w.unique(n, 0, p.left, p.leftTime, ln)
	}
	if p.rightUnique {
		rn = w.unique(n, 1, p.right, p.rightTime, rn)
	}
	join := "INNER JOIN"
	switch {
	case p.kind == plan.FullOuter:
		join = "FULL JOIN"
	case p.kind == plan.RightOuter:
		join = "RIGHT JOIN"
	case p.kind.KeepsLeft():
		join = "LEFT JOIN"
	}
	all := fmt.Sprintf("SELECT *, (mr_lid IS NOT NULL AND mr_rid IS NOT NULL) AS mr_both\nFROM %s AS l\n%s %s AS r ON %s",
		side(left, "mr_l", ln), join, side(right, "mr_r", rn), matching(left, right, p.left, p.right))
	all = w.cte(n, "_pairs", all)

	s := &scope{w: w, node: n.ID, zone: w.zone, column: func(i int) string {
		if i < len(left.Fields) {
			return fmt.Sprintf("mr_l%d", i)
		}
		return fmt.Sprintf("mr_r%d", i-len(left.Fields))
	}}
	near := "mr_both"
	if p.near != "" {
		near = "(mr_both AND ifNull(" + p.near + ", false))"
	}
	out, fail := near, ""
	if p.where != nil {
		where := s.of(p.where)
		near = s.twice(near)
		out = fmt.Sprintf("(%s AND ifNull(%s, false))", near, where.value)
		if where.fail != "" {
			fail = s.twice(where.fail)
			out = fmt.Sprintf("(%s AND ifNull(%s, false) AND %s IS NULL)", near, where.value, operand(fail))
			fail = fmt.Sprintf("if(%s, %s, NULL)", near, fail)
		}
	}
	items := []string{"*", out + " AS mr_out"}
	hit := "mr_out"
	if fail != "" {
		items, hit = append(items, fail+" AS mr_fail"), "(mr_out OR mr_fail IS NOT NULL)"
	}
	judged := w.cte(n, "_judged", selectList(items)+"\nFROM "+s.from(all, ""))
	if fail != "" {
		w.reject(n, "mr_fail", judged)
	}
	w.emit(n, p.kind, judged, hit)
}

// emit writes what comes out of judged pairs.
func (w *writer) emit(n *plan.Node, kind plan.JoinKind, judged, hit string) {
	pair := plan.PairSchema(n.Inputs[0].Schema, n.Inputs[1].Schema).Fields
	lefts := len(n.Inputs[0].Schema.Fields)
	items := make([]string, len(n.Schema.Fields))
	for i, f := range n.Schema.Fields {
		v, alone := fmt.Sprintf("mr_l%d", i), kind.KeepsRight()
		missing := "mr_side = 2"
		if i >= lefts {
			v, alone, missing = fmt.Sprintf("mr_r%d", i-lefts), kind == plan.LeftOuter || kind == plan.FullOuter, "mr_side = 1"
		}
		if alone {
			v = unless(missing, v, f.Type, pair[i].Nullable)
		}
		items[i] = v + " AS " + ident(f.Name)
	}
	if kind == plan.Inner {
		w.names[n] = w.cte(n, "", selectList(items)+"\nFROM "+judged+"\nWHERE mr_out")
		return
	}
	var windows, sides []string
	if kind != plan.RightOuter {
		windows = append(windows, "max("+hit+") OVER (PARTITION BY mr_lid) AS mr_lhit", "row_number() OVER (PARTITION BY mr_lid) AS mr_ln")
	}
	if kind == plan.Semi {
		windows[0] = "max(mr_out) OVER (PARTITION BY mr_lid) AS mr_lhit"
	}
	if kind.KeepsRight() {
		windows = append(windows, "max("+hit+") OVER (PARTITION BY mr_rid) AS mr_rhit", "row_number() OVER (PARTITION BY mr_rid) AS mr_rn")
	}
	numbered := "(\n  SELECT *, " + strings.Join(windows, ", ") + "\n  FROM " + judged + "\n)"
	switch kind {
	case plan.Semi, plan.Anti:
		want := "mr_lhit"
		if kind == plan.Anti {
			want = "NOT mr_lhit"
		}
		w.names[n] = w.cte(n, "", selectList(items)+"\nFROM "+numbered+"\nWHERE mr_ln = 1 AND "+want)
		return
	}
	// One pair may give up to three rows: itself, its left row alone and its right row alone.
	sides = append(sides, "if(mr_out, [0], [])")
	if kind.KeepsLeft() {
		sides = append(sides, "if(mr_lid IS NOT NULL AND NOT mr_lhit AND mr_ln = 1, [1], [])")
	}
	if kind.KeepsRight() {
		sides = append(sides, "if(mr_rid IS NOT NULL AND NOT mr_rhit AND mr_rn = 1, [2], [])")
	}
	w.names[n] = w.cte(n, "", selectList(items)+"\nFROM "+numbered+"\nARRAY JOIN arrayConcat("+strings.Join(sides, ", ")+") AS mr_side")
}

// temporalJoin gives each left row the version that is valid at its time: the last one not behind it, else the key's first one, and of
// versions with one time the one that arrived last.
func (w *writer) temporalJoin(n *plan.Node, op *plan.TemporalJoin) {
	left, right := n.Inputs[0].Schema, n.Inputs[1].Schema
	h := w.hidden[n.Inputs[1]]
	if n.Inputs[1].Mode.Change != plan.Append && !h.kind {
		w.refuse(n.ID, diffChangelog, "a temporal join whose right side is a changelog that no table holds")
		return
	}
	var keys, by, cols []string
	for i, k := range op.Right {
		f := right.Fields[k]
		keys = append(keys, fmt.Sprintf("%s AS mr_k%d", keyText(ident(f.Name), f.Type), i))
		by = append(by, fmt.Sprintf("mr_k%d", i))
	}
	if len(keys) == 0 {
		keys, by = []string{"1 AS mr_k0"}, []string{"mr_k0"}
	}
	for _, f := range right.Fields {
		cols = append(cols, ident(f.Name))
	}
	order, dead := "tuple("+strings.Join(cols, ", ")+")", "false"
	if h.order {
		order = orderColumn
	}
	where := ""
	if h.kind {
		dead, where = kindColumn+" = 3", "\nWHERE "+kindColumn+" != 1"
	}
	at := ident(right.Fields[op.RightTime].Name)
	rn := w.names[n.Inputs[1]]
	if op.RightUnique {
		rn = w.oneVersion(n, op, order)
	}
	versions := w.cte(n, "_versions", fmt.Sprintf("%s,\n  arraySort(x -> (tupleElement(x, 1), tupleElement(x, 2)), groupArray((assumeNotNull(toInt64(%s)), %s, %s, tuple(%s)))) AS mr_versions\nFROM %s%s\nGROUP BY %s",
		selectList(keys), at, order, dead, strings.Join(cols, ", "), rn, where, strings.Join(by, ", ")))

	var on, items []string
	for i, f := range left.Fields {
		items = append(items, fmt.Sprintf("%s AS mr_l%d", ident(f.Name), i))
	}
	for i, k := range op.Left {
		on = append(on, fmt.Sprintf("%s = r.mr_k%d", keyText(fmt.Sprintf("l.mr_l%d", k), left.Fields[k].Type), i))
	}
	if len(on) == 0 {
		on = []string{"r.mr_k0 = 1"}
	}
	// A row before all versions gets the first one that is no delete. Of versions with one time the last one holds.
	found := fmt.Sprintf("SELECT *, arrayLastIndex(x -> tupleElement(x, 1) <= ifNull(mr_l%d, 0), mr_versions) AS mr_last,\n"+
		"  arrayFirstIndex((x, next) -> NOT tupleElement(x, 3) AND tupleElement(x, 1) != next, mr_versions, arrayPopFront(arrayPushBack(arrayMap(x -> tupleElement(x, 1), mr_versions), toInt64('-9223372036854775808')))) AS mr_first,\n"+
		"  if(mr_last > 0, mr_last, mr_first) AS mr_at, mr_versions[mr_at] AS mr_version, (mr_at > 0 AND NOT tupleElement(mr_version, 3)) AS mr_both\nFROM (%s FROM %s) AS l\nLEFT JOIN %s AS r ON %s",
		op.LeftTime, selectList(items), w.names[n.Inputs[0]], versions, strings.Join(on, " AND "))
	outs := []string{"*"}
	for i := range right.Fields {
		v := fmt.Sprintf("tupleElement(tupleElement(mr_version, 4), %d)", i+1)
		if !right.Fields[i].Type.Nested() {
			v = "if(mr_both, " + v + ", NULL)"
		}
		outs = append(outs, fmt.Sprintf("%s AS mr_r%d", v, i))
	}
	pairs := w.cte(n, "_pairs", selectList(outs)+"\nFROM (\n  "+strings.ReplaceAll(found, "\n", "\n  ")+"\n)")

	s := &scope{w: w, node: n.ID, zone: w.zone, column: func(i int) string {
		if i < len(left.Fields) {
			return fmt.Sprintf("mr_l%d", i)
		}
		return fmt.Sprintf("mr_r%d", i-len(left.Fields))
	}}
	out, fail := "mr_both", ""
	if op.Where != nil {
		cond := s.of(op.Where)
		out = fmt.Sprintf("(mr_both AND ifNull(%s, false))", cond.value)
		if cond.fail != "" {
			fail = fmt.Sprintf("if(mr_both, %s, NULL)", s.twice(cond.fail))
		}
	}
	last := []string{"*", out + " AS mr_out"}
	if fail != "" {
		last = append(last, fail+" AS mr_fail")
	}
	judged := w.cte(n, "_judged", selectList(last)+"\nFROM "+s.from(pairs, ""))
	keep := "1"
	if fail != "" {
		w.reject(n, "mr_fail", judged)
		keep = "mr_fail IS NULL"
	}
	if op.Kind == plan.Inner {
		keep += " AND mr_out"
	}
	final := make([]string, len(n.Schema.Fields))
	for i, f := range n.Schema.Fields {
		v := fmt.Sprintf("mr_l%d", i)
		if i >= len(left.Fields) {
			if v = fmt.Sprintf("mr_r%d", i-len(left.Fields)); op.Kind != plan.Inner {
				v = unless("NOT mr_out", v, f.Type, right.Fields[i-len(left.Fields)].Nullable)
			}
		}
		final[i] = v + " AS " + ident(f.Name)
	}
	w.names[n] = w.cte(n, "", selectList(final)+"\nFROM "+judged+"\nWHERE "+keep)
}

// oneVersion keeps the first row of each key and time on the right of a temporal join, and counts the others that differ from it.
func (w *writer) oneVersion(n *plan.Node, op *plan.TemporalJoin, order string) string {
	right, in := n.Inputs[1].Schema, w.names[n.Inputs[1]]
	var by, known []string
	for _, k := range op.Right {
		f := right.Fields[k]
		by = append(by, keyText(ident(f.Name), f.Type))
		if f.Nullable {
			known = append(known, ident(f.Name)+" IS NOT NULL")
		}
	}
	by = append(by, ident(right.Fields[op.RightTime].Name))
	row := "toString(tuple(" + strings.Join(fieldList(right, hidden{}), ", ") + "))"
	over := "(PARTITION BY " + strings.Join(by, ", ") + " ORDER BY " + order + ")"
	differs := strings.Join(append([]string{"mr_text != mr_first"}, known...), " AND ")
	numbered := w.cte(n, "_numbered2", fmt.Sprintf("SELECT *, %s AS mr_text, first_value(%s) OVER %s AS mr_first, row_number() OVER %s AS mr_number\nFROM %s", row, row, over, over, in))
	w.reject(n, failIf(differs, diag.RowCardinality), numbered)
	return w.cte(n, "_unique2", selectList(fieldList(right, w.hidden[n.Inputs[1]]))+"\nFROM "+numbered+"\nWHERE mr_number = 1")
}
