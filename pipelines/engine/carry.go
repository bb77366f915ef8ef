package engine

import (
	"millrace/pipelines/control"
	"millrace/pipelines/engine/segment"
)

// Carry says what a job keeps of a checkpoint that another version of its pipeline has made: positions of sources and state of operators
// that mean the same in both. The other version has settled before, so that nothing it committed is left to apply.
type Carry struct {
	// Manifest is the id of the checkpoint; none but this one is taken over.
	Manifest string
	// Sources and Operators are the ids of the scans and operators that are kept. What is not named is left behind.
	Sources, Operators map[string]bool
}

// carries returns what is kept of a manifest, nil where it is this version's own or must not be taken over.
func (r *run) carries(m *control.Manifest) *Carry {
	c := r.opt.Carry
	if c == nil || c.Manifest != m.ID || m.Plan == r.opt.Fingerprint && m.Version == r.opt.Version {
		return nil
	}
	return c
}

// takeOver decides whether the run may go on from a manifest, and with how much of it.
func (r *run) takeOver(m *control.Manifest) error {
	if r.carried = r.carries(m); r.carried != nil || m.Plan == r.opt.Fingerprint && m.Version == r.opt.Version {
		return nil
	}
	return permanentf("the model has changed since this pipeline's last checkpoint (it was %.19s and is %.19s): start afresh, or run it under another name", m.Plan, r.opt.Fingerprint)
}

// source reports whether a scan goes on where the checkpoint has it. Of one's own checkpoint everything is kept.
func (c *Carry) source(id string) bool { return c == nil || c.Sources[id] }

// operator reports whether an operator's state is kept.
func (c *Carry) operator(id string) bool { return c == nil || c.Operators[id] }

// sections returns those of a state file that are kept.
func (c *Carry) sections(all []segment.Section) []segment.Section {
	if c == nil {
		return all
	}
	var kept []segment.Section
	for _, s := range all {
		if c.Operators[s.Op] {
			kept = append(kept, s)
		}
	}
	return kept
}
