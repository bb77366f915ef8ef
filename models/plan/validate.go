package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"millrace/models/expr"
	"millrace/models/schema"
)

// Validate verifies that a plan is sound in itself: arity, types and positions of every expression within its input's schema,
// schemas that follow from the operators, modes that follow from the inputs, ids of what has state. It is for plans that come from
// outside and for tests of whatever makes plans; all problems are joined into one error.
func Validate(p *Plan) error {
	if p == nil {
		return errors.New("there is no plan")
	}
	// The structure comes first: everything else follows pointers.
	if err := checkGraph(p); err != nil {
		return err
	}
	v := planValidator{stateful: map[string]bool{}}
	if _, err := time.LoadLocation(p.TimeZone); err != nil || p.TimeZone == "" || p.TimeZone == "Local" {
		v.problems = append(v.problems, fmt.Errorf("the time zone %q does not exist", p.TimeZone))
	}
	if len(p.Sinks) == 0 {
		v.problems = append(v.problems, errors.New("the plan has no sink"))
	}
	roots := map[*Node]bool{}
	for _, s := range p.Sinks {
		if _, ok := s.Op.(*Sink); !ok {
			v.problems = append(v.problems, fmt.Errorf("node %s is a root and a %s, not a sink", s.ID, s.Op.Name()))
		}
		if roots[s] {
			v.problems = append(v.problems, fmt.Errorf("sink %s is a root twice", s.ID))
		}
		roots[s] = true
	}
	p.Walk(func(n *Node) {
		v.node = n
		v.check()
	})
	return errors.Join(v.problems...)
}

// maxPlanDepth bounds the nodes between a sink and its farthest scan, and with it every recursion over plans.
const maxPlanDepth = 10_000

// checkGraph refuses holes and cycles.
func checkGraph(p *Plan) error {
	const open, closed = 1, 2
	state := map[*Node]int{}
	var walk func(n *Node, depth int) error
	walk = func(n *Node, depth int) error {
		switch {
		case n == nil || n.Op == nil || n.Schema == nil:
			return errNoNode
		case depth > maxPlanDepth:
			return fmt.Errorf("the plan is deeper than %d nodes", maxPlanDepth)
		case state[n] == open:
			return fmt.Errorf("node %s is among its own inputs", n.ID)
		case state[n] == closed:
			return nil
		}
		state[n] = open
		for _, in := range n.Inputs {
			if err := walk(in, depth+1); err != nil {
				return err
			}
		}
		state[n] = closed
		return nil
	}
	for _, s := range p.Sinks {
		if err := walk(s, 1); err != nil {
			return err
		}
	}
	return nil
}

type planValidator struct {
	problems []error
	node     *Node
	// stateful holds the ids of nodes that keep state or positions, which are named by them.
	stateful map[string]bool
}

func (v *planValidator) addf(format string, args ...any) {
	v.problems = append(v.problems, fmt.Errorf("node %s (%s): %w", v.node.ID, v.node.Op.Name(), fmt.Errorf(format, args...)))
}

func (v *planValidator) check() {
	n := v.node
	if n.ID == "" {
		v.addf("it has no id")
	}
	before := len(v.problems)
	for _, in := range n.Inputs {
		if _, ok := in.Op.(*Sink); ok {
			v.addf("it takes its rows from %s, a sink", in.ID)
		}
	}
	v.schema("its schema", n.Schema)
	if !v.arity() || len(v.problems) > before {
		return // what follows relies on both
	}
	switch op := n.Op.(type) {
	case *Scan:
		v.unique()
		v.scan(op)
	case *Filter:
		v.condition("the condition", op.Where, n.Inputs[0].Schema)
		v.sameFields(n.Inputs[0])
	case *Project:
		v.columns(op.Columns, n.Schema.Fields, n.Inputs[0].Schema)
	case *Union:
		v.follows()
	case *Window:
		v.unique()
		v.window(op)
	case *Dedupe:
		v.unique()
		v.dedupe(op)
	case *Join:
		v.unique()
		v.join(op)
	case *IntervalJoin:
		v.unique()
		v.intervalJoin(op)
	case *TemporalJoin:
		v.unique()
		v.temporalJoin(op)
	case *Aggregate:
		v.unique()
		v.aggregate(op)
	case *Rank:
		v.unique()
		v.rank(op)
	case *Normalize:
		v.unique()
		v.sameFields(n.Inputs[0])
	case *Unnest:
		v.follows()
	case *Sink:
		v.unique()
		v.component(op.Component, op.Version, op.Params)
		v.sameFields(n.Inputs[0])
	}
	if len(v.problems) == before {
		v.mode()
	}
}

func (v *planValidator) arity() bool {
	if err := arity(v.node.Op, len(v.node.Inputs)); err != nil {
		v.addf("%w", err)
		return false
	}
	return true
}

func (v *planValidator) unique() {
	if v.stateful[v.node.ID] {
		v.addf("another node with state has this id")
	}
	v.stateful[v.node.ID] = true
}

