package query

import (
	"slices"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/sqltext"
)

// cond is one of the conditions that WHERE or ON joins with AND.
type cond struct {
	ast sqltext.Expr
	// leaves are the tables of FROM it reads; nil when its names are not settled, and then it stays where it was written.
	leaves map[int]bool
	taken  bool
}

// from is a FROM clause while it is bound. Each table is bound first, so that conditions can be told by the tables they read: what is
// written in WHERE restricts a single table below the joins, or is the condition of a join, as if it had been written there.
type from struct {
	b *binder
	// tables are the relations of the tables, derived tables and window tables, nil when one failed.
	tables map[sqltext.TableRef]*relation
	hints  []sqltext.Hint
	// uses are the expressions of the query behind FROM and WHERE.
	uses []sqltext.Expr
	// all are the conditions of WHERE and ON that were looked at so far.
	all []*cond
	// loose is set where columns come from something else than a table, so that conditions cannot be settled beforehand.
	loose bool
}

// from binds FROM and as much of WHERE as belongs into it. What is left of WHERE is returned.
func (b *binder) from(sel *sqltext.Select, order []sqltext.SortItem) (*relation, []sqltext.Expr) {
	f := &from{b: b, tables: map[sqltext.TableRef]*relation{}, hints: sel.Hints, uses: uses(sel, order)}
	tree := sel.From[0]
	for _, r := range sel.From[1:] {
		at := diag.Span{Start: tree.Span().Start, End: r.Span().End}
		tree = &sqltext.Join{Place: sqltext.Place{At: at}, Kind: "CROSS", Left: tree, Right: r}
	}
	if !f.bind(tree) {
		return nil, nil
	}
	conds := f.settle(conjuncts(sel.Where), tree)
	r := f.table(tree, conds)
	if r == nil {
		return nil, nil
	}
	return r, remaining(sel.Where, conds)
}

// remaining are the conditions of WHERE that no table took; when none took one, they are one condition as it was written.
func remaining(where sqltext.Expr, conds []*cond) []sqltext.Expr {
	var left []sqltext.Expr
	for _, c := range conds {
		if !c.taken {
			left = append(left, c.ast)
		}
	}
	if len(left) < 2 || len(left) < len(conds) || holdsQuery(where) {
		return left
	}
	next := 0
	var whole func(e sqltext.Expr) sqltext.Expr
	whole = func(e sqltext.Expr) sqltext.Expr {
		x, ok := e.(*sqltext.Binary)
		if !ok || x.Op != sqltext.And {
			next++
			return left[next-1]
		}
		both := *x
		both.L, both.R = whole(x.L), whole(x.R)
		return &both
	}
	return []sqltext.Expr{whole(where)}
}

// uses are the expressions of a query that read what FROM and WHERE leave.
func uses(sel *sqltext.Select, order []sqltext.SortItem) []sqltext.Expr {
	var out []sqltext.Expr
	add := func(e sqltext.Expr) {
		if e != nil {
			out = append(out, e)
		}
	}
	over := func(w *sqltext.WindowSpec) {
		for _, e := range w.PartitionBy {
			add(e)
		}
		for _, o := range w.OrderBy {
			add(o.Expr)
		}
	}
	for _, it := range sel.Items {
		add(it.Expr)
		if c, ok := call(it.Expr); ok && c.Over != nil {
			over(c.Over)
		}
	}
	for _, g := range sel.GroupBy {
		add(g.Expr)
	}
	add(sel.Having)
	for _, w := range sel.Windows {
		over(w.Spec)
	}
	for _, o := range order {
		add(o.Expr)
	}
	return out
}

// bind binds the tables of a tree. It tells of all that are wrong.
func (f *from) bind(ref sqltext.TableRef) bool {
	b := f.b
	var r *relation
	switch t := ref.(type) {
	case *sqltext.Join:
		f.loose = f.loose || t.Natural || len(t.Using) > 0
		left := f.bind(t.Left)
		return f.bind(t.Right) && left
	case *sqltext.Unnest:
		f.loose = true
		return true
	case *sqltext.TableFunction:
		b.errorf(CodeUnsupported, t.At, "Use UNNEST of an array, or a function of single values.", "there is no table function %s", t.Call.Name)
	case *sqltext.TableName:
		r = b.tableName(t)
	case *sqltext.Derived:
		r = b.derived(t)
	case *sqltext.WindowTable:
		r = b.windowTable(t)
	default: // BadTable: the parser has told.
		b.failed()
	}
	f.tables[ref] = r
	return r != nil
}

