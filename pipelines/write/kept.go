package write

import (
	"millrace/models/diag"
	"millrace/models/plan"
)

// kept compares with what was read back, and tells of the first operator that is another one. again is nil when the text was refused.
func (s *subject) kept(again *plan.Plan, found diag.List) {
	switch {
	case again == nil:
		for _, d := range found {
			if d.Severity == diag.Error {
				said := s.diags.Errorf(CodeNotKept, diag.Span{}, "what would be written is refused: %s", d.Message)
				said.Node = d.Node
				return
			}
		}
		s.diags.Errorf(CodeNotKept, diag.Span{}, "what would be written gives no plan")
		return
	case plan.Fingerprint(again) == plan.Fingerprint(s.plan):
		return
	}
	known := map[string]bool{}
	again.Walk(func(n *plan.Node) { known[s.fingerprint(n)] = true })
	var first *plan.Node
	s.plan.Walk(func(n *plan.Node) {
		if first == nil && !known[s.fingerprint(n)] {
			first = n
		}
	})
	if first == nil {
		s.diags.Errorf(CodeNotKept, diag.Span{}, "what would be written is read as another plan")
		return
	}
	s.refuse(first, CodeNotKept, "the %s cannot be written: it would be read as another operator", first.Op.Name())
}

// fingerprint names a node with all below it.
func (s *subject) fingerprint(n *plan.Node) string {
	return plan.Fingerprint(&plan.Plan{TimeZone: s.plan.TimeZone, Sinks: []*plan.Node{n}})
}
