package grants

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"millrace/assets/audit"
)

// Access is who may do what with a table.
type Access struct {
	// Holders are the subjects that policies name, each by itself.
	Holders []Holder `json:"holders"`
	// Users are the people who may do something, by all that holds for them; nil where the people are not known.
	Users []UserAccess `json:"users,omitempty"`
}

// Holder is a subject with what the policies for it say of a table.
type Holder struct {
	Subject Subject `json:"subject"`
	Name    string  `json:"name"`
	// Actions are what it may do, Denied what is denied to it.
	Actions  []Action `json:"actions"`
	Denied   []Action `json:"denied,omitempty"`
	Policies []Policy `json:"policies"`
}

// UserAccess is what a person may do with a table.
type UserAccess struct {
	Subject Subject  `json:"subject"`
	Name    string   `json:"name"`
	Actions []Action `json:"actions"`
	// Through are the subjects that allow it: the person, teams, roles.
	Through []Subject `json:"through"`
}

// Access returns who may do what with an object now. Whoever asks must be allowed to know.
func (s *Service) Access(ctx context.Context, o Object) (Access, error) {
	x, now := s.Index(), s.Time()
	holders := map[Subject]*Holder{}
	for _, scope := range o.Scopes() {
		for _, p := range x.Within(scope) {
			if !p.liveAt(now) {
				continue
			}
			h := holders[p.Subject]
			if h == nil {
				h = &Holder{Subject: p.Subject, Name: s.nameOf(ctx, p.Subject)}
				holders[p.Subject] = h
			}
			h.Policies = append(h.Policies, p)
		}
	}
	places, n := o.places()
	out := Access{Holders: []Holder{}}
	for _, h := range holders {
		allow, deny := x.actions(&Principal{Subject: h.Subject}, places[:n], now.UnixMicro())
		h.Actions, h.Denied = (allow &^ deny).list(), deny.list()
		out.Holders = append(out.Holders, *h)
	}
	slices.SortFunc(out.Holders, func(a, b Holder) int { return strings.Compare(string(a.Subject), string(b.Subject)) })
	if s.People == nil {
		return out, nil
	}

	users, err := s.People.Users(ctx)
	if err != nil {
		return Access{}, fmt.Errorf("listing the users: %w", err)
	}
	for i := range users {
		u := &users[i]
		allow, deny := x.actions(u, places[:n], now.UnixMicro())
		if allow&^deny == 0 {
			continue
		}
		one := UserAccess{Subject: u.Subject, Name: u.Name, Actions: (allow &^ deny).list()}
		for _, subject := range append([]Subject{u.Subject}, u.Groups...) {
			if h := holders[subject]; h != nil && len(h.Actions) > 0 {
				one.Through = append(one.Through, subject)
			}
		}
		out.Users = append(out.Users, one)
	}
	slices.SortFunc(out.Users, func(a, b UserAccess) int { return strings.Compare(string(a.Subject), string(b.Subject)) })
	return out, nil
}

// nameOf is what people call a subject, or what it is where nobody knows.
func (s *Service) nameOf(ctx context.Context, subject Subject) string {
	if s.People != nil {
		// A name is a help to whoever reads it; without one the id stands for it.
		if name, err := s.People.Name(ctx, subject); err == nil && name != "" {
			return name
		}
	}
	if _, id := subject.Kind(); id != "" {
		return id
	}
	return audit.System().Name
}
