package plan

import (
	"fmt"
	"strings"

	"millrace/models/expr"
	"millrace/models/schema"
)

// joinDetails says how the rows of a join meet:
//
//	left on user_id = id, many to one, ttl 1d
//	inner on id where price > limit, -10m <= right.ts - left.ts <= 0s
//	left on song_id, as of ts, waits 10s
func joinDetails(op Op, left, right *schema.Schema) string {
	switch op := op.(type) {
	case *Join:
		text := matchText(op.Kind, op.Left, op.Right, op.Where, left, right) + cardinalityText(op.LeftUnique, op.RightUnique)
		if op.TTL > 0 {
			text += ", ttl " + micros(op.TTL)
		}
		return text
	case *IntervalJoin:
		text := matchText(op.Kind, op.Left, op.Right, op.Where, left, right) + cardinalityText(op.LeftUnique, op.RightUnique)
		return text + fmt.Sprintf(", %s <= right.%s - left.%s <= %s",
			micros(op.Lower), right.Fields[op.RightTime].Name, left.Fields[op.LeftTime].Name, micros(op.Upper))
	case *TemporalJoin:
		text := matchText(op.Kind, op.Left, op.Right, op.Where, left, right) + cardinalityText(false, op.RightUnique) + ", as of " + left.Fields[op.LeftTime].Name
		if op.Wait > 0 {
			text += ", waits " + micros(op.Wait)
		}
		if op.Correct > 0 {
			text += ", corrects " + micros(op.Correct)
		}
		return text
	default:
		return ""
	}
}

func matchText(kind JoinKind, left, right []int, where *expr.Expr, l, r *schema.Schema) string {
	pairs := make([]string, len(left))
	for i := range left {
		pairs[i] = l.Fields[left[i]].Name
		if name := r.Fields[right[i]].Name; name != pairs[i] {
			pairs[i] += " = " + name
		}
	}
	text := kind.String() + " on " + strings.Join(pairs, " and ")
	if len(pairs) == 0 {
		text = kind.String() + " of every pair"
	}
	if where != nil {
		text += " where " + expr.SQL(where)
	}
	return text
}

func cardinalityText(leftUnique, rightUnique bool) string {
	if !leftUnique && !rightUnique {
		return ""
	}
	side := map[bool]string{true: "one", false: "many"}
	return ", " + side[leftUnique] + " to " + side[rightUnique]
}

func (a *Aggregate) details() string {
	by := "all"
	if len(a.Keys) > 0 {
		by = "by " + strings.Join(columnTexts(a.Keys), ", ")
	}
	return by + aggTexts(a.Aggs)
}

// details says "1..10 by price desc per auction". The place of NULLs is said where it is not SQL's own: first, in descending order last.
func (k *Rank) details(in *schema.Schema) string {
	text := fmt.Sprintf("%d..%d", k.From, k.To)
	for i, o := range k.Order {
		if i == 0 {
			text += " by "
		} else {
			text += ", "
		}
		text += in.Fields[o.Column].Name
		if o.Desc {
			text += " desc"
		}
		switch {
		case o.NullsFirst && o.Desc:
			text += " nulls first"
		case !o.NullsFirst && !o.Desc:
			text += " nulls last"
		}
	}
	if len(k.Partition) > 0 {
		text += " per " + names(k.Partition, in)
	}
	if k.Number != "" {
		text += ", number as " + k.Number
	}
	return text
}

func (u *Unnest) details(in *schema.Schema) string {
	text := in.Fields[u.Column].Name
	if u.Outer {
		text = "outer " + text
	}
	if len(u.Names) > 0 {
		text += " as " + strings.Join(u.Names, ", ")
	}
	if u.Ordinality {
		text += " with ordinality"
	}
	return text
}
