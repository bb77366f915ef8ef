package query

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/sqltext"
)

// window is a window whose groups are made by a GROUP BY.
type window struct {
	kind        plan.WindowKind
	size, slide int64
	at          diag.Span
	// args are the arguments of an older group window as text, by which TUMBLE_START and the like find it; else empty.
	args string
}

// mostPanes is the largest number of windows a row may count in.
const mostPanes = 1000

// windowTable binds TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), size)): the rows of t with window columns that exist once they are grouped by.
func (b *binder) windowTable(t *sqltext.WindowTable) *relation {
	var r *relation
	switch in := t.Table.(type) {
	case *sqltext.TableName:
		r = b.tableName(in)
	case *sqltext.Derived:
		r = b.derived(in)
	default:
		b.failed()
	}
	if r != nil && r.pending != nil {
		b.errorf(CodeWindow, t.At, "Group by the first window in a subquery.", "a window table cannot be made of what is not grouped or filtered yet")
		return nil
	}
	if t.Function == deduplicate {
		if r == nil {
			return nil
		}
		return b.dedupe(t, r)
	}
	w, ok := b.windowOf(t.Function, t.FunctionAt, t.Args, t.At)
	if r == nil || !ok {
		return nil
	}
	if !b.eventTimeIs(r, t.Column) {
		return nil
	}
	out := &relation{node: r.node, pending: &pending{window: w}, cols: slices.Clone(r.cols)}
	for i, name := range []string{plan.WindowStart, plan.WindowEnd, "window_time"} {
		out.cols = slices.DeleteFunc(out.cols, func(c column) bool { return c.name == name })
		out.cols = append(out.cols, column{name: name, index: windowStart - i})
	}
	table := sqltext.Ident{}
	if t.Alias.Name.Text != "" {
		table = sqltext.Ident{t.Alias.Name}
	}
	return b.as(out, table, t.Alias.Columns)
}

// eventTimeIs checks that a name is the relation's event time.
func (b *binder) eventTimeIs(r *relation, column sqltext.NamePart) bool {
	name := &sqltext.Name{Place: sqltext.Place{At: column.At}, Parts: []sqltext.NamePart{column}}
	return b.isEventTime(r, name)
}

func (b *binder) isEventTime(r *relation, name *sqltext.Name) bool {
	s := r.node.Schema
	if _, ok := b.column(r.scope(), name, false); !ok {
		return false
	}
	if s.EventTime == nil {
		b.errorf(CodeNoEventTime, name.At, "Declare WATERMARK FOR on the table, and keep that column on the way here.", "the rows have no event time")
		return false
	}
	m := r.scope().find(name)[0]
	if distance, ok := fromEventTime(r.node, m.index, b.zone); !ok || distance != 0 || m.used != len(name.Parts) {
		b.errorf(CodeWindow, name.At, "Name "+sqltext.QuoteName(s.EventTime.Column)+".", "%s is not the event time of the rows, which is %s", nameText(name.Parts), s.EventTime.Column)
		return false
	}
	return true
}

