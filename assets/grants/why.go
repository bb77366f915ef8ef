package grants

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Verdict says in a word how a question was decided.
const (
	// ByAllow is a policy that allows, with none that denies.
	ByAllow = "allowed"
	// ByDeny is a policy that denies.
	ByDeny = "denied"
	// ByNothing is that nothing was granted.
	ByNothing = "not_granted"
)

// Explanation says why a principal may, or may not.
type Explanation struct {
	Allowed bool    `json:"allowed"`
	Verdict string  `json:"verdict"`
	Subject Subject `json:"subject"`
	Name    string  `json:"name"`
	Action  Action  `json:"action"`
	Object  Object  `json:"object"`
	// ObjectName is the table's full name, or that of what is above tables.
	ObjectName string `json:"object_name"`
	// Allows and Denies are the policies in force that have a say, the widest scopes first. Where one denies, the others mean nothing.
	Allows []Reason `json:"allows,omitempty"`
	Denies []Reason `json:"denies,omitempty"`
	// Ended are policies that allowed it and no longer do, the last ones first; only where nothing allows it now.
	Ended []Reason `json:"ended,omitempty"`
	// Needed is what would have to happen; nil when it is allowed.
	Needed *Needed `json:"needed,omitempty"`
	// Text has it in plain words, by language: "en", "zh".
	Text map[string]string `json:"text"`
}

// Reason is a policy with what it has to do with the question.
type Reason struct {
	Policy
	// SubjectName and ScopeName are what people call them, By who made the policy.
	SubjectName string `json:"subject_name"`
	ScopeName   string `json:"scope_name"`
	ByName      string `json:"created_by_name"`
	// Revoked says who took it back, of one that has ended before its time.
	Revoked *Revocation `json:"revoked,omitempty"`
}

// Needed is what it takes to be allowed.
type Needed struct {
	// TakeBack are the denies that stand in the way.
	TakeBack []string `json:"take_back,omitempty"`
	// Grant says that a grant is needed as well: of one of the actions, on one of the scopes, to one of the subjects.
	Grant    bool      `json:"grant"`
	Actions  []Action  `json:"actions,omitempty"`
	Scopes   []Scope   `json:"scopes,omitempty"`
	Subjects []Subject `json:"subjects,omitempty"`
	// Ask names the team that owns the table; empty is an administrator.
	Ask string `json:"ask,omitempty"`
}

// endedShown bounds how many ended policies an explanation has.
const endedShown = 3

// Why explains a decision as of now. Whoever asks must be allowed to know of the object and of the principal's policies.
func (s *Service) Why(ctx context.Context, p Principal, a Action, o Object) (Explanation, error) {
	at := s.located(o)
	now := s.Time()
	e := Explanation{Verdict: ByNothing, Subject: p.Subject, Name: p.Name, Action: a, Object: o, ObjectName: at.Name}
	if e.Name == "" {
		e.Name = s.nameOf(ctx, p.Subject)
	}
	allows, denies := s.Index().sayings(p, a, o, now)
	for i := range allows {
		e.Allows = append(e.Allows, s.reason(ctx, &allows[i]))
	}
	for i := range denies {
		e.Denies = append(e.Denies, s.reason(ctx, &denies[i]))
	}
	switch {
	case len(denies) > 0:
		e.Verdict = ByDeny
	case len(allows) > 0:
		e.Verdict, e.Allowed = ByAllow, true
	}
	if len(allows) == 0 && p.Subject != "" {
		var err error
		if e.Ended, err = s.ended(ctx, p, a, o); err != nil {
			return Explanation{}, err
		}
	}
	if !e.Allowed {
		e.Needed = &Needed{Grant: len(allows) == 0}
		if at.Team != "" && s.May(Team(at.Team, ""), Manage, o) {
			e.Needed.Ask = s.nameOf(ctx, TeamSubject(at.Team))
		}
		for i := range denies {
			e.Needed.TakeBack = append(e.Needed.TakeBack, denies[i].ID)
			if denies[i].Scope != TableScope(o.Table) {
				// What was said of more than the table is not its owner's to take back.
				e.Needed.Ask = ""
			}
		}
		if e.Needed.Grant {
			for _, other := range Actions() {
				if other.allows()&a.bit() != 0 {
					e.Needed.Actions = append(e.Needed.Actions, other)
				}
			}
			e.Needed.Scopes = o.Scopes()
			slices.Reverse(e.Needed.Scopes)
			if p.Subject != "" {
				e.Needed.Subjects = append([]Subject{p.Subject}, p.Groups...)
			}
		}
	}
	e.Text = map[string]string{}
	for language, w := range languages() {
		e.Text[language] = w.tell(&e, func(s2 Subject) string { return s.nameOf(ctx, s2) })
	}
	return e, nil
}

// located is an object with what people call it.
func (s *Service) located(o Object) Located {
	scopes := o.Scopes()
	at, ok := s.within(scopes[len(scopes)-1])
	if !ok {
		return Located{Object: o, Name: o.Table}
	}
	return at
}

func (s *Service) reason(ctx context.Context, p *Policy) Reason {
	at := s.named(p.Scope)
	return Reason{Policy: *p, SubjectName: s.nameOf(ctx, p.Subject), ScopeName: at.Name, ByName: s.nameOf(ctx, p.CreatedBy)}
}

// ended are the policies that allowed something and have expired or were taken back.
func (s *Service) ended(ctx context.Context, p Principal, a Action, o Object) ([]Reason, error) {
	past, err := s.Store.Policies(ctx, PolicyFilter{
		Subjects: append([]Subject{p.Subject}, p.Groups...), Scopes: o.Scopes(), Effect: Allow, Ended: true, Limit: defaultLimit})
	if err != nil {
		return nil, fmt.Errorf("reading past policies: %w", err)
	}
	now := s.Time()
	past = slices.DeleteFunc(past, func(c Change) bool {
		return c.Action.allows()&a.bit() == 0 || c.Revoked == nil && c.liveAt(now)
	})
	slices.SortStableFunc(past, func(x, y Change) int { return y.end().Compare(x.end()) })
	var out []Reason
	for i := range past[:min(len(past), endedShown)] {
		r := s.reason(ctx, &past[i].Policy)
		r.Revoked = past[i].Revoked
		out = append(out, r)
	}
	return out, nil
}

// end is when a policy ceased to hold.
func (c *Change) end() time.Time {
	if c.Revoked != nil && (c.Expires.IsZero() || c.Revoked.At.Before(c.Expires)) {
		return c.Revoked.At
	}
	return c.Expires
}
