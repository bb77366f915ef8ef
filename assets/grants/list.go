package grants

import (
	"context"
	"fmt"
	"slices"

	"millrace/models/diag"
)

// List lists policies with the names of what they are about, the newest first. Administrators list all; others those for themselves, their
// teams and roles, and those about what they manage. more says that there are others behind.
func (s *Service) List(ctx context.Context, by By, f PolicyFilter) (found []Reason, more bool, err error) {
	if !by.Admin && !s.lists(by, &f) {
		return nil, false, diag.Refuse(diag.ErrDenied, CodeMayNotGrant, "Ask for your own policies, or for those about what you manage.", "these policies are not yours to see")
	}
	if f.Limit <= 0 {
		f.Limit = defaultLimit
	}
	f.Limit++
	changes, err := s.Store.Policies(ctx, f)
	if err != nil {
		return nil, false, fmt.Errorf("listing policies: %w", err)
	}
	if more = len(changes) == f.Limit; more {
		changes = changes[:f.Limit-1]
	}
	for i := range changes {
		r := s.reason(ctx, &changes[i].Policy)
		r.Revoked = changes[i].Revoked
		found = append(found, r)
	}
	return found, more, nil
}

// lists reports whether somebody may see what a filter lets through. One that says nothing is narrowed to their own.
func (s *Service) lists(by By, f *PolicyFilter) bool {
	if len(f.Scopes) > 0 && !slices.ContainsFunc(f.Scopes, func(scope Scope) bool {
		at, ok := s.within(scope)
		return !ok || !s.May(by.Principal, Manage, at.Object)
	}) {
		return true
	}
	if len(f.Subjects) == 0 {
		f.Subjects = append([]Subject{by.Subject}, by.Groups...)
	}
	return !slices.ContainsFunc(f.Subjects, func(subject Subject) bool { return !by.Is(subject) })
}

// Asked returns the principal that a question about somebody is about: a user with the groups they are in, or a team as its pipelines run.
// Whoever asks about another must manage what they ask about.
func (s *Service) Asked(ctx context.Context, by By, subject Subject, o Object) (Principal, error) {
	if subject == "" || subject == by.Subject {
		return by.Principal, nil
	}
	if !by.Admin && !by.Is(subject) && !s.May(by.Principal, Manage, o) {
		return Principal{}, diag.Refuse(diag.ErrDenied, CodeMayNotGrant, "Ask about yourself, or about what you manage.", "what others may do with it is not yours to know")
	}
	if kind, _ := subject.Kind(); kind != "user" {
		return Principal{Subject: subject, Name: s.nameOf(ctx, subject)}, nil
	}
	if s.People != nil {
		users, err := s.People.Users(ctx)
		if err != nil {
			return Principal{}, fmt.Errorf("listing the users: %w", err)
		}
		for _, u := range users {
			if u.Subject == subject {
				return u, nil
			}
		}
	}
	return Principal{}, notFound("user")
}

// Find returns what a scope names as an object. It is not found for whoever may not know of the table.
func (s *Service) Find(by By, scope Scope) (Object, error) {
	at, ok := s.within(scope)
	if !ok || at.Table != "" && !by.Admin && !s.May(by.Principal, Discover, at.Object) {
		return Object{}, notFound("table")
	}
	return at.Object, nil
}