// windowOf reads the kind and the arguments of a window. HOP's are slide and size, in this order.
func (b *binder) windowOf(function string, at diag.Span, args []sqltext.Expr, all diag.Span) (*window, bool) {
	w := &window{at: all}
	need, form := 1, "INTERVAL '10' SECOND"
	switch function {
	case "TUMBLE":
	case "HOP":
		w.kind, need, form = plan.Hop, 2, "INTERVAL '5' SECOND, INTERVAL '10' SECOND"
	case "SESSION", "CUMULATE":
		b.errorf(CodeUnsupported, at, "Use TUMBLE or HOP.", "%s is not planned: the engine has no %s windows yet", function, strings.ToLower(function))
		return nil, false
	default:
		d := b.errorf(CodeWindow, at, "There are TUMBLE and HOP.", "there is no window %s", function)
		if near := diag.Nearest(function, []string{"TUMBLE", "HOP"}); near != "" {
			d.Fix = "Did you mean " + near + "?"
		}
		return nil, false
	}
	if len(args) < need || len(args) > need+1 {
		b.errorf(CodeWindow, all, "Write "+function+"(..., "+form+").", "%s has %d intervals, and takes %d", function, len(args), need)
		return nil, false
	}
	var micros []int64
	for i, a := range args {
		iv, ok := a.(*sqltext.Interval)
		switch {
		case !ok || iv.Calendar:
			b.errorf(CodeWindow, a.Span(), "Write INTERVAL '10' MINUTE.", "the length of a window is a constant interval of days or less")
			return nil, false
		case i == need && iv.Micros != 0:
			b.errorf(CodeUnsupported, a.Span(), "Leave it out: windows are aligned to the wall clock.", "an offset of windows is not planned")
			return nil, false
		case i < need && iv.Micros <= 0:
			b.errorf(CodeWindow, a.Span(), "Write INTERVAL '10' MINUTE.", "the length of a window must be above zero")
			return nil, false
		}
		micros = append(micros, iv.Micros)
	}
	w.size, w.slide = micros[need-1], micros[0]
	switch {
	case w.size%w.slide != 0:
		b.errorf(CodeWindow, args[0].Span(), "Windows are made of whole slides, so that every engine cuts the same ones.", "the size of the window is not a multiple of the slide")
		return nil, false
	case w.size/w.slide > mostPanes:
		b.errorf(CodeWindow, args[0].Span(), "Choose a longer slide.", "every row would count in %d windows; the limit is %d", w.size/w.slide, mostPanes)
		return nil, false
	}
	return w, true
}

// The older group windows: GROUP BY TUMBLE(ts, size), with TUMBLE_START and the like in the select list.
func windowFunction(name string) bool {
	return name == "TUMBLE" || name == "HOP" || name == "SESSION" || name == "CUMULATE"
}

// groupWindow takes a call in GROUP BY that is a window. Its names are settled.
func (g *grouping) groupWindow(c *sqltext.Call) bool {
	b := g.b
	if g.window != nil || g.in.pending != nil {
		b.errorf(CodeWindow, c.At, "Group in two queries, one inside the other.", "rows are grouped by one window")
		return false
	}
	if len(c.Args) == 0 {
		b.errorf(CodeWindow, c.At, "Write "+c.Name+"(ts, INTERVAL '10' MINUTE).", "%s needs the event time and its intervals", c.Name)
		return false
	}
	w, ok := b.windowOf(c.Name, c.NameAt, c.Args[1:], c.At)
	if !ok {
		return false
	}
	s := g.in.node.Schema
	time, is := c.Args[0].(*sqltext.Name)
	distance, known := int64(0), false
	if is && len(time.Parts) == 1 {
		distance, known = fromEventTime(g.in.node, s.Index(time.Parts[0].Text), b.zone)
	}
	switch {
	case s.EventTime == nil:
		b.errorf(CodeNoEventTime, c.Args[0].Span(), "Declare WATERMARK FOR on the table, and keep that column on the way here.", "the rows have no event time")
		return false
	case !known || distance != 0:
		b.errorf(CodeWindow, c.Args[0].Span(), "Name "+sqltext.QuoteName(s.EventTime.Column)+".", "this is not the event time of the rows, which is %s", s.EventTime.Column)
		return false
	}
	w.args = sqltext.Format(c)
	g.window = w
	g.fields[w.args] = plan.WindowStart
	return true
}

// lateWindow tells of TUMBLE_START and the like where no GROUP BY has their window.
func (b *binder) lateWindow(c *sqltext.Call) bool {
	function, part, ok := strings.Cut(c.Name, "_")
	if !ok || !windowFunction(function) || !slices.Contains([]string{"START", "END", "ROWTIME", "PROCTIME"}, part) {
		return false
	}
	fix := "Write GROUP BY " + function + "(...) with the same arguments."
	if part == "PROCTIME" {
		fix = "Use " + function + "_ROWTIME: time is that of the rows here."
	}
	b.errorf(CodeWindow, c.At, fix, "%s stands only beside a GROUP BY of the same window", c.Name)
	return true
}

