package site

import (
	"context"
	"fmt"
	"sync"

	"millrace/assets/catalog"
	"millrace/assets/document"
	"millrace/assets/grants"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
	"millrace/server/auth"
)

var _ document.Compiler = (*Site)(nil)

// Env returns what the models of a principal are compiled against: the hub as it is now, as far as grants let the principal see it.
func (s *Site) Env(ctx context.Context, who grants.Principal) (compile.Env, error) {
	v, err := s.view(ctx)
	if err != nil {
		return compile.Env{}, err
	}
	return compile.Env{Registry: s.registry, Catalog: v.Snapshot, SQL: query.Models{},
		Policy: grants.Planner{Principal: who, May: s.grants.May, Hub: v, Connections: v.connect}}, nil
}

// view is a snapshot of the hub with the places of its tables and the names of their owners.
type view struct {
	*catalog.Snapshot
	*grants.Places
	teams map[string]string
}

var _ grants.Hub = (*view)(nil)

// views keeps the view of the newest snapshot: many compilations share it.
type views struct {
	mu    sync.Mutex
	last  *view
	teams int64
}

// view returns the view of this moment. Teams are renamed seldom, and a name that is a moment old misleads nobody.
func (s *Site) view(ctx context.Context) (*view, error) {
	snapshot, err := s.hub.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	identity, err := s.store.IdentityVersion(ctx)
	if err != nil {
		return nil, err
	}
	s.views.mu.Lock()
	defer s.views.mu.Unlock()
	last := s.views.last
	if last != nil && last.Snapshot == snapshot && s.views.teams == identity {
		return last, nil
	}
	next := &view{Snapshot: snapshot}
	if last != nil && last.Snapshot == snapshot {
		next.Places = last.Places
	} else {
		next.Places = grants.NewPlaces(snapshot, s.registry)
	}
	if last != nil && s.views.teams == identity {
		next.teams = last.teams
	} else if next.teams, err = s.teamNames(ctx); err != nil {
		return nil, err
	}
	s.views.last, s.views.teams = next, identity
	return next, nil
}

// Owner returns the team of a table.
func (v *view) Owner(name string) (team, label string) {
	t, ok := v.Entry(name)
	if !ok {
		return "", ""
	}
	return t.Team, v.teams[t.Team]
}

// connect decides about a connection: those of the principal's teams, and those that are nobody's. Whether it may build at all was decided
// before anything was compiled; what lies behind the connection, grants decide.
func (v *view) connect(p grants.Principal, u compile.Use) compile.Access {
	if u.Connection == "" {
		return compile.Access{} // it reaches nothing outside
	}
	e, ok := v.ConnectionEntry(u.Connection)
	if ok && (e.Builtin || p.Is(grants.TeamSubject(e.Team)) || p.Is(grants.RoleSubject(string(auth.Admin)))) {
		return compile.Access{}
	}
	return compile.Access{Denied: fmt.Sprintf("the connection %s is not one of your teams'", u.Connection), Fix: "Use a connection of your team, or a table of the catalog."}
}
