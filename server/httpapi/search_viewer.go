package httpapi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millrace/assets/catalog/search"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/server/auth"
)

// Policies decides about many tables; grants.Service does.
type Policies interface {
	May(p grants.Principal, a grants.Action, o grants.Object) bool
	// Version grows with every change of the policies.
	Version() int64
}

// seer is a principal as searches and drawings ask about it.
type seer struct {
	auth.Principal
	as       grants.Principal
	policies Policies
}

var (
	_ search.Viewer  = seer{}
	_ lineage.Viewer = seer{}
)

func (a *API) seer(ctx context.Context) seer {
	p := auth.From(ctx)
	return seer{p, p.Grants(), a.services.Policies}
}

// Key holds all that decisions follow from, and the minute: what expires is gone by then at the latest.
func (v seer) Key() string {
	groups := slices.Clone(v.as.Groups)
	slices.Sort(groups)
	return fmt.Sprintf("%q %q %q %d %d", v.as.Subject, groups, v.Scopes, v.policies.Version(), time.Now().Unix()/60)
}

// Discover reports whether the principal may know of a table.
func (v seer) Discover(o grants.Object) bool { return v.policies.May(v.as, grants.Discover, o) }

// Sees reports whether the principal may know of the models and connections that belong to a team. What belongs to nobody is everybody's.
func (v seer) Sees(team string) bool { return team == "" || v.Can(auth.View, KindDocument, team) }
