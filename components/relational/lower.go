package relational

import (
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Entity is an entity of the document with the rows it stands for.
type Entity struct {
	ID     string
	At     diag.Span
	Params component.Params
	Rows   *plan.Node
	// Kept are the columns of the wide row that are the entity's, by their names there; Lower fills it.
	Kept []string
}

// Join is a join of the document.
type Join struct {
	From, To string
	At       diag.Span
	Params   component.Params
	// Choice is what was chosen for the join; Lower fills it.
	Choice Choice
}

// Choice says how the planner matches the rows of a join. What could not be settled is empty.
type Choice struct {
	// Match is temporal, interval or keyed.
	Match string
	// Operator is the plan's, Why one sentence about it.
	Operator, Why string
}

// Lower plans the joined, wide rows of a relational model. The expressions of an entity see that entity's columns. What it found out about
// entities and joins it notes in them, also where it fails.
func Lower(pc *component.Planning, entities []Entity, joins []Join) (*plan.Node, bool) {
	l := &lowerer{pc: pc, byID: map[string]*entity{}}
	for i := range entities {
		l.entity(&entities[i])
	}
	for i := range joins {
		l.join(&joins[i])
	}
	root := l.root()
	if l.failed {
		return nil, false
	}
	l.prepare()
	if l.failed {
		return nil, false
	}
	wide := l.build(root)
	if l.failed {
		return nil, false
	}
	return l.output(wide)
}

type lowerer struct {
	pc       *component.Planning
	entities []*entity
	byID     map[string]*entity
	failed   bool
}

// entity is an entity while it is planned.
type entity struct {
	*Entity
	fact bool
	key  []string
	// cols are the columns below the joins, named entity.column, computed join keys among them.
	cols []plan.Column
	// time is the name of the column that versions of a dimension are ordered by, event time or one that is always the same.
	time string
	// node is what the joins read.
	node *plan.Node
	// incoming is the join that leads here, outgoing those that lead on.
	incoming *relation
	outgoing []*relation
}

// relation is a join while it is planned.
type relation struct {
	*Join
	from, to *entity
	// left and right are the names, below the joins, of the columns that are compared.
	left, right []string
	match       string
	kind        plan.JoinKind
}

func (l *lowerer) errorf(code diag.Code, at diag.Span, path, fix, format string, args ...any) {
	l.failed = true
	d := lowering.Report(l.pc, code, at, path, format, args...)
	d.Fix = fix
}

func (l *lowerer) entity(e *Entity) {
	out := &entity{Entity: e, fact: e.Params.String("role") == fact, key: e.Params.Strings("key")}
	l.entities = append(l.entities, out)
	l.byID[e.ID] = out
	s := e.Rows.Schema
	if len(out.key) == 0 {
		out.key = s.Key
	}
	for _, k := range out.key {
		if _, ok := lowering.Find(l.pc, k, s, e.Params.Span("key"), e.Params.Path("key")); !ok {
			l.failed = true
		}
	}
	if out.fact && e.Rows.Mode.Change != plan.Append {
		l.errorf(CodeChanges, e.At, "", "Make it a dimension, or read the stream the table is made from.",
			"the fact %s has %s rows: a fact happened and does not change", e.ID, e.Rows.Mode.Change)
	}
	if where := e.Params.String("where"); where != "" {
		cond, ok := l.pc.Exprs.Bool(where, s, e.Params.Span("where"), e.Params.Path("where"))
		if !ok {
			l.failed = true
			return
		}
		e.Rows = l.pc.MakeNode(e.ID+"_where", &plan.Filter{Where: cond}, s, e.Rows.Mode, e.Rows)
	}
	for i, f := range s.Fields {
		out.cols = append(out.cols, plan.Column{Name: out.inner(f.Name), Expr: lowering.Column(s, i, diag.Span{})})
	}
	if !out.fact && s.TimeIndex() < 0 {
		// A dimension without versions: each row holds from the beginning of time on, and a later one replaces it.
		out.time = out.inner("version_time")
		out.cols = append(out.cols, plan.Column{Name: out.time, Expr: &expr.Expr{Op: expr.OpLiteral, Type: schema.Of(schema.Timestamp), Value: beginning}})
	} else if s.TimeIndex() >= 0 {
		out.time = out.inner(s.EventTime.Column)
	}
}

// inner is a column's name below the joins.
func (e *entity) inner(column string) string { return e.ID + "." + column }

func (l *lowerer) join(j *Join) {
	r := &relation{Join: j, from: l.byID[j.From], to: l.byID[j.To]}
	if r.from == nil || r.to == nil {
		l.failed = true // told with the document or with the entity
		return
	}
	if r.to.incoming != nil {
		l.errorf(CodeTwice, j.At, "", "Declare the table as a second entity, or turn one of the joins around.",
			"two joins lead to %s, from %s and from %s", j.To, r.to.incoming.From, j.From)
		return
	}
	r.to.incoming = r
	r.from.outgoing = append(r.from.outgoing, r)
	r.kind = map[string]plan.JoinKind{"left": plan.LeftOuter, "inner": plan.Inner, "semi": plan.Semi, "anti": plan.Anti}[j.Params.String("join")]
	l.pairs(r)
	l.choose(r)
}

// pairs settles which columns are compared.
func (l *lowerer) pairs(r *relation) {
	p, to := r.Params, r.to.Rows.Schema
	pairs := p.Objects("on")
	if len(pairs) == 0 {
		for _, k := range r.to.key {
			i := r.from.Rows.Schema.Index(k)
			if i < 0 {
				l.errorf(CodeKey, r.At, p.Path("on"), "Say which columns belong together: on: [{from: ..., to: "+k+"}].",
					"%s has no column %q, the key of %s", r.From, k, r.To)
				continue
			}
			l.pair(r, lowering.Column(r.from.Rows.Schema, i, r.At), k, r.At, p.Path("on"))
		}
		if len(r.to.key) == 0 {
			l.errorf(CodeKey, r.At, p.Path("on"), "Write on: [{from: ..., to: ...}].", "the join does not say on which columns, and %s has no key", r.To)
		}
		return
	}
	for _, pair := range pairs {
		e, _, ok := l.pc.Exprs.Scalar(pair.String("from"), r.from.Rows.Schema, pair.Span("from"), pair.Path("from"))
		_, found := lowering.Find(l.pc, pair.String("to"), to, pair.Span("to"), pair.Path("to"))
		if !ok || !found {
			l.failed = true
			continue
		}
		l.pair(r, e, pair.String("to"), pair.Span("from"), pair.Path("from"))
	}
}

func (l *lowerer) pair(r *relation, from *expr.Expr, to string, at diag.Span, path string) {
	f := r.to.Rows.Schema.Fields[r.to.Rows.Schema.Index(to)]
	if !from.Type.Equal(f.Type) {
		l.errorf(CodeTypes, at, path, "Write CAST("+expr.SQL(from)+" AS "+f.Type.String()+").", "%s is compared with %s.%s, which is %s", from.Type, r.To, to, f.Type)
		return
	}
	if !lowering.CheckKey(l.pc, to, f.Type, at, path) {
		l.failed = true
		return
	}
	name := ""
	if from.Op == expr.OpColumn {
		name = r.from.inner(from.Name)
	} else {
		// The name holds what is computed, so that it stays when joins are added before it.
		name = r.from.inner(expr.SQL(from))
		if !slices.ContainsFunc(r.from.cols, func(c plan.Column) bool { return c.Name == name }) {
			r.from.cols = append(r.from.cols, plan.Column{Name: name, Expr: from})
		}
	}
	r.left, r.right = append(r.left, name), append(r.right, r.to.inner(to))
}

// root finds the fact all joins start from.
func (l *lowerer) root() *entity {
	var roots []*entity
	var names []string
	for _, e := range l.entities {
		if e.incoming == nil {
			roots = append(roots, e)
			names = append(names, e.ID)
		}
	}
	switch {
	case l.failed:
		return nil
	case len(roots) == 0:
		l.errorf(CodeRoot, l.entities[0].At, "", "Let the joins lead away from one fact.", "the joins go round in a circle")
		return nil
	case len(roots) > 1:
		l.errorf(CodeUnconnected, roots[1].At, "", "Add a join that leads there, or turn one around so that it leads away from "+roots[0].ID+".",
			"no join leads to %s", strings.Join(names[1:], " and "))
		return nil
	case !roots[0].fact:
		l.errorf(CodeRoot, roots[0].At, "", "Let the joins lead from a fact to its dimensions.", "the joins start from %s, which is a dimension", roots[0].ID)
		return nil
	}
	// With one root and one incoming join each, what the root does not reach is a circle of its own.
	reached := map[*entity]bool{}
	var walk func(*entity)
	walk = func(e *entity) {
		reached[e] = true
		for _, r := range e.outgoing {
			walk(r.to)
		}
	}
	walk(roots[0])
	for _, e := range l.entities {
		if !reached[e] {
			l.errorf(CodeRoot, e.At, "", "Let the joins lead away from "+roots[0].ID+".", "the joins around %s go round in a circle", e.ID)
			return nil
		}
	}
	return roots[0]
}

// prepare puts each entity's projection under the joins.
func (l *lowerer) prepare() {
	for _, e := range l.entities {
		op := &plan.Project{Columns: e.cols}
		s, err := plan.SchemaOf(op, []*schema.Schema{e.Rows.Schema})
		if err != nil {
			l.errorf(CodeMatch, e.At, "", "", "planning %s: %v", e.ID, err)
			return
		}
		e.node = l.pc.MakeNode(e.ID+"_columns", op, s, e.Rows.Mode, e.Rows)
	}
}

// output names the columns of the wide row.
func (l *lowerer) output(wide *plan.Node) (*plan.Node, bool) {
	var cols []plan.Column
	owner := map[string]string{}
	for _, e := range l.entities {
		if e.incoming != nil && e.incoming.kind.OnlyLeft() {
			if e.Params.Has("columns") && len(e.Params.Objects("columns")) > 0 {
				l.errorf(CodeMatch, e.Params.Span("columns"), e.Params.Path("columns"), "Join it as left or inner.",
					"%s is only asked whether it has a row: no column of it can be kept", e.ID)
			}
			continue
		}
		for _, c := range l.kept(e, wide.Schema) {
			if other, twice := owner[c.Name]; twice {
				l.errorf(lowering.CodeDuplicate, e.Params.Span("columns"), e.Params.Path("columns"), "Give one another name (expression AS name), or set a prefix.",
					"%s and %s both give a column %q", other, e.ID, c.Name)
				continue
			}
			owner[c.Name] = e.ID
			e.Kept = append(e.Kept, c.Name)
			cols = append(cols, c)
		}
	}
	if l.failed {
		return nil, false
	}
	op := &plan.Project{Columns: cols}
	s, err := plan.SchemaOf(op, []*schema.Schema{wide.Schema})
	if err != nil {
		l.errorf(CodeMatch, diag.Span{}, "", "", "planning the wide row: %v", err)
		return nil, false
	}
	return l.pc.MakeNode("wide", op, s, wide.Mode, wide), true
}

// kept are the columns of an entity in the wide row, as expressions over it.
func (l *lowerer) kept(e *entity, wide *schema.Schema) []plan.Column {
	s := e.Rows.Schema
	// What the entity's column i is in the wide row: there it may be NULL where it was not.
	at := make([]*expr.Expr, len(s.Fields))
	for i, f := range s.Fields {
		at[i] = lowering.Column(wide, wide.Index(e.inner(f.Name)), diag.Span{})
	}
	var out []plan.Column
	items := e.Params.Objects("columns")
	prefix := e.Params.String("prefix")
	if len(items) == 0 {
		for i, f := range s.Fields {
			if !e.fact && (slices.Contains(e.key, f.Name) || i == s.TimeIndex()) {
				continue
			}
			out = append(out, plan.Column{Name: prefix + f.Name, Expr: at[i]})
		}
		return out
	}
	// The expressions are computed behind the joins, where columns may be missing that never are here.
	seen := *s
	seen.Fields = slices.Clone(s.Fields)
	for i := range seen.Fields {
		seen.Fields[i].Nullable = at[i].Nullable
	}
	cols, ok := lowering.Columns(l.pc, items, &seen)
	if !ok {
		l.failed = true
		return nil
	}
	for _, c := range cols {
		if c.Expr.Op == expr.OpColumn && c.Expr.Name == c.Name {
			c.Name = prefix + c.Name
		}
		out = append(out, plan.Column{Name: c.Name, Expr: expr.Substitute(c.Expr, at)})
	}
	return out
}
