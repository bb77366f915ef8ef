package site

import (
	"context"
	"fmt"

	"millrace/assets/catalog"
	"millrace/assets/catalog/search"
	"millrace/assets/document"
	"millrace/assets/lineage"
	"millrace/components/component"
	"millrace/models/plan"
)

// hubStore is the hub's store. A new table comes with a grant for its team, which holds here from the moment that the table is there.
type hubStore struct {
	catalog.Store
	site *Site
}

// Apply carries edits out and takes up the grants that changed with them.
func (h hubStore) Apply(ctx context.Context, edits ...*catalog.Edit) error {
	if err := h.Store.Apply(ctx, edits...); err != nil {
		return err
	}
	if err := h.site.grants.Refresh(ctx); err != nil {
		// The next look at the policies takes them up.
		h.site.log.Warn("taking up the grants of a table", "err", err)
	}
	return nil
}

// documentHub is the hub as documents ask for it.
type documentHub struct{ *Site }

var _ document.Hub = documentHub{}

// Resolver gives the tables that operators read and write.
func (h documentHub) Resolver(ctx context.Context) (func(plan.Op) lineage.Table, error) {
	v, err := h.view(ctx)
	if err != nil {
		return nil, err
	}
	return lineage.Resolver(v, v.Snapshot, h.registry), nil
}

// RegisterModel makes the table that a virtual model is.
func (h documentHub) RegisterModel(ctx context.Context, m document.ModelTable) (string, error) {
	kind := component.TableStream
	if m.Mode.Change != plan.Append {
		kind = component.TableChangelog
	}
	t, err := h.hub.EnsureTable(ctx, catalog.Ensured{Name: m.Name, Team: m.Team, Kind: kind, Description: m.Description, Schema: m.Schema, Origin: catalog.Model})
	if err != nil {
		return "", fmt.Errorf("registering %s: %w", m.Name, err)
	}
	return t.ID, nil
}

var _ lineage.TableInfo = (*Site)(nil)

// Describe tells of tables by their ids.
func (s *Site) Describe(ctx context.Context, ids []string) (map[string]lineage.Table, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]lineage.Table, len(ids))
	for _, id := range ids {
		if t, ok := v.ByID(id); ok {
			out[id] = lineage.Table{ID: id, Name: t.Name, Kind: string(t.Kind), Layer: t.Layer, Team: t.Team, Owner: v.teams[t.Team]}
		}
	}
	return out, nil
}

// catalogSource is the hub as a source of the search.
func catalogSource(s *Site) search.Source { return search.Hub(s.store.Hub(), s.registry) }
