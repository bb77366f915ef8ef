package document

import (
	"context"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/compile"
)

// Analysis is what a canvas shows of a text, complete as far as it goes in spite of errors.
type Analysis struct {
	Diagnostics diag.List `json:"diagnostics" nullable:"false" doc:"everything that is to be said, with the node it is about and the place in its parameters"`
	Kind        string    `json:"kind" doc:"view, relational_model, ab_model or sql; empty where the text could not be read"`
	Name        string    `json:"name,omitempty"`
	Description string    `json:"description,omitempty"`
	TimeZone    string    `json:"time_zone,omitempty"`
	Virtual     bool      `json:"virtual,omitempty" doc:"others use its rows by its name"`
	Fingerprint string    `json:"fingerprint,omitempty" doc:"what it computes; there is one where there is no error"`
	// Nodes are in the order of the text. Those of a script are its statements and the tables they read.
	Nodes      []AnalysedNode      `json:"nodes" nullable:"false"`
	Relational *AnalysedRelational `json:"relational,omitempty" doc:"of a relational model"`
}

// AnalysedNode is what is known of a node.
type AnalysedNode struct {
	ID        string `json:"id"`
	Component string `json:"component" doc:"of a script create_table, create_view, insert, query, or table for one of the catalog"`
	Kind      string `json:"kind,omitempty" enum:"source,transform,sink" doc:"none where there is no such component"`
	// Table is what a statement of a script defines, reads or writes.
	Table  string          `json:"table,omitempty" doc:"of scripts: the table's name"`
	Inputs []AnalysedInput `json:"inputs" nullable:"false"`
	// Schema is of the rows that come out, of a sink those that go in.
	Schema *schema.Schema `json:"schema,omitempty" doc:"the rows that come out, or that go into a sink; none where it is not known"`
	Mode   *plan.Mode     `json:"mode,omitempty" doc:"which changes the rows carry"`
	Failed bool           `json:"failed" doc:"it cannot be planned, for its own mistakes or for those of a node in front of it"`
	Span   diag.Span      `json:"span" doc:"where it stands in the text"`
}

// AnalysedInput is an edge that leads in.
type AnalysedInput struct {
	Node string `json:"node"`
	Port string `json:"port,omitempty"`
}

// AnalysedRelational is what a relational model joins.
type AnalysedRelational struct {
	Entities []AnalysedEntity `json:"entities" nullable:"false"`
	Joins    []AnalysedJoin   `json:"joins" nullable:"false"`
	// Output is the node of the joined rows.
	Output AnalysedNode `json:"output"`
}

// AnalysedEntity is what is known of an entity.
type AnalysedEntity struct {
	AnalysedNode
	Role string   `json:"role,omitempty" enum:"fact,dimension"`
	Key  []string `json:"key" nullable:"false" doc:"its own, or the table's"`
	Kept []string `json:"kept,omitempty" doc:"its columns in the joined rows, by their names there; none where that is not settled"`
}

// AnalysedJoin is a join with what was chosen for it.
type AnalysedJoin struct {
	From        string `json:"from"`
	To          string `json:"to"`
	Join        string `json:"join,omitempty" doc:"what becomes of rows without a match"`
	Cardinality string `json:"cardinality,omitempty"`
	Match       string `json:"match,omitempty" doc:"temporal, interval or keyed"`
	Operator    string `json:"operator,omitempty" doc:"the operator that was chosen"`
	Why         string `json:"why,omitempty" doc:"why it was, in a sentence"`
	// Diagnostics are positions in those of the analysis.
	Diagnostics []int     `json:"diagnostics" nullable:"false" doc:"which of the diagnostics are about it, by position"`
	Span        diag.Span `json:"span"`
}

// Analyse compiles a text as a principal and says what was found out. name is that of the document it belongs to, if it belongs to one.
func (s *Service) Analyse(ctx context.Context, who grants.Principal, name string, f Format, text string) (Analysis, error) {
	if err := checkFormat(f); err != nil {
		return Analysis{}, err
	}
	env, err := s.env(ctx, who)
	if err != nil {
		return Analysis{}, err
	}
	d := Document{Name: name, Format: f, Draft: text}
	out, found := analyse(d.file(), f, text, env)
	if f == YAML && name != "" && found.Name != "" && found.Name != name {
		nameDiffers(&out.Diagnostics, &d, &found.Compiled)
	}
	return out, nil
}

