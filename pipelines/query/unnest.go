package query

import (
	"strconv"
	"strings"
	"time"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// unnest joins each row with the elements of an array or a map of its own.
func (f *from) unnest(j *sqltext.Join, u *sqltext.Unnest, conds []*cond) *relation {
	b := f.b
	left := f.table(j.Left, conds)
	if left == nil {
		return nil
	}
	if left = b.whole(left, j.Left.Span()); left == nil {
		return nil
	}
	kind := joinKind(j.Kind)
	on := conjuncts(j.On)
	always := len(on) == 0 || len(on) == 1 && isTrue(on[0])
	switch {
	case kind != plan.Inner && kind != plan.LeftOuter:
		b.errorf(CodeUnsupported, j.At, "Write CROSS JOIN UNNEST(...) or LEFT JOIN UNNEST(...) ON TRUE.", "UNNEST is joined with CROSS JOIN or LEFT JOIN, not %s", kind)
		return nil
	case kind == plan.LeftOuter && !always:
		b.errorf(CodeUnsupported, j.On.Span(), "Write ON TRUE, and filter before or behind.", "LEFT JOIN UNNEST takes no condition")
		return nil
	}
	e, ok := b.check(left.scope(), u.Expr)
	if !ok {
		return nil
	}
	elements, err := plan.ElementFields(e.Type)
	if err != nil {
		b.errorf(CodeTypes, u.Expr.Span(), "Give it an array or a map.", "UNNEST takes an array or a map apart, not %s", e.Type)
		return nil
	}
	n, at := b.withColumns("unnest_"+label(u), u.At, left.node, []*expr.Expr{e}, "elements")
	if n == nil {
		return nil
	}
	op := &plan.Unnest{Column: at[0], Outer: kind == plan.LeftOuter, Ordinality: u.Ordinality}
	names := elementNames(e.Type, elements, u.Ordinality)
	if given := u.Alias.Columns; len(given) > 0 {
		if len(given) != len(names) {
			b.errorf(CodeColumns, sqltext.Ident(given).Span(), "Name all of them, or none.", "%d names for %d columns", len(given), len(names))
			return nil
		}
		for i, g := range given {
			names[i] = g.Text
		}
	}
	taken := map[string]bool{}
	for _, field := range n.Schema.Fields {
		taken[field.Name] = true
	}
	var table sqltext.Ident
	if u.Alias.Name.Text != "" {
		table = sqltext.Ident{u.Alias.Name}
	}
	b.leaves++
	out := &relation{cols: append([]column{}, left.cols...)}
	for i, name := range names {
		op.Names = append(op.Names, unique(name, taken))
		out.cols = append(out.cols, column{table: table, leaf: b.leaves, name: name, index: len(n.Schema.Fields) + i})
	}
	if out.node = b.node("elements_"+label(u), u.At, op, n); out.node == nil || always {
		return out.over(out.node)
	}
	return b.filter("on_"+label(u), out, on)
}

// elementNames are what the columns of UNNEST are called when nobody says.
func elementNames(t schema.Type, fields []schema.Field, ordinality bool) []string {
	var names []string
	for i, f := range fields {
		switch {
		case f.Name != "":
			names = append(names, f.Name)
		case t.Kind == schema.Map:
			names = append(names, []string{"KEY", "VALUE"}[i])
		default:
			names = append(names, "EXPR$0")
		}
	}
	if ordinality {
		names = append(names, "ORDINALITY")
	}
	return names
}

// ttl is how long a join keeps its rows: what a STATE_TTL hint says about its tables, the longer of two, else the session's setting.
func (f *from) ttl(j *sqltext.Join) int64 {
	ttl, hinted := f.b.ttl, false
	for _, h := range f.hints {
		if !strings.EqualFold(h.Name.Text, hintTTL) {
			continue
		}
		for _, o := range h.Options {
			if o.Key != label(j.Right) && !inside(j.Left, o.Key) && !inside(j.Right, o.Key) {
				continue
			}
			d, ok := parseDuration(o.Value)
			if !ok {
				f.b.errorf(CodeHint, o.ValueAt, "Write '1 d', '12 h', '30 min' or '10 s'.", "%q is not a duration", o.Value)
				continue
			}
			if !hinted {
				ttl, hinted = 0, true
			}
			ttl = max(ttl, d.Microseconds())
		}
	}
	return ttl
}

// inside reports whether a table of a tree has the name.
func inside(ref sqltext.TableRef, name string) bool {
	if j, ok := ref.(*sqltext.Join); ok {
		return inside(j.Left, name) || inside(j.Right, name)
	}
	return label(ref) == name
}

// parseDuration reads a duration as Flink writes it: a whole number with a unit, which is milliseconds when none is written.
func parseDuration(text string) (time.Duration, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	n, err := strconv.ParseInt(text[:digits], 10, 64)
	if err != nil {
		return 0, false
	}
	units := map[string]time.Duration{
		"": time.Millisecond, "ms": time.Millisecond, "milli": time.Millisecond, "millis": time.Millisecond, "s": time.Second, "sec": time.Second, "second": time.Second,
		"seconds": time.Second, "m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute, "h": time.Hour, "hour": time.Hour, "hours": time.Hour,
		"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
	}
	unit, ok := units[strings.TrimSpace(text[digits:])]
	if !ok || n > int64(1<<62)/int64(unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}
