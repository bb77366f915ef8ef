package grants

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
)

// Model is the model of grants as casbin reads it. The functions of its matcher are those of Reference: holds says that a policy's subject is
// the principal or one of its groups, covers that its scope is the object or above it, live that it has not expired, and says that an allow
// of its action implies the one asked for, or a deny of it denies that.
const Model = `
[request_definition]
r = principal, action, object, now

[policy_definition]
p = id, subject, action, scope, eft, expires

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = holds(r.principal, p.subject) && covers(p.scope, r.object) && says(p.eft, p.action, r.action) && live(p.expires, r.now)
`

// implied has what each action implies at once; what those imply in turn follows.
func implied(a Action) []Action {
	switch a {
	case Manage:
		return []Action{Read, Write}
	case Read, Write:
		return []Action{Discover}
	default:
		return nil
	}
}

// implies reports whether whoever may do a may do b.
func implies(a, b Action) bool {
	if a == b {
		return true
	}
	for _, next := range implied(a) {
		if implies(next, b) {
			return true
		}
	}
	return false
}

// Reference is casbin's enforcer over the policies of a store: what grants mean, slowly. An Index must agree with it on every question.
type Reference struct {
	enforcer *casbin.Enforcer
	adapter  *Adapter
}

// NewReference loads the policies of a store into casbin.
func NewReference(ctx context.Context, store Store) (*Reference, error) {
	m, err := model.NewModelFromString(Model)
	if err != nil {
		return nil, fmt.Errorf("reading the model of grants: %w", err)
	}
	r := &Reference{adapter: NewAdapter(ctx, store)}
	// The functions have to be there before the matcher is compiled, which is when the first question is asked.
	if r.enforcer, err = casbin.NewEnforcer(m, r.adapter); err != nil {
		return nil, fmt.Errorf("loading policies: %w", err)
	}
	r.enforcer.EnableAutoSave(false)
	r.enforcer.AddFunction("holds", func(args ...any) (any, error) {
		p, s := args[0].(Principal), Subject(args[1].(string))
		return p.Subject != "" && p.Is(s), nil
	})
	r.enforcer.AddFunction("covers", func(args ...any) (any, error) {
		scope, o := Scope(args[0].(string)), args[1].(Object)
		for _, s := range o.Scopes() {
			if s == scope {
				return true, nil
			}
		}
		return false, nil
	})
	r.enforcer.AddFunction("says", func(args ...any) (any, error) {
		effect, policy, asked := Effect(args[0].(string)), Action(args[1].(string)), args[2].(Action)
		if effect == Deny {
			return implies(asked, policy), nil
		}
		return implies(policy, asked), nil
	})
	r.enforcer.AddFunction("live", func(args ...any) (any, error) {
		expires, err := strconv.ParseInt(args[0].(string), 10, 64)
		if err != nil {
			return false, fmt.Errorf("reading the expiry of a policy: %w", err)
		}
		return expires == 0 || args[1].(time.Time).UnixMicro() < expires, nil
	})
	return r, nil
}

// May asks casbin.
func (r *Reference) May(p Principal, a Action, o Object, at time.Time) (bool, error) {
	ok, err := r.enforcer.Enforce(p, a, o, at)
	if err != nil {
		return false, fmt.Errorf("asking casbin: %w", err)
	}
	return ok, nil
}

// Refresh takes up what has changed in the store since it was loaded or last refreshed.
func (r *Reference) Refresh(ctx context.Context) error {
	changes, upTo, err := r.adapter.store.Since(ctx, r.adapter.version)
	if err != nil {
		return fmt.Errorf("reading the changes of policies: %w", err)
	}
	for i := range changes {
		c := &changes[i]
		if _, err := r.enforcer.RemoveFilteredPolicy(0, c.ID); err != nil {
			return fmt.Errorf("removing a policy: %w", err)
		}
		if c.Revoked == nil {
			if _, err := r.enforcer.AddPolicy(ruleOf(&c.Policy)); err != nil {
				return fmt.Errorf("adding a policy: %w", err)
			}
		}
	}
	r.adapter.version = upTo
	return nil
}

// Adapter gives casbin the policies of a Store. Casbin does not write: policies change by Service, which knows who may.
type Adapter struct {
	ctx   context.Context //nolint:containedctx // casbin's adapters have no other way to be given one
	store Store
	// version is what was loaded.
	version int64
}

var _ persist.Adapter = (*Adapter)(nil)

// NewAdapter returns an adapter over a store, which loads under a context.
func NewAdapter(ctx context.Context, store Store) *Adapter { return &Adapter{ctx: ctx, store: store} }

// LoadPolicy loads all policies.
func (a *Adapter) LoadPolicy(m model.Model) error {
	changes, upTo, err := a.store.Since(a.ctx, 0)
	if err != nil {
		return fmt.Errorf("reading policies: %w", err)
	}
	for i := range changes {
		if changes[i].Revoked != nil {
			continue
		}
		if err := persist.LoadPolicyArray(append([]string{"p"}, ruleOf(&changes[i].Policy)...), m); err != nil {
			return fmt.Errorf("loading the policy %s: %w", changes[i].ID, err)
		}
	}
	a.version = upTo
	return nil
}

// ruleOf is a policy as casbin keeps it.
func ruleOf(p *Policy) []string {
	return []string{p.ID, string(p.Subject), string(p.Action), string(p.Scope), string(p.Effect), strconv.FormatInt(microsOf(p.Expires), 10)}
}

var errReadOnly = errors.New("policies are changed through the service of grants")

// SavePolicy refuses.
func (a *Adapter) SavePolicy(model.Model) error { return errReadOnly }

// AddPolicy refuses.
func (a *Adapter) AddPolicy(string, string, []string) error { return errReadOnly }

// RemovePolicy refuses.
func (a *Adapter) RemovePolicy(string, string, []string) error { return errReadOnly }

// RemoveFilteredPolicy refuses.
func (a *Adapter) RemoveFilteredPolicy(string, string, int, ...string) error { return errReadOnly }
