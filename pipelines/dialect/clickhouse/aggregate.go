package clickhouse

import (
	"fmt"
	"strings"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// longestEven is the slide up to which windows are equally long instants; longer ones are counted on the wall clock.
const longestEven = 3600 * second

func (w *writer) window(n *plan.Node, op *plan.Window) {
	in := n.Inputs[0]
	s := w.scope(n, in.Schema, true)
	at := s.column(op.Time)
	wall := op.Slide > longestEven && !w.utc
	var slice string
	switch {
	case w.utc:
		slice = fmt.Sprintf("%s - mr_mod(%s, %d)", at, at, op.Slide)
	case wall:
		l := s.twice(s.local(at))
		slice = fmt.Sprintf("%s - mr_mod(%s, %d)", l, l, op.Slide)
	default:
		slice = fmt.Sprintf("%s - mr_mod(%s, %d)", at, s.twice(s.local(at)), op.Slide)
	}
	if op.Slide == 1 {
		slice = at
		if wall {
			slice = s.local(at)
		}
	}
	if k := op.Size / op.Slide; k > 1 {
		slice = fmt.Sprintf("%s - %d * arrayJoin(range(%d))", slice, op.Slide, k)
	}
	start, end := "mr_start", fmt.Sprintf("mr_start + %d", op.Size)
	if wall {
		// Each end of a window is an instant of its own: a day may have 23 or 25 hours.
		start = "mr_start - " + s.help("mr_window_offset", "mr_start")
		end = fmt.Sprintf("mr_start + %d - %s", op.Size, s.help("mr_window_offset", fmt.Sprintf("mr_start + %d", op.Size)))
	}
	items := []string{start + " AS " + plan.WindowStart, end + " AS " + plan.WindowEnd}
	w.group(n, s, op.Keys, op.Aggs, []string{"toInt64(" + slice + ") AS mr_start"}, items, []string{"mr_start"})
}

func (w *writer) aggregate(n *plan.Node, op *plan.Aggregate) {
	w.group(n, w.scope(n, n.Inputs[0].Schema, true), op.Keys, op.Aggs, nil, nil, nil)
}

// group writes a grouping: the inner SELECT computes keys and arguments and leaves out the rows that fail, the outer one aggregates.
func (w *writer) group(n *plan.Node, s *scope, keys []plan.Column, aggs []plan.AggColumn, inner, items, by []string) {
	in := n.Inputs[0]
	var errs []string
	for _, k := range keys {
		p := s.of(k.Expr)
		errs = append(errs, p.fail)
		v := p.value
		if k.Expr.Type.Float() {
			v = keyText(s.twice(v), k.Expr.Type)
		}
		inner = append(inner, item(w.typed(v, k.Expr), k.Name))
		items, by = append(items, ident(k.Name)), append(by, ident(k.Name))
	}
	for i, a := range aggs {
		filter := ""
		if a.Agg.Filter != nil {
			f := s.of(a.Agg.Filter)
			errs = append(errs, f.fail)
			filter = s.twice("ifNull(" + f.value + ", false)")
		}
		arg := fmt.Sprintf("mr_a%d", i)
		switch {
		case a.Agg.Arg != nil:
			p := s.of(a.Agg.Arg)
			v := w.typed(p.value, a.Agg.Arg)
			switch {
			case a.Agg.Arg.Type.Nested():
				// They are counted only.
				v = unless(isNull(p.value, a.Agg.Arg.Type, a.Agg.Arg.Nullable), "1", schema.Of(schema.Int64), false)
			case a.Agg.Arg.Op == expr.OpLiteral && a.Agg.Arg.Value == nil:
				v = p.value
			}
			if filter != "" {
				// The filter guards the argument: a row it keeps out cannot fail it.
				if p.fail != "" {
					p.fail = fmt.Sprintf("if(%s, %s, NULL)", filter, p.fail)
				}
				v = fmt.Sprintf("if(%s, %s, NULL)", filter, v)
			}
			errs = append(errs, p.fail)
			inner = append(inner, v+" AS "+arg)
		case filter != "":
			inner = append(inner, fmt.Sprintf("if(%s, 1, NULL) AS %s", filter, arg))
		default:
			arg = ""
		}
		items = append(items, w.agg(s, a.Agg, arg)+" AS "+ident(a.Name))
	}
	from := s.from(w.names[in], " AS t")
	if len(inner) == 0 {
		inner = []string{"1 AS mr_row"}
	}
	rows := selectList(inner) + "\nFROM " + from
	if fail := either(errs...); fail != "" {
		rows += "\nWHERE " + operand(fail) + " IS NULL"
		w.reject(n, fail, from)
	}
	sql := selectList(items) + "\nFROM (\n  " + strings.ReplaceAll(rows, "\n", "\n  ") + "\n)"
	if len(by) > 0 {
		sql += "\nGROUP BY " + strings.Join(by, ", ")
	}
	w.names[n] = w.cte(n, "", sql)
}

// agg writes one aggregate over a column, which is NULL where the aggregate's filter does not hold; "" counts rows.
func (w *writer) agg(s *scope, a expr.Agg, x string) string {
	if a.Func == "count" {
		switch {
		case !a.Distinct:
			return "toInt64(count(" + x + "))"
		case a.Arg.Type.Float():
			return fmt.Sprintf("toInt64(uniqExact(%s))", keyText(x, a.Arg.Type))
		}
		return fmt.Sprintf("toInt64(uniqExact(%s))", x)
	}
	t := a.Arg.Type
	switch a.Func {
	case "min", "max":
		if !t.Float() {
			return a.Func + "OrNull(" + x + ")"
		}
		// NaN is the largest number.
		if a.Func == "max" {
			return fmt.Sprintf("if(countIf(isNaN(%s)) > 0, nan, maxOrNull(%s))", x, x)
		}
		return fmt.Sprintf("coalesce(minOrNull(if(isNaN(%s), NULL, %s)), if(count(%s) > 0, nan, NULL))", x, x, x)
	case "avg":
		switch {
		case t.Float():
			return fmt.Sprintf("(sumOrNull(toFloat64(%s)) / greatest(1, count(%s)))", x, x)
		case t.Kind == schema.Decimal:
			v := s.help("mr_divide", scaled("sumOrNull(toInt256("+x+"))", int(a.Type.Scale-t.Scale)), fmt.Sprintf("toInt256(greatest(1, count(%s)))", x))
			return w.sum(v, fmt.Sprintf("(%s >= %s OR %s <= -%s)", v, pow10(38), v, pow10(38)), "toInt128")
		}
		return fmt.Sprintf("%s(intDiv(sumOrNull(toInt128(%s)), toInt128(greatest(1, count(%s)))))", integerName(a.Type), x, x)
	}
	switch {
	case t.Float():
		return "sumOrNull(toFloat64(" + x + "))"
	case t.Kind == schema.Decimal:
		v := "sumOrNull(toInt256(" + x + "))"
		return w.sum(v, fmt.Sprintf("(%s >= %s OR %s <= -%s)", v, pow10(38), v, pow10(38)), "toInt128")
	}
	v := "sumOrNull(toInt128(" + x + "))"
	return w.sum(v, outsideWide(v, a.Type), integerName(a.Type))
}

// sum fails the query where a sum does not fit its type: a sum that overflows fails its pipeline, too.
func (w *writer) sum(v, bad, to string) string {
	return fmt.Sprintf("if(throwIf(ifNull(%s, false), 'a sum does not fit its type'), NULL, %s(%s))", bad, to, v)
}
