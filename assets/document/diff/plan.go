package diff

import (
	"maps"
	"slices"
	"strings"

	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/control"
)

// Pipeline is a pipeline of the text, a document having one, that was added, removed, renamed or changed. A pipeline that computes the same
// with the same operators is not among the differences.
type Pipeline struct {
	Op   Op     `json:"op"`
	Name string `json:"name"`
	// Was is the name of before, where the pipeline is renamed.
	Was string `json:"was,omitempty"`
	// OldFingerprint and NewFingerprint name what the plans compute.
	OldFingerprint string `json:"old_fingerprint,omitempty"`
	NewFingerprint string `json:"new_fingerprint,omitempty"`
	// Inputs are tables that are read now and were not, or the other way round.
	Inputs  []Table  `json:"inputs,omitempty"`
	Outputs []Output `json:"outputs,omitempty"`
	// Impact is what becomes of the pipeline's positions and state when it goes on with the new plan.
	Impact *control.Impact `json:"impact,omitempty"`
}

// Table is a table that is read, or no more.
type Table struct {
	Op    Op     `json:"op"`
	Table string `json:"table"`
}

// Output is what is written to a table, where that is new, gone or has another shape.
type Output struct {
	Op Op `json:"op"`
	// Table is the table's name, or the sink's component and node where it writes to none.
	Table string `json:"table"`
	// Virtual says that there is no sink: others use the rows by the model's name.
	Virtual bool           `json:"virtual,omitempty"`
	Columns []ColumnChange `json:"columns,omitempty"`
	// Shape are changes of "mode", "key", "event_time" and "order", the last being that of the columns.
	Shape []Change `json:"shape,omitempty"`
}

