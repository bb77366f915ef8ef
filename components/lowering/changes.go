package lowering

import (
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
)

// CodeMicros is a duration with a part of a microsecond, the unit of event time.
const CodeMicros diag.Code = "plan.not_whole_micros"

// Retractable returns in itself, or for an upsert stream a normalize over it: its changes say which row they replace.
func Retractable(pc *component.Planning, slot string, in *plan.Node) *plan.Node {
	if in.Mode.Change != plan.Upsert {
		return in
	}
	return pc.MakeNode(slot, &plan.Normalize{}, in.Schema, plan.Mode{}, in)
}

// Micros returns a duration parameter in microseconds, or reports that it is no whole number of them. An absent one is 0.
func Micros(pc *component.Planning, p component.Params, field string) (int64, bool) {
	d := p.Duration(field)
	if d%time.Microsecond != 0 {
		Report(pc, CodeMicros, p.Span(field), p.Path(field), "%v is not a whole number of microseconds, the unit of event time", d).
			Fix = "Write it in microseconds (us) or a larger unit."
		return 0, false
	}
	return d.Microseconds(), true
}