// windowColumn finds what window_time, TUMBLE_START and the like stand for.
func (g *grouping) windowColumn(x sqltext.Expr) (sqltext.Expr, bool) {
	if g.window == nil || g.instant {
		return nil, false
	}
	at := x.Span()
	// The time of a window is its last millisecond.
	last := &sqltext.Binary{Place: sqltext.Place{At: at}, Op: sqltext.Sub, L: named(plan.WindowEnd, at), R: &sqltext.Interval{Place: sqltext.Place{At: at}, Micros: microsPerMilli}}
	if n, ok := x.(*sqltext.Name); ok && g.in.pending != nil {
		found := g.in.scope().find(n)
		return last, len(found) == 1 && found[0].index == windowTime
	}
	c, ok := call(x)
	if !ok || g.window.args == "" {
		return nil, false
	}
	function, part, ok := strings.Cut(c.Name, "_")
	if !ok || !windowFunction(function) {
		return nil, false
	}
	same := *c
	same.Name = function
	var settled sqltext.Expr = &same
	if good := g.b.quietly(func() (good bool) {
		settled, good = g.b.resolved(g.in.scope(), &same, true)
		return good
	}); !good || sqltext.Format(settled) != g.window.args {
		return nil, false
	}
	switch part {
	case "START":
		return named(plan.WindowStart, at), true
	case "END":
		return named(plan.WindowEnd, at), true
	case "ROWTIME":
		return last, true
	}
	return nil, false
}

// windowStartOf is the start of the tumbling window of so many seconds that a time falls into: the time without its fraction, less the
// seconds since the last multiple. Times before 1970 have negative seconds, hence the second remainder.
func windowStartOf(time sqltext.Expr, seconds int64, at diag.Span) sqltext.Expr {
	place := sqltext.Place{At: at}
	function := func(name string, args ...sqltext.Expr) sqltext.Expr {
		return &sqltext.Call{Place: place, Name: name, NameAt: at, Args: args}
	}
	unit := func(text string) sqltext.Expr {
		return &sqltext.Literal{Place: place, Kind: sqltext.LitString, Text: text}
	}
	size := &sqltext.Literal{Place: place, Kind: sqltext.LitInt, Text: strconv.FormatInt(seconds, 10)}
	remainder := function("MOD", function("EXTRACT", unit("EPOCH"), time), size)
	remainder = function("MOD", &sqltext.Binary{Place: place, Op: sqltext.Add, L: remainder, R: size}, size)
	return function("TIMESTAMPADD", unit("SECOND"), &sqltext.Unary{Place: place, Op: sqltext.Neg, X: remainder}, function("FLOOR", time, unit("SECOND")))
}

// settledWindow gives a window table that is not grouped by its window columns, where the language can compute them: those of a tumbling
// window of whole seconds, in UTC or where it divides every step of a clock.
func (b *binder) settledWindow(r *relation, at diag.Span) *relation {
	p := r.pending
	if p.rank != nil {
		b.errorf(CodeRank, at, "Filter on it in the query around it: WHERE "+sqltext.QuoteName(p.rank.name)+" <= 10.", "how far %s counts is not said", p.rank.name)
		return nil
	}
	size := p.window.size
	if p.window.kind != plan.Tumble || size%microsPerSecond != 0 || b.zone != time.UTC && clockStep%size != 0 {
		b.errorf(CodeUnsupported, at, "Group by window_start, window_end here, or use a TUMBLE of whole seconds that divide 15 minutes.",
			"the window columns of rows that are not grouped are planned for a TUMBLE of whole seconds, which outside UTC divide 15 minutes")
		return nil
	}
	start := windowStartOf(named(r.node.Schema.EventTime.Column, at), size/microsPerSecond, at)
	plus := func(op sqltext.BinaryOp, l sqltext.Expr, micros int64) sqltext.Expr {
		return &sqltext.Binary{Place: sqltext.Place{At: at}, Op: op, L: l, R: &sqltext.Interval{Place: sqltext.Place{At: at}, Micros: micros}}
	}
	end := plus(sqltext.Add, start, p.window.size)
	var exprs []*expr.Expr
	for _, e := range []sqltext.Expr{start, end, plus(sqltext.Sub, end, microsPerMilli)} {
		x, good := b.checked(r.node.Schema, e)
		if !good {
			return nil
		}
		exprs = append(exprs, x)
	}
	n, where := b.withColumns("window_columns", at, r.node, exprs, "window")
	if n == nil {
		return nil
	}
	out := &relation{node: n, cols: slices.Clone(r.cols)}
	for k := range out.cols {
		if i := out.cols[k].index; i < 0 {
			out.cols[k].index = where[windowStart-i]
		}
	}
	return out
}
