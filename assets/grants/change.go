package grants

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"millrace/assets/audit"
	"millrace/models/diag"
	"millrace/pipelines/control"
)

// attempts bounds how often a change is judged anew because the policies changed meanwhile on another server.
const attempts = 20

// AdminPolicy is the id of the policy that lets administrators manage everything. It is there from the beginning and stays.
const AdminPolicy = "administrators"

// Administrators are the subject of that policy.
const Administrators Subject = "role:admin"

// By is who changes policies or requests.
type By struct {
	Principal
	// Admin may change all policies, whatever grants say of their own access.
	Admin bool
}

// OwnerPolicy returns the policy that a table's owning team gets in the transaction that makes the table.
func OwnerPolicy(table, team string, by Subject) Policy {
	return Policy{ID: control.NewID(), Subject: TeamSubject(team), Action: Manage, Scope: TableScope(table), Effect: Allow,
		Note: "owner", CreatedBy: by}
}

// Grant adds a policy: its subject, action, scope, effect, expiry and note are the caller's. Errors are of the kinds of diag: not found (a
// table that by may not know of), denied, invalid, conflict (it is there already, or would leave a table without a manager).
func (s *Service) Grant(ctx context.Context, by By, p Policy, o Options) (Policy, error) {
	p.ID, p.CreatedBy = control.NewID(), by.Subject
	p.Expires = p.Expires.Truncate(time.Microsecond)
	if err := p.Validate(); err != nil {
		return Policy{}, err
	}
	err := s.edit(ctx, func(st *state) (Edit, error) {
		at, err := s.judge(ctx, st, by, p)
		if err == nil {
			err = s.orphans(st, []Change{{Policy: p}}, o)
		}
		return Edit{Add: []Policy{p}, Line: line("grant."+string(p.Effect), at, p.Scope, p)}, err
	})
	p.CreatedAt = s.Time()
	return p, err
}

// Options say what a change may do.
type Options struct {
	// Orphan lets it leave tables without a manager but the administrators.
	Orphan bool
	// Note says why.
	Note string
}

// Revoke takes a policy back. Errors are as those of Grant.
func (s *Service) Revoke(ctx context.Context, by By, id string, o Options) error {
	if err := checkNote(o.Note); err != nil {
		return err
	}
	return s.edit(ctx, func(st *state) (Edit, error) {
		p, err := s.policy(ctx, id)
		if err != nil {
			return Edit{}, err
		}
		if id == AdminPolicy {
			return Edit{}, diag.Refuse(diag.ErrConflict, CodeKept, "", "administrators manage everything, and that is not taken back")
		}
		at, ok := s.within(p.Scope)
		if !ok {
			at = Located{} // the table is gone; what was said of it may still be taken back by an administrator
		}
		c := Change{Policy: p, Revoked: &Revocation{By: by.Subject, Name: by.Name, At: s.Time(), Note: o.Note}}
		if !by.Admin {
			if !ok || !st.index.May(by.Principal, Discover, at.Object, s.Time()) && !by.Is(p.Subject) {
				return Edit{}, notFound("policy")
			}
			if err := s.mayGrant(ctx, st, by, c, at); err != nil {
				return Edit{}, err
			}
		}
		if err := s.orphans(st, []Change{c}, o); err != nil {
			return Edit{}, err
		}
		return Edit{Revoke: []string{id}, By: *c.Revoked, Line: line("grant.revoke", at, p.Scope, p)}, nil
	})
}

// policy finds a policy that is in force, if it has not expired.
func (s *Service) policy(ctx context.Context, id string) (Policy, error) {
	found, err := s.Store.Policies(ctx, PolicyFilter{ID: id, Limit: 1})
	switch {
	case err != nil:
		return Policy{}, fmt.Errorf("reading a policy: %w", err)
	case len(found) == 0:
		return Policy{}, notFound("policy")
	}
	return found[0].Policy, nil
}