// ColumnChange is a column that was added or removed, or has another type: "int64" or "int64 NOT NULL".
type ColumnChange struct {
	Op   Op     `json:"op"`
	Name string `json:"name"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

// pipelines compares the pipelines of two texts by name. One of each side that are left over and compute the same are renamed.
func pipelines(a, b []*plan.Plan) []Pipeline {
	was, now := map[string]*plan.Plan{}, map[string]*plan.Plan{}
	for _, p := range a {
		was[p.Model] = p
	}
	for _, p := range b {
		now[p.Model] = p
	}
	var out []Pipeline
	met := map[string]bool{}
	for _, p := range a {
		q := now[p.Model]
		if q == nil {
			sum := plan.Fingerprint(p)
			for _, other := range b {
				if was[other.Model] == nil && !met[other.Model] && (plan.Fingerprint(other) == sum || len(a) == 1 && len(b) == 1) {
					q = other
					break
				}
			}
		}
		if q == nil {
			out = append(out, Pipeline{Op: Removed, Name: p.Model, OldFingerprint: plan.Fingerprint(p)})
			continue
		}
		met[q.Model] = true
		if one, differs := compare(p, q); differs {
			out = append(out, one)
		}
	}
	for _, q := range b {
		if !met[q.Model] {
			out = append(out, Pipeline{Op: Added, Name: q.Model, NewFingerprint: plan.Fingerprint(q)})
		}
	}
	return out
}

func compare(a, b *plan.Plan) (Pipeline, bool) {
	p := Pipeline{Op: Changed, Name: b.Model, OldFingerprint: plan.Fingerprint(a), NewFingerprint: plan.Fingerprint(b)}
	if a.Model != b.Model {
		p.Op, p.Was = Renamed, a.Model
	}
	p.Inputs = inputs(a, b)
	p.Outputs = outputs(a, b)
	impact := control.Compare(a, b)
	p.Impact = &impact
	return p, p.Op == Renamed || !impact.Same || !whole(impact)
}

// whole reports whether all is kept and nothing is new.
func whole(i control.Impact) bool {
	return !slices.ContainsFunc(slices.Concat(i.Sources, i.State, i.Sinks), func(p control.Part) bool { return p.Fate != control.Kept })
}

func inputs(a, b *plan.Plan) []Table {
	tables := func(p *plan.Plan) map[string]bool {
		out := map[string]bool{}
		p.Walk(func(n *plan.Node) {
			if s, ok := n.Op.(*plan.Scan); ok {
				name := s.Table
				if name == "" {
					name = s.Component
				}
				out[name] = true
			}
		})
		return out
	}
	var out []Table
	was, now := tables(a), tables(b)
	for _, t := range slices.Sorted(maps.Keys(was)) {
		if !now[t] {
			out = append(out, Table{Removed, t})
		}
	}
	for _, t := range slices.Sorted(maps.Keys(now)) {
		if !was[t] {
			out = append(out, Table{Added, t})
		}
	}
	return out
}

// outputs compares the sinks by the tables they write; sinks without one by component and place in the model.
func outputs(a, b *plan.Plan) []Output {
	name := func(p *plan.Plan, n *plan.Node) string {
		op, _ := n.Op.(*plan.Sink)
		switch {
		case op == nil:
			return short(p.Model, n.ID)
		case op.Table != "":
			return op.Table
		}
		return op.Component + " " + short(p.Model, n.ID)
	}
	virtual := func(n *plan.Node) bool {
		op, ok := n.Op.(*plan.Sink)
		return ok && op.Component == VirtualSink
	}
	var out []Output
	met := map[*plan.Node]bool{}
	for _, s := range a.Sinks {
		var other *plan.Node
		for _, t := range b.Sinks {
			if !met[t] && virtual(s) == virtual(t) && (virtual(s) || name(a, s) == name(b, t)) {
				other = t
				break
			}
		}
		if other == nil {
			out = append(out, Output{Op: Removed, Table: name(a, s), Virtual: virtual(s)})
			continue
		}
		met[other] = true
		if o := shapes(s, other); len(o.Columns)+len(o.Shape) > 0 {
			o.Table, o.Virtual = name(b, other), virtual(other)
			out = append(out, o)
		}
	}
	for _, t := range b.Sinks {
		if !met[t] {
			out = append(out, Output{Op: Added, Table: name(b, t), Virtual: virtual(t)})
		}
	}
	return out
}

// short is an operator's id as people know it: the node's, with the path where it is inlined.
func short(model, id string) string {
	id = strings.TrimPrefix(id, model+"/")
	id, _, _ = strings.Cut(id, "+")
	node, rest, ok := strings.Cut(id, "/./")
	if ok && !strings.Contains(rest, "/") {
		return node
	}
	return id
}

func shapes(a, b *plan.Node) Output {
	out := Output{Op: Changed}
	var kept, keptNow []string
	for _, f := range a.Schema.Fields {
		k := b.Schema.Index(f.Name)
		if k < 0 {
			out.Columns = append(out.Columns, ColumnChange{Op: Removed, Name: f.Name, Old: typeOf(f)})
			continue
		}
		kept = append(kept, f.Name)
		if was, now := typeOf(f), typeOf(b.Schema.Fields[k]); was != now {
			out.Columns = append(out.Columns, ColumnChange{Op: Changed, Name: f.Name, Old: was, New: now})
		}
	}
	for _, f := range b.Schema.Fields {
		if a.Schema.Index(f.Name) < 0 {
			out.Columns = append(out.Columns, ColumnChange{Op: Added, Name: f.Name, New: typeOf(f)})
			continue
		}
		keptNow = append(keptNow, f.Name)
	}
	for _, s := range []struct{ path, old, new string }{
		{"mode", mode(a.Mode), mode(b.Mode)},
		{"key", strings.Join(a.Schema.Key, ", "), strings.Join(b.Schema.Key, ", ")},
		{"event_time", eventTime(a.Schema), eventTime(b.Schema)},
		{"order", strings.Join(kept, ", "), strings.Join(keptNow, ", ")},
	} {
		out.Shape = append(out.Shape, values(s.path, text(s.old), text(s.new))...)
	}
	return out
}

func typeOf(f schema.Field) string {
	if f.Nullable {
		return f.Type.String()
	}
	return f.Type.String() + " NOT NULL"
}

func mode(m plan.Mode) string {
	if len(m.Key) == 0 {
		return m.Change.String()
	}
	return m.Change.String() + " on " + strings.Join(m.Key, ", ")
}

func eventTime(s *schema.Schema) string {
	if s.EventTime == nil {
		return ""
	}
	return s.EventTime.Column + ", out of order by " + s.EventTime.OutOfOrder.String()
}