// failed is for what the parser has told of; when it has not, the plan would be wrong in silence.
func (b *binder) failed() {
	if !b.diags.HasErrors() {
		b.errorf(CodeInternal, diag.Span{}, "", "the text was not read whole, and nothing was said about it")
	}
}

// tableName binds a table, a view or a CTE.
func (b *binder) tableName(t *sqltext.TableName) *relation {
	r := b.lookup(t.Name)
	if r == nil {
		return nil
	}
	table := t.Name
	if t.Alias.Name.Text != "" {
		table = sqltext.Ident{t.Alias.Name}
	}
	return b.as(b.completed(t, r), table, t.Alias.Columns)
}

// lookup finds what a name in FROM stands for.
func (b *binder) lookup(name sqltext.Ident) *relation {
	if len(name) == 1 {
		for i := len(b.ctes) - 1; i >= 0; i-- {
			if b.ctes[i].name == name[0].Text {
				if b.ctes[i].rel == nil {
					b.failed()
				}
				return b.ctes[i].rel
			}
		}
	}
	// A view or table is bound as if it stood alone: nothing of the query that names it is in sight.
	blocks, ctes, outer := b.blocks, b.ctes, b.outer
	b.blocks, b.ctes, b.outer = nil, nil, nil
	defer func() { b.blocks, b.ctes, b.outer = blocks, ctes, outer }()
	return b.names.table(b, name)
}

func (b *binder) derived(t *sqltext.Derived) *relation {
	name := t.Alias.Name.Text
	if name == "" {
		name = "sub"
	}
	r := b.within(name, func() *relation { return b.query(t.Query) })
	if r == nil {
		return nil
	}
	var table sqltext.Ident
	if t.Alias.Name.Text != "" {
		table = sqltext.Ident{t.Alias.Name}
	}
	return b.as(r, table, t.Alias.Columns)
}

// columns are all that the tables of a tree have.
func (f *from) columns(ref sqltext.TableRef) []column {
	if j, ok := ref.(*sqltext.Join); ok {
		return append(f.columns(j.Left), f.columns(j.Right)...)
	}
	if r := f.tables[ref]; r != nil {
		return r.cols
	}
	return nil
}

// settle names the tables of the columns in conditions, where every name is one of the tree's.
func (f *from) settle(list []sqltext.Expr, tree sqltext.TableRef) []*cond {
	out := make([]*cond, 0, len(list))
	cols := f.columns(tree)
	for _, e := range list {
		c := &cond{ast: e}
		out = append(out, c)
		f.all = append(f.all, c)
		if f.loose || holdsQuery(e) || broken(e) {
			continue
		}
		leaves := map[int]bool{}
		settled := sqltext.Replace(e, func(x sqltext.Expr) (sqltext.Expr, bool) {
			name, ok := x.(*sqltext.Name)
			if !ok {
				return x, false
			}
			found := findIn(cols, name.Parts)
			if len(found) != 1 {
				leaves = nil
				return x, true
			}
			if leaves != nil {
				leaves[found[0].leaf] = true
			}
			n := *name
			at := diag.Span{Start: name.Parts[0].At.Start, End: name.Parts[found[0].used-1].At.End}
			n.Parts = append([]sqltext.NamePart{{Text: leafName(found[0].leaf), At: at}, {Text: found[0].name, At: at}}, name.Parts[found[0].used:]...)
			return &n, true
		})
		if leaves != nil {
			c.ast, c.leaves = settled, leaves
		}
	}
	return out
}

// table builds the relation of a tree; conds are the conditions it may take for itself.
func (f *from) table(ref sqltext.TableRef, conds []*cond) *relation {
	if j, ok := ref.(*sqltext.Join); ok {
		return f.join(j, conds)
	}
	if u, ok := ref.(*sqltext.Unnest); ok {
		f.b.errorf(CodeUnsupported, u.At, "Write FROM table CROSS JOIN UNNEST(column).", "UNNEST needs a table in front of it whose column it takes apart")
		return nil
	}
	r := f.tables[ref]
	if r.pending != nil && r.pending.rank != nil {
		r = f.ranked(r, ref, conds)
	}
	return r
}