// edit judges a change by the policies of the moment and carries it out if they are still those; else it judges again.
func (s *Service) edit(ctx context.Context, judge func(*state) (Edit, error)) error {
	s.editing.Lock()
	defer s.editing.Unlock()
	for attempt := range attempts {
		st := s.current.Load()
		e, err := judge(st)
		if err != nil {
			return err
		}
		e.Version = st.version
		_, err = s.Store.Edit(ctx, e)
		if err != nil && !errors.Is(err, ErrMoved) {
			return fmt.Errorf("changing the policies: %w", err)
		}
		if refused := s.Refresh(ctx); refused != nil {
			if err == nil {
				// It is done, and Run takes it up as soon as the store answers again.
				s.Log.Error("a change of policies was made and could not be read back", "error", refused)
				return nil
			}
			return refused
		}
		if err == nil {
			return nil
		}
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(rand.N(time.Duration(attempt) * 5 * time.Millisecond)):
			}
		}
	}
	return diag.Refuse(diag.ErrUnavailable, CodeBusy, "Try again.", "others change policies all the time")
}

// judge checks that by may add a policy now, and returns where it holds.
func (s *Service) judge(ctx context.Context, st *state, by By, p Policy) (Located, error) {
	now := s.Time()
	if !p.liveAt(now) {
		return Located{}, diag.Refuse(diag.ErrInvalid, CodeExpiry, "Give a time to come, or none.", "the time until which it is granted has passed")
	}
	if p.Effect == Deny && p.Subject == Administrators {
		return Located{}, diag.Refuse(diag.ErrConflict, CodeKept, "Take the role from who should not have it.", "administrators manage everything, and nothing is denied to them as such")
	}
	at, ok := s.within(p.Scope)
	if !ok {
		return Located{}, notFound("table")
	}
	if !by.Admin {
		if at.Table != "" && !st.index.May(by.Principal, Discover, at.Object, now) {
			return Located{}, notFound("table")
		}
		if err := s.mayGrant(ctx, st, by, Change{Policy: p}, at); err != nil {
			return Located{}, err
		}
	}
	if s.People != nil {
		name, err := s.People.Name(ctx, p.Subject)
		if err != nil {
			return Located{}, fmt.Errorf("looking for whom it is granted to: %w", err)
		}
		if name == "" {
			return Located{}, diag.Refuse(diag.ErrInvalid, CodeSubject, "", "there is no %s", p.Subject)
		}
	}
	for _, old := range st.index.Within(p.Scope) {
		if old.Subject == p.Subject && old.Action == p.Action && old.Effect == p.Effect && old.liveAt(now) &&
			(old.Expires.IsZero() || !p.Expires.IsZero() && !p.Expires.After(old.Expires)) {
			return Located{}, diag.Refuse(diag.ErrConflict, CodeExists, "", "the same is in force already, as the policy %s", old.ID)
		}
	}
	return at, nil
}

// within is where a scope lies; false where it names a table that is not there.
func (s *Service) within(scope Scope) (Located, bool) {
	where, ok := scope.place()
	if !ok {
		return Located{}, false
	}
	switch where.level {
	case levelTable:
		if s.Tables == nil {
			return Located{}, false
		}
		return s.Tables.Locate(where.name)
	case levelDB:
		return Located{Object: Object{Catalog: where.catalog, DB: where.name}, Name: where.catalog + "." + where.name}, true
	case levelCatalog:
		return Located{Object: Object{Catalog: where.catalog}, Name: where.catalog}, true
	default:
		return Located{Name: string(Everything)}, true
	}
}

// line is the audit line of a change.
func line(action string, at Located, scope Scope, detail any) audit.Entry {
	text, err := json.Marshal(detail)
	if err != nil {
		text = nil // a value of this package always has a form
	}
	return audit.Entry{Action: action, Object: string(scope), ObjectName: at.Name, Team: at.Team, Detail: text}
}

func notFound(what string) error {
	return diag.Refuse(diag.ErrNotFound, CodeNotFound, "", "there is no such %s", what)
}
