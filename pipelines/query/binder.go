package query

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
)

// binder turns the queries of one plan into its nodes. Tables and views that are named twice are bound once, so that the plan reads them
// once.
type binder struct {
	diags *diag.List
	names tables
	zone  *time.Location
	// params are the values of :name.
	params map[string]expr.Param
	// ttl is the state TTL of joins that have no hint, in microseconds.
	ttl int64
	// world is what the plan is compiled against.
	world compile.Env
	// ask returns what a component may ask that stands for a table.
	ask func(node string, at diag.Span, found *diag.List) *component.Planning
	// make gives a node its identity.
	make func(block, slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node

	// blocks is the path of query blocks that are being bound, used the slots that were given out.
	blocks []string
	used   map[string]bool
	// ctes are the names in sight, innermost last.
	ctes []cte
	// bound holds the tables and views of the plan.
	bound map[string]*relation
	// opening are the views that are being bound.
	opening []string
	leaves  int
	// outer is what an enclosing query has in sight while a subquery of it is bound.
	outer *relation
	// fresh are the projections of select lists that nothing reads by a name yet, with the slot each has taken.
	fresh map[*plan.Node]string
	// normal are the retract streams made of upsert streams, home the blocks of the nodes made.
	normal map[*plan.Node]*plan.Node
	home   map[*plan.Node]string
}

// cte is a name of WITH; rel is nil when its query could not be bound.
type cte struct {
	name string
	rel  *relation
}

// tables resolves the names that are not CTEs.
type tables interface {
	// table binds a table or view; nil means that a diagnostic was given.
	table(b *binder, name sqltext.Ident) *relation
}

func newBinder(diags *diag.List, names tables, zone *time.Location) *binder {
	return &binder{diags: diags, names: names, zone: zone, used: map[string]bool{}, bound: map[string]*relation{}, normal: map[*plan.Node]*plan.Node{}, home: map[*plan.Node]string{}, fresh: map[*plan.Node]string{}}
}

func (b *binder) errorf(code diag.Code, at diag.Span, fix, format string, args ...any) *diag.Diagnostic {
	d := b.diags.Errorf(code, at, format, args...)
	d.Fix = fix
	return d
}

func (b *binder) warnf(code diag.Code, at diag.Span, fix, format string, args ...any) {
	b.diags.Warnf(code, at, format, args...).Fix = fix
}

// within runs f inside a named query block. Blocks name the operators: see the package's documentation.
func (b *binder) within(name string, f func() *relation) *relation {
	b.blocks = append(b.blocks, name)
	defer func() { b.blocks = b.blocks[:len(b.blocks)-1] }()
	return f()
}

// block is the name of the current query block.
func (b *binder) block() string {
	if len(b.blocks) == 0 {
		return "query"
	}
	return strings.ReplaceAll(strings.Join(b.blocks, "."), "/", "_")
}

// node makes an operator over its inputs. Upsert streams are turned into retract streams where the operator needs that. Nil means that
// the operator cannot take its inputs, of which it told.
func (b *binder) node(slot string, at diag.Span, op plan.Op, inputs ...*plan.Node) *plan.Node {
	return b.nodeIn(b.block(), slot, at, op, inputs...)
}

func (b *binder) nodeIn(block, slot string, at diag.Span, op plan.Op, inputs ...*plan.Node) *plan.Node {
	mode, err := plan.InferMode(op, inputs)
	for i, in := range inputs {
		if err == nil {
			break
		}
		if in.Mode.Change == plan.Upsert {
			inputs[i] = b.normalized(in)
			mode, err = plan.InferMode(op, inputs)
		}
	}
	if err != nil {
		b.changes(at, op, inputs)
		return nil
	}
	schemas := make([]*schema.Schema, len(inputs))
	for i, in := range inputs {
		schemas[i] = in.Schema
	}
	s, err := plan.SchemaOf(op, schemas)
	if err != nil {
		b.errorf(CodeInternal, at, "", "planning the %s: %v", words(op), err)
		return nil
	}
	return b.madeIn(block, slot, op, s, mode, inputs...)
}

// madeIn gives a node its identity: the block and the slot, with a number where the block has used the slot before.
func (b *binder) madeIn(block, slot string, op plan.Op, s *schema.Schema, mode plan.Mode, inputs ...*plan.Node) *plan.Node {
	slot = strings.ReplaceAll(slot, "/", "_")
	unique := slot
	for k := 2; b.used[block+"\x00"+unique]; k++ {
		unique = slot + "_" + strconv.Itoa(k)
	}
	b.used[block+"\x00"+unique] = true
	n := b.make(block, unique, op, s, mode, inputs...)
	b.home[n] = block
	return n
}

// normalized turns an upsert stream into a retract stream, once for all who read it.
func (b *binder) normalized(n *plan.Node) *plan.Node {
	if b.normal[n] == nil {
		block := b.home[n]
		if block == "" {
			block = b.block()
		}
		b.normal[n] = b.madeIn(block, "normalize", &plan.Normalize{}, n.Schema, plan.Mode{Change: plan.Retract}, n)
	}
	return b.normal[n]
}

// changes tells that an operator takes only inserts; every other refusal of InferMode is about upserts.
func (b *binder) changes(at diag.Span, op plan.Op, inputs []*plan.Node) {
	for _, in := range inputs {
		if in.Mode.Change != plan.Append {
			b.errorf(CodeChanges, at, "Leave the time out of it, or take the rows of a stream that only grows.",
				"a %s takes only inserts, and its input sends updates (%s)", words(op), words(in.Op))
			return
		}
	}
	b.errorf(CodeChanges, at, "", "a %s cannot take the changes of its input", words(op))
}

// words is an operator's name in a sentence.
func words(op plan.Op) string {
	return strings.ReplaceAll(op.Name(), "_", " ")
}

// check types an expression over the scope.
func (b *binder) check(s scope, e sqltext.Expr) (*expr.Expr, bool) {
	e, ok := b.resolved(s, e, false)
	if !ok {
		return nil, false
	}
	return b.checked(s.schema, e)
}

// checked types an expression whose names are those of the schema.
func (b *binder) checked(in *schema.Schema, e sqltext.Expr) (*expr.Expr, bool) {
	if b.refused(e) {
		return nil, false
	}
	out, found := expr.Check(e, b.env(in))
	return out, b.report(found)
}

// condition types a condition over the scope.
func (b *binder) condition(s scope, e sqltext.Expr) (*expr.Expr, bool) {
	if x, is := e.(*sqltext.Binary); is && x.Op == sqltext.And {
		// Each of the two may be wrong.
		l, ok := b.condition(s, x.L)
		r, good := b.condition(s, x.R)
		if !ok || !good {
			return nil, false
		}
		return and(l, r), true
	}
	e, ok := b.resolved(s, e, false)
	if !ok || b.refused(e) {
		return nil, false
	}
	out, found := expr.CheckBool(e, b.env(s.schema))
	return out, b.report(found)
}

// refused tells of what an expression may not hold outside a select list.
func (b *binder) refused(e sqltext.Expr) bool {
	bad := false
	sqltext.Walk(e, func(x sqltext.Expr) bool {
		c, ok := call(x)
		switch {
		case !ok:
			return true
		case b.lateWindow(c):
			bad = true
			return false
		case c.Over != nil:
			b.errorf(CodeRank, c.At, "Put it into the select list of a subquery, and filter on it around that.", "%s OVER cannot stand here", c.Name)
			bad = true
			return false
		case isAggregate(c):
			b.errorf(CodeAggregate, c.NameAt, "Compute it in a subquery, or put the condition into HAVING.", "the aggregate %s cannot stand here", c.Name)
			bad = true
			return false
		}
		return true
	})
	return bad
}

func (b *binder) env(in *schema.Schema) expr.Env {
	return expr.Env{Schema: in, Params: b.params, Zone: b.zone}
}

// report hands diagnostics on; it returns whether none is an error.
func (b *binder) report(found diag.List) bool {
	for _, d := range found {
		d.Message = strings.NewReplacer("\x01", "").Replace(d.Message)
		b.diags.Add(d)
	}
	return !found.HasErrors()
}

// quietly runs f without keeping what it reports; it returns whether f was right.
func (b *binder) quietly(f func() bool) bool {
	kept := b.diags
	b.diags = &diag.List{}
	defer func() { b.diags = kept }()
	return f()
}

// filter keeps the rows of a relation for which all the conditions hold.
func (b *binder) filter(slot string, r *relation, conds []sqltext.Expr) *relation {
	cond := conjunction(conds)
	if cond == nil || isTrue(cond) {
		return r
	}
	e, ok := b.conditions(r.scope(), conds)
	if !ok {
		return nil
	}
	return r.over(b.node(slot, cond.Span(), &plan.Filter{Where: e}, r.node))
}

// conditions types a list of conditions, each of which may be wrong, as one.
func (b *binder) conditions(s scope, conds []sqltext.Expr) (*expr.Expr, bool) {
	var out *expr.Expr
	ok := true
	for _, c := range conds {
		e, good := b.condition(s, c)
		if ok = ok && good; !ok {
			continue
		}
		out = and(out, e)
	}
	return out, ok
}

// and joins two conditions; nil is none.
func and(l, r *expr.Expr) *expr.Expr {
	switch {
	case l == nil:
		return r
	case r == nil:
		return l
	}
	at := diag.Span{Start: l.Span.Start, End: r.Span.End}
	return &expr.Expr{Op: expr.OpCall, Func: "and", Type: schema.Of(schema.Boolean), Nullable: l.Nullable || r.Nullable, Args: []*expr.Expr{l, r}, Span: at}
}

// over is the relation on a node that has the same fields in front; nil when there is none.
func (r *relation) over(n *plan.Node) *relation {
	if n == nil {
		return nil
	}
	out := *r
	out.node = n
	return &out
}

// project computes columns over a node, which stays as it is when they are its own in order. A select list that only this reads becomes one
// with it.
func (b *binder) project(slot string, at diag.Span, in *plan.Node, cols []plan.Column) *plan.Node {
	if identity(cols, in) {
		return in
	}
	if taken, fresh := b.fresh[in]; fresh && readsAll(cols, in) {
		list := in.Op.(*plan.Project).Columns
		by := make([]*expr.Expr, len(list))
		for i, c := range list {
			by[i] = c.Expr
		}
		merged := make([]plan.Column, len(cols))
		for i, c := range cols {
			merged[i] = plan.Column{Name: c.Name, Expr: expr.Substitute(c.Expr, by)}
		}
		delete(b.fresh, in)
		delete(b.used, taken)
		out := b.nodeIn(b.home[in], "select", at, &plan.Project{Columns: merged}, in.Inputs[0])
		if out != nil {
			b.fresh[out] = taken
		}
		return out
	}
	return b.node(slot, at, &plan.Project{Columns: cols}, in)
}

// identity reports whether the columns are those of the node, in order and under their names.
func identity(cols []plan.Column, in *plan.Node) bool {
	same := len(cols) == len(in.Schema.Fields)
	for i, c := range cols {
		same = same && c.Expr.Op == expr.OpColumn && c.Expr.Column == i && c.Name == in.Schema.Fields[i].Name
	}
	return same
}

// readsAll reports whether every column of a node is read once, so that none that may fail is lost or computed twice.
func readsAll(cols []plan.Column, in *plan.Node) bool {
	reads := make([]int, len(in.Schema.Fields))
	for _, c := range cols {
		for _, i := range expr.Columns(c.Expr) {
			reads[i]++
		}
	}
	return !slices.ContainsFunc(reads, func(n int) bool { return n != 1 })
}

// visible narrows a relation to the columns that can be named, under these names and in this order.
func (b *binder) visible(slot string, at diag.Span, r *relation) *plan.Node {
	if r = b.whole(r, at); r == nil {
		return nil
	}
	taken := map[string]bool{}
	cols := make([]plan.Column, 0, len(r.cols))
	for _, c := range r.cols {
		if !c.merged {
			cols = append(cols, plan.Column{Name: unique(c.name, taken), Expr: lowering.Column(r.node.Schema, c.index, at)})
		}
	}
	return b.project(slot, at, r.node, cols)
}

// unique returns the name, or with _1, _2, ... the first that is free, and takes it.
func unique(name string, taken map[string]bool) string {
	out := name
	for k := 1; taken[out]; k++ {
		out = name + "_" + strconv.Itoa(k)
	}
	taken[out] = true
	return out
}

// leafName is the name by which an expression that was settled refers to a table of FROM.
func leafName(leaf int) string { return leafMark + strconv.Itoa(leaf) }
