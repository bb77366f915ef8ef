package httpapi

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/auth"
)

// Kind is what a path's parameter names.
type Kind = auth.Kind

// The kinds of objects. Each belongs to a team, but for tables, which grants decide about as well.
const (
	KindTeam       = auth.KindTeam
	KindConnection = auth.KindConnection
	KindTable      = auth.KindTable
	KindDocument   = auth.KindDocument
	KindPipeline   = auth.KindPipeline
)

// Access says who may call an operation. It is declared beside each route and enforced in one place, authorize, before a body is read;
// the test that walks every route as everybody reads the same declaration. The zero value lets nobody in.
type Access struct {
	// Public operations need nobody to be signed in.
	Public bool `json:"public,omitempty"`
	// Need is the capability; for an object of a team it is needed within that team.
	Need auth.Capability `json:"need,omitempty"`
	// On is the kind of object the path's parameter Param names.
	On    Kind   `json:"on,omitempty"`
	Param string `json:"param,omitempty"`
	// Do is what grants must allow with a table.
	Do grants.Action `json:"do,omitempty"`
}

// public lets everybody in.
func public() Access { return Access{Public: true} }

// need lets in whoever has the capability, be it within one team. What the handler then reads and writes it checks itself.
func need(c auth.Capability) Access { return Access{Need: c} }

// on narrows to those who have the capability within the team that the object named by the path's parameter belongs to.
func (a Access) on(kind Kind, param string) Access {
	a.On, a.Param = kind, param
	return a
}

// onTable narrows to those whom grants allow the action with the table that the path's parameter names, by id.
func (a Access) onTable(do grants.Action, param string) Access {
	a.On, a.Param, a.Do = KindTable, param, do
	return a
}

// Owners knows whom objects belong to.
type Owners interface {
	// Owner returns the team an object belongs to; diag.ErrNotFound where there is none of the id.
	Owner(ctx context.Context, kind Kind, id string) (team string, err error)
	// TableObject returns a table as grants know it; diag.ErrNotFound where there is none of the id.
	TableObject(ctx context.Context, id string) (grants.Object, error)
}

// Decider decides about tables; grants.Service is one.
type Decider interface {
	May(p grants.Principal, a grants.Action, o grants.Object) bool
}

// authorize lets a request through, or says why not. Deny by default: an operation without an Access is nobody's.
func (a *API) authorize(ctx context.Context, access Access, param func(string) string) error {
	if access.Public {
		return nil
	}
	p := auth.From(ctx)
	if p.Nobody() {
		return diag.Refuse(diag.ErrUnauthenticated, CodeUnauthenticated, "Sign in, or send an API token.", "nobody is signed in")
	}
	if access.Need == "" || !p.Has(access.Need) {
		return denied(access.Need)
	}
	if access.On == "" {
		return nil
	}
	id := param(access.Param)
	if access.On == KindTable {
		return a.mayTable(ctx, access.Do, id)
	}
	team, err := a.services.Owners.Owner(ctx, access.On, id)
	if err != nil {
		return asUnknown(err, access.On)
	}
	return mayTeam(p, access.Need, access.On, team)
}

// mayTeam decides about an object of a team. Whoever may not even see it learns nothing, not even that it is there.
func mayTeam(p auth.Principal, c auth.Capability, kind Kind, team string) error {
	switch {
	case p.Can(c, kind, team):
		return nil
	case !p.Can(auth.View, kind, team):
		return notFound(kind)
	default:
		return denied(c)
	}
}

// mayTable decides about a table, by its id.
func (a *API) mayTable(ctx context.Context, do grants.Action, id string) error {
	object, err := a.services.Owners.TableObject(ctx, id)
	if err != nil {
		return asUnknown(err, KindTable)
	}
	p := auth.From(ctx).Grants()
	if a.services.Decider.May(p, do, object) {
		return nil
	}
	if !a.services.Decider.May(p, grants.Discover, object) {
		return notFound(KindTable)
	}
	return diag.Refuse(diag.ErrDenied, CodeDenied, "Ask the table's owner for it.", "you may not %s this table", do)
}

// mayIn decides about something that a request wants to make in a team.
func mayIn(ctx context.Context, c auth.Capability, team string) error {
	p := auth.From(ctx)
	if p.Can(c, KindTeam, team) {
		return nil
	}
	return diag.Refuse(diag.ErrDenied, CodeDenied, "Choose a team you are a member of.", "you may not %s for this team", c)
}

func denied(c auth.Capability) error {
	return diag.Refuse(diag.ErrDenied, CodeDenied, "Ask an administrator for the role.", "your role, team or token does not allow this (it needs %q)", c)
}

// asUnknown makes what is not there answer exactly like what may not be known of: by another code one could tell the two apart.
func asUnknown(err error, kind Kind) error {
	if errors.Is(err, diag.ErrNotFound) {
		return notFound(kind)
	}
	return err
}

func notFound(kind Kind) error {
	return diag.Refuse(diag.ErrNotFound, CodeNotFound, "", "there is no such %s", kind)
}

// guard is authorize as huma's middleware.
func (a *API) guard(access Access) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := a.authorize(ctx.Context(), access, ctx.Param); err != nil {
			a.refuse(ctx, err)
			return
		}
		next(ctx)
	}
}

// refuse answers with an error from a middleware.
func (a *API) refuse(ctx huma.Context, err error) {
	p := problemOf(err, a.log, requestID(ctx.Context()))
	for name, value := range p.headers() {
		ctx.SetHeader(name, value)
	}
	ctx.SetStatus(p.Status)
	_ = a.huma.Marshal(ctx.BodyWriter(), "application/json", p)
}