func (v *planValidator) component(name string, version int, params json.RawMessage) {
	if name == "" || version < 1 {
		v.addf("the component %q has version %d", name, version)
	}
	if len(params) > 0 && !json.Valid(params) {
		v.addf("the parameters are not JSON")
	}
}

// schema checks a schema in itself.
func (v *planValidator) schema(what string, s *schema.Schema) {
	seen := map[string]bool{}
	for _, f := range s.Fields {
		if f.Name == "" || seen[f.Name] {
			v.addf("%s has a field without a name or twice: %q", what, f.Name)
		}
		seen[f.Name] = true
		if !validType(f.Type) {
			v.addf("%s: the field %s has no valid type", what, f.Name)
		}
	}
	if len(s.Fields) == 0 {
		v.addf("%s has no fields", what)
	}
	for _, k := range s.Key {
		if !seen[k] {
			v.addf("%s has a key on %s, which it has not", what, k)
		}
	}
	if s.EventTime == nil {
		return
	}
	if i := s.TimeIndex(); i < 0 || s.Fields[i].Type.Kind != schema.Timestamp {
		v.addf("%s has its event time on %s, which is no timestamp of it", what, s.EventTime.Column)
	}
}

// validType reports whether a column may have the type, deeply.
func validType(t schema.Type) bool {
	switch t.Kind {
	case schema.Invalid, schema.Null:
		return false
	case schema.Array:
		return t.Elem != nil && validType(*t.Elem)
	case schema.Map:
		return t.Key != nil && t.Elem != nil && validType(*t.Key) && validType(*t.Elem)
	case schema.Row:
		for _, f := range t.Fields {
			if !validType(f.Type) {
				return false
			}
		}
		return true
	default:
		return t.Kind <= schema.Row
	}
}

// sameFields checks that the node hands on the rows of an input as they are.
func (v *planValidator) sameFields(in *Node) {
	if !schema.FieldsEqual(v.node.Schema.Fields, in.Schema.Fields) {
		v.addf("its fields differ from those of %s", in.ID)
	}
}

func (v *planValidator) scan(op *Scan) {
	v.component(op.Component, op.Version, op.Params)
	if op.Source == nil {
		v.addf("the source has no schema")
		return
	}
	v.schema("the source's schema", op.Source)
	last := -1
	for _, f := range v.node.Schema.Fields {
		i := op.Source.Index(f.Name)
		switch {
		case i < 0:
			v.addf("the source has no column %s", f.Name)
			continue
		case !op.Source.Fields[i].Type.Equal(f.Type) || op.Source.Fields[i].Nullable && !f.Nullable:
			v.addf("the column %s is not as the source declares it", f.Name)
		case i <= last:
			v.addf("the column %s is not in the source's order", f.Name)
		}
		last = i
	}
	for _, c := range op.Checked {
		if v.node.Schema.Index(c) < 0 {
			v.addf("the column %s is to be checked, but is not decoded", c)
		}
	}
}

// columns checks named expressions over in against the fields they give.
func (v *planValidator) columns(cols []Column, fields []schema.Field, in *schema.Schema) {
	if len(cols) != len(fields) {
		v.addf("it computes %d columns for %d fields", len(cols), len(fields))
		return
	}
	for i, c := range cols {
		v.expr("column "+c.Name, c.Expr, in)
		if c.Expr != nil {
			v.output(fields[i], c.Name, c.Expr.Type, c.Expr.Nullable)
		}
	}
}

// output checks a field of the schema against what fills it.
func (v *planValidator) output(f schema.Field, name string, t schema.Type, nullable bool) {
	switch {
	case f.Name != name:
		v.addf("the column %s fills the field %s", name, f.Name)
	case !f.Type.Equal(t):
		v.addf("the column %s is %s and its field %s", name, t, f.Type)
	case nullable && !f.Nullable:
		v.addf("the column %s may be NULL and its field may not", name)
	}
}

// maxExprDepth bounds the nesting of one expression.
const maxExprDepth = 10_000

func (v *planValidator) expr(what string, e *expr.Expr, in *schema.Schema) {
	if problem := exprProblem(e, in, 0); problem != "" {
		v.addf("%s: %s", what, problem)
	}
}

func (v *planValidator) condition(what string, e *expr.Expr, in *schema.Schema) {
	v.expr(what, e, in)
	if e != nil && e.Type.Kind != schema.Boolean && e.Type.Kind != schema.Null {
		v.addf("%s is %s, not boolean", what, e.Type)
	}
}

