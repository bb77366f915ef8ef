package grants

import (
	"context"
	"fmt"
	"time"

	"millrace/models/diag"
)

// mayGrant checks that somebody who is no administrator may make a change. They must manage the scope. Whoever manages it
// has all that can be granted there, so nobody gives more than they have, but for two ways around, which lead through a team of one's own:
// time (managing until Friday, one lets one's team read for good) and what lies below (managing a database but for one table of it, one lets
// one's team manage the database with that table). So what is granted ends no later than the granter's own hold, and nothing below the scope
// may be denied to the granter.
func (s *Service) mayGrant(ctx context.Context, st *state, by By, c Change, at Located) error {
	now := s.Time()
	if !st.index.May(by.Principal, Manage, at.Object, now) {
		return diag.Refuse(diag.ErrDenied, CodeMayNotGrant, s.askOwner(ctx, at), "you do not manage %s", scopeName(c.Scope, at))
	}
	if gives := (c.Effect == Allow) == (c.Revoked == nil); !gives {
		return nil
	}
	last := farFuture
	if !c.Expires.IsZero() {
		last = c.Expires.Add(-time.Microsecond)
	}
	if !st.index.May(by.Principal, Manage, at.Object, last) {
		return diag.Refuse(diag.ErrDenied, CodeMayNotGrant, "Let it end when your own grant does, or earlier.",
			"you manage %s for a time only, and what you grant may not last longer", scopeName(c.Scope, at))
	}
	if denied, ok := s.deniedBelow(st, by.Principal, c.Scope, now); ok {
		return diag.Refuse(diag.ErrDenied, CodeMayNotGrant, "Grant it on the tables one by one, or ask an administrator.",
			"something within %s is denied to you (the policy %s)", scopeName(c.Scope, at), denied.ID)
	}
	return nil
}

// farFuture is when all that expires has.
var farFuture = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// deniedBelow finds a deny that holds for a principal on something within a scope, but not on all of it.
func (s *Service) deniedBelow(st *state, p Principal, scope Scope, now time.Time) (Policy, bool) {
	where, _ := scope.place()
	if where.level == levelTable {
		return Policy{}, false
	}
	for one := range st.index.All() {
		if one.Effect == Deny && p.Is(one.Subject) && one.liveAt(now) && s.below(one.Scope, where) {
			return *one, true
		}
	}
	return Policy{}, false
}

// below reports whether a scope lies below another.
func (s *Service) below(scope Scope, above place) bool {
	own, ok := scope.place()
	if !ok || own.level <= above.level {
		return false
	}
	if above.level == levelAll {
		return true
	}
	at, ok := s.within(scope)
	return ok && at.Catalog == above.catalog && (above.level == levelCatalog || at.DB == above.name)
}

// orphans refuses changes after which a table that somebody manages for good has no such manager any more, but for administrators. It looks
// at the tables that have policies of their own: one that has none never had a manager of its own.
func (s *Service) orphans(st *state, changes []Change, o Options) error {
	if o.Orphan {
		return nil
	}
	after := st.index.With(changes)
	now := s.Time()
	for i := range changes {
		c := &changes[i]
		takes := c.Effect == Deny && c.Revoked == nil || c.Effect == Allow && c.Action == Manage && c.Revoked != nil
		if !takes {
			continue
		}
		where, _ := c.Scope.place()
		if where.level == levelTable {
			if at, ok := s.within(c.Scope); ok && kept(st.index, at.Object, now) && !kept(after, at.Object, now) {
				return orphaned(at)
			}
			continue
		}
		seen := map[Scope]bool{}
		for p := range st.index.All() {
			if seen[p.Scope] || !s.below(p.Scope, where) {
				continue
			}
			seen[p.Scope] = true
			at, ok := s.within(p.Scope)
			if ok && at.Table != "" && kept(st.index, at.Object, now) && !kept(after, at.Object, now) {
				return orphaned(at)
			}
		}
	}
	return nil
}

func orphaned(at Located) error {
	return diag.Refuse(diag.ErrConflict, CodeLastManager, "Let somebody else manage it first, or say that it may be left to the administrators.",
		"nobody but administrators could manage the table %s any more", at.Name)
}

// kept reports whether somebody who is no administrator as such manages a table for good.
func kept(x *Index, o Object, now time.Time) bool {
	for _, scope := range o.Scopes() {
		for _, p := range x.Within(scope) {
			if p.Effect == Allow && p.Action == Manage && p.Expires.IsZero() && p.Subject != Administrators &&
				x.May(Principal{Subject: p.Subject}, Manage, o, now) {
				return true
			}
		}
	}
	return false
}

// askOwner says whom to ask for access.
func (s *Service) askOwner(ctx context.Context, at Located) string {
	if at.Team == "" {
		return "Ask an administrator."
	}
	return fmt.Sprintf("Ask the team %s, or an administrator.", s.nameOf(ctx, TeamSubject(at.Team)))
}

// scopeName names a scope in a sentence.
func scopeName(scope Scope, at Located) string {
	where, _ := scope.place()
	switch where.level {
	case levelTable:
		return "the table " + at.Name
	case levelDB:
		return "the database " + at.Name
	case levelCatalog:
		return "the catalog " + at.Name
	default:
		return "everything"
	}
}