// restricted puts the conditions on a single table below the join it stands in. One that may fail on a row stays above, for there the rows
// that meet nothing do not fail.
func (f *from) restricted(r *relation, ref sqltext.TableRef, conds []*cond) *relation {
	if _, ok := ref.(*sqltext.Join); ok || r == nil {
		return r
	}
	if r.pending != nil {
		if r = f.b.settledWindow(r, ref.Span()); r == nil {
			return nil
		}
	}
	var mine []sqltext.Expr
	for _, c := range conds {
		if c.taken || !r.holds(c) || len(c.leaves) == 0 {
			continue
		}
		safe := f.b.quietly(func() bool {
			e, ok := f.b.condition(r.scope(), c.ast)
			return ok && !expr.Fallible(e)
		})
		if safe {
			c.taken = true
			mine = append(mine, c.ast)
		}
	}
	return f.b.filter("where_"+label(ref), r, mine)
}

// holds reports whether the condition reads nothing but columns of the relation.
func (r *relation) holds(c *cond) bool {
	if c.leaves == nil {
		return false
	}
	mine := map[int]bool{}
	for _, col := range r.cols {
		mine[col.leaf] = true
	}
	for leaf := range c.leaves {
		if !mine[leaf] {
			return false
		}
	}
	return true
}

// label names an item of FROM in the slots of operators.
func label(ref sqltext.TableRef) string {
	alias, name := sqltext.Alias{}, ""
	switch t := ref.(type) {
	case *sqltext.TableName:
		alias, name = t.Alias, t.Name[len(t.Name)-1].Text
	case *sqltext.Derived:
		alias = t.Alias
	case *sqltext.WindowTable:
		alias, name = t.Alias, label(t.Table)
	case *sqltext.Unnest:
		alias = t.Alias
	}
	switch {
	case alias.Name.Text != "":
		return alias.Name.Text
	case name != "":
		return name
	}
	return "sub"
}

// joinKinds are the kinds of joins by the words they are written with.
func joinKind(kind string) plan.JoinKind {
	switch kind {
	case "LEFT":
		return plan.LeftOuter
	case "RIGHT":
		return plan.RightOuter
	case "FULL":
		return plan.FullOuter
	case "SEMI":
		return plan.Semi
	case "ANTI":
		return plan.Anti
	}
	return plan.Inner
}

// join builds a join of FROM.
func (f *from) join(j *sqltext.Join, conds []*cond) *relation {
	kind := joinKind(j.Kind)
	if u, ok := j.Right.(*sqltext.Unnest); ok {
		return f.unnest(j, u, conds)
	}
	right, temporal := j.Right.(*sqltext.TableName)
	temporal = temporal && right.SystemTime != nil
	says := f.b.declarations(j.Right)
	on := f.settle(says.split(j.On), j)
	both, movable := append(append([]*cond{}, conds...), on...), on
	if says.written {
		both, movable = conds, nil
	}
	var forLeft, forRight []*cond
	switch kind {
	case plan.Inner:
		forLeft, forRight = both, both
	case plan.LeftOuter, plan.Semi, plan.Anti:
		forLeft, forRight = conds, movable
	case plan.RightOuter:
		forLeft, forRight = movable, conds
	}
	if temporal {
		// A version that a condition drops must not bring the one before it back.
		forRight = nil
	}
	l, r := f.table(j.Left, forLeft), f.table(j.Right, forRight)
	if l == nil || r == nil {
		return nil
	}
	l, r = f.restricted(l, j.Left, forLeft), f.restricted(r, j.Right, forRight)
	if l == nil || r == nil {
		return nil
	}
	var list []sqltext.Expr
	for _, c := range on {
		if !c.taken && (says.written || !isTrue(c.ast)) {
			list = append(list, c.ast)
		}
	}
	if kind == plan.Inner {
		pair := &relation{cols: append(append([]column{}, l.cols...), r.cols...)}
		for _, c := range conds {
			if !c.taken && pair.holds(c) && !l.holds(c) && !r.holds(c) {
				c.taken = true
				list = append(list, c.ast)
			}
		}
	}
	m := &meet{b: f.b, kind: kind, left: l, right: r, at: j.At, name: "join_" + label(j.Right), keys: "keys_" + label(j.Right), ttl: f.ttl(j), says: says}
	using, ok := m.using(j)
	if !ok {
		return nil
	}
	m.conds = slices.Concat(using, list)
	if temporal {
		return m.temporal(right)
	}
	out := m.join()
	if out == nil || len(using) == 0 {
		return out
	}
	return m.merged(out, using)
}
