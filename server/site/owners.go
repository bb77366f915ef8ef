package site

import (
	"context"
	"fmt"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/httpapi"
)

// owners answers whom things belong to.
type owners struct{ *Site }

var _ httpapi.Owners = owners{}

// Owner returns the team that an object belongs to.
func (o owners) Owner(ctx context.Context, kind httpapi.Kind, id string) (string, error) {
	switch kind {
	case httpapi.KindTeam:
		return o.identity.TeamExists(ctx, id)
	case httpapi.KindConnection:
		return o.hub.ConnectionTeam(ctx, id)
	case httpapi.KindDocument:
		d, err := o.store.Document(ctx, id)
		return d.Team, err
	case httpapi.KindPipeline:
		p, err := o.control.Get(ctx, id)
		if err != nil {
			return "", err
		}
		return p.Team, nil
	case httpapi.KindTable:
		s, err := o.hub.Snapshot(ctx)
		if err != nil {
			return "", err
		}
		if t, ok := s.ByID(id); ok {
			return t.Team, nil
		}
	}
	return "", diag.Refuse(diag.ErrNotFound, httpapi.CodeNotFound, "", "there is no such %s", kind)
}

// TableObject returns a table as grants know it.
func (o owners) TableObject(ctx context.Context, id string) (grants.Object, error) {
	object, err := o.hub.TableObject(ctx, id)
	if err != nil {
		return grants.Object{}, fmt.Errorf("looking for the table: %w", err)
	}
	return object, nil
}