func exprProblem(e *expr.Expr, in *schema.Schema, depth int) string {
	switch {
	case e == nil:
		return "an expression is missing"
	case depth > maxExprDepth:
		return "the expression is nested too deeply"
	}
	switch e.Op {
	case expr.OpLiteral:
		if e.Value == nil && !e.Nullable {
			return "a NULL is said never to be NULL"
		}
	case expr.OpColumn:
		if e.Column < 0 || e.Column >= len(in.Fields) {
			return fmt.Sprintf("it reads column %d of %d", e.Column, len(in.Fields))
		}
		f := in.Fields[e.Column]
		switch {
		case f.Name != e.Name:
			return fmt.Sprintf("it reads column %d as %s, which is %s", e.Column, e.Name, f.Name)
		case !f.Type.Equal(e.Type):
			return fmt.Sprintf("it reads %s as %s, which is %s", e.Name, e.Type, f.Type)
		case f.Nullable && !e.Nullable:
			return fmt.Sprintf("it reads %s as never NULL", e.Name)
		}
	case expr.OpCall:
		if e.Func == "" {
			return "a call names no function"
		}
	default:
		return fmt.Sprintf("unknown kind of expression %d", e.Op)
	}
	if e.Op != expr.OpCall && len(e.Args) > 0 {
		return "only calls have arguments"
	}
	for _, a := range e.Args {
		if problem := exprProblem(a, in, depth+1); problem != "" {
			return problem
		}
	}
	return ""
}

func (v *planValidator) timeColumn(i int, in *schema.Schema) {
	if i < 0 || i >= len(in.Fields) || in.Fields[i].Type.Kind != schema.Timestamp {
		v.addf("the event time, column %d, is no timestamp of the input", i)
	}
}

func (v *planValidator) window(op *Window) {
	in, fields := v.node.Inputs[0].Schema, v.node.Schema.Fields
	v.timeColumn(op.Time, in)
	switch {
	case op.Kind > Hop:
		v.addf("unknown window kind %d", op.Kind)
	case op.Size <= 0 || op.Slide <= 0 || op.Slide > op.Size:
		v.addf("a window of %d us that slides by %d us", op.Size, op.Slide)
	case op.Kind == Tumble && op.Slide != op.Size:
		v.addf("a tumbling window that slides by %d us, not by its size", op.Slide)
	}
	if len(fields) != 2+len(op.Keys)+len(op.Aggs) {
		v.addf("it gives %d columns for %d fields", 2+len(op.Keys)+len(op.Aggs), len(fields))
		return
	}
	for i, name := range []string{WindowStart, WindowEnd} {
		if fields[i].Name != name || fields[i].Type.Kind != schema.Timestamp || fields[i].Nullable {
			v.addf("field %d is not %s, a timestamp that is never NULL", i, name)
		}
	}
	v.groups(op.Keys, op.Aggs, fields[2:], in)
}

// groups checks keys and aggregates over in against the fields they give.
func (v *planValidator) groups(keys []Column, aggs []AggColumn, fields []schema.Field, in *schema.Schema) {
	v.columns(keys, fields[:len(keys)], in)
	for i, a := range aggs {
		v.output(fields[len(keys)+i], a.Name, a.Agg.Type, a.Agg.Nullable)
		v.agg(a, in)
	}
}

func (v *planValidator) agg(a AggColumn, in *schema.Schema) {
	switch {
	case !slices.Contains([]string{"count", "sum", "min", "max", "avg"}, a.Agg.Func):
		v.addf("column %s: unknown aggregate %q", a.Name, a.Agg.Func)
	case a.Agg.Arg != nil:
		v.expr("column "+a.Name, a.Agg.Arg, in)
	case a.Agg.Func != "count" || a.Agg.Distinct:
		v.addf("column %s: %s has no argument", a.Name, a.Agg.Func)
	}
	if f := a.Agg.Filter; f != nil {
		v.condition("the filter of column "+a.Name, f, in)
	}
}

func (v *planValidator) dedupe(op *Dedupe) {
	in := v.node.Inputs[0].Schema
	v.timeColumn(op.Time, in)
	if len(op.Keys) == 0 || op.Within <= 0 {
		v.addf("it has %d keys within %d us", len(op.Keys), op.Within)
	}
	for i, k := range op.Keys {
		if k < 0 || k >= len(in.Fields) || slices.Contains(op.Keys[:i], k) {
			v.addf("the key, column %d, is not in the input or is there twice", k)
		}
	}
	v.sameFields(v.node.Inputs[0])
}

func (v *planValidator) mode() {
	n := v.node
	for _, k := range n.Mode.Key {
		if n.Schema.Index(k) < 0 {
			v.addf("its mode has the key column %s, which it has not", k)
		}
	}
	if (n.Mode.Change == Upsert) != (len(n.Mode.Key) > 0) || n.Mode.Change > Retract {
		v.addf("its mode is %s with %d key columns", n.Mode.Change, len(n.Mode.Key))
	}
	if _, ok := n.Op.(*Scan); ok {
		return // the source's to say
	}
	for _, in := range n.Inputs {
		if len(in.Mode.Key) > 0 && slices.ContainsFunc(in.Mode.Key, func(k string) bool { return in.Schema.Index(k) < 0 }) {
			return // reported with the input
		}
	}
	want, err := InferMode(n.Op, n.Inputs)
	if err != nil {
		v.addf("%w", err)
	} else if want.Change != n.Mode.Change || !slices.Equal(want.Key, n.Mode.Key) {
		v.addf("its mode is %s, and follows to be %s", n.Mode.describe(), want.describe())
	}
}