// Analyse compiles a text and says what was found out, complete as far as it goes in spite of errors. file is what diagnostics call it.
func Analyse(file string, f Format, text string, env compile.Env) Analysis {
	out, _ := analyse(file, f, text, env)
	return out
}

func analyse(file string, f Format, text string, env compile.Env) (Analysis, *inspection) {
	found, diags := inspect(file, f, text, env)
	out := Analysis{Diagnostics: append(diag.List{}, diags...), Kind: found.Kind, Name: found.Name, Description: found.Description, Virtual: found.Virtual, Nodes: []AnalysedNode{}}
	if found.Plans != nil {
		out.Fingerprint, out.TimeZone = found.Fingerprint(), found.Plans[0].TimeZone
	}
	switch {
	case f == SQL:
		analyseScript(&out, found.statements)
	case found.outline != nil:
		analyseDocument(&out, found.outline)
	}
	return out, found
}

func analyseDocument(out *Analysis, o *compile.Outline) {
	out.TimeZone = o.Document.TimeZone
	for i := range o.Nodes {
		out.Nodes = append(out.Nodes, analysedNode(&o.Nodes[i]))
	}
	if o.Wide == nil {
		return
	}
	r := &AnalysedRelational{Entities: []AnalysedEntity{}, Joins: []AnalysedJoin{}, Output: analysedNode(o.Wide)}
	for i := range o.Entities {
		e := &o.Entities[i]
		one := AnalysedEntity{AnalysedNode: analysedNode(&e.OutlineNode), Role: e.Role, Key: append([]string{}, e.Key...), Kept: e.Kept}
		one.Table = e.Table
		r.Entities = append(r.Entities, one)
	}
	for i := range o.Joins {
		j := &o.Joins[i]
		r.Joins = append(r.Joins, AnalysedJoin{From: j.From, To: j.To, Join: j.Join, Cardinality: j.Cardinality, Match: j.Match, Operator: j.Operator, Why: j.Why,
			Diagnostics: []int{}, Span: j.At})
	}
	out.Relational = r
	// What is wrong with an entity or a join is often seen only where the rows are joined.
	for i := range out.Diagnostics {
		d := &out.Diagnostics[i]
		if d.Node != r.Output.ID {
			continue
		}
		entity, join := r.standsIn(d.Span.Start)
		switch {
		case entity != nil:
			d.Node = entity.ID
		case join != nil:
			join.Diagnostics = append(join.Diagnostics, i)
		}
	}
}

// standsIn finds the entity or the join in which a place stands: the last that begins before it, for of a mapping only the beginning is known.
func (r *AnalysedRelational) standsIn(p diag.Pos) (entity *AnalysedEntity, join *AnalysedJoin) {
	var begin diag.Pos
	later := func(at diag.Pos) bool {
		if !at.Known() || before(p, at) || before(at, begin) {
			return false
		}
		begin = at
		return true
	}
	for i := range r.Entities {
		if later(r.Entities[i].Span.Start) {
			entity, join = &r.Entities[i], nil
		}
	}
	for i := range r.Joins {
		if later(r.Joins[i].Span.Start) {
			entity, join = nil, &r.Joins[i]
		}
	}
	return entity, join
}

// holds reports whether a place lies within a stretch, whose end is exclusive.
func holds(at diag.Span, p diag.Pos) bool {
	return p.Known() && at.Start.Known() && !before(p, at.Start) && before(p, at.End)
}

func before(a, b diag.Pos) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

func analysedNode(n *compile.OutlineNode) AnalysedNode {
	out := AnalysedNode{ID: n.ID, Component: n.Component, Inputs: []AnalysedInput{}, Schema: n.Schema, Failed: n.Failed, Span: n.At}
	if n.Known {
		out.Kind = n.Kind.String()
	}
	for _, in := range n.Inputs {
		out.Inputs = append(out.Inputs, AnalysedInput(in))
	}
	if n.Schema != nil {
		mode := n.Mode
		out.Mode = &mode
	}
	return out
}
