package control

import (
	"bytes"
	"encoding/json"
	"slices"

	"millrace/models/plan"
)

// Fate is what becomes of a part of a pipeline when another version takes its place.
type Fate string

// The fates.
const (
	Kept    Fate = "kept"
	Dropped Fate = "dropped"
	Added   Fate = "added"
)

// Part is a scan, a stateful operator or a sink of a pipeline, and what becomes of it.
type Part struct {
	Operator string `json:"operator"`
	// Kind is "scan", "sink" or the operator's name.
	Kind string `json:"kind"`
	Fate Fate   `json:"fate"`
	// Why is a sentence, where the fate is not "kept".
	Why string `json:"why,omitempty"`
}

// Impact is what becomes of a pipeline's positions and state when a version takes the place of another.
type Impact struct {
	// Same says that both compute the same.
	Same bool `json:"same"`
	// Restart says that there is a run, which drains and starts again.
	Restart bool   `json:"restart"`
	Sources []Part `json:"sources"`
	State   []Part `json:"state"`
	Sinks   []Part `json:"sinks"`
}

// stateful reports whether an operator remembers rows.
func stateful(op plan.Op) bool {
	switch op.(type) {
	case *plan.Window, *plan.Dedupe, *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin, *plan.Aggregate, *plan.Rank, *plan.Normalize:
		return true
	}
	return false
}

// Compare says what of a pipeline is kept when the plan to takes the place of from. Operators are told by their ids: an operator's state is
// kept where the operator of the same id is the same, on inputs of the same form, and every source it lives on is kept too.
func Compare(from, to *plan.Plan) Impact {
	i := Impact{Same: plan.Fingerprint(from) == plan.Fingerprint(to), Sources: []Part{}, State: []Part{}, Sinks: []Part{}}
	before, after := byID(from), byID(to)
	sources := map[string]bool{}
	add := func(n *plan.Node, fate Fate, why string) {
		p := Part{Operator: n.ID, Kind: n.Op.Name(), Fate: fate, Why: why}
		switch n.Op.(type) {
		case *plan.Scan:
			i.Sources = append(i.Sources, p)
		case *plan.Sink:
			i.Sinks = append(i.Sinks, p)
		default:
			i.State = append(i.State, p)
		}
	}
	from.Walk(func(n *plan.Node) {
		op, scan := n.Op.(*plan.Scan)
		if !scan {
			return
		}
		if why := otherSource(op, after[n.ID]); why != "" {
			add(n, Dropped, why)
		} else {
			sources[n.ID] = true
			add(n, Kept, "")
		}
	})
	from.Walk(func(n *plan.Node) {
		now := after[n.ID]
		switch op := n.Op.(type) {
		case *plan.Sink:
			if why := otherSink(op, now); why != "" {
				add(n, Dropped, why)
			} else {
				add(n, Kept, "")
			}
		default:
			if !stateful(n.Op) {
				return
			}
			switch {
			case now == nil:
				add(n, Dropped, "the operator is gone")
			case from.TimeZone != to.TimeZone:
				// Windows of days and functions of dates follow it: what was gathered by one clock is not continued by another.
				add(n, Dropped, "the model's time zone is another")
			case !plan.SameOperator(n, now):
				add(n, Dropped, "the operator, or the form of its rows, is another")
			case !livesOn(n, sources) || !livesOn(now, sources):
				add(n, Dropped, "a source it lives on is another")
			default:
				add(n, Kept, "")
			}
		}
	})
	_, operators := i.Keeps()
	to.Walk(func(n *plan.Node) {
		was := before[n.ID]
		switch op := n.Op.(type) {
		case *plan.Scan:
			if otherSource(op, was) != "" {
				add(n, Added, "it is read from where the settings say")
			}
		case *plan.Sink:
			if otherSink(op, was) != "" {
				add(n, Added, "it gets what comes from now on")
			}
		default:
			if stateful(n.Op) && !operators[n.ID] {
				add(n, Added, "it begins without what came before")
			}
		}
	})
	return i
}

// Keeps returns the ids of the scans and operators that are kept.
func (i Impact) Keeps() (sources, operators map[string]bool) {
	kept := func(parts []Part) map[string]bool {
		out := map[string]bool{}
		for _, p := range parts {
			if p.Fate == Kept {
				out[p.Operator] = true
			}
		}
		return out
	}
	return kept(i.Sources), kept(i.State)
}

func byID(p *plan.Plan) map[string]*plan.Node {
	out := map[string]*plan.Node{}
	p.Walk(func(n *plan.Node) { out[n.ID] = n })
	return out
}

// livesOn reports whether every scan below a node is kept, or, in the new plan, is one that is: a new source beside kept ones would make a
// join forget nothing and miss the half of it.
func livesOn(n *plan.Node, kept map[string]bool) bool {
	if _, scan := n.Op.(*plan.Scan); scan {
		return kept[n.ID]
	}
	return !slices.ContainsFunc(n.Inputs, func(in *plan.Node) bool { return !livesOn(in, kept) })
}

// otherSource says why a position of the scan means nothing to another node, "" where it does.
func otherSource(op *plan.Scan, now *plan.Node) string {
	if now == nil {
		return "the source is gone"
	}
	other, ok := now.Op.(*plan.Scan)
	switch {
	case !ok:
		return "the node is no source any more"
	case op.Component != other.Component || op.Table != other.Table || !sameJSON(op.Params, other.Params):
		return "it reads something else, or in another way"
	}
	return ""
}

// otherSink says why another node is another target, "" where it is the same.
func otherSink(op *plan.Sink, now *plan.Node) string {
	if now == nil {
		return "the sink is gone"
	}
	other, ok := now.Op.(*plan.Sink)
	switch {
	case !ok:
		return "the node is no sink any more"
	case op.Component != other.Component || op.Table != other.Table || !sameJSON(op.Params, other.Params):
		return "it writes somewhere else, or in another way"
	}
	return ""
}

// sameJSON compares parameters but for blanks and the order of keys.
func sameJSON(a, b json.RawMessage) bool {
	return bytes.Equal(canonical(a), canonical(b))
}

func canonical(raw json.RawMessage) []byte {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return raw
	}
	out, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return out
}
