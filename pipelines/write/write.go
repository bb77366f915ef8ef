package write

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
)

// subject is a plan while it is written.
type subject struct {
	plan  *plan.Plan
	env   compile.Env
	zone  *time.Location
	diags diag.List
	// nodes are the operators that are written, inputs before consumers; ids are their names.
	nodes   []*plan.Node
	ids     map[*plan.Node]string
	skipped map[*plan.Node]bool
	// consumers are those of each node, one an input that it is.
	consumers map[*plan.Node][]*plan.Node
	taken     map[string]bool
}

func newSubject(p *plan.Plan, env compile.Env) *subject {
	if env.Policy == nil {
		env.Policy = compile.AllowAll{}
	}
	env.Params = nil // the values of parameters stand in the plan: what is written has none
	s := &subject{plan: p, env: env, zone: time.UTC, consumers: map[*plan.Node][]*plan.Node{}, ids: map[*plan.Node]string{},
		skipped: map[*plan.Node]bool{}, taken: map[string]bool{}}
	if zone, err := time.LoadLocation(p.TimeZone); err == nil {
		s.zone = zone
	}
	if len(p.Sinks) == 0 {
		s.diags.Errorf(CodeNoSink, diag.Span{}, "the plan has no sink, so there is nothing that it is written for").Fix = "Lead its rows to a sink."
		return s
	}
	p.Walk(func(n *plan.Node) {
		for _, in := range n.Inputs {
			s.consumers[in] = append(s.consumers[in], n)
		}
	})
	p.Walk(func(n *plan.Node) {
		if s.implied(n) {
			s.skipped[n] = true
		} else {
			s.nodes = append(s.nodes, n)
		}
	})
	s.consumers = map[*plan.Node][]*plan.Node{}
	for _, n := range s.nodes {
		for i := range n.Inputs {
			in := s.input(n, i)
			s.consumers[in] = append(s.consumers[in], n)
		}
	}
	s.name()
	return s
}

// implied reports whether compiling puts the operator in by itself: the condition of a policy over a table, and a normalize for those
// that need to know what an upsert replaces.
func (s *subject) implied(n *plan.Node) bool {
	switch n.Op.(type) {
	case *plan.Filter:
		scan, ok := n.Inputs[0].Op.(*plan.Scan)
		return ok && scan.Table != "" && strings.HasSuffix(n.ID, "/policy") && s.env.Policy.Read(scan.Table).RowFilter != ""
	case *plan.Normalize:
		for _, c := range s.consumers[n] {
			switch c.Op.(type) {
			case *plan.Join, *plan.Aggregate, *plan.Rank, *plan.Unnest:
			default:
				return false
			}
		}
		return true
	}
	return false
}

// input is what leads into a node, past the operators that are implied.
func (s *subject) input(n *plan.Node, i int) *plan.Node {
	in := n.Inputs[i]
	for s.skipped[in] {
		in = in.Inputs[0]
	}
	return in
}

// name gives the operators their names: that of the model's node or query block they came from where it is theirs alone; of several of one
// node the last has its name, the others the slot's behind it.
func (s *subject) name() {
	last := map[string]*plan.Node{}
	for _, n := range s.nodes {
		base, _ := origin(n)
		last[base] = n
	}
	for _, n := range s.nodes {
		if base, _ := origin(n); last[base] == n && valid(base) {
			s.ids[n] = base
			s.taken[base] = true
		}
	}
	for _, n := range s.nodes {
		if s.ids[n] != "" {
			continue
		}
		base, slot := origin(n)
		id := base + "_" + slot
		for k := 1; !valid(id) || s.taken[id]; k++ {
			id = "op_" + strconv.Itoa(k)
		}
		s.ids[n] = id
		s.taken[id] = true
	}
}

// unique returns a name nothing has yet, and takes it.
func (s *subject) unique(name string) string {
	out := name
	for k := 2; s.taken[out]; k++ {
		out = name + "_" + strconv.Itoa(k)
	}
	s.taken[out] = true
	return out
}

// origin is the node and the slot of an operator's id, "model/node/path/slot", as names.
func origin(n *plan.Node) (node, slot string) {
	parts := strings.Split(n.ID, "/")
	node, slot = parts[0], parts[len(parts)-1]
	if len(parts) > 1 {
		node = parts[1]
	}
	if scan, ok := n.Op.(*plan.Scan); ok && scan.Table != "" {
		node = scan.Table[strings.LastIndexByte(scan.Table, '.')+1:]
	}
	return word(node), word(slot)
}

// word makes a name of a text: letters, digits and underscores, a letter first.
func word(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '_', unicode.IsLetter(r), i > 0 && (unicode.IsDigit(r) || unicode.IsMark(r)):
			b.WriteRune(r)
		default:
			b.WriteByte('_')
		}
	}
	return b.String()
}

func valid(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= model.MaxName
}

// refuse tells that an operator cannot be written.
func (s *subject) refuse(n *plan.Node, code diag.Code, format string, args ...any) {
	d := s.diags.Errorf(code, diag.Span{}, "%s", fmt.Sprintf(format, args...))
	d.Node = s.ids[n]
}
