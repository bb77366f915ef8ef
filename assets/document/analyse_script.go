package document

import (
	"strconv"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/query"
)

// scriptNodes draws the statements of a script as the nodes of a canvas.
type scriptNodes struct {
	out *Analysis
	// at are the nodes that give the rows of a table or a view, by its full name: the last one that was defined.
	at    map[string]int
	taken map[string]int
	read  map[string]bool
}

// analyseScript makes a node of every statement that has rows, and of every table of the catalog that one of them reads. A table that
// statements only write stands behind its INSERTs; one that is read as well stands in front of its readers.
func analyseScript(out *Analysis, statements []query.Statement) {
	s := &scriptNodes{out: out, at: map[string]int{}, taken: map[string]int{}, read: map[string]bool{}}
	for i := range statements {
		for _, r := range statements[i].Reads {
			s.read[r.Name] = true
		}
	}
	for i := range statements {
		s.statement(&statements[i])
	}
	for i := range out.Diagnostics {
		d := &out.Diagnostics[i]
		for k := range out.Nodes {
			if holds(out.Nodes[k].Span, d.Span.Start) {
				d.Node = out.Nodes[k].ID
			}
		}
	}
}

func (s *scriptNodes) statement(st *query.Statement) {
	inputs := []AnalysedInput{}
	for _, r := range st.Reads {
		if k, ok := s.at[r.Name]; ok {
			inputs = append(inputs, AnalysedInput{Node: s.out.Nodes[k].ID})
		} else if !r.Temporary {
			inputs = append(inputs, AnalysedInput{Node: s.catalogTable(r)})
		}
	}
	label := query.Label(st.Name)
	n := AnalysedNode{Table: label, Inputs: inputs, Schema: st.Schema, Mode: modeOf(st.Schema, st.Mode), Failed: st.Failed, Span: st.At}
	switch st.Kind {
	case query.TableStatement:
		n.ID, n.Component, n.Kind = label, "create_table", "source"
		if !s.read[st.Name] {
			n.Kind = "sink"
		}
		s.at[st.Name] = s.add(n)
	case query.ViewStatement:
		n.ID, n.Component, n.Kind = label, "create_view", "transform"
		s.at[st.Name] = s.add(n)
	case query.InsertStatement:
		n.ID, n.Component, n.Kind = "insert into "+label, "insert", "sink"
		k := s.add(n)
		if into, ok := s.at[st.Name]; ok && !s.read[st.Name] {
			s.out.Nodes[k].Kind = "transform"
			s.out.Nodes[into].Inputs = append(s.out.Nodes[into].Inputs, AnalysedInput{Node: s.out.Nodes[k].ID})
		}
	default:
		n.ID, n.Component, n.Kind = string(st.Kind), string(st.Kind), "transform"
		s.add(n)
	}
}

// catalogTable makes the node of a table that no statement made.
func (s *scriptNodes) catalogTable(r query.TableRead) string {
	k := s.add(AnalysedNode{ID: query.Label(r.Name), Component: "table", Kind: "source", Table: r.Name, Inputs: []AnalysedInput{},
		Schema: r.Schema, Mode: modeOf(r.Schema, r.Mode), Failed: r.Schema == nil, Span: diag.Span{}})
	s.at[r.Name] = k
	return s.out.Nodes[k].ID
}

// add adds a node. An id that is there already gets a number.
func (s *scriptNodes) add(n AnalysedNode) int {
	s.taken[n.ID]++
	if times := s.taken[n.ID]; times > 1 {
		n.ID += " (" + strconv.Itoa(times) + ")"
	}
	s.out.Nodes = append(s.out.Nodes, n)
	return len(s.out.Nodes) - 1
}

func modeOf(s *schema.Schema, m plan.Mode) *plan.Mode {
	if s == nil {
		return nil
	}
	return &m
}
