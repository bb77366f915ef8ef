package httpapi

import (
	"context"

	"millrace/assets/catalog"
	"millrace/assets/grants"
	"millrace/server/auth"
)

// Catalog is what the routes of connections, tables and uploads stand on.
type Catalog struct {
	Hub     *catalog.Hub
	Uploads *catalog.Uploads
	// Grants decides about many tables at once.
	Grants catalog.Decider
}

// registerHub serves connections, tables and uploads.
func (a *API) registerHub() {
	if a.services.Catalog.Hub == nil {
		return
	}
	a.registerConnections()
	a.registerTables()
	if a.services.Catalog.Uploads != nil {
		a.registerUploads()
	}
}

func (a *API) hub() *catalog.Hub { return a.services.Catalog.Hub }

// connection returns a connection that the principal has a capability for. Those of the embedded parts, which belong to nobody, may be
// used by everybody who may use any.
func (a *API) connection(ctx context.Context, c auth.Capability, id string) (*catalog.ConnectionEntry, error) {
	s, err := a.hub().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := s.ConnectionByID(id)
	if !ok {
		return nil, notFound(KindConnection)
	}
	if e.Builtin && auth.From(ctx).Has(c) {
		return e, nil
	}
	return e, mayTeam(auth.From(ctx), c, KindConnection, e.Team)
}

// may reports whether the principal may do something with a table.
func (a *API) may(ctx context.Context, do grants.Action, o grants.Object) bool {
	return a.services.Catalog.Grants.May(auth.From(ctx).Grants(), do, o)
}

// table returns a table by its id; whether the principal may know of it was decided before.
func (a *API) table(ctx context.Context, id string) (*catalog.TableEntry, error) {
	s, err := a.hub().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	t, ok := s.ByID(id)
	if !ok {
		return nil, notFound(KindTable)
	}
	return t, nil
}
